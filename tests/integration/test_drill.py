# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A night of drills over many Mandanten: each says what is true of its backup, and nothing else is touched."""

from __future__ import annotations

import datetime
import io
import json
import re
import typing as t
import zipfile
from pathlib import Path

import pytest
import pyzipper

from fleet_of_mandanten import standard_backup
from mandant import Mandant
from playbook_runner import PlaybookRun, PlaybookRunner
from private_server import PrivateServer
from restoring import Restorer, articles, cao_backup, company

HOSTS = ("away", "good", "newer", "damaged", "old", "wrong", "taken", "killed", "demo", "nofile", "nomandant")


class Night:
    """Mandanten with backups on one server, and the playbook over all of them."""

    def __init__(self, playbook: PlaybookRunner, server: PrivateServer, folder: Path) -> None:
        self.playbook, self.server, self.folder = playbook, server, folder
        self.mandanten = {name: Mandant(f"drilled_{name}", server) for name in HOSTS}
        self.copies = {name: Mandant(f"drilled_{name}_drill", server) for name in HOSTS}
        self.written: dict[str, str] = {}
        content = standard_backup("Musterladen")
        yesterday = datetime.datetime.now() - datetime.timedelta(hours=9)
        for name in HOSTS:
            days = 40 if name == "old" else 0
            moment = yesterday - datetime.timedelta(days=days)
            one = folder / name / f"CAO_backup_{moment:%Y_%m_%d_%H_%M}.zip"
            one.parent.mkdir()
            if name != "nofile":
                one.write_bytes(_zip(content[:-40] if name == "damaged" else content))
            if name == "wrong":
                self._encrypt(one, content)
            if name != "nomandant":
                self.mandanten[name].create()
                Restorer(self.mandanten[name], folder).run(self.file("standard.sql", content))
        self.mandanten["newer"].query("INSERT INTO ARTIKEL (ARTNUM) VALUES ('NEU')")

    @staticmethod
    def _encrypt(path: Path, content: bytes) -> None:
        with pyzipper.AESZipFile(path, "w", encryption=pyzipper.WZ_AES) as archive:
            archive.setpassword(b"richtig")
            archive.writestr("CAO.sql", content)

    def file(self, name: str, content: bytes) -> str:
        return Restorer(self.mandanten["good"], self.folder).write(name, content)

    def run(self, *, check: bool = False, **variables: t.Any) -> PlaybookRun:
        hosts = {
            name: {
                **self.server.login_of_roles,
                "cao_mandant": self.mandanten[name].name,
                "cao_file": str(self.folder / name / "CAO_backup_*.zip"),
                "cao_remote_src": True,
                "cao_max_age": "26h",
                **({"cao_password": "falsch"} if name == "wrong" else {}),
                # Nobody listens there.
                **(
                    {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 1}
                    if name == "away"
                    else {}
                ),
            }
            for name in HOSTS
        }
        environment = {
            "ANSIBLE_FORKS": "4",
            "ANSIBLE_PIPELINING": "true",
            "ANSIBLE_CALLBACKS_ENABLED": "json_lines,cao.faktura.report",
            "CAO_FAKTURA_REPORT_PATH": str(self.folder / "report.html"),
            "CAO_FAKTURA_REPORT_METRICS_PATH": str(self.folder / "cao.prom"),
        }
        return self.playbook.run(
            "cao.faktura.drill",
            hosts=hosts,
            variables={"cao_hosts": "all", "cao_serial": [1, "100%"], **variables},
            check=check,
            environment=environment,
        )

    def there(self) -> set[str]:
        found = {name for (name,) in self.server.admin("SHOW DATABASES LIKE 'drilled%'")}
        return {name for name, copy in self.copies.items() if copy.name in found}

    def state(self) -> dict[str, dict[str, int | None]]:
        every = [*self.mandanten.values(), *(self.copies[name] for name in ("taken", "demo"))]
        return {one.name: one.checksums() for one in every}


def _zip(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("CAO.sql", content)
    return packed.getvalue()


@pytest.fixture
def night(playbook: PlaybookRunner, server: PrivateServer, tmp_path: Path) -> t.Iterator[Night]:
    (tmp_path / "files").mkdir()
    night = Night(playbook, server, tmp_path / "files")
    backup = night.file("1.sql", cao_backup(articles(3), company("Werkstatt")))
    # Somebody has a database of that name, and somebody else a demo Mandant.
    night.copies["taken"].create()
    night.copies["taken"].query("CREATE TABLE NOTIZEN (A INT)")
    Restorer(night.copies["demo"], night.folder).run(backup)
    Restorer(night.copies["killed"], night.folder).start(backup, "stage.stage:Stage.verify:before", scratch=True)
    yield night
    for one in (*night.mandanten.values(), *night.copies.values()):
        one.drop()


def test_a_night_of_drills(night: Night) -> None:
    before = night.state()
    assert night.there() == {"taken", "demo", "killed"}
    night.run(check=True, cao_hosts="good,taken,killed")
    assert (night.state(), night.there()) == (before, {"taken", "demo", "killed"})
    report = night.folder / "drill.json"
    run = night.run(drill_report=str(report))
    assert (night.state(), night.there()) == (before, {"taken", "demo"})
    found = json.loads(report.read_text(encoding="utf-8"))
    by_host = {one["host"]: one for one in found["mandanten"]}
    proven = {"good", "newer", "killed", "nomandant"}
    assert {name for name, one in by_host.items() if one["state"] == "proven"} == proven
    assert {name: one["error"] for name, one in by_host.items() if one["state"] != "proven"} == {
        "away": "unreachable",
        "damaged": "truncated",
        "old": "too_old",
        "wrong": "wrong_password",
        "taken": "would_replace_work",
        "demo": "would_replace_work",
        "nofile": "file_not_found",
    }
    good = by_host["good"]
    assert (good["database"], good["removed"], good["company"]) == (night.copies["good"].name, True, "Musterladen")
    assert 8 * 3600 < good["age_seconds"] < 11 * 3600
    assert good["size"] > 0 < good["seconds"]
    assert good["rows"] == {"backup": 24, "mandant": 24}
    assert by_host["newer"]["rows"] == {"backup": 24, "mandant": 25}
    assert by_host["nomandant"]["rows"] == {"backup": 24, "mandant": None}
    assert found["sum"]["too_old"] == ["old"]
    assert set(found["sum"]["proven"]) == proven
    # One that fails first does not stop the others, and all of them fail the run.
    assert run.returncode != 0
    failed = {one.host for one in run.tasks if one.failed and "Fail by what was found" in one.task}
    assert failed == set(HOSTS) - proven
    told = json.loads((night.folder / "report.json").read_text(encoding="utf-8"))
    assert told["summary"]["drills"] == {"failed": 6, "too_old": 1, "forecast": 0, "proven": 4}
    assert {one["host"] for one in told["drills"] if one["removed"]} == proven
    assert told["hosts"] == []
    assert {one["mandant"]: one["rows_in_mandant"] for one in told["drills"] if one["host"] == "newer"} == {
        "drilled_newer": 25
    }
    assert {one["mandant"] for one in told["mandanten"]} <= {one.name for one in night.mandanten.values()}
    page = (night.folder / "report.html").read_text(encoding="utf-8")
    assert "4 proven, 1 too old, 6 not proven" in page
    metrics = (night.folder / "cao.prom").read_text(encoding="utf-8")
    well = set(re.findall(r'^cao_faktura_drill_success{host="(\w+)".*} 1$', metrics, re.MULTILINE))
    assert well == proven
