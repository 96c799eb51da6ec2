# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What was learnt of the bytes of a dump, for each way in which these are read: a dump may turn between two."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.dump_cursor import DumpCursor

_WAYS_KEPT = 4

_Learnt = t.TypeVar("_Learnt")


class KeptReadings(t.Generic[_Learnt]):
    """Keeps what ``begin`` makes: one for each of the last ways of reading (`DumpCursor.read_under`)."""

    def __init__(self, cursor: DumpCursor, begin: t.Callable[[], _Learnt]) -> None:
        self._cursor = cursor
        self._begin = begin
        self._kept: dict[tuple[object, ...], _Learnt] = {}
        self._under: tuple[object, ...] = ()
        #: What is known of the bytes as they were read when it was asked last.
        self.last = begin()

    def now(self) -> _Learnt:
        """Return what is known of the bytes as they are read from here on."""
        under = self._cursor.read_under
        if under != self._under:
            if under not in self._kept:
                if len(self._kept) >= _WAYS_KEPT:
                    del self._kept[next(iter(self._kept))]
                self._kept[under] = self._begin()
            self._under, self.last = under, self._kept[under]
        return self.last
