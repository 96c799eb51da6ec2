# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Keys and foreign keys of a table, as a dump defines them."""

from __future__ import annotations

import dataclasses
import re

from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import quoted_name


@dataclasses.dataclass(frozen=True)
class KeyPart:
    """One part of a key; a functional part has its expression in ``name_sql`` and no ``column``."""

    column: str | None
    name_sql: bytes
    length: int | None = None
    order: bytes = b""

    def sql(self) -> bytes:
        length = b"(%d)" % self.length if self.length else b""
        return self.name_sql + length + (b" " + self.order if self.order else b"")


@dataclasses.dataclass(frozen=True)
class Key:
    """A key, by its kind, as FULLTEXT KEY; ``made`` is for a foreign key, as long as no other one begins like it."""

    kind: str
    name: str | None
    parts: tuple[KeyPart, ...]
    options: bytes = b""
    parser: str | None = None
    made: bool = False
    version: bytes | None = None

    @property
    def functional(self) -> bool:
        """Whether it is over an expression; MariaDB has no such keys and is left without it."""
        return any(part.column is None for part in self.parts)

    def is_on(self, server: ServerFlavour) -> bool:
        """Whether the server's table gets it."""
        return server.executes(self.version) and not (self.functional and server.leaves_out_keys_over_expressions)

    def sql(self) -> bytes:
        """Return the key as it stands in CREATE TABLE."""
        name = quoted_name(self.name) + b" " if self.name and self.kind != "PRIMARY KEY" else b""
        parts = b",".join(part.sql() for part in self.parts)
        options = b" " + self.options if self.options else b""
        parser = b" WITH PARSER " + quoted_name(self.parser) if self.parser is not None else b""
        return self.kind.encode() + b" " + name + b"(" + parts + b")" + options + parser


# InnoDB makes nothing else of SET DEFAULT in CREATE TABLE.
_RESTRICT = re.compile(rb"\bON\s+(?:DELETE|UPDATE)\s+(?:RESTRICT|SET\s+DEFAULT)\b\s*", re.IGNORECASE)


@dataclasses.dataclass(frozen=True)
class ForeignKey:
    """A foreign key to the table ``references`` of the dump, ``inline`` behind its column, or with its key's name.

    ``number`` is the one that a server has given to it instead of a name, 0 where that follows from its place alone.
    """

    name: str | None
    columns_sql: bytes
    references: str
    referenced_sql: bytes
    actions: bytes = b""
    inline: bool = False
    by_index: bool = False
    number: int = 0

    def written_for(self, server: ServerFlavour) -> ForeignKey:
        """Return it as ALTER TABLE of this server makes what CREATE TABLE would."""
        if server.tells_restrict:
            return self
        return dataclasses.replace(self, actions=_RESTRICT.sub(b"", self.actions).strip())

    def add_clause(self, name: str | None, references: str) -> bytes:
        """Return the ADD clause of ALTER TABLE, under a name and to a table of the caller's choice."""
        constraint = b"CONSTRAINT " + quoted_name(name) + b" " if name else b""
        target = quoted_name(references) + b" (" + self.referenced_sql + b")"
        actions = b" " + self.actions if self.actions else b""
        return b"ADD " + constraint + b"FOREIGN KEY (" + self.columns_sql + b") REFERENCES " + target + actions
