# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""A second process for work that one interpreter alone cannot do beside its own: it ends with the process it helps."""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import select
import signal
import socket
import struct
import threading
import typing as t
from pathlib import Path

_LENGTH = struct.Struct("!I")
_LEFT_TO_US = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGALRM)


class Line:
    """What two processes of one run say to each other: values, one by one."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end

    def send(self, value: object) -> None:
        """Hand over a value; OSError when the other process is gone."""
        data = pickle.dumps(value)
        self._end.sendall(_LENGTH.pack(len(data)) + data)

    def receive(self) -> t.Any:
        """Wait for a value; EOFError or OSError when the other process is gone."""
        size = _LENGTH.unpack(self._exactly(_LENGTH.size))[0]
        return pickle.loads(self._exactly(size))  # noqa: S301 - our own process wrote it

    def is_waiting(self) -> bool:
        """Whether there is something to receive, the end included."""
        return bool(select.select([self._end], [], [], 0)[0])

    def fileno(self) -> int:
        return self._end.fileno()

    def close(self) -> None:
        self._end.close()

    def _exactly(self, size: int) -> bytes:
        pieces = []
        while size > 0:
            piece = self._end.recv(size)
            if not piece:
                raise EOFError
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)


Work = t.Callable[[Line], None]


class Helper:
    """A process made from this one. It has no file of this one open but those it needs, above all no connection."""

    def __init__(self, work: Work, needed: t.Collection[int]) -> None:
        ours, theirs = socket.socketpair()
        try:
            self._process = os.fork()
        except OSError:
            ours.close()
            theirs.close()
            raise
        if self._process == 0:
            _live(work, theirs, needed)
        theirs.close()
        self.line = Line(ours)

    def close(self) -> None:
        """End it; it can be called more than once."""
        self.line.close()
        if self._process:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(self._process, 0)
        self._process = 0


def start(work: Work, needed: t.Collection[int]) -> Helper | None:
    """Start a helper, where there is a core for it and a fork is safe and allowed; None else."""
    if _cores() < 2 or threading.active_count() > 1:
        return None
    try:
        return Helper(work, needed)
    except OSError:
        return None


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except (AttributeError, OSError):
        return os.cpu_count() or 1


def _live(work: Work, end: socket.socket, needed: t.Collection[int]) -> t.NoReturn:  # pragma: no cover - elsewhere
    """Work until the other end is closed, which the death of the other process does as well."""
    try:
        for number in _LEFT_TO_US:
            signal.signal(number, signal.SIG_DFL)
        gc.disable()
        _close_all_but({end.fileno(), *needed})
        work(Line(end))
    except BaseException:  # noqa: BLE001 - nobody is there to tell; the other process goes on alone
        os._exit(1)
    os._exit(0)


def _close_all_but(needed: set[int]) -> None:  # pragma: no cover - another process
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    # Listed before any is closed: the list itself needs one.
    for entry in list(Path("/dev/fd").iterdir()):
        if int(entry.name) > 2 and int(entry.name) not in needed:
            with contextlib.suppress(OSError):
                os.close(int(entry.name))
