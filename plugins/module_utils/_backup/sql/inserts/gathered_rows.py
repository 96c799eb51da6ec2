# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Rows of several tables that stand in turn in a dump, put together by table as far as a bounded memory goes."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows

# So much is held at most: of rows, and of what a run of them takes besides its text.
HELD_BYTES = 8 << 20
HELD_RUNS = 16 << 10


def gathered(source: t.Iterable[Rows], numbers: t.Mapping[str, int]) -> t.Iterator[Rows]:
    """Give the same rows, those of each table in their order; ``numbers`` says how many each table has.

    To turn to another table costs a server more than a row does. So the rows of others wait while a table is not
    complete; a dump that has its tables one after the other has none that wait.
    """
    missing = dict(numbers)
    held: dict[str, list[Rows]] = {}
    held_bytes = held_runs = 0
    current = ""
    for rows in source:
        # With rows of its own that wait, a table is not the current one.
        if rows.table == current or (not held and missing.get(current, 0) <= 0):
            current = rows.table
            missing[current] = missing.get(current, 0) - rows.count
            yield rows
        else:
            held.setdefault(rows.table, []).append(rows)
            held_bytes, held_runs = held_bytes + len(rows.text), held_runs + 1
        if held and (held_bytes > HELD_BYTES or held_runs > HELD_RUNS or missing.get(current, 0) <= 0):
            for current, waiting in held.items():
                for one in waiting:
                    missing[current] = missing.get(current, 0) - one.count
                    yield one
            held, held_bytes, held_runs = {}, 0, 0
        del rows
    for waiting in held.values():
        yield from waiting
