# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Rows out of INSERT and REPLACE statements, the fast way where it is safe and the careful way else."""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import functools
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.insert_head import Head, HeadReader
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.key_updates import UpdateReader
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.proven_rows import (
    Stretch,
    plain_stretch,
    requoted_stretch,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.row_literals import (
    LiteralReader,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.row_reader import Row, RowReader
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.row_shapes import COMMA, GAP, FoundRows
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.rows_alone import RowsAlone
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.invisible import invisible
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import (
    Kinds,
    Rows,
    any_kinds,
    cells_of_row,
    plain_pattern,
    row_pattern,
    rows_before_pattern,
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
# A dump with more than so many is looked at for so many rows of one, as far as so many bytes, before it is made.
_STYLES_AT_ONCE = 16
_MANY_ROWS = 16
_LOOKED_AHEAD_BYTES = 32 * 1024
# A program writes rows behind the same words in few ways; where blanks vary, there is another pattern for all.
_STYLES_OF_HEAD = 8
# After so many stretches in a row with an odd row in each, a style is taken as one without plain rows.
_ODD_LIMIT = 8
# Rows that are written otherwise are put together up to so many bytes; longer ones are read by their tokens.
_OTHERWISE_BYTES = 256 * 1024
# Between two statements; a comment there is for others to see.
_BLANKS = rb"[ \t\r\n]*"
# Kinds that CAO's own writer is looked at for.
_LOOKED_AT = frozenset(("decimal", "flag", "flag_or_empty", "date", "timestamp"))


class InsertReader:
    """Reads the rows of consecutive INSERT statements into the same table."""

    def __init__(self, cursor: DumpCursor, kinds: Kinds, proofs: Proofs) -> None:
        self._cursor = cursor
        self._proofs = proofs
        self._source = cursor.source
        self._kinds = kinds
        self._styles: dict[Style, int] = {}
        self._styles_of: collections.Counter[tuple[tuple[str, ...], bytes]] = collections.Counter()
        self._odd_until_bytes = self._odd_quotes_until_bytes = 0
        self._odd_stretches: dict[Style, int] = {}
        self._literals = LiteralReader(cursor)
        self._around = HeadReader(cursor, self._literals)
        self._rows = RowReader(cursor, self._literals, self._around)
        self._alone = RowsAlone(cursor, kinds)
        self._updates = UpdateReader(cursor)
        # Whether the row at hand is the first of its statement, and so the only one where this ends behind it.
        self._is_alone = True
        # What stands behind it, where that has been read already.
        self._behind: tuple[bytes, int] | None = None

    def rows(self) -> t.Iterator[Rows]:
        """Give the rows of the INSERT at the source's position and of those that follow."""
        while not (yield from self._alone.rows()):
            yield from self._behind_head()
            # Where others follow at once, there is nothing else to be looked for between them.
            if not self._alone.another():
                return

    def _behind_head(self) -> t.Iterator[Rows]:
        """Give the rows of the INSERT at the source's position and of those like it that follow."""
        head, position = self._source.whole(self._around.head)
        words = self._source.data[self._source.position : position]
        self._source.advance(position)
        self._is_alone = True
        while True:
            row, position = self._source.whole(lambda: self._rows.row(head), ROW_LIMIT_BYTES)
            line = self._source.line
            if head.of_nothing and row.width:
                raise self._cursor.refuse("an INSERT with values for an empty list of columns")
            stands_so = words and not row.is_long and self._source.data.startswith(row.text, self._source.position)
            self._source.advance(position)
            self._source.forget()
            found = self._as_rows(head, row, line, self._update_of(head, row))
            if stands_so:
                self._alone.learn(words, head, found, row.width)
            words = b""
            yield found
            del found
            # A text may be as large as memory can bear once.
            is_long = row.is_long
            if is_long:
                row = dataclasses.replace(row, text=b"")
            follows, end = self._source.whole(lambda: self._after(head))
            separator = self._source.data[self._source.position : end]
            self._source.advance(end)
            if follows == "end":
                return
            self._is_alone = follows != "row"
            if follows == "statement":
                self._cursor.number += 1
            if is_long or not row.width or self._behind is not None or (head.by_select and follows == "row"):
                continue
            if not row.defaults and not head.by_set and not head.by_select:
                yield from self._fast(head, row, separator, follows == "row")
            yield from self._otherwise(head, row, separator, follows == "row")

    def _update_of(self, head: Head, row: Row) -> bytes:
        """Return what is done where the key of the row is there: it is known at once of a row that is alone.

        What is no such words is told of behind the row.
        """
        self._behind = None
        if self._is_alone and not row.is_long:
            with contextlib.suppress(Failure):
                self._behind = self._source.whole(lambda: self._update_behind(head, row))
        return self._behind[0] if self._behind else self._proofs.update_of(self._cursor.number)

    def _update_behind(self, head: Head, row: Row) -> tuple[bytes, int] | None:
        """Return what stands behind a row, and how many bytes these words are; None where there are no such words."""
        start = self._source.position
        position = self._literals.skip_blank(start)
        kind, end = self._source.token(position)
        if kind != "word" or self._source.data[position:end].upper() not in (b"ON", b"AS"):
            return None
        update, end = self._updates.until_end(position, head.table, lambda: _by_columns(self._as_rows(head, row, 0)))
        return update, end - start

    def _as_rows(self, head: Head, row: Row, line: int, update: bytes = b"") -> Rows:
        return Rows(
            table=head.table,
            verb=head.verb,
            columns=row.columns or head.columns,
            count=1,
            statement=self._cursor.number,
            line=line,
            text=row.text,
            kinds=any_kinds(row.width - len(row.defaults)),
            comma=b", " if row.comma == b", " else b",",
            under=self._cursor.under,
            update=update,
            defaults=row.defaults,
        )

    # What follows a row: the next row, the next statement of the same head, or the end

    def _after(self, head: Head) -> tuple[str, int]:
        source = self._source
        behind = source.position + (self._behind[1] if self._behind else 0)
        if source.data.startswith(self._cursor.delimiter, behind):
            return self._after_statement(head, behind + len(self._cursor.delimiter))
        position = self._literals.skip_blank(source.position)
        kind, end = source.token(position)
        if source.data.startswith(self._cursor.delimiter, position):
            end = position + len(self._cursor.delimiter)
            return self._after_statement(head, end)
        if kind == "mark" and source.data[position:end] == b"," and not (head.by_set or head.by_select):
            return "row", self._literals.skip_blank(end)
        if kind == "mark" and source.data[position:end] == b";":
            # A server ends the statement here, whatever the client's delimiter is.
            return "end", end
        if kind == "word" and source.data[position:end].upper() in (b"ON", b"AS"):
            update, end = self._updates.until_end(position, head.table)
            self._proofs.note_update(self._cursor.number, update)
            return "end", end + len(self._cursor.delimiter)
        union = self._around.behind_selected(position, (b"UNION", b"ALL", b"SELECT")) if head.by_select else None
        if union is not None:
            return "row", self._literals.skip_blank(union)
        if head.by_select and self._around.behind_selected(position, (b"UNION",)) is not None:
            raise self._cursor.refuse(
                "an INSERT with SELECT and UNION, which leaves out equal rows; UNION ALL does not"
            )
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
        begin = b"" if head.by_set or head.by_select else b"("
        if source.data.startswith(head.text + begin, position):
            return "statement", position + len(head.text)
        behind = self._around.again(head, position)
        return ("end", end) if behind is None else ("statement", behind)

    # Many rows at once

    def _fast(self, head: Head, row: Row, separator: bytes, one_statement: bool) -> t.Iterator[Rows]:
        """Give the rows that follow with the same separator, as long as the pattern proves them.

        Stops at a row that has to be read by its tokens: an odd one, or the last one at hand.
        """
        source = self._source
        kinds = self._kinds(head.table, head.columns, row.width)
        style = (kinds, row.comma, separator)
        if not self._knows(style, head):
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

    def _requoted(self, head: Head, row: Row, style: Style, one_statement: bool) -> t.Iterator[Rows]:
        """Give the rows that follow whose texts are all in double quotes, as far as they are read together."""
        source, cursor = self._source, self._cursor
        is_text = not (cursor.ansi_quotes or cursor.no_escapes or _NOT_PLAIN.search(style[1] + style[2]))
        while is_text and source.offset >= self._odd_quotes_until_bytes:
            known = requoted_stretch(source.data, source.position, style, cursor.delimiter, _OTHERWISE_BYTES)
            if known is None:
                return
            found, text = known
            if not found.rows:
                # These are not looked at together again.
                self._odd_quotes_until_bytes = source.taken_bytes + found.end
                return
            rows = dataclasses.replace(
                self._as_rows(head, row, source.line, self._proofs.update_of(cursor.number)),
                count=found.rows,
                text=text[: -len(style[2])],
                separator=style[2],
                one_statement=one_statement,
                kinds=style[0],
                comma=style[1],
                plain=found.plain,
                longest_bytes=found.longest_bytes,
            )
            source.advance(found.end, found.lines)
            if not one_statement:
                cursor.number += found.rows
            yield rows

    def _otherwise(self, head: Head, row: Row, separator: bytes, one_statement: bool) -> t.Iterator[Rows]:
        """Give rows that are written otherwise than the pattern of _fast knows, as the token reader would give them."""
        source, shape = self._source, row.shape
        kinds = self._kinds(head.table, row.columns or head.columns, row.width)
        if shape is None or not _LOOKED_AT.isdisjoint(kinds):
            return
        if shape.in_other_quotes and b'"' in source.data[source.position : source.position + len(row.text)]:
            yield from self._requoted(head, row, (kinds, shape.joint, separator), one_statement)
        between = COMMA
        if not one_statement:
            between = GAP + re.escape(self._cursor.delimiter) + _BLANKS + self._around.pattern(head)
        while True:
            found = FoundRows()
            end = self._rows.many(head, shape, kinds, between, found, _OTHERWISE_BYTES)
            if not found.texts:
                return
            rows = dataclasses.replace(
                self._as_rows(
                    head,
                    dataclasses.replace(row, text=b",".join(found.texts), comma=shape.joint),
                    source.line,
                    self._proofs.update_of(self._cursor.number),
                ),
                count=len(found.texts),
                lines=tuple(found.lines[:-1]),
                one_statement=one_statement,
                kinds=shape.kinds_left(kinds),
                longest_bytes=max(map(len, found.texts)),
            )
            source.advance(end, found.lines[-1])
            if not one_statement:
                self._cursor.number += len(found.texts)
            yield rows

    def _stretch(self, style: Style) -> Stretch | None:
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

    def _knows(self, style: Style, head: Head) -> bool:
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
            if is_one_more or _NOT_PLAIN.search(b"".join(style[1:])):
                return False
            self._styles_of[of_head] += 1
            left = rows_before_pattern(style[0])
        self._styles[style] = max(0, left - 1)
        return left == 0

    def _are_many(self, separator: bytes) -> bool:
        """Whether many rows follow; those of small tables are read sooner than a pattern is made for them."""
        source = self._source
        return source.data.count(separator, source.position, source.position + _LOOKED_AHEAD_BYTES) >= _MANY_ROWS

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


def _by_columns(row: Rows) -> dict[str, bytes]:
    """Return the values of a row by columns in lower case, none where these are not listed."""
    return dict(zip(_in_lower_case(row.columns), cells_of_row(row))) if row.columns and not row.defaults else {}


@functools.lru_cache(maxsize=64)
def _in_lower_case(columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.lower() for name in columns)
