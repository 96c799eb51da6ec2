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

from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.folder import (
    ALIVE,
    ENDED,
    FOLDER_PREFIX,
    PROGRESS,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

# A job gives up when it has heard nothing for nine seconds, and waits for the next sign before its swap.
TICK_SECONDS = 1.0
_FIRST_SECONDS = (0.3, 0.5)
_PARENT_SECONDS = 0.1
_LOST_SECONDS = 10.0
# Under a task's own async the module begins when Ansible has started it there, and the file has been read once.
_BEGIN_SECONDS = 60.0
_HERE, _GONE, _BEGUN = "here", "gone", "begun"
# In the first place that is this user's, or in which nobody can remove what is another's. Nobody knows the name
# before the folder is there, and it is given with no link in it.
_MAKE = """umask 077
try_in() {{
  test -d "$1" || mkdir -p "$1" || return 1
  test -k "$1" || {{ test -O "$1" && test -z "$(find "$1" -prune \\( -perm -0002 -o -perm -0020 \\))"; }} || return 1
  made=$(mktemp -d "$1/{prefix}XXXXXXXXXXXX") || return 1
  echo . >"$made/try" && rm "$made/try" && cd "$made" && pwd -P && return 0
  rm -rf "$made"; return 1
}}
for place in {places}; do try_in "$place" 2>/dev/null && exit 0; done; exit 1"""
_PLACES = ("/run/user/$(id -u)", "${TMPDIR:-/tmp}", "/var/tmp", "/dev/shm")  # noqa: S108 - mktemp is asked to

Execute = t.Callable[[str], t.Mapping[str, t.Any]]
State = t.Mapping[str, t.Any]


def make_folder(execute: Execute, first_place: str) -> str:
    """Make a folder for a job on the host, as the user who works there, and return its path; Failure."""
    first = f'"$HOME"/{shlex.quote(first_place[2:])}' if first_place.startswith("~/") else shlex.quote(first_place)
    places = " ".join((first, *(f'"{place}"' for place in _PLACES)))
    answer = execute(_MAKE.format(prefix=FOLDER_PREFIX, places=places))
    made = [line.strip() for line in str(answer.get("stdout", "")).splitlines() if f"/{FOLDER_PREFIX}" in line]
    if answer.get("rc") != 0 or not made:
        raise Failure(
            "connection_failed",
            f"the user who works on the host can write neither into {first_place} nor into its home or temporary "
            "folders, where the restore is to tell how far it is. The Mandant is unchanged; make room there, or set "
            "ansible_remote_tmp to another folder",
        )
    return made[-1]


class JobGone(Exception):
    """The job is not there any more, and nobody has its result."""


class Watch:
    """Watches one job. ``execute`` runs a shell command on the host; ``show`` is called with what the job tells.

    Whatever has the name of the folder and is not its user's own is as good as gone, and nothing is written into it.
    With ``keep_alive`` the job hears that it is watched; others go on without.
    """

    def __init__(
        self,
        execute: Execute,
        folder: str,
        show: t.Callable[[State], None],
        *,
        keep_alive: bool,
    ) -> None:
        self._execute = execute
        self.folder = folder
        quoted = shlex.quote(folder)
        self._enter = f'cd {quoted} 2>/dev/null && test -O . && test "$(pwd -P)" = {quoted}'
        self._show = show
        self._keep_alive = keep_alive
        self.has_begun = False
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
                self._wait(seconds)
        except JobGone:
            raise
        except BaseException:
            with contextlib.suppress(Exception):
                self.give_up()
            raise

    def look(self) -> bool:
        """Look once, and show what the job tells; return whether it has its result."""
        self._check_parent()
        alive = f" && : >{ALIVE}" if self._keep_alive else ""
        told = f"test ! -e {ALIVE} || echo {_BEGUN}; cat {PROGRESS} 2>/dev/null; test ! -e {ENDED} || echo {ENDED}"
        answer = self._execute(f"{self._enter}{alive} && {{ {told}; echo {_HERE}; }} || echo {_GONE}")
        lines = [line.strip() for line in str(answer.get("stdout", "")).splitlines()]
        if _GONE in lines:
            raise JobGone
        if _HERE not in lines:
            raise AnsibleConnectionFailure("The host does not say how far the restore is.")
        self.has_begun = _BEGUN in lines
        for line in lines:
            if line.startswith("{"):
                with contextlib.suppress(ValueError):
                    self._show(json.loads(line))
        return ENDED in lines

    def until_begun(self) -> None:
        """Return when the job says that it has what it needs, or is over; or when it says nothing for too long."""
        until = time.monotonic() + _BEGIN_SECONDS
        with contextlib.suppress(JobGone, AnsibleConnectionFailure):
            while not self.look() and not self.has_begun and time.monotonic() < until:
                self._wait(_FIRST_SECONDS[0])

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._check_parent()
            time.sleep(min(left, _PARENT_SECONDS))

    def _check_parent(self) -> None:
        if os.getppid() != self._parent:
            raise AnsibleError("The controller has ended.")

    def give_up(self) -> None:
        """Tell a job that is kept alive at once that nobody waits; one that has not begun finds no folder."""
        if self._keep_alive:
            self._execute(
                f"{self._enter} && {{ rm -f {ALIVE}; cd / && rmdir {shlex.quote(self.folder)}; }} 2>/dev/null"
            )
