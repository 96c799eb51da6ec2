# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts whose temporary folders are gone, full, read-only or not to run programs in.

The host's Python runs in a file system of its own, in which those folders are what the test wants them to be.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import typing as t
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs import until
from mandant import Mandant
from playbook_runner import PlaybookRun, PlaybookRunner
from restoring import articles, cao_backup

RESTORE = "cao.faktura.mandant_restore"
PLACES = ("/tmp", "/var/tmp", "/dev/shm")
# A virtual environment may be reached by a link from one of these folders.
PYTHON = Path(sys.prefix).resolve() / "bin" / Path(sys.executable).name
# What /tmp and its like are mounted as; with "full" nothing can be written into them.
MOUNTS = {
    "noexec": "-o noexec",
    "read-only": "-o ro",
    "full": "-o size=4k,mode=1777",
}


def _why_not() -> str | None:
    if os.geteuid() != 0:
        return "only root mounts file systems"
    if str(PYTHON).startswith(PLACES):
        return f"{PYTHON} itself is in a temporary folder"
    done = subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "x", "/mnt"], capture_output=True, check=False)
    return None if done.returncode == 0 else f"no file system can be mounted here: {done.stderr.decode()}"


pytestmark = pytest.mark.skipif(_why_not() is not None, reason=str(_why_not()))


@pytest.fixture
def elsewhere() -> Iterator[Path]:
    """A folder that is in none of the temporary ones."""
    with tempfile.TemporaryDirectory(prefix="faktura-places-", dir=Path.home()) as name:
        yield Path(name)


def _python(elsewhere: Path, what: str) -> str:
    """Return the path of a Python to which the temporary folders are what a test wants them to be."""
    places = " ".join(place for place in PLACES if Path(place).is_dir())
    each = f"mount -t tmpfs {MOUNTS.get(what, '-o ro')} faktura $place"
    if what == "full":
        each += "; cat /dev/zero >$place/full 2>/dev/null"
    script = f"for place in {places}; do {each}; done; unset TMPDIR; cd {elsewhere}"
    script += f'; exec {shlex.quote(str(PYTHON))} "$@"'
    path = elsewhere / "python"
    path.write_text(f'#!/bin/sh\nexec unshare -m sh -c {shlex.quote(script)} sh "$@"\n', encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def _restore(
    playbook: PlaybookRunner, mandant: Mandant, elsewhere: Path, python: str, **keywords: t.Any
) -> PlaybookRun:
    file = elsewhere / "backup.sql"
    file.write_bytes(cao_backup(articles(2000)))
    host = {
        "ansible_connection": "local",
        "ansible_python_interpreter": python,
        "ansible_remote_tmp": str(elsewhere / "remote"),
        "ansible_async_dir": str(elsewhere / "async"),
    }
    task = {"name": "task", RESTORE: {"file": str(file), **mandant.login()}, **keywords}
    play = {"hosts": "all", "gather_facts": False, "tasks": [task]}
    return playbook.run([play], hosts={"localhost": host})


@pytest.mark.promise("nothing-leaks")
@pytest.mark.parametrize("keywords", [{}, {"async": 120, "poll": 1}], ids=str)
@pytest.mark.parametrize("what", MOUNTS)
def test_a_restore_needs_no_temporary_folder(
    playbook: PlaybookRunner, mandant: Mandant, elsewhere: Path, what: str, keywords: dict[str, t.Any]
) -> None:
    """Nor does it leave anything where Ansible's own files are."""
    python = _python(elsewhere, what)
    for expected in ("restored", "unchanged"):
        run = _restore(playbook, mandant, elsewhere, python, **keywords)
        assert run["task"].result.get("action") == expected, run["task"].result
    assert mandant.query("SELECT COUNT(*) FROM ARTIKEL") == [(2000,)]
    # Ansible's wrapper of a task with async clears up a moment after its end.
    until(lambda: list((elsewhere / "remote").iterdir()) == [], 60, "nothing is left")


def test_the_home_is_full(playbook: PlaybookRunner, mandant: Mandant, elsewhere: Path) -> None:
    """The job's files go where there is room, and what Ansible itself cannot write is its own failure."""
    remote = elsewhere / "remote"
    remote.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "faktura", str(remote)], check=True)
    try:
        # The block that there is goes to a file.
        (remote / "full").write_bytes(b"x" * 4096)
        host = {"ansible_connection": "local", "ansible_remote_tmp": str(remote)}
        file = elsewhere / "backup.sql"
        file.write_bytes(cao_backup(articles(2000)))
        task = {"name": "task", RESTORE: {"file": str(file), "remote_src": True, **mandant.login()}}
        run = playbook.run([{"hosts": "all", "gather_facts": False, "tasks": [task]}], hosts={"localhost": host})
        assert run["task"].result.get("action") == "restored", run["task"].result
    finally:
        subprocess.run(["umount", str(remote)], check=True)
    shutil.rmtree(remote)
