# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows on their way into INSERTs: none is lost, none comes twice, and none into a statement that is too long."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.refusals import PACKET_RESERVE_BYTES
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.fast_loader import (
    BATCH_BYTES,
    AllColumns,
    Batch,
    batches,
    insert_head,
    packet_bytes,
)
from dumps import Dump, slow_rows

_TABLES = b"".join(b"CREATE TABLE `%s` (`A` int, `B` text);\n" % name for name in (b"T", b"U"))
_TEXTS = st.sampled_from(["", "x", "),(", "','", "a;b", "y" * 20, "z" * 90])
_STATEMENTS = st.tuples(
    st.sampled_from(["INSERT INTO", "INSERT INTO", "INSERT IGNORE INTO", "REPLACE INTO"]),
    st.sampled_from(["`T`", "`T`", "`U`", "`T` (`A`,`B`)", "`T` (`B`,`A`)"]),
    st.lists(_TEXTS, min_size=1, max_size=6),
)


def _dump(statements: list[tuple[str, str, list[str]]]) -> Dump:
    numbers = itertools.count(1)
    text = ""
    for verb, into, values in statements:
        rows = []
        for value in values:
            cells = [str(next(numbers)), "'" + value.replace("'", "''") + "'"]
            rows.append(f"({','.join(cells[::-1] if into.endswith('(`B`,`A`)') else cells)})")
        text += f"{verb} {into} VALUES {','.join(rows)};\n"
    return Dump(b"-- MySQL dump 10.13\n" + _TABLES + text.encode())


def _alike(rows: Rows) -> tuple[object, ...]:
    return rows.table, rows.verb, rows.columns


def _single_rows(batch: Batch) -> list[tuple[object, ...]]:
    return [(*_alike(batch.rows), row) for row in slow_rows(b",".join(batch.values))]


@given(st.lists(_STATEMENTS, min_size=1, max_size=6), st.sampled_from([1, 12, 30, 100, 10**6]))
def test_every_row_comes_once_and_in_its_order(statements: list[tuple[str, str, list[str]]], limit: int) -> None:
    source = _dump(statements).rows()
    made = list(batches(source, limit))
    expected = [(*_alike(run), row) for run in source for row in slow_rows(run.values)]
    assert [row for batch in made for row in _single_rows(batch)] == expected
    for batch in made:
        text = b",".join(batch.values)
        assert (batch.size, batch.rows.count) == (len(text), len(slow_rows(text)))
        # A row that is too long alone goes alone.
        assert batch.size <= limit or batch.rows.count == 1
        # What a batch is tried again with, row by row, is what was in it.
        assert slow_rows(b",".join(run.values for run in batch.runs)) == slow_rows(text)
        assert {_alike(run) for run in batch.runs} == {_alike(batch.rows)}


@given(st.lists(_STATEMENTS, min_size=2, max_size=6))
def test_a_batch_tells_where_it_begins(statements: list[tuple[str, str, list[str]]]) -> None:
    source = _dump(statements).rows()
    lines = [(row.statement, row.line) for run in source for row in run.singles()]
    begun = 0
    for batch in batches(source, 60):
        assert (batch.rows.statement, batch.rows.line) == lines[begun]
        begun += batch.rows.count


@pytest.mark.parametrize(
    ("columns", "charset", "head"),
    [
        ((), "latin1", b"INSERT INTO `BACK_``1` VALUES "),
        (("A", "x`y"), "latin1", b"INSERT INTO `BACK_``1` (`A`, `x``y`) VALUES "),
        (("Größe",), "latin1", b"INSERT INTO `BACK_``1` (`Gr\xf6\xdfe`) VALUES "),
        (("Größe",), "utf8mb4", b"INSERT INTO `BACK_``1` (`Gr\xc3\xb6\xc3\x9fe`) VALUES "),
    ],
)
def test_what_stands_before_the_rows(columns: tuple[str, ...], charset: str, head: bytes) -> None:
    rows = Rows("T", b"INSERT", columns, 1, statement=1, line=1, text=b"(1)")
    assert insert_head(rows, "BACK_`1", charset) == head


@pytest.mark.parametrize("packet", [PACKET_RESERVE_BYTES + 1, 1024 * 1024, 16 * 1024 * 1024])
def test_a_statement_fits_into_a_packet(packet: int) -> None:
    assert 0 < packet_bytes(packet) <= min(packet - PACKET_RESERVE_BYTES, BATCH_BYTES)


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        ("INSERT INTO T (B,A) VALUES ('x',1),('y',2)", b"(1,'x'),(2,'y')"),
        ("INSERT INTO T (B) VALUES ('x, (')", b"(DEFAULT,'x, (')"),
        ("INSERT INTO T VALUES (1,'x')", b"(1,'x')"),
        ("INSERT INTO T (A) VALUES (CAST('1' AS SIGNED))", b"(CAST('1' AS SIGNED),DEFAULT)"),
        ("REPLACE INTO T (A) VALUES (1)", b"(1,DEFAULT)"),
        ("INSERT IGNORE INTO T (A) VALUES (1)", None),
        ("INSERT INTO T (A) VALUES " + ",".join(["(1)"] * 17), None),
    ],
)
def test_rows_of_all_columns(statement: str, values: bytes | None) -> None:
    dump = Dump(_TABLES + statement.encode() + b";")
    (batch,) = batches(dump.rows(), BATCH_BYTES)
    columns = AllColumns(dump.analyse().definitions["T"])
    wide = batch.widened(columns)
    assert (wide and b",".join(wide.values)) == values
    if wide is not None:
        assert wide.widened(columns) is wide
        assert (wide.rows.columns, wide.rows.count, wide.runs) == (("A", "B"), batch.rows.count, batch.runs)
        assert wide.size == len(values or b"") + 1


@pytest.mark.parametrize(
    ("given", "order"),
    [
        ((), None),
        (("A", "B", "C"), [0, 1, 2]),
        (("c", "a"), [1, -1, 0]),
        (("C", "B"), None),
        (("A", "X"), None),
        (("A", "G"), None),
    ],
)
def test_lists_of_columns_that_all_can_be_given_for(given: tuple[str, ...], order: list[int] | None) -> None:
    """Not where the server numbers rows, nor where it computes."""
    sql = b"CREATE TABLE T (A int AUTO_INCREMENT PRIMARY KEY, B int, G int AS (B) VIRTUAL, C int);"
    columns = AllColumns(Dump(sql).analyse().definitions["T"])
    assert columns.names == ("A", "B", "C")
    assert columns.order(given) == order
    assert AllColumns(Dump(sql).analyse().definitions["T"], of_statement=True).order(("C", "B")) == [-2, 1, 0]
    assert AllColumns(Dump(b"CREATE TABLE T (A int, B int);").analyse().definitions["T"]).order(()) == [0, 1]
