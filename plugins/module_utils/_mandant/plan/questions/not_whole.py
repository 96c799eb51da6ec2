# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The refusal of a backup that is not whole: by what it says of itself, and beside what the Mandant holds; pure."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import KNOWN, PURPOSE, REGISTRIES
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure, printable
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.drift import kept_by
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.same_wanted import listed_names
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.analysis import Analysis

_SHOWN_SIGNS = 3


def tables_lacking(wanted: Wanted, observed: Observed, analysis: Analysis) -> tuple[str, ...]:
    """Return CAO's tables in use that would go, and that the backup has nothing for; none where some are chosen.

    Where there is no REGISTRY, and so nothing that CAO-Faktura opens, those of the company itself are not asked for.
    """
    if wanted.tables:
        return ()
    key = observed.server.names.key
    in_backup = {key(observed.server.names.target(name, mandants=True)).lower() for name in analysis.definitions}
    registries = {name.lower() for name in REGISTRIES}
    # It was renamed once, and an old backup has it under its old name.
    in_backup |= registries if in_backup & registries else set()
    own = [
        name
        for name, table in observed.live.items()
        if name.upper() in KNOWN and not table.is_view and not kept_by(wanted.keep_tables, name)
    ]
    if not {name.upper() for name in observed.live}.intersection(REGISTRIES):
        own = [name for name in own if analysis.is_mandants and PURPOSE[name.upper()] != "company"]
    return tuple(name for name in own if name.lower() not in in_backup)


def not_whole(wanted: Wanted, observed: Observed, analysis: Analysis) -> Failure | None:
    """Return the Failure for a backup that is not whole, None where it is, or where that is allowed."""
    found = None if wanted.incomplete == "allow" else _reason(wanted, observed, analysis)
    if found is None:
        return None
    what, advice = found
    return Failure(
        "incomplete",
        f"{observed.server.where}, {observed.mandant}: {printable(analysis.file.path)} is not whole: {what}. "
        f"Nothing was changed. {advice}, or say incomplete: allow to restore what it has",
    )


def warnings_of_missing(wanted: Wanted, observed: Observed, analysis: Analysis) -> list[str]:
    """Return what a person should know of a backup that is restored though it is not whole."""
    found = _reason(wanted, observed, analysis) if wanted.incomplete == "allow" else None
    return [] if found is None else [f"{observed.mandant}: incomplete is set to allow, and {found[0]}"]


def _reason(wanted: Wanted, observed: Observed, analysis: Analysis) -> tuple[str, str] | None:
    """Return what shows it, and what to do."""
    if analysis.signs:
        shown = "; ".join(sign.text for sign in analysis.signs[:_SHOWN_SIGNS])
        more = len(analysis.signs) - _SHOWN_SIGNS
        return shown + (f"; and {more} more" if more > 0 else ""), "Make it again, take another"
    lacking = tables_lacking(wanted, observed, analysis)
    filled = [name for name in lacking if name in observed.filled]
    if not filled:
        filled = [name for name in lacking if name.upper() in REGISTRIES]
    if not filled:
        return None
    fate = "go" if wanted.previous == "drop" else "go into the generation before"
    hold = "there are rows" if set(filled) & observed.filled else "there is one"
    what = f"it lacks {listed_names(sorted(filled))}, of which {hold} in the Mandant that would {fate}"
    return what, "Restore a backup that has them, name them in keep_tables to leave them as they are"
