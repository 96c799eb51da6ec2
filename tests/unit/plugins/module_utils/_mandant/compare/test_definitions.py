# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What differs between two definitions is told by its part, and nothing that is the same in other words."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.compare.definitions import (
    columns_are_same,
    differences,
    foreign_key_text,
    plain_text,
    primary_key,
)

SHOWN = """CREATE TABLE `T` (
  `A` int(11) NOT NULL AUTO_INCREMENT,
  `B``x` varchar(20) DEFAULT 'a,b) ENGINE=X',
  PRIMARY KEY (`A`,`B``x`(10)),
  KEY `K` (`B``x`),
  CONSTRAINT `c` CHECK (`A` > 0)
) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=latin1 COMMENT='it''s AUTO_INCREMENT=3'"""

CHANGES: tuple[tuple[str, str, list[tuple[str, str, str]]], ...] = (
    ("CREATE TABLE `T`", "CREATE TABLE `BACK_RESTORE_NEW_0001`", []),
    ("AUTO_INCREMENT=7 ", "", []),
    ("int(11)", "bigint(20)", [("column", "A", "different")]),
    ("  KEY `K` (`B``x`),\n", "", [("key", "K", "only_in_mandant")]),
    ("  KEY `K` (`B``x`)", "  UNIQUE KEY `K` (`B``x`)", [("key", "K", "different")]),
    ("  PRIMARY KEY (`A`,`B``x`(10)),\n", "", [("key", "PRIMARY", "only_in_mandant")]),
    ("`A` > 0)", "`A` > 1)", [("check", "c", "different")]),
    ("CONSTRAINT `c`", "CONSTRAINT `T_chk_1`", [("check", "c", "only_in_mandant"), ("check", "", "only_in_backup")]),
    ("ENGINE=InnoDB", "ENGINE=MyISAM", [("option", "ENGINE", "different")]),
    (" COMMENT='it''s AUTO_INCREMENT=3'", "", [("option", "COMMENT", "only_in_mandant")]),
    ("latin1", "utf8mb4", [("option", "CHARSET", "different")]),
    ("  KEY `K`", "  `C` int(11) DEFAULT NULL,\n  KEY `K`", [("column", "C", "only_in_backup")]),
    ("`A` int", "`a` int", []),
    ("COMMENT='it''s AUTO_INCREMENT=3'", "COMMENT='it''s AUTO_INCREMENT=4'", [("option", "COMMENT", "different")]),
)


@pytest.mark.parametrize(("before", "after", "told"), CHANGES)
def test_each_part(before: str, after: str, told: list[tuple[str, str, str]]) -> None:
    assert before in SHOWN
    assert [tuple(one) for one in differences(SHOWN, SHOWN.replace(before, after))] == told


def test_the_order_of_columns_is_told_and_that_of_keys_is_not() -> None:
    first, second = (line + "\n" for line in SHOWN.split("\n")[1:3])
    turned = SHOWN.replace(first + second, second + first)
    assert [tuple(one) for one in differences(SHOWN, turned)] == [("order", "", "different")]
    assert not columns_are_same(SHOWN, turned)
    first, second = (line + "\n" for line in SHOWN.split("\n")[3:5])
    assert differences(SHOWN, SHOWN.replace(first + second, second + first)) == ()


def test_what_makes_no_difference() -> None:
    """An index that a foreign key has brought, how old a column is, and MySQL's own names of checks."""
    foreign = SHOWN.replace(
        "  CONSTRAINT `c`",
        "  KEY `fk` (`A`),\n  CONSTRAINT `fk` FOREIGN KEY (`A`) REFERENCES `U` (`A`),\n  CONSTRAINT `c`",
    )
    assert differences(foreign, SHOWN) == ()
    assert differences(SHOWN.replace("int(11)", "int(11) /* mariadb-5.3 */"), SHOWN) == ()
    checks = [SHOWN.replace("CONSTRAINT `c`", f"CONSTRAINT `{name}_chk_1`") for name in ("T", "BACK_RESTORE_NEW_0001")]
    assert differences(*checks) == ()


def test_partitions_are_a_part() -> None:
    parted = SHOWN + "\n/*!50100 PARTITION BY HASH (`A`)\nPARTITIONS 4 */"
    assert [tuple(one) for one in differences(parted, SHOWN)] == [("option", "PARTITION BY", "only_in_mandant")]


def test_a_primary_key_is_found_by_its_columns() -> None:
    assert primary_key(SHOWN) == ("A", "B`x")
    assert primary_key(SHOWN.replace("PRIMARY", "UNIQUE")) == ()


def test_foreign_keys_in_other_words() -> None:
    written = "FOREIGN KEY (`A`, `B`) REFERENCES `db`.`U` (`A`,`B`) ON UPDATE CASCADE ON DELETE RESTRICT"
    shown = "FOREIGN KEY (`A`,`B`)  REFERENCES `U` (`A`, `B`) ON UPDATE CASCADE"
    assert foreign_key_text(written) == foreign_key_text(shown)
    assert foreign_key_text(shown) != foreign_key_text(shown.replace("CASCADE", "SET NULL"))


def test_triggers_in_other_words() -> None:
    assert plain_text("SET  NEW.`A` =\n 1") == plain_text("set new.A=1")
    assert plain_text("SET NEW.A = 'a  B'") != plain_text("SET NEW.A = 'a b'")
