# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The known defects of CAO's writer (cao-format 1.7), put right and reported."""

from __future__ import annotations

import datetime
import decimal

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import cells
from ansible_collections.cao.faktura.plugins.module_utils._backup.write.cao_text import BackupHeader
from cao_writer import (
    BackupColumn,
    BackupTable,
    Defects,
    WriterOptions,
    write_backup,
)
from dumps import CAO_HEAD, Dump

SERVER = ServerFlavour(True, (10, 11, 6))


def _dump(definition: str, *rows: str) -> Dump:
    text = f"create table ARTIKEL ({definition});\r\n" + "".join(
        f"INSERT INTO ARTIKEL VALUES ({row});\r\n" for row in rows
    )
    return Dump(CAO_HEAD + text.encode())


@pytest.mark.promise("to-the-bit")
@pytest.mark.parametrize(
    ("column", "cell", "wanted", "name"),
    [
        ("decimal(5,2)", "'12,50'", "'12.50'", "decimal_comma"),
        ("double(10,2)", "'-,5'", "'-.5'", "decimal_comma"),
        ("decimal(5,2)", "'12.50'", "'12.50'", None),
        ("decimal(5,2)", "'1.000,50'", "'1.000,50'", None),
        ("varchar(9)", "'12,50'", "'12,50'", None),
        ("enum('N','Y')", "'True'", "'Y'", "flag_as_text"),
        ("enum('Y','N')", "'FALSE'", "'N'", "flag_as_text"),
        ("enum('N','Y')", "'X'", "'X'", None),
        ("enum('N','Y','S')", "'True'", "'True'", None),
        ("date", "''", "'0000-00-00'", "empty_date"),
        ("datetime", "''", "'0000-00-00 00:00:00'", "empty_date"),
        ("timestamp", "''", "'0000-00-00 00:00:00'", "empty_date"),
        ("datetime", "'10:11:12'", "'1899-12-30 10:11:12'", "time_without_date"),
        ("timestamp", "'1899-12-30 10:00:00'", "'0000-00-00 00:00:00'", "day_zero_timestamp"),
        ("datetime", "'1899-12-30'", "'1899-12-30'", None),
        ("datetime", "NULL", "NULL", None),
        ("time", "''", "''", None),
    ],
)
def test_rows(column: str, cell: str, wanted: str, name: str | None) -> None:
    dump = _dump(f"A {column}, B text", f"{cell},'a,b'", f"{cell},'it\\'s'", "NULL,''")
    rows = [cells(single.text) for rows in dump.rows() for single in rows.singles()]
    assert [row[0].decode() for row in rows] == [wanted, wanted, "NULL"]
    assert rows[0][1] == b"'a,b'"
    repairs = dump.analyse().repairs
    assert [(repair.name, repair.table, repair.column, repair.count) for repair in repairs] == (
        [(name, "ARTIKEL", "A", 2)] if name else []
    )
    assert all(repair.text for repair in repairs)
    if name:
        failure = dump.refused(repairs="refuse")
        assert failure.error == "damaged"
        assert name in failure.msg
    else:
        assert dump.analyse(repairs="refuse").rows == 3


@pytest.mark.parametrize(
    ("definition", "sql", "names"),
    [
        (
            "A timestamp default 'CURRENT_TIMESTAMP' not null",
            "DEFAULT CURRENT_TIMESTAMP NOT NULL",
            ["quoted_current_timestamp"],
        ),
        ("A datetime(3) default 'current_timestamp(3)'", "DEFAULT CURRENT_TIMESTAMP(3)", ["quoted_current_timestamp"]),
        ("A datetime default 'current_timestamp()'", "DEFAULT CURRENT_TIMESTAMP\n", ["quoted_current_timestamp"]),
        ("A varchar(20) default 'CURRENT_TIMESTAMP'", "DEFAULT 'CURRENT_TIMESTAMP'", []),
        ("A int DEFAULT_GENERATED", "`A` int\n", ["copied_extra"]),
        ("A int VIRTUAL GENERATED", "`A` int\n", ["copied_extra"]),
        ("A int INVISIBLE", "`A` int\n", ["copied_extra"]),
        ("A longtext, B int, KEY K (A, B)", "KEY `K` (`A`(191),`B`)", ["lost_key_length"]),
        ("A blob, FULLTEXT KEY K (A)", "FULLTEXT KEY `K` (`A`)", []),
        ("A text, KEY K (A(20))", "KEY `K` (`A`(20))", []),
    ],
)
def test_definitions(definition: str, sql: str, names: list[str]) -> None:
    analysis = _dump(definition).analyse()
    created = analysis.definitions["ARTIKEL"].create_statement(
        "X", engine=None, charset=None, collation=None, server=SERVER
    )
    assert sql in created.decode()
    assert [repair.name for repair in analysis.repairs] == names


def test_other_programs_are_not_repaired() -> None:
    dump = Dump(b"CREATE TABLE T (A decimal(5,2), B enum('N','Y'));INSERT INTO T VALUES ('1,5','True');")
    assert dump.analyse().repairs == ()
    assert dump.rows()[0].text == b"('1,5','True')"


def test_columns_by_name_and_rows_of_another_width() -> None:
    text = b"create table T (A int, B decimal(5,2));INSERT INTO T (B) VALUES ('1,5');INSERT INTO T VALUES ('1,5');"
    assert [row.text for row in Dump(CAO_HEAD + text).rows()] == [b"('1.5')", b"('1,5')"]
    unknown = b"create table T (A decimal(5,2));INSERT INTO T (C) VALUES ('1,5');INSERT INTO T (C) VALUES ('1,5');"
    assert [row.text for row in Dump(CAO_HEAD + unknown).rows()] == [b"('1,5')", b"('1,5')"]


@pytest.mark.promise("to-the-bit")
def test_defects_of_the_writer_are_all_repaired_and_both_passes_agree() -> None:
    columns = (
        BackupColumn("A", "int(11)", nullable=False),
        BackupColumn("B", "decimal(12,4)"),
        BackupColumn("C", "enum('N','Y')", "N"),
        BackupColumn("D", "datetime"),
        BackupColumn("E", "timestamp", "CURRENT_TIMESTAMP", nullable=False),
    )
    rows = [(n, decimal.Decimal(n) / 4, "NY"[n % 2], "0000-00-00 00:00:00", "2024-03-14 10:00:00") for n in range(300)]
    table = BackupTable("ARTIKEL", columns)
    header = BackupHeader("M", datetime.datetime(2024, 3, 14))

    def dump(defects: Defects) -> Dump:
        return Dump(b"".join(write_backup(header, [(table, rows)], WriterOptions(defects=defects))))

    spoiled = dump(Defects(quoted_current_timestamp=True, decimal_comma=True, boolean_enum=True, empty_zero_date=True))
    sound = dump(Defects())

    def texts(of: Dump) -> list[list[bytes]]:
        return [cells(single.text) for many in of.rows() for single in many.singles()]

    assert texts(spoiled) == texts(sound)
    assert {repair.name for repair in spoiled.analyse().repairs} == {
        "decimal_comma", "flag_as_text", "empty_date", "quoted_current_timestamp"
    }  # fmt: skip
    assert sound.analyse().repairs == ()
    server = SERVER
    made = [
        of.analyse()
        .definitions["ARTIKEL"]
        .create_statement("X", engine="MyISAM", charset="latin1", collation=None, server=server)
        for of in (spoiled, sound)
    ]
    assert made[0] == made[1]
