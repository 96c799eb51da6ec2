# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Further connections: to look at complete tables while others are loaded or get keys, and to load over."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
import types
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.threads import started
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.other_sessions import (
    end_session,
    waits_for_room,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.reconnect import second_to
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.session_settings import use
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.fingerprint import (
    UNREADABLE,
    fingerprint,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.two_readers import TwoReaders
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import EVERY_ROW, Fingerprint
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login

# A session that was ended may have the rows of a large table to take back.
_GONE_SECONDS = 60.0
_LOOK_AGAIN_SECONDS = 0.05
_ELSEWHERE = "information_schema"


class Beside:
    """A second connection and its thread; both are made with the first table, and end with this at the latest.

    ``found`` has the fingerprints by table. A table may be missing there, whatever the reason (an account that may have
    one connection only, a table that somebody holds): it is then looked at as if this were not here.
    """

    def __init__(self, first: Session, login: Login, mandant: str) -> None:
        self._first = first
        self._login = login
        self._mandant = mandant
        self._tables: queue.Queue[str | None] = queue.Queue()
        self._thread: threading.Thread | None = None
        self._session: Session | None = None
        self._is_looking = False
        self._over = False
        self._is_stopped = False
        self._starting = threading.Lock()
        self.found: dict[str, Fingerprint] = {}

    def put(self, table: str) -> None:
        """Have a table looked at that gets no more rows and changes no more."""
        if self._over:
            return
        self._tables.put(table)
        with self._starting:
            if self._thread is None:
                self._thread = started(self._work)
                self._over = self._thread is None

    def wait(self) -> None:
        """Return when all tables were looked at; from here on no more are, and nothing of this is under way."""
        self._over = True
        if self._thread is not None:
            self._tables.put(None)
            self._thread.join()

    def stop(self) -> None:
        """End it at once, also on the server, so that no table is held any more; nothing was found."""
        self._is_stopped = True
        if self._session is not None:
            self._session.give_up()
        self.wait()
        self.found.clear()
        if self._is_looking and self._session is not None:
            self._is_looking = False
            with (
                contextlib.suppress(Failure, ServerError),
                contextlib.closing(second_to(self._session, self._login)) as ending,
            ):
                end_session(ending, self._session.number)

    @contextlib.contextmanager
    def another(self) -> t.Iterator[Session | None]:
        """Give a connection to the Mandant more, None where there is none; at the end none of it is left there."""
        session = self._connected()
        try:
            yield session
        finally:
            if session is not None:
                self._take_leave(session)

    def _connected(self) -> Session | None:
        try:
            session = second_to(self._first, self._login)
        except Failure:
            return None
        try:
            use(session, self._mandant)
        except ServerError:
            session.close()
            return None
        return session

    def _take_leave(self, session: Session) -> None:
        """End a connection; who looks for sessions on the Mandant does not find it any more."""
        if not session.broken:
            with contextlib.suppress(ServerError):
                session.execute(f"USE {_ELSEWHERE}")
                session.close()
                return
        session.close()
        with (
            contextlib.suppress(Failure, ServerError),
            contextlib.closing(second_to(session, self._login)) as ending,
        ):
            if waits_for_room(ending, session.number):
                return
            end_session(ending, session.number)
            deadline = time.monotonic() + _GONE_SECONDS
            there = "SELECT 1 FROM information_schema.PROCESSLIST WHERE ID = %s"
            while ending.value(there, (session.number,)) and time.monotonic() < deadline:
                time.sleep(_LOOK_AGAIN_SECONDS)

    def read_rest(self, session: Session, rows: t.Mapping[str, int]) -> None:
        """Look at tables, whose numbers of rows are told, over this and another connection."""
        unknown = {table: Fingerprint(count, 0, "", EVERY_ROW) for table, count in rows.items()}
        found = TwoReaders(session, self._login, self._mandant).read(unknown, lambda: None)
        good = {name: one for name, one in found.items() if one.measure == EVERY_ROW and one.checksum != UNREADABLE}
        self.found.update(good)

    def __enter__(self) -> Beside:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: types.TracebackType | None
    ) -> None:
        if error is not None:
            self.stop()
        self.wait()

    def _work(self) -> None:
        with (
            contextlib.suppress(Failure, ServerError),
            contextlib.closing(second_to(self._first, self._login)) as session,
        ):
            self._session = session
            for table in iter(self._tables.get, None):
                if self._is_stopped:
                    return
                self._look(session, table)

    def _look(self, session: Session, table: str) -> None:
        self._is_looking = True
        try:
            found = fingerprint(session, self._mandant, table)
        except ServerError as exc:
            if exc.lost:
                raise
        else:
            if found.measure == EVERY_ROW and found.checksum != UNREADABLE:
                self.found[table] = found
        self._is_looking = False
