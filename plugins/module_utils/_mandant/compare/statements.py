# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The SELECTs that compare two tables, where the server does it and sends numbers alone; pure.

``m`` is the table of the Mandant, ``b`` that of the backup. Each SELECT stands by itself: also of an engine without
snapshots it sees one moment of a table.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._mandant.compare.columns import Both
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted

Missing = t.Literal["only_in_backup", "only_in_mandant"]
# To the servers a date that is 0000-00-00 and may not be NULL "IS NULL" all the same (MySQL documentation).
_ALSO_NULL = frozenset(("date", "datetime", "timestamp"))


@dataclasses.dataclass(frozen=True)
class TwoTables:
    """Names with their databases, quoted; ``key`` are the columns of the primary key, none where there is none."""

    mandant: str
    backup: str
    columns: tuple[Both, ...]
    key: tuple[Both, ...] = ()

    def by_key(self) -> str:
        """Return how many rows the Mandant has, how many are not the same or only there, and differ in each column.

        What is only in the backup follows from its number of rows.
        """
        there = f"NOT ({self._missing('b')})"
        differing = [f"SUM({there} AND NOT ({_same(one)}))" for one in self.columns]
        counts = [
            f"(SELECT COUNT(*) FROM {self.mandant})",
            "COUNT(*)",
            f"SUM({self._missing('b')})",
            *differing,
        ]
        return (
            f"SELECT {', '.join(counts)} FROM {self.mandant} m LEFT JOIN {self.backup} b ON {self._on}"
            f" WHERE {self._missing('b')} OR NOT ({self._all_same})"
        )

    def by_rows(self) -> str:
        """Return how many rows are on both sides, only in the backup, and only in the Mandant; each counts."""
        return (
            # There are as many groups as rows: sorted they are found sooner than by a key of all of them.
            "SELECT SUM(LEAST(n, o)), SUM(GREATEST(n - o, 0)), SUM(GREATEST(o - n, 0)) FROM"
            " (SELECT SQL_BIG_RESULT SUM(f) n, SUM(1 - f) o FROM"
            f" (SELECT {self._row('b')} r, 1 f FROM {self.backup} b"
            f" UNION ALL SELECT {self._row('m')} r, 0 f FROM {self.mandant} m) a GROUP BY r) g"
        )

    def keys_missing(self, where: Missing, limit: int) -> str:
        """Return the first keys that only one side has."""
        here, there = ("b", "m") if where == "only_in_backup" else ("m", "b")
        tables = {"m": f"{self.mandant} m", "b": f"{self.backup} b"}
        return (
            f"SELECT {self._key(here)} FROM {tables[here]} LEFT JOIN {tables[there]} ON {self._on}"
            f" WHERE {self._missing(there)} ORDER BY {self._key(here)} LIMIT {limit}"
        )

    def keys_different(self, limit: int) -> str:
        """Return the first keys whose rows differ, as the Mandant has them."""
        return (
            f"SELECT {self._key('m')} FROM {self.mandant} m STRAIGHT_JOIN {self.backup} b ON {self._on}"
            f" WHERE NOT ({self._all_same}) ORDER BY {self._key('m')} LIMIT {limit}"
        )

    @property
    def _on(self) -> str:
        return " AND ".join(f"{_column('m', one)} = {_column('b', one)}" for one in self.key)

    @property
    def _all_same(self) -> str:
        # What the key has found is equal, and numbers that are equal are the same.
        compared = [one for one in self.columns if one not in self.key or not one.by_number]
        return " AND ".join(_same(one) for one in compared) or "TRUE"

    def _missing(self, side: str) -> str:
        first = self.key[0]
        column = _column(side, first)
        return f"CONCAT({column}) IS NULL" if first.kinds & _ALSO_NULL else f"{column} IS NULL"

    def _key(self, side: str) -> str:
        return ", ".join(_column(side, one) for one in self.key)

    def _row(self, side: str) -> str:
        pieces = ", ".join(one.piece.replace("{}", _column(side, one)) for one in self.columns)
        return f"UNHEX(SHA2(CONCAT_WS(',', {pieces}), 256))"


def _column(side: str, both: Both) -> str:
    return f"{side}.{quoted((both.mandant if side == 'm' else both.backup).name)}"


def _same(both: Both) -> str:
    return f"{both.value.format(_column('m', both))} <=> {both.value.format(_column('b', both))}"
