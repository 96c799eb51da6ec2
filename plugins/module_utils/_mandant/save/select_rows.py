# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""How the rows of a table are asked for: the server writes the literals, and sends a row as one text, pure.

A function's result is not longer than max_allowed_packet (MariaDB documentation, CONCAT). So only columns
that cannot come near it are joined; the others come as they are, and are made literals here.
"""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.write.cao_text import Encoding
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.source_tables import SourceColumn

_NUMBERS = frozenset(
    ("tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "float", "double", "date", "datetime", "timestamp",
     "time", "year")
)  # fmt: skip
_TEXTS = frozenset(("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"))
_BINARIES = frozenset(("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "bit"))
# The longest number is a DOUBLE with 30 decimals.
_NUMBER_BYTES = 400
_BIT_BYTES = 8
_JOINED_BYTES = 8 * 1024 * 1024
_RESERVE_BYTES = 4096
# utf8mb4 takes at most four bytes for what is one byte elsewhere, and an escape doubles them.
_GROWTH = 8
_SAME_IN_UTF8 = (None, "utf8mb4", "utf8mb3", "utf8", "ascii", "binary")


class Select(t.NamedTuple):
    """The SELECT of a table; ``joined`` says of each piece of a row whether it is the text of literals already."""

    sql: str
    joined: tuple[bool, ...]


class _Literal(t.NamedTuple):
    """An expression, and the quotes that its value stands in where it has none of its own."""

    sql: str
    around: str = ""


def select_rows(
    table_sql: str, columns: t.Sequence[SourceColumn], *, encoding: Encoding, max_allowed_packet: int
) -> Select:
    """Return how to ask for all rows of a table."""
    room = min(_JOINED_BYTES, max_allowed_packet) - _RESERVE_BYTES
    pieces: list[str] = []
    joined: list[bool] = []
    group: list[_Literal] = []
    for column in columns:
        size_bytes = _literal_bytes(column)
        if size_bytes is not None and size_bytes <= room:
            room -= size_bytes
            group.append(_literal(column, encoding))
            continue
        if group:
            pieces.append(_joined(group))
            joined.append(True)
            group = []
        pieces.append(_in_encoding(column, encoding))
        joined.append(False)
    if group:
        pieces.append(_joined(group))
        joined.append(True)
    return Select(f"SELECT {', '.join(pieces)} FROM {table_sql}", tuple(joined))


def _joined(literals: list[_Literal]) -> str:
    # The empty binary text makes all of it binary: nothing is converted, whatever the columns' character sets.
    arguments = ["_binary''"]
    text = ""
    for number, literal in enumerate(literals):
        # What stands between two values is one argument: a function of each value's own takes the server half as long
        # again for a row.
        text += ("," if number else "") + literal.around
        if text:
            arguments.append(_sql_text(text))
        arguments.append(literal.sql)
        text = literal.around
    if text:
        arguments.append(_sql_text(text))
    return f"CONCAT({', '.join(arguments)})"


def _sql_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _literal_bytes(column: SourceColumn) -> int | None:
    """Return how long the column's literal can be, None for a type that no function reads as it is."""
    if column.type_name in _NUMBERS:
        return _NUMBER_BYTES
    if column.type_name == "bit":
        return _BIT_BYTES * _GROWTH
    if column.type_name in _TEXTS or column.type_name in _BINARIES:
        return (column.octets or 0) * _GROWTH + 2 if column.octets is not None else None
    return None


def _literal(column: SourceColumn, encoding: Encoding) -> _Literal:
    if column.type_name not in _NUMBERS:
        return _Literal(f"QUOTE({_in_encoding(column, encoding)})")
    number = _number(column)
    if column.nullable:
        return _Literal(f"IFNULL(CONCAT('''', {number}, ''''), 'NULL')")
    return _Literal(number, around="'")


def _number(column: SourceColumn) -> str:
    name = quoted(column.name)
    # The server shows six digits of a FLOAT; as a DOUBLE it is shown with all that it has.
    return f"{name} * 1e0" if column.type_name == "float" and column.scale is None else name


def _in_encoding(column: SourceColumn, encoding: Encoding) -> str:
    name = quoted(column.name)
    if column.type_name == "json":
        return f"CONVERT({name} USING utf8mb4)"
    if encoding == "utf-8" and column.charset not in _SAME_IN_UTF8:
        return f"CONVERT({name} USING utf8mb4)"
    return name
