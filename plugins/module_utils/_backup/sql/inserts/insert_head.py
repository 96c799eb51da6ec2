# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What stands around the rows of an INSERT or REPLACE: the words before, and what is done where a key is there."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import Token, name_of, quoted_name
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import split_at_commas

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.dump_cursor import DumpCursor
    from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.row_literals import LiteralReader

_MODIFIERS = (b"LOW_PRIORITY", b"DELAYED", b"HIGH_PRIORITY")
# Where the words before the rows may end; what they are is looked up, or read by their tokens.
_HEAD_END = re.compile(rb"[^'\"#;]{0,8192}?\b(?:VALUES?\s*(?=\()|SET\s+(?=[^\s/#-]))", re.IGNORECASE)
_HEADS_KEPT = 4096
_VALUES = (b"VALUES", b"VALUE")
# What tells that a key is there goes on for as many columns as a table has.
_WORDS_LIMIT = 40_000


@dataclasses.dataclass(frozen=True)
class Head:
    """The words before the rows: ``text`` as in the file, from INSERT up to the first row.

    ``by_set``: columns and values follow in pairs, behind SET. ``of_nothing``: the list of columns is empty.
    """

    text: bytes
    verb: bytes
    table: str
    columns: tuple[str, ...]
    by_set: bool = False
    of_nothing: bool = False


class HeadReader:
    """Reads the words around the rows."""

    def __init__(self, cursor: DumpCursor, literals: LiteralReader) -> None:
        self._cursor = cursor
        self._source = cursor.source
        self._literals = literals
        self._heads: dict[bytes, Head] = {}
        self._updates: dict[bytes, bytes] = {}
        self._heads_under: tuple[object, ...] = ()

    def head(self) -> tuple[Head, int]:
        """Return the words before the rows; a dump that has others in between writes the same again and again.

        The same bytes are the same words, as long as the dump sets nothing that changes how they are read.
        """
        cursor = self._cursor
        under = (cursor.delimiter, cursor.ansi_quotes, cursor.codecs, cursor.database.name)
        if under != self._heads_under:
            self._heads, self._updates, self._heads_under = {}, {}, under
        found = _HEAD_END.match(self._source.data, self._source.position)
        head = self._heads.get(found.group()) if found else None
        if head is not None and found is not None:
            return head, found.end()
        head, position = self._read()
        if len(self._heads) < _HEADS_KEPT:
            self._heads[head.text] = head
        return head, position

    def _read(self) -> tuple[Head, int]:
        """Read INSERT [IGNORE] [INTO] table [(columns)] VALUES, or SET."""
        source = self._source
        words, position, by_set = self._words_until_values(source.position)
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
        return Head(text, verb, table, columns, by_set, of_nothing), position

    def _words_until_values(self, position: int) -> tuple[list[Token], int, bool]:
        words: list[Token] = []
        while True:
            kind, end = self._source.token(position)
            text = self._source.data[position:end]
            if kind in ("unknown", "open", "close", "variable", "number") or text == self._cursor.delimiter:
                raise self._cursor.refuse("an INSERT that gives no rows by VALUES")
            if kind not in ("space", "comment"):
                word = self._cursor.word(kind, text, False)
                if word.upper in (b"SELECT", b"TABLE", b"WITH"):
                    raise self._cursor.refuse(f"an INSERT with {word.upper.decode()} instead of VALUES")
                if word.upper in _VALUES or word.upper == b"SET":
                    return words, self._literals.skip_blank(end), word.upper == b"SET"
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
        return tuple(names)

    # SET column = literal, ...

    def column_of_pair(self, position: int) -> tuple[str, int]:
        """Read ``column =`` and return the column, and the offset of its value."""
        kind, end = self._source.token(position)
        name = name_of(self._cursor.word(kind, self._source.data[position:end], False))
        equals = self._literals.skip_blank(end)
        kind, end = self._source.token(equals)
        if name is None or self._source.data[equals:end] not in (b"=", b":="):
            raise self._cursor.refuse("an INSERT with SET that does not give a column its value")
        return name, self._literals.skip_blank(end)

    # Behind the rows: [AS alias] ON DUPLICATE KEY UPDATE column = value, ...

    def update_until_end(self, position: int) -> tuple[bytes, int]:
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
                if kind not in ("word", "name", "mark", "string") or len(words) > _WORDS_LIMIT:
                    raise self._not_understood()
                words.append(self._cursor.word(kind, text, False))
            position = end
        update = self._update(words)
        if len(self._updates) < _HEADS_KEPT:
            self._updates[source.data[start:position]] = update
        return update, position

    def _update(self, words: list[Token]) -> bytes:
        alias: str | None = None
        if words and words[0].upper == b"AS":
            alias, words = (name_of(words[1]) if len(words) > 1 else None), words[2:]
        if [word.upper for word in words[:4]] != [b"ON", b"DUPLICATE", b"KEY", b"UPDATE"]:
            raise self._not_understood()
        rest, clauses = words[4:], []
        while rest:
            target, source, taken = self._pair(rest, alias)
            clauses.append(quoted_name(target) + b"=" + source)
            rest = rest[taken:]
            if rest and (not rest.pop(0).is_mark(b",") or not rest):
                raise self._not_understood()
        if not clauses:
            raise self._not_understood()
        return b",".join(clauses)

    def _pair(self, words: list[Token], alias: str | None) -> tuple[str, bytes, int]:
        """Return a column, what it gets, and how many words say so: the new value, or the one that is there."""
        target = name_of(words[0])
        if target is None or len(words) < 3 or not words[1].is_mark(b"="):
            raise self._not_understood()
        behind = words[3:6]
        if words[2].upper in _VALUES and len(behind) == 3 and behind[0].is_mark(b"(") and behind[2].is_mark(b")"):
            column = name_of(behind[1])
            if column is not None:
                return target, b"VALUES(" + quoted_name(column) + b")", 6
        elif behind and behind[0].is_mark(b".") and alias is not None and name_of(words[2]) == alias:
            column = name_of(behind[1]) if len(behind) > 1 else None
            if column is not None:
                return target, b"VALUES(" + quoted_name(column) + b")", 5
        elif words[2].kind in ("word", "name") and words[2].upper not in (b"NULL", b"DEFAULT"):
            column = name_of(words[2])
            if column is not None:
                return target, quoted_name(column), 3
        raise self._not_understood()

    def _not_understood(self) -> Exception:
        return self._cursor.refuse("an INSERT that goes on after its rows with words that are not understood")
