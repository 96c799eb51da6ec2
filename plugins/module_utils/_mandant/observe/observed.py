# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What was seen on a server and in a Mandant: values only."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import KNOWN, is_generation_before
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Server
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import (
    is_made,
    is_old,
    is_ours,
    is_shadow,
    quoted,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.privileges import Privileges
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.birth import Birth
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import NOT_MADE, Made, Marker

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.other_sessions import SessionFact


@dataclasses.dataclass(frozen=True)
class ExistingTable:
    """A table or view that is there; ``rows`` only where they were counted."""

    name: str
    is_view: bool
    engine: str | None = None
    collation: str | None = None
    rows: int | None = None


def first_table(tables: t.Mapping[str, ExistingTable], fits: t.Callable[[str], bool]) -> str | None:
    """Return the first table whose name fits, None where there is none.

    A view of such a name is somebody else's: what it runs would run with this account's rights, so it is never read.
    """
    return next((name for name, table in tables.items() if fits(name) and not table.is_view), None)


def as_called_now(tables: t.Mapping[str, ExistingTable], names: t.Mapping[str, str]) -> dict[str, ExistingTable]:
    """Return tables by the names that they will have, each with the name that it has now.

    ``names`` are those that tables will have once half a swap is put right, by those that they have now.
    """
    now = {new: old for old, new in names.items()}
    return {name: dataclasses.replace(table, name=now.get(name, name)) for name, table in tables.items()}


@dataclasses.dataclass(frozen=True)
class ForeignKeyFact:
    """A foreign key that is there; ``clause`` is FOREIGN KEY (...) REFERENCES ... as the server shows it.

    ``references`` as pointed_to has it.
    """

    table: str
    name: str
    references: str
    clause: str

    def called(self, names: t.Mapping[str, str]) -> ForeignKeyFact:
        """Return it as it is when tables have other ``names``."""
        references = names.get(self.references, self.references)
        return ForeignKeyFact(
            table=names.get(self.table, self.table),
            name=key_name_after(self, names),
            references=references,
            clause=self.clause.replace(
                f" REFERENCES {quoted(self.references)} ", f" REFERENCES {quoted(references)} ", 1
            ),
        )


def pointed_to(database: str, table: str) -> str:
    """Return the table that a foreign key points to, by what its clause shows in backticks.

    A table of another ``database`` is none of the Mandant's, though one of them may have its name.
    """
    return ".".join(name.replace("``", "`") for name in (database, table) if name)


def key_name_after(key: ForeignKeyFact, moved: t.Mapping[str, str]) -> str:
    """Return the name of a foreign key when its table has moved: InnoDB renames those that it has named itself."""
    own = f"{key.table}_ibfk_"
    if key.table in moved and key.name.startswith(own):
        return f"{moved[key.table]}_ibfk_{key.name[len(own) :]}"
    return key.name


@dataclasses.dataclass(frozen=True)
class TriggerFact:
    """A trigger that is there; ``sql`` creates it again, None where the account may not see it.

    ``collation`` is that of its texts.
    """

    name: str
    table: str
    sql: str | None
    sql_mode: str = ""
    collation: str = ""

    def called(self, names: t.Mapping[str, str]) -> TriggerFact:
        """Return it as it is when tables have other ``names``: a server that renames a table writes its text anew."""
        table = names.get(self.table, self.table)
        sql = self.sql and self.sql.replace(f"ON {quoted(self.table)} ", f"ON {quoted(table)} ", 1)
        return dataclasses.replace(self, table=table, sql=sql)


@dataclasses.dataclass(frozen=True)
class Whose:
    """What a person knows a Mandant by; a fact that is not there is None."""

    company: str | None = None
    last_document_date: str | None = None
    rows: int = 0


@dataclasses.dataclass(frozen=True)
class Identity:
    """Whose the tables in use are, and how new: FIRMA's name and tax numbers by their columns, the newest document."""

    company: str | None = None
    tax_numbers: t.Mapping[str, str] = dataclasses.field(default_factory=dict, repr=False)
    last_document_date: str | None = None


@dataclasses.dataclass(frozen=True)
class Before:
    """The generation before: names in use by names now, and the tables with rows that no restore has brought."""

    real_names: t.Mapping[str, str]
    work: tuple[str, ...] = ()
    whose: Whose | None = None


@dataclasses.dataclass(frozen=True)
class Observed:
    """A Mandant as it was found.

    Of one that is missing, ``spelling`` is a database whose name differs in letter case only, and
    ``similar`` are those whose names come near. ``read_only`` says that nobody may write to it. ``views`` are the texts
    of views, ``columns`` those of the tables where there are any, and ``filled`` the tables with rows that a backup
    lacks.
    """

    server: Server
    mandant: str
    exists: bool
    spelling: str | None = None
    similar: tuple[str, ...] = ()
    charset: str | None = None
    collation: str | None = None
    read_only: bool = False
    tables: t.Mapping[str, ExistingTable] = dataclasses.field(default_factory=dict)
    foreign_keys: tuple[ForeignKeyFact, ...] = ()
    referred: t.Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    triggers: tuple[TriggerFact, ...] = ()
    views: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    columns: t.Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    marker: Marker | None = None
    marker_problem: str | None = None
    birth: Birth | None = None
    sessions: tuple[SessionFact, ...] = ()
    sees_all_sessions: bool = True
    privileges: Privileges = dataclasses.field(default_factory=lambda: Privileges(frozenset(), frozenset()))
    privileges_of: str | None = None
    db_version: str | None = None
    identity: Identity = dataclasses.field(default_factory=Identity)
    before: Before | None = None
    filled: frozenset[str] = frozenset()

    @property
    def live(self) -> dict[str, ExistingTable]:
        """The tables and views of the generation in use."""
        return {name: table for name, table in self.tables.items() if not is_generation_before(name)}

    @property
    def generation_before(self) -> dict[str, ExistingTable]:
        """The tables and views that an earlier restore has set aside, ours or CAO's own."""
        return self.generations_aside(KNOWN)[0]

    def generations_aside(
        self, in_backup: t.Iterable[str] = ()
    ) -> tuple[dict[str, ExistingTable], dict[str, ExistingTable]]:
        """Return of the tables and views ``BACK_*`` the generation before, and those that are somebody's own.

        A marker names its generation before, and what is left of older ones. Where there is none, CAO's own restore may
        have left one (cao-format 2.1): ``BACK_x`` with a table x that is in use, or ``in_backup``; without a backup,
        any table of CAO's.
        """
        key = self.server.names.key
        if self.marker is not None:
            generations = (self.marker.previous, *self.marker.older)
            explained = {back for one in generations for back in one.tables.values()}
        else:
            known = {key(name) for name in (*self.live, *in_backup)}
            explained = {name for name in self.tables if key(name[len("BACK_") :]) in known}
        before: dict[str, ExistingTable] = {}
        others: dict[str, ExistingTable] = {}
        for name, table in self.tables.items():
            if is_generation_before(name) and not is_ours(name):
                (before if name in explained else others)[name] = table
        return before, others

    @property
    def foreign_referrers(self) -> tuple[str, ...]:
        """The tables of other databases whose foreign keys point into the Mandant."""
        return tuple(sorted({name for tables in self.referred.values() for name in tables}))

    @property
    def made(self) -> Made:
        """What of this database is there because of a restore; nothing where it is a copy of another one."""
        noted = self.birth.made if self.birth is not None else NOT_MADE
        made = self.marker.made if self.marker is not None and self.marker.made.what else noted
        key = self.server.names.key
        return made if key(made.name) == key(self.mandant) else NOT_MADE

    @property
    def unfinished(self) -> bool:
        """Whether a run before this one did not come to its end."""
        return bool(self.leftovers) or (self.marker is not None and not self.marker.finished)

    @property
    def leftovers(self) -> list[str]:
        """The tables that only a run leaves which was cut off; a note of what was made is needed without a marker."""
        told = self.marker is not None
        return [name for name in self.tables if is_old(name) or is_shadow(name) or (told and is_made(name))]
