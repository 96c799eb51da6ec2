# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The writer against the bytes of the format facts, and against a reader that knows CAO's row grammar alone."""

from __future__ import annotations

import datetime
import typing as t
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cao_writer as writer
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.write.cao_text import BackupHeader
from cao_writer import (
    BackupColumn,
    BackupKey,
    BackupTable,
    Cell,
    Defects,
    WriterOptions,
)

WHEN = datetime.datetime(2024, 3, 14, 18, 5, 9)
FIRMA = BackupTable(
    "Firma",
    (BackupColumn("NAME1", "varchar(250)"), BackupColumn("ORT", "varchar(250)"), BackupColumn("IMAGE1", "blob")),
)
MENGENEINHEIT = BackupTable(
    "MENGENEINHEIT",
    (
        BackupColumn("REC_ID", "int(11) unsigned", nullable=False, extra="auto_increment"),
        BackupColumn("SPRACHE_ID", "int(11) unsigned", "0", nullable=False),
        BackupColumn("BEZEICHNUNG", "varchar(50)", nullable=False),
    ),
    (BackupKey("PRIMARY KEY", ("REC_ID",)), BackupKey("UNIQUE KEY", ("BEZEICHNUNG",), "BEZEICHNUNG")),
)
# The example of cao-format 1.10.
EXAMPLE = r"""# CAO-Faktura
# Datum :14.03.2024 18:05:09 Uhr
# Mandant :Musterladen
#
#
# TABLE [FIRMA]
#
drop table if exists FIRMA;

create table FIRMA (
  NAME1 varchar(250),
  ORT varchar(250),
  IMAGE1 blob);


#
# TABLE [FIRMA] DATA
#
INSERT INTO FIRMA VALUES ('Kräuterhof \"Zur Mühle\"','Köln',NULL);



#
# TABLE [MENGENEINHEIT]
#
drop table if exists MENGENEINHEIT;

create table MENGENEINHEIT (
  REC_ID int(11) unsigned not null auto_increment,
  SPRACHE_ID int(11) unsigned default '0' not null,
  BEZEICHNUNG varchar(50) not null,
  PRIMARY KEY (REC_ID),
  UNIQUE KEY BEZEICHNUNG (BEZEICHNUNG)
);


#
# TABLE [MENGENEINHEIT] DATA
#
INSERT INTO MENGENEINHEIT VALUES ('1','2','Stück');
INSERT INTO MENGENEINHEIT VALUES ('2','2','m²');



""".replace("\n", "\r\n")


def _example(options: WriterOptions | None = None) -> bytes:
    tables: list[tuple[BackupTable, list[tuple[Cell, ...]]]] = [
        (FIRMA, [('Kräuterhof "Zur Mühle"', "Köln", None)]),
        (MENGENEINHEIT, [(1, 2, "Stück"), (2, "2", b"m\xb2" if options is None else "m²")]),
    ]
    return b"".join(writer.write_backup(BackupHeader("Musterladen", WHEN), tables, options or WriterOptions()))


def _table(*type_texts: str, name: str = "X") -> BackupTable:
    return BackupTable(name, tuple(BackupColumn(f"C{number}", text) for number, text in enumerate(type_texts)))


def _text(table: BackupTable, rows: t.Iterable[writer.Row] = (), options: WriterOptions | None = None) -> str:
    return b"".join(writer.write_table(table, rows, options or WriterOptions())).decode("cp1252")


def _values(*cells: Cell, types: t.Sequence[str] = (), defects: Defects | None = None) -> str:
    table = _table(*(types or ["text"] * len(cells)))
    text = _text(table, [cells], WriterOptions(defects=defects or Defects()))
    start, end = "INSERT INTO X VALUES (", ");\r\n\r\n\r\n\r\n"
    assert text.endswith(end)
    return text[text.index(start) + len(start) : -len(end)]


def test_the_example_byte_by_byte() -> None:
    assert _example() == EXAMPLE.encode("cp1252")


def test_the_example_in_utf_8() -> None:
    assert _example(WriterOptions(encoding="utf-8")) == EXAMPLE.encode("utf-8")


def test_a_table_without_rows_has_no_data_block() -> None:
    assert _text(_table("int(11)")) == (
        "#\r\n# TABLE [X]\r\n#\r\ndrop table if exists X;\r\n\r\ncreate table X (\r\n  C0 int(11));\r\n\r\n\r\n"
    )


