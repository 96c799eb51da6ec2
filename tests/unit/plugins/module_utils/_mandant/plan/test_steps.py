# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What follows a swap: in an order in which no name is taken twice, and never at the cost of what is in use."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.analysis import Analysis
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.keys import ForeignKey
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import (
    ExistingTable,
    ForeignKeyFact,
    Observed,
    TriggerFact,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.steps import (
    create_again,
    steps_after,
    steps_back,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Step
from dumps import Dump
from mandant_values import SERVER, analysis, carried_out, definition, observed, planned, server_with

NAMES = SERVER.names
DUMP = b"""-- MySQL dump 10.13
CREATE TABLE `warengruppen` (`ID` int NOT NULL, PRIMARY KEY (`ID`)) ENGINE=InnoDB;
CREATE TABLE `artikel` (`ID` int NOT NULL, `WG` int, `REC_ID` int, PRIMARY KEY (`ID`),
  CONSTRAINT `Fk` FOREIGN KEY (`WG`) REFERENCES `warengruppen` (`ID`) ON DELETE CASCADE,
  FOREIGN KEY (`ID`) REFERENCES `elsewhere` (`ID`)) ENGINE=InnoDB;
CREATE TRIGGER `Tr` BEFORE INSERT ON `artikel` FOR EACH ROW SET NEW.WG = 1;
CREATE VIEW `v` AS SELECT `ID` FROM `artikel`;
"""
ADD = "ADD CONSTRAINT `{}` FOREIGN KEY (`{}`) REFERENCES `{}` (`ID`){}"
CREATED = (
    Step("add_foreign_key", "ARTIKEL", "Fk", ADD.format("Fk", "WG", "WARENGRUPPEN", " ON DELETE CASCADE")),
    # Every foreign key has a name, so that it can be seen whether it is there already.
    Step("add_foreign_key", "ARTIKEL", "ARTIKEL_ibfk_1", ADD.format("ARTIKEL_ibfk_1", "ID", "elsewhere", "")),
    Step(
        "create_trigger",
        "ARTIKEL",
        "Tr",
        "CREATE TRIGGER `Tr` BEFORE INSERT ON `ARTIKEL` FOR EACH ROW SET NEW.WG = 1",
        sql_mode="STRICT_ALL_TABLES",
    ),
    Step("create_view", name="v", sql="CREATE VIEW `v` AS SELECT `ID` FROM `ARTIKEL` AS `artikel`"),
)


@pytest.fixture(scope="module")
def found() -> Analysis:
    """Return the analysis of a backup with foreign keys, a trigger and a view."""
    return Dump(DUMP).analyse()


def _key(table: str, name: str, references: str) -> ForeignKeyFact:
    return ForeignKeyFact(table, name, references, f"FOREIGN KEY (`X`) REFERENCES `{references}` (`ID`)")


def _mandant() -> Observed:
    """Return a Mandant whose generation before has a view, and whose names meet those of the backup."""
    return observed(
        "ARTIKEL",
        "WARENGRUPPEN",
        ExistingTable("v", True),
        "XT_A",
        "BACK_ARTIKEL",
        ExistingTable("BACK_v", True),
        NAMES.marker,
        server=server_with(sql_mode="STRICT_ALL_TABLES"),
        foreign_keys=(
            _key("ARTIKEL", "FK", "WARENGRUPPEN"),
            _key("ARTIKEL", "other", "WARENGRUPPEN"),
            _key("BACK_ARTIKEL", "fk", "WARENGRUPPEN"),
            _key("XT_A", "fk_xt", "ARTIKEL"),
            _key("XT_A", "fk_far", "XT_B"),
        ),
        triggers=(
            TriggerFact("Tr", "ARTIKEL", "CREATE TRIGGER Tr", "ANSI"),
            # Another one to a server that tells letter case apart.
            TriggerFact("TR", "ARTIKEL", "CREATE TRIGGER TR"),
            TriggerFact("tr_other", "ARTIKEL", "CREATE TRIGGER tr_other"),
        ),
    )


def test_an_empty_mandant_gets_what_the_backup_has(found: Analysis) -> None:
    seen = observed(server=server_with(sql_mode="STRICT_ALL_TABLES"))
    assert steps_after(planned(seen, found), seen, drop_previous=False) == CREATED


@pytest.mark.parametrize("drop_previous", [False, True])
def test_what_is_there_makes_way_first_and_goes_last(found: Analysis, drop_previous: bool) -> None:
    seen = _mandant()
    made = planned(seen, found, keep_tables=("xt_*",), previous="drop" if drop_previous else "keep")
    steps = steps_after(made, seen, drop_previous=drop_previous)
    views = (NAMES.old(2), *([NAMES.old(5)] if drop_previous else []))
    tables = (NAMES.old(1), *([NAMES.old(6), NAMES.old(3), NAMES.old(4)] if drop_previous else [NAMES.old(3)]))
    artikel = NAMES.old(3) if drop_previous else "BACK_ARTIKEL"
    assert steps == (
        Step("drop_foreign_key", artikel, "FK"),
        Step("drop_foreign_key", NAMES.old(1), "fk"),
        Step("drop_trigger", artikel, "Tr"),
        *CREATED[:2],
        Step("drop_foreign_key", "XT_A", "fk_xt", names=("ARTIKEL",)),
        Step("add_foreign_key", "XT_A", "fk_xt", "ADD CONSTRAINT `fk_xt` " + _key("", "", "ARTIKEL").clause),
        *CREATED[2:],
        Step("drop_views", names=views),
        Step("drop_tables", names=tables),
    )


def test_the_way_back_gives_the_names_back(found: Analysis) -> None:
    seen = _mandant()
    assert steps_back(planned(seen, found, keep_tables=("xt_*",)), seen) == (
        Step("add_foreign_key", "ARTIKEL", "FK", "ADD CONSTRAINT `FK` " + _key("", "", "WARENGRUPPEN").clause),
        Step("create_trigger", "ARTIKEL", "Tr", "CREATE TRIGGER Tr", sql_mode="ANSI"),
    )


def test_a_key_of_a_table_that_stays_follows_only_what_comes_again() -> None:
    seen = observed("A", "B", "XT", foreign_keys=(_key("XT", "fk_a", "A"), _key("XT", "fk_b", "B")))
    steps = steps_after(
        planned(seen, analysis(definition("A")), keep_tables=("XT",), engine="InnoDB"), seen, drop_previous=False
    )
    assert [step.name for step in steps if step.do == "add_foreign_key"] == ["fk_a"]


@pytest.mark.parametrize("sql", [None, ""])
def test_a_trigger_that_cannot_be_seen_cannot_be_made_again(sql: str | None) -> None:
    assert create_again(TriggerFact("tr", "A", sql)) == ()


def test_a_trigger_is_made_again_as_it_was() -> None:
    again = Step("create_trigger", "A", "tr", "CREATE TRIGGER tr", sql_mode="ANSI", collation="latin1_bin")
    assert create_again(TriggerFact("tr", "A", again.sql, again.sql_mode, again.collation)) == (again,)


_LIVE = st.sets(st.sampled_from(["A", "B", "C", "XT_1", "L" * 64, "L" * 63 + "M"]))
_BEFORE = st.sets(st.sampled_from(["BACK_A", "BACK_C", "BACK_XT_1", "BACK_L", NAMES.marker, NAMES.old(9)]))
_VIEWS = st.sets(st.sampled_from(["A", "C", "BACK_C"]))
_KEYS = st.sets(st.sampled_from(["A", "B"]))


@given(_LIVE, _BEFORE, _VIEWS, st.sets(st.sampled_from(["A", "B", "E"]), min_size=1), _KEYS, st.booleans())
def test_only_the_generation_before_is_ever_dropped(
    live: set[str], before: set[str], views: set[str], backup: set[str], keys: set[str], drop_previous: bool
) -> None:
    there = (live | before) - {NAMES.old(9)}
    seen = observed(
        *(ExistingTable(name, name in views) for name in live | before),
        foreign_keys=tuple(_key(name, f"fk_{name}", "A") for name in sorted(keys & there)),
    )
    key = ForeignKey("fk", b"`ID`", "A", b"`ID`")
    tables = [
        definition(name, foreign_keys=(dataclasses.replace(key, name=f"FK_{name}"),) if name in keys else ())
        for name in sorted(backup)
    ]
    previous = "drop" if drop_previous else "keep"
    made = planned(seen, analysis(*tables, dialect="mysqldump"), keep_tables=("*xt*",), previous=previous)
    loaded = {table.shadow: "new" for table in made.tables}
    # A leftover is dropped before anything else begins.
    content = carried_out({**{name: name for name in there}, **loaded, NAMES.shadow_marker: "new"}, made.moves)
    dropped = {False: set[str](), True: set[str]()}
    for step in steps_after(made, seen, drop_previous=drop_previous):
        assert not step.table or step.table in content
        dropped[step.do == "drop_views"] |= {content[name] for name in step.names}
    explained = {*live, *backup}
    gone = {name for name in before if name[5:] in explained and "XT" not in name} | (before & {NAMES.marker})
    gone |= {name for name in live if name != "XT_1" and drop_previous}
    assert dropped == {False: gone - views, True: gone & views}
