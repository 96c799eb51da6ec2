# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that is killed anywhere leaves the old state or the new one, and the next run comes to the wanted end."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import threading
import time
import typing as t
from pathlib import Path

import pytest

from jobs import until
from mandant import Mandant
from mariadb_server import MariadbServer
from restoring import Restorer, articles, cao_backup, company
from two_ways import local_infile

BEFORE_SWAP = (
    "stage.stage:Stage.fill:before",
    "stage.stage:Stage._create:after",
    "stage.row_stream:RowStream.add:after:1",
    "stage.row_stream:RowStream.add:after:3",
    "stage.fast_loader:FastLoader._close:after",
    "stage.stage:Stage.verify:before",
    "remember.marker_table:write_marker:before",
    "remember.marker_table:write_marker:after",
    "swap.swap:rename:before",
)
AFTER_SWAP = (
    "swap.swap:rename:after",
    "swap.finish:do:after:1",
    "swap.finish:_note_finished:before",
    "swap.finish:_note_finished:after",
)


@pytest.fixture
def restorer(mandant: Mandant, tmp_path: Path) -> Restorer:
    made = Restorer(mandant, tmp_path)
    made.run(made.write("older.sql", cao_backup(articles(3, "aelter"), company("Älter"))))
    made.run(made.write("old.sql", cao_backup(articles(4, "alt"), company("Alt"))))
    return made


def _content(mandant: Mandant) -> dict[str, int | None]:
    return {name: value for name, value in mandant.checksums().items() if not name.startswith("BACK_RESTORE")}


@pytest.mark.promise("old-or-new")
@pytest.mark.parametrize("place", [*BEFORE_SWAP, *AFTER_SWAP])
def test_killed(restorer: Restorer, place: str) -> None:
    mandant = restorer.mandant
    old = _content(mandant)
    path = restorer.write("new.sql", cao_backup(articles(30000, "neu"), company("Neu")))
    for _time in range(2):
        # Some servers have it switched off, and then take no streams.
        with local_infile(mandant.server, True):
            restorer.start(path, place)
        live = {name: value for name, value in _content(mandant).items() if not name.startswith("BACK_")}
        if place in BEFORE_SWAP:
            assert _content(mandant) == old
        else:
            assert live != {name: value for name, value in old.items() if not name.startswith("BACK_")}
            assert mandant.query("SELECT COUNT(*) FROM ARTIKEL") == [(30000,)]
            assert mandant.query("SELECT COUNT(*) FROM BACK_ARTIKEL") == [(4,)]
            break
    outcome = restorer.run(path)
    assert outcome.changed == (place in BEFORE_SWAP)
    assert not restorer.run(path, policy="enforce").changed
    assert mandant.tables() == ["ARTIKEL", "BACK_ARTIKEL", "BACK_FIRMA", "BACK_RESTORE_MARKER", "FIRMA"]
    assert mandant.query("SELECT COUNT(*) FROM BACK_ARTIKEL") == [(4,)]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_ended_politely_it_clears_up(restorer: Restorer, how: signal.Signals) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.signals import Interrupted

    mandant = restorer.mandant
    before = (mandant.tables(), mandant.checksums())
    path = restorer.write("new.sql", cao_backup(articles(30000, "neu")))
    before_handler = signal.signal(how, lambda *_: None)

    def end(phase: str, *_: object) -> None:
        if phase == "load":
            os.kill(os.getpid(), how)

    try:
        with pytest.raises(Interrupted):
            restorer.run(path, progress=end)
    finally:
        signal.signal(how, before_handler)
    assert (mandant.tables(), mandant.checksums()) == before
    assert restorer.run(path).changed


@pytest.mark.parametrize("how", ["leaves", "is not waited for"])
def test_somebody_comes_before_the_swap(restorer: Restorer, how: str) -> None:
    """While the run waits, nobody waits for it: every table can be locked, and a signal ends it."""
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.signals import Interrupted

    mandant = restorer.mandant
    old = _content(mandant)
    path = restorer.write("new.sql", cao_backup(articles(30, "neu"), company("Neu")))
    came: list[t.Any] = []

    def watch(phase: str, *_: object) -> None:
        if phase == "swap" and not came:
            came.append(mandant.connect())
        if phase == "wait":
            came[0].query("SET lock_wait_timeout=1")
            came[0].query("LOCK TABLES ARTIKEL WRITE, FIRMA WRITE, BACK_ARTIKEL WRITE, BACK_FIRMA WRITE")
            if how == "leaves":
                came[0].close()
            else:
                os.kill(os.getpid(), signal.SIGTERM)

    waiting = {"running_instances": "wait", "wait_timeout_seconds": 300, "progress": watch}
    handler = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        if how == "leaves":
            assert restorer.run(path, **waiting).changed
        else:
            with pytest.raises(Interrupted):
                restorer.run(path, **waiting)
            came[0].close()
            assert _content(mandant) == old
    finally:
        signal.signal(signal.SIGTERM, handler)
    assert not [name for name in mandant.tables() if "_NEW_" in name]
    assert restorer.run(path).changed == (how != "leaves")


