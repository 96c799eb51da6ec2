# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The drift of a Mandant from what the last restore put there: quick by definitions and rows, full by checksums."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.fingerprint import (
    definition_hash,
    live_fingerprints,
    live_objects,
    show_create,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observe import count_rows
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.decision import find_drift
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Fingerprint, Marker

Verify = t.Literal["none", "quick", "full"]
_OTHER_ROWS = -1


def drift_of(
    session: Session, observed: Observed, verify: Verify, keep_tables: t.Sequence[str] = ()
) -> tuple[dict[str, t.Any] | None, list[str]]:
    """Return ``verify`` and ``tables``, or None where there is nothing to compare with; and what could not be seen."""
    marker = observed.marker
    if verify == "none" or marker is None or not marker.sha256:
        return None, []
    there = [name for name in marker.tables if name in observed.live and not observed.live[name].is_view]
    if verify == "full":
        live = live_fingerprints(session, observed.mandant, there)
    else:
        live = _by_rows(session, observed.mandant, there, marker)
    views = [name for name in _names(marker, "view:") if name in observed.live]
    objects = live_objects(session, observed.mandant, set(there), views)
    marker, objects, not_seen = _only_visible(observed, marker, objects)
    found = find_drift(marker, observed, live, objects, keep_tables)
    return {"verify": verify, "tables": [dataclasses.asdict(one) for one in found]}, not_seen


def _by_rows(session: Session, mandant: str, tables: t.Sequence[str], marker: Marker) -> dict[str, Fingerprint]:
    """Return fingerprints that have the remembered checksum as long as there are as many rows."""
    rows = count_rows(session, mandant, tables)
    found = {}
    for table in tables:
        before = marker.tables[table]
        checksum = before.checksum if rows[table] == before.rows else _OTHER_ROWS
        found[table] = Fingerprint(rows[table], checksum, definition_hash(show_create(session, mandant, table)))
    return found


def _names(marker: Marker, kind: str) -> list[str]:
    return [key.partition(":")[2] for key in marker.objects or {} if key.startswith(kind)]


def _only_visible(
    observed: Observed, marker: Marker, objects: t.Mapping[str, str]
) -> tuple[Marker, dict[str, str], list[str]]:
    """Leave out of both sides what this account cannot see: not to see it does not mean that it is gone."""
    needed = {"trigger:": "TRIGGER", "view:": "SHOW VIEW"}
    hidden = {
        kind: privilege
        for kind, privilege in needed.items()
        if _names(marker, kind) and not observed.privileges.has(privilege)
    }
    if not hidden:
        return marker, dict(objects), []

    def visible(found: t.Mapping[str, str]) -> dict[str, str]:
        return {key: value for key, value in found.items() if not key.startswith(tuple(hidden))}

    remembered = None if marker.objects is None else visible(marker.objects)
    kept = (*marker.views_kept, *_names(marker, "view:")) if "view:" in hidden else marker.views_kept
    not_seen = [f"drift of {kind[:-1]}s, since {privilege} is missing" for kind, privilege in hidden.items()]
    return dataclasses.replace(marker, objects=remembered, views_kept=kept), visible(objects), not_seen
