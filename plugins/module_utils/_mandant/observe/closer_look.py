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


def look_closely(session: Session, observed: Observed, *, count: bool) -> Observed:
    """Return what was seen with what the server offers, privileges, sessions, foreign keys and triggers.

    Rows are counted where asked.
    """
    mandant = observed.mandant
    privileges = observe_privileges(session, mandant, ignore_case=observed.server.lower_case_table_names != 0)
    seen = dataclasses.replace(
        observed,
        server=observe_formats(session, observed.server),
        privileges=privileges,
        privileges_of=str(session.value("SELECT CURRENT_USER()")),
        sees_all_sessions=privileges.has_everywhere("PROCESS"),
    )
    if not observed.exists:
        return seen
    tables = observed.tables
    views = any(table.is_view for table in observed.live.values())
    if count:
        rows = count_rows(session, mandant, [name for name, table in observed.live.items() if not table.is_view])
        tables = {name: dataclasses.replace(table, rows=rows.get(name)) for name, table in tables.items()}
    return dataclasses.replace(
        seen,
        tables=tables,
        sessions=observe_sessions(session, mandant),
        foreign_keys=observe_foreign_keys(session, mandant),
        foreign_referrers=observe_referrers(session, mandant),
        triggers=observe_triggers(session, mandant),
        views=observe_views(session, mandant) if views else {},
        columns=observe_columns(session, mandant) if views else {},
        db_version=live_db_version(session, mandant, observed.live),
    )


def look_whose(session: Session, observed: Observed, names: t.Mapping[str, str]) -> Observed:
    """Return what was seen with whose it is; ``names`` as for as_called_now."""
    if not observed.exists:
        return observed
    there = as_called_now(observed.live, names)
    return dataclasses.replace(observed, identity=live_identity(session, observed.mandant, there))
