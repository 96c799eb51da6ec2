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

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import SPATIAL_TYPES
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
_QUOTE = "''''"
# utf8mb4 takes at most four bytes for what is one byte elsewhere, and an escape doubles them.
_GROWTH = 8
# What may stand for the empty value of an ENUM that has an empty text among its members, the first that is none.
_NOTHING = ("0", "00")
_SAME_IN_UTF8 = (None, "utf8mb4", "utf8mb3", "utf8", "ascii", "binary")


# The width of a piece that is one column as it is; of such values one is summed up by its hexadecimal digits, and one
# is written in them.
BY_ITSELF, BY_ITSELF_IN_HEX, BY_ITSELF_IN_DIGITS = 0, -1, -2


class Select(t.NamedTuple):
    """The SELECT of a table; ``joined`` says of each piece of a row whether it is the text of literals already.

    ``widths`` are the numbers of columns that are joined in the pieces, or why there is one by itself; ``proof`` asks
    for what all rows come to, by their bytes.
    """

    sql: str
    joined: tuple[bool, ...]
    widths: tuple[int, ...]
    proof: str


class _Literal(t.NamedTuple):
    """An expression, and the quotes that its value stands in where it has none of its own."""

    sql: str
    around: str = ""


def select_rows(
    table_sql: str, columns: t.Sequence[SourceColumn], *, encoding: Encoding, max_allowed_packet: int
) -> Select:
    """Return how to ask for all rows of a table."""
    pieces = _pieces(columns, min(_JOINED_BYTES, max_allowed_packet) - _RESERVE_BYTES)
    shown = [
        _joined([_literal(column, encoding) for column in piece.columns])
        if piece.joined
        else _by_itself(piece.columns[0], encoding)
        for piece in pieces
    ]
    return Select(
        f"SELECT {', '.join(shown)} FROM {table_sql}",
        tuple(piece.joined for piece in pieces),
        tuple(_width(piece) for piece in pieces),
        _proof(table_sql, pieces, encoding),
    )


class _Piece(t.NamedTuple):
    """Columns that come as one text, or one that comes as it is."""

    columns: list[SourceColumn]
    joined: bool


def _pieces(columns: t.Sequence[SourceColumn], room: int) -> list[_Piece]:
    pieces: list[_Piece] = []
    for column in columns:
        size_bytes = _literal_bytes(column)
        joined = size_bytes is not None and size_bytes <= room
        if joined:
            room -= size_bytes or 0
        if joined and pieces and pieces[-1].joined:
            pieces[-1].columns.append(column)
        else:
            pieces.append(_Piece([column], joined))
    return pieces


def _width(piece: _Piece) -> int:
    if piece.joined:
        return len(piece.columns)
    if piece.columns[0].spelled == "digits":
        return BY_ITSELF_IN_DIGITS
    return BY_ITSELF_IN_HEX if piece.columns[0].type_name in SPATIAL_TYPES else BY_ITSELF


def _by_itself(column: SourceColumn, encoding: Encoding) -> str:
    return _number(column) if _is_number(column) else _in_encoding(column, encoding)


def _proof(table_sql: str, pieces: t.Sequence[_Piece], encoding: Encoding) -> str:
    """Return the SELECT of three numbers: rows, their sum, and how many hold a value that the encoding cannot say.

    It takes the bytes as they are stored, without the functions that write literals. A row's part is the CRC-32 of its
    literals without their escapes; where it comes in several pieces, that of the sums of these.
    """
    sums = [
        f"CRC32({_joined([_stored(column, encoding) for column in piece.columns])})"
        if piece.joined
        else _sum_of_one(piece.columns[0], encoding)
        for piece in pieces
    ]
    columns = [column for piece in pieces for column in piece.columns]
    changed = [_is_changed(column) for column in columns if _is_converted(column, encoding)]
    lost = f"SUM({' OR '.join(changed)})" if changed else "0"
    row = sums[0] if len(pieces) == 1 and pieces[0].joined else f"CRC32(CONCAT_WS(',', {', '.join(sums)}))"
    return f"SELECT COUNT(*), SUM({row}), {lost} FROM {table_sql}"


