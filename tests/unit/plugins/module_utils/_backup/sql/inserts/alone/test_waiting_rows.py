# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows that wait for others of their tables: none is lost, none is before another of its table, and few wait."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.alone import waiting_rows
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.alone.waiting_rows import WaitingRows
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows, Under


def _row(number: int, **fields: t.Any) -> Rows:
    given = {"table": "t", "verb": b"INSERT", "columns": (), "plain": True, "kinds": ("",), **fields}
    return Rows(count=1, statement=number * 3, line=number * 5, text=b"('%d')" % number, **given)


def test_rows_alike_are_one_run() -> None:
    waiting, rows = WaitingRows(), [_row(number) for number in range(1, 6)]
    for row in rows:
        assert not waiting.put(row)
    (run,) = waiting.take("t")
    assert (run.count, run.text, run.one_statement, run.last_statement) == (
        5,
        b"('1'),('2'),('3'),('4'),('5')",
        False,
        15,
    )
    assert list(run.singles()) == [
        Rows(**{**row.__dict__, "longest_bytes": len(row.text)}) for row in rows
    ]  # fmt: skip
    assert list(waiting.take_all()) == []


@pytest.mark.parametrize(
    "other",
    [{"verb": b"REPLACE"}, {"columns": ("a",)}, {"comma": b", "}, {"under": Under("+01:00")}, {"update": b"a=1"},
     {"kinds": ("integer",)}],
    ids=str,
)  # fmt: skip
def test_rows_that_differ_stay_in_their_order(other: dict[str, t.Any]) -> None:
    waiting = WaitingRows()
    for row in (_row(1), _row(2), _row(3, **other), _row(4), _row(5, table="u")):
        waiting.put(row)
    assert [(run.table, run.line, run.count) for run in waiting.take_all()] == [
        ("t", 5, 2), ("t", 15, 1), ("t", 20, 1), ("u", 25, 1)
    ]  # fmt: skip


@pytest.mark.parametrize(("limit", "most"), [("WAITING_ROWS", 7), ("WAITING_BYTES", 30)])
def test_few_wait(limit: str, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting_rows, limit, most)
    waiting = WaitingRows()
    full = [waiting.put(_row(number)) for number in range(1, 9)]
    assert full.index(True) == 6
    assert sum(run.count for run in waiting.take_all()) == 8
    assert not waiting.put(_row(1))
