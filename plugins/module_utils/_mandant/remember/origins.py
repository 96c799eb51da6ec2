# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Which backup each table in use came from, where tables were restored by themselves; pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import (
    Marker,
    Previous,
    decode_remembered,
    document_of,
)

_TRIGGERS = ("trigger", "trigger_settings")


def sources(marker: Marker | None) -> tuple[Marker, ...]:
    """Return the restores that have brought what is in use, the last one first; each with those tables of its own."""
    return () if marker is None else tuple(one for one in (marker, *marker.earlier) if one.sha256)


def has_whole(marker: Marker) -> bool:
    """Whether one of the restores was of a whole backup, so that what none has brought is more than there should be."""
    return any(not one.chosen for one in sources(marker))


def merged(marker: Marker) -> Marker:
    """Return a marker with all that is in use, whichever restore has brought it."""
    if not marker.earlier:
        return marker
    parts = (*reversed(marker.earlier), marker)
    objects = {key: value for one in parts for key, value in (one.objects or {}).items()}
    return dataclasses.replace(
        marker,
        tables={name: value for one in parts for name, value in one.tables.items()},
        triggers={name: table for one in parts for name, table in triggers_of(one).items()},
        views=tuple(dict.fromkeys(name for one in parts for name in one.views)),
        views_kept=tuple(dict.fromkeys(name for one in parts for name in one.views_kept)),
        chosen=() if has_whole(marker) else marker.chosen,
        objects=None if marker.objects is None else objects,
    )


def triggers_of(marker: Marker) -> dict[str, str]:
    """Return the triggers that a restore has made, with their tables; markers of before tell it by their steps."""
    made = {step.name: step.table for step in marker.pending if step.do == "create_trigger"}
    return {**made, **marker.triggers}


def neutralised_in(marker: Marker | None, names: t.Collection[str]) -> frozenset[str]:
    """Return the groups that are taken out of all of these tables: nobody has, of those that no restore has brought.

    Beside a whole backup these are tables of other programs, and do not count.
    """
    own = [one for one in sources(marker) if any(name in one.tables for name in names)]
    known = {name for one in own for name in one.tables}
    if marker is None or not own or not (has_whole(marker) or known.issuperset(names)):
        return frozenset()
    return frozenset.intersection(*(frozenset(one.neutralised) for one in own))


def part(marker: Marker, keep: t.Callable[[str], bool], triggers: t.Mapping[str, str] | None = None) -> Marker:
    """Return the marker with those of its tables and views that ``keep`` says, and what belongs to them.

    ``triggers`` tell the tables of triggers that the marker does not tell of.
    """
    of_table = {**(triggers or {}), **triggers_of(marker)}
    gone = [name for name in (*marker.tables, *marker.views) if not keep(name)]
    return dataclasses.replace(
        marker,
        tables={name: value for name, value in marker.tables.items() if keep(name)},
        triggers={name: table for name, table in of_table.items() if keep(table)},
        views=tuple(filter(keep, marker.views)),
        views_kept=tuple(filter(keep, marker.views_kept)),
        lacks=tuple(sorted({*marker.lacks, *gone})),
        objects=None if marker.objects is None else _objects(marker.objects, keep, of_table),
    )


def _objects(
    objects: t.Mapping[str, str], keep: t.Callable[[str], bool], triggers: t.Mapping[str, str]
) -> dict[str, str]:
    found = {}
    for key, value in objects.items():
        kind, _colon, name = key.partition(":")
        if keep(triggers.get(name, "") if kind in _TRIGGERS else name):
            found[key] = value
    return found


def carried_on(marker: Marker | None, scope: t.Collection[str], triggers: t.Mapping[str, str]) -> dict[str, t.Any]:
    """Return what the marker of a restore of ``scope`` alone remembers of those before it, as its fields.

    A restore of a whole backup is remembered whatever is left of it: it has been restored here.
    """
    if marker is None:
        return {}

    def stays(name: str) -> bool:
        return name not in scope

    plain = (dataclasses.replace(one, earlier=(), undone={}, taken_back=()) for one in sources(_plain(marker)))
    trimmed = [part(one, stays, {**triggers, **triggers_of(marker)}) for one in plain]
    return {
        "earlier": tuple(one for one in trimmed if one.tables or one.views or not one.chosen),
        "taken_back": marker.taken_back,
        "undone": {name: sha256 for name, sha256 in marker.undone.items() if stays(name)},
    }


def _plain(marker: Marker) -> Marker:
    plain = decode_remembered(document_of(marker))
    return dataclasses.replace(plain, triggers=triggers_of(marker))


def undone_by_rollback(marker: Marker | None, going: t.Collection[str]) -> dict[str, str]:
    """Return the backups of tables that a rollback of only some takes out of use, and of earlier ones."""
    if marker is None:
        return {}
    origin = {name: one.sha256 for one in reversed(sources(marker)) for name in (*one.tables, *one.views)}
    earlier = {name: sha256 for name, sha256 in marker.undone.items() if name not in marker.scope}
    return {**earlier, **{name: origin[name] for name in going if name in origin}}


def older_than(marker: Marker, scope: t.Collection[str]) -> tuple[Previous, ...]:
    """Return what stays aside of the generations before when only ``scope`` gets a new one."""
    left = []
    for one in (marker.previous, *marker.older):
        tables = {name: back for name, back in one.tables.items() if name not in scope}
        if tables:
            left.append(Previous(tables=tables, marker=one.marker))
    return tuple(left)
