# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan, as tables of cases: what becomes what, and what stays."""

from __future__ import annotations

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Cluster
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import is_shadow
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import ExistingTable
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.half_swap import names_after, undo_of
from mandant_values import analysis, carried_out, definition, observed, planned, server_with

PLAIN = analysis(definition("ARTIKEL"))


def test_moves() -> None:
    seen = observed(
        "ARTIKEL",
        "FIRMA",
        "XT_A",
        "BACK_ARTIKEL",
        "BACK_XT",
        "BACK_RESTORE_MARKER",
        "BACK_RESTORE_OLD_0007",
        "BACK_KEEP",
    )
    made = planned(seen, analysis(definition("ARTIKEL"), definition("NEU")), keep_tables=("xt*", "back_keep"))
    assert made.moves == (
        ("BACK_ARTIKEL", "BACK_RESTORE_OLD_0001"),
        ("ARTIKEL", "BACK_ARTIKEL"),
        ("FIRMA", "BACK_FIRMA"),
        ("BACK_RESTORE_NEW_0001", "ARTIKEL"),
        ("BACK_RESTORE_NEW_0002", "NEU"),
        ("BACK_RESTORE_MARKER", "BACK_RESTORE_OLD_0002"),
        ("BACK_RESTORE_NEW_MARKER", "BACK_RESTORE_MARKER"),
    )
    assert made.kept == {"XT_A"}
    assert made.leftovers == ("BACK_RESTORE_OLD_0007",)


def test_tables_of_a_node_have_numbers_of_their_own() -> None:
    """Another run over another node, which no lock keeps out, has other ones."""
    seen = dataclasses.replace(observed("ARTIKEL"), server=server_with(cluster=Cluster(first_number=120001)))
    made = planned(seen, analysis(definition("ARTIKEL"), definition("NEU")))
    new = [source for source, target in made.moves if target in ("ARTIKEL", "NEU")]
    assert new == ["BACK_RESTORE_NEW_120001", "BACK_RESTORE_NEW_120002"]
    assert all(map(is_shadow, new))


def test_long_names_never_clash() -> None:
    names = ["L" * 60 + str(number) for number in range(4)]
    made = planned(observed(*names, "BACK_" + "L" * 59), PLAIN, keep_tables=("BACK_*",))
    targets = [target for _source, target in made.moves]
    assert len(set(targets)) == len(targets)
    assert all(len(target) <= 64 for target in targets)
    assert len(names_after(made.moves, len(made.moves))) == len(names_after(made.moves, 0))


def test_letter_case() -> None:
    seen = observed("artikel")
    assert planned(seen, analysis(definition("artikel"))).tables[0].target == "ARTIKEL"
    assert planned(seen, analysis(definition("artikel"))).previous == {"artikel": "BACK_artikel"}
    lower = planned(observed("artikel", server=server_with(lower_case_table_names=1)), analysis(definition("ARTIKEL")))
    assert (lower.tables[0].target, lower.previous) == ("artikel", {"artikel": "back_artikel"})
    both = analysis(definition("xa"), definition("XA"), dialect="mysqldump")
    assert planned(observed(), both).refusal is None
    # One that is kept keeps no other one out.
    beside = planned(observed("xa", "XA", "xA"), both, tables=("x?",), keep_tables=("?b",))
    assert [one.target for one in beside.tables] == ["xa", "XA"]
    refusal = planned(observed(server=server_with(lower_case_table_names=1)), both).refusal
    assert refusal is not None
    assert refusal.error == "server_setting"
    for setting in (0, 1, 2):
        of_cao = analysis(definition("artikel"), definition("ARTIKEL"))
        refusal = planned(observed(server=server_with(lower_case_table_names=setting)), of_cao).refusal
        assert refusal is not None
        assert "the tables artikel and ARTIKEL of the backup" in refusal.msg
        assert ("in upper case" in refusal.msg) is (setting == 0)


def test_a_view_in_the_way_stays() -> None:
    seen = observed("ARTIKEL", ExistingTable("SICHT", True))
    made = planned(seen, analysis(definition("ARTIKEL"), definition("SICHT"), rows=0))
    assert [one.target for one in made.tables] == ["ARTIKEL"]
    assert made.views_kept == ("SICHT",)
    assert made.previous == {"ARTIKEL": "BACK_ARTIKEL"}
    with_rows = planned(seen, analysis(definition("ARTIKEL"), definition("SICHT"), rows=1))
    assert with_rows.views_kept == ()


_THERE = st.sets(
    st.sampled_from(["A", "B", "c", "XT", "L" * 64, "L" * 63 + "M", "BACK_A", "BACK_XT", "BACK_c", "BACK_" + "L" * 59])
)
_BACKUP = st.sets(st.sampled_from(["A", "C", "NEU", "XT", "L" * 64]), min_size=1)


_KEEP = st.sets(st.sampled_from(["A", "BACK_A", "BACK_c"])).map({"XT"}.union)


@given(_THERE, _KEEP, _BACKUP, st.booleans(), st.sampled_from([0, 1]))
def test_the_rename_loses_nothing_and_can_be_taken_back_wherever_it_stops(
    names: set[str], keep: set[str], backup: set[str], marker: bool, setting: int
) -> None:
    server = server_with(lower_case_table_names=setting)
    there = {server.names.stored(name) for name in (*names, *(["BACK_RESTORE_MARKER"] if marker else []))}
    found = analysis(*map(definition, sorted(backup)))
    made = planned(observed(*sorted(there), server=server), found, keep_tables=tuple(keep))
    assert made.refusal is None
    loaded = {table.shadow: f"new {table.source}" for table in made.tables}
    start = {**{name: name for name in there}, **loaded, server.names.shadow_marker: "new marker"}
    content = carried_out(start, made.moves)
    assert sorted(content.values()) == sorted(start.values())
    kept = {name for name in there if name.upper() in {one.upper() for one in keep}}
    # What nothing explains is somebody's own.
    explained = {server.names.key(name) for name in (*(one for one in there if one[:5].upper() != "BACK_"), *backup)}
    aside = {name for name in there if name[:5].upper() == "BACK_" and name.upper() != "BACK_RESTORE_MARKER"}
    kept |= {name for name in aside if server.names.key(name[5:]) not in explained}
    assert {name for name, held in content.items() if name == held} == kept
    assert all(content[table.target] == f"new {table.source}" for table in made.tables)
    assert {held: name for name, held in content.items() if held in made.previous} == made.previous
    for done in range(len(made.moves) + 1):
        cut_off = carried_out(start, made.moves[:done])
        assert carried_out(cut_off, undo_of(made.moves, cut_off, atomic=False)) == start
