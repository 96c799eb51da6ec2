# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The swap moves all of a Mandant or nothing, and only when nobody is in its way."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import typing as t

import pymysql
import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.signals import Interrupted, Signals, caught
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Marker
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker_table import (
    read_marker,
    write_marker,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.swap import (
    Swapped,
    Tell,
    rename,
    swap_when_free,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted
from library import Library, marker_with
from restoring import Restorer

# A table that is there already, with a name as long and odd as can be.
ODD = "a`b %s ü" + "ü" * 51
OLD, NEW = (1,), (2,)
MOVES = (
    ("ARTIKEL", "BACK_ARTIKEL"),
    (ODD, f"BACK_{ODD}"),
    ("BACK_RESTORE_NEW_0001", "ARTIKEL"),
    ("BACK_RESTORE_NEW_0002", ODD),
    ("BACK_RESTORE_NEW_MARKER", "BACK_RESTORE_MARKER"),
)
ENGINES = [pytest.param((old, new), id=f"{old}-{new}") for old, new in (
    ("InnoDB", "InnoDB"), ("MyISAM", "InnoDB"), ("Aria", "MyISAM"),
)]  # fmt: skip


def _stage(library: Library, engines: tuple[str, str] = ("InnoDB", "InnoDB")) -> tuple[Session, Marker]:
    """Make a state in use, another beside it, and the intent to swap them."""
    session, marker = library.session(), marker_with(moves=MOVES)
    rows = (("ARTIKEL", 1), (ODD, 1), ("BACK_RESTORE_NEW_0001", 2), ("BACK_RESTORE_NEW_0002", 2))
    for name, value in rows:
        session.execute(f"CREATE TABLE {quoted(name)} (A INT) ENGINE={engines[value - 1]}")
        session.execute(f"INSERT INTO {quoted(name)} VALUES ({value})")
    write_marker(session, library.server, marker)
    return session, marker


def _swap(library: Library, session: Session, marker: Marker, **options: t.Any) -> Swapped:
    waiting = options.pop("waiting", None)
    wanted = Wanted(mandant=library.mandant.name, **options)
    with caught() as signals:
        return swap_when_free(session, library.observed(session), wanted, marker, signals, tell=Tell(waiting))


def _values(library: Library) -> list[tuple[t.Any, ...]]:
    """Return what is in use, by a session that is on no Mandant."""
    with contextlib.closing(library.session(use=False)) as session:
        places = [f"{quoted(library.mandant.name)}.{quoted(name)}" for name in ("ARTIKEL", ODD)]
        return [session.query(f"SELECT A FROM {place}")[0] for place in places]


def _is_old(library: Library) -> bool:
    assert set(library.mandant.tables()) == {source for source, _target in MOVES}
    return _values(library) == [OLD, OLD]


def _is_new(library: Library) -> bool:
    assert set(library.mandant.tables()) == {target for _source, target in MOVES}
    return _values(library) == [NEW, NEW]


@pytest.mark.promise("old-or-new")
@pytest.mark.parametrize("engines", ENGINES)
def test_old_becomes_before_and_new_becomes_old(library: Library, engines: tuple[str, str]) -> None:
    session, marker = _stage(library, engines)
    swapped = _swap(library, session, marker)
    assert swapped.seconds > 0
    assert swapped.warnings == []
    assert _is_new(library)
    live = read_marker(session, library.mandant.name, "BACK_RESTORE_MARKER")[0]
    assert live is not None
    assert live.finished
    assert library.mandant.query("SELECT A FROM BACK_ARTIKEL") == [OLD]


@pytest.mark.promise("old-or-new")
@pytest.mark.parametrize("engines", ENGINES[:2])
@pytest.mark.parametrize("spoiled", range(len(MOVES)))
def test_a_target_that_is_there_keeps_everything(library: Library, engines: tuple[str, str], spoiled: int) -> None:
    """Also on servers whose RENAME is not crash-safe, and whichever of the pairs it is."""
    session, marker = _stage(library, engines)
    target = MOVES[spoiled][1]
    moves = tuple(move for move in MOVES if move[0] != target)
    if target not in library.mandant.tables():
        session.execute(f"CREATE TABLE {quoted(target)} (A INT)")
    before = library.mandant.tables()
    with pytest.raises(ServerError):
        rename(session, moves, "here")
    assert library.mandant.tables() == before
    assert _values(library) == [OLD, OLD]
    assert read_marker(session, library.mandant.name, "BACK_RESTORE_NEW_MARKER")[0] == marker


@pytest.mark.parametrize("missing", range(len(MOVES)))
def test_a_source_that_is_gone_keeps_everything(library: Library, missing: int) -> None:
    session, _marker = _stage(library)
    session.execute(f"DROP TABLE {quoted(MOVES[missing][0])}")
    before = library.mandant.tables()
    with pytest.raises(ServerError):
        rename(session, MOVES, "here")
    assert library.mandant.tables() == before


@pytest.mark.parametrize(
    ("table", "reload_tables"), [("ARTIKEL", True), (ODD, False), ("BACK_RESTORE_NEW_0002", False)]
)
def test_somebody_who_holds_a_table(library: Library, table: str, reload_tables: bool) -> None:
    """An evaluation over another database's connection, which no list of sessions shows."""
    session, marker = _stage(library)
    library.impatient(session)
    holder = library.instance()
    holder.query("USE information_schema")
    holder.query(f"LOCK TABLES {quoted(library.mandant.name)}.{quoted(table)} READ")
    with pytest.raises(Failure) as failed:
        _swap(library, session, marker, reload_tables=reload_tables)
    assert failed.value.error == "mandant_in_use"
    assert "holds a table" in failed.value.msg
    holder.query("UNLOCK TABLES")
    assert _is_old(library)
    _swap(library, session, marker)
    assert _is_new(library)


def test_nothing_is_moved_while_somebody_is_there(library: Library) -> None:
    session, marker = _stage(library)
    library.instance()
    with pytest.raises(Failure) as failed:
        _swap(library, session, marker)
    assert failed.value.error == "mandant_in_use"
    library.close()
    assert _is_old(library)


def test_who_is_waited_for_holds_the_swap_up_and_nothing_holds_him_up(library: Library) -> None:
    session, marker = _stage(library)
    instance = library.instance()
    seen: list[int] = []

    def waiting() -> None:
        if instance.open:
            with instance.cursor() as cursor:
                cursor.execute("UPDATE ARTIKEL SET A = 7")
                cursor.execute("SELECT A FROM ARTIKEL")
                seen.append(cursor.fetchall()[0][0])
            instance.close()

    _swap(library, session, marker, running_instances="wait", wait_timeout_seconds=300, waiting=waiting)
    assert seen == [7]
    assert _is_new(library)
    # What he wrote at last is in the generation before.
    assert library.mandant.query("SELECT A FROM BACK_ARTIKEL") == [(7,)]


class Arriving(Signals):
    """Somebody comes in the moment between the last look and the swap, the first time."""

    def __init__(self, library: Library) -> None:
        super().__init__()
        self._library = library
        self.came: list[pymysql.Connection[t.Any]] = []

    def held(self) -> t.ContextManager[None]:
        if not self.came:
            self.came.append(self._library.instance())
        return super().held()


@pytest.mark.parametrize("policy", ["fail", "wait"])
def test_somebody_comes_at_the_last_moment(library: Library, policy: t.Any) -> None:
    session, marker = _stage(library)
    signals, seen = Arriving(library), []
    wanted = Wanted(mandant=library.mandant.name, running_instances=policy)

    def waiting() -> None:
        seen.append(_values(library))
        signals.came[0].close()

    if policy == "fail":
        with pytest.raises(Failure):
            swap_when_free(session, library.observed(session), wanted, marker, signals)
        library.close()
        assert _is_old(library)
    else:
        swap_when_free(session, library.observed(session), wanted, marker, signals, tell=Tell(waiting=waiting))
        assert seen == [[OLD, OLD]]
        assert _is_new(library)


def test_ended_while_it_waits(library: Library) -> None:
    session, marker = _stage(library)
    library.instance()
    handler = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        with pytest.raises(Interrupted):
            _swap(library, session, marker, running_instances="wait", waiting=lambda: signal.raise_signal(15))
    finally:
        signal.signal(signal.SIGTERM, handler)
    library.close()
    assert _is_old(library)


def test_ended_in_the_swap_it_is_done_first(library: Library) -> None:
    """The signal comes while RENAME waits for somebody; it counts when all is in its place."""
    session, marker = _stage(library)
    session.execute("SET SESSION lock_wait_timeout=600")
    holder = library.instance()
    holder.query("USE information_schema")
    holder.query(f"LOCK TABLES {quoted(library.mandant.name)}.ARTIKEL READ")

    def end() -> None:
        library.until_waits(session.number)
        os.kill(os.getpid(), signal.SIGTERM)
        holder.query("UNLOCK TABLES")

    ending = threading.Thread(target=end)
    handler = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        ending.start()
        with pytest.raises(Interrupted):
            _swap(library, session, marker, reload_tables=False)
    finally:
        signal.signal(signal.SIGTERM, handler)
        ending.join()
    assert _is_new(library)
    live = read_marker(library.session(), library.mandant.name, "BACK_RESTORE_MARKER")[0]
    assert live is not None
    assert live.finished


def test_an_instance_that_is_ignored_sees_the_new_state(library: Library) -> None:
    """With the table open that it has read a moment ago, and whose name means another one now."""
    session, marker = _stage(library, ("MyISAM", "InnoDB"))
    instance = library.instance()
    with instance.cursor() as cursor:
        for value in (OLD, NEW):
            cursor.execute("SELECT A FROM ARTIKEL")
            assert cursor.fetchall() == (value,)
            if value == OLD:
                _swap(library, session, marker, running_instances="ignore")
    assert _is_new(library)


@pytest.mark.parametrize("place", ["before", "while it waits"])
def test_lost_connection(library: Library, place: str) -> None:
    session, marker = _stage(library)
    if place == "before":
        library.kill(session)
        with pytest.raises(ServerError) as lost:
            rename(session, marker.moves, "here")
    else:
        session.execute("SET SESSION lock_wait_timeout=600")
        holder = library.instance()
        holder.query(f"LOCK TABLES {quoted(ODD)} READ")

        def end() -> None:
            library.until_waits(session.number)
            library.kill(session)

        ending = threading.Thread(target=end)
        ending.start()
        with pytest.raises(ServerError) as lost:
            rename(session, marker.moves, "here")
        ending.join()
        holder.close()
    assert lost.value.lost
    assert _is_old(library)


def test_a_view_that_others_made_meanwhile_is_not_taken_for_the_backups(restorer: Restorer) -> None:
    dump = b"CREATE TABLE A (N int);\nINSERT INTO A VALUES (1);\nCREATE VIEW V AS SELECT N AS N FROM A;\n"
    path, mandant = restorer.write("dump.sql", dump), restorer.mandant
    made: list[int] = []

    def see(phase: str, *_figures: object) -> None:
        if phase == "load" and not made:
            made.append(1)
            mandant.query("CREATE VIEW V AS SELECT 2 AS N")

    with pytest.raises(Failure, match="others made V") as caught:
        restorer.run(path, policy="always", progress=see)
    assert caught.value.error == "mandant_in_use"
    assert mandant.tables() == ["V"]
    assert restorer.run(path, policy="always").changed
    assert mandant.query("SELECT N FROM V") == [(1,)]
