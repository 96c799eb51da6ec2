# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What triggers may do for rows to go through them: compute columns of theirs, the same ones each time."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.row_trigger import computes_its_row
from dumps import Dump

_TABLES = "CREATE TABLE t (id int PRIMARY KEY, a text, d datetime, `if` int);\nCREATE TABLE u (b int);\n"


def _computes(body: str, timing: str = "BEFORE INSERT") -> bool:
    dump = f"{_TABLES}DELIMITER $$\nCREATE TRIGGER g {timing} ON t FOR EACH ROW {body} $$\n"
    (trigger,) = Dump(dump.encode()).analyse().triggers
    return computes_its_row(trigger)


@pytest.mark.parametrize(
    "body",
    [
        "SET NEW.a = TRIM(NEW.a)",
        "BEGIN SET NEW.a = UPPER(new.a), NEW.id = NEW.id + 1; END",
        "BEGIN IF NEW.a IS NULL OR NEW.a = '' THEN SET NEW.a = 'x'; ELSE SET NEW.a = LEFT(NEW.a, 3); END IF; END",
        "SET NEW.a = CASE WHEN NEW.id > 3 THEN 'a' ELSE CONCAT(NEW.a, 'b') END",
        "SET NEW.`if` = IF(NEW.a LIKE 'x%', 1, 2)",
        "SET NEW.d = '2024-01-01'",
    ],
)
def test_what_computes_the_row(body: str) -> None:
    assert _computes(body)
    assert not _computes(body, "BEFORE UPDATE")


@pytest.mark.parametrize(
    "body",
    [
        "SET NEW.d = NOW()",
        "SET NEW.d = CURRENT_TIMESTAMP",
        "SET NEW.d = SYSDATE()",
        "SET NEW.a = UUID()",
        "SET NEW.a = USER()",
        "SET NEW.a = CURRENT_USER",
        "SET NEW.a = DATABASE()",
        "SET NEW.id = RAND()",
        "SET NEW.id = LAST_INSERT_ID()",
        "SET NEW.id = CONNECTION_ID()",
        "SET NEW.id = @n",
        "SET @n = NEW.id",
        "SET NEW.id = (SELECT MAX(b) FROM u)",
        "INSERT INTO u VALUES (NEW.id)",
        "BEGIN SET NEW.a = 'x'; UPDATE u SET b = NEW.id; END",
        "BEGIN DECLARE n int; SET n = 1; SET NEW.id = n; END",
        "BEGIN IF NEW.id < 0 THEN SIGNAL SQLSTATE '45000'; END IF; END",
        "SET NEW.a = DEFAULT(a)",
    ],
)
def test_what_does_more_or_what_is_not_the_same_each_time(body: str) -> None:
    assert not _computes(body)
