# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""One restore of a Mandant at a time: a named lock that dies with its connection."""

from __future__ import annotations

import hashlib
import time

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import lowered

_PREFIX = "cao.faktura:"
_LONGEST = 64
# After a run has ended or was killed, the server may need a moment to see that its connection is gone.
WAIT_SECONDS = 2
_PAUSE_SECONDS = 0.02
# Of a run's statements few take longer; one that waits for room on a full disk does.
_LONG_SECONDS = 5


def lock_name(mandant: str) -> str:
    """Return the lock's name, at most 64 characters (MySQL documentation, GET_LOCK).

    MySQL takes C32 for c32 here, and ü for ù: other names than those in plain lower case get a hash.
    """
    name = _PREFIX + mandant
    if len(name) <= _LONGEST and mandant.isascii() and mandant == mandant.lower():
        return name
    return _PREFIX + hashlib.sha256(mandant.encode()).hexdigest()[: _LONGEST - len(_PREFIX)]


# The server knows whether two spellings are one database; nothing else has been asked yet.
_NAME = "IF(@@lower_case_table_names = 0, %s, %s)"


def _names(mandant: str) -> tuple[str, str]:
    return lock_name(mandant), lock_name(lowered(mandant))


def acquire(session: Session, mandant: str, wait_seconds: int = WAIT_SECONDS) -> None:
    """Take the lock; Failure locked when another run has it."""
    if session.value(f"SELECT GET_LOCK({_NAME}, %s)", (*_names(mandant), wait_seconds)) != 1:
        raise _locked(session, mandant)


def check(session: Session, mandant: str) -> None:
    """Raise Failure locked when another run has the lock and keeps it; nothing is taken."""
    end = time.monotonic() + WAIT_SECONDS
    while holder(session, mandant) is not None:
        if time.monotonic() > end:
            raise _locked(session, mandant)
        time.sleep(_PAUSE_SECONDS)


def holder(session: Session, mandant: str) -> int | None:
    """Return the number of the connection that has the lock."""
    number = session.value(f"SELECT IS_USED_LOCK({_NAME})", _names(mandant))
    return None if number is None else int(number)


def _locked(session: Session, mandant: str) -> Failure:
    number = holder(session, mandant)
    who = advice = ""
    if number is not None:
        who = f" (connection {number}"
        try:
            sql = "SELECT USER, HOST, STATE, COMMAND, TIME FROM information_schema.PROCESSLIST WHERE ID = %s"
            for user, host, state, command, seconds in session.query(sql, (number,)):
                who += f" of {user}@{host}"
                advice = _advice(str(state), str(command), int(seconds or 0))
        except ServerError as exc:
            if exc.lost:
                raise
        who += ")"
    return Failure(
        "locked",
        f"{session.where}: another run works on {mandant}{who}; {advice}wait until it has ended and run again",
    )


def _advice(state: str, command: str, seconds: int) -> str:
    """Return what the run may wait for; of a full disk some servers say it, most nothing."""
    # Not above: most runs find nothing to do and nobody else at work.
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.other_sessions import WAITS_FOR_ROOM

    if state.lower() == WAITS_FOR_ROOM:
        return "make room on the server's disk, for which it waits, and "
    if command == "Query" and seconds >= _LONG_SECONDS:
        return f"its statement takes {seconds} s already: make room on the server's disk if that is full, and "
    return ""
