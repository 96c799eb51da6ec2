# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Rows without cells that the server is not to store.

Those of generated columns, which mariadb-dump writes and a strict server refuses (error 1906), and those of columns in
executable comments that this server does not execute.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import TableDefinition
from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows, cells


def without_generated(
    source: t.Iterable[Rows], definitions: t.Mapping[str, TableDefinition], server: ServerFlavour
) -> t.Iterator[Rows]:
    """Give rows as they are, and those of tables with columns that the server computes, or has not, without these."""
    generated = {name: _not_stored(definition, server) for name, definition in definitions.items()}
    for rows in source:
        if not generated.get(rows.table):
            yield rows
            del rows
            continue
        names = rows.columns or tuple(column.name for column in definitions[rows.table].columns)
        kept = [index for index, name in enumerate(names) if name.lower() not in generated[rows.table]]
        for row in rows.singles():
            yield row if len(kept) == len(names) else _shortened(row, names, kept)


def _not_stored(definition: TableDefinition, server: ServerFlavour) -> frozenset[str]:
    return frozenset(
        column.name.lower()
        for column in definition.columns
        if column.attribute("GENERATED") or not server.executes(column.version)
    )


def _shortened(row: Rows, names: tuple[str, ...], kept: list[int]) -> Rows:
    found = cells(row.text)
    if len(found) != len(names):
        return row
    return dataclasses.replace(
        row,
        columns=tuple(names[index] for index in kept),
        text=b"(" + b",".join(found[index] for index in kept) + b")",
        kinds=tuple(row.kinds[index] for index in kept) if len(row.kinds) == len(names) else (),
        comma=b",",
    )
