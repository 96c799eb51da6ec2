# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Whether anything is to be done at all: policy, marker and what is there, pure.

A decision that needs to know more asks a question instead of deciding; check mode and run answer it alike.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.content import (
    NOTHING_SEEN,
    Content,
    Question,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.drift import Drift, kept_by
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.same_wanted import (
    at,
    listed_names,
    replaced_since,
    restored_from,
    wanted_of,
    why_another,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.some_tables.chosen import unmatched
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Marker
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.origins import (
    has_whole,
    merged,
    sources,
    triggers_of,
)
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


def looked_at(wanted: Wanted, sha256: str, observed: Observed, content: Content) -> frozenset[str] | None:
    """Return the names in the Mandant that a question is about, None where it is about all."""
    if not wanted.tables or content.names is not None:
        return content.names
    own = () if observed.marker is None else restored_from(observed.marker, sha256)
    return frozenset(wanted_of(wanted, own))


def _names_missing(wanted: Wanted, sha256: str, observed: Observed, content: Content) -> bool:
    """Whether the backup has to tell what is wanted of it: no restore of it has left its names."""
    names = looked_at(wanted, sha256, observed, content)
    return content.names is None and names is not None and bool(unmatched(wanted.tables, names))


def _asked_for(wanted: Wanted, sha256: str, observed: Observed, content: Content) -> Decision | Question:
    """Decide for a policy that says by itself that what is there may go."""
    marker = observed.marker
    if marker is None:
        return _unknown_origin(wanted, observed)
    reason = _why_again(wanted, sha256, marker)
    if reason is not None:
        return Decision(True, reason)
    if _names_missing(wanted, sha256, observed, content):
        return "names"
    if content.drift is None:
        return "drift"
    if content.drift:
        names = listed_names([one.name for one in content.drift])
        return Decision(True, f"drift from the backup: {names}", drift=content.drift)
    return Decision(False, f"the content is the backup's, as restored {_restored_at(sha256, marker)}", drift=())


def _restored_at(sha256: str, marker: Marker) -> str:
    return at(next(iter(restored_from(marker, sha256)), marker))


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
    if marker is not None:
        taken_back = _taken_back(wanted, sha256, marker)
        if taken_back is not None:
            return Decision(False, f"a rollback has taken {taken_back} back; policy: always restores it again")
        if restored_from(marker, sha256) and _names_missing(wanted, sha256, observed, content):
            return "names"
    why, lost = _why(wanted, sha256, observed)
    if why is None and marker is not None:
        return Decision(False, _brought(wanted, sha256, marker))
    return _missing(wanted, content) or _over_what_is_there(wanted, observed, content, (why or "", lost))


def _missing(wanted: Wanted, content: Content) -> Question | None:
    if wanted.tables and content.names is None:
        return "names"
    return "rows" if content.holds_rows is None else None


def _over_what_is_there(
    wanted: Wanted, observed: Observed, content: Content, found: tuple[str, frozenset[str]]
) -> Decision | Question:
    marker = observed.marker
    if not content.holds_rows:
        return Decision(True, _nothing_there(observed, content))
    if marker is None or not marker.sha256 or _unknown(observed, content):
        return _over_unknown(wanted, observed, content)
    return _over_restored(wanted, observed, content, marker, found)


def _taken_back(wanted: Wanted, sha256: str, marker: Marker) -> str | None:
    """Return what a rollback has taken back of what is wanted, as words."""
    if sha256 in marker.taken_back:
        return "the restore of this backup"
    # A restore of all was never taken back by one of single tables.
    undone = [name for name, backup in marker.undone.items() if backup == sha256 and kept_by(wanted.tables, name)]
    return f"the restore of {listed_names(undone)} from this backup" if undone else None


def _brought(wanted: Wanted, sha256: str, marker: Marker) -> str:
    own = restored_from(marker, sha256)
    since = replaced_since(wanted, own, marker)
    told = f"; {listed_names(since)} came from another one since" if since else ""
    if not wanted.tables:
        return f"this backup was restored here {at(own[0])}{told}"
    names = list(wanted_of(wanted, own))
    return f"{listed_names(names)} of this backup {'was' if len(names) == 1 else 'were'} restored here {at(own[0])}"


def _nothing_there(observed: Observed, content: Content) -> str:
    if content.names is not None:
        return f"the Mandant holds no row of {listed_names(sorted(content.names))}"
    return "no table of the Mandant holds a row" if observed.live else "the Mandant is empty"


def _unknown(observed: Observed, content: Content) -> list[str]:
    """Return the tables in use that no restore has brought, where only some were restored, or only some are wanted."""
    if observed.marker is None or (content.names is None and has_whole(observed.marker)):
        return []
    known = merged(observed.marker).tables
    live = observed.live if content.names is None else content.names.intersection(observed.live)
    return sorted(name for name in live if not observed.live[name].is_view and name not in known)


def _over_unknown(wanted: Wanted, observed: Observed, content: Content) -> Decision | Question:
    decision = _unknown_origin(wanted, observed, _unknown(observed, content))
    if wanted.replace:
        return decision
    if content.whose is None:
        return "whose"
    # Not above, as below: most runs refuse nothing.
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.would_replace import work_in_use

    story = decision.why
    if content.names is not None:
        names = sorted(content.names.intersection(observed.live))
        story = f"only {listed_names(names)} {'is' if len(names) == 1 else 'are'} wanted, and {story}"
    return Decision(False, decision.why, refusal=work_in_use(wanted, observed, content.whose, story))


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
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.would_replace import (
        changed_since,
        work_in_use,
    )

    story = changed_since(_when(marker, changed[0].name), changed)
    return Decision(False, story, drift=content.drift, refusal=work_in_use(wanted, observed, content.whose, story))


def _why(wanted: Wanted, sha256: str, observed: Observed) -> tuple[str | None, frozenset[str]]:
    """Return why the Mandant is not as an earlier run with the same wishes left it, and what belongs to lost tables."""
    marker = observed.marker
    if marker is None or not marker.sha256:
        return _unknown_origin(wanted, observed).why, frozenset()
    another = why_another(wanted, sha256, marker)
    if another is not None:
        return another, frozenset()
    if not marker.finished:
        return "the last restore could not be brought to its end", frozenset()
    own = restored_from(marker, sha256)
    brought = [name for one in own for name in one.tables if not wanted.tables or kept_by(wanted.tables, name)]
    tables = [name for name in brought if name not in observed.live or observed.live[name].is_view]
    if not tables:
        return None, frozenset()
    # A trigger goes with its table.
    triggers = [name for one in own for name, table in triggers_of(one).items() if table in tables]
    return f"tables of the backup are gone: {listed_names(tables)}", frozenset((*tables, *triggers))


def _when(marker: Marker, table: str) -> str:
    """Return when the restore was that has brought a table; what belongs to none is told by the last one."""
    return at(next((one for one in sources(marker) if table in one.tables), marker))


def _unknown_origin(wanted: Wanted, observed: Observed, tables: t.Sequence[str] = ()) -> Decision:
    if observed.marker_problem is not None:
        why = f"the marker of the last restore cannot be understood: {observed.marker_problem}"
        return Decision(True, why, f"{observed.mandant}: {why}; the backup is restored")
    if not observed.live:
        return Decision(True, "the Mandant is empty")
    why = _BY_HAND
    if observed.marker is not None:
        why = "after a rollback, what is in the Mandant is of unknown origin"
        if observed.marker.sha256:
            why = f"{listed_names(tables)}: no restore has brought what is in use"
    it = "what these tables hold" if wanted.tables else "it"
    becomes = "becomes the generation before" if wanted.previous == "keep" else "goes for good (previous: drop)"
    return Decision(True, why, f"{observed.mandant}: {why}; {it} {becomes}")
