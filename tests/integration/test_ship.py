# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file is on the controller: it is found, proven, shipped when it is needed, and nothing of it is left."""

from __future__ import annotations

import contextlib
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
import typing as t
from pathlib import Path

import pymysql
import pytest

import ssh_server
from jobs import jobs_of, until
from mandant import Mandant
from playbook_runner import PlaybookError, PlaybookRun, PlaybookRunner
from restoring import articles, cao_backup, company
from strangers import needs_root

VAULT_PASSWORD = "Schlüsselbund"
BACKUP = cao_backup(articles(20, "Müller"), company("Müller"))
RESTORE = "cao.faktura.mandant_restore"
INFO = "cao.faktura.backup_info"


class Shipper:
    """Runs playbooks on files of the controller, and looks for what they leave."""

    def __init__(self, playbook: PlaybookRunner, mandant: Mandant, folder: Path) -> None:
        self._playbook = playbook
        self._mandant = mandant
        self.folder = folder
        self.file = folder / "backup.sql"
        self.file.write_bytes(BACKUP)
        # Of controllers that other tests have killed.
        self._before: set[Path] = set()
        self._before = set(self.left())

    def run(
        self, module: str = RESTORE, *, keywords: t.Mapping[str, t.Any] | None = None, **options: t.Any
    ) -> PlaybookRun:
        """Run a task with what is said on the way, whether the file was sent among it."""
        login = self._mandant.login() if module == RESTORE else {}
        more = {name: options.pop(name) for name in ("hosts", "environment", "check") if name in options}
        arguments = options.pop("arguments", ())
        task = {"name": "task", module: {"file": str(self.file), **login, **options}, **(keywords or {})}
        play = {"hosts": "all", "gather_facts": False, "tasks": [task]}
        run = self._playbook.run([play], arguments=["-vvv", *arguments], **more)
        assert self.left() == []
        return run

    def left(self) -> list[Path]:
        """Return what is left of tasks on controller and host, which are one machine here."""
        home = self._playbook.folder / "home" / ".ansible"
        found = {path for place in ("remote/*", "local/*/*") for path in home.glob(place)}
        return sorted(found - self._before)


def sent(run: PlaybookRun) -> int:
    """Return how often the file was sent."""
    return len(re.findall(r"PUT \S+ TO \S+/backup\b", run.stdout))


@pytest.fixture
def ship(playbook: PlaybookRunner, mandant: Mandant, tmp_path: Path) -> Shipper:
    return Shipper(playbook, mandant, tmp_path)


def test_it_is_sent_once_and_not_when_nothing_is_to_do(ship: Shipper, mandant: Mandant) -> None:
    check = ship.run(check=True)
    assert (check["task"].changed, mandant.tables(), sent(check)) == (True, [], 1)
    first = ship.run()
    assert (first["task"]["action"], sent(first)) == ("restored", 1)
    for options in ({}, {"policy": "enforce"}, {"check": True}):
        again = ship.run(**options)
        assert (again["task"]["action"], sent(again)) == ("unchanged", 0)
        # The module itself goes from memory to memory.
        assert "PUT " not in again.stdout
        assert again["task"]["analysis"] == first["task"]["analysis"]
    mandant.query("DELETE FROM ARTIKEL LIMIT 1")
    drifted = ship.run(policy="enforce")
    assert (drifted["task"]["action"], sent(drifted)) == ("restored", 1)


