# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is found, and where nothing is to be found."""

from __future__ import annotations

import pytest

from dumps import CAO_HEAD, Dump

REGISTRY = b"create table REGISTRY (MAINKEY varchar(255), NAME varchar(100), VAL_CHAR varchar(255));\r\n"


def _cao(*tables: bytes) -> Dump:
    return Dump(CAO_HEAD + b"".join(tables))


def _table(name: bytes, *rows: bytes) -> bytes:
    return (
        b"create table "
        + name
        + b" (A int);\r\n"
        + b"".join(b"INSERT INTO " + name + b" VALUES (" + row + b");\r\n" for row in rows)
    )


@pytest.mark.parametrize(
    ("tables", "names"),
    [
        ([REGISTRY], ["rows_missing"]),
        ([_table(b"ARTIKEL")], ["no_registry"]),
        ([_table(b"REGISTERY", b"1")], []),
        ([REGISTRY, _table(b"ZAHLUNGSARTEN"), _table(b"MITARBEITER")], ["rows_missing", "rows_missing"]),
        ([_table(b"REGISTRY", b"1"), _table(b"ARTIKEL", b"1")], ["missing_end"]),
        (
            [_table(b"REGISTRY", b"1"), _table(b"PLZ"), _table(b"BLZ"), _table(b"ZAHLUNGSARTEN")],
            ["static_tables_left_out"],
        ),
        ([_table(b"REGISTRY", b"1"), _table(b"BACK_X", b"1")], ["back_tables"]),
    ],
)
def test_findings_of_cao(tables: list[bytes], names: list[str]) -> None:
    assert [finding.name for finding in _cao(*tables).analyse().findings] == names


def test_dump_of_another_program_that_was_cut() -> None:
    dump = Dump(b"SET @OLD_X=@@SQL_NOTES, SQL_NOTES=0;" + _table(b"REGISTRY", b"1"))
    assert [finding.name for finding in dump.analyse().findings] == ["missing_end"]
