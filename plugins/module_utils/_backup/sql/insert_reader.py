# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Rows out of INSERT and REPLACE statements, the fast way where it is safe and the careful way else."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.proven_rows import Stretch, plain_stretch
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import (
    Kinds,
    Rows,
    row_pattern,
    rows_before_pattern,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import (
    Incomplete,
    Token,
    name_of,
    single_quoted,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.unread_bytes import ROW_LIMIT_BYTES

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.dump_cursor import DumpCursor
    from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.proven_rows import Proofs, Style

# Character sets in which no byte of a longer character can be a quote or a backslash.
_INTRODUCERS = frozenset((b"_BINARY", b"_LATIN1", b"_UTF8", b"_UTF8MB3", b"_UTF8MB4", b"_ASCII"))
_HEX = re.compile(rb"'[0-9A-Fa-f]*'")
_BITS = re.compile(rb"'[01]*'")
# What may not stand between values and rows that the pattern reads: comments and strings.
_NOT_PLAIN = re.compile(rb"[#'\"]|--|/\*")
# Every pattern costs time and memory; a dump that needs more has no two rows written alike.
_STYLES_LIMIT = 4096
# Longer values are copied once only, into the text of their row.
_LONG_BYTES = 64 * 1024
# After so many stretches in a row with an odd row in each, a style is taken as one without plain rows.
_ODD_LIMIT = 8

# No server has tables with more columns.
_COLUMNS_LIMIT = 4096
_MODIFIERS = (b"LOW_PRIORITY", b"DELAYED", b"HIGH_PRIORITY")


@dataclasses.dataclass(frozen=True)
class _Head:
    """The words before the rows: ``text`` as in the file, from INSERT up to the first row."""

    text: bytes
    verb: bytes
    table: str
    columns: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class _Row:
    """One row read by its tokens: its text with plain commas, the comma it was written with."""

    text: bytes
    width: int
    comma: bytes


# The parts of a literal.
_Value = tuple[t.Union[bytes, memoryview], ...]


def _long_value(data: bytes, start: int, end: int) -> _Value:
    """Return a literal without a copy of it; a string in double quotes that others stand in is made a new one."""
    view = memoryview(data)[start:end]
    if data[start : start + 1] != b'"':
        return (view,)
    if data.find(b"'", start, end) < 0 and data.find(b'""', start + 1, end - 1) < 0:
        return (b"'", view[1:-1], b"'")
    return (single_quoted(bytes(view)),)


def _joined(values: list[_Value], joint: bytes) -> bytes:
    """Return a row of values, of which each is copied once."""
    parts: list[bytes | memoryview] = [b"("]
    for value in values:
        parts += (*value, joint)
    parts[-1] = b")"
    return b"".join(parts)


class InsertReader:
    """Reads the rows of consecutive INSERT statements into the same table."""

    def __init__(self, cursor: DumpCursor, kinds: Kinds, proofs: Proofs) -> None:
        self._cursor = cursor
        self._proofs = proofs
        self._source = cursor.source
        self._kinds = kinds
        self._styles: dict[Style, int] = {}
        self._odd_until_bytes = 0
        self._odd_stretches: dict[Style, int] = {}

    def rows(self) -> t.Iterator[Rows]:
        """Give the rows of the INSERT at the source's position and of those like it that follow."""
        head, position = self._source.whole(self._head)
        self._source.advance(position)
        while True:
            row, position = self._source.whole(self._row, ROW_LIMIT_BYTES)
            line = self._source.line
            self._source.advance(position)
            self._source.forget()
            yield self._as_rows(head, row, line)
            # A text may be as large as memory can bear once.
            row = dataclasses.replace(row, text=b"")
            follows, end = self._source.whole(lambda: self._after(head))
            separator = self._source.data[self._source.position : end]
            self._source.advance(end)
            if follows == "end":
                return
            if follows == "statement":
                self._cursor.number += 1
            yield from self._fast(head, row, separator, follows == "row")

    # The head: INSERT [IGNORE] [INTO] table [(columns)] VALUES

    def _head(self) -> tuple[_Head, int]:
        source = self._source
        words, position = self._words_until_values(source.position)
        text = source.data[source.position : position]
        verb = words.pop(0).upper
        while words and words[0].upper in _MODIFIERS:
            words.pop(0)
        if words and words[0].upper == b"IGNORE":
            verb = b"INSERT IGNORE"
            words.pop(0)
        if words and words[0].upper == b"INTO":
            words.pop(0)
        table, rest = self._table(words)
        return _Head(text, verb, table, self._columns(rest)), position

    def _words_until_values(self, position: int) -> tuple[list[Token], int]:
        words: list[Token] = []
        while True:
            kind, end = self._source.token(position)
            text = self._source.data[position:end]
            if kind in ("unknown", "open", "close", "variable", "number") or text == self._cursor.delimiter:
                raise self._cursor.refuse("an INSERT that gives no rows by VALUES")
            if kind not in ("space", "comment"):
                word = self._cursor.word(kind, text, False)
                if word.upper in (b"SELECT", b"SET", b"TABLE", b"WITH"):
                    raise self._cursor.refuse(f"an INSERT with {word.upper.decode()} instead of VALUES")
                if word.upper in (b"VALUES", b"VALUE"):
                    return words, self._skip_blank(end)
                words.append(word)
            position = end

    def _table(self, words: list[Token]) -> tuple[str, list[Token]]:
        """Return the table named by the first words, and the words behind it."""
        name = name_of(words[0]) if words else None
        if name is None:
            raise self._cursor.refuse("an INSERT without a table name")
        if len(words) > 2 and words[1].is_mark(b"."):
            table = name_of(words[2])
            if table is None:
                raise self._cursor.refuse("an INSERT without a table name")
            refusal = self._cursor.database.refuses(name)
            if refusal:
                raise self._cursor.refuse(refusal)
            return table, words[3:]
        return name, words[1:]

    def _columns(self, words: list[Token]) -> tuple[str, ...]:
        if not words:
            return ()
        if not (words[0].is_mark(b"(") and words[-1].is_mark(b")")):
            raise self._cursor.refuse("an INSERT with words that are not understood")
        names = [name_of(word) for word in words[1:-1:2]]
        commas = words[2:-1:2]
        if None in names or not all(comma.is_mark(b",") for comma in commas) or len(commas) != len(names) - 1:
            raise self._cursor.refuse("an INSERT with a list of columns that is not understood")
        return tuple(t.cast("list[str]", names))

    def _skip_blank(self, position: int) -> int:
        while True:
            kind, end = self._source.token(position)
            if kind not in ("space", "comment"):
                return position
            position = end

    # One row, token by token

    def _row(self) -> tuple[_Row, int]:
        source = self._source
        position = source.position
        if not source.data.startswith(b"(", position):
            if position + 1 >= len(source.data) and not source.at_end:
                raise Incomplete
            raise self._cursor.refuse("an INSERT whose VALUES do not begin with a row")
        values: list[_Value] = []
        comma = b","
        position += 1
        while True:
            value, position = self._literal(self._skip_blank(position))
            values.append(value)
            after = self._skip_blank(position)
            _kind, end = source.token(after)
            mark = source.data[after:end]
            if len(values) > _COLUMNS_LIMIT:
                raise self._cursor.refuse(f"a row with more than {_COLUMNS_LIMIT} values")
            if mark == b")":
                # A dump that writes ", " keeps it, so that all its rows are of one style.
                joint = comma if comma == b", " else b","
                return _Row(_joined(values, joint), len(values), comma), end
            if mark != b",":
                raise self._cursor.refuse("a row holds something else than literals")
            comma = source.data[position : self._skip_blank(end)]
            position = end

    def _literal(self, position: int) -> tuple[_Value, int]:
        """Return one literal and the offset behind it; anything that is none is refused."""
        kind, end = self._source.token(position)
        is_name = self._cursor.ansi_quotes and self._source.data.startswith(b'"', position)
        if end - position > _LONG_BYTES and kind in ("number", "string") and not is_name:
            return _long_value(self._source.data, position, end), end
        text = self._source.data[position:end]
        if kind == "number":
            return (text,), end
        if kind == "string" and not is_name:
            return (single_quoted(text),), end
        if kind == "mark" and text in (b"-", b"+"):
            kind, after = self._source.token(end)
            if kind == "number":
                return (text, self._source.data[end:after]), after
        if kind == "word":
            return self._word_literal(text, end)
        raise self._cursor.refuse("a row holds something else than literals")

    def _word_literal(self, word: bytes, end: int) -> tuple[_Value, int]:
        upper = word.upper()
        if upper in (b"NULL", b"TRUE", b"FALSE"):
            return (upper,), end
        start = self._skip_blank(end) if upper.startswith(b"_") else end
        kind, after = self._source.token(start)
        literal = memoryview(self._source.data)[start:after]
        if kind == "string" and upper == b"X" and _HEX.fullmatch(literal):
            return (word, literal), after
        if kind == "string" and upper == b"B" and _BITS.fullmatch(literal):
            return (word, literal), after
        if upper in _INTRODUCERS and (kind == "string" or (kind == "number" and bytes(literal[:2]) == b"0x")):
            return (word.lower() + b" ", *_long_value(self._source.data, start, after)), after
        raise self._cursor.refuse("a row holds something else than literals")

    def _as_rows(self, head: _Head, row: _Row, line: int) -> Rows:
        return Rows(
            table=head.table,
            verb=head.verb,
            columns=head.columns,
            count=1,
            statement=self._cursor.number,
            line=line,
            text=row.text,
            kinds=("",) * row.width,
            comma=b", " if row.comma == b", " else b",",
            under=self._cursor.under,
        )

    # What follows a row: the next row, the next statement of the same head, or the end

    def _after(self, head: _Head) -> tuple[str, int]:
        source = self._source
        position = self._skip_blank(source.position)
        kind, end = source.token(position)
        if source.data.startswith(self._cursor.delimiter, position):
            end = position + len(self._cursor.delimiter)
            return self._after_statement(head, end)
        if kind == "mark" and source.data[position:end] == b",":
            return "row", self._skip_blank(end)
        raise self._cursor.refuse("an INSERT that goes on after its rows (for example ON DUPLICATE KEY)")

    def _after_statement(self, head: _Head, end: int) -> tuple[str, int]:
        source = self._source
        position = end
        while source.data[position : position + 1] in (b"\r", b"\n", b" ", b"\t"):
            position += 1
        if len(source.data) <= position + len(head.text) and not source.at_end:
            raise Incomplete
        if source.data.startswith(head.text + b"(", position):
            return "statement", position + len(head.text)
        return "end", end

    # Many rows at once

    def _fast(self, head: _Head, row: _Row, separator: bytes, one_statement: bool) -> t.Iterator[Rows]:
        """Give the rows that follow with the same separator, as long as the pattern proves them.

        Stops at a row that has to be read by its tokens: an odd one, or the last one at hand.
        """
        source = self._source
        kinds = self._kinds(head.table, head.columns, row.width)
        style = (kinds, row.comma, separator)
        if not self._knows(style):
            return
        while True:
            stretch = self._stretch(style)
            if stretch is None:
                return
            end = stretch.end - source.taken_bytes
            rows = Rows(
                table=head.table,
                verb=head.verb,
                columns=head.columns,
                count=stretch.rows,
                statement=self._cursor.number,
                line=source.line,
                text=source.data[source.position : end - len(separator)],
                separator=separator,
                one_statement=one_statement,
                kinds=kinds,
                comma=row.comma,
                plain=stretch.plain,
                longest_bytes=stretch.longest_bytes,
                under=self._cursor.under,
            )
            source.advance(end, stretch.lines)
            if not one_statement:
                self._cursor.number += stretch.rows
            yield rows

    def _stretch(self, style: Style) -> Stretch | None:
        """Return the rows at hand that are proven: by somebody before, or here and now; None for none."""
        source = self._source
        start = source.offset
        known = self._proofs.find(start, style, self._cursor.delimiter)
        if known is not None and not known.rows:
            self._odd_until_bytes = known.end
        if known is not None and known.rows and source.reaches(known.end):
            found: Stretch | None = known
        else:
            found = self._proven_plain(style) or self._proven(style)
        if found is not None:
            self._proofs.note(start, style, found)
        return found

    def _knows(self, style: Style) -> bool:
        """Whether rows of a style may be read by patterns.

        A comment between values is no part of what is sent. And a dump that writes every row in another
        way would have a pattern made for each; one of a wide table is made when there are rows enough for it.
        """
        left = self._styles.get(style)
        if left is None:
            if len(self._styles) >= _STYLES_LIMIT or _NOT_PLAIN.search(b"".join(style[1:])):
                return False
            left = rows_before_pattern(style[0])
        self._styles[style] = max(0, left - 1)
        return left == 0

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
