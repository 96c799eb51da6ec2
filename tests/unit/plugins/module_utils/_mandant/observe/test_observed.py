# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which generation a table that is there belongs to, and whether a run was cut off."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import Names, is_ours
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import (
    ForeignKeyFact,
    TriggerFact,
    key_name_after,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Marker, Previous
from mandant_values import marker_of, observed

OURS = Names(0)


@pytest.mark.parametrize(
    ("name", "live", "before"),
    [
        ("ARTIKEL", True, False),
        ("BACKOFFICE", True, False),
        ("BACK_ARTIKEL", False, True),
        ("back_artikel", False, False),
        ("BACK_XT_A", False, True),
        # Somebody's own, whatever it is called.
        ("BACK_XT_B", False, False),
        ("BACK_ARTIKEL_2019", False, False),
        (OURS.marker, False, False),
        (OURS.shadow_marker, False, False),
        (OURS.shadow(1), False, False),
        (OURS.old(1), False, False),
        (OURS.between(1), False, False),
        (OURS.check(1), False, False),
        (OURS.old(1).lower(), False, False),
    ],
)
def test_of_which_generation_a_table_is(name: str, live: bool, before: bool) -> None:
    seen = observed(name, "XT_A")
    assert (name in seen.live, name in seen.generation_before) == (live, before)


@given(st.sets(st.sampled_from(["A", "B", "BACK_A", "back_b", "BACKUP", OURS.marker, OURS.old(2), OURS.between(3)])))
def test_no_table_is_of_two_generations_or_forgotten(names: set[str]) -> None:
    seen = observed(*names)
    before, others = seen.generations_aside()
    parts = [set(seen.live), set(before), set(others), {name for name in names if is_ours(name)}]
    assert set().union(*parts) == names
    assert sum(map(len, parts)) == len(names)


@pytest.mark.parametrize(
    ("tables", "marker", "unfinished"),
    [
        ([], None, False),
        (["ARTIKEL", "BACK_ARTIKEL", OURS.marker], marker_of("ARTIKEL"), False),
        (["ARTIKEL", OURS.marker], marker_of("ARTIKEL", objects=None), True),
        (["ARTIKEL", OURS.shadow(7)], None, True),
        (["ARTIKEL", OURS.old(7).lower()], None, True),
        (["ARTIKEL", OURS.check(1)], marker_of("ARTIKEL"), True),
        (["ARTIKEL", OURS.marker, OURS.shadow_marker], marker_of("ARTIKEL"), True),
    ],
)
def test_a_run_that_was_cut_off(tables: list[str], marker: Marker | None, unfinished: bool) -> None:
    assert observed(*tables, marker=marker).unfinished is unfinished


@pytest.mark.parametrize(
    ("previous", "in_backup", "before"),
    [
        (None, [], ["BACK_A"]),
        (None, ["B"], ["BACK_A", "BACK_B"]),
        # A marker knows what it has set aside, and nothing else is its.
        ({}, ["B"], []),
        ({"x": "BACK_X_1"}, ["B"], ["BACK_X_1"]),
    ],
)
def test_a_marker_or_caos_own_names_explain_what_is_aside(
    previous: dict[str, str] | None, in_backup: list[str], before: list[str]
) -> None:
    marker = None if previous is None else marker_of("A", previous=Previous(previous))
    names = ["BACK_A", "BACK_B", "BACK_X_1"]
    found, others = observed("A", *names, marker=marker).generations_aside(in_backup)
    assert (list(found), list(others)) == (before, [name for name in names if name not in before])


@pytest.mark.parametrize(
    ("name", "after"),
    [
        ("A_ibfk_1", "BACK_A_ibfk_1"),
        ("A_ibfk_x", "BACK_A_ibfk_x"),
        ("a_ibfk_1", "a_ibfk_1"),
        ("A_IBFK_1", "A_IBFK_1"),
        ("fk", "fk"),
    ],
)
def test_a_key_that_the_server_has_named_follows_its_table(name: str, after: str) -> None:
    assert key_name_after(ForeignKeyFact("A", name, "P", ""), {"A": "BACK_A"}) == after
    assert key_name_after(ForeignKeyFact("XT", name, "P", ""), {"A": "BACK_A"}) == name


def test_what_belongs_to_tables_is_told_under_their_names_to_come() -> None:
    """As a server writes it anew that renames the tables."""
    clause = "FOREIGN KEY (`P`) REFERENCES `BACK_P` (`ID`)"
    key = ForeignKeyFact("BACK_C", "BACK_C_ibfk_1", "BACK_P", clause)
    names = {"BACK_C": "C", "BACK_P": "P"}
    assert key.called(names) == ForeignKeyFact("C", "C_ibfk_1", "P", clause.replace("BACK_", ""))
    sql = "CREATE TRIGGER `t` BEFORE INSERT ON `BACK_C` FOR EACH ROW SET @a = 'ON `BACK_C` '"
    assert TriggerFact("t", "BACK_C", sql, "x").called(names) == TriggerFact("t", "C", sql.replace("BACK_", "", 1), "x")
    assert TriggerFact("t", "BACK_C", None).called(names) == TriggerFact("t", "C", None)
    assert key.called({}) == key
