# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The refusal to take work away: when it comes, and what it says."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.drift import Drift
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Before, Whose
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.would_replace import (
    changed_since,
    needs_look_before,
    work_before,
    work_in_use,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted
from mandant_values import observed

WHOSE = Whose("Musterladen", "2026-10-30", 12)


def test_what_is_there_and_what_to_do() -> None:
    refusal = work_in_use(Wanted("m"), observed("A"), WHOSE, "because")
    assert refusal.error == "would_replace_work"
    told = "m holds what this restore would replace: Musterladen, last document of 2026-10-30, 12 rows; because. "
    assert told in refusal.msg
    assert all(word in refusal.msg for word in ("replace: true", "backup_first", "mandant_rollback", "enforce"))
    dropped = work_in_use(Wanted("m", previous="drop"), observed("A"), WHOSE, "because")
    assert "mandant_rollback" not in dropped.msg
    nobody = work_in_use(Wanted("m"), observed("A"), Whose(rows=1), "because")
    assert "replace: 1 row; because" in nobody.msg
    assert len(work_in_use(Wanted("m"), observed("A"), Whose("x" * 200, rows=1), "because").msg) < 450


def test_a_table_is_named_once() -> None:
    changed = [Drift("A", "content"), Drift("A", "foreign_keys"), Drift("tr", "trigger")]
    assert changed_since("today", changed) == "changed since the restore today: A, tr"


BEFORE = Before({"BACK_A": "A"}, ("BACK_A",), WHOSE)


@pytest.mark.parametrize(
    ("options", "before", "pushed_out", "refused"),
    [
        ({}, BEFORE, ["BACK_A"], True),
        ({}, BEFORE, ["BACK_B"], False),
        ({}, Before({"BACK_A": "A"}), ["BACK_A"], False),
        ({}, None, ["BACK_A"], False),
        ({"replace": True}, BEFORE, ["BACK_A"], False),
        ({"backup_first": "/srv"}, BEFORE, ["BACK_A"], False),
        ({"policy": "enforce"}, BEFORE, ["BACK_A"], False),
        ({"policy": "always"}, BEFORE, ["BACK_A"], False),
    ],
)
def test_the_generation_before(
    options: dict[str, t.Any], before: Before | None, pushed_out: list[str], refused: bool
) -> None:
    refusal = work_before(Wanted("m", **options), observed("A", "BACK_A", before=before), pushed_out)
    assert (refusal is not None) is refused
    if refusal is not None:
        assert refusal.error == "would_replace_work"
        assert all(word in refusal.msg for word in ("Musterladen", "BACK_A", "backup_first", "replace: true"))


@pytest.mark.parametrize(
    ("options", "tables", "needed"),
    [
        ({}, ["A", "BACK_A"], True),
        ({"replace": True}, ["A", "BACK_A"], False),
        ({"policy": "always"}, ["A", "BACK_A"], False),
        ({"policy": "always", "backup_first": "/srv"}, ["A", "BACK_A"], True),
        ({}, ["A", "BACK_RESTORE_MARKER"], False),
    ],
)
def test_the_generation_before_is_looked_at_only_where_it_matters(
    options: dict[str, t.Any], tables: list[str], needed: bool
) -> None:
    assert needs_look_before(Wanted("m", **options), observed(*tables)) is needed
