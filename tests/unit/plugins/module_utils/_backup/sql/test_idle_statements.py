# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Statements that change nothing are known again, and nothing else is taken for one of them."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.idle_statements import IdleStatements
from dumps import Dump


def _known(*texts: str) -> IdleStatements:
    """Return what is known behind statements that were all admitted."""
    idle = IdleStatements()
    for text in texts:
        if idle.end(f"{text};".encode(), 0) is None:
            idle.admitted(text.split()[0].upper().encode())
    return idle


@pytest.mark.parametrize(
    ("before", "again"),
    [
        (["SELECT 'row 1', 5"], "SELECT 'row 2', 77"),
        (["show warnings"], "show warnings"),
        (["SET @a = 1"], "SET @a = 2"),
        (["SET autocommit=0", "SET @a = 1", "COMMIT", "SET foreign_key_checks=1"], "SET autocommit=0"),
        (["SET SESSION sql_mode='ANSI'"], "SET SESSION sql_mode='ANSI'"),
        (["SET NAMES latin1", "SET autocommit=0"], "SET NAMES latin1"),
        (["USE d", "LOCK TABLES t WRITE", "UNLOCK TABLES"], "USE d"),
        (["SAVEPOINT a", "RELEASE SAVEPOINT a"], "SAVEPOINT a"),
    ],
)
def test_what_was_admitted_is_known_again(before: list[str], again: str) -> None:
    data = f"{again};\nINSERT".encode()
    assert _known(*before).end(data, 0) == len(again) + 1
    assert _known(*before[1:]).end(data, 0) is None


@pytest.mark.parametrize(
    ("before", "other"),
    [
        (["SELECT LOG2(1)"], "SELECT LOG9(1)"),
        (["SELECT 1 FROM t1"], "SELECT 1 FROM t2"),
        (["SELECT 1 FROM d1.t"], "SELECT 1 FROM d2.t"),
        (["SELECT 'a'"], "SELECT 'a;b'"),
        (["SELECT 'a'"], "SELECT 'a\\'"),
        (["SELECT 'a'"], "SELECT x'a'"),
        (["SELECT 'a'"], "SELECT 'a' -- b"),
        (["SELECT 'a'"], "SELECT 'a' /*! INTO OUTFILE 'b' */"),
        (["SELECT 1"], "SELECT @a"),
        (["SELECT @a"], "SELECT @a"),
        (["SET @a = 1"], "SET @b = 1"),
        (["SET @a = 1"], "SET @a = 'STRICT_ALL_TABLES'"),
        (["SET @a = 1", "SET @a = @@sql_mode"], "SET @a = 1"),
        (["SET sql_mode='ANSI'", "SET sql_mode=''"], "SET sql_mode='ANSI'"),
        (["SET sql_mode='ANSI'", "SET @a=1, sql_mode=''"], "SET sql_mode='ANSI'"),
        (["SET NAMES latin1", "SET character_set_client = utf8"], "SET NAMES latin1"),
        (["SET NAMES latin1", "SET NAMES utf8mb4"], "SET NAMES latin1"),
        (["USE d", "USE e"], "USE d"),
        (["USE d", "CREATE DATABASE e"], "USE d"),
        (["SELECT 1 FROM t", "DROP TABLE t"], "SELECT 1 FROM t"),
        (["SET autocommit=0"], "SET autocommit=0, sql_mode=''"),
        (["SET GLOBAL a=0"], "SET GLOBAL a=0"),
        (["ALTER TABLE t DISABLE KEYS"], "ALTER TABLE t DISABLE KEYS"),
    ],
)
def test_another_is_not(before: list[str], other: str) -> None:
    assert _known(*before).end(f"{other};".encode(), 0) is None


def test_what_is_refused_is_refused_behind_what_is_like_it() -> None:
    text = "CREATE TABLE t (a int);\nSELECT 1;\nSELECT 2;\nINSERT INTO t VALUES (1);\nSELECT 3 INTO OUTFILE 'a';\n"
    assert "line 5, statement 5: the statement SELECT" in Dump(text.encode()).refused().msg


def test_settings_in_turn_hold_for_their_rows() -> None:
    modes = ["'STRICT_ALL_TABLES'", "''"]
    text = "CREATE TABLE t (a int NOT NULL, b int);\n"
    text += "".join(f"SET sql_mode={modes[n // 2 % 2]};\nINSERT INTO t (b) VALUES ({n});\n" for n in range(40))
    singles = [row for run in Dump(text.encode()).rows() for row in run.singles()]
    assert [row.columns for row in singles] == [("b",) if n // 2 % 2 == 0 else ("b", "a") for n in range(40)]
    assert [row.statement for row in singles] == list(range(3, 83, 2))
