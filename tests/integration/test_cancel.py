# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nobody waits any more: Ctrl-C, a controller that is killed, an ssh connection that is cut.

Some restores would end by themselves, sooner or later. Those that are to be cut off at one place hold their rows back
until somebody has a session on the Mandant. Then they wait for that session, with all their shadow tables loaded.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import sys
import time
import typing as t
from collections.abc import Iterator
from pathlib import Path

import pytest

import ssh_server
from holding_proxy import HoldingProxy, PacedProxy
from jobs import descendants, jobs, kill, stopped, until
from mandant import Mandant
from playbook_runner import Hosts, PlaybookRunner, RunningPlaybook
from restoring import Restorer, articles, cao_backup, company

# The job notices within ten seconds. It would wait five minutes for the session that is in its way.
NOTICED_SECONDS = 90.0
# After this time a job is told to stop in any case, on a machine that is busy, too.
SILENCE_SECONDS = 15.0
# The rows have more bytes, and what is said before them has less.
PLACE = 100_000
SHADOW = "SHOW TABLES LIKE 'BACK\\_RESTORE\\_NEW%%'"


class Cancelled:
    """A Mandant with an old state, and a restore of a new one that can be cut off."""

    def __init__(self, playbook: PlaybookRunner, mandant: Mandant, folder: Path, proxy: HoldingProxy) -> None:
        self.playbook = playbook
        self.mandant = mandant
        self.proxy = proxy
        restorer = Restorer(mandant, folder)
        restorer.run(restorer.write("old.sql", cao_backup(articles(3, "old"), company("old"))))
        self._new = restorer.write("new.sql", cao_backup(articles(5000, "new"), company("new")))
        self.before = (mandant.tables(), mandant.checksums())

    def play(self, **keywords: t.Any) -> list[dict[str, t.Any]]:
        """Return a playbook that restores the new state."""
        login = {**self.mandant.login(), "login_port": self.proxy.port}
        args = {"file": self._new, "running_instances": "wait", "other_company": "allow", **login}
        task = {"name": "task", "cao.faktura.mandant_restore": args, **keywords}
        return [{"hosts": "all", "gather_facts": False, "tasks": [task]}]

    def wait_for_rows(self, running: RunningPlaybook) -> None:
        """Return when tables are made, whose rows are held back."""
        until(lambda: self.mandant.query(SHADOW), 120, f"a table is made\n{running.printed}")

    def wait_for_shadows(self) -> dict[int, Path]:
        """Return the job's processes when its tables are loaded, and only the swap is left."""
        until(lambda: self._shadows() == 3, 120, "the shadow tables are loaded, and their marker")
        found = until(lambda: jobs(self.playbook.folder), 60, "there is a job")
        assert self.lock_is_held()
        assert len(found) == 2
        return t.cast("dict[int, Path]", found)

    def _shadows(self) -> int:
        return len(self.mandant.query(SHADOW))

    def lock_is_held(self) -> bool:
        """Whether a run has the named lock."""
        name = f"cao.faktura:{self.mandant.name}"
        return self.mandant.server.admin("SELECT IS_USED_LOCK(%s)", (name,)) != [(None,)]

    def assert_given_up(self, job: dict[int, Path]) -> None:
        """Assert that the job ends within its time and leaves nothing; the Mandant is what it was."""
        until(lambda: not jobs(self.playbook.folder), NOTICED_SECONDS, "the job has ended")
        # A folder that is being removed has lost the file by which a job is found.
        until(lambda: not any(folder.exists() for folder in job.values()), 60, "its folder has gone")
        assert (self.mandant.tables(), self.mandant.checksums()) == self.before
        assert not self.lock_is_held()
        assert not list(self.playbook.folder.rglob("backup"))


@pytest.fixture
def cancelled(playbook: PlaybookRunner, mandant: Mandant, tmp_path: Path) -> Iterator[Cancelled]:
    with HoldingProxy(mandant.server.address.port, [PLACE]) as proxy:
        yield Cancelled(playbook, mandant, tmp_path, proxy)


@pytest.fixture
def in_use(cancelled: Cancelled) -> Iterator[t.Any]:
    """Somebody is in the way of the swap, from the moment that tables are loaded."""
    session = cancelled.mandant.server.connect()
    yield session
    if session.open:
        session.close()


def _start_until_shadows(cancelled: Cancelled, running: RunningPlaybook, session: t.Any) -> dict[int, Path]:
    cancelled.wait_for_rows(running)
    session.select_db(cancelled.mandant.name)
    cancelled.proxy.go_on()
    return cancelled.wait_for_shadows()


