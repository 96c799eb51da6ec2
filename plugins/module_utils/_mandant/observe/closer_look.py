# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The closer look at a Mandant that a restore needs, when it is known that there is something to do."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.other_sessions import observe_sessions
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import observe_formats
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observe import (
    count_rows,
    is_read_only,
    keys_between_databases,
    observe_columns,
    observe_foreign_keys,
    observe_privileges,
    observe_referrers,
    observe_triggers,
    observe_views,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed, as_called_now
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.whose_mandant import (
    live_db_version,
    live_identity,
)

_Facts = t.TypeVar("_Facts")


def look_closely(
    session: Session, observed: Observed, *, count: bool, names: t.Mapping[str, str] | None = None
) -> Observed:
    """Return what was seen with what the server offers, privileges, sessions, foreign keys and triggers.

    Rows are counted where asked. ``names`` as for as_called_now: all is told under the names to come.
    """
    mandant, names = observed.mandant, names or {}
    seen = look_at_account(session, observed)
    seen = dataclasses.replace(seen, server=observe_formats(session, observed.server))
    if not observed.exists:
        return seen
    tables, there = observed.tables, as_called_now(observed.live, names)
    views = any(table.is_view for table in there.values())
    if count:
        rows = count_rows(session, mandant, [table.name for table in there.values() if not table.is_view])
        counted = {name: rows.get(table.name) for name, table in there.items()}
        tables = {name: dataclasses.replace(table, rows=counted.get(name)) for name, table in tables.items()}
    keys = (key.called(names) for key in observe_foreign_keys(session, mandant, names))
    triggers = (one.called(names) for one in observe_triggers(session, mandant))
    return dataclasses.replace(
        seen,
        tables=tables,
        # Those of tables that will be gone are gone then.
        foreign_keys=tuple(key for key in keys if key.table in tables),
        referred=_called(observe_referrers(session, mandant), names) if keys_between_databases(session) else {},
        triggers=tuple(one for one in triggers if one.table in tables),
        views=_called(observe_views(session, mandant), names) if views else {},
        columns=_called(observe_columns(session, mandant), names) if views else {},
        db_version=live_db_version(session, mandant, there),
    )


def look_at_account(session: Session, observed: Observed) -> Observed:
    """Return what was seen with what the account may do, and who else is connected."""
    privileges = observe_privileges(session, observed.mandant, ignore_case=observed.server.lower_case_table_names != 0)
    return dataclasses.replace(
        observed,
        privileges=privileges,
        read_only=observed.exists and is_read_only(session, observed.server, observed.mandant),
        privileges_of=str(session.value("SELECT CURRENT_USER()")),
        sees_all_sessions=privileges.has_everywhere("PROCESS"),
        sessions=observe_sessions(session, observed.mandant) if observed.exists else (),
    )


def _called(found: t.Mapping[str, _Facts], names: t.Mapping[str, str]) -> dict[str, _Facts]:
    return {names.get(name, name): facts for name, facts in found.items()}


def look_whose(session: Session, observed: Observed, names: t.Mapping[str, str]) -> Observed:
    """Return what was seen with whose it is; ``names`` as for as_called_now."""
    if not observed.exists:
        return observed
    there = as_called_now(observed.live, names)
    return dataclasses.replace(observed, identity=live_identity(session, observed.mandant, there))
