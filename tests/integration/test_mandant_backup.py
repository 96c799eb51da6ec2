# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""mandant_backup: what is written comes back to the bit, under any name and encryption, and keeps CAO's rules."""

from __future__ import annotations

import contextlib
import dataclasses
import re
import typing as t
import zipfile
from pathlib import Path

import pytest

from holding_proxy import HoldingProxy
from mandant import Mandant
from playbook_runner import PlaybookRunner
from restoring import Restorer
from saving import back_up, content, make_everything

MODULE = "cao.faktura.mandant_backup"
PASSWORD = "Kräutergarten"
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "CAO_backup_2026_11_02_18_05.zip"


@pytest.fixture
def other(mandant: Mandant) -> t.Iterator[Mandant]:
    """A second Mandant, of another character set."""
    database = Mandant(f"{mandant.name}_zwei", mandant.server)
    database.create(charset="utf8mb4")
    yield database
    database.drop()


@pytest.mark.parametrize(
    ("engine", "charset", "name"),
    [
        ("InnoDB", "latin1", "a.sql"),
        ("MyISAM", "latin1", "a.zip"),
        ("Aria", "utf8mb4", "a.sql"),
        ("InnoDB", "utf8mb4", "a.zip"),
    ],
)
def test_everything_comes_back(restorer: Restorer, other: Mandant, engine: str, charset: str, name: str) -> None:
    mandant = restorer.mandant
    rows = make_everything(mandant, engine=engine, charset=charset)
    saved = back_up(restorer, restorer.folder / name)
    assert {one["name"]: one["rows"] for one in saved["tables"]} == rows
    outcome = Restorer(other, restorer.folder).run(saved["file"]["path"])
    assert outcome.restore["warnings"] == []
    assert outcome.analysis["dialect"] == "cao.faktura"
    assert outcome.analysis["repairs"] == []
    assert content(other) == content(mandant)


@pytest.mark.parametrize(("encryption", "packet"), [("zipcrypto", 16 * 1024 * 1024), ("aes256", 65536)])
def test_a_whole_mandant_comes_back(restorer: Restorer, other: Mandant, encryption: str, packet: int) -> None:
    """Also from a server whose functions return so little that many columns come by themselves."""
    from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import open_backup

    mandant = restorer.mandant
    with open_backup(str(EXAMPLE), password=PASSWORD) as backup:
        _restore(restorer, backup)
    mandant.server.admin(f"SET GLOBAL max_allowed_packet={packet}")
    try:
        saved = back_up(restorer, restorer.folder, password=PASSWORD, encryption=encryption)
    finally:
        mandant.server.admin("SET GLOBAL max_allowed_packet=16777216")
    assert (len(saved["tables"]), saved["rows"]) == (73, 9965)
    with open_backup(saved["file"]["path"], password=PASSWORD) as backup:
        assert backup.analysis.file.encryption == encryption
        assert (backup.sha256, Path(backup.path).stat().st_size) == (saved["file"]["sha256"], saved["file"]["size"])
        _restore(Restorer(other, restorer.folder), backup)
    assert content(other) == content(mandant)


def _restore(restorer: Restorer, backup: t.Any) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.restore import restore
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted

    restore(wanted=Wanted(restorer.mandant.name), login=restorer.login(), backup=backup, check_mode=False)


@pytest.mark.parametrize(("engine", "charset"), [("MyISAM", "latin1"), ("InnoDB", "utf8mb4")])
def test_caos_own_rules_take_it_apart(restorer: Restorer, other: Mandant, engine: str, charset: str) -> None:
    """The wizard's way with a file (cao-format 2.2): lines until one ends with a semicolon, sent as they are."""
    mandant = restorer.mandant
    make_everything(mandant, engine=engine, charset=charset)
    lines = Path(back_up(restorer, restorer.folder / "a.sql")["file"]["path"]).read_bytes().split(b"\r\n")
    assert lines[0] == b"# CAO-Faktura"
    assert re.fullmatch(rb"# Datum :\d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d Uhr", lines[1])
    assert lines[2] == b"# Mandant :" + mandant.name.encode()
    zone = "SELECT @@time_zone, @@sql_mode, @@character_set_client, @@foreign_key_checks"
    with contextlib.closing(other.connect()) as wizard, wizard.cursor() as cursor:
        cursor.execute("SET sql_mode='', time_zone='-07:00'")
        cursor.execute(zone)
        before = cursor.fetchone()
        pending: list[bytes] = []
        for line in lines:
            assert not pending or line, "a blank line stops CAO's wizard within a statement and behind a comment"
            pending += [line] if line else []
            if line.endswith(b";"):
                cursor.execute(b"\n".join(pending))  # type: ignore[arg-type]
                pending = []
        assert not pending
        cursor.execute(zone)
        assert cursor.fetchone() == before
    without_generated = {name: facts for name, facts in content(mandant).items() if name != "RECHNUNG"}
    assert {name: facts for name, facts in content(other).items() if name != "RECHNUNG"} == without_generated


