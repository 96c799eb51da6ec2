# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All of a snapshot is of one moment, whatever the engines; behind it nobody is kept waiting, however it ends."""

from __future__ import annotations

import contextlib
import threading
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect import session_settings
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save import snapshot as snapshots
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.snapshot import Snapshot
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.source_tables import Source, observe_source
from library import Library

DOCUMENTS, POSITIONS = "JOURNAL", "JOURNAL`POS %s ü"
ENGINES = [("InnoDB", "InnoDB"), ("MyISAM", "MyISAM"), ("InnoDB", "MyISAM"), ("MyISAM", "InnoDB"), ("Aria", "InnoDB")]


class Taken(t.NamedTuple):
    """A snapshot that was taken by a session of its own."""

    snapshot: Snapshot
    session: Session
    source: Source


def _take(library: Library) -> Taken:
    session = library.session(use=False)
    snapshot = Snapshot(session, library.restorer.login())
    return Taken(snapshot, session, snapshot.take(library.mandant.name))


def _make(library: Library, documents: str, positions: str) -> None:
    session = library.session()
    for name, engine in ((DOCUMENTS, documents), (POSITIONS, positions)):
        session.execute(f"CREATE TABLE {quoted(name)} (ID INT PRIMARY KEY) ENGINE={engine}")
        session.execute(f"INSERT INTO {quoted(name)} VALUES (1)")


def _read(library: Library, snapshot: Snapshot) -> dict[str, list[t.Any]]:
    found = {}
    for table in snapshot.tables:
        reading = snapshot.session_for(table)
        sql = f"SELECT ID FROM {quoted(library.mandant.name)}.{quoted(table.name)} ORDER BY ID"
        found[table.name] = [int(number) for (number,) in reading.query(sql)]
    return found


class Writer(threading.Thread):
    """Somebody who writes a document and its position; ``done`` counts the statements that came through."""

    def __init__(self, library: Library) -> None:
        super().__init__(daemon=True)
        self._connection = library.instance()
        self.number = self._connection.thread_id()
        self.done = 0

    def run(self) -> None:
        for name in (DOCUMENTS, POSITIONS):
            self._connection.query(f"INSERT INTO {quoted(name)} VALUES (2)")
            self.done += 1

    def end(self) -> int:
        """Wait until all came through, and return how much that is."""
        self.join(60)
        assert not self.is_alive(), "it is kept waiting"
        return self.done


@pytest.mark.parametrize(("documents", "positions"), ENGINES)
def test_what_comes_later_is_not_seen(library: Library, documents: str, positions: str) -> None:
    """With an engine that has no past it waits until that was read; with InnoDB nobody waits."""
    _make(library, documents, positions)
    taken = _take(library)
    writer = Writer(library)
    writer.start()
    if (documents, positions) == ("InnoDB", "InnoDB"):
        assert writer.end() == 2
        assert taken.snapshot.locked_seconds == 0
    else:
        library.until_waits(writer.number)
        assert writer.done == 0
    assert _read(library, taken.snapshot) == {DOCUMENTS: [1], POSITIONS: [1]}
    taken.snapshot.close()
    assert writer.end() == 2
    assert library.mandant.query(f"SELECT ID FROM {DOCUMENTS} ORDER BY ID") == [(1,), (2,)]
    assert (taken.snapshot.locked_seconds > 0) == ((documents, positions) != ("InnoDB", "InnoDB"))


def test_others_go_on_behind_the_last_locked_table(library: Library) -> None:
    """And what they write then is not in what is still to be read."""
    _make(library, "InnoDB", "MyISAM")
    taken = _take(library)
    assert [table.name for table in taken.snapshot.tables] == [POSITIONS, DOCUMENTS]
    taken.snapshot.session_for(taken.snapshot.tables[0])
    writer = Writer(library)
    writer.start()
    library.until_waits(writer.number)
    reading = taken.snapshot.session_for(taken.snapshot.tables[1])
    assert writer.end() == 2
    assert int(reading.value(f"SELECT COUNT(*) FROM {quoted(library.mandant.name)}.{DOCUMENTS}")) == 1
    taken.snapshot.close()


def test_a_transaction_that_is_not_at_its_end_is_waited_for(library: Library) -> None:
    """It has written the document, and its position is still to come: one without the other is no moment."""
    _make(library, "InnoDB", "MyISAM")
    writer = library.instance()
    # With GTIDs a server lets nobody write both into its log at once.
    writer.query("SET SESSION sql_log_bin = 0")
    writer.query("START TRANSACTION")
    writer.query(f"INSERT INTO {DOCUMENTS} VALUES (2)")
    found: dict[str, list[t.Any]] = {}
    session = library.session(use=False)
    snapshot = Snapshot(session, library.restorer.login())
    session.execute("SET SESSION lock_wait_timeout=600, innodb_lock_wait_timeout=600")

    def save() -> None:
        snapshot.take(library.mandant.name)
        found.update(_read(library, snapshot))
        snapshot.close()

    saving = threading.Thread(target=save)
    saving.start()
    old = not library.server.flavour.mariadb and library.server.flavour.version < (8, 0, 0)
    library.until_state(session.number, "System lock" if old else "Waiting for table")
    writer.query(f"INSERT INTO {quoted(POSITIONS)} VALUES (2)")
    writer.query("COMMIT")
    writer.close()
    saving.join()
    assert found[DOCUMENTS] == found[POSITIONS]


