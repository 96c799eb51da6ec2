# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the result of every task as one line of JSON, so that tests read data and not the screen."""

from __future__ import annotations

import json
import os
import typing as t

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: json_lines
type: aggregate
short_description: Write each task's result as a line of JSON
description:
  - Appends to the file that E(FAKTURA_RESULTS_FILE) names; does nothing without it.
"""


class CallbackModule(CallbackBase):
    """Appends ``{"task", "action", "host", "status", "result"}`` for every finished task."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "json_lines"
    CALLBACK_NEEDS_ENABLED = True

    def v2_runner_on_ok(self, result: t.Any) -> None:
        self._write("ok", result)

    def v2_runner_on_failed(self, result: t.Any, ignore_errors: bool = False) -> None:  # noqa: ARG002
        self._write("failed", result)

    def v2_runner_on_skipped(self, result: t.Any) -> None:
        self._write("skipped", result)

    def v2_runner_on_unreachable(self, result: t.Any) -> None:
        self._write("unreachable", result)

    @staticmethod
    def _write(status: str, result: t.Any) -> None:
        path = os.environ.get("FAKTURA_RESULTS_FILE")
        if not path:
            return
        line = {
            "task": result.task.name,
            "action": result.task.action,
            "host": result.host.get_name(),
            "status": status,
            "result": result.result,
        }
        with open(path, "a", encoding="utf-8") as results:
            results.write(json.dumps(line, default=str) + "\n")
