# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of before a table was changed."""

from __future__ import annotations

import itertools

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.older_rows.reshaped import reshaped
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.changes.alter_table import AlterTable, RowsSoFar
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_reader import read_create_table
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.own_database import OwnDatabase
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import Refused
from dumps import words_of


def _reshaped(clauses: str, text: bytes, *, columns: tuple[str, ...] = (), width: int = 2, count: int = 1) -> Rows:
    definition = read_create_table(words_of(b"T (a int, b text)"), OwnDatabase())[0]
    change = AlterTable(definition, OwnDatabase(), rows=RowsSoFar(there=True)).read(words_of(clauses.encode()))
    rows = Rows("T", b"INSERT", columns, count, 1, 1, text, kinds=("",) * width)
    return reshaped(definition, rows, change.steps, itertools.count(1))


@pytest.mark.parametrize(
    ("clauses", "columns", "text"),
    [
        ("add c int", ("a", "b"), b"(1,'x')"),
        ("modify b text first", ("a", "b"), b"(1,'x')"),
        ("add c int not null first", ("a", "b", "c"), b"(1,'x',0)"),
        ("add c varchar(3) not null, add d date not null", ("a", "b", "c", "d"), b"(1,'x','','0000-00-00')"),
        ("add c int not null default 4", ("a", "b"), b"(1,'x')"),
        ("add c int auto_increment primary key", ("a", "b", "c"), b"(1,'x',1)"),
        ("rename column b to z", ("a", "z"), b"(1,'x')"),
        ("drop a", ("b",), b"('x')"),
        ("drop b, add b int not null", ("a", "b"), b"(1,0)"),
        ("rename column a to c, rename column b to a, drop c", ("a",), b"('x')"),
    ],
)
def test_a_row_has_the_columns_of_the_end(clauses: str, columns: tuple[str, ...], text: bytes) -> None:
    rows = _reshaped(clauses, b"(1,'x')")
    assert (rows.columns, rows.text, len(rows.kinds)) == (columns, text, len(columns))


def test_each_row_of_many() -> None:
    rows = _reshaped("drop a, add n int not null auto_increment primary key", b"(1,'x),(2'),(2,NULL)", count=2)
    assert (rows.columns, rows.text) == (("b", "n"), b"('x),(2',1),(NULL,2)")


@pytest.mark.parametrize("clauses", ["drop b", "drop b, add c int"])
def test_a_row_keeps_one_cell(clauses: str) -> None:
    rows = _reshaped(clauses, b"('x')", columns=("b",), width=1)
    assert (rows.columns, rows.text, rows.plain) == (("a",), b"(DEFAULT)", False)


def test_a_row_of_another_width() -> None:
    with pytest.raises(Refused, match="a row of 3 values for 2 columns"):
        _reshaped("add c int", b"(1,'x',3)", width=3)