@pytest.mark.promise("cut-off-anywhere")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL, signal.SIGTERM], ids=lambda how: how.name)
def test_the_controller_is_ended(cancelled: Cancelled, in_use: t.Any, how: signal.Signals) -> None:
    with cancelled.playbook.running(cancelled.play()) as running:
        job = _start_until_shadows(cancelled, running, in_use)
        running.process.send_signal(how)
        running.process.wait(120)
        cancelled.assert_given_up(job)


@pytest.mark.promise("cut-off-anywhere")
def test_the_controller_is_killed_while_rows_are_sent(cancelled: Cancelled) -> None:
    """The server stands still, so that the job waits for its answer when it is told to stop."""
    server = cancelled.mandant.server
    with cancelled.playbook.running(cancelled.play()) as running:
        cancelled.wait_for_rows(running)
        with stopped(server):
            cancelled.proxy.go_on()
            job = until(lambda: jobs(cancelled.playbook.folder), 60, "there is a job")
            running.process.kill()
            time.sleep(SILENCE_SECONDS)
        cancelled.assert_given_up(job)


def _kill_all(running: RunningPlaybook, job: dict[int, Path]) -> None:
    """Kill the controller and all that it has started, its workers first: none of them may tell the job."""
    kill([*sorted({*descendants(running.process.pid)} - {*job}), running.process.pid])


def test_no_swap_without_somebody_who_waits(cancelled: Cancelled, in_use: t.Any) -> None:
    """The way is free for the swap, but nobody is left who could have said so since."""
    with cancelled.playbook.running(cancelled.play()) as running:
        job = _start_until_shadows(cancelled, running, in_use)
        _kill_all(running, job)
        in_use.close()
        cancelled.assert_given_up(job)


# The rows behind PLACE, about.
REST = 150_000
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL]


def _job_when_held(cancelled: Cancelled, running: RunningPlaybook) -> dict[int, Path]:
    cancelled.wait_for_rows(running)
    return t.cast("dict[int, Path]", until(lambda: jobs(cancelled.playbook.folder), 60, "there is a job"))


@pytest.fixture
def paced(
    playbook: PlaybookRunner, mandant: Mandant, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Cancelled]:
    """A restore that would end by itself in so many seconds, from the moment on that it is let."""
    with PacedProxy(mandant.server.address.port, PLACE, REST, request.param) as proxy:
        yield Cancelled(playbook, mandant, tmp_path, proxy)


@pytest.mark.parametrize("paced", [1, 3, 8], indirect=True)
def test_left_alone_it_ends_by_itself(paced: Cancelled) -> None:
    with paced.playbook.running(paced.play()) as running:
        _job_when_held(paced, running)
        paced.proxy.go_on()
        assert running.process.wait(120) == 0, running.printed
    assert paced.mandant.query("SELECT COUNT(*) FROM ARTIKEL") == [(5000,)]


@pytest.mark.parametrize("how", [*SIGNALS, "all of it"], ids=str)
@pytest.mark.parametrize("paced", [1, 3, 8], indirect=True)
def test_however_soon_it_would_have_ended(paced: Cancelled, how: signal.Signals | str) -> None:
    """Nothing holds it back: it stops because nobody waits for it."""
    with paced.playbook.running(paced.play()) as running:
        job = _job_when_held(paced, running)
        if isinstance(how, signal.Signals):
            running.process.send_signal(how)
        else:
            _kill_all(running, job)
        paced.proxy.go_on()
        running.process.wait(120)
        paced.assert_given_up(job)


def test_a_task_of_its_own_async_goes_on(cancelled: Cancelled, in_use: t.Any) -> None:
    with cancelled.playbook.running(cancelled.play(**{"async": 60, "poll": 1})) as running:
        cancelled.wait_for_rows(running)
        in_use.select_db(cancelled.mandant.name)
        cancelled.proxy.go_on()
        running.process.kill()
        running.process.wait()
    in_use.close()
    counted = "SELECT COUNT(*) FROM ARTIKEL"
    until(lambda: cancelled.mandant.query(counted) == [(5000,)], NOTICED_SECONDS, "the restore goes to its end")


