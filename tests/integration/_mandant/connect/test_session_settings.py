# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run's session is set as it needs it, whatever the server's defaults are, and is put back behind each part."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import typing as t

import pymysql
import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import open_backup
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect import session_settings
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session, connect
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.session_settings import SQL_MODE
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from library import Library
from mandant import Mandant
from private_server import PrivateServer
from restoring import Restorer, account, articles, cao_backup, company
from saving import back_up, content

HOSTILE = {
    "sql_mode": "'ANSI,TRADITIONAL,NO_BACKSLASH_ESCAPES'",
    "lock_wait_timeout": "86400",
    "innodb_lock_wait_timeout": "500",
    "wait_timeout": "60",
    "net_read_timeout": "5",
    "net_write_timeout": "5",
    "tx_isolation": "'READ-UNCOMMITTED'",
    "max_statement_time": "100",
}
# With these a test could do nothing by itself.
ODD = {
    **HOSTILE,
    "tx_read_only": "1",
    "max_execution_time": "100",
    "character_set_client": "latin1",
    "character_set_connection": "cp1251",
    "character_set_results": "latin2",
    "collation_connection": "latin1_german2_ci",
    "autocommit": "0",
    "completion_type": "2",
    "sql_auto_is_null": "1",
    "sql_select_limit": "3",
    "sql_big_selects": "0",
    "max_join_size": "1",
    "sql_safe_updates": "1",
    "max_sort_length": "64",
    "sql_notes": "0",
    "max_error_count": "0",
    "sql_quote_show_create": "0",
    "foreign_key_checks": "1",
    "unique_checks": "0",
    "old_alter_table": "1",
    "auto_increment_increment": "7",
    "auto_increment_offset": "3",
    "idle_transaction_timeout": "5",
    "idle_readonly_transaction_timeout": "5",
    "idle_write_transaction_timeout": "5",
    "sql_if_exists": "1",
    "old_mode": "'COMPAT_5_1_CHECKSUM,NO_PROGRESS_INFO'",
}
# What is the server's own counts, and not what a session of one account begins with.
ODD_AT_LOGIN = {**ODD, "time_zone": "'-07:00'", "default_storage_engine": "MEMORY", "insert_id": "50"}
# They follow from others: one that says how many rows are too many is not looked at by who may read many.
FOLLOWING = {"max_join_size"}


@contextlib.contextmanager
def _defaults(library: Library, settings: t.Mapping[str, str]) -> t.Iterator[None]:
    """While it lasts, the server has other defaults, as far as it knows them."""
    there = {name for (name, _value) in library.ask("SHOW GLOBAL VARIABLES")}
    with contextlib.closing(library.instance()) as connection, connection.cursor() as cursor:
        before: dict[str, t.Any] = {}
        try:
            for name in settings.keys() & there:
                cursor.execute(f"SELECT @@GLOBAL.{name}")
                (before[name],) = cursor.fetchone() or (None,)
                cursor.execute(f"SET GLOBAL {name} = {settings[name]}")
            yield
        finally:
            for name, value in before.items():
                cursor.execute(f"SET GLOBAL {name} = %s", (value,))


@pytest.fixture
def hostile(library: Library) -> t.Iterator[Library]:
    """A server whose defaults are those of another program."""
    with _defaults(library, HOSTILE):
        yield library


def _analysis(library: Library, **changes: t.Any) -> t.Any:
    """Return the analysis of a backup in another encoding."""
    with open_backup(library.restorer.write("some.sql", cao_backup(articles(1)))) as backup:
        return dataclasses.replace(backup.analysis, **changes)


def _variables(session: Session) -> dict[str, str]:
    """Return what statements rely on, as a session has it; a session shows no more rows than it is told to."""
    found = {}
    for name in sorted(ODD_AT_LOGIN.keys() - FOLLOWING):
        found.update(session.query(f"SHOW SESSION VARIABLES LIKE '{name}'"))
    return {name: value for name, value in found.items() if name != "time_zone"}


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
    # Others keep what is theirs.
    assert hostile.ask("SELECT @@lock_wait_timeout, @@foreign_key_checks") == [(86400, 1)]


