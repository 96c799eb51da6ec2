# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Where queries and statements of views and triggers name tables, and that these are the dump's own.

Source of the rules: the servers' grammar of table references. What could name a table in a way that
is not known here is refused.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.own_database import OwnDatabase, check_database
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import Token, name_of
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import Refused

# FROM inside of these functions names no table.
_FROM_FUNCTIONS = frozenset((b"TRIM", b"EXTRACT", b"SUBSTRING", b"SUBSTR", b"MID"))
# Words that are reserved in every server and end a list of tables.
_EXPRESSION_FOLLOWS = frozenset(
    (b"WHERE", b"GROUP", b"HAVING", b"ORDER", b"LIMIT", b"SET", b"VALUES", b"UNION", b"DUPLICATE")
)
_BEFORE_TABLE = frozenset(
    (b"INTO", b"LATERAL", b"ONLY", b"IGNORE", b"LOW_PRIORITY", b"HIGH_PRIORITY", b"DELAYED", b"QUICK")
)
_AFTER_TABLE = frozenset(
    b"""CROSS EXCEPT FORCE FOR GROUP HAVING IGNORE INNER INTERSECT INTO JOIN LEFT LIMIT NATURAL ON ORDER OUTER
    PARTITION RIGHT SELECT SET STRAIGHT_JOIN UNION USE USING VALUES WHERE WINDOW WITH""".split()
)
_ROWS_OF_TRIGGER = frozenset(("new", "old"))


@dataclasses.dataclass(frozen=True)
class TableName:
    """Where a table is named: the index of its first token, how many tokens, the table's name.

    ``aliased`` says that the query gives it another name; ``target`` that an INSERT names it; ``partitions`` is how
    many tokens behind it choose some of these.
    """

    index: int
    length: int
    table: str
    aliased: bool
    target: bool = False
    partitions: int = 0


def keyword(tokens: t.Sequence[Token], index: int) -> bytes:
    """Return a word of the grammar in upper case, empty for names.

    Beside a dot every word is a name, also a reserved one.
    """
    if not 0 <= index < len(tokens) or _is_dot(tokens, index - 1) or _is_dot(tokens, index + 1):
        return b""
    return tokens[index].upper


def _is_dot(tokens: t.Sequence[Token], index: int) -> bool:
    return 0 <= index < len(tokens) and tokens[index].is_mark(b".")


def check_dots(tokens: t.Sequence[Token]) -> None:
    """Refuse dots that stand anywhere but between two names."""
    for index, token in enumerate(tokens):
        before = name_of(tokens[index - 1]) if index else None
        if token.kind == "number" and token.text.startswith(b".") and before is not None:
            raise Refused("a name that begins with a digit behind a dot")
        if token.is_mark(b"."):
            behind = tokens[index + 1] if index + 1 < len(tokens) else None
            if before is None or behind is None or not (behind.is_mark(b"*") or name_of(behind) is not None):
                raise Refused("a dot that is not between two names")


def find_tables(tokens: t.Sequence[Token], database: OwnDatabase) -> list[TableName]:
    """Return where tables are named; Refused for another database's, and for what is not understood."""
    check_dots(tokens)
    own = {(name_of(tokens[index]) or "").lower() for index in indexes_of_with(tokens)}
    names = _TableFinder(tokens, database).find()
    _check_qualifiers(tokens, names, database)
    return [name for name in names if name.length > 1 or name.table.lower() not in own]


def indexes_of_with(tokens: t.Sequence[Token]) -> list[int]:
    """Return where a query names queries of its own: WITH name [(columns)] AS (query), ..."""
    found: list[int] = []
    for index in range(len(tokens)):
        if keyword(tokens, index) != b"WITH":
            continue
        at = index + 1 + (keyword(tokens, index + 1) == b"RECURSIVE")
        while at < len(tokens) and name_of(tokens[at]) is not None:
            behind = _behind_group(tokens, at + 1)
            if keyword(tokens, behind) != b"AS" or not (behind + 1 < len(tokens) and tokens[behind + 1].is_mark(b"(")):
                break
            found.append(at)
            end = _behind_group(tokens, behind + 1)
            if not (end < len(tokens) and tokens[end].is_mark(b",")):
                break
            at = end + 1
    return found


