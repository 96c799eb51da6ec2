# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of real runs: what was wanted, found and done, with failures, loops, check mode and lost hosts."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest

import report_data
from browser import Browser
from mandant import Mandant
from playbook_runner import PlaybookRun, PlaybookRunner

TREE = Path(__file__).resolve().parents[2]
EXAMPLE = TREE / "examples" / "CAO_backup_2026_11_02_18_05.zip"
PASSWORD = "Kräutergarten"
WRONG_PASSWORD = "Unkrautgarten"
CALLBACKS = "json_lines,cao.faktura.report"
HOSTILE_DUMP = (
    "# CAO-Faktura\r\n# Datum :14.03.2024 18:05:09 Uhr\r\n# Mandant :Musterladen\r\n#\r\n"
    "CREATE TABLE FIRMA (REC_ID int(11), NAME1 varchar(250)) DEFAULT CHARSET=utf8;\r\n"
    "INSERT INTO FIRMA (REC_ID, NAME1) VALUES ('1', '{}');\r\n"
)


class Reporter:
    """Runs plays with the report switched on, and reads what it wrote."""

    def __init__(self, playbook: PlaybookRunner, folder: Path) -> None:
        self._playbook = playbook
        self.page = folder / "reports" / "page.html"
        self.run: PlaybookRun | None = None

    def __call__(self, plays: t.Sequence[dict[str, t.Any]], *, check: bool = False, **environment: str) -> t.Any:
        """Run the plays and return the report as data."""
        self.page.with_suffix(".json").unlink(missing_ok=True)
        settings = {"ANSIBLE_CALLBACKS_ENABLED": CALLBACKS, "CAO_FAKTURA_REPORT_PATH": str(self.page), **environment}
        self.run = self._playbook.run(plays, check=check, environment=settings)
        assert "DEPRECAT" not in (self.run.stdout + self.run.stderr).upper(), self.run.stdout + self.run.stderr
        return json.loads(self.page.with_suffix(".json").read_text(encoding="utf-8"))


@pytest.fixture
def report(playbook: PlaybookRunner, tmp_path: Path) -> Reporter:
    """Runs plays with the report switched on."""
    return Reporter(playbook, tmp_path)


def restore_task(database: Mandant, /, **options: t.Any) -> dict[str, t.Any]:
    """Return a task that restores the example."""
    args = {"file": str(EXAMPLE), "remote_src": True, "password": PASSWORD, **database.login(), **options}
    return {"name": "Restore", "cao.faktura.mandant_restore": args}


def play(*tasks: dict[str, t.Any], **more: t.Any) -> dict[str, t.Any]:
    """Return a play."""
    return {"hosts": "localhost", "gather_facts": False, "tasks": list(tasks), **more}


def hostile_backup(folder: Path) -> Path:
    """Write a backup whose company is an attack on whoever looks at the report."""
    path = folder / "hostile.sql"
    name = report_data.HOSTILE.replace("\\", "\\\\").replace("'", "\\'")
    path.write_bytes(HOSTILE_DUMP.format(name).encode("utf-8"))
    return path


def test_run_with_everything(report: Reporter, mandant: Mandant, tmp_path: Path) -> None:
    other = {"loop": [str(EXAMPLE), str(hostile_backup(tmp_path))], "ignore_errors": True}
    looped = restore_task(mandant, file="{{ item }}", password=WRONG_PASSWORD, mandant=f"{mandant.name}_2")
    lost = {"name": "lost", "ansible_host": "127.0.0.1", "ansible_port": 1, "ansible_connection": "ssh"}
    document = report(
        [
            play(restore_task(mandant), {"name": "Lose a host", "ansible.builtin.add_host": lost}),
            play({**looped, **other}),
            play({"name": "Never", "ansible.builtin.ping": {}}, hosts="all"),
            play({"name": "Break", "ansible.builtin.fail": {"msg": "not for the report"}}),
        ]
    )
    assert [(one["mandant"], one["outcome"]) for one in document["mandanten"]] == [
        (f"{mandant.name}_2", "created"),
        (mandant.name, "restored"),
    ]
    hostile, restored = document["mandanten"]
    assert hostile["company"] == report_data.HOSTILE
    assert [step["outcome"] for step in hostile["steps"]] == ["failed", "created"]
    assert hostile["steps"][0]["error"]["name"] == "wrong_password"
    assert restored["company"] == "Kräuterhof \u201eZur Mühle\u201c"
    assert restored["wanted"] == {"policy": "once", "file": str(EXAMPLE), "remote_src": True} | {
        "replace": False,
        "scratch": False,
        "other_company": "fail",
        "incomplete": "fail",
        "running_instances": "fail",
        "on_error": "fail",
    }
    assert restored["backup"]["rows"] == restored["done"]["rows"] == 9965
    assert restored["backup"]["tables"] == restored["done"]["tables"] == 73
    assert restored["done"]["downtime_seconds"] > 0
    assert [(one["host"], one["name"]) for one in document["hosts"]] == [
        ("localhost", "failed_before"),
        ("lost", "unreachable"),
    ]
    assert document["summary"]["failed"] == 2
    assert document["state"] == "finished"
    check_files(report, document)
    mandant.server.admin(f"DROP DATABASE IF EXISTS `{mandant.name}_2`")


