# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nobody waits any more: Ctrl-C, a controller that is killed, an ssh connection that is cut.

The restore waits for a session on the Mandant, with all its shadow tables loaded, so that each test cuts it off at the
same place: before the swap.
"""

from __future__ import annotations

import signal
import time
import typing as t
from collections.abc import Iterator
from pathlib import Path

import pytest

import ssh_server
from jobs import descendants, jobs, kill, slow, stopped, until
from mandant import Mandant
from playbook_runner import Hosts, PlaybookRunner, RunningPlaybook
from restoring import Restorer, articles, cao_backup, company

# The job notices within ten seconds; clearing up takes a moment more on a machine that is busy.
NOTICED_SECONDS = 20.0
# After this time a job is told to stop in any case.
SILENCE_SECONDS = 11.0
SHADOW = "SHOW TABLES LIKE 'BACK\\_RESTORE\\_NEW%%'"


class Cancelled:
    """A Mandant with an old state, and a restore of a new one that can be cut off."""

    def __init__(self, playbook: PlaybookRunner, mandant: Mandant, folder: Path) -> None:
        self.playbook = playbook
        self.mandant = mandant
        restorer = Restorer(mandant, folder)
        restorer.run(restorer.write("old.sql", cao_backup(articles(3, "old"), company("old"))))
        self._new = restorer.write("new.sql", cao_backup(articles(5000, "new"), company("new")))
        self.before = (mandant.tables(), mandant.checksums())

    def play(self, **keywords: t.Any) -> list[dict[str, t.Any]]:
        """Return a playbook that restores the new state."""
        args = {"file": self._new, "running_instances": "wait", **self.mandant.login()}
        task = {"name": "task", "cao.faktura.mandant_restore": args, **keywords}
        return [{"hosts": "all", "gather_facts": False, "tasks": [task]}]

    def wait_for_shadows(self) -> dict[int, Path]:
        """Return the job's processes when its tables are loaded, and only the swap is left."""
        until(lambda: self._shadows() == 3, 60, "the shadow tables are loaded, and their marker")
        found = until(lambda: jobs(self.playbook.folder), 5, "there is a job")
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
        until(lambda: not any(folder.exists() for folder in job.values()), 5, "its folder has gone")
        assert (self.mandant.tables(), self.mandant.checksums()) == self.before
        assert not self.lock_is_held()
        assert not list(self.playbook.folder.rglob("backup"))


@pytest.fixture
def cancelled(playbook: PlaybookRunner, mandant: Mandant, tmp_path: Path) -> Cancelled:
    return Cancelled(playbook, mandant, tmp_path)


@pytest.fixture
def in_use(cancelled: Cancelled) -> Iterator[t.Any]:
    """Somebody is in the way of the swap, from the moment that tables are loaded."""
    session = cancelled.mandant.server.connect()
    yield session
    if session.open:
        session.close()


def _start_until_shadows(cancelled: Cancelled, running: RunningPlaybook, session: t.Any) -> dict[int, Path]:
    with slow(cancelled.mandant.server):
        until(lambda: cancelled.mandant.query(SHADOW), 60, f"a table is made\n{running.printed}")
        session.select_db(cancelled.mandant.name)
    return cancelled.wait_for_shadows()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL, signal.SIGTERM], ids=lambda how: how.name)
def test_the_controller_is_ended(cancelled: Cancelled, in_use: t.Any, how: signal.Signals) -> None:
    with cancelled.playbook.running(cancelled.play()) as running:
        job = _start_until_shadows(cancelled, running, in_use)
        running.process.send_signal(how)
        running.process.wait(30)
        cancelled.assert_given_up(job)


def test_the_controller_is_killed_while_rows_are_sent(cancelled: Cancelled) -> None:
    """The server stands still, so that the job waits for its answer when it is told to stop."""
    server = cancelled.mandant.server
    with cancelled.playbook.running(cancelled.play()) as running:
        with slow(server):
            until(lambda: cancelled.mandant.query(SHADOW), 60, "a table is made")
        with stopped(server):
            job = until(lambda: jobs(cancelled.playbook.folder), 5, "there is a job")
            running.process.kill()
            time.sleep(SILENCE_SECONDS)
        cancelled.assert_given_up(job)


def test_what_was_swapped_stays(cancelled: Cancelled, in_use: t.Any) -> None:
    """The controller is killed, but the way is free for the swap before the job has noticed: it goes to its end."""
    with cancelled.playbook.running(cancelled.play()) as running:
        job = _start_until_shadows(cancelled, running, in_use)
        # Its workers first: none of them may tell the job.
        kill([*sorted({*descendants(running.process.pid)} - {*job}), running.process.pid])
        in_use.close()
        until(lambda: not jobs(cancelled.playbook.folder), NOTICED_SECONDS, "the job has ended")
    assert not any(folder.exists() for folder in job.values())
    assert cancelled.mandant.query("SELECT COUNT(*) FROM ARTIKEL") == [(5000,)]
    assert cancelled.mandant.query("SELECT COUNT(*) FROM BACK_ARTIKEL") == [(3,)]
    assert cancelled.mandant.query("SELECT COUNT(*) FROM BACK_RESTORE_MARKER WHERE kind = 'finished'") == [(1,)]
    assert not cancelled.mandant.query(SHADOW)


def test_a_task_of_its_own_async_goes_on(cancelled: Cancelled, in_use: t.Any) -> None:
    with cancelled.playbook.running(cancelled.play(**{"async": 60, "poll": 1})) as running:
        with slow(cancelled.mandant.server):
            until(lambda: cancelled.mandant.query(SHADOW), 60, f"a table is made\n{running.printed}")
            in_use.select_db(cancelled.mandant.name)
        running.process.kill()
        running.process.wait()
    in_use.close()
    counted = "SELECT COUNT(*) FROM ARTIKEL"
    until(lambda: cancelled.mandant.query(counted) == [(5000,)], NOTICED_SECONDS, "the restore goes to its end")


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
            running.process.wait(60)
            assert "UNREACHABLE" in running.printed
