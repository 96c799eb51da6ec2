# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The controller's half of a module that reads a backup: the file gets to the managed host and away again."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase


class ShippingActionModule(ActionBase):
    """Runs the module of the same name; a file of the controller is shipped first and removed afterwards."""

    _requires_connection = True
    _supports_async = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Return what the module returns, with the controller's path in the place of the temporary one."""
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        args = dict(self._task.args)
        source = args.get("file", args.get("src"))
        if boolean(args.get("remote_src", False), strict=False) or not source:
            result.update(self._execute_module(module_args=args, task_vars=task_vars, wrap_async=self._task.async_val))
            return result
        if self._task.async_val:
            message = "A file of the controller cannot be shipped to an async task; use remote_src: true."
            return {**result, "failed": True, "error": "file_not_found", "msg": message}
        try:
            found = self._find_needle("files", str(source))
        except AnsibleError:
            return {
                **result,
                "failed": True,
                "error": "file_not_found",
                "msg": f"{source} is not on the controller, neither at this path nor in files/ of the role or "
                "playbook. Use remote_src: true for a file on the managed host.",
            }
        result.update(self._with_shipped_file(found, str(source), args, task_vars))
        return result

    def _with_shipped_file(
        self, found: str, source: str, args: dict[str, t.Any], task_vars: dict[str, t.Any] | None
    ) -> dict[str, t.Any]:
        """Ship the file into the task's private temporary folder (mode 0700) and run the module on it."""
        path = self._loader.get_real_file(found)
        self._make_tmp_path()
        try:
            remote = self._connection._shell.join_path(self._connection._shell.tmpdir, "backup")
            self._transfer_file(path, remote)
            self._fixup_perms2((self._connection._shell.tmpdir, remote), execute=False)
            args.pop("src", None)
            args.update(file=remote, remote_src=True)
            result: dict[str, t.Any] = self._execute_module(module_args=args, task_vars=task_vars)
        finally:
            self._loader.cleanup_tmp_file(path)
            self._remove_tmp_path(self._connection._shell.tmpdir)
        return _with_path(result, remote, source)


def _with_path(result: dict[str, t.Any], remote: str, source: str) -> dict[str, t.Any]:
    """Return the result with the path that the user knows."""
    file = result.get("analysis", {}).get("file")
    if file and file.get("path") == remote:
        file["path"] = source
    if remote in result.get("msg", ""):
        result["msg"] = result["msg"].replace(remote, source)
    return result


__all__ = ("ShippingActionModule",)
