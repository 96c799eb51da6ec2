# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""How a backup is read: a file of its own, as most runs need nothing else of this room."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class ReadOptions:
    """The options of the modules of the same names."""

    encoding: str = "auto"
    repairs: str = "apply"
    incomplete: str = "fail"
    head_lines: int = 10
