# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a backup in CAO's own layout, as a stream (cao-format 1.3 to 1.6).

What is written comes back bit-exact: the defects of the historic writers (cao-format 1.7) are
switches that are off, so that tests can have them.
"""

from __future__ import annotations

import datetime
import decimal
import math
import re
import typing as t
from dataclasses import dataclass

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.streams import joined
from ansible_collections.cao.faktura.plugins.module_utils._backup.write.cao_text import (
    BackupHeader,
    Encoding,
    encoded,
    header_text,
    literal,
    printable_name,
)

Cell = t.Union[None, bytes, str, int, float, decimal.Decimal, datetime.date, datetime.datetime, datetime.time]
Row = t.Sequence[Cell]
KeyKind = t.Literal["PRIMARY KEY", "UNIQUE KEY", "KEY"]

PIECE_BYTES = 256 * 1024
STATIC_TABLES = frozenset(("BLZ", "LAND", "PLZ"))
_CACHED_CHARACTERS = 40
_CACHED_TEXTS = 4096

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_CURRENT_TIMESTAMP = re.compile(r"current_timestamp(\(\d*\))?", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class BackupColumn:
    """One column: ``default`` is the text SHOW FIELDS gives (None: no default), ``extra`` its Extra."""

    name: str
    type_text: str
    default: str | None = None
    nullable: bool = True
    extra: str = ""


@dataclass(frozen=True)
class BackupKey:
    """One key with the names of its columns; ``name`` is not used for the primary key."""

    kind: KeyKind
    columns: tuple[str, ...]
    name: str = ""


@dataclass(frozen=True)
class BackupTable:
    """What the writer has to know of a table."""

    name: str
    columns: tuple[BackupColumn, ...]
    keys: tuple[BackupKey, ...] = ()


@dataclass(frozen=True)
class Defects:
    """Known defects of the historic writers (numbers of cao-format 1.7).

    quoted_current_timestamp: no 1, the default becomes a string the server refuses.
    dropped_empty_default: no 4, ``default ''`` is not written.
    decimal_comma: no 11, decimals with the comma of German Windows.
    boolean_enum: no 13, enum('N','Y') as False and True.
    empty_zero_date: no 15, a date or datetime that is all zeros as ''.
    """

    quoted_current_timestamp: bool = False
    dropped_empty_default: bool = False
    decimal_comma: bool = False
    boolean_enum: bool = False
    empty_zero_date: bool = False


@dataclass(frozen=True)
class WriterOptions:
    """``static_tables``: PLZ, BLZ and LAND with their rows. ``back_tables``: do not skip BACK_* tables."""

    encoding: Encoding = "cp1252"
    static_tables: bool = True
    back_tables: bool = False
    defects: Defects = Defects()


_DEFAULT_OPTIONS = WriterOptions()


def write_backup(
    header: BackupHeader,
    tables: t.Iterable[tuple[BackupTable, t.Iterable[Row]]],
    options: WriterOptions = _DEFAULT_OPTIONS,
) -> t.Iterator[bytes]:
    """Yield the backup in pieces of about PIECE_BYTES; memory does not grow with the rows.

    ``tables`` come in the order of the file; CAO's own is alphabetical. Rows have one cell per
    column. A text cell is encoded, a bytes cell is written as it is; a zero date is the text the
    server shows for it. Raises Failure(encoding_ambiguous) for a text that the encoding cannot
    hold, ValueError for rows of the wrong length and for names with control characters or that
    the encoding cannot hold, and TypeError for a cell that is none of ``Cell``.
    """
    yield header_text(header, options.encoding)
    for table, rows in tables:
        if options.back_tables or not table.name.upper().startswith("BACK_"):
            yield from write_table(table, rows, options)


def write_table(
    table: BackupTable, rows: t.Iterable[Row], options: WriterOptions = _DEFAULT_OPTIONS
) -> t.Iterator[bytes]:
    """Yield the block of one table: structure, and its rows when it has any."""
    shown = printable_name(table.name).upper()
    title = f"#\r\n# TABLE [{shown}]"
    structure = (
        f"{title}\r\n#\r\ndrop table if exists {_name(shown)};\r\n\r\n{_create(table, options.defects)}\r\n\r\n\r\n"
    )
    yield encoded(structure, options.encoding)
    if shown in STATIC_TABLES and not options.static_tables:
        return
    some = False
    for piece in filter(None, joined(_statements(table, rows, options), PIECE_BYTES)):
        if not some:
            yield encoded(f"{title} DATA\r\n#\r\n", options.encoding)
            some = True
        yield piece
    if some:
        yield b"\r\n\r\n\r\n"


def _name(name: str) -> str:
    """Unquoted as CAO does it, and quoted where it could not be read back otherwise."""
    if _PLAIN_NAME.fullmatch(name):
        return name
    return "`" + printable_name(name).replace("`", "``") + "`"


def _create(table: BackupTable, defects: Defects) -> str:
    lines = [_column(column, defects) for column in table.columns]
    lines += [_key(key) for key in table.keys]
    # Without keys CAO closes on the line of the last column (cao-format 1.4).
    end = "\r\n);" if table.keys else ");"
    return f"create table {_name(table.name.upper())} (\r\n  " + ",\r\n  ".join(lines) + end


def _column(column: BackupColumn, defects: Defects) -> str:
    text = f"{_name(column.name)} {column.type_text}"
    if column.default is not None and not (column.default == "" and defects.dropped_empty_default):
        text += f" default {_default(column, column.default, defects)}"
    if not column.nullable:
        text += " not null"
    if column.extra:
        text += f" {column.extra}"
    return text


def _default(column: BackupColumn, default: str, defects: Defects) -> str:
    moment = column.type_text.lower().startswith(("timestamp", "datetime"))
    if moment and _CURRENT_TIMESTAMP.fullmatch(default) and not defects.quoted_current_timestamp:
        return default
    return literal(default.encode("utf-8")).decode("utf-8")


def _key(key: BackupKey) -> str:
    parts = ", ".join(_name(column) for column in key.columns)
    name = "" if key.kind == "PRIMARY KEY" else f" {_name(key.name)}"
    return f"{key.kind}{name} ({parts})"


def _statements(table: BackupTable, rows: t.Iterable[Row], options: WriterOptions) -> t.Iterator[bytes]:
    start = encoded(f"INSERT INTO {_name(table.name.upper())} VALUES (", options.encoding)
    writers = _cell_writers(options.encoding)
    for number, row in enumerate(_spoiled(table, rows, options.defects), 1):
        if len(row) != len(table.columns):
            raise ValueError(f"table {table.name}, row {number}: {len(row)} cells for {len(table.columns)} columns")
        try:
            cells = [writers[type(cell)](cell) for cell in row]
        except UnicodeEncodeError:
            column = _column_that_fails(table, row, options.encoding)
            raise Failure(
                "encoding_ambiguous",
                f"The text in table {table.name}, column {column}, row {number} cannot be written in "
                f"{options.encoding}; write this backup with another encoding.",
            ) from None  # the cause would carry the text
        except KeyError as exc:
            raise TypeError(f"table {table.name}, row {number}: cell of type {exc.args[0].__name__}") from None
        yield start + b",".join(cells) + b");\r\n"


def _column_that_fails(table: BackupTable, row: Row, encoding: Encoding) -> str:
    for column, cell in zip(table.columns, row):
        try:
            encoded(cell if isinstance(cell, str) else "", encoding)
        except UnicodeEncodeError:
            return column.name
    raise AssertionError("unreachable")  # pragma: no cover


class _Texts(dict[str, bytes]):
    """The literals of texts. Flags, sums and defaults repeat: a look-up is all they cost."""

    def __init__(self, encoding: Encoding) -> None:
        super().__init__()
        self._encoding = encoding

    def __missing__(self, text: str) -> bytes:
        found = literal(encoded(text, self._encoding))
        if len(text) <= _CACHED_CHARACTERS:
            if len(self) >= _CACHED_TEXTS:
                self.clear()
            self[text] = found
        return found


def _cell_writers(encoding: Encoding) -> dict[type, t.Callable[[t.Any], bytes]]:
    # By the exact type: bool is an int to Python and a defect to CAO (cao-format 1.7 no 13).
    return {
        type(None): {None: b"NULL"}.__getitem__,
        bytes: literal,
        str: _Texts(encoding).__getitem__,
        int: lambda cell: b"'%d'" % cell,
        float: _float,
        decimal.Decimal: _decimal,
        datetime.date: lambda cell: _ascii(cell.isoformat()),
        datetime.datetime: _datetime,
        datetime.time: lambda cell: _ascii(cell.replace(tzinfo=None).isoformat()),
    }


def _ascii(text: str) -> bytes:
    return b"'" + text.encode("ascii") + b"'"


def _float(cell: float) -> bytes:
    if not math.isfinite(cell):
        raise ValueError("a cell that is not a finite number")
    # The shortest text that gives the same double, in the style of Delphi: 1E-5.
    mantissa, _sign, exponent = repr(cell).partition("e")
    if mantissa.endswith(".0"):
        mantissa = mantissa[:-2]
    return _ascii(f"{mantissa}E{int(exponent)}" if exponent else mantissa)


def _decimal(cell: decimal.Decimal) -> bytes:
    # Never by way of a float and never with an exponent: invoice hashes are made over this text.
    if not cell.is_finite():
        raise ValueError("a cell that is not a finite number")
    return _ascii(format(cell, "f"))


def _datetime(cell: datetime.datetime) -> bytes:
    cell = cell.replace(tzinfo=None)
    # At midnight CAO writes the date alone (cao-format 1.5); the server reads the same value.
    return _ascii(cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" "))


def _spoiled(table: BackupTable, rows: t.Iterable[Row], defects: Defects) -> t.Iterable[Row]:
    if not (defects.decimal_comma or defects.boolean_enum or defects.empty_zero_date):
        return rows
    columns = table.columns
    return ([_spoil(column, cell, defects) for column, cell in zip(columns, row)] for row in rows)


def _spoil(column: BackupColumn, cell: Cell, defects: Defects) -> Cell:
    kind = column.type_text.lower()
    if cell is None:
        return None
    if defects.decimal_comma and kind.startswith("decimal"):
        return str(cell).replace(".", ",")
    if defects.boolean_enum and kind == "enum('n','y')":
        return "True" if cell == "Y" else "False"
    if defects.empty_zero_date and kind.startswith(("date", "timestamp")) and str(cell).startswith("0000-00-00"):
        return ""
    return cell
