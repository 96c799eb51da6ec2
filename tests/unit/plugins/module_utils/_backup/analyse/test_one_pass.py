# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One pass over a dump: what is refused, what comes out, and what it knows afterwards."""

from __future__ import annotations

import pytest

from dumps import CAO_HEAD, Dump


def _cao(*tables: bytes) -> Dump:
    return Dump(CAO_HEAD + b"".join(tables))


def _table(name: bytes, *rows: bytes) -> bytes:
    return (
        b"create table "
        + name
        + b" (A int);\r\n"
        + b"".join(b"INSERT INTO " + name + b" VALUES (" + row + b");\r\n" for row in rows)
    )


def test_generations_before_are_left_out() -> None:
    dump = _cao(_table(b"back_ARTIKEL", b"1"), _table(b"ARTIKEL", b"2", b"3"))
    assert [(table.name, table.rows) for table in dump.analyse().tables] == [("ARTIKEL", 2)]
    assert {row.table for row in dump.rows()} == {"ARTIKEL"}


@pytest.mark.parametrize("data", [b"hello world", b"'", b"", b"\xff\xfe", b"{}", b"# only a comment", b";;;"])
def test_no_dump_at_all(data: bytes) -> None:
    assert Dump(data).refused().error == "not_a_backup"


@pytest.mark.parametrize("data", [b"GRANT ALL ON *.* TO x;", b"\\! ls", b"/*!50000 SHUTDOWN */;"])
def test_sql_that_is_no_dump_is_forbidden(data: bytes) -> None:
    assert Dump(data).refused().error == "forbidden_statement"
