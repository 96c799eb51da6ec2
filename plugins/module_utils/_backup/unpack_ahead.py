# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Unpacking a backup in a second process, while what came out before is read; through memory, never by a disk."""

from __future__ import annotations

import mmap
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup import helper
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

# So many chunks are unpacked before they are needed.
_SLOTS = 8

# Gives the chunks of one pass, each with how far into the file it reaches; all offsets and sizes in bytes.
Chunks = t.Callable[[], t.Iterator[tuple[bytes, int]]]


class HelperLost(Exception):
    """The helper is gone, for whatever reason: the rest has to be unpacked here."""


def _unpack_all(memory: mmap.mmap, slot_bytes: int, chunks: Chunks, line: helper.Line) -> None:  # pragma: no cover
    """Do what the helper does: a pass whenever one is asked for, into slots that the other process says are free."""
    while True:
        while line.receive() is not None:
            pass
        free, slot = _SLOTS, 0
        try:
            for chunk, position in chunks():
                if free == 0:
                    line.receive()
                    free += 1
                memory[slot * slot_bytes : slot * slot_bytes + len(chunk)] = chunk
                line.send((len(chunk), position))
                free, slot = free - 1, (slot + 1) % _SLOTS
            line.send(None)
        except Failure as failure:
            line.send((failure.error, failure.msg))


class UnpackAhead:
    """Passes over the chunks of one file, each of at most ``slot_bytes``."""

    def __init__(self, chunks: Chunks, slot_bytes: int, file_number: int) -> None:
        self._slot_bytes = slot_bytes
        # Memory that both processes have, and no file.
        self._memory = mmap.mmap(-1, _SLOTS * slot_bytes)
        self._helper = helper.start(lambda line: _unpack_all(self._memory, slot_bytes, chunks, line), (file_number,))
        self._is_idle = self._helper is not None

    @property
    def is_ready(self) -> bool:
        """Whether a pass can begin: there is a helper, and the pass before was read to its end."""
        return self._is_idle

    def chunks(self) -> t.Iterator[tuple[bytes, int]]:
        """Give the chunks of one pass; raises HelperLost, and the Failure of the unpacking."""
        line = t.cast("helper.Helper", self._helper).line
        self._is_idle = False
        slot = 0
        try:
            line.send(None)
            while (said := line.receive()) is not None:
                if isinstance(said[0], str):
                    raise Failure(*said)
                start = slot * self._slot_bytes
                chunk = self._memory[start : start + said[0]]
                line.send(True)
                slot = (slot + 1) % _SLOTS
                yield chunk, said[1]
        except (EOFError, OSError):
            raise HelperLost from None
        self._is_idle = True

    def close(self) -> None:
        """End the helper."""
        self._is_idle = False
        if self._helper is not None:
            self._helper.close()


__all__ = ("Chunks", "HelperLost", "UnpackAhead")
