# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows, against a slow reader that has nothing in common with the fast one."""

from __future__ import annotations

import datetime
import decimal
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import (
    Rows,
    are_plain,
    begins_row,
    cells,
    cells_of,
    neutral,
    row_pattern,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import single_quoted
from ansible_collections.cao.faktura.plugins.module_utils._backup.write.cao_text import BackupHeader
from cao_writer import (
    BackupColumn,
    BackupTable,
    WriterOptions,
    write_backup,
)
from dumps import Dump, rows_of, slow_rows, slow_value
from literals import CONTENTS, escaped, inserts


def _meaning(literal: bytes) -> bytes:
    """Return a literal in one spelling, so that literals can be compared."""
    for quote in (b"'", b'"'):
        start = literal.find(quote)
        if start >= 0 and literal[:start].strip().lower() in (b"", b"_binary", b"_utf8mb4"):
            return literal[:start].strip().lower() + b"=" + slow_value(literal[start:])
    return literal.upper().replace(b" ", b"")


@given(inserts(), st.integers(1, 200))
@settings(max_examples=400, deadline=None)
def test_rows_are_those_that_a_slow_reader_finds(
    made: tuple[bytes, list[list[bytes]], list[tuple[int, int]]], chunk_bytes: int
) -> None:
    text, wanted, places = made
    found = rows_of(text, chunk_bytes)
    sent = b",".join(rows.values for rows in found)
    assert [[_meaning(cell) for cell in row] for row in slow_rows(sent)] == [
        [_meaning(cell) for cell in row] for row in wanted
    ]
    assert sum(rows.count for rows in found) == len(wanted)
    singles = [single for rows in found for single in rows.singles()]
    assert [(single.statement, single.line) for single in singles] == places
    for single, row in zip(singles, wanted):
        assert [_meaning(cell) for cell in cells(single.text)] == [_meaning(cell) for cell in row]
        assert single.values == single.text


@given(st.lists(st.lists(st.one_of(st.none(), CONTENTS), min_size=3, max_size=3), max_size=20), st.integers(1, 300))
@settings(max_examples=100, deadline=None)
def test_what_cao_writes_comes_back_cell_by_cell(rows: list[list[bytes | None]], chunk_bytes: int) -> None:
    table = BackupTable("MAIL", tuple(BackupColumn(name, "longblob") for name in ("A", "B", "C")))
    header = BackupHeader("Muster", datetime.datetime(2024, 3, 14))
    dump = Dump(b"".join(write_backup(header, [(table, rows)])), chunk_bytes)
    found = [cells(single.text) for rows_at_once in dump.rows() for single in rows_at_once.singles()]
    assert [[None if cell == b"NULL" else slow_value(cell) for cell in row] for row in found] == rows


@given(st.lists(st.tuples(st.integers(), st.decimals(-99, 99, places=2), st.text(alphabet="aä€'\\\n")), min_size=1))
@settings(max_examples=50, deadline=None)
def test_values_of_cao_come_back(rows: list[tuple[int, decimal.Decimal, str]]) -> None:
    columns = (BackupColumn("A", "bigint(20)"), BackupColumn("B", "decimal(5,2)"), BackupColumn("C", "text"))
    header = BackupHeader("Muster", datetime.datetime(2024, 3, 14))
    options = WriterOptions(encoding="utf-8")
    dump = Dump(b"".join(write_backup(header, [(BackupTable("POS_TA", columns), rows)], options)))
    found = [
        tuple(slow_value(cell).decode() for cell in cells(single.text))
        for many in dump.rows()
        for single in many.singles()
    ]
    assert found == [(str(a), str(b), c) for a, b, c in rows]


@pytest.mark.parametrize(
    ("row", "wanted"),
    [
        (b"(0x41,1)", [b"0x41", b"1"]),
        (b"(+1, .5 ,\n-2e-3)", [b"+1", b".5", b"-2e-3"]),
        (b"(_binary 'a,b',X'41',b'1',NULL)", [b"_binary 'a,b'", b"X'41'", b"b'1'", b"NULL"]),
        (b"('','''','\\',\\'')", [b"''", b"''''", b"'\\',\\''"]),
        (b"('(),')", [b"'(),'"]),
    ],
)
def test_cells(row: bytes, wanted: list[bytes]) -> None:
    assert cells(row) == wanted
    assert [cells(row, most) for most in range(1, len(wanted) + 2)] == [
        wanted[:most] for most in range(1, len(wanted) + 2)
    ]


def test_cells_with_very_many_escapes() -> None:
    literal = b"'" + b"\\'" * 10_000 + b"'"
    assert cells(b"(1," + literal + b",2)") == [b"1", literal, b"2"]
    assert row_pattern(("", "", ""), b",", b";").match(b"(1," + literal + b",2);") is None


def test_separator_with_a_quote_is_never_replaced_blindly() -> None:
    separator = b"),'('"[1:4]
    rows = Rows("X", b"INSERT", (), 2, 1, 1, b"(1)" + separator + b"(2)", separator, False, ("",))
    assert rows.values == b"(1),(2)"


def test_a_separator_inside_a_text_is_kept() -> None:
    separator = b";\nINSERT INTO X VALUES "
    text = b"('" + separator + b"')" + separator + b"('b')"
    rows = Rows("X", b"INSERT", (), 2, 1, 1, text, separator, False, ("",))
    assert rows.values == b"('" + separator + b"'),('b')"
    assert [single.line for single in rows.singles()] == [1, 3]
    assert escaped(b"'") == single_quoted(b"'\\''")


@pytest.mark.parametrize(
    ("kind", "fits", "odd"),
    [
        ("decimal", [b"'1.50'", b"NULL", b"1.5"], [b"'1,50'", b"'a\\n'"]),
        ("flag", [b"'N'", b"'Y'", b"NULL"], [b"'True'", b"''"]),
        ("date", [b"'2024-03-14'", b"'2024-03-14 10:00:00'"], [b"''", b"'10:00:00'"]),
        ("timestamp", [b"'2024-03-14'"], [b"'1899-12-30'", b"''"]),
        (
            "",
            [b"''", b"'a''b'", b"'\\''", b"_latin1 'a'", b"0x00", b"X'00'", b"TRUE", b"-.5"],
            [b"true", b"'a' 'b'", b"a", b"'a''"],
        ),
    ],
)
def test_pattern_of_watched_cells(kind: str, fits: list[bytes], odd: list[bytes]) -> None:
    pattern = row_pattern((kind, ""), b",", b";")
    assert all(pattern.fullmatch(b"(" + cell + b",1);") for cell in fits)
    assert not any(pattern.match(b"(" + cell + b",1);") for cell in odd)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (rb"('a','b')", 1),
        (rb"('a\nb',NULL)", 1),
        (rb"('C:\\Neu','it\'s')", 1),
        (rb"('\%','b')", 0),
        (rb"('\_','b')", 0),
        (rb"('\N','b')", 0),
        (rb"('a''b','c')", 0),
        (rb"(0x41,'c')", 0),
        (rb"('a',null)", 0),
    ],
)
def test_rows_that_a_stream_reads_as_an_insert_does(text: bytes, plain: int) -> None:
    assert are_plain(("", ""), b",", b"", text) == plain


