# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a Mandant is restored, left alone or refused, as tables of cases, and rules that hold in every state."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.content import Content
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.drift import Drift, kept_by
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import (
    ExistingTable,
    Observed,
    Whose,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.decision import Decision, decide
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Fingerprint, Marker, Step
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted
from mandant_values import SERVER

MARKER = Marker(
    "r",
    "ab",
    "2026-01-01T12:00:00Z",
    "1.1.0",
    {"encoding": "latin1", "repairs": [{"name": "x"}]},
    {"A": Fingerprint(1, 5, "d"), "B": Fingerprint(1, 6, "d")},
    pending=(Step("create_trigger", "B", "tr_b"),),
    asked={"encoding": "auto", "repairs": "apply", "engine": ""},
    objects={},
)
WHOSE = Whose("Musterladen", "2026-10-30", 12)
NOTHING: tuple[Drift, ...] = ()
WORKED = (Drift("A", "content"),)


def _seen(*tables: str, exists: bool = True, **values: t.Any) -> Observed:
    return Observed(SERVER, "m", exists, tables={name: ExistingTable(name, False) for name in tables}, **values)


def _marked(*tables: str, **values: t.Any) -> Observed:
    return _seen(*(tables or ("A", "B")), marker=dataclasses.replace(MARKER, **values))


def _decided(
    wanted: Wanted, seen: Observed, *, rows: bool = True, drift: tuple[Drift, ...] = NOTHING, sha256: str = "ab"
) -> tuple[Decision, list[str]]:
    """Answer what the decision asks for; return it, and what was asked."""
    names = frozenset(name for name in "AB" if kept_by(wanted.tables, name))
    answers = {
        "names": ("names", names),
        "rows": ("holds_rows", rows),
        "drift": ("drift", drift),
        "whose": ("whose", WHOSE),
    }
    content = Content()
    asked: list[str] = []
    while not isinstance(decision := decide(wanted, sha256, seen, content), Decision):
        assert decision not in asked
        asked.append(decision)
        field, answer = answers[decision]
        content = dataclasses.replace(content, **{field: answer})
    return decision, asked


def _word(decision: Decision) -> str:
    if decision.refusal is not None:
        assert not decision.restore
        return str(decision.refusal.error)
    return "restore" if decision.restore else "unchanged"


LOST = (Drift("B", "missing"), Drift("tr_b", "trigger"))
ONCE: list[tuple[Observed, dict[str, t.Any], str, list[str]]] = [
    (_seen(exists=False), {}, "restore", []),
    (_seen(), {"rows": False}, "restore", ["rows"]),
    (_seen("ARTIKEL"), {"rows": False}, "restore", ["rows"]),
    (_seen("ARTIKEL"), {}, "would_replace_work", ["rows", "whose"]),
    (_seen("ARTIKEL", marker_problem="broken"), {}, "would_replace_work", ["rows", "whose"]),
    # What is in use is the backup, whatever people did since.
    (_marked(), {"drift": WORKED}, "unchanged", []),
    (_marked(), {"sha256": "cd"}, "restore", ["rows", "drift"]),
    (_marked(), {"sha256": "cd", "drift": WORKED}, "would_replace_work", ["rows", "drift", "whose"]),
    (_marked(), {"sha256": "cd", "rows": False, "drift": WORKED}, "restore", ["rows"]),
    # Tables are gone, and their triggers with them.
    (_marked("A"), {"drift": LOST}, "restore", ["rows", "drift"]),
    (_marked("A"), {"drift": (*LOST, *WORKED)}, "would_replace_work", ["rows", "drift", "whose"]),
    (_marked("A"), {"drift": (*LOST, Drift("tr_a", "trigger"))}, "would_replace_work", ["rows", "drift", "whose"]),
    (_marked("A"), {"sha256": "cd", "drift": LOST}, "would_replace_work", ["rows", "drift", "whose"]),
    (_marked(objects=None), {"drift": WORKED}, "would_replace_work", ["rows", "drift", "whose"]),
    # After a rollback.
    (_marked(sha256="", tables={}, taken_back=("ab",)), {}, "unchanged", []),
    (_marked(sha256="cd", taken_back=("ab",)), {}, "unchanged", []),
    (_marked(sha256="", tables={}, taken_back=("cd",)), {}, "would_replace_work", ["rows", "whose"]),
    (_marked(sha256="cd", taken_back=("ef",)), {}, "restore", ["rows", "drift"]),
    (_marked(sha256="cd", taken_back=("ef",)), {"drift": WORKED}, "would_replace_work", ["rows", "drift", "whose"]),
]


@pytest.mark.parametrize(("seen", "found", "word", "asked"), ONCE)
def test_once(seen: Observed, found: dict[str, t.Any], word: str, asked: list[str]) -> None:
    decision, was_asked = _decided(Wanted("m"), seen, **found)
    assert (_word(decision), was_asked) == (word, asked)
    # That something may go changes nothing else.
    may_go = _word(_decided(Wanted("m", replace=True), seen, **found)[0])
    assert may_go == ("restore" if word == "would_replace_work" else word)


@pytest.mark.parametrize(
    ("seen", "policy", "drift", "restored", "warned"),
    [
        (_seen(exists=False), "enforce", NOTHING, True, False),
        (_seen(), "enforce", NOTHING, True, False),
        (_seen("ARTIKEL"), "enforce", NOTHING, True, True),
        (_seen("ARTIKEL", marker_problem="broken"), "always", NOTHING, True, True),
        (_marked(), "enforce", NOTHING, False, False),
        (_marked(), "enforce", WORKED, True, False),
        (_marked(), "always", NOTHING, True, False),
        (_marked(sha256="cd"), "enforce", NOTHING, True, False),
        (_marked(sha256="", taken_back=("ab",)), "enforce", NOTHING, True, False),
        (_marked(objects=None), "enforce", NOTHING, True, False),
    ],
)
def test_who_asks_for_it_gets_it(
    seen: Observed, policy: t.Any, drift: tuple[Drift, ...], restored: bool, warned: bool
) -> None:
    decision, asked = _decided(Wanted("m", policy=policy), seen, drift=drift)
    assert _word(decision) == ("restore" if restored else "unchanged")
    assert (decision.warning is not None) is warned
    assert (decision.drift is None) is ("drift" not in asked)


@pytest.mark.parametrize("policy", ["once", "enforce"])
def test_the_same_backup_wanted_otherwise_is_another(policy: t.Any) -> None:
    wanted = Wanted("m", policy=policy, neutralise=frozenset(["mail"]))
    decision, _asked = _decided(wanted, _marked())
    assert decision.restore
    assert decision.why == "this backup was restored here on 2026-01-01 at 12:00:00 UTC, but with nothing neutralised"
    if policy == "once":
        assert _word(_decided(wanted, _marked(), drift=WORKED)[0]) == "would_replace_work"


def test_the_refusal_tells_what_was_changed() -> None:
    refusal = _decided(Wanted("m"), _marked(), sha256="cd", drift=WORKED)[0].refusal
    assert refusal is not None
    assert "changed since the restore on 2026-01-01 at 12:00:00 UTC: A." in refusal.msg
    unknown = _decided(Wanted("m"), _seen("A"))[0].refusal
    assert unknown is not None
    assert "unknown origin" in unknown.msg


_MARKERS = st.none() | st.builds(
    dataclasses.replace,
    st.just(MARKER),
    sha256=st.sampled_from(["ab", "cd", ""]),
    taken_back=st.sampled_from([(), ("ab",), ("cd", "ab")]),
    objects=st.sampled_from([None, {}]),
    errors=st.sampled_from([0, 2]),
    asked=st.sampled_from([{}, {"encoding": "cp850"}, MARKER.asked]),
    neutralised=st.sampled_from([(), ("mail",)]),
)


@given(
    st.builds(
        Wanted,
        st.just("m"),
        policy=st.sampled_from(["once", "enforce", "always"]),
        replace=st.booleans(),
        on_error=st.sampled_from(["fail", "skip"]),
        encoding=st.sampled_from(["auto", "cp850"]),
    ),
    st.builds(lambda tables, marker: _seen(*tables, marker=marker), st.sets(st.sampled_from("ABX")), _MARKERS),
    st.booleans(),
    st.sampled_from([NOTHING, WORKED, LOST, (Drift("X", "extra"),)]),
)
def test_whoever_did_not_say_so_loses_nothing(
    wanted: Wanted, seen: Observed, rows: bool, drift: tuple[Drift, ...]
) -> None:
    decision, asked = _decided(wanted, seen, rows=rows, drift=drift)
    assert decision.why
    assert (decision.drift is None) is ("drift" not in asked)
    if decision.refusal is not None:
        assert (wanted.policy, wanted.replace) == ("once", False)
    if decision.restore and wanted.policy == "once" and not wanted.replace and rows:
        lost = {name for name in MARKER.tables if name not in seen.live} | {"tr_b"}
        assert "drift" in asked
        assert {one.name for one in drift} <= lost


def _some(*tables: str, **values: t.Any) -> Marker:
    """Return the marker of a restore of these tables alone, of a backup that has A and B, over that of another one."""
    fingerprints = {name: MARKER.tables[name] for name in tables}
    lacks = tuple(name for name in MARKER.tables if name not in tables)
    rest = {name: one for name, one in MARKER.tables.items() if name not in tables}
    whole = dataclasses.replace(MARKER, sha256="whole", tables=rest, lacks=tables)
    given = {"tables": fingerprints, "lacks": lacks, "chosen": tables, "earlier": (whole,), **values}
    return dataclasses.replace(MARKER, **given)


@pytest.mark.parametrize(
    ("marker", "tables", "policy", "found", "word", "asked"),
    [
        # These tables alone count, whatever the others are.
        (_some("A"), ("a",), "once", {"drift": WORKED}, "unchanged", []),
        (_some("A"), ("A",), "enforce", {}, "unchanged", ["drift"]),
        (_some("A"), ("A",), "enforce", {"drift": WORKED}, "restore", ["drift"]),
        (_some("A"), ("B",), "once", {}, "restore", ["names", "rows", "drift"]),
        (_some("A"), ("B",), "once", {"drift": WORKED}, "would_replace_work", ["names", "rows", "drift", "whose"]),
        (_some("A"), ("*",), "once", {}, "restore", ["names", "rows", "drift"]),
        (_some("A"), ("B",), "enforce", {}, "restore", []),
        (_some("A", objects=None), ("A",), "enforce", {}, "restore", []),
        # The whole backup was not wanted before.
        (_some("A"), (), "once", {"drift": WORKED}, "would_replace_work", ["rows", "drift", "whose"]),
        (_some("A"), (), "enforce", {}, "restore", []),
        # The whole one before it is still the one that was brought in once; by enforce it is none any more.
        (_some("A"), (), "once", {"sha256": "whole", "drift": WORKED}, "unchanged", []),
        (_some("A"), (), "enforce", {"sha256": "whole"}, "restore", []),
        (_some("A"), ("B",), "enforce", {"sha256": "whole"}, "unchanged", ["drift"]),
        (_some("A"), ("A",), "once", {"sha256": "whole"}, "restore", ["names", "rows", "drift"]),
        # A pattern that is not known has to be looked for in the backup.
        (_some("A"), ("A", "C*"), "once", {}, "unchanged", ["names"]),
        (_some("A"), ("C",), "enforce", {"drift": WORKED}, "restore", ["names", "drift"]),
        # What a rollback has taken back stays so, table by table.
        (_some("A", sha256="cd", undone={"A": "ab"}), ("A",), "once", {}, "unchanged", []),
        (_some("A", sha256="cd", undone={"B": "ab"}), ("A",), "once", {}, "restore", ["names", "rows", "drift"]),
        (_some("A", sha256="cd", undone={"A": "ab"}), (), "once", {}, "restore", ["rows", "drift"]),
        (_some("A", sha256="cd", undone={"A": "ab"}), ("A",), "enforce", {}, "restore", []),
        # No restore has brought the rest.
        (_some("A", earlier=()), (), "once", {"sha256": "cd"}, "would_replace_work", ["rows", "whose"]),
        (_some("B", earlier=()), ("A",), "once", {"sha256": "cd"}, "would_replace_work", ["names", "rows", "whose"]),
        (_some("B", earlier=()), ("A",), "once", {"sha256": "cd", "rows": False}, "restore", ["names", "rows"]),
    ],
)
def test_some_tables(
    marker: Marker, tables: tuple[str, ...], policy: t.Any, found: dict[str, t.Any], word: str, asked: list[str]
) -> None:
    seen = _seen("A", "B", marker=marker)
    decision, was_asked = _decided(Wanted("m", policy=policy, tables=tables), seen, **found)
    assert (_word(decision), was_asked) == (word, asked), decision
