# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which tables of a backup are wanted, and what of the Mandant they concern."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import ExistingTable
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.some_tables.chosen import (
    chosen,
    concerned,
    left_aside,
    narrowed,
    scope_of,
    unmatched,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Previous
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted
from mandant_values import analysis, definition, marker_of, observed, planned, server_with

BACKUP = analysis(*(definition(name) for name in ("ARTIKEL", "ARTIKEL_PREIS", "adressen", "XT_A")))


@pytest.mark.parametrize(
    ("patterns", "keep", "left"),
    [
        ((), (), ["ARTIKEL", "ARTIKEL_PREIS", "adressen", "XT_A"]),
        (("artikel",), (), ["ARTIKEL"]),
        (("ARTIKEL*", "Adress?n"), (), ["ARTIKEL", "ARTIKEL_PREIS", "adressen"]),
        (("*",), ("xt_*",), ["ARTIKEL", "ARTIKEL_PREIS", "adressen", "XT_A"]),
    ],
)
def test_the_backup_is_what_is_wanted_of_it(patterns: tuple[str, ...], keep: tuple[str, ...], left: list[str]) -> None:
    found = chosen(Wanted("m", tables=patterns, keep_tables=keep), BACKUP)
    assert (list(found.definitions), [one.name for one in found.tables]) == (left, left)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"tables": ("ARTIKEL", "ARTIKELN")}, "no table ARTIKELN, which tables asks for; did you mean ARTIKEL"),
        ({"tables": ("KUNDEN_*",)}, "backup_info lists what it has. The Mandant is unchanged"),
        ({"tables": ("XT_*",), "keep_tables": ("xt_*",)}, "keep_tables keeps all"),
    ],
)
def test_what_cannot_be_meant(options: dict[str, t.Any], words: str) -> None:
    with pytest.raises(Failure, match="unchanged") as failed:
        chosen(Wanted("m", **options), BACKUP)
    assert (failed.value.error, words in failed.value.msg) == ("not_a_backup", True)
    refusal = planned(observed("ARTIKEL"), BACKUP, **options).refusal
    assert refusal is not None
    assert refusal.msg == failed.value.msg


@pytest.mark.parametrize(
    ("case", "live", "names"),
    [
        (0, ("ADRESSEN", "adressen"), {"ADRESSEN"}),
        (0, ("adressen",), {"ADRESSEN", "adressen"}),
        (0, (), {"ADRESSEN"}),
        (1, ("adressen",), {"adressen"}),
    ],
)
def test_in_whose_place_a_table_comes(case: int, live: tuple[str, ...], names: set[str]) -> None:
    seen = observed(*live, "PLZ", server=server_with(lower_case_table_names=case))
    wanted = Wanted("m", tables=("ADRESSEN",))
    assert concerned(wanted, seen, BACKUP) == names
    made = planned(seen, BACKUP, tables=("ADRESSEN",))
    assert set(made.previous) == names.intersection(live)
    assert made.kept == set(seen.live) - names
    assert scope_of(wanted, seen, BACKUP).not_chosen.keys() == {"ARTIKEL", "ARTIKEL_PREIS", "XT_A"}


def test_the_rest_of_the_backup_is_found_under_its_names_in_the_mandant() -> None:
    made = planned(observed("ADRESSEN", "ARTIKEL"), BACKUP, tables=("ARTIKEL",))
    assert made.names_after["adressen"] == "ADRESSEN"
    assert "XT_A" not in made.names_after


def test_only_some_tables_are_in_view() -> None:
    marker = marker_of("A", "B", objects={"definition:A": "x", "definition:B": "y", "trigger:tr": "z"}, chosen=("*",))
    marker = dataclasses.replace(marker_of("C", objects={"trigger:tc": "z"}), earlier=(marker,), triggers={"tc": "C"})
    seen = narrowed(observed("A", "B", "C", "OTHER", "BACK_A", marker=marker), {"A", "C"})
    assert list(seen.tables) == ["A", "C", "BACK_A"]
    assert seen.marker is not None
    assert (set(seen.marker.tables), seen.marker.objects) == ({"A", "C"}, {"definition:A": "x", "trigger:tc": "z"})
    everything = narrowed(observed("A", marker=marker), None).marker
    assert everything is not None
    assert set(everything.tables) == {"A", "B", "C"}


def test_what_stays_aside() -> None:
    ours = observed("A", marker=marker_of("A", previous=Previous({"A": "BACK_A", "B": "BACK_B"})))
    assert [one.tables for one in left_aside(ours, {"A"})] == [{"B": "BACK_B"}]
    assert left_aside(ours, {"A", "B"}) == ()
    of_cao = observed("ARTIKEL", "PLZ", ExistingTable("BACK_ARTIKEL", False), "BACK_PLZ", "BACK_NOBODYS")
    assert [one.tables for one in left_aside(of_cao, {"PLZ"})] == [{"ARTIKEL": "BACK_ARTIKEL"}]


def test_a_pattern_is_told_by_itself() -> None:
    assert unmatched(("a*", "b", "c?"), ["ARTIKEL", "CC"]) == ["b"]
