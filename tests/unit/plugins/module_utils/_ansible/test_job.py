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
import typing as t
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._ansible.job import FOLDER_PREFIX, Folder, Watcher
from jobs import until

# Says what it is, then does what the test wants it to.
_MODULE = """
import sys, time
from ansible_collections.cao.faktura.plugins.module_utils._ansible import job
job.SILENCE_SECONDS = 1.0
job.go_to_background(job.Folder(sys.argv[1]), {"answer": "job"}, "the restore of cao_x")
exec(sys.argv[2])
"""


def _call(folder: Path, code: str) -> dict[str, t.Any]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(
        [sys.executable, "-c", _MODULE, str(folder), code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    answer: dict[str, t.Any] = json.loads(done.stdout)
    return answer


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / f"{FOLDER_PREFIX}test"


def _watch_until_ended(folder: Path) -> dict[str, t.Any]:
    def ended() -> bool:
        (folder / "alive").touch()
        return (folder / "ended").exists()

    until(ended, 20, "the job has ended")
    result: dict[str, t.Any] = json.loads((folder / "output").read_text(encoding="utf-8"))
    return result


def test_what_ends_soon_is_the_answer(folder: Path) -> None:
    assert _call(folder, "print('{\"rows\": 7}')") == {"rows": 7}
    assert not folder.exists()


def test_what_is_watched_goes_on(folder: Path) -> None:
    assert _call(folder, "time.sleep(4); print('{\"rows\": 8}')") == {"answer": "job"}
    assert _watch_until_ended(folder) == {"rows": 8}
    until(lambda: not folder.exists(), 10, "nobody has come for the result, and the folder is gone")


@pytest.mark.parametrize("sign", ["none", "taken away"])
def test_what_nobody_watches_is_stopped(folder: Path, sign: str) -> None:
    mark = folder.parent / "cleared"
    code = (
        "import pathlib, signal\n"
        f"signal.signal(signal.SIGTERM, lambda *_: (pathlib.Path({str(mark)!r}).touch(), sys.exit(1)))\n"
        "time.sleep(60)"
    )
    assert _call(folder, code) == {"answer": "job"}
    if sign == "taken away":
        (folder / "alive").unlink()
    until(mark.exists, 10, "the job was told to stop, and cleared up")
    until(lambda: not folder.exists(), 10, "its folder is gone")


def test_what_is_killed_is_a_failure_with_a_name(folder: Path) -> None:
    code = "import os, signal; time.sleep(2); os.kill(os.getpid(), signal.SIGKILL)"
    assert _call(folder, code) == {"answer": "job"}
    result = _watch_until_ended(folder)
    assert (result["failed"], result["error"]) == (True, "connection_failed")
    assert f"the restore of cao_x: its process was ended by signal {signal.SIGKILL:d}" in result["msg"]


def test_a_clock_that_jumps_is_not_believed(folder: Path) -> None:
    job_folder = Folder(str(folder))
    job_folder.make()
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
