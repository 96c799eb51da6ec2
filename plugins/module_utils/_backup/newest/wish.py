# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What a task says of which file it means; most name it, and need nothing else of this room."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Wish:
    """The options of the modules of the same names."""

    file: str
    newest: bool = False
    max_age: str | None = None
    password: str | None = dataclasses.field(default=None, repr=False)

    @property
    def asks(self) -> bool:
        """Whether there is anything to find out."""
        return self.newest or self.max_age is not None
