# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Another session of a run: beside the first, or, where the connection was lost, to clear up or finish over it."""

from __future__ import annotations

from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect import lock
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import (
    NoConnectionLeft,
    ServerError,
    Session,
    connect,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.other_sessions import (
    end_session,
    waits_for_room,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login

_LOCK_SECONDS = 10


def is_lost(session: Session, cause: BaseException) -> bool:
    """Whether what went wrong has cost the connection."""
    return session.broken or (isinstance(cause, ServerError) and cause.lost)


def reconnected(lost: Session, login: Login, mandant: str) -> Session:
    """Return a session that has the lock; the server may still be busy for the one before.

    Raises Failure connection_failed and locked.
    """
    number = lost.number
    lost.close()
    session = connect(login)
    try:
        if lock.holder(session, mandant) == number and not waits_for_room(session, number):
            end_session(session, number)
        lock.acquire(session, mandant, _LOCK_SECONDS)
    except BaseException:
        session.close()
        raise
    return session


def second_to(first: Session, login: Login) -> Session:
    """Return another session on the very server of the first.

    Who shares out connections among servers may lead to one that knows nothing of what was just written, and where
    the first one's number is that of somebody else: NoConnectionLeft then.
    """
    session = connect(login)
    try:
        # Two servers count alike, and so this one may have the number of the first there.
        sql = "SELECT 1 FROM information_schema.PROCESSLIST WHERE ID = %s AND ID <> CONNECTION_ID()"
        there = session.value(sql, (first.number,))
    except ServerError:
        there = None
    if there is None:
        session.close()
        raise NoConnectionLeft("connection_failed", f"{first.where}: another connection leads to another server")
    session.shared = first.shared
    return session