def test_keys_with_several_columns() -> None:
    keys = (BackupKey("PRIMARY KEY", ("C0", "C1")), BackupKey("KEY", ("C1", "C0"), "IDX_X"))
    table = BackupTable("X", _table("int(11)", "int(11)").columns, keys)
    assert "  C1 int(11),\r\n  PRIMARY KEY (C0, C1),\r\n  KEY IDX_X (C1, C0)\r\n);\r\n" in _text(table)


@pytest.mark.parametrize(
    ("cell", "literal"),
    [
        (None, "NULL"),
        ("", "''"),
        (b"", "''"),
        ("NULL", "'NULL'"),
        ("a'b\"c\\d\x1ae\nf\rg\0h", r"""'a\'b\"c\\d\Ze\nf\rg\0h'"""),
        (b"\\n'\x00", r"'\\n\'\0'"),
        ("x" * 41 + "'", "'" + "x" * 41 + "\\''"),
        ("€ – „ä\u201c;", "'€ – „ä\u201c;'"),
        (0, "'0'"),
        (-2, "'-2'"),
        (2**64 - 1, "'18446744073709551615'"),
        (1.0, "'1'"),
        (0.1 + 0.2, "'0.30000000000000004'"),
        (1e-05, "'1E-5'"),
        (-2.5e-300, "'-2.5E-300'"),
        (1e22, "'1E22'"),
        (Decimal("12.5000"), "'12.5000'"),
        (Decimal("-0.01"), "'-0.01'"),
        (Decimal("1E-7"), "'0.0000001'"),
        (Decimal("1E+3"), "'1000'"),
        (Decimal("12345678901234567890.1234567890"), "'12345678901234567890.1234567890'"),
        (datetime.date(2024, 3, 4), "'2024-03-04'"),
        (datetime.date(899, 12, 30), "'0899-12-30'"),
        (datetime.datetime(2024, 3, 4, 5, 6, 7), "'2024-03-04 05:06:07'"),
        (datetime.datetime(2024, 3, 4), "'2024-03-04'"),
        (datetime.datetime(2024, 3, 4, 0, 0, 0, 5), "'2024-03-04 00:00:00.000005'"),
        (datetime.datetime(2024, 3, 4, 5, 6, tzinfo=datetime.timezone.utc), "'2024-03-04 05:06:00'"),
        (datetime.time(5, 6, 7), "'05:06:07'"),
        ("0000-00-00 00:00:00", "'0000-00-00 00:00:00'"),
    ],
)
def test_a_cell(cell: Cell, literal: str) -> None:
    assert _values(cell) == literal


def test_the_bytes_that_only_the_servers_latin1_has() -> None:
    text = b"".join(writer.write_table(_table("text"), [("€\x81\x9d",)]))
    assert b"('\x80\x81\x9d');" in text


@pytest.mark.parametrize("text", ["Геheim", "\x81 Геheim", "\ud800"])
def test_a_text_the_encoding_cannot_hold(text: str) -> None:
    rows: list[writer.Row] = [("gut", 1, "gut"), ("ä", None, text)]
    with pytest.raises(Failure) as caught:
        _text(_table("text", "int(11)", "text"), rows)
    assert caught.value.error == "encoding_ambiguous"
    assert "table X, column C2, row 2" in caught.value.msg
    assert "heim" not in caught.value.msg
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_utf_8_holds_every_character() -> None:
    pieces = writer.write_table(_table("text"), [("Привет",)], WriterOptions(encoding="utf-8"))
    assert "('Привет');".encode() in b"".join(pieces)


@pytest.mark.parametrize("cell", [float("nan"), float("inf"), Decimal("NaN"), Decimal("-Infinity")])
def test_numbers_that_are_none_are_refused(cell: Cell) -> None:
    with pytest.raises(ValueError, match="finite"):
        _values(cell)


def test_a_bool_is_no_cell() -> None:
    with pytest.raises(TypeError, match="table X, row 1: cell of type bool"):
        _values(True)


def test_a_row_of_the_wrong_length() -> None:
    with pytest.raises(ValueError, match="table X, row 2: 1 cells for 2 columns"):
        _text(_table("text", "text"), [("a", "b"), ("c",)])


@pytest.mark.parametrize("bad", ["A\r\nDROP TABLE X;", "\0"])
def test_names_with_control_characters_are_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="control"):
        _text(_table("text", name=bad))
    with pytest.raises(ValueError, match="control"):
        _text(BackupTable("X", (BackupColumn(bad, "text"),)))
    with pytest.raises(ValueError, match="control"):
        list(writer.write_backup(BackupHeader(bad, WHEN), []))