def test_check_run_check_run_and_what_is_kept(playbook: PlaybookRunner, filled: Restorer) -> None:
    mandant = filled.mandant
    folder = filled.folder / "backup"
    folder.mkdir()
    theirs = ["CAO_backup_2001_01_01_00_00.zip", "CAO_backup_2001_01_01_00_01.zip", "notes.txt"]
    for name in theirs:
        (folder / name).write_bytes(b"PK\5\6" + bytes(18) if name.endswith("1.zip") else b"theirs")
    old = Path(back_up(filled, folder)["file"]["path"]).rename(folder / "CAO_backup_2001_01_01_00_02.zip")
    args = {**mandant.login(), "dest": str(folder), "password": PASSWORD, "keep": 2}
    before = (sorted(path.name for path in folder.iterdir()), mandant.checksums())
    check = playbook.task(MODULE, args, check=True, diff=True)
    assert (sorted(path.name for path in folder.iterdir()), mandant.checksums()) == before
    runs = [playbook.task(MODULE, args, diff=True) for _turn in range(2)]
    check_again = playbook.task(MODULE, args, check=True, diff=True)
    for answer in (check, *runs, check_again):
        assert answer.changed
        assert (answer["rows"], [one["name"] for one in answer["tables"]]) == (4, ["ARTIKEL", "FIRMA"])
        assert answer["file"]["encryption"] == "aes256"
        assert PASSWORD not in str(answer.result)
    assert (check["removed"], runs[0]["removed"], runs[1]["removed"]) == ([], [], [old.name])
    assert check["file"]["size"] is None
    first, second = (Path(run["file"]["path"]) for run in runs)
    assert check_again["removed"] == [first.name]
    assert sorted(path.name for path in folder.iterdir()) == sorted([*theirs, first.name, second.name])
    assert first.stat().st_mode & 0o777 == 0o600
    assert runs[1]["diff"]["data"]["before"]["removed"] == [old.name]
    assert f"  older backup that goes: {old.name}\n" in runs[1]["diff"]["prepared"]
    # In milliseconds, and four rows may take less than one.
    assert 0 <= runs[0]["locked_seconds"] <= runs[0]["seconds"]
    assert check["locked_seconds"] is None


class _Elsewhere(HoldingProxy):
    """The server, as one of the same name on another machine would be."""

    address = "127.0.0.2"


def test_another_server_of_the_same_name_keeps_its_own(filled: Restorer) -> None:
    """Networks of customers have a SERVER each, and one machine may save the Mandanten of all into one folder."""
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.back_up import back_up as save
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.saving import Saving

    folder = filled.folder / "names"
    folder.mkdir()
    saving = Saving(filled.mandant.name, str(folder), keep=1)
    with _Elsewhere(filled.mandant.server.address.port, []) as there:
        logins = (filled.login(), dataclasses.replace(filled.login(), host=there.address, port=there.port))
        for login in (*logins, *logins):
            last = save(saving=saving, login=login, check_mode=False).result
            assert len(last["removed"]) <= 1
    assert len(list(folder.iterdir())) == len(logins)


class _OfAnotherMachine:
    """A session with the server, as one of the same name, port and Mandant would answer that a tunnel leads to."""

    def __init__(self, session: t.Any) -> None:
        self._session = session

    def __getattr__(self, name: str) -> t.Any:
        return getattr(self._session, name)

    def query(self, sql: str, *args: t.Any) -> list[t.Any]:
        rows = self._session.query(sql, *args)
        return [(row[0], "another") if row[0] in ("server_uid", "server_uuid") else row for row in rows]


def test_a_server_at_the_other_end_of_a_tunnel_keeps_its_own(filled: Restorer) -> None:
    """Each begins on this machine, and both servers say that they are SERVER:3306."""
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import connect
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import observe_server
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.saving import Saver, Saving

    folder = filled.folder / "names"
    folder.mkdir()
    saving = Saving(filled.mandant.name, str(folder), keep=1)
    for number, turn in enumerate((lambda one: one, _OfAnotherMachine) * 2):
        with contextlib.closing(connect(filled.login())) as session:
            given = turn(session)
            saved = Saver(given, observe_server(session), filled.login(), saving).save(check_mode=False)
        assert len(saved.result["removed"]) == (number > 1)
    assert len(list(folder.iterdir())) == 2


