# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What was seen on a server and in a Mandant: values only."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import is_generation_before
from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import Names, is_old, is_ours, is_shadow
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.privileges import Privileges
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Marker


@dataclasses.dataclass(frozen=True)
class Server:
    """The server and its settings; ``engines`` and ``collations`` by their names in lower case.

    ``collations`` has the character set of each collation, ``charsets`` the default collation and
    the bytes of the longest character of each character set; ``sql_mode`` is that of new sessions.
    """

    where: str
    flavour: ServerFlavour
    version: str
    max_allowed_packet: int
    lower_case_table_names: int
    read_only: bool
    local_infile: bool
    default_engine: str
    engines: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    collations: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    charsets: t.Mapping[str, tuple[str, int]] = dataclasses.field(default_factory=dict)
    variables: frozenset[str] = frozenset()
    sql_mode: str = ""

    @property
    def names(self) -> Names:
        return Names(self.lower_case_table_names)

    @property
    def atomic_rename(self) -> bool:
        """Whether a RENAME of many tables survives a crash as a whole, whatever their engines."""
        return self.flavour.mariadb and self.flavour.version >= (10, 6, 1)


@dataclasses.dataclass(frozen=True)
class ExistingTable:
    """A table or view that is there; ``rows`` only where they were counted."""

    name: str
    is_view: bool
    engine: str | None = None
    collation: str | None = None
    rows: int | None = None


@dataclasses.dataclass(frozen=True)
class SessionFact:
    """Another session on the Mandant; ``seconds`` since its last statement began."""

    number: int
    account: str
    seconds: int


@dataclasses.dataclass(frozen=True)
class ForeignKeyFact:
    """A foreign key that is there; ``clause`` is FOREIGN KEY (...) REFERENCES ... as the server shows it."""

    table: str
    name: str
    references: str
    clause: str


@dataclasses.dataclass(frozen=True)
class TriggerFact:
    """A trigger that is there; ``sql`` creates it again, None where the account may not see it."""

    name: str
    table: str
    sql: str | None
    sql_mode: str = ""


@dataclasses.dataclass(frozen=True)
class Observed:
    """A Mandant as it was found.

    Of one that is missing, ``spelling`` is a database whose name differs in letter case only, and
    ``similar`` are those whose names come near.
    """

    server: Server
    mandant: str
    exists: bool
    spelling: str | None = None
    similar: tuple[str, ...] = ()
    charset: str | None = None
    collation: str | None = None
    tables: t.Mapping[str, ExistingTable] = dataclasses.field(default_factory=dict)
    foreign_keys: tuple[ForeignKeyFact, ...] = ()
    foreign_referrers: tuple[str, ...] = ()
    triggers: tuple[TriggerFact, ...] = ()
    marker: Marker | None = None
    marker_problem: str | None = None
    sessions: tuple[SessionFact, ...] = ()
    sees_all_sessions: bool = True
    privileges: Privileges = dataclasses.field(default_factory=lambda: Privileges(frozenset(), frozenset()))
    privileges_of: str | None = None
    db_version: str | None = None

    @property
    def live(self) -> dict[str, ExistingTable]:
        """The tables and views of the generation in use."""
        return {name: table for name, table in self.tables.items() if not is_generation_before(name)}

    @property
    def generation_before(self) -> dict[str, ExistingTable]:
        """The tables and views that an earlier restore has set aside, ours or CAO's own."""
        return {name: table for name, table in self.tables.items() if is_generation_before(name) and not is_ours(name)}

    @property
    def unfinished(self) -> bool:
        """Whether a run before this one did not come to its end."""
        leftovers = any(is_old(name) or is_shadow(name) for name in self.tables)
        return leftovers or (self.marker is not None and not self.marker.finished)
