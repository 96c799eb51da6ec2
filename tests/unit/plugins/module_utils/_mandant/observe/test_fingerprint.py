# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When the definition of a table counts as another, and when not."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.fingerprint import (
    definition_hash,
)

SHOWN = """CREATE TABLE `ARTIKEL` (
  `REC_ID` int(11) NOT NULL AUTO_INCREMENT,
  `KURZTEXT` varchar(80) DEFAULT NULL COMMENT 'a AUTO_INCREMENT=1, b',
  PRIMARY KEY (`REC_ID`),
  KEY `K` (`KURZTEXT`),
  CONSTRAINT `fk` FOREIGN KEY (`REC_ID`) REFERENCES `WARENGRUPPEN` (`ID`),
  CONSTRAINT `c` CHECK (`REC_ID` > 0)
) ENGINE=InnoDB AUTO_INCREMENT=17 DEFAULT CHARSET=latin1 COMMENT='x'"""
FOREIGN_KEY = "  CONSTRAINT `fk` FOREIGN KEY (`REC_ID`) REFERENCES `WARENGRUPPEN` (`ID`),\n"
CHECK = ",\n  CONSTRAINT `c` CHECK (`REC_ID` > 0)"


@pytest.mark.parametrize(
    ("part", "other"),
    [
        # Its way through the swap, a row that came and went, and foreign keys, which are compared by themselves.
        ("CREATE TABLE `ARTIKEL`", "CREATE TABLE `BACK_RESTORE_NEW_0001`"),
        (" AUTO_INCREMENT=17", " AUTO_INCREMENT=4711"),
        (" AUTO_INCREMENT=17", ""),
        (FOREIGN_KEY, ""),
        ("REFERENCES `WARENGRUPPEN`", "REFERENCES `BACK_WARENGRUPPEN`"),
        (CHECK + "\n", CHECK + ",\n  CONSTRAINT `fk3` FOREIGN KEY (`REC_ID`) REFERENCES `X` (`ID`)\n"),
    ],
)
def test_the_same_table(part: str, other: str) -> None:
    assert part in SHOWN
    assert definition_hash(SHOWN.replace(part, other)) == definition_hash(SHOWN)


def test_a_foreign_key_that_stood_last_takes_its_comma_along() -> None:
    only_key = SHOWN.replace(CHECK, "")
    assert definition_hash(only_key.replace(",\n" + FOREIGN_KEY[:-2], "")) == definition_hash(only_key)


@pytest.mark.parametrize(
    ("part", "other"),
    [
        ("varchar(80)", "varchar(81)"),
        ("DEFAULT NULL", "NOT NULL"),
        ("NOT NULL AUTO_INCREMENT", "NOT NULL"),
        ("AUTO_INCREMENT=1,", "AUTO_INCREMENT=2,"),
        ("COMMENT='x'", "COMMENT=' AUTO_INCREMENT=1'"),
        ("  KEY `K` (`KURZTEXT`),\n", ""),
        ("KEY `K`", "UNIQUE KEY `K`"),
        (CHECK, ""),
        ("> 0", ">= 0"),
        ("ENGINE=InnoDB", "ENGINE=MyISAM"),
        ("CHARSET=latin1", "CHARSET=utf8mb4"),
        ("COMMENT='x'", "COMMENT='y'"),
    ],
)
def test_another_table(part: str, other: str) -> None:
    assert part in SHOWN
    assert definition_hash(SHOWN.replace(part, other)) != definition_hash(SHOWN)


def test_columns_in_another_order_are_another_table() -> None:
    lines = SHOWN.split("\n")
    assert definition_hash("\n".join([lines[0], lines[2], lines[1], *lines[3:]])) != definition_hash(SHOWN)


def test_a_name_that_is_no_utf8_has_a_hash_too() -> None:
    assert definition_hash(SHOWN.replace("KURZTEXT", "KURZ\udcfcTEXT")) != definition_hash(SHOWN)


def test_a_counter_in_the_comment_of_a_table_without_one_is_a_comment() -> None:
    first, second = (
        SHOWN.replace(" AUTO_INCREMENT=17", "").replace("'x'", f"' AUTO_INCREMENT={number}'") for number in (1, 2)
    )
    assert definition_hash(first) != definition_hash(second)
