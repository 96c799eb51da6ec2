# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Keys by the names that servers give them, and columns in keys."""

from __future__ import annotations

import dataclasses
import itertools
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.keys import ForeignKey, Key, KeyPart
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.keys_of_foreign_keys import (
    columns_in,
    free_name,
    with_keys_of,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import (
    Attribute,
    Column,
    TableDefinition,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import quoted_name
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import Refused

_UNIQUE = ("PRIMARY KEY", "UNIQUE KEY")


def with_names(definition: TableDefinition) -> TableDefinition:
    """Return a table whose keys all have the names that servers give to those without one."""
    named: list[Key] = []
    taken: set[str] = set()
    for key in definition.keys:
        name = key.name
        if name is None and key.kind != "PRIMARY KEY" and key.parts[0].column is not None:
            name = free_name(key.parts[0].column, taken)
        taken.add((name or "").lower())
        named.append(dataclasses.replace(key, name=name))
    return dataclasses.replace(definition, keys=tuple(named))


def has_key(definition: TableDefinition, name: str) -> bool:
    """Whether a table has a key of a name, in any letter case."""
    return any((key.name or "").lower() == name.lower() for key in with_names(definition).keys)


def without_key(definition: TableDefinition, name: str | None) -> TableDefinition | None:
    """Return a table without a key, None for the primary one; None where there is no such key."""

    def is_it(key: Key) -> bool:
        primary = key.kind == "PRIMARY KEY"
        return primary if name is None else not primary and (key.name or "").lower() == name.lower()

    whole = with_names(definition)
    kept = tuple(key for key in whole.keys if not is_it(key))
    if len(kept) == len(whole.keys):
        return None
    # What was a part of it may not be NULL any more, said or not.
    columns = whole.columns if name is not None else tuple(_as_in_key(whole, column) for column in whole.columns)
    return dataclasses.replace(whole, keys=kept, columns=columns)


def _as_in_key(definition: TableDefinition, column: Column) -> Column:
    if definition.is_nullable(column) or not column.nullable:
        return column
    others = tuple(one for one in column.attributes if one.kind != "NULL")
    return dataclasses.replace(column, attributes=(Attribute("NOT NULL", b"NOT NULL"), *others))


def without_foreign_key(definition: TableDefinition, name: str) -> TableDefinition | None:
    """Return a table without a foreign key, whose own key stays, as to a server; None where there is none."""
    given = itertools.count(1)
    names = [key.name or f"{definition.name}_ibfk_{next(given)}" for key in definition.foreign_keys]
    lower = [one.lower() for one in names]
    if name.lower() not in lower:
        return None
    own = f"{definition.name}_ibfk_".lower()
    if any((key.name or "").lower().startswith(own) for key in definition.foreign_keys) and None in [
        key.name for key in definition.foreign_keys
    ]:
        raise Refused(f"ALTER TABLE that drops the foreign key {name}, where others have no names of their own")
    gone = definition.foreign_keys[lower.index(name.lower())]
    # The others keep the names that a server has given them.
    kept = tuple(
        dataclasses.replace(key, name=own) for key, own in zip(definition.foreign_keys, names) if key is not gone
    )
    own_keys = tuple(key for key in definition.keys if not key.made)
    keys = with_keys_of(definition.foreign_keys, own_keys, also_named=True)
    # That of the foreign key stays as any other.
    columns = names_in(gone.columns_sql)
    keys = tuple(
        dataclasses.replace(key, made=False) if [(part.column or "").lower() for part in key.parts] == columns else key
        for key in keys
    )
    return dataclasses.replace(definition, foreign_keys=kept, keys=keys)


def with_key_renamed(definition: TableDefinition, old: str, new: str) -> TableDefinition:
    """Return a table one of whose keys has another name."""
    whole = with_names(definition)
    if not has_key(whole, old) or (has_key(whole, new) and old.lower() != new.lower()):
        raise Refused(f"ALTER TABLE that renames the key {old}, which is not there, or has {new} beside it")
    keys = tuple(
        dataclasses.replace(key, name=new) if (key.name or "").lower() == old.lower() else key for key in whole.keys
    )
    return dataclasses.replace(whole, keys=keys)


def with_column_renamed(definition: TableDefinition, old: str, new: str) -> TableDefinition:
    """Return a table in whose keys a column has another name."""
    whole = with_names(definition)
    keys = tuple(
        dataclasses.replace(
            key,
            parts=tuple(
                KeyPart(new, quoted_name(new), part.length, part.order)
                if (part.column or "").lower() == old.lower()
                else part
                for part in key.parts
            ),
        )
        for key in whole.keys
    )
    return dataclasses.replace(whole, keys=keys)


def without_column(definition: TableDefinition, name: str) -> TableDefinition:
    """Return a table without a column in its keys; one that has no other is gone."""
    keys: list[Key] = []
    for key in with_names(definition).keys:
        parts = tuple(part for part in key.parts if (part.column or "").lower() != name.lower())
        if parts != key.parts and parts and key.kind in _UNIQUE:
            raise Refused(f"ALTER TABLE that drops {name}, a part of a unique key: servers differ about what is left")
        if parts:
            keys.append(dataclasses.replace(key, parts=parts))
    return dataclasses.replace(definition, keys=tuple(keys))


def names_in(sql: bytes) -> list[str]:
    """Return the columns of a list, as a foreign key has it, in lower case."""
    return [name.lower() for name in columns_in(sql)]


def speaks_of(definition: TableDefinition, name: str) -> str | None:
    """Return what else of a table than a plain key names a column, None for nothing."""
    word = re.compile(rb"(?<![\w$])" + re.escape(name.encode()) + rb"(?![\w$])", re.IGNORECASE)
    if any(name.lower() in names_in(key.columns_sql) for key in definition.foreign_keys):
        return "a foreign key"
    own = [one for column in definition.columns for one in column.attributes]
    texts = [one.sql for one in own if one.kind in ("GENERATED", "CHECK") or one.sql.startswith(b"DEFAULT (")]
    texts += [check.check_sql for check in definition.checks]
    texts += [one.sql for one in definition.options if one.kind == "PARTITION"]
    texts += [part.name_sql for key in definition.keys for part in key.parts if part.column is None]
    return "an expression" if any(map(word.search, texts)) else None


def referenced(tables: t.Iterable[TableDefinition], table: str, column: str) -> bool:
    """Whether a foreign key of any table points to a column."""
    return any(
        key.references.lower() == table.lower() and column.lower() in names_in(key.referenced_sql)
        for one in tables
        for key in one.foreign_keys
    )


def pointing_to(key: ForeignKey, old: str, new: str) -> ForeignKey:
    """Return a foreign key that follows its table to another name."""
    return dataclasses.replace(key, references=new) if key.references == old else key


def called_by(key: ForeignKey, old: str, new: str) -> ForeignKey:
    """Return a foreign key that is called by its own table, where a server has named it, and follows its new name."""
    name, own = key.name or "", f"{old}_ibfk_"
    return dataclasses.replace(key, name=f"{new}_ibfk_{name[len(own) :]}") if name.startswith(own) else key
