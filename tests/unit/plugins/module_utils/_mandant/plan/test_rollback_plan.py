# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way back, planned: every table goes where it came from, and what is of neither generation stays."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import (
    ExistingTable,
    ForeignKeyFact,
    Observed,
    TriggerFact,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.rollback_plan import plan_rollback
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.steps import steps_after, steps_back
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import (
    Marker,
    Previous,
    Step,
    marker_document,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.rollback import _marker_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.half_swap import done_of, undo_of
from dumps import fails
from mandant_values import SERVER, analysis, carried_out, definition, finished, marker_of, observed, planned

NAMES = SERVER.names


class Held(t.NamedTuple):
    """What a table holds, which goes wherever the table goes."""

    text: str
    is_view: bool = False


@dataclasses.dataclass(frozen=True)
class State:
    """A Mandant: what its tables hold, and what its marker says."""

    content: t.Mapping[str, Held]
    marker: Marker | None = None

    @property
    def seen(self) -> Observed:
        return observed(*(ExistingTable(name, held.is_view) for name, held in self.content.items()), marker=self.marker)

    @property
    def live(self) -> dict[str, Held]:
        return {name: self.content[name] for name in self.seen.live}


def restored(state: State, backup: t.Iterable[str]) -> State:
    """Return the Mandant after a restore that came to its end."""
    seen = state.seen
    made = planned(seen, analysis(*map(definition, backup), dialect="mysqldump"), keep_tables=("xt*",))
    assert made.refusal is None
    loaded = {table.shadow: Held(f"new {table.source}") for table in made.tables}
    start = {**state.content, **loaded, NAMES.shadow_marker: Held("marker")}
    content = finished(carried_out(start, made.moves), steps_after(made, seen, drop_previous=False))
    previous = Previous(made.previous, steps_back(made, seen), marker_document(state.marker))
    return State(content, marker_of(*(table.target for table in made.tables), moves=made.moves, previous=previous))


def rolled_back(state: State) -> State:
    """Return the Mandant after a way back, which can be told and undone wherever it is cut off."""
    made = plan_rollback(state.seen)
    stand_in = {} if NAMES.marker in state.content else {NAMES.shadow(1): Held("stand-in")}
    start = {**state.content, **stand_in, NAMES.shadow_marker: Held("marker")}
    for done in range(len(made.moves) + 1):
        there = carried_out(start, made.moves[:done])
        assert done_of(made.moves, there) == done
        assert carried_out(there, undo_of(made.moves, there, atomic=False)) == start
    marker = dataclasses.replace(_marker_of(state.seen, made), objects={})
    return State(finished(carried_out(start, made.moves), made.pending), marker)


_LIVE = st.sets(st.sampled_from(["A", "B", "C", "D" * 64, "XT_1"]))
_BEFORE = st.sets(st.sampled_from(["BACK_A", "BACK_B", "BACK_E", "BACK_" + "D" * 59]))
_VIEWS = st.sets(st.sampled_from(["A", "C", "V", "BACK_B"]))
_BACKUPS = st.sets(st.sampled_from(["A", "B", "E", "D" * 64]), min_size=1)


@st.composite
def _states(draw: st.DrawFn) -> State:
    names = draw(_LIVE) | draw(_BEFORE)
    views = draw(_VIEWS)
    return State({name: Held(f"old {name}", name in views) for name in names | (views - {"BACK_B"})})


@given(_states(), _BACKUPS, _BACKUPS)
def test_back_and_forth(state: State, first: set[str], second: set[str]) -> None:
    one = restored(state, first)
    two = restored(one, second)
    generations = [(one, two)]
    if any(name != "XT_1" for name in state.live):
        generations.append((state, one))
    for before, after in generations:
        there = after
        for expected in (before, after, before, after):
            there = rolled_back(there)
            assert there.live == expected.live


@given(_states(), _BACKUPS, st.sets(st.sampled_from(["Z", "BACK_Z", "V2", "BACK_RESTORE_TMP_0099"])))
def test_what_is_of_neither_generation_stays(state: State, backup: set[str], others: set[str]) -> None:
    one = restored(restored(state, ["A"]), backup)
    strangers = {name: Held("stranger", name == "V2") for name in others}
    there = rolled_back(State({**one.content, **strangers}, one.marker))
    assert {name: there.content.get(name) for name in others} == strangers


@given(_states())
def test_a_restore_of_caos_own_is_taken_back_too(state: State) -> None:
    before = {name[len("BACK_") :]: state.content[name] for name in state.seen.generation_before}
    # What is of neither stays.
    assert all(name in state.live for name in before)
    if before:
        back = rolled_back(state)
        assert back.live == before
        if state.live:
            assert rolled_back(back).live == state.live


def test_what_was_made_since_under_a_name_of_the_generation_before_gives_way() -> None:
    state = State({"A": Held("old A"), "B": Held("old B")})
    one = restored(state, ["A"])
    back = rolled_back(State({**one.content, "B": Held("made since")}, one.marker))
    assert back.live == state.live
    assert back.content["BACK_B"] == Held("made since")


def test_views_of_the_backup_go_with_its_tables() -> None:
    marker = marker_of("A", views=("V",), previous=Previous({"A": "BACK_A"}))
    tables = ("A", ExistingTable("V", True), ExistingTable("OTHER", True), "BACK_A", NAMES.marker)
    assert plan_rollback(observed(*tables, marker=marker)).going == {"A": "BACK_A", "V": "BACK_V"}


def test_caos_own_restore_leaves_no_marker() -> None:
    left = (NAMES.old(1), NAMES.shadow(2), NAMES.between(3))
    made = plan_rollback(observed("ARTIKEL", "NEU", "BACK_ARTIKEL", "BACK_FIRMA", "BACK_ALT", *left))
    # The program's own tables are known without being in use; what else is called so is somebody's.
    assert made.coming == {"ARTIKEL": "BACK_ARTIKEL", "FIRMA": "BACK_FIRMA"}
    assert made.going == {"ARTIKEL": "BACK_ARTIKEL", "NEU": "BACK_NEU"}


@pytest.mark.parametrize(
    ("tables", "previous", "why"),
    [
        (["A"], {}, "there is no generation before"),
        (["A"], {"A": "BACK_A", "B": "BACK_B"}, "tables are gone: BACK_A, BACK_B"),
        (["A", "BACK_A"], {"A": "BACK_A", "B": "BACK_B"}, "tables are gone: BACK_B"),
        # What is there under such names without being remembered is another's.
        (["A", "BACK_B"], {}, "there is no generation before"),
    ],
)
def test_nothing_to_roll_back(tables: list[str], previous: dict[str, str], why: str) -> None:
    marker = marker_of("A", "B", previous=Previous(tables=previous))
    with fails("nothing_to_roll_back", "db:3306: m cannot be rolled back", why, "restore a backup instead"):
        plan_rollback(observed(*tables, NAMES.marker, marker=marker))
    if not previous and "BACK_B" not in tables:
        with fails("nothing_to_roll_back", why):
            plan_rollback(observed(*tables))


def _key(table: str, name: str, references: str) -> ForeignKeyFact:
    return ForeignKeyFact(table, name, references, f"FOREIGN KEY (`X`) REFERENCES `{references}` (`Y`)")


def test_what_follows_in_this_order() -> None:
    gave_way = (Step("add_foreign_key", "A", "fk", "ADD the old"), Step("create_trigger", "A", "Tr", "CREATE the old"))
    marker = marker_of("A", previous=Previous({"A": "BACK_A", "P": "BACK_P"}, gave_way))
    keys = (
        _key("A", "FK", "P"),
        _key("A", "fk_other", "P"),
        _key("XT", "fk_xt", "P"),
        _key("XT", "fk_far", "ELSEWHERE"),
        _key("BACK_A", "fk_before", "P"),
    )
    triggers = (
        TriggerFact("Tr", "A", "CREATE TRIGGER", "ANSI"),
        TriggerFact("tr_other", "A", "CREATE"),
        TriggerFact("tr_xt", "XT", "CREATE"),
        # What cannot be made again is not dropped.
        TriggerFact("TR", "P", None),
    )
    tables = ("A", "P", "XT", "BACK_A", "BACK_P", NAMES.marker)
    made = plan_rollback(observed(*tables, marker=marker, foreign_keys=keys, triggers=triggers))
    assert made.pending == (
        # A name is free before it is given again.
        Step("drop_foreign_key", "BACK_A", "FK"),
        Step("drop_trigger", "BACK_A", "Tr"),
        *gave_way,
        # A table that stays refers to the one that is in use, whichever that is.
        Step("drop_foreign_key", "XT", "fk_xt", names=("P",)),
        Step("add_foreign_key", "XT", "fk_xt", "ADD CONSTRAINT `fk_xt` FOREIGN KEY (`X`) REFERENCES `P` (`Y`)"),
        Step("drop_tables", names=(NAMES.old(1),)),
    )
    assert made.steps_back == (
        Step("add_foreign_key", "A", "FK", "ADD CONSTRAINT `FK` FOREIGN KEY (`X`) REFERENCES `P` (`Y`)"),
        Step("create_trigger", "A", "Tr", "CREATE TRIGGER", sql_mode="ANSI"),
    )
