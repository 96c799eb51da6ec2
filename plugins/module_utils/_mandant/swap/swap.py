# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The swap: one RENAME TABLE makes the old generation the one before, and the new one live."""

from __future__ import annotations

import time
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.other_sessions import (
    clear_sessions,
    sessions_that_count,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Server
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.signals import Signals
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import listed, quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Marker, Move
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.finish import finish
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted

_LOCK_ERRORS = (1205, 1213)


def rename(session: Session, moves: t.Sequence[Move], where: str) -> None:
    """Carry out the moves in one statement; Failure mandant_in_use when somebody holds a table."""
    pairs = ", ".join(f"{quoted(source)} TO {quoted(target)}" for source, target in moves)
    try:
        session.execute(f"RENAME TABLE {pairs}")
    except ServerError as exc:
        if exc.number in _LOCK_ERRORS:
            raise Failure(
                "mandant_in_use",
                f"{where}: a session holds a table, so the new state could not be put in its place; "
                "the old one is unchanged. End that session (a running CAO-Faktura, a backup) and run again",
            ) from None
        raise


def swap_when_free(
    session: Session,
    observed: Observed,
    wanted: Wanted,
    marker: Marker,
    signals: Signals,
    *,
    waiting: t.Callable[[], None] | None = None,
) -> float:
    """Make the staged state live; return how many seconds it was away.

    As long as it waits for others it can be ended, and holds no lock that they could wait for. ``waiting`` is called
    when there is somebody to wait for. Raises Failure mandant_in_use.
    """
    deadline = None
    while True:
        deadline = clear_sessions(session, wanted, observed.mandant, waiting=waiting, deadline=deadline)
        with signals.held():
            # Whoever has come meanwhile is waited for out there.
            if not sessions_that_count(session, wanted, observed.mandant):
                return _swap(session, observed.server, wanted, observed.mandant, marker)


def _swap(session: Session, server: Server, wanted: Wanted, mandant: str, marker: Marker) -> float:
    """Up to the RENAME nothing has changed for anybody; after it nothing is taken back."""
    where = f"{session.where}, {mandant}"
    begun = time.monotonic()
    if wanted.reload_tables:
        _flush(session, [source for source, target in marker.moves if target == server.names.previous(source)], where)
    rename(session, marker.moves, where)
    ended: list[float] = []
    finish(session, mandant, server.names.marker, marker, created=lambda: ended.append(time.monotonic()))
    return ended[0] - begun


def _flush(session: Session, tables: t.Sequence[str], where: str) -> None:
    """Close the Mandant's own tables: other databases on the server are not disturbed."""
    if not tables:
        return
    try:
        session.execute(f"FLUSH LOCAL TABLES {listed(tuple(tables))}")
    except ServerError as exc:
        if exc.number not in _LOCK_ERRORS:
            raise
        raise Failure(
            "mandant_in_use",
            f"{where}: a session holds a table; the Mandant is unchanged. End that session and run again",
        ) from None
