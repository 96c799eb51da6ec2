# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Watching a job on the managed host: a cheap command now and then says that somebody waits, and asks how far it is."""

from __future__ import annotations

import contextlib
import itertools
import json
import multiprocessing
import os
import shlex
import time
import typing as t

from ansible.errors import AnsibleConnectionFailure, AnsibleError

from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.job import ALIVE, ENDED, PROGRESS

# A job gives up when it has heard nothing for nine seconds.
TICK_SECONDS = 2.0
_FIRST_SECONDS = (0.3, 0.5, 1.0)
_LOST_SECONDS = 10.0
_HERE, _GONE = "here", "gone"

State = t.Mapping[str, t.Any]


class JobGone(Exception):
    """The job is not there any more, and nobody has its result."""


class Watch:
    """Watches one job. ``execute`` runs a shell command on the host; ``show`` is called with what the job tells.

    With ``keep_alive`` the job hears that it is watched; others go on without.
    """

    def __init__(
        self,
        execute: t.Callable[[str], t.Mapping[str, t.Any]],
        folder: str,
        show: t.Callable[[State], None],
        *,
        keep_alive: bool,
    ) -> None:
        self._execute = execute
        self._folder = shlex.quote(folder)
        self._show = show
        self._keep_alive = keep_alive
        parent = multiprocessing.parent_process()
        # The process of ansible-playbook that made this one, even when it has ended already.
        self._parent = os.getppid() if parent is None else parent.pid

    def until_ended(self) -> None:
        """Return when the job has its result.

        Raises JobGone, AnsibleConnectionFailure when the host is not reached for ten seconds, and AnsibleError when
        the controller was killed: the job must not take this process for somebody who waits.
        """
        heard = time.monotonic()
        try:
            for seconds in itertools.chain(_FIRST_SECONDS, itertools.repeat(TICK_SECONDS)):
                try:
                    if self.look():
                        return
                    heard = time.monotonic()
                except AnsibleConnectionFailure:
                    if time.monotonic() - heard > _LOST_SECONDS:
                        raise
                time.sleep(seconds)
        except JobGone:
            raise
        except BaseException:
            with contextlib.suppress(Exception):
                self._give_up()
            raise

    def look(self) -> bool:
        """Look once, and show what the job tells; return whether it has its result."""
        if os.getppid() != self._parent:
            raise AnsibleError("The controller has ended.")
        alive = f" && : >{ALIVE}" if self._keep_alive else ""
        told = f"cat {PROGRESS} 2>/dev/null; test ! -e {ENDED} || echo {ENDED}; echo {_HERE}"
        answer = self._execute(f"cd {self._folder} 2>/dev/null{alive} && {{ {told}; }} || echo {_GONE}")
        lines = [line.strip() for line in str(answer.get("stdout", "")).splitlines()]
        if _GONE in lines:
            raise JobGone
        if _HERE not in lines:
            raise AnsibleConnectionFailure("The host does not say how far the restore is.")
        for line in lines:
            if line.startswith("{"):
                with contextlib.suppress(ValueError):
                    self._show(json.loads(line))
        return ENDED in lines

    def _give_up(self) -> None:
        """Tell the job at once that nobody waits."""
        if self._keep_alive:
            self._execute(f"rm -f {self._folder}/{ALIVE}")