def test_no_setting_of_the_server_counts(library: Library) -> None:
    """A session on a server with the oddest settings is the same as one on a server without."""
    expected = _variables(library.session())
    assert expected.keys() >= {"sql_select_limit", "autocommit", "character_set_client", "sql_mode", "max_error_count"}
    with _defaults(library, ODD):
        assert _variables(library.session()) == expected


@pytest.fixture
def plain(library: Library) -> t.Iterator[Restorer]:
    """An account whose sessions the server begins with a statement of its own."""
    mandant, name = library.mandant, f"plain_{os.getpid()}"
    password = account(mandant.server, name, [f"ALL ON `{mandant.name}`.*", "PROCESS, RELOAD ON *.*"])
    try:
        yield dataclasses.replace(library.restorer, user=name, password=password)
    finally:
        library.ask("SET GLOBAL init_connect = ''")


def _is_new_mysql(library: Library) -> bool:
    flavour = library.server.flavour
    return not flavour.mariadb and flavour.version >= (9, 0, 0)


@pytest.mark.parametrize("name", ODD_AT_LOGIN)
def test_no_statement_that_the_server_begins_with_counts(library: Library, plain: Restorer, name: str) -> None:
    if not library.ask(f"SHOW SESSION VARIABLES LIKE '{name}'"):
        pytest.skip("the server has no such setting")
    if name == "insert_id" and not library.server.flavour.mariadb:
        pytest.skip("MySQL has no way to take it back")
    if name == "max_error_count" and _is_new_mysql(library):
        pytest.skip("MySQL 9 lets no plain account set it")
    with contextlib.closing(connect(plain.login())) as calm:
        expected = _variables(calm)
        zone = calm.value("SELECT @@time_zone")
    library.ask("SET GLOBAL init_connect = %s", f"SET {name} = {ODD_AT_LOGIN[name]}")
    with contextlib.closing(connect(plain.login())) as session:
        assert _variables(session) == expected
        assert session.value("SELECT @@time_zone") == zone


def test_a_statement_that_fails_ends_the_session_and_is_named(library: Library, plain: Restorer) -> None:
    library.ask("SET GLOBAL init_connect = 'SET nonsense = 1'")
    with pytest.raises(Failure, match="a statement of its init_connect fails") as caught:
        connect(plain.login())
    assert caught.value.error == "connection_failed"


PRICES = (
    "create table PREISE (REC_ID int not null auto_increment, `Größe` varchar(9) not null default 'Stück €' "
    "comment 'größer', ART enum('Größe','N') default 'Größe', T set('ü','ß'), primary key (REC_ID)) comment='Maß';\r\n"
    + "".join(f"INSERT INTO PREISE VALUES ('{number}','Stück','Größe','ü,ß');\r\n" for number in range(1, 9))
)


@pytest.fixture(params=["latin1", "cp1251", "utf8"])
def deaf_server(library: Library, request: pytest.FixtureRequest) -> t.Iterator[PrivateServer]:
    """A server that gives every session its own character set, whatever the client asks for when it logs in."""
    if _is_new_mysql(library):
        pytest.skip("MySQL 9 has no such setting")
    options = ("--skip-character-set-client-handshake", f"--character-set-server={request.param}")
    with type(library.mandant.server)(options=options) as server:
        yield server


def _prices(restorer: Restorer) -> list[list[t.Any]]:
    """Return the definition and the rows of the prices; a library of the tests would not be understood."""
    with contextlib.closing(connect(restorer.login())) as session:
        table = f"{quoted(restorer.mandant.name)}.PREISE"
        rows = session.query(f"SELECT REC_ID, HEX(`Größe`), ART + 0, T + 0 FROM {table} ORDER BY REC_ID")
        return [session.query(f"SHOW CREATE TABLE {table}"), rows]


