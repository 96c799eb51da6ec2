# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""NULL where a server would put the moment at hand."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import TableDefinition
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.without_now import without_now
from dumps import Dump


def _rows(columns: str, insert: str) -> list[bytes]:
    dump = Dump(f"CREATE TABLE T ({columns}); CREATE TABLE U (A int); {insert}; INSERT INTO U VALUES (NULL);".encode())
    definitions: dict[str, TableDefinition] = dict(dump.analyse().definitions)
    return [row.text for rows in without_now(dump.rows(), definitions) for row in rows.singles()]


@pytest.mark.parametrize(
    ("columns", "row", "expected"),
    [
        ("A int, B timestamp NOT NULL", "(NULL,NULL)", b"(NULL,'')"),
        ("A int, B timestamp NOT NULL", "(NULL,'NULL')", b"(NULL,'NULL')"),
        ("A int, B timestamp NULL", "(NULL,NULL)", b"(NULL,NULL)"),
        ("A int, B timestamp", "(NULL,NULL)", b"(NULL,NULL)"),
        ("A int, B timestamp PRIMARY KEY", "(NULL,null)", b"(NULL,'')"),
        ("A int, B datetime NOT NULL", "(NULL,NULL)", b"(NULL,NULL)"),
    ],
)
def test_rows(columns: str, row: str, expected: bytes) -> None:
    assert _rows(columns, f"INSERT INTO T VALUES {row}") == [expected, b"(NULL)"]


def test_rows_with_named_columns_beside_others() -> None:
    found = _rows(
        "A int, B timestamp NOT NULL, C timestamp NOT NULL",
        "INSERT INTO T (C, A, B) VALUES ('2001-01-01', 1, '2001-01-01'), (NULL, 2, NULL),"
        " ('2001-01-01', NULL, '2001-01-01')",
    )
    assert found[:3] == [b"('2001-01-01', 1, '2001-01-01')", b"('', 2, '')", b"('2001-01-01', NULL, '2001-01-01')"]
