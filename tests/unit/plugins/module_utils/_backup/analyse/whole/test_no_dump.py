# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A failure says what the file is, why its writer stopped, and which databases it holds."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.whole.no_dump import (
    begins_as_sql,
    check_line_ends,
    with_cause,
    with_databases,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

FAILURE = Failure("forbidden_statement", "x.sql, line 1: the statement HALLO is not one that a backup needs.")


@pytest.mark.parametrize(
    "head", [b"-- MySQL dump", b"# CAO-Faktura", b"/*!40101 SET", b"\\- x", b"\xef\xbb\xbf\r\ncreate table", b"INSERT"]
)
def test_a_dump_begins_with_a_comment_or_a_verb(head: bytes) -> None:
    assert begins_as_sql(head)


@pytest.mark.parametrize("head", [b"", b"Hallo Welt", b"<html>", b"PK\x03\x04", b"CREATED by", b"12"])
def test_other_files_do_not(head: bytes) -> None:
    assert not begins_as_sql(head)


def test_the_last_words_of_a_program_are_the_cause() -> None:
    data = b"mysqldump: Got error: 1045: Access denied when trying to connect\n"
    assert "1045" in with_cause(FAILURE, data, 0, 0).msg
    assert "1045" in with_cause(FAILURE, b"x" * 10 + data, 3, 0).msg
    assert "part 2" in with_cause(FAILURE, b"HALLO;", 0, 2).msg
    assert with_cause(FAILURE, b"HALLO;", 0, 1) is FAILURE
    other = Failure("damaged", "x.zip is damaged.")
    assert with_cause(other, data, 0, 2) is other


def test_several_databases_are_named() -> None:
    assert with_databases(FAILURE, ["laden"]) is FAILURE
    assert "2 databases (laden, lager): export one alone" in with_databases(FAILURE, ["laden", "lager"]).msg
    many = with_databases(FAILURE, [f"m{n}" for n in range(12)]).msg
    assert "12 databases" in many
    assert "m9, ...)" in many
    assert "m10" not in many


def test_sql_that_only_an_old_mac_would_read_is_told() -> None:
    check_line_ends(b"-- made by hand\r\n", "x.sql, line 3")
    with pytest.raises(Failure) as failed:
        check_line_ends(b"-- made by hand\rINSERT INTO t VALUES (1);", "x.sql, line 3")
    assert failed.value.error == "damaged"
    assert failed.value.msg.startswith("x.sql, line 3: SQL stands in a comment")
