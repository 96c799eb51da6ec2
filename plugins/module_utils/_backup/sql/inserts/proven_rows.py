# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Stretches of plain rows: what one look at many rows has proven, by the place they begin at.

A proof says: if a row begins at the one place, then so many rows lie before the other place, where the next begins.
So stretches may be proven in any order and by any process; whoever has come to a row may take one that begins there.
"""

from __future__ import annotations

import array
import functools
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import are_plain, begins_row, row_pattern
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import masked, unmasked

# How rows are written: the kinds of their columns, the comma, and what stands between two rows.
Style = tuple[tuple[str, ...], bytes, bytes]

# What a proof is about: rows of a style, under a delimiter.
Key = tuple[Style, bytes]

# A row that is longer than this at the begin of a window makes it one to be read in the usual way.
TAIL_BYTES = 64 * 1024
# After so many windows that are no stretches of plain rows, no more are tried with this style.
MISSES_LIMIT = 8
_DIGEST_BYTES = 32
# Smaller stretches are as quickly proven again; and more of them than in 10 GB of rows are not kept.
_KEPT_BYTES = 32 * 1024
_KEPT_MOST = 300_000
# A window with more statements is worth no more: theirs are few rows each.
_STRETCHES_LIMIT = 16


class Stretch(t.NamedTuple):
    """Rows up to the offset ``end``; ``rows`` is 0 where what stands there is known to be no stretch of plain rows.

    ``lines``: line feeds in it; ``longest_bytes``: of its longest row, 0 where that is not known.
    """

    end: int
    rows: int
    lines: int
    longest_bytes: int = 0
    plain: bool = True


@functools.lru_cache(maxsize=16)
def _end_pattern(delimiter: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"\)" + re.escape(delimiter) + rb"(?=[ \t]*(?:[\r\n]|INSERT|REPLACE|\Z))", re.IGNORECASE)


def _statement_stop(data: bytes, start: int, separator: bytes, delimiter: bytes) -> int:
    """Return an offset that rows with this separator do not reach beyond: where their statement may end.

    What looks like the end inside of a string only makes the stretch shorter.
    """
    end = -1 if delimiter in separator else data.find(b")" + delimiter, start)
    while end >= 0 and not _end_pattern(delimiter).match(data, end):
        end = data.find(b")" + delimiter, end + 1)
    return end if end >= 0 else len(data)


def plain_stretch(data: bytes, start: int, style: Style, delimiter: bytes) -> Stretch | None:
    """Prove the rows from ``start`` on in one call, if all are plain; None where there is nothing to prove."""
    # The first row comes first: where it is an odd one, nobody looks for the end of all.
    if not begins_row(*style, data, start):
        return None
    separator = style[2]
    stop = _statement_stop(data, start, separator, delimiter)
    end = data.rfind(separator + b"(", start, stop) + len(separator)
    # Between two statements of many rows stands their own separator, once: no stretch is odd for that.
    if end <= start:
        return None
    text = data[start:end]
    count = are_plain(*style, text)
    return Stretch(end, count, text.count(b"\n"), _longest_bytes(text, count, separator))


# A text in double quotes.
_DOUBLE_QUOTED = re.compile(rb'"[^"\\]*(?:(?:\\.|"")[^"\\]*)*"', re.DOTALL)
# A row of usual size, and what stands behind it, is not longer.
_FIRST_BYTES = 8192


def requoted(text: bytes) -> bytes | None:
    """Return rows with all of their double quotes as single ones, None where that is not done in a few steps.

    Each text in double quotes becomes what `single_quoted` makes of it. Any other text, and a comment, becomes what no
    pattern of rows takes: a single quote outside of double ones gets a backslash before it. So what is proven to be
    rows afterwards was the same rows before.
    """
    readable = masked(text)
    # Two quotes are an empty text or one quote within a text.
    if readable is None or (
        b'""' in readable and readable.count(b'""') != _DOUBLE_QUOTED.findall(readable).count(b'""')
    ):
        return None
    return unmasked(readable.replace(b"'", b"\\'").replace(b'"', b"'"))


def requoted_stretch(
    data: bytes, start: int, style: Style, delimiter: bytes, limit_bytes: int
) -> tuple[Stretch, bytes] | None:
    """Prove rows whose texts are in double quotes, and return their text with single ones.

    None where not even one begins here; no rows where one of them is odd.
    """
    kinds, comma, separator = style
    between = b")" + separator + b"("
    first = data.find(between, start, start + _FIRST_BYTES) + len(between) - 1
    begin = requoted(data[start:first])
    if begin is None or not row_pattern(*style).fullmatch(begin):
        return None
    stop = min(_statement_stop(data, start, separator, delimiter), start + limit_bytes)
    end = data.rfind(between, start, stop) + len(between) - 1
    text = requoted(data[start:end]) or b""
    count, plain = are_plain(kinds, comma, separator, text), True
    if not count:
        rest, count = row_pattern(*style).subn(b"", text)
        count, plain = (0 if rest else count), False
    return Stretch(end, count, data.count(b"\n", start, end), _longest_bytes(text, count, separator), plain), text


def _longest_bytes(text: bytes, count: int, separator: bytes) -> int:
    """Return the length of the longest row, 0 where a text looks like the end of one."""
    inside = text[1 : -1 - len(separator)].split(b")" + separator + b"(")
    return max(map(len, inside)) + 2 if count and len(inside) == count else 0


# The stretches of a chunk by the offsets at which they begin, with their ends as offsets in the whole SQL.
Window = dict[int, Stretch]


def prove_window(data: bytes, before: int, first: int, key: Key) -> Window:
    """Prove the rows that begin behind the last separator before a chunk, up to the last one in it.

    ``data`` is at the offset ``first`` of the whole SQL, and holds ``before`` bytes before the chunk. Where the
    statement of the rows ends before, those of the next one follow, from its second row on.
    """
    style, delimiter = key
    between = style[2] + b"("
    window: Window = {}
    found = data.rfind(between, 0, before)
    while found >= 0 and len(window) < _STRETCHES_LIMIT:
        start = found + len(style[2])
        stretch = plain_stretch(data, start, style, delimiter)
        if stretch is None:
            break
        window[first + start] = stretch._replace(end=first + stretch.end)
        found = data.find(between, stretch.end) if stretch.rows else -1
    return window


class KeyInUse:
    """The key that rows are proven for ahead; ``value`` is None before any was asked for."""

    def __init__(self) -> None:
        self.value: Key | None = None
        self._asked: Key | None = None

    def changes_to(self, asked: Key) -> bool:
        """Take note of what is asked for; return whether it is the key in use from now on, and was not before.

        What stands between two statements of many rows is asked for once, and their rows go on as before.
        """
        before, self._asked = self._asked, asked
        if asked == self.value or (self.value is not None and asked != before):
            return False
        self.value = asked
        return True


# Knows what begins at an offset in the whole SQL, with rows of a style, under a delimiter; or None.
Find = t.Callable[[int, Style, bytes], t.Optional[Stretch]]


class Proofs(t.Protocol):
    """What is known about the rows ahead; all offsets are those in the whole SQL."""

    later: dict[int, list[tuple[int, t.Any]]]

    def find(self, start: int, style: Style, delimiter: bytes) -> Stretch | None:
        """Return what is known to begin at ``start``."""

    def note(self, start: int, style: Style, stretch: Stretch) -> None:
        """Take note of what was proven."""

    def note_update(self, statement: int, update: bytes) -> None:
        """Take note of what stands behind the rows of a statement."""

    def update_of(self, _statement: int) -> bytes:
        """Return what stands behind the rows of a statement; they are asked for in their order."""

    def note_void(self, table: str, statement: int) -> None:
        """Take note that the rows of a table before a statement are gone."""

    def void_before(self, _table: str) -> int:
        """Return the statement before which rows of a table, in lower case, are gone; 0 for none."""

    def is_right(self, digest: bytes) -> bool:
        """Whether the digest of all SQL up to the end of the next chunk may be this one."""


class FirstPass:
    """Notes what was proven, for the pass that follows; ``ahead`` may know some before."""

    def __init__(self, ahead: Find | None = None) -> None:
        self.digests = bytearray()
        self.starts = array.array("Q")
        self.ends = array.array("Q")
        self.rows = array.array("I")
        self.lines = array.array("I")
        self.plain = bytearray()
        self.styles: list[Style] = []
        self.style_numbers = array.array("I")
        # By the numbers of their statements: these can be many, and nearly all have the same behind their rows.
        self.updated = array.array("Q")
        self.update_numbers = array.array("I")
        self.updates: dict[bytes, int] = {}
        self.void: dict[str, int] = {}
        # What comes behind rows, by where their tables were made: statements, and what each makes of them.
        self.later: dict[int, list[tuple[int, t.Any]]] = {}
        self._ahead = ahead

    def find(self, start: int, style: Style, delimiter: bytes) -> Stretch | None:
        return self._ahead(start, style, delimiter) if self._ahead else None

    def note(self, start: int, style: Style, stretch: Stretch) -> None:
        if stretch.end - start < _KEPT_BYTES or len(self.starts) >= _KEPT_MOST:
            return
        if not self.styles or self.styles[-1] != style:
            self.styles.append(style)
        self.starts.append(start)
        self.ends.append(stretch.end)
        self.rows.append(stretch.rows)
        self.lines.append(stretch.lines)
        self.plain.append(stretch.plain)
        self.style_numbers.append(len(self.styles) - 1)

    def note_update(self, statement: int, update: bytes) -> None:
        self.updated.append(statement)
        self.update_numbers.append(self.updates.setdefault(update, len(self.updates)))

    def update_of(self, _statement: int) -> bytes:
        return b""

    def note_void(self, table: str, statement: int) -> None:
        self.void[table] = statement

    def void_before(self, _table: str) -> int:
        return 0

    def is_right(self, digest: bytes) -> bool:
        self.digests += digest
        return True


class SecondPass:
    """Gives back what the first pass has proven, as long as the bytes are the same."""

    def __init__(self, first: FirstPass) -> None:
        self._first = first
        self.later = first.later
        self._next = 0
        self._next_update = 0
        self._updates = tuple(first.updates)
        self._chunks = 0

    def find(self, start: int, style: Style, _delimiter: bytes) -> Stretch | None:
        first = self._first
        while self._next < len(first.starts) and first.starts[self._next] < start:
            self._next += 1
        here = self._next
        if here == len(first.starts) or first.starts[here] != start or first.styles[first.style_numbers[here]] != style:
            return None
        return Stretch(first.ends[here], first.rows[here], first.lines[here], plain=bool(first.plain[here]))

    def note(self, start: int, style: Style, stretch: Stretch) -> None:
        pass

    def note_update(self, statement: int, update: bytes) -> None:
        pass

    def note_void(self, table: str, statement: int) -> None:
        pass

    def void_before(self, table: str) -> int:
        return self._first.void.get(table, 0)

    def update_of(self, statement: int) -> bytes:
        first = self._first
        while self._next_update < len(first.updated) and first.updated[self._next_update] < statement:
            self._next_update += 1
        here = self._next_update
        known = here < len(first.updated) and first.updated[here] == statement
        return self._updates[first.update_numbers[here]] if known else b""

    def is_right(self, digest: bytes) -> bool:
        place = self._chunks * _DIGEST_BYTES
        self._chunks += 1
        return self._first.digests[place : place + _DIGEST_BYTES] == digest
