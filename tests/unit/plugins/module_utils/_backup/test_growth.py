# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Twice as much of anything is twice the work, and not four times: calls are counted, so that no clock has a part."""

from __future__ import annotations

import random
import re
import sys
import types
import typing as t
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import open_backup
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql import rows as rows_module
from restoring import HEADER, cao_table
from row_layouts import Layout, layouts

START = "SET NAMES utf8mb4;\nCREATE TABLE t (a int, b varchar(9));\nINSERT INTO t VALUES (1,'a');\n"
ROWS = 4


def _columns(count: int, column: str, value: str, named: str = "") -> str:
    definition = ",".join(f"c{number} {column}" for number in range(count))
    row = ",".join([value] * count)
    return f"CREATE TABLE w ({definition});\n" + f"INSERT INTO w {named}VALUES ({row});\n" * ROWS


def _named(count: int) -> str:
    return _columns(count, "int", "'1'", "(" + ",".join(f"c{number}" for number in range(count)) + ") ")


def _mixed(count: int) -> str:
    """Return a table in which no two columns that follow each other are of one kind."""
    definition = ",".join(f"c{number} {('int', 'varchar(9)')[number % 2]}" for number in range(count))
    row = ",".join(["1", "'a''b'"] * (count // 2))
    return f"CREATE TABLE w ({definition});\n" + f"INSERT INTO w VALUES ({row});\n" * ROWS


def _of_cao(count: int) -> str:
    columns = [f"C{number} {('decimal(9,2)', 'date')[number % 2]}" for number in range(count)]
    rows = [",".join(["'1,5'", "''"] * (count // 2))] * ROWS
    return HEADER + cao_table("WEIT", columns, rows)


def _nested(count: int) -> str:
    inner = "(SELECT a FROM " * count + "t" + "".join(f") x{number}" for number in range(count))
    return f"CREATE VIEW v AS SELECT a FROM {inner};\n"


def _views(count: int, step: int) -> str:
    views = [f"CREATE VIEW v{n} AS SELECT a FROM {f'v{n - 1}' if n else 't'};\n" for n in range(count)]
    return "".join(views[::step])


def _odd_rows_of_an_enum(count: int) -> str:
    """Return rows that are read one by one, and an ENUM that must not be taken apart for each."""
    members = ",".join(f"'{number}'" for number in range(count))
    rows = "".join(f"INSERT INTO E VALUES ('{number}\\'');\r\n/* {number} */\r\n" for number in range(count))
    return HEADER + cao_table("E", [f"A enum({members})"], ["'1'"]) + rows


def _trigger(count: int) -> str:
    body = "SET NEW.a = 1; " * count
    return f"DELIMITER ;;\nCREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW BEGIN {body}END;;\nDELIMITER ;\n"


def _listed(text: str, count: int, between: str = ",") -> str:
    return between.join(text.replace("#", str(number)) for number in range(count))


def _lists_that_never_come_again(count: int) -> str:
    """Return rows of which each names its columns in another order."""
    names = [f"c{number}" for number in range(12)]
    chance = random.Random(count)
    text = f"CREATE TABLE w ({','.join(f'{name} int' for name in names)});\n"
    for number in range(count):
        chance.shuffle(names)
        text += f"INSERT INTO w ({','.join(names)}) VALUES ({','.join([str(number)] * len(names))});\n"
    return text


def _pairs_that_never_come_again(count: int) -> str:
    """Return the same in pairs behind SET."""
    names = [f"c{number}" for number in range(12)]
    chance = random.Random(count)
    text = f"CREATE TABLE w ({','.join(f'{name} int' for name in names)});\n"
    for number in range(count):
        chance.shuffle(names)
        text += f"INSERT INTO w SET {','.join(f'{name}={number}' for name in names)};\n"
    return text


def _wide_tables_in_turn(count: int) -> str:
    """Return rows in turn of tables of which no two have columns of the same kinds."""
    made = [",".join(f"c{bit} {('int', 'text')[number >> bit & 1]}" for bit in range(10)) for number in range(count)]
    row = ",".join(["'1'"] * 10)
    tables = "".join(f"CREATE TABLE w{number} ({columns});\n" for number, columns in enumerate(made))
    return tables + "".join(f"INSERT INTO w{number} VALUES ({row});\n" for number in range(count)) * 8


_IN_TURN = "INSERT INTO t VALUES (#,'a');\nINSERT INTO u VALUES (#,'b');\n"
_CALLS = "(#,CONCAT('a',CHAR(6#),UNHEX('41')))"
_OTHERWISE = "( #, N'a' )"
_OWN = "INSERT INTO t (a, b) VALUES (#,'a') ON DUPLICATE KEY UPDATE a=#, b='a';\n"

CASES: dict[str, tuple[int, t.Callable[[int], str]]] = {
    "columns with odd values": (200, lambda n: _columns(n, "varchar(9)", "'ä''x'")),
    "columns with numbers": (200, lambda n: _columns(n, "int", "1")),
    "columns with a blob": (200, lambda n: _columns(n, "blob", "'ä''x'")),
    "columns by their names": (200, _named),
    "columns of many kinds": (200, _mixed),
    "columns of CAO with defects": (200, _of_cao),
    "tables": (50, lambda n: _listed("CREATE TABLE t# (a int);\nINSERT INTO t# VALUES (1),(2);\n", n, "")),
    "keys": (100, lambda n: f"CREATE TABLE k (a int, {_listed('KEY k# (a)', n)});\n"),
    "keys added": (100, lambda n: _listed("ALTER TABLE t ADD KEY k# (a);\n", n, "")),
    "foreign keys": (100, lambda n: f"CREATE TABLE k (a int, {_listed('FOREIGN KEY f# (a) REFERENCES t (a)', n)});\n"),
    "members of an ENUM": (1000, lambda n: f"CREATE TABLE e (a enum({_listed(repr('v#'), n)}));\n"),
    "rows of an ENUM": (200, _odd_rows_of_an_enum),
    "partitions": (
        100,
        lambda n: f"CREATE TABLE p (a int) PARTITION BY LIST (a) ({_listed('PARTITION p# VALUES IN (#)', n)});\n",
    ),
    "a comment of a table": (100_000, lambda n: f"CREATE TABLE c (a int) COMMENT='{'x' * n}';\n"),
    "a comment of the dump": (100_000, lambda n: f"/* {'x y ' * n} */\n"),
    "comments before rows": (500, lambda n: _listed("-- row #\nINSERT INTO t VALUES (#,'a');\n", n, "")),
    "tables in turn": (500, lambda n: "CREATE TABLE u (a int, b text);\n" + _listed(_IN_TURN, n, "")),
    "rows of a named database": (
        500,
        lambda n: "CREATE DATABASE d;\nUSE d;\n" + _listed("INSERT INTO d.t VALUES (#,'a');\n", n, ""),
    ),
    "pairs": (500, lambda n: _listed("INSERT INTO t SET a=#, b='a';\n", n, "")),
    "pairs with others between": (500, lambda n: _listed("INSERT INTO t SET a=#, b='a';\nSET @a=#;\n", n, "")),
    "defaults in rows": (500, lambda n: f"INSERT INTO t VALUES {_listed('(#,DEFAULT)', n)};\n"),
    "defaults, a statement each": (500, lambda n: _listed("INSERT INTO t VALUES (DEFAULT,'#');\n", n, "")),
    "calls": (500, lambda n: f"INSERT INTO t VALUES {_listed(_CALLS, n)};\n"),
    "calls, a statement each": (500, lambda n: _listed(f"INSERT INTO t VALUES {_CALLS};\n-- x\n", n, "")),
    "other words": (500, lambda n: f"INSERT INTO t VALUES {_listed(_OTHERWISE, n)};\n"),
    "comments in rows": (500, lambda n: f"INSERT INTO t VALUES {_listed('/* # */ (#,1) ', n)};\n"),
    "lists of columns in turn": (
        500,
        lambda n: _listed("INSERT INTO t (a) VALUES (#);\nINSERT INTO t (b,a) VALUES ('x',#);\n", n, ""),
    ),
    "rows by UNION ALL": (500, lambda n: f"INSERT INTO t SELECT {_listed('#, NULL', n, ' UNION ALL SELECT ')};\n"),
    "pairs in other orders": (200, _pairs_that_never_come_again),
    "small statements": (500, lambda n: _listed("INSERT INTO t VALUES (#,'a'),(#,'b'),(#,'c');\n", n, "")),
    "small statements in other words": (
        500,
        lambda n: _listed(f"INSERT INTO t VALUES {_OTHERWISE},\n(#,'a');\n", n, ""),
    ),
    "quotes of the other kind": (200_000, lambda n: 'INSERT INTO t VALUES (1,"' + "'" * n + '");\n'),
    "rows by SELECT": (500, lambda n: _listed("INSERT INTO t SELECT #, 'a' -- #\n;\n", n, "")),
    "values of the row once more": (500, lambda n: _listed(_OWN, n, "")),
    "other literals where a key is there": (
        500,
        lambda n: _listed("INSERT INTO t VALUES (#,'a') ON DUPLICATE KEY UPDATE b='x#';\n", n, ""),
    ),
    "executable comments in rows": (500, lambda n: f"INSERT INTO t VALUES {_listed('(/*!40101 # */,1)', n)};\n"),
    "double quotes": (500, lambda n: "INSERT INTO t VALUES " + _listed('(#,"it\'s ""x"" #")', n) + ";\n"),
    "lists that never come again": (200, _lists_that_never_come_again),
    "tables in turn, each of other columns": (100, _wide_tables_in_turn),
    "a default": (500, lambda n: f"CREATE TABLE d (a int DEFAULT ({_listed('#', n, '+')}));\n"),
    "parentheses": (1000, lambda n: f"CREATE TABLE d (a int, b int AS ({'(' * n}a{')' * n}) VIRTUAL);\n"),
    "a view": (500, lambda n: f"CREATE VIEW v AS SELECT {_listed('a', n, '+')} AS x FROM t;\n"),
    "tables of a view": (500, lambda n: f"CREATE VIEW v AS SELECT 1 FROM {_listed('t t#', n)};\n"),
    "parentheses of a view": (1000, lambda n: f"CREATE VIEW v AS SELECT {'(' * n}a{')' * n} FROM t;\n"),
    "queries in queries": (200, _nested),
    "views of views": (200, lambda n: _views(n, 1)),
    "views of views, the last first": (200, lambda n: _views(n, -1)),
    "a trigger": (200, _trigger),
    "settings": (200, lambda n: "SET @a='x';\n" * n),
    "tuples of a digit": (100_000, lambda n: f"INSERT INTO t (a) VALUES {_listed('(1)', n)};\n"),
    "a long text": (2_000_000, lambda n: f"INSERT INTO t VALUES (1,'{'x' * n}');\n"),
    "a long text of escapes": (500_000, lambda n: f"INSERT INTO t VALUES (1,'{chr(92)}n{'x' * n}');\n"),
    "quotes in a text": (200_000, lambda n: "INSERT INTO t VALUES (1,'" + "''" * n + "');\n"),
}


def _calls(path: Path) -> int:
    """Return how many calls an analysis takes, with patterns that are made anew."""
    count = 0

    def see(_frame: types.FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    rows_module.row_pattern.cache_clear()
    rows_module.plain_pattern.cache_clear()
    re.purge()
    sys.setprofile(see)
    try:
        with open_backup(str(path)) as backup:
            assert backup.analysis.rows
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("name", CASES)
def test_twice_the_input_is_twice_the_work(tmp_path: Path, name: str) -> None:
    size, make = CASES[name]
    path = tmp_path / "a.sql"
    counts = []
    for times in (1, 1, 2, 4):
        text = make(size * times)
        path.write_text(text if text.startswith("# ") else START + text, encoding="utf-8", newline="")
        counts.append(_calls(path))
    # The first run has imported what is needed.
    _imported, once, twice, four_times = counts
    # From one to two and from two to four: what grows with the square would be twice as much in the second step.
    assert four_times - twice <= 2.2 * (twice - once) + 1000, counts


#: So many calls a row may take, with a statement before it. A pattern that is made for a row takes thousands.
CALLS_A_ROW = 700
ROWS_OF_LAYOUTS = 300


@pytest.mark.parametrize("layout", layouts(30, seed=4711), ids=str)
def test_a_row_takes_few_calls_in_any_layout(tmp_path: Path, layout: Layout) -> None:
    path = tmp_path / "a.sql"
    counts = []
    for times in (1, 2):
        path.write_text("SET NAMES utf8mb4;\n" + layout.dump(ROWS_OF_LAYOUTS * times), encoding="utf-8", newline="")
        counts.append(_calls(path))
    assert counts[1] - counts[0] <= CALLS_A_ROW * ROWS_OF_LAYOUTS, counts


#: What stands between rows, or makes two rows differ, again and again; ``#`` is the number of a row.
TURNS = {
    "tables": _IN_TURN,
    "verbs": "INSERT INTO t VALUES (#,'a');\nREPLACE INTO t VALUES (#,'b');\nINSERT IGNORE INTO t VALUES (#,'c');\n",
    "lists": "INSERT INTO t (a) VALUES (#);\nINSERT INTO t (b,a) VALUES ('x',#);\n",
    "comments": "-- row #\nINSERT INTO t VALUES (#,'a');\n/* row # */\nINSERT INTO t VALUES (#,'b');\n",
    "variables": "SET @row = #;\nINSERT INTO t VALUES (#,'a');\n",
    "settings": "SET autocommit=0;\nSET NAMES utf8mb4;\nINSERT INTO t VALUES (#,'a');\n",
    "words": "SELECT 'row #';\nINSERT INTO t VALUES (#,'a');\nSHOW WARNINGS;\nINSERT INTO u VALUES (#,'b');\n",
    "savepoints": "SAVEPOINT a;\nINSERT INTO t VALUES (#,'a');\nRELEASE SAVEPOINT a;\n",
    "a database": "USE d;\nINSERT INTO t VALUES (#,'a');\n",
    "small statements": "INSERT INTO t VALUES (#,'a'),(#,'b'),(#,'c');\n",
    "small statements in turn": "INSERT INTO t VALUES (#,'a'),(#,'b');\nINSERT INTO u VALUES (#,'a'),(#,'b');\n",
    "other words": "INSERT INTO t VALUES (#,N'a'),(/* # */#,'b');\n",
    "updates": "INSERT INTO t VALUES (#,'a') ON DUPLICATE KEY UPDATE b='x#';\n",
    "a union": "INSERT INTO t SELECT #,'a' UNION ALL SELECT #,NULL UNION ALL SELECT #,'c';\n",
    "pairs": "INSERT INTO t SET a=#, b='a';\nINSERT INTO u SET b='a', a=#;\n",
}
#: So many calls a row may take that stands alone, with what stands around it.
CALLS_ALONE = 200


@pytest.mark.parametrize("name", TURNS)
def test_rows_in_turn_take_few_calls(tmp_path: Path, name: str) -> None:
    path, counts = tmp_path / "a.sql", []
    rows = TURNS[name].count("INTO") + TURNS[name].count("UNION")
    for times in (1, 2):
        text = _listed(TURNS[name], 400 * times, "")
        path.write_text(START + "CREATE TABLE u (a int, b text);\nUSE d;\n" + text, encoding="utf-8", newline="")
        counts.append(_calls(path))
    assert counts[1] - counts[0] <= CALLS_ALONE * 400 * rows, counts


@pytest.mark.parametrize("make", [_lists_that_never_come_again, _pairs_that_never_come_again])
def test_rows_of_columns_in_any_order_take_few_calls(tmp_path: Path, make: t.Callable[[int], str]) -> None:
    path, counts = tmp_path / "a.sql", []
    for times in (1, 2):
        path.write_text(START + make(400 * times), encoding="utf-8", newline="")
        counts.append(_calls(path))
    assert counts[1] - counts[0] <= CALLS_ALONE * 400, counts
