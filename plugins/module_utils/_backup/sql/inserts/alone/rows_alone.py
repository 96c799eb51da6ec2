# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Plain rows that stand alone: each in a statement of its own, and others than those of its table around it.

Their words are known from statements that were read by their tokens, so that all there is to do for a row is to look up
these words, and to match one pattern.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.insert_head import Head
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import (
    ONLY_IN_INSERT,
    Kinds,
    Rows,
    neutral,
    plain_pattern,
    quickly_replaced,
)

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.dump_cursor import DumpCursor

# Words that were met so often are worth a pattern; of so many patterns, and words, is known how they go on.
_MET_BEFORE = 3
_PATTERNS_MOST = 256
_WORDS_KEPT = 4096
# Longer words, and longer rows, are read by their tokens.
_HEAD_BYTES = 8192
_ROW_BYTES = 8192
# So much is made readable at once, as long as rows follow each other.
_WINDOW_LEAST = 2 * _ROW_BYTES
_WINDOW_MOST = 32 * _ROW_BYTES
_NEXT_INSERT = re.compile(rb"[ \t\r\n]*(?=(?:INSERT|REPLACE)[ \t\r\n])", re.IGNORECASE)
# From here on rows of one table are read as a run.
_RUN_ROWS = 8


class _Known(t.NamedTuple):
    """What rows behind certain words are: a pattern, and a row of them without its text; its place is another's."""

    pattern: re.Pattern[bytes]
    row: Rows


class RowsAlone:
    """Reads such rows, behind words that were met before."""

    def __init__(self, cursor: DumpCursor, kinds: Kinds) -> None:
        self._cursor = cursor
        self._source = cursor.source
        self._kinds = kinds
        self._met: dict[bytes, int] = {}
        self._known: dict[bytes, _Known] = {}
        self._patterns: dict[tuple[tuple[str, ...], bytes], re.Pattern[bytes]] = {}
        self._under: tuple[object, ...] = ()
        # Neutral text, and where in the whole SQL it begins and ends.
        self._window = b""
        self._begin = self._stop = 0
        self._size = _WINDOW_LEAST

    def learn(self, words: bytes, head: Head, row: Rows, width: int) -> None:
        """Take note of a row that was read by its tokens, and is sent as it stands behind these words."""
        if words in self._known or head.by_set or head.by_select or row.defaults or not width:
            return
        if len(self._met) >= _WORDS_KEPT:
            self._met.clear()
        met = self._met[words] = self._met.get(words, 0) + 1
        if met < _MET_BEFORE or len(self._known) >= _WORDS_KEPT:
            return
        kinds = self._kinds(head.table, head.columns, width)
        pattern = self._pattern(kinds, row.comma)
        if pattern is not None:
            row = quickly_replaced(row, kinds=kinds, text=b"", plain=True, update=b"")
            self._known[words] = _Known(pattern, row)

    def _pattern(self, kinds: tuple[str, ...], comma: bytes) -> re.Pattern[bytes] | None:
        found = self._patterns.get((kinds, comma))
        if found is None and len(self._patterns) < _PATTERNS_MOST:
            found = self._patterns[kinds, comma] = plain_pattern(kinds, comma, b"")
        return found

    def rows(self) -> t.Generator[Rows, None, bool]:
        """Give the rows of statements that begin at the source's position, and return whether there are no more.

        Otherwise the next begins at the position: it has to be read by its tokens, or is the first of a run.
        """
        source, cursor, before, times = self._source, self._cursor, b"", 0
        under = cursor.read_under
        if under != self._under:
            self._known, self._under = {}, under
        while self._known:
            words = self._words()
            known = self._known.get(words)
            times = times + 1 if words == before else 1
            if known is None or times > _RUN_ROWS:
                return False
            before, start = words, source.position
            begin = start + len(words)
            end = self._end(known, begin)
            if end is None:
                return False
            if self._kinds(known.row.table, known.row.columns, len(known.row.kinds)) != known.row.kinds:
                del self._known[words]
                return False
            row = quickly_replaced(
                known.row,
                statement=cursor.number,
                line=source.line + words.count(b"\n"),
                text=source.data[begin:end],
                longest_bytes=end - begin,
                under=cursor.under,
            )
            source.advance(end + len(cursor.delimiter))
            yield row
            if not self.another():
                return True
        return False

    def another(self) -> bool:
        """Go to the next statement, where it has rows, and follows at once."""
        found = _NEXT_INSERT.match(self._source.data, self._source.position)
        if found is None or self._cursor.delimiter != b";":
            return False
        self._source.advance(found.end())
        self._cursor.number += 1
        return True

    def _words(self) -> bytes:
        """Return what stands before the first row, if that is known; there may be a list of columns."""
        data, start = self._source.data, self._source.position
        end = data.find(b"(", start, start + _HEAD_BYTES)
        words = data[start:end]
        if words not in self._known and end >= 0:
            words = data[start : data.find(b"(", end + 1, start + _HEAD_BYTES)]
        return words

    def _end(self, known: _Known, begin: int) -> int | None:
        """Return the offset behind the row that begins at an offset; None where it has to be read by its tokens."""
        source = self._source
        at, stop = source.taken_bytes + begin, source.taken_bytes + len(source.data)
        if not self._begin <= at or (at + _ROW_BYTES > self._stop and stop > self._stop):
            # Where others follow at once, they are made readable together.
            follows = self._begin <= at <= self._stop
            self._size = min(2 * self._size, _WINDOW_MOST) if follows else _WINDOW_LEAST
            self._window = neutral(source.data[begin : begin + self._size])
            self._begin, self._stop = at, at + len(self._window)
        match = known.pattern.match(self._window, at - self._begin)
        if match is None or ONLY_IN_INSERT.search(match.group()):
            return None
        end = begin + len(match.group())
        return end if source.data.startswith(self._cursor.delimiter, end) else None
