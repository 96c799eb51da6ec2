# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What came of loading: counts, warnings and errors, all without a value of any row."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import described

LISTED = 100


@dataclasses.dataclass
class Loaded:
    """The tally of one load; tables by their names in the dump.

    ``left_out`` are rows that INSERT IGNORE and REPLACE have left less of than the dump has.
    """

    rows: int = 0
    bytes: int = 0
    skipped: dict[str, int] = dataclasses.field(default_factory=dict)
    removed: dict[str, int] = dataclasses.field(default_factory=dict)
    inexact: set[str] = dataclasses.field(default_factory=set)
    left_out: dict[str, int] = dataclasses.field(default_factory=dict)
    error_count: int = 0
    errors: list[dict[str, t.Any]] = dataclasses.field(default_factory=list)
    warnings: dict[tuple[str, str], int] = dataclasses.field(default_factory=dict)

    def see(self, rows: Rows, size: int) -> None:
        """Count rows that were sent; INSERT IGNORE and REPLACE may leave fewer in the table."""
        self.rows += rows.count
        self.bytes += size
        if rows.verb != b"INSERT" or rows.update:
            self.inexact.add(rows.table)

    def skip(self, rows: Rows, error: ServerError) -> None:
        """Note a row that the server refused."""
        self.skipped[rows.table] = self.skipped.get(rows.table, 0) + rows.count
        self.rows -= rows.count
        self.error_count += 1
        if len(self.errors) < LISTED:
            entry = {"statement": rows.statement, "line": rows.line, "table": rows.table}
            self.errors.append({**entry, "error": described(error.number, error.message)})

    def leave_out(self, table: str, rows: int) -> None:
        """Note rows that are not there, since the dump's statements let one of two duplicates go."""
        self.left_out[table] = rows
        self.rows -= rows
        self.warn(
            table, "the backup has more rows with one and the same key, and its statements keep one of them", rows
        )

    def remove(self, table: str, rows: int) -> None:
        """Note rows that were taken out again, to neutralise a copy."""
        self.removed[table] = self.removed.get(table, 0) + rows
        self.rows -= rows

    def warn(self, table: str, text: str, count: int = 1) -> None:
        """Note a warning of the server."""
        key = (table, text)
        if key in self.warnings or len(self.warnings) < LISTED:
            self.warnings[key] = self.warnings.get(key, 0) + count

    def warning_list(self) -> list[dict[str, t.Any]]:
        return [{"table": table, "text": text, "count": count} for (table, text), count in self.warnings.items()]