def _behind_group(tokens: t.Sequence[Token], index: int) -> int:
    """Return the index behind the parentheses that begin at an index; the index itself where none do."""
    depth, at = 0, index
    while at < len(tokens):
        depth += tokens[at].is_mark(b"(") - tokens[at].is_mark(b")")
        if not depth:
            return at + 1 if at > index or tokens[at].is_mark(b")") else index
        at += 1
    return at


def find_mentions(tokens: t.Sequence[Token], names: t.Sequence[TableName]) -> list[int]:
    """Return where tables are named once more: in front of a dot, and between DELETE and FROM; no alias is one."""
    tables = {name.index for name in names}
    aliases = _aliases(tokens, names)
    found = []
    deletes = False
    for index, token in enumerate(tokens):
        word = keyword(tokens, index)
        deletes = word == b"DELETE" or (deletes and word != b"FROM" and not token.is_mark(b";"))
        before_dot = _is_dot(tokens, index + 1) and not _is_dot(tokens, index - 1)
        name = name_of(token) if index not in tables and (before_dot or deletes) else None
        if name is not None and name not in aliases and name.lower() not in _ROWS_OF_TRIGGER:
            found.append(index)
    return found


def _aliases(tokens: t.Sequence[Token], names: t.Sequence[TableName]) -> set[str]:
    found = set()
    for name in names:
        at = name.index + name.length + name.partitions
        if name.aliased:
            at += tokens[at].upper == b"AS"
            found.add((name_of(tokens[at]) if at < len(tokens) else None) or "")
    return found


def _check_qualifiers(tokens: t.Sequence[Token], names: t.Sequence[TableName], database: OwnDatabase) -> None:
    """Refuse ``x.y`` where x is neither a table or alias of the query nor the row of a trigger."""
    known = {name.table.lower() for name in names} | _ROWS_OF_TRIGGER
    behind_tables = {name.index + name.length for name in names}
    tables = {name.index for name in names}
    for index in range(1, len(tokens)):
        alias = index in behind_tables or tokens[index - 1].is_mark(b")") or keyword(tokens, index - 1) == b"AS"
        # FOR row IN (SELECT ...) of MariaDB.
        alias = alias or (keyword(tokens, index - 1) == b"FOR" and keyword(tokens, index + 1) == b"IN")
        if alias and not _is_dot(tokens, index + 1):
            known.add((name_of(tokens[index]) or "").lower())
    for index, token in enumerate(tokens[:-1]):
        name = name_of(token)
        if name is None or index in tables or not _is_dot(tokens, index + 1) or _is_dot(tokens, index - 1):
            continue
        if name.lower() not in known or database.is_of_server(name):
            raise Refused(f"{name!r} in front of a dot is none of the dump's own tables")


@dataclasses.dataclass
class _Frame:
    """What stands in one pair of parentheses.

    ``state`` is "select" (up to FROM), "tables", "on" (a join's condition) or "expression".
    """

    state: str
    function: bytes = b""


