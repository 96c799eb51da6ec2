# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Foreign keys that no server makes between two tables of InnoDB as they will be, known before any row is loaded; pure.

A server takes them while foreign_key_checks are off and one of the tables is missing: dumps do come with them.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure, printable
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.keys import ForeignKey, Key, KeyPart
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import (
    Column,
    TableDefinition,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Server
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.table_format.table_formats import Format

_NAME = re.compile(rb"`((?:[^`]|``)*)`")
_WHOLE = {"tinyint": 1, "bool": 1, "boolean": 1, "smallint": 2, "mediumint": 3, "int": 4, "integer": 4, "bigint": 8}
_TEXTS = ("char", "varchar", "character", "nchar", "nvarchar")
_DECIMALS = ("decimal", "numeric", "dec", "fixed")
_SETS_NULL = re.compile(rb"\bSET\s+NULL\b", re.IGNORECASE)
_ORDERED = ("PRIMARY KEY", "UNIQUE KEY", "KEY")


def refuse_unfit_references(formats: t.Mapping[str, Format], server: Server, at: t.Callable[[int], str]) -> None:
    """Raise Failure statement_failed for a foreign key that the server would refuse.

    ``formats`` are by the names of the dump; ``at`` says where a line of it was to be made.
    """
    for own in formats.values():
        for key in own.definition.foreign_keys:
            other = formats.get(key.references)
            why = None if other is None else why_unfit(key, own, other, server)
            if why is not None:
                name = f" {printable(key.name)}" if key.name else ""
                raise Failure(
                    "statement_failed",
                    f"{at(own.definition.line)}: the server would not make the foreign key{name} of the table "
                    f"{printable(own.definition.name)} to {printable(key.references)}: {why}. Correct the tables that "
                    "the backup is of, or take the foreign key out of them, make the backup again, and run again. "
                    "Nothing was changed",
                )


def why_unfit(key: ForeignKey, own: Format, other: Format, server: Server) -> str | None:
    """Return why InnoDB cannot have a foreign key, None where nothing speaks against it."""
    if any(one.engine.lower() != "innodb" for one in (own, other)):
        return None
    if own.definition.partitioned or (other.definition.partitioned and server.flavour.minds_referenced_partitions):
        return "a table with partitions has none"
    names, there = _names(key.columns_sql), _names(key.referenced_sql)
    if len(names) != len(there):
        return "it is over another number of columns than it refers to"
    for name, table in (*((one, own.definition) for one in names), *((one, other.definition) for one in there)):
        if table.column(name) is None:
            return f"{printable(table.name)} has no column {printable(name)}"
    return _why_columns_are_unfit(key, own, other, server)


def _why_columns_are_unfit(key: ForeignKey, own: Format, other: Format, server: Server) -> str | None:
    there = _names(key.referenced_sql)
    for name, referenced in zip(_names(key.columns_sql), there):
        mine, theirs = _column(own, name), _column(other, referenced)
        if not _alike(mine, own, theirs, other, server):
            return f"the columns {printable(mine.name)} and {printable(theirs.name)} are of different types"
        if _SETS_NULL.search(key.actions) and not own.definition.is_nullable(mine):
            return f"it sets the column {printable(mine.name)} to NULL, which cannot be NULL"
    if not _has_key(other.definition, there):
        return f"no key of {printable(other.definition.name)} begins with the columns that it refers to"
    return None


def _names(columns_sql: bytes) -> list[str]:
    return [name.replace(b"``", b"`").decode("utf-8") for name in _NAME.findall(columns_sql)]


def _column(format_: Format, name: str) -> Column:
    return t.cast("Column", format_.definition.column(name))


def _alike(mine: Column, own: Format, theirs: Column, other: Format, server: Server) -> bool:
    """Whether two columns can be of one foreign key; what is not known for sure can."""
    kinds = [_kind(mine), _kind(theirs)]
    collations = [_collation(mine, own, server), _collation(theirs, other, server)]
    if None in kinds or any(kind == "text" and name in (None, "binary") for kind, name in zip(kinds, collations)):
        return True
    return kinds[0] == kinds[1] and (kinds[0] != "text" or collations[0] == collations[1])


def _kind(column: Column) -> object:
    """Return what two columns of one kind have in common, None where nothing is said of them."""
    if column.type_name in _WHOLE:
        words = column.type_sql.upper()
        return _WHOLE[column.type_name], b"UNSIGNED" in words or b"ZEROFILL" in words
    if column.type_name in _TEXTS and b"BINARY" not in column.type_sql.upper():
        return "text"
    return "decimal" if column.type_name in _DECIMALS else None


def _collation(column: Column, format_: Format, server: Server) -> str | None:
    named = column.attribute("COLLATE")
    if named is not None:
        return named.sql[len(b"COLLATE ") :].decode().lower()
    charset = column.charset
    if charset is None and format_.collation:
        return format_.collation.lower()
    return server.charsets.get((charset or format_.charset or "").lower(), (None, 0))[0]


def _has_key(definition: TableDefinition, names: list[str]) -> bool:
    """Whether a table has, or gets for a foreign key of its own, a key that begins with columns in this order."""
    primary = [part for key in definition.keys if key.kind == "PRIMARY KEY" for part in key.parts]
    primary_names = [part.column.lower() for part in primary if part.column is not None]
    has = [_whole_columns(definition, key) for key in definition.keys if key.kind in _ORDERED]
    # Each key of InnoDB ends in the columns of the primary one.
    has = [[*names_, *(one for one in primary_names if one not in names_)] for names_ in has]
    has += [[name.lower() for name in _names(key.columns_sql)] for key in definition.foreign_keys]
    has += [[column.name.lower()] for column in definition.columns if column.type_name == "serial"]
    return any(one[: len(names)] == [name.lower() for name in names] for one in has)


def _whole_columns(definition: TableDefinition, key: Key) -> list[str]:
    """Return the columns that a key begins with, up to one of which it has the beginning only."""
    found: list[str] = []
    for part in key.parts:
        if part.column is None or _is_beginning(definition, part):
            break
        found.append(part.column.lower())
    return found


def _is_beginning(definition: TableDefinition, part: KeyPart) -> bool:
    column = definition.column(part.column or "")
    return part.length is not None and (column is None or not column.length or part.length < column.length)
