# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""A look at our own session from outside: with MyISAM and Aria a server whose disk is full waits, without any answer.

Source: MySQL documentation, "How MySQL handles a full disk": it looks once a minute whether somebody has made room.
What it says of itself meanwhile differs from server to server, and most say nothing; so where nothing goes on, a table
is made beside, which fails at once when the disk is full.
"""

from __future__ import annotations

import contextlib
import threading
import types
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.threads import started
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session, connect
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.other_sessions import waits_for_room
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import is_disk_full
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import PROBE, quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login

_LOOK_SECONDS = 5.0


class ServerWaits(Failure):
    """The server waits for room and holds what the run has made; only the next run can clear that away."""


class DiskWatch:
    """While it lasts, a session that the server lets wait for room is given up, with ServerWaits; so are ``others``.

    The server's side is left alone: MariaDB 10.11 crashes when the table of a session that was killed in this
    state is dropped. A run that is over before the first look costs nothing; an account that may have one
    connection only is not watched.
    """

    def __init__(
        self, login: Login, session: Session, mandant: str, others: t.Callable[[], t.Sequence[Session]] = tuple
    ) -> None:
        self._login = login
        self._session = session
        self._others = others
        self._mandant = mandant
        self._full = False
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> None:
        self._thread = started(self._watch)

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: types.TracebackType | None
    ) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()
        if self._full and isinstance(error, (Failure, ServerError)):
            raise ServerWaits(
                "statement_failed",
                f"{self._session.where}, {self._mandant}: the disk or the quota of the server is full, and the server "
                "waits for room; the Mandant is unchanged. Make room there and run again a minute later",
            ) from None

    def _watch(self) -> None:
        if self._over.wait(_LOOK_SECONDS):
            return
        with contextlib.suppress(Failure, ServerError):
            looking = connect(self._login)
            try:
                steps = -1
                while not self._over.is_set():
                    sessions = (self._session, *self._others())
                    now = sum(session.steps for session in sessions)
                    stands_still, steps = now == steps, now
                    waits = any(_waits(looking, session) for session in sessions)
                    if waits or (stands_still and self._has_no_room(looking)):
                        self._full = True
                        for session in sessions:
                            session.give_up()
                        return
                    self._over.wait(_LOOK_SECONDS)
            finally:
                looking.close()

    def _has_no_room(self, looking: Session) -> bool:
        """Whether the server cannot even make the files of a table."""
        probe = f"{quoted(self._mandant)}.{quoted(PROBE)}"
        try:
            looking.execute(f"CREATE TABLE {probe} (A INT NOT NULL PRIMARY KEY) ENGINE=MyISAM")
        except ServerError as exc:
            return is_disk_full(exc)
        looking.execute(f"DROP TABLE {probe}")
        return False


def _waits(looking: Session, session: Session) -> bool:
    """Whether a session waits for room, as far as the server has the room to tell."""
    try:
        return waits_for_room(looking, session.number)
    except ServerError as exc:
        if not is_disk_full(exc):
            raise
        return False
