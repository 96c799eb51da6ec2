# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What stands before the rows of an INSERT or REPLACE."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.row_shapes import (
    GAP,
    GAP_APART,
    in_any_blanks,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.kept_readings import KeptReadings
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import Token, name_of
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import split_at_commas

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.dump_cursor import DumpCursor
    from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.literals.row_literals import (
        LiteralReader,
    )

_MODIFIERS = (b"LOW_PRIORITY", b"DELAYED", b"HIGH_PRIORITY")
_VERB_WORDS = (*_MODIFIERS, b"IGNORE")
# An executable comment that every server executes which is named here, MySQL 5.0 and later.
_FOR_ALL = re.compile(rb"/\*!(?:0?(?:[0-4][0-9]{4}|50[0-9]{3}))?\s*")
# Where the words before the rows may end; what they are is looked up, or read by their tokens.
_HEAD_END = re.compile(rb"[^'\"#;]{0,8192}?\b(?:VALUES?\s*(?=\()|SET\s+(?=[^\s/#-]))", re.IGNORECASE)
_HEADS_KEPT = 4096
_VALUES = (b"VALUES", b"VALUE")
_BEHIND_SELECTED = (b"FROM", b"UNION", b"ON", b"WHERE", b"INTO", b"COLLATE", b"LIMIT", b"ORDER", b"GROUP", b"HAVING",
                    b"PROCEDURE", b"FOR", b"LOCK", b"EXCEPT", b"INTERSECT", b"DIV", b"MOD", b"AND", b"OR", b"XOR",
                    b"IS", b"IN", b"LIKE", b"BETWEEN", b"RLIKE", b"REGEXP", b"SOUNDS", b"NOT")  # fmt: skip
# So many heads are looked for in whatever blanks and comments they stand.
_RECENT_HEADS = 8


@dataclasses.dataclass(frozen=True)
class Head:
    """The words before the rows: ``text`` as in the file, from INSERT up to the first row.

    ``by_set``: columns and values follow in pairs, behind SET; ``by_select``: each row is a SELECT of literals.
    ``of_nothing``: the list of columns is empty. ``words`` are all, as they stand in the file.
    """

    text: bytes
    words: tuple[bytes, ...]
    verb: bytes
    table: str
    columns: tuple[str, ...]
    by_set: bool = False
    by_select: bool = False
    of_nothing: bool = False


class _Heads:
    """Heads that were met, by their bytes and by their words; and the patterns of those written in more than one way.

    The last pattern comes first.
    """

    def __init__(self) -> None:
        self.by_text: dict[bytes, Head] = {}
        self.by_words: dict[tuple[bytes, ...], Head] = {}
        self.varied: dict[tuple[bytes, ...], re.Pattern[bytes]] = {}

    def note(self, head: Head) -> Head:
        """Take note of a head that was read by its tokens; return the one of the same words that was read before."""
        if len(self.by_text) >= _HEADS_KEPT:
            self.by_text, self.by_words, self.varied = {}, {}, {}
        known = self.by_text[head.text] = self.by_words.setdefault(head.words, head)
        if known is not head and head.words not in self.varied:
            for gone in list(self.varied)[_RECENT_HEADS - 1 :]:
                del self.varied[gone]
            self.varied = {head.words: _in_any_blanks(head.words), **self.varied}
        return known


