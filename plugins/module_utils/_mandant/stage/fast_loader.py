# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Rows into shadow tables at the speed of the server: as a stream where it can be, else by large INSERTs."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import TableDefinition
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import (
    LONG_ROW_BYTES,
    Rows,
    Under,
    cells_of_row,
    quickly_replaced,
    without_long_text,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import quoted_name
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import is_fatal
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import (
    columns_in,
    quoted,
    update_in,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.plan import TablePlan
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.refusals import PACKET_RESERVE_BYTES
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.dump_conditions import Conditions, conditions
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.loaded import IGNORING, Loaded, note_warnings
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.row_stream import (
    RowStream,
    StreamUnfit,
    can_stream,
)

BATCH_BYTES = 1024 * 1024
STATEMENT_BYTES = 16 * BATCH_BYTES
# Engines that build their keys in one go when these were switched off during the load.
KEYS_OFF = ("myisam", "aria")
# Fewer rows are in the keys sooner than these are taken off and built.
ROWS_WITHOUT_KEYS = 2000
# A table of plain and odd rows by turns is loaded by INSERTs alone after so many changes; so many are worth their own.
RUNS_LIMIT = 16
WIDENED_ROWS = 16
# A stream is asked for before it begins: so few rows of so many tables are sooner in one INSERT each.
ROWS_OF_ONE_INSERT = 8
TABLES_OF_ONE_INSERT = 200
DUPLICATES = (1062, 1586)
_TOGETHER_BYTES = 64 * 1024

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


def statement_bytes(max_allowed_packet: int) -> int:
    """Return how many bytes of rows an INSERT may hold that is sent as it stands in the dump."""
    return min(STATEMENT_BYTES, max_allowed_packet - PACKET_RESERVE_BYTES)


def leaves_all_ids(table: TablePlan, rows: Rows) -> bool:
    """Whether the server gives each of these rows the number of its counter, since their columns leave it out.

    A stream may leave numbers out in between, since the server takes some ahead, not knowing how many rows come.
    """
    return table.definition.leaves_out_counter(rows.columns)


def insert_head(rows: Rows, shadow: str, charset: str) -> bytes:
    """Return what stands before the rows of an INSERT into a shadow table, in the dump's encoding."""
    columns = b" (" + columns_in(charset, rows.columns) + b")" if rows.columns else b""
    return rows.verb + b" INTO " + quoted_name(shadow) + columns + b" VALUES "


def send_insert(session: Session, head: bytes, values: bytes, update: bytes = b"") -> None:
    """Send an INSERT; a long one is not put together for that. ``update`` is for rows whose key is there."""
    tail = b" ON DUPLICATE KEY UPDATE " + update if update else b""
    if len(values) > LONG_ROW_BYTES:
        session.send_parts((head, values, tail))
    else:
        session.send(head + values + tail)


class AllColumns:
    """How rows of other lists are made into rows of all columns; ``of_statement``: all in one, where DEFAULT stood."""

    def __init__(self, definition: TableDefinition, *, of_statement: bool = False) -> None:
        self.of_statement = of_statement
        columns = definition.columns
        self.names = tuple(column.name for column in columns if not column.attribute("GENERATED"))
        self._counters = {column.name for column in columns if column.auto_increment}
        self._orders: dict[tuple[str, ...], list[int] | None] = {(): list(range(len(columns)))}
        if len(self.names) < len(columns):
            self._orders[()] = None

    def order(self, given: tuple[str, ...]) -> list[int] | None:
        """Return where each column stands in a list, -1 where it does not, and -2 for the counter of a statement.

        None for a list with others, and for one without a counter: which numbers a server gives depends on what it is
        told at once.
        """
        if given not in self._orders:
            places = {name.lower(): index for index, name in enumerate(given)}
            order = [places.pop(name.lower(), -2 if name in self._counters else -1) for name in self.names]
            is_counted = -2 in order and not self.of_statement
            self._orders[given] = None if places or is_counted else order
        return self._orders[given]


@dataclasses.dataclass
class Batch:
    """Rows that go into one INSERT; ``rows`` has the place of the first of them in the dump.

    ``runs`` are the rows as they were read, for when the server refuses one of them.
    """

    rows: Rows
    values: list[bytes]
    size: int
    runs: list[Rows]

    def fits(self, rows: Rows, size: int, limit: int, *, by_statement: bool = False) -> bool:
        """Whether more rows may join."""
        first = self.rows
        alike = (rows.table, rows.verb, rows.columns, rows.under, rows.update) == (
            first.table, first.verb, first.columns, first.under, first.update
        )  # fmt: skip
        if by_statement and not (rows.one_statement and rows.statement == first.statement):
            return False
        return alike and self.size + 1 + size <= limit

    def widened(self, columns: AllColumns) -> Batch | None:
        """Return the same rows with all columns of the table: DEFAULT is what those get that a list leaves out.

        None where that is not the same, or not worth while: a dump whose lists of columns change now and then.
        """
        rows = self.rows
        if rows.columns is columns.names:
            return self
        order = columns.order(rows.columns)
        is_odd = rows.verb == IGNORING or rows.update or self.size > _TOGETHER_BYTES
        if order is None or (is_odd and not columns.of_statement):
            return None
        values: list[bytes] = []
        for row in (row for run in self.runs for row in run.singles()):
            # NULL asks a counter for its next number, whatever the sql_mode.
            found = (*cells_of_row(row), b"NULL", b"DEFAULT")
            is_odd = len(values) == WIDENED_ROWS and not columns.of_statement
            if len(found) != len(rows.columns or columns.names) + 2 or is_odd:
                return None
            values.append(b"(" + b",".join([found[index] for index in order]) + b")")
        size = sum(map(len, values)) + len(values)
        return Batch(quickly_replaced(rows, columns=columns.names), values, size, self.runs)

    def join(self, other: Batch) -> None:
        """Take in the rows of another batch."""
        self.values += other.values
        self.runs += other.runs
        self.size += 1 + other.size
        self.rows = quickly_replaced(self.rows, count=self.rows.count + other.rows.count)

    def add(self, rows: Rows, values: bytes) -> None:
        self.values.append(values)
        self.runs.append(rows)
        self.size += 1 + len(values)
        self.rows = quickly_replaced(self.rows, count=self.rows.count + rows.count)


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


@dataclasses.dataclass(frozen=True)
class Way:
    """How rows may be sent: ``limit`` is that of a packet in bytes; ``charset`` is the dump's encoding.

    ``statement_limit`` is that of a statement that has to be sent as it stands in the dump, 0 for the same.
    """

    limit: int
    charset: str
    streams: bool
    statement_limit: int = 0


class InsertRun:
    """INSERTs of many rows into one table, the next made while the server works on the one before.

    ``odd_only``: plain rows are left to a stream. The statements of a table with ``left_ids`` are those of the dump:
    which numbers a server gives depends on what it is told at once.
    """

    def __init__(self, session: Session, table: TablePlan, way: Way, loaded: Loaded, *, odd_only: bool) -> None:
        self._session = session
        self._table = table
        self._way = way
        self._loaded = loaded
        self._odd_only = odd_only
        self._batch: Batch | None = None
        self._sent: Rows | None = None
        self._columns = AllColumns(table.format.definition, of_statement=table.left_ids)

    def accepts(self, rows: Rows) -> bool:
        """Whether more rows may join."""
        return not (self._odd_only and rows.plain and not leaves_all_ids(self._table, rows))

    def add(self, rows: Rows) -> None:
        """Put rows into the batch at hand; a full one is sent."""
        one_by_one = self._table.left_ids and not rows.one_statement
        limit = (self._table.left_ids and self._way.statement_limit) or self._way.limit
        for batch in batches(rows.singles() if one_by_one else (rows,), 0 if one_by_one else limit):
            if self._batch is not None and self._batch.fits(
                batch.rows, batch.size, limit, by_statement=self._table.left_ids
            ):
                self._batch.join(batch)
                continue
            if self._join_widened(batch, limit):
                continue
            self._flush()
            self._batch = batch
            if batch.size > self._way.limit:
                self._flush()

    def _join_widened(self, batch: Batch, limit: int) -> bool:
        """Put rows with another list of columns into the batch at hand, if they can go into one INSERT."""
        by_statement = self._table.left_ids
        if self._batch is None or self._batch.rows.columns == batch.rows.columns:
            return False
        if by_statement and self._batch.rows.statement != batch.rows.statement:
            return False
        one, other = self._batch.widened(self._columns), batch.widened(self._columns)
        if one is None or other is None or not one.fits(other.rows, other.size, limit, by_statement=by_statement):
            return False
        one.join(other)
        self._batch = one
        return True

    def end(self) -> None:
        """Send what is left, and wait for its answer."""
        self._flush()
        self._answer()

    def _flush(self) -> None:
        batch, self._batch = self._batch, None
        if batch is None:
            return
        head, values = insert_head(batch.rows, self._table.shadow, self._way.charset), b",".join(batch.values)
        self._answer()
        self._sent = without_long_text(batch.rows)
        send_insert(self._session, head, values, update_in(self._way.charset, batch.rows.update))

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
            try:
                note_warnings(self._session, self._loaded, self._table, rows, answer.warnings)
            except ServerError as exc:
                raise BatchFailed(rows, exc) from None


class FastLoader:
    """Loads everything; the first error ends it with BatchFailed, or with StreamUnfit where INSERTs may do better."""

    def __init__(
        self,
        session: Session,
        tables: t.Mapping[str, TablePlan],
        way: Way,
        seen: Seen,
    ) -> None:
        self._session = session
        self._under = Under()
        self._tables = tables
        self._way = way
        self._seen = seen
        self._few = ROWS_OF_ONE_INSERT if len(tables) > TABLES_OF_ONE_INSERT else 0
        self._missing = {source: table.rows for source, table in tables.items()}
        self._open: TablePlan | None = None
        self._keys_off: dict[str, TablePlan] = {}
        self._run: InsertRun | RowStream | None = None
        self._runs = 0
        self._last: Rows | None = None
        self.loaded = Loaded()

    def load(self, source: t.Iterable[Rows]) -> Loaded:
        """Send all rows of the tables in the plan, under what the dump has set for them, and return the tally."""
        with conditions(self._session) as under:
            self._load(source, under)
        return self.loaded

    def _load(self, source: t.Iterable[Rows], under: Conditions) -> None:
        for rows in source:
            table = self._tables.get(rows.table)
            if table is None:
                continue
            if self._open is not table:
                self._close()
                self._begin(table)
            if self._run is None or rows.under != self._under or not self._run.accepts(rows):
                self._end_run()
                self._under = rows.under
                under.put(rows.under)
                self._run = self._next_run(table, rows)
            self._run.add(rows)
            self._last = without_long_text(rows)
            self._missing[rows.table] -= rows.count
            self.loaded.see(rows, rows.own_bytes)
            self._seen(table.target, self.loaded.bytes, self.loaded.rows)
            del rows
        self._close()
        for table in tuple(self._keys_off.values()):
            self._build_keys(table)

    def _begin(self, table: TablePlan) -> None:
        self._open = table
        self._runs = 0
        # A dump may come back to a table again and again; its keys are built once.
        keys_off = table.format.engine.lower() in KEYS_OFF and table.rows >= ROWS_WITHOUT_KEYS
        if keys_off and table.source not in self._keys_off:
            self._session.execute(f"ALTER TABLE {quoted(table.shadow)} DISABLE KEYS")
            self._keys_off[table.source] = table

    def _next_run(self, table: TablePlan, rows: Rows) -> InsertRun | RowStream:
        way = self._way
        self._runs += 1
        streams = way.streams and rows.verb == b"INSERT" and self._runs <= RUNS_LIMIT and can_stream(table, way.charset)
        streams = streams and not table.left_ids and not rows.update and table.rows > self._few
        if streams and rows.plain and not leaves_all_ids(table, rows):
            return RowStream(self._session, table, rows, charset=way.charset, piece_bytes=way.limit)
        return InsertRun(self._session, table, way, self.loaded, odd_only=streams)

    def _end_run(self) -> None:
        run, self._run = self._run, None
        if run is None:
            return
        try:
            run.end()
        except ServerError as exc:
            raise BatchFailed(t.cast("Rows", self._last), exc) from None

    def _close(self) -> None:
        """Complete what there is of the table at hand: its last statement, its transaction, its keys."""
        self._end_run()
        table = self._open
        if table is None:
            return
        self._open = None
        is_whole = not self._missing[table.source]
        try:
            self._session.execute("COMMIT")
            if is_whole:
                self._build_keys(table)
        except ServerError as exc:
            # A bulk load finds a duplicate key here, and not at the row that brought it.
            if self._way.streams and not is_fatal(exc):
                raise StreamUnfit from None
            raise BatchFailed(t.cast("Rows", self._last), exc) from None

    def _build_keys(self, table: TablePlan) -> None:
        if self._keys_off.pop(table.source, None) is not None:
            self._session.execute(f"ALTER TABLE {quoted(table.shadow)} ENABLE KEYS")