def test_a_definition_stays_until_its_rows_were_read(library: Library) -> None:
    _make(library, "InnoDB", "InnoDB")
    taken = _take(library)
    other = library.instance()
    changing = threading.Thread(target=other.query, args=(f"ALTER TABLE {DOCUMENTS} ADD COLUMN X INT FIRST",))
    changing.start()
    library.until_waits(other.thread_id())
    assert _read(library, taken.snapshot) == {DOCUMENTS: [1], POSITIONS: [1]}
    taken.snapshot.close()
    taken.session.close()
    changing.join()


def test_somebody_who_holds_a_table(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "_ATTEMPTS", 1)
    _make(library, "MyISAM", "InnoDB")
    holder = library.instance()
    holder.query(f"LOCK TABLES {DOCUMENTS} WRITE")
    session = library.session(use=False)
    library.impatient(session)
    snapshot = Snapshot(session, library.restorer.login())
    with pytest.raises(Failure) as caught:
        snapshot.take(library.mandant.name)
    assert caught.value.error == "mandant_in_use"
    holder.query("UNLOCK TABLES")
    snapshot.take(library.mandant.name)
    assert _read(library, snapshot) == {DOCUMENTS: [1], POSITIONS: [1]}
    snapshot.close()


def _writes_again(library: Library) -> None:
    writer = Writer(library)
    writer.start()
    assert writer.end() == 2


@pytest.mark.parametrize(("documents", "positions"), ENGINES)
def test_closed_before_it_was_read(library: Library, documents: str, positions: str) -> None:
    _make(library, documents, positions)
    taken = _take(library)
    for _time in range(2):
        taken.snapshot.close()
    _writes_again(library)
    assert taken.session.value("SELECT @@autocommit") in (1, b"1")


def test_lost_while_it_is_read(library: Library) -> None:
    """The locks go with the connection; what could not be read is an error and never an empty table."""
    _make(library, "MyISAM", "InnoDB")
    taken = _take(library)
    library.kill(taken.session)
    with pytest.raises(ServerError) as caught:
        _read(library, taken.snapshot)
    assert caught.value.lost
    taken.snapshot.close()
    _writes_again(library)


def test_lost_where_the_snapshot_is(library: Library) -> None:
    """The second connection holds the past; without it there is none to read."""
    _make(library, "MyISAM", "InnoDB")
    taken = _take(library)
    second = taken.snapshot.session_for(taken.snapshot.tables[1])
    assert second.number != taken.session.number
    library.kill(second)
    with pytest.raises(ServerError) as caught:
        second.query("SELECT 1")
    assert caught.value.lost
    taken.snapshot.close()
    assert taken.session.query("SELECT 1")


def _changed_after_the_first_look(
    library: Library, monkeypatch: pytest.MonkeyPatch, changes: t.Sequence[str], *, times: int = 1
) -> None:
    """Have somebody change the Mandant between a look at its tables and the moment at which they are held."""
    looks: list[int] = []

    def look(session: Session, mandant: str, before: t.Mapping[str, str] | None = None) -> Source:
        looks.append(session.number)
        found = observe_source(session, mandant, before)
        # Every second look is that at tables that are held.
        if len(looks) % 2 and len(looks) < 2 * times:
            for sql in changes:
                library.mandant.query(sql.replace("{n}", str(len(looks))))
        return found

    monkeypatch.setattr(snapshots, "observe_source", look)
    monkeypatch.setattr(snapshots, "_PAUSE_SECONDS", 0)


