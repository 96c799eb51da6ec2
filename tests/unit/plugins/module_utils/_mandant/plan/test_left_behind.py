# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a restore takes out of use without a like of it in the backup is told, and where it goes."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import (
    ExistingTable,
    ForeignKeyFact,
    Observed,
    TriggerFact,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.left_behind import listed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.new_marker import remembered
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Previous
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted
from dumps import Dump
from mandant_values import marker_of, observed, planned

DUMP = b"""-- MySQL dump 10.13
CREATE TABLE `A` (`ID` int NOT NULL, PRIMARY KEY (`ID`),
  CONSTRAINT `fk` FOREIGN KEY (`ID`) REFERENCES `A` (`ID`)) ENGINE=InnoDB;
CREATE TRIGGER `tr` BEFORE INSERT ON `A` FOR EACH ROW SET NEW.ID = 1;
CREATE VIEW `v` AS SELECT `ID` FROM `A`;
"""


def _seen() -> Observed:
    views = [ExistingTable(name, True) for name in ("v", "w", "XT_V")]
    clause = "FOREIGN KEY (`ID`) REFERENCES `A` (`ID`)"
    return observed(
        "A",
        "B",
        "XT_A",
        "BACK_A",
        "BACK_2019",
        *views,
        marker=marker_of("A", previous=Previous({"A": "BACK_A"})),
        foreign_keys=tuple(
            ForeignKeyFact(table, name, "A", clause)
            for table, name in (("A", "FK"), ("A", "fk_own"), ("B", "fk"), ("XT_A", "fk_xt"))
        ),
        triggers=tuple(
            TriggerFact(name, table, "CREATE")
            for table, name in (("A", "tr"), ("A", "own"), ("B", "tr_b"), ("XT_A", "xt"), ("BACK_A", "older"))
        ),
    )


@pytest.mark.parametrize(
    ("previous", "where"), [("keep", "a rollback brings them back"), ("drop", "they are dropped with their tables")]
)
def test_what_has_no_like_is_told_once(previous: str, where: str) -> None:
    made = planned(_seen(), Dump(DUMP).analyse(), keep_tables=("xt_*",), previous=previous)
    assert list(map(str, made.left_behind)) == [
        "foreign key fk of B",
        "foreign key fk_own of A",
        "trigger own of A",
        "trigger tr_b of B",
        "view w",
    ]
    (behind,) = (text for text in made.warnings if "fk_own" in text)
    assert where in behind
    assert any("go trigger older of BACK_A" in text for text in made.warnings)
    assert any("BACK_2019 are of no generation" in text for text in made.warnings)
    assert made.dropped == (("A", "B", "BACK_A", "v", "w") if previous == "drop" else ("BACK_A",))
    assert made.others_aside == ("BACK_2019",)


@pytest.mark.parametrize("policy", ["once", "enforce", "always"])
@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, 0),
        ({"previous": "drop"}, 1),
        ({"previous": "drop", "backup_first": "/srv/backup"}, 0),
        ({"previous": "drop", "keep_tables": ("*",)}, 0),
    ],
)
def test_that_nothing_is_kept_is_told(policy: str, options: dict[str, t.Any], told: int) -> None:
    dump = Dump(DUMP).analyse()
    made = planned(observed("A", "B", "BACK_A", ExistingTable("w", True)), dump, replace=True, policy=policy, **options)
    found = [text for text in made.warnings if "mandant_rollback has nothing to bring back" in text]
    assert len(found) == told
    assert all("A, B go for good" in text for text in found)


@pytest.mark.parametrize("previous", ["keep", "drop"])
def test_a_key_to_what_goes_for_good_goes_with_it(previous: str) -> None:
    """Not one that gets a successor, nor one of a table that goes, too."""
    keys = [
        ForeignKeyFact(
            table, f"fk_{table}_{references}", references, f"FOREIGN KEY (`ID`) REFERENCES `{references}` (`ID`)"
        )
        for table, references in (
            ("XT_A", "A"),
            ("XT_A", "B"),
            ("XT_A", "BACK_B"),
            ("B", "BACK_B"),
            ("BACK_B", "BACK_A"),
        )
    ]
    marker = marker_of("A", previous=Previous({"A": "BACK_A", "B": "BACK_B"}))
    seen = observed("A", "B", "XT_A", "BACK_A", "BACK_B", marker=marker, foreign_keys=tuple(keys))
    made = planned(seen, Dump(DUMP).analyse(), keep_tables=("xt_*",), previous=previous)
    cut = ["foreign key fk_XT_A_BACK_B of XT_A", "foreign key fk_B_BACK_B of B"]
    cut += ["foreign key fk_XT_A_B of XT_A"] if previous == "drop" else []
    assert sorted(map(str, made.left_behind)) == sorted(cut)
    steps = remembered(Wanted("m", keep_tables=("xt_*",), previous=previous), seen, made)
    dropped = [step.table for step in steps["pending"] if step.do == "drop_foreign_key" and not step.names]
    assert dropped == (["XT_A", "XT_A"] if previous == "drop" else ["XT_A", "BACK_B"])
    # A swap that is taken back gives them back; a rollback cannot.
    back = {step.name for step in steps["gave_way"] if step.do == "add_foreign_key"}
    assert back.issuperset({"fk_XT_A_BACK_B"} if previous == "keep" else {"fk_XT_A_B", "fk_XT_A_BACK_B"})
    assert not any(step.do == "add_foreign_key" for step in steps["previous"].restored)


def test_what_other_databases_point_to_is_not_dropped() -> None:
    for previous, name in (("keep", "BACK_A"), ("drop", "A")):
        seen = dataclasses.replace(_seen(), referred={name: ("shop.ORDERS",)})
        made = planned(seen, Dump(DUMP).analyse(), previous=previous)
        assert made.refusal is not None
        assert made.refusal.error == "would_replace_work"
        assert f"drop {name} of m for good" in made.refusal.msg
        assert "shop.ORDERS" in made.refusal.msg
    assert planned(dataclasses.replace(_seen(), referred={"A": ("shop.ORDERS",)}), Dump(DUMP).analyse()).refusal is None


def test_a_warning_stays_short() -> None:
    assert listed(map(str, range(12))) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more"
    assert listed(["a"]) == "a"
