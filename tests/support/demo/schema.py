# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The 73 tables of CAO-Faktura 1.4, and rows that start from a table's defaults."""

from __future__ import annotations

import json
import typing as t
from functools import cache
from pathlib import Path

from cao_writer import (
    BackupColumn,
    BackupKey,
    BackupTable,
    Cell,
)

LAST_CHANGE = "2026-10-30 16:42:07"  # what a timestamp column says that nothing else is said about


@cache
def tables() -> t.Mapping[str, BackupTable]:
    """All tables by name, in the order of a Windows server (lower case, alphabetical)."""
    text = Path(__file__).with_name("schema_1_4.json").read_text(encoding="utf-8")
    return {
        name: BackupTable(
            name,
            tuple(BackupColumn(*column) for column in facts["columns"]),
            tuple(BackupKey(kind, tuple(columns), key) for kind, key, columns in facts["keys"]),
        )
        for name, facts in json.loads(text).items()
    }


class Shape:
    """Makes rows of one table: the cells that are named, and the defaults of all others."""

    def __init__(self, table_name: str) -> None:
        columns = tables()[table_name].columns
        self._position = {column.name: number for number, column in enumerate(columns)}
        self._defaults: list[Cell] = [_default(column) for column in columns]

    def row(self, **cells: Cell) -> list[Cell]:
        """One row; raises KeyError for a column the table does not have."""
        row = self._defaults.copy()
        position = self._position
        for name, cell in cells.items():
            row[position[name]] = cell
        return row


def _default(column: BackupColumn) -> Cell:
    if column.default == "CURRENT_TIMESTAMP":
        return LAST_CHANGE
    if column.default is None and not column.nullable:
        return ""
    return column.default