def check_files(report: Reporter, document: t.Any) -> None:
    """The files hold no secret and nothing of other modules, and only their owner may read them."""
    assert report.run is not None
    page, data = report.page, report.page.with_suffix(".json")
    assert f"Report: {page}, {data}" in report.run.stdout
    assert [path.stat().st_mode & 0o777 for path in (page, data)] == [0o600, 0o600]
    assert sorted(path.name for path in page.parent.iterdir()) == ["page.html", "page.json"]
    for path in (page, data):
        text = path.read_text(encoding="utf-8")
        for secret in (PASSWORD, WRONG_PASSWORD, "login_password", "not for the report"):
            assert secret not in text
    with Browser() as browser:
        browser.open(page, width=1280)
        assert browser.run("window.hacked") is None
        assert browser.run("document.querySelectorAll('img, script[src]').length") == 0
        shown = browser.run("document.body.innerText")
    assert report_data.HOSTILE in shown
    assert len(document["mandanten"]) == 2


def test_check_mode_drift_and_a_later_play_that_reads_the_page(report: Reporter, mandant: Mandant) -> None:
    report([play(restore_task(mandant))])
    mandant.query("UPDATE ARTIKEL SET VK5 = VK5 + 1 WHERE REC_ID = 1")
    read = {"name": "Send it", "ansible.builtin.command": f"grep -c Zurückgesichert {report.page}"}
    forecast = report([play(restore_task(mandant, policy="enforce"))], check=True)
    (one,) = forecast["mandanten"]
    assert (one["outcome"], one["forecast"], one["drift"]) == (
        "restored",
        True,
        [{"name": "ARTIKEL", "what": "content"}],
    )
    variables = {"cao_report_language": "de", "cao_report_title": "Nacht von {{ who }}", "who": "Musterladen"}
    done = report(
        [
            play(restore_task(mandant, policy="enforce"), vars={**variables, "cao_report_mode": "0640"}),
            play(read, restore_task(mandant, policy="enforce"), vars=variables),
        ]
    )
    (one,) = done["mandanten"]
    assert (one["outcome"], one["forecast"], one["drifted"]) == ("restored", False, True)
    assert done["title"] == "Nacht von Musterladen"
    assert report.run is not None
    assert report.run["Send it"].changed


def test_look_after_a_restore_adds_to_it(report: Reporter, mandant: Mandant) -> None:
    login = {name: value for name, value in mandant.login().items() if name != "mandant"}
    look = {"name": "Look", "cao.faktura.mandant_info": {**login, "mandant": mandant.name, "verify": "quick"}}
    roll_back = {"name": "Back", "cao.faktura.mandant_rollback": mandant.login()}
    document = report([play(restore_task(mandant), look)])
    (one,) = document["mandanten"]
    assert (one["outcome"], one["backup"]["dialect"], one["drift"]) == ("restored", "cao", [])
    assert [step["module"] for step in one["steps"]] == ["mandant_restore", "mandant_info"]
    mandant.query("DELETE FROM ADRESSEN")
    (seen,) = report([play(look)])["mandanten"]
    assert (seen["outcome"], seen["drift"]) == ("drifted", [{"name": "ADRESSEN", "what": "content"}])
    assert seen["backup"]["file"]["sha256"] == one["backup"]["file"]["sha256"]
    (back,) = report([play(restore_task(mandant, policy="enforce"), roll_back)])["mandanten"]
    assert [step["outcome"] for step in back["steps"]] == ["restored", "rolled_back"]


def test_hidden_result_and_wrong_options_tell_no_secret(report: Reporter, mandant: Mandant) -> None:
    hidden = {**restore_task(mandant, password=WRONG_PASSWORD), "no_log": True, "ignore_errors": True}
    wrong = {**restore_task(mandant, policy=PASSWORD), "ignore_errors": True}
    document = report([play(hidden, wrong)], CAO_FAKTURA_REPORT_FORMATS="json")
    assert [one["error"]["name"] for one in document["mandanten"]] == ["hidden", "other"]
    assert [one["mandant"] for one in document["mandanten"]] == [None, mandant.name]
    assert not report.page.exists()
    assert PASSWORD not in json.dumps(document, ensure_ascii=False)
    assert WRONG_PASSWORD not in json.dumps(document, ensure_ascii=False)


def test_interrupted_run_leaves_its_report(report: Reporter, mandant: Mandant) -> None:
    # The task's process tells its parent, ansible-playbook, what Ctrl-C tells it.
    interrupt = "kill -INT $(cut -d ' ' -f 4 /proc/$PPID/stat); sleep 20"
    file = '{{ lookup("ansible.builtin.pipe", interrupt) }}'
    stopped = {"name": "Stopped", "cao.faktura.backup_info": {"file": file, "remote_src": True}}
    document = report([play(restore_task(mandant), stopped, vars={"interrupt": interrupt})])
    assert document["state"] == "interrupted"
    assert [one["outcome"] for one in document["mandanten"]] == ["restored"]
    assert document["hosts"] == [{"host": "localhost", "name": "interrupted", "task": "Stopped", "msg": ""}]
    assert report.run is not None
    assert "Report: " in report.run.stdout


def test_run_of_others_writes_nothing_and_a_bad_place_is_a_warning(playbook: PlaybookRunner, tmp_path: Path) -> None:
    page = tmp_path / "none" / "page.html"
    settings = {"ANSIBLE_CALLBACKS_ENABLED": CALLBACKS, "CAO_FAKTURA_REPORT_PATH": str(page)}
    playbook.run([play({"name": "Ping", "ansible.builtin.ping": {}})], environment=settings)
    assert not page.parent.exists()
    page.parent.touch()
    analyse = {"name": "Analyse", "cao.faktura.backup_info": {"file": "/none.zip", "remote_src": True}}
    run = playbook.run([play(analyse)], environment=settings)
    assert "The report could not be written to" in run.stdout + run.stderr
    assert run.returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["none"]
