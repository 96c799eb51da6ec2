# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What a table of a newer server needs and an older one does not have, said before anything is created, pure."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import (
    Column,
    TableDefinition,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Server


class Feature(t.NamedTuple):
    """Something in a definition, and the servers that have it."""

    text: str
    is_there: t.Callable[[ServerFlavour], bool]
    needed_by: t.Callable[[TableDefinition], bool]


def _any_column(test: t.Callable[[Column], bool]) -> t.Callable[[TableDefinition], bool]:
    return lambda definition: any(test(column) for column in definition.columns)


def _computes_default(column: Column) -> bool:
    default = column.attribute("DEFAULT")
    return default is not None and default.sql.startswith(b"DEFAULT (")


def _has_text_default(column: Column) -> bool:
    default = column.attribute("DEFAULT")
    is_text = column.type_name.endswith(("text", "blob"))
    return is_text and default is not None and default.sql != b"DEFAULT NULL" and not _computes_default(column)


_MANY_COLUMNS = 16
# It stands where VALUES IN stands elsewhere.
_FOR_ALL_OTHERS = re.compile(rb"\bPARTITION (?:`(?:[^`]|``)+`|\w+) DEFAULT\b", re.IGNORECASE)


def _has_whole_text_in_unique_key(table: TableDefinition) -> bool:
    whole = [part for key in table.keys if key.kind == "UNIQUE KEY" for part in key.parts if not part.length]
    columns = [table.column(part.column) for part in whole if part.column is not None]
    return any(column is not None and column.type_name.endswith(("text", "blob")) for column in columns)


_FEATURES = (
    Feature(
        "generated columns",
        lambda server: server.has_generated_columns,
        _any_column(lambda column: bool(column.attribute("GENERATED"))),
    ),
    Feature("defaults that are computed", lambda server: server.has_computed_defaults, _any_column(_computes_default)),
    Feature("defaults of text columns", lambda server: server.has_text_defaults, _any_column(_has_text_default)),
    Feature(
        "fractions of seconds",
        lambda server: server.has_fractions_of_seconds,
        _any_column(lambda column: column.type_name in ("datetime", "timestamp", "time") and column.length > 0),
    ),
    Feature(
        "invisible columns",
        lambda server: server.has_invisible_columns,
        _any_column(lambda column: any(one.kind == "INVISIBLE" and not one.version for one in column.attributes)),
    ),
    *(
        Feature(
            f"columns of the type {name}",
            lambda server, name=name: server.has_type(name),  # type: ignore[misc]
            _any_column(lambda column, name=name: column.type_name == name),  # type: ignore[misc]
        )
        for name in ("inet4", "inet6", "uuid", "vector")
    ),
    Feature(
        "columns of the type json",
        lambda server: server.has_json,
        _any_column(lambda column: column.type_name == "json"),
    ),
    Feature(
        "unique keys over whole texts",
        lambda server: server.has_unique_keys_over_whole_texts,
        _has_whole_text_in_unique_key,
    ),
    Feature(
        "keys over more than 16 columns",
        lambda server: server.has_keys_over_many_columns,
        lambda table: any(len(key.parts) > _MANY_COLUMNS for key in table.keys),
    ),
    Feature(
        "a partition of all other values",
        lambda server: server.has_default_partitions,
        lambda table: any(one.kind == "PARTITION" and _FOR_ALL_OTHERS.search(one.sql) for one in table.options),
    ),
    Feature(
        "keys over expressions",
        lambda server: server.takes_keys_over_expressions,
        lambda table: any(key.functional for key in table.keys),
    ),
)


def refuse_unknown_features(definition: TableDefinition, server: Server) -> None:
    """Raise Failure server_setting for a table that this server cannot have."""
    missing = [
        feature.text for feature in _FEATURES if not feature.is_there(server.flavour) and feature.needed_by(definition)
    ]
    if missing:
        raise Failure(
            "server_setting",
            f"{server.where}: the table {definition.name} needs {' and '.join(missing)}, which this server "
            f"({server.version}) does not have; restore the backup on a newer one",
        )
