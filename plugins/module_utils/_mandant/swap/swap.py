# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The swap: one RENAME TABLE makes the old generation the one before, and the new one live."""

from __future__ import annotations

import time
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import is_generation_before
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.other_sessions import (
    clear_sessions,
    sessions_that_count,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import LOCK_ERRORS
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.signals import Signals
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import is_shadow, listed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observe import observe_tables
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import ExistingTable, Observed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Marker
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.finish import drop_what_went, finish
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.rename import rename
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.take_back import created_views, try_to_take_back
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.to_disk import bring_to_disk
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted


class Swapped(t.NamedTuple):
    """How many seconds the Mandant was away, and what a person is to be told."""

    seconds: float
    warnings: list[str]


class Tell(t.NamedTuple):
    """``waiting`` is called when there is somebody to wait for, ``ready`` when there is nobody any more.

    Either may end the run: nothing has changed for anybody then. ``swapped`` is called behind the swap, which is taken
    back for its Failure.
    """

    waiting: t.Callable[[], None] | None = None
    ready: t.Callable[[], None] | None = None
    swapped: t.Callable[[], None] | None = None


def swap_when_free(
    session: Session,
    observed: Observed,
    wanted: Wanted,
    marker: Marker,
    signals: Signals,
    *,
    tell: Tell | None = None,
) -> Swapped:
    """Make the staged state live.

    As long as it waits for others it can be ended, and holds no lock that they could wait for. Raises
    Failure; the Mandant is as it was then, unless the connection was lost.
    """
    deadline = None
    tell = tell or Tell()
    while True:
        deadline = clear_sessions(session, wanted, observed.mandant, waiting=tell.waiting, deadline=deadline)
        if tell.ready is not None:
            tell.ready()
        with signals.held():
            # Whoever has come meanwhile is waited for out there.
            if not sessions_that_count(session, wanted, observed.mandant):
                return _swap(session, observed, wanted, marker, tell)


def _swap(session: Session, observed: Observed, wanted: Wanted, marker: Marker, tell: Tell) -> Swapped:
    """Up to the RENAME nothing has changed for anybody; what fails behind it is taken back."""
    server, mandant = observed.server, observed.mandant
    where = f"{session.where}, {mandant}"
    # Nobody has a table of a new Mandant open, and such an account is not asked for RELOAD.
    reload_tables = wanted.reload_tables and (observed.exists or observed.privileges.may_reload())
    _bring_to_disk(session, mandant, marker, reload_tables, where)
    begun = time.monotonic()
    if reload_tables:
        _flush(session, [source for source, _target in marker.moves if not is_generation_before(source)], where)
    rename(session, marker.moves, where)
    ended: list[float] = []

    def created() -> None:
        ended.append(time.monotonic())
        if tell.swapped is not None:
            tell.swapped()

    try:
        finish(session, mandant, server.names.marker, marker, created=created)
    except Failure as failure:
        if failure.error == "connection_failed":
            raise
        why_not = try_to_take_back(session, mandant, marker)
        told = "The swap was taken back: the Mandant is as it was before"
        if why_not is not None:
            told = f"It could not be taken back either: {why_not}. Nothing is lost; the next run goes on with it"
        raise Failure(failure.error, f"{failure.msg}. {told}") from None
    return Swapped(ended[0] - begun, drop_what_went(session, mandant, marker))


def _bring_to_disk(session: Session, mandant: str, marker: Marker, reload_tables: bool, where: str) -> None:
    """Have the new tables on the disk before they come in the place of the old ones."""
    new = [source for source, _target in marker.moves if is_shadow(source)]
    there = observe_tables(session, mandant)
    _refuse_views_that_came(marker, there, where)
    if reload_tables:
        # What a table holds back in the server's memory goes to the system when it is closed.
        _flush(session, [name for name in new if name in there and there[name].engine == "MyISAM"], where)
    bring_to_disk(session, [there.get(name) for name in new])


def _refuse_views_that_came(marker: Marker, there: t.Mapping[str, ExistingTable], where: str) -> None:
    """Raise Failure for views that others have made since it was planned: they would be taken for the backup's."""
    leaving = {source for source, _target in marker.moves}
    came = [name for name in created_views(marker, there) if name not in leaving]
    if came:
        raise Failure(
            "mandant_in_use",
            f"{where}: while this run worked, others made {', '.join(came)}, which is a view of the backup, too; the "
            "Mandant is unchanged. Run again",
        )


def _flush(session: Session, tables: t.Sequence[str], where: str) -> None:
    """Close the Mandant's own tables: other databases on the server are not disturbed."""
    if not tables:
        return
    try:
        session.execute(f"FLUSH LOCAL TABLES {listed(tuple(tables))}")
    except ServerError as exc:
        if exc.number not in LOCK_ERRORS:
            raise
        raise Failure(
            "mandant_in_use",
            f"{where}: a session holds a table; the Mandant is unchanged. End that session and run again",
        ) from None
