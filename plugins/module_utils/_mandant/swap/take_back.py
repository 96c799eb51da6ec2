# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""A swap that is taken back: every table gets the name that it had, and what gave way is made again.

Nothing of the old state is dropped before the new one is noted as finished, so all of it is there. The first move back
is the marker's own: a way back that is cut off looks like a swap that is not complete, and is undone like one.
"""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.drop import drop_views
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import is_shadow
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.fingerprint import live_fingerprints
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observe import observe_tables
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import ExistingTable
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Marker, Move, Step
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.finish import do
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.half_swap import names_after
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.rename import rename
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.set_aside import refuse_what_came


def why_not(session: Session, mandant: str, marker: Marker) -> str | None:
    """Return why the swap of a marker that is live cannot be taken back, in words that follow it; None when it can."""
    tables = observe_tables(session, mandant)
    spoken_of = {name for move in marker.moves for name in move}
    there = spoken_of.intersection(tables).difference(created_views(marker, tables))
    if not marker.moves or there != names_after(marker.moves, len(marker.moves)):
        return "tables of it are gone or have other names"
    remembered = {name: marker.tables[name] for name, _shadow in _new_tables(marker)}
    found = live_fingerprints(session, mandant, remembered)
    if any(found[name].checksum != one.checksum for name, one in remembered.items()):
        return "the new tables were worked in since"
    return None


def _new_tables(marker: Marker) -> list[Move]:
    """Return what the swap of a marker has brought, by the names in use and the shadow names."""
    return [(target, source) for source, target in marker.moves if is_shadow(source) and target in marker.tables]


def take_back(session: Session, mandant: str, marker: Marker) -> None:
    """Bring back what was there before the swap of a marker that is live and not finished.

    The new tables have their shadow names then, and are still there. Raises Failure and ServerError.
    """
    # Their names may be those of views that come back.
    drop_views(session, created_views(marker, observe_tables(session, mandant)))
    where = f"{session.where}, {mandant}"
    rename(session, [(target, source) for source, target in reversed(marker.moves)], where)
    try:
        refuse_what_came(session, mandant, _new_tables(marker), marker.tables)
    except Failure:
        rename(session, marker.moves, where)
        raise
    make_again(session, mandant, marker)


def created_views(marker: Marker, tables: t.Mapping[str, ExistingTable]) -> list[str]:
    """Return the views that are there and that the steps behind the swap have made, each before those it reads."""
    made = [step.name for step in marker.pending if step.do == "create_view"]
    return [name for name in reversed(made) if name in tables and tables[name].is_view]


def make_again(session: Session, mandant: str, marker: Marker) -> None:
    """Make again what gave way, once all names are as before; what belongs to a table that is gone is left out."""
    tables = observe_tables(session, mandant)
    removes = {"add_foreign_key": "drop_foreign_key", "create_trigger": "drop_trigger"}
    for step in marker.pending:
        place = _place_before(marker.moves, step.table)
        # The new tables must not hold the names of what comes back.
        if step.do in removes and place in tables and place != step.table:
            do(session, mandant, Step(removes[step.do], table=place, name=step.name))
    for step in marker.gave_way:
        if step.table in tables:
            do(session, mandant, step)


def _place_before(moves: t.Sequence[Move], table: str) -> str:
    """Return the name that a table had before the swap, on whose way it may have had others."""
    for source, target in reversed(moves):
        table = source if target == table else table
    return table


def try_to_take_back(session: Session, mandant: str, marker: Marker) -> str | None:
    """Take a swap back if that can be; return why not otherwise.

    Raises what says that the connection is lost.
    """
    reason: str | None
    try:
        reason = why_not(session, mandant, marker)
        if reason is None:
            take_back(session, mandant, marker)
    except ServerError as exc:
        if exc.lost:
            raise
        reason = f"the server refuses it with error {exc.number}"
    except Failure as failure:
        if failure.error == "connection_failed":
            raise
        reason = failure.msg
    return reason
