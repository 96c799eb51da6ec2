# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The controller's half of a module that reads a backup: the file gets to the managed host and away again."""

from __future__ import annotations

import contextlib
import dataclasses
import shlex
import typing as t
from pathlib import Path

from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.module_utils.parsing.convert_bool import boolean

from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.controller import TOLD
from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.chosen_file import no_file
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.plugin_utils._controller.ansible_private import Result
from ansible_collections.cao.faktura.plugins.plugin_utils._controller.beforehand.oldest_core import refuse_old_core
from ansible_collections.cao.faktura.plugins.plugin_utils._controller.beforehand.role_login import refuse_no_login
from ansible_collections.cao.faktura.plugins.plugin_utils._controller.beforehand.role_variables import (
    warnings_about,
    with_warnings,
)
from ansible_collections.cao.faktura.plugins.plugin_utils._controller.calling_action import SecretiveAction
from ansible_collections.cao.faktura.plugins.plugin_utils._controller.file.backup_file import ControllerFile
from ansible_collections.cao.faktura.plugins.plugin_utils._controller.file.newest_file import (
    WILDCARDS,
    pattern_on_controller,
    where_started,
    wish_of,
)
from ansible_collections.cao.faktura.plugins.plugin_utils._controller.interrupts import cleared_up
from ansible_collections.cao.faktura.plugins.plugin_utils._controller.progress.watch import Watch, make_folder

Args = dict[str, t.Any]


class ShippingActionModule(SecretiveAction):
    """Runs the module of the same name; a file of the controller is shipped first and removed afterwards."""

    logs_in = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> Result:
        """Return what the module returns, as if the file had been on the host."""
        refuse_old_core()
        result: Result = super().run(tmp, task_vars)
        if self.logs_in:
            refuse_no_login(self.role_name, self.options)
        warnings = warnings_about(self.role_name, task_vars or {})
        self._vars = task_vars or {}
        args = {name: value for name, value in self.options.items() if name != TOLD}
        self._given = self._source = str(args.get("file") or args.get("src") or "")
        self._chosen: dict[str, t.Any] | None = None
        self._pattern: str | None = None
        try:
            with cleared_up(self._clear_up):
                result.update(self._work(args))
        except Failure as failure:
            result.update(failed=True, error=failure.error, msg=failure.msg)
        return with_warnings(result, warnings)

    def _clear_up(self) -> None:
        """Leave nothing on the host when this process is asked to end."""
        self.remove_own_folder()

    def _work(self, args: Args) -> Result:
        call = self._started if self.async_seconds else self._call
        if self._is_on_host(args):
            return call(args)
        file = self._find(args)
        file.sha256(args.get("checksum"))
        with self._shipped(file) as path:
            return call(args, path)

    def _started(self, args: Args, shipped: str | None = None, **controller: t.Any) -> Result:
        """Start a task's own asynchronous job.

        It takes away what was sent, at its end; what another user works with, that one cannot: then it goes as soon
        as the job says that it has it.
        """
        if not self.is_for_another:
            return self._call(args, shipped, in_background=True, **controller)
        own = self.own_folder()
        folder = str(controller.get("folder") or make_folder(self.execute, self.temporary_place))
        answer = self._call(args, shipped, in_background=True, **{**controller, "folder": folder})
        if not answer.get("failed"):
            Watch(self.execute, folder, lambda _state: None, keep_alive=False).until_begun()
        self.remove_own_folder(own)
        return answer

    def _is_on_host(self, args: Args) -> bool:
        """Whether there is nothing to ship; options that make no sense are the module's to refuse."""
        try:
            wish_of(args, self._source)
            return not self._source or boolean(args.get("remote_src", False))
        except (TypeError, ValueError):
            return True

    def _find(self, args: Args) -> ControllerFile:
        """Find the file, of several the one that is meant; Failure file_not_found, and those of that choice."""
        try:
            return ControllerFile(self._picked(args) or self._path(), self.loader)
        except AnsibleError:
            if not WILDCARDS.isdisjoint(self._source):
                from ansible_collections.cao.faktura.plugins.module_utils._backup.newest.picking import (
                    pattern_without_newest,
                )

                raise pattern_without_newest(self._source) from None
            raise Failure(
                "file_not_found",
                f"{self._source} is not on the controller, neither at this path nor in files/ of the role or "
                "playbook, nor in the folder where Ansible was started and its files/. Use remote_src: true for a file "
                "on the managed host.",
            ) from None
        except IsADirectoryError:
            raise no_file(self._source, "a folder") from None
        except OSError as exc:
            raise Failure(
                "file_not_found", f"{self._source} cannot be read on the controller: {exc.strerror}"
            ) from None

    def _picked(self, args: Args) -> str | None:
        """Return the file that is meant where that takes a choice or its age is asked, None elsewhere."""
        wish = wish_of(args, self._source)
        if not wish.asks:
            return None
        # Most tasks name their file, and Ansible's importer compiles what is imported in each run.
        from ansible_collections.cao.faktura.plugins.module_utils._backup.newest.picking import pick

        pattern = pattern_on_controller(self._source, self.search_folders) if wish.newest else None
        picked = pick(dataclasses.replace(wish, file=pattern or self._path()))
        self._chosen = picked.to_result()
        self._pattern = None if pattern is None else str(Path(pattern).absolute())
        if pattern is not None:
            self._source = picked.path
        return picked.path

    def _path(self) -> str:
        """Look as copy does, in files/ of the role and beside the playbook, and then where Ansible was started."""
        try:
            return self.find_in_files(self._source)
        except AnsibleError:
            found = [path for path in where_started(self._source) if path.is_file()]
            if not found:
                raise
            return str(found[0])

    @contextlib.contextmanager
    def _shipped(self, file: ControllerFile) -> t.Iterator[str]:
        """Put the file into the task's own temporary folder on the host, for its user alone, and take it away again.

        A task of the user's own asynchronous kind takes its folder away itself, at its end.
        """
        folder = self.own_folder()
        try:
            remote = self.path_on_host(folder, "backup")
            self._transfer(file, remote)
            self.keep_private(folder, remote)
            yield remote
        finally:
            if not self.async_seconds:
                self.remove_own_folder()

    def _transfer(self, file: ControllerFile, remote: str) -> None:
        """Send the file; one from a vault goes from memory to memory, where the connection can take its content so."""
        if not (file.is_vault and self.takes_input):
            with file.to_send() as path:
                self.send_file(path, remote)
            return
        answer = self.execute_with_input(f"umask 077 && cat > {shlex.quote(remote)}", file.decrypted())
        if answer["rc"] != 0:
            raise AnsibleConnectionFailure(f"{self._source} could not be sent: {answer['stderr']}")

    def _call(
        self, args: Args, shipped: str | None = None, *, in_background: bool = False, **controller: t.Any
    ) -> Result:
        """Call the module; what it is told beside the user's options leaves no trace in the result."""
        told = dict(args)
        if self._chosen is not None:
            controller.update(chosen=self._chosen, pattern=self._pattern)
        if shipped is not None:
            told.pop("src", None)
            told.update(file=shipped, remote_src=True)
            controller.update(source=self._source, shipped=True)
        if controller:
            told[TOLD] = controller
        return self._tidied(self.called(told, self._vars, in_background=in_background), args)

    def _tidied(self, result: Result, args: Args) -> Result:
        given = result.get("invocation", {}).get("module_args")
        if isinstance(given, dict) and self._source and "file" in given:
            given.update(file=self._given, remote_src=boolean(args.get("remote_src", False), strict=False))
        return result