@pytest.mark.parametrize(("documents", "positions"), ENGINES)
@pytest.mark.parametrize(
    ("change", "tables"),
    [
        (f"ALTER TABLE {DOCUMENTS} ADD COLUMN X INT NOT NULL DEFAULT 7 COMMENT 'ü' FIRST", [DOCUMENTS, POSITIONS]),
        (f"ALTER TABLE {DOCUMENTS} ADD COLUMN X INT", [DOCUMENTS, POSITIONS]),
        (f"ALTER TABLE {DOCUMENTS} ENGINE=MyISAM", [DOCUMENTS, POSITIONS]),
        (f"ALTER TABLE {DOCUMENTS} ENGINE=InnoDB", [DOCUMENTS, POSITIONS]),
        ("CREATE TABLE JOURNAL_NEU (ID INT PRIMARY KEY) ENGINE=InnoDB", [DOCUMENTS, "JOURNAL_NEU", POSITIONS]),
        ("CREATE TABLE JOURNAL_NEU (ID INT PRIMARY KEY) ENGINE=MyISAM", [DOCUMENTS, "JOURNAL_NEU", POSITIONS]),
        (f"DROP TABLE {DOCUMENTS}", [POSITIONS]),
        (f"RENAME TABLE {DOCUMENTS} TO JOURNAL_ALT", ["JOURNAL_ALT", POSITIONS]),
        (f"RENAME TABLE {DOCUMENTS} TO BACK_{DOCUMENTS}", [POSITIONS]),
        ("CREATE VIEW SICHT AS SELECT 1", [DOCUMENTS, POSITIONS]),
    ],
)
def test_what_is_read_is_as_it_is_described(
    library: Library, monkeypatch: pytest.MonkeyPatch, documents: str, positions: str, change: str, tables: list[str]
) -> None:
    """Whatever somebody does to the tables before they are held."""
    _make(library, documents, positions)
    _changed_after_the_first_look(library, monkeypatch, [change])
    taken = _take(library)
    monkeypatch.undo()
    session = library.session(use=False)
    session_settings.for_definitions(session)
    now = observe_source(session, library.mandant.name)
    assert {table.name: (table.definition, table.columns) for table in taken.snapshot.tables} == {
        table.name: (table.definition, table.columns) for table in now.tables
    }
    assert taken.source.left_out == now.left_out
    assert sorted(_read(library, taken.snapshot)) == sorted(tables)
    taken.snapshot.close()


def test_tables_that_do_not_come_to_rest(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    _make(library, "InnoDB", "MyISAM")
    _changed_after_the_first_look(library, monkeypatch, ["CREATE TABLE N{n} (ID INT)"], times=9)
    with pytest.raises(Failure, match="are being made, changed or dropped") as caught:
        _take(library)
    assert caught.value.error == "mandant_in_use"
    _writes_again(library)


def test_somebody_changes_a_table_that_is_waited_for(library: Library) -> None:
    """As CAO-Faktura does when it is of a newer version than the Mandant."""
    _make(library, "MyISAM", "InnoDB")
    holder = library.instance()
    holder.query(f"LOCK TABLES {DOCUMENTS} WRITE")
    session = library.session(use=False)
    session.execute("SET SESSION lock_wait_timeout=600")
    snapshot = Snapshot(session, library.restorer.login())
    found: dict[str, list[str]] = {}

    def save() -> None:
        snapshot.take(library.mandant.name)
        found.update({table.name: [one.name for one in table.columns] for table in snapshot.tables})
        snapshot.close()

    saving = threading.Thread(target=save)
    saving.start()
    library.until_waits(session.number)
    holder.query(f"ALTER TABLE {DOCUMENTS} ADD COLUMN X INT FIRST")
    library.mandant.query("CREATE TABLE JOURNAL_NEU (ID INT PRIMARY KEY)")
    holder.query("UNLOCK TABLES")
    saving.join()
    assert found == {DOCUMENTS: ["X", "ID"], POSITIONS: ["ID"], "JOURNAL_NEU": ["ID"]}


def test_moments_in_definitions_are_those_that_the_backup_says(library: Library) -> None:
    library.mandant.query("CREATE TABLE T (ID INT, A TIMESTAMP NOT NULL DEFAULT '1970-01-02 00:00:00')")
    session = library.session(use=False)
    session.execute("SET SESSION time_zone='+05:00'")
    expected = library.session(use=False)
    session_settings.for_definitions(expected)
    snapshot = Snapshot(session, library.restorer.login())
    snapshot.take(library.mandant.name)
    assert [table.definition for table in snapshot.tables] == [
        table.definition for table in observe_source(expected, library.mandant.name).tables
    ]
    snapshot.close()


def test_both_connections_end(library: Library) -> None:
    """Also where the first is lost: a transaction that stays open holds the definitions of its tables."""
    _make(library, "MyISAM", "InnoDB")
    there = {number for (number,) in library.ask("SELECT ID FROM information_schema.PROCESSLIST")}
    taken = _take(library)
    library.kill(taken.session)
    with contextlib.suppress(ServerError):
        taken.snapshot.close()
    sql = "SELECT ID FROM information_schema.INNODB_TRX JOIN information_schema.PROCESSLIST ON ID = trx_mysql_thread_id"
    left = {number for (number,) in library.ask(sql)} - there
    try:
        # To close is not to wait for the server to see it.
        assert not left or not any(library.is_there(number) for number in left)
    finally:
        for number in left:
            library.ask(f"KILL {number}")
