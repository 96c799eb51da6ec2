# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is left to do behind the swap is done once, however often it is begun, and takes nothing that is not its own."""

from __future__ import annotations

import typing as t

import pymysql
import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Fingerprint, Marker, Step
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker_table import (
    read_marker,
    write_marker,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.finish import drop_what_went
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.finish import finish as _finish
from library import Library, marker_with
from mandant import Mandant
from restoring import roll_back

LIVE = "BACK_RESTORE_MARKER"
# Everything has a name that would end a quote; MariaDB itself cannot show a foreign key with a backtick.
PARENT, CHILD, KEY, TRIGGER, VIEW = "PARENT", "ch`ild %s ü", "f'k ü", "t`r ü", "v`iew"
STEPS = (
    Step("drop_foreign_key", table="BACK_C", name=KEY),
    Step("drop_trigger", table="BACK_C", name=TRIGGER),
    Step(
        "add_foreign_key",
        table=CHILD,
        name=KEY,
        sql=f"ADD CONSTRAINT {quoted(KEY)} FOREIGN KEY (A) REFERENCES {quoted(PARENT)} (A) ON DELETE CASCADE",
    ),
    Step(
        "create_trigger",
        table=CHILD,
        name=TRIGGER,
        sql=f"CREATE TRIGGER {quoted(TRIGGER)} BEFORE INSERT ON {quoted(CHILD)} FOR EACH ROW SET NEW.B = 'neu %s'",
        sql_mode="NO_BACKSLASH_ESCAPES",
        collation="latin1_german2_ci",
    ),
    Step(
        "create_view",
        name=VIEW,
        sql=f"CREATE VIEW {quoted(VIEW)} AS SELECT A FROM {quoted(CHILD)}",
        collation="utf8mb4_bin",
    ),
    Step("drop_views", names=("BACK_RESTORE_OLD_0003",)),
    Step("drop_tables", names=("BACK_RESTORE_OLD_0001", "BACK_RESTORE_OLD_0002")),
)


def finish(session: Session, mandant: str, table: str, marker: Marker, **named: t.Any) -> Marker:
    """Do all that follows a swap: what belongs to the new generation first, and what has gone behind the note."""
    done = _finish(session, mandant, table, marker, **named)
    assert drop_what_went(session, mandant, marker) == []
    return done


def _swapped(library: Library, pending: tuple[Step, ...] = STEPS) -> tuple[Session, Marker]:
    """Make what there is when a swap has just been done."""
    session = library.session()
    for name in (PARENT, CHILD, "BACK_C"):
        session.execute(f"CREATE TABLE {quoted(name)} (A INT PRIMARY KEY, B VARCHAR(20)) ENGINE=InnoDB")
    session.execute(f"ALTER TABLE BACK_C ADD CONSTRAINT {quoted(KEY)} FOREIGN KEY (A) REFERENCES {quoted(PARENT)} (A)")
    session.execute(f"CREATE TRIGGER {quoted(TRIGGER)} BEFORE INSERT ON BACK_C FOR EACH ROW SET NEW.B = 'alt'")
    for name in ("BACK_RESTORE_OLD_0001", "BACK_RESTORE_OLD_0002"):
        session.execute(f"CREATE TABLE {name} (A INT)")
    session.execute("CREATE VIEW BACK_RESTORE_OLD_0003 AS SELECT 1 AS A")
    marker = marker_with(tables={CHILD: Fingerprint(0, 0, "d")}, views=(VIEW,), pending=pending)
    write_marker(session, library.server, marker)
    session.execute(f"RENAME TABLE BACK_RESTORE_NEW_MARKER TO {LIVE}")
    return session, marker


def _check_done(library: Library, session: Session) -> None:
    assert set(library.mandant.tables()) == {PARENT, CHILD, "BACK_C", VIEW, LIVE}
    session.execute(f"INSERT INTO {quoted(PARENT)} VALUES (1, '')")
    session.execute(f"INSERT INTO {quoted(CHILD)} VALUES (1, '')")
    session.execute("INSERT INTO BACK_C VALUES (1, 'as it is')")
    assert session.query(f"SELECT B FROM {quoted(CHILD)}") == [("neu %s",)]
    assert session.query("SELECT B FROM BACK_C") == [("as it is",)]
    assert session.query(f"SELECT A FROM {quoted(VIEW)}") == [(1,)]
    session.execute("SET foreign_key_checks=1")
    session.execute(f"DELETE FROM {quoted(PARENT)}")
    assert session.query(f"SELECT B FROM {quoted(CHILD)}") == []
    found = session.query("SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE, SQL_MODE, COLLATION_CONNECTION FROM"
                          " information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()")  # fmt: skip
    assert found == [(TRIGGER, CHILD, "NO_BACKSLASH_ESCAPES", "latin1_german2_ci")]
    shown = session.query("SELECT COLLATION_CONNECTION FROM information_schema.VIEWS WHERE TABLE_SCHEMA = DATABASE()")
    assert shown == [("utf8mb4_bin",)]


def test_all_that_is_pending(library: Library) -> None:
    session, marker = _swapped(library)
    done = finish(session, library.mandant.name, LIVE, marker)
    assert done.finished
    assert read_marker(session, library.mandant.name, LIVE) == (done, None)
    assert set(done.objects or {}) == {
        f"foreign_keys:{CHILD}", f"definition:{CHILD}", f"trigger:{TRIGGER}", f"view:{VIEW}",
        f"trigger_settings:{TRIGGER}", f"view_settings:{VIEW}",
    }  # fmt: skip
    _check_done(library, session)


@pytest.mark.parametrize("done", range(len(STEPS) + 1))
def test_begun_again_at_any_place(library: Library, done: int) -> None:
    """A run that was cut off has done some of it, and may have done the next without saying so."""
    session, marker = _swapped(library)
    finish(session, library.mandant.name, LIVE, marker_with(pending=STEPS[:done]))
    session.execute(f"DELETE FROM {LIVE} WHERE kind = 'finished'")
    assert finish(session, library.mandant.name, LIVE, marker).finished
    _check_done(library, session)


def test_what_somebody_else_has_made_meanwhile_stays(library: Library) -> None:
    """A trigger of the same name on another table, and a view that was put there by hand."""
    session, marker = _swapped(library)
    session.execute(f"DROP TRIGGER {quoted(TRIGGER)}")
    session.execute("CREATE TABLE XT (A INT, B VARCHAR(20))")
    session.execute(f"CREATE TRIGGER {quoted(TRIGGER)} BEFORE INSERT ON XT FOR EACH ROW SET NEW.B = 'xt'")
    session.execute(f"CREATE VIEW {quoted(VIEW)} AS SELECT 'by hand' AS A")
    with pytest.raises(Failure) as caught:
        finish(session, library.mandant.name, LIVE, marker)
    assert caught.value.error == "statement_failed"
    session.execute("INSERT INTO XT VALUES (1, '')")
    assert session.query("SELECT B FROM XT") == [("xt",)]
    assert session.query(f"SELECT A FROM {quoted(VIEW)}") == [("by hand",)]
    session.execute("DROP TABLE XT")
    assert finish(session, library.mandant.name, LIVE, marker).finished
    assert session.query(f"SELECT A FROM {quoted(VIEW)}") == [("by hand",)]


@pytest.mark.parametrize("broken", range(len(STEPS)))
def test_a_step_that_fails_is_left_to_the_next_run(library: Library, broken: int) -> None:
    """Nothing behind it was done, the old generation above all; what is before it need not be done again."""
    wrong = Step("create_view", name="WRONG", sql="CREATE VIEW WRONG AS SELECT X FROM NOTHING")
    session, marker = _swapped(library, (*STEPS[:broken], wrong, *STEPS[broken:]))
    with pytest.raises(Failure) as caught:
        finish(session, library.mandant.name, LIVE, marker)
    assert caught.value.error == "statement_failed"
    assert "create view WRONG" in caught.value.msg
    found = read_marker(session, library.mandant.name, LIVE)[0]
    assert found == marker
    assert not marker.finished
    assert "BACK_RESTORE_OLD_0001" in library.mandant.tables()
    session.execute("CREATE TABLE NOTHING (X INT)")
    assert finish(session, library.mandant.name, LIVE, marker).finished
    session.execute("DROP TABLE NOTHING")
    session.execute("DROP VIEW WRONG")
    _check_done(library, session)


def test_users_are_back_before_old_things_are_dropped(library: Library) -> None:
    session, marker = _swapped(library)
    there: list[list[str]] = []
    finish(session, library.mandant.name, LIVE, marker, created=lambda: there.append(library.mandant.tables()))
    assert len(there) == 1
    assert {VIEW, "BACK_RESTORE_OLD_0001", "BACK_RESTORE_OLD_0003"} <= set(there[0])


def test_with_nothing_pending_they_are_back_at_once(library: Library) -> None:
    session, marker = _swapped(library, ())
    told: list[bool] = []
    assert finish(session, library.mandant.name, LIVE, marker, created=lambda: told.append(True)).finished
    assert told == [True]


@pytest.mark.parametrize("done", range(len(STEPS)))
def test_lost_connection(library: Library, done: int) -> None:
    """It is told as such, whichever step it was; the next run ends what it has begun."""
    session, marker = _swapped(library)
    finish(session, library.mandant.name, LIVE, marker_with(pending=STEPS[:done]))
    session.execute(f"DELETE FROM {LIVE} WHERE kind = 'finished'")
    library.kill(session)
    with pytest.raises(Failure) as caught:
        finish(session, library.mandant.name, LIVE, marker_with(pending=STEPS[done:]))
    assert caught.value.error == "connection_failed"
    again = library.session()
    assert read_marker(again, library.mandant.name, LIVE)[0] == marker
    assert finish(again, library.mandant.name, LIVE, marker).finished
    _check_done(library, again)


@pytest.mark.parametrize("parent", ["GRÖSSE", "A-B c", "PLAIN_1"])
def test_a_foreign_key_holds_from_both_sides(library: Library, parent: str) -> None:
    """Whatever the parent is called, behind its swap and behind the way back."""
    restorer, mandant = library.restorer, library.mandant
    dump = (
        "-- MySQL dump 10.13\nSET NAMES utf8;\n"
        f"CREATE TABLE `{parent}` (`ID` int NOT NULL, PRIMARY KEY (`ID`)) ENGINE=InnoDB;\n"
        f"CREATE TABLE `C` (`P` int, KEY `P` (`P`), CONSTRAINT `fk` FOREIGN KEY (`P`) REFERENCES `{parent}` (`ID`))"
        f" ENGINE=InnoDB;\nINSERT INTO `{parent}` VALUES (1);\nINSERT INTO `C` VALUES (1);\n"
    )
    for path in ("1.sql", "2.sql"):
        restorer.run(restorer.write(path, f"{dump}-- {path}\n".encode()), policy="always")
        _holds(mandant, parent)
    roll_back(restorer)
    _holds(mandant, parent)


def _holds(mandant: Mandant, parent: str) -> None:
    for sql in (f"DELETE FROM `{parent}`", f"UPDATE `{parent}` SET ID = 2", "INSERT INTO C VALUES (3)"):
        with pytest.raises(pymysql.err.IntegrityError):
            mandant.query(sql)
