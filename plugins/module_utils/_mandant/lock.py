# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""One restore of a Mandant at a time: a named lock that dies with its connection."""

from __future__ import annotations

import hashlib

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.driver import ServerError, Session

_PREFIX = "cao.faktura:"
_LONGEST = 64
# After a run was killed, the server may need a moment to see that its connection is gone.
WAIT_SECONDS = 2


def lock_name(mandant: str) -> str:
    """Return the lock's name, at most 64 characters (MySQL documentation, GET_LOCK)."""
    name = _PREFIX + mandant
    if len(name) <= _LONGEST:
        return name
    return _PREFIX + hashlib.sha256(mandant.encode()).hexdigest()[: _LONGEST - len(_PREFIX)]


def acquire(session: Session, mandant: str) -> None:
    """Take the lock; Failure locked when another run has it."""
    if session.value("SELECT GET_LOCK(%s, %s)", (lock_name(mandant), WAIT_SECONDS)) != 1:
        raise _locked(session, mandant)


def check(session: Session, mandant: str) -> None:
    """Raise Failure locked when another run has the lock; nothing is taken."""
    if session.value("SELECT IS_USED_LOCK(%s)", (lock_name(mandant),)) is not None:
        raise _locked(session, mandant)


def _locked(session: Session, mandant: str) -> Failure:
    holder = session.value("SELECT IS_USED_LOCK(%s)", (lock_name(mandant),))
    who = ""
    if holder is not None:
        who = f" (connection {holder}"
        try:
            sql = "SELECT USER, HOST FROM information_schema.PROCESSLIST WHERE ID = %s"
            who += "".join(f" of {user}@{host}" for user, host in session.query(sql, (holder,)))
        except ServerError as exc:
            if exc.lost:
                raise
        who += ")"
    return Failure(
        "locked", f"{session.where}: another run works on {mandant}{who}; wait until it has ended and run again"
    )


__all__ = ("WAIT_SECONDS", "acquire", "check", "lock_name")
