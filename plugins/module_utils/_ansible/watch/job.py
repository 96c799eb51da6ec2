# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""A module that goes on in the background, as long as somebody on the controller watches it.

Three processes: the module that was called answers where the job is, or the job's own result when it has ended soon.
The worker is the job: what it prints is its result, as if it had been called alone. The supervisor looks for the
watcher's sign of life, asks the worker to stop when there is none any more, and leaves nothing behind.

Before what cannot be taken back, the worker waits for a sign that was given after it had come there: a watcher who is
gone gives none, however short the rest was.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import sys
import time
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.folder import ALIVE, ENDED, OUTPUT, Folder

# How long a watcher may be silent. It gives its sign every second.
SILENCE_SECONDS = 9.0
_LOOK_SECONDS = 0.25
# A job that ends within this time needs no watcher, and no second call of the module.
_SOON_SECONDS = 2.0
_SOON_LOOK_SECONDS = 0.02
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Watcher:
    """Whoever watches the job: each sign of life gives a file a new time. No clock but one that never jumps counts."""

    def __init__(self, folder: Folder, clock: t.Callable[[], float] = time.monotonic) -> None:
        self._folder = folder
        self._clock = clock
        self._sign: int | None = None
        self._heard = clock()

    def is_gone(self) -> bool:
        """Whether there was no sign for too long, or the watcher has taken its file away."""
        sign = self._folder.time_of(ALIVE)
        if sign is None:
            return True
        if sign != self._sign:
            self._sign, self._heard = sign, self._clock()
        return self._clock() - self._heard > SILENCE_SECONDS

    def wait_for_sign(self) -> None:
        """Return when a sign has come that was given from now on; where none comes, end this process politely."""
        before = self._folder.time_of(ALIVE)
        while self._folder.time_of(ALIVE) in (before, None):
            if self.is_gone():
                os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(_SOON_LOOK_SECONDS)


def go_to_background(folder: Folder, answer: t.Mapping[str, t.Any], what: str) -> bool:
    """Return True in the background; the process that called ends with ``answer``, or with the result if it comes soon.

    Where the system gives no other process, it is False, and this is still the one that was called. ``what`` is for
    messages: what is done. Raises Failure where nothing can be written.
    """
    os.close(folder.begin())
    output = folder.begin(OUTPUT)
    sys.stdout.flush()
    # Who ends this process by a signal does not catch the supervisor before it can tell the worker.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    supervisor = _forked()
    if supervisor is None:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        os.close(output)
        return False
    if supervisor:
        _answer(folder, answer)
    os.setsid()
    _redirect(output)
    told = _Told()
    handlers = {number: signal.signal(number, told) for number in _ENDING}
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    worker = _forked()
    if worker is None:
        _tell(folder, _failure(what, "the system gives it no process; raise the account's limit (ulimit -u)"))
        _keep_until_taken(folder, Watcher(folder))
        raise SystemExit(0)
    if worker:
        _supervise(folder, worker, what, told)
        # Not os._exit(): a worker that was killed has left the files of its module to this process.
        raise SystemExit(0)
    for number, handler in handlers.items():
        signal.signal(number, handler)
    return True


def _forked() -> int | None:
    """Return what os.fork() does, None where it cannot be done."""
    try:
        return os.fork()
    except OSError:
        return None


class _Told:
    """Notes that a signal has asked the supervisor to end: it asks the worker then, and stays until that has ended."""

    def __init__(self) -> None:
        self.to_stop = False

    def __call__(self, _number: int, _frame: object) -> None:
        self.to_stop = True


def _redirect(output: int) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for source, target in ((nothing, 0), (output, 1), (nothing, 2)):
        os.dup2(source, target)
    os.close(output)
    os.close(nothing)


def _answer(folder: Folder, answer: t.Mapping[str, t.Any]) -> t.NoReturn:
    """Wait a moment, and end this process without a trace: what it has on the disk is the job's now.

    As long as it waits it watches the job. Ended by a signal, or when nobody is there for the answer, it calls the job
    off.
    """
    try:
        for number in _ENDING:
            signal.signal(number, _stop_waiting)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
        soon = time.monotonic() + _SOON_SECONDS
        while not folder.has(ENDED) and time.monotonic() < soon:
            if not _is_heard():
                raise BrokenPipeError
            folder.touch(ALIVE)
            time.sleep(_SOON_LOOK_SECONDS)
        # Not by exit_json(): the job may have ended just now, and with it the files from which that would be imported.
        sys.stdout.write(_taken(folder) if folder.has(ENDED) else json.dumps(answer) + "\n")
        sys.stdout.flush()
    except BaseException:  # noqa: BLE001 - nobody is there to tell
        folder.discard(ALIVE)
    finally:
        # Whoever ends in another way removes those files.
        os._exit(0)


def _is_heard() -> bool:
    """Whether the other end of what this process prints to is open still."""
    line = select.poll()
    line.register(1, 0)
    return not line.poll(0)


def _stop_waiting(number: int, _frame: object) -> None:
    raise KeyboardInterrupt(number)


def collect(folder: Folder) -> t.NoReturn:
    """End this module with the result of a job, to the letter."""
    sys.stdout.write(_taken(folder))
    sys.stdout.flush()
    raise SystemExit(0)


def _taken(folder: Folder) -> str:
    """Return what the job printed, and remove its folder."""
    text = folder.read(OUTPUT)
    folder.remove()
    return text


def _supervise(folder: Folder, worker: int, what: str, told: _Told) -> None:
    watcher = Watcher(folder)
    soon = time.monotonic() + _SOON_SECONDS
    told_to_stop = False
    ended = 0
    while not ended:
        time.sleep(_SOON_LOOK_SECONDS if time.monotonic() < soon else _LOOK_SECONDS)
        ended, status = os.waitpid(worker, os.WNOHANG)
        if not ended and not told_to_stop and (told.to_stop or watcher.is_gone()):
            told_to_stop = True
            os.kill(worker, signal.SIGTERM)
    failure = None if _is_complete(folder) else _failure(what, _why(status, told_to_stop=told_to_stop))
    _tell(folder, failure)
    _keep_until_taken(folder, watcher)


def _keep_until_taken(folder: Folder, watcher: Watcher) -> None:
    while folder.has(ENDED) and not watcher.is_gone():
        time.sleep(_LOOK_SECONDS)
    folder.remove()


def _is_complete(folder: Folder) -> bool:
    """Whether the worker has printed its result, and all of it."""
    try:
        json.loads(folder.read(OUTPUT))
    except OSError:
        return True
    except ValueError:
        return False
    return True


def _tell(folder: Folder, failure: dict[str, t.Any] | None) -> None:
    """Say that the job has ended, by a failure where it has not said itself how."""
    with contextlib.suppress(OSError):
        if failure is not None:
            folder.write(OUTPUT, json.dumps(failure) + "\n")
        folder.write(ENDED, "")


def _why(status: int, *, told_to_stop: bool) -> str:
    if told_to_stop:
        return f"the controller was not to be heard for {SILENCE_SECONDS:.0f} seconds, so it was stopped"
    if os.WIFSIGNALED(status):
        return f"its process was ended by signal {os.WTERMSIG(status)}"
    return f"its process ended without a result, with code {os.WEXITSTATUS(status)}"


def _failure(what: str, why: str) -> dict[str, t.Any]:
    msg = f"{what}: {why}. Before its swap a restore leaves the Mandant as it was; run again"
    return {"failed": True, "changed": False, "error": "connection_failed", "msg": msg}
