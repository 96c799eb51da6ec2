# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What gives away that a backup is not whole: values only."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Sign:
    """One thing that gave it away; ``name`` is that of the finding, ``text`` says what and where, no sentence's end."""

    name: str
    text: str
    table: str | None = None
    line: int | None = None
