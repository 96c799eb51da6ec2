# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The controller's half of mandant_restore: ask, ship what is needed, watch the restore."""

from __future__ import annotations

import contextlib
import time

from ansible.errors import AnsibleConnectionFailure
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.utils.display import Display

from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.controller import ANSWER
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.plugin_utils._controller.ansible_private import Result
from ansible_collections.cao.faktura.plugins.plugin_utils._controller.progress.progress_lines import last_state
from ansible_collections.cao.faktura.plugins.plugin_utils._controller.progress.screen import (
    Screen,
    Silent,
    hosts_at_once,
    wanted,
)
from ansible_collections.cao.faktura.plugins.plugin_utils._controller.progress.watch import (
    TICK_SECONDS,
    JobGone,
    Watch,
    make_folder,
)
from ansible_collections.cao.faktura.plugins.plugin_utils._controller.shipping_action import Args, ShippingActionModule

# Under a task's own async the module begins when Ansible has started it there.
_BEGIN_SECONDS = 10.0
_FIRST_SECONDS = 0.5


class RestoringActionModule(ShippingActionModule):
    """A run that finds nothing to do is one plain call of the module; a restore is a job that is watched."""

    _watch: Watch | None = None

    def _work(self, args: Args) -> Result:
        if self._is_on_host(args):
            return self._restored(args, None)
        file = self._find(args)
        sha256 = file.sha256(args.get("checksum"))
        if args.get("policy") != "always":
            answer = self._call(args, sha256=sha256, source=self._source, watched=True)
            if not answer.get(ANSWER, {}).get("needed"):
                return self._unneeded(args, answer, sha256)
        with self._shipped(file) as path:
            return self._restored(args, path)

    def _clear_up(self) -> None:
        if self._watch is not None:
            self._watch.give_up()
        super()._clear_up()

    def _unneeded(self, args: Args, answer: Result, sha256: str) -> Result:
        """Return a result without a restore; a task's own async gets it by a job, as it expects."""
        if not self.async_seconds or answer.get("failed"):
            self._screen(args).end(last_state(answer))
            return answer
        return self._started(args, sha256=sha256, source=self._source)

    def _restored(self, args: Args, shipped: str | None) -> Result:
        screen = self._screen(args)
        if self.async_seconds:
            return self._shown(args, shipped, screen)
        folder = make_folder(self.execute, self.temporary_place)
        self._watch = Watch(self.execute, folder, screen.show, keep_alive=True)
        answer: Result = {"failed": True}
        try:
            answer = self._call(args, shipped, folder=folder, watched=True)
        finally:
            if answer.get("failed"):
                # A module that Ansible stops at its options, or that did not start, has left the folder there.
                with contextlib.suppress(Exception):
                    self._watch.give_up()
        if "job" in answer.get(ANSWER, {}):
            # What was shipped is open there and has no name any more; the module needs its own file no more either.
            self.remove_own_folder()
            answer = self._watched(args, self._watch, screen)
        screen.end(last_state(answer))
        return answer

    def _watched(self, args: Args, watch: Watch, screen: Silent) -> Result:
        try:
            watch.until_ended()
            return self._call(args, folder=watch.folder, collect=True)
        except JobGone:
            screen.end(None)
            raise Failure(
                "connection_failed",
                f"{_mandant(args)}: the restore on the host and the controller lost sight of each other, so it was "
                "stopped unless its swap was done. The Mandant is the old one or the new one; run again",
            ) from None
        except BaseException:
            screen.end(None)
            raise

    def _shown(self, args: Args, shipped: str | None, screen: Silent) -> Result:
        """Start a task's own asynchronous job; where Ansible waits for it, show its progress meanwhile."""
        if not (screen.visible and self.waits):
            return self._started(args, shipped)
        folder = make_folder(self.execute, self.temporary_place)
        answer = self._started(args, shipped, folder=folder)
        if not answer.get("failed"):
            self._accompany(folder, screen)
        return answer

    def _accompany(self, folder: str, screen: Silent) -> None:
        watch = Watch(self.execute, folder, screen.show, keep_alive=False)
        begun = time.monotonic()
        seen = False
        while time.monotonic() - begun < (self.async_seconds if seen else _BEGIN_SECONDS):
            try:
                watch.look()
                seen = seen or watch.has_begun
            except JobGone:
                break
            except AnsibleConnectionFailure:
                # Ansible's own polling will say it, if it lasts.
                break
            time.sleep(TICK_SECONDS if seen else _FIRST_SECONDS)
        screen.end(None)

    def _screen(self, args: Args) -> Silent:
        """Return where to show progress."""
        option = boolean(args["progress"], strict=False) if args.get("progress") is not None else None
        if self.is_censored or not wanted(option, self._vars):
            return Silent()
        where = (str(self._vars.get("inventory_hostname", "")), _mandant(args))
        return Screen(Display(), where, hosts_at_once(self._vars))


def _mandant(args: Args) -> str:
    return next((str(args[name]) for name in ("mandant", "database", "db") if args.get(name)), "")
