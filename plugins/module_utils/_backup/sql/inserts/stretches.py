# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Which rows patterns may read, and how many of those at hand they prove."""

from __future__ import annotations

import collections
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.insert_head import Head
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.proven_rows import (
    Proofs,
    Stretch,
    Style,
    plain_stretch,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import (
    plain_pattern,
    row_pattern,
    rows_before_pattern,
)

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.dump_cursor import DumpCursor

# What may not stand between values and rows that the pattern reads: comments and strings.
NOT_PLAIN = re.compile(rb"[#'\"]|--|/\*")
# Every pattern costs time and memory; a dump that needs more has no two rows written alike.
_STYLES_LIMIT = 4096
# A dump with more than so many is looked at for so many rows of one, as far as so many bytes, before it is made.
_STYLES_AT_ONCE = 16
_MANY_ROWS = 16
_LOOKED_AHEAD_BYTES = 32 * 1024
# A program writes rows behind the same words in few ways; where blanks vary, there is another pattern for all.
_STYLES_OF_HEAD = 8
# After so many stretches in a row with an odd row in each, a style is taken as one without plain rows.
_ODD_LIMIT = 8


class Stretches:
    """Proves rows of a style, each before the next of the same; ``proofs`` knows what others have proven."""

    def __init__(self, cursor: DumpCursor, proofs: Proofs) -> None:
        self._cursor = cursor
        self._source = cursor.source
        self._proofs = proofs
        self._styles: dict[Style, int] = {}
        self._styles_of: collections.Counter[tuple[tuple[str, ...], bytes]] = collections.Counter()
        self._odd_until_bytes = 0
        self._odd_stretches: dict[Style, int] = {}

    def knows(self, style: Style, head: Head) -> bool:
        """Whether rows of a style may be read by patterns.

        A comment between values is no part of what is sent. And a dump that writes every row in another
        way would have a pattern made for each; one of a wide table is made when there are rows enough for it.
        """
        left = self._styles.get(style)
        if left is None and len(self._styles) >= _STYLES_AT_ONCE and not self._are_many(style[2]):
            return False
        if left is None:
            of_head = (style[0], head.text)
            is_one_more = len(self._styles) >= _STYLES_LIMIT or self._styles_of[of_head] >= _STYLES_OF_HEAD
            if is_one_more or NOT_PLAIN.search(b"".join(style[1:])):
                return False
            self._styles_of[of_head] += 1
            left = rows_before_pattern(style[0])
        self._styles[style] = max(0, left - 1)
        return left == 0

    def _are_many(self, separator: bytes) -> bool:
        """Whether many rows follow; those of small tables are read sooner than a pattern is made for them."""
        source = self._source
        return source.data.count(separator, source.position, source.position + _LOOKED_AHEAD_BYTES) >= _MANY_ROWS

    def of(self, style: Style) -> Stretch | None:
        """Return the rows at hand that are proven: by somebody before, or here and now; None for none."""
        source = self._source
        start = source.offset
        # What was proven ahead, was proven of the bytes as they are written.
        known = self._proofs.find(start, style, self._cursor.delimiter) if source.is_as_written else None
        if known is not None and not known.rows:
            self._odd_until_bytes = known.end
        if known is not None and known.rows and source.reaches(known.end):
            found: Stretch | None = known
        else:
            found = self._proven_plain(style) or self._proven(style)
        if found is not None and source.is_as_written:
            self._proofs.note(start, style, found)
        return found

    def _proven_plain(self, style: Style) -> Stretch | None:
        """Prove the rows at hand in one call, where all of them are plain; None where one is not.

        A stretch that holds an odd row is not tried again, nor a style that hardly ever has plain rows.
        """
        source = self._source
        if source.offset < self._odd_until_bytes or self._odd_stretches.get(style, 0) > _ODD_LIMIT:
            return None
        found = plain_stretch(source.data, source.position, style, self._cursor.delimiter)
        if found is None:
            return None
        found = found._replace(end=source.taken_bytes + found.end)
        if found.rows:
            self._odd_stretches[style] = 0
            return found
        self._odd_until_bytes = found.end
        self._odd_stretches[style] = self._odd_stretches.get(style, 0) + 1
        return None

    def _proven(self, style: Style) -> Stretch | None:
        """Prove the rows at hand one by one.

        It stops at the first that the pattern does not prove: no byte is looked at again and again, whatever
        the rows hold. The last one counts only when a row follows.
        """
        source = self._source
        data, before, end = source.data, source.position, source.position
        last = plain_pattern(*style[:2], b"").match(data, end)
        if last is not None and not data.startswith(style[2] + b"(", last.end()):
            # A large pattern is not made for the last row of a table.
            return None
        count = longest = 0
        for match in iter(row_pattern(*style).scanner(data, end).match, None):  # type: ignore[attr-defined]
            before, end = end, match.end()
            longest = max(longest, end - before)
            count += 1
        if count and data[end : end + 1] != b"(":
            count, end = count - 1, before
        lines = data.count(b"\n", source.position, end)
        found = Stretch(source.taken_bytes + end, count, lines, longest - len(style[2]), plain=False)
        return found if count else None
