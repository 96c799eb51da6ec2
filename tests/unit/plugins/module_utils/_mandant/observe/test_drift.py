# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What counts as drift of a Mandant from its last restore, and what does not."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.drift import (
    Drift,
    _only_visible,
    drift_of,
    find_drift,
    kept_by,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.privileges import Privileges
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import (
    EVERY_ROW,
    Fingerprint,
    Marker,
)
from mandant_values import ROOT, marker_of, observed

MARKER = marker_of("A", objects={"view:V": "h"})


@pytest.mark.parametrize(
    ("live", "objects", "tables", "found"),
    [
        ({"A": Fingerprint(0, 5, "d")}, {"view:V": "h"}, ["A", "V"], []),
        ({"A": Fingerprint(0, 6, "d")}, {"view:V": "h"}, ["A", "V"], [("A", "content")]),
        ({"A": Fingerprint(0, 6, "e")}, {"view:V": "h"}, ["A", "V"], [("A", "definition")]),
        ({"A": Fingerprint(0, 5, "d", EVERY_ROW)}, {"view:V": "h"}, ["A", "V"], [("A", "content")]),
        ({}, {"view:V": "h"}, ["V"], [("A", "missing")]),
        ({"A": Fingerprint(0, 5, "d")}, {}, ["A"], [("V", "view")]),
        ({"A": Fingerprint(0, 5, "d")}, {"view:V": "x"}, ["A", "V"], [("V", "view")]),
        ({"A": Fingerprint(0, 5, "d")}, {"view:V": "h", "trigger:T": "h"}, ["A", "V"], [("T", "trigger")]),
        ({"A": Fingerprint(0, 5, "d")}, {"view:V": "h"}, ["A", "V", "X", "KEEP", "BACK_A"], [("X", "extra")]),
    ],
)
def test_drift(
    live: dict[str, Fingerprint], objects: dict[str, str], tables: list[str], found: list[tuple[str, str]]
) -> None:
    drift = find_drift(MARKER, observed(*tables), live, objects, ["keep"])
    assert [(one.name, one.what) for one in drift] == found


@pytest.mark.parametrize(
    ("remembered", "live", "objects", "found"),
    [
        # A foreign key brings an index along after the swap: what was noted then counts, not what was loaded.
        ({"definition:A": "with key"}, "with key", {"definition:A": "with key"}, []),
        ({"definition:A": "with key"}, "d", {}, [("A", "definition")]),
        ({"foreign_keys:A": "h"}, "d", {}, [("A", "foreign_keys")]),
        ({}, "d", {"foreign_keys:A": "h"}, [("A", "foreign_keys")]),
        # One thing about a table is enough.
        ({"foreign_keys:A": "h"}, "other", {}, [("A", "definition")]),
        ({"trigger:T": "h"}, "d", {"trigger:T": "x"}, [("T", "trigger")]),
        # What version 1.0.0 did not look at is not compared with it.
        ({"trigger:T": "h"}, "d", {"trigger:T": "h", "trigger_settings:T": "x"}, []),
        (
            {"trigger:T": "h", "trigger_settings:T": "h"},
            "d",
            {"trigger:T": "h", "trigger_settings:T": "x"},
            [("T", "trigger")],
        ),
        (
            {"trigger:T": "h", "trigger_settings:T": "h"},
            "d",
            {"trigger:T": "x", "trigger_settings:T": "x"},
            [("T", "trigger")],
        ),
        ({}, "d", {"trigger:T": "h", "trigger_settings:T": "h"}, [("T", "trigger")]),
        # A restore that was not brought to its end has noted nothing.
        (None, "d", {}, []),
    ],
)
def test_what_belongs_to_tables(
    remembered: dict[str, str] | None, live: str, objects: dict[str, str], found: list[tuple[str, str]]
) -> None:
    marker = marker_of("A", objects=remembered)
    drift = find_drift(marker, observed("A"), {"A": Fingerprint(0, 5, live)}, objects, [])
    assert [(one.name, one.what) for one in drift] == found


