# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Progress on the screen of ansible-playbook, from the process that works for one host."""

from __future__ import annotations

import sys
import time
import typing as t

from ansible_collections.cao.faktura.plugins.plugin_utils._controller.ansible_private import (
    columns_of,
    own_setting,
    show_progress,
    shows_good_results,
    verbosity_of,
)
from ansible_collections.cao.faktura.plugins.plugin_utils._controller.progress import progress_lines as lines
from ansible_collections.cao.faktura.plugins.plugin_utils._controller.terminal import width_of

# Ansible loads this before it makes a process for each host, and those have no terminal of their own.
_TERMINAL_WIDTH = width_of(sys.stderr)
_ON_TERMINAL = _TERMINAL_WIDTH is not None
_SETTING: dict[str, t.Any] = {
    "progress": {
        "type": "bool",
        "default": True,
        "env": [{"name": "CAO_FAKTURA_PROGRESS"}],
        "ini": [{"section": "cao_faktura", "key": "progress"}],
        "vars": [{"name": "cao_faktura_progress"}],
    }
}
_ANSI_CLEAR_REST = "\x1b[K"


def wanted(option: bool | None, task_vars: t.Mapping[str, t.Any]) -> bool:
    """Whether to show progress: the task says it, or a setting; and what hides good results hides this."""
    if option is not None:
        return option
    return bool(own_setting("progress", _SETTING, task_vars)) and shows_good_results()


def hosts_at_once(task_vars: t.Mapping[str, t.Any]) -> int:
    """Return how many hosts may be at work at the same time."""
    batch = len(task_vars.get("ansible_play_batch") or ())
    return max(1, min(batch, int(task_vars.get("ansible_forks") or 1)))


class Silent:
    """Shows nothing."""

    visible = False

    def show(self, state: lines.State) -> None:
        """Show a state when it is time to."""

    def end(self, state: lines.State | None) -> None:
        """Show how it ended, or nothing; what follows begins on a line of its own."""


class Screen(Silent):
    """Shows one run: on a terminal as a bar, in its place when there is one host only; else as plain lines.

    Everything goes to the standard error, which is written at once, and leaves the output of callbacks as it is.
    """

    visible = True

    def __init__(
        self,
        display: t.Any,
        where: tuple[str, str],
        hosts: int,
        clock: t.Callable[[], float] = time.monotonic,
    ) -> None:
        self._display = display
        self._where = where
        self._seconds = lines.seconds_between(hosts)
        self._in_place = _ON_TERMINAL and hosts == 1 and verbosity_of(display) < 3
        self._clock = clock
        self._written = clock()
        self._text = ""
        self._open = False

    def show(self, state: lines.State) -> None:
        text = self._line(state)
        # A line once more only says that the run is alive.
        if self._clock() - self._written >= (lines.MAX_SECONDS if text == self._text else self._seconds):
            self._write(text, last=False)

    def end(self, state: lines.State | None) -> None:
        if state is not None:
            self._write(self._line(state), last=True)
        elif self._open:
            show_progress(self._display, "")
        self._open = False

    def _line(self, state: lines.State) -> str:
        width = (_TERMINAL_WIDTH - 1 if _TERMINAL_WIDTH else columns_of(self._display)) if _ON_TERMINAL else None
        return lines.line(self._where, state, bar=_ON_TERMINAL, width=width)

    def _write(self, text: str, *, last: bool) -> None:
        shown = f"\r{text}{_ANSI_CLEAR_REST}" if self._in_place else text
        show_progress(self._display, shown, newline=last or not self._in_place)
        self._written, self._text = self._clock(), text
        self._open = self._in_place and not last
