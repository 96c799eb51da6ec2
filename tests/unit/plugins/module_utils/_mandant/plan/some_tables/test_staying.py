# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Foreign keys and views between what is restored and what stays."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.keys import ForeignKey
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import (
    ExistingTable,
    ForeignKeyFact,
    Observed,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.plan import Plan
from mandant_values import analysis, definition, observed, planned

_KEY = "FOREIGN KEY (`A``b`, `c`) REFERENCES `ARTIKEL` (`ID`, `id`) ON DELETE CASCADE"


def _plan(seen: Observed, *keys: ForeignKey, **options: t.Any) -> Plan:
    backup = analysis(definition("ARTIKEL", foreign_keys=keys), definition("PLZ"))
    return planned(seen, backup, tables=("ARTIKEL",), engine="InnoDB", **options)


def test_rows_are_compared_on_both_sides() -> None:
    seen = observed("ARTIKEL", "PLZ", "XT", foreign_keys=(ForeignKeyFact("XT", "fk", "ARTIKEL", _KEY),))
    own = ForeignKey("fk_plz", b"`ID`", "PLZ", b"`ID`")
    of_xt, of_plz = _plan(seen, own, ForeignKey("fk_self", b"`ID`", "ARTIKEL", b"`ID`")).across
    assert (of_xt.child, of_xt.parent) == ("XT", "BACK_RESTORE_NEW_0001")
    assert of_xt.orphan == (
        "SELECT 1 FROM `XT` c WHERE c.`A``b` IS NOT NULL AND c.`c` IS NOT NULL AND NOT EXISTS (SELECT 1 FROM"
        " `BACK_RESTORE_NEW_0001` p WHERE c.`A``b` = p.`ID` AND c.`c` = p.`id`) LIMIT 1"
    )
    assert (of_plz.name, of_plz.child, of_plz.parent) == ("fk_plz", "BACK_RESTORE_NEW_0001", "PLZ")
    assert (of_xt.clause, of_plz.clause) == (_KEY.replace("ARTIKEL", "BACK_RESTORE_NEW_0001"), "")
    assert [_plan(seen, own, on_error=word).skips for word in ("fail", "skip")] == [False, True]


def test_a_whole_backup_beside_what_stays() -> None:
    keys = (
        ForeignKeyFact("XT", "fk", "ARTIKEL", _KEY),
        ForeignKeyFact("XT", "fk_gone", "GONE", _KEY.replace("ARTIKEL", "GONE")),
    )
    seen = observed("ARTIKEL", "GONE", "XT", foreign_keys=keys)
    backup = analysis(definition("ARTIKEL"))
    made = planned(seen, backup, engine="InnoDB", keep_tables=("XT",), incomplete="allow")
    assert [(one.name, one.parent) for one in made.across] == [("fk", "BACK_RESTORE_NEW_0001")]
    assert ["fk_gone" in text for text in made.warnings if "will point to the generation before" in text] == [True]
    assert planned(seen, backup, engine="InnoDB", incomplete="allow").across == ()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("select `m`.`ARTIKEL`.`Gone` AS `x` from `m`.`ARTIKEL`", True),
        ("select `a`.`gone` AS `x` from (`m`.`PLZ` `p` join `m`.`artikel` `a`)", True),
        ("select max(`z`.`GONE`) from `m`.`ARTIKEL` `z`", True),
        ("select `ARTIKEL`.`GONE` from `m`.`ARTIKEL`", True),
        ("select `p`.`GONE` from (`m`.`PLZ` `p` join `m`.`ARTIKEL` `a`)", False),
        ("select `a`.`ID` AS `GONE` from `m`.`ARTIKEL` `a`", False),
        ("select `m`.`ARTIKEL_PREIS`.`GONE` from `m`.`ARTIKEL_PREIS`", False),
        ("select `other`.`ARTIKEL`.`GONE` from `other`.`ARTIKEL`", False),
        ("", False),
    ],
)
def test_a_view_that_stays_shows_what_would_be_gone(text: str, shown: bool) -> None:
    columns = {"ARTIKEL": ("ID", "GONE"), "PLZ": ("GONE",)}
    seen = observed("ARTIKEL", "PLZ", views={"V": text}, columns=columns)
    refusal = _plan(seen).refusal
    assert (refusal is not None) == shown
    if refusal is not None:
        assert "the view V, which stays, shows GONE of ARTIKEL" in refusal.msg
    # Nothing is gone where the backup has the column, and nothing is shown by a view that goes.
    assert _plan(dataclasses.replace(seen, columns={"ARTIKEL": ("id",)})).refusal is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("select `a`.`GONE` from `m`.`ARTIKEL` `a`", "the view V, which stays, reads GONE of ARTIKEL"),
        ("select 1 from `m`.`PLZ`", "the view V, which stays, reads PLZ"),
        ("select `a`.`ID` AS `GONE` from `m`.`ARTIKEL` `a`", None),
        (
            "",
            "does not see what V reads, which stays; the backup does not have GONE of ARTIKEL, PLZ",
        ),
    ],
)
def test_a_view_of_another_program_that_may_break(text: str, words: str | None) -> None:
    view = ExistingTable("V", True, None, None)
    columns = {"ARTIKEL": ("ID", "GONE"), "PLZ": ("PLZ",)}
    seen = observed("ARTIKEL", "PLZ", view, views={"V": text}, columns=columns)
    backup = analysis(definition("ARTIKEL"))
    told = planned(seen, backup, keep_tables=("v",), incomplete="allow").warnings
    assert [one for one in told if "which stays" in one] == [one for one in told if words is not None and words in one]
    assert len([one for one in told if "which stays" in one]) == (words is not None)
    # One that goes with the others reads them in the generation before.
    assert not [one for one in planned(seen, backup, incomplete="allow").warnings if "which stays" in one]
