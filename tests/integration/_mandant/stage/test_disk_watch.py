# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A session that a server lets wait for room is given up and told as such; every other one is left alone."""

from __future__ import annotations

import os
import subprocess
import threading
import typing as t
from pathlib import Path

import pytest

import faults
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.other_sessions import waits_for_room
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage import disk_watch
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.disk_watch import DiskWatch, ServerWaits
from jobs import until
from library import Library
from restoring import Restorer, account, let_connect_once

ROOM_BYTES = 4 * 1024 * 1024


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> t.Iterator[None]:
    """Look soon and often, and leave no thread behind."""
    monkeypatch.setattr(disk_watch, "_LOOK_SECONDS", 0.02)
    before = set(threading.enumerate())
    yield
    assert [thread for thread in threading.enumerate() if thread not in before and thread.is_alive()] == []


@pytest.fixture
def small(library: Library) -> t.Iterator[Path]:
    """A Mandant whose folder is a small file system, with an empty table."""
    try:
        with faults.quota(library.mandant.server, library.mandant.name, ROOM_BYTES) as folder:
            library.mandant.query("CREATE TABLE T (A LONGBLOB) ENGINE=MyISAM")
            yield folder
    except subprocess.CalledProcessError:
        pytest.skip("a file system cannot be mounted here: it needs root")


def _watch(library: Library, session: Session, restorer: Restorer | None = None) -> DiskWatch:
    return DiskWatch((restorer or library.restorer).login(), session, library.mandant.name)


def _fill(session: Session) -> None:
    while True:
        session.execute("INSERT INTO T VALUES (REPEAT('x', 1000000))")


def test_a_server_that_waits_for_room(library: Library, small: Path) -> None:
    """The run ends though the server gives no answer; the server's side is not touched, and works with room again."""
    filler = small / "filler"
    filler.write_bytes(bytes(faults.free_bytes(small) - 1_500_000))
    session = library.session()
    with pytest.raises(ServerWaits) as caught, _watch(library, session):
        _fill(session)
    assert caught.value.error == "statement_failed"
    assert "waits for room" in caught.value.msg
    assert session.broken
    looking = library.session(use=False)
    if library.server.flavour.mariadb and library.server.flavour.version >= (10, 6, 0):
        assert waits_for_room(looking, session.number)
    filler.unlink()
    # It would look again in a minute.
    looking.execute(f"KILL {session.number}")
    # Some sleep for a whole minute, whatever they are told.
    until(lambda: not library.is_there(session.number), 130, "the server has looked again")
    assert library.mandant.query("CHECK TABLE T")[-1][-1] in ("OK", "Table is already up to date")


def test_work_that_is_over_is_not_looked_at(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk_watch, "_LOOK_SECONDS", 3600.0)
    session = library.session()
    before = library.connections()
    with _watch(library, session):
        session.query("SELECT 1")
    # This question is one itself.
    assert library.connections() == before + 1


def test_a_session_that_waits_for_something_else(library: Library) -> None:
    """For somebody who holds a table, for as long as it takes."""
    library.mandant.query("CREATE TABLE T (A INT) ENGINE=MyISAM")
    session, holder = library.session(), library.instance()
    session.execute("SET SESSION lock_wait_timeout=600")
    holder.query("LOCK TABLES T WRITE")
    looking = "SELECT ID FROM information_schema.PROCESSLIST WHERE ID > %s AND ID <> CONNECTION_ID() AND DB IS NULL"

    def let_go() -> None:
        library.until_waits(session.number)
        until(lambda: library.ask(looking, holder.thread_id()), 60, "somebody looks")
        holder.query("UNLOCK TABLES")

    letting = threading.Thread(target=let_go)
    with _watch(library, session):
        letting.start()
        session.execute("INSERT INTO T VALUES (1)")
        letting.join()
    assert session.query("SELECT A FROM T") == [(1,)]


@pytest.mark.parametrize("error", [Failure("truncated", "the file"), ServerError(1062, "a row"), KeyError("x")])
def test_another_failure_is_told_as_it_is(library: Library, error: Exception) -> None:
    session = library.session()

    def fail() -> t.NoReturn:
        with _watch(library, session):
            session.query("SELECT 1")
            raise error

    with pytest.raises(type(error)) as caught:
        fail()
    assert caught.value is error
    assert not session.broken


def test_an_account_that_may_have_one_connection_is_not_watched(library: Library) -> None:
    user = f"single_{os.getpid()}"
    password = account(library.mandant.server, user, [f"ALL ON `{library.mandant.name}`.*"])
    let_connect_once(library.mandant.server, user)
    session = library.session(account=(user, password))
    single = Restorer(library.mandant, library.restorer.folder, user, password)
    threads = threading.active_count()
    with _watch(library, session, single):
        # It tries, and gives up; the account's only connection goes on.
        until(lambda: threading.active_count() == threads, 60, "it has given up")
        assert session.query("SELECT 1") == [(1,)]
