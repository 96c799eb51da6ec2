# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The drift of a Mandant from what the last restore put there: quick by definitions and rows, full by checksums."""

from __future__ import annotations

import dataclasses
import fnmatch
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import is_generation_before
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import first_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observe import count_rows
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import (
    CHECKSUM_TABLE,
    Fingerprint,
    Marker,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.origins import merged

Verify = t.Literal["none", "quick", "full"]
NAMED = 3
_OTHER_ROWS = -1
_SETTINGS = "_settings"


def drift_of(
    session: Session, observed: Observed, verify: Verify, keep_tables: t.Sequence[str] = ()
) -> tuple[dict[str, t.Any] | None, list[str]]:
    """Return ``verify`` and ``tables``, or None where there is nothing to compare with; and what could not be seen."""
    marker = observed.marker
    if verify == "none" or marker is None or not marker.sha256:
        return None, []
    # Not above: most runs find nothing to do, and compare nothing.
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.fingerprint import (
        live_fingerprints,
        live_objects,
    )

    marker = merged(marker)
    there = [name for name in marker.tables if name in observed.live and not observed.live[name].is_view]
    if verify == "full":
        live = live_fingerprints(session, observed.mandant, {name: marker.tables[name] for name in there})
    else:
        live = _by_rows(session, observed.mandant, there, marker)
    views = [name for name in _names(marker, "view:") if name in observed.live]
    objects = live_objects(session, observed.mandant, set(there), views)
    marker, objects, not_seen = _only_visible(observed, marker, objects)
    found = find_drift(marker, observed, live, objects, keep_tables)
    if verify == "full":
        not_seen += not_compared(marker)
    return {"verify": verify, "tables": [dataclasses.asdict(one) for one in found]}, not_seen


def not_compared(marker: Marker) -> list[str]:
    """Return what the fingerprints of a marker cannot tell: those of version 1.0.0 are CHECKSUM TABLE."""
    blind = sorted(name for name, one in marker.tables.items() if one.measure == CHECKSUM_TABLE)
    if not blind:
        return []
    named = first_of(blind, NAMED)
    return [f"drift by a text that moved from one column to another in {named}, until they are restored again"]


def _by_rows(session: Session, mandant: str, tables: t.Sequence[str], marker: Marker) -> dict[str, Fingerprint]:
    """Return fingerprints that have the remembered checksum as long as there are as many rows."""
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.fingerprint import (
        definition_hash,
        show_create,
    )

    rows = count_rows(session, mandant, tables)
    found = {}
    for table in tables:
        before = marker.tables[table]
        checksum = before.checksum if rows[table] == before.rows else _OTHER_ROWS
        definition = definition_hash(show_create(session, mandant, table))
        found[table] = Fingerprint(rows[table], checksum, definition, before.measure)
    return found


def _names(marker: Marker, kind: str) -> list[str]:
    return [key.partition(":")[2] for key in marker.objects or {} if key.startswith(kind)]


def _only_visible(
    observed: Observed, marker: Marker, objects: t.Mapping[str, str]
) -> tuple[Marker, dict[str, str], list[str]]:
    """Leave out of both sides what this account cannot see: not to see it does not mean that it is gone."""
    # Of views the names are there, of triggers nothing: somebody else may have made one.
    needed = {"trigger": "TRIGGER", **({"view": "SHOW VIEW"} if _names(marker, "view:") else {})}
    hidden = {kind: privilege for kind, privilege in needed.items() if not observed.privileges.has(privilege)}
    if not hidden:
        return marker, dict(objects), []

    def visible(found: t.Mapping[str, str]) -> dict[str, str]:
        return {key: value for key, value in found.items() if not key.startswith(tuple(hidden))}

    remembered = None if marker.objects is None else visible(marker.objects)
    kept = (*marker.views_kept, *_names(marker, "view:")) if "view" in hidden else marker.views_kept
    not_seen = [f"drift of {kind}s, since {privilege} is missing" for kind, privilege in hidden.items()]
    return dataclasses.replace(marker, objects=remembered, views_kept=kept), visible(objects), not_seen


@dataclasses.dataclass(frozen=True)
class Drift:
    """One thing that is not as the restore left it.

    ``what`` is content, definition, missing, extra, foreign_keys, trigger or view.
    """

    name: str
    what: str


def kept_by(patterns: t.Iterable[str], name: str) -> bool:
    """Whether a table belongs to another program, by the user's patterns in any letter case."""
    return any(fnmatch.fnmatchcase(name.lower(), pattern.lower()) for pattern in patterns)


def find_drift(
    marker: Marker,
    observed: Observed,
    live: t.Mapping[str, Fingerprint],
    objects: t.Mapping[str, str],
    keep_tables: t.Sequence[str],
) -> list[Drift]:
    """Compare what the marker remembers with what is there; ``live`` has the tables that exist."""
    found = []
    remembered = marker.objects or {}
    for name, fingerprint in marker.tables.items():
        there = live.get(name)
        if there is None:
            found.append(Drift(name, "missing"))
        elif there.definition != remembered.get(f"definition:{name}", fingerprint.definition):
            found.append(Drift(name, "definition"))
        elif (there.checksum, there.measure) != (fingerprint.checksum, fingerprint.measure):
            found.append(Drift(name, "content"))
    views = {key.partition(":")[2] for key in remembered if key.startswith("view:")}
    known = set(marker.tables) | views | set(marker.views_kept)
    # Where only some tables were restored, nobody knows what else there should be.
    for name in () if marker.chosen else observed.tables:
        if name not in known and not is_generation_before(name) and not kept_by(keep_tables, name):
            found.append(Drift(name, "extra"))
    named = {one.name for one in found}
    differing = _differing(remembered, objects)
    found += [Drift(name, what) for name, what in differing if name not in named]
    return sorted(found, key=lambda one: (one.name, one.what))


def _differing(remembered: t.Mapping[str, str], objects: t.Mapping[str, str]) -> set[tuple[str, str]]:
    """Return names and kinds of the objects that are not as they were."""
    found = set()
    for key in set(remembered) | set(objects):
        kind, _colon, name = key.partition(":")
        what = kind.replace(_SETTINGS, "")
        # What is not remembered of an object that is, version 1.0.0 did not look at.
        is_known = key in remembered or kind == what
        if kind != "definition" and is_known and remembered.get(key) != objects.get(key):
            found.add((name, what))
    return found
