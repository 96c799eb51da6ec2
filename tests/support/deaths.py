# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that dies at a point which a number names, as a killed process does: from then on nothing reaches a server.

It takes no process of its own, so that a walk can die at every step. Nothing of the collection is imported before a
function is called: the tests decide where it is.
"""

from __future__ import annotations

import contextlib
import threading
import time
import typing as t

from mandant import Mandant

# A protection: longer than any server takes to see that a connection is gone.
_WAIT_SECONDS = 60.0


class Killed(BaseException):
    """The run is dead; nothing in it may catch this and go on to ask a server for anything."""


class Death:
    """Comes before the operation ``at`` of this process, None for never; ``came`` says whether it did."""

    def __init__(self, at: int | None) -> None:
        self.at = at
        self._lock = threading.Lock()
        self._sessions: list[t.Any] = []
        self.count = 0
        self.came = False

    def _next(self, session: t.Any) -> None:
        with self._lock:
            self.count += 1
            if session not in self._sessions:
                self._sessions.append(session)
            if self.count == self.at:
                self.came = True
                # What the kernel does for a killed process: the server sees the end of all its connections.
                for one in self._sessions:
                    one.give_up()
        if self.came:
            session.broken = True
            raise Killed

    @contextlib.contextmanager
    def awaited(self) -> t.Iterator[Death]:
        """Count while it lasts, and die."""
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import Session

        real = Session._translated

        def counting(session: t.Any, **options: t.Any) -> t.Any:
            self._next(session)
            return real(session, **options)

        setattr(Session, "_translated", counting)  # noqa: B010 - a method for as long as this lasts
        try:
            yield self
        except Killed:
            pass
        finally:
            setattr(Session, "_translated", real)  # noqa: B010


def dies(mandant: Mandant, act: t.Callable[[], object], at: int | None) -> int | None:
    """Do something that dies before its operation ``at``; return how many it has when it came to its end before.

    A Failure of it counts as an end.
    """
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    with Death(at).awaited() as death, contextlib.suppress(Failure):
        act()
    if not death.came:
        return death.count
    wait_for_the_lock(mandant)
    return None


def wait_for_the_lock(mandant: Mandant) -> None:
    """Wait until the server has seen that the connections of a dead run are gone."""
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.lock import lock_name

    deadline = time.monotonic() + _WAIT_SECONDS
    while True:
        ((number,),) = mandant.server.admin("SELECT IS_USED_LOCK(%s)", (lock_name(mandant.name),))
        sql = "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE DB = %s"
        ((others,),) = mandant.server.admin(sql, (mandant.name,))
        if number is None and not others:
            return
        assert time.monotonic() < deadline, "a dead run is still there"
