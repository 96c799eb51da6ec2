# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Rows that a foreign key does not allow: a restore loads a table before or behind another, and checks none of them.

A dump that does not say that they go unchecked would end there by a client. The rows are what was saved, so they stay,
and are told.
"""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.keys_of_foreign_keys import columns_in
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.plan import Plan
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.loaded import Loaded

# MySQL reads a temporary table once in a statement: that of a try cannot be asked of a key to itself.
_CANNOT_REOPEN = 1137


def note_orphans(session: Session, plan: Plan, loaded: Loaded) -> None:
    """Warn of rows whose counterpart is not there, among the tables of the plan."""
    shadows = {table.source: table.shadow for table in plan.tables}
    for one in plan.foreign_keys:
        parent = shadows.get(one.key.references)
        if parent is None:
            continue
        pairs = list(zip(columns_in(one.key.columns_sql), columns_in(one.key.referenced_sql)))
        try:
            count = int(session.value(_count(one.shadow, parent, pairs)))
        except ServerError as exc:
            if exc.number != _CANNOT_REOPEN:
                raise
            continue
        if count:
            text = (
                f"the foreign key {one.name} points to rows that {one.key.references} does not have, and the backup "
                "does not say that such go unchecked: a server's client would refuse them"
            )
            loaded.warn(one.source, text, count)


def _count(child: str, parent: str, pairs: t.Sequence[tuple[str, str]]) -> str:
    found = " AND ".join(f"c.{quoted(own)} = p.{quoted(other)}" for own, other in pairs)
    given = " AND ".join(f"c.{quoted(own)} IS NOT NULL" for own, _other in pairs)
    return (
        f"SELECT COUNT(*) FROM {quoted(child)} c WHERE {given}"
        f" AND NOT EXISTS (SELECT 1 FROM {quoted(parent)} p WHERE {found})"
    )
