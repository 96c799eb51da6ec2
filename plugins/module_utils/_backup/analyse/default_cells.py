# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Columns that rows leave out, or have DEFAULT for instead of a value: what a server fills them with."""

from __future__ import annotations

import re

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import (
    Column,
    TableDefinition,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import (
    Rows,
    cells_of,
    quickly_replaced,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import Refused

# What a column of a type gets that may not be NULL, where nothing is told (documentation of data type defaults). Of
# others every server does so by itself, or none does.
_NOTHING = {
    **dict.fromkeys(("char", "character", "varchar", "nchar", "nvarchar", "binary", "varbinary", "set"), b"''"),
    **dict.fromkeys(
        ("tinytext", "text", "mediumtext", "longtext", "tinyblob", "blob", "mediumblob", "longblob"), b"''"
    ),
    "date": b"'0000-00-00'",
    "datetime": b"'0000-00-00 00:00:00'",
    "time": b"'00:00:00'",
}
_NUMBERS = re.compile(
    r"(?:tiny|small|medium|middle|big)?int(?:eger|[12348])?|dec(?:imal)?|numeric|fixed|float[48]?|double|real|bit|year"
    r"|bool(?:ean)?"
)
_LISTS_KEPT = 64
# What is not 0 to a column of whole numbers, and where a row begins that may have something else first.
_OWN_NUMBER = re.compile(
    rb"'?[ ]*[-+]?[0-9]*[1-9][0-9]*(?:\.[0-9]*)?[ ]*'?|TRUE"
    rb"|0[xb][0-9a-f]*[1-9a-f][0-9a-f]*|[xb]'[0-9a-f]*[1-9a-f][0-9a-f]*'",
    re.IGNORECASE,
)
_BEGINS_SO = {
    # 1e-9 is 0 as well.
    True: re.compile(rb"\((?:(?!'?[0-9]*[1-9])|'?[0-9.]+e)", re.IGNORECASE),
    # NULL, and what functions and operators may make it of; a parenthesis in a text is mostly none of it.
    False: re.compile(rb"\(\s*(?:NULL|/\*|[-+~(]|[A-Z_0-9]+\(|BINARY |[0-9.]+ [-+*/%&|^<>DM])", re.IGNORECASE),
}


class Filling:
    """Fills what rows leave out as a server does that is lenient; a strict one refuses such rows (error 1364)."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, tuple[str, ...]], tuple[TableDefinition, dict[str, bytes]]] = {}

    def filled(self, definition: TableDefinition, rows: Rows) -> Rows:
        """Return rows, all of the same columns, with what stands for nothing in those that they leave out."""
        left_out = self._left_out(definition, rows.columns) if rows.columns else {}
        if not left_out:
            return rows
        more = b"".join(rows.comma + text for text in left_out.values()) + b")"
        return quickly_replaced(
            rows,
            columns=(*rows.columns, *left_out),
            text=rows.separator.join(text[:-1] + more for text in rows.texts()),
            kinds=(*rows.kinds, *[""] * len(left_out)),
            longest_bytes=rows.longest_bytes + len(more) if rows.longest_bytes else 0,
        )

    def _left_out(self, definition: TableDefinition, columns: tuple[str, ...]) -> dict[str, bytes]:
        known = self._known.get((definition.name, columns))
        if known is not None and known[0] is definition:
            return known[1]
        there = {name.lower() for name in columns}
        found = {
            column.name: nothing
            for column in definition.columns
            if column.name.lower() not in there
            and not definition.is_nullable(column)
            and (nothing := nothing_in(column))
        }
        if len(self._known) >= _LISTS_KEPT:
            self._known.clear()
        self._known[definition.name, columns] = (definition, found)
        return found


def nothing_in(column: Column) -> bytes:
    """Return what stands for nothing in a column that has no default, else b""."""
    if any(map(column.attribute, ("DEFAULT", "AUTO_INCREMENT", "GENERATED"))):
        return b""
    return b"0" if _NUMBERS.fullmatch(column.type_name) else _NOTHING.get(column.type_name, b"")


def without_defaults(definition: TableDefinition, row: Rows, sql_mode: str | None) -> Rows:
    """Return a row, or rows alike, with the columns alone that have a value.

    Refused where it is not as wide as its columns, or asks for a number of the counter in a way that is no question.
    """
    names = row.columns or tuple(column.name for column in definition.columns)
    width = len(row.kinds) + len(row.defaults)
    if width != len(names) and (row.defaults or row.columns):
        raise Refused(f"a row of {width} values for {len(names)} columns")
    if "NO_AUTO_VALUE_ON_ZERO" in (sql_mode or "").upper() and definition.counter_at(row.columns) in row.defaults:
        raise Refused("DEFAULT for an AUTO_INCREMENT column under NO_AUTO_VALUE_ON_ZERO, which may store 0 as well")
    if not row.kinds:
        return _empty(definition, row)
    left = tuple(name for index, name in enumerate(names) if index not in row.defaults)
    return quickly_replaced(row, columns=left, defaults=())


def _empty(definition: TableDefinition, row: Rows) -> Rows:
    """Return a row without any value: one column has to be named all the same, where rows go by columns."""
    counter = definition.counter
    own = [one for one in definition.columns if not one.attribute("GENERATED")]
    column = counter or next((one for one in own if one.nullable or one.attribute("DEFAULT")), own[0])
    # NULL asks a counter for its next number, whatever the sql_mode.
    text = b"(DEFAULT)" if counter is None else b"(NULL)"
    return quickly_replaced(row, columns=(column.name,), text=text, kinds=("",), comma=b",", defaults=())


def may_ask_for_number(definition: TableDefinition, rows: Rows) -> bool:
    """Whether rows may leave the number of the table's counter to the server."""
    return definition.leaves_out_counter(rows.columns) or names_no_number(definition, rows)


def names_no_number(definition: TableDefinition, rows: Rows) -> bool:
    """Whether a row that has the table's counter asks the server for its number, by NULL or by 0.

    Of what is no plain number it may say so wrongly, as long as 0 asks for one.
    """
    index = definition.counter_at(rows.columns)
    if index is None:
        return False
    zero_counts = rows.under.zero_counts
    if index == 0 and not _BEGINS_SO[zero_counts].search(rows.text):
        return False
    if not zero_counts and b"NULL" not in rows.text.upper():
        return False
    found = cells_of(rows, index)
    if zero_counts:
        return not all(map(_OWN_NUMBER.fullmatch, found))
    return any(cell[:1] not in (b"'", b'"') and b"NULL" in cell.upper() for cell in found)
