# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that has no room, no connection or no leave to write left: the Mandant stays, and the next run works."""

from __future__ import annotations

import contextlib
import os
import subprocess
import typing as t
from pathlib import Path

import pymysql
import pytest
from pymysql.constants import ER

import faults
from jobs import until
from mandant import Mandant
from private_server import PrivateServer
from restoring import Restorer, account, articles, cao_backup, company, let_connect_once

FILLER_BYTES = 48 * 1024 * 1024
# InnoDB takes room by the megabyte, and MariaDB itself dies when there is not even one (its file has holes by then).
ROOM_BYTES = {"InnoDB": 5_000_000, "MyISAM": 200_000, "Aria": 200_000}
WAITS = ("MyISAM", "Aria")


@pytest.fixture
def full(mandant: Mandant) -> t.Iterator[Path]:
    """The Mandant's folder with a small quota."""
    try:
        with faults.quota(mandant.server, mandant.name, FILLER_BYTES) as folder:
            yield folder
    except subprocess.CalledProcessError:
        pytest.skip("a file system cannot be mounted here: it needs root")


def _failure(restorer: Restorer, path: str, **options: t.Any) -> t.Any:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    with pytest.raises(Failure) as caught:
        restorer.run(path, **options)
    return caught.value


def _end_waiting(server: PrivateServer) -> None:
    """Let a statement look at once whether there is room, and not in a minute."""
    sql = "SELECT ID FROM information_schema.PROCESSLIST WHERE INFO LIKE 'INSERT%' OR INFO LIKE 'LOAD DATA%'"
    for (number,) in server.admin(sql):
        server.admin(f"KILL {number}")
    # Some sleep for a whole minute, whatever they are told.
    until(lambda: not server.admin(sql), 200, "they end")


@pytest.mark.parametrize("engine", ["InnoDB", "MyISAM"])
def test_disk_full(mandant: Mandant, full: Path, tmp_path: Path, engine: str) -> None:
    restorer = Restorer(mandant, tmp_path)
    for mark in ("älter", "alt"):
        restorer.run(restorer.write("old.sql", cao_backup(articles(4, mark), company(mark))), engine=engine)
    before = (mandant.tables(), mandant.checksums())
    new = restorer.write("new.sql", cao_backup(articles(60000, "x" * 200), company("neu")))
    filler = full / "filler"
    filler.write_bytes(bytes(faults.free_bytes(full) - ROOM_BYTES[engine]))
    for _time in range(2):
        failure = _failure(restorer, new, engine=engine)
        assert "make room" in failure.msg.lower()
        left = [name for name in mandant.tables() if name not in before[0]]
        if engine not in WAITS:
            assert (failure.error, left) == ("statement_failed", [])
            continue
        # The second finds the first one's statement, which still waits.
        assert failure.error == ("locked" if _time else "statement_failed")
        assert left == ["BACK_RESTORE_NEW_0001", "BACK_RESTORE_NEW_0002"]
    filler.unlink()
    _end_waiting(mandant.server)
    assert not restorer.run(str(tmp_path / "old.sql"), engine=engine).changed
    assert (mandant.tables(), mandant.checksums()) == before
    assert restorer.run(new, engine=engine).changed
    assert mandant.query("SELECT COUNT(*) FROM ARTIKEL") == [(60000,)]
    assert mandant.query("SELECT COUNT(*) FROM BACK_ARTIKEL") == [(4,)]


@pytest.fixture
def probe(mandant: Mandant, tmp_path: Path) -> Restorer:
    """A restorer with an account that owns the Mandant and nothing else."""
    restorer = Restorer(mandant, tmp_path)
    restorer.run(restorer.write("old.sql", cao_backup(articles(3, "alt"), company("Alt"))))
    user = f"probe_{os.getpid()}"
    return Restorer(mandant, tmp_path, user, account(mandant.server, user, [f"ALL ON `{mandant.name}`.*"]))


def _connected(probe: Restorer) -> contextlib.closing[t.Any] | None:
    """Return a connection, None when the server has none left."""
    try:
        return contextlib.closing(probe.mandant.server.connect(user=probe.user, password=probe.password))
    except pymysql.err.OperationalError as error:
        if error.args[0] != ER.CON_COUNT_ERROR:
            raise
        return None


def test_no_connection_left(probe: Restorer) -> None:
    mandant, server = probe.mandant, probe.mandant.server
    before = (mandant.tables(), mandant.checksums())
    new = probe.write("new.sql", cao_backup(articles(4, "neu")))
    most = server.admin("SELECT @@max_connections")[0][0]
    server.admin("SET GLOBAL max_connections = 10")
    try:
        with contextlib.ExitStack() as stack:
            for _number in range(10):
                # The server may need a moment to see that those of before are gone.
                stack.enter_context(until(lambda: _connected(probe), 60, "there are ten connections"))
            failure = _failure(probe, new, reload_tables=False)
    finally:
        server.admin(f"SET GLOBAL max_connections = {most}")
    assert failure.error == "connection_failed"
    assert "max_connections" in failure.msg
    assert (mandant.tables(), mandant.checksums()) == before
    assert probe.run(new, reload_tables=False).changed


def test_one_connection_is_enough(probe: Restorer) -> None:
    server = probe.mandant.server
    let_connect_once(server, probe.user)
    assert probe.run(probe.write("new.sql", cao_backup(articles(4, "neu"))), reload_tables=False).changed


def test_read_only_from_now_on(probe: Restorer) -> None:
    """Somebody makes the server a replica behind the rows: not even what was begun can be cleared away then."""
    mandant, server = probe.mandant, probe.mandant.server
    before = (mandant.tables(), mandant.checksums())
    new = probe.write("new.sql", cao_backup(articles(5, "neu")))

    def turn(phase: str, *_: object) -> None:
        if phase == "verify":
            server.admin("SET GLOBAL read_only = ON")

    try:
        failure = _failure(probe, new, reload_tables=False, progress=turn)
    finally:
        server.admin("SET GLOBAL read_only = OFF")
    assert failure.error == "server_setting"
    assert "read-only" in failure.msg
    assert [name for name in mandant.tables() if name not in before[0]] == ["BACK_RESTORE_NEW_0001"]
    assert not probe.run(str(probe.folder / "old.sql"), reload_tables=False).changed
    assert (mandant.tables(), mandant.checksums()) == before
    assert probe.run(new, reload_tables=False).changed
