# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of dumps with many rows a statement are read many at once, and known as plain, across statements."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import open_backup

STATEMENTS, ROWS = 60, 600  # several statements a chunk, and statements across two chunks
CREATE = b"CREATE TABLE `a` (`id` int, `name` varchar(60), `price` decimal(10,2));\n"


def dump(row: bytes) -> bytes:
    statements = []
    for first in range(0, STATEMENTS * ROWS, ROWS):
        rows = b",\n".join(row % number for number in range(first, first + ROWS))
        statements.append(b"INSERT INTO `a` VALUES\n" + rows + b";\n")
    return b"-- MariaDB dump\n" + CREATE + b"".join(statements) + b"-- Dump completed\n"


@pytest.mark.parametrize(
    "row", [b"(%d,'a row, with words in it, to make it longer',1.50)", b"(%d,'looks like the end);\\n',NULL)"]
)
def test_end_of_a_statement_makes_no_row_odd(tmp_path: Path, row: bytes) -> None:
    path = tmp_path / "dump.sql"
    path.write_bytes(dump(row))
    with open_backup(str(path)) as backup:
        assert backup.analysis.rows == STATEMENTS * ROWS
        runs = list(backup.rows())
    assert all(run.plain for run in runs)
    assert sum(run.count for run in runs) == STATEMENTS * ROWS
    # Only the first and the last row of a statement or of a chunk are read one by one.
    assert sum(run.count == 1 for run in runs) <= 2 * (STATEMENTS + path.stat().st_size // 500_000 + 1)
