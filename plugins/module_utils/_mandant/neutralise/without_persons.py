# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The statements that take persons out of the shadow tables, planned purely."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import PURPOSE, STATIC
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import Column
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import ShadowTable, quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.neutralise.invented import Seed, invented
from ansible_collections.cao.faktura.plugins.module_utils._mandant.neutralise.persons import (
    NUMBERS,
    PERSONS,
    Kind,
    PersonTable,
    kind_by_name,
)

_TEXTS = ("char", "varchar", "nchar", "nvarchar", "tinytext", "text", "mediumtext", "longtext", "json")
_BYTES = ("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob")
_INTEGERS = ("tinyint", "smallint", "mediumint", "int", "integer", "bigint")
_DATES = ("date", "datetime")
# A text of two letters is a code.
_CODE_LETTERS = 2
# Numbers that are called like an account are those of the ledger.
_KINDS_OF_NUMBERS = ("phone", "birth")
# Another number makes another of these.
_ONE_EACH = ("employee", "agent", "number", "folder", "mail", "customer", "plate")


def values_without_persons(table: ShadowTable, tables: t.Sequence[ShadowTable]) -> dict[Column, str] | None:
    """Return the new values of a table's columns; None where its rows have to go.

    That is where a person stands in a unique key of a table without a number of its rows, or in a foreign key.
    """
    name = table.source.upper()
    if name in STATIC:
        return {}
    return _Table(table, PERSONS.get(name), tables).values()


@dataclasses.dataclass
class _Table:
    table: ShadowTable
    known: PersonTable | None
    tables: t.Sequence[ShadowTable]

    def __post_init__(self) -> None:
        definition = self.table.definition
        keys = [key for key in definition.keys if key.kind in ("PRIMARY KEY", "UNIQUE KEY")]
        self._unique = {part.column.lower() for key in keys for part in key.parts if part.column}
        alone = [key.parts[0].column or "" for key in keys if len(key.parts) == 1]
        columns = [definition.column(name) for name in alone]
        self._row_number = next((one for one in columns if one is not None and one.type_name in _INTEGERS), None)
        sides = [key.columns_sql.decode("utf-8", "replace").lower() for key in definition.foreign_keys]
        self._bound = {name.strip(" `") for side in sides for name in side.strip("() ").split(",")}
        self._articles = PURPOSE.get(self.table.source.upper()) == "articles"
        self._seed = self._find_seed()

    def values(self) -> dict[Column, str] | None:
        found: dict[Column, str] = {}
        for column in self.table.definition.columns:
            if column.attribute("GENERATED") is not None or column.type_name in ("timestamp", "enum", "set"):
                continue
            kind = self._kind(column)
            if kind is None:
                continue
            value = self._value(column, kind)
            # Nothing says which row of the other table would be meant.
            if value is None or (value and column.name.lower() in self._bound):
                return None
            if value:
                found[column] = value
        return found

    def _kind(self, column: Column) -> Kind | None:
        """Return what a column holds, None for what tells of nobody."""
        name, known = column.name.upper(), self.known
        if known is not None and name in known.kinds:
            return known.kinds[name]
        if known is not None and name in known.kept:
            return None
        kind = kind_by_name(name, of_articles=self._articles)
        text = column.type_name in (*_TEXTS, *_BYTES)
        if kind is not None:
            return kind if text or kind in _KINDS_OF_NUMBERS else None
        if known is None or known.only or not text:
            return None
        return None if 0 < column.length <= _CODE_LETTERS else "free"

    def _value(self, column: Column, kind: Kind) -> str | None:
        """Return the new value, "" where a column stays, None where the rows have to go."""
        place = quoted(column.name)
        if column.type_name not in (*_TEXTS, *_BYTES):
            return self._not_a_text(column, kind)
        new = self._position() if kind == "position" else invented(kind, place, self._seed)
        if column.name.lower() in self._unique and (new is not None or not self._may_be_null(column)):
            if self._row_number is None or self._row_number.name == column.name:
                return None
            own = self._own(self._row_number)
            new = invented(kind, place, Seed(own)) if kind in _ONE_EACH else f"CONCAT('x', {own})"
        if new is None or column.type_name in (*_BYTES, "json"):
            return "NULL" if self._may_be_null(column) else "'{}'" if column.type_name == "json" else "''"
        if column.length:
            new = f"LEFT({new}, {column.length:d})"
        return f"IF({place} IS NULL OR {place} = '', {place}, {new})"

    def _not_a_text(self, column: Column, kind: Kind) -> str:
        place = quoted(column.name)
        if self._may_be_null(column) and column.name.lower() not in self._unique:
            return f"IF({place} IS NULL, NULL, '1970-01-01')" if column.type_name in _DATES else "NULL"
        if kind == "birth" and column.type_name in _DATES:
            return f"IF({place} = '0000-00-00', {place}, '1970-01-01')"
        return "0" if column.type_name in _INTEGERS and column.name.lower() not in self._unique else ""

    def _position(self) -> str | None:
        """Return the text of a position: what its article is called for short."""
        short = self.table.definition.column("MATCHCODE")
        return None if short is None else f"COALESCE(NULLIF({quoted(short.name)}, ''), 'Position')"

    def _may_be_null(self, column: Column) -> bool:
        return self.table.definition.is_nullable(column)

    def _own(self, column: Column) -> str:
        return f"{quoted(self.table.shadow)}.{quoted(column.name)}"

    def _find_seed(self) -> Seed:
        definition = self.table.definition
        names = (self.known.number, *NUMBERS) if self.known is not None else NUMBERS
        columns = [column for column in map(definition.column, filter(None, names)) if column is not None]
        column = next((one for one in columns if one.type_name in _INTEGERS), self._row_number)
        sql = "1" if column is None else self._of_address(column) or self._own(column)
        return Seed(sql, self._employee())

    def _of_address(self, column: Column) -> str | None:
        """Return whose a document is, for a table that names the document alone."""
        if column.name.upper() != "JOURNAL_ID":
            return None
        found = self._other("JOURNAL", "REC_ID", "ADDR_ID")
        if found is None:
            return None
        journal, number, address = found
        return f"(SELECT j.{address} FROM {journal} j WHERE j.{number} = {self._own(column)} LIMIT 1)"

    def _employee(self) -> str | None:
        """Return which employee has a name; the names have to be there still."""
        found = self._other("MITARBEITER", "MA_ID", "LOGIN_NAME", "ANZEIGE_NAME", "NAME")
        if found is None or self.table.source.upper() == "MITARBEITER":
            return None
        staff, number, *names = found
        listed = ", ".join(f"CONVERT(m.{name} USING utf8mb4)" for name in names)
        same = f"CONVERT({quoted(self.table.shadow).replace('%', '%%')}.%s USING utf8mb4) COLLATE utf8mb4_general_ci"
        return f"(SELECT MIN(m.{number}) FROM {staff.replace('%', '%%')} m WHERE {same} IN ({listed}))"

    def _other(self, source: str, *names: str) -> list[str] | None:
        """Return another table and columns of it, quoted, where it has all of them."""
        table = next((one for one in self.tables if one.source.upper() == source), None)
        columns = [] if table is None else [table.definition.column(name) for name in names]
        if table is None or None in columns:
            return None
        return [quoted(table.shadow), *(quoted(one.name) for one in columns if one is not None)]
