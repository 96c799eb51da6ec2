# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The keys that servers make for foreign keys, and how these are called."""

from __future__ import annotations

import dataclasses
import itertools
import operator
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.keys import ForeignKey, Key, KeyPart
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import (
    Column,
    TableDefinition,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import quoted_name


def without_foreign_keys(definition: TableDefinition) -> TableDefinition:
    """Return a table as servers make it in an engine that has no foreign keys: with the keys for them alone."""
    keys = with_keys_of(definition.foreign_keys, definition.keys, also_named=True)
    return dataclasses.replace(definition, keys=keys, foreign_keys=())


def with_keys_of(
    foreign_keys: t.Sequence[ForeignKey],
    keys: tuple[Key, ...],
    *,
    also_named: bool = False,
    before: t.Sequence[int] = (),
) -> tuple[Key, ...]:
    """Return keys, and those that servers make for foreign keys without a name, called as the first column is.

    A restore adds foreign keys by a name, and a server would call the key by that; with ``also_named`` it is here.
    ``before`` is how many keys stand before each foreign key: there stands its own, or else at the end.
    """
    made_before = [key for key in keys if key.made]
    gone = [made for made in made_before if any(_begins(other, made) for other in keys)]
    # Those of both kinds stand in their order.
    also_named = also_named or bool(made_before) or any(one.name is None or one.by_index for one in foreign_keys)
    if not also_named and not any(count < len(keys) for count in before):
        return tuple(key for key in keys if key not in gone) if gone else keys
    placed = [(float(place), key) for place, key in enumerate(keys) if key not in gone]
    for number, one in enumerate(foreign_keys):
        names = columns_in(one.columns_sql)
        made = Key("KEY", one.name, tuple(KeyPart(name, quoted_name(name)) for name in names), made=True)
        if any(_begins(key, made) and not (key.made and len(key.parts) == len(names)) for _place, key in placed):
            continue
        # Of two that a server makes, and of which one begins as the other, the longer one stays, or else the later.
        placed = [(place, key) for place, key in placed if not (key.made and _begins(made, key))]
        if one.name is None:
            taken = {(key.name or key.parts[0].column or "").lower() for _place, key in placed}
            made = dataclasses.replace(made, name=free_name(names[0], taken))
        placed.append((before[number] - 0.5 if before else float(len(keys)), made))
    return tuple(key for _place, key in sorted(placed, key=operator.itemgetter(0)))


def columns_in(sql: bytes) -> list[str]:
    """Return the columns of a list, as a foreign key has it."""
    return [name.replace("``", "`") for name in sql.decode("utf-8")[1:-1].split("`,`")]


def as_made(sql: bytes, columns: t.Iterable[Column]) -> bytes:
    """Return a list of columns by the letters in which they were made, as servers keep it in a foreign key."""
    made = {column.name.lower(): column.name for column in columns}
    return b",".join(quoted_name(made.get(name.lower(), name)) for name in columns_in(sql))


def with_own_columns(foreign_keys: t.Iterable[ForeignKey], columns: t.Sequence[Column]) -> tuple[ForeignKey, ...]:
    """Return foreign keys that call the columns of their own table as these were made."""
    return tuple(dataclasses.replace(one, columns_sql=as_made(one.columns_sql, columns)) for one in foreign_keys)


def free_name(first: str, taken: t.Container[str]) -> str:
    """Return what servers call a key without a name: as its first column, with a number where that is ``taken``."""
    called = itertools.chain((first,), (f"{first}_{number}" for number in itertools.count(2)))
    return next(name for name in called if name.lower() not in taken)


def _begins(longer: Key, shorter: Key) -> bool:
    """Whether a key begins with the columns of another one, which may have as many."""
    columns = [[(part.column or "").lower() for part in one.parts[: len(shorter.parts)]] for one in (longer, shorter)]
    return longer is not shorter and columns[0] == columns[1]
