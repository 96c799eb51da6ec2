# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done in another order or beside each other to be fast gives what the plain way gives."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import pytest

from mandant import Mandant
from restoring import Restorer, cao_backup, cao_table

# Enough for keys that are built behind the rows.
MANY = 50_000
COLUMNS = [
    "ID int(11) not null auto_increment",
    "ARTNUM varchar(20)",
    "MATCHCODE varchar(60)",
    "INFO text",
]
KEYS = ["PRIMARY KEY (ID)", "KEY MATCH_1 (MATCHCODE, ARTNUM)", "UNIQUE KEY ARTNUM (ARTNUM)", "KEY INFO (INFO(20))"]


@pytest.fixture
def restorer(mandant: Mandant, tmp_path: Path) -> Restorer:
    return Restorer(mandant, tmp_path)


def _rows(count: int) -> list[str]:
    return [
        f"'{number}','A{number}','Müller {number * 7919 % 4001}','Größe {number % 77}'"
        for number in range(1, count + 1)
    ]


def _definition(mandant: Mandant, table: str) -> str:
    shown = str(mandant.query(f"SHOW CREATE TABLE {table}")[0][1]).replace(f"`{table}`", "`T`")
    return re.sub(" AUTO_INCREMENT=[0-9]+", "", shown)


def _values(mandant: Mandant, table: str) -> list[tuple[t.Any, ...]]:
    return mandant.query(f"CHECKSUM TABLE {table}")[0][1:]


def test_late_keys_are_the_keys_of_the_dump(restorer: Restorer) -> None:
    mandant = restorer.mandant
    path = restorer.write("many.sql", cao_backup(cao_table("MANY", COLUMNS, _rows(MANY), KEYS)))
    assert restorer.run(path, engine="InnoDB").restore["rows"] == MANY
    mandant.query(f"CREATE TABLE PLAIN ({', '.join(COLUMNS + KEYS)}) ENGINE=InnoDB")
    mandant.query("INSERT INTO PLAIN SELECT * FROM MANY")
    assert _definition(mandant, "MANY") == _definition(mandant, "PLAIN")
    assert _values(mandant, "MANY") == _values(mandant, "PLAIN")
    by_key = "SELECT COUNT(*) FROM {} FORCE INDEX (MATCH_1) WHERE MATCHCODE >= ''"
    assert mandant.query(by_key.format("MANY")) == mandant.query(by_key.format("PLAIN"))


def test_a_row_twice_in_a_large_table_is_named_as_in_a_small_one(restorer: Restorer) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    rows = _rows(MANY)
    rows[40_000] = rows[40_000].replace("'A40001'", "'A7'")
    content = cao_backup(cao_table("MANY", COLUMNS, rows, KEYS))
    path = restorer.write("twice.sql", content)
    line = content[: content.index(rows[40_000].encode("cp1252"))].count(b"\n") + 1
    with pytest.raises(Failure, match=f"line {line}, statement .* MANY: .*1062") as failed:
        restorer.run(path, engine="InnoDB")
    assert failed.value.error == "statement_failed"
    assert restorer.mandant.query("SHOW TABLES") == []
