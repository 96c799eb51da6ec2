# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables BACK_* of a dump are left out, and with them what would read those of the Mandant it comes to."""

from __future__ import annotations

import pytest

from dumps import Dump

TABLES = b"""-- MySQL dump 10.13
CREATE TABLE `A` (`ID` int NOT NULL, PRIMARY KEY (`ID`)) ENGINE=InnoDB;
CREATE TABLE `BACK_A` (`ID` int NOT NULL, PRIMARY KEY (`ID`)) ENGINE=InnoDB;
INSERT INTO `BACK_A` VALUES (1);
"""


@pytest.mark.parametrize(
    ("more", "views", "triggers", "said"),
    [
        (b"", [], [], "1 tables BACK_*"),
        (b"CREATE VIEW `V` AS SELECT `ID` FROM `A`;", ["V"], [], "1 tables BACK_*"),
        (b"CREATE VIEW `BACK_V` AS SELECT `ID` FROM `A`;", [], [], "2 tables and views BACK_*"),
        (b"CREATE VIEW `V` AS SELECT `ID` FROM `BACK_A`;", [], [], "the view V"),
        # One that reads such a one, wherever it stands.
        (
            b"CREATE VIEW `W` AS SELECT `ID` FROM `V`; CREATE VIEW `V` AS SELECT `ID` FROM `back_a`;",
            [],
            [],
            "the view W, the view V",
        ),
        (b"CREATE TRIGGER `T` BEFORE INSERT ON `BACK_A` FOR EACH ROW SET NEW.ID = 1;", [], [], "the trigger T"),
        (
            b"CREATE TRIGGER `T` AFTER INSERT ON `A` FOR EACH ROW INSERT INTO `BACK_A` VALUES (NEW.ID);",
            [],
            [],
            "the trigger T",
        ),
        (b"CREATE TRIGGER `T` BEFORE INSERT ON `A` FOR EACH ROW SET NEW.ID = 1;", [], ["T"], "1 tables BACK_*"),
        (
            b"CREATE TABLE `C` (`ID` int, FOREIGN KEY (`ID`) REFERENCES `BACK_A` (`ID`)) ENGINE=InnoDB;",
            [],
            [],
            "the foreign keys of C to them",
        ),
    ],
)
def test_what_reads_them_goes_with_them(more: bytes, views: list[str], triggers: list[str], said: str) -> None:
    found = Dump(TABLES + more).analyse()
    assert "BACK_A" not in found.definitions
    assert [view.name for view in found.views] == views
    assert [trigger.name for trigger in found.triggers] == triggers
    assert not [key for one in found.definitions.values() for key in one.foreign_keys]
    (text,) = (finding.text for finding in found.findings if finding.name == "back_tables")
    assert said in text


def test_a_dump_without_them_says_nothing() -> None:
    found = Dump(TABLES.replace(b"BACK_A", b"B")).analyse()
    assert "back_tables" not in [finding.name for finding in found.findings]
