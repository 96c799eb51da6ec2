# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The refusal to take somebody's work away: what is there, since when, and what to do; pure."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.drift import Drift
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed, Whose
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.same_wanted import listed_names
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted

_COMPANY_LETTERS = 60


def changed_since(moment: str, changed: t.Sequence[Drift]) -> str:
    """Return what people did since a restore, by the names of the tables."""
    return f"changed since the restore {moment}: {listed_names(list(dict.fromkeys(one.name for one in changed)))}"


def work_in_use(wanted: Wanted, observed: Observed, whose: Whose, story: str) -> Failure:
    """Return the Failure for the tables in use; the ``story`` tells why they are taken for somebody's work."""
    way_back = ", and mandant_rollback brings it back" if wanted.previous == "keep" else ""
    return Failure(
        "would_replace_work",
        f"{observed.server.where}: {observed.mandant} holds what this restore would replace: {_told(whose)}; {story}. "
        "Leave it as it is, or say replace: true (policy: enforce and always say so, too); backup_first saves it "
        f"before{way_back}",
    )


def work_before(wanted: Wanted, observed: Observed, pushed_out: t.Collection[str]) -> Failure | None:
    """Return the Failure for a generation before that is people's work and would be dropped, None where it may go."""
    before = observed.before
    if before is None or wanted.policy != "once" or wanted.replace or wanted.backup_first:
        return None
    work = [name for name in before.work if name in pushed_out]
    if not work:
        return None
    told = "" if before.whose is None else f"{_told(before.whose)}, "
    return Failure(
        "would_replace_work",
        f"{observed.server.where}: {observed.mandant} has a generation before with rows that no restore has brought "
        f"({told}in {listed_names(work)}), and this restore would drop it for good. Look at it with mandant_rollback, "
        "save it with backup_first, or say replace: true",
    )


def needs_look_before(wanted: Wanted, observed: Observed) -> bool:
    """Whether it matters what the generation before is: it may not go unsaid, or is to be saved."""
    if not any(not table.is_view for table in observed.generation_before.values()):
        return False
    return wanted.backup_first is not None or (wanted.policy == "once" and not wanted.replace)


def _told(whose: Whose) -> str:
    company = whose.company or ""
    company = company if len(company) <= _COMPANY_LETTERS else f"{company[:_COMPANY_LETTERS]}..."
    last = f"last document of {whose.last_document_date}" if whose.last_document_date else ""
    return ", ".join(filter(None, (company, last, f"{whose.rows} {'row' if whose.rows == 1 else 'rows'}")))
