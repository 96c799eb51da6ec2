# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The rows of a backup as a server is given them."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.gathered_rows import gathered
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Server
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.plan import TablePlan
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.alike.rows_alike import grouped, made_alike
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.without_generated import without_generated
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.without_now import without_now


def given_rows(
    source: t.Iterable[Rows], tables: t.Mapping[str, TablePlan], server: Server, as_insert: set[str] | None = None
) -> t.Iterator[Rows]:
    """Give the rows of a backup without what this server does not store.

    With ``as_insert``: as if none of their keys were there already, and in whatever order costs least; it gets the
    tables whose rows may be others then. Those of each table are else as they stand in the dump.
    """
    definitions = {name: plan.format.definition for name, plan in tables.items()}
    rows = without_generated(source, definitions, server.flavour)
    rows = gathered(rows, {name: plan.rows for name, plan in tables.items()})
    if as_insert is not None:
        rows = grouped(made_alike(rows, tables, as_insert), tables)
    return without_now(rows, definitions) if server.null_is_now else rows
