# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DEFAULT instead of a value is a column that is left out."""

from __future__ import annotations

import pytest

from dumps import Dump

T = "CREATE TABLE t (id int NOT NULL AUTO_INCREMENT, a varchar(9) DEFAULT 'x', b int, PRIMARY KEY (id));"
U = "CREATE TABLE t (g int AS (a + 1) VIRTUAL, a int DEFAULT 1);"


@pytest.mark.parametrize(
    ("table", "rows", "columns", "text"),
    [
        (T, "VALUES (DEFAULT,'y',1)", ("a", "b"), "('y',1)"),
        (T, "VALUES (1, default , DEFAULT)", ("id",), "(1)"),
        (T, "(b,a) VALUES (2,DEFAULT)", ("b",), "(2)"),
        (T, "SET a='DEFAULT', b=DEFAULT", ("a",), "('DEFAULT')"),
        (T, "VALUES (DEFAULT,DEFAULT,DEFAULT)", ("id",), "(NULL)"),
        (T, "() VALUES ( )", ("id",), "(NULL)"),
        (U, "VALUES ()", ("a",), "(DEFAULT)"),
        (U, "VALUES (DEFAULT,DEFAULT)", ("a",), "(DEFAULT)"),
    ],
)
def test_columns_that_are_left(table: str, rows: str, columns: tuple[str, ...], text: str) -> None:
    # The second time it stands among rows that are read many at once.
    many = "".join(f"INSERT INTO t SET a='{number}';" for number in range(40))
    for before in ("", many):
        found = Dump(f"{table}{before}INSERT INTO t {rows};".encode()).rows()[-1]
        assert (found.columns, found.text.decode(), found.defaults) == (columns, text, ())


def test_rows_around_it_keep_their_columns() -> None:
    values = ",".join(f"({number},'y',{number})" for number in range(40))
    dump = Dump(f"{T}INSERT INTO t VALUES {values},(DEFAULT,'z',1),{values},(5,DEFAULT,1);".encode())
    found = [(rows.columns, rows.count) for rows in dump.rows()]
    assert sum(count for _columns, count in found) == 82
    assert [columns for columns, _count in found if columns] == [("a", "b"), ("id", "b")]
    analysis = dump.analyse()
    assert (analysis.tables[0].rows, analysis.left_ids, analysis.numbered) == (82, frozenset(), {"t"})


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        ("VALUES (DEFAULT)", "a row of 1 values for 3 columns"),
        ("(a) VALUES ()", "a row of 0 values for 1 columns"),
        ("VALUES (DEFAULT,1,2)", "NO_AUTO_VALUE_ON_ZERO"),
    ],
)
def test_refused(rows: str, word: str) -> None:
    dump = f"SET sql_mode='NO_AUTO_VALUE_ON_ZERO';\n{T}\nINSERT INTO t {rows};"
    failure = Dump(dump.encode()).refused()
    assert word in failure.msg
    assert "line 3" in failure.msg


_NEEDED = (
    "CREATE TABLE t (a int, n int NOT NULL, v varchar(9) NOT NULL, d date NOT NULL, e enum('x','y') NOT NULL, "
    "h int NOT NULL DEFAULT 4, g int AS (n) VIRTUAL, s timestamp NOT NULL, j json NOT NULL);"
)


@pytest.mark.parametrize(
    ("mode", "is_filled"),
    [
        ("SET sql_mode='';", True),
        ("SET sql_mode='NO_AUTO_VALUE_ON_ZERO';", True),
        ("SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='ANSI_QUOTES,NO_ZERO_DATE';", True),
        ("", False),
        ("SET sql_mode='STRICT_TRANS_TABLES';", False),
        ("SET sql_mode='strict_all_tables,ansi';", False),
        ("SET sql_mode='TRADITIONAL';", False),
        ("SET sql_mode=''; SET sql_mode=DEFAULT;", False),
    ],
)
@pytest.mark.parametrize("comma", [",", ", "])
@pytest.mark.parametrize("count", [1, 90])
def test_what_a_lenient_dump_leaves_out_is_filled(mode: str, is_filled: bool, comma: str, count: int) -> None:
    values = f"('it''s, (x)'{comma}1)"
    rows = Dump(f"{mode}{_NEEDED}INSERT INTO t (v, a) VALUES {f',{chr(10)}'.join([values] * count)};".encode()).rows()
    assert sum(one.count for one in rows) == count
    for one in rows:
        filled = f"('it''s, (x)'{comma}1{comma}0{comma}'0000-00-00')"
        assert set(one.texts()) == {(filled if is_filled else values).encode()}
        assert one.columns == (("v", "a", "n", "d") if is_filled else ("v", "a"))
        assert [single.text for single in one.singles()] == list(one.texts())


def test_a_part_of_the_primary_key_may_not_be_null() -> None:
    dump = Dump(b"SET sql_mode='';CREATE TABLE t (n int, v text, PRIMARY KEY (n));INSERT INTO t (v) VALUES ('x');")
    assert [(one.columns, one.text) for one in dump.rows()] == [(("v", "n"), b"('x',0)")]


def test_rows_of_all_columns_stay_as_they_are() -> None:
    dump = Dump(b"SET sql_mode='';CREATE TABLE t (n int NOT NULL);INSERT INTO t VALUES (1);")
    assert [one.columns for one in dump.rows()] == [()]


@pytest.mark.parametrize(
    ("mode", "rows", "is_refused"),
    [
        ("NO_AUTO_VALUE_ON_ZERO", "VALUES (7,'y',NULL)", False),
        ("NO_AUTO_VALUE_ON_ZERO", "(a,id) VALUES (NULL,7)", False),
        ("NO_AUTO_VALUE_ON_ZERO", "VALUES (NULL,'y',1)", True),
        ("NO_AUTO_VALUE_ON_ZERO", "(a,id) VALUES ('y',null)", True),
        ("NO_AUTO_VALUE_ON_ZERO", "VALUES (0,'y',1)", False),
        ("NO_AUTO_VALUE_ON_ZERO", "(a) VALUES ('y')", True),
        ("", "VALUES (7,'0',NULL)", False),
        *(("", f"VALUES ({zero},'y',1)", True) for zero in ("0", "00", "'00'", "FALSE", "0x00", "-0", "b'0'", "0.2")),
    ],
)
def test_numbers_that_a_server_gives_behind_delete(mode: str, rows: str, is_refused: bool) -> None:
    """They depend on rows that are not there any more."""
    dump = Dump(f"SET sql_mode='{mode}';{T}INSERT INTO t VALUES (9,'x',1);DELETE FROM t;INSERT INTO t {rows};".encode())
    if is_refused:
        assert "leave their number to the server" in dump.refused().msg
    else:
        assert dump.analyse().tables[0].rows == 1


@pytest.mark.parametrize("rows", ["VALUES (DEFAULT)", "() VALUES ()", "VALUES (1),(DEFAULT)", "(a) VALUES (DEFAULT)"])
def test_a_default_that_changes_behind_a_row_that_has_it(rows: str) -> None:
    dump = f"CREATE TABLE t (a int);INSERT INTO t {rows};ALTER TABLE t ALTER a SET DEFAULT 5;"
    assert "changes the default of a behind rows" in Dump(dump.encode()).refused().msg
