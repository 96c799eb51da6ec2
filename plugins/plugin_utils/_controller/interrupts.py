# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Ctrl-C: Ansible's process for a host ends itself and all that it has started at once, unless it is stopped first.

When ansible-playbook itself is killed, that process goes on; on Linux it is told, as if it had been ended, too.
"""

from __future__ import annotations

import contextlib
import ctypes
import signal
import threading
import types
import typing as t

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# The number is that of the header linux/prctl.h of the system.
_PR_SET_PDEATHSIG = 1


class Interrupted(BaseException):
    """A signal asks this process to end."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def _interrupt(number: int, _frame: types.FrameType | None) -> None:
    # Whoever is impatient does not keep it from clearing up.
    for other in _ENDING:
        signal.signal(other, signal.SIG_IGN)
    raise Interrupted(number)


def _when_parent_ends(number: int) -> None:
    """Have the system send a signal to this process when the one that made it ends, 0 for none; where it can."""
    with contextlib.suppress(Exception):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)


@contextlib.contextmanager
def cleared_up(clear_up: t.Callable[[], None]) -> t.Iterator[None]:
    """While this lasts, a signal that ends the process has ``clear_up`` called first."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, _interrupt) for number in _ENDING}
    interrupted = None
    try:
        _when_parent_ends(signal.SIGTERM)
        yield
    except Interrupted as exc:
        interrupted = exc
        with contextlib.suppress(Exception):
            clear_up()
    finally:
        _when_parent_ends(0)
        for number, handler in before.items():
            signal.signal(number, handler)
    if interrupted is not None:
        signal.raise_signal(interrupted.number)
        raise interrupted
