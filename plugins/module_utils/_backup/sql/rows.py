# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Rows of INSERT statements: the pattern that reads them fast, and a run of them as one value.

A run is proven to hold literals only: either the token reader saw every token of it, or the row
pattern, which knows nothing but literals, matched it from its first to its last byte.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
import re
import sys
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import string_end

# A string without escapes is the common case; the second branch begins with an escape, so that at
# most one branch can match and a row that does not fit costs linear time. The pattern machine keeps
# a note of every escape: a string with more of them is read by its token. Where what follows does not match, a shorter
# beginning of it is not looked at, by a Python that can say so.
_POSSESSIVE = b"+" if sys.version_info >= (3, 11) else b""
STRING = rb"'[^'\\]*" + _POSSESSIVE + rb"(?:'|(?:(?:\\.|'')[^'\\]*){1,2000}'(?!'))"
# What a column may hold without being looked at closer; a row with anything else is read cell by
# cell, where the repairs of cao-format 1.7 decide. The names are kinds of watched columns.
WATCHED = {
    "decimal": rb"'[^',\\]*'",
    "flag": rb"'[NY]'",
    "flag_or_empty": rb"'[NY]?'",
    "enum": rb"(?!''(?!'))" + STRING,
    "enum_0": rb"(?!'0'(?!'))" + STRING,
    "enum_00": rb"(?!'00'(?!'))" + STRING,
    "date": rb"'[0-9]{4}-[^'\\]*'",
    "timestamp": rb"'(?!1899)[0-9]{4}-[^'\\]*'",
}
_OTHER = (
    rb"NULL|TRUE|FALSE|0x[0-9A-Fa-f]+|-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
    rb"|_(?:binary|latin1|utf8|utf8mb3|utf8mb4|ascii) (?:" + STRING + rb"|0x[0-9A-Fa-f]+)"
    rb"|[xX]'[0-9A-Fa-f]*'|[bB]'[01]*'|UNHEX\('[0-9A-Fa-f]*'\)"
)
# As other programs write them, and the reader of literals does not give them.
DOUBLE_STRING = STRING.replace(b"'", b'"')
# What a server reads alike in an INSERT and in a stream of fields (LOAD DATA): strings, NULL, and plain
# numbers where the column is a number. It is matched in the neutral text, where no escape hides a quote;
# a doubled quote is left to the other pattern, so that this one is quickly made and quickly matched.
_PLAIN_STRING = rb"'[^']*'"
_NEGATIVE = rb"-(?:0|[1-9][0-9]*)(?:\.[0-9]+)?"
_WHOLE = rb"[1-9][0-9]*|0"
_FRACTION = rb"[1-9][0-9]*\.[0-9]+|0\.[0-9]+"
# Escapes that mean themselves in an INSERT and something else in a stream (documentation of LOAD DATA).
ONLY_IN_INSERT = re.compile(rb"\\[%_N]")
INTEGER, NUMBER = "integer", "number"
LONG_ROW_BYTES = 16 << 20
_WIDE = 64
# All literals of one column take ten times as long to be made into a pattern as plain values do.
_FEW = 4
# A row of usual size, and what stands behind it, is not longer.
_BEGIN_BYTES = 8192
# Rows are proven in windows, which are smaller.
_AT_ONCE_BYTES = 4 << 20
# A pattern of a wide table is large; dumps have their tables one after the other.
_PATTERNS_KEPT = 128
# In the time that it takes to make the pattern of one cell, so many rows are taken apart.
_ROWS_BEFORE_CELL_PATTERN = 500
# Branches that the first byte decides, the likeliest first: that takes half the time of one pattern for all numbers.
_PLAIN_VALUES = {
    INTEGER: b"|".join((_WHOLE, _PLAIN_STRING, b"NULL", _NEGATIVE, _FRACTION)),
    NUMBER: b"|".join((_FRACTION, _PLAIN_STRING, b"NULL", _NEGATIVE, _WHOLE)),
    "decimal": b"|".join((WATCHED["decimal"], b"NULL", _NEGATIVE, _FRACTION, _WHOLE)),
}
_UNTIL_STRING = re.compile(rb"[^',(]*")
_UNTIL_STRING_OR_CALL = re.compile(rb"[^'()]*")
_BETWEEN = re.compile(rb"[\s]*,[\s]*")

# Names the kind of each cell of a row: of a table, the columns it names (none for all), and its width.
Kinds = t.Callable[[str, "tuple[str, ...]", int], "tuple[str, ...]"]


