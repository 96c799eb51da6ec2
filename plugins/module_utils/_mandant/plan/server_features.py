# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What a table of a newer server needs and an older one does not have, said before anything is created, pure."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.table_definition import Column, TableDefinition
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Server

Version = tuple[int, int, int]


class Feature(t.NamedTuple):
    """Something in a definition; ``mariadb`` and ``mysql`` are the versions that brought it (their release notes)."""

    text: str
    mariadb: Version
    mysql: Version
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


_NEVER = (1_000_000, 0, 0)
_FEATURES = (
    Feature(
        "generated columns", (10, 2, 1), (5, 7, 6), _any_column(lambda column: bool(column.attribute("GENERATED")))
    ),
    Feature("defaults that are computed", (10, 2, 1), (8, 0, 13), _any_column(_computes_default)),
    Feature("defaults of text columns", (10, 2, 1), _NEVER, _any_column(_has_text_default)),
    Feature("columns of the type json", (10, 2, 7), (5, 7, 8), _any_column(lambda column: column.type_name == "json")),
    # MariaDB has none, and is left without these keys.
    Feature("keys over expressions", (0, 0, 0), (8, 0, 13), lambda table: any(key.functional for key in table.keys)),
)


def refuse_unknown_features(definition: TableDefinition, server: Server) -> None:
    """Raise Failure server_setting for a table that this server cannot have."""
    flavour = server.flavour
    missing = [
        feature.text
        for feature in _FEATURES
        if flavour.version < (feature.mariadb if flavour.mariadb else feature.mysql) and feature.needed_by(definition)
    ]
    if missing:
        raise Failure(
            "server_setting",
            f"{server.where}: the table {definition.name} needs {' and '.join(missing)}, which this server "
            f"({server.version}) does not have; restore the backup on a newer one",
        )
