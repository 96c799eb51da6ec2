# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Behind a run that was killed: what it left goes, what it had begun is undone or ended; nothing else is touched."""

from __future__ import annotations

import dataclasses
import threading
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Server
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Marker, Step
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker_table import (
    note_finished,
    read_marker,
    write_marker,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.recover import recover
from library import Library, marker_with
from mandant import Mandant

OLDER, OLD, NEW = 1, 2, 3
# A swap with everything: the generation before goes, the one in use becomes it, the new one comes.
BEFORE = {
    "BACK_ARTIKEL": OLDER,
    "BACK_a`b %s": OLDER,
    "ARTIKEL": OLD,
    "a`b %s": OLD,
    "BACK_RESTORE_NEW_0001": NEW,
    "BACK_RESTORE_NEW_0002": NEW,
}
MOVES = (
    ("BACK_ARTIKEL", "BACK_RESTORE_OLD_0001"),
    ("BACK_a`b %s", "BACK_RESTORE_OLD_0002"),
    ("ARTIKEL", "BACK_ARTIKEL"),
    ("a`b %s", "BACK_a`b %s"),
    ("BACK_RESTORE_NEW_0001", "ARTIKEL"),
    ("BACK_RESTORE_NEW_0002", "a`b %s"),
    ("BACK_RESTORE_MARKER", "BACK_RESTORE_OLD_0003"),
    ("BACK_RESTORE_NEW_MARKER", "BACK_RESTORE_MARKER"),
)
PENDING = (
    Step("create_view", name="V", sql="CREATE VIEW V AS SELECT A FROM ARTIKEL"),
    Step("drop_tables", names=("BACK_RESTORE_OLD_0001", "BACK_RESTORE_OLD_0002", "BACK_RESTORE_OLD_0003")),
)


def _not_atomic(library: Library) -> Server:
    """Return the server as one whose RENAME is not crash-safe, as all of MySQL 5.6 are."""
    return dataclasses.replace(library.server, flavour=ServerFlavour.of("5.6.51"))


def _note_a_whole_restore(session: Session, library: Library) -> None:
    write_marker(session, library.server, marker_with(run="old"))
    note_finished(session, library.mandant.name, "BACK_RESTORE_NEW_MARKER", {})
    session.execute("RENAME TABLE BACK_RESTORE_NEW_MARKER TO BACK_RESTORE_MARKER")


def _killed(library: Library, done: int, engine: str = "InnoDB") -> Session:
    """Make what a swap leaves that was killed behind so many of its moves."""
    session = library.session()
    for name, value in BEFORE.items():
        session.execute(f"CREATE TABLE {quoted(name)} (A INT) ENGINE={engine}")
        session.execute(f"INSERT INTO {quoted(name)} VALUES ({value})")
    _note_a_whole_restore(session, library)
    write_marker(session, library.server, marker_with(run="new", moves=MOVES, pending=PENDING))
    for source, target in MOVES[:done]:
        session.execute(f"RENAME TABLE {quoted(source)} TO {quoted(target)}")
    return session


def _content(session: Session, library: Library) -> dict[str, int]:
    names = [name for name in library.mandant.tables() if name != "V" and not name.endswith("MARKER")]
    return {name: session.value(f"SELECT A FROM {quoted(name)}") for name in names}


def _live(session: Session, library: Library) -> Marker:
    found = read_marker(session, library.mandant.name, "BACK_RESTORE_MARKER")[0]
    assert found is not None
    return found


OLD_STATE = {"ARTIKEL": OLD, "a`b %s": OLD, "BACK_ARTIKEL": OLDER, "BACK_a`b %s": OLDER}
NEW_STATE = {"ARTIKEL": NEW, "a`b %s": NEW, "BACK_ARTIKEL": OLD, "BACK_a`b %s": OLD}


@pytest.mark.promise("cut-off-anywhere")
@pytest.mark.parametrize("engine", ["InnoDB", "MyISAM", "Aria"])
@pytest.mark.parametrize("done", range(len(MOVES) + 1))
def test_half_a_swap_is_undone_and_a_whole_one_is_ended(library: Library, engine: str, done: int) -> None:
    session = _killed(library, done, engine)
    assert recover(session, _not_atomic(library), library.mandant.name).warnings == []
    whole = done == len(MOVES)
    assert _content(session, library) == (NEW_STATE if whole else OLD_STATE)
    assert (_live(session, library).run, _live(session, library).finished) == ("new" if whole else "old", True)
    assert ("V" in library.mandant.tables()) == whole
    # And once more, as the next run does.
    assert recover(session, _not_atomic(library), library.mandant.name).warnings == []
    assert _content(session, library) == (NEW_STATE if whole else OLD_STATE)


@pytest.mark.promise("cut-off-anywhere")
@pytest.mark.parametrize("done", range(len(MOVES)))
def test_killed_again_while_it_is_undone(library: Library, done: int) -> None:
    """The second run dies between two pairs of its own RENAME; the third still knows how far it was."""
    session = _killed(library, done)
    for source, target in reversed(MOVES[done - done // 2 : done]):
        session.execute(f"RENAME TABLE {quoted(target)} TO {quoted(source)}")
    recover(session, _not_atomic(library), library.mandant.name)
    assert _content(session, library) == OLD_STATE


@pytest.mark.parametrize("table", ["ARTIKEL", "BACK_ARTIKEL"])
def test_tables_that_somebody_has_changed_since(library: Library, table: str) -> None:
    """Nobody can tell which belong together: nothing is moved, nothing dropped, and the message says what to do."""
    session = _killed(library, 5)
    session.execute(f"DROP TABLE {quoted(table)}")
    before = _content(session, library)
    for _time in range(2):
        with pytest.raises(Failure) as caught:
            recover(session, _not_atomic(library), library.mandant.name)
        assert caught.value.error == "verification_failed"
        assert "BACK_RESTORE_NEW_MARKER" in caught.value.msg
        assert _content(session, library) == before


@pytest.mark.parametrize("done", [0, 3])
def test_somebody_who_holds_a_table_of_half_a_swap(library: Library, done: int) -> None:
    """It stays as it is, and the run after him puts it right."""
    session = _killed(library, done)
    library.impatient(session)
    holder = library.instance()
    held = "BACK_RESTORE_OLD_0001" if done else "BACK_RESTORE_NEW_0001"
    holder.query(f"LOCK TABLES {held} READ")
    before = library.mandant.tables()
    with pytest.raises((Failure, ServerError)):
        recover(session, _not_atomic(library), library.mandant.name)
    assert library.mandant.tables() == before
    holder.close()
    recover(session, _not_atomic(library), library.mandant.name)
    assert _content(session, library) == OLD_STATE


def test_what_no_run_has_left_is_not_touched(library: Library) -> None:
    """Only names that a run numbers are ours to drop, in whatever letter case the server stores them."""
    session = library.session()
    _note_a_whole_restore(session, library)
    others = ("BACK_RESTORE", "BACK_RESTORED", "BACK_RESTORE_TMP_0001", "BACK_RESTORE_MARKER_2", "BACK_ARTIKEL",
              "RESTORE_NEW_0001", "XBACK_RESTORE_NEW_0001", "BACK_RESTORE_NEWS", "back_restore_older",
              "BACK_RESTORE_NEW_a`b %s", "BACK_RESTORE_OLD_ARTIKEL")  # fmt: skip
    ours = ("BACK_RESTORE_NEW_0001", "back_restore_new_0002", "BACK_RESTORE_OLD_0001", "BACK_RESTORE_NEW_MARKER")
    for name in (*others, *ours):
        session.execute(f"CREATE TABLE {quoted(name)} (A INT)")
    for name in ("BACK_RESTORE_NEW_CHECK_0001", "BACK_RESTORE_OLD_0002", "V"):
        session.execute(f"CREATE VIEW {name} AS SELECT A FROM BACK_RESTORE")
    assert recover(session, library.server, library.mandant.name).warnings == []
    assert set(library.mandant.tables()) == {*others, "BACK_RESTORE_MARKER", "V"}


@pytest.mark.parametrize("atomic", [True, False])
def test_the_intent_goes_last(library: Library, atomic: bool) -> None:
    """More is left than one statement drops, and somebody holds some of it: the next run still knows of the swap.

    That none of its tables is there any more is nothing that a server was killed within.
    """
    session = library.session()
    server = library.server if atomic else _not_atomic(library)
    write_marker(session, library.server, marker_with(run="new", moves=MOVES))
    for number in range(55):
        session.execute(f"CREATE TABLE BACK_RESTORE_NEW_{number:04} (A INT) ENGINE=MyISAM")
    library.impatient(session)
    holder = library.instance()
    holder.query("LOCK TABLES BACK_RESTORE_NEW_0054 READ")
    with pytest.raises(ServerError):
        recover(session, server, library.mandant.name)
    left = library.mandant.tables()
    assert "BACK_RESTORE_NEW_0000" not in left
    assert {"BACK_RESTORE_NEW_0054", "BACK_RESTORE_NEW_MARKER"} <= set(left)
    # A server may take a moment to see that a session is gone.
    holder.query("UNLOCK TABLES")
    holder.close()
    recover(session, server, library.mandant.name)
    assert library.mandant.tables() == []


@pytest.mark.parametrize("content", ["", "('restore', '{}')", "('restore', '{\"format\": 1}')"])
def test_an_intent_that_cannot_be_read_had_not_begun(library: Library, content: str) -> None:
    """It was being written when its run was killed; the tables in use were not touched by then."""
    session = _killed(library, 0)
    session.execute("DELETE FROM BACK_RESTORE_NEW_MARKER")
    if content:
        session.execute(f"INSERT INTO BACK_RESTORE_NEW_MARKER VALUES {content}")
    for server in (_not_atomic(library), library.server):
        assert recover(session, server, library.mandant.name).warnings == []
        assert _content(session, library) == OLD_STATE


def _without_its_rows(library: Library, session: Session, table: str) -> None:
    """Make a table one whose definition is there and whose file of rows is not."""
    session.execute(f"ALTER TABLE {table} ENGINE=MyISAM")
    session.execute("FLUSH TABLES")
    name = library.server.names.stored(table)
    (library.mandant.server.folder / "data" / library.mandant.name / f"{name}.MYD").unlink()


@pytest.mark.parametrize("before", [True, False])
def test_an_intent_that_the_server_died_within_the_making_of(library: Library, before: bool) -> None:
    """Nobody is told to give its files the name that the marker in use has: nothing had begun."""
    session = _killed(library, 0)
    if not before:
        session.execute("DROP TABLE BACK_RESTORE_MARKER")
    _without_its_rows(library, session, "BACK_RESTORE_NEW_MARKER")
    assert recover(session, _not_atomic(library), library.mandant.name).warnings == []
    assert _content(session, library) == OLD_STATE
    assert not before or _live(session, library).run == "old"


def test_an_intent_that_the_server_died_within_the_move_of(library: Library) -> None:
    session = _killed(library, len(MOVES) - 1)
    _without_its_rows(library, session, "BACK_RESTORE_NEW_MARKER")
    before = library.mandant.tables()
    with pytest.raises(Failure, match="rename every file") as caught:
        recover(session, _not_atomic(library), library.mandant.name)
    assert caught.value.error == "verification_failed"
    assert library.mandant.tables() == before


def test_a_marker_of_somebody_else_is_left_alone(library: Library) -> None:
    session = library.session()
    session.execute("CREATE TABLE BACK_RESTORE_MARKER (ID INT)")
    session.execute("INSERT INTO BACK_RESTORE_MARKER VALUES (4711)")
    session.execute("CREATE TABLE BACK_RESTORE_NEW_0001 (A INT)")
    assert recover(session, library.server, library.mandant.name).warnings == []
    assert library.mandant.tables() == ["BACK_RESTORE_MARKER"]
    assert session.query("SELECT * FROM BACK_RESTORE_MARKER") == [(4711,)]


def test_what_cannot_be_ended_is_taken_back(library: Library) -> None:
    """Nothing was dropped before, so that all of the old state is there."""
    session = _killed(library, len(MOVES))
    session.execute("CREATE TABLE V (A INT)")
    recovered = recover(session, library.server, library.mandant.name)
    assert recovered.did == "taken back"
    assert "create view V" in recovered.warnings[0]
    session.execute("DROP TABLE V")
    assert _content(session, library) == OLD_STATE
    assert (_live(session, library).run, _live(session, library).finished) == ("old", True)


def test_what_can_neither_be_ended_nor_taken_back_is_refused(library: Library) -> None:
    session = _killed(library, len(MOVES))
    session.execute("RENAME TABLE ARTIKEL TO AWAY")
    before = library.mandant.tables()
    for back in (False, True):
        with pytest.raises(Failure) as caught:
            recover(session, library.server, library.mandant.name, back=back)
        assert "create view V" in caught.value.msg
        assert "neither be finished nor taken back: tables of it are gone" in caught.value.msg
        assert not _live(session, library).finished
        assert library.mandant.tables() == before
    session.execute("RENAME TABLE AWAY TO ARTIKEL")
    recovered = recover(session, library.server, library.mandant.name)
    assert (recovered.did, recovered.warnings) == ("finished", [])
    assert _live(session, library).finished
    assert library.mandant.query("SELECT A FROM V") == [(NEW,)]


@pytest.mark.parametrize("done", range(len(MOVES) + 1))
def test_a_way_back_that_was_cut_off_goes_on(library: Library, done: int) -> None:
    """Where a RENAME is no whole, it may have taken back some of the moves, the last of them first."""
    session = _killed(library, len(MOVES))
    for source, target in reversed(MOVES[done:]):
        session.execute(f"RENAME TABLE {quoted(target)} TO {quoted(source)}")
    recover(session, _not_atomic(library), library.mandant.name, back=True)
    assert _content(session, library) == OLD_STATE
    assert (_live(session, library).run, _live(session, library).finished) == ("old", True)


def _lost(library: Library, session: Session, work: t.Callable[[], object]) -> BaseException:
    """Let the connection be lost while the work waits for somebody who holds a table; return what it says."""
    session.execute("SET SESSION lock_wait_timeout=600")

    def end() -> None:
        library.until_waits(session.number)
        library.kill(session)

    ending = threading.Thread(target=end)
    ending.start()
    with pytest.raises((Failure, ServerError)) as caught:
        work()
    ending.join()
    return caught.value


@pytest.mark.parametrize(
    ("done", "held"),
    [(4, "BACK_RESTORE_OLD_0001"), (0, "BACK_RESTORE_NEW_0001"), (len(MOVES), "BACK_RESTORE_OLD_0002")],
)
def test_lost_connection(library: Library, done: int, held: str) -> None:
    """While it undoes, while it drops, and while it ends what is pending: it is lost, and no warning."""
    session = _killed(library, done)
    holder = library.instance()
    holder.query(f"LOCK TABLES {held} READ")
    error = _lost(library, session, lambda: recover(session, _not_atomic(library), library.mandant.name))
    assert error.error == "connection_failed" if isinstance(error, Failure) else t.cast("ServerError", error).lost
    holder.close()
    again = library.session()
    recover(again, _not_atomic(library), library.mandant.name)
    assert _content(again, library) == (NEW_STATE if done == len(MOVES) else OLD_STATE)


@pytest.mark.parametrize("name", ["BACK_RESTORE_MARKER", "BACK_RESTORE_NEW_MARKER"])
def test_a_view_with_the_name_of_a_marker_is_not_run(library: Library, name: str) -> None:
    """It is somebody else's, and what it runs would run with this account's rights."""
    session, other = library.session(), Mandant(f"{library.mandant.name}_other", library.mandant.server)
    other.create()
    try:
        other.query("CREATE TABLE RAN (A INT)")
        body = "BEGIN INSERT INTO RAN VALUES (1); RETURN 'x'; END"
        other.query(f"CREATE FUNCTION spy() RETURNS TEXT DETERMINISTIC SQL SECURITY INVOKER {body}")
        session.execute(f"CREATE SQL SECURITY INVOKER VIEW {name} AS SELECT `{other.name}`.spy() AS kind, 1 AS content")
        session.execute("CREATE TABLE BACK_RESTORE_NEW_0001 (A INT)")
        recover(session, library.server, library.mandant.name)
        assert other.query("SELECT * FROM RAN") == []
    finally:
        other.drop()