class _TableFinder:
    """Finds the places where tables are named, by the clause each token stands in."""

    def __init__(self, tokens: t.Sequence[Token], database: OwnDatabase) -> None:
        self._tokens = tokens
        self._database = database
        self._frames = [_Frame("expression")]
        self._expected = False
        self._target = False
        self.names: list[TableName] = []

    def find(self) -> list[TableName]:
        index = 0
        while index < len(self._tokens):
            index += self._step(index)
        return self.names

    def _keyword(self, index: int) -> bytes:
        return keyword(self._tokens, index)

    def _is_mark(self, index: int, mark: bytes) -> bool:
        return 0 <= index < len(self._tokens) and self._tokens[index].is_mark(mark)

    def _step(self, index: int) -> int:
        token = self._tokens[index]
        if token.kind == "mark":
            self._mark(token.text, index)
            return 1
        if not self._expected:
            self._word(self._keyword(index), index)
            return 1
        if self._keyword(index) in _BEFORE_TABLE:
            return 1
        if name_of(token) is None:
            raise Refused("something else where a table is expected")
        if self._keyword(index) == b"DUAL" and not self._target:
            # No server lets a table have that name without quotes.
            self._expected = False
            return 1
        if self._keyword(index) == b"JSON_TABLE" and self._is_mark(index + 1, b"(") and not self._target:
            # It makes rows of one value.
            self._expected = False
            return 1
        return self._table(index)

    def _mark(self, mark: bytes, index: int) -> None:
        frame = self._frames[-1]
        if mark in (b"{", b"}"):
            raise Refused("braces in a view or trigger")
        if mark == b"(":
            if self._expected and self._target:
                raise Refused("something else where a table is expected")
            selects = self._keyword(index + 1) in (b"SELECT", b"WITH", b"VALUES")
            self._expected = self._expected and not selects
            state = "select" if selects else "tables" if self._expected else "expression"
            self._frames.append(_Frame(state, self._keyword(index - 1)))
        elif mark == b")":
            if len(self._frames) == 1:
                raise Refused("parentheses that do not match")
            self._frames.pop()
            self._expected = False
        elif mark == b"," and frame.state in ("tables", "on"):
            self._expect()
        elif mark == b";":
            self._frames = [_Frame("expression")]
            self._expected = False

    def _word(self, word: bytes, index: int) -> None:
        frame = self._frames[-1]
        before = self._keyword(index - 1)
        if word == b"SELECT":
            frame.state = "select"
        elif word == b"FROM" and b"FETCH" not in (before, self._keyword(index - 2)):
            if frame.function not in _FROM_FUNCTIONS or frame.state != "expression":
                self._expect()
        elif word in _EXPRESSION_FOLLOWS:
            # USE INDEX FOR ORDER BY and FOR GROUP BY stand in the list of tables.
            if before not in (b"FOR", b"WITHIN"):
                frame.state = "expression"
        elif word == b"ON" and frame.state == "tables":
            frame.state = "on"
        elif word == b"INTO" and frame.state in ("tables", "on"):
            # What is selected goes into variables, also behind the tables.
            frame.state = "expression"
        elif self._names_a_table(word, index, before):
            self._expect()
            self._target = word in (b"INSERT", b"REPLACE")

    def _names_a_table(self, word: bytes, index: int, before: bytes) -> bool:
        """Whether a table follows a word; for UPDATE not in ON UPDATE and ON DUPLICATE KEY UPDATE."""
        state = self._frames[-1].state
        if word == b"STRAIGHT_JOIN" and state == "select":
            return False
        if word in (b"JOIN", b"STRAIGHT_JOIN"):
            return before != b"FOR"
        if word in (b"INSERT", b"REPLACE"):
            return not self._is_mark(index + 1, b"(")
        if word == b"UPDATE":
            return before not in (b"KEY", b"ON", b"FOR")
        return word == b"USING" and state == "tables" and not self._is_mark(index + 1, b"(")

    def _expect(self) -> None:
        self._frames[-1].state = "tables"
        self._expected = True
        self._target = False

    def _table(self, index: int) -> int:
        self._expected = False
        first = t.cast("str", name_of(self._tokens[index]))
        length, table = 1, first
        if self._is_mark(index + 1, b"."):
            check_database(first, self._database)
            table = name_of(self._tokens[index + 2]) or ""
            length = 3
        end = index + length
        if not table or self._is_mark(end, b".") or (self._is_mark(end, b"(") and not self._target):
            raise Refused("something else where a table is expected")
        behind = end
        if self._keyword(end) == b"PARTITION" and self._is_mark(end + 1, b"("):
            behind = _behind_group(self._tokens, end + 1)
        # INSERT INTO t VALUE (...), where every other table may be called so.
        values = self._target and self._keyword(behind) == b"VALUE"
        name = TableName(index, length, table, self._is_alias(behind) and not values, self._target, behind - end)
        self.names.append(name)
        return length

    def _is_alias(self, index: int) -> bool:
        if index >= len(self._tokens):
            return False
        token = self._tokens[index]
        return (
            token.kind == "name" or token.upper == b"AS" or (token.kind == "word" and token.upper not in _AFTER_TABLE)
        )
