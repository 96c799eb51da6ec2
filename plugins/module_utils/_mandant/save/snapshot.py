# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""One moment of a Mandant, to be read while people work: its tables as they are defined then, and their rows.

Tables of InnoDB are read from a snapshot, and nobody waits. Others have no past: they are locked for
writing until they are read, all of them at once, so that documents and their positions fit together.
A lock that lets inserts through (READ LOCAL) would be given to one table after the other.
"""

from __future__ import annotations

import time
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect import session_settings
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import (
    NoConnectionLeft,
    ServerError,
    Session,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.reconnect import second_to
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import LOCK_ERRORS
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.source_tables import (
    CHANGED_ERRORS,
    Source,
    SourceTable,
    observe_source,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login

# Each waits session_settings.LOCK_WAIT_SECONDS, and others can work in between.
_ATTEMPTS = 5
_PAUSE_SECONDS = 1.0


class Snapshot:
    """Take it, read its tables in the order of ``tables``, close it. ``locked_seconds`` is how long others waited."""

    def __init__(self, session: Session, login: Login, generation_before: t.Mapping[str, str] | None = None) -> None:
        self._session = session
        self._login = login
        self._generation_before = generation_before
        self._second: Session | None = None
        self._locked_since: float | None = None
        self.tables: t.Sequence[SourceTable] = ()
        self.locked_seconds = 0.0

    def take(self, mandant: str) -> Source:
        """Stop the moment and return what is there then; from now on nobody changes a definition.

        Failure mandant_in_use when a session holds a table for too long, or if the tables do not come to rest.
        """
        for attempt in range(1, _ATTEMPTS + 1):
            held = False
            try:
                source = self._hold(mandant)
            except ServerError as exc:
                held = exc.number in LOCK_ERRORS
                if not held and exc.number not in CHANGED_ERRORS:
                    raise
            else:
                if source is not None:
                    return source
            self.let_go()
            if attempt < _ATTEMPTS:
                time.sleep(_PAUSE_SECONDS)
        reason = (
            "a session holds a table, so no moment could be stopped to be saved. End what it does (a long evaluation, "
            "an import) and run again"
            if held
            else "its tables are being made, changed or dropped. Run again when that has ended"
        )
        raise Failure("mandant_in_use", f"{self._session.where}, {mandant}: {reason}")

    def session_for(self, table: SourceTable) -> Session:
        """Return the session that reads a table; behind the last locked one, others can go on."""
        if self.lets_go_before(table):
            self._unlock()
        return (self._second if table.transactional else None) or self._session

    def lets_go_before(self, table: SourceTable) -> bool:
        """Whether it is behind the last locked one, so that others can go on; a lock without a second session stays."""
        return table.transactional and self._locked_since is not None and self._second is not None

    def close(self) -> None:
        """Give everything free."""
        try:
            self._unlock()
        finally:
            self._leave_second()

    def _hold(self, mandant: str) -> Source | None:
        """Hold all tables as they are; None when others were made, dropped or converted before they were held."""
        session_settings.for_definitions(self._session)
        seen = observe_source(self._session, mandant, self._generation_before)
        # Those that others wait for come first.
        self.tables = sorted(seen.tables, key=lambda table: table.transactional)
        kinds = {table.transactional for table in self.tables}
        if False in kinds:
            self._lock(mandant)
        reading = self._session
        if kinds == {False, True}:
            # START TRANSACTION would give up the locks of its own session.
            self._second = self._another()
            reading = self._second or self._session
        if kinds == {True} or self._second is not None:
            self._begin(reading, mandant)
        source = observe_source(self._session, mandant, self._generation_before)
        if source.kinds != seen.kinds:
            return None
        self.tables = sorted(source.tables, key=lambda table: table.transactional)
        for session in dict.fromkeys((self._session, reading)):
            session_settings.for_reading(session)
        return source

    def _another(self) -> Session | None:
        """Return another session; None where the account may have one only, whose locks then hold until the end."""
        try:
            return second_to(self._session, self._login)
        except NoConnectionLeft:
            return None

    def _begin(self, reading: Session, mandant: str) -> None:
        """Begin the snapshot: first nobody can change a definition any more, then the rows are those of one moment."""
        reading.execute("START TRANSACTION")
        names = [f"{quoted(mandant)}.{quoted(table.name)}" for table in self.tables if table.transactional]
        for name in names:
            reading.query(f"SELECT 1 FROM {name} LIMIT 0")
        # The first row that is looked at, or looked for, fixes the moment for all tables.
        for name in names:
            reading.query(f"SELECT 1 FROM {name} LIMIT 1")

    def _lock(self, mandant: str) -> None:
        if any(table.transactional for table in self.tables):
            # Only so MySQL waits for a transaction that has written to InnoDB already: else the snapshot would lack
            # a document whose position is there (MySQL documentation, innodb_table_locks).
            self._session.execute("SET autocommit = 0")
        names = ", ".join(f"{quoted(mandant)}.{quoted(table.name)} READ" for table in self.tables)
        begun = time.monotonic()
        self._session.execute(f"LOCK TABLES {names}")
        self._locked_since = begun

    def let_go(self) -> None:
        """Give free what a try has held; another one may come."""
        self._unlock()
        self._leave_second()
        if not self._session.broken:
            self._session.execute("ROLLBACK")
            self._session.execute("SET autocommit = 1, character_set_results = utf8mb4")

    def _leave_second(self) -> None:
        if self._second is not None:
            self._second.close()
            self._second = None

    def _unlock(self) -> None:
        if self._locked_since is None:
            return
        if not self._session.broken:
            self._session.execute("UNLOCK TABLES")
            self._session.execute("SET autocommit = 1")
        self.locked_seconds += time.monotonic() - self._locked_since
        self._locked_since = None
