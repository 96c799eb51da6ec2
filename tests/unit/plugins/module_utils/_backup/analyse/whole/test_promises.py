# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Promises of rows, tables and parts, counted."""

from __future__ import annotations

import pytest

from dumps import Dump

STATUS = "-- Status:%d:%d:%s:cao:php:1.24.4::5.5.62:1:::latin1:EXTINFO\n--\n-- TABLE-INFO\n%s-- EOF TABLE-INFO\n"


def _dumper(
    promised: dict[str, int],
    came: dict[str, int],
    *,
    part: str = "MP_0",
    ended: bool = True,
    engine: str = "MyISAM",
) -> Dump:
    lines = "".join(f"-- TABLE|{name}|{rows}|2048|2026-10-01 12:00:00|{engine}\n" for name, rows in promised.items())
    text = STATUS % (len(promised), sum(promised.values()), part, lines)
    for name, rows in came.items():
        text += f"CREATE TABLE `{name}` (`B` int);\n"
        text += "".join(f"INSERT INTO `{name}` (`B`) VALUES ('{row}');\n" for row in range(rows))
    return Dump((text + ("-- EOB\n" if ended else "")).encode())


@pytest.mark.parametrize(
    ("promised", "came", "options", "told"),
    [
        ({"A": 2, "B": 3}, {"A": 2, "B": 3}, {}, []),
        ({"A": 2}, {"A": 2}, {"part": ""}, []),
        ({"A": 2, "B": 3}, {"A": 2, "B": 3}, {"part": "MP_1"}, []),
        ({"A": 2}, {"A": 3}, {}, []),
        ({"A": 9, "BACK_B": 3}, {"A": 9}, {}, []),
        ({"A": 9}, {"A": 2}, {"engine": "InnoDB"}, []),
        ({"A": 9}, {"A": 2}, {"engine": "InnoDB", "ended": False}, ["9 rows of A are promised and 2 come"]),
        ({"A": 9, "B": 1}, {"A": 2, "B": 1}, {}, ["line 4: 9 rows of A are promised and 2 come"]),
        ({"A": 2, "B": 0}, {"A": 2}, {}, ["line 5: the table B is promised and does not come"]),
        (
            {"A": 2, "B": 9},
            {"A": 2},
            {"part": "MP_1", "ended": False},
            ["part 1 of a multi-part backup", "the table B"],
        ),
        ({"A": 2}, {"A": 2}, {"part": "MP_2"}, ["part 2 of a multi-part backup"]),
    ],
)
def test_what_mysqldumper_promises(
    promised: dict[str, int], came: dict[str, int], options: dict[str, object], told: list[str]
) -> None:
    signs = [sign for sign in _dumper(promised, came, **options).analyse().signs if sign.name == "promise_broken"]  # type: ignore[arg-type]
    assert len(signs) == len(told)
    assert all(text in sign.text for text, sign in zip(told, signs))


def test_a_status_line_alone_is_counted_too() -> None:
    dump = Dump(
        b"-- Status:2:9:MP_0:cao:perl:1.24::\nCREATE TABLE `A` (`B` int);\nINSERT INTO `A` VALUES (1);\n-- EOB\n"
    )
    (sign,) = dump.analyse().signs
    assert "2 tables with 9 rows are promised, 1 with 1 come" in sign.text


def test_a_later_part_says_so_when_it_cannot_be_read() -> None:
    text = b"-- Status:2:9:MP_2:cao:php:1.24.4::\n--  This is part 2 of the backup.\n\n"
    text += b"INSERT INTO `A` (`B`) VALUES ('1');\n"
    assert "part 2 of a multi-part backup" in Dump(text).refused().msg


def test_what_mysqldump_php_counts() -> None:
    text = b"-- mysqldump-php https://github.com/ifsnop/mysqldump-php\n"
    text += b"CREATE TABLE `A` (`B` int);\nINSERT INTO `A` VALUES (1);\n"
    assert Dump(text + b"-- Dumped table `A` with 1 row(s)\n").analyse().signs == ()
    (sign,) = Dump(text + b"-- Dumped table `A` with 3 row(s)\n").analyse().signs
    assert (sign.table, sign.line) == ("A", 4)