@pytest.mark.promise("cut-off-anywhere")
@pytest.mark.skipif(ssh_server.why_not() is not None, reason=str(ssh_server.why_not()))
def test_the_connection_is_cut(cancelled: Cancelled, in_use: t.Any) -> None:
    with ssh_server.SshServer() as ssh:
        hosts: Hosts = {"far": {**ssh.host(), "ansible_remote_tmp": str(cancelled.playbook.folder / "far")}}
        # The far side is this machine, too: what it works with is told from the rest by its environment.
        play = cancelled.play(environment={"TMPDIR": str(cancelled.playbook.folder)})
        with cancelled.playbook.running(play, hosts=hosts) as running:
            job = _start_until_shadows(cancelled, running, in_use)
            ssh.cut()
            cancelled.assert_given_up(job)
            running.process.wait(120)
            assert "UNREACHABLE" in running.printed


@pytest.mark.skipif(ssh_server.why_not() is not None, reason=str(ssh_server.why_not()))
@pytest.mark.parametrize("how", ["the connection", signal.SIGINT, signal.SIGKILL], ids=str)
@pytest.mark.parametrize("paced", [1, 3, 8], indirect=True)
def test_however_soon_by_ssh(paced: Cancelled, how: signal.Signals | str) -> None:
    with ssh_server.SshServer() as ssh:
        hosts: Hosts = {"far": {**ssh.host(), "ansible_remote_tmp": str(paced.playbook.folder / "far")}}
        play = paced.play(environment={"TMPDIR": str(paced.playbook.folder)})
        with paced.playbook.running(play, hosts=hosts) as running:
            job = _job_when_held(paced, running)
            if isinstance(how, signal.Signals):
                running.process.send_signal(how)
            else:
                ssh.cut()
            paced.proxy.go_on()
            paced.assert_given_up(job)
            running.process.wait(120)


_OPTIONS: dict[str, dict[str, t.Any]] = {"mandant_backup": {"dest": "/nowhere/a.zip", "password": "geheimnis"}}

# Says that the module is there, as a file or on its input, and lets nothing go on.
_SLOW_PYTHON = """#!/bin/sh
case "$*" in *AnsiballZ*|"") touch {started}; sleep 5;; esac
exec {python} "$@"
"""


@pytest.mark.promise("nothing-leaks")
@pytest.mark.parametrize("how", SIGNALS, ids=str)
@pytest.mark.parametrize(
    ("module", "become"),
    [
        ("mandant_restore", False),
        ("mandant_restore", True),
        ("mandant_rollback", True),
        ("mandant_info", False),
        ("mandant_backup", True),
    ],
)
def test_no_secret_is_left_by_who_is_ended_at_once(
    cancelled: Cancelled, tmp_path: Path, how: signal.Signals, module: str, become: bool
) -> None:
    """Neither Ansible's copy of the module, which has the password in it, nor the backup, nor a folder."""
    if become and os.geteuid() != 0:
        pytest.skip("only root becomes another user without a password")
    python, started = tmp_path / "python", tmp_path / "started"
    python.write_text(_SLOW_PYTHON.format(started=shlex.quote(str(started)), python=shlex.quote(sys.executable)))
    python.chmod(0o755)
    hosts: Hosts = {"localhost": {"ansible_connection": "local", "ansible_python_interpreter": str(python)}}
    keywords = {"become": True, "become_method": "su", "become_user": "root"} if become else {}
    home = cancelled.playbook.folder / "home" / ".ansible"
    before = set(home.glob("remote/*"))
    play = cancelled.play(**keywords)
    if module != "mandant_restore":
        del play[0]["tasks"][0]["cao.faktura.mandant_restore"]
        login = {**cancelled.mandant.login(), "login_port": cancelled.proxy.port}
        play[0]["tasks"][0][f"cao.faktura.{module}"] = {**login, **_OPTIONS.get(module, {})}
    with cancelled.playbook.running(play, hosts=hosts) as running:
        until(started.exists, 120, f"the module is there\n{running.printed}")
        running.process.send_signal(how)
        running.process.wait(120)
        until(lambda: not descendants(running.process.pid), 60, "all has ended")
    until(lambda: set(home.glob("remote/*")) <= before, 60, "nothing is left")
    assert not jobs(cancelled.playbook.folder)
    secret = cancelled.mandant.login()["login_password"].encode()
    for path in home.rglob("*"):
        with contextlib.suppress(OSError):
            assert not path.is_file() or secret not in path.read_bytes(), path


# Whatever is run by Ansible, the files that have the password in them are noted before.
_WATCHING_PYTHON = """#!/bin/sh
find {home} -name 'AnsiballZ_*' >> {record}.modules
grep -rlaF {secret} {home} >> {record}
exec {python} "$@"
"""
_SU = {"become": True, "become_method": "su", "become_user": "root"}
_ASYNC = {"async": 300, "poll": 1}


