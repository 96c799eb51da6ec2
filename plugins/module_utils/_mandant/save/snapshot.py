# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""One moment of a Mandant, to be read while people work.

Tables of InnoDB are read from a snapshot, and nobody waits. Others have no past: they are locked for
writing until they are read, all of them at once, so that documents and their positions fit together.
A lock that lets inserts through (READ LOCAL) would be given to one table after the other.
"""

from __future__ import annotations

import time
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect import session_settings
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session, connect
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Server
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.source_tables import SourceTable
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login

# Each waits session_settings.LOCK_WAIT_SECONDS, and others can work in between.
_LOCK_ATTEMPTS = 5
_PAUSE_SECONDS = 1.0
_LOCK_ERRORS = (1205, 1213)


class Snapshot:
    """Take it, read its tables in the order of ``tables``, close it. ``locked_seconds`` is how long others waited."""

    def __init__(self, session: Session, server: Server, login: Login, tables: t.Sequence[SourceTable]) -> None:
        self._session = session
        self._server = server
        self._login = login
        self._second: Session | None = None
        self._locked_since: float | None = None
        # Those that others wait for come first.
        self.tables = sorted(tables, key=lambda table: table.transactional)
        self.locked_seconds = 0.0

    def take(self, mandant: str) -> None:
        """Stop the moment; Failure mandant_in_use when a session holds a table for too long."""
        kinds = {table.transactional for table in self.tables}
        session_settings.for_reading(self._session)
        if False in kinds:
            self._lock(mandant)
        reading = self._session
        if kinds == {False, True}:
            # START TRANSACTION would give up the locks of its own session.
            self._second = reading = connect(self._login)
            session_settings.prepare(reading, self._server)
            session_settings.for_reading(reading)
        if True in kinds:
            reading.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT")
            for table in self.tables:
                if table.transactional:
                    # From now on nobody changes its definition.
                    reading.query(f"SELECT 1 FROM {quoted(mandant)}.{quoted(table.name)} LIMIT 0")

    def session_for(self, table: SourceTable) -> Session:
        """Return the session that reads a table; behind the last locked one, others can go on."""
        if table.transactional:
            self._unlock()
            return self._second or self._session
        return self._session

    def close(self) -> None:
        """Give everything free."""
        self._unlock()
        if self._second is not None:
            self._second.close()

    def _lock(self, mandant: str) -> None:
        if any(table.transactional for table in self.tables):
            # Only so MySQL waits for a transaction that has written to InnoDB already: else the snapshot would lack
            # a document whose position is there (MySQL documentation, innodb_table_locks).
            self._session.execute("SET autocommit = 0")
        names = ", ".join(f"{quoted(mandant)}.{quoted(table.name)} READ" for table in self.tables)
        for attempt in range(1, _LOCK_ATTEMPTS + 1):
            begun = time.monotonic()
            try:
                self._session.execute(f"LOCK TABLES {names}")
            except ServerError as exc:
                if exc.number not in _LOCK_ERRORS:
                    raise
                if attempt == _LOCK_ATTEMPTS:
                    raise Failure(
                        "mandant_in_use",
                        f"{self._session.where}, {mandant}: a session holds a table, so no moment could be stopped to "
                        "be saved. End what it does (a long evaluation, an import) and run again",
                    ) from None
                time.sleep(_PAUSE_SECONDS)
            else:
                self._locked_since = begun
                return

    def _unlock(self) -> None:
        if self._locked_since is None:
            return
        if not self._session.broken:
            self._session.execute("UNLOCK TABLES")
            self._session.execute("SET autocommit = 1")
        self.locked_seconds = time.monotonic() - self._locked_since
        self._locked_since = None