@functools.lru_cache(maxsize=_PATTERNS_KEPT)
def row_pattern(kinds: tuple[str, ...], comma: bytes, separator: bytes) -> re.Pattern[bytes]:
    """Return the pattern of one row and the text up to the next one.

    ``kinds`` has one entry a column: "" for any literal, or the name of a watched kind.
    """
    return _row_pattern(kinds, _literal, comma, separator, most_apart=_FEW)


def _literal(kind: str) -> bytes:
    """Return the pattern of a literal that a column of this kind may hold."""
    return b"(?:" + WATCHED.get(kind, STRING) + b"|" + _OTHER + b")"


@functools.lru_cache(maxsize=64)
def any_kinds(width: int) -> tuple[str, ...]:
    """Return the kinds of columns of which none is looked at closer."""
    return ("",) * width


def _row_pattern(
    kinds: tuple[str, ...], value: t.Callable[[str], bytes], comma: bytes, separator: bytes, most_apart: int = _WIDE
) -> re.Pattern[bytes]:
    """Return a pattern of one value for each kind.

    Of a table with more columns, values of one kind stand in it once, with their number: that takes a little longer to
    match, and a pattern that names each of thousands takes seconds to be made.
    """
    between = re.escape(comma)
    if len(kinds) <= most_apart:
        values = between.join(map(value, kinds))
    else:
        runs = [b"(?:" + value(kind) + between + b"){%d}" % count for kind, count in _runs(kinds[:-1])]
        values = b"".join(runs) + value(kinds[-1])
    return re.compile(rb"\(" + values + rb"\)" + re.escape(separator), re.DOTALL)


def _runs(kinds: tuple[str, ...]) -> list[tuple[str, int]]:
    return [(kind, len(list(run))) for kind, run in itertools.groupby(kinds)]


def rows_before_pattern(kinds: tuple[str, ...]) -> int:
    """Return how many rows are read by their tokens in the time that it takes to make their pattern."""
    return len(_runs(kinds)) // _WIDE if len(kinds) > _WIDE else 0


def cells(row: bytes, most: int | None = None) -> list[bytes]:
    """Split the text of one proven row, ``(..,..)``, into the texts of its cells, the first ``most`` of them."""
    found = []
    position, last = 1, len(row) - 1
    while True:
        # A value is strings, words, numbers and parentheses, without a comma outside of these.
        end, mark = position, row[position : position + 1]
        while mark != b"," and end < last:
            if mark in (b"'", b"("):
                end = string_end(row, end) if mark == b"'" else _call_end(row, end)
            else:
                end = t.cast("re.Match[bytes]", _UNTIL_STRING.match(row, end, last)).end()
            mark = row[end : end + 1]
        found.append(row[position:end].strip())
        between = _BETWEEN.match(row, end)
        if between is None or len(found) == most:
            return found
        position = between.end()


def _call_end(row: bytes, start: int) -> int:
    """Return the offset behind the parentheses that begin at ``start``, with strings and others in them."""
    depth, position = 0, start
    while True:
        mark = row[position : position + 1]
        if mark == b"'":
            position = string_end(row, position)
        else:
            depth += (mark == b"(") - (mark == b")")
            position += 1
            if not depth:
                return position
        position = t.cast("re.Match[bytes]", _UNTIL_STRING_OR_CALL.match(row, position)).end()


@functools.lru_cache(maxsize=_PATTERNS_KEPT)
def plain_pattern(kinds: tuple[str, ...], comma: bytes, separator: bytes) -> re.Pattern[bytes]:
    """Return the pattern of one plain row, in neutral text, and the text up to the next one."""
    return _row_pattern(kinds, plain_value, comma, separator)


def plain_value(kind: str) -> bytes:
    """Return the pattern of a plain value, in neutral text."""
    return b"(?:" + _PLAIN_VALUES.get(kind, WATCHED.get(kind, _PLAIN_STRING) + b"|NULL") + b")"


def neutral(text: bytes) -> bytes:
    """Return proven rows, or what may be some, with no escaped quote in them; every byte keeps its place."""
    # Few escapes are found by their one byte in a seventh of the time of two searches; many take memory for that.
    most = len(text) >> 8 if len(text) <= _AT_ONCE_BYTES else 0
    parts = text.split(b"\\", most)
    if len(parts) > most:
        return text.replace(rb"\\", b"__").replace(rb"\'", b"__")
    index = 1
    while index < len(parts):
        if parts[index][:1] == b"'":
            parts[index] = b"__" + parts[index][1:]
        elif not parts[index] and index + 1 < len(parts):
            index += 1
            parts[index] = b"__" + parts[index]
        else:
            parts[index] = b"\\" + parts[index]
        index += 1
    return b"".join(parts)


