# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The controller's half of a module that needs nothing but its options: their secrets stay nowhere.

Where the module has to be a file on its host, for ``su`` or a task's own ``async``, they wait for it in the memory of a
shell there, and come out of a named pipe. A shell for which no module comes, since the controller was killed, ends by
itself.
"""

from __future__ import annotations

import base64
import inspect
import json
import shlex
import typing as t
from pathlib import Path
from secrets import token_hex

from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.controller import TOLD
from ansible_collections.cao.faktura.plugins.plugin_utils._controller.ansible_private import HostAction, Result
from ansible_collections.cao.faktura.plugins.plugin_utils._controller.beforehand.oldest_core import refuse_old_core
from ansible_collections.cao.faktura.plugins.plugin_utils._controller.beforehand.role_login import refuse_no_login
from ansible_collections.cao.faktura.plugins.plugin_utils._controller.beforehand.role_variables import (
    warnings_about,
    with_warnings,
)
from ansible_collections.cao.faktura.plugins.plugin_utils._controller.interrupts import cleared_up
from ansible_collections.cao.faktura.plugins.plugin_utils._controller.kept_payload import kept_payload

SECRETS = ("password", "zip_password", "login_password", "account_password")
# Longer than a module takes to begin, and no longer: until then the shell holds the secrets.
_SECONDS = 60
# The words of this script are its own: what is secret comes on the input, and printf is a part of the shell.
_FEED = """umask 077
told=$(cat) && mkfifo PIPE || exit 1
{
  trap '' HUP
  (printf %s "$told" >PIPE) & writer=$!
  (sleep SECONDS; kill $writer) & clock=$!
  wait $writer
  kill $clock
  rm -f PIPE
} </dev/null >/dev/null 2>&1 &
:"""


def feed(pipe: str, seconds: int) -> str:
    """Return the script that holds its input until a module reads it out of a pipe, not longer than some seconds."""
    return _FEED.replace("SECONDS", str(seconds)).replace("PIPE", shlex.quote(pipe))


class SecretiveAction(HostAction):
    """An action whose secrets are in no file on the host."""

    def called(self, options: Result, task_vars: Result, *, in_background: bool) -> Result:
        """Return what the module of the action's name answers."""
        with kept_payload(Path(inspect.getfile(type(self))).stem):
            return self.call_module(options, task_vars, self.without_secrets, in_background=in_background)

    def without_secrets(self, options: Result) -> Result:
        """Return the options without the secrets that wait for the module, all where that cannot be."""
        secrets = {name: options[name] for name in SECRETS if options.get(name) not in (None, "")}
        if not secrets or not self.takes_input:
            return options
        folder = self.own_folder()
        pipe = self.path_on_host(folder, f"told-{token_hex(8)}")
        # No byte of this means anything to a shell.
        if self.execute_with_input(feed(pipe, _SECONDS), base64.b64encode(json.dumps(secrets).encode()))["rc"] != 0:
            return options
        self.keep_private(folder, pipe)
        left = {name: value for name, value in options.items() if name not in secrets}
        return {**left, TOLD: {**options.get(TOLD, {}), "secrets": pipe, "secret_names": list(secrets)}}


class CallingActionModule(SecretiveAction):
    """Runs the module of the same name; whoever ends Ansible meanwhile leaves no file with the password behind."""

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> Result:
        """Return what the module returns."""
        refuse_old_core()
        result: Result = super().run(tmp, task_vars)
        refuse_no_login(self.role_name, self.options)
        warnings = warnings_about(self.role_name, task_vars or {})
        in_background = bool(self.async_seconds)
        with cleared_up(self.remove_own_folder):
            result.update(self.called(self.options, task_vars or {}, in_background=in_background))
        return with_warnings(result, warnings)
