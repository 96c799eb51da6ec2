# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What a rollback does with what was observed, pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import is_generation_before
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed, key_name_after
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.steps import (
    create_again,
    points_to_what_stays,
    repointed,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Move, Step
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.origins import merged


@dataclasses.dataclass(frozen=True)
class RollbackPlan:
    """``coming`` and ``going`` have the names that tables have live, and in the generation before."""

    coming: t.Mapping[str, str]
    going: t.Mapping[str, str]
    moves: tuple[Move, ...]
    pending: tuple[Step, ...]
    steps_back: tuple[Step, ...]
    gave_way: tuple[Step, ...] = ()


def plan_rollback(observed: Observed) -> RollbackPlan:
    """Return the plan, purely from what was seen; Failure nothing_to_roll_back."""
    names = observed.server.names
    coming = _coming(observed)
    going = _going(observed, coming)
    if not coming and not going:
        raise _nothing(observed, "what was restored is gone, and before it there was nothing")
    moves = [(back, names.between(number)) for number, back in enumerate(coming.values(), 1)]
    # Generations that have changed places have the names that they began with: this move, while others are on their
    # way, tells a swap that wants nothing but its marker from one that has not begun.
    moves.append((names.marker if names.marker in observed.tables else names.shadow(1), names.old(1)))
    # What nothing comes in the place of has a name on its way all the same: by such names a way back is known.
    on_its_way = {} if coming else {name: names.between(number) for number, name in enumerate(going, 1)}
    moves += on_its_way.items()
    moves += [(on_its_way.get(name, name), back) for name, back in going.items()]
    moves += [(names.between(number), live) for number, live in enumerate(coming, 1)]
    moves.append((names.shadow_marker, names.marker))
    return RollbackPlan(coming, going, tuple(moves), *_steps(observed, coming, going))


def _coming(observed: Observed) -> dict[str, str]:
    """Return the generation before: names to come back to, and names now."""
    marker = observed.marker
    if marker is not None:
        coming = dict(marker.previous.tables)
        missing = sorted(back for back in coming.values() if back not in observed.tables)
        if missing:
            raise _nothing(observed, f"of the generation before, tables are gone: {', '.join(missing[:5])}")
    else:
        # CAO's own restore leaves no marker, but the same names (cao-format 2.1); others stay where they are.
        coming = {name[len("BACK_") :]: name for name in observed.generation_before}
    # Where only some tables were exchanged, they may have come where there were none.
    if not coming and not (marker is not None and marker.scope):
        raise _nothing(observed, "there is no generation before")
    return coming


def _nothing(observed: Observed, why: str, advice: str = "restore a backup instead") -> Failure:
    return Failure(
        "nothing_to_roll_back",
        f"{observed.server.where}: {observed.mandant} cannot be rolled back: {why}; {advice}",
    )


def _going(observed: Observed, coming: t.Mapping[str, str]) -> dict[str, str]:
    """Return the generation in use: names now, and names in the generation before.

    Tables that are of neither generation stay: other programs', or those made since.
    """
    marker = observed.marker
    ours = set(observed.live)
    if marker is not None:
        # Of a generation of unknown origin that came back, only the moves know the tables.
        came = {target for _source, target in marker.moves if not is_generation_before(target)}
        brought = merged(marker)
        ours = set(marker.scope) or {*brought.tables, *brought.views, *coming, *came}
    names = observed.server.names
    taken = set(observed.tables) - set(coming.values()) - ours
    keys = {names.key(name) for name in taken}
    return {name: names.free_previous(name, keys) for name in observed.live if name in ours}


def _steps(
    observed: Observed, coming: t.Mapping[str, str], going: t.Mapping[str, str]
) -> tuple[tuple[Step, ...], tuple[Step, ...], tuple[Step, ...]]:
    """Return what follows the swap, what would follow the one back, and what makes this one undone."""
    gave_way = observed.marker.previous.restored if observed.marker else ()
    of_key, of_trigger = observed.server.foreign_key, observed.server.trigger
    keys = {of_key(step.name) for step in gave_way if step.do != "create_trigger"}
    triggers = {of_trigger(step.name) for step in gave_way if step.do == "create_trigger"}
    _check_names(observed, gave_way, {*going, *coming.values()})
    make_way: list[Step] = []
    back: list[Step] = []
    repoint: list[Step] = []
    for key in observed.foreign_keys:
        add = Step("add_foreign_key", key.table, key.name, f"ADD CONSTRAINT {quoted(key.name)} {key.clause}")
        if key.table in going and of_key(key.name) in keys:
            make_way.append(Step("drop_foreign_key", going[key.table], key.name))
            back.append(add)
        elif key.table in going and points_to_what_stays(key, observed, going):
            make_way.append(Step("drop_foreign_key", going[key.table], key_name_after(key, going)))
            back.append(add)
        elif key.table not in going and key.table not in coming.values() and key.references in coming:
            repoint += repointed(key)
    for trigger in observed.triggers:
        if trigger.table in going and of_trigger(trigger.name) in triggers and trigger.sql:
            make_way.append(Step("drop_trigger", going[trigger.table], trigger.name))
            back += create_again(trigger)
    old_marker = [Step("drop_tables", names=(observed.server.names.old(1),))]
    return (*make_way, *gave_way, *repoint, *old_marker), tuple(back), (*back, *repoint)


def _check_names(observed: Observed, gave_way: t.Iterable[Step], leaving: t.Container[str]) -> None:
    """Raise Failure where what comes back cannot have its name: another has it that stays."""
    of_key, of_trigger = observed.server.foreign_key, observed.server.trigger
    triggers = {of_trigger(one.name): one.table for one in observed.triggers if one.table not in leaving}
    keys = {of_key(one.name): one.table for one in observed.foreign_keys if one.table not in leaving}
    for step in gave_way:
        trigger = step.do == "create_trigger"
        holder = triggers.get(of_trigger(step.name)) if trigger else keys.get(of_key(step.name))
        if holder is not None:
            kind = "trigger" if trigger else "foreign key"
            why = f"the {kind} {step.name} of {step.table} would come back, and {holder}, which stays, has one like it"
            raise _nothing(observed, why, "rename that one, or restore a backup instead")
