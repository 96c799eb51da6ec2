# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Statements that are passed over, and those that look like them and do more."""

from __future__ import annotations

import pytest

from dumps import catalog_of, refuses


@pytest.mark.parametrize(
    "statement",
    [
        b"begin",
        b"begin work",
        b"commit",
        b"start transaction",
        b"commit and no chain no release",
        b"commit work and chain",
        b"commit no release",
        b"start transaction with consistent snapshot",
        b"start transaction read write, with consistent snapshot",
        b"start transaction with consistent snapshot, read write",
        b"start transaction read only",
        b"lock tables T write wait 5",
        b"lock tables T write, U read nowait",
        b"drop table if exists X wait 3",
        b"drop sequence if exists X",
        b"do 1, @a",
        b"unlock tables",
        b"lock tables T read local, U as x low_priority write",
        b"lock table T write concurrent",
        b"use a",
        b"alter database a charset utf8",
        b"alter schema a collate x",
        b"create schema if not exists a default charset x",
        b"drop database if exists a",
        b"drop table if exists X, Y cascade",
        b"drop view if exists V restrict",
        b"drop trigger X",
        b"drop temporary table X",
        b"flush binary logs",
        b"flush no_write_to_binlog tables",
        b"flush local logs",
        b"flush table",
    ],
)
def test_statements_without_meaning(statement: bytes) -> None:
    catalog = catalog_of(statement)
    assert not catalog.tables
    assert not catalog.views


@pytest.mark.parametrize(
    "statement",
    [
        b"SELECT * FROM T", b"SELECT COUNT(*) FROM T WHERE A > 1 ORDER BY 1 LIMIT 5", b"SELECT NOW()",
        b"SELECT 'x' AS `y z`, 1",
        b"SELECT @@x, @a", b"SELECT VERSION()", b"SELECT DATABASE()", b"SELECT 'x' FROM DUAL", b"SHOW TABLES",
        b"SHOW CREATE TABLE T", b"DESC T",
        b"DESCRIBE T A", b"EXPLAIN T", b"SHOW COLUMNS FROM T LIKE 'a%'", b"SHOW WARNINGS",
    ],
)  # fmt: skip
def test_what_only_shows_something_is_passed_over(statement: bytes) -> None:
    assert list(catalog_of(b"CREATE TABLE T (A int)", statement).tables) == ["T"]


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        (b"SELECT SLEEP(1)", "SELECT"), (b"SELECT * FROM T INTO OUTFILE 'x'", "SELECT"), (b"SELECT @a := 1", "SELECT"),
        (b"SELECT A INTO @a FROM T", "SELECT"), (b"SELECT f(A) FROM T", "SELECT"),
        (b"SELECT * FROM mysql.user", "SELECT"),
        (b"SELECT * FROM T FOR UPDATE", "SELECT"), (b"SELECT NEXT VALUE FOR s", "SELECT"),
        (b"SELECT GET_LOCK('a',1)", "SELECT"),
        (b"EXPLAIN ANALYZE (SELECT 1)", "is not one that"),
        (b"SHOW TABLES WHERE SLEEP(1)", "is not one that"),
        (b"DESC @a", "is not one that"),
        (b"SELECT * FROM T PROCEDURE ANALYSE()", "SELECT"),
    ],
)  # fmt: skip
def test_what_does_more_than_to_show_is_refused(statement: bytes, word: str) -> None:
    with refuses(word):
        catalog_of(b"CREATE TABLE T (A int)", statement)
