# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""mandant_backup while people work, without rights, on a full disk, killed: one moment, or no file at all."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import signal
import subprocess
import sys
import threading
import typing as t
from functools import partial
from pathlib import Path

import pytest

from cutting_proxy import CuttingProxy
from jobs import until
from mandant import Mandant
from playbook_runner import PlaybookRunner
from restoring import Restorer, account, articles, cao_backup, company
from saving import back_up

JOURNAL = "CREATE TABLE JOURNAL (REC_ID INT NOT NULL PRIMARY KEY, T VARCHAR(200)) ENGINE={}"
POSITIONS = "CREATE TABLE JOURNALPOS (REC_ID INT NOT NULL PRIMARY KEY, JOURNAL_ID INT, T VARCHAR(200)) ENGINE={}"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """An empty folder for backups."""
    folder = tmp_path / "target"
    folder.mkdir()
    return folder


def refused(restorer: Restorer, dest: Path, **options: t.Any) -> t.Any:
    """Try a backup and return its Failure."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    with pytest.raises(Failure) as caught:
        back_up(restorer, dest, **options)
    return caught.value


class Writer(threading.Thread):
    """Writes a document, then its position, as fast as the server lets it."""

    def __init__(self, mandant: Mandant) -> None:
        super().__init__()
        self._connection = mandant.server.connect(database=mandant.name, autocommit=False)
        self._ended = threading.Event()
        self.count = 0

    def run(self) -> None:
        with contextlib.closing(self._connection), self._connection.cursor() as cursor:
            # A MySQL with GTIDs takes no transaction over two engines into its binary log.
            cursor.execute("SET SESSION sql_log_bin = 0")
            while not self._ended.is_set():
                self.count += 1
                cursor.execute("INSERT INTO JOURNAL VALUES (%s, REPEAT('x', 200))", (self.count,))
                cursor.execute("INSERT INTO JOURNALPOS VALUES (%s, %s, REPEAT('x', 200))", (self.count, self.count))
                self._connection.commit()

    def goes_beyond(self, count: int) -> bool:
        """Whether it lives and has begun more documents than so many."""
        return self.is_alive() and self.count > count

    def end(self) -> None:
        self._ended.set()
        self.join()


@pytest.mark.parametrize(
    ("engines", "most"), [(("InnoDB", "InnoDB"), 0), (("MyISAM", "MyISAM"), 1), (("InnoDB", "MyISAM"), 1)]
)
def test_documents_and_positions_fit_together(
    restorer: Restorer, target: Path, engines: tuple[str, str], most: int
) -> None:
    """With transactions exactly; without them there may be a document whose position came a moment later."""
    mandant = restorer.mandant
    mandant.query(JOURNAL.format(engines[0]))
    mandant.query(POSITIONS.format(engines[1]))
    # Tables between the two, so that there is time for something to change.
    mandant.query(f"CREATE TABLE JOURNALA (T VARCHAR(200)) ENGINE={engines[0]}")
    mandant.query("INSERT INTO JOURNALA SELECT REPEAT('y', 200) FROM information_schema.COLUMNS LIMIT 2000")
    writer = Writer(mandant)
    writer.start()
    try:
        for _turn in range(3):
            until(lambda: writer.goes_beyond(300), 120, "there are documents")
            saved = back_up(restorer, target)
            rows = {one["name"]: one["rows"] for one in saved["tables"]}
            assert 0 <= rows["JOURNAL"] - rows["JOURNALPOS"] <= most
            assert (saved["locked_seconds"] > 0) == ("MyISAM" in engines)
            until(partial(writer.goes_beyond, rows["JOURNAL"]), 60, "the writer goes on")
    finally:
        writer.end()


def test_somebody_holds_a_table(filled: Restorer, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.save import snapshot

    mandant = filled.mandant
    monkeypatch.setattr(snapshot, "_ATTEMPTS", 1)
    with contextlib.closing(mandant.connect()) as holder, holder.cursor() as cursor:
        cursor.execute("LOCK TABLES FIRMA WRITE")
        failure = refused(filled, target)
        assert failure.error == "mandant_in_use"
        assert "holds a table" in failure.msg
        cursor.execute("UNLOCK TABLES")
        cursor.execute("SELECT GET_LOCK(%s, 0)", (f"cao.faktura:{mandant.name}",))
        for check in (True, False):
            assert refused(filled, target, check=check).error == "locked"
    assert list(target.iterdir()) == []
    assert back_up(filled, target)["rows"] == 4


def test_privileges(filled: Restorer, target: Path) -> None:
    mandant = filled.mandant
    user = f"saver_{os.getpid()}"
    for grants, lacking in (
        ([f"SELECT ON `{mandant.name}`.FIRMA"], "SELECT, LOCK TABLES"),
        ([f"SELECT ON `{mandant.name}`.*"], "LOCK TABLES"),
        ([f"SELECT, LOCK TABLES ON `{mandant.name}`.*"], None),
    ):
        poor = Restorer(mandant, filled.folder, user, account(mandant.server, user, grants))
        if lacking is None:
            assert back_up(poor, target)["rows"] == 4
            continue
        failure = refused(poor, target)
        assert failure.error == "missing_privilege"
        assert f"lacks {lacking} for" in failure.msg
    mandant.query("ALTER TABLE FIRMA ENGINE=InnoDB")
    mandant.query("ALTER TABLE ARTIKEL ENGINE=InnoDB")
    reader = Restorer(mandant, filled.folder, user, account(mandant.server, user, [f"SELECT ON `{mandant.name}`.*"]))
    assert back_up(reader, target)["locked_seconds"] == 0


def test_places_that_do_not_do(playbook: PlaybookRunner, filled: Restorer, target: Path) -> None:
    assert refused(filled, target / "nowhere").error == "file_not_found"
    assert refused(filled, target / "nowhere" / "a.zip").error == "file_not_found"
    (target / "folder.zip").mkdir()
    (target / "device.zip").symlink_to("/dev/null")
    assert refused(filled, target / "device.zip").error == "file_not_found"
    assert back_up(filled, target / "folder.zip")["rows"] == 4
    args = {**filled.mandant.login(), "dest": str(target)}
    for change, words in (
        ({"password": ""}, "password is empty"),
        ({"password": "geheim", "dest": str(target / "a.sql")}, "cannot have a password"),
        ({"keep": 0}, "keep must be 1 or more"),
        ({"mandant": filled.mandant.name + "x"}, f"did you mean {filled.mandant.name}"),
    ):
        answer = playbook.task("cao.faktura.mandant_backup", {**args, **change}, check=True)
        assert answer.failed
        assert words in answer["msg"]


def test_a_full_disk(filled: Restorer, target: Path) -> None:
    mandant = filled.mandant
    mandant.query("CREATE TABLE GROSS (T LONGBLOB)")
    for _row in range(8):
        mandant.query(f"INSERT INTO GROSS VALUES (0x{os.urandom(400_000).hex()})")
    mount = ["mount", "-t", "tmpfs", "-o", "size=600k", "full", str(target)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False).returncode:
        pytest.skip("mounting a small file system needs root, and a kernel that lets it")
    try:
        for name in ("a.sql", "a.zip"):
            failure = refused(filled, target / name)
            assert failure.error == "too_large"
            assert str(target) in failure.msg
            assert list(target.iterdir()) == []
        failure = refused(filled, target, password="geheim", encryption="zipcrypto")
        assert failure.error == "too_large"
        assert list(target.iterdir()) == []
        mandant.query("DROP TABLE GROSS")
        assert back_up(filled, target)["rows"] == 4
    finally:
        subprocess.run(["umount", target], check=True)


_KILLED = """
import json, os, signal, sys
given = json.load(sys.stdin)
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
from ansible_collections.cao.faktura.plugins.module_utils._mandant import wanted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save import dump, read_back
from ansible_collections.cao.faktura.plugins.module_utils._mandant.back_up import back_up
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.saving import Saving
real = dump.Dump._rows
def killing(self, session, table):
    for piece in real(self, session, table):
        yield piece
        if table.name == "GROSS":
            os.kill(os.getpid(), given["signal"])
