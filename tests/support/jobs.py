# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The jobs on the managed host, as /proc shows them, and servers that stand still."""

from __future__ import annotations

import contextlib
import os
import pwd
import signal
import time
import typing as t
from pathlib import Path

from private_server import PrivateServer


def jobs(folder: Path) -> dict[int, Path]:
    """Return the folder of each job by the process ids of supervisor and worker.

    ``folder``: that of the playbook runner, which all its processes have in their environment.
    """
    mark = b"TMPDIR=" + os.fsencode(folder) + b"\0"
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            output = (process / "fd" / "1").readlink()
            if mark in (process / "environ").read_bytes() and output.name == "output":
                found[int(process.name)] = output.parent
        except OSError:
            continue
    return found


def jobs_of(user: str) -> list[int]:
    """Return the processes of another user that run Ansible's modules."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if process.stat().st_uid == pwd.getpwnam(user).pw_uid and b"ansi" in (process / "cmdline").read_bytes():
                found.append(int(process.name))
    return found


def descendants(pid: int, name: str | None = None) -> list[int]:
    """Return the processes that a process and its own have started; only those with a name, if one is given."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            begin, rest = status.read_text(encoding="utf-8", errors="replace").rsplit(") ", 1)
        except OSError:
            continue
        if name is None or begin.endswith(f"({name}"):
            parents[int(status.parent.name)] = int(rest.split()[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return sorted(found - {pid})


def kill(pids: t.Iterable[int]) -> None:
    """Kill processes, some of which may have ended."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def until(true: t.Callable[[], t.Any], seconds: float, what: str) -> t.Any:
    """Wait until something is true and return it; the time is a protection, not a measurement."""
    deadline = time.monotonic() + seconds
    while not (value := true()):
        assert time.monotonic() < deadline, what
        time.sleep(0.02)
    return value


@contextlib.contextmanager
def stopped(server: PrivateServer) -> t.Iterator[None]:
    """Have a server stand still."""
    pid = server.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)
