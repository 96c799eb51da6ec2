# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Literals in rows, in all the words that servers have for them; whatever is none is refused.

Source: the servers' documentation on literals, character set introducers, national strings, and functions that read
nothing but their arguments.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.literals.charsets import (
    CAST_TYPES,
    CHARSETS,
    HEX_INTRODUCERS,
    INTRODUCERS,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.literals.no_literal import (
    by_setting,
    no_literal,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.literals.operations import (
    BINARY,
    BY_SETTING,
    DIVISIONS,
    FUNCTIONS,
    OPERATORS,
    OPERATORS_MOST,
    SIGNS,
    Composed,
    signed,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.literals.values import (
    DEFAULT,
    LONG_BYTES,
    Value,
    long_value,
    words_of,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.row_shapes import (
    ANY,
    ANY_BUT_DOUBLE,
    BIT_DIGITS,
    BITS,
    HEX_DIGITS,
    HEX_NUMBER,
    TEXT,
    Leaf,
    Place,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import (
    joined_strings,
    name_of,
    single_quoted,
)

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.dump_cursor import DumpCursor

_ANY_HEX = re.compile(rb"'[0-9A-Fa-f]*'")
_BITS = re.compile(rb"'[01]*'")
# As servers before MySQL 8 call them too.
_WITHOUT_ST = re.compile(
    rb"(?:GEOM|GEOMETRY|GEOMCOLL|GEOMETRYCOLLECTION|M?POINT|M?LINE|LINESTRING|M?POLY|POLYGON)FROM.*"
)
_OF_TEXT_OR_WKB = re.compile(rb"ST_\w+FROM(?:TEXT|WKB)")
_SRIDS = (b"SRID", b"ST_SRID")
_CASTS = (b"CAST", b"CONVERT")
_BRACED = {b"D": b"DATE", b"T": b"TIME", b"TS": b"TIMESTAMP"}
_DEPTH_LIMIT = 8
_ADDED_BITS = b"CONVERT(b"
_NOT_ZERO = re.compile(rb"[0-9]*[1-9][0-9]*(?:\.[0-9]*)?")
_NO_BLANK_NEXT = re.compile(rb" ?(?=[0-9A-Za-z'`,()=;])")


class LiteralReader:
    """Reads one literal at an offset of the cursor's bytes.

    ``places`` are those of the literals of one word since somebody has cleared it: in the values that were given they
    are the parts that are a Leaf.
    """

    def __init__(self, cursor: DumpCursor) -> None:
        self._cursor = cursor
        self._source = cursor.source
        self.places: list[Place] = []

    @property
    def data(self) -> bytes:
        """The bytes that the offsets are in."""
        return self._source.data

    def _leaf(self, start: int, end: int, slot: bytes = b"", text: bytes | None = None) -> Value:
        """Return a literal of one word, in whose place others may stand that ``slot`` matches: any, if that is empty.

        A long one is taken without a copy of it; how such rows are written is not learnt.
        """
        if end - start > LONG_BYTES:
            self.places.append((start, end, None))
            return long_value(self._source.data, start, end)
        self.places.append((start, end, slot or (ANY_BUT_DOUBLE if self._cursor.ansi_quotes else ANY)))
        return (Leaf(self._source.data[start:end] if text is None else text),)

    def _text(self, start: int, end: int) -> Value:
        """Return a string behind a word that only a string may follow."""
        if self._source.data.startswith(b"'", start):
            return self._leaf(start, end, TEXT)
        self.places.append((start, end, None))
        return long_value(self._source.data, start, end)

    def skip_blank(self, position: int) -> int:
        """Return the offset behind blanks and comments."""
        # Mostly there are none, or one: that needs no look at a token.
        found = _NO_BLANK_NEXT.match(self._source.data, position)
        if found is not None:
            return found.end()
        while True:
            kind, end = self._source.token(position)
            if kind not in ("space", "comment"):
                return position
            position = end

    def value(self, position: int, column: str | None = None) -> tuple[Value, int]:
        """Return a literal, or DEFAULT alone or of the column that the value is for, and the offset behind it."""
        kind, end = self._source.token(position) if self._source.data[position : position + 1] in b"dD" else ("", 0)
        if kind == "word" and self._source.data[position:end].upper() == b"DEFAULT":
            opens = self.skip_blank(end)
            if not self._source.data.startswith(b"(", opens):
                return DEFAULT, end
            start = self.skip_blank(opens + 1)
            kind, end = self._source.token(start)
            name = name_of(self._cursor.word(kind, self._source.data[start:end], False))
            closes = self.skip_blank(end)
            is_own = column is not None and name is not None and name.lower() == column.lower()
            if is_own and self._source.data.startswith(b")", closes):
                return DEFAULT, closes + 1
        return self.literal(position)

    def literal(self, position: int, depth: int = 0) -> tuple[Value, int]:
        """Return one literal, or what operators make of several, and the offset behind it; nothing else is read."""
        known = len(self.places)
        value, end = self._operand(position, depth)
        if self._source.data[end : end + 1] in (b",", b")") or value[0] == _ADDED_BITS:
            return value, end
        operator, start = self._operator(end)
        if not operator:
            return value, end
        parts = [b"".join(value)]
        while operator:
            place = self.skip_blank(end)
            self._check_setting(operator, place)
            value, end = self._operand(start, depth + 1) if depth < _DEPTH_LIMIT else ((), start)
            parts += (operator, b"".join(value))
            # Behind a text it is rather a quote in this that is not escaped.
            is_text = b"'" in (parts[-3][:1], parts[-1][:1])
            is_odd = operator in DIVISIONS and not _NOT_ZERO.fullmatch(parts[-1])
            if not value or is_text or is_odd or len(parts) > 2 * OPERATORS_MOST:
                raise no_literal(self._cursor, place, behind=True)
            operator, start = self._operator(end)
        return self._made(known, position, end, Composed(b" ".join(parts)))

    def _operator(self, position: int) -> tuple[bytes, int]:
        """Return the operator that comes at an offset, and the offset of what it is for; nothing for none."""
        start = self.skip_blank(position)
        _kind, end = self._source.token(start)
        text = self._source.data[start:end].upper()
        ends = self._source.data.startswith(self._cursor.delimiter, start)
        return (text, self.skip_blank(end)) if text in OPERATORS and not ends else (b"", start)

    def _check_setting(self, word: bytes, position: int) -> None:
        setting = BY_SETTING.get(word)
        if setting in self._cursor.unusual:
            raise by_setting(self._cursor, position, word, setting)

    def _made(self, known: int, start: int, end: int, text: bytes) -> tuple[Value, int]:
        """Return what is made of literals, between two offsets; none of these is learnt from."""
        self.places[known:] = [(start, end, None)]
        return (text,), end

    def _operand(self, position: int, depth: int) -> tuple[Value, int]:
        """Return one literal without an operator behind it."""
        kind, end = self._source.token(position)
        data = self._source.data
        if kind == "number":
            return self._leaf(position, end), end
        if kind == "string" and (data.startswith(b"'", position) or not self._cursor.ansi_quotes):
            return self._string(position, end)
        text = data[position:end]
        if (kind == "mark" and (text == b"(" or text in SIGNS)) or (kind == "word" and text.upper() == BINARY):
            return self._marked(position, end, depth)
        if kind == "word" or text == b"{":
            return self._word_literal(position, end, depth) if kind == "word" else self._braced(position, end)
        if kind == "unknown" and self._source.data.startswith(b"\\N", position):
            return (b"NULL",), position + 2
        raise no_literal(self._cursor, position)

    def _marked(self, position: int, end: int, depth: int) -> tuple[Value, int]:
        """Return a value behind its sign, or one in parentheses; a literal is the same without these."""
        data, start, known = self._source.data, self.skip_blank(end), len(self.places)
        kind, after = self._source.token(start)
        if kind == "number" and start == end and data[position:end] in (b"-", b"+"):
            return self._leaf(position, after), after
        if depth >= _DEPTH_LIMIT:
            raise no_literal(self._cursor, position)
        if not data.startswith(b"(", position):
            value, after = self._operand(start, depth + 1)
            return self._made(known, position, after, signed(data[position:end].upper(), b"".join(value)))
        value, after = self.literal(start, depth + 1)
        closes = self.skip_blank(after)
        if not data.startswith(b")", closes):
            raise no_literal(self._cursor, closes, behind=True)
        if isinstance(value[0], Composed):
            return self._made(known, position, closes + 1, Composed(b"(" + value[0] + b")"))
        return value, closes + 1

    def _string(self, position: int, end: int) -> tuple[Value, int]:
        """Return a string, of one piece or of several one behind the other, which are one to a server."""
        data, behind = self._source.data, end
        while data[behind : behind + 1] not in (b",", b")"):
            start = self.skip_blank(behind)
            kind, after = self._source.token(start)
            if kind != "string" or (self._cursor.ansi_quotes and data.startswith(b'"', start)):
                break
            behind = after
        if behind == end:
            text = None
            if data.startswith(b'"', position) and end - position <= LONG_BYTES:
                text = single_quoted(data[position:end])
            return self._leaf(position, end, text=text), self._behind_collation(end)
        self.places.append((position, behind, None))
        return (joined_strings(words_of(data[position:behind])),), self._behind_collation(behind)

    def _word_literal(self, position: int, end: int, depth: int) -> tuple[Value, int]:
        word = self._source.data[position:end]
        upper = word.upper()
        if upper in (b"NULL", b"TRUE", b"FALSE"):
            return self._leaf(position, end, text=upper), end
        is_apart = upper.startswith(b"_") or upper in (b"DATE", b"TIME", b"TIMESTAMP")
        start = self.skip_blank(end) if is_apart else end
        kind, after = self._source.token(start)
        literal = memoryview(self._source.data)[start:after]
        if kind == "string":
            if (upper == b"X" and _ANY_HEX.fullmatch(literal)) or (upper == b"B" and _BITS.fullmatch(literal)):
                return self._leaf(position, after), after
            if upper == b"N" and self._source.data.startswith(b"'", start):
                # What stands in it is in the dump's encoding, as in every other string.
                return self._text(start, after), after
            if upper in (b"DATE", b"TIME", b"TIMESTAMP"):
                return (upper, *self._text(start, after)), after
        if upper.startswith(b"_"):
            return self._introduced(position, start, kind, after)
        if self._source.data.startswith(b"(", self.skip_blank(end)):
            return self._call(position, end, depth)
        raise no_literal(self._cursor, position)

    def _braced(self, position: int, end: int) -> tuple[Value, int]:
        """Return a date or time as ODBC has it, ``{ts '...'}``, in the word that servers have for it."""
        start = self.skip_blank(end)
        _kind, end = self._source.token(start)
        word = _BRACED.get(self._source.data[start:end].upper())
        start = self.skip_blank(end)
        kind, end = self._source.token(start)
        closing = self.skip_blank(end)
        if word is None or kind != "string" or not self._source.data.startswith(b"}", closing):
            raise no_literal(self._cursor, position)
        return (word, *self._text(start, end)), closing + 1

    def _introduced(self, position: int, start: int, kind: str, after: int) -> tuple[Value, int]:
        """Return a literal behind the name of a character set, with no collation behind it: that changes no value."""
        data = self._source.data
        word = data[position : self._source.token(position)[1]]
        upper, lower = word.upper(), word.lower() + b" "
        value: Value | None = None
        if upper in INTRODUCERS and kind == "string":
            value = (lower, *self._text(start, after))
        elif upper in HEX_INTRODUCERS and kind == "number" and data[start : start + 2] == b"0x":
            value = (lower, *self._leaf(start, after, HEX_NUMBER))
        elif upper in HEX_INTRODUCERS and kind == "word" and data[start:after].upper() in (b"X", b"B"):
            _kind, end = self._source.token(after)
            slot = HEX_DIGITS if data[start:after].upper() == b"X" else BIT_DIGITS
            if re.compile(slot).fullmatch(data, start, end):
                value, after = (lower, *self._leaf(start, end, slot)), end
        if value is None:
            raise no_literal(self._cursor, position)
        return value, self._behind_collation(after)

    def _behind_collation(self, position: int) -> int:
        """Return the offset behind a collation, which changes no value; the same one where there is none."""
        if self._source.data[position : position + 1] in (b",", b")"):
            return position
        start = self.skip_blank(position)
        kind, end = self._source.token(start)
        if kind != "word" or self._source.data[start:end].upper() != b"COLLATE":
            return position
        kind, after = self._source.token(self.skip_blank(end))
        if kind not in ("word", "name", "string"):
            raise no_literal(self._cursor, start, behind=True)
        return after

    # Calls that have literals alone

    def _call(self, start: int, end: int, depth: int) -> tuple[Value, int]:
        """Return a call whose name stands between two offsets, written anew."""
        upper = self._source.data[start:end].upper()
        position = self.skip_blank(end) + 1
        name = b"ST_" + upper if _WITHOUT_ST.fullmatch(upper) else upper
        if name == b"CONV" and not depth:
            return self._bits_added(start, position)
        if depth >= _DEPTH_LIMIT or name not in FUNCTIONS | frozenset(_CASTS):
            raise no_literal(self._cursor, start)
        self._check_setting(name, start)
        parts: list[bytes | memoryview] = [name, b"("]
        if self._source.data.startswith(b")", self.skip_blank(position)):
            raise no_literal(self._cursor, start)
        while True:
            position = self.skip_blank(position)
            behind = self._behind_own_srid(position) if parts[-1] == b"," and _OF_TEXT_OR_WKB.fullmatch(name) else None
            value, position = self.literal(position, depth + 1) if behind is None else ((b"0",), behind)
            parts += value
            position = self.skip_blank(position)
            _kind, end = self._source.token(position)
            mark = self._source.data[position:end]
            if mark == b")":
                return (*parts, b")"), end
            if name in _CASTS:
                words, end = self._type_until_end(name, position)
                return (*parts, words, b")"), end
            if mark != b",":
                raise no_literal(self._cursor, position, behind=True)
            parts.append(b",")
            position = end

    def _behind_own_srid(self, position: int) -> int | None:
        """Return the offset behind the SRID of a column, as Adminer asks for it: no row is there yet, so it is 0."""
        kind, end = self._source.token(position)
        if kind != "word" or self._source.data[position:end].upper() not in _SRIDS:
            return None
        opens = self.skip_blank(end)
        start = self.skip_blank(opens + 1)
        kind, end = self._source.token(start)
        closes = self.skip_blank(end)
        marks = self._source.data[opens : opens + 1] + self._source.data[closes : closes + 1]
        return closes + 1 if marks == b"()" and kind in ("word", "name") else None

    def _bits_added(self, start: int, position: int) -> tuple[Value, int]:
        """Return bits as Adminer 4 writes them, ``CONV('101', 2, 10) + 0``: a server loses those behind the 53rd."""
        position = self.skip_blank(position)
        _kind, end = self._source.token(position)
        digits, value = self._source.data[position:end], self._leaf(position, end, BITS)
        for wanted in (b",", b"2", b",", b"10", b")", b"+", b"0") if _BITS.fullmatch(digits) else (b"",):
            position = self.skip_blank(end)
            _kind, end = self._source.token(position)
            if self._source.data[position:end] != wanted:
                raise no_literal(self._cursor, start)
        return (_ADDED_BITS, *value, b", UNSIGNED)"), end

    def _type_until_end(self, name: bytes, position: int) -> tuple[bytes, int]:
        """Return ``AS type``, ``, type`` or ``USING charset``, and the offset behind the parenthesis that closes."""
        words: list[bytes] = []
        depth, start = 1, position
        while depth:
            position = self.skip_blank(position)
            kind, end = self._source.token(position)
            text = self._source.data[position:end].upper()
            depth += (text == b"(") - (text == b")")
            if depth and kind not in ("word", "number") and text not in (b"(", b")", b","):
                raise no_literal(self._cursor, position, behind=True)
            words.append(text)
            position = end
        begins = words[:1]
        rest = [word for word in words[1:-1] if not word.isdigit() and word not in (b"(", b")", b",")]
        allowed = CAST_TYPES | CHARSETS
        by_using = name == b"CONVERT" and begins == [b"USING"]
        by_type = begins == ([b"AS"] if name == b"CAST" else [b","])
        if not rest or not (by_using or by_type) or any(word not in allowed for word in rest):
            raise no_literal(self._cursor, start, behind=True)
        return b" " + b" ".join(words[:-1]), position
