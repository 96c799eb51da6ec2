# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Whether single rows are plain: by a pattern of their columns where these come often, cell by cell else."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import (
    LONG_ROW_BYTES,
    ONLY_IN_INSERT,
    Rows,
    are_plain,
    neutral,
    plain_value,
    quickly_replaced,
)

# To make a pattern takes as long as to look at so many rows cell by cell; so many are made.
_ROWS_BEFORE_PATTERN = 64
_PATTERNS_MOST = 64
_KINDS_KEPT = 4096
# The first cells of a long row, and a word behind them that is too long for a number.
_LONG_BYTES = 8192
_LONG_WORD = re.compile(rb"\((?:(?:'[^']*'|[^',() ]{1,255}), ?){0,64}[^',() ]{256}")
_CELL = re.compile(rb"'[^']*'|[^',() ]+")


class PlainRows:
    """Tells rows apart. A dump may have the columns of each row in another order."""

    def __init__(self) -> None:
        self._seen: dict[tuple[tuple[str, ...], bytes], int] = {}
        self._often: set[tuple[tuple[str, ...], bytes]] = set()
        self._values: dict[str, re.Pattern[bytes]] = {}

    def told(self, row: Rows, kinds: tuple[str, ...]) -> Rows:
        """Return a single row that knows whether it is plain; ``kinds`` are those of its columns.

        Of a very long one that is not looked at, for it would be copied twice.
        """
        if row.plain or len(row.text) > LONG_ROW_BYTES or not self._is_plain(row, kinds):
            return row
        return quickly_replaced(row, plain=True)

    def _is_plain(self, row: Rows, kinds: tuple[str, ...]) -> bool:
        key = (kinds, row.comma)
        if key not in self._often:
            if len(self._seen) >= _KINDS_KEPT:
                self._seen.clear()
            seen = self._seen[key] = self._seen.get(key, 0) + 1
            if seen < _ROWS_BEFORE_PATTERN or len(self._often) >= _PATTERNS_MOST:
                return self._has_plain_cells(row, kinds)
            self._often.add(key)
        return are_plain(kinds, row.comma, b"", row.text) == 1

    def _has_plain_cells(self, row: Rows, kinds: tuple[str, ...]) -> bool:
        readable = neutral(row.text)
        if len(readable) > _LONG_BYTES and _LONG_WORD.match(readable):
            return False
        inside = readable[1:-1]
        found = _CELL.findall(inside)
        if len(found) != len(kinds) or row.comma.join(found) != inside or ONLY_IN_INSERT.search(readable):
            return False
        return all(map(self._is_plain_cell, kinds, found))

    def _is_plain_cell(self, kind: str, cell: bytes) -> t.Any:
        pattern = self._values.get(kind)
        if pattern is None:
            pattern = self._values[kind] = re.compile(plain_value(kind), re.DOTALL)
        return pattern.fullmatch(cell)
