# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which expression is put around two columns: none where equal numbers are the same, bytes for texts."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.compare.columns import Both
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.source_tables import SourceColumn


def _column(kind: str, **fields: t.Any) -> SourceColumn:
    plain: dict[str, t.Any] = {"charset": None, "octets": None, "scale": None, "extra": "", "type_sql": kind}
    return SourceColumn("X", kind, nullable=True, **{**plain, **fields})


def _text(kind: str = "varchar", octets: int | None = 40, **fields: t.Any) -> SourceColumn:
    plain = {"charset": "latin1", "collation": "latin1_swedish_ci", "type_sql": f"{kind}({octets})"}
    return _column(kind, octets=octets, **{**plain, **fields})


CASES: tuple[tuple[SourceColumn, SourceColumn, str], ...] = (
    (_column("int"), _column("bigint"), "{}"),
    (_column("decimal"), _column("decimal"), "{}"),
    (_column("decimal"), _column("int"), "CAST({} AS DECIMAL(65,30))"),
    (_column("float"), _column("float"), "CONCAT({}*1e0)"),
    (_column("double"), _column("int"), "CONCAT({}*1e0)"),
    (_column("bit"), _column("bit", type_sql="bit(8)"), "({}|0)"),
    (_column("date"), _column("date"), "{}"),
    (_column("date"), _column("datetime"), "CAST({} AS DATETIME(6))"),
    (_column("time"), _column("time", type_sql="time(3)"), "CAST({} AS TIME(6))"),
    (_text("enum"), _text("enum"), "({}|0)"),
    (_text("enum"), _text("enum", type_sql="enum('c')"), "CAST({} AS BINARY)"),
    (_text(), _text(), "CAST({} AS BINARY)"),
    (_text(), _text(charset="utf8mb4"), "CAST(CONVERT({} USING utf8mb4) AS BINARY)"),
    (_text(), _text("longtext", None), "SHA2(CONVERT({} USING utf8mb4), 256)"),
    (_text("longtext", None), _text("longtext", None), "SHA2({}, 256)"),
    (_text("text", 65535), _text("text", 65535), "CAST({} AS BINARY)"),
    (_column("longblob"), _column("blob"), "{}"),
    (_text(), _column("varbinary", octets=40), "CAST({} AS BINARY)"),
    (_column("json"), _column("json"), "SHA2({}, 256)"),
    (_column("point"), _column("point"), "HEX({})"),
    (_column("point"), _column("int"), "CAST(CONVERT(CONCAT({}) USING utf8mb4) AS BINARY)"),
)


@pytest.mark.parametrize(("mandant", "backup", "value"), CASES)
def test_values_are_compared_alike_from_both_sides(mandant: SourceColumn, backup: SourceColumn, value: str) -> None:
    assert [Both(*pair).value for pair in ((mandant, backup), (backup, mandant))] == [value, value]


@pytest.mark.parametrize(("mandant", "backup", "_value"), CASES)
def test_a_part_of_a_row_is_short_however_long_a_text_is(
    mandant: SourceColumn, backup: SourceColumn, _value: str
) -> None:
    piece = Both(mandant, backup).piece
    assert piece.startswith("COALESCE(")
    texts = {"longtext", "text", "longblob", "json"} & {mandant.type_name, backup.type_name}
    assert ("SHA2" in piece) == bool(texts)


def test_a_key_joins_where_both_tables_take_the_same_for_equal() -> None:
    for one, other, joins in (
        (_column("int"), _column("bigint"), True),
        (_text(), _text(), True),
        (_text(), _text(collation="latin1_bin"), False),
        (_text(), _text(charset="utf8mb4"), False),
        (_column("date"), _column("date"), True),
        (_column("date"), _column("int"), False),
    ):
        assert Both(one, other).joins == joins
        assert Both(other, one).joins == joins


def test_the_name_is_that_of_the_mandant() -> None:
    assert Both(_column("int"), dataclasses.replace(_column("int"), name="x")).name == "X"
