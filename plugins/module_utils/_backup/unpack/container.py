# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The second room: the SQL bytes of a backup, whatever it is packed in, as a stream and without a copy on a disk."""

from __future__ import annotations

import contextlib
import itertools
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.archive_kinds import PLAIN
from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.first_bytes import HEAD_BYTES
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.streams import Pieces, Told
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.unpacking_process import (
    HelperLost,
    Prove,
    UnpackAhead,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.zip_directory import Encryption

CHUNK_BYTES = 512 * 1024

# A packed file has to be this large to be worth a second process.
_WORTH_BYTES = 1024 * 1024


class Container:
    """The SQL bytes of a backup.

    ``kind``: how it is packed, a name of `ARCHIVE_KINDS`; ``member``: its name inside the ZIP; ``encryption``: of that;
    ``left_out``: what else lies in the ZIP and is no backup.
    ``bytes_read``: bytes of the file consumed in the current pass; it grows, and ends at the size of the file.
    """

    def __init__(
        self,
        *,
        size_bytes: int,
        kind: str,
        pieces: t.Callable[[Told], Pieces],
        member: str | None = None,
        encryption: Encryption = "none",
        left_out: tuple[str, ...] = (),
    ) -> None:
        self.kind = kind
        self.member = member
        self.encryption: Encryption = encryption
        self.left_out = left_out
        self.bytes_read = 0
        self._explained: t.Callable[[Failure], Failure] = lambda failure: failure
        self._unpacking: UnpackAhead | None = None
        self._size_bytes = size_bytes
        self._pieces = pieces

    @property
    def is_packed(self) -> bool:
        """Whether there is something to unpack."""
        return self.kind != PLAIN

    def _tell(self, position: int) -> None:
        self.bytes_read = position

    def chunks(self) -> t.Iterator[bytes]:
        """Yield the SQL bytes from their beginning, `CHUNK_BYTES` at a time, the last one shorter.

        Each call starts anew. CRC, HMAC and length are compared at the end.
        `Failure`: ``damaged``, ``truncated``, ``too_large``.
        """
        self._tell(0)
        for chunk, position in self._chunks_with_positions():
            self._tell(position)
            yield chunk
        self._tell(self._size_bytes)

    def _chunks_with_positions(self) -> t.Iterator[tuple[bytes, int]]:
        done = 0
        if self._unpacking is not None and self._unpacking.is_ready:
            with contextlib.suppress(HelperLost):
                try:
                    for chunk in self._unpacking.chunks():
                        done += 1
                        yield chunk
                except Failure as failure:
                    raise self._explained(failure) from failure.__cause__
                return
        try:
            for view, position in itertools.islice(self._unpacked(), done, None):
                yield bytes(view), position
        except Failure as failure:
            # What the reader of the chunks raises does not come by here.
            raise self._explained(failure) from failure.__cause__

    def explain(self, explained: t.Callable[[Failure], Failure]) -> None:
        """Have what goes wrong in the file said with its cause, where somebody knows it."""
        self._explained = explained

    def _unpacked(self) -> t.Iterator[tuple[memoryview, int]]:
        """Unpack here and now: chunks, each until the next is asked for, with how far into the file it reaches."""
        positions = [0]
        chunk, size_bytes = memoryview(bytearray(CHUNK_BYTES)), 0
        for piece in self._pieces(positions.append):
            rest = memoryview(piece)
            while size_bytes + len(rest) >= CHUNK_BYTES:
                missing_bytes = CHUNK_BYTES - size_bytes
                chunk[size_bytes:] = rest[:missing_bytes]
                yield chunk, positions[-1]
                rest, size_bytes = rest[missing_bytes:], 0
            chunk[size_bytes : size_bytes + len(rest)] = rest
            size_bytes += len(rest)
            del positions[:-1]
        if size_bytes:
            yield chunk[:size_bytes], self._size_bytes

    def unpack_ahead(self, file_number: int, prove: Prove) -> UnpackAhead | None:
        """Have a helper unpack from now on, and prove where it is ahead; None where that is not worth while."""
        if not self.is_packed or self._size_bytes < _WORTH_BYTES:
            return None
        # One of a pass that has failed may still be there.
        self.close()
        self._unpacking = UnpackAhead(self._unpacked, CHUNK_BYTES, file_number, prove)
        return self._unpacking

    def close(self) -> None:
        """End the helper."""
        if self._unpacking is not None:
            self._unpacking.close()

    def head(self) -> bytes:
        """Return the first bytes, `HEAD_BYTES` of them where there are so many."""
        data = b""
        for piece in self._pieces(lambda _position: None):
            data += piece
            if len(data) >= HEAD_BYTES:
                break
        return data[:HEAD_BYTES]
