# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Pieces of a stream are made here while a thread works on those before, a few at a time."""

from __future__ import annotations

import queue
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.threads import started
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.streams import joined

# What is done with the pieces; it takes them to their end unless it raises.
Take = t.Callable[[t.Iterator[bytes]], None]

# The thread gets pieces of at least this size: each one costs a change between two threads.
_PIECE_BYTES = 1024 * 1024
_QUEUED_PIECES = 4


class _GivenUp(Exception):
    """No more pieces come, and what was made of them is of no use."""


class _Taker:
    """Has ``take`` work in a thread on what is put.

    Its queues need no lock of Python's, which an exception by a signal could leave locked.
    """

    def __init__(self, take: Take) -> None:
        self._take = take
        self._pieces: queue.SimpleQueue[bytes | _GivenUp | None] = queue.SimpleQueue()
        # An entry for each piece that may be put without waiting; one more when there will be no other.
        self._room: queue.SimpleQueue[None] = queue.SimpleQueue()
        for _piece in range(_QUEUED_PIECES):
            self._room.put(None)
        # What the thread says when it has done its last: once for end(), and once for whoever gives up meanwhile. A
        # join() that a signal has interrupted takes a running thread for one that has ended.
        self._ended: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._error: BaseException | None = None
        self._thread = started(self._work)
        self.is_there = self._thread is not None

    def put(self, piece: bytes) -> None:
        """Hand over a piece, when there is room; raise what an earlier one met."""
        self._room.get()
        self._check()
        self._pieces.put(piece)

    def end(self) -> None:
        """Wait until all is done."""
        self._pieces.put(None)
        self._wait()
        self._check()

    def give_up(self) -> None:
        """End the thread, whatever it has not done yet."""
        self._pieces.put(_GivenUp())
        self._wait()

    def _wait(self) -> None:
        self._ended.get()
        if self._thread is not None:
            self._thread.join()

    def _check(self) -> None:
        if self._error is not None:
            raise self._error

    def _work(self) -> None:
        try:
            self._take(self._taken())
        except BaseException as exc:  # noqa: BLE001 - it is raised where the pieces come from
            self._error = exc
            self._room.put(None)
        self._ended.put(None)
        self._ended.put(None)

    def _taken(self) -> t.Iterator[bytes]:
        while (piece := self._pieces.get()) is not None:
            if isinstance(piece, _GivenUp):
                raise piece
            self._room.put(None)
            yield piece


def take_beside(pieces: t.Iterable[bytes], take: Take) -> None:
    """Have ``take`` work on ``pieces`` in a thread, which has ended afterwards.

    Raises what either side raises; then the other one does not go on.
    """
    taker = _Taker(take)
    if not taker.is_there:
        take(iter(pieces))
        return
    try:
        for piece in joined(pieces, _PIECE_BYTES):
            taker.put(piece)
        taker.end()
    except BaseException:
        taker.give_up()
        raise
