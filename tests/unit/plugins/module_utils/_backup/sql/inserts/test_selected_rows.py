# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of a statement that are a SELECT each: all come, with their lines, and none that a server makes another one."""

from __future__ import annotations

import random

import pytest

from dumps import Dump, fails

TABLE = "CREATE TABLE x (a int, b text, c decimal(9,2), d enum('','y'));\n"
TEXTS = ("'x'", "'it''s'", "'a\\'b'", "'UNION ALL SELECT'", "', '", "NULL", "null", "'\\\\'", "'\n'")
UNIONS = (
    " UNION ALL SELECT ",
    "\nunion all select\n",
    " /* it's */ UNION ALL -- x\nSELECT ",
    "\r\nUNION\tALL\r\nSELECT/**/",
)
COMMAS = (",", ", ", " /* , */,\n")


@pytest.mark.parametrize("seed", range(12))
def test_each_row_comes_as_it_stands(seed: int) -> None:
    chance = random.Random(seed)
    text, expected = TABLE, []
    for statement in range(2, 30):
        parts = []
        for index in range(chance.choice((1, 2, 7, 40))):
            before = "INSERT INTO x SELECT " if not index else chance.choice(UNIONS)
            cells = [str(chance.randint(-9, 9)), chance.choice(TEXTS), chance.choice(("1.50", "-2.25", "NULL")), "'y'"]
            line = (text + "".join(parts) + before).count("\n") + 1
            parts += [before, chance.choice(COMMAS).join(cells)]
            expected.append((statement, line, "(" + ",".join(cells).replace("null", "NULL") + ")"))
        text += "".join(parts) + chance.choice((";\n", " ;\n", " FROM DUAL;\n"))
    rows = Dump(text.encode(), chunk_bytes=(300, 1 << 16)[seed % 2]).rows()
    assert [(row.statement, row.line, row.text.decode()) for run in rows for row in run.singles()] == expected
    assert max(run.count for run in rows) > (1 if seed % 2 == 0 else 20)


@pytest.mark.parametrize(
    "odd",
    [
        "'a','b',1.50,'y'", "1,2,1.50,'y'", "1,'b',1.5,'y'", "1,'b',2,'y'", "1,'b','1.50','y'", "1,'b',1.50",
        "1+1,'b',1.50,'y'",
        "1,USER(),1.50,'y'", "1,b,1.50,'y'", "1,'b',1.50,'y','z'", "1,'b' 'c',1.50,'y' FROM x",
        "1,'b',1.50,'y' LIMIT 1",
        "1,'b',1.50,'y' UNION SELECT 1,'b',1.50,'y'", "(SELECT 1),'b',1.50,'y'", "0x1,'b',1.50,'y'", "1e0,'b',1.50,'y'",
        "1,'b',.50,'y'", "1,'b',1.50,@a", "SLEEP(1),'b',1.50,'y'", "1,_utf8'b',1.50,'y'",
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", [1, 40])
def test_what_is_no_row_of_the_others_kinds_is_refused_in_its_line(odd: str, place: int) -> None:
    usual = ["1,'b',1.50,'y'"] * 60
    known = "".join(f"INSERT INTO x SELECT {row};\n" for row in usual)
    usual[place] = odd
    text = TABLE + known + "INSERT INTO x SELECT " + "\nUNION ALL SELECT ".join(usual) + ";\n"
    with fails("forbidden_statement", f"line {62 + place}, statement 62"):
        Dump(text.encode()).rows()


def test_a_member_that_is_empty_is_noted() -> None:
    rows = "\nUNION ALL SELECT ".join(f"{number},'b',1.50,'{'' if number == 30 else 'y'}'" for number in range(60))
    text = "SET sql_mode='';\n" + TABLE.replace("'','y'", "'n','y'") + f"INSERT INTO x SELECT {rows};\n"
    assert Dump(text.encode()).analyse().empty_enums == {"x": {"d"}}
