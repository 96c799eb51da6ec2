# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What an answer says of a module that did not begin."""

from __future__ import annotations

import re
import typing as t

Answer = t.Mapping[str, t.Any]

_NO_ROOM = re.compile("No space left on device|Disk quota exceeded|Read-only file system|No usable temporary directory")
_TERMINAL = re.compile(r"\btty\b", re.IGNORECASE)


def names_terminal(text: str) -> bool:
    """Whether a program says something of a terminal."""
    return bool(_TERMINAL.search(text))


def wants_terminal(called: Answer) -> bool:
    """Whether a program for another user has begun nothing, since its input is no terminal (requiretty of sudo)."""
    said = str(called.get("module_stderr", ""))
    nothing_else = not str(called.get("module_stdout", "")).strip() and "Traceback" not in said
    return bool(called.get("failed") and nothing_else and _TERMINAL.search(said))


def no_room(called: Answer) -> dict[str, str]:
    """Return the error of a module that Ansible could not unpack on the host, nothing of any other answer."""
    found = _NO_ROOM.search(f"{called.get('module_stderr', '')}{called.get('exception', '')}")
    if not called.get("failed") or "error" in called or found is None:
        return {}
    return {
        "error": "too_large",
        "msg": f"the host has no room for temporary files ({found[0]}), so Ansible cannot unpack the module there; "
        "make room in /tmp, or set ansible_remote_tmp and TMPDIR of the task's environment to another folder",
    }
