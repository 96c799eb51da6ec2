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

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.literals.no_literal import no_literal
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
    scan,
    single_quoted,
)

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.dump_cursor import DumpCursor

# Character sets in which no byte of a longer character can be a quote or a backslash.
_INTRODUCERS = frozenset(
    b"""_BINARY _LATIN1 _UTF8 _UTF8MB3 _UTF8MB4 _ASCII _LATIN2 _LATIN5 _LATIN7 _CP1250 _CP1251 _CP1256 _CP1257 _CP850
    _CP852 _CP866 _KOI8R _KOI8U _GREEK _HEBREW _HP8 _DEC8 _MACCE _MACROMAN _KEYBCS2 _ARMSCII8 _GEOSTD8""".split()
)
# The bytes of these are written in hexadecimal digits only.
_HEX_INTRODUCERS = _INTRODUCERS | frozenset(
    b"_UCS2 _UTF16 _UTF16LE _UTF32 _BIG5 _GBK _SJIS _CP932 _GB2312 _GB18030 _EUCKR _UJIS _EUCJPMS _SWE7 _TIS620".split()
)
_ANY_HEX = re.compile(rb"'[0-9A-Fa-f]*'")
_BITS = re.compile(rb"'[01]*'")
# With literals alone, one at least, they give the same value at any time, of hardly more bytes than these have.
_FUNCTIONS = frozenset(
    b"""UNHEX FROM_BASE64 CHAR CONCAT INET_ATON INET6_ATON UUID_TO_BIN JSON_OBJECT JSON_ARRAY STR_TO_DATE
    POINT LINESTRING POLYGON MULTIPOINT MULTILINESTRING MULTIPOLYGON GEOMETRYCOLLECTION GEOMCOLLECTION
    ST_GEOMFROMTEXT ST_GEOMETRYFROMTEXT ST_GEOMCOLLFROMTEXT ST_POINTFROMTEXT ST_LINEFROMTEXT ST_LINESTRINGFROMTEXT
    ST_POLYFROMTEXT ST_POLYGONFROMTEXT ST_MPOINTFROMTEXT ST_MLINEFROMTEXT ST_MPOLYFROMTEXT
    ST_MULTIPOINTFROMTEXT ST_MULTILINESTRINGFROMTEXT ST_MULTIPOLYGONFROMTEXT ST_GEOMETRYCOLLECTIONFROMTEXT
    ST_GEOMFROMWKB ST_GEOMETRYFROMWKB ST_POINTFROMWKB ST_LINEFROMWKB ST_POLYFROMWKB ST_GEOMCOLLFROMWKB
    ST_GEOMFROMGEOJSON VEC_FROMTEXT STRING_TO_VECTOR TO_VECTOR
    MD5 SHA SHA1 SHA2 CRC32 LOWER LCASE UPPER UCASE TRIM LTRIM RTRIM REVERSE LEFT RIGHT SUBSTRING SUBSTR MID CONCAT_WS
    COALESCE IFNULL IF ABS ROUND FLOOR CEIL CEILING TRUNCATE LENGTH CHAR_LENGTH CHARACTER_LENGTH ASCII ORD
    INET_NTOA MAKEDATE MAKETIME TO_DAYS FROM_DAYS TIME_TO_SEC SEC_TO_TIME LAST_DAY DAYOFMONTH MONTH YEAR
    FROM_UNIXTIME UNIX_TIMESTAMP DATE TIME TIMESTAMP""".split()
)
# As servers before MySQL 8 call them too.
_WITHOUT_ST = re.compile(
    rb"(?:GEOM|GEOMETRY|GEOMCOLL|GEOMETRYCOLLECTION|M?POINT|M?LINE|LINESTRING|M?POLY|POLYGON)FROM.*"
)
_OF_TEXT_OR_WKB = re.compile(rb"ST_\w+FROM(?:TEXT|WKB)")
_SRIDS = (b"SRID", b"ST_SRID")
_CASTS = (b"CAST", b"CONVERT")
_BRACED = {b"D": b"DATE", b"T": b"TIME", b"TS": b"TIMESTAMP"}
_CAST_TYPES = frozenset(
    b"""UNSIGNED SIGNED INTEGER INT CHAR CHARACTER NCHAR VARCHAR BINARY VARBINARY DATE DATETIME TIME YEAR DECIMAL DOUBLE
    FLOAT REAL JSON SET CHARSET INET4 INET6 UUID""".split()
)
_CHARSETS = frozenset(name[1:] for name in _HEX_INTRODUCERS)
_DEPTH_LIMIT = 8
_NO_BLANK_NEXT = re.compile(rb" ?(?=[0-9A-Za-z'`,()=;])")
# Longer values are copied once only, into the text of their row.
LONG_BYTES = 64 * 1024

