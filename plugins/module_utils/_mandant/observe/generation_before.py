# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Whether the generation before is what restores have brought, or people's work that is nowhere else."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.content import tables_with_rows, whose
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.drift import find_drift
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.fingerprint import live_fingerprints
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import (
    Before,
    ExistingTable,
    Observed,
    as_called_now,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import (
    Fingerprint,
    Marker,
    Previous,
    Unreadable,
    decode_remembered,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.origins import merged


def look_before(session: Session, observed: Observed, names: t.Mapping[str, str] | None = None) -> Observed:
    """Return what was seen with the generation before: what its tables are called in use, and which are people's.

    ``names`` as for as_called_now.
    """
    names = names or {}
    real_names = _real_names(observed)
    tables = {name: table for name, table in observed.generation_before.items() if not table.is_view}
    tables = as_called_now(tables, names)
    filled = set(tables_with_rows(session, observed.mandant, tables))
    known = _as_restored(session, observed, {name: real_names[name] for name in tables if name in filled}, names)
    work = tuple(sorted(filled - known))
    # The facts are found under the names that the tables have in use.
    in_use = {real_names[name]: table for name, table in tables.items()}
    counted = {real_names[name] for name in work}
    found = whose(session, observed.mandant, in_use, counted) if work else None
    return dataclasses.replace(observed, before=Before(real_names, work, found))


def _real_names(observed: Observed) -> dict[str, str]:
    """Return the names in use of the tables of the generation before; CAO's own restore leaves the same (2.1)."""
    by_name = {back: live for one in _generations(observed) for live, back in one.tables.items()}
    return {name: by_name.get(name, name[len("BACK_") :]) for name in observed.generation_before}


def _generations(observed: Observed) -> tuple[Previous, ...]:
    return () if observed.marker is None else (observed.marker.previous, *observed.marker.older)


def _as_restored(
    session: Session, observed: Observed, real_names: t.Mapping[str, str], names: t.Mapping[str, str]
) -> set[str]:
    """Return those of the tables that are as a restore has left them."""
    return {
        name
        for generation in _generations(observed)
        for name in _of_one(session, observed, generation, real_names, names)
    }


def _of_one(
    session: Session,
    observed: Observed,
    generation: Previous,
    real_names: t.Mapping[str, str],
    names: t.Mapping[str, str],
) -> set[str]:
    marker = _marker_before(generation)
    if marker is None:
        return set()
    previous = generation.tables
    belong = {name: real for name, real in real_names.items() if previous.get(real) == name and real in marker.tables}
    remembered = {name: marker.tables[real] for name, real in belong.items()}
    found = live_fingerprints(session, observed.mandant, remembered, names=names)
    live = {belong[name]: fingerprint for name, fingerprint in found.items()}
    objects = _objects(marker, live)
    tables = {real: ExistingTable(real, False) for real in live}
    as_it_was = dataclasses.replace(observed, tables=tables)
    marker = dataclasses.replace(
        marker, objects=objects, tables={name: one for name, one in marker.tables.items() if name in live}
    )
    differ = {one.name for one in find_drift(marker, as_it_was, live, objects, ())}
    return {name for name, real in belong.items() if real not in differ}


def _marker_before(generation: Previous) -> Marker | None:
    try:
        marker = merged(decode_remembered(generation.marker)) if generation.marker else None
    except Unreadable:
        return None
    # After a rollback to tables of unknown origin it knows nothing of them.
    return marker if marker is not None and marker.sha256 else None


def _objects(marker: Marker, live: t.Mapping[str, Fingerprint]) -> dict[str, str]:
    """Return what may be compared of the definitions: foreign keys, triggers and views have left their tables.

    Version 1.0.0 did not remember which indexes had come with foreign keys, so the content alone tells there.
    """
    if marker.objects is None:
        return {f"definition:{name}": fingerprint.definition for name, fingerprint in live.items()}
    return {key: value for key, value in marker.objects.items() if key.startswith("definition:")}