NUMBER_TEXT = re.compile(rb"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")


@pytest.mark.parametrize("kind", ["integer", "number", "decimal"])
@settings(derandomize=True, deadline=None)
@given(text=st.text(alphabet="01.79-e+ ", min_size=1, max_size=6).map(str.encode))
@example(text=b"-0.50")
@example(text=b"10.00")
def test_numbers_without_quotes(kind: str, text: bytes) -> None:
    expected = NUMBER_TEXT.fullmatch(text) is not None
    assert are_plain((kind, kind), b",", b",", b"(NULL,%s),(%s,'1')," % (text, text)) == (2 if expected else 0)
    assert not are_plain(("", kind), b",", b"", b"(" + text + b",NULL)")


def test_rows_with_very_many_escapes_come_apart() -> None:
    """The pattern of one row has a limit for them, what proves many rows at once has none."""
    texts = [b"('1','" + rb"\'" * count + b"')" for count in (1, 1999, 2001, 9000, 1)]
    data = b"INSERT INTO X VALUES " + b",".join([b"('0','')", *texts, b"('2','')"]) + b";"
    runs = rows_of(data, 1 << 20)
    assert max(run.count for run in runs) == len(texts)
    assert [row.text for run in runs for row in run.singles()][1:-1] == texts


@given(st.text(alphabet="\\\\\\'ax", max_size=40).map(str.encode), st.integers(0, 600))
@settings(max_examples=100, deadline=None)
def test_escaped_quotes_are_masked_however_many_they_are(text: bytes, more: int) -> None:
    text += b"y" * more * len(text)
    masked, position = bytearray(text), 0
    while position < len(text):
        if text[position : position + 2] in (b"\\\\", b"\\'"):
            masked[position : position + 2] = b"__"
        position += 2 if text[position : position + 1] == b"\\" else 1
    assert neutral(text) == bytes(masked)


_TEXTS = st.sampled_from(["", "a", ",", "(", ")", "),(", "\\',\\'", "\\\\", ");\nINSERT INTO X VALUES (", "x" * 100])
_CELLS = st.one_of(st.just("NULL"), st.lists(_TEXTS, max_size=4).map(lambda texts: f"'{''.join(texts)}'"))


@given(st.lists(st.tuples(_CELLS, _CELLS, _CELLS), min_size=2, max_size=6), st.sampled_from([",", ", "]), st.booleans())
@settings(max_examples=100, deadline=None)
def test_cells_of_one_column_are_those_of_each_row(
    table: list[tuple[str, str, str]], comma: str, one_statement: bool
) -> None:
    separator = b"," if one_statement else b";\nINSERT INTO X VALUES "
    rows = [f"({comma.join(row)})".encode() for row in table]
    text = separator.join(rows)
    kinds = ("",) * 3
    assert are_plain(kinds, comma.encode(), separator, text + separator) == len(rows)
    assert begins_row(kinds, comma.encode(), separator, text, 0)
    for plain in (True, False):
        run = Rows(
            "X", b"INSERT", (), len(rows), 1, 1, text, separator, one_statement, kinds, comma.encode(), plain=plain
        )
        assert run.values == b",".join(rows)
        for index in range(3):
            found = [neutral(cell) for cell in cells_of(run, index)]
            assert found == [neutral(row[index].encode()) for row in table]
        assert not list(cells_of(run, 3))


def test_a_row_begins_where_an_odd_one_stands() -> None:
    row = b"(0x41,'a''b');"
    assert begins_row(("", ""), b",", b";", b"x" + row, 1)
    assert begins_row(("", ""), b",", b";", b"('" + b"a" * 10_000 + b"',1);", 0)
    assert not begins_row(("", ""), b",", b";", b"(now(),1);", 0)
