# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows that stand in turn come by table: none is lost, none is before another of its table, and few are held."""

from __future__ import annotations

import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts import gathered_rows
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.gathered_rows import gathered
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows


def _rows(tables: t.Iterable[str]) -> list[Rows]:
    return [Rows(table, b"INSERT", (), 1, number, number, b"(%d)" % number) for number, table in enumerate(tables, 1)]


def _changes(rows: t.Sequence[Rows]) -> int:
    return sum(one.table != other.table for one, other in zip(rows, rows[1:]))


@given(st.text("abcde", max_size=40), st.integers(1, 8), st.booleans())
def test_the_same_rows_come_and_those_of_a_table_in_their_order(tables: str, most: int, counted: bool) -> None:
    rows = _rows(tables)
    numbers = {table: tables.count(table) for table in set(tables)} if counted else {}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(gathered_rows, "HELD_RUNS", most)
        found = list(gathered(rows, numbers))
    assert sorted(row.statement for row in found) == [row.statement for row in rows]
    for table in set(tables):
        of_table = [row.statement for row in found if row.table == table]
        assert of_table == sorted(of_table)


def test_rows_in_turn_change_their_table_a_few_times_only() -> None:
    rows = _rows("abc" * 1000)
    assert _changes(list(gathered(rows, dict.fromkeys("abc", 1000)))) < 6


def test_tables_one_after_the_other_are_not_held() -> None:
    given_so_far: list[Rows] = []

    def source() -> t.Iterator[Rows]:
        for number, row in enumerate(_rows("aaabbbc")):
            assert len(given_so_far) == number
            yield row

    for row in gathered(source(), {"a": 3, "b": 3, "c": 1}):
        given_so_far.append(row)
    assert [row.table for row in given_so_far] == list("aaabbbc")


@pytest.mark.parametrize("limit", ["HELD_BYTES", "HELD_RUNS"])
def test_few_are_held(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathered_rows, limit, 30)
    taken, most = 0, 0
    rows = _rows("ab" * 500)

    def source() -> t.Iterator[Rows]:
        nonlocal taken
        for row in rows:
            taken += 1
            yield row

    for given_so_far, _row in enumerate(gathered(source(), {"a": 500, "b": 500})):
        most = max(most, taken - given_so_far)
    assert most <= 64