def test_names(filled: Restorer) -> None:
    folder = filled.folder / "names"
    folder.mkdir()
    names = [Path(back_up(filled, folder)["file"]["path"]).name for _turn in range(3)]
    assert len(set(names)) == 3
    assert all(re.fullmatch(r"CAO_backup_\d{4}(_\d\d){4}(_[23])?\.zip", name) for name in names)
    for name in names:
        with zipfile.ZipFile(folder / name) as archive:
            (member,) = archive.infolist()
            assert member.filename == name.replace(".zip", ".sql")
            # Programs of CAO's time know nothing newer (cao-format 1.2).
            assert member.extract_version <= 20
    fixed = folder / "fixed.zip"
    fixed.write_bytes(b"older")
    assert back_up(filled, fixed)["file"]["path"] == str(fixed)
    assert zipfile.is_zipfile(fixed)


def test_a_name_that_latin1_does_not_hold(filled: Restorer) -> None:
    mandant = Mandant(f"{filled.mandant.name}_ż%s", filled.mandant.server)
    mandant.create()
    try:
        mandant.query("CREATE TABLE ARTIKEL (A VARCHAR(20)) CHARSET latin1")
        mandant.query("INSERT INTO ARTIKEL VALUES ('Größe €')")
        strange = Restorer(mandant, filled.folder)
        path = back_up(strange, filled.folder / "strange.sql")["file"]["path"]
        before = content(mandant)
        outcome = strange.run(path, replace=True)
        assert (outcome.analysis["header"]["mandant"], outcome.analysis["encoding"]) == (mandant.name, "utf8mb4")
        assert content(mandant) == before
    finally:
        mandant.drop()


def test_static_tables_and_what_is_left_out(filled: Restorer, other: Mandant) -> None:
    mandant = filled.mandant
    for sql in (
        "CREATE TABLE PLZ (LAND VARCHAR(5), PLZ VARCHAR(10))",
        "INSERT INTO PLZ VALUES ('DE', '50667')",
        "CREATE VIEW V AS SELECT * FROM PLZ",
        "CREATE TRIGGER tr BEFORE INSERT ON PLZ FOR EACH ROW SET NEW.LAND = 'DE'",
        "CREATE TABLE P (ID INT NOT NULL PRIMARY KEY) ENGINE=InnoDB",
        "CREATE TABLE C (ID INT, CONSTRAINT fk FOREIGN KEY (ID) REFERENCES P (ID)) ENGINE=InnoDB",
        "INSERT INTO P VALUES (1)",
        "INSERT INTO C VALUES (1)",
    ):
        mandant.query(sql)
    for check in (True, False):
        saved = back_up(filled, filled.folder, check=check, static_tables=False)
        assert {one["name"]: one["rows"] for one in saved["tables"]}["PLZ"] == 0
        assert saved["left_out"] == {"views": ["V"], "triggers": ["tr"]}
    Restorer(other, filled.folder).run(saved["file"]["path"])
    assert other.query("SELECT COUNT(*) FROM PLZ") == [(0,)]
    assert {name: facts for name, facts in content(other).items() if name != "PLZ"} == {
        name: facts for name, facts in content(mandant).items() if name not in ("PLZ", "V")
    }


@pytest.mark.parametrize("encryption", [None, "aes256", "zipcrypto"])
def test_more_than_the_server_has_said(
    restorer: Restorer, other: Mandant, monkeypatch: pytest.MonkeyPatch, encryption: str | None
) -> None:
    """A server's estimate of a size is as old as a day: a backup that is larger than a small ZIP gets a large one."""
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.save import saving

    rows = make_everything(restorer.mandant, engine="MyISAM", charset="latin1")
    password = {} if encryption is None else {"password": PASSWORD, "encryption": encryption}
    needed = {}
    for limit in (saving.ZIP32_BYTES, 100_000):
        monkeypatch.setattr(saving, "ZIP32_BYTES", limit)
        saved = back_up(restorer, restorer.folder / "a.zip", **password)
        assert {one["name"]: one["rows"] for one in saved["tables"]} == rows
        with zipfile.ZipFile(saved["file"]["path"]) as archive:
            needed[limit] = archive.infolist()[0].extract_version
    if encryption is None:
        assert list(needed.values()) == [20, 45]
    back = Restorer(other, restorer.folder)
    from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import open_backup

    with open_backup(saved["file"]["path"], password=PASSWORD) as backup:
        assert backup.analysis.rows == sum(rows.values())
    assert back.mandant.tables() == []