@pytest.mark.parametrize("silent", [False, True])
def test_text_in_definitions_is_as_it_was(
    library: Library, deaf_server: PrivateServer, monkeypatch: pytest.MonkeyPatch, silent: bool
) -> None:
    """Also where the library says nothing of a character set behind the login, as PyMySQL before 1.1 did."""
    path = library.restorer.write("prices.sql", cao_backup(PRICES))
    library.restorer.run(path)
    expected = _prices(library.restorer)
    assert expected[1][0] == (1, "5374FC636B", 1, 3)
    if silent:
        monkeypatch.setattr(pymysql.connections.Connection, "set_character_set", lambda *_charset: None, raising=False)
    mandant = Mandant("maß", deaf_server)
    with contextlib.closing(connect(dataclasses.replace(library.restorer, mandant=mandant).login())) as session:
        session.execute(f"CREATE DATABASE {quoted(mandant.name)} CHARACTER SET latin1")
    restorer = Restorer(mandant, library.restorer.folder)
    assert restorer.run(path).changed
    assert restorer.run(path, policy="enforce").action == "unchanged"
    saved = back_up(restorer, restorer.folder / "saved.sql")["file"]["path"]
    monkeypatch.undo()
    assert _prices(restorer) == expected
    library.restorer.run(saved, policy="always")
    assert _prices(library.restorer) == expected


def test_a_whole_life_on_a_hostile_server(library: Library, plain: Restorer) -> None:
    """What is restored, found unchanged, saved and restored again is the same for an account that begins oddly."""
    path = plain.write("all.sql", cao_backup(articles(9), company("Größe €"), PRICES))
    assert plain.run(path).changed
    expected = content(library.mandant)
    assert "größer" in expected["PREISE"][1]
    there = {name for name, _value in library.ask("SHOW SESSION VARIABLES")} - {"insert_id"}
    if not library.server.flavour.mariadb and library.server.flavour.version >= (8, 0, 0):
        # Not everybody may set it there.
        there -= {"max_error_count"}
    odd = ", ".join(f"{name}={value}" for name, value in ODD_AT_LOGIN.items() if name in there)
    library.ask("SET GLOBAL init_connect = %s", f"SET {odd}")
    assert plain.run(path, policy="enforce").action == "unchanged"
    assert plain.run(path, policy="always").restore["rows"] == 18
    assert content(library.mandant) == expected
    saved = back_up(plain, plain.folder / "saved.sql")
    assert saved["rows"] == 18
    assert plain.run(saved["file"]["path"]).changed
    assert content(library.mandant) == expected


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
    return session_settings.for_trigger(session, "", "")


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


@pytest.mark.parametrize("part", [_for_rows, _for_trigger, _for_keys])
def test_ended_while_the_server_works_nothing_is_asked_of_it(
    library: Library, part: t.Callable[[Session, Library], t.ContextManager[None]]
) -> None:
    """Nobody can tell whose answer would come: the end is told as it is, and at once."""
    session = library.session()

    def end() -> t.NoReturn:
        with part(session, library):
            session.send(b"DO SLEEP(3600)")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        end()
    assert session.broken
    library.kill(session)


def test_a_trigger_keeps_the_mode_it_is_made_with(library: Library) -> None:
    library.mandant.query("CREATE TABLE T (A INT)")
    session = library.session()
    with session_settings.for_trigger(session, "ANSI_QUOTES,NO_BACKSLASH_ESCAPES", ""):
        session.execute('CREATE TRIGGER "tr" BEFORE INSERT ON T FOR EACH ROW SET NEW.A = 1')
    assert _modes(session) == set(SQL_MODE.split(","))
    (mode,) = library.mandant.query("SELECT SQL_MODE FROM information_schema.TRIGGERS WHERE TRIGGER_NAME = 'tr'")[0]
    assert set(mode.split(",")) == {"ANSI_QUOTES", "NO_BACKSLASH_ESCAPES"}
    with pytest.raises(ServerError), session_settings.for_trigger(session, "ANSI_QUOTES", ""):
        session.execute("CREATE TRIGGER nonsense")
    assert _modes(session) == set(SQL_MODE.split(","))


def test_keys_are_waited_for_and_nothing_else(library: Library) -> None:
    session = library.session()
    with session_settings.for_keys(session):
        assert session.value("SELECT @@lock_wait_timeout") >= 600
    assert session.value("SELECT @@lock_wait_timeout") == session_settings.LOCK_WAIT_SECONDS
