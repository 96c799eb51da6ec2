# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What an engine cannot hold that another engine of the same server can, and how long rows may be; pure.

Sources: the chapters on storage engines of MariaDB's and MySQL's documentation, and what their servers say.
"""

from __future__ import annotations

import dataclasses

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import (
    SPATIAL_TYPES,
    Attribute,
    CharacterBytes,
    Column,
    TableDefinition,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour

# All columns of a row together, of any engine; texts and blobs are elsewhere and count by where they are.
LONGEST_ROW_BYTES = 65535
_ELSEWHERE = {"tinytext": 9, "tinyblob": 9, "text": 10, "blob": 10, "mediumtext": 11, "mediumblob": 11}
_ELSEWHERE_AT_MOST = 12
_SHORT_KEYS = ("COMPACT", "REDUNDANT")
_SHORT_KEY_BYTES = 767
_DYNAMIC = Attribute("ROW_FORMAT", b"ROW_FORMAT=DYNAMIC")
_VARIABLE = ("varchar", "varbinary", "nvarchar")


def can_hold(engine: str, definition: TableDefinition, server: ServerFlavour) -> bool:
    """Whether an engine has what the columns and keys of a table need."""
    kind = engine.lower()
    definition = dataclasses.replace(definition, keys=tuple(key for key in definition.keys if key.is_on(server)))
    if kind == "innodb":
        return _innodb_can_hold(definition, server)
    parts = [part for key in definition.keys for part in key.parts]
    columns = [None if part.column is None else definition.column(part.column) for part in parts]
    over_virtual = any(column is None or _is_virtual(column) for column in columns)
    descending = any(part.order.upper() == b"DESC" for part in parts)
    return not (
        (server.innodb_alone_has_descending_keys and descending)
        or (server.innodb_alone_has_keys_over_virtual_columns and over_virtual)
        or (kind == "memory" and not _memory_can_hold(definition))
        or (kind == "aria" and not _aria_can_hold(definition))
    )


def _innodb_can_hold(definition: TableDefinition, server: ServerFlavour) -> bool:
    kinds = {key.kind for key in definition.keys}
    spatial = "SPATIAL KEY" not in kinds or server.innodb_has_spatial_keys
    return spatial and ("FULLTEXT KEY" not in kinds or server.innodb_has_fulltext_keys)


def _memory_can_hold(definition: TableDefinition) -> bool:
    special = any(key.kind in ("FULLTEXT KEY", "SPATIAL KEY") for key in definition.keys)
    return not special and not any(_is_elsewhere(one) or one.attribute("GENERATED") for one in definition.columns)


def _aria_can_hold(definition: TableDefinition) -> bool:
    parts = [(key, part) for key in definition.keys for part in key.parts if part.column is not None]
    over = [(key, part.length, definition.column(part.column or "")) for key, part in parts]
    return not any(
        column is not None
        and (_is_virtual(column) or (key.kind == "UNIQUE KEY" and not length and _is_elsewhere(column)))
        for key, length, column in over
    )


def _is_virtual(column: Column) -> bool:
    generated = column.attribute("GENERATED")
    return generated is not None and not generated.sql.upper().endswith((b"STORED", b"PERSISTENT"))


def _is_elsewhere(column: Column) -> bool:
    name = column.type_name
    return name.endswith(("text", "blob")) or name in SPATIAL_TYPES or name in ("json", "vector")


def with_room_for_keys(definition: TableDefinition, row_format: str, longest: CharacterBytes) -> TableDefinition:
    """Return a table of InnoDB whose row format, else ``row_format`` of the server, takes its keys.

    Older formats take 767 bytes of a column.
    """
    own = next((one.value for one in definition.options if one.kind == "ROW_FORMAT"), "DEFAULT")
    is_old = (row_format if own == "DEFAULT" else own).upper() in _SHORT_KEYS
    if not is_old or definition.longest_key_part_bytes(longest) <= _SHORT_KEY_BYTES:
        return definition
    others = (one for one in definition.options if one.kind != "ROW_FORMAT")
    return dataclasses.replace(definition, options=(*others, _DYNAMIC))


def row_fits(definition: TableDefinition, longest: CharacterBytes) -> bool:
    """Whether a row can be as long as its columns may be, with characters of so many bytes."""
    may_be_null = sum(map(definition.is_nullable, definition.columns))
    in_all = (may_be_null + 7) // 8 + sum(_row_bytes(column, longest) for column in definition.columns)
    return in_all <= LONGEST_ROW_BYTES


def _row_bytes(column: Column, longest: CharacterBytes) -> int:
    if _is_elsewhere(column):
        return _ELSEWHERE.get(column.type_name, _ELSEWHERE_AT_MOST)
    length = column.key_bytes(None, longest)
    return length + (1 + (length > 255) if column.type_name in _VARIABLE else 0)
