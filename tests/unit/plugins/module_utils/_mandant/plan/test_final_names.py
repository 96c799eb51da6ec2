# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of the end: what is taken is refused before anything is done, and what is invented is free."""

from __future__ import annotations

import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.keys import ForeignKey
from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import (
    ExistingTable,
    ForeignKeyFact,
    Observed,
    TriggerFact,
)
from dumps import Dump
from mandant_values import analysis, definition, observed, planned, server_with

DUMP = b"""-- MySQL dump 10.13
CREATE TABLE `A` (`ID` int NOT NULL, PRIMARY KEY (`ID`)) ENGINE=InnoDB;
CREATE TABLE `B` (`ID` int NOT NULL, `X` int, PRIMARY KEY (`ID`),
  CONSTRAINT `fk` FOREIGN KEY (`X`) REFERENCES `A` (`ID`),
  FOREIGN KEY (`ID`) REFERENCES `A` (`ID`)) ENGINE=InnoDB;
CREATE TRIGGER `tr` BEFORE INSERT ON `B` FOR EACH ROW SET NEW.X = 1;
CREATE VIEW `v` AS SELECT `ID` FROM `A`;
"""
KEEP = {"keep_tables": ("xt_*",)}


def _key(table: str, name: str) -> ForeignKeyFact:
    return ForeignKeyFact(table, name, "A", "FOREIGN KEY (`X`) REFERENCES `A` (`ID`)")


@pytest.mark.parametrize(
    ("there", "setting", "holder"),
    [
        ({"foreign_keys": (_key("XT_A", "fk"),)}, 0, "XT_A, which stays,"),
        ({"foreign_keys": (_key("XT_A", "FK"),)}, 0, "XT_A, which stays, has FK"),
        # A table BACK_ that is somebody's own stays, too.
        ({"foreign_keys": (_key("BACK_XT_2019", "fk"),)}, 0, "BACK_XT_2019, which stays,"),
        # Those of tables that leave make way.
        ({"foreign_keys": (_key("A", "fk"), _key("BACK_A", "Fk"))}, 0, None),
        ({"triggers": (TriggerFact("tr", "XT_A", "CREATE"),)}, 0, "XT_A, which stays,"),
        ({"triggers": (TriggerFact("tr", "BACK_XT_2019", "CREATE"),)}, 0, "BACK_XT_2019, which stays,"),
        # Servers that tell letter case apart in names of tables do so in those of triggers.
        ({"triggers": (TriggerFact("TR", "XT_A", "CREATE"),)}, 0, None),
        ({"triggers": (TriggerFact("TR", "XT_A", "CREATE"),)}, 1, "XT_A, which stays, has TR"),
        ({"triggers": (TriggerFact("tr", "A", "CREATE"), TriggerFact("tr", "BACK_A", "CREATE"))}, 0, None),
    ],
)
def test_what_stays_keeps_its_name(there: dict[str, t.Any], setting: int, holder: str | None) -> None:
    names = ("A", "XT_A", "BACK_A", "BACK_XT_2019")
    server = server_with(lower_case_table_names=setting)
    made = planned(observed(*names, server=server, **there), Dump(DUMP).analyse(), **KEEP)
    if holder is None:
        assert made.refusal is None
        return
    assert made.refusal is not None
    assert made.refusal.error == "server_setting"
    why = f"{holder} has one of this name" if holder.endswith("stays,") else f"{holder}, and these two are one name"
    assert f"of B of the backup cannot be made: {why}" in made.refusal.msg
    assert "keep_tables" in made.refusal.msg


def test_two_of_one_name_in_the_backup() -> None:
    twice = DUMP.replace(b"FOREIGN KEY (`ID`)", b"CONSTRAINT `FK` FOREIGN KEY (`ID`)")
    made = planned(observed(), Dump(twice).analyse())
    assert made.refusal is not None
    assert "the foreign key FK of B of the backup cannot be made: B has fk, and these two are one" in made.refusal.msg


MYSQL_8 = ServerFlavour(False, (8, 0, 11))


@pytest.mark.parametrize(
    ("there", "flavour", "why"),
    [
        ({"foreign_keys": (_key("XT_A", "f\u00ebk"),)}, MYSQL_8, None),
        ({"foreign_keys": (_key("XT_A", "f\u0138"),)}, MYSQL_8, None),
        ({"foreign_keys": (_key("XT_A", "F\u1e32"),)}, MYSQL_8, "XT_A, which stays, has F\u1e32"),
        ({"foreign_keys": (_key("XT_A", "F\u1e32"),)}, ServerFlavour(True, (11, 8, 2)), None),
        ({"foreign_keys": (_key("XT_A", "F\u1e32"),)}, ServerFlavour(False, (5, 7, 44)), None),
        ({"triggers": (TriggerFact("T\u0155", "XT_A", "CREATE"),)}, MYSQL_8, "XT_A, which stays, has T\u0155"),
        ({"triggers": (TriggerFact("TR", "XT_A", "CREATE"),)}, MYSQL_8, "XT_A, which stays, has TR"),
        ({"triggers": (TriggerFact("T\u0155", "XT_A", "CREATE"),)}, ServerFlavour(True, (11, 8, 2)), None),
        # What leaves makes way by the same rule.
        ({"triggers": (TriggerFact("T\u0155", "A", "CREATE"),)}, MYSQL_8, None),
    ],
)
def test_accents_where_the_server_does_not_heed_them(
    there: dict[str, t.Any], flavour: ServerFlavour, why: str | None
) -> None:
    made = planned(observed("A", "XT_A", server=server_with(flavour=flavour), **there), Dump(DUMP).analyse(), **KEEP)
    assert (made.refusal is None) is (why is None)
    if made.refusal is not None:
        assert made.refusal.error == "server_setting"
        assert f"of B of the backup cannot be made: {why}, and these two are one name to the server" in made.refusal.msg


def test_one_name_in_two_tables_where_the_server_takes_it() -> None:
    seen = observed(
        "XT_A", foreign_keys=(_key("XT_A", "fk"),), server=server_with(flavour=ServerFlavour(True, (12, 1, 1)))
    )
    assert planned(seen, Dump(DUMP).analyse(), **KEEP).refusal is None


_TABLES = st.lists(st.sampled_from(["A", "L" * 57, "L" * 58, "L" * 64, "L" * 63 + "M"]), unique=True, min_size=1)
_TAKEN = st.sets(st.sampled_from(["A_ibfk_1", "a_IBFK_2", "L" * 57 + "_ibfk_1", "BACK_A_ibfk_1"]))


@given(_TABLES, _TAKEN, st.integers(1, 12))
def test_an_invented_name_is_short_and_free_and_always_the_same(names: list[str], taken: set[str], keys: int) -> None:
    unnamed = tuple(ForeignKey(None, b"`ID`", "A", b"`ID`") for _number in range(keys))
    seen: Observed = observed(
        ExistingTable("XT_A", False, "InnoDB"), foreign_keys=tuple(_key("XT_A", name) for name in sorted(taken))
    )
    found = analysis(*(definition(name, foreign_keys=unnamed) for name in names), dialect="mysqldump")
    made, again = planned(seen, found, **KEEP), planned(seen, found, **KEEP)
    assert made.refusal is None
    invented = [one.name for one in made.foreign_keys]
    assert invented == [one.name for one in again.foreign_keys]
    lower = {name.lower() for name in invented}
    assert len(lower) == len(invented) == len(names) * keys
    assert not lower & {name.lower() for name in taken}
    assert all(len(name) <= 64 for name in invented)
