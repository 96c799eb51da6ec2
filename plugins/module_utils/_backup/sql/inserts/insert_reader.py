# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Rows out of INSERT and REPLACE statements, the fast way where it is safe and the careful way else."""

from __future__ import annotations

import bisect
import contextlib
import dataclasses
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.alone.rows_alone import RowsAlone
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.insert_head import Head, HeadReader
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.key_updates import (
    UpdateReader,
    by_columns,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.literals.row_literals import (
    LiteralReader,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.proven_rows import requoted_stretch
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.row_reader import Row, RowReader
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.row_shapes import GAP, FoundRows
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.selected_rows import behind_union
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.stretches import NOT_PLAIN, Stretches
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.invisible import invisible
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import (
    Kinds,
    Rows,
    any_kinds,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import Incomplete
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.unread_bytes import ROW_LIMIT_BYTES

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.dump_cursor import DumpCursor
    from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.proven_rows import (
        Proofs,
        Stretch,
        Style,
    )

# Rows that are written otherwise are put together up to so many bytes; longer ones are read by their tokens.
_OTHERWISE_BYTES = 256 * 1024
# Between two statements; a comment there is for others to see.
_BLANKS = rb"[ \t\r\n]*"
_NEVER = b"(?!)"
# What is done with a row whose key is there already begins with these.
_BEFORE_UPDATE = (b"ON", b"AS")
# Kinds that CAO's own writer is looked at for.
_LOOKED_AT = frozenset(("decimal", "flag", "flag_or_empty", "date", "timestamp"))


class InsertReader:
    """Reads the rows of consecutive INSERT statements into the same table."""

    def __init__(self, cursor: DumpCursor, kinds: Kinds, proofs: Proofs) -> None:
        self._cursor = cursor
        self._proofs = proofs
        self._source = cursor.source
        self._kinds = kinds
        self._stretches = Stretches(cursor, proofs)
        self._odd_quotes_until_bytes = 0
        self._literals = LiteralReader(cursor)
        self._around = HeadReader(cursor, self._literals)
        self._rows = RowReader(cursor, self._literals, self._around)
        self._updates = UpdateReader(cursor)
        self._alone = RowsAlone(cursor, kinds, self._updates)
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
            if stands_so or (words and head.by_set):
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
                words = head.text if separator.endswith(head.text) else b""
            if is_long or not row.width or self._behind is not None:
                continue
            if head.by_select and follows == "row":
                yield from self._selected(head, row)
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
        if kind != "word" or self._source.data[position:end].upper() not in _BEFORE_UPDATE:
            return None
        update, end = self._updates.until_end(position, head.table, lambda: by_columns(self._as_rows(head, row, 0)))
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
        if kind == "word" and source.data[position:end].upper() in _BEFORE_UPDATE:
            update, end = self._updates.until_end(position, head.table)
            self._proofs.note_update(self._cursor.number, update)
            return "end", end + len(self._cursor.delimiter)
        return self._behind_all(head, position)

    def _behind_all(self, head: Head, position: int) -> tuple[str, int]:
        """Return what comes at an offset that is not known by one word or mark."""
        union = behind_union(self._source.data, self._source.position) if head.by_select else None
        if head.by_select and union is None:
            union = self._around.behind_selected(position, (b"UNION", b"ALL", b"SELECT"))
        if union is not None:
            return "row", self._literals.skip_blank(union)
        kind, end = self._source.token(position)
        if kind == "word" and self._source.data[position:end].upper() == b"RETURNING":
            return "end", self._behind_returned(end) + len(self._cursor.delimiter)
        if head.by_select and self._around.behind_selected(position, (b"UNION",)) is not None:
            raise self._cursor.refuse(
                "an INSERT with SELECT and UNION, which leaves out equal rows; UNION ALL does not"
            )
        hidden = invisible(self._source.data, position)
        more = hidden or "with words that are not understood"
        raise self._cursor.refuse(f"an INSERT that goes on after its rows{': ' if hidden else ' '}{more}")

    def _behind_returned(self, position: int) -> int:
        """Return the offset behind the columns that MariaDB is to show of the new rows."""
        source = self._source
        while not source.data.startswith(self._cursor.delimiter, position):
            kind, end = source.token(position)
            if kind not in ("space", "comment", "word", "name") and source.data[position:end] not in (b",", b".", b"*"):
                raise self._cursor.refuse("an INSERT with RETURNING of something else than columns")
            position = end
        return position

    def _after_statement(self, head: Head, end: int) -> tuple[str, int]:
        source = self._source
        position = end
        is_one_of_many = self._is_alone and self._behind is None and not (head.by_set and self._rows.by_tokens)
        if not is_one_of_many and self._alone.takes(head.text):
            return "end", end
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
        if not self._stretches.knows(style, head):
            return
        while True:
            stretch = self._stretches.of(style)
            if stretch is None:
                return
            end = stretch.end - source.taken_bytes
            text = source.data[source.position : end - len(separator)]
            yield self._taken(self._of_stretch(head, style, stretch, text, one_statement), end, stretch.lines)

    def _requoted(self, head: Head, style: Style, one_statement: bool) -> t.Iterator[Rows]:
        """Give the rows that follow whose texts are all in double quotes, as far as they are read together."""
        source, cursor = self._source, self._cursor
        is_text = not (cursor.ansi_quotes or cursor.no_escapes or NOT_PLAIN.search(style[1] + style[2]))
        while is_text and source.offset >= self._odd_quotes_until_bytes:
            known = requoted_stretch(source.data, source.position, style, cursor.delimiter, _OTHERWISE_BYTES)
            if known is None:
                return
            found, text = known
            if not found.rows:
                # These are not looked at together again.
                self._odd_quotes_until_bytes = source.taken_bytes + found.end
                return
            rows = self._of_stretch(head, style, found, text[: -len(style[2])], one_statement)
            yield self._taken(rows, found.end, found.lines)

    def _of_stretch(self, head: Head, style: Style, stretch: Stretch, text: bytes, one_statement: bool) -> Rows:
        """Return the rows of a stretch, which begins at the source's position, with their text as it is sent."""
        kinds, comma, separator = style
        return Rows(
            table=head.table,
            verb=head.verb,
            columns=head.columns,
            count=stretch.rows,
            statement=self._cursor.number,
            line=self._source.line,
            text=text,
            separator=separator,
            one_statement=one_statement,
            kinds=kinds,
            comma=comma,
            plain=stretch.plain,
            longest_bytes=stretch.longest_bytes,
            under=self._cursor.under,
            update=self._proofs.update_of(self._cursor.number),
        )

    def _taken(self, rows: Rows, end: int, lines: int) -> Rows:
        """Go behind rows that were read together, which end at an offset, and return them."""
        self._source.advance(end, lines)
        if not rows.one_statement:
            self._cursor.number += rows.count
        return rows

    def _otherwise(self, head: Head, row: Row, separator: bytes, one_statement: bool) -> t.Iterator[Rows]:
        """Give rows that are written otherwise than the pattern of _fast knows, as the token reader would give them."""
        source, shape = self._source, row.shape
        kinds = self._kinds(head.table, row.columns or head.columns, row.width)
        if shape is None or not _LOOKED_AT.isdisjoint(kinds):
            return
        if shape.in_other_quotes and b'"' in source.data[source.position : source.position + len(row.text)]:
            yield from self._requoted(head, (kinds, shape.joint, separator), one_statement)
        # Rows as they stand are sooner read together within their statement, or where each has its own.
        end = _NEVER if shape.is_usual_way and one_statement else re.escape(self._cursor.delimiter)
        between = b"(" + end + b")" + _BLANKS + self._around.pattern(head)
        if not (head.by_set or head.by_select or (shape.is_usual_way and not one_statement)):
            between = b"(?:" + between + b"|," + GAP + b")"
        between = GAP + between
        while not self._cursor.delimiter.startswith(b","):
            found = FoundRows()
            position = self._rows.many(head, shape, kinds, between, found, _OTHERWISE_BYTES)
            if not found.texts:
                return
            yield from self._of_found(head, row, found, shape.kinds_left(kinds))
            self._source.advance(position, found.lines[-1])
            self._cursor.number += found.statements[-1]
            self._is_alone = found.statements[-1] > found.statements[-2]

    def _of_found(self, head: Head, row: Row, found: FoundRows, kinds: tuple[str, ...]) -> t.Iterator[Rows]:
        """Give rows that were read together; a row before was alike.

        What stands behind the statement that is open at their end is known of its rows alone.
        """
        joint = row.shape.joint if row.shape is not None else b","
        like = self._as_rows(head, dataclasses.replace(row, text=b"", comma=joint), self._source.line)
        cut = bisect.bisect_left(found.statements, found.statements[-1], 0, len(found.texts))
        for first, last in ((0, cut), (cut, len(found.texts))):
            if first == last:
                continue
            line, statement = found.lines[first], found.statements[first]
            statements = tuple([number - statement for number in found.statements[first:last]])
            texts = found.texts[first:last]
            yield dataclasses.replace(
                like,
                count=last - first,
                text=b",".join(texts),
                line=like.line + line,
                lines=tuple([number - line for number in found.lines[first:last]]),
                statement=like.statement + statement,
                statements=statements if any(statements) else (),
                one_statement=not any(statements),
                kinds=kinds,
                longest_bytes=max(map(len, texts)),
                update=b"" if first < cut else self._proofs.update_of(like.statement + statement),
            )

    def _selected(self, head: Head, row: Row) -> t.Iterator[Rows]:
        """Give the rows of a UNION that others follow, as far as they are at hand."""
        kinds = self._kinds(head.table, head.columns, row.width)
        while _LOOKED_AT.isdisjoint(kinds):
            found = FoundRows()
            end = self._rows.selected(kinds, _OTHERWISE_BYTES, found)
            if not found.texts:
                return
            yield from self._of_found(head, row, found, kinds)
            self._source.advance(end, found.lines[-1])
