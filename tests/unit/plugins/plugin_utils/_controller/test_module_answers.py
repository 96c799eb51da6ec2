# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a module did not begin, by what Ansible answers for it."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.plugin_utils._controller.module_answers import no_room, wants_terminal

_TRACEBACK = "Traceback (most recent call last):\n  File 'x', in _ansiballz_main\nOSError: [Errno 28] "


@pytest.mark.parametrize(
    ("answer", "room", "terminal"),
    [
        ({"failed": True, "module_stderr": f"{_TRACEBACK}No space left on device"}, False, False),
        ({"failed": True, "module_stderr": "OSError: [Errno 30] Read-only file system: '/tmp/x'"}, False, False),
        ({"failed": True, "error": "locked", "exception": "No space left on device"}, True, False),
        ({"changed": True, "module_stderr": "No space left on device"}, True, False),
        ({"failed": True, "module_stderr": f"{_TRACEBACK}tty"}, True, False),
        (
            {"failed": True, "module_stderr": "sudo: Entschuldigung, Sie brauchen ein TTY dazu"},
            True,
            True,
        ),
        ({"failed": True, "module_stderr": "a pretty tty", "module_stdout": "{}"}, True, False),
        ({"failed": True, "module_stderr": "how pretty"}, True, False),
        ({"failed": True, "msg": "x"}, True, False),
    ],
)
def test_why_a_module_did_not_begin(answer: dict[str, t.Any], room: bool, terminal: bool) -> None:
    told = no_room(answer)
    assert (not told) is room
    assert told.get("error", "too_large") == "too_large"
    assert wants_terminal(answer) is terminal
