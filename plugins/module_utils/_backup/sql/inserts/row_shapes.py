# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""How rows are written: patterns that are learnt from rows whose every token was read.

A value's shape is its text as it was read, with a slot for each literal in it that might be another one of its kind,
and beside it what was made of that text. So what a pattern matches is what the token reader would have read, and what
is made of it is what that would have made: no pattern knows a word that did not come through the token reader.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import (
    DOUBLE_STRING,
    STRING,
    WATCHED,
    any_kinds,
    row_pattern,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import single_quoted

# Numbers, and bytes and bits in digits.
DIGITS = rb"0x[0-9A-Fa-f]+|[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[xX]'[0-9A-Fa-f]*'|[bB]'[01]*'"
# Literals that are no texts, and such as are sent as they stand.
_BUT_TEXTS = DIGITS + b"|(?i:NULL|TRUE|FALSE)"
_VERBATIM_BUT_TEXTS = DIGITS + b"|NULL|TRUE|FALSE"
# Any literal that has one word, where one may stand; and where double quotes are those of names.
ANY_BUT_DOUBLE = b"(?:" + STRING + b"|" + _BUT_TEXTS + b")"
ANY = ANY_BUT_DOUBLE[:-1] + b"|" + DOUBLE_STRING + b")"
# Literals of which it is known what a server makes of them in a SELECT, where no name follows at once.
SELECTED_NUMBER = rb"-?[0-9]+(?:\.[0-9]*)?(?![0-9A-Za-z_$.'\"\x80-\xff])"
_SELECTED_BUT_TEXTS = SELECTED_NUMBER + b"|NULL"
_SELECTED = STRING + b"|(?i:" + _SELECTED_BUT_TEXTS + b")"
TEXT = b"(?:" + STRING + b")"
HEX_NUMBER = rb"0x[0-9A-Fa-f]+"
HEX_DIGITS = rb"[xX]'(?:[0-9A-Fa-f]{2})*'"
BIT_DIGITS = rb"[bB]'[01]*'"
BITS = rb"'[01]*'"
_ANYTHING = (ANY, ANY_BUT_DOUBLE)
_VERBATIM = b"(?:" + STRING + b"|" + _VERBATIM_BUT_TEXTS + b")"
_OF_SELECT = {
    ANY: b"(?:" + _SELECTED + b"|" + DOUBLE_STRING + b")",
    ANY_BUT_DOUBLE: b"(?:" + _SELECTED + b")",
    _VERBATIM: b"(?:" + STRING + b"|" + _SELECTED_BUT_TEXTS + b")",
}
# What literals begin with that are sent as they stand.
_AS_THEY_STAND = frozenset(b"'0123456789-+.")
_WORDS = frozenset((b"NULL", b"TRUE", b"FALSE"))
_BLANKS = rb"[ \t\r\n]*"
_COMMENT = rb"(?:/\*(?![!M])[^*]*\*+(?:[^/*][^*]*\*+)*/|(?:#|--(?=[\x00-\x20]))[^\n]*\n)"
# What may stand between two tokens, and between two that would be one without it. Mostly no comment begins: that is
# told by one byte, and sooner than by looking for some of them.
GAP = _BLANKS + b"(?:(?=[/#-])(?:" + _COMMENT + _BLANKS + b")*|)"
GAP_APART = b"(?:[ \t\r\n]|" + _COMMENT + b")" + GAP
COMMA = GAP + b"," + GAP
# Two tokens are apart where both would be one word; and the mark of an executable comment, from digits.
_APART = re.compile(rb"[0-9A-Za-z_$\x80-\xff]{2}")
_BESIDE = re.compile(rb"[0-9A-Za-z_$\x80-\xff]|/\*")
# No token goes on here that a literal might be the beginning of.
_LITERAL_ENDS = rb"(?![0-9A-Za-z_$.'\"\x80-\xff])"
# A column has so many shapes at most, and so many columns may be written in more than one word.
_SHAPES_LIMIT = 16
_WIDTH_LIMIT = 4096
# After so many rows that were read by their tokens a pattern is made, and again after twice as many.
_ROWS_BEFORE_PATTERN = 16
# Of a wide table a pattern takes longer to be made.
_COLUMNS_BEFORE_PATTERN = 16
_PATTERNS_KEPT = 16


def in_any_blanks(words: t.Sequence[bytes]) -> bytes:
    """Return the pattern of words with any blanks and comments between them."""
    parts = [re.escape(word) for word in words[:1]]
    for before, text in zip(words, words[1:]):
        parts += (GAP_APART if _APART.match(before[-1:] + text[:1]) else GAP, re.escape(text))
    return b"".join(parts)


def _gap_beside(words: t.Sequence[bytes]) -> bytes:
    """Return the pattern of what stands between a word, if there is one, and a value."""
    return b"" if not words else GAP_APART if any(map(_BESIDE.match, words)) else GAP


class Leaf(bytes):
    """The part of a value that is a literal of one word; where it stands, the reader of literals notes."""


class ValueShape(t.NamedTuple):
    """The text around the literals of a value as it is read, the patterns of these literals, and the text as sent."""

    read: tuple[bytes, ...]
    slots: tuple[bytes, ...]
    sent: tuple[bytes, ...]

    @property
    def is_literal(self) -> bool:
        """Whether it is one literal of one word."""
        return self.read == (b"", b"") and self.slots[0] in _ANYTHING

    def pattern(self, literal: bytes, watched: bytes, any_watched: bytes) -> bytes:
        """Return the pattern of such a value, with a literal of any in it that ``literal`` matches.

        Where a literal is sent alone, it is a watched text, or one of any.
        """
        parts = [re.escape(self.read[0])]
        slots = dict.fromkeys(_ANYTHING, literal)
        if self.sent == (b"", b""):
            slots = {**dict.fromkeys(_ANYTHING, any_watched), TEXT: watched}
        for slot, text in zip(self.slots, self.read[1:]):
            parts += (slots.get(slot, slot), re.escape(text))
        return b"".join(parts)

    def maker(self) -> re.Pattern[bytes]:
        """Return the pattern that takes the literals out of such a value."""
        parts = [re.escape(self.read[0])]
        for slot, text in zip(self.slots, self.read[1:]):
            parts += (b"(" + slot + b")", re.escape(text))
        return re.compile(b"".join(parts), re.DOTALL)

    def made(self, literals: t.Sequence[bytes]) -> bytes:
        """Return what is sent for a value with these literals."""
        if len(literals) == 1:
            return self.sent[0] + _literal_sent(literals[0]) + self.sent[1]
        parts = [self.sent[0]]
        for literal, text in zip(literals, self.sent[1:]):
            parts += (_literal_sent(literal), text)
        return b"".join(parts)


def _literal_sent(text: bytes) -> bytes:
    if text[0] in _AS_THEY_STAND or text in _WORDS:
        return text
    if text[:1] == b'"':
        return single_quoted(text)
    upper = text.upper()
    return upper if upper in _WORDS else text


# Where a literal of one word stands, and the pattern of others that may stand there; None where there is no telling.
Place = tuple[int, int, t.Optional[bytes]]


def value_shape(
    data: bytes, start: int, end: int, places: t.Sequence[Place], parts: t.Sequence[bytes | memoryview]
) -> ValueShape | None:
    """Return the shape of a value that was read between two offsets; None where there is no telling."""
    read, slots, position = [], [], start
    for begin, behind, slot in places:
        if slot is None:
            return None
        read.append(data[position:begin])
        slots.append(slot)
        position = behind
    read.append(data[position:end])
    sent: list[list[bytes | memoryview]] = [[]]
    for part in parts:
        if isinstance(part, Leaf):
            sent.append([])
        else:
            sent[-1].append(part)
    # What is long has been left in one part, and is no literal to be exchanged.
    if len(sent) != len(read):
        return None
    return ValueShape(tuple(read), tuple(slots), tuple(b"".join(some) for some in sent))


class ReadRow(t.NamedTuple):
    """A row as its tokens were read: the shape of each value, None for no telling; what stands around the values.

    ``joint`` is the comma that a row is sent with; ``bare``: in no parentheses, behind SET or SELECT; ``words`` are
    those around the values, where they are not what stands around every row. ``odd`` are the values with
    literals that are not sent as they stand.
    """

    values: t.Sequence[ValueShape | None]
    around: tuple[bytes, ...]
    joint: bytes
    defaults: tuple[int, ...]
    bare: t.Literal["", "SET", "SELECT"] = ""
    words: tuple[tuple[bytes, ...], ...] = ()
    odd: tuple[int, ...] = ()

    @property
    def is_usual(self) -> bool:
        """Whether nothing else stands around the values than what is sent."""
        usual = (b"(", *[self.joint] * (len(self.values) - 1), b")")
        return not self.bare and self.around == usual

    @property
    def key(self) -> tuple[object, ...]:
        """What is the same of all rows of one shape."""
        return len(self.values), self.words, self.defaults


class FoundRows:
    """Rows as they are sent, and how many lines and statements behind the first of them each begins."""

    def __init__(self) -> None:
        self.texts: list[bytes] = []
        self.lines = [0]
        self.statements = [0]
        self.size = 0

    def add(self, text: bytes, lines: int, statements: int = 0) -> None:
        """Take the next row, behind which so many lines and statements end."""
        self.texts.append(text)
        self.lines.append(self.lines[-1] + lines)
        self.statements.append(self.statements[-1] + statements)
        self.size += len(text)


class _Column:
    """How the values of a column are written, and what is sent for them; ``is_odd``: literals not as they stand."""

    def __init__(self, shapes: t.Iterable[ValueShape], is_odd: bool) -> None:
        self.shapes = tuple(shapes)
        self.is_odd = is_odd
        self.is_looked_at = is_odd or any(shape.read != shape.sent for shape in self.shapes)
        self._makers = [(shape.maker(), shape) for shape in self.shapes]
        # Of the only shape with one text in it, where no literal begins as it does.
        only = self.shapes[0] if len(self.shapes) == 1 and len(self.shapes[0].slots) == 1 else None
        self._before, self._behind = only.read if only else (b"", b"")
        self._sent_before, self._sent_behind = only.sent if only else (b"", b"")
        self._is_simple = self._before[:1].isalpha() or self._before[:1] == b"_"

    def sent(self, text: bytes) -> bytes:
        """Return what is sent for a value that the pattern of this column has matched."""
        if self._is_simple and text.startswith(b"'", len(self._before)) and text.startswith(self._before):
            return self._sent_before + text[len(self._before) : len(text) - len(self._behind)] + self._sent_behind
        for pattern, shape in self._makers:
            match = pattern.fullmatch(text)
            if match is not None:
                return shape.made(match.groups())
        return _literal_sent(text)


class RowShape:
    """What is known of rows that are written alike, and the patterns that are made of it.

    ``around`` is what stands around the values, None for any blanks and comments: once not all rows had the same.
    """

    def __init__(self, row: ReadRow) -> None:
        self.key = row.key
        self.width = len(row.values)
        self.defaults = row.defaults
        self.joint = row.joint if row.is_usual else b","
        self.around = row.around if row.is_usual or row.words else None
        self.bare = row.bare
        self._words = row.words or ((b"(",), *[(b",",)] * (self.width - 1), (b")",))
        # So many executable comments end in a row; where more do, one ends in a text for servers that leave it out.
        self._ends = sum(words.count(b"*/") for words in row.words)
        # What was seen in each column, and what the patterns know of that.
        self._shapes: list[dict[ValueShape, None]] = [{} for _value in row.values]
        self._odd: set[int] = set()
        self._columns: list[_Column] = []
        self._any = ANY
        # Whether rows are sent otherwise than they are written.
        self._rewrites = bool(row.defaults) or not row.is_usual
        self._seen = 0
        self._wanted = _ROWS_BEFORE_PATTERN + self.width // _COLUMNS_BEFORE_PATTERN
        self._is_known = False
        self._patterns: dict[tuple[object, ...], re.Pattern[bytes]] = {}
        # Where all that is otherwise is the quotes; else the row as it is sent is looked for in vain.
        self.in_other_quotes = False

    def learn(self, row: ReadRow, rewritten: bool) -> None:
        """Take note of a row that was read by its tokens; ``rewritten``: its text is not what is sent."""
        self._seen += 1
        if self.around not in (None, row.around):
            self.around, self.joint, rewritten = None, b",", True
        if rewritten and not self._rewrites:
            self._rewrites = True
            self._patterns.clear()
        for shapes, shape in zip(self._shapes, row.values):
            if shape is not None and shape.slots and shape.slots[0] in _ANYTHING:
                self._any = shape.slots[0]
            if shape is not None and not shape.is_literal and len(shapes) < _SHAPES_LIMIT:
                shapes.setdefault(shape)
        self._odd.update(row.odd)
        if self._seen >= self._wanted:
            self._wanted = 2 * self._seen
            self._patterns.clear()
            self._columns = [_Column(shapes, index in self._odd) for index, shapes in enumerate(self._shapes)]
            self.in_other_quotes = not (any(self._shapes) or self.defaults or self.around is None or self.bare)
            self._is_known = len(self.defaults) < self.width and (self.width <= _WIDTH_LIMIT or self.is_usual_way)

    @property
    def is_usual_way(self) -> bool:
        """Whether such rows are sent as they stand, of literals of one word alone."""
        return not self._rewrites and not any(self._shapes)

    def one(self, data: bytes, position: int) -> tuple[bytes, int] | None:
        """Return the row at an offset as it is sent, and the offset behind it; None where it is not such a row."""
        if not self._is_known:
            return None
        if self.is_usual_way:
            match = row_pattern(any_kinds(self.width), self.joint, b"").match(data, position)
            return None if match is None else (match.group(), match.end())
        match = self._pattern(any_kinds(self.width), b"").match(data, position)
        return None if match is None or self._ends_within(match) else (self._sent(match), match.end())

    def many(
        self, data: bytes, position: int, kinds: tuple[str, ...], between: bytes, limit_bytes: int, found: FoundRows
    ) -> int:
        """Add the rows from an offset on that others follow, and return the offset behind them.

        ``between`` is the pattern of what is between two of them, with a group for the end of a statement. No row is
        longer than the limit, nor are all much more.
        """
        end = position
        if not self._is_known:
            return end
        begin = b"" if self.bare else b"("
        pattern = self._pattern(kinds, between)
        for match in iter(pattern.scanner(data, position).match, None):  # type: ignore[attr-defined]
            after = match.end()
            if after - end > limit_bytes or not data.startswith(begin, after) or found.size > limit_bytes:
                break
            if self._ends_within(match):
                break
            # The last group is the end of a statement.
            found.add(self._sent(match), data.count(b"\n", end, after), 0 if match[match.re.groups] is None else 1)
            end = after
        return end

    def kinds_left(self, kinds: tuple[str, ...]) -> tuple[str, ...]:
        """Return the kinds of the columns that are sent."""
        return tuple(kind for index, kind in enumerate(kinds) if index not in self.defaults)

    def _ends_within(self, match: re.Match[bytes]) -> bool:
        if not self._ends or match.group(1).count(b"*/") == self._ends:
            return False
        return any(b"*/" in value for value in match.groups()[1 : self.width + 1])

    def _sent(self, match: re.Match[bytes]) -> bytes:
        row = t.cast("bytes", match.group(1))
        if not self._rewrites:
            return row
        if self.in_other_quotes and b"'" not in row and b'""' not in row and b'\\"' not in row:
            text = row.replace(b'"', b"'")
            if row_pattern(any_kinds(self.width), self.joint, b"").fullmatch(text):
                return text
        values = list(match.groups()[1 : self.width + 1])
        for index, column in enumerate(self._columns):
            if column.is_looked_at:
                values[index] = column.sent(values[index])
        for index in reversed(self.defaults):
            del values[index]
        return b"(" + self.joint.join(values) + b")"

    def _pattern(self, kinds: tuple[str, ...], between: bytes) -> re.Pattern[bytes]:
        key = (kinds, between)
        found = self._patterns.get(key)
        if found is None:
            if len(self._patterns) >= _PATTERNS_KEPT:
                self._patterns.clear()
            found = self._patterns[key] = re.compile(self._row(kinds) + between, re.DOTALL)
        return found

    def _row(self, kinds: tuple[str, ...]) -> bytes:
        values = [self._value(index, kind) for index, kind in enumerate(kinds)]
        if self._rewrites:
            values = [b"(" + value + b")" for value in values]
        around = [re.escape(text) for text in self.around] if self.around else self._around_in_any_blanks()
        parts = [around[0]]
        for value, text in zip(values, around[1:]):
            parts += (value, text)
        if self.bare:
            parts.append(_LITERAL_ENDS)
        return b"(" + b"".join(parts) + b")"

    def _around_in_any_blanks(self) -> list[bytes]:
        """Return the patterns of what stands around the values, in any blanks, but none around the row."""
        first, *between, last = self._words
        parts = [in_any_blanks(first) + _gap_beside(first[-1:])]
        parts += [_gap_beside(words[:1]) + in_any_blanks(words) + _gap_beside(words[-1:]) for words in between]
        return [*parts, _gap_beside(last[:1]) + in_any_blanks(last)]

    def _value(self, index: int, kind: str) -> bytes:
        column = self._columns[index]
        usual, texts = (self._any, _BUT_TEXTS) if column.is_odd else (_VERBATIM, _VERBATIM_BUT_TEXTS)
        literal, watched = usual, TEXT
        if self.bare == "SELECT":
            literal, texts = _OF_SELECT[usual], _SELECTED_BUT_TEXTS
        if kind in WATCHED:
            # A row with a text that is looked at closer is read alone.
            watched = b"(?:" + WATCHED[kind] + b")"
            doubled = b"|" + WATCHED[kind].replace(b"'", b'"') if usual == ANY else b""
            literal = b"(?:" + WATCHED[kind] + b"|" + texts + doubled + b")"
        shapes = [shape.pattern(usual, watched, literal) for shape in column.shapes]
        if index in self.defaults:
            return b"(?:" + b"|".join(shapes) + b")"
        # A shape that begins with a literal goes further than that.
        return b"(?:" + b"|".join([*shapes, literal]) + b")"
