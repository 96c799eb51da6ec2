# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The controller's half of a module that needs nothing but its options: their secrets stay nowhere."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.plugin_utils._controller.ansible_private import HostAction, Result
from ansible_collections.cao.faktura.plugins.plugin_utils._controller.interrupts import cleared_up
from ansible_collections.cao.faktura.plugins.plugin_utils._controller.role_login import refuse_no_login
from ansible_collections.cao.faktura.plugins.plugin_utils._controller.role_variables import (
    refuse_misspelled,
    with_warnings,
)


class CallingActionModule(HostAction):
    """Runs the module of the same name; whoever ends Ansible meanwhile leaves no file with the password behind."""

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> Result:
        """Return what the module returns."""
        result: Result = super().run(tmp, task_vars)
        refuse_no_login(self.role_name, self.options)
        warnings = refuse_misspelled(self.role_name, task_vars or {})
        with cleared_up(self.remove_own_folder):
            result.update(self.call_module(self.options, task_vars or {}, in_background=bool(self.async_seconds)))
        return with_warnings(result, warnings)
