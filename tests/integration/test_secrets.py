# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Passwords and rows are nowhere to be found, during and after a run, however it ends."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest
import pyzipper

from mandant import Mandant
from mariadb_server import MariadbServer
from playbook_runner import PlaybookRun, PlaybookRunner
from restoring import articles, cao_backup, cao_table
from watching import CutProxy, Watch

ZIP, LOGIN, ROW = "Zk7wQpLx93vB", "Lm4tRbYc58nD", "Rh6sWfJz27gK"
WRONG_ZIP, WRONG_LOGIN = "Fz2mTqNb81xS", "Fl9kVdHr46yP"
SECRETS = {"zip": ZIP, "login": LOGIN, "row": ROW, "wrong zip": WRONG_ZIP, "wrong login": WRONG_LOGIN}
_COLUMNS = ["ID int(11) not null", "NAME varchar(60)"]
_KEYS = ["PRIMARY KEY (ID)", "UNIQUE KEY NAME (NAME)"]
# Keeps what a module tells to syslog. A module that tells how it was called goes on when it was looked at meanwhile.
_RECORDER = """
import os, syslog, time
_real = syslog.syslog
def recording(*args):
    with open(os.environ["SYSLOG_RECORD"], "a", encoding="utf-8", errors="replace") as file:
        file.write(str(args[-1]) + "\\n")
    if "Invoked with" in str(args[-1]):
        be_seen(os.environ["WATCH_ROUNDS"])
    return _real(*args)
def be_seen(rounds):
    # The round that goes on now may have begun before; each is one byte.
    enough, end = os.path.getsize(rounds) + 2, time.monotonic() + 60
    while os.path.getsize(rounds) < enough and time.monotonic() < end:
        time.sleep(0.01)
syslog.syslog = recording
"""


def _table(*rows: str) -> str:
    return cao_table("GEHEIM", _COLUMNS, rows, _KEYS)


def _dump(*rows: str, behind: str = "") -> bytes:
    good = [f"'{number}','{ROW}-{number}'" for number in range(1, 2000)]
    return cao_backup(_table(*good, *rows), articles(5), behind)


DUMPS = {
    "good": _dump(),
    "refused row": _dump(f"'{ROW}','x'"),
    "duplicate": _dump(f"'5000','{ROW}-7'"),
    "function": _dump(behind=f"INSERT INTO GEHEIM VALUES ('6000',LOAD_FILE('{ROW}'));\r\n"),
    "words": _dump(behind=f"DROP TABLE GEHEIM '{ROW}';\r\n"),
    "cut": _dump(behind=f"INSERT INTO GEHEIM VALUES ('6000','{ROW}"),
    "encoding": b"SET NAMES utf8;\r\n" + _dump(behind=f"INSERT INTO GEHEIM VALUES ('6000','\u00e4{ROW}');\r\n"),
}
# How a run can end: the backup, its options, the error or None.
ENDS: dict[str, tuple[str, dict[str, t.Any], str | None]] = {
    "success": ("good", {}, None),
    "shipped": ("good", {"remote_src": False}, None),
    "skipped rows": ("refused row", {"on_error": "skip"}, None),
    "refused row": ("refused row", {}, "statement_failed"),
    "duplicate": ("duplicate", {}, "statement_failed"),
    "function": ("function", {}, "forbidden_statement"),
    "words": ("words", {}, "forbidden_statement"),
    "cut": ("cut", {}, "truncated"),
    "encoding": ("encoding", {}, "encoding_ambiguous"),
    "wrong password": ("good", {"password": WRONG_ZIP}, "wrong_password"),
    "wrong login": ("good", {"login_password": WRONG_LOGIN}, "connection_failed"),
    "lost server": ("good", {"through": "proxy"}, "connection_failed"),
    "unknown option": ("good", {"polcy": "once"}, None),
}


@pytest.fixture(scope="module")
def logging_server() -> t.Iterator[MariadbServer]:
    """A server that can write every statement down."""
    with MariadbServer(options=("--general-log-file=general.log", "--log-output=FILE")) as server:
        server.admin(f"CREATE USER 'keeper'@'%' IDENTIFIED BY '{LOGIN}'")
        server.admin("GRANT ALL ON *.* TO 'keeper'@'%'")
        server.admin("SET GLOBAL general_log=1")
        yield server


