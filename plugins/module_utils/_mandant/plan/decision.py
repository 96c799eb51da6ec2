# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Whether anything is to be done at all: policy, marker and what is there, pure.

A decision that needs to know more asks a question instead of deciding; check mode and run answer it alike.
"""

from __future__ import annotations

import dataclasses

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.content import (
    NOTHING_SEEN,
    Content,
    Question,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.drift import Drift
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.same_wanted import at, listed_names, why_another
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.would_replace import changed_since, work_in_use
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Marker
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted

_BY_HAND = "what is in the Mandant is of unknown origin: no restore has left its marker"


@dataclasses.dataclass(frozen=True)
class Decision:
    """Whether to restore, and why; ``warning`` where a person should know.

    ``refusal`` is why it may not be done. ``drift`` is None where nothing was compared.
    """

    restore: bool
    why: str
    warning: str | None = None
    drift: tuple[Drift, ...] | None = None
    refusal: Failure | None = None


def decide(wanted: Wanted, sha256: str, observed: Observed, content: Content = NOTHING_SEEN) -> Decision | Question:
    """Decide from the policy, or return what is to be looked at first."""
    if not observed.exists:
        return Decision(True, "there was no such Mandant yet")
    return (_once if wanted.policy == "once" else _asked_for)(wanted, sha256, observed, content)


def _asked_for(wanted: Wanted, sha256: str, observed: Observed, content: Content) -> Decision | Question:
    """Decide for a policy that says by itself that what is there may go."""
    marker = observed.marker
    if marker is None:
        return _unknown_origin(observed)
    reason = _why_again(wanted, sha256, marker)
    if reason is not None:
        return Decision(True, reason)
    if content.drift is None:
        return "drift"
    if content.drift:
        names = listed_names([one.name for one in content.drift])
        return Decision(True, f"not all is as the backup has it: {names}", drift=content.drift)
    return Decision(False, f"the content is the backup's, as restored {at(marker)}", drift=())


def _why_again(wanted: Wanted, sha256: str, marker: Marker) -> str | None:
    """Return why a Mandant is restored that was asked for whatever is in it, None where its content tells."""
    if wanted.policy == "always":
        return "the policy is always"
    if not marker.sha256:
        return "after a rollback, what is in the Mandant is of unknown origin"
    another = why_another(wanted, sha256, marker)
    if another is None and not marker.finished:
        return "the last restore could not be brought to its end"
    return another


def _once(wanted: Wanted, sha256: str, observed: Observed, content: Content) -> Decision | Question:
    """Decide for the policy that never takes away what people did."""
    marker = observed.marker
    if marker is not None and sha256 in marker.taken_back:
        return Decision(False, "a rollback has taken the restore of this backup back; policy: always restores it again")
    why, lost = _why(wanted, sha256, observed)
    if why is None and marker is not None:
        return Decision(False, f"this backup was restored here {at(marker)}")
    if content.holds_rows is None:
        return "rows"
    if not content.holds_rows:
        return Decision(True, "no table of the Mandant holds a row" if observed.live else "the Mandant is empty")
    if marker is None or not marker.sha256:
        return _over_unknown(wanted, observed, content)
    return _over_restored(wanted, observed, content, marker, (why or "", lost))


def _over_unknown(wanted: Wanted, observed: Observed, content: Content) -> Decision | Question:
    decision = _unknown_origin(observed)
    if wanted.replace:
        return decision
    if content.whose is None:
        return "whose"
    return Decision(False, decision.why, refusal=work_in_use(wanted, observed, content.whose, decision.why))


def _over_restored(
    wanted: Wanted, observed: Observed, content: Content, marker: Marker, found: tuple[str, frozenset[str]]
) -> Decision | Question:
    """Decide over what an earlier restore has brought: it may go unless somebody has changed it."""
    why, lost = found
    if wanted.replace:
        return Decision(True, why)
    if content.drift is None:
        return "drift"
    changed = [one for one in content.drift if one.name not in lost]
    if not changed:
        return Decision(True, why, drift=content.drift)
    if content.whose is None:
        return "whose"
    story = changed_since(at(marker), changed)
    return Decision(False, story, drift=content.drift, refusal=work_in_use(wanted, observed, content.whose, story))


def _why(wanted: Wanted, sha256: str, observed: Observed) -> tuple[str | None, frozenset[str]]:
    """Return why the Mandant is not as an earlier run with the same wishes left it, and what belongs to lost tables."""
    marker = observed.marker
    if marker is None or not marker.sha256:
        return _unknown_origin(observed).why, frozenset()
    another = why_another(wanted, sha256, marker)
    if another is not None:
        return another, frozenset()
    if not marker.finished:
        return "the last restore could not be brought to its end", frozenset()
    tables = [name for name in marker.tables if name not in observed.live or observed.live[name].is_view]
    if not tables:
        return None, frozenset()
    # A trigger goes with its table.
    triggers = [step.name for step in marker.pending if step.do == "create_trigger" and step.table in tables]
    return f"tables of the backup are gone: {listed_names(tables)}", frozenset((*tables, *triggers))


def _unknown_origin(observed: Observed) -> Decision:
    if observed.marker_problem is not None:
        why = f"the marker of the last restore cannot be understood: {observed.marker_problem}"
        return Decision(True, why, f"{observed.mandant}: {why}; the backup is restored")
    if not observed.live:
        return Decision(True, "the Mandant is empty")
    why = _BY_HAND
    if observed.marker is not None:
        why = "after a rollback, what is in the Mandant is of unknown origin"
    return Decision(True, why, f"{observed.mandant}: {why}; it becomes the generation before")
