# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Rows with as few differences between them as their table allows."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.default_cells import may_ask_for_number
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import Column
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.gathered_rows import (
    HELD_BYTES,
    HELD_RUNS,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows, Under, quickly_replaced
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.plan import TablePlan

_USUAL = (Under(), b"INSERT", b"")
_INSERT = (b"INSERT", b"")
# A dump that sets something once, or at each of its tables, is sent as it is.
CHANGES_LIMIT = 8
# A default that is the moment at hand, or computed.
_NO_LITERAL = re.compile(rb"\(|\b(?:CURRENT|NOW|LOCALTIME)", re.IGNORECASE)


def made_alike(source: t.Iterable[Rows], tables: t.Mapping[str, TablePlan], as_insert: set[str]) -> t.Iterator[Rows]:
    """Give the same rows, without what has no part in what their tables hold, where that changes again and again.

    In a new table REPLACE, INSERT IGNORE and ON DUPLICATE KEY UPDATE are INSERT, but for rows whose key is there.
    Only the server knows of these: when it refuses one of a table that is among ``as_insert`` by then, all have to be
    sent as they stand in the dump.
    """
    own = {name: _Table(plan) for name, plan in tables.items()}
    for rows in source:
        table = own.get(rows.table)
        alike = rows if table is None else table.alike(rows)
        if (alike.verb, alike.update) != (rows.verb, rows.update):
            as_insert.add(rows.table)
        yield alike
        del rows, alike


class _Table:
    """What has a part in the rows of a table."""

    def __init__(self, plan: TablePlan) -> None:
        definition = plan.format.definition
        self._definition = definition
        self._gives_numbers = plan.left_ids
        self._has_moments = any(map(_is_of_a_zone, definition.columns))
        self._is_checked = bool(definition.checks) or any(column.attribute("CHECK") for column in definition.columns)
        self._before: tuple[object, ...] = ()
        self._changes = 0

    def alike(self, rows: Rows) -> Rows:
        """Return rows without what has no part in them."""
        style = (rows.under, rows.verb, rows.update)
        # Rows of an INSERT are put together whatever their columns are.
        now = (style, () if (rows.verb, rows.update) == _INSERT else rows.columns)
        if now != self._before:
            self._before, self._changes = now, self._changes + 1
        if self._changes <= CHANGES_LIMIT or style == _USUAL:
            return rows
        under = Under(
            rows.under.time_zone if self._has_moments else None,
            rows.under.zero_counts and may_ask_for_number(self._definition, rows),
            rows.under.checks or not self._is_checked,
        )
        takes_numbers = self._gives_numbers or self._definition.leaves_out_counter(rows.columns)
        verb, update = (rows.verb, rows.update) if takes_numbers else (b"INSERT", b"")
        return quickly_replaced(rows, verb=verb, update=update, under=under)


def _is_of_a_zone(column: Column) -> bool:
    """Whether the time zone of the session has a part in the values of a column."""
    default = column.attribute("DEFAULT")
    computed = default is not None and _NO_LITERAL.search(default.sql)
    return bool(column.type_name == "timestamp" or computed or column.attribute("GENERATED"))


def grouped(source: t.Iterable[Rows], tables: t.Mapping[str, TablePlan]) -> t.Iterator[Rows]:
    """Give the same rows, those together that can go into one statement, as far as a bounded memory goes.

    Where each row has its key, InnoDB has them in the order of these, whatever theirs was. What REPLACE, INSERT IGNORE
    and ON DUPLICATE KEY UPDATE do depends on the rows before them, so nothing gets past those.
    """
    free = {name for name, plan in tables.items() if _is_in_any_order(plan)}
    held: dict[tuple[object, ...], list[Rows]] = {}
    held_bytes = held_runs = changes = 0
    table, before = "", None
    for rows in source:
        style = (rows.under, rows.columns, rows.verb, rows.update)
        if rows.table != table or held_bytes > HELD_BYTES or held_runs > HELD_RUNS:
            yield from _released(held)
            changes = 0 if rows.table != table else changes
            held, held_bytes, held_runs, table = {}, 0, 0, rows.table
        changes += style != before
        before = style
        may_wait = table in free and changes > CHANGES_LIMIT and (rows.verb, rows.update) == _INSERT
        if may_wait and not tables[table].definition.leaves_out_counter(rows.columns):
            held.setdefault(style, []).append(rows)
            held_bytes, held_runs = held_bytes + len(rows.text), held_runs + 1
        else:
            yield from _released(held)
            held = {}
            yield rows
        del rows
    yield from _released(held)


def _released(held: dict[tuple[object, ...], list[Rows]]) -> t.Iterator[Rows]:
    for waiting in held.values():
        yield from waiting


def _is_in_any_order(plan: TablePlan) -> bool:
    is_innodb = plan.format.engine.lower() == "innodb"
    return is_innodb and plan.format.definition.has_primary_key and not plan.left_ids
