# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Rows of a statement that are a SELECT of literals each, put together by UNION ALL.

What a server makes of values of several kinds in one column is none of them, so all of a column have to be of one.
"""

from __future__ import annotations

import functools
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.row_shapes import (
    COMMA,
    GAP_APART,
    SELECTED_NUMBER,
    TEXT,
    FoundRows,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import WATCHED, cells_at

# Of which kinds the values of a row are: a text, a number with so many decimals, None for NULL, or something else.
SelectedKind = t.Union[str, int, None]
TEXT_KIND, OTHER_KIND = "text", "other"
_BUT_TEXTS = SELECTED_NUMBER + b"|(?i:NULL)"
_UNION = GAP_APART + GAP_APART.join((b"(?i:UNION)", b"(?i:ALL)", b"(?i:SELECT)")) + GAP_APART
_AT_UNION = re.compile(_UNION)
# To make the pattern of a wider table takes too long.
_WIDTH_LIMIT = 512


class SelectedRows:
    """Reads such rows, and knows of which kinds the values in the columns of their statement are so far."""

    def __init__(self) -> None:
        self._number = 0
        self._kinds: tuple[SelectedKind, ...] = ()

    def has_begun(self, number: int) -> bool:
        """Whether rows of a statement have been read."""
        return number == self._number

    def note(self, number: int, kinds: tuple[SelectedKind, ...]) -> bool:
        """Take note of a row of a statement; return whether its values are of the kinds of those before it."""
        before = self._kinds if number == self._number else kinds
        alike = kinds == before or (
            len(before) == len(kinds) and all(None in (one, other) or one == other for one, other in zip(before, kinds))
        )
        if OTHER_KIND in kinds or not alike:
            return False
        known = [other if one is None else one for one, other in zip(kinds, before)]
        self._number, self._kinds = number, tuple(known)
        return True

    def note_row(self, number: int, row: bytes, width: int) -> bool:
        """Take note of a row as it is sent."""
        found = cells_at(row, 0, width, b",")
        return found is not None and self.note(number, _kinds_of(found[0]))

    def many(
        self, number: int, data: bytes, position: int, kinds: tuple[str, ...], limit_bytes: int, found: FoundRows
    ) -> int:
        """Add the rows of a statement from an offset on that others follow; return the offset behind them.

        ``kinds`` are those of the columns, of which some are looked at closer.
        """
        end = position
        if not 0 < len(kinds) <= _WIDTH_LIMIT:
            return end
        for match in iter(_pattern(kinds).scanner(data, position).match, None):  # type: ignore[attr-defined]
            values = [value.upper() if value[:1] in b"nN" else value for value in match.groups()]
            if found.size > limit_bytes or not self.note(number, _kinds_of(values)):
                break
            found.add(b"(" + b",".join(values) + b")", data.count(b"\n", end, match.end()))
            end = match.end()
        return end


def kind_of(text: bytes) -> SelectedKind:
    """Return of which kind a literal is, as it is sent."""
    if text.startswith(b"'"):
        return TEXT_KIND
    if text == b"NULL":
        return None
    whole, _point, decimals = text.lstrip(b"-").partition(b".")
    return len(decimals) if whole and (whole + decimals).isdigit() else OTHER_KIND


def _kinds_of(texts: t.Iterable[bytes]) -> tuple[SelectedKind, ...]:
    # Most are texts, which are told by one byte.
    return tuple([TEXT_KIND if text[:1] == b"'" else kind_of(text) for text in texts])


def behind_union(data: bytes, position: int) -> int | None:
    """Return the offset of the values of the next SELECT, where that follows at an offset and all of it is at hand."""
    found = _AT_UNION.match(data, position)
    return found.end() if found is not None and found.end() < len(data) else None


@functools.lru_cache(maxsize=64)
def _pattern(kinds: tuple[str, ...]) -> re.Pattern[bytes]:
    values = [b"(" + WATCHED.get(kind, TEXT) + b"|" + _BUT_TEXTS + b")" for kind in kinds]
    return re.compile(COMMA.join(values) + _UNION, re.DOTALL)
