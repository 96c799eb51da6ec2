# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""A module that goes on in the background, as long as somebody on the controller watches it.

Three processes: the module that was called answers where the job is, or the job's own result when it has ended soon.
The worker is the job: what it prints is its result, as if it had been called alone. The supervisor looks for the
watcher's sign of life, asks the worker to stop when there is none any more, and leaves nothing behind.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sys
import time
import typing as t
from pathlib import Path

FOLDER_PREFIX = "ansible-cao-faktura-"
# The files of a job: the watcher's sign of life, how far it is, its result, and that this is complete.
ALIVE, PROGRESS, OUTPUT, ENDED = "alive", "progress", "output", "ended"
# How long a watcher may be silent. It gives its sign every two seconds.
SILENCE_SECONDS = 9.0
_LOOK_SECONDS = 0.25
# A job that ends within this time needs no watcher.
_SOON_SECONDS = 1.0
_SOON_LOOK_SECONDS = 0.02


class Folder:
    """The job's folder, which only its user can enter."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)
        if not self._path.name.startswith(FOLDER_PREFIX):
            raise ValueError(f"{path} is no folder of a job")

    def make(self) -> None:
        """Make it; FileExistsError when somebody else has made something of this name."""
        self._path.mkdir(0o700)
        self.file(ALIVE).touch(0o600, exist_ok=False)

    def file(self, name: str) -> Path:
        """Return the path of one of its files."""
        return self._path / name

    def has(self, name: str) -> bool:
        return self.file(name).exists()

    def write(self, name: str, text: str) -> None:
        """Write a file so that it is there as a whole or not at all; OSError."""
        fresh = self.file(f"{name}.new")
        fresh.touch(0o600)
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(self.file(name))

    def remove(self) -> None:
        shutil.rmtree(self._path, ignore_errors=True)


class Watcher:
    """Whoever watches the job: each sign of life gives a file a new time. No clock but one that never jumps counts."""

    def __init__(self, folder: Folder, clock: t.Callable[[], float] = time.monotonic) -> None:
        self._path = folder.file(ALIVE)
        self._clock = clock
        self._sign: int | None = None
        self._heard = clock()

    def is_gone(self) -> bool:
        """Whether there was no sign for too long, or the watcher has taken its file away."""
        try:
            sign = self._path.stat().st_mtime_ns
        except OSError:
            return True
        if sign != self._sign:
            self._sign, self._heard = sign, self._clock()
        return self._clock() - self._heard > SILENCE_SECONDS


def go_to_background(folder: Folder, answer: t.Mapping[str, t.Any], what: str) -> None:
    """Return in the background; the process that called ends with ``answer``, or with the result if that comes soon.

    ``what`` is for messages: what is done.
    """
    folder.make()
    sys.stdout.flush()
    supervisor = os.fork()
    if supervisor:
        _answer(folder, answer)
    os.setsid()
    _redirect(folder)
    worker = os.fork()
    if worker:
        _supervise(folder, worker, what)
        # Not os._exit(): a worker that was killed has left the files of its module to this process.
        raise SystemExit(0)


def _redirect(folder: Folder) -> None:
    output = os.open(folder.file(OUTPUT), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    nothing = os.open(os.devnull, os.O_RDWR)
    for source, target in ((nothing, 0), (output, 1), (nothing, 2)):
        os.dup2(source, target)
    os.close(output)
    os.close(nothing)


def _answer(folder: Folder, answer: t.Mapping[str, t.Any]) -> t.NoReturn:
    """Wait a moment, and end this process without a trace: what it has on the disk is the job's now."""
    try:
        soon = time.monotonic() + _SOON_SECONDS
        while not folder.has(ENDED) and time.monotonic() < soon:
            time.sleep(_SOON_LOOK_SECONDS)
        # Not by exit_json(): the job may have ended just now, and with it the files from which that would be imported.
        sys.stdout.write(_taken(folder) if folder.has(ENDED) else json.dumps(answer) + "\n")
        sys.stdout.flush()
    finally:
        # Also by Ctrl-C, or when nobody takes the answer: whoever ends in another way removes those files.
        os._exit(0)


def collect(folder: Folder) -> t.NoReturn:
    """End this module with the result of a job, to the letter."""
    sys.stdout.write(_taken(folder))
    sys.stdout.flush()
    raise SystemExit(0)


def _taken(folder: Folder) -> str:
    """Return what the job printed, and remove its folder."""
    text = folder.file(OUTPUT).read_text(encoding="utf-8")
    folder.remove()
    return text


def _supervise(folder: Folder, worker: int, what: str) -> None:
    watcher = Watcher(folder)
    soon = time.monotonic() + _SOON_SECONDS
    told_to_stop = False
    ended = 0
    while not ended:
        time.sleep(_SOON_LOOK_SECONDS if time.monotonic() < soon else _LOOK_SECONDS)
        ended, status = os.waitpid(worker, os.WNOHANG)
        if not ended and not told_to_stop and watcher.is_gone():
            told_to_stop = True
            os.kill(worker, signal.SIGTERM)
    with contextlib.suppress(OSError):
        if not _is_complete(folder):
            folder.write(OUTPUT, json.dumps(_failure(what, status, told_to_stop=told_to_stop)) + "\n")
        folder.write(ENDED, "")
    while folder.has(ENDED) and not watcher.is_gone():
        time.sleep(_LOOK_SECONDS)
    folder.remove()


def _is_complete(folder: Folder) -> bool:
    """Whether the worker has come to printing its result."""
    try:
        return folder.file(OUTPUT).stat().st_size > 0
    except OSError:
        return True


def _failure(what: str, status: int, *, told_to_stop: bool) -> dict[str, t.Any]:
    if told_to_stop:
        why = f"the controller was not to be heard for {SILENCE_SECONDS:.0f} seconds, so it was stopped"
    elif os.WIFSIGNALED(status):
        why = f"its process was ended by signal {os.WTERMSIG(status)}"
    else:
        why = f"its process ended without a result, with code {os.WEXITSTATUS(status)}"
    msg = f"{what}: {why}. Before its swap a restore leaves the Mandant as it was; run again"
    return {"failed": True, "changed": False, "error": "connection_failed", "msg": msg}
