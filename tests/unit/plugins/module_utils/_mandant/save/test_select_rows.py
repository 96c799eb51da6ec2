# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which columns a server may join, and which come by themselves."""

from __future__ import annotations

import dataclasses

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.select_rows import (
    BY_ITSELF_IN_DIGITS,
    select_rows,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.source_tables import SourceColumn

PACKET = 16 * 1024 * 1024


def column(name: str, type_name: str, octets: int | None = None, charset: str | None = None) -> SourceColumn:
    return SourceColumn(name, type_name, True, charset, octets, None, "")


NUMBER = column("A", "int")
SHORT = column("B", "varchar", 20, "latin1")
LONG = column("C", "longblob", 4294967295)
JSON = column("D", "json")
PLACE = column("E", "geometry")


@pytest.mark.parametrize(
    ("columns", "packet", "joined"),
    [
        ([NUMBER, SHORT], PACKET, (True,)),
        ([LONG], PACKET, (False,)),
        ([NUMBER, LONG, SHORT, NUMBER], PACKET, (True, False, True)),
        ([NUMBER, JSON, PLACE], PACKET, (True, False, False)),
        # No room beside the reserve: every column comes as it is.
        ([NUMBER, SHORT], 1024, (False, False)),
        ([column(f"C{number}", "text", 65535, "latin1") for number in range(40)], PACKET, (True, *(False,) * 25)),
    ],
)
def test_what_is_joined(columns: list[SourceColumn], packet: int, joined: tuple[bool, ...]) -> None:
    assert select_rows("`m`.`t`", columns, encoding="cp1252", max_allowed_packet=packet).joined == joined


def test_what_is_converted() -> None:
    columns = [SHORT, column("F", "float"), JSON]
    utf8 = select_rows("`t`", columns, encoding="utf-8", max_allowed_packet=PACKET).sql
    assert "QUOTE(CONVERT(`B` USING utf8mb4))" in utf8
    assert "CONVERT(`D` USING utf8mb4)" in utf8
    assert "`F` * 1e0" in utf8
    assert "QUOTE(`B`)" in select_rows("`t`", columns, encoding="cp1252", max_allowed_packet=PACKET).sql


def test_what_stands_between_two_values_is_one_text() -> None:
    first, second = (SourceColumn(name, "int", False, None, None, None, "") for name in "GH")
    sql = select_rows("`t`", [first, second, NUMBER, second], encoding="cp1252", max_allowed_packet=PACKET).sql
    maybe = "IFNULL(CONCAT('$', `A`, '$'), 'NULL')"
    expected = f"SELECT CONCAT(_binary'', '$', `G`, '$,$', `H`, '$,', {maybe}, ',$', `H`, '$') FROM `t`"
    assert sql == expected.replace("$", "''")


def test_what_is_written_by_its_bytes_or_its_number() -> None:
    letters = dataclasses.replace(column("K", "varchar", 20, "sjis"), spelled="digits")
    members = dataclasses.replace(column("L", "set", 20, "sjis"), spelled="number")
    found = select_rows("`t`", [letters, members], encoding="utf-8", max_allowed_packet=PACKET)
    assert found.widths == (2,)
    assert "CONCAT('x''', HEX(`K`), '''')" in found.sql
    assert "IFNULL(CAST(`L` AS UNSIGNED), 'NULL')" in found.sql
    assert "CONVERT" not in found.sql + found.proof
    by_itself = dataclasses.replace(LONG, type_name="longtext", charset="sjis", spelled="digits")
    found = select_rows("`t`", [by_itself], encoding="utf-8", max_allowed_packet=PACKET)
    assert (found.sql, found.widths) == ("SELECT `C` FROM `t`", (BY_ITSELF_IN_DIGITS,))


def test_the_largest_float_is_what_a_server_takes() -> None:
    price = dataclasses.replace(column("M", "float"), precision=4, scale=1)
    found = select_rows("`t`", [price], encoding="cp1252", max_allowed_packet=PACKET)
    assert "IF(`M` > 999.9e0, '999.9', IF(`M` < -999.9e0, '-999.9', `M`))" in found.sql
