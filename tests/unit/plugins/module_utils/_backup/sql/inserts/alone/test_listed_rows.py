# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows whose lists of columns never come again: each value is that of its column, whatever order it is given in."""

from __future__ import annotations

import itertools
import random
import re

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows, cells
from dumps import Dump

# Names as they stand in lists, and those that are not read by the commas between them.
NAMES = {"a": "a", "`b`": "b", "`g``h`": "g`h", "`ä`": "ä", "value": "value", "i": "i"}
ODD_NAMES = {"`c,d`": "c,d", "`e(f)`": "e(f)"}
TABLE = "CREATE TABLE t (a text, b text, `c,d` text, `e(f)` text, `g``h` text, `ä` text, value text, i text);\n"
TEXTS = ("'x'", "'it\\'s'", "'a,b'", "'),('", "'); '", "NULL", "'100\\%'", "'\\\\'", "'a''b'", "0x41")
# Others come as the reader of literals gives them.
OTHERWISE = {
    "X'41'": "X'41'",
    '"y"': "'y'",
    '"it\'s ""x"""': "'it\\'s \"x\"'",
    "null": "NULL",
    "-1.5e3": "-1.5e3",
    "N'x'": "'x'",
}


def _statement(chance: random.Random, number: int, names: dict[str, str]) -> tuple[str, list[dict[str, str]]]:
    """Return a statement with some columns in any order, and the values of each of its rows by columns."""
    chosen = chance.sample(sorted(names), chance.randint(1, len(names)))
    texts = (*TEXTS, *OTHERWISE) if number % 5 == 0 else TEXTS
    values = [[f"'{number}'", *chance.choices(texts, k=len(chosen) - 1)] for _row in range(chance.choice((1, 1, 3)))]
    listed = chance.choice((",", ", ", ",\n")).join(chosen)
    rows = chance.choice((",", ",\n")).join(f"({','.join(row)})" for row in values)
    verb = chance.choice(("INSERT INTO", "REPLACE INTO"))
    if chance.random() < 0.5:
        del values[1:]
        pairs = chance.choice((",", " , ", ",\n")).join(f"{name} = {cell}" for name, cell in zip(chosen, values[0]))
        return f"{verb} t SET {pairs};\n", [
            {names[name]: OTHERWISE.get(cell, cell) for name, cell in zip(chosen, values[0])}
        ]
    sent = [{names[name]: OTHERWISE.get(value, value) for name, value in zip(chosen, row)} for row in values]
    return f"{verb} t ({listed}) VALUES {rows};\n", sent


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("names", [NAMES, {**NAMES, **ODD_NAMES}], ids=["usual", "odd"])
def test_each_value_is_that_of_its_column(seed: int, names: dict[str, str]) -> None:
    chance, text, expected = random.Random(seed), TABLE, []
    for number in range(2, 150):
        before = text.count("\n") + 1
        statement, rows = _statement(chance, number, names)
        text += statement
        places = [match.end() for match in re.finditer(r"(?:VALUES |\),\n?)(?=\('\d+')| SET ", statement)]
        lines = [before + statement.count("\n", 0, place) for place in places]
        assert len(lines) == len(rows)
        expected += [(number, line, row) for line, row in zip(lines, rows)]
    data = text.encode()
    found = [row for run in Dump(data, chunk_bytes=(500, 1 << 16)[seed % 2]).rows() for row in run.singles()]
    assert [(one.statement, one.line, _values(one)) for one in found] == expected


def _values(row: Rows) -> dict[str, str]:
    return dict(zip(row.columns, (cell.decode() for cell in cells(row.text))))


def _dump(last: str) -> bytes:
    orders = itertools.permutations(("a", "b", "i", "value"))
    lists = [f"INSERT INTO t ({','.join(order)}) VALUES ('1','2','3','4');\n" for order in orders] * 3
    lists += ["INSERT INTO t SET a=1, b=2, i=3;\n", "INSERT INTO t SET b=1, a=2;\n"] * 20
    return (TABLE + "-- x\n".join(lists) + last).encode()


def test_orders_are_made_one() -> None:
    runs = Dump(_dump("INSERT INTO t (value,i,b,a) VALUES ('x','y','z','1');\n")).rows()
    assert (runs[-1].columns, runs[-1].plain) == (("a", "b", "i", "value"), True)
    assert runs[-1].text.endswith(b"('1','z','y','x')")
    assert len(runs) < 90


@pytest.mark.parametrize(
    "last",
    [
        "INSERT INTO t (a,b,a) VALUES ('1','2','3');",
        "INSERT INTO t (a,b,A) VALUES ('1','2','3');",
        "INSERT INTO t (a,b) VALUES ('1',i);",
        "INSERT INTO t (b,a) VALUES ('1',(SELECT 1));",
        "INSERT INTO t (b,a) VALUES ('1','2'),SLEEP(1);",
        "INSERT INTO t (b,a) VALUES ('1','2'),('1',USER());",
        "INSERT INTO t (b,a) VALUES ('1','2') SELECT 1;",
        "INSERT INTO t SET a=1, a=2;",
        "INSERT INTO t SET a=1, b=a;",
        "INSERT INTO t SET a=1, u.b=2;",
        "INSERT INTO t SET a=1, b=SLEEP(1);",
        "INSERT INTO t SET a=1, b='x' 'y', i=(SELECT 1);",
    ],
)
def test_what_is_no_row_is_refused_where_it_stands(last: str) -> None:
    data = _dump(last)
    line = data.count(b"\n") + 1
    with pytest.raises(Failure) as caught:
        Dump(data).rows()
    assert caught.value.error == "forbidden_statement"
    assert f"line {line}, statement" in str(caught.value.msg)
