# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Which connection takes which rows, pure."""

from __future__ import annotations

import collections
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.plan import TablePlan
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.fast_loader import leaves_all_ids
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.row_stream import can_stream

# With less beside the largest table a second connection is not worth its begin.
BYTES_AT_LEAST = 1 << 20
# Fewer rows of one table are not shared.
ROWS_AT_LEAST = 50_000


def can_share(table: TablePlan, charset: str) -> bool:
    """Whether several connections may each load some of a table's rows.

    Their order must not count, so each row has to bring its key.
    """
    if table.format.engine.lower() != "innodb" or table.rows < ROWS_AT_LEAST or table.left_ids:
        return False
    return table.definition.has_primary_key and can_stream(table, charset)


class Shares:
    """Which connection takes which rows: a table's go over one, those of a table that is ``shared`` over all.

    ``sizes`` are the bytes of the rows of tables, known before any of them comes.
    """

    def __init__(self, tables: t.Mapping[str, TablePlan], sizes: t.Mapping[str, int], shared: t.Iterable[str]) -> None:
        self._tables = tables
        self._sizes = {source: sizes.get(source, 0) for source in tables}
        self._shared = set(shared)
        self._homes: dict[str, int] = {}

    def is_worth(self) -> bool:
        """Whether a second connection has enough to do."""
        known = sorted(self._sizes.values())
        return sum(known[:-1]) >= BYTES_AT_LEAST or any(source in self._shared for source in self._tables)

    def shared_with_counter(self) -> list[TablePlan]:
        """The shared tables that have a counter."""
        return [one for name, one in self._tables.items() if name in self._shared and one.definition.counter]

    def keep_whole(self, sources: t.Iterable[str]) -> None:
        """Have tables that were to be shared go over one connection."""
        self._shared.difference_update(sources)

    def settle(self, senders: int) -> None:
        """Decide before any rows come: the large tables first, each for who has least to do."""
        loads = [0] * senders
        for source in sorted(self._sizes, key=lambda source: (-self._sizes[source], source)):
            self._homes[source] = _least(loads)
            if source not in self._shared:
                loads[self._homes[source]] += self._sizes[source]

    def of(self, sender: int, senders: int, source: t.Iterable[Rows]) -> t.Iterator[Rows]:
        """Give the rows that a sender takes out of all rows; every sender sees all of them in the same order."""
        seen: collections.Counter[str] = collections.Counter()
        for rows in source:
            if self._may_be_shared(rows):
                # Stretches far apart: two that bring neighbours into a table wait for each other.
                whose = seen[rows.table] * senders // self._tables[rows.table].rows
                seen[rows.table] += rows.count
                if min(whose, senders - 1) == sender:
                    yield rows
            elif self._homes.get(rows.table) == sender:
                yield rows
            del rows

    def sender_of(self, rows: Rows, held: t.Sequence[int]) -> int:
        """Return who sends rows that come as they are read; ``held`` are the bytes that each has before it."""
        if self._may_be_shared(rows):
            return _least(held)
        return self._homes.setdefault(rows.table, _least(held))

    def _may_be_shared(self, rows: Rows) -> bool:
        if rows.table not in self._shared:
            return False
        odd = rows.verb != b"INSERT" or rows.update or not rows.plain
        return not odd and not leaves_all_ids(self._tables[rows.table], rows)


def _least(loads: t.Sequence[int]) -> int:
    return min(range(len(loads)), key=lambda sender: loads[sender])
