# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What a restore takes out of use although the backup has nothing of its name: said before, never silent; pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import is_generation_before
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import first_of
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.views_and_triggers import Trigger
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import ForeignKeyFact, Observed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.final_names import KeyPlan

# A warning names so many, the result all of them.
_NAMED = 10


@dataclasses.dataclass(frozen=True, order=True)
class LeftBehind:
    """A trigger, foreign key or view of the generation that leaves; a view is its own ``table``."""

    kind: str
    name: str
    table: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}" + ("" if self.kind == "view" else f" of {self.table}")


@dataclasses.dataclass(frozen=True)
class NewObjects:
    """What the new generation has: names with their tables in the Mandant, and the tables and views themselves."""

    triggers: tuple[tuple[str, str], ...]
    foreign_keys: tuple[tuple[str, str], ...]
    targets: tuple[str, ...]


def new_objects(
    triggers: t.Iterable[Trigger], foreign_keys: t.Iterable[KeyPlan], targets: t.Mapping[str, str]
) -> NewObjects:
    """Return what a plan brings; ``targets`` are the names in the Mandant by those in the backup."""
    return NewObjects(
        triggers=tuple((one.name, targets[one.table]) for one in triggers),
        foreign_keys=tuple((one.name, one.target) for one in foreign_keys),
        targets=tuple(targets.values()),
    )


def keys_cut(observed: Observed, dropped: t.Container[str], targets: t.Container[str]) -> list[ForeignKeyFact]:
    """Return the foreign keys of tables that are not ``dropped`` to some that are, and that have no successor.

    The server would keep them without a table to point to: no row could be written any more, and no later table could
    have that name.
    """
    return [
        key
        for key in observed.foreign_keys
        if key.references in dropped
        and key.table not in dropped
        and (key.references not in targets or is_generation_before(key.references))
    ]


class Leaving(t.NamedTuple):
    """What leaves its name, and what it is called then; ``dropped`` of it goes for good, ``others_aside`` stay."""

    previous: t.Mapping[str, str]
    pushed_out: t.Mapping[str, str]
    dropped: t.Collection[str]
    others_aside: tuple[str, ...] = ()


def what_leaves(observed: Observed, new: NewObjects, leaving: Leaving) -> tuple[tuple[LeftBehind, ...], list[str]]:
    """Return what is left behind, and what a person is to be told of all that leaves."""
    cut = keys_cut(observed, leaving.dropped, new.targets)
    behind = left_behind(observed, leaving.previous, new)
    drop_previous = any(name in leaving.dropped for name in leaving.previous)
    told = [
        *objects_dropped(observed, leaving.pushed_out, new, cut),
        *warnings_of(observed, behind, leaving.others_aside, drop_previous=drop_previous),
        *_not_seen(observed, (*leaving.previous, *leaving.pushed_out)),
    ]
    return tuple(sorted({*behind, *(LeftBehind("foreign key", one.name, one.table) for one in cut)})), told


def left_behind(observed: Observed, previous: t.Container[str], new: NewObjects) -> tuple[LeftBehind, ...]:
    """Return what of the tables and views that become the ``previous`` is not of the new generation."""
    key = observed.server.names.key
    of_trigger, of_key = observed.server.trigger, observed.server.foreign_key
    triggers = {(of_trigger(name), key(table)) for name, table in new.triggers}
    keys = {(of_key(name), key(table)) for name, table in new.foreign_keys}
    tables = {key(target) for target in new.targets}
    found = [
        LeftBehind("trigger", one.name, one.table)
        for one in observed.triggers
        if one.table in previous and (of_trigger(one.name), key(one.table)) not in triggers
    ]
    found += [
        LeftBehind("foreign key", one.name, one.table)
        for one in observed.foreign_keys
        if one.table in previous and (of_key(one.name), key(one.table)) not in keys
    ]
    found += [
        LeftBehind("view", name, name)
        for name in observed.live
        if name in previous and observed.tables[name].is_view and key(name) not in tables
    ]
    return tuple(sorted(found))


def warnings_of(
    observed: Observed, behind: t.Sequence[LeftBehind], others_aside: t.Sequence[str], *, drop_previous: bool
) -> t.Iterator[str]:
    """Return what a person is to be told of what leaves, and of what stays aside."""
    if behind:
        where = (
            "they are dropped with their tables"
            if drop_previous
            else "they go with their tables into the generation before, and a rollback brings them back"
        )
        yield f"{observed.mandant}: the backup has nothing of the name of {listed(map(str, behind))}; {where}"
    if others_aside:
        yield (
            f"{observed.mandant}: {listed(others_aside)} are of no generation that a restore has left; "
            "they stay as they are"
        )


def gone_for_good(observed: Observed, leaving: t.Iterable[str]) -> t.Iterator[str]:
    """Return a warning for tables in use of which no generation before is kept."""
    tables = [name for name in leaving if not observed.tables[name].is_view]
    if tables:
        yield (
            f"{observed.mandant}: with previous: drop nothing is kept of what is in use: {listed(tables)} "
            f"{'goes' if len(tables) == 1 else 'go'} for good once the new state is whole, and mandant_rollback has "
            "nothing to bring back; backup_first saves it before"
        )


def objects_dropped(
    observed: Observed, pushed_out: t.Container[str], new: NewObjects, cut: t.Iterable[ForeignKeyFact]
) -> t.Iterator[str]:
    """Return warnings for triggers that go for good with the generation before, and for foreign keys that are cut."""
    key = observed.server.trigger
    replaced = {key(name) for name, _table in new.triggers}
    gone = [
        f"trigger {one.name} of {one.table}"
        for one in observed.triggers
        if one.table in pushed_out and key(one.name) not in replaced
    ]
    if gone:
        yield f"{observed.mandant}: with the generation before, which is dropped, go {listed(gone)}"
    keys = [f"foreign key {one.name} of {one.table}, which points to {one.references}" for one in cut]
    if keys:
        yield f"{observed.mandant}: with tables that are dropped for good go {listed(keys)}"


def _not_seen(observed: Observed, leaving: t.Iterable[str]) -> t.Iterator[str]:
    """Return a warning where tables leave whose triggers the account cannot see; to it they have none."""
    if not observed.privileges.has("TRIGGER") and any(not observed.tables[name].is_view for name in leaving):
        yield (
            f"{observed.mandant}: {observed.privileges_of or 'the account'} lacks TRIGGER, and does not see triggers "
            "that others have made; such ones leave with their tables, and go for good when those are dropped"
        )


def listed(names: t.Iterable[str]) -> str:
    """Return names for a sentence, not more than fit into one."""
    return first_of(list(names), _NAMED)