def _stored(column: SourceColumn, encoding: Encoding) -> _Literal:
    """Return the literal of what is stored, without escapes."""
    if column.spelled in ("digits", "number"):
        return _literal(column, encoding)
    value = _number(column) if _is_number(column) else f"CAST({_in_encoding(column, encoding)} AS BINARY)"
    if column.nullable:
        return _Literal(f"IFNULL(CONCAT(_binary{_QUOTE}, {value}, _binary{_QUOTE}), _binary'NULL')")
    return _Literal(value, around="'")


def _sum_of_one(column: SourceColumn, encoding: Encoding) -> str:
    value = _by_itself(column, encoding)
    # Not each server lets a function have the bytes of a place.
    return f"COALESCE(CRC32({f'HEX({value})' if column.type_name in SPATIAL_TYPES else value}), 'NULL')"


def _is_changed(column: SourceColumn) -> str:
    there_and_back = f"CONVERT({_in_encoding(column, 'utf-8')} USING {column.charset})"
    return f"CRC32({there_and_back}) <> CRC32({_value(column)})"


def _joined(literals: list[_Literal]) -> str:
    # All texts are in one character set, and bytes are bytes, so nothing is converted.
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
    if _is_number(column):
        return _NUMBER_BYTES
    if column.type_name == "bit":
        return _BIT_BYTES * _GROWTH
    if column.type_name in _TEXTS or column.type_name in _BINARIES:
        return (column.octets or 0) * _GROWTH + 2 if column.octets is not None else None
    return None


def _literal(column: SourceColumn, encoding: Encoding) -> _Literal:
    if column.spelled == "digits":
        digits = f"CONCAT('x''', HEX({quoted(column.name)}), '''')"
        return _Literal(f"IFNULL({digits}, 'NULL')" if column.nullable else digits)
    if column.spelled == "number":
        return _Literal(f"IFNULL({_number(column)}, 'NULL')" if column.nullable else _number(column))
    if _is_bytes(column):
        # From 8.0 on the QUOTE of bytes is a text of MySQL's connection, to which all others would be converted.
        return _Literal(f"CAST(QUOTE(CONVERT({_value(column)} USING latin1)) AS BINARY)")
    if column.type_name not in _NUMBERS:
        return _Literal(f"QUOTE({_in_encoding(column, encoding)})")
    number = _number(column)
    if column.nullable:
        return _Literal(f"IFNULL(CONCAT('''', {number}, ''''), 'NULL')")
    return _Literal(number, around="'")


def _is_number(column: SourceColumn) -> bool:
    return column.type_name in _NUMBERS or column.spelled == "number"


def _number(column: SourceColumn) -> str:
    name = quoted(column.name)
    if column.spelled == "number":
        return f"CAST({name} AS UNSIGNED)"
    if column.type_name == "float" and column.scale is not None and column.precision is not None:
        # The largest is stored as a FLOAT that is larger than what the server takes.
        most = "9" * (column.precision - column.scale) + "." + "9" * column.scale
        return f"IF({name} > {most}e0, '{most}', IF({name} < -{most}e0, '-{most}', {name}))"
    # The server shows six digits of a FLOAT; as a DOUBLE it is shown with all that it has.
    return f"{name} * 1e0" if column.type_name == "float" and column.scale is None else name


def _is_bytes(column: SourceColumn) -> bool:
    """Whether its values are no text: those of an ENUM in the character set binary are none either."""
    return column.type_name in _BINARIES or column.charset == "binary"


def _is_converted(column: SourceColumn, encoding: Encoding) -> bool:
    if column.spelled not in ("text", "nothing"):
        return False
    return encoding == "utf-8" and column.type_name != "json" and column.charset not in _SAME_IN_UTF8


def _in_encoding(column: SourceColumn, encoding: Encoding) -> str:
    value = _value(column)
    if column.type_name == "json" or _is_converted(column, encoding):
        return f"CONVERT({value} USING utf8mb4)"
    return value


def stands_for_nothing(column: SourceColumn) -> str | None:
    """Return the text that the empty value of an ENUM is written as that has an empty text among its members, too."""
    return next((text for text in _NOTHING if f"'{text}'" not in column.type_sql), None)


def _value(column: SourceColumn) -> str:
    """Return what is asked for; the empty value of an ENUM as another text than the member that is empty too."""
    name = quoted(column.name)
    if column.spelled != "nothing":
        return name
    text = stands_for_nothing(column)
    # As the column's own text: a literal is none that each character set could be converted to.
    zero = f"CONVERT(_latin1'{text}' USING {column.charset})"
    return f"IF({name} + 0 = 0, {zero}, {name})"
