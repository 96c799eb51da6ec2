# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Plain rows that stand alone, each in a statement of its own, and those of small statements.

Their words are known from statements that were read by their tokens, so that all there is to do for a row is to look up
these words, and to match one pattern.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.alone.listed_rows import (
    BETWEEN,
    ListedRows,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.insert_head import Head
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.key_updates import (
    UpdateReader,
    by_columns,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.kept_readings import KeptReadings
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
# Larger statements are read as runs, and so are the next of them.
_STATEMENT_BYTES = 2 * _ROW_BYTES
_LARGE_FOLLOW = 64
_BEFORE_UPDATE = re.compile(rb"[ \t\r\n]+(?=(?:ON|AS)[ \t\r\n])", re.IGNORECASE)
_NEXT_INSERT = re.compile(rb"[ \t\r\n]*(?=(?:INSERT|REPLACE)[ \t\r\n])", re.IGNORECASE)
# From here on rows of one table are read as a run.
_RUN_ROWS = 8


class _Known(t.NamedTuple):
    """What rows behind certain words are: a pattern, and a row of them without its text; its place is another's."""

    pattern: re.Pattern[bytes]
    row: Rows


class _Found(t.NamedTuple):
    """The rows of a statement, up to an offset, and what is between them."""

    end: int
    rows: int
    separator: bytes
    longest_bytes: int


class _Words:
    """How often words were met, what rows behind them are, and those with lists of columns or pairs."""

    def __init__(self, listed: ListedRows) -> None:
        self.met: dict[bytes, int] = {}
        self.known: dict[bytes, _Known] = {}
        self.listed = listed


class RowsAlone:
    """Reads such rows, behind words that were met before."""

    def __init__(self, cursor: DumpCursor, kinds: Kinds, updates: UpdateReader) -> None:
        self._cursor = cursor
        self._source = cursor.source
        self._kinds = kinds
        self._updates = updates
        self._read = KeptReadings(cursor, lambda: _Words(ListedRows(cursor, kinds)))
        self._patterns: dict[tuple[tuple[str, ...], bytes], re.Pattern[bytes]] = {}
        # Words of large statements, and how many of these are not looked at any more.
        self._large: dict[bytes, int] = {}
        # Neutral text, and where in the whole SQL it begins and ends.
        self._window = b""
        self._begin = self._stop = 0
        self._size = _WINDOW_LEAST

    def learn(self, words: bytes, head: Head, row: Rows, width: int) -> None:
        """Take note of a row that was read by its tokens, and is sent as it stands behind these words."""
        read = self._read.last
        if head.by_set:
            read.listed.learn_pairs(head, row)
            self._times_met(words)
            return
        if words in read.known or head.by_select or row.defaults or not width:
            return
        met = self._times_met(words)
        if head.columns and met == 1:
            read.listed.learn(head, row)
        if met < _MET_BEFORE or len(read.known) >= _WORDS_KEPT:
            return
        kinds = self._kinds(head.table, head.columns, width)
        pattern = self._pattern(kinds, row.comma)
        if pattern is not None:
            row = quickly_replaced(row, kinds=kinds, text=b"", plain=True, update=b"")
            read.known[words] = _Known(pattern, row)

    def _times_met(self, words: bytes) -> int:
        times = self._read.last.met
        if len(times) >= _WORDS_KEPT:
            times.clear()
        met = times[words] = times.get(words, 0) + 1
        return met

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
        read = self._read.now()
        while read.met:
            words = self._words()
            known = self._known_of(words)
            times = times + 1 if words == before else 1
            if known is None and (yield from read.listed.rows()):
                before = b""
                if not self.another():
                    return True
                continue
            begin = source.position + len(words)
            found = None if known is None or times > _RUN_ROWS else self._found(known, begin, words)
            if known is None or found is None:
                return False
            row = quickly_replaced(
                known.row,
                statement=cursor.number,
                line=source.line + words.count(b"\n"),
                text=source.data[begin : found.end],
                longest_bytes=found.longest_bytes,
                count=found.rows,
                separator=found.separator,
                under=cursor.under,
            )
            whole = self._with_end(row, found.end)
            if whole is None:
                return False
            row, end = whole
            # Rows that are read as runs stand in a statement each.
            before = words if row.count == 1 and not row.update else b""
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

    def _known_of(self, words: bytes) -> _Known | None:
        """Return what is known of words, None where their table has other columns by now."""
        known = self._read.last.known.get(words)
        if known is None or self._kinds(known.row.table, known.row.columns, len(known.row.kinds)) == known.row.kinds:
            return known
        del self._read.last.known[words]
        return None

    def _words(self) -> bytes:
        """Return what stands before the first row, if that is known; there may be a list of columns."""
        data, start = self._source.data, self._source.position
        end = data.find(b"(", start, start + _HEAD_BYTES)
        words = data[start:end] if end >= 0 else b""
        if end >= 0 and words not in self._read.last.known:
            end = data.find(b"(", end + 1, start + _HEAD_BYTES)
            words = data[start:end] if end >= 0 else b""
        return words

    def takes(self, words: bytes) -> bool:
        """Whether the next statement with these words is read here, where it is not one of a run of single rows."""
        left = self._large.get(words, 0)
        if left:
            self._large[words] = left - 1
        read = self._read.last
        is_known = words in read.known or read.listed.takes_pairs(words)
        return is_known and not left and self._cursor.delimiter == b";"

    def _found(self, known: _Known, begin: int, words: bytes) -> _Found | None:
        """Return the rows of the statement whose first begins at an offset; None where it is read by its tokens."""
        source = self._source
        at, stop = source.taken_bytes + begin, source.taken_bytes + len(source.data)
        if not self._begin <= at or (at + _ROW_BYTES > self._stop and stop > self._stop):
            self._look_ahead(begin)
        match = known.pattern.match(self._window, at - self._begin)
        if match is None:
            return None
        size = match.end() - (at - self._begin)
        found: _Found | None = _Found(begin + size, 1, b",", size)
        between = BETWEEN.match(source.data, begin + size)
        if between is not None and self._cursor.delimiter == b";":
            found = self._several(known.pattern, begin, size, between.group(), words)
        start = at - self._begin
        is_odd = found is not None and ONLY_IN_INSERT.search(self._window, start, start + found.end - begin)
        return None if is_odd else found

    def _several(self, row: re.Pattern[bytes], begin: int, size: int, separator: bytes, words: bytes) -> _Found | None:
        """Return all rows of a small statement that has more than the first, which is of a size."""
        if self._large.get(words):
            return None
        data, end, count, longest = self._source.data, begin + size, 1, size
        if self._source.taken_bytes + begin + _STATEMENT_BYTES > self._stop:
            self._look_ahead(begin)
        # How far behind its place in the text at hand a byte of the window is.
        moved = self._begin - self._source.taken_bytes
        while data.startswith(separator, end):
            start = end + len(separator)
            match = row.match(self._window, start - moved)
            if match is None or match.end() + moved - begin > _STATEMENT_BYTES:
                if end - begin > _STATEMENT_BYTES // 2:
                    self._large[words] = _LARGE_FOLLOW
                return None
            end, count = match.end() + moved, count + 1
            longest = max(longest, end - start)
        return _Found(end, count, separator, longest)

    def _with_end(self, row: Rows, end: int) -> tuple[Rows, int] | None:
        """Return the rows of a statement that end at an offset, and where it ends; None where it has other words."""
        data = self._source.data
        if data.startswith(self._cursor.delimiter, end):
            return row, end
        update = _BEFORE_UPDATE.match(data, end)
        if update is None or self._cursor.delimiter != b";":
            return None
        known = self._updates.known(update.end(), row.table, lambda: by_columns(row) if row.count == 1 else {})
        return None if known is None else (quickly_replaced(row, update=known[0]), known[1])

    def _look_ahead(self, begin: int) -> None:
        """Make what stands at an offset readable; where others follow at once, these together."""
        source = self._source
        at = source.taken_bytes + begin
        follows = self._begin <= at <= self._stop
        self._size = min(2 * self._size, _WINDOW_MOST) if follows else _WINDOW_LEAST
        self._window = neutral(source.data[begin : begin + self._size])
        self._begin, self._stop = at, at + len(self._window)
