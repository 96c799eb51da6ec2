# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""An ansible-core that is too old: it warns by itself, but does not say what it needs to be."""

from __future__ import annotations

import re

from ansible.errors import AnsibleActionFail
from ansible.module_utils.ansible_release import __version__

# As meta/runtime.yml says.
OLDEST_CORE = (2, 19)


def too_old_core(version: str = __version__) -> str | None:
    """Return what to say where ansible-core is too old, None elsewhere."""
    if tuple(int(number) for number in re.findall(r"[0-9]+", version)[:2]) >= OLDEST_CORE:
        return None
    oldest = ".".join(map(str, OLDEST_CORE))
    return (
        f"cao.faktura needs ansible-core {oldest} or newer, and this is {version}. Debian 12 has an older one: install "
        "a newer one beside it, by pipx install ansible-core or into a venv"
    )


def refuse_old_core() -> None:
    """Raise AnsibleActionFail where ansible-core is too old."""
    told = too_old_core()
    if told is not None:
        raise AnsibleActionFail(told)
