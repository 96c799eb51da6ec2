# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of the library, each called by itself: real sessions on a Mandant, what they see, and what is planned."""

from __future__ import annotations

import contextlib
import dataclasses
import typing as t

import pymysql
import pymysql.cursors

from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import Backup, open_backup
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect import session_settings
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import Session, connect
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Server, observe_server
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.closer_look import look_closely
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observe import observe_names
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.decision import Decision
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.plan import Plan, TablePlan, plan
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Marker
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.fast_loader import (
    Way,
    packet_bytes,
    statement_bytes,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted
from jobs import until
from mandant import Mandant
from restoring import Restorer

# A protection: longer than any server takes for what it is waited for.
_WAIT_SECONDS = 60.0


@dataclasses.dataclass(frozen=True)
class Planned:
    """A backup, and what a restore of it would do in the Mandant as it is."""

    backup: Backup
    observed: Observed
    plan: Plan

    @property
    def tables(self) -> dict[str, TablePlan]:
        """The tables by their names in the backup, as the loaders want them."""
        return {table.source: table for table in self.plan.tables}

    def way(self, *, streams: bool = False, limit: int | None = None) -> Way:
        """Return how the rows may be sent, by INSERTs of so many bytes at most."""
        most = self.observed.server.max_allowed_packet
        return Way(limit or packet_bytes(most), self.backup.analysis.encoding, streams, statement_bytes(most))

    def create(self, session: Session) -> None:
        """Make the shadow tables, empty."""
        for table in self.plan.tables:
            chosen = table.format
            session.execute(
                table.definition.create_statement(
                    table.shadow,
                    engine=chosen.engine,
                    charset=chosen.charset,
                    collation=chosen.collation,
                    server=self.observed.server.flavour,
                )
            )


class Library:
    """Sessions of the library on one Mandant; ``close`` ends them all."""

    def __init__(self, restorer: Restorer) -> None:
        self.restorer = restorer
        self.mandant: Mandant = restorer.mandant
        self._stack = contextlib.ExitStack()
        self._server: Server | None = None

    def close(self) -> None:
        """End everything that was begun."""
        self._stack.close()

    def session(self, *, use: bool = True, account: tuple[str, str] | None = None, port: int | None = None) -> Session:
        """Return a session that is set as a run's is; ``account`` is a user with its password."""
        user, password = account or (None, None)
        changed = dataclasses.replace(self.restorer, user=user, password=password, port=port)
        session = connect(changed.login())
        self._stack.callback(session.close)
        if use:
            session_settings.use(session, self.mandant.name)
        return session

    def instance(self, mandant: Mandant | None = None) -> pymysql.Connection[pymysql.cursors.Cursor]:
        """Return a connection of somebody who works in a Mandant."""
        connection = (mandant or self.mandant).connect()
        self._stack.callback(_close, connection)
        return connection

    def impatient(self, session: Session) -> None:
        """Let a session wait for nobody who holds a table, as briefly as the server can."""
        session.execute(f"SET SESSION lock_wait_timeout={0 if self.server.flavour.mariadb else 1}")

    @property
    def server(self) -> Server:
        """The server, with what it has to offer."""
        if self._server is None:
            with contextlib.closing(connect(self.restorer.login())) as session:
                self._server = observe_server(session)
        return self._server

    def observed(self, session: Session) -> Observed:
        """Return what a run sees of the Mandant."""
        return look_closely(session, observe_names(session, self.server, self.mandant.name), count=False)

    def planned(self, session: Session, content: bytes, **options: t.Any) -> Planned:
        """Return what a restore of a backup with this content would do."""
        path = self.restorer.write("planned.sql", content)
        backup = self._stack.enter_context(open_backup(path))
        observed = self.observed(session)
        wanted = Wanted(**{"mandant": self.mandant.name, **options})
        made = plan(wanted, Decision(True, "it is wanted"), observed, backup.analysis)
        assert made.refusal is None, made.refusal
        return Planned(backup, observed, made)

    def ask(self, sql: str, *args: object) -> list[tuple[t.Any, ...]]:
        """Return what the administrator sees."""
        return self.mandant.server.admin(sql, args)

    def connections(self) -> int:
        """Return how many connections the server has had, with that of this question."""
        return int(self.ask("SHOW GLOBAL STATUS LIKE 'Connections'")[0][1])

    def is_there(self, number: int) -> bool:
        """Whether the server still has a connection."""
        return bool(self.ask("SELECT 1 FROM information_schema.PROCESSLIST WHERE ID = %s", number))

    def until_gone(self, number: int) -> None:
        """Return when the server has ended a connection."""
        until(lambda: not self.is_there(number), _WAIT_SECONDS, f"connection {number} ends")

    def kill(self, session: Session) -> None:
        """End a connection from outside, as an administrator or a restart does; the client has not seen it yet."""
        self.ask(f"KILL {session.number}")
        self.until_gone(session.number)

    def until_state(self, number: int, words: str) -> None:
        """Return when a connection's statement is in a state with these words."""
        sql = "SELECT 1 FROM information_schema.PROCESSLIST WHERE ID = %s AND STATE LIKE %s"
        until(lambda: self.ask(sql, number, f"%{words}%"), _WAIT_SECONDS, f"connection {number}: {words}")

    def until_busy(self, number: int) -> None:
        """Return when a connection's statement has begun."""
        sql = "SELECT 1 FROM information_schema.PROCESSLIST WHERE ID = %s AND COMMAND = 'Query'"
        until(lambda: self.ask(sql, number), _WAIT_SECONDS, f"connection {number} works")

    def until_waits(self, number: int) -> None:
        """Return when a connection's statement waits for a lock."""
        self.until_state(number, "Waiting for table")


def _close(connection: pymysql.Connection[pymysql.cursors.Cursor]) -> None:
    if connection.open:
        connection.close()


def marker_with(**fields: t.Any) -> Marker:
    """Return a marker of which only these fields matter."""
    plain: dict[str, t.Any] = {
        "run": "a run",
        "sha256": "0" * 64,
        "restored_at": "2026-10-30T16:42:07Z",
        "version": "1",
    }
    return Marker(**{**plain, "analysis": {}, "tables": {}, **fields})
