# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Rows that came one by one, put together as runs of their tables: whatever is done with a run costs once."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows, quickly_replaced

# So much waits at most.
WAITING_BYTES = 1 << 20
WAITING_ROWS = 8192


class WaitingRows:
    """Takes plain rows, each of a statement of its own, and gives them back, those of each table in their order."""

    def __init__(self) -> None:
        self._runs: dict[str, list[list[Rows]]] = {}
        self._bytes = self._rows = 0

    def put(self, row: Rows) -> bool:
        """Take a single row; return whether those that wait should be taken."""
        runs = self._runs.setdefault(row.table, [])
        if runs and _are_alike(runs[-1][0], row):
            runs[-1].append(row)
        else:
            runs.append([row])
        self._bytes += len(row.text)
        self._rows += 1
        return self._bytes > WAITING_BYTES or self._rows >= WAITING_ROWS

    def take(self, table: str) -> t.Iterator[Rows]:
        """Give all rows of a table, which wait no more."""
        for run in self._runs.pop(table, ()):
            yield _joined(run)

    def take_all(self) -> t.Iterator[Rows]:
        """Give all rows, which wait no more."""
        self._bytes = self._rows = 0
        for table in list(self._runs):
            yield from self.take(table)


def _are_alike(one: Rows, other: Rows) -> bool:
    alike = one.columns == other.columns and one.verb == other.verb and one.comma == other.comma
    return alike and one.under == other.under and one.update == other.update and one.kinds == other.kinds


def _joined(rows: list[Rows]) -> Rows:
    """Return rows that are alike as one run."""
    first = rows[0]
    if len(rows) == 1:
        return first
    return quickly_replaced(
        first,
        count=len(rows),
        text=b",".join([row.text for row in rows]),
        separator=b",",
        one_statement=False,
        longest_bytes=max(len(row.text) for row in rows),
        lines=tuple([row.line - first.line for row in rows]),
        statements=tuple([row.statement - first.statement for row in rows]),
    )
