# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""One row of an INSERT: as rows behind the same words were written before, or token by token."""

from __future__ import annotations

import collections
import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.alone.simple_cells import simple_cells
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.insert_head import Head, HeadReader
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.literals.no_literal import no_literal
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.literals.row_literals import LiteralReader
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.literals.values import (
    LONG_BYTES,
    Value,
    defaults_in,
    joined,
    words_of,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.row_shapes import (
    FoundRows,
    Leaf,
    ReadRow,
    RowShape,
    ValueShape,
    value_shape,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.selected_rows import (
    SelectedKind,
    SelectedRows,
    behind_union,
    kind_of,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.kept_readings import KeptReadings
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import Incomplete

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.dump_cursor import DumpCursor

# No server has tables with more columns.
_COLUMNS_LIMIT = 4096
# Of so many heads it is known how the rows behind them are written, in so many ways.
_HEADS_KEPT = 512
_WAYS_KEPT = 8
# A table with more heads than so many has others before each row, maybe; those that come twice are learnt from.
_HEADS_OF_TABLE = 64
_HEADS_MET = 4096


@dataclasses.dataclass(frozen=True)
class Row:
    """One row: its text as it is sent, without its cells of DEFAULT, and the comma in it.

    ``comma`` is the one that it was written with; ``columns`` are those of pairs behind SET; ``shape`` is what is
    known of rows like it.
    """

    text: bytes
    width: int
    comma: bytes
    defaults: tuple[int, ...] = ()
    columns: tuple[str, ...] = ()
    shape: RowShape | None = None

    @property
    def is_long(self) -> bool:
        """Whether it is sooner read by its tokens than by a pattern, which looks at each byte."""
        return len(self.text) > LONG_BYTES


@dataclasses.dataclass
class _Ways:
    """How the rows behind a head are written, the last way first; columns of pairs behind SET are by their shapes."""

    shapes: list[RowShape]
    columns: dict[int, tuple[str, ...]]
    is_long: bool = False


class RowReader:
    """Reads the row at the source's position."""

    def __init__(self, cursor: DumpCursor, literals: LiteralReader, around: HeadReader) -> None:
        self._cursor = cursor
        self._source = cursor.source
        self._literals = literals
        self._around = around
        self._ways: KeptReadings[dict[bytes, _Ways]] = KeptReadings(cursor, dict)
        self._of_selects = SelectedRows()
        # Of each table, behind how many heads its rows were read by their tokens; and heads that were met since.
        self._heads_of: collections.Counter[str] = collections.Counter()
        self._met: set[bytes] = set()
        #: Whether the last row was read by its tokens.
        self.by_tokens = False

    def row(self, head: Head) -> tuple[Row, int]:
        """Return the row, and the offset behind it."""
        ways = self._ways.now().get(head.text)
        self.by_tokens = False
        if ways is not None and not ways.is_long:
            found = self._as_before(head, ways)
            if found is not None:
                return found
        self.by_tokens = True
        return (self._cell_by_cell() if self._is_varied(head, ways) else None) or self._by_tokens(head, ways)

    def _is_varied(self, head: Head, ways: _Ways | None) -> bool:
        """Whether rows are written in so many ways that nothing comes of learning one more."""
        if head.by_set or head.by_select:
            return False
        if ways is not None:
            return len(ways.shapes) >= _WAYS_KEPT and not ways.is_long
        is_new = self._heads_of[head.table] >= _HEADS_OF_TABLE and head.text not in self._met
        if is_new:
            if len(self._met) >= _HEADS_MET:
                self._met.clear()
            self._met.add(head.text)
        return is_new

    def _cell_by_cell(self) -> tuple[Row, int] | None:
        """Return the row, if all literals in it are of one word; it is not learnt from."""
        source = self._source
        cells = simple_cells(source.data, source.position, double_quotes=not self._cursor.ansi_quotes)
        if cells is None:
            return None
        joint = cells.comma if cells.comma == b", " else b","
        text = b"(" + joint.join(filter(None, cells.texts)) + b")"
        return Row(text, len(cells.texts), cells.comma, cells.defaults), cells.end

    def _as_before(self, head: Head, ways: _Ways) -> tuple[Row, int] | None:
        source = self._source
        for index, shape in enumerate(ways.shapes):
            found = shape.one(source.data, source.position)
            if found is None:
                continue
            text, end = found
            if head.by_set and self._source.data.startswith(b",", self._literals.skip_blank(end)):
                # What is in no parentheses may go on as others do not.
                continue
            if head.by_select and not self._is_selected(shape, text, end):
                continue
            if index:
                ways.shapes.insert(0, ways.shapes.pop(index))
            columns = ways.columns.get(id(shape), ())
            return Row(text, shape.width, shape.joint, shape.defaults, columns, shape), end
        return None

    def many(
        self, head: Head, shape: RowShape, kinds: tuple[str, ...], between: bytes, found: FoundRows, limit_bytes: int
    ) -> int:
        """Add the rows from the source's position on that are written in any way that gives what a shape does.

        Return the offset behind them; see RowShape.
        """
        ways = self._ways.last[head.text]
        columns = ways.columns
        given = (shape.width, shape.defaults, shape.joint, columns.get(id(shape)))
        alike = [
            one for one in ways.shapes if (one.width, one.defaults, one.joint, columns.get(id(one))) == given
        ]  # fmt: skip
        data, end, last = self._source.data, self._source.position, 0
        while last < len(alike):
            # The way that was found last comes first; each begins where another has come to its end.
            before, end = end, alike[last].many(data, end, kinds, between, limit_bytes, found)
            if end > before and found.size <= limit_bytes:
                alike.insert(0, alike.pop(last))
                last = 0
            last += 1
        return end

    def _is_selected(self, shape: RowShape, text: bytes, end: int) -> bool:
        """Whether a row of a SELECT ends at an offset, and its values are of the kinds of those in its statement."""
        number, data = self._cursor.number, self._source.data
        follows = behind_union(data, end) is not None
        if not follows and not data.startswith(self._cursor.delimiter, self._literals.skip_blank(end)):
            return False
        is_alone = not follows and not self._of_selects.has_begun(number)
        return is_alone or self._of_selects.note_row(number, text, shape.width - len(shape.defaults))

    def selected(self, kinds: tuple[str, ...], limit_bytes: int, found: FoundRows) -> int:
        """Add rows of a SELECT each from the source's position on, that others follow; return the offset behind."""
        source = self._source
        return self._of_selects.many(self._cursor.number, source.data, source.position, kinds, limit_bytes, found)

    def _by_tokens(self, head: Head, ways: _Ways | None) -> tuple[Row, int]:
        reading = _Reading(self._literals, self._source.position)
        columns: tuple[str, ...] = ()
        if head.by_set:
            columns, end = self._pairs(reading, head.table)
        else:
            end = self._selected(reading) if head.by_select else self._values(reading, head.columns)
        row = reading.row(columns)
        if ways is None:
            known = self._ways.last
            if len(known) >= _HEADS_KEPT:
                # Dumps have their tables one after the other.
                del known[next(iter(known))]
            ways = known[head.text] = _Ways([], {})
            self._heads_of[head.table] += 1
        ways.is_long = row.is_long
        if not row.width or row.is_long:
            return row, end
        read = reading.as_read(row, end, "SET" if head.by_set else "SELECT" if head.by_select else "")
        return dataclasses.replace(row, shape=self._learnt(ways, read, row, end)), end

    def _learnt(self, ways: _Ways, read: ReadRow, row: Row, end: int) -> RowShape:
        shape = next((one for one in ways.shapes if one.key == read.key), None)
        if shape is None:
            shape = RowShape(read)
            ways.shapes.insert(0, shape)
            ways.columns[id(shape)] = row.columns
            for gone in ways.shapes[_WAYS_KEPT:]:
                del ways.columns[id(gone)]
            del ways.shapes[_WAYS_KEPT:]
        shape.learn(read, row.text != self._source.data[self._source.position : end])
        return shape

    def _values(self, reading: _Reading, columns: tuple[str, ...]) -> int:
        """Read the values of a row in parentheses, and return the offset behind it."""
        source = self._source
        position = source.position
        if not source.data.startswith(b"(", position):
            if position + 1 >= len(source.data) and not source.at_end:
                raise Incomplete
            raise self._cursor.refuse("an INSERT whose VALUES do not begin with a row")
        position = self._literals.skip_blank(position + 1)
        if source.data.startswith(b")", position):
            return position + 1
        while True:
            count = len(reading.values)
            column = columns[count] if count < len(columns) else None
            start = self._behind_marks(reading, position)
            position = reading.value(start, column)
            if reading.is_open and source.data.find(b"*/", start, position) >= 0:
                # A server that does not execute it looks for its end only, not for strings.
                raise self._cursor.refuse("an executable comment with its end inside of a string")
            after = self._behind_marks(reading, position)
            _kind, end = source.token(after)
            mark = source.data[after:end]
            self._check(reading)
            if mark == b")" and not reading.is_open:
                return end
            if mark != b",":
                raise no_literal(self._cursor, after, behind=True)
            reading.comma = source.data[position : self._literals.skip_blank(end)]
            position = end

    def _behind_marks(self, reading: _Reading, position: int) -> int:
        """Return the offset behind blanks, comments, and the marks of executable comments.

        What stands in these is a value as any other: the server leaves it out together with its column, or has both.
        """
        data = self._source.data
        position = self._literals.skip_blank(position)
        while data[position : position + 1] in (b"/", b"*", b""):
            kind, end = self._source.token(position)
            if kind not in ("open", "close") or (kind == "open") is reading.is_open:
                break
            reading.is_open, reading.has_marks = kind == "open", True
            position = self._literals.skip_blank(end)
        return position

    def _selected(self, reading: _Reading) -> int:
        """Read the literals of a SELECT without a table, and return the offset behind it."""
        position = self._source.position
        while True:
            try:
                position = self._around.behind_alias(reading.value(position))
            except Failure:
                raise self._cursor.refuse("an INSERT with SELECT of something else than literals") from None
            self._check(reading)
            after = self._literals.skip_blank(position)
            if not self._source.data.startswith(b",", after):
                break
            position = self._literals.skip_blank(after + 1)
        if not self._of_selects.note(self._cursor.number, reading.kinds()):
            # What a server makes of values of several kinds in the UNION of a statement is none of them.
            raise self._cursor.refuse("an INSERT with SELECT of values that are not all of one kind")
        dual = self._around.behind_selected(position, (b"FROM", b"DUAL"))
        return position if dual is None else dual

    def _pairs(self, reading: _Reading, table: str) -> tuple[tuple[str, ...], int]:
        """Read ``column = value, ...``, and return the columns, and the offset behind."""
        columns: list[str] = []
        position = self._source.position
        while True:
            column, position = self._around.column_of_pair(position, table)
            position = reading.value(position, column)
            columns.append(column)
            self._check(reading)
            after = self._literals.skip_blank(position)
            if not self._source.data.startswith(b",", after):
                return self._around.each_once(columns), position
            position = self._literals.skip_blank(after + 1)

    def _check(self, reading: _Reading) -> None:
        if len(reading.values) > _COLUMNS_LIMIT:
            raise self._cursor.refuse(f"a row with more than {_COLUMNS_LIMIT} values")


class _Reading:
    """The values of a row while they are read."""

    def __init__(self, literals: LiteralReader, start: int) -> None:
        self._literals = literals
        self._start = start
        self.values: list[Value] = []
        self._spans: list[tuple[int, int, int]] = []
        self.comma = b","
        # Whether the row has marks of executable comments, and such a comment is open.
        self.has_marks = self.is_open = False
        literals.places.clear()

    def value(self, position: int, column: str | None = None) -> int:
        """Read one value, for a column where its name is known, and return the offset behind it."""
        value, end = self._literals.value(position, column)
        self.values.append(value)
        self._spans.append((position, end, len(self._literals.places)))
        return end

    def kinds(self) -> tuple[SelectedKind, ...]:
        """Return of which kind each value is."""
        return tuple([kind_of(bytes(value[0]) if len(value) == 1 else b"") for value in self.values])

    def row(self, columns: tuple[str, ...]) -> Row:
        """Return the row as it is sent."""
        if not self.values:
            return Row(b"()", 0, b",")
        defaults = defaults_in(self.values)
        left = [value for index, value in enumerate(self.values) if index not in defaults] if defaults else self.values
        # A dump that writes ", " keeps it, so that all its rows are of one style.
        joint = self.comma if self.comma == b", " else b","
        return Row(joined(left, joint) if left else b"()", len(self.values), self.comma, defaults, columns)

    def as_read(self, row: Row, end: int, bare: t.Literal["", "SET", "SELECT"]) -> ReadRow:
        """Return how the row is written; it ends at an offset."""
        data, places, known = self._literals.data, self._literals.places, 0
        shapes: list[ValueShape | None] = []
        around: list[bytes] = []
        position = self._start
        odd: list[int] = []
        for value, (start, behind, count) in zip(self.values, self._spans):
            shapes.append(value_shape(data, start, behind, places[known:count], value))
            around.append(data[position:start])
            literals = [part for part in value if isinstance(part, Leaf)]
            if literals != [data[begin:last] for begin, last, _slot in places[known:count]]:
                odd.append(len(shapes) - 1)
            position, known = behind, count
        around.append(data[position:end])
        joint = row.comma if row.comma == b", " else b","
        words = tuple(map(words_of, around)) if bare or self.has_marks else ()
        return ReadRow(shapes, tuple(around), joint, row.defaults, bare, words, tuple(odd))
