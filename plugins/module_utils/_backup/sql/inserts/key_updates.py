# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What stands behind the rows of an INSERT: what is done with a row whose key is there already."""

from __future__ import annotations

import collections
import functools
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.row_shapes import GAP, TEXT, in_any_blanks
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.kept_readings import KeptReadings
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import DOUBLE_STRING, Rows, cells_of_row
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import (
    Token,
    name_of,
    quoted_name,
    single_quoted,
)

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.dump_cursor import DumpCursor

_VALUES = (b"VALUES", b"VALUE")
# What makes one literal with the text behind it.
_BEFORE_TEXT = (b"X", b"B", b"N", b"_BINARY", b"_UTF8", b"_UTF8MB3", b"_UTF8MB4", b"_LATIN1", b"_ASCII")
_BEFORE_DIGITS = (b"X", b"B")
_DIGITS = re.compile(rb"'[0-9A-Fa-f]*'")
# It goes on for as many columns as a table has.
_WORDS_LIMIT = 40_000
_UPDATES_KEPT = 4096
# So many are known whose literals are others each time, the last first.
_WAYS_KEPT = 8
# A pattern is made of words that came so often: that takes as long as reading many.
_BEFORE_PATTERN = 16
_NUMBER = rb"[0-9]+(?:\.[0-9]+)?(?![0-9A-Za-z_$.\x80-\xff])"
# The place of a literal: no word has this byte.
_PLACE = b"'\x00'"
# Of these a server may make something else in a column than what the row says.
_NOTHING = re.compile(rb"'?[-+0.]*'?")


# A table, and the words that are said of it.
_Words = tuple[str, tuple[bytes, ...]]


class _Way(t.NamedTuple):
    """Words whose literals may be others: their pattern, what is sent around the literals, and whose value each is."""

    pattern: re.Pattern[bytes]
    around: tuple[bytes, ...]
    columns: tuple[str, ...]


