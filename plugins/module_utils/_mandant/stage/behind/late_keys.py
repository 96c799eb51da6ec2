# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Keys of InnoDB tables that are built when the rows are in: sorted once instead of changed by every row, pure.

Only keys that refuse no row: which row a load ends with, and what IGNORE and REPLACE do, is the same either way.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.keys import Key
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import TableDefinition
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import quoted_name

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.plan import TablePlan

# With fewer rows the statement more costs what the keys save.
ROWS_AT_LEAST = 50_000


def late_keys(table: TablePlan) -> tuple[Key, ...]:
    """Return the keys of a table that may be built behind its rows, the last ones of its definition.

    Those before them stay where they are, so that the server shows all keys in the order of the dump.
    """
    if table.format.engine.lower() != "innodb" or table.rows < ROWS_AT_LEAST:
        return ()
    definition = table.format.definition
    late: list[Key] = []
    for key in reversed([key for key in definition.keys if not _stands_apart(key)]):
        if not _may_be_late(key, definition):
            break
        late.insert(0, key)
    return tuple(late)


def _stands_apart(key: Key) -> bool:
    """Whether the server shows a key before or behind all plain ones, wherever it stood."""
    return key.kind in ("PRIMARY KEY", "UNIQUE KEY") or key.kind.startswith("FULLTEXT")


def _may_be_late(key: Key, definition: TableDefinition) -> bool:
    columns = [definition.column(part.column or "") for part in key.parts]
    needs_key = any(column is None or column.auto_increment for column in columns)
    # One in an executable comment may be none of this server.
    return key.kind == "KEY" and key.name is not None and key.version is None and not needs_key


def without(definition: TableDefinition, keys: t.Collection[Key]) -> TableDefinition:
    """Return a definition without some of its keys."""
    return dataclasses.replace(definition, keys=tuple(key for key in definition.keys if key not in keys))


def add_statement(shadow: str, keys: t.Iterable[Key], *, in_place: bool = False) -> bytes:
    """Return the statement that builds keys."""
    parts = [b"ADD " + key.sql() for key in keys] + [b"ALGORITHM=INPLACE"] * in_place
    return b"ALTER TABLE " + quoted_name(shadow) + b" " + b", ".join(parts)
