# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which backup each table came from, where several restores have brought what is in use."""

from __future__ import annotations

import dataclasses

from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import (
    Marker,
    Previous,
    Step,
    marker_document,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.origins import (
    carried_on,
    has_whole,
    merged,
    older_than,
    part,
    sources,
    triggers_of,
    undone_by_rollback,
)
from mandant_values import marker_of

WHOLE = marker_of(
    "A",
    "B",
    "C",
    pending=(Step("create_trigger", "B", "tb"), Step("create_view", "", "V")),
    views=("V",),
    objects={"definition:A": "a", "trigger:tb": "t", "trigger_settings:tb": "s", "view:V": "v", "foreign_keys:C": "k"},
    taken_back=("ef",),
    undone={"A": "12", "B": "34"},
)


def _after(scope: tuple[str, ...], sha256: str, before: Marker = WHOLE) -> Marker:
    fields = carried_on(before, scope, {})
    return dataclasses.replace(marker_of(*scope, scope=scope, chosen=scope), sha256=sha256, **fields)


def test_each_restore_keeps_what_is_its_own() -> None:
    first = _after(("B",), "b1")
    second = _after(("C", "B"), "b2", first)
    assert [(one.sha256, set(one.tables)) for one in sources(first)] == [("b1", {"B"}), ("ab", {"A", "C"})]
    # That of which nothing is left is forgotten, but not that a whole backup was restored.
    assert [(one.sha256, set(one.tables)) for one in sources(second)] == [("b2", {"B", "C"}), ("ab", {"A"})]
    everything = sources(_after(("A", "B", "C", "V"), "b3", second))
    assert [(one.sha256, set(one.tables)) for one in everything] == [("b3", {"A", "B", "C", "V"}), ("ab", set())]
    assert everything[1].lacks == ("A", "B", "C", "V")


def test_what_belongs_to_a_table_goes_with_it() -> None:
    (left,) = carried_on(WHOLE, ("B",), {})["earlier"]
    assert left.objects == {"definition:A": "a", "view:V": "v", "foreign_keys:C": "k"}
    assert (left.triggers, left.views, left.moves, left.previous) == ({}, ("V",), (), Previous())
    assert set(part(WHOLE, lambda name: name == "B").objects or {}) == {"trigger:tb", "trigger_settings:tb"}
    # The table of a trigger that came back by a rollback is told by what is there.
    told = dataclasses.replace(WHOLE, pending=())
    assert "trigger:tb" in (carried_on(told, ("B",), {})["earlier"][0].objects or {})
    assert "trigger:tb" not in (carried_on(told, ("B",), {"tb": "B"})["earlier"][0].objects or {})


def test_all_that_is_in_use() -> None:
    marker = merged(_after(("B",), "b1"))
    assert (set(marker.tables), marker.views, marker.chosen) == ({"A", "B", "C"}, ("V",), ())
    assert has_whole(marker)
    alone = dataclasses.replace(WHOLE, chosen=("*",))
    assert not has_whole(_after(("B",), "b1", alone))
    assert merged(WHOLE) is WHOLE
    assert triggers_of(WHOLE) == {"tb": "B"}


def test_nothing_is_known_of_what_nothing_has_brought() -> None:
    assert (carried_on(None, ("A",), {}), sources(None), undone_by_rollback(None, ("A",))) == ({}, (), {})
    unknown = dataclasses.replace(marker_of(), sha256="", taken_back=("ab",))
    assert carried_on(unknown, ("A",), {}) == {"earlier": (), "taken_back": ("ab",), "undone": {}}


def test_what_a_rollback_takes_back_is_remembered_by_tables() -> None:
    first = _after(("B",), "b1")
    assert (first.taken_back, first.undone) == (("ef",), {"A": "12"})
    assert undone_by_rollback(first, ("B",)) == {"A": "12", "B": "b1"}


def test_generations_that_stay_aside() -> None:
    marker = marker_of(
        "A",
        previous=Previous({"A": "BACK_A", "B": "BACK_B"}, marker=marker_document(WHOLE)),
        older=(Previous({"C": "BACK_C"}), Previous({"A": "BACK_A_2"})),
    )
    assert [one.tables for one in older_than(marker, {"A"})] == [{"B": "BACK_B"}, {"C": "BACK_C"}]
    assert older_than(marker, {"A"})[0].marker == marker_document(WHOLE)
