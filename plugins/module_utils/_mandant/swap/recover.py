# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Putting right what a run that was killed has left: undo half a swap, finish a whole one, clear the rest."""

from __future__ import annotations

import dataclasses
import functools
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure, first_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.drop import drop, drop_views
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Server
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import FILES_MISSING
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import (
    is_made,
    is_marker,
    is_old,
    is_shadow,
    is_shadow_marker,
    quoted,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observe import observe_tables
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import ExistingTable, first_table
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.decided import read_decided
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Marker, Move
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker_table import read_marker
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.finish import drop_what_went, finish
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.half_swap import Undecidable, undo_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.rename import rename
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.set_aside import refuse_what_came
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.take_back import make_again, try_to_take_back

_NAMED = 3
# Within a RENAME the definition may be missing, too.
_NO_SUCH_TABLE = 1146
# InnoDB before MariaDB 10.6: an error of the engine, whose number says that the file is not there.
_ENGINES_ERROR = 1030
_NO_TABLESPACE = " 194 "
# MySQL from 8.0 on has neither that table nor the character set of its names.
_NO_SUCH_DICTIONARY = (1109, 1115, 1146)
_FILE_NOT_FOUND = 1017


@dataclasses.dataclass(frozen=True)
class Recovered:
    """What became of a swap that an earlier run did not bring to its end, and what a person is to be told."""

    did: t.Literal["nothing", "finished", "taken back"]
    warnings: list[str]


def told_of_recovery(mandant: str, *, taken_back: bool) -> list[str]:
    """Return what check mode and run say alike of what an earlier run has left."""
    told = [f"{mandant}: an earlier run was cut off; that is put right first"]
    if taken_back:
        told.append(
            f"{mandant}: an earlier restore was cut off behind its swap; it is taken back, so that what was in use "
            "before it becomes the generation before"
        )
    return told


def recover(session: Session, server: Server, mandant: str, *, back: bool = False, may_go: bool = False) -> Recovered:
    """Bring a Mandant into a state that a run can begin with.

    A swap that was not finished is finished; it is taken back when that fails, or first of all if ``back`` is wanted.
    It fails for what others wrote in the moment of the swap to what was about to go, unless that ``may_go``.
    Raises Failure when neither can be: nothing is ever swapped over it.
    """
    tables = observe_tables(session, mandant)
    shadow_marker = first_table(tables, is_shadow_marker)
    warnings: list[str] = []
    if shadow_marker is not None:
        if _all_others_moved(tables):
            _check_whole(session, mandant, (shadow_marker, server.names.marker))
        intended = read_marker(session, mandant, shadow_marker)[0]
        if server.flavour.renames_atomically and intended is not None:
            moved = {name for move in intended.moves for name in move}
            warnings += [text for name in tables if name in moved for text in _mend(session, mandant, name)]
        _undo(session, server, mandant, intended, tables)
        if intended is not None:
            # As a way back that was cut off has left it.
            make_again(session, mandant, intended)
        tables = observe_tables(session, mandant)
    live = first_table(tables, is_marker)
    marker, problem = read_marker(session, mandant, live)
    if problem is not None and live is not None and shadow_marker is None:
        _check_whole(session, mandant, (live, server.names.shadow_marker))
    did: t.Literal["nothing", "finished", "taken back"] = "nothing"
    if marker is not None and live is not None and not marker.finished:
        if back and try_to_take_back(session, mandant, marker) is None:
            did = "taken back"
        else:
            did = _finish_or_take_back(session, mandant, live, marker, may_go, warnings)
        tables = observe_tables(session, mandant)
    # The note of what was made goes as soon as a marker tells the same.
    told = did == "finished" or (did == "nothing" and marker is not None)
    left = [name for name in tables if is_old(name) or is_shadow(name) or (told and is_made(name))]
    if marker is None:
        refuse_old_without_marker(f"{session.where}, {mandant}", server, [tables[name] for name in left])
    drop_views(session, [name for name in left if tables[name].is_view])
    # The shadow marker goes last: as long as it is there, a swap was not complete.
    drop(session, sorted((name for name in left if not tables[name].is_view), key=is_shadow_marker))
    return Recovered(did, warnings)


def _finish_or_take_back(
    session: Session, mandant: str, live: str, marker: Marker, may_go: bool, warnings: list[str]
) -> t.Literal["finished", "taken back"]:
    last_look = None if may_go else functools.partial(refuse_work, session, mandant, live, marker)
    try:
        finish(session, mandant, live, marker, created=last_look)
    except Failure as failure:
        if failure.error == "connection_failed":
            raise
        why_not = try_to_take_back(session, mandant, marker)
        if why_not is None:
            warnings.append(f"{failure.msg}. So the earlier run's swap was taken back")
            return "taken back"
        raise neither(failure, why_not) from None
    warnings += drop_what_went(session, mandant, marker)
    return "finished"


def refuse_old_without_marker(where: str, server: Server, left: t.Iterable[ExistingTable]) -> None:
    """Raise Failure for tables that a swap has put out of the way, where no marker says that it came to its end."""
    old = sorted(table.name for table in left if is_old(table.name) and not table.is_view)
    if old:
        raise Failure(
            "verification_failed",
            f"{where}: {first_of(old, _NAMED)} were in use before a restore, or aside, and the marker "
            f"{server.names.marker} that would tell whether it came to its end is gone or cannot be read. Nothing was "
            "changed: look into them, rename what is needed, drop the rest, and run again",
        )


def neither(failure: Failure, why_not: str) -> Failure:
    """Return the Failure of a swap that can neither be finished nor taken back."""
    return Failure(
        failure.error,
        f"{failure.msg}. An earlier run was cut off behind its swap, which can neither be finished nor taken back: "
        f"{why_not}. Nothing is lost, and nothing is done before that is corrected",
    )


def refuse_work(session: Session, mandant: str, live: str, marker: Marker) -> None:
    """Raise Failure would_replace_work for what others wrote in the moment of a swap to what was about to go."""
    there = observe_tables(session, mandant)
    # Of what somebody has dropped since nothing can be lost any more.
    places = [(name, place) for name, place in marker.moves if place in there]
    refuse_what_came(session, mandant, places, read_decided(session, mandant, live))


def _mend(session: Session, mandant: str, table: str) -> list[str]:
    """Build the index file of an Aria table again that MariaDB lost when it died within a RENAME; return warnings.

    Undoing a RENAME, MariaDB 10.11 moves the index file of another table over it. The rows are in a file of their
    own, and the keys in the definition.
    """
    name = f"{quoted(mandant)}.{quoted(table)}"
    for repaired in (False, True):
        try:
            session.query(f"SELECT 1 FROM {name} LIMIT 0")
        except ServerError as exc:
            if exc.lost:
                raise
            if exc.number != _FILE_NOT_FOUND:
                break
            if repaired:
                raise Failure(
                    "verification_failed",
                    f"{session.where}, {mandant}: the server was killed while it renamed tables, and cannot open "
                    f"{table} (error {exc.number}) even after REPAIR TABLE; look into the server's error log",
                ) from None
            session.query(f"REPAIR LOCAL TABLE {name} USE_FRM")
        else:
            return [f"{mandant}: the server was killed while it renamed {table}; it was repaired"] if repaired else []
    return []


def _all_others_moved(tables: t.Iterable[str]) -> bool:
    """Whether only the marker's own move, the last of a swap, is not done.

    Before that, an intent that cannot be opened is one that the server died within the making of: no swap had begun,
    and the name that it was to get may be the live marker's.
    """
    return not any(is_marker(name) or (is_shadow(name) and not is_shadow_marker(name)) for name in tables)


def _check_whole(session: Session, mandant: str, move: Move) -> None:
    """Raise Failure for a table that a server was killed within the move of: no statement brings its files together."""
    source, target = move
    try:
        session.query(f"SELECT 1 FROM {quoted(mandant)}.{quoted(source)} LIMIT 0")
    except ServerError as exc:
        if exc.lost:
            raise
        no_tablespace = exc.number == _ENGINES_ERROR and _NO_TABLESPACE in exc.message
        if exc.number not in {*FILES_MISSING, _NO_SUCH_TABLE} and not no_tablespace:
            return
        wrong, right = (target, source) if _is_in_dictionary(session, mandant, source) else (source, target)
        raise Failure(
            "verification_failed",
            f"{session.where}, {mandant}: the server was killed while it renamed the table {source} to {target} "
            f"(error {exc.number}), and its files have two names now. Stop the server in the usual way, not by a "
            f"kill, rename every file {wrong}.* in the database's folder to {right}.*, start it, and run again; "
            "nothing is lost",
        ) from None


def _is_in_dictionary(session: Session, mandant: str, table: str) -> bool:
    """Whether a dictionary that is no files has a table: InnoDB's own, or the one of MySQL from 8.0 on for all tables.

    InnoDB writes names as the server names files.
    """
    as_file = "CAST(CONVERT(%s USING filename) AS BINARY)"
    sql = f"SELECT COUNT(*) FROM information_schema.INNODB_SYS_TABLES WHERE NAME = CONCAT({as_file}, '/', {as_file})"
    try:
        found = session.value(sql, (mandant, table))
    except ServerError as exc:
        if exc.lost:
            raise
        return exc.number in _NO_SUCH_DICTIONARY and table in observe_tables(session, mandant)
    return bool(found)


def _undo(session: Session, server: Server, mandant: str, marker: Marker | None, tables: t.Collection[str]) -> None:
    """Take back what a RENAME that was cut off has done; without a readable marker it had not begun."""
    if marker is None:
        return
    where = f"{session.where}, {mandant}"
    moves = moves_back(server, where, marker, tables)
    if not server.flavour.renames_atomically:
        # It was cut off on its way to the new state, or on the way back.
        for move in (*marker.moves[len(moves) : len(moves) + 1], *moves[:1]):
            # What has no file left was not killed within a move: somebody has dropped it.
            if move[0] in tables:
                _check_whole(session, mandant, move)
    if moves:
        rename(session, moves, where)


def moves_back(server: Server, where: str, marker: Marker, tables: t.Collection[str]) -> list[Move]:
    """Return the moves that undo a swap that is not complete; raises Failure where that cannot be told."""
    try:
        return undo_of(marker.moves, tables, atomic=server.flavour.renames_atomically)
    except Undecidable:
        raise Failure(
            "verification_failed",
            f"{where}: a restore was cut off during its swap, and tables were changed since then, so it cannot be told "
            "which belong together; compare the tables with their BACK_ counterparts, rename them by hand, and drop "
            f"the table {server.names.shadow_marker}",
        ) from None
