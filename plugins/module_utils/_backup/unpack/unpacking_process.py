# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Unpacking a backup in a second process, while what came out before is read; through memory, never by a disk.

Where that process is ahead as far as it can be, it proves rows meanwhile.
"""

from __future__ import annotations

import collections
import mmap
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.proven_rows import (
    MISSES_LIMIT,
    TAIL_BYTES,
    Key,
    KeyInUse,
    Stretch,
    Style,
    Window,
    prove_window,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack import second_process

# So many chunks are unpacked before they are needed.
_SLOTS = 8

# Gives the chunks of one pass, each with how far into the file it reaches; all offsets and sizes in bytes.
# A chunk is good until the next is asked for; all but the last are of one size.
Chunks = t.Callable[[], t.Iterator[tuple[memoryview, int]]]


class HelperLost(Exception):
    """The helper is gone, for whatever reason: the rest has to be unpacked here."""


class _Proven(t.NamedTuple):
    """What the helper has proven of a chunk, in the answer to the order of this number."""

    order: int
    number: int
    window: Window


class _Pass:  # pragma: no cover - another process
    """What the helper does in one pass: it fills the slots that the other process says are free."""

    def __init__(self, memory: mmap.mmap, slot_bytes: int, line: second_process.Line) -> None:
        self._memory = memory
        self._slot_bytes = slot_bytes
        self._line = line
        self._free = _SLOTS
        self._chunks = 0
        self._is_new = False
        self._misses = 0
        self._order: tuple[int, Key] | None = None

    def put(self, chunk: memoryview, position: int) -> None:
        """Hand over a chunk, when there is room for it."""
        while self._free == 0 or self._line.is_waiting():
            if not self._line.is_waiting():
                self._prove()
            self._hear(self._line.receive())
        start = self._start_of(self._chunks)
        self._memory[start : start + len(chunk)] = chunk
        self._line.send((len(chunk), position))
        self._free -= 1
        self._chunks += 1
        self._is_new = True

    def _start_of(self, number: int) -> int:
        return number % _SLOTS * self._slot_bytes

    def _hear(self, said: t.Any) -> None:
        if said is True:
            self._free += 1
        else:
            self._order, self._is_new, self._misses = said, True, 0

    def _prove(self) -> None:
        """Prove the last chunk, once. There is one before it, as no slot is free, and one to come, so it is whole."""
        if not self._is_new or self._order is None or self._misses > MISSES_LIMIT:
            return
        self._is_new = False
        number, (order, key) = self._chunks - 1, self._order
        start, before_end = self._start_of(number), self._start_of(number - 1) + self._slot_bytes
        before = min(TAIL_BYTES, self._slot_bytes)
        data = self._memory[before_end - before : before_end] + self._memory[start : start + self._slot_bytes]
        window = prove_window(data, before, number * self._slot_bytes - before, key)
        self._misses = 0 if any(stretch.rows for stretch in window.values()) else self._misses + 1
        self._line.send(_Proven(order, number, window))


def _unpack_all(
    memory: mmap.mmap, slot_bytes: int, chunks: Chunks, line: second_process.Line
) -> None:  # pragma: no cover
    """Do what the helper does: a pass whenever one is asked for."""
    while True:
        while line.receive() is not None:
            pass
        current = _Pass(memory, slot_bytes, line)
        try:
            for chunk, position in chunks():
                current.put(chunk, position)
            line.send(None)
        except Failure as failure:
            line.send((failure.error, failure.msg))


class UnpackAhead:
    """Passes over the chunks of one file, each of at most ``slot_bytes``."""

    def __init__(self, chunks: Chunks, slot_bytes: int, file_number: int) -> None:
        self._slot_bytes = slot_bytes
        # Memory that both processes have, and no file.
        self._memory = mmap.mmap(-1, _SLOTS * slot_bytes)
        self._helper = second_process.start(
            lambda line: _unpack_all(self._memory, slot_bytes, chunks, line), (file_number,)
        )
        self._is_idle = self._helper is not None
        self._is_running = False
        self._heard: collections.deque[t.Any] = collections.deque()
        self._proven: dict[int, Window] = {}
        self._key = KeyInUse()
        self._order = 0

    @property
    def is_ready(self) -> bool:
        """Whether a pass can begin: there is a helper, and the pass before was read to its end."""
        return self._is_idle

    def chunks(self) -> t.Iterator[tuple[bytes, int]]:
        """Give the chunks of one pass; raises HelperLost, and the Failure of the unpacking."""
        self._is_idle, self._is_running = False, True
        self._key = KeyInUse()
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
        if not isinstance(said, _Proven):
            self._heard.append(said)
        elif said.order == self._order:
            self._proven[said.number] = said.window

    def find(self, start: int, style: Style, delimiter: bytes) -> Stretch | None:
        """Return the stretch of plain rows that begins at ``start`` of the SQL, where the helper has proven it."""
        asked = (style, delimiter)
        is_new = self._key.changes_to(asked)
        if not self._is_running:
            return None
        try:
            if is_new:
                self._begin(asked)
            elif asked == self._key.value:
                return self._known(start)
        except (EOFError, OSError):
            # Whoever takes the chunks finds out as well.
            pass
        return None

    def _known(self, start: int) -> Stretch | None:
        while self._line.is_waiting():
            self._hear()
        # Rows that begin in one chunk and end in the next are proven with the next.
        number = start // self._slot_bytes
        for passed in [other for other in self._proven if other < number]:
            del self._proven[passed]
        return self._proven.get(number, {}).get(start) or self._proven.get(number + 1, {}).get(start)

    def _begin(self, key: Key) -> None:
        self._order += 1
        self._proven.clear()
        self._line.send((self._order, key))

    def close(self) -> None:
        """End the helper."""
        self._is_idle = False
        if self._helper is not None:
            self._helper.close()
