# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run's session is set as it needs it, whatever the server's defaults are, and is put back behind each part."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import open_backup
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Under
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect import session_settings
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import SQL_MODE, ServerError, Session
from library import Library
from restoring import articles, cao_backup

HOSTILE = {
    "sql_mode": "'ANSI,TRADITIONAL,NO_BACKSLASH_ESCAPES'",
    "lock_wait_timeout": "86400",
    "innodb_lock_wait_timeout": "500",
    "wait_timeout": "60",
    "net_read_timeout": "5",
    "time_zone": "'-07:00'",
    "tx_isolation": "'READ-UNCOMMITTED'",
    "max_statement_time": "100",
}


@pytest.fixture
def hostile(library: Library) -> t.Iterator[Library]:
    """A server whose defaults are those of another program."""
    there = {name for (name, _value) in library.ask("SHOW GLOBAL VARIABLES")}
    before = {name: library.ask(f"SELECT @@GLOBAL.{name}")[0][0] for name in HOSTILE if name in there}
    for name in before:
        library.ask(f"SET GLOBAL {name} = {HOSTILE[name]}")
    try:
        yield library
    finally:
        for name, value in before.items():
            library.ask(f"SET GLOBAL {name} = %s", value)


def _analysis(library: Library, **changes: t.Any) -> t.Any:
    """Return the analysis of a backup in another encoding."""
    with open_backup(library.restorer.write("some.sql", cao_backup(articles(1)))) as backup:
        return dataclasses.replace(backup.analysis, **changes)


def _modes(session: Session) -> set[str]:
    return set(session.value("SELECT @@sql_mode").split(","))


def _state(session: Session) -> list[t.Any]:
    return session.query(
        "SELECT @@autocommit, @@unique_checks, @@character_set_client, @@character_set_results, @@time_zone"
    )


def test_hostile_defaults_do_not_matter(hostile: Library) -> None:
    session = hostile.session()
    assert _modes(session) == set(SQL_MODE.split(","))
    found = session.query("SELECT @@foreign_key_checks, @@lock_wait_timeout, @@innodb_lock_wait_timeout, @@autocommit")
    assert found == [(0, 3, 3, 1)]
    assert session.query("SELECT @@wait_timeout >= 86400, @@net_read_timeout >= 600, @@net_write_timeout >= 600") == [
        (1, 1, 1)
    ]
    if "max_statement_time" in hostile.server.variables:
        assert session.value("SELECT @@max_statement_time") == 0
    # Others keep what is theirs.
    assert hostile.ask("SELECT @@lock_wait_timeout, @@foreign_key_checks") == [(86400, 1)]


@pytest.mark.parametrize("name", ["Müller & Söhne", "a`; DROP TABLE `b", "50 %s", "a.b", "ü" * 50])
def test_a_mandant_of_any_name_is_used(library: Library, name: str) -> None:
    odd = f"{name}{os.getpid()}"
    session = library.session()
    quoted = odd.replace("`", "``")
    session.execute(f"CREATE DATABASE `{quoted}`")
    try:
        session_settings.use(session, odd)
        assert session.value("SELECT DATABASE()") == odd
    finally:
        session.execute(f"DROP DATABASE `{quoted}`")


def test_rows_come_as_they_are_stored(hostile: Library) -> None:
    """Bytes without conversion, moments without a time zone, and all of one moment."""
    hostile.mandant.query("CREATE TABLE T (A VARCHAR(9) CHARACTER SET latin1, B TIMESTAMP NULL) ENGINE=InnoDB")
    session = hostile.session()
    session_settings.for_reading(session)
    with contextlib.closing(hostile.mandant.connect()) as other, other.cursor() as cursor:
        cursor.execute("INSERT INTO T VALUES (_latin1 0x80E4810A, FROM_UNIXTIME(86400))")
        session.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT")
        cursor.execute("UPDATE T SET A = 'new'")
        cursor.execute("INSERT INTO T VALUES ('new', NULL)")
        rows = session.query("SELECT A, CAST(B AS CHAR) FROM T")
    assert rows == [(b"\x80\xe4\x81\n", b"1970-01-02 00:00:00")]


def test_rows_go_in_the_encoding_of_the_dump_and_under_what_it_sets(library: Library) -> None:
    library.mandant.query("CREATE TABLE T (A VARCHAR(9) CHARACTER SET utf8, B TIMESTAMP NULL) ENGINE=InnoDB")
    session = library.session()
    before = _state(session)
    rows = session_settings.for_rows(session, _analysis(library, encoding="cp850"))
    with rows, session_settings.conditions(session) as under:
        under.put(Under("+02:00", zero_counts=True, checks=False))
        assert _modes(session) == set(SQL_MODE.split(",")) - {"NO_AUTO_VALUE_ON_ZERO"}
        session.execute(b"INSERT INTO T VALUES ('\x81\xe1', '1970-01-02 02:00:00')")
        assert library.mandant.query("SELECT * FROM T") == []
        assert session.value("SELECT A FROM T") == "üß"
    assert library.mandant.query("SELECT HEX(A), UNIX_TIMESTAMP(B) FROM T") == [("C3BCC39F", 86400)]
    assert _state(session) == before


