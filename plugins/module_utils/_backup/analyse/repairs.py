# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The known defects of CAO's writer, each put right under a name and reported (cao-format 1.7)."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.analysis import Repair
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.keys import Key
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import (
    Attribute,
    Column,
    TableDefinition,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import (
    INTEGER,
    NUMBER,
    Rows,
    any_kinds,
    cells,
)

_TEXTS = {
    "quoted_current_timestamp": "the default CURRENT_TIMESTAMP was written as a text; it is a function again",
    "copied_extra": "a word of SHOW FIELDS stands behind the column that no server takes; it is left out",
    "lost_key_length": "a key over a long column lost its length; it covers the first 191 characters",
    "decimal_comma": "numbers were written with a comma; they get the point that the server reads",
    "flag_as_text": "True and False stand for Y and N",
    "empty_date": "an empty text stands for the zero date",
    "time_without_date": "a time without its date stands for Delphi's day 0, 1899-12-30",
    "day_zero_timestamp": "1899-12-30, Delphi's day 0, does not fit a TIMESTAMP; it is the zero date",
}
_QUOTED_NOW = re.compile(rb"DEFAULT '(current_timestamp)(?:\(([0-6]?)\))?'", re.IGNORECASE)
_COMMA = re.compile(rb"'(-?[0-9]*),([0-9]+)'")
_TIME = re.compile(rb"'([0-9]{2}:[0-9]{2}:[0-9]{2})'")
_NUMBERS = frozenset(("decimal", "dec", "numeric", "fixed", "float", "double", "real"))
_INTEGERS = frozenset(("tinyint", "smallint", "mediumint", "int", "integer", "bigint"))
_LONG = re.compile(r"(?:tiny|medium|long)?(?:text|blob)")
_FLAGS = {b"'true'": b"'Y'", b"'false'": b"'N'"}
_LOST_LENGTH = 191
# Of so many lists of columns of a table it is known what their rows hold.
_LISTS_KEPT = 1000
# By what stands for the empty value of an ENUM, number 0.
_KINDS_OF_ENUMS = {b"''": "enum", b"'0'": "enum_0", b"'00'": "enum_00"}


def watched_kind(column: Column) -> str:
    """Return which kind of values of a column the writer's defects can reach, "" for none."""
    if column.type_name in _NUMBERS:
        return "decimal"
    if column.is_flag:
        return "flag"
    if column.nothing:
        return _KINDS_OF_ENUMS[column.nothing]
    return {"date": "date", "datetime": "date", "timestamp": "timestamp"}.get(column.type_name, "")


def number_kind(column: Column) -> str:
    """Return the kind of a column whose numbers may stand without quotes, or that is an ENUM; "" for any other."""
    if column.nothing:
        return _KINDS_OF_ENUMS[column.nothing]
    if column.type_name in _INTEGERS:
        return INTEGER
    return NUMBER if column.type_name in _NUMBERS else ""


def watched_kinds(definition: TableDefinition, columns: t.Sequence[str], width: int) -> tuple[str, ...]:
    """Return the kind of each cell of a row with ``width`` cells."""
    found = [definition.column(name) for name in columns] if columns else list(definition.columns)
    if len(found) != width:
        return any_kinds(width)
    return tuple(["" if column is None else watched_kind(column) for column in found])


class KindsOfTable:
    """The kinds of the columns of a table, and of rows with some of them; a dump may name others in each row.

    Columns that are ``empty``, in lower case, are known to hold an ENUM's empty value.
    """

    def __init__(
        self, definition: TableDefinition, kind_of: t.Callable[[Column], str], empty: t.Collection[str]
    ) -> None:
        self.definition, self.made_by = definition, (kind_of, len(empty))
        other = {"flag": "flag_or_empty", **dict.fromkeys(_KINDS_OF_ENUMS.values(), "")}
        kinds = {column.name.lower(): kind_of(column) for column in reversed(definition.columns)}
        self._by_name = {name: other.get(kind, kind) if name in empty else kind for name, kind in kinds.items()}
        self._of_all = tuple([self._by_name[column.name.lower()] for column in definition.columns])
        self._known: dict[tuple[str, ...], tuple[str, ...]] = {(): self._of_all}

    def of(self, columns: tuple[str, ...], width: int) -> tuple[str, ...]:
        """Return the kind of each cell of a row with ``width`` cells, which are those of columns, or of all."""
        found = self._known.get(columns)
        if found is None:
            if len(self._known) >= _LISTS_KEPT:
                self._known = {(): self._of_all}
            by_name = self._by_name
            found = self._known[columns] = tuple([by_name.get(name.lower(), "") for name in columns])
        return found if len(found) == width else any_kinds(width)


# What may stand for nothing; a single row is written with plain commas.
_LONG_BYTES = 4096
_EMPTY_CELL = re.compile(rb"[(,] ?'0?0?'[,)]")


def empty_enums(definition: TableDefinition, row: Rows) -> set[str]:
    """Return the columns, in lower case, in which a single row holds the empty value of an ENUM."""
    # Of a long row it is sooner said that none of its columns can.
    can = len(row.text) < _LONG_BYTES or any(column.nothing for column in definition.columns)
    if not can or not _EMPTY_CELL.search(row.text):
        return set()
    texts = cells(row.text)
    names = row.columns or tuple(column.name for column in definition.columns)
    if len(names) != len(texts):
        return set()
    columns = [definition.column(name) for name in names]
    return {
        column.name.lower()
        for column, text in zip(columns, texts)
        if column is not None and column.nothing and text == column.nothing
    }


class RepairLog:
    """Counts repairs by name, table and column."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, str | None], int] = {}

    def add(self, name: str, table: str, column: str | None) -> None:
        key = (name, table, column)
        self._counts[key] = self._counts.get(key, 0) + 1

    def repairs(self) -> tuple[Repair, ...]:
        """Return what was counted, in the order it was met."""
        return tuple(
            Repair(name, table, column, count, _TEXTS[name]) for (name, table, column), count in self._counts.items()
        )


def repaired_definition(definition: TableDefinition, log: RepairLog) -> TableDefinition:
    """Return the definition as the writer should have written it."""
    columns = tuple(_repaired_column(definition.name, column, log) for column in definition.columns)
    repaired = dataclasses.replace(definition, columns=columns)
    keys = tuple(_repaired_key(repaired, key, log) for key in definition.keys)
    return dataclasses.replace(repaired, keys=keys)


def _repaired_column(table: str, column: Column, log: RepairLog) -> Column:
    attributes = []
    for attribute in column.attributes:
        quoted = _QUOTED_NOW.fullmatch(attribute.sql)
        if quoted and column.type_name in ("timestamp", "datetime"):
            log.add("quoted_current_timestamp", table, column.name)
            digits = b"(" + quoted.group(2) + b")" if quoted.group(2) else b""
            attributes.append(Attribute("DEFAULT", b"DEFAULT CURRENT_TIMESTAMP" + digits, attribute.version))
        elif attribute.kind in ("EXTRA", "INVISIBLE"):
            log.add("copied_extra", table, column.name)
        else:
            attributes.append(attribute)
    return dataclasses.replace(column, attributes=tuple(attributes))


def _repaired_key(definition: TableDefinition, key: Key, log: RepairLog) -> Key:
    if key.kind.startswith(("FULLTEXT", "SPATIAL")):
        return key
    parts = []
    for part in key.parts:
        column = definition.column(part.column or "")
        if column is not None and part.length is None and _LONG.fullmatch(column.type_name):
            log.add("lost_key_length", definition.name, column.name)
            parts.append(dataclasses.replace(part, length=_LOST_LENGTH))
        else:
            parts.append(part)
    return dataclasses.replace(key, parts=tuple(parts))


def repaired_row(definition: TableDefinition, row: Rows, log: RepairLog) -> Rows:
    """Return a single row with its defective cells put right; the row itself when it has none."""
    texts = cells(row.text)
    names = row.columns or tuple(column.name for column in definition.columns)
    kinds = watched_kinds(definition, row.columns, len(texts))
    changed = False
    for index, kind in enumerate(kinds):
        repair = _repaired_cell(kind, texts[index]) if kind else None
        if repair is not None:
            name, texts[index] = repair
            column = definition.column(names[index])
            if kind == "date" and name == "empty_date" and column is not None and column.type_name == "date":
                texts[index] = b"'0000-00-00'"
            log.add(name, definition.name, names[index])
            changed = True
    return dataclasses.replace(row, text=b"(" + row.comma.join(texts) + b")") if changed else row


def _repaired_cell(kind: str, text: bytes) -> tuple[str, bytes] | None:
    if kind == "decimal":
        return ("decimal_comma", _COMMA.sub(rb"'\1.\2'", text)) if _COMMA.fullmatch(text) else None
    if kind == "flag":
        flag = _FLAGS.get(text.lower())
        return ("flag_as_text", flag) if flag else None
    if text == b"''" and kind not in _KINDS_OF_ENUMS.values():
        return "empty_date", b"'0000-00-00 00:00:00'"
    if kind == "timestamp" and text.startswith(b"'1899-12-30"):
        return "day_zero_timestamp", b"'0000-00-00 00:00:00'"
    if kind == "date" and _TIME.fullmatch(text):
        return "time_without_date", _TIME.sub(rb"'1899-12-30 \1'", text)
    return None
