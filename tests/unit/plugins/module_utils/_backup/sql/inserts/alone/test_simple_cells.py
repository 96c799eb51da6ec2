# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of which no two are written alike: what is read cell by cell is what the token reader gives."""

from __future__ import annotations

import random

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.alone.simple_cells import simple_cells
from dumps import Dump, fails

TABLE = "CREATE TABLE t (" + ",".join(f"c{number} text DEFAULT 'd'" for number in range(6)) + ");\n"
CELLS = (
    "DEFAULT",
    "default",
    "'x'",
    "'it''s'",
    '"a""b"',
    "'\\\\'",
    "NULL",
    "null",
    "-1.5",
    "+2",
    "1e3",
    "X'41'",
    "0x41",
    "'),('",
    "true",
)
GAPS = ("", " ", "\n", "/* ' */", "-- x\n", "\t")


def _rows(chance: random.Random, count: int) -> list[str]:
    def cell() -> str:
        return chance.choice(GAPS) + chance.choice(CELLS) + chance.choice(GAPS)

    return ["(" + ",".join(cell() for _column in range(6)) + ")" for _row in range(count)]


@pytest.mark.parametrize("seed", range(8))
def test_the_same_rows_come_however_many_were_before(seed: int) -> None:
    rows = _rows(random.Random(seed), 150)
    together = Dump((TABLE + "".join(f"INSERT INTO t VALUES {row};\n" for row in rows)).encode())
    found = [(row.columns, row.text) for run in together.rows() for row in run.singles()]
    alone = [Dump((TABLE + f"INSERT INTO t VALUES {row};\n").encode()).rows() for row in rows]
    expected = [(row.columns, row.text.replace(b", ", b",")) for (row,) in alone]
    assert [(columns, text.replace(b", ", b",")) for columns, text in found] == expected


@pytest.mark.parametrize(
    "odd",
    ["USER()", "c1", "'a' + 1", "(SELECT 1)", "@a", "1 OR 1", "0x", "\"a\" 'b' c", "1.2.3", "/*! 1", "DEFAULT(c9)"],
)
def test_what_is_no_literal_is_refused_behind_any_rows(odd: str) -> None:
    rows = _rows(random.Random(1), 150)
    text = TABLE + "".join(f"INSERT INTO t VALUES {row};\n" for row in rows)
    line = text.count("\n") + 1
    with fails("forbidden_statement", f"line {line}, statement 152"):
        Dump((text + f"INSERT INTO t VALUES (1,DEFAULT,{odd},DEFAULT,'x',2);").encode()).rows()


def test_double_quotes_are_of_texts_or_of_names() -> None:
    assert simple_cells(b'("a")', 0, double_quotes=False) is None
    cells = simple_cells(b'("a", 1)', 0, double_quotes=True)
    assert cells is not None
    assert (cells.texts, cells.end, cells.comma, cells.defaults) == ([b"'a'", b"1"], 8, b", ", ())