def test_conditions_follow_the_dump_and_end_as_they_began(library: Library) -> None:
    session = library.session()
    zone = session.value("SELECT @@session.time_zone")
    has_checks = "check_constraint_checks" in dict(session.query("SHOW VARIABLES LIKE 'check%'"))
    with session_settings.conditions(session) as under:
        for wanted in (Under("+02:00"), Under(), Under(checks=False), Under("-03:00", zero_counts=True)):
            under.put(wanted)
            assert session.value("SELECT @@session.time_zone") == (wanted.time_zone or zone)
            assert ("NO_AUTO_VALUE_ON_ZERO" in _modes(session)) is not wanted.zero_counts
            if has_checks:
                assert session.value("SELECT @@check_constraint_checks") == int(wanted.checks)
    assert session.value("SELECT @@session.time_zone") == zone
    assert _modes(session) == set(SQL_MODE.split(","))


def test_zones_that_the_server_does_not_know(library: Library) -> None:
    session = library.session()
    session_settings.check_zones(session, ["+02:00", "SYSTEM", "-11:59"])
    with pytest.raises(Failure, match="Europe/Atlantis") as caught:
        session_settings.check_zones(session, ["+02:00", "Europe/Atlantis"])
    assert caught.value.error == "server_setting"


def test_values_are_made_to_fit_while_it_is_lenient(library: Library) -> None:
    library.mandant.query("CREATE TABLE T (A VARCHAR(2))")
    session = library.session()
    with session_settings.lenient(session):
        assert session.execute("INSERT INTO T VALUES ('long')").warnings == 1
    with pytest.raises(ServerError):
        session.execute("INSERT INTO T VALUES ('long')")
    assert library.mandant.query("SELECT A FROM T") == [("lo",)]


@pytest.mark.parametrize("error", [KeyError, KeyboardInterrupt])
def test_rows_that_are_given_up_are_gone(library: Library, error: type[BaseException]) -> None:
    """And the names of what is cleared up behind them are in UTF-8 again."""
    library.mandant.query("CREATE TABLE `Größe` (A INT) ENGINE=InnoDB")
    session = library.session()
    before = _state(session)

    def give_up() -> t.NoReturn:
        with session_settings.for_rows(session, _analysis(library, encoding="latin1")):
            session.execute("INSERT INTO `Größe` VALUES (1)".encode("latin-1"))
            raise error

    with pytest.raises(error):
        give_up()
    assert _state(session) == before
    assert session.query("SELECT A FROM `Größe`") == []


def _for_rows(session: Session, library: Library) -> t.ContextManager[None]:
    return session_settings.for_rows(session, _analysis(library))


def _for_trigger(session: Session, _library: Library) -> t.ContextManager[None]:
    return session_settings.for_trigger(session, "")


def _for_keys(session: Session, _library: Library) -> t.ContextManager[None]:
    return session_settings.for_keys(session)


@pytest.mark.parametrize("part", [_for_rows, _for_trigger, _for_keys])
def test_a_connection_lost_meanwhile_is_what_is_told(
    library: Library, part: t.Callable[[Session, Library], t.ContextManager[None]]
) -> None:
    session = library.session()

    def lose() -> None:
        with part(session, library):
            library.kill(session)
            session.execute("DO 'the first statement behind it'")

    with pytest.raises(ServerError) as caught:
        lose()
    assert caught.value.lost
    assert session.broken


def test_a_trigger_keeps_the_mode_it_is_made_with(library: Library) -> None:
    library.mandant.query("CREATE TABLE T (A INT)")
    session = library.session()
    with session_settings.for_trigger(session, "ANSI_QUOTES,NO_BACKSLASH_ESCAPES"):
        session.execute('CREATE TRIGGER "tr" BEFORE INSERT ON T FOR EACH ROW SET NEW.A = 1')
    assert _modes(session) == set(SQL_MODE.split(","))
    (mode,) = library.mandant.query("SELECT SQL_MODE FROM information_schema.TRIGGERS WHERE TRIGGER_NAME = 'tr'")[0]
    assert set(mode.split(",")) == {"ANSI_QUOTES", "NO_BACKSLASH_ESCAPES"}
    with pytest.raises(ServerError), session_settings.for_trigger(session, "ANSI_QUOTES"):
        session.execute("CREATE TRIGGER nonsense")
    assert _modes(session) == set(SQL_MODE.split(","))


def test_keys_are_waited_for_and_nothing_else(library: Library) -> None:
    session = library.session()
    with session_settings.for_keys(session):
        assert session.value("SELECT @@lock_wait_timeout") >= 600
    assert session.value("SELECT @@lock_wait_timeout") == session_settings.LOCK_WAIT_SECONDS
