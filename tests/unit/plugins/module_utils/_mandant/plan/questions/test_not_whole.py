# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups that are not whole: what is refused, what is said, and what may go on."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.analysis import Analysis
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.whole.sign import Sign
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import ExistingTable
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.plan import plan
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.questions.not_whole import (
    not_whole,
    tables_lacking,
    warnings_of_missing,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted
from mandant_values import RESTORE, analysis, definition, observed, server_with


def _of(*names: str) -> Analysis:
    return dataclasses.replace(analysis(*(definition(name) for name in names)), dialect="cao")


def _filled(*names: str, filled: t.Collection[str] = ()) -> t.Any:
    return dataclasses.replace(observed(*names), filled=frozenset(filled))


@pytest.mark.parametrize(
    ("there", "in_backup", "options", "lacking"),
    [
        (["REGISTRY", "JOURNAL", "ARTIKEL"], ["ARTIKEL"], {}, ("REGISTRY", "JOURNAL")),
        (["REGISTRY", "ARTIKEL"], ["artikel", "REGISTRY"], {}, ()),
        (["REGISTRY", "XT_POSTEN", "ARTIKEL"], ["ARTIKEL", "REGISTRY"], {}, ()),
        (["REGISTRY", "ARTIKEL"], ["ARTIKEL", "REGISTERY"], {}, ()),
        (["JOURNAL", "ARTIKEL", "BACK_MAHNUNG"], ["ARTIKEL"], {"keep_tables": ("JOU*",)}, ()),
        (["ARTIKEL", "FIRMA", "JOURNAL"], ["ARTIKEL"], {}, ("JOURNAL",)),
        (["ARTIKEL", "FIRMA", "REGISTRY"], ["ARTIKEL", "REGISTRY"], {}, ("FIRMA",)),
        ([], ["ARTIKEL"], {}, ()),
    ],
)
def test_tables_that_a_backup_lacks(
    there: list[str], in_backup: list[str], options: dict[str, t.Any], lacking: tuple[str, ...]
) -> None:
    assert tables_lacking(Wanted("m", **options), observed(*there), _of(*in_backup)) == lacking


def test_letter_case_and_views_do_not_matter() -> None:
    insensitive = dataclasses.replace(observed("artikel", "registry"), server=server_with(lower_case_table_names=1))
    assert tables_lacking(Wanted("m"), insensitive, _of("ARTIKEL", "REGISTRY")) == ()
    view = dataclasses.replace(observed("ARTIKEL"), tables={"JOURNAL": ExistingTable("JOURNAL", True)})
    assert tables_lacking(Wanted("m"), view, _of("ARTIKEL")) == ()


def test_other_programs_have_tables_of_these_names_too() -> None:
    other = dataclasses.replace(analysis(definition("beleg")), dialect="mysqldump")
    assert tables_lacking(Wanted("m"), observed("LAND", "MAIL"), other) == ()


def test_tables_with_rows_that_a_backup_lacks_are_refused() -> None:
    seen = _filled("ARTIKEL", "JOURNAL", "REGISTRY", filled=["JOURNAL", "REGISTRY"])
    refusal = not_whole(Wanted("m"), seen, _of("ARTIKEL"))
    assert refusal is not None
    assert refusal.error == "incomplete"
    assert (
        "it lacks JOURNAL, REGISTRY, of which there are rows in the Mandant that would go into the gen" in refusal.msg
    )
    assert all(word in refusal.msg for word in ("keep_tables", "incomplete: allow", "Nothing was changed"))
    dropped = not_whole(Wanted("m", previous="drop"), seen, _of("ARTIKEL"))
    assert dropped is not None
    assert "would go. " in dropped.msg


@pytest.mark.parametrize(("lacking", "refused"), [("REGISTRY", True), ("JOURNAL", False)])
def test_of_empty_tables_only_the_registry_is_missed(lacking: str, refused: bool) -> None:
    found = not_whole(Wanted("m"), _filled("ARTIKEL", lacking), _of("ARTIKEL"))
    assert (found is not None) is refused


SIGNS = tuple(Sign("export_failed", f"line {number}: no {number}", "A", number) for number in range(1, 6))


def test_what_the_file_shows_comes_first_and_is_bounded() -> None:
    shown = dataclasses.replace(_of("ARTIKEL"), signs=SIGNS)
    refusal = not_whole(Wanted("m"), _filled("JOURNAL", filled=["JOURNAL"]), shown)
    assert refusal is not None
    assert "line 1: no 1; line 2: no 2; line 3: no 3; and 2 more. Nothing" in refusal.msg
    one = not_whole(Wanted("m"), observed(), dataclasses.replace(shown, signs=SIGNS[:1]))
    assert one is not None
    assert "line 1: no 1. Nothing" in one.msg


@pytest.mark.parametrize("policy", ["once", "enforce", "always"])
def test_every_policy_asks_and_the_option_allows(policy: t.Any) -> None:
    shown = dataclasses.replace(_of("ARTIKEL"), signs=SIGNS)
    refused = plan(Wanted("m", policy=policy, replace=True), RESTORE, observed(), shown)
    assert refused.refusal is not None
    assert refused.refusal.error == "incomplete"
    allowed = plan(Wanted("m", policy=policy, incomplete="allow"), RESTORE, observed(), shown)
    assert allowed.refusal is None
    assert any("incomplete is set to allow, and line 1" in warning for warning in allowed.warnings)


def test_a_whole_backup_warns_of_nothing() -> None:
    for value in ("fail", "allow"):
        wanted = Wanted("m", incomplete=t.cast("t.Any", value))
        assert not_whole(wanted, _filled("ARTIKEL", filled=["ARTIKEL"]), _of("ARTIKEL")) is None
        assert warnings_of_missing(wanted, observed("ARTIKEL"), _of("ARTIKEL")) == []
