# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Whether anything is to be done at all: policy, marker and drift, pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.drift import Drift
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Marker
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted


@dataclasses.dataclass(frozen=True)
class Decision:
    """Whether to restore, and why; ``warning`` where a person should know."""

    restore: bool
    why: str
    warning: str | None = None
    drift: tuple[Drift, ...] = ()


def decide(wanted: Wanted, sha256: str, observed: Observed, drift: t.Sequence[Drift] | None = None) -> Decision:
    """Decide from the policy. ``drift`` is needed where needs_drift() says so."""
    marker = observed.marker
    if not observed.exists:
        return Decision(True, "the Mandant does not exist")
    if marker is None:
        return _unknown_origin(observed)
    reason = _reason(wanted, sha256, marker, drift or ())
    if reason is not None:
        return Decision(True, reason, drift=tuple(drift or ()))
    if wanted.policy == "enforce":
        return Decision(False, "the content is the backup's")
    return Decision(False, f"this backup was restored here at {marker.restored_at}")


def _reason(wanted: Wanted, sha256: str, marker: Marker, drift: t.Sequence[Drift]) -> str | None:
    """Return why a Mandant with a marker is restored again."""
    neutralised = ", ".join(marker.neutralised) or "nothing"
    reasons = (
        (wanted.policy == "always", "the policy is always"),
        (not marker.sha256, "after a rollback, what is in the Mandant is of unknown origin"),
        (marker.sha256 != sha256, "another backup was restored before"),
        (not _same_groups(wanted, marker), f"this backup was restored before with {neutralised} neutralised"),
        (not marker.finished, "the last restore could not be brought to its end"),
        (bool(drift), f"{len(drift)} things are not as the backup has them"),
    )
    return next((reason for holds, reason in reasons if holds), None)


def needs_drift(wanted: Wanted, sha256: str, observed: Observed) -> bool:
    """Whether the decision depends on what is in the tables now."""
    marker = observed.marker
    if marker is None or wanted.policy != "enforce":
        return False
    return marker.sha256 == sha256 and _same_groups(wanted, marker)


def _same_groups(wanted: Wanted, marker: Marker) -> bool:
    """Whether the content is what this backup becomes: another set of groups makes another content of it."""
    return wanted.neutralise == frozenset(marker.neutralised)


def _unknown_origin(observed: Observed) -> Decision:
    if observed.marker_problem is not None:
        why = f"the marker of the last restore cannot be understood: {observed.marker_problem}"
        return Decision(True, why, f"{observed.mandant}: {why}; the backup is restored")
    if not observed.live:
        return Decision(True, "the Mandant is empty")
    why = "what is in the Mandant is of unknown origin: no restore has left its marker"
    return Decision(True, why, f"{observed.mandant}: {why}; it becomes the generation before")