def killing_the_proof(self, rows):
    os.kill(os.getpid(), given["signal"])
if given["proof"]:
    read_back.RowSum.add = killing_the_proof
else:
    dump.Dump._rows = killing
back_up(saving=Saving(**given["saving"]), login=wanted.Login(**given["login"]), check_mode=False)
"""


def _make_large(mandant: Mandant, engine: str) -> None:
    """Make a table whose first row is being packed when the others are read."""
    mandant.query(f"CREATE TABLE GROSS (T LONGBLOB) ENGINE={engine}")
    for _row in range(3):
        mandant.query(f"INSERT INTO GROSS VALUES (0x{os.urandom(1_500_000).hex()})")


@pytest.mark.parametrize(
    ("number", "proof", "options"),
    [
        (signal.SIGKILL, False, {"password": "geheim"}),
        (signal.SIGTERM, False, {}),
        (signal.SIGTERM, False, {"password": "geheim", "encryption": "zipcrypto"}),
        (signal.SIGINT, False, {"password": "geheim"}),
        (signal.SIGKILL, True, {"password": "geheim"}),
        (signal.SIGTERM, True, {}),
    ],
)
def test_killed(filled: Restorer, target: Path, number: int, proof: bool, options: dict[str, str]) -> None:
    mandant = filled.mandant
    _make_large(mandant, "MyISAM")
    login = filled.login()
    given = {
        "signal": number,
        "proof": proof,
        "saving": {"mandant": mandant.name, "dest": str(target), **options},
        "login": {name: getattr(login, name) for name in login.__dataclass_fields__},
    }
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", _KILLED]
    done = subprocess.run(
        command, input=json.dumps(given), env=environment, text=True, capture_output=True, check=False, timeout=60
    )
    assert done.returncode == -number, done.stderr[-2000:]
    left = [path.name for path in target.iterdir()]
    assert all(name.startswith(".") and name.endswith(".part") for name in left)
    assert len(left) == (number == signal.SIGKILL)
    mandant.query("DROP TABLE GROSS")
    saved = back_up(filled, target)
    assert [path.name for path in target.iterdir()] == [Path(saved["file"]["path"]).name]


@pytest.mark.parametrize("engine", ["InnoDB", "MyISAM"])
@pytest.mark.parametrize("encryption", ["aes256", "zipcrypto"])
def test_the_server_is_lost_while_rows_are_packed(filled: Restorer, target: Path, engine: str, encryption: str) -> None:
    mandant = filled.mandant
    _make_large(mandant, engine)
    mandant.query("ALTER TABLE FIRMA ENGINE=" + engine)
    mandant.query("ALTER TABLE ARTIKEL ENGINE=" + engine)
    threads = threading.active_count()
    with CuttingProxy(mandant.server.address.port, 4_000_000, to_client=True) as proxy:
        failure = refused(
            dataclasses.replace(filled, port=proxy.port), target, password="geheim", encryption=encryption
        )
        assert proxy.was_cut
    assert failure.error == "connection_failed"
    assert "GROSS" in failure.msg
    assert threading.active_count() == threads
    assert list(target.iterdir()) == []
    mandant.query("DROP TABLE GROSS")
    assert back_up(filled, target)["rows"] == 4


def test_half_a_file_is_no_backup(filled: Restorer, target: Path) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    path = Path(back_up(filled, target / "a.sql")["file"]["path"])
    text = path.read_bytes()
    path.write_bytes(text[: text.index(b"# TABLE [FIRMA] DATA")])
    with pytest.raises(Failure) as caught:
        filled.run(str(path), check=True)
    assert caught.value.error == "truncated"
    assert "'Ende der Sicherung', is missing" in caught.value.msg


def test_tables_that_no_backup_can_hold(filled: Restorer, target: Path) -> None:
    mandant = filled.mandant
    mandant.query("CREATE TABLE LISTE (A INT NOT NULL) ENGINE=MERGE")
    for check in (True, False):
        failure = refused(filled, target, check=check)
        assert failure.error == "server_setting"
        assert "the table LISTE cannot be restored from a backup: the storage engine MRG_MyISAM" in failure.msg
    mandant.query("DROP TABLE LISTE")
    mandant.query("CREATE TABLE firma (A INT)")
    assert "letter case only" in refused(filled, target).msg


@pytest.mark.promise("cut-off-anywhere")
@pytest.mark.parametrize("done", range(7))
def test_half_a_swap_is_no_backup(restorer: Restorer, target: Path, done: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server whose RENAME is not whole was killed within it: a backup has all tables, or there is none."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour

    first, second = (
        restorer.write(f"{mark}.sql", cao_backup(articles(rows, mark), company(mark)))
        for mark, rows in (("eins", 3), ("zwei", 4))
    )
    restorer.run(first)
    back_up(restorer, target)
    restorer.start(second, "swap.swap:rename:before", policy="always")
    intended = restorer.mandant.query("SELECT content FROM BACK_RESTORE_NEW_MARKER WHERE kind = 'restore'")[0][0]
    moves = json.loads(intended)["moves"]
    for source, name in moves[:done]:
        restorer.mandant.query(f"RENAME TABLE `{source}` TO `{name}`")
    monkeypatch.setattr(ServerFlavour, "renames_atomically", False)
    if 0 < done < len(moves):
        for check in (True, False):
            failure = refused(restorer, target, check=check, keep=1)
            assert (failure.error, "within its swap" in failure.msg) == ("verification_failed", True)
        assert len(list(target.iterdir())) == 1
        return
    saved = back_up(restorer, target, keep=1)
    assert [one["rows"] for one in saved["tables"]] == [4 if done else 3, 1]
    assert len(saved["removed"]) == 1


def test_half_a_removal_is_no_backup(restorer: Restorer, target: Path) -> None:
    restorer.mandant.drop()
    restorer.run(restorer.write("first.sql", cao_backup(articles(3), company("Eins"))))
    back_up(restorer, target)
    restorer.start(None, "remove:drop:after:2", job="remove")
    assert restorer.mandant.tables() == ["BACK_RESTORE_MADE", "FIRMA"]
    failure = refused(restorer, target, keep=1)
    assert (failure.error, "removal was cut off" in failure.msg) == ("verification_failed", True)
    assert len(list(target.iterdir())) == 1


def test_what_a_restore_has_not_made_yet_is_told(restorer: Restorer, target: Path) -> None:
    """Behind the swap all rows are there, and what hangs on the tables may not be."""
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.back_up import back_up as save
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.saving import Saving

    def told() -> list[str]:
        saved = save(saving=Saving(restorer.mandant.name, str(target)), login=restorer.login(), check_mode=False)
        return [one for one in saved.warnings if "cut off behind its swap" in one]

    key = "CREATE TABLE `B` (`A` int, CONSTRAINT `fk` FOREIGN KEY (`A`) REFERENCES `A` (`A`)) ENGINE=InnoDB;\n"
    path = restorer.write("keys.sql", f"-- MySQL dump 10.13\nCREATE TABLE `A` (`A` int PRIMARY KEY);\n{key}".encode())
    restorer.start(path, "swap.swap:rename:after", engine="InnoDB")
    assert len(told()) == 1
    restorer.run(path, engine="InnoDB", incomplete="allow")
    assert told() == []
