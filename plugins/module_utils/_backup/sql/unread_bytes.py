# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The SQL bytes that were unpacked but not read yet, with the line they are at."""

from __future__ import annotations

import io
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import (
    Incomplete,
    OpenString,
    scan,
)

# A server takes no packet over 1 GiB, so no row can be longer.
ROW_LIMIT_BYTES = 1 << 30
# No statement or comment needs more, apart from its rows; a larger one is no dump's.
DEFINITION_LIMIT_BYTES = 16 << 20
# Each takes half a KiB: in a small archive there is room for a statement of nothing but parentheses.
DEFINITION_LIMIT_WORDS = 1 << 18
# From here on memory counts more than how often the beginning of a row is looked at.
_LARGE_BYTES = 16 << 20

# So many in one place are no value and no slip.
NUL_BYTES = 8
_LONGEST_OPEN = len(b"/*M!999999") + 1
_ONE, _TWO = b"\\", b"\\\\"

_R = t.TypeVar("_R")


class Source:
    """A window over the SQL bytes: ``data[position:]`` is what has not been read.

    ``label`` is the file (and member) for messages; ``taken_bytes`` is how far into the whole SQL
    the first byte of ``data`` stands, as long as all of it ``is_as_written``.
    """

    def __init__(self, chunks: t.Iterable[bytes], label: str) -> None:
        self._chunks = map(self._as_read, chunks)
        self.label = label
        self.data = b""
        self.position = 0
        self.taken_bytes = 0
        self.line = 1
        self.at_end = False
        self._open_at: int | None = None
        self._doubles = False
        self.is_as_written = True

    def double_backslashes(self, doubled: bool) -> None:
        """From the next statement on have each backslash twice, as one that is a letter is written; or as it stands.

        All bytes that wait have them twice, or none, so that it can be taken back.
        """
        if doubled == self._doubles:
            return
        old, new = (_ONE, _TWO) if doubled else (_TWO, _ONE)
        # What was noted of an offset before was about other bytes, so no offset comes again.
        self.taken_bytes += len(self.data)
        self.data, self.position = self.data[self.position :].replace(old, new), 0
        self._doubles, self.is_as_written, self._open_at = doubled, False, None

    def _as_read(self, chunk: bytes) -> bytes:
        return chunk.replace(_ONE, _TWO) if self._doubles else chunk

    def more(self, limit_bytes: int = DEFINITION_LIMIT_BYTES) -> bool:
        """Take more bytes, at least as many as are waiting, so that a long row is not read too often.

        Where they end within a string, all of it is taken at once. To learn that the file ends here counts as
        more; False when that was known. Raises Failure (too_large) when more than ``limit_bytes`` are waiting already.
        """
        if self.at_end:
            return False
        waiting = self.data[self.position :]
        string = None if self._open_at is None else OpenString(self.data[self._open_at :])
        self._open_at = None
        if len(waiting) > limit_bytes:
            raise self.too_large(f"{limit_bytes >> 20} MiB")
        self.taken_bytes += self.position
        # Those that were read are of no more use, and there may be many of them.
        self.data, self.position = b"", 0
        # It grows where it stands, and becomes the bytes without another copy.
        gathered, taken = io.BytesIO(), 0
        gathered.write(waiting)
        before = len(waiting)
        del waiting
        wanted = before if before < _LARGE_BYTES else before // 4
        for chunk in self._chunks:
            try:
                gathered.write(chunk)
            except MemoryError:
                raise self._no_memory(before + taken) from None
            taken += len(chunk)
            if string is not None and string.ends_in(chunk):
                string = None
            if taken >= wanted and (string is None or before + taken > limit_bytes):
                break
        else:
            self.at_end = True
        self.data = gathered.getvalue()
        return True

    def too_large(self, limit: str) -> Failure:
        """Return the Failure for a statement that is longer than ``limit`` says."""
        return Failure(
            "too_large",
            f"{self.label}, line {self.line}: a statement is longer than {limit}; no dump needs such a one. Check "
            "whether the file is a dump at all.",
        )

    def _no_memory(self, size_bytes: int) -> Failure:
        mib = (size_bytes >> 20) + 1
        return Failure(
            "too_large",
            f"{self.label}, line {self.line}: this host has no memory for a statement of {mib} MiB or more, which "
            f"takes {3 * mib} MiB or more. Make memory free, or raise the limit that it has, and run again.",
        )

    def cut_off(self, line: int) -> Failure:
        """Return the Failure for a statement that the file ends in."""
        semicolon = " If nothing but the semicolon at its end is missing, put it there." if self._may_be_whole else ""
        return Failure(
            "truncated",
            f"{self.label}: the dump ends in the middle of the statement at line {line}. "
            f"The file is incomplete: transfer it again, or make a new backup.{semicolon}",
        )

    @property
    def _may_be_whole(self) -> bool:
        """Whether the end of the file is that of a word, a group or a text."""
        last = self.data.rstrip()[-1:]
        return self._open_at is None and (last.isalnum() or last in (b")", b"`", b"'", b'"'))

    def _ends_in_nul(self, count: int) -> Failure:
        return Failure(
            "damaged",
            f"{self.label}: in the middle of the statement at line {self.line} nothing but {count} NUL bytes follow to "
            "the end of the file, as a power cut or a full disk leaves them. Take an older backup, or make a new one.",
        )

    def forget(self) -> None:
        """Let go of what has been read, where that is much."""
        if self.position >= _LARGE_BYTES:
            self.taken_bytes += self.position
            self.data, self.position = self.data[self.position :], 0

    def advance(self, end: int, lines: int | None = None) -> None:
        """Mark the bytes up to the offset ``end`` as read; ``lines`` are the line feeds in them, where known."""
        self.line += self.data.count(b"\n", self.position, end) if lines is None else lines
        self.position = end

    @property
    def offset(self) -> int:
        """Where in the whole SQL the reader stands."""
        return self.taken_bytes + self.position

    def reaches(self, offset: int) -> bool:
        """Take more bytes until those up to an offset in the whole SQL are at hand; False when the file ends before."""
        while self.taken_bytes + len(self.data) < offset:
            if not self.more():
                return False
        return True

    def token(self, position: int) -> tuple[str, int]:
        """Return kind and end of the token at an offset; Incomplete when bytes after it are missing."""
        try:
            kind, end = scan(self.data, position)
        except Incomplete:
            self._open_at = position if self.data[position : position + 1] in (b"'", b'"') else None
            raise
        # One more byte can change what a token is (``--``, ``''``), so it has to be there; of an executable comment the
        # whole version, since one of 999999 is none.
        last = position + _LONGEST_OPEN if kind == "open" else end + 1
        if last >= len(self.data) and not self.at_end:
            raise Incomplete
        return kind, end

    def whole(self, read: t.Callable[[], _R], limit_bytes: int = DEFINITION_LIMIT_BYTES) -> _R:
        """Call ``read``, which must not advance, again with more bytes until it gets to its end.

        Raises Failure (truncated) when the file ends first.
        """
        while True:
            try:
                return read()
            except MemoryError:
                raise self._no_memory(len(self.data) - self.position) from None
            except Incomplete:
                if not self.more(limit_bytes):
                    nul = len(self.data) - len(self.data.rstrip(b"\x00"))
                    if nul >= NUL_BYTES:
                        raise self._ends_in_nul(nul) from None
                    raise self.cut_off(self.line) from None
