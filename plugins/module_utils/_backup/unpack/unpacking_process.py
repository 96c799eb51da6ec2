# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Unpacking a backup in a second process, while what came out before is read; through memory, never by a disk.

Where that process is ahead as far as it can be, it does meanwhile what it was handed to do.
"""

from __future__ import annotations

import collections
import contextlib
import mmap
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack import second_process

# So many chunks are unpacked before they are needed.
_SLOTS = 8

# Gives the chunks of one pass, each with how far into the file it reaches; all offsets and sizes in bytes.
# A chunk is good until the next is asked for; all but the last are of one size.
Chunks = t.Callable[[], t.Iterator[tuple[memoryview, int]]]

# What the helper does while it is ahead: by the last order, with the number of a whole chunk, the chunk before it and
# the chunk. What it returns is sent back unread; None for nothing. Both chunks are good until it returns.
Prove = t.Callable[[t.Any, int, memoryview, memoryview], t.Any]


class HelperLost(Exception):
    """The helper is gone, for whatever reason: the rest has to be unpacked here."""


class _Answer(t.NamedTuple):
    """What the helper says of an order, between what it says of the unpacking."""

    value: t.Any


class _Pass:  # pragma: no cover - another process
    """What the helper does in one pass: it fills the slots that the other process says are free."""

    def __init__(self, memory: mmap.mmap, slot_bytes: int, prove: Prove, line: second_process.Line) -> None:
        self._memory = memoryview(memory)
        self._slot_bytes = slot_bytes
        self._prove = prove
        self._line = line
        self._free = _SLOTS
        self._chunks = 0
        self._is_new = False
        self._order: t.Any = None

    def put(self, chunk: memoryview, position: int) -> None:
        """Hand over a chunk, when there is room for it."""
        while self._free == 0 or self._line.is_waiting():
            if not self._line.is_waiting():
                self._prove_last()
            self._hear(self._line.receive())
        self._slot(self._chunks)[: len(chunk)] = chunk
        self._line.send((len(chunk), position))
        self._free -= 1
        self._chunks += 1
        self._is_new = True

    def _slot(self, number: int) -> memoryview:
        start = number % _SLOTS * self._slot_bytes
        return self._memory[start : start + self._slot_bytes]

    def _hear(self, said: t.Any) -> None:
        if said is True:
            self._free += 1
        else:
            self._order, self._is_new = said, True

    def _prove_last(self) -> None:
        """Prove the last chunk, once. There is one before it, as no slot is free, and one to come, so it is whole."""
        if not self._is_new or self._order is None:
            return
        self._is_new = False
        number = self._chunks - 1
        answer = self._prove(self._order, number, self._slot(number - 1), self._slot(number))
        if answer is not None:
            self._line.send(_Answer(answer))


def _unpack_all(
    memory: mmap.mmap, slot_bytes: int, chunks: Chunks, prove: Prove, line: second_process.Line
) -> None:  # pragma: no cover
    """Do what the helper does: a pass whenever one is asked for."""
    while True:
        while line.receive() is not None:
            pass
        current = _Pass(memory, slot_bytes, prove, line)
        try:
            for chunk, position in chunks():
                current.put(chunk, position)
            line.send(None)
        except Failure as failure:
            line.send((failure.error, failure.msg))


class UnpackAhead:
    """Passes over the chunks of one file, each of at most ``slot_bytes``."""

    def __init__(self, chunks: Chunks, slot_bytes: int, file_number: int, prove: Prove) -> None:
        self._slot_bytes = slot_bytes
        # Memory that both processes have, and no file.
        self._helper: second_process.Helper | None = None
        with contextlib.suppress(OSError, MemoryError):
            self._memory = mmap.mmap(-1, _SLOTS * slot_bytes)
            self._helper = second_process.start(
                lambda line: _unpack_all(self._memory, slot_bytes, chunks, prove, line), (file_number,)
            )
        self._is_idle = self._helper is not None
        self._is_running = False
        self._heard: collections.deque[t.Any] = collections.deque()
        self._answers: list[t.Any] = []

    @property
    def is_ready(self) -> bool:
        """Whether a pass can begin: there is a helper, and the pass before was read to its end."""
        return self._is_idle

    @property
    def is_running(self) -> bool:
        """Whether a pass is being read."""
        return self._is_running

    def chunks(self) -> t.Iterator[tuple[bytes, int]]:
        """Give the chunks of one pass; raises HelperLost, and the Failure of the unpacking."""
        self._is_idle, self._is_running = False, True
        slot = 0
        try:
            self._line.send(None)
            while (said := self._next()) is not None:
                if isinstance(said[0], str):
                    raise Failure(*said)
                start = slot * self._slot_bytes
                chunk = self._memory[start : start + said[0]]
                self._line.send(True)
                slot = (slot + 1) % _SLOTS
                yield chunk, said[1]
        except (EOFError, OSError):
            raise HelperLost from None
        finally:
            self._is_running = False
        self._is_idle = True

    @property
    def _line(self) -> second_process.Line:
        return t.cast("second_process.Helper", self._helper).line

    def _next(self) -> t.Any:
        """Return what was said of the unpacking next."""
        while not self._heard:
            self._hear()
        return self._heard.popleft()

    def _hear(self) -> None:
        said = self._line.receive()
        if isinstance(said, _Answer):
            self._answers.append(said.value)
        else:
            self._heard.append(said)

    def order(self, order: object) -> None:
        """Have the helper prove by this order from now on, in the pass that is being read."""
        # Whoever takes the chunks finds out as well when it is gone.
        with contextlib.suppress(OSError):
            self._line.send(order)

    def answers(self) -> list[t.Any]:
        """Return what the helper has answered since this was asked last, without waiting."""
        with contextlib.suppress(EOFError, OSError):
            while self._line.is_waiting():
                self._hear()
        answers, self._answers = self._answers, []
        return answers

    def close(self) -> None:
        """End the helper."""
        self._is_idle = False
        if self._helper is not None:
            self._helper.close()
