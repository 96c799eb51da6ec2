# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Proving rows before they are read, on two cores."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.chosen_file import ChosenFile
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.proven_rows import (
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
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.container import CHUNK_BYTES, Container
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.unpacking_process import UnpackAhead

# So many windows are proven before they are needed; a helper has so many to do at most.
_AHEAD, _ORDERS = 8, 2
# A file has to be this large to be worth a second process.
_FILE_BYTES = 8 * 1024 * 1024

_Read = t.Callable[[int, int], bytes]


def _window_of(read_at: _Read, number: int, key: Key) -> Window:
    """Prove the window of one chunk."""
    start = number * CHUNK_BYTES
    first = max(0, start - TAIL_BYTES)
    return prove_window(read_at(first, start - first + CHUNK_BYTES), start - first, first, key)


def _prove_all(read_at: _Read, line: second_process.Line) -> None:
    """Do what a helper does: windows of the style that was told last."""
    key: Key | None = None
    while True:
        run, order = line.receive()
        if isinstance(order, int):
            line.send((run, order, _window_of(read_at, order, t.cast("Key", key))))
        else:
            key = order


class Ahead:
    """Proves the windows behind the place where the reader is, by a helper and by itself in turn; of a plain file.

    Only what begins where the reader stands is ever used; where a helper is missing or dies, nothing is.
    """

    def __init__(self, chosen: ChosenFile) -> None:
        self._chosen = chosen
        self._windows = -(-chosen.size_bytes // CHUNK_BYTES)
        self._is_worth = chosen.size_bytes >= _FILE_BYTES
        self._helper: second_process.Helper | None = None
        self._key = KeyInUse()
        self._run = 0
        self._misses = 0
        self._missed = -1
        self._upto = 0
        self._ordered: set[int] = set()
        self._proven: dict[int, Window] = {}

    def find(self, start: int, style: Style, delimiter: bytes) -> Stretch | None:
        """Return the stretch of plain rows that begins at ``start``, None where the reader has to look itself."""
        number = start // CHUNK_BYTES + 1
        asked = (style, delimiter)
        if self._key.changes_to(asked):
            self._begin(number)
            return None
        if asked != self._key.value or self._misses > MISSES_LIMIT:
            return None
        found = self._proven.get(number - 1, {}).get(start)
        if found is None and number < self._windows and self._is_there():
            window = self._window(number)
            found = window.get(start)
            if number != self._missed and not any(stretch.rows for stretch in window.values()):
                self._missed = number
                self._misses += 1
        if found is not None and found.rows:
            self._misses = 0
        return found

    def close(self) -> None:
        """End the helper."""
        if self._helper is not None:
            self._helper.close()

    def _is_there(self) -> bool:
        if self._helper is None and self._is_worth:
            self._helper = second_process.start(
                lambda line: _prove_all(self._chosen.read_at, line), (self._chosen.handle.fileno(),)
            )
            self._is_worth = self._helper is not None
            self._tell(self._key.value)
        return self._is_worth

    def _begin(self, number: int) -> None:
        self._upto, self._misses = number, 0
        self._run += 1
        self._ordered.clear()
        self._proven.clear()
        if self._helper is not None:
            self._tell(self._key.value)

    def _window(self, number: int) -> Window:
        """Return one window; while a helper is at it, another one is proven here."""
        self._upto = max(self._upto, number)
        for passed in [other for other in self._proven if other < number - 1]:
            del self._proven[passed]
        # The helper is given more to do for each window that is read, not only for those that it has to be waited for.
        self._hear(wait=False)
        self._order(number)
        while number not in self._proven:
            other = number if number not in self._ordered else self._next(number)
            if other is not None:
                self._proven[other] = _window_of(self._chosen.read_at, other, t.cast("Key", self._key.value))
            elif not self._hear(wait=True):
                self._ordered.discard(number)
            self._hear(wait=False)
            self._order(number)
        return self._proven[number]

    def _next(self, number: int) -> int | None:
        """Return the next window that nobody is at and nobody has done, None where that is too far ahead."""
        self._upto = max(self._upto, number) + 1
        if self._upto < min(self._windows, number + _AHEAD):
            return self._upto
        self._upto -= 1
        return None

    def _order(self, number: int) -> None:
        while self._is_worth and len(self._ordered) < _ORDERS:
            other = self._next(number)
            if other is None:
                return
            self._ordered.add(other)
            self._tell(other)

    def _tell(self, order: object) -> None:
        try:
            if self._helper is not None:
                self._helper.line.send((self._run, order))
        except OSError:
            self._lose()

    def _hear(self, *, wait: bool) -> bool:
        """Take what the helper has done; False when there is no helper any more."""
        while self._is_worth and self._helper is not None and (wait or self._helper.line.is_waiting()):
            try:
                run, number, found = self._helper.line.receive()
            except (EOFError, OSError):
                self._lose()
                break
            if run == self._run:
                self._ordered.discard(number)
                self._proven[number] = found
                wait = False
        return self._is_worth

    def _lose(self) -> None:
        self._is_worth = False
        self._ordered.clear()


class _Prover:
    """What the process that unpacks does while it is ahead: it proves whole chunks, for the key that was told last.

    An order is its number and the key; an answer the number of the order, that of the chunk, and its window.
    """

    def __init__(self) -> None:
        self._order = 0
        self._misses = 0

    def __call__(
        self, order: tuple[int, Key], number: int, before: memoryview, chunk: memoryview
    ) -> tuple[int, int, Window] | None:
        order_number, key = order
        if order_number != self._order:
            self._order, self._misses = order_number, 0
        if self._misses > MISSES_LIMIT:
            return None
        tail = before[-TAIL_BYTES:]
        window = prove_window(b"".join((tail, chunk)), len(tail), number * len(chunk) - len(tail), key)
        self._misses = 0 if any(stretch.rows for stretch in window.values()) else self._misses + 1
        return order_number, number, window


class PackedAhead:
    """Has the chunks of a packed file proven by the process that unpacks it, where there is one."""

    def __init__(self, container: Container, file_number: int) -> None:
        self._unpacking = container.unpack_ahead(file_number, _Prover())
        self._key = KeyInUse()
        self._order = 0
        self._proven: dict[int, Window] = {}

    def find(self, start: int, style: Style, delimiter: bytes) -> Stretch | None:
        """Return the stretch of plain rows that begins at ``start``, None where the reader has to look itself."""
        asked = (style, delimiter)
        is_new = self._key.changes_to(asked)
        if self._unpacking is None or not self._unpacking.is_running:
            return None
        if is_new:
            self._order += 1
            self._proven.clear()
            self._unpacking.order((self._order, asked))
        elif asked == self._key.value:
            return self._known(start, self._unpacking)
        return None

    def _known(self, start: int, unpacking: UnpackAhead) -> Stretch | None:
        for order, number, window in unpacking.answers():
            if order == self._order:
                self._proven[number] = window
        # Rows that begin in one chunk and end in the next are proven with the next.
        number = start // CHUNK_BYTES
        for passed in [other for other in self._proven if other < number]:
            del self._proven[passed]
        return self._proven.get(number, {}).get(start) or self._proven.get(number + 1, {}).get(start)

    def close(self) -> None:
        """Leave the helper to the container, as it unpacks the next pass as well."""