def test_the_server_is_killed(tmp_path: Path) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    with MariadbServer() as server:
        mandant = Mandant("fest", server)
        mandant.create()
        restorer = Restorer(mandant, tmp_path)
        restorer.run(restorer.write("old.sql", cao_backup(articles(4, "alt"))), engine="InnoDB")
        old = _content(mandant)
        path = restorer.write("new.sql", cao_backup(articles(30000, "neu")))
        for phase in ("load", "verify", "swap"):

            def kill(now: str, *_: object, phase: str = phase) -> None:
                if now == phase:
                    server.kill9()

            with pytest.raises(Failure) as caught:
                restorer.run(path, progress=kill)
            assert caught.value.error == "connection_failed"
            server.restart()
            assert _content(mandant) == old
        assert restorer.run(path).changed
        assert mandant.tables() == ["ARTIKEL", "BACK_ARTIKEL", "BACK_RESTORE_MARKER"]


def test_the_server_is_killed_during_the_rename(tmp_path: Path) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    with MariadbServer() as server:
        mandant = Mandant("fest", server)
        mandant.create()
        restorer = Restorer(mandant, tmp_path)
        tables = [articles(2, "x").replace("ARTIKEL", f"T{number}") for number in range(60)]
        restorer.run(restorer.write("old.sql", cao_backup(articles(4, "alt"), *tables)), engine="InnoDB")
        path = restorer.write(
            "new.sql", cao_backup(articles(5, "neu"), *(table.replace("x'", "y'") for table in tables))
        )
        for delay in (0.0, 0.02, 0.05, 0.1, 0.2):
            timer = threading.Timer(delay, server.kill9)

            def kill(now: str, *_: object, timer: threading.Timer = timer) -> None:
                if now == "swap":
                    timer.start()

            with contextlib.suppress(Failure):
                restorer.run(path, policy="always", progress=kill)
            timer.join()
            time.sleep(0.05)
            server.restart()
            assert len([name for name in mandant.tables() if not name.startswith("BACK_")]) == 61
            counts = {mandant.query("SELECT COUNT(*) FROM ARTIKEL")[0][0]}
            marks = {mandant.query(f"SELECT MAX(INFO) FROM T{number}")[0][0][-1] for number in range(60)}
            assert (counts, marks) in (({4}, {"x"}), ({5}, {"y"})), (delay, counts, marks)
            restorer.run(str(tmp_path / "old.sql"), policy="always", engine="InnoDB")
            assert not [name for name in mandant.tables() if "_NEW_" in name or "_OLD_" in name]


@pytest.mark.promise("old-or-new")
@pytest.mark.parametrize("done", [0, 1, 2, 3, 4, 5, 6, 7])
def test_half_a_rename_is_undone(restorer: Restorer, done: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember import marker_table

    mandant = restorer.mandant
    old = _content(mandant)
    path = restorer.write("new.sql", cao_backup(articles(5, "neu"), company("Neu")))
    restorer.start(path, "swap.swap:rename:before")
    session = _session(restorer)
    marker, _error = marker_table.read_marker(session, mandant.name, "BACK_RESTORE_NEW_MARKER")
    session.close()
    assert marker is not None
    assert len(marker.moves) == 8
    # As a server does it whose RENAME is not crash-safe and that is killed in between.
    for source, target in marker.moves[:done]:
        mandant.query(f"RENAME TABLE `{source}` TO `{target}`")
    monkeypatch.setattr(ServerFlavour, "renames_atomically", False)
    outcome = restorer.run(str(restorer.folder / "old.sql"))
    assert not outcome.changed
    assert _content(mandant) == old
    assert restorer.run(path).changed
    assert mandant.query("SELECT COUNT(*) FROM BACK_ARTIKEL") == [(4,)]


def test_a_session_ends_though_the_server_reads_nothing(restorer: Restorer) -> None:
    """As with a server that waits for room on its disk: neither the farewell nor a thread that sends may wait."""
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError

    errors: list[ServerError] = []

    def feed() -> None:
        try:
            while True:
                session.feed(b"x" * 1_000_000)
        except ServerError as error:
            errors.append(error)

    with local_infile(restorer.mandant.server, True):
        session = _session(restorer)
        session.begin_stream(f"LOAD DATA LOCAL INFILE 'rows' INTO TABLE `{restorer.mandant.name}`.FIRMA".encode())
    server = restorer.mandant.server.pid
    assert server is not None
    os.kill(server, signal.SIGSTOP)
    try:
        sender = threading.Thread(target=feed)
        sender.start()
        # The server takes nothing more: the thread waits in its send.
        sending = session._connection._sock
        until(lambda: not select.select([], [sending], [], 0)[1], 60, "the way to the server is full")
        session.close()
        sender.join()
    finally:
        os.kill(server, signal.SIGCONT)
    assert errors[0].lost


def test_a_database_of_somebody_else_is_left_alone(restorer: Restorer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody creates the Mandant by hand while the backup is read."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage import new_mandant as stage

    mandant = Mandant(f"{restorer.mandant.name}_other", restorer.mandant.server)
    create = stage.create_database

    def too_late(*arguments: t.Any) -> None:
        mandant.create()
        mandant.query("CREATE TABLE BUCHUNG (ID INT)")
        create(*arguments)

    monkeypatch.setattr(stage, "create_database", too_late)
    with pytest.raises(Failure) as caught:
        Restorer(mandant, restorer.folder).run(str(restorer.folder / "old.sql"))
    assert caught.value.error == "statement_failed"
    assert mandant.tables() == ["BUCHUNG"]
    mandant.drop()


def _session(restorer: Restorer) -> t.Any:
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import connect

    return connect(restorer.login())
