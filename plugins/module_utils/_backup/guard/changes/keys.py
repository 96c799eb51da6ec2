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
    numbered = with_numbers(definition.foreign_keys)
    gone = next((key for key in numbered if _called(key, definition.name) == name.lower()), None)
    if gone is None:
        return None
    kept = by_place(tuple(key for key in numbered if key is not gone))
    # That of the foreign key stays, as one that a server has made: another that begins like it takes its place.
    return dataclasses.replace(definition, foreign_keys=kept, keys=keys_so_far(definition))


def keys_so_far(definition: TableDefinition) -> tuple[Key, ...]:
    """Return the keys that a table has on a server, those for foreign keys too: others that come stand behind them."""
    if not definition.foreign_keys:
        return definition.keys
    made = [[(part.column or "").lower() for part in key.parts] for key in definition.keys if key.made]
    without = [key for key in definition.foreign_keys if names_in(key.columns_sql) not in made]
    return with_keys_of(without, definition.keys, also_named=True)


def with_numbers(foreign_keys: t.Iterable[ForeignKey]) -> tuple[ForeignKey, ...]:
    """Return foreign keys with the numbers that a server has given to those without a name."""
    given = itertools.count(1)
    return tuple(
        key if key.name is not None or key.number else dataclasses.replace(key, number=next(given))
        for key in foreign_keys
    )


def by_place(foreign_keys: tuple[ForeignKey, ...]) -> tuple[ForeignKey, ...]:
    """Return foreign keys without their numbers where these follow from their places."""
    plain = tuple(dataclasses.replace(key, number=0) for key in foreign_keys)
    return plain if with_numbers(plain) == foreign_keys else foreign_keys


def highest_number(definition: TableDefinition) -> int:
    """Return the highest number by which a foreign key of a table is called, behind which a server goes on to count."""
    if not definition.foreign_keys:
        return 0
    own = re.compile(re.escape(f"{definition.name}_ibfk_") + r"([1-9][0-9]{0,8})", re.IGNORECASE)
    names = (own.fullmatch(_called(key, definition.name)) for key in with_numbers(definition.foreign_keys))
    return max((int(found[1]) for found in names if found is not None), default=0)


def _called(key: ForeignKey, table: str) -> str:
    return (key.name or f"{table}_ibfk_{key.number}").lower()


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
