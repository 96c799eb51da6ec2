# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What stands around the rows of an INSERT or REPLACE: the words before, and what is done where a key is there."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.row_shapes import (
    GAP,
    GAP_APART,
    in_any_blanks,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import (
    Token,
    name_of,
    quoted_name,
    single_quoted,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import split_at_commas

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.dump_cursor import DumpCursor
    from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.row_literals import LiteralReader

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
# What makes one literal with the text behind it.
_BEFORE_TEXT = (b"X", b"B", b"N", b"_BINARY", b"_UTF8", b"_UTF8MB3", b"_UTF8MB4", b"_LATIN1", b"_ASCII")
_DIGITS = re.compile(rb"'[0-9A-Fa-f]*'")
# So many heads are looked for in whatever blanks and comments they stand.
_RECENT_HEADS = 8
# What tells that a key is there goes on for as many columns as a table has.
_WORDS_LIMIT = 40_000


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


class HeadReader:
    """Reads the words around the rows."""

    def __init__(self, cursor: DumpCursor, literals: LiteralReader) -> None:
        self._cursor = cursor
        self._source = cursor.source
        self._literals = literals
        self._heads: dict[bytes, Head] = {}
        self._by_words: dict[tuple[bytes, ...], Head] = {}
        # The patterns of heads that the dump writes in more than one way, the last first.
        self._varied: dict[tuple[bytes, ...], re.Pattern[bytes]] = {}
        self._updates: dict[bytes, bytes] = {}
        self._heads_under: tuple[object, ...] = ()

    def head(self) -> tuple[Head, int]:
        """Return the words before the rows; a dump that has others in between writes the same again and again.

        The same bytes are the same words, as long as the dump sets nothing that changes how they are read.
        """
        cursor = self._cursor
        under = (cursor.delimiter, cursor.ansi_quotes, cursor.no_escapes, cursor.codecs, cursor.database.name)
        if under != self._heads_under:
            self._heads, self._by_words, self._varied, self._updates, self._heads_under = {}, {}, {}, {}, under
        found = _HEAD_END.match(self._source.data, self._source.position)
        head = self._heads.get(found.group()) if found else None
        if head is not None and found is not None:
            return head, found.end()
        for words, pattern in self._varied.items():
            found = pattern.match(self._source.data, self._source.position)
            if found is not None:
                return self._by_words[words], found.end()
        head, position = self._read()
        return self._noted(head), position

    def _noted(self, head: Head) -> Head:
        """Take note of a head that was read by its tokens; return the one of the same words that was read before."""
        if len(self._heads) >= _HEADS_KEPT:
            self._heads, self._by_words, self._varied = {}, {}, {}
        known = self._heads[head.text] = self._by_words.setdefault(head.words, head)
        if known is not head and head.words not in self._varied:
            for gone in list(self._varied)[_RECENT_HEADS - 1 :]:
                del self._varied[gone]
            self._varied = {head.words: _in_any_blanks(head.words), **self._varied}
        return known

    def pattern(self, head: Head) -> bytes:
        """Return the pattern of a head as the dump writes it: in whatever blanks and comments, where these vary."""
        varied = self._varied.get(head.words)
        return re.escape(head.text) if varied is None else varied.pattern

    def again(self, head: Head, position: int) -> int | None:
        """Return the offset behind the words of a head, None where others stand at an offset."""
        varied = self._varied.get(head.words)
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
                if not is_open and (word.upper in _VALUES or word.upper in (b"SET", b"SELECT")):
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

    # Behind the rows: [AS alias] ON DUPLICATE KEY UPDATE column = value, ...

    def update_until_end(self, position: int, table: str) -> tuple[bytes, int]:
        """Return what is done with a row whose key is there, as ``column=VALUES(column)``, and the offset behind it."""
        words: list[Token] = []
        source, delimiter, start = self._source, self._cursor.delimiter, position
        stop = source.data.find(delimiter, start)
        # Here as well the same bytes are the same words.
        known = self._updates.get(source.data[start:stop]) if stop > 0 else None
        if known is not None:
            return known, stop
        while not source.data.startswith(delimiter, position):
            kind, end = source.token(position)
            if kind not in ("space", "comment"):
                text = source.data[position:end]
                if kind not in ("word", "name", "mark", "string", "number") or len(words) > _WORDS_LIMIT:
                    raise self._not_understood()
                is_text = kind == "string" and (text[:1] == b"'" or not self._cursor.ansi_quotes)
                # A text is sent in the dump's encoding, as it stands in the rows.
                words.append(
                    Token(kind, single_quoted(text), False) if is_text else self._cursor.word(kind, text, False)
                )
            position = end
        update = self._update(words, table)
        if len(self._updates) < _HEADS_KEPT:
            self._updates[source.data[start:position]] = update
        return update, position

    def _update(self, words: list[Token], table: str) -> bytes:
        alias: str | None = None
        if words and words[0].upper == b"AS":
            alias, words = (name_of(words[1]) if len(words) > 1 else None), words[2:]
        if [word.upper for word in words[:4]] != [b"ON", b"DUPLICATE", b"KEY", b"UPDATE"]:
            raise self._not_understood()
        rest, clauses = words[4:], []
        while rest:
            target, source, taken = self._pair(rest, alias, table)
            clauses.append(quoted_name(target) + b"=" + source)
            rest = rest[taken:]
            if rest and (not rest.pop(0).is_mark(b",") or not rest):
                raise self._not_understood()
        if not clauses:
            raise self._not_understood()
        return b",".join(clauses)

    def _pair(self, words: list[Token], alias: str | None, table: str) -> tuple[str, bytes, int]:
        """Return a column, what it gets, and how many words say so: the new value, the one that is there, a literal."""
        target, taken = self._column(words, table)
        rest = words[taken + 1 :]
        if target is None or not rest or not words[taken].is_mark(b"="):
            raise self._not_understood()
        taken += 1
        if rest[0].upper in _VALUES and len(rest) > 3 and rest[1].is_mark(b"("):
            column, length = self._column(rest[2:], table)
            if column is not None and rest[2 + length : 3 + length] and rest[2 + length].is_mark(b")"):
                return target, b"VALUES(" + quoted_name(column) + b")", taken + 3 + length
            raise self._not_understood()
        literal, length = _literal(rest)
        if literal:
            return target, literal, taken + length
        if alias is not None and name_of(rest[0]) == alias and len(rest) > 2 and rest[1].is_mark(b"."):
            column = name_of(rest[2])
            if column is not None:
                return target, b"VALUES(" + quoted_name(column) + b")", taken + 3
        column, length = self._column(rest, table)
        if column is None:
            raise self._not_understood()
        return target, quoted_name(column), taken + length

    @staticmethod
    def _column(words: list[Token], table: str) -> tuple[str | None, int]:
        """Return a column, and of how many words its name is: its table may stand in front of it."""
        name = name_of(words[0]) if words else None
        if name is not None and len(words) > 2 and words[1].is_mark(b".") and name.lower() == table.lower():
            return name_of(words[2]), 3
        return name, 1

    def _not_understood(self) -> Exception:
        return self._cursor.refuse("an INSERT that goes on after its rows with words that are not understood")


def _in_any_blanks(words: tuple[bytes, ...]) -> re.Pattern[bytes]:
    """Return the pattern of a head with any blanks and comments between its words, and behind them."""
    return re.compile(in_any_blanks(words) + (GAP + rb"(?=\()" if words[-1].upper() in _VALUES else GAP_APART))


def _literal(words: list[Token]) -> tuple[bytes, int]:
    """Return the literal that words begin with, and how many of them it is; nothing for none."""
    first, behind = words[0], words[1:2]
    if first.upper in _BEFORE_TEXT and behind and behind[0].kind == "string" and behind[0].text[:1] == b"'":
        is_plain = first.upper not in (b"X", b"B") or _DIGITS.fullmatch(behind[0].text)
        return (first.upper.lower() + behind[0].text, 2) if is_plain else (b"", 0)
    if first.kind in ("string", "number"):
        return first.text, 1
    if first.upper in (b"NULL", b"TRUE", b"FALSE", b"DEFAULT") and not (behind and behind[0].is_mark(b"(")):
        return first.upper, 1
    if first.is_mark(b"-") and behind and behind[0].kind == "number":
        return b"-" + behind[0].text, 2
    return b"", 0
