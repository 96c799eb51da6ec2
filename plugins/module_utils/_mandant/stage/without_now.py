# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Rows in which no NULL becomes the moment of the restore.

MariaDB, and MySQL with explicit_defaults_for_timestamp=OFF, store that moment for NULL in a TIMESTAMP that is NOT NULL,
without a word. Others refuse such a row, and so it is here: NULL is sent as an empty text, which no TIMESTAMP takes.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import TableDefinition
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows, cells


def without_now(source: t.Iterable[Rows], definitions: t.Mapping[str, TableDefinition]) -> t.Iterator[Rows]:
    """Give rows as they are, but for those with NULL where a server would put the moment at hand."""
    stamps = {name: _stamps(definition) for name, definition in definitions.items()}
    for rows in source:
        if not stamps.get(rows.table) or b"NULL" not in rows.text:
            yield rows
            continue
        names = rows.columns or tuple(column.name for column in definitions[rows.table].columns)
        at = [index for index, name in enumerate(names) if name.lower() in stamps[rows.table]]
        if not any(_nulls(row, at) for row in rows.singles()):
            yield rows
            continue
        for row in rows.singles():
            nulls = _nulls(row, at)
            yield _refused(row, nulls) if nulls else row


def _stamps(definition: TableDefinition) -> frozenset[str]:
    columns = [column for column in definition.columns if column.type_name == "timestamp"]
    return frozenset(column.name.lower() for column in columns if not definition.is_nullable(column))


def _nulls(row: Rows, at: t.Sequence[int]) -> list[int]:
    found = cells(row.text)
    return [index for index in at if index < len(found) and found[index].upper() == b"NULL"]


def _refused(row: Rows, nulls: t.Collection[int]) -> Rows:
    found = [b"''" if index in nulls else cell for index, cell in enumerate(cells(row.text))]
    return dataclasses.replace(row, text=b"(" + row.comma.join(found) + b")", plain=False)
