# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Views and triggers of a dump: kept when they speak of the dump's own tables only."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.expressions import check_calls
from ansible_collections.cao.faktura.plugins.module_utils._backup.own_database import OwnDatabase
from ansible_collections.cao.faktura.plugins.module_utils._backup.tokens import Token, name_of, quoted_name, render
from ansible_collections.cao.faktura.plugins.module_utils._backup.words import Refused, Words

_NEVER = frozenset(
    b"""ALTER ANALYZE CALL CREATE DEALLOCATE DROP DUMPFILE EXECUTE FLUSH GLOBAL GRANT HANDLER INSTALL KILL LOAD LOCK
    OPTIMIZE OUTFILE PASSWORD PERSIST PREPARE PROCEDURE PURGE RENAME RESET REVOKE SHUTDOWN UNINSTALL UNLOCK""".split()
)
_NEVER_IN_VIEW = frozenset((b"DELETE", b"INTO", b"SET", b"UPDATE"))
_TABLE_FOLLOWS = frozenset((b"JOIN", b"STRAIGHT_JOIN", b"INTO", b"UPDATE"))
_EXPRESSION_FOLLOWS = frozenset(
    (b"WHERE", b"GROUP", b"HAVING", b"ORDER", b"LIMIT", b"SET", b"VALUES", b"UNION", b"WINDOW", b"DO", b"THEN")
)
_BEFORE_TABLE = frozenset((b"LATERAL", b"ONLY", b"IGNORE", b"LOW_PRIORITY", b"FROM", b"SELECT"))


@dataclasses.dataclass(frozen=True)
class _TableName:
    """Where a table is named: the index of its first token, how many tokens, the table's name."""

    index: int
    length: int
    table: str
    aliased: bool


@dataclasses.dataclass(frozen=True)
class View:
    """A view; ``tables`` are the tables and views it reads."""

    name: str
    options: bytes
    columns: bytes
    query: tuple[Token, ...]
    names: tuple[_TableName, ...]

    @property
    def tables(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name.table for name in self.names))

    def create_statement(self, as_name: str, tables: t.Mapping[str, str]) -> bytes:
        """Return CREATE VIEW under a name; ``tables`` maps names of the dump to those to be read."""
        words = b"CREATE " + (self.options + b" " if self.options else b"") + b"VIEW " + quoted_name(as_name)
        return words + self.columns + b" AS " + render(_renamed(self.query, self.names, tables))


@dataclasses.dataclass(frozen=True)
class Trigger:
    """A trigger of one of the dump's tables; ``timing`` is like BEFORE INSERT."""

    name: str
    table: str
    timing: bytes
    body: tuple[Token, ...]
    names: tuple[_TableName, ...]

    def create_statement(self, as_name: str, on_table: str) -> bytes:
        """Return CREATE TRIGGER under a name and on a table of the caller's choice."""
        head = b"CREATE TRIGGER " + quoted_name(as_name) + b" " + self.timing + b" ON " + quoted_name(on_table)
        return head + b" FOR EACH ROW " + render(_renamed(self.body, self.names, {}))


def _renamed(tokens: t.Sequence[Token], names: t.Iterable[_TableName], tables: t.Mapping[str, str]) -> list[Token]:
    """Return tokens with the tables under other names, and with no database in front of any."""
    renamed = list(tokens)
    for name in sorted(names, key=lambda found: found.index, reverse=True):
        new = tables.get(name.table, name.table)
        text = quoted_name(new)
        if new != name.table and not name.aliased:
            text += b" AS " + quoted_name(name.table)
        first = tokens[name.index]
        renamed[name.index : name.index + name.length] = [Token("name", text, first.space_before)]
    return renamed


def read_view(words: Words, options: bytes, database: OwnDatabase) -> View:
    """Read what follows CREATE ... VIEW; Refused when it could reach another database or do harm."""
    qualifier, name = words.qualified_name()
    _check_database(qualifier, database)
    following = words.peek()
    columns = b""
    if following is not None and following.is_mark(b"("):
        columns = b" (" + render(words.group()) + b")"
    words.expect(b"AS")
    query = _unqualified(words.rest(), database)
    for token in query:
        if token.upper in _NEVER_IN_VIEW:
            raise Refused(f"a view with {token.upper.decode()}")
    return View(name, options, columns, tuple(query), tuple(_checked(query, database)))


def read_trigger(words: Words, database: OwnDatabase) -> Trigger:
    """Read what follows CREATE ... TRIGGER; Refused when it could reach another database or do harm."""
    words.accept(b"IF", b"NOT", b"EXISTS")
    qualifier, name = words.qualified_name()
    _check_database(qualifier, database)
    timing = words.take().upper + b" " + words.take().upper
    if timing not in {
        moment + b" " + event for moment in (b"BEFORE", b"AFTER") for event in (b"INSERT", b"UPDATE", b"DELETE")
    }:
        raise Refused(f"the trigger {name} with a moment that is not understood")
    words.expect(b"ON")
    qualifier, table = words.qualified_name()
    _check_database(qualifier, database)
    words.expect(b"FOR", b"EACH", b"ROW")
    if words.upper() in (b"FOLLOWS", b"PRECEDES"):
        words.take()
        words.take()
    body = _unqualified(words.rest(), database)
    for token in body:
        if token.text.startswith(b"@@") and token.kind == "variable":
            raise Refused(f"the trigger {name} with a server variable")
    return Trigger(name, table, timing, tuple(body), tuple(_checked(body, database)))


