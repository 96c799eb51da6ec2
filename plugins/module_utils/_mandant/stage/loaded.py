# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What came of loading: counts, warnings and errors, all without a value of any row."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import described
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.plan import TablePlan

LISTED = 100
IGNORING = b"INSERT IGNORE"
# What newer servers say of VALUES() in an UPDATE; it does what it did.
_DEPRECATED = 1287
# With these errors IGNORE leaves a row out: duplicates, foreign keys, partitions, CHECK constraints.
LEFT_OUT = frozenset((1062, 1586, 1216, 1452, 1526, 1748, 4025, 3819))

# Which errors and warnings there were is not told, since they are too many.
_NOT_TOLD = 1105
# MySQL's advice about a literal that is no text; strictness keeps it out of a text all the same.
_NO_TEXT = 1300


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


def note_warnings(session: Session, loaded: Loaded, table: TablePlan, rows: Rows, count: int) -> None:
    """Add the warnings of the last statement to the tally; it had ``count``.

    IGNORE makes warnings of errors: that a row is left out is what it is for, but a value that was changed is raised
    as the ServerError that it is, and so is a warning that is not told.
    """
    warnings = session.query("SHOW WARNINGS")
    if rows.verb == IGNORING and len(warnings) < count:
        raise ServerError(_NOT_TOLD, "")
    for level, number, message in warnings:
        if int(number) == _NO_TEXT and any(column.is_binary for column in table.definition.columns):
            continue
        if int(number) == _DEPRECATED:
            continue
        if rows.verb == IGNORING and level != "Note" and int(number) not in LEFT_OUT:
            raise ServerError(int(number), str(message))
        loaded.warn(rows.table, described(int(number), str(message)))
