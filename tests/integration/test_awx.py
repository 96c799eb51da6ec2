# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs as AWX runs them: the wrapper playbooks as its project, by ansible-runner, with a survey, a limit and slices."""

from __future__ import annotations

import datetime
import json
import os
import shutil
import subprocess
import sys
import typing as t
import zoneinfo
from pathlib import Path

import pytest

from mandant import Mandant
from playbook_runner import PlaybookRunner
from private_server import PrivateServer

TREE = Path(__file__).resolve().parents[2]
AWX = TREE / "examples" / "awx"
BACKUP = TREE / "examples" / "CAO_backup_2026_11_02_18_05.zip"
PASSWORD = "Kräutergarten"


class Awx:
    """A project, an inventory of Mandanten on one server, and jobs over them."""

    def __init__(self, folder: Path, collections: Path, mandanten: t.Sequence[Mandant]) -> None:
        self.folder = folder
        self.report = folder / "report.html"
        address = mandanten[0].server.address
        login = {"cao_login_host": address.host, "cao_login_port": address.port, "cao_login_user": address.user}
        hosts = {one.name: {"cao_mandant": one.name} for one in mandanten}
        of_all = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable, **login}
        shutil.copytree(AWX, folder / "project")
        for name, content in {
            "inventory/hosts.json": {"all": {"hosts": hosts, "vars": of_all}},
            # What a credential and the settings of jobs bring.
            "env/envvars": {
                "ANSIBLE_COLLECTIONS_PATH": str(collections),
                "ANSIBLE_CALLBACKS_ENABLED": "cao.faktura.report",
                "ANSIBLE_HOME": str(folder / "home"),
                "LC_ALL": "C.UTF-8",
            },
        }.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(json.dumps(content))
        self._secret = {"cao_login_password": address.password}

    def job(self, playbook: str, *hosts: str, zone: str = "UTC", **variables: t.Any) -> str:
        """Run a job for a limit or for one slice, by the clock of a time zone; return what AWX shows of it."""
        given = {**self._secret, "cao_report_path": str(self.report), **variables}
        (self.folder / "env" / "extravars").write_text(json.dumps(given))
        runner = [sys.executable, "-m", "ansible_runner", "run", str(self.folder), "-p", f"{playbook}.yml"]
        done = subprocess.run(
            [*runner, "--limit", ",".join(hosts)],
            env={**os.environ, "TZ": zone, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def kept(self) -> str:
        """Return everything that AWX keeps of the jobs: events with their results, what was printed, the command."""
        files = [path for path in (self.folder / "artifacts").rglob("*") if path.is_file()]
        assert any("job_events" in path.parts for path in files)
        return "".join(path.read_text(encoding="utf-8", errors="replace") for path in files)


@pytest.fixture
def awx(playbook: PlaybookRunner, server: PrivateServer, tmp_path: Path) -> t.Iterator[tuple[Awx, list[Mandant]]]:
    mandanten = [Mandant(f"cao_awx_{number}", server) for number in range(2)]
    yield Awx(tmp_path, playbook.collections_path, mandanten), mandanten
    for mandant in mandanten:
        mandant.drop()


def test_the_answers_of_the_survey_restore(awx: tuple[Awx, list[Mandant]]) -> None:
    jobs, (mandant, other) = awx
    survey = json.loads((AWX / "survey_restore.json").read_text(encoding="utf-8"))
    assert set(survey) == {"name", "description", "spec"}
    answers = {question["variable"]: question["default"] for question in survey["spec"]}
    answers.update(cao_mandant=mandant.name, cao_password=PASSWORD, cao_remote_src="true", cao_file=str(BACKUP))
    for chosen in ("", ["mail", "passwords"]):
        jobs.job("restore", mandant.name, **{**answers, "cao_neutralise": chosen})
        servers = mandant.query("SELECT COUNT(*) FROM MAIL_KONTEN WHERE SMTP_SERVER IS NOT NULL")
        assert (servers == [(0,)]) == bool(chosen)
    assert len(mandant.tables()) == 147
    assert other.tables() == []
    assert mandant.name in jobs.report.read_text(encoding="utf-8")
    kept = jobs.kept()
    assert '"rows":10' in kept.replace(" ", "")
    for secret in (PASSWORD, json.dumps(PASSWORD)[1:-1], mandant.server.address.password):
        assert secret not in kept


def test_slices_do_what_one_job_does(awx: tuple[Awx, list[Mandant]]) -> None:
    jobs, mandanten = awx
    given = {"cao_file": str(BACKUP), "cao_password": PASSWORD, "cao_remote_src": True}
    for mandant in mandanten:
        jobs.job("rollout", mandant.name, **given)
    assert all(len(mandant.tables()) == 74 for mandant in mandanten)
    mandanten[1].query("DELETE FROM ARTIKEL LIMIT 1")
    for mandant, told in zip(mandanten, ("[]", f'["{mandanten[1].name}"]'), strict=True):
        shown = "".join(jobs.job("audit", mandant.name).replace("\x1b[0;32m", "").replace("\x1b[0m", "").split())
        assert f'"drifted":{told},' in shown


def test_a_window_is_of_the_time_zone_of_the_jobs(awx: tuple[Awx, list[Mandant]]) -> None:
    jobs, (mandant, _other) = awx
    now = datetime.datetime.now(zoneinfo.ZoneInfo("Asia/Tokyo"))
    begin, end = (now + datetime.timedelta(hours=hours) for hours in (-1, 1))
    given = {
        "cao_hosts": mandant.name,
        "cao_file": str(BACKUP),
        "cao_password": PASSWORD,
        "cao_remote_src": True,
        "demo_mandants_window": f"{begin:%H:%M}-{end:%H:%M}",
    }
    shown = jobs.job("demo_mandants", mandant.name, **given)
    assert "outside the window" in shown
    assert mandant.tables() == []
    shown = jobs.job("demo_mandants", mandant.name, zone="Asia/Tokyo", **given)
    assert "outside the window" not in shown
    assert mandant.tables() != []
