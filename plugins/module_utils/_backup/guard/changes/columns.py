# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Columns that ALTER TABLE adds, moves and changes, and what that may mean for rows before it."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import (
    SPATIAL_TYPES,
    Column,
    TableDefinition,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import Token, name_of
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import Refused

_UTF8 = {"utf8": "utf8mb3"}
# Types of a kind, from narrow to wide: each takes what those before it hold, as it is.
_WIDER = (
    ("tinyint", "smallint", "mediumint", "int", "bigint"),
    ("varchar", "text", "mediumtext", "longtext"),
    ("varbinary", "blob", "mediumblob", "longblob"),
)
_ONE_TYPE = {"integer": "int", "numeric": "decimal", "dec": "decimal", "fixed": "decimal", "character": "char"}
# A server knows no value for these that stands for nothing, or takes the time of the day.
_WITHOUT_NOTHING = SPATIAL_TYPES | {"timestamp", "json", "uuid", "inet4", "inet6", "vector"}

# FIRST, or the column behind which one is put.
Place = t.Optional[str]
FIRST = ""


def split_place(tokens: t.Sequence[Token]) -> tuple[list[Token], Place]:
    """Return the words of a column without its place, and that: FIRST, a column's name, or None."""
    if len(tokens) > 2 and tokens[-2].upper == b"AFTER":
        return list(tokens[:-2]), name_of(tokens[-1])
    if len(tokens) > 2 and tokens[-1].upper == b"FIRST":
        return list(tokens[:-1]), FIRST
    return list(tokens), None


def placed_in(definition: TableDefinition, column: Column, place: Place) -> TableDefinition:
    """Return a table with a column in its place: the last one, where that is None and it is a new one."""
    others = [one for one in definition.columns if one.name.lower() != column.name.lower()]
    at = len(others)
    if place == FIRST:
        at = 0
    elif place is not None:
        names = [one.name.lower() for one in others]
        if place.lower() not in names:
            raise Refused(f"ALTER TABLE that puts a column behind {place}, which is not there")
        at = names.index(place.lower()) + 1
    return dataclasses.replace(definition, columns=(*others[:at], column, *others[at:]))


def with_column(definition: TableDefinition, name: str, column: Column) -> TableDefinition:
    """Return a table with another column in the place of one."""
    columns = tuple(column if one.name.lower() == name.lower() else one for one in definition.columns)
    return dataclasses.replace(definition, columns=columns)


def check_added(column: Column, definition: TableDefinition, *, changed: bool) -> None:
    """Refuse a column of which a restore would not give rows before it what a server gives them.

    ``changed`` says that the table was changed behind rows before.
    """
    if column.auto_increment:
        # By a unique key the engine may keep its rows in another order than they came.
        if changed or any(key.kind in ("PRIMARY KEY", "UNIQUE KEY") for key in definition.keys):
            raise Refused(f"ALTER TABLE that adds the counter {column.name} behind rows, in the server's own order")
        return
    given = column.nullable or column.attribute("DEFAULT") or column.attribute("GENERATED")
    if not given and column.type_name in _WITHOUT_NOTHING:
        raise Refused(f"ALTER TABLE that adds {column.name} behind rows, which may not be NULL and has no default")


def check_change(before: Column, after: Column, charset: str | None, *, left_out: bool) -> None:
    """Refuse another type or default of a column behind rows: to a server they have been changed by those before.

    ``charset`` is that of the table, ``left_out`` says that rows leave out columns.
    """
    same = _shape(before) == _shape(after)
    charsets = {_UTF8.get(name, name) for name in (before.charset or charset, after.charset or charset) if name}
    if not (same or _is_wider(before, after)) or len(charsets) > 1:
        raise Refused(f"ALTER TABLE that changes the type of {after.name} behind rows")
    if left_out and _left_out_as(before) != _left_out_as(after):
        raise Refused(f"ALTER TABLE that changes the default of {after.name} behind rows that may leave it out")


def _left_out_as(column: Column) -> tuple[bool, bytes]:
    """Return what a row gets that leaves a column out: whether it may be NULL, and its default."""
    default = column.attribute("DEFAULT")
    return column.nullable, b"" if default is None or default.sql.upper() == b"DEFAULT NULL" else default.sql


def _shape(column: Column) -> bytes:
    """Return a type in one spelling, without the width that an integer is shown in."""
    name = _ONE_TYPE.get(column.type_name, column.type_name)
    shape = name.encode() + column.type_sql[len(column.type_name) :].replace(b" ", b"")
    return re.sub(rb"\(\d+\)", b"", shape).lower() if name in _WIDER[0] else shape


def _is_wider(before: Column, after: Column) -> bool:
    names = [_ONE_TYPE.get(one.type_name, one.type_name) for one in (before, after)]
    unsigned = [b"UNSIGNED" in one.type_sql.upper() for one in (before, after)]
    if names[0] == names[1] and names[0] in ("varchar", "varbinary"):
        return before.length <= after.length
    kinds = [kind for kind in _WIDER if names[0] in kind and names[1] in kind]
    return any(kind.index(names[0]) <= kind.index(names[1]) for kind in kinds) and unsigned[0] == unsigned[1]
