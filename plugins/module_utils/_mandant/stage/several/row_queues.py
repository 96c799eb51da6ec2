# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Rows on their way from the one who reads them to those who send them, as many as a bounded memory holds."""

from __future__ import annotations

import collections
import threading
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import LONG_ROW_BYTES, Rows

# So much waits at most, of all tables together: enough for a table of usual size to be sent while others are read.
HELD_BYTES = 40 << 20


class RowQueues:
    """A queue for each sender. Ended or stopped, a sender is told that there are no more rows."""

    def __init__(self, senders: int, held_bytes: int = HELD_BYTES) -> None:
        self._most = held_bytes
        self._changed = threading.Condition()
        self._waiting: list[collections.deque[Rows]] = [collections.deque() for _sender in range(senders)]
        #: Bytes that wait or are being sent.
        self._held = [0] * senders
        self._sending = [0] * senders
        self._ended = False
        self._stopped = False

    def put(self, sender: int, rows: Rows) -> None:
        """Hand over rows, when there is room; of a very long row, return when it was sent."""
        size = len(rows.text)
        with self._changed:
            self._changed.wait_for(lambda: self._stopped or self._has_room(size))
            if self._stopped:
                return
            self._waiting[sender].append(rows)
            self._held[sender] += size
            self._changed.notify_all()
            if size > LONG_ROW_BYTES:
                self._changed.wait_for(lambda: self._stopped or not self._held[sender])

    def _has_room(self, size: int) -> bool:
        held = sum(self._held)
        return not held or held + size <= self._most

    @property
    def held(self) -> t.Sequence[int]:
        """How many bytes each sender has before it."""
        return self._held

    def take(self, sender: int) -> Rows | None:
        """Return the next rows, and forget those before; None at the end."""
        with self._changed:
            self._held[sender] -= self._sending[sender]
            self._sending[sender] = 0
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._stopped or self._ended or self._waiting[sender])
            if self._stopped or not self._waiting[sender]:
                return None
            rows = self._waiting[sender].popleft()
            self._sending[sender] = len(rows.text)
            return rows

    def of(self, sender: int) -> t.Iterator[Rows]:
        """Give a sender's rows; none of them is held here while it is sent."""
        return iter(lambda: t.cast("Rows", self.take(sender)), t.cast("Rows", None))

    def end(self) -> None:
        """Say that no more rows come."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def stop(self) -> None:
        """Have all senders come to their end; what waits is forgotten."""
        with self._changed:
            self._stopped = True
            for waiting in self._waiting:
                waiting.clear()
            self._changed.notify_all()
