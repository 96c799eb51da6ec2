# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What MariaDB and MySQL say in different words, in those of the server at hand; pure.

The meaning stays the same. What is only about how the other server keeps its files is left out and reported.
"""

from __future__ import annotations

import dataclasses

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.table_definition import (
    Attribute,
    Column,
    TableDefinition,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Server
from ansible_collections.cao.faktura.plugins.module_utils._mandant.outcome import Report

# How Aria keeps its files (MariaDB documentation, CREATE TABLE); MySQL does not understand the words.
_ARIAS = ("PAGE_CHECKSUM", "TRANSACTIONAL")
_ARIAS_ROWS = b"ROW_FORMAT=PAGE"
# Types that have no default but a computed one on MySQL.
_WITHOUT_PLAIN_DEFAULT = ("text", "blob")
_PLACES = {True: b"SRID ", False: b"REF_SYSTEM_ID="}


def translated(definition: TableDefinition, server: Server, reports: list[Report]) -> TableDefinition:
    """Return the definition in the words of the server."""
    columns = tuple(_column(column, definition.name, server, reports) for column in definition.columns)
    options = definition.options
    if not server.flavour.mariadb:
        options = tuple(option for option in options if option.kind not in _ARIAS and option.sql.upper() != _ARIAS_ROWS)
    if options != definition.options:
        reports.append(Report(definition.name, "how Aria keeps its files means nothing to this server: it is left out"))
    return dataclasses.replace(definition, columns=columns, options=options)


def _column(column: Column, table: str, server: Server, reports: list[Report]) -> Column:
    kept: list[Attribute] = []
    for attribute in column.attributes:
        foreign = attribute.kind == "SRID" and attribute.sql.upper().startswith(_PLACES[server.flavour.mariadb])
        if foreign and server.flavour.executes(attribute.version):
            reports.append(Report(table, f"this server has no {attribute.sql.decode()} of the column {column.name}"))
            continue
        if server.flavour.mariadb and attribute.kind in ("NULL", "NOT NULL") and column.attribute("GENERATED"):
            if attribute.kind == "NOT NULL":
                reports.append(Report(table, f"this server has no NOT NULL of the generated column {column.name}"))
            continue
        kept.append(_default(column, attribute, server))
    return dataclasses.replace(column, attributes=tuple(kept))


def _default(column: Column, attribute: Attribute, server: Server) -> Attribute:
    """Return a default of a text as the expression that MySQL wants it to be."""
    plain = attribute.kind == "DEFAULT" and attribute.sql.upper() != b"DEFAULT NULL"
    if not plain or attribute.sql.startswith(b"DEFAULT (") or server.flavour.has_text_defaults:
        return attribute
    if not (column.type_name.endswith(_WITHOUT_PLAIN_DEFAULT) and server.flavour.has_computed_defaults):
        return attribute
    value = attribute.sql.partition(b" ")[2]
    return dataclasses.replace(attribute, sql=b"DEFAULT (" + value + b")")