@pytest.fixture(scope="module")
def backups(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dumps, each in a ZIP with a password."""
    folder = tmp_path_factory.mktemp("backups")
    for name, dump in DUMPS.items():
        with pyzipper.AESZipFile(
            folder / f"{name}.zip", "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
        ) as archive:
            archive.setpassword(ZIP.encode())
            archive.writestr("CAO_backup.sql", dump)
    return folder


class Runs:
    """Runs playbooks as loudly as can be, while a watch looks for secrets."""

    def __init__(self, server: MariadbServer, backups: Path, folder: Path, collections: Path) -> None:
        self.server = server
        self.mandant = Mandant("cao_geheim", server)
        self.folder = folder
        self.backups = backups
        self._runner = PlaybookRunner(collections, folder)
        (folder / "recorder").mkdir()
        (folder / "recorder" / "sitecustomize.py").write_text(_RECORDER, encoding="utf-8")

    def task(self, name: str, backup: str, options: t.Mapping[str, t.Any], port: int) -> dict[str, t.Any]:
        """Return one task; a failed one does not end the play."""
        login = {**self.mandant.login(), "login_user": "keeper", "login_password": LOGIN}
        args = {"file": str(self.backups / f"{backup}.zip"), "remote_src": True, "password": ZIP, "policy": "always"}
        args |= {**login, **options}
        if args.pop("through", None):
            args["login_port"] = port
        return {"name": name, "cao.faktura.mandant_restore": args, "ignore_errors": True}

    def run(self, tasks: list[dict[str, t.Any]], **environment: str) -> tuple[PlaybookRun, Watch]:
        """Run tasks at -vvvv with a log file and --diff."""
        loud = {
            "ANSIBLE_ASYNC_DIR": str(self.folder / "jobs"),
            "ANSIBLE_VERBOSITY": "4",
            "ANSIBLE_LOG_PATH": str(self.folder / "ansible.log"),
            "PYTHONPATH": str(self.folder / "recorder"),
            "SYSLOG_RECORD": str(self.folder / "syslog"),
            "WATCH_ROUNDS": str(self.folder / "rounds"),
        }
        with Watch(self.folder, SECRETS, self.folder / "rounds") as watch:
            play = {"hosts": "all", "gather_facts": False, "tasks": tasks}
            run = self._runner.run([play], diff=True, environment={**loud, **environment})
        assert watch.samples >= 2
        assert not watch.left()
        assert any("ansible" in command for command in watch.commands)
        return run, watch

    def general_log(self) -> str:
        """Return all statements that the server has got."""
        return (self.server.folder / "data" / "general.log").read_text(encoding="utf-8", errors="replace")


@pytest.fixture(scope="module")
def runs(
    logging_server: MariadbServer, backups: Path, playbook: PlaybookRunner, tmp_path_factory: pytest.TempPathFactory
) -> Runs:
    return Runs(logging_server, backups, tmp_path_factory.mktemp("watched"), playbook.collections_path)


def _found(text: str) -> set[str]:
    return {name for name, secret in SECRETS.items() if secret in text}


def _unexpected(watch: Watch) -> set[tuple[str, str]]:
    """Leave out the playbook itself, and the files by which Ansible hands a module its options without pipelining."""
    own = ("/playbook.yml", "/AnsiballZ_", "/.ansible/local/")
    return {(name, place) for name, place in watch.places if name == "row" or not any(part in place for part in own)}


@pytest.mark.promise("nothing-leaks")
def test_every_end_of_a_run(runs: Runs) -> None:
    address = runs.server.address
    with CutProxy(address.host, address.port) as proxy:
        tasks = [runs.task(name, backup, options, proxy.port) for name, (backup, options, _error) in ENDS.items()]
        run, watch = runs.run(tasks)
        assert proxy.cuts > 0
    for name, (_backup, _options, error) in ENDS.items():
        answer = run[name]
        assert answer.error == error, (name, answer.result)
        assert answer.failed == (error is not None or name == "unknown option"), (name, answer.result)
        assert not _found(json.dumps(answer.result)), name
    assert not _unexpected(watch)
    assert not _found(run.stdout + run.stderr)
    assert "cao_geheim" in run.stdout
    syslog = (runs.folder / "syslog").read_text(encoding="utf-8")
    assert "Invoked with" in syslog
    assert "NOT_LOGGING_PARAMETER" in syslog
    log = (runs.folder / "ansible.log").read_text(encoding="utf-8")
    assert not _found(syslog + log)


@pytest.mark.promise("nothing-leaks")
def test_as_a_job(runs: Runs) -> None:
    """The job's file stays until somebody removes it."""
    job = runs.task("start", "good", {}, 0)
    status = {
        "name": "wait",
        "ansible.builtin.async_status": {"jid": "{{ job.ansible_job_id }}"},
        "register": "answer",
        "until": "answer is finished",
        "retries": 300,
        "delay": 0.2,
    }
    run, watch = runs.run([{**job, "async": 300, "poll": 0, "register": "job"}, status])
    assert run["wait"].result.get("action") in ("created", "restored"), run["wait"].result.get("msg")
    files = list((runs.folder / "jobs").iterdir())
    assert files
    assert not _unexpected(watch)
    assert not _found("".join(path.read_text(encoding="utf-8") for path in files) + run.stdout)


@pytest.mark.promise("nothing-leaks")
def test_with_pipelining_no_file_has_the_options(runs: Runs) -> None:
    options = {"file": str(runs.backups / "good.zip"), "remote_src": True, "password": ZIP}
    run, watch = runs.run([{"name": "look", "cao.faktura.backup_info": options}], ANSIBLE_PIPELINING="true")
    assert not run["look"].failed
    assert {place for _name, place in watch.places if not place.endswith("playbook.yml")} == set()


@pytest.mark.promise("nothing-leaks")
def test_the_general_log_of_the_server(runs: Runs) -> None:
    """Rows that go as a stream are no statements; those of INSERTs are, and stand in a log of statements.

    Passwords do in no case.
    """
    start = len(runs.general_log())
    run, _watch = runs.run([runs.task("stream", "good", {}, 0)])
    stream = runs.general_log()[start:]
    assert not run["stream"].failed
    assert "LOAD DATA LOCAL INFILE" in stream
    assert not _found(stream)
    runs.server.admin("SET GLOBAL local_infile=0")
    start = len(runs.general_log())
    run, watch = runs.run([runs.task("inserts", "good", {}, 0)])
    runs.server.admin("SET GLOBAL local_infile=1")
    assert not run["inserts"].failed
    assert _found(runs.general_log()[start:]) == {"row"}
    assert not _unexpected(watch)