def are_plain(kinds: tuple[str, ...], comma: bytes, separator: bytes, text: bytes) -> int:
    """Return how many rows ``text`` holds, each with the separator behind it; 0 when not all are plain."""
    readable = neutral(text)
    rest, count = plain_pattern(kinds, comma, separator).subn(b"", readable)
    return 0 if rest or ONLY_IN_INSERT.search(readable) else count


def begins_row(kinds: tuple[str, ...], comma: bytes, separator: bytes, data: bytes, start: int) -> bool:
    """Whether a row and its separator stand at an offset; the pattern of all literals is made for odd rows alone."""
    begin = neutral(data[start : start + _BEGIN_BYTES])
    row = plain_pattern(kinds, comma, b"").match(begin)
    if row is not None:
        return data.startswith(separator, start + row.end())
    return row_pattern(kinds, comma, separator).match(data, start) is not None


class Under(t.NamedTuple):
    """What a dump has set for the rows at a place, and what changes what they mean.

    ``time_zone`` is None for the server's own; ``zero_counts`` says that 0 asks for the next number of a table's
    counter; without ``checks`` rows need not meet the CHECK constraints.
    """

    time_zone: str | None = None
    zero_counts: bool = False
    checks: bool = True


_AS_USUAL = Under()


@dataclasses.dataclass(frozen=True)
class Rows:
    """Rows of one table that stand together in the dump.

    ``table`` is the name in the definitions; ``columns`` is empty for all columns; ``statement``
    and ``line`` (both from 1) are those of the first row; ``text`` is the rows with the
    ``separator`` between them, as in the file; ``one_statement`` says that all rows are of one
    INSERT; ``kinds`` and ``comma`` are what the row pattern was made of; ``plain`` says that a server
    reads them alike in an INSERT and in a stream of fields; ``longest_bytes`` is the length of the longest row, 0 where
    it has not been looked at; ``under`` is what the dump has set before them. ``update`` is what a server does with a
    row whose key is there already (ON DUPLICATE KEY UPDATE); the first pass does not know it yet. ``defaults`` are the
    cells of each row in which DEFAULT stands instead of a literal: they are not in the text, nor in the kinds.
    ``lines`` says how many lines behind the first row each begins, where the line feeds in the text do not, and
    ``statements`` how many statements, where these are not one behind the other.
    """

    table: str
    verb: bytes
    columns: tuple[str, ...]
    count: int
    statement: int
    line: int
    text: bytes
    separator: bytes = b","
    one_statement: bool = True
    kinds: tuple[str, ...] = ()
    comma: bytes = b","
    plain: bool = False
    longest_bytes: int = 0
    under: Under = _AS_USUAL
    update: bytes = b""
    defaults: tuple[int, ...] = ()
    lines: tuple[int, ...] = ()
    statements: tuple[int, ...] = ()

    @property
    def last_statement(self) -> int:
        """The number of the statement of the last row."""
        if self.statements:
            return self.statement + self.statements[-1]
        return self.statement + (0 if self.one_statement else self.count - 1)

    @property
    def own_bytes(self) -> int:
        """The bytes of the rows alone, without what stands between them."""
        return len(self.text) - len(self.separator) * (self.count - 1)

    @property
    def values(self) -> bytes:
        """The rows as they follow VALUES in one INSERT: ``(..),(..)``, literals only."""
        if self.count == 1 or self.separator == b",":
            return self.text
        inside = self.inside(self.text)
        return b"(" + b"),(".join(inside) + b")" if inside else b",".join(self.texts())

    def texts(self) -> t.Iterable[bytes]:
        """Give the text of each row, ``(..)``; quicker than `singles`."""
        if self.count == 1:
            return (self.text,)
        return [b"(" + row + b")" for row in self.insides()]

    def insides(self) -> t.Sequence[bytes]:
        """Give what stands in the parentheses of each row; quicker than `texts`."""
        return self.inside(self.text) or [self.text[start + 1 : end - 1] for start, end in self._places()]

    def inside(self, text: bytes) -> t.Sequence[bytes]:
        """Return what stands between the parentheses of each row in their text, nothing where it has to be looked for.

        What has no quote in it cannot reach out of a string, so a string that holds it makes it one more.
        """
        between = b")" + self.separator + b"("
        rows = text[1:-1].split(between) if b"'" not in self.separator else []
        return rows if len(rows) == self.count else ()

    def _places(self) -> t.Iterator[tuple[int, int]]:
        """Give where each row begins and ends."""
        pattern = row_pattern(self.kinds, self.comma, b"")
        position = 0
        for _index in range(self.count):
            # The pattern has a limit for the escapes in a string; what was proven in another way can have more.
            match = pattern.match(self.text, position)
            end = match.end() if match else _call_end(self.text, position)
            yield position, end
            position = end + len(self.separator)

    def singles(self) -> t.Iterator[Rows]:
        """Give the same rows one by one, each with its own line and statement number."""
        if self.count == 1:
            yield self
            return
        line, statement = self.line, self.statement
        for index, (position, end) in enumerate(self._places()):
            yield dataclasses.replace(
                self,
                count=1,
                statement=self.statement + self.statements[index] if self.statements else statement,
                line=self.line + self.lines[index] if self.lines else line,
                lines=(),
                statements=(),
                text=self.text[position:end],
                one_statement=True,
                longest_bytes=end - position,
            )
            line += self.text.count(b"\n", position, end + len(self.separator))
            statement += 0 if self.one_statement else 1


