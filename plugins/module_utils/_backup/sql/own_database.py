# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The database a dump was made from: the only one whose name may stand in it."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import Refused, Words

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import Token

# What programs write of the database in their comments: of the whole dump, or of one table or view.
_SAID = re.compile(
    rb"""(?:^|[ \t-])(?<!Target[ ])(?:Database|Schema|Datenbank)[ \t]*[:-][ \t]*[`'"]?([^`'"\r\n]+?)[`'"]?
        [ \t]*(?:\*/)?\r?$
    |^(?:--|\#)[ ][^`:\r\n]+?(?:[ ]|\xc2\xa0)*:(?:[ ]|\xc2\xa0)+`([^`\r\n]+)`[ \t]*\r?$
    |\bfor[ ]database[ ][`'"]([^`'"\r\n]+)[`'"]
    |^--[ ][^`\r\n]*[ ](?:table|Tabelle|[vV]iew|[tT]rigger)[ ]([^\s`'".]+)\.[ ]?[^\s.]+(?:[ ]*:[^\r\n]*)?\r?$
    |^--[ ]`?([^\s`.]+)`?\.\S+[ ](?:definition|source)\r?$
    |[ ]`([^`\r\n]+)`\.`[^`\r\n]+`[ \t]*\r?$""",
    re.MULTILINE | re.VERBOSE,
)
_SAID_WITHIN_BYTES = 8192
_SERVER_SCHEMAS = frozenset(("mysql", "information_schema", "performance_schema", "sys"))


def named_in(tokens: t.Sequence[Token]) -> str | None:
    """Return the database that a statement USE or CREATE DATABASE names, None for others."""
    words = Words(tokens)
    try:
        if words.accept(b"USE"):
            return words.name()
        if words.accept(b"CREATE", b"DATABASE") or words.accept(b"CREATE", b"SCHEMA"):
            words.accept(b"IF", b"NOT", b"EXISTS")
            return words.name()
    except Refused:
        return None
    return None


class OwnDatabase:
    """Remembers the database that a dump names by USE or CREATE DATABASE, or in front of its first table.

    One that names none may name that which its comments say, in front of what it has made without.
    The dump's tables go to the Mandant that the user names, whatever the database was called.
    """

    def __init__(self) -> None:
        self.name: str | None = None
        self._said: set[str] = set()
        self._seen_bytes = 0
        # Whether its tables are made without a database in front of them, so that any other is another.
        self.is_default = False

    def declare(self, name: str) -> str | None:
        """Take note of USE or CREATE/DROP DATABASE; return why it is refused, or None."""
        if self.is_of_server(name):
            return f"the dump speaks of the server's own database {name!r}"
        # Where its first table has come without one, it is of that which the comments say.
        own = {self.name.lower()} if self.name is not None else self._said if self.is_default else set()
        if own and name.lower() not in own:
            first = self.name if self.name is not None else min(own)
            return f"the dump speaks of a second database, {name!r} beside {first!r}; it may hold one Mandant only"
        self.name = name
        return None

    def see_comment(self, comment: bytes) -> None:
        """Take note of the database that one of the dump's first comments names."""
        if self._seen_bytes < _SAID_WITHIN_BYTES:
            self._seen_bytes += len(comment)
            for found in _SAID.finditer(comment[:_SAID_WITHIN_BYTES]):
                self._said.add(found.group(found.lastindex or 0).decode("utf-8", "replace").lower())

    @staticmethod
    def is_of_server(name: str) -> bool:
        """Whether a database holds the server's own tables."""
        return name.lower() in _SERVER_SCHEMAS

    def refuses(self, name: str) -> str | None:
        """Return why a name with this database in front of it is refused, or None."""
        if self.name is not None and self.name.lower() == name.lower():
            return None
        if self.name is None and self._said == {name.lower()}:
            return self.declare(name)
        reason = f"the dump speaks of another database, {name!r}; it may speak of its own tables only"
        if self.name is not None or self.is_of_server(name):
            return reason
        return f"{reason}. If it is the dump's own, put USE `{name}`; before its first statement"


def own_name(words: Words, database: OwnDatabase, *, makes: bool = False) -> str:
    """Take a table name; Refused when another database is named in front of it.

    What ``makes`` or drops the first table says by that which database is the dump's own.
    """
    qualifier, name = words.qualified_name()
    reason = database.refuses(qualifier) if qualifier is not None else None
    if makes and database.name is None and not database.is_default:
        reason = database.declare(qualifier) if qualifier is not None else None
        database.is_default = qualifier is None
    if reason:
        raise Refused(reason)
    return name


def check_database(qualifier: str | None, database: OwnDatabase) -> None:
    """Refuse the name of another database; None is no name."""
    reason = database.refuses(qualifier) if qualifier is not None else None
    if reason:
        raise Refused(reason)
