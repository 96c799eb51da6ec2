# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Rows out of INSERT and REPLACE statements, the fast way where it is safe and the careful way else."""

from __future__ import annotations

import dataclasses
import functools
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.insert_head import Head, HeadReader
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.no_literal import no_literal
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.proven_rows import Stretch, plain_stretch
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.row_literals import (
    LiteralReader,
    Value,
    defaults_in,
    joined,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.invisible import invisible
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import (
    DEFAULT_CELL,
    Kinds,
    Rows,
    loose_pattern,
    row_pattern,
    rows_before_pattern,
    strict,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import Incomplete
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.unread_bytes import ROW_LIMIT_BYTES

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.dump_cursor import DumpCursor
    from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.proven_rows import Proofs, Style

# What may not stand between values and rows that the pattern reads: comments and strings.
_NOT_PLAIN = re.compile(rb"[#'\"]|--|/\*")
# Every pattern costs time and memory; a dump that needs more has no two rows written alike.
_STYLES_LIMIT = 4096
# After so many stretches in a row with an odd row in each, a style is taken as one without plain rows.
_ODD_LIMIT = 8
# Of so many heads it is known how the rows behind them are written, once there were enough of these.
_HEADS_KEPT = 4096
_ROWS_BEFORE_PATTERN = 16

# Rows that are written otherwise are put together up to so many bytes; wider ones are read by their tokens.
_LOOSE_BYTES = 256 * 1024
_LOOSE_WIDTH = 256
# Kinds that CAO's own writer is looked at for.
_LOOKED_AT = frozenset(("decimal", "flag", "flag_or_empty", "date", "timestamp"))

# No server has tables with more columns.
_COLUMNS_LIMIT = 4096


@dataclasses.dataclass(frozen=True)
class _Row:
    """One row read by its tokens: its text with plain commas, the comma it was written with, its cells of DEFAULT."""

    text: bytes
    width: int
    comma: bytes
    defaults: tuple[int, ...] = ()


@functools.lru_cache(maxsize=64)
def _any_kinds(width: int) -> tuple[str, ...]:
    return ("",) * width


@functools.lru_cache(maxsize=64)
def _kinds_with(width: int, defaults: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(DEFAULT_CELL if index in defaults else "" for index in range(width))


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
        self._literals = LiteralReader(cursor)
        self._around = HeadReader(cursor, self._literals)
        # How the rows behind a head were written, with their cells of DEFAULT, and how many of them in a row.
        self._written: dict[bytes, tuple[int, bytes, tuple[int, ...], int]] = {}

    def rows(self) -> t.Iterator[Rows]:
        """Give the rows of the INSERT at the source's position and of those like it that follow."""
        head, position = self._source.whole(self._around.head)
        self._source.advance(position)
        if head.by_set:
            yield from self._by_set(head)
            return
        while True:
            row, position = self._source.whole(lambda: self._row_like_last(head), ROW_LIMIT_BYTES)
            line = self._source.line
            if head.of_nothing and row.width:
                raise self._cursor.refuse("an INSERT with values for an empty list of columns")
            self._source.advance(position)
            self._source.forget()
            yield self._as_rows(head, row, line)
            # A text may be as large as memory can bear once.
            row = _Row(b"", row.width, row.comma, ())
            follows, end = self._source.whole(lambda: self._after(head))
            separator = self._source.data[self._source.position : end]
            self._source.advance(end)
            if follows == "end":
                return
            if follows == "statement":
                self._cursor.number += 1
            if not row.width or row.defaults:
                # No pattern for many rows knows such.
                continue
            yield from self._fast(head, row, separator, follows == "row")
            if follows == "row":
                yield from self._loose(head, row, separator)

    def _by_set(self, head: Head) -> t.Iterator[Rows]:
        """Give the one row whose columns and values stand in pairs."""
        line = self._source.line
        columns, row, position = self._source.whole(self._pairs, ROW_LIMIT_BYTES)
        self._source.advance(position)
        yield self._as_rows(dataclasses.replace(head, columns=columns), row, line)
        _follows, end = self._source.whole(lambda: self._after(head))
        self._source.advance(end)

    def _pairs(self) -> tuple[tuple[str, ...], _Row, int]:
        columns: list[str] = []
        values: list[Value] = []
        position = self._source.position
        while True:
            column, position = self._around.column_of_pair(position)
            value, position = self._literals.value(position)
            columns.append(column)
            values.append(value)
            if len(values) > _COLUMNS_LIMIT:
                raise self._cursor.refuse(f"a row with more than {_COLUMNS_LIMIT} values")
            after = self._literals.skip_blank(position)
            if not self._source.data.startswith(b",", after):
                row = _Row(joined(values, b","), len(values), b",", defaults_in(values))
                return tuple(columns), row, position
            position = self._literals.skip_blank(after + 1)

    # One row, written as the last behind the same words, or token by token

    def _row_like_last(self, head: Head) -> tuple[_Row, int]:
        width, comma, defaults, count = self._written.get(head.text, (0, b"", (), 0))
        if count >= _ROWS_BEFORE_PATTERN:
            # The pattern knows nothing but literals, as this reader gives them.
            kinds = _any_kinds(width) if not defaults else _kinds_with(width, defaults)
            found = row_pattern(kinds, comma, b"").match(self._source.data, self._source.position)
            if found is not None:
                return _Row(found.group(), width, comma, defaults), found.end()
        row, position = self._row()
        if row.width and row.comma in (b",", b", ") and (count or len(self._written) < _HEADS_KEPT):
            alike = (row.width, row.comma, row.defaults) == (width, comma, defaults)
            self._written[head.text] = (row.width, row.comma, row.defaults, count + 1 if alike else 1)
        return row, position

    def _row(self) -> tuple[_Row, int]:
        source = self._source
        position = source.position
        if not source.data.startswith(b"(", position):
            if position + 1 >= len(source.data) and not source.at_end:
                raise Incomplete
            raise self._cursor.refuse("an INSERT whose VALUES do not begin with a row")
        values: list[Value] = []
        comma = b","
        position = self._literals.skip_blank(position + 1)
        if source.data.startswith(b")", position):
            return _Row(b"()", 0, b","), position + 1
        while True:
            value, position = self._literals.value(self._literals.skip_blank(position))
            values.append(value)
            after = self._literals.skip_blank(position)
            _kind, end = source.token(after)
            mark = source.data[after:end]
            if len(values) > _COLUMNS_LIMIT:
                raise self._cursor.refuse(f"a row with more than {_COLUMNS_LIMIT} values")
            if mark == b")":
                # A dump that writes ", " keeps it, so that all its rows are of one style.
                joint = comma if comma == b", " else b","
                return _Row(joined(values, joint), len(values), comma, defaults_in(values)), end
            if mark != b",":
                raise no_literal(self._cursor, after, behind=True)
            comma = source.data[position : self._literals.skip_blank(end)]
            position = end

    def _as_rows(self, head: Head, row: _Row, line: int) -> Rows:
        return Rows(
            table=head.table,
            verb=head.verb,
            columns=head.columns,
            count=1,
            statement=self._cursor.number,
            line=line,
            text=row.text,
            kinds=_any_kinds(row.width),
            comma=b", " if row.comma == b", " else b",",
            under=self._cursor.under,
            update=self._proofs.update_of(self._cursor.number),
            defaults=row.defaults,
        )

    # What follows a row: the next row, the next statement of the same head, or the end

    def _after(self, head: Head) -> tuple[str, int]:
        source = self._source
        if source.data.startswith(self._cursor.delimiter, source.position):
            return self._after_statement(head, source.position + len(self._cursor.delimiter))
        position = self._literals.skip_blank(source.position)
        kind, end = source.token(position)
        if source.data.startswith(self._cursor.delimiter, position):
            end = position + len(self._cursor.delimiter)
            return self._after_statement(head, end)
        if kind == "mark" and source.data[position:end] == b",":
            return "row", self._literals.skip_blank(end)
        if kind == "mark" and source.data[position:end] == b";":
            # A server ends the statement here, whatever the client's delimiter is.
            return "end", end
        if kind == "word" and source.data[position:end].upper() in (b"ON", b"AS"):
            update, end = self._around.update_until_end(position)
            self._proofs.note_update(self._cursor.number, update)
            return "end", end + len(self._cursor.delimiter)
        hidden = invisible(source.data, position)
        more = hidden or "with words that are not understood"
        raise self._cursor.refuse(f"an INSERT that goes on after its rows{': ' if hidden else ' '}{more}")

    def _after_statement(self, head: Head, end: int) -> tuple[str, int]:
        source = self._source
        position = end
        while source.data[position : position + 1] in (b"\r", b"\n", b" ", b"\t"):
            position += 1
        if len(source.data) <= position + len(head.text) and not source.at_end:
            raise Incomplete
        if not head.by_set and source.data.startswith(head.text + b"(", position):
            return "statement", position + len(head.text)
        return "end", end

    # Many rows at once

    def _fast(self, head: Head, row: _Row, separator: bytes, one_statement: bool) -> t.Iterator[Rows]:
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
                update=self._proofs.update_of(self._cursor.number),
            )
            source.advance(end, stretch.lines)
            if not one_statement:
                self._cursor.number += stretch.rows
            yield rows

    def _loose(self, head: Head, row: _Row, separator: bytes) -> t.Iterator[Rows]:
        """Give rows that are written otherwise than the pattern of _fast knows, as the token reader would give them.

        What a loose pattern matches is written anew, and that has to be what the strict one proves.
        """
        source = self._source
        kinds = self._kinds(head.table, head.columns, row.width)
        if self._cursor.ansi_quotes or row.width > _LOOSE_WIDTH or _NOT_PLAIN.search(separator):
            return
        if not _LOOKED_AT.isdisjoint(kinds):
            return
        texts, end = self._loose_texts(kinds, separator)
        if not texts:
            return
        rows = self._as_rows(head, _Row(separator.join(texts), row.width, b","), source.line)
        rows = dataclasses.replace(
            rows, count=len(texts), separator=separator, kinds=kinds, longest_bytes=max(map(len, texts))
        )
        source.advance(end)
        yield rows

    def _loose_texts(self, kinds: tuple[str, ...], separator: bytes) -> tuple[list[bytes], int]:
        """Return rows as they are sent, each of which another one follows, and the offset behind them."""
        data, end = self._source.data, self._source.position
        proof, loose = row_pattern(kinds, b",", b""), loose_pattern(len(kinds), separator)
        texts: list[bytes] = []
        size = 0
        for match in iter(loose.scanner(data, end).match, None):  # type: ignore[attr-defined]
            if match.end() - match.start() > _LOOSE_BYTES or data[match.end() : match.end() + 1] != b"(":
                break
            text = strict(match.group(1))
            if proof.fullmatch(text) is None:
                break
            texts.append(text)
            end, size = match.end(), size + len(text)
            if size > _LOOSE_BYTES:
                break
        return texts, end

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