def quickly_replaced(rows: Rows, **fields: t.Any) -> Rows:
    """Do what dataclasses.replace does, in a tenth of the time: there may be one for each row of a dump."""
    replaced = object.__new__(Rows)
    replaced.__dict__.update(rows.__dict__, **fields)
    return replaced


def cells_of(rows: Rows, index: int) -> t.Iterator[bytes]:
    """Give the texts of the cells of one column, without taking the other cells of the rows apart.

    Escapes in them may be masked, as `neutral` does it.
    """
    if rows.count <= _ROWS_BEFORE_CELL_PATTERN:
        for row in rows.texts():
            yield from cells(row, index + 1)[index:]
        return
    inside = rows.inside(neutral(rows.text)) if rows.plain and index < len(rows.kinds) else ()
    if inside:
        found = map(_plain_cell_pattern(rows.comma, index).match, inside)
        yield from (match[1] for match in found if match)
        return
    pattern = _cell_pattern(rows.kinds, rows.comma, index) if index < len(rows.kinds) else None
    position = 0
    for _index in range(rows.count if pattern else 0):
        match = pattern.match(rows.text, position) if pattern else None
        end = match.end() if match else _call_end(rows.text, position)
        yield match.group(1) if match else cells(rows.text[position:end], index + 1)[index]
        position = end + len(rows.separator)


def cells_of_row(row: Rows) -> t.Sequence[bytes]:
    """Return the texts of the cells of a single row, in less time where another as wide was taken apart before."""
    found = cells_at(row.text, 0, len(row.kinds), row.comma)
    return cells(row.text) if found is None or found[1] < len(row.text) else found[0]


def cells_at(data: bytes, start: int, width: int, comma: bytes) -> tuple[t.Sequence[bytes], int] | None:
    """Return the texts of the cells of a row at an offset, and the offset behind it; None where it is no such row."""
    pattern = _cells_pattern(width, comma) if 0 < width <= _WIDE else row_pattern(any_kinds(width), comma, b"")
    match = pattern.match(data, start)
    return None if match is None else (match.groups() or cells(match.group()), match.end())


@functools.lru_cache(maxsize=_PATTERNS_KEPT)
def _cells_pattern(width: int, comma: bytes) -> re.Pattern[bytes]:
    values = re.escape(comma).join([b"(" + _literal("") + b")"] * width)
    return re.compile(rb"\(" + values + rb"\)", re.DOTALL)


@functools.lru_cache(maxsize=_PATTERNS_KEPT)
def _cell_pattern(kinds: tuple[str, ...], comma: bytes, index: int) -> re.Pattern[bytes]:
    """Return the pattern of one row whose group is one of its cells."""
    between = re.escape(comma)
    before = b"".join(b"(?:" + _literal(kind) + between + b"){%d}" % count for kind, count in _runs(kinds[:index]))
    after = b"".join(b"(?:" + between + _literal(kind) + b"){%d}" % count for kind, count in _runs(kinds[index + 1 :]))
    return re.compile(rb"\(" + before + b"(" + _literal(kinds[index]) + b")" + after + rb"\)", re.DOTALL)


@functools.lru_cache(maxsize=_PATTERNS_KEPT)
def _plain_cell_pattern(comma: bytes, index: int) -> re.Pattern[bytes]:
    """Return the pattern of the begin of a plain row, in neutral text and behind its parenthesis, up to a cell."""
    value = rb"(?:'[^']*'|[^',]*)"
    return re.compile((value + re.escape(comma)) * index + b"(" + value + b")", re.DOTALL)


def without_long_text(rows: Rows) -> Rows:
    """Return what tells where rows stand; a text that takes much memory is not kept for it."""
    return rows if len(rows.text) <= LONG_ROW_BYTES else dataclasses.replace(rows, text=b"")
