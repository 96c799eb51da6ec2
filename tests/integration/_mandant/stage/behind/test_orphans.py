# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows that a foreign key does not allow are restored, and told where the dump does not say that they go unchecked."""

from __future__ import annotations

import pytest

from restoring import Restorer

_TABLES = (
    "CREATE TABLE p (a int NOT NULL, b int NOT NULL, up int, PRIMARY KEY (a,b), UNIQUE KEY b (b)) ENGINE=InnoDB;\n"
    "CREATE TABLE k (x int, y int) ENGINE=InnoDB;\n"
)
_ROWS = "INSERT INTO p VALUES (1,2,NULL),(3,4,2);\nINSERT INTO k VALUES (1,2),(3,4),(1,4),(5,NULL),(NULL,NULL);\n"
_OFF, _ON = "SET FOREIGN_KEY_CHECKS=0;\n", "SET FOREIGN_KEY_CHECKS=1;\n"
_BOTH = "ALTER TABLE k ADD CONSTRAINT c FOREIGN KEY (x,y) REFERENCES p (a,b);\n"
_NONE = "ALTER TABLE k ADD CONSTRAINT c FOREIGN KEY (y) REFERENCES p (b);\n"


@pytest.mark.parametrize(
    ("dump", "told"),
    [
        (_TABLES + _ROWS + _BOTH, 1),
        (_TABLES + _BOTH + _ROWS, 1),
        (_ON + _TABLES + _ROWS + _BOTH, 1),
        (_OFF + _TABLES + _ROWS + _BOTH, 0),
        (_TABLES + _ROWS + _OFF + _BOTH + _ON, 0),
        (_TABLES + _ROWS + _NONE, 0),
        # Their order alone is another one.
        (_TABLES + _NONE + "".join(f"{line}\n" for line in reversed(_ROWS.splitlines())), 0),
        (_TABLES + _ROWS, 0),
    ],
)
def test_rows_without_a_counterpart(restorer: Restorer, dump: str, told: int) -> None:
    outcome = restorer.run(restorer.write("dump.sql", dump.encode()))
    assert outcome.restore is not None
    found = [one for one in outcome.restore["warnings"] if "the foreign key c points" in one["text"]]
    assert [(one["table"], one["count"]) for one in found] == [("k", told)] * bool(told)
    assert restorer.mandant.query("SELECT COUNT(*) FROM k") == [(5,)]


def test_a_key_to_its_own_table(restorer: Restorer) -> None:
    dump = _TABLES + "INSERT INTO p VALUES (1,2,NULL),(3,4,2),(5,6,9);\n"
    own = "ALTER TABLE p ADD CONSTRAINT u FOREIGN KEY (up) REFERENCES p (b);\n"
    outcome = restorer.run(restorer.write("dump.sql", (dump + own).encode()))
    assert outcome.restore is not None
    assert [one["count"] for one in outcome.restore["warnings"] if "the foreign key u points" in one["text"]] == [1]
