# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The database a dump was made from: the only one whose name may stand in it."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import Refused, Words

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import Token

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

    The dump's tables go to the Mandant that the user names, whatever the database was called.
    """

    def __init__(self) -> None:
        self.name: str | None = None
        # Whether its tables are made without a database in front of them, so that any other is another.
        self.is_default = False

    def declare(self, name: str) -> str | None:
        """Take note of USE or CREATE/DROP DATABASE; return why it is refused, or None."""
        if self.is_of_server(name):
            return f"the dump speaks of the server's own database {name!r}"
        if self.name is not None and self.name.lower() != name.lower():
            return f"the dump speaks of a second database, {name!r} beside {self.name!r}; it may hold one Mandant only"
        self.name = name
        return None

    @staticmethod
    def is_of_server(name: str) -> bool:
        """Whether a database holds the server's own tables."""
        return name.lower() in _SERVER_SCHEMAS

    def refuses(self, name: str) -> str | None:
        """Return why a name with this database in front of it is refused, or None."""
        if self.name is not None and self.name.lower() == name.lower():
            return None
        return f"the dump speaks of another database, {name!r}; it may speak of its own tables only"
