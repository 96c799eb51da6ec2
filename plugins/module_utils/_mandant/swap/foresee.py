# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What a run would put right first, foreseen for check mode: it is looked at, and nothing is changed."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import (
    is_marker,
    is_shadow_marker,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.fingerprint import objects_after
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import (
    ExistingTable,
    ForeignKeyFact,
    Observed,
    TriggerFact,
    first_table,
    pointed_to,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Marker, Step
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker_table import read_marker
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.finish import is_drop
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.recover import (
    moves_back,
    neither,
    refuse_old_without_marker,
    refuse_work,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.take_back import created_views, why_not

_ADDED = re.compile(
    r"ADD CONSTRAINT `(?:[^`]|``)+` (FOREIGN KEY .+? REFERENCES (?:`((?:[^`]|``)+)`\.)?`((?:[^`]|``)+)`.*)", re.S
)


class Foreseen(t.NamedTuple):
    """What is observed once an earlier run was put right; ``names`` are those that tables will have by those now.

    ``steps`` are what is done then with foreign keys and triggers, which are not observed yet.
    """

    observed: Observed
    names: t.Mapping[str, str]
    taken_back: bool = False
    steps: tuple[Step, ...] = ()

    def with_steps(self, observed: Observed) -> Observed:
        """Return what was looked at closely with foreign keys and triggers as they are when the steps are done."""
        keys = {(one.table, one.name.lower()): one for one in observed.foreign_keys}
        triggers = {one.name: one for one in observed.triggers}
        for step in self.steps:
            place = (step.table, step.name.lower())
            there = triggers.get(step.name)
            added = _ADDED.fullmatch(step.sql)
            if step.table not in observed.tables:
                continue
            if step.do == "drop_foreign_key" and place in keys and keys[place].references not in step.names:
                del keys[place]
            elif step.do == "add_foreign_key" and place not in keys and added is not None:
                keys[place] = ForeignKeyFact(step.table, step.name, pointed_to(added[2] or "", added[3]), added[1])
            elif step.do == "drop_trigger" and there is not None and there.table == step.table:
                del triggers[step.name]
            elif step.do == "create_trigger" and (there is None or there.table != step.table):
                triggers[step.name] = TriggerFact(step.name, step.table, step.sql, step.sql_mode)
        return dataclasses.replace(observed, foreign_keys=tuple(keys.values()), triggers=tuple(triggers.values()))


def foresee(session: Session, observed: Observed, *, back: bool = False, may_go: bool = False) -> Foreseen:
    """Return what recover() makes of a Mandant, as far as that can be seen; raises Failure as it does."""
    taken_back = _is_taken_back(session, observed, back=back, may_go=may_go)
    intended = _intended(session, observed)
    moves = _moves(session, observed, intended, taken_back)
    steps: tuple[Step, ...] = () if intended is None else intended.gave_way
    seen = observed
    if taken_back and observed.marker is not None:
        steps = observed.marker.gave_way
        made = created_views(observed.marker, observed.tables)
        seen = dataclasses.replace(seen, tables={name: one for name, one in seen.tables.items() if name not in made})
    if moves:
        seen = renamed(seen, dict(moves))
    marker, problem = observed.marker, observed.marker_problem
    if moves:
        by_new_name = {new: old for old, new in moves}
        live = next(filter(is_marker, seen.tables), None)
        marker, problem = read_marker(session, observed.mandant, live and by_new_name.get(live, live))
    elif marker is not None and not marker.finished:
        steps = (*steps, *marker.pending)
        tables = _after_steps(observed.tables, marker)
        made = [name for name in tables if name not in observed.tables]
        # Whatever the run will note of its objects, it will not find to be changed a moment later.
        kept = (*marker.views_kept, *made)
        marker = dataclasses.replace(marker, objects=_objects(session, observed, marker), views_kept=kept)
        seen = dataclasses.replace(seen, tables=tables)
    seen = dataclasses.replace(seen, marker=marker, marker_problem=problem)
    left = seen.leftovers
    if marker is None:
        refuse_old_without_marker(
            f"{session.where}, {observed.mandant}", observed.server, [seen.tables[name] for name in left]
        )
    seen = dataclasses.replace(seen, tables={name: table for name, table in seen.tables.items() if name not in left})
    return Foreseen(seen, dict(moves), taken_back, steps)


def _is_taken_back(session: Session, observed: Observed, *, back: bool, may_go: bool) -> bool:
    """Whether a whole swap is taken back: as is wanted, or for what others wrote in its moment to what was to go."""
    live, marker = first_table(observed.tables, is_marker), observed.marker
    if live is None or marker is None or marker.finished or _shadow_marker(observed) is not None:
        return False
    if back and why_not(session, observed.mandant, marker) is None:
        return True
    if may_go:
        return False
    try:
        refuse_work(session, observed.mandant, live, marker)
    except Failure as failure:
        reason = why_not(session, observed.mandant, marker)
        if reason is not None:
            raise neither(failure, reason) from None
        return True
    return False


def _intended(session: Session, observed: Observed) -> Marker | None:
    """Return the marker of a swap that is not complete."""
    return read_marker(session, observed.mandant, _shadow_marker(observed))[0]


def _moves(session: Session, observed: Observed, intended: Marker | None, taken_back: bool) -> list[tuple[str, str]]:
    """Return how names change, each from what it is now to what it will be."""
    if _shadow_marker(observed) is not None:
        if intended is None:
            return []
        where = f"{session.where}, {observed.mandant}"
        return _ends(moves_back(observed.server, where, intended, observed.tables), observed.tables)
    if taken_back and observed.marker is not None:
        return _ends([(target, source) for source, target in reversed(observed.marker.moves)], observed.tables)
    return []


def _shadow_marker(observed: Observed) -> str | None:
    """Return the marker of a swap that is not complete."""
    return first_table(observed.tables, is_shadow_marker)


def _ends(moves: t.Iterable[tuple[str, str]], tables: t.Iterable[str]) -> list[tuple[str, str]]:
    """Return where each table gets to, which may have several names on its way."""
    now = {name: name for name in tables}
    for source, target in moves:
        now[target] = now.pop(source)
    return [(first, last) for last, first in now.items() if first != last]


def _after_steps(tables: t.Mapping[str, ExistingTable], marker: Marker) -> dict[str, ExistingTable]:
    """Return the tables and views that are there when all that is pending is done."""
    after = dict(tables)
    for step in marker.pending:
        if step.do == "create_view":
            after.setdefault(step.name, ExistingTable(step.name, True))
    gone = {name for step in marker.pending if is_drop(step) for name in step.names}
    return {name: after[name] for name in sorted(after) if name not in gone}


def _objects(session: Session, observed: Observed, marker: Marker) -> dict[str, str]:
    return objects_after(session, observed.mandant, marker, observed.tables)


def renamed(observed: Observed, names: t.Mapping[str, str]) -> Observed:
    """Return the tables that were seen under the names that they will have."""
    there = {names.get(name, name): table for name, table in observed.tables.items()}
    tables = {name: dataclasses.replace(there[name], name=name) for name in sorted(there)}
    return dataclasses.replace(observed, tables=tables)
