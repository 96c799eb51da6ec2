# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may be removed, and what is said of all else."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.privileges import Privileges
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.removal import (
    Contents,
    early_removal,
    plan_removal,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.birth import Birth
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Made, Previous
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Removing
from mandant_values import marker_of, observed, server_with

MARKER = marker_of("ARTIKEL", previous=Previous({"ARTIKEL": "BACK_ARTIKEL"}))
TABLES = ("ARTIKEL", "BACK_ARTIKEL", "BACK_RESTORE_MARKER")


def _seen(*tables: str, what: str = "database", name: str = "m", scratch: bool = False, **facts: t.Any) -> Observed:
    marker = dataclasses.replace(MARKER, made=Made(what, name, scratch))
    return observed(*(tables or TABLES), **{"marker": marker, **facts})


def test_a_database_goes_with_all_that_restores_brought() -> None:
    made = plan_removal(Removing("m"), _seen(), Contents())
    assert (made.do, made.database, made.stays, made.refusal) == (True, True, None, None)
    assert made.tables == ("ARTIKEL", "BACK_ARTIKEL")


@pytest.mark.parametrize(
    ("what", "privileges", "stays"),
    [
        ("content", {"ALL"}, "no restore has made it"),
        ("database", {"SELECT", "INSERT", "CREATE", "DROP", "ALTER", "EVENT"}, "routines, without EXECUTE"),
        ("database", {"SELECT", "INSERT", "CREATE", "DROP", "ALTER", "ALTER ROUTINE"}, "events, without EVENT"),
        ("database", {"SELECT", "INSERT", "CREATE", "DROP", "ALTER", "CREATE ROUTINE", "EVENT"}, None),
    ],
)
def test_why_a_database_stays(what: str, privileges: set[str], stays: str | None) -> None:
    rights = Privileges(frozenset(), frozenset(privileges))
    made = plan_removal(Removing("m"), _seen(what=what, privileges=rights), Contents())
    assert made.do
    assert made.database == (stays is None)
    assert (stays or "") in (made.stays or "")


def test_nothing_to_do() -> None:
    gone = early_removal(Removing("m"), observed(exists=False))
    empty = early_removal(Removing("m"), observed())
    for made in (gone, empty):
        assert made is not None
        assert (made.do, made.refusal) == (False, None)


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (observed("ARTIKEL"), "made by others: no restore has left its marker"),
        (observed("ARTIKEL", marker_problem="it is no JSON"), "cannot be read: it is no JSON"),
        (_seen(what=""), "was there before anything was restored into it"),
        (_seen(name="other"), "is a copy of other"),
        (_seen("ARTIKEL", "XT"), "no restore has brought: XT"),
        (_seen("ARTIKEL", "BACK_XT"), "no restore has brought: BACK_XT"),
        (observed(exists=False, spelling="M"), "there is M"),
        (dataclasses.replace(observed(exists=False), mandant="mysql"), "belongs to the server itself"),
    ],
)
def test_what_is_not_ours(seen: Observed, said: str) -> None:
    for wanted in (Removing(seen.mandant), Removing(seen.mandant, drifted="remove", running_instances="disconnect")):
        made = plan_removal(wanted, seen, Contents())
        assert made.refusal is not None
        assert said in made.refusal.msg
        assert not made.do


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        (Contents(drift=(("ARTIKEL", "content"), ("ARTIKEL", "trigger"))), "has changed since the restore on 2"),
        (Contents(drift=None), "of unknown origin"),
        (Contents(work_before=("BACK_ARTIKEL",)), "no restore has brought: BACK_ARTIKEL"),
    ],
)
def test_work_goes_only_when_that_is_said(contents: Contents, said: str) -> None:
    refused = plan_removal(Removing("m"), _seen(), contents).refusal
    assert refused is not None
    assert said in refused.msg
    assert "drifted: remove" in refused.msg
    assert plan_removal(Removing("m", drifted="remove"), _seen(), contents).do


def test_nothing_goes_where_nobody_can_write() -> None:
    server = server_with(nobody_writes="super_read_only")
    refused = plan_removal(Removing("m"), _seen(server=server), Contents()).refusal
    assert refused is not None
    assert (refused.error, "super_read_only=OFF" in refused.msg) == ("server_setting", True)


def test_routines_and_events_stop_it_whatever_is_said() -> None:
    refused = plan_removal(Removing("m", drifted="remove"), _seen(), Contents(programs=("event e",))).refusal
    assert refused is not None
    assert "event e" in refused.msg


def test_what_was_cut_off_is_ours_by_its_note() -> None:
    noted = observed("BACK_RESTORE_MADE", birth=Birth(Made("database", "m", True)))
    assert plan_removal(Removing("m", scratch=True), noted, Contents()).do
    marker = dataclasses.replace(MARKER, made=Made("database", "m"))
    left = observed("ARTIKEL", "BACK_RESTORE_MADE", birth=Birth(marker.made, marker), marker=marker)
    made = plan_removal(Removing("m"), left, Contents())
    assert (made.tables, made.why) == (("ARTIKEL",), "an earlier removal was cut off, and this run ends it")
