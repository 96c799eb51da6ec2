# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows that wait for others mean what they meant where they stand, whatever the dump sets behind them."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.settings.standing import lets_wait
from dumps import Dump, words_of

TABLES = "CREATE TABLE t (a int NOT NULL, b text);\nCREATE TABLE u (a int);\nCREATE TABLE pma_x (a int);\n"


def _known(number: int = 8) -> str:
    """Return rows that the reader knows afterwards."""
    rows = "INSERT INTO t VALUES (#,'x');\nINSERT INTO pma_x VALUES (#);\nINSERT INTO u VALUES (#);\n"
    return "".join(rows.replace("#", str(one)) for one in range(1, number + 1))


@pytest.mark.parametrize("text", ["SET @a=1", "LOCK TABLES t WRITE", "ALTER TABLE t DISABLE KEYS", "USE d", "COMMIT"])
def test_what_changes_no_row_is_not_waited_for(text: str) -> None:
    assert lets_wait(words_of(text.encode()).rest())


@pytest.mark.parametrize(
    "text", ["DELETE FROM t", "DROP TABLE t", "ALTER TABLE t ADD KEY (a)", "CREATE VIEW v AS SELECT 1"]
)
def test_what_changes_rows_is_waited_for(text: str) -> None:
    assert not lets_wait(words_of(text.encode()).rest())


@pytest.mark.parametrize(
    ("behind", "refusal"),
    [
        ("SET NAMES latin1;\nSET NAMES utf8mb4;\n~", "one backup has one"),
        ("SET sql_mode='TIME_ROUND_FRACTIONAL';\n~", "TIME_ROUND_FRACTIONAL"),
        ("DROP TABLE u;\n~", "'u', which this dump does not create"),
        ("ALTER TABLE u DROP COLUMN a;\n", ""),
    ],
)
def test_what_is_refused_has_its_line(behind: str, refusal: str) -> None:
    text = TABLES + _known() + behind.replace("~", "INSERT INTO u VALUES (9);\n")
    failure = Dump(text.encode()).refused()
    assert refusal in failure.msg
    assert f"line {text.rstrip().count(chr(10)) + 1}," in failure.msg


@pytest.mark.parametrize("between", ["", "SET @a=1;\n", "-- x\n"])
def test_a_row_that_is_refused_is_the_first(between: str) -> None:
    table = "CREATE TABLE k (a int NOT NULL AUTO_INCREMENT, b text, PRIMARY KEY (a));\n"
    rows = "".join(f"INSERT INTO k VALUES ({n},'x');\n{between}INSERT INTO u VALUES ({n});\n" for n in range(1, 9))
    text = (
        TABLES
        + table
        + rows
        + "ALTER TABLE k AUTO_INCREMENT=50;\n"
        + rows.replace("(5,'x')", "(NULL,'x')")
        + "CREATE USER a;"
    )
    line = text[: text.index("(NULL")].count("\n") + 1
    assert f"line {line}, statement " in Dump(text.encode()).refused().msg


def test_rows_before_a_delete_are_gone_and_those_behind_it_are_not() -> None:
    text = TABLES + _known() + "DELETE FROM t;\n" + _known(3)
    dump = Dump(text.encode())
    counts = {table.name: table.rows for table in dump.analyse().tables}
    assert counts == {"t": 3, "u": 11, "pma_x": 11}
    found = [run for run in dump.rows() if run.table == "t"]
    assert sum(run.count for run in found) == 3


def test_rows_before_the_notes_of_another_database_are_none_of_them() -> None:
    text = TABLES + _known() + "USE phpmyadmin;\nINSERT INTO pma_x VALUES (77);\nINSERT INTO pma_y VALUES (1);\n"
    counts = {table.name: table.rows for table in Dump(text.encode()).analyse().tables}
    assert counts["pma_x"] == 8


def test_what_a_lenient_server_fills_in_is_filled_where_the_mode_says_so() -> None:
    rows = "".join(f"INSERT INTO t (b) VALUES ('{n}');\nINSERT INTO u VALUES ({n});\n" for n in range(20))
    text = TABLES + "SET sql_mode='';\n" + rows + "SET sql_mode='STRICT_ALL_TABLES';\n" + rows
    runs = [run for run in Dump(text.encode()).rows() if run.table == "t"]
    found = [row.columns for run in runs for row in run.singles()]
    assert found == [("b", "a")] * 20 + [("b",)] * 20
