# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Rows into shadow tables at the speed of the server: large INSERTs, the next prepared while one runs."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.rows import Rows
from ansible_collections.cao.faktura.plugins.module_utils._backup.tokens import quoted_name
from ansible_collections.cao.faktura.plugins.module_utils._mandant.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.loaded import Loaded
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan import TablePlan
from ansible_collections.cao.faktura.plugins.module_utils._mandant.refusals import PACKET_RESERVE_BYTES
from ansible_collections.cao.faktura.plugins.module_utils._mandant.server_errors import described

BATCH_BYTES = 512 * 1024
# Engines that build their keys in one go when these were switched off during the load.
KEYS_OFF = ("myisam", "aria")

Seen = t.Callable[[str, int, int], None]


class BatchFailed(Exception):
    """The server refused an INSERT of many rows; which row it was is not known yet."""

    def __init__(self, rows: Rows, error: ServerError) -> None:
        super().__init__(rows.table)
        self.rows = rows
        self.error = error


def packet_bytes(max_allowed_packet: int) -> int:
    """Return how many bytes of rows an INSERT may hold."""
    return min(BATCH_BYTES, max_allowed_packet - PACKET_RESERVE_BYTES)


def insert_head(rows: Rows, shadow: str) -> bytes:
    """Return what stands before the rows of an INSERT into a shadow table."""
    columns = b" (" + b",".join(map(quoted_name, rows.columns)) + b")" if rows.columns else b""
    return rows.verb + b" INTO " + quoted_name(shadow) + columns + b" VALUES "


@dataclasses.dataclass
class Batch:
    """Rows that go into one INSERT; ``rows`` has the place of the first of them in the dump.

    ``runs`` are the rows as they were read, for when the server refuses one of them.
    """

    rows: Rows
    values: list[bytes]
    size: int
    runs: list[Rows]

    def fits(self, rows: Rows, size: int, limit: int) -> bool:
        """Whether more rows may join."""
        first = self.rows
        alike = (rows.table, rows.verb, rows.columns) == (first.table, first.verb, first.columns)
        return alike and self.size + 1 + size <= limit

    def add(self, rows: Rows, values: bytes) -> None:
        self.values.append(values)
        self.runs.append(rows)
        self.size += 1 + len(values)
        self.rows = dataclasses.replace(self.rows, count=self.rows.count + rows.count)


def batches(source: t.Iterable[Rows], limit: int) -> t.Iterator[Batch]:
    """Merge small runs of rows and split those that are too long for a packet."""
    batch: Batch | None = None
    for run in source:
        values = run.values
        parts: t.Iterable[tuple[Rows, bytes]] = ((run, values),)
        if len(values) > limit and run.count > 1:
            parts = ((row, row.values) for row in run.singles())
        for rows, text in parts:
            if batch is not None and batch.fits(rows, len(text), limit):
                batch.add(rows, text)
                continue
            if batch is not None:
                yield batch
            batch = Batch(rows, [text], len(text), [rows])
    if batch is not None:
        yield batch


class FastLoader:
    """Loads everything; the first error ends it with BatchFailed."""

    def __init__(self, session: Session, tables: t.Mapping[str, TablePlan], limit: int, seen: Seen) -> None:
        self._session = session
        self._tables = tables
        self._limit = limit
        self._seen = seen
        self._open: TablePlan | None = None
        self._sent: Rows | None = None
        self._last: Rows | None = None
        self.loaded = Loaded()

    def load(self, source: t.Iterable[Rows]) -> Loaded:
        """Send all rows of the tables in the plan and return the tally."""
        wanted = (rows for rows in source if rows.table in self._tables)
        for batch in batches(wanted, self._limit):
            table = self._tables[batch.rows.table]
            statement = insert_head(batch.rows, table.shadow) + b",".join(batch.values)
            if self._open is not table:
                self._close()
                self._begin(table)
            self._answer()
            self._send(batch.rows, statement)
            self.loaded.see(batch.rows, batch.size)
            self._seen(table.target, self.loaded.bytes, self.loaded.rows)
        self._close()
        return self.loaded

    def _begin(self, table: TablePlan) -> None:
        self._open = table
        if table.format.engine.lower() in KEYS_OFF:
            self._session.execute(f"ALTER TABLE {quoted(table.shadow)} DISABLE KEYS")

    def _send(self, rows: Rows, statement: bytes) -> None:
        self._sent = self._last = rows
        self._session.send(statement)

    def _answer(self) -> None:
        """Wait for the INSERT that is under way."""
        rows, self._sent = self._sent, None
        if rows is None:
            return
        try:
            answer = self._session.receive()
        except ServerError as exc:
            raise BatchFailed(rows, exc) from None
        if answer.warnings:
            note_warnings(self._session, self.loaded, rows.table)

    def _close(self) -> None:
        """Complete the table at hand: its last INSERT, its transaction, its keys."""
        self._answer()
        table = self._open
        if table is None:
            return
        self._open = None
        try:
            self._session.execute("COMMIT")
            if table.format.engine.lower() in KEYS_OFF:
                self._session.execute(f"ALTER TABLE {quoted(table.shadow)} ENABLE KEYS")
        except ServerError as exc:
            # A bulk load finds a duplicate key here, and not at the INSERT that brought it.
            raise BatchFailed(t.cast("Rows", self._last), exc) from None


def note_warnings(session: Session, loaded: Loaded, table: str) -> None:
    """Add the warnings of the last statement to the tally."""
    for _level, number, message in session.query("SHOW WARNINGS"):
        loaded.warn(table, described(int(number), str(message)))


__all__ = ("BATCH_BYTES", "BatchFailed", "FastLoader", "batches", "insert_head", "note_warnings", "packet_bytes")
