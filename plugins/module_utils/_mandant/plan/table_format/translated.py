# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What MariaDB and MySQL say in different words, in those of the server at hand; pure.

The meaning stays the same. What is only about how the other server keeps its files is left out and reported.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.keys_of_foreign_keys import with_keys_of
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import (
    Attribute,
    Column,
    TableDefinition,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Server
from ansible_collections.cao.faktura.plugins.module_utils._mandant.outcome import Report
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.table_format.introducers import (
    without_introducers,
)

# How Aria keeps its files (MariaDB documentation, CREATE TABLE); MySQL does not understand the words.
_ARIAS = ("PAGE_CHECKSUM", "TRANSACTIONAL")
_ARIAS_ROWS = b"ROW_FORMAT=PAGE"
# Types that have no default but a computed one on MySQL.
_WITHOUT_PLAIN_DEFAULT = ("text", "blob")
_PLACES = {True: b"SRID ", False: b"REF_SYSTEM_ID="}
# What only MySQL from 8.0 on calls so, and each server understands.
_OTHER_NAMES = {"geomcollection": "geometrycollection"}
_CHARSET = b"CHARACTER SET "


def translated(definition: TableDefinition, server: Server, reports: list[Report]) -> TableDefinition:
    """Return the definition in the words of the server. Failure server_setting for what it would keep as another."""
    if server.flavour.loses_introduced_texts:
        definition = _with_plain_texts(definition, server)
    if not server.flavour.heeds_inline_references and any(key.inline for key in definition.foreign_keys):
        definition = _without_inline_references(definition)
        text = "REFERENCES behind a column makes no foreign key on this server, and is left out"
        reports.append(Report(definition.name, text))
    if definition.collation_first and not server.flavour.keeps_collation_before_charset:
        definition = dataclasses.replace(definition, collation=None)
    if not server.flavour.calls_foreign_keys_by_index:
        own = tuple(
            dataclasses.replace(key, name=None if key.by_index else key.name) for key in definition.foreign_keys
        )
        definition = dataclasses.replace(definition, foreign_keys=own)
    columns = tuple(_column(column, definition.name, server, reports) for column in definition.columns)
    options = definition.options
    if not server.flavour.mariadb:
        options = tuple(option for option in options if option.kind not in _ARIAS and option.sql.upper() != _ARIAS_ROWS)
    if options != definition.options:
        reports.append(Report(definition.name, "how Aria keeps its files means nothing to this server: it is left out"))
    return dataclasses.replace(definition, columns=columns, options=options)


def _with_plain_texts(definition: TableDefinition, server: Server) -> TableDefinition:
    def plain(sql: bytes) -> bytes:
        changed = without_introducers(sql)
        if changed is None:
            raise Failure(
                "server_setting",
                f"{server.where}: an expression of the table {definition.name} has a text with letters beyond ASCII in "
                "a character set of its own, and this server would keep it as another text; write it in utf8mb4, or "
                "restore the backup on a MySQL. Nothing was changed",
            )
        return changed

    def of_column(column: Column) -> Column:
        attributes = [
            dataclasses.replace(one, sql=plain(one.sql)) if _is_expression(one) else one for one in column.attributes
        ]
        return dataclasses.replace(column, attributes=tuple(attributes))

    checks = tuple(dataclasses.replace(check, check_sql=plain(check.check_sql)) for check in definition.checks)
    return dataclasses.replace(definition, columns=tuple(map(of_column, definition.columns)), checks=checks)


def _without_inline_references(definition: TableDefinition) -> TableDefinition:
    left = tuple(key for key in definition.foreign_keys if not key.inline)
    keys = tuple(key for key in definition.keys if not key.made)
    return dataclasses.replace(definition, foreign_keys=left, keys=with_keys_of(left, keys))


def _is_expression(attribute: Attribute) -> bool:
    return attribute.kind in ("GENERATED", "CHECK") or attribute.sql.startswith(b"DEFAULT (")


def known_charset(charset: str, server: Server) -> str:
    """Return a character set as this server calls it, or the one that has all characters."""
    if charset.lower() in server.charsets:
        return charset
    other = {"utf8mb3": "utf8", "utf8": "utf8mb3"}.get(charset.lower(), "utf8mb4")
    return other if other in server.charsets else charset


def same_charset(one: str, other: str) -> bool:
    """Whether two names are of one character set."""
    return one.lower().replace("utf8mb3", "utf8") == other.lower().replace("utf8mb3", "utf8")


def _charset(column: Column, attribute: Attribute, table: str, server: Server, reports: list[Report]) -> Attribute:
    named = attribute.sql[len(_CHARSET) :].decode()
    charset = known_charset(named, server)
    if not same_charset(named, charset):
        text = f"this server does not know the character set {named} of the column {column.name}: {charset} is used"
        reports.append(Report(table, text))
    return dataclasses.replace(attribute, sql=_CHARSET + charset.encode())


def _type(column: Column) -> dict[str, t.Any]:
    other = _OTHER_NAMES.get(column.type_name)
    return {"type_name": other, "type_sql": other.encode()} if other else {}


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
        if attribute.kind == "CHARACTER SET":
            kept.append(_charset(column, attribute, table, server, reports))
        else:
            kept.append(_default(column, attribute, server))
    return dataclasses.replace(column, attributes=tuple(kept), **_type(column))


def _default(column: Column, attribute: Attribute, server: Server) -> Attribute:
    """Return a default of a text as the expression that MySQL wants it to be."""
    plain = attribute.kind == "DEFAULT" and attribute.sql.upper() != b"DEFAULT NULL"
    if not plain or attribute.sql.startswith(b"DEFAULT (") or server.flavour.has_text_defaults:
        return attribute
    if not (column.type_name.endswith(_WITHOUT_PLAIN_DEFAULT) and server.flavour.has_computed_defaults):
        return attribute
    value = attribute.sql.partition(b" ")[2]
    return dataclasses.replace(attribute, sql=b"DEFAULT (" + value + b")")
