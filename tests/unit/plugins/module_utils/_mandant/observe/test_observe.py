# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Foreign keys, read from the words of SHOW CREATE TABLE."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observe import foreign_keys_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import ForeignKeyFact

SHOWN = """CREATE TABLE `JOURNALPOS` (
  `ID` int(11) NOT NULL COMMENT 'CONSTRAINT `no` FOREIGN KEY (`A`) REFERENCES `B` (`C`)',
  `JOURNAL` int(11) DEFAULT NULL,
  PRIMARY KEY (`ID`),
  KEY `fk` (`JOURNAL`),
  CONSTRAINT `fk` FOREIGN KEY (`JOURNAL`) REFERENCES `JOURNAL` (`REC_ID`) ON DELETE CASCADE,
  CONSTRAINT `fk2` FOREIGN KEY (`ID`, `JOURNAL`) REFERENCES `other`.`xt` (`A`, `B`),
  CONSTRAINT `c` CHECK (`ID` > 0)
) ENGINE=InnoDB DEFAULT CHARSET=latin1"""


def test_foreign_keys_and_nothing_else() -> None:
    assert foreign_keys_of("JOURNALPOS", SHOWN) == [
        ForeignKeyFact(
            "JOURNALPOS",
            "fk",
            "JOURNAL",
            "FOREIGN KEY (`JOURNAL`) REFERENCES `JOURNAL` (`REC_ID`) ON DELETE CASCADE",
        ),
        ForeignKeyFact(
            "JOURNALPOS", "fk2", "other.xt", "FOREIGN KEY (`ID`, `JOURNAL`) REFERENCES `other`.`xt` (`A`, `B`)"
        ),
    ]


@pytest.mark.parametrize("shown", ["", "CREATE TABLE `A` (\n  `ID` int(11) DEFAULT NULL\n) ENGINE=MyISAM"])
def test_a_table_without_any(shown: str) -> None:
    assert foreign_keys_of("A", shown) == []


_NAMES = st.text("AbÄ` .(),'", min_size=1, max_size=6)
_ACTIONS = st.sampled_from(["", " ON DELETE CASCADE", " ON DELETE SET NULL ON UPDATE CASCADE"])


@given(st.lists(st.tuples(_NAMES, _NAMES, _NAMES, _NAMES, _ACTIONS), min_size=1, max_size=3))
def test_whatever_they_are_called(keys: list[tuple[str, str, str, str, str]]) -> None:
    expected, lines = [], []
    for name, column, references, referenced, actions in keys:
        clause = f"FOREIGN KEY ({quoted(column)}) REFERENCES {quoted(references)} ({quoted(referenced)}){actions}"
        lines.append(f"  CONSTRAINT {quoted(name)} {clause}")
        expected.append(ForeignKeyFact("T", name, references, clause))
    shown = "CREATE TABLE `T` (\n  `ID` int(11) DEFAULT NULL,\n" + ",\n".join(lines) + "\n) ENGINE=InnoDB"
    assert foreign_keys_of("T", shown) == expected
