# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What the marker of a restore remembers: what was wanted, what was there before, and what follows the swap; pure."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.plan import Plan
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.same_wanted import asked_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.steps import (
    steps_after,
    steps_back,
    steps_taken_back,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import (
    NOT_MADE,
    Made,
    Previous,
    marker_document,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.origins import carried_on
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted


def remembered(wanted: Wanted, observed: Observed, plan: Plan) -> dict[str, t.Any]:
    """Return the fields of the marker that the plan tells."""
    drop = wanted.previous == "drop"
    return {
        "moves": plan.moves,
        "pending": steps_after(plan, observed, drop_previous=drop),
        "previous": Previous() if drop else _previous(observed, plan),
        "views": tuple(plan.targets[view.name] for view in plan.views),
        "views_kept": plan.views_kept,
        "neutralised": tuple(sorted(wanted.neutralise)),
        "gave_way": steps_taken_back(plan, observed),
        "asked": asked_of(wanted),
        "kept": plan.left_out,
        "made": made_by(wanted, observed),
        "triggers": {trigger.name: plan.targets[trigger.table] for trigger in plan.triggers},
        **(_of_some_tables(wanted, observed, plan, drop) if wanted.tables else {}),
    }


def made_by(wanted: Wanted, observed: Observed) -> Made:
    """Return what of the Mandant is there because of this restore or one before; what people had is theirs."""
    what = observed.made.what
    if not observed.exists:
        what = "database"
    elif not what and not observed.tables:
        what = "content"
    return Made(what, observed.mandant, wanted.scratch) if what else NOT_MADE


def _previous(observed: Observed, plan: Plan) -> Previous:
    before = marker_document(observed.marker)
    return Previous(tables=plan.previous, restored=steps_back(plan, observed), marker=before)


def _of_some_tables(wanted: Wanted, observed: Observed, plan: Plan, drop: bool) -> dict[str, t.Any]:
    triggers = {one.name: one.table for one in observed.triggers}
    return {
        "chosen": wanted.tables,
        "lacks": tuple(sorted(plan.not_chosen.values())),
        # Without a generation before there is nothing that a rollback could exchange.
        "scope": () if drop else tuple(sorted(plan.scope)),
        "older": plan.older,
        **carried_on(observed.marker, plan.scope, triggers),
    }
