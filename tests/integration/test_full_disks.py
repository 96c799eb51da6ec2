# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Disks that get full at each point: the server's own, that of its temporary files, and where a backup is written."""

from __future__ import annotations

import contextlib
import subprocess
import time
import typing as t
from pathlib import Path

import pytest

import faults
import servers
from each_server import KINDS, Each, on
from fetched_servers import Mariadb105, Mariadb118, Mysql97
from jobs import until
from mandant import Mandant
from mariadb_server import MariadbServer
from mysql_server import MysqlServer
from private_server import PrivateServer
from restoring import Restorer, articles, cao_backup, company, roll_back
from saving import back_up

SERVERS: t.Mapping[str, type[PrivateServer]] = {
    "mariadb": MariadbServer,
    "mariadb-10.5": Mariadb105,
    "mariadb-11.8": Mariadb118,
    "mysql-9.7": Mysql97,
    "mysql-5.6": MysqlServer,
}
ROWS = 30_000
# InnoDB takes room by the megabyte.
STEP_BYTES = 3_000_000


@contextlib.contextmanager
def _small(folder: Path, size_bytes: int) -> t.Iterator[Path]:
    """While it lasts, a folder is a file system of its own; skipped where none can be mounted."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size_bytes},mode=1777", "full", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("mounting a small file system needs root, and a kernel that lets it")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _leave(folder: Path, room_bytes: int) -> Path:
    """Fill the file system of a folder up to so much; return the file that does."""
    filler = folder / "filler"
    filler.write_bytes(bytes(max(faults.free_bytes(folder) - room_bytes, 0)))
    return filler


def _ended(run: t.Callable[[], t.Any]) -> t.Any:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    try:
        run()
    except Failure as failure:
        return failure
    return None


def _new(restorer: Restorer) -> str:
    return restorer.write("new.sql", cao_backup(articles(ROWS, "n" * 200), company("neu")))


def _twice_restored(restorer: Restorer, engine: str) -> None:
    for mark in ("älter", "alt"):
        path = restorer.write("old.sql", cao_backup(articles(900, mark), company(mark)))
        restorer.run(path, engine=engine, policy="always")


def _whole(mandant: Mandant) -> str:
    """Return which generation is in use, all of it."""
    ((rows,),) = mandant.query("SELECT COUNT(*) FROM ARTIKEL")
    ((name,),) = mandant.query("SELECT RIGHT(NAME1, 3) FROM FIRMA")
    assert (rows, name) in ((ROWS, "neu"), (900, "alt"), (900, "ter"))
    return str(name)


def _lives(server: PrivateServer) -> bool:
    """Whether a server lives, and is not about to die of what it could not write."""
    time.sleep(0.2)
    return server.running


def _is_as_it_was(restorer: Restorer) -> bool:
    """Whether a run finds nothing to do; not while one before it is still at work, or its server has died of it."""
    failure = _ended(lambda: restorer.run(str(restorer.folder / "old.sql"), policy="enforce"))
    if not _lives(restorer.mandant.server):
        restorer.mandant.server.start()
        return False
    assert failure is None or failure.error == "locked"
    return failure is None


@pytest.mark.parametrize("engine", ["InnoDB", "MyISAM"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_room_for_temporary_files(kind: str, engine: str, tmp_path: Path) -> None:
    """Few servers need any; one that does says so, or dies itself, as MySQL 9.7 with MyISAM, and has lost nothing."""
    (setting,) = (one for one in servers.SETTINGS if one.name == kind)
    if (reason := servers.why_not(setting)) is not None:
        pytest.skip(reason)
    with _small(tmp_path / "tmp", 24_000_000) as folder, SERVERS[kind](options=(f"--tmpdir={folder}",)) as server:
        restorer = Restorer(Mandant("cao_eng", server), tmp_path)
        new = _new(restorer)
        _twice_restored(restorer, engine)
        jobs: t.Mapping[str, t.Callable[[], t.Any]] = {
            "neu": lambda: restorer.run(new, engine=engine, policy="always"),
            "alt": lambda: roll_back(restorer),
            "saved": lambda: back_up(restorer, tmp_path / "saved.sql"),
        }
        for wanted, job in jobs.items():
            before = _whole(restorer.mandant)
            filler = _leave(folder, 20_000)
            failure = _ended(job)
            filler.unlink()
            if not server.running:
                assert (kind, engine, failure.error) == ("mysql-9.7", "MyISAM", "connection_failed")
                server.start()
            elif failure is not None:
                assert "make room" in failure.msg
            if failure is not None:
                assert _whole(restorer.mandant) == before
                assert _ended(job) is None
            assert _whole(restorer.mandant) == (before if wanted == "saved" else wanted)
            assert not [name for name in restorer.mandant.tables() if "_NEW_" in name]


@on(*KINDS)
def test_a_database_that_gets_full_at_each_point(each: Each, tmp_path: Path) -> None:
    """With so much room, and so much, until it is enough."""
    mandant = Mandant("cao_voll", each.server)
    mandant.drop()
    mandant.create()
    ends = []
    with contextlib.ExitStack() as stack:
        try:
            folder = stack.enter_context(faults.quota(each.server, mandant.name, 64_000_000))
        except subprocess.CalledProcessError:
            pytest.skip("a file system cannot be mounted here: it needs root")
        restorer = Restorer(mandant, tmp_path)
        new = _new(restorer)
        _twice_restored(restorer, "InnoDB")
        for room in range(2_000_000, 60_000_000, STEP_BYTES):
            filler = _leave(folder, room)
            failure = _ended(lambda: restorer.run(new, engine="InnoDB", policy="always"))
            filler.unlink()
            if not _lives(each.server):
                each.server.start()
            elif failure is not None:
                assert "make room" in failure.msg.lower()
            ends.append(failure and failure.error)
            if failure is None:
                break
            # What is left of it is no hindrance, and goes; some servers sleep for a minute before they see the room.
            until(lambda: _is_as_it_was(restorer), 200, "nobody waits for room any more")
            assert _whole(mandant) == "alt"
            assert not [name for name in mandant.tables() if "_NEW_" in name]
        assert _whole(mandant) == "neu"
        assert len(ends) > 1
        assert ends[-1] is None
        for table in mandant.tables():
            mandant.query(f"DROP TABLE {table}")
    mandant.drop()


@on(*KINDS)
@pytest.mark.parametrize("name", ["saved.sql", "saved.zip"])
def test_a_folder_of_backups_that_gets_full_at_each_point(each: Each, tmp_path: Path, name: str) -> None:
    """The backup that was there stays until the new one is whole."""
    mandant = Mandant("cao_sichern", each.server)
    mandant.drop()
    restorer = Restorer(mandant, tmp_path)
    restorer.run(_new(restorer), engine="InnoDB")
    with _small(tmp_path / "saved", 64_000_000) as folder:
        (folder / name).write_bytes(b"the one before")
        back_up(restorer, tmp_path / name)
        size = (tmp_path / name).stat().st_size
        ends = []
        for tenth in range(13):
            filler = _leave(folder, size * tenth // 10)
            failure = _ended(lambda: back_up(restorer, folder / name))
            filler.unlink()
            ends.append(failure and failure.error)
            if failure is None:
                break
            assert failure.error == "too_large"
            assert str(folder) in failure.msg
            assert [path.name for path in folder.iterdir()] == [name]
            assert (folder / name).read_bytes() == b"the one before"
        assert ends[0] == "too_large"
        assert ends[-1] is None
        assert (folder / name).stat().st_size > size // 2
    mandant.drop()
