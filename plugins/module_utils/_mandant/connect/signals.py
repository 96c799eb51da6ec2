# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Signals during a restore: ended politely it clears up, and between swap and end it is not ended at all."""

from __future__ import annotations

import contextlib
import signal
import threading
import types
import typing as t

_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Interrupted(BaseException):
    """A signal asks the run to end."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class Signals:
    """Turns signals into Interrupted, or keeps them back while ``held``."""

    def __init__(self) -> None:
        self._held = False
        self._waiting: int | None = None

    def __call__(self, number: int, _frame: types.FrameType | None) -> None:
        if self._held:
            self._waiting = number
        else:
            raise Interrupted(number)

    @contextlib.contextmanager
    def held(self) -> t.Iterator[None]:
        """Keep signals back; the last of them counts afterwards."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
        if self._waiting is not None:
            raise Interrupted(self._waiting)


@contextlib.contextmanager
def caught() -> t.Iterator[Signals]:
    """Catch the signals that end a process while this lasts; only the main thread can."""
    signals = Signals()
    if threading.current_thread() is not threading.main_thread():
        yield signals
        return
    # What is ignored stays so: under nohup, who logs out ends nothing.
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    before = {number: handler for number, handler in before.items() if handler is not signal.SIG_IGN}
    for number in before:
        signal.signal(number, signals)
    try:
        yield signals
    except Interrupted as interrupted:
        for number, handler in before.items():
            signal.signal(number, handler)
        # As it would have been without us, now that all is cleared up.
        signal.raise_signal(interrupted.number)
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
