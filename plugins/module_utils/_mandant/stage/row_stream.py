# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Rows into a table as one stream: LOAD DATA LOCAL INFILE without any file, as fast as a server takes rows."""

from __future__ import annotations

import queue

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows
from ansible_collections.cao.faktura.plugins.module_utils._backup.threads import started
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import Answer, ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import is_fatal
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import columns_in, quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.plan import TablePlan

# Between two rows; a quote inside a string is escaped, so that no string can end before these.
_ROW_END = b"),("
_QUEUED_PIECES = 4
_TOGETHER_BYTES = 64 * 1024


class StreamUnfit(Exception):
    """A stream did not come out as an INSERT would have; the rows have to be sent by INSERTs."""


def can_stream(table: TablePlan, charset: str) -> bool:
    """Whether a server reads a table's rows from a stream as it reads them from an INSERT.

    Bytes of a binary column need not be characters of the dump's encoding, and a stream of utf8mb4 has to be
    characters throughout. A trigger is shown a row of a stream with values that an INSERT may not bring.
    """
    if table.row_trigger is not None:
        return False
    binary = any(column.is_binary and column.type_name != "bit" for column in table.format.definition.columns)
    return charset != "utf8mb4" or not binary


class _Sender:
    """Sends pieces in a thread of its own, so that rows are made ready while the server stores others.

    A socket holds less than a piece: without the thread one side would wait whenever the other works.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._pieces: queue.Queue[bytes | None] = queue.Queue(maxsize=_QUEUED_PIECES)
        self._failure: BaseException | None = None
        self._thread = started(self._send_all)

    def put(self, piece: bytes) -> None:
        """Hand over a piece; raise what an earlier one met."""
        if self._failure is not None:
            self.end()
        elif self._thread is None:
            self._session.feed(piece)
        else:
            self._pieces.put(piece)

    def end(self) -> None:
        """Wait until all is sent; raise what a piece met."""
        if self._thread is not None:
            self._pieces.put(None)
            self._thread.join()
        if self._failure is not None:
            raise self._failure

    def _send_all(self) -> None:
        try:
            for piece in iter(self._pieces.get, None):
                self._session.feed(piece)
        except BaseException as exc:  # noqa: BLE001 - it is raised where the rows come from
            self._failure = exc
            while self._pieces.get() is not None:
                pass


class RowStream:
    """One LOAD DATA statement. Rows that a server would only warn about make it unfit (StreamUnfit).

    Source: documentation of LOAD DATA. With LOCAL a server leaves out rows that it refuses, and answers
    with warnings; so only an answer without any, for just as many rows as were sent, is a success.
    """

    def __init__(self, session: Session, table: TablePlan, rows: Rows, *, charset: str, piece_bytes: int) -> None:
        self._session = session
        self._table = table
        self._first = rows
        self._piece_bytes = piece_bytes
        self._count = 0
        # Rows that come one by one go together: a packet for each would cost more than the row.
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        try:
            session.begin_stream(self._statement(charset))
        except ServerError as exc:
            if is_fatal(exc):
                raise
            raise StreamUnfit from None
        self._sender = _Sender(session)

    def _statement(self, charset: str) -> bytes:
        first = self._first
        names = first.columns or tuple(column.name for column in self._table.format.definition.columns)
        head = (
            f"LOAD DATA LOCAL INFILE 'rows' INTO TABLE {quoted(self._table.shadow)} CHARACTER SET {charset} "
            f"FIELDS TERMINATED BY '{first.comma.decode()}' OPTIONALLY ENCLOSED BY '''' ESCAPED BY '\\\\' "
            f"LINES TERMINATED BY '{_ROW_END.decode()}' "
        )
        return head.encode() + b"(" + columns_in(charset, names) + b")"

    def accepts(self, rows: Rows) -> bool:
        """Whether more rows may join."""
        first = self._first
        alike = (rows.table, rows.columns, rows.comma) == (first.table, first.columns, first.comma)
        return rows.plain and rows.verb == first.verb and not rows.update and alike

    def add(self, rows: Rows) -> None:
        """Send rows; the server stores them meanwhile."""
        fields = rows.values[1:-1]
        if self._count:
            fields = _ROW_END + fields
        self._count += rows.count
        self._waiting.append(fields)
        self._waiting_bytes += len(fields)
        if self._waiting_bytes >= _TOGETHER_BYTES:
            self._hand_over()

    def _hand_over(self) -> None:
        fields = b"".join(self._waiting)
        self._waiting, self._waiting_bytes = [], 0
        for start in range(0, len(fields), self._piece_bytes):
            self._sender.put(fields[start : start + self._piece_bytes])

    def end(self) -> None:
        """Complete the statement."""
        try:
            self._hand_over()
            self._sender.end()
            answer: Answer = self._session.end_stream()
        except ServerError as exc:
            if is_fatal(exc):
                raise
            raise StreamUnfit from None
        if answer.warnings or answer.affected != self._count:
            raise StreamUnfit
