# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A job in the background, with real processes: watched, left alone, killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import typing as t
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.folder import FOLDER_PREFIX, Folder
from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.job import Watcher
from jobs import until

# Says what it is, then does what the test wants it to. As Ansible does it, its files go when it ends in a usual way.
_MODULE = """
import pathlib, sys, time
from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch import folder as folders, job
folder, code, silence, soon = sys.argv[1:]
job.SILENCE_SECONDS, job._SOON_SECONDS = float(silence), float(soon)
try:
    job.go_to_background(folders.Folder(folder), {"answer": "job"}, "the restore of cao_x")
    exec(code)
finally:
    pathlib.Path(folder).with_name("unwound").touch()
"""
# A protection: for a machine that is busy.
_LONG_SECONDS = 60.0


def _start(
    folder: Path, code: str, *, silence_seconds: float = 1.0, soon_seconds: float = 1.0
) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", _MODULE, str(folder), code, str(silence_seconds), str(soon_seconds)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe, text=True)


def _call(folder: Path, code: str, **seconds: float) -> dict[str, t.Any]:
    with _start(folder, code, **seconds) as process:
        said, errors = process.communicate()
    assert (process.returncode, errors) == (0, "")
    answer: dict[str, t.Any] = json.loads(said)
    return answer


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / f"{FOLDER_PREFIX}test"
    path.mkdir(mode=0o700)
    return path


def _watch_until(true: t.Callable[[], bool], folder: Path, what: str) -> None:
    def watched() -> bool:
        (folder / "alive").touch()
        return true()

    until(watched, _LONG_SECONDS, what)


def _watch_until_ended(folder: Path) -> dict[str, t.Any]:
    _watch_until((folder / "ended").exists, folder, "the job has ended")
    result: dict[str, t.Any] = json.loads((folder / "output").read_text(encoding="utf-8"))
    return result


def test_what_ends_soon_is_the_answer(folder: Path) -> None:
    assert _call(folder, "print('{\"rows\": 7}')", silence_seconds=99, soon_seconds=99) == {"rows": 7}
    assert not folder.exists()


# A job that goes on until the test lets it.
_WAIT = "while not pathlib.Path(folder).with_name('go').exists(): time.sleep(0.02)\n"


def test_what_is_watched_goes_on(folder: Path) -> None:
    code = _WAIT + "print('{\"rows\": 8}')"
    assert _call(folder, code, silence_seconds=3, soon_seconds=0) == {"answer": "job"}
    begun = time.monotonic()
    # Longer than it would without.
    _watch_until(lambda: time.monotonic() - begun > 4, folder, "time goes on")
    (folder.parent / "go").touch()
    assert _watch_until_ended(folder) == {"rows": 8}
    until(lambda: not folder.exists(), _LONG_SECONDS, "nobody has come for the result, and the folder is gone")


def test_whoever_is_gone_while_it_waits_calls_the_job_off(folder: Path) -> None:
    """As when a connection is cut: nobody is there for the answer, however long it would have waited."""
    with _start(folder, "time.sleep(600)", silence_seconds=99, soon_seconds=99) as process:
        until((folder / "output").exists, _LONG_SECONDS, "the job has begun")
        assert process.stdout is not None
        process.stdout.close()
        until(lambda: not folder.exists(), _LONG_SECONDS, "the job and its folder are gone")
        assert process.wait(_LONG_SECONDS) == 0


@pytest.mark.parametrize("sign", ["none", "taken away"])
def test_what_nobody_watches_is_stopped(folder: Path, sign: str) -> None:
    mark = folder.parent / "cleared"
    code = (
        "import pathlib, signal\n"
        f"signal.signal(signal.SIGTERM, lambda *_: (pathlib.Path({str(mark)!r}).touch(), sys.exit(1)))\n"
        "time.sleep(600)"
    )
    assert _call(folder, code) == {"answer": "job"}
    if sign == "taken away":
        (folder / "alive").unlink()
    until(mark.exists, _LONG_SECONDS, "the job was told to stop, and cleared up")
    until(lambda: not folder.exists(), _LONG_SECONDS, "its folder is gone")


def test_what_is_killed_is_a_failure_with_a_name(folder: Path) -> None:
    code = _WAIT + "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    assert _call(folder, code, silence_seconds=20, soon_seconds=0) == {"answer": "job"}
    (folder.parent / "go").touch()
    result = _watch_until_ended(folder)
    assert (result["failed"], result["error"]) == (True, "connection_failed")
    assert f"the restore of cao_x: its process was ended by signal {signal.SIGKILL:d}" in result["msg"]


@pytest.mark.parametrize("how", ["interrupted", "not listened to"])
def test_whoever_has_called_leaves_the_jobs_files(folder: Path, how: str) -> None:
    """The caller waits for a job that may end soon, and is ended meanwhile."""
    soon = 99 if how == "interrupted" else 0.5
    # Before the job has begun, the caller is ended as any program is.
    code = "pathlib.Path(folder).with_name('begun').touch()\n" + _WAIT
    with _start(folder, code, silence_seconds=20, soon_seconds=soon) as process:
        assert process.stdout is not None
        process.stdout.close()
        until((folder.parent / "begun").exists, _LONG_SECONDS, "the job has begun")
        if how == "interrupted":
            process.send_signal(signal.SIGINT)
        process.wait(_LONG_SECONDS)
    assert not (folder.parent / "unwound").exists()
    (folder.parent / "go").touch()
    until((folder.parent / "unwound").exists, _LONG_SECONDS, "the job has ended")


def test_a_clock_that_jumps_is_not_believed(folder: Path) -> None:
    job_folder = Folder(str(folder))
    os.close(job_folder.begin())
    now = [50.0]
    watcher = Watcher(job_folder, lambda: now[0])
    assert not watcher.is_gone()
    now[0] += 8
    assert not watcher.is_gone()
    # Somebody sets the host's clock back: the sign has another time, and that is all that counts.
    os.utime(folder / "alive", (1, 1))
    assert not watcher.is_gone()
    now[0] += 8
    assert not watcher.is_gone()
    now[0] += 2
    assert watcher.is_gone()
