# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What an administrator has made a server demand of every table, said before anything is created; pure."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.keys import Key
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import TableDefinition
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Cluster, Server

_UNIQUE = ("PRIMARY KEY", "UNIQUE KEY")


def refuse_what_is_demanded(definition: TableDefinition, engine: str, server: Server) -> None:
    """Raise Failure server_setting for a table without the primary key that the server wants."""
    demands = server.demands
    innodb = engine.lower() == "innodb"
    if definition.has_primary_key:
        return
    wanted = None
    if "sql_require_primary_key" in demands and not (innodb and "sql_generate_invisible_primary_key" in demands):
        wanted = "sql_require_primary_key"
    elif innodb and "innodb_force_primary_key" in demands and not _takes_for_primary(definition):
        wanted = "innodb_force_primary_key"
    cluster = server.cluster
    if cluster is not None and cluster.demands_key and not _made_or_replaced(definition, server, cluster):
        raise Failure(
            "server_setting",
            f"{server.where}: the table {definition.name} of the backup has no primary key, and the server's "
            f"{cluster.name} demands one of every table by {cluster.demands_key}; change that for the time of the "
            "restore, or restore on another server. Nothing was changed",
        )
    if wanted is not None:
        raise Failure(
            "server_setting",
            f"{server.where}: the table {definition.name} of the backup has no primary key, and the server demands one "
            f"of every table; SET GLOBAL {wanted}=OFF for the time of the restore, or restore on another server. "
            "Nothing was changed",
        )


def _made_or_replaced(definition: TableDefinition, server: Server, cluster: Cluster) -> bool:
    """Whether the server makes a primary key of its own, or another one may stand for it."""
    made = "sql_generate_invisible_primary_key" in server.demands
    return made or (cluster.takes_unique_key and _takes_for_primary(definition))


def _takes_for_primary(definition: TableDefinition) -> bool:
    """Whether InnoDB has a unique key that can stand for the primary one: of columns that are never NULL."""
    return any(
        key.kind == "UNIQUE KEY"
        and all(
            part.column is not None
            and part.length is None
            and (column := definition.column(part.column)) is not None
            and not column.nullable
            for part in key.parts
        )
        for key in definition.keys
    )


def refuse_odd_references(definitions: t.Mapping[str, TableDefinition], server: Server) -> None:
    """Raise Failure server_setting for a foreign key to columns that are no unique key, where these are demanded."""
    if "restrict_fk_on_non_standard_key" not in server.demands:
        return
    for definition in definitions.values():
        for key in definition.foreign_keys:
            parent = definitions.get(key.references)
            if parent is None or any(_is_exactly(one, key.referenced_sql) for one in parent.keys):
                continue
            raise Failure(
                "server_setting",
                f"{server.where}: the foreign key {key.name or 'without a name'} of the table {definition.name} refers "
                f"to columns of {parent.name} that are no unique key, and the server does not allow that; SET GLOBAL "
                "restrict_fk_on_non_standard_key=OFF for the time of the restore. Nothing was changed",
            )


def _is_exactly(key: Key, columns_sql: bytes) -> bool:
    names = b",".join(part.name_sql for part in key.parts)
    return key.kind in _UNIQUE and names.lower() == columns_sql.lower() and not any(part.length for part in key.parts)