@pytest.mark.parametrize("how", [_SU, _ASYNC, {**_SU, **_ASYNC}], ids=["su", "async", "su and async"])
def test_a_module_that_is_a_file_has_no_secret(cancelled: Cancelled, tmp_path: Path, how: dict[str, t.Any]) -> None:
    """For su and a task's own async Ansible needs the module as a file: whoever is killed leaves no password in it."""
    if "become" in how and os.geteuid() != 0:
        pytest.skip("only root becomes another user without a password")
    python, record = tmp_path / "python", tmp_path / "record"
    login = {**cancelled.mandant.login(), "login_user": "heimlich", "login_password": f"Gänse{os.getpid()}'füßchen"}
    server = cancelled.mandant.server
    server.admin("CREATE USER heimlich IDENTIFIED BY %s", (login["login_password"],))
    server.admin("GRANT ALL ON *.* TO heimlich")
    try:
        home = cancelled.playbook.folder / "home" / ".ansible"
        words = {"home": shlex.quote(str(home)), "record": shlex.quote(str(record)), "python": sys.executable}
        # Ansible and the pipe write other letters than those of ASCII in their own ways.
        python.write_text(_WATCHING_PYTHON.format(secret=f"nse{os.getpid()}", **words))
        python.chmod(0o755)
        restore = {**login, "file": str(tmp_path / "old.sql"), "policy": "always"}
        tasks = [
            {"name": "restore", "cao.faktura.mandant_restore": restore, **how},
            {"name": "task", "cao.faktura.mandant_info": login, **how},
        ]
        hosts: Hosts = {"localhost": {"ansible_connection": "local", "ansible_python_interpreter": str(python)}}
        run = cancelled.playbook.run([{"hosts": "all", "gather_facts": False, "tasks": tasks}], hosts=hosts)
        assert run["restore"].changed
        assert [one["name"] for one in run["task"].result["mandanten"]].count(cancelled.mandant.name) == 1
        assert "AnsiballZ_mandant_info" in Path(f"{record}.modules").read_text()
        assert not record.exists() or record.read_text() == ""
    finally:
        server.admin("DROP USER heimlich")


# Stands for sudo, and notes each file of Ansible's with a module in it. It asks for a password where sudo would.
_SUDO = """#!/bin/sh
find {home} -name 'AnsiballZ_*' >> {record}
while [ "$1" != /bin/sh ]; do
  if [ "$1" = -p ]; then printf %s "$2" >&2; read -r given; test "$given" = Geheim1 || exit 1; fi
  shift
done
case "{terminal}$*" in
terminal*AnsiballZ_*) ;;
terminal*python*) echo "sudo: sorry, you must have a tty to run sudo" >&2; exit 1;;
esac
exec "$@"
"""


@pytest.mark.parametrize("password", ["", "Geheim1"])
@pytest.mark.parametrize("terminal", ["", "terminal"])
def test_who_becomes_another_user_by_sudo(cancelled: Cancelled, tmp_path: Path, terminal: str, password: str) -> None:
    """The module comes on the input, and is no file that could be left; where that cannot be, it is one as before."""
    sudo, record = tmp_path / "sudo", tmp_path / "record"
    folder = cancelled.playbook.folder / "home" / ".ansible"
    sudo.write_text(_SUDO.format(home=shlex.quote(str(folder)), record=shlex.quote(str(record)), terminal=terminal))
    sudo.chmod(0o755)
    # Who was killed before has left such files, without secrets.
    before = {str(path) for path in folder.rglob("AnsiballZ_*")}
    login = cancelled.mandant.login()
    restore = {**login, "file": str(tmp_path / "old.sql"), "policy": "always"}
    becoming: dict[str, t.Any] = {"become": True, "become_exe": str(sudo)}
    if password:
        becoming["vars"] = {"ansible_become_password": password}
    tasks = [
        {"name": "restore", "cao.faktura.mandant_restore": restore, **becoming},
        {"name": "task", "cao.faktura.mandant_info": login, **becoming},
    ]
    play = {"hosts": "all", "gather_facts": False, "tasks": tasks[1:] if terminal else tasks}
    run = cancelled.playbook.run([play], environment={"ANSIBLE_BECOME_ALLOW_SAME_USER": "1"})
    assert run["task"].result["mandanten"][0]["name"] == cancelled.mandant.name
    assert record.exists()
    made = set(record.read_text().splitlines()) - before
    assert any("AnsiballZ_mandant_" in path for path in made) is bool(terminal)
    assert terminal or run["restore"].changed