class _Read:
    """What was read: the words themselves; ways with other literals in them, the last first; how often each came."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, bytes], bytes] = {}
        self.ways: dict[_Words, _Way] = {}
        self.seen: collections.Counter[_Words] = collections.Counter()


class UpdateReader:
    """Reads ``[AS alias] ON DUPLICATE KEY UPDATE column = value, ...``."""

    def __init__(self, cursor: DumpCursor) -> None:
        self._cursor = cursor
        self._source = cursor.source
        self._read = KeptReadings(cursor, _Read)

    def until_end(
        self, position: int, table: str, own: t.Callable[[], t.Mapping[str, bytes]] = dict
    ) -> tuple[bytes, int]:
        """Return what is done, as ``column=VALUES(column)``, and the offset behind it.

        ``own`` gives the values of the row by columns in lower case, where it is alone in its statement: programs write
        them once more, and in one way for all rows they are the new values.
        """
        known = self.known(position, table, own)
        if known is not None:
            return known
        words, end = self._words(position)
        update = b",".join(quoted_name(target) + b"=" + value for target, value in self._clauses(words, table))
        if len(self._read.last.known) < _UPDATES_KEPT:
            self._read.last.known[table, self._source.data[position:end]] = update
        self._learn(words, table)
        return update, end

    def known(
        self, position: int, table: str, own: t.Callable[[], t.Mapping[str, bytes]] = dict
    ) -> tuple[bytes, int] | None:
        """Return the same of words that were read by their tokens before, None for others."""
        source, read = self._source, self._read.now()
        stop = source.data.find(self._cursor.delimiter, position)
        # The same bytes are the same words, and other literals in the same words are as good.
        known = read.known.get((table, source.data[position:stop])) if stop > 0 else None
        if known is not None:
            return known, stop
        for (of_table, _words), way in read.ways.items():
            found = way.pattern.match(source.data, position) if of_table == table else None
            if found is not None:
                return _sent(way, found.groups(), own()), found.end()
        return None

    def _learn(self, words: list[Token], table: str) -> None:
        """Take note of words that were read by their tokens: others of them may have other literals."""
        placed = [
            word._replace(text=_PLACE)
            if word.kind in ("string", "number") and (before is None or before.upper not in _BEFORE_DIGITS)
            else word
            for before, word in zip([None, *words], words)
        ]
        key = (table, tuple(word.text for word in placed))
        read = self._read.last
        if len(read.seen) >= _UPDATES_KEPT:
            read.seen.clear()
        read.seen[key] += 1
        if read.seen[key] != _BEFORE_PATTERN:
            return
        way = self._way(key, placed, [word.kind for word, other in zip(words, placed) if word is not other])
        if way is not None:
            for gone in list(read.ways)[_WAYS_KEPT - 1 :]:
                del read.ways[gone]
            read.ways = {key: way, **read.ways}

    def _words(self, position: int) -> tuple[list[Token], int]:
        """Return the words up to the delimiter, and its offset."""
        words: list[Token] = []
        source, cursor = self._source, self._cursor
        while not source.data.startswith(cursor.delimiter, position):
            kind, end = source.token(position)
            if kind not in ("space", "comment"):
                text = source.data[position:end]
                if kind not in ("word", "name", "mark", "string", "number") or len(words) > _WORDS_LIMIT:
                    raise self._not_understood()
                is_text = kind == "string" and (text[:1] == b"'" or not cursor.ansi_quotes)
                # A text is sent in the dump's encoding, as it stands in the rows.
                words.append(Token(kind, single_quoted(text), False) if is_text else cursor.word(kind, text, False))
            position = end
        return words, position

    def _way(self, key: _Words, words: list[Token], slots: list[str]) -> _Way | None:
        """Return how others of these words are read, with literals of these kinds in their places; None for no way."""
        # A name that was in another encoding, or in double quotes, stands otherwise in the dump.
        is_odd = any(b"\x00" in word.text.replace(_PLACE, b"") or not word.text.isascii() for word in words)
        is_odd = is_odd or (self._cursor.ansi_quotes and any(word.kind == "name" for word in words))
        if not slots or is_odd or self._cursor.no_escapes:
            return None
        texts = TEXT if self._cursor.ansi_quotes else b"(?:" + TEXT + b"|" + DOUBLE_STRING + b")"
        parts = in_any_blanks(key[1]).split(re.escape(_PLACE))
        pattern = parts[0]
        for slot, part in zip(slots, parts[1:]):
            pattern += b"(" + (texts if slot == "string" else _NUMBER) + b")" + part
        pattern += GAP + b"(?=" + re.escape(self._cursor.delimiter) + b")"
        clauses = self._clauses(words, key[0])
        around = b",".join(quoted_name(target) + b"=" + value for target, value in clauses).split(_PLACE)
        columns = [target.lower() if value == _PLACE else "" for target, value in clauses if _PLACE in value]
        if not len(parts) == len(around) == len(columns) + 1:
            return None
        return _Way(re.compile(pattern, re.DOTALL), tuple(around), tuple(columns))

    def _clauses(self, words: list[Token], table: str) -> list[tuple[str, bytes]]:
        """Return the columns, and what each gets."""
        alias: str | None = None
        if words and words[0].upper == b"AS":
            alias, words = (name_of(words[1]) if len(words) > 1 else None), words[2:]
        if [word.upper for word in words[:4]] != [b"ON", b"DUPLICATE", b"KEY", b"UPDATE"]:
            raise self._not_understood()
        rest, clauses = words[4:], []
        while rest:
            target, value, taken = self._pair(rest, alias, table)
            clauses.append((target, value))
            rest = rest[taken:]
            if rest and (not rest.pop(0).is_mark(b",") or not rest):
                raise self._not_understood()
        if not clauses:
            raise self._not_understood()
        return clauses

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


def by_columns(row: Rows) -> dict[str, bytes]:
    """Return the values of a single row by columns in lower case, none where these are not listed."""
    return dict(zip(_in_lower_case(row.columns), cells_of_row(row))) if row.columns and not row.defaults else {}


@functools.lru_cache(maxsize=64)
def _in_lower_case(columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.lower() for name in columns)


def _sent(way: _Way, literals: t.Sequence[bytes], own: t.Mapping[str, bytes]) -> bytes:
    parts = [way.around[0]]
    for literal, column, text in zip(literals, way.columns, way.around[1:]):
        value = single_quoted(literal)
        if column and own.get(column) == value and not _NOTHING.fullmatch(value):
            value = b"VALUES(" + quoted_name(column) + b")"
        parts += (value, text)
    return b"".join(parts)


def _literal(words: list[Token]) -> tuple[bytes, int]:
    """Return the literal that words begin with, and how many of them it is; nothing for none."""
    first, behind = words[0], words[1:2]
    if first.upper in _BEFORE_TEXT and behind and behind[0].kind == "string" and behind[0].text[:1] == b"'":
        is_plain = first.upper not in _BEFORE_DIGITS or _DIGITS.fullmatch(behind[0].text)
        return (first.upper.lower() + behind[0].text, 2) if is_plain else (b"", 0)
    if first.kind in ("string", "number"):
        return first.text, 1
    if first.upper in (b"NULL", b"TRUE", b"FALSE", b"DEFAULT") and not (behind and behind[0].is_mark(b"(")):
        return first.upper, 1
    if first.is_mark(b"-") and behind and behind[0].kind == "number":
        return b"-" + behind[0].text, 2
    return b"", 0
