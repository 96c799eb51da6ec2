# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Rows into shadow tables with care: the exact row that a server refuses is found, named, or skipped."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import is_fatal
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted, update_in
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.plan import TablePlan
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.dump_conditions import conditions
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.fast_loader import (
    DUPLICATES,
    Batch,
    Seen,
    Way,
    batches,
    insert_head,
    leaves_all_ids,
    send_insert,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.loaded import (
    IGNORING,
    LEFT_OUT,
    Loaded,
    note_warnings,
)


class RowFailed(Exception):
    """The server refused this one row."""

    def __init__(self, rows: Rows, error: ServerError) -> None:
        super().__init__(rows.table)
        self.rows = rows
        self.error = error


class CarefulLoader:
    """Loads batch by batch, and a batch that fails row by row.

    With ``skip`` a row that fails is noted and left out, otherwise it ends the load with RowFailed.
    """

    def __init__(
        self,
        session: Session,
        tables: t.Mapping[str, TablePlan],
        way: Way,
        seen: Seen,
        *,
        skip: bool,
    ) -> None:
        self._session = session
        self._tables = tables
        self._way = way
        self._seen = seen
        self._skip = skip
        self.loaded = Loaded()

    def load(self, source: t.Iterable[Rows]) -> Loaded:
        """Send all rows of the tables in the plan, under what the dump has set for them, and return the tally."""
        wanted = (rows for rows in source if rows.table in self._tables)
        with conditions(self._session) as under:
            for batch in batches(wanted, self._way.limit):
                under.put(batch.rows.under)
                self._load_batch(batch)
        return self.loaded

    def _load_batch(self, batch: Batch) -> None:
        table = self._tables[batch.rows.table]
        in_parts = table.format.engine.lower() != "innodb"
        self.loaded.see(batch.rows, batch.size)
        takes_numbers = table.left_ids or leaves_all_ids(table, batch.rows)
        replaces = batch.rows.verb == b"REPLACE" or bool(batch.rows.update)
        if takes_numbers or (in_parts and replaces and not table.definition.has_primary_key):
            # A statement that fails takes its numbers with it, or cannot be sent again: what replaces nothing is there
            # twice then, and how much of it went in cannot be counted.
            self._load_rows(table, batch.runs, 0)
            self._session.execute("COMMIT")
            self._seen(table.target, self.loaded.bytes, self.loaded.rows)
            return
        before = self._count(table) if in_parts else 0
        try:
            self._insert(batch.rows, table, b",".join(batch.values))
        except ServerError as exc:
            if is_fatal(exc):
                raise
            # Without transactions the rows up to the one that failed are in the table.
            done = self._count(table) - before if in_parts and not replaces else 0
            self._load_rows(table, batch.runs, done)
        self._session.execute("COMMIT")
        self._seen(table.target, self.loaded.bytes, self.loaded.rows)

    def _load_rows(self, table: TablePlan, runs: list[Rows], done: int) -> None:
        for run in runs:
            for row in run.singles():
                if done > 0:
                    done -= 1
                    continue
                try:
                    self._insert(row, table, row.values)
                except ServerError as exc:
                    if is_fatal(exc):
                        raise
                    if row.verb == IGNORING and exc.number in LEFT_OUT:
                        continue
                    # Rows that only another collation makes duplicates are no faulty ones.
                    if not self._skip or (exc.number in DUPLICATES and table.format.stand_ins):
                        raise RowFailed(row, exc) from None
                    self.loaded.skip(row, exc)

    def _insert(self, rows: Rows, table: TablePlan, values: bytes) -> None:
        # Without IGNORE the server tells which row it would leave out, and which it would change.
        plain = dataclasses.replace(rows, verb=b"INSERT") if rows.verb == IGNORING else rows
        charset = self._way.charset
        send_insert(self._session, insert_head(plain, table.shadow, charset), values, update_in(charset, rows.update))
        answer = self._session.receive()
        if answer.warnings:
            note_warnings(self._session, self.loaded, table, plain, answer.warnings)

    def _count(self, table: TablePlan) -> int:
        return int(self._session.value(f"SELECT COUNT(*) FROM {quoted(table.shadow)}"))