def test_the_result_is_that_of_a_plain_call(ship: Shipper, mandant: Mandant) -> None:
    """Whether the file was on the host or was sent, whatever took part in the work: one result."""
    # From ansible-core 2.21 on the options are in the result only where that is asked for.
    options = {"policy": "always", "password": "geheim!", "environment": {"ANSIBLE_INJECT_INVOCATION": "true"}}
    shipped = ship.run(**options)["task"].result
    there = ship.run(**options, remote_src=True)["task"].result
    for result in (shipped, there):
        # Ansible's own, until 2.20.
        result.pop("_ansible_no_log", None)
        assert set(result) == {"action", "analysis", "changed", "drift", "invocation", "reason", "restore"}
        assert result["invocation"]["module_args"]["password"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
        assert not [name for name in result["invocation"]["module_args"] if name.startswith("_")]
        assert result["analysis"]["file"]["path"] == str(ship.file)
    assert shipped["invocation"]["module_args"] == {**there["invocation"]["module_args"], "remote_src": False}
    marker = mandant.query("SELECT content FROM BACK_RESTORE_MARKER WHERE kind = 'restore'")[0][0]
    assert str(ship.file) in marker


@pytest.mark.parametrize("where", ["playbook", "role"])
def test_it_is_found_where_copy_finds_it(playbook: PlaybookRunner, tmp_path: Path, where: str) -> None:
    role = tmp_path / "roles" / "backup"
    (role / "tasks").mkdir(parents=True)
    (role / "tasks" / "main.yml").write_text(f"- name: task\n  {INFO}:\n    file: here.sql\n", encoding="utf-8")
    files = (tmp_path if where == "playbook" else role) / "files"
    files.mkdir()
    (files / "here.sql").write_bytes(BACKUP)
    (tmp_path / "play.yml").write_text("- hosts: all\n  gather_facts: false\n  roles: [backup]\n", encoding="utf-8")
    result = playbook.run(tmp_path / "play.yml")["task"]
    assert result["analysis"]["rows"] == 21
    assert result["analysis"]["file"]["path"] == "here.sql"


def test_a_playbook_of_the_collection_finds_it_where_ansible_was_started(playbook: PlaybookRunner) -> None:
    # Each run is started in a folder of its own in this one.
    (playbook.folder / "started-beside.sql").write_bytes(BACKUP)
    run = playbook.run("cao.faktura.analyse", variables={"cao_file": "../started-beside.sql"})
    assert run["Read the backup"]["analysis"]["rows"] == 21
    inside = playbook.folder / "company" / "files"
    inside.mkdir(parents=True)
    (inside / "CAO_backup_2026_01_01_18_05.sql").write_bytes(BACKUP)
    for named in ({"cao_file": "CAO_backup_2026_01_01_18_05.sql"}, {"cao_file": "CAO_*.sql", "cao_newest": True}):
        run = playbook.run("cao.faktura.analyse", variables=named, started_in=inside.parent)
        assert run["Read the backup"]["analysis"]["rows"] == 21
    missing = playbook.run("cao.faktura.analyse", variables={"cao_file": "started-beside.sql"})
    assert missing["Read the backup"].error == "file_not_found"


def _encrypted(ship: Shipper) -> list[str]:
    """Encrypt the file with Ansible's vault; return the arguments with which it can be read."""
    secret = ship.folder / "vault-password"
    secret.write_text(VAULT_PASSWORD, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "ansible",
        "vault",
        "encrypt",
        "--vault-password-file",
        str(secret),
        str(ship.file),
    ]
    subprocess.run(command, check=True, capture_output=True, env={"PATH": "/usr/bin:/bin", "HOME": str(ship.folder)})
    assert b"ANSIBLE_VAULT" in ship.file.read_bytes()
    return ["--vault-password-file", str(secret)]


def test_a_module_that_does_not_begin_leaves_nothing(ship: Shipper) -> None:
    """Ansible stops it at an option, or there is no Python for it; the runner looks for what is left."""
    for options in ({"remote_src": True, "on_error": "go on"}, {"policy": "always", "on_error": "go on"}):
        assert "on_error must be one of" in ship.run(**options)["task"]["msg"]
    there = {"ansible_connection": "local", "ansible_python_interpreter": "/nowhere/python"}
    assert ship.run(hosts={"host": there}, remote_src=True)["task"].failed


def test_a_file_in_a_vault_is_decrypted_in_memory(ship: Shipper) -> None:
    arguments = _encrypted(ship)
    run = ship.run(arguments=arguments)
    assert not run["task"].failed, run["task"].result
    assert run["task"]["analysis"]["file"]["sha256"] == hashlib.sha256(BACKUP).hexdigest()
    assert "umask 077 && cat >" in run.stdout
    assert sent(run) == 0
    assert ship.run(arguments=arguments)["task"]["action"] == "unchanged"
    assert ship.run(INFO, arguments=arguments)["task"]["analysis"]["rows"] == 21
    without = ship.run(policy="always")["task"]
    assert (without.error, "--ask-vault-pass" in without["msg"]) == ("password_required", True)
    Path(arguments[1]).write_text("another", encoding="utf-8")
    wrong = ship.run(arguments=arguments, policy="always")["task"]
    assert (wrong.error, ship.file.name in wrong["msg"]) == ("wrong_password", True)


@pytest.mark.parametrize("module", [RESTORE, INFO])
def test_the_checksum_is_compared_before_anything_is_sent(ship: Shipper, module: str) -> None:
    run = ship.run(module, checksum="sha256:" + "0" * 64)
    assert (run["task"].error, sent(run)) == ("checksum_mismatch", 0)
    assert "EXEC" not in run.stdout
    assert not ship.run(module, checksum="sha256:" + hashlib.sha256(BACKUP).hexdigest())["task"].failed


@pytest.mark.parametrize(("content", "error"), [(None, "file_not_found"), (b"", "not_a_backup")])
def test_a_file_that_can_be_none_is_refused_on_the_controller(ship: Shipper, content: bytes | None, error: str) -> None:
    ship.file.unlink()
    if content is not None:
        ship.file.write_bytes(content)
    run = ship.run()
    assert run["task"].error == error
    assert str(ship.file) in run["task"]["msg"]
    assert "EXEC" not in run.stdout


def test_no_playbook_tells_a_module_what_the_controller_does(ship: Shipper) -> None:
    """And a misspelled option is answered with those that there are."""
    with pytest.raises(PlaybookError, match="_ansible_cao_faktura"):
        ship.run(INFO, _ansible_cao_faktura={"shipped": True})
    assert ship.file.exists()
    said = ship.run(INFO, pasword="x")["task"]["msg"]
    assert "Unsupported parameters for (cao.faktura.backup_info) module: pasword" in said
    assert "controller" not in said


def test_a_folder_is_no_backup(ship: Shipper) -> None:
    ship.file.unlink()
    ship.file.mkdir()
    (ship.file / "ARTIKEL.frm").touch()
    run = ship.run()
    assert run["task"].error == "not_a_backup"
    assert f"{ship.file} is a folder; give the path of one .sql" in run["task"]["msg"]


def test_a_failure_speaks_of_the_file_that_the_user_knows(ship: Shipper) -> None:
    ship.file.write_bytes(BACKUP[:-40])
    run = ship.run()
    assert run["task"].error == "truncated"
    assert str(ship.file) in run["task"]["msg"]
    assert "ansible-tmp" not in run["task"]["msg"]


def test_the_copy_is_for_one_user_alone(ship: Shipper) -> None:
    """Ansible keeps its files here, and the backup has no name any more all the same."""
    run = ship._playbook.run(
        [{"hosts": "all", "gather_facts": False, "tasks": [{"name": "task", INFO: {"file": str(ship.file)}}]}],
        environment={"ANSIBLE_KEEP_REMOTE_FILES": "1"},
        arguments=["-vvv"],
    )
    assert not run["task"].failed
    assert re.search(r"chmod 0600 \S+/backup\b", run.stdout)
    assert [path.name for path in ship.left() if path.is_dir()] != []
    assert not list((ship._playbook.folder / "home").rglob("backup"))
    for path in ship.left():
        shutil.rmtree(path, ignore_errors=True)


SYSTEM_PYTHON = shutil.which("python3", path="/usr/bin:/usr/local/bin")


@contextlib.contextmanager
def _as_nobody() -> t.Iterator[dict[str, t.Any]]:
    """Give keywords of a task and variables of a host with which another user works: ``keywords`` and ``hosts``."""
    with tempfile.TemporaryDirectory() as name:
        libraries = Path(name)
        libraries.chmod(0o755)
        shutil.copytree(Path(pymysql.__file__).parent, libraries / "pymysql")
        keywords = {
            "become": True,
            "become_user": "nobody",
            "become_method": "su",
            "environment": {"PYTHONPATH": str(libraries), "TMPDIR": "/tmp"},
        }
        host = {"ansible_become_flags": "-s /bin/sh", "ansible_python_interpreter": SYSTEM_PYTHON}
        jobs_folder = libraries / "async"
        jobs_folder.mkdir()
        jobs_folder.chmod(0o777)
        host["ansible_async_dir"] = str(jobs_folder)
        yield {"keywords": keywords, "hosts": {"localhost": host}}


@needs_root
@pytest.mark.skipif(SYSTEM_PYTHON is None, reason="no Python that another user may run")
def test_another_user_restores(ship: Shipper) -> None:
    """The connection's user is an administrator, the one who works is not."""
    with _as_nobody() as given:
        for expected in ("restored", "unchanged"):
            run = ship.run(**given)
            assert run["task"].result.get("action") == expected, run["task"].result
            assert sent(run) == (1 if expected == "restored" else 0)


def _left_by(user: str) -> set[Path]:
    """Return what Ansible has made for another user, who is none of the machine's administrators."""
    found = set()
    for place in ("/tmp", "/var/tmp", "/dev/shm"):
        for path in Path(place).glob("ansible-*"):
            with contextlib.suppress(FileNotFoundError):
                if path.name.startswith("ansible-tmp-") or path.owner() == user:
                    found.add(path)
    return found


@needs_root
@pytest.mark.skipif(SYSTEM_PYTHON is None, reason="no Python that another user may run")
@pytest.mark.parametrize("module", [RESTORE, INFO])
@pytest.mark.parametrize("poll", [0, 1])
def test_another_user_works_on_its_own(ship: Shipper, module: str, poll: int) -> None:
    """With async it cannot remove what the connection's user has sent: that is gone as soon as it is open."""
    before = _left_by("nobody")
    with _as_nobody() as given:
        keywords = {**given["keywords"], "async": 60, "poll": poll}
        for _again in range(2):
            run = ship.run(module, keywords=keywords, hosts=given["hosts"])
            assert not run["task"].failed, run["task"].result
            until(lambda: _left_by("nobody") <= before, 60, "nothing is left")
            # A second run is to find the first one's Mandant.
            until(lambda: not jobs_of("nobody"), 60, "the task has ended")


@pytest.mark.parametrize("poll", [0, 1])
def test_a_task_of_its_own_async(ship: Shipper, mandant: Mandant, poll: int) -> None:
    keywords = {"async": 60, "poll": poll}
    waiting = {
        "name": "wait",
        "ansible.builtin.async_status": {"jid": "{{ job.ansible_job_id }}"},
        "register": "result",
        "until": "result.finished",
        "retries": 60,
        "delay": 1,
    }
    for expected in ("restored", "unchanged"):
        task = {"name": "task", RESTORE: {"file": str(ship.file), **mandant.login()}, **keywords, "register": "job"}
        play = {"hosts": "all", "gather_facts": False, "tasks": [task] if poll else [task, waiting]}
        run = ship._playbook.run([play], arguments=["-vvv"])
        result = run["task" if poll else "wait"]
        assert result["action"] == expected, result.result
        assert sent(run) == (1 if expected == "restored" else 0)
    assert mandant.query("SELECT COUNT(*) FROM ARTIKEL") == [(20,)]


@pytest.mark.skipif(ssh_server.why_not() is not None, reason=str(ssh_server.why_not()))
@pytest.mark.parametrize("pipelining", [False, True])
def test_by_ssh(ship: Shipper, pipelining: bool) -> None:
    arguments = _encrypted(ship)
    with ssh_server.SshServer() as ssh:
        hosts = {"far": {**ssh.host(), "ansible_pipelining": pipelining}}
        first = ship.run(hosts=hosts, arguments=arguments)
        assert first["task"]["action"] == "restored", first["task"].result
        again = ship.run(hosts=hosts, arguments=arguments)
        assert (again["task"]["action"], sent(again)) == ("unchanged", 0)
        assert list((ssh.folder / "tmp").iterdir()) == []
