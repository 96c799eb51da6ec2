# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Listens to a run of ansible-playbook and remembers what a report needs."""

from __future__ import annotations

import datetime
import time
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._mandant.version import COLLECTION_VERSION
from ansible_collections.cao.faktura.plugins.plugin_utils._controller.ansible_private import (
    action_of,
    has_loop,
    in_check_mode,
    options_of,
    roles_and_actions,
    task_id,
    task_name,
)
from ansible_collections.cao.faktura.plugins.plugin_utils._report.gathered.call import (
    MODULES,
    Call,
    Ended,
    Json,
    Origin,
    read_call,
)
from ansible_collections.cao.faktura.plugins.plugin_utils._report.gathered.document import (
    HostProblem,
    Run,
    State,
    build_document,
)

COLLECTION = "cao.faktura."


class Recorder:
    """Remembers results as they come; document() tells them at any time."""

    def __init__(self) -> None:
        self.started = _now()
        self._playbooks: list[str] = []
        self._calls: list[Call] = []
        self._problems: dict[str, HostProblem] = {}
        self._since: dict[tuple[str, str], float] = {}
        self._running: dict[str, str] = {}
        self._jobs: dict[tuple[str, str], tuple[str, t.Any]] = {}
        self._check_mode = False
        self.concerned = False

    def playbook(self, name: str) -> None:
        """A playbook begins."""
        self._playbooks.append(name)

    def play(self, play: t.Any, *, check_mode: bool) -> None:
        """A play begins. A run is reported when a play has one of the collection's tasks or roles."""
        self._check_mode = check_mode
        self.concerned = self.concerned or any(name.startswith(COLLECTION) for name in roles_and_actions(play))

    def start(self, host: str, task: t.Any) -> None:
        """A task begins on a host."""
        self._since[host, task_id(task)] = time.monotonic()
        if _module(task):
            self.concerned = True
            self._running[host] = task_name(task)

    def result(self, result: t.Any, state: Ended, *, ignored: bool = False) -> None:
        """A task or one turn of its loop has ended on a host; ``ignored``: its failure is."""
        host, task, returned = result.host.get_name(), result.task, result.result
        seconds = self._lap(host, task_id(task))
        if isinstance(returned.get("results"), list) and has_loop(task):
            self._running.pop(host, None)
            return
        module, args = self._origin(host, task, returned)
        if module is None:
            if state != "ok" and not ignored:
                self._problem(host, task, returned, state)
            return
        if not returned.get("_ansible_item_result"):
            self._running.pop(host, None)
        job = returned.get("ansible_job_id")
        if job and not returned.get("finished", 1) and state == "ok":
            self._jobs[host, str(job)] = (module, args)
            return
        origin, check_mode = Origin(module, task_name(task), host), in_check_mode(task)
        self._calls.append(read_call(origin, args, returned, state, check_mode=check_mode, seconds=seconds))

    def end(self, failed_hosts: t.Container[str]) -> None:
        """The run has come to its end; hosts whose failure was rescued are no problem."""
        self._problems = {host: problem for host, problem in self._problems.items() if host in failed_hosts}
        self._running.clear()

    def document(self, *, title: str, state: State) -> Json:
        """Return the report of what was seen until now."""
        problems = dict(self._problems)
        if state == "interrupted":
            problems.update({host: HostProblem(host, "interrupted", task) for host, task in self._running.items()})
        run = Run(
            title=title,
            version=COLLECTION_VERSION,
            playbooks=tuple(dict.fromkeys(self._playbooks)),
            started=self.started,
            ended=_now(),
            check_mode=self._check_mode,
            state=state,
        )
        return build_document(run, self._calls, [one for _host, one in sorted(problems.items())])

    def _lap(self, host: str, uuid: str) -> float | None:
        """Return the seconds since the task began on the host, or since its loop's last turn."""
        now = time.monotonic()
        since = self._since.get((host, uuid))
        self._since[host, uuid] = now
        return None if since is None else round(now - since, 3)

    def _origin(self, host: str, task: t.Any, returned: Json) -> tuple[str | None, Json]:
        """Return the module that a result is of and its options; async_status has those of the task that began."""
        args = options_of(task)
        module = _module(task)
        if module is None and returned.get("finished"):
            module, args = self._jobs.pop((host, str(returned.get("ansible_job_id"))), (None, args))
        return module, args

    def _problem(self, host: str, task: t.Any, returned: Json, state: Ended) -> None:
        """Another task ended the run on the host. What another module says stays out: it could hold anything."""
        name = task_name(task)
        if state == "unreachable":
            self._problems[host] = HostProblem(host, "unreachable", name, str(returned.get("msg") or "")[:2000])
        else:
            self._problems[host] = HostProblem(host, "failed_before", name)


def _now() -> datetime.datetime:
    return datetime.datetime.now().astimezone()


def _module(task: t.Any) -> str | None:
    """Return the short name of the collection's module that a task calls, None for any other task."""
    name = action_of(task)
    short = name[len(COLLECTION) :] if name.startswith(COLLECTION) else ""
    return short if short in MODULES else None
