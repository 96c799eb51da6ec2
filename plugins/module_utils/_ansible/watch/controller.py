# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What the action plugin tells the module, and what the module answers to it alone."""

from __future__ import annotations

import dataclasses
import typing as t

# The option by which the controller speaks, and the key of what is answered to it.
# Ansible takes no option of such a name from a playbook.
TOLD = "_ansible_cao_faktura"
ANSWER = "_controller"


@dataclasses.dataclass(frozen=True)
class Controller:
    """What the controller says.

    ``source`` is the path that the user knows, ``pattern`` by what it was chosen there and ``chosen`` how it was told
    from others, ``sha256`` that of a file which is not here yet, ``shipped`` whether ``file`` is a copy that is removed
    as soon as it is open. ``folder`` is where a run tells its progress. With ``watched`` it works in the background as
    long as somebody watches it; ``collect`` asks for its result. ``secrets`` is a pipe out of which those options come
    that are in no file: ``secret_names``.
    """

    source: str | None = None
    pattern: str | None = None
    chosen: dict[str, t.Any] | None = None
    sha256: str | None = None
    shipped: bool = False
    folder: str | None = None
    watched: bool = False
    collect: bool = False
    secrets: str | None = None
    secret_names: t.Sequence[str] = ()


NOBODY = Controller()
