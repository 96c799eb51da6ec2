# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Other sessions on the Mandant, as a running CAO-Faktura has them: fail, wait, end them, or ignore them."""

from __future__ import annotations

import dataclasses
import time
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure, first_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import Names
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted

# How often sessions that have begun something this very second are looked at again, and after how long.
_LOOKS_AT_NEW_ONES = 3
_SECONDS_TO_END = 0.1
_LOOK_AGAIN_SECONDS = 0.5
# A session that is ended may have a statement to undo first.
_END_SECONDS = 10.0
_UNKNOWN_THREAD = 1094
WAITS_FOR_ROOM = "waiting for someone to free space"
_SESSIONS_NAMED = 5


@dataclasses.dataclass(frozen=True)
class SessionFact:
    """Another session on the Mandant; ``seconds`` since its last statement began."""

    number: int
    account: str
    seconds: int


def clear_sessions(
    session: Session,
    wanted: Wanted,
    mandant: str,
    *,
    waiting: t.Callable[[], None] | None = None,
    deadline: float | None = None,
) -> float:
    """Return when nobody is on the Mandant, or nobody counts; Failure mandant_in_use otherwise.

    ``waiting`` is called when there is somebody to wait for. ``deadline`` is what a call before has returned, where
    this one goes on with its waiting.
    """
    policy = effective_running_instances(wanted)
    seconds = {"wait": float(wanted.wait_timeout_seconds), "disconnect": _END_SECONDS}.get(policy, 0.0)
    deadline = time.monotonic() + seconds if deadline is None else deadline
    while True:
        found = sessions_that_count(session, wanted, mandant)
        if not found:
            return deadline
        if time.monotonic() >= deadline:
            raise in_use(wanted, session.where, found)
        if waiting is not None:
            waiting()
        if policy == "disconnect":
            for one in found:
                end_session(session, one.number)
        time.sleep(min(_LOOK_AGAIN_SECONDS, max(0.0, deadline - time.monotonic())))


def sessions_that_count(session: Session, wanted: Wanted, mandant: str) -> tuple[SessionFact, ...]:
    """Return who has to leave the Mandant, which is nobody where running instances are ignored."""
    return () if effective_running_instances(wanted) == "ignore" else observe_sessions(session, mandant)


def end_session(session: Session, number: int) -> None:
    """End a session of another connection; it may be gone already."""
    try:
        session.execute(f"KILL {number:d}")
    except ServerError as exc:
        if exc.number != _UNKNOWN_THREAD:
            raise


def waits_for_room(session: Session, number: int) -> bool:
    """Whether a session's statement waits until somebody makes room on the server's disk."""
    state = session.value("SELECT STATE FROM information_schema.PROCESSLIST WHERE ID = %s", (number,))
    return str(state).lower() == WAITS_FOR_ROOM


def observe_sessions(session: Session, mandant: str) -> tuple[SessionFact, ...]:
    """Return the other sessions on the Mandant that this account may see, without those that are about to end.

    A server that has much to do still shows one for a moment whose program has closed it, such as check mode's.
    """
    found = _seen(session, mandant)
    for _look in range(_LOOKS_AT_NEW_ONES):
        if all(one.seconds for one in found):
            break
        time.sleep(_SECONDS_TO_END)
        left = {one.number for one in _seen(session, mandant)}
        found = tuple(one for one in found if one.number in left)
    return found


def _seen(session: Session, mandant: str) -> tuple[SessionFact, ...]:
    rows = session.query(
        "SELECT ID, USER, HOST, TIME, DB, @@lower_case_table_names FROM information_schema.PROCESSLIST"
        " WHERE DB = %s AND ID <> CONNECTION_ID() AND COMMAND NOT IN ('Daemon', 'Binlog Dump')"
        # What a replica or a node of a cluster takes over from other servers.
        " AND USER <> 'system user' ORDER BY ID",
        (mandant,),
    )
    return tuple(
        SessionFact(int(number), f"{user}@{host}", int(seconds or 0))
        for number, user, host, seconds, database, lower_case in rows
        # The condition takes c32 for C32 and müller for muller.
        if Names(int(lower_case)).key(database) == Names(int(lower_case)).key(mandant)
    )


def effective_running_instances(wanted: Wanted) -> str:
    """Return the policy; without a reload no running instance may be ignored."""
    if wanted.running_instances == "ignore" and not wanted.reload_tables:
        return "fail"
    return wanted.running_instances


def in_use(wanted: Wanted, where: str, sessions: t.Sequence[SessionFact]) -> Failure:
    """Return the Failure that names who is on the Mandant."""
    shown = first_of([f"{one.account} ({one.seconds} s)" for one in sessions], _SESSIONS_NAMED)
    advice = "close every CAO-Faktura on it, or set running_instances to wait or disconnect"
    if wanted.running_instances == "ignore":
        advice = "with reload_tables: false no running instance may be ignored: close every CAO-Faktura on it"
    return Failure("mandant_in_use", f"{where}: {wanted.mandant} is in use by {shown}; {advice}")
