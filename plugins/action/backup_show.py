# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows the analysis of a backup on the screen, as the wizard does."""

from __future__ import annotations

import functools
import os
import sys
import typing as t

from ansible.utils.display import Display

from ansible_collections.cao.faktura.plugins.plugin_utils._controller.ansible_private import LocalAction
from ansible_collections.cao.faktura.plugins.plugin_utils._controller.beforehand.oldest_core import refuse_old_core
from ansible_collections.cao.faktura.plugins.plugin_utils._controller.terminal import width_of
from ansible_collections.cao.faktura.plugins.plugin_utils._report.card import WIDTH, card_lines
from ansible_collections.cao.faktura.plugins.plugin_utils._report.language.formats import language_of

_TERMINAL_WIDTH = width_of(sys.stdout)
_INDENT = "  "
_SPEC: dict[str, dict[str, t.Any]] = {
    "analysis": {"type": "dict", "required": True},
    "comparison": {"type": "dict"},
    "language": {"type": "str", "choices": ["auto", "de", "en"], "default": "auto"},
}


class ActionModule(LocalAction):
    """Displays the card; runs on the controller and asks no host."""

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Return the lines that are shown."""
        refuse_old_core()
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        args = self.checked_options(_SPEC)
        card = functools.partial(
            card_lines, args["analysis"], language_of(args["language"], os.environ), args["comparison"]
        )
        shown = card(width=(_TERMINAL_WIDTH or WIDTH + len(_INDENT)) - len(_INDENT))
        # The default callback would show a list of lines as JSON.
        Display().display("\n".join(["", *(f"{_INDENT}{line}".rstrip() for line in shown), ""]))
        return {**result, "changed": False, "lines": card()}
