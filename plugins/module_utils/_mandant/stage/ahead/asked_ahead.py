# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Whether the server will take the definitions of a backup, asked before anything is changed."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect import session_settings
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.ahead.members import (
    refuse_members_that_are_one,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.ahead.prepared import is_plain, prepare
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.dump_conditions import check_zones

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.analysis import Analysis
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.plan import Plan

# Everybody may use it.
_ANY_DATABASE = "information_schema"


def ask_ahead(session: Session, observed: Observed, plan: Plan, analysis: Analysis) -> None:
    """Raise the Failure of a definition, or of a time zone, that the run would fail with.

    Another database may be in use afterwards.
    """
    check_zones(session, analysis.time_zones)
    for table in plan.tables:
        where = f"{analysis.file.path}, line {table.definition.line}: {session.where}, {observed.mandant}"
        refuse_members_that_are_one(session, observed.server, table, where)
    # Servers look for a function that they do not know in the database in use.
    tables = [table for table in plan.tables if not is_plain(table.definition)]
    if tables:
        session_settings.use(session, _ANY_DATABASE)
    for table in tables:
        where = f"{analysis.file.path}, line {table.definition.line}: {session.where}, {observed.mandant}"
        prepare(session, observed, table, where)
