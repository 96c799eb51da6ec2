# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Rows that name their columns in orders that do not come again: all are given in one.

The names are known from lists that were read by their tokens, so that a list of them is read by its commas.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.alone.plain_rows import PlainRows
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.alone.simple_cells import (
    simple_cells,
    simple_pairs,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.insert_head import Head
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import (
    Kinds,
    Rows,
    any_kinds,
    cells_at,
    quickly_replaced,
)

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.dump_cursor import DumpCursor

# So many lists of a table are read by their tokens before; of so many tables it is known.
_LISTS_BEFORE = 16
_PAIRS_BEFORE = 64
_TABLES_KEPT = 512
_SETS_KEPT = 4096
_BLANKS = b" \t\r\n"
# A statement with more rows is read by its tokens: what its rows are like is learnt from them.
_ROWS_MOST = 64
# Words, a list of columns, and words again; in none of them is a comment, nor another parenthesis.
_LISTED = re.compile(
    rb"((?:INSERT|REPLACE)\b[^()'#;/-]{1,512})\(([^()'#;/-]{1,65536})\)([ \t\r\n]*VALUES?[ \t\r\n]*)(?=\()",
    re.IGNORECASE,
)
_PAIRED = re.compile(rb"(?:INSERT|REPLACE)\b[^()'#;/=-]{1,512}?\bSET[ \t\r\n]+", re.IGNORECASE)
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
# What may stand between two rows of a statement.
BETWEEN = re.compile(rb"[ \t\r\n]*,[ \t\r\n]*(?=\()")


class _Table:
    """The columns that were named behind certain words, by their texts, in the order in which all rows are given."""

    def __init__(self, row: Rows) -> None:
        self.row = row
        self._orders: set[tuple[str, ...]] = set()
        # Rows of pairs that were not read as one of a run.
        self.pairs = 0
        self.places: dict[bytes, int] = {}
        self.names: list[str] = []
        self._lower: set[str] = set()
        # The columns of each set that was met, by their places.
        self._sets: dict[tuple[int, ...], tuple[str, ...]] = {}

    def learn(self, texts: t.Sequence[bytes], columns: t.Sequence[str]) -> None:
        """Take note of a list; a column has one spelling here, any other is read by its tokens."""
        if not self.is_varied:
            self._orders.add(tuple(columns))
        for text, name in zip(texts, columns):
            if text not in self.places and name.lower() not in self._lower:
                self._lower.add(name.lower())
                self.places[text] = len(self.names)
                self.names.append(name)

    @property
    def is_varied(self) -> bool:
        """Whether the columns were named in many orders, or rows of pairs have mostly been no runs."""
        return len(self._orders) >= _LISTS_BEFORE or self.pairs >= _PAIRS_BEFORE

    def columns(self, places: t.Sequence[int]) -> tuple[str, ...]:
        """Return the columns at places that are in their order."""
        key = tuple(places)
        found = self._sets.get(key)
        if found is None:
            if len(self._sets) >= _SETS_KEPT:
                self._sets.clear()
            found = self._sets[key] = tuple([self.names[place] for place in key])
        return found


class ListedRows:
    """Reads the rows of such statements."""

    def __init__(self, cursor: DumpCursor, kinds: Kinds) -> None:
        self._cursor = cursor
        self._kinds = kinds
        self._plain = PlainRows()
        self._tables: dict[tuple[bytes, bytes], _Table] = {}

    def learn(self, head: Head, row: Rows) -> None:
        """Take note of a head that was read by its tokens, with a list, and of a row behind it."""
        found = _LISTED.match(head.text + b"(")
        texts = [] if found is None or found.end() < len(head.text) else _names_in(found[2])
        # What stands between two commas is one word each.
        if found is None or len(texts) != len(head.columns) or not set(texts) <= set(head.words):
            return
        self._table((found[1], found[3]), row).learn(texts, head.columns)

    def _table(self, words: tuple[bytes, bytes], row: Rows) -> _Table:
        """Return what is known of the rows between words; a new one is as a row is."""
        if words not in self._tables:
            if len(self._tables) >= _TABLES_KEPT:
                self._tables.clear()
            self._tables[words] = _Table(quickly_replaced(row, text=b"", update=b"", plain=False, defaults=()))
        return self._tables[words]

    def rows(self) -> t.Generator[Rows, None, bool]:
        """Give the rows of the statement at the source's position; return whether it is such a one."""
        if not self._tables:
            return False
        source, position = self._cursor.source, self._cursor.source.position
        yield from self._pairs()
        if source.position > position:
            return True
        found = _LISTED.match(source.data, source.position)
        table = self._tables.get((found[1], found[3])) if found is not None else None
        if found is None or table is None or not table.is_varied:
            return False
        places = [table.places.get(text, -1) for text in _names_in(found[2])]
        if -1 in places or len(set(places)) < len(places):
            return False
        rows = self._until_end(table, places, found.end())
        yield from rows
        return bool(rows)

    def learn_pairs(self, head: Head, row: Rows) -> None:
        """Take note of a row of pairs that was read by its tokens; a name in plain letters is read in no other way."""
        names = [name for name in row.columns if _PLAIN_NAME.fullmatch(name)]
        if len(names) < len(row.columns):
            return
        table = self._table((head.text, b""), row)
        table.learn([name.encode() for name in names], names)
        table.pairs += 1
        for name in names:
            table.places.setdefault(b"`" + name.encode() + b"`", table.places[name.encode()])

    def takes_pairs(self, words: bytes) -> bool:
        """Whether the next statement with these words is to be read here."""
        table = self._tables.get((words, b""))
        return table is not None and table.is_varied

    def _pairs(self) -> t.Iterator[Rows]:
        """Give the row of the statement at the source's position, if its columns and values are in pairs."""
        source, data = self._cursor.source, self._cursor.source.data
        words = _PAIRED.match(data, source.position)
        table = self._tables.get((words.group(), b"")) if words is not None else None
        if words is None or table is None or not table.is_varied or self._cursor.delimiter != b";":
            return
        cells = simple_pairs(data, words.end(), double_quotes=not self._cursor.ansi_quotes)
        places = [table.places.get(name, -1) for name in cells.names] if cells is not None else []
        if cells is None or cells.defaults or -1 in places or len(set(places)) < len(places):
            return
        order = sorted(range(len(places)), key=places.__getitem__)
        columns = table.columns([places[index] for index in order])
        line = source.line + words.group().count(b"\n")
        row = self._row(table, columns, b"(" + b",".join([cells.texts[index] for index in order]) + b")", line)
        source.advance(cells.end + 1)
        yield row

    def _until_end(self, table: _Table, places: list[int], start: int) -> list[Rows]:
        """Return the rows that begin at an offset, and go behind their statement; none where it has other words."""
        source, comma = self._cursor.source, table.row.comma
        order = sorted(range(len(places)), key=places.__getitem__)
        columns = table.columns([places[index] for index in order])
        rows: list[Rows] = []
        line = source.line + source.data.count(b"\n", source.position, start)
        while len(rows) < _ROWS_MOST:
            found = self._cells(source.data, start, len(order), comma)
            if found is None:
                return []
            cells, end = found
            rows.append(self._row(table, columns, b"(" + comma.join([cells[index] for index in order]) + b")", line))
            if source.data.startswith(self._cursor.delimiter, end):
                source.advance(end + len(self._cursor.delimiter))
                return rows
            between = BETWEEN.match(source.data, end)
            if between is None:
                return []
            line += source.data.count(b"\n", start, between.end())
            start = between.end()
        return []

    def _cells(self, data: bytes, start: int, width: int, comma: bytes) -> tuple[t.Sequence[bytes], int] | None:
        """Return the cells of the row at an offset, and the offset behind it; None where it is no such row."""
        found = cells_at(data, start, width, comma)
        if found is not None:
            return found
        cells = simple_cells(data, start, double_quotes=not self._cursor.ansi_quotes)
        return None if cells is None or cells.defaults or len(cells.texts) != width else (cells.texts, cells.end)

    def _row(self, table: _Table, columns: tuple[str, ...], text: bytes, line: int) -> Rows:
        row = quickly_replaced(
            table.row,
            columns=columns,
            text=text,
            statement=self._cursor.number,
            line=line,
            kinds=any_kinds(len(columns)),
            longest_bytes=len(text),
            under=self._cursor.under,
        )
        return self._plain.told(row, self._kinds(row.table, columns, len(columns)))


def _names_in(text: bytes) -> list[bytes]:
    return [name.strip(_BLANKS) for name in text.split(b",")]
