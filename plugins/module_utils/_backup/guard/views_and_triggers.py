# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Views and triggers of a dump, kept when they speak of its own tables only."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.by_name import ByName
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.expressions import check_calls, counts_sequence
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.settings.sql_modes import OF_SERVER, Mode
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables_in_queries import (
    TableName,
    find_mentions,
    find_tables,
    indexes_of_with,
    keyword,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.trigger_body import check_body
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.own_database import OwnDatabase, check_database
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import (
    Token,
    as_written,
    name_of,
    quoted_name,
    render,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import (
    Refused,
    Words,
    split_at_commas,
)

_NEVER = frozenset(
    b"""ALTER ANALYZE CALL CREATE DROP GRANT KILL LOAD LOCK NEXTVAL OPTIMIZE OUTFILE PROCEDURE PURGE RENAME
    REVOKE TABLE UNLOCK""".split()
)
# Names too, which may stand without quotes: each does something only where a statement begins, or behind SET.
_NEVER_FIRST = frozenset(b"DEALLOCATE EXECUTE FLUSH HANDLER INSTALL PREPARE RESET SHUTDOWN UNINSTALL".split())
_NEVER_BEHIND_SET = frozenset((b"GLOBAL", b"PERSIST", b"PERSIST_ONLY"))
_BEFORE_STATEMENT = frozenset((b"BEGIN", b"DO", b"ELSE", b"LOOP", b"REPEAT", b"THEN"))
_NEVER_IN_VIEW = frozenset((b"DELETE", b"INTO", b"SET", b"UPDATE"))


@dataclasses.dataclass(frozen=True)
class View:
    """A view; ``tables`` are the tables and views it reads.

    ``collation`` is that of its texts as Connection has it, which a server keeps with it; None for the server's own.
    """

    name: str
    options: bytes
    columns: bytes
    query: tuple[Token, ...]
    names: tuple[TableName, ...]
    collation: str | None = None
    line: int = dataclasses.field(default=0, compare=False)

    @property
    def tables(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name.table for name in self.names))

    def create_statement(self, as_name: str, tables: t.Mapping[str, str]) -> bytes:
        """Return CREATE VIEW under a name; ``tables`` maps names of the dump to those to be read."""
        words = b"CREATE " + (self.options + b" " if self.options else b"") + b"VIEW " + quoted_name(as_name)
        return words + self.columns + b" AS " + self.select_statement(tables)

    def select_statement(self, tables: t.Mapping[str, str]) -> bytes:
        """Return its query; ``tables`` as for create_statement."""
        return render(_renamed(self.query, self.names, tables, aliases=True))


@dataclasses.dataclass(frozen=True)
class Trigger:
    """A trigger of one of the dump's tables; ``timing`` is like BEFORE INSERT, or BEFORE UPDATE OF with columns.

    ``mode`` is the sql_mode that the dump has set for it, which a server keeps with it. So is ``collation``, that of
    its texts as Connection has it.
    """

    name: str
    table: str
    timing: bytes
    body: tuple[Token, ...]
    names: tuple[TableName, ...]
    mode: Mode = OF_SERVER
    collation: str | None = None
    line: int = dataclasses.field(default=0, compare=False)

    @property
    def of_columns(self) -> bool:
        """Whether it is for an UPDATE of some columns alone."""
        return b" OF " in self.timing

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that its body names, as far as they are no names of the statement's own (WITH)."""
        if any(token.upper == b"WITH" for token in self.body):
            return ()
        return tuple(dict.fromkeys(name.table for name in self.names if name.table.lower() != "dual"))

    def create_statement(self, as_name: str, on_table: str, tables: t.Mapping[str, str]) -> bytes:
        """Return CREATE TRIGGER under a name and on a table of the caller's choice.

        ``tables`` maps names of the dump to those that its body is to name.
        """
        head = b"CREATE TRIGGER " + quoted_name(as_name) + b" " + self.timing + b" ON " + quoted_name(on_table)
        return (
            head + b" FOR EACH ROW " + render(map(as_written, _renamed(self.body, self.names, tables, aliases=False)))
        )


def _renamed(
    tokens: t.Sequence[Token], names: t.Sequence[TableName], tables: t.Mapping[str, str], *, aliases: bool
) -> list[Token]:
    """Return tokens with the tables under other names, and with no database in front of any.

    What names mean, ByName says. With ``aliases`` a table goes on to be called as it was; else what stands in front of
    a dot follows, since not every statement has aliases.
    """
    known = ByName(tables)
    called: dict[str, str] = {}

    def key(name: str) -> str:
        return known.real(name) or name.lower()

    for name in names:
        if not name.aliased:
            called.setdefault(key(name.table), name.table if aliases else known.find(name.table) or name.table)
    renamed = list(tokens)
    for index in find_mentions(tokens, names):
        mentioned = t.cast("str", name_of(tokens[index]))
        if called.get(key(mentioned), mentioned) != mentioned:
            renamed[index] = tokens[index]._replace(kind="name", text=quoted_name(called[key(mentioned)]))
    for name in sorted(names, key=lambda found: found.index, reverse=True):
        new = known.find(name.table) or name.table
        before = called.get(key(name.table), name.table)
        if aliases and new != before and not name.aliased:
            at = name.index + name.length + name.partitions
            renamed.insert(at, Token("name", b"AS " + quoted_name(before), True))
        first = tokens[name.index]
        if not aliases and name.length == 1 and name_of(first) == new:
            # A trigger shows it as it was written.
            continue
        renamed[name.index : name.index + name.length] = [Token("name", quoted_name(new), first.space_before)]
    return renamed


def read_view(words: Words, options: bytes, database: OwnDatabase) -> View:
    """Read what follows CREATE ... VIEW; Refused when it could reach another database or do harm."""
    words.accept(b"IF", b"NOT", b"EXISTS")
    qualifier, name = words.qualified_name()
    check_database(qualifier, database)
    following = words.peek()
    columns = b""
    if following is not None and following.is_mark(b"("):
        columns = b" (" + _column_names(words.group()) + b")"
    words.expect(b"AS")
    query = _unqualified(words.rest(), database)
    for index, token in enumerate(query):
        word = keyword(query, index)
        if word == b"SET" and keyword(query, index - 1) == b"CHARACTER":
            continue
        if word in _NEVER_IN_VIEW or token.kind == "variable" or token.is_mark(b";"):
            raise Refused(f"a view with {word.decode() or 'a variable or a second statement'}")
    return View(name, options, columns, tuple(query), tuple(_checked(query, database)))


def _column_names(tokens: list[Token]) -> bytes:
    names = [name_of(part[0]) if len(part) == 1 else None for part in split_at_commas(tokens)]
    if None in names:
        raise Refused("a list of columns that is not understood")
    return b",".join(quoted_name(t.cast("str", name)) for name in names)


def read_trigger(words: Words, database: OwnDatabase, mode: Mode = OF_SERVER) -> Trigger:
    """Read what follows CREATE ... TRIGGER; Refused when it could reach another database or do harm."""
    words.accept(b"IF", b"NOT", b"EXISTS")
    qualifier, name = words.qualified_name()
    check_database(qualifier, database)
    timing = words.take().upper + b" " + words.take().upper
    if timing not in {
        moment + b" " + event for moment in (b"BEFORE", b"AFTER") for event in (b"INSERT", b"UPDATE", b"DELETE")
    }:
        raise Refused(f"the trigger {name} with a moment that is not understood")
    if timing.endswith(b"UPDATE") and words.accept(b"OF"):
        timing += b" OF " + quoted_name(words.name())
        while words.accept(b","):
            timing += b", " + quoted_name(words.name())
    if words.upper() == b"OR":
        raise Refused(f"the trigger {name} for more than one event; make one for each of them, and make the dump again")
    words.expect(b"ON")
    qualifier, table = words.qualified_name()
    check_database(qualifier, database)
    words.expect(b"FOR", b"EACH", b"ROW")
    if words.upper() in (b"FOLLOWS", b"PRECEDES"):
        words.take()
        words.take()
    body = _unqualified(words.rest(), database)
    for token in body:
        if token.text.startswith(b"@@") and token.kind == "variable":
            raise Refused(f"the trigger {name} with a server variable")
    check_body(body)
    return Trigger(name, table, timing, tuple(body), tuple(_checked(body, database)), mode)


def _unqualified(tokens: list[Token], database: OwnDatabase) -> list[Token]:
    """Return tokens without the dump's own database in front of ``db.table.column``."""
    kept: list[Token] = []
    index = 0
    while index < len(tokens):
        parts = tokens[index : index + 5]
        dots = len(parts) == 5 and parts[1].is_mark(b".") and parts[3].is_mark(b".")
        first = name_of(parts[0]) if dots else None
        if first is not None and not (kept and kept[-1].is_mark(b".")):
            check_database(first, database)
            kept.append(parts[2]._replace(space_before=parts[0].space_before))
            index += 3
        else:
            kept.append(tokens[index])
            index += 1
    return kept


def _does_something(tokens: t.Sequence[Token], index: int) -> bool:
    """Whether a word that may be a name can be one of a statement where it stands."""
    word, before = keyword(tokens, index), keyword(tokens, index - 1)
    if word in _NEVER_BEHIND_SET:
        return before == b"SET" and not any(token.text in (b"=", b":=") for token in tokens[index + 1 : index + 2])
    if word == b"DUMPFILE":
        # INSERT INTO dumpfile (...) names a table.
        return before == b"INTO" and not any(token.is_mark(b"(") for token in tokens[index + 1 : index + 2])
    if word not in _NEVER_FIRST:
        return counts_sequence(tokens, index)
    return index == 0 or before in _BEFORE_STATEMENT or any(map(tokens[index - 1].is_mark, (b";", b":")))


def _checked(tokens: t.Sequence[Token], database: OwnDatabase) -> list[TableName]:
    """Return where tables are named, after everything else was found harmless."""
    for index in range(len(tokens)):
        word = keyword(tokens, index)
        if word in _NEVER or _does_something(tokens, index):
            raise Refused(f"a view or trigger with {word.decode()}")
    names = find_tables(tokens, database)
    # The table of an INSERT before its list of columns is no call.
    targets = {name.index + name.length - 1 for name in names if name.target}
    for index, token in enumerate(tokens):
        if token.is_mark(b"(") and index > 1 and tokens[index - 2].is_mark(b".") and index - 1 not in targets:
            raise Refused("a view or trigger that calls a stored function")
    # Nor is the name of a query of its own, before the names of its columns.
    no_calls = targets.union(indexes_of_with(tokens))
    check_calls([token._replace(kind="mark") if at in no_calls else token for at, token in enumerate(tokens)])
    return names
