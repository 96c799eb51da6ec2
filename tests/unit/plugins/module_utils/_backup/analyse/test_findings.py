# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is found, and where nothing is to be found."""

from __future__ import annotations

import pytest

from dumps import CAO_HEAD, Dump

REGISTRY = b"create table REGISTRY (MAINKEY varchar(255), NAME varchar(100), VAL_CHAR varchar(255));\r\n"


def _cao(*tables: bytes) -> Dump:
    return Dump(CAO_HEAD + b"".join(tables))


def _table(name: bytes, *rows: bytes) -> bytes:
    return (
        b"create table "
        + name
        + b" (A int);\r\n"
        + b"".join(b"INSERT INTO " + name + b" VALUES (" + row + b");\r\n" for row in rows)
    )


def test_a_dump_that_is_no_mandants_needs_no_registry() -> None:
    assert Dump(_table(b"BELEG", b"1")).analyse().findings == ()
    (finding,) = Dump(b"create table ARTIKEL (REC_ID int);").analyse().findings
    assert finding.name == "no_registry"


@pytest.mark.parametrize(
    ("tables", "names"),
    [
        ([REGISTRY], ["rows_missing"]),
        ([_table(b"ARTIKEL")], ["no_registry"]),
        ([_table(b"REGISTERY", b"1")], []),
        ([REGISTRY, _table(b"ZAHLUNGSARTEN"), _table(b"MITARBEITER")], ["rows_missing", "rows_missing"]),
        ([_table(b"REGISTRY", b"1"), _table(b"ARTIKEL", b"1")], ["missing_end"]),
        (
            [_table(b"REGISTRY", b"1"), _table(b"PLZ"), _table(b"BLZ"), _table(b"ZAHLUNGSARTEN")],
            ["static_tables_left_out"],
        ),
        ([_table(b"REGISTRY", b"1"), _table(b"BACK_X", b"1")], ["back_tables"]),
    ],
)
def test_findings_of_cao(tables: list[bytes], names: list[str]) -> None:
    assert [finding.name for finding in _cao(*tables).analyse().findings] == names


def test_dump_of_another_program_that_was_cut() -> None:
    dump = Dump(b"SET @OLD_X=@@SQL_NOTES, SQL_NOTES=0;" + _table(b"REGISTRY", b"1"))
    assert [finding.name for finding in dump.analyse().findings] == ["missing_end"]


def test_other_programs_that_set_back_what_they_set_are_whole() -> None:
    whole = b"SET @OLD_X=@@SQL_NOTES, SQL_NOTES=0;" + _table(b"REGISTRY", b"1") + b"SET SQL_NOTES=@OLD_X;"
    assert Dump(whole).analyse().findings == ()


@pytest.mark.parametrize(
    ("head", "name", "word"),
    [
        (b"USE `cao_muster`;", "database_left_out", "'cao_muster'"),
        (b"SET NAMES latin1;", "bytes_look_like_utf8", "latin1"),
    ],
)
def test_what_a_dump_says_of_itself(head: bytes, name: str, word: str) -> None:
    (finding,) = Dump(head + _table(b"REGISTRY", b"1", "'Größe'".encode())).analyse().findings
    assert (finding.name, finding.table) == (name, None)
    assert word in finding.text


def test_a_definer_is_named_as_left_out_only() -> None:
    view = b"create definer=`root`@`10.0.0.1` view V as select 1;"
    (finding,) = Dump(_table(b"REGISTRY", b"1") + view).analyse().findings
    assert finding.name == "definer_left_out"
    assert "root" not in finding.text


def test_texts_that_are_latin1_do_not_look_like_utf8() -> None:
    rows = _table(b"REGISTRY", b"1", "'Größe'".encode(), "'Größe'".encode("latin-1"))
    found = Dump(b"SET NAMES latin1;" + rows).analyse().findings
    assert [(one.name, one.table) for one in found] == [("spoilt_texts", "REGISTRY")]


def test_a_finding_names_its_tables() -> None:
    tables = (REGISTRY, _table(b"FIRMA"), _table(b"LAND"), _table(b"PLZ"), _table(b"ZAHLUNGSARTEN", b"1"))
    findings = _cao(*tables, _table(b"BACK_A", b"1"), _table(b"back_b", b"1")).analyse().findings
    assert [(finding.name, finding.table) for finding in findings] == [
        ("rows_missing", "FIRMA"),
        ("rows_missing", "REGISTRY"),
        ("static_tables_left_out", None),
        ("back_tables", None),
    ]
    assert findings[2].text.startswith("LAND, PLZ:")
    assert findings[3].text.startswith("2 tables BACK_*")