_NAMES = st.text("ABCÄ_1", min_size=1, max_size=4)
_OBJECTS = st.tuples(st.sampled_from(["view:", "trigger:"]), _NAMES.map("V".__add__)).map("".join)
_MARKERS = st.builds(
    Marker,
    run=st.just("r"),
    sha256=st.just("ab"),
    restored_at=st.just(""),
    version=st.just("1.0.0"),
    analysis=st.just({}),
    tables=st.dictionaries(_NAMES, st.builds(Fingerprint, st.integers(0), st.integers(0), st.just("d")), min_size=1),
    views_kept=st.lists(_NAMES.map("W".__add__), unique=True, max_size=2).map(tuple),
    objects=st.dictionaries(
        st.tuples(st.sampled_from(["view:", "trigger:"]), _NAMES.map("V".__add__)).map("".join),
        st.just("h"),
        max_size=3,
    ),
)


def _as_left(marker: Marker) -> list[str]:
    """Return the tables and views that are there right after a restore."""
    views = [key[len("view:") :] for key in marker.objects or {} if key.startswith("view:")]
    return [*marker.tables, *views, *marker.views_kept]


@given(_MARKERS)
def test_what_a_restore_has_left_is_no_drift(marker: Marker) -> None:
    assert find_drift(marker, observed(*_as_left(marker)), marker.tables, marker.objects or {}, []) == []


@given(_MARKERS, st.data())
def test_one_change_is_one_drift(marker: Marker, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(marker.tables)))
    change = data.draw(st.sampled_from(["content", "definition", "missing", "extra"]))
    live, tables = dict(marker.tables), _as_left(marker)
    if change == "missing":
        del live[name]
        tables.remove(name)
    elif change == "extra":
        name = "X"
        tables.append(name)
    else:
        before = live[name]
        other = {
            "content": Fingerprint(0, before.checksum + 1, "d"),
            "definition": Fingerprint(0, before.checksum, "e"),
        }
        live[name] = other[change]
    assert find_drift(marker, observed(*tables), live, marker.objects or {}, []) == [Drift(name, change)]


@pytest.mark.parametrize(
    ("patterns", "name", "kept"),
    [
        ([], "XT_A", False),
        (["xt_*"], "XT_A", True),
        (["XT_*"], "xt_a", True),
        (["xt"], "XT_A", False),
        (["a", "xt_?"], "XT_A", True),
        (["*xt_a"], "BACK_XT_A", True),
    ],
)
def test_tables_of_other_programs(patterns: list[str], name: str, kept: bool) -> None:
    assert kept_by(patterns, name) is kept


@pytest.mark.parametrize(
    ("here", "objects", "views_kept", "not_seen"),
    [
        (["TRIGGER", "SHOW VIEW"], ["definition:A", "trigger:T", "view:V"], (), []),
        (["TRIGGER"], ["definition:A", "trigger:T"], ("V",), ["drift of views, since SHOW VIEW is missing"]),
        (["SHOW VIEW"], ["definition:A", "view:V"], (), ["drift of triggers, since TRIGGER is missing"]),
    ],
)
def test_what_an_account_cannot_see_is_not_gone(
    here: list[str], objects: list[str], views_kept: tuple[str, ...], not_seen: list[str]
) -> None:
    marker = marker_of("A", objects={"definition:A": "d", "trigger:T": "h", "view:V": "h"})
    seen = observed("A", "V", privileges=Privileges(frozenset(), frozenset(here)))
    visible, there, told = _only_visible(seen, marker, dict.fromkeys(objects, "h"))
    assert sorted(visible.objects or {}) == sorted(there) == objects
    assert (visible.views_kept, told) == (views_kept, not_seen)
    assert find_drift(visible, seen, {"A": Fingerprint(0, 5, "d")}, {**there, "definition:A": "d"}, []) == []


@pytest.mark.parametrize("marker", [None, dataclasses.replace(marker_of(), sha256=""), marker_of("A")])
def test_nothing_to_compare_with(marker: Marker | None) -> None:
    # Nobody is asked: there is no session.
    verify: t.Literal["none", "full"] = "none" if marker is not None and marker.sha256 else "full"
    seen = observed("A", marker=marker, privileges=ROOT)
    assert drift_of(t.cast("t.Any", None), seen, verify) == (None, [])