def test_a_mandant_the_encoding_cannot_hold() -> None:
    with pytest.raises(ValueError, match="charmap"):
        list(writer.write_backup(BackupHeader("Привет", WHEN), []))


def test_names_that_need_quotes_get_them() -> None:
    column = BackupColumn("ein `Name`", "int(11)")
    table = BackupTable("Meine Tabelle", (column,), (BackupKey("KEY", (column.name,), "k-1"),))
    text = _text(table, [(1,)])
    assert "# TABLE [MEINE TABELLE]" in text
    assert "drop table if exists `MEINE TABELLE`;" in text
    assert "create table `MEINE TABELLE` (\r\n  `ein ``Name``` int(11),\r\n  KEY `k-1` (`ein ``Name```)" in text
    assert "INSERT INTO `MEINE TABELLE` VALUES ('1');" in text


@pytest.mark.parametrize(
    ("column", "line"),
    [
        (BackupColumn("C", "int(11)", "0"), "C int(11) default '0'"),
        (BackupColumn("C", "varchar(5)", "", nullable=False), "C varchar(5) default '' not null"),
        (BackupColumn("C", "varchar(5)", "a'ä\\"), "C varchar(5) default 'a\\'ä\\\\'"),
        (
            BackupColumn("C", "timestamp", "CURRENT_TIMESTAMP", nullable=False, extra="on update CURRENT_TIMESTAMP"),
            "C timestamp default CURRENT_TIMESTAMP not null on update CURRENT_TIMESTAMP",
        ),
        (BackupColumn("C", "datetime(3)", "current_timestamp(3)"), "C datetime(3) default current_timestamp(3)"),
        (BackupColumn("C", "timestamp", "0000-00-00 00:00:00"), "C timestamp default '0000-00-00 00:00:00'"),
        (BackupColumn("C", "varchar(30)", "CURRENT_TIMESTAMP"), "C varchar(30) default 'CURRENT_TIMESTAMP'"),
    ],
)
def test_a_column(column: BackupColumn, line: str) -> None:
    assert f"(\r\n  {line});" in _text(BackupTable("X", (column,)))


def test_static_tables_without_their_rows() -> None:
    options = WriterOptions(static_tables=False)
    for name in ("PLZ", "blz", "Land"):
        assert "INSERT" not in _text(_table("text", name=name), [("a",)], options)
        assert "INSERT" in _text(_table("text", name=name), [("a",)])
    assert "INSERT" in _text(_table("text"), [("a",)], options)


@pytest.mark.parametrize("name", ["BACK_ARTIKEL", "back_artikel"])
def test_saved_tables_are_left_out(name: str) -> None:
    header, tables = BackupHeader("M", WHEN), [(_table("text", name=name), [("a",)])]
    assert b"".join(writer.write_backup(header, tables)).endswith(b"# Mandant :M\r\n#\r\n")
    assert b"BACK_ARTIKEL" in b"".join(writer.write_backup(header, tables, WriterOptions(back_tables=True)))


def test_the_defects_of_old_writers() -> None:
    stamp = BackupColumn("C", "timestamp", "CURRENT_TIMESTAMP", nullable=False)
    quoted = _text(BackupTable("X", (stamp,)), (), WriterOptions(defects=Defects(quoted_current_timestamp=True)))
    assert "C timestamp default 'CURRENT_TIMESTAMP' not null);" in quoted
    empty = BackupColumn("C", "varchar(5)", "")
    dropped = _text(BackupTable("X", (empty,)), (), WriterOptions(defects=Defects(dropped_empty_default=True)))
    assert "C varchar(5));" in dropped


@pytest.mark.parametrize(
    ("defects", "literals"),
    [
        (Defects(), "'12.50','1.5','Y',NULL,'0000-00-00 00:00:00','2024-01-01'"),
        (Defects(decimal_comma=True), "'12,50','1.5','Y',NULL,'0000-00-00 00:00:00','2024-01-01'"),
        (Defects(boolean_enum=True), "'12.50','1.5','True',NULL,'0000-00-00 00:00:00','2024-01-01'"),
        (Defects(empty_zero_date=True), "'12.50','1.5','Y',NULL,'','2024-01-01'"),
    ],
)
def test_the_defects_in_rows(defects: Defects, literals: str) -> None:
    types = ("decimal(10,2)", "float(5,1)", "enum('N','Y')", "enum('N','Y')", "datetime", "date")
    cells = (Decimal("12.50"), 1.5, "Y", None, "0000-00-00 00:00:00", datetime.date(2024, 1, 1))
    assert _values(*cells, types=types, defects=defects) == literals