# The parts of a literal.
Value = tuple[t.Union[bytes, memoryview], ...]
# What stands instead of a literal where a server is to fill a column.
DEFAULT: Value = (b"DEFAULT",)


def _long_value(data: bytes, start: int, end: int) -> Value:
    """Return a literal without a copy of it; a string in double quotes that others stand in is made a new one."""
    view = memoryview(data)[start:end]
    if data[start : start + 1] != b'"':
        return (view,)
    if data.find(b"'", start, end) < 0 and data.find(b'""', start + 1, end - 1) < 0:
        return (b"'", view[1:-1], b"'")
    return (single_quoted(bytes(view)),)


def words_of(text: bytes) -> tuple[bytes, ...]:
    """Return the words of a text that was read by its tokens, without its blanks and comments."""
    found = []
    position = 0
    while position < len(text):
        kind, end = scan(text, position)
        if kind not in ("space", "comment"):
            found.append(text[position:end])
        position = end
    return tuple(found)


def joined(values: list[Value], joint: bytes) -> bytes:
    """Return a row of values, of which each is copied once."""
    parts: list[bytes | memoryview] = [b"("]
    for value in values:
        parts += (*value, joint)
    parts[-1] = b")"
    return b"".join(parts)


def defaults_in(values: list[Value]) -> tuple[int, ...]:
    """Return where DEFAULT stands among values."""
    return tuple(index for index, value in enumerate(values) if value is DEFAULT)


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
            return _long_value(self._source.data, start, end)
        self.places.append((start, end, slot or (ANY_BUT_DOUBLE if self._cursor.ansi_quotes else ANY)))
        return (Leaf(self._source.data[start:end] if text is None else text),)

    def _text(self, start: int, end: int) -> Value:
        """Return a string behind a word that only a string may follow."""
        if self._source.data.startswith(b"'", start):
            return self._leaf(start, end, TEXT)
        self.places.append((start, end, None))
        return _long_value(self._source.data, start, end)

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
        """Return one literal and the offset behind it; anything that is none is refused."""
        kind, end = self._source.token(position)
        data = self._source.data
        if kind == "number":
            return self._leaf(position, end), end
        if kind == "string" and (data.startswith(b"'", position) or not self._cursor.ansi_quotes):
            return self._string(position, end)
        text = data[position:end]
        if kind == "mark" and text in (b"-", b"+", b"("):
            return self._marked(position, end, depth)
        if kind == "word" or text == b"{":
            return self._word_literal(position, end, depth) if kind == "word" else self._braced(position, end)
        if kind == "unknown" and self._source.data.startswith(b"\\N", position):
            return (b"NULL",), position + 2
        raise no_literal(self._cursor, position)

    def _marked(self, position: int, end: int, depth: int) -> tuple[Value, int]:
        """Return a number behind its sign, or a literal in parentheses, which is the same without them."""
        data, start = self._source.data, self.skip_blank(end)
        if data.startswith(b"(", position):
            value, after = self.literal(start, depth + 1) if depth < _DEPTH_LIMIT else ((), start)
            closes = self.skip_blank(after)
            if value and data.startswith(b")", closes):
                return value, closes + 1
            raise no_literal(self._cursor, closes, behind=True)
        kind, after = self._source.token(start)
        if kind != "number":
            raise no_literal(self._cursor, position)
        if start == end:
            return self._leaf(position, after), after
        self.places.append((position, after, None))
        return (data[position:end] + data[start:after],), after

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
        if upper in _INTRODUCERS and kind == "string":
            value = (lower, *self._text(start, after))
        elif upper in _HEX_INTRODUCERS and kind == "number" and data[start : start + 2] == b"0x":
            value = (lower, *self._leaf(start, after, HEX_NUMBER))
        elif upper in _HEX_INTRODUCERS and kind == "word" and data[start:after].upper() in (b"X", b"B"):
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
        if depth >= _DEPTH_LIMIT or name not in _FUNCTIONS | frozenset(_CASTS):
            raise no_literal(self._cursor, start)
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
        return (b"CONVERT(b", *value, b", UNSIGNED)"), end

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
        allowed = _CAST_TYPES | _CHARSETS
        by_using = name == b"CONVERT" and begins == [b"USING"]
        by_type = begins == ([b"AS"] if name == b"CAST" else [b","])
        if not rest or not (by_using or by_type) or any(word not in allowed for word in rest):
            raise no_literal(self._cursor, start, behind=True)
        return b" " + b" ".join(words[:-1]), position