class HeadReader:
    """Reads the words around the rows."""

    def __init__(self, cursor: DumpCursor, literals: LiteralReader) -> None:
        self._cursor = cursor
        self._source = cursor.source
        self._literals = literals
        self._heads = KeptReadings(cursor, _Heads)

    def head(self) -> tuple[Head, int]:
        """Return the words before the rows; a dump that has others in between writes the same again and again.

        The same bytes are the same words, as long as the dump sets nothing that changes how they are read.
        """
        heads = self._heads.now()
        found = _HEAD_END.match(self._source.data, self._source.position)
        head = heads.by_text.get(found.group()) if found else None
        if head is not None and found is not None:
            return head, found.end()
        for words, pattern in heads.varied.items():
            found = pattern.match(self._source.data, self._source.position)
            if found is not None:
                return heads.by_words[words], found.end()
        head, position = self._read()
        return heads.note(head), position

    def pattern(self, head: Head) -> bytes:
        """Return the pattern of a head as the dump writes it: in whatever blanks and comments, where these vary."""
        varied = self._heads.last.varied.get(head.words)
        return re.escape(head.text) if varied is None else varied.pattern

    def again(self, head: Head, position: int) -> int | None:
        """Return the offset behind the words of a head, None where others stand at an offset."""
        varied = self._heads.last.varied.get(head.words)
        found = varied.match(self._source.data, position) if varied else None
        return None if found is None else found.end()

    def _read(self) -> tuple[Head, int]:
        """Read INSERT [IGNORE] [INTO] table [(columns)] VALUES, or SET."""
        source = self._source
        words, texts, position, before_rows = self._words_until_values(source.position)
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
        of_nothing = len(rest) == 2 and rest[0].is_mark(b"(") and rest[1].is_mark(b")")
        columns = () if of_nothing else self._columns(rest, table)
        by_set, by_select = before_rows == b"SET", before_rows == b"SELECT"
        return Head(text, tuple(texts), verb, table, columns, by_set, by_select, of_nothing), position

    def _words_until_values(self, position: int) -> tuple[list[Token], list[bytes], int, bytes]:
        """Return the words, all words as they stand, the offset of the rows, and the word before these."""
        words: list[Token] = []
        is_open = is_late = False
        in_list = 0
        texts: list[bytes] = []
        while True:
            kind, end = self._source.token(position)
            text = self._source.data[position:end]
            if kind in ("open", "close") and is_open is (kind == "close"):
                # Every server since MySQL 5 has what programs put into executable comments here: DELAYED and IGNORE.
                is_open = kind == "open"
                is_late = is_open and not _FOR_ALL.fullmatch(text)
            elif kind in ("unknown", "open", "close", "variable", "number") or text == self._cursor.delimiter:
                raise self._cursor.refuse("an INSERT that gives no rows by VALUES")
            elif kind not in ("space", "comment"):
                word = self._cursor.word(kind, text, False)
                texts.append(text)
                if is_open and is_late and word.upper in _VERB_WORDS:
                    raise self._cursor.refuse(f"an INSERT with {word.upper.decode()} for some servers only")
                if word.upper in (b"TABLE", b"WITH"):
                    raise self._cursor.refuse(f"an INSERT with {word.upper.decode()} instead of VALUES")
                in_list += word.is_mark(b"(") - word.is_mark(b")")
                # A column may be called value, without quotes.
                is_column = in_list and word.upper == b"VALUE"
                if not (is_open or is_column) and (word.upper in _VALUES or word.upper in (b"SET", b"SELECT")):
                    return words, texts, self._literals.skip_blank(end), word.upper
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

    def _columns(self, words: list[Token], table: str) -> tuple[str, ...]:
        if not words:
            return ()
        if not (words[0].is_mark(b"(") and words[-1].is_mark(b")")):
            raise self._cursor.refuse("an INSERT with words that are not understood")
        names: list[str] = []
        for part in split_at_commas(words[1:-1]):
            # A table may stand in front of a column: there is only one that it can be.
            *before, name = [name_of(word) for word in part[::2]] or [None]
            is_own = not before or (len(before) == 1 and (before[0] or "").lower() == table.lower())
            if len(part) % 2 == 0 or name is None or not is_own or not all(word.is_mark(b".") for word in part[1::2]):
                raise self._cursor.refuse("an INSERT with a list of columns that is not understood")
            names.append(name)
        return self.each_once(names)

    def each_once(self, names: list[str]) -> tuple[str, ...]:
        """Return the columns of a row, unless one is named twice: one of its values would be lost unsaid."""
        if len({name.lower() for name in names}) != len(names):
            raise self._cursor.refuse("an INSERT that names a column twice")
        return tuple(names)

    # SET column = literal, ...

    def column_of_pair(self, position: int, table: str) -> tuple[str, int]:
        """Read ``column =`` and return the column, and the offset of its value."""
        name, equals = self._name(position)
        if name is not None and name.lower() == table.lower() and self._source.data.startswith(b".", equals):
            name, equals = self._name(equals + 1)
        _kind, end = self._source.token(equals)
        if name is None or self._source.data[equals:end] not in (b"=", b":="):
            raise self._cursor.refuse("an INSERT with SET that does not give a column its value")
        return name, self._literals.skip_blank(end)

    def _name(self, position: int) -> tuple[str | None, int]:
        kind, end = self._source.token(position)
        return name_of(self._cursor.word(kind, self._source.data[position:end], False)), self._literals.skip_blank(end)

    # SELECT literal [AS alias], ... [FROM DUAL] [UNION ALL SELECT ...]

    def behind_selected(self, position: int, words: t.Sequence[bytes]) -> int | None:
        """Return the offset behind words, None where others stand there."""
        for word in words:
            position = self._literals.skip_blank(position)
            _kind, end = self._source.token(position)
            if self._source.data[position:end].upper() != word:
                return None
            position = end
        return position

    def behind_alias(self, position: int) -> int:
        """Return the offset behind the name that a value of a SELECT is given."""
        named = self.behind_selected(position, (b"AS",))
        start = self._literals.skip_blank(position if named is None else named)
        kind, end = self._source.token(start)
        is_name = kind == "name" or (kind == "word" and self._source.data[start:end].upper() not in _BEHIND_SELECTED)
        if named is not None and not is_name:
            raise self._cursor.refuse("an INSERT with SELECT of something else than literals")
        return end if is_name else position


def _in_any_blanks(words: tuple[bytes, ...]) -> re.Pattern[bytes]:
    """Return the pattern of a head with any blanks and comments between its words, and behind them."""
    return re.compile(in_any_blanks(words) + (GAP + rb"(?=\()" if words[-1].upper() in _VALUES else GAP_APART))