def test_false_of_the_boolean_enum() -> None:
    assert _values("N", types=("enum('N','Y')",), defects=Defects(boolean_enum=True)) == "'False'"


def test_it_is_a_stream() -> None:
    taken = 0

    def rows() -> t.Iterator[writer.Row]:
        nonlocal taken
        while True:  # rows without end: only a stream gets anywhere
            taken += 1
            yield ("x" * 100, taken, str(taken))

    pieces = writer.write_backup(BackupHeader("M", WHEN), [(_table("text", "int(11)", "text"), rows())])
    sizes_bytes = [len(next(pieces)) for _piece in range(12)]
    assert sizes_bytes[3:] == pytest.approx([writer.PIECE_BYTES] * 9, abs=1000)
    assert taken < 12 * writer.PIECE_BYTES / 100


def _read_rows(block: bytes) -> list[list[bytes | None]]:
    """The rows of the only table of a block, by CAO's row grammar and nothing else (cao-format 1.5)."""
    data = block.split(b"# TABLE [X] DATA\r\n#\r\n", 1)[1]
    assert data.endswith(b");\r\n\r\n\r\n\r\n")
    rows = []
    for line in data[:-6].split(b"\r\n")[:-1]:
        assert line.startswith(b"INSERT INTO X VALUES (")
        assert line.endswith(b");")
        rows.append(_read_cells(line[len(b"INSERT INTO X VALUES (") : -2] + b","))
    return rows


_UNESCAPED = {b"'": b"'", b'"': b'"', b"\\": b"\\", b"Z": b"\x1a", b"n": b"\n", b"r": b"\r", b"0": b"\0"}


def _read_cells(text: bytes) -> list[bytes | None]:
    cells: list[bytes | None] = []
    while text:
        if text.startswith(b"NULL,"):
            cells.append(None)
            text = text[5:]
            continue
        assert text[:1] == b"'"
        cell, place = b"", 1
        while text[place : place + 1] != b"'":
            character = text[place : place + 1]
            assert character not in (b'"', b"\x1a", b"\0", b"\n", b"\r", b"")
            if character == b"\\":
                place += 1
                character = _UNESCAPED[text[place : place + 1]]
            cell += character
            place += 1
        assert text[place + 1 : place + 2] == b","
        cells.append(cell)
        text = text[place + 2 :]
    return cells


_CP1252 = st.text(st.characters(codec="cp1252"))
_CELLS: st.SearchStrategy[Cell] = st.one_of(
    st.none(),
    st.binary(),
    _CP1252,
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=9),
    st.dates(),
    st.datetimes(),
    st.times(),
)


def _means(cell: Cell, read: bytes | None) -> bool:
    """Whether what was read is the cell: the parsers of Python are the judges."""
    if cell is None or read is None:
        return cell is read
    if isinstance(cell, bytes):
        return read == cell
    text = read.decode("cp1252")
    if isinstance(cell, float):
        return float(text) == cell
    if isinstance(cell, (int, Decimal)):
        return Decimal(text).compare_total(Decimal(cell)) == 0
    if isinstance(cell, (datetime.date, datetime.time)):
        return type(cell).fromisoformat(text) == cell
    return text == cell


@given(st.integers(1, 5).flatmap(lambda width: st.lists(st.lists(_CELLS, min_size=width, max_size=width), min_size=1)))
def test_whatever_is_written_is_read_back(rows: list[list[Cell]]) -> None:
    read = _read_rows(b"".join(writer.write_table(_table(*["text"] * len(rows[0])), rows)))
    assert len(read) == len(rows)
    for row, row_read in zip(rows, read):
        assert len(row) == len(row_read)
        assert all(_means(cell, cell_read) for cell, cell_read in zip(row, row_read))


def test_many_different_texts_do_not_stay_in_memory() -> None:
    texts = writer._Texts("cp1252")
    for number in range(20_000):
        assert texts[str(number)] == b"'%d'" % number
    assert texts["ä" * 1000] == b"'" + b"\xe4" * 1000 + b"'"
    assert len(texts) <= 4096
    assert sum(map(len, texts)) < 100_000