def _check_database(qualifier: str | None, database: OwnDatabase) -> None:
    reason = database.refuses(qualifier) if qualifier is not None else None
    if reason:
        raise Refused(reason)


def _unqualified(tokens: list[Token], database: OwnDatabase) -> list[Token]:
    """Return tokens without the dump's own database in front of ``db.table.column``."""
    kept: list[Token] = []
    index = 0
    while index < len(tokens):
        parts = tokens[index : index + 5]
        dots = len(parts) == 5 and parts[1].is_mark(b".") and parts[3].is_mark(b".")
        first = name_of(parts[0]) if dots else None
        if first is not None and not (kept and kept[-1].is_mark(b".")):
            _check_database(first, database)
            kept.append(parts[2]._replace(space_before=parts[0].space_before))
            index += 3
        else:
            kept.append(tokens[index])
            index += 1
    return kept


def _checked(tokens: t.Sequence[Token], database: OwnDatabase) -> list[_TableName]:
    """Return where tables are named, after everything else was found harmless."""
    names = _TableFinder(tokens, database).find()
    behind_tables = {name.index + name.length for name in names}
    for index, token in enumerate(tokens):
        if token.upper in _NEVER:
            raise Refused(f"a view or trigger with {token.upper.decode()}")
        if token.is_mark(b"(") and index > 1 and tokens[index - 2].is_mark(b".") and index not in behind_tables:
            raise Refused("a view or trigger that calls a stored function")
    # A table's name before a list of columns is no call.
    check_calls([part._replace(kind="mark") if at + 1 in behind_tables else part for at, part in enumerate(tokens)])
    return names


class _TableFinder:
    """Finds the places where a query names tables, by the clause each token stands in.

    The states are "select" (up to FROM), "tables", "on" (a join's condition) and "expression".
    """

    def __init__(self, tokens: t.Sequence[Token], database: OwnDatabase) -> None:
        self._tokens = tokens
        self._database = database
        self._states = ["expression"]
        self._expected = False
        self.names: list[_TableName] = []

    def find(self) -> list[_TableName]:
        index = 0
        while index < len(self._tokens):
            index += self._step(index)
        return self.names

    def _upper(self, index: int) -> bytes:
        return self._tokens[index].upper if 0 <= index < len(self._tokens) else b""

    def _step(self, index: int) -> int:
        token = self._tokens[index]
        if token.kind == "mark":
            self._mark(token.text, index)
            return 1
        word = token.upper
        if self._expected and word not in _BEFORE_TABLE and name_of(token) is not None:
            return self._table(index)
        self._word(word, index)
        return 1

    def _mark(self, mark: bytes, index: int) -> None:
        if mark == b"(":
            selects = self._upper(index + 1) in (b"SELECT", b"WITH")
            tables = self._expected and not selects
            self._states.append("select" if selects else "tables" if tables else "expression")
            self._expected = tables
        elif mark == b")":
            if len(self._states) > 1:
                self._states.pop()
            self._expected = False
        elif mark == b"," and self._states[-1] in ("tables", "on"):
            self._states[-1] = "tables"
            self._expected = True
        elif mark == b";":
            self._states = ["expression"]
            self._expected = False

    def _word(self, word: bytes, index: int) -> None:
        if word == b"SELECT":
            self._states[-1] = "select"
        elif (
            word == b"FROM"
            and (self._states[-1] == "select" or self._upper(index - 1) in (b"DELETE", b"IGNORE", b"QUICK"))
        ) or (word in _TABLE_FOLLOWS and not self._no_table(word, index)):
            self._expect()
        elif word in (b"ON", b"USING") and self._states[-1] == "tables":
            self._states[-1] = "on"
        elif word in _EXPRESSION_FOLLOWS:
            self._states[-1] = "expression"
            self._expected = False

    def _no_table(self, word: bytes, index: int) -> bool:
        """ON UPDATE and ON DUPLICATE KEY UPDATE name no table, and SELECT ... INTO names a variable."""
        if word == b"UPDATE":
            return self._upper(index - 1) in (b"KEY", b"ON", b"FOR")
        return word == b"INTO" and self._upper(index - 1) not in (
            b"INSERT",
            b"REPLACE",
            b"IGNORE",
            b"DELAYED",
            b"LOW_PRIORITY",
        )

    def _expect(self) -> None:
        self._states[-1] = "tables"
        self._expected = True

    def _table(self, index: int) -> int:
        self._expected = False
        first = t.cast("str", name_of(self._tokens[index]))
        length, table = 1, first
        if index + 2 < len(self._tokens) and self._tokens[index + 1].is_mark(b"."):
            _check_database(first, self._database)
            table = name_of(self._tokens[index + 2]) or ""
            length = 3
        behind = self._tokens[index + length] if index + length < len(self._tokens) else None
        aliased = behind is not None and (
            behind.upper == b"AS"
            or behind.kind == "name"
            or (behind.kind == "word" and behind.upper not in _AFTER_TABLE)
        )
        self.names.append(_TableName(index, length, table, aliased))
        return length


_AFTER_TABLE = frozenset(
    b"""CROSS EXCEPT FORCE FOR GROUP HAVING IGNORE INNER INTERSECT JOIN LEFT LIMIT NATURAL ON ORDER OUTER PARTITION
    RIGHT SET STRAIGHT_JOIN UNION USE USING VALUES WHERE WINDOW WITH""".split()
)

__all__ = ("Trigger", "View", "read_trigger", "read_view")
