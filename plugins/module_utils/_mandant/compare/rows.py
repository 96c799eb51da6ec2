# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The rows of one table of the Mandant beside those of the backup: how many are the same, and in what others differ."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._mandant.compare.columns import Both
from ansible_collections.cao.faktura.plugins.module_utils._mandant.compare.definitions import (
    Difference,
    columns_are_same,
    differences,
    primary_key,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.compare.statements import TwoTables
from ansible_collections.cao.faktura.plugins.module_utils._mandant.compare.tables import Pair, TableCompared
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.fingerprint import fingerprint, show_create
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observe import count_rows
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.plan import TablePlan
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import EVERY_ROW, Fingerprint
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.source_tables import SourceColumn

Columns = t.Mapping[str, t.Sequence[SourceColumn]]


class RowsCompared:
    """Compares tables over one session; ``staged`` are the fingerprints of the backup's, by target.

    ``columns`` are those of all tables of the database, ``keys`` is how many keys are named.
    """

    def __init__(
        self, session: Session, mandant: str, staged: t.Mapping[str, Fingerprint], columns: Columns, keys: int
    ) -> None:
        self._session = session
        self._mandant = mandant
        self._staged = staged
        self._columns = columns
        self._keys = keys

    def compare(self, pair: Pair) -> TableCompared:
        """Return what differs."""
        if pair.backup is None:
            rows = self._count(str(pair.mandant))
            return TableCompared(pair.name, pair.found, mandant_rows=rows, only_in_mandant=rows)
        in_backup = self._staged[pair.backup.target].rows
        if pair.mandant is None:
            return TableCompared(pair.name, pair.found, backup_rows=in_backup, only_in_backup=in_backup)
        return self._both(pair.name, pair.mandant, pair.backup)

    def _both(self, name: str, mandant: str, backup: TablePlan) -> TableCompared:
        here = show_create(self._session, self._mandant, mandant)
        there = show_create(self._session, self._mandant, backup.shadow)
        differing = differences(here, there)
        if mandant != backup.target:
            differing = (Difference("name", mandant, "different"), *differing)
        known = TableCompared(name, "both", backup_rows=self._staged[backup.target].rows, definition=differing)
        rows = self._count(mandant)
        alike = columns_are_same(here, there) or self._types_are_same(mandant, backup.shadow)
        if rows == known.backup_rows and alike and self._holds_the_same(mandant, backup):
            return dataclasses.replace(known, mandant_rows=rows, same=rows)
        both = self._both_columns(mandant, backup.shadow)
        found, expected = primary_key(here), primary_key(there)
        key = tuple(both[column.lower()] for column in found if column.lower() in both)
        same_key = [one.lower() for one in found] == [one.lower() for one in expected] and len(key) == len(found)
        two = TwoTables(
            self._quoted(mandant),
            self._quoted(backup.shadow),
            tuple(both.values()),
            key if same_key and all(one.joins for one in key) else (),
        )
        return self._by_key(two, known) if two.key else self._by_rows(two, known, rows)

    def _types_are_same(self, mandant: str, shadow: str) -> bool:
        """Whether what stands for all rows can be compared though comments or defaults of columns differ."""
        sides = [self._columns.get(table, ()) for table in (mandant, shadow)]
        if any(column.generated for side in sides for column in side):
            return False
        here, there = ([(one.name.lower(), one.type_sql, one.charset) for one in side] for side in sides)
        return here == there

    def _holds_the_same(self, mandant: str, backup: TablePlan) -> bool:
        """Whether a table holds what the backup has, by the number that stands for all rows."""
        staged = self._staged[backup.target]
        if staged.measure != EVERY_ROW:
            return False
        there = fingerprint(self._session, self._mandant, mandant)
        return (there.measure, there.rows, there.checksum) == (EVERY_ROW, staged.rows, staged.checksum)

    def _by_key(self, two: TwoTables, known: TableCompared) -> TableCompared:
        first, *rest = self._session.query(two.by_key())[0]
        rows, (not_same, missing, *columns) = int(first), (int(count or 0) for count in rest)
        found = dataclasses.replace(
            known,
            compared_by="primary_key",
            mandant_rows=rows,
            same=rows - not_same,
            different=not_same - missing,
            only_in_mandant=missing,
            only_in_backup=known.backup_rows - (rows - missing),
            columns={one.name: count for one, count in zip(two.columns, columns) if count},
        )
        return dataclasses.replace(found, keys=self._named(two, found)) if self._keys else found

    def _by_rows(self, two: TwoTables, known: TableCompared, rows: int) -> TableCompared:
        """Compare what has no key that both sides share; where they share no column, nothing is the same."""
        same, in_backup, in_mandant = 0, known.backup_rows, rows
        if two.columns:
            same, in_backup, in_mandant = (int(count or 0) for count in self._session.query(two.by_rows())[0])
        return dataclasses.replace(
            known,
            compared_by="rows",
            mandant_rows=same + in_mandant,
            same=same,
            only_in_backup=in_backup,
            only_in_mandant=in_mandant,
        )

    def _named(self, two: TwoTables, found: TableCompared) -> dict[str, list[dict[str, t.Any]]]:
        names = [one.name for one in two.key]
        asked = {
            "only_in_backup": two.keys_missing("only_in_backup", self._keys) if found.only_in_backup else None,
            "only_in_mandant": two.keys_missing("only_in_mandant", self._keys) if found.only_in_mandant else None,
            "different": two.keys_different(self._keys) if found.different else None,
        }
        return {
            state: [dict(zip(names, map(_plain, row))) for row in (self._session.query(sql) if sql else ())]
            for state, sql in asked.items()
        }

    def _both_columns(self, mandant: str, shadow: str) -> dict[str, Both]:
        there = {column.name.lower(): column for column in self._columns.get(shadow, ())}
        return {
            column.name.lower(): Both(column, there[column.name.lower()])
            for column in self._columns.get(mandant, ())
            if column.name.lower() in there
        }

    def _count(self, table: str) -> int:
        return count_rows(self._session, self._mandant, [table])[table]

    def _quoted(self, table: str) -> str:
        return f"{quoted(self._mandant)}.{quoted(table)}"


def _plain(value: object) -> object:
    """Return a value of a key as it can be in a result."""
    if isinstance(value, bytes):
        return "0x" + value.hex()
    return value if isinstance(value, int) else str(value)
