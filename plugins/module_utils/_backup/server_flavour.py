# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Which server a definition is written for."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class ServerFlavour:
    """Which server the definition is written for; ``version`` as (10, 11, 6)."""

    mariadb: bool
    version: tuple[int, int, int]

    def executes(self, comment: bytes | None) -> bool:
        """Whether the server executes a comment opened like ``/*!50100`` or ``/*M!100616``.

        MariaDB leaves out those that MySQL 5.7 to 9 introduced (MariaDB documentation, comment syntax).
        """
        if comment is None:
            return True
        digits = comment.rpartition(b"!")[2]
        needed = int(digits) if digits else 0
        have = self.version[0] * 10000 + self.version[1] * 100 + self.version[2]
        if comment.startswith(b"/*M"):
            return self.mariadb and have >= needed
        return have >= needed and not (self.mariadb and 50700 <= needed <= 99999)
