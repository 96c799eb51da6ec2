# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Whether a row of a table could be too large for a page of InnoDB: such a table is made only where that is let be.

Tables are that come from servers which did not ask (innodb_strict_mode=OFF), and their rows may all be small. It is
reckoned with what InnoDB keeps in the page of a column, rather too much than too little.
"""

from __future__ import annotations

import re

from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.source_tables import SourceColumn, SourceTable

# Half of a page of 16 KiB.
_LIMIT_BYTES = 8126
_OVERHEAD_BYTES = 30
# What a primary key has of a column is kept in the page whole, and is not longer than that.
_LONGEST_KEY_BYTES = 3072
_PRIMARY_KEY = "  PRIMARY KEY ("
_OF_A_NUMBER_BYTES = 9
# What is kept in the page of a long column: its beginning and where the rest is, or that alone, twice as long on MySQL.
_WITH_BEGINNING_BYTES, _REFERENCE_BYTES = 790, 42
_WITH_BEGINNING = ("compact", "redundant")
_SHORT_OCTETS = 255
_ROW_FORMAT = re.compile(r"\bROW_FORMAT=(\w+)", re.IGNORECASE)
_ONE_BYTE = (None, "latin1", "latin2", "ascii", "binary", "cp850", "cp1250", "latin5", "latin7", "cp1251")


def may_be_too_large(table: SourceTable, row_format: str, *, mariadb: bool = True) -> bool:
    """Whether MariaDB, or else MySQL, may refuse to make it; ``row_format`` is that of tables that say none."""
    if table.engine.lower() != "innodb":
        return False
    said = _ROW_FORMAT.search(" ".join(line for line in table.definition.body if line.startswith(")")))
    layout = (said[1] if said else row_format).lower()
    most = _WITH_BEGINNING_BYTES if layout in _WITH_BEGINNING else _REFERENCE_BYTES
    key = "".join(line for line in table.definition.body if line.startswith(_PRIMARY_KEY))
    stored = [column for column in table.columns if "VIRTUAL" not in column.extra.upper()]
    # MariaDB keeps columns whole that are not longer, MySQL has a limit for all.
    short = _SHORT_OCTETS if mariadb else 0
    sizes = (_in_page(one, _LONGEST_KEY_BYTES if quoted(one.name) in key else most, short) for one in stored)
    # The oldest layout notes where each column ends, the others which ones are NULL.
    of_each = 2 * len(stored) if layout == "redundant" else len(stored) // 8
    return _OVERHEAD_BYTES + of_each + sum(sizes) > _LIMIT_BYTES


def _in_page(column: SourceColumn, most: int, short: int) -> int:
    if column.type_name == "decimal":
        return (column.precision or 0) // 2 + 2
    if column.type_name in ("json", "geometry"):
        return most
    if column.octets is None or column.type_name in ("enum", "set"):
        return _OF_A_NUMBER_BYTES
    if column.type_name in ("char", "binary") and column.charset in _ONE_BYTE:
        return column.octets + 1
    return column.octets + 2 if column.octets <= short else min(column.octets + 2, most)
