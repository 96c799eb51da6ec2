# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The analysis as a whole: facts, findings, and that it never gives back what rows hold."""

from __future__ import annotations

import json

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.analyse import analyse, read_rows
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.read_options import ReadOptions
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.container import CHUNK_BYTES
from dumps import CAO_HEAD, PATH, Dump, fails

REGISTRY = b"create table REGISTRY (MAINKEY varchar(255), NAME varchar(100), VAL_CHAR varchar(255));\r\n"
SECRET = b"Geheim-4711"


def _cao(*tables: bytes) -> Dump:
    return Dump(CAO_HEAD + b"".join(tables))


def _table(name: bytes, *rows: bytes) -> bytes:
    return (
        b"create table "
        + name
        + b" (A int);\r\n"
        + b"".join(b"INSERT INTO " + name + b" VALUES (" + row + b");\r\n" for row in rows)
    )


def test_facts() -> None:
    dump = _cao(REGISTRY, b"INSERT INTO REGISTRY VALUES ('a','b','c');\r\n", _table(b"ARTIKEL", b"1", b"22", b"333"))
    seen: list[tuple[str, int]] = []
    analysis = dump.analyse(progress=lambda phase, size: seen.append((phase, size)), head_lines=3)
    assert seen
    assert seen[-1] == ("analyse", len(dump.data))
    assert analysis.longest_rows == {"REGISTRY": len(b"('a','b','c')"), "ARTIKEL": len(b"(333)")}
    assert (analysis.rows, analysis.statements, analysis.sql_bytes) == (4, 6, len(dump.data))
    assert analysis.head == ("# CAO-Faktura", "# Datum :14.03.2024 18:05:09 Uhr", "# Mandant :Musterladen")
    assert analysis.file.sha256 == analysis.sql_sha256
    assert analysis.tables[1].bytes == len(b"(1)(22)(333)")


def test_longest_row_where_a_text_holds_the_separator() -> None:
    odd = b"INSERT INTO ARTIKEL VALUES ('x;\r\nINSERT INTO ARTIKEL VALUES ');\r\n"
    dump = _cao(b"create table ARTIKEL (A text);\r\n", odd * 4)
    assert dump.analyse().longest_rows == {"ARTIKEL": len(odd) - len(b"INSERT INTO ARTIKEL VALUES ;\r\n")}


@pytest.mark.parametrize(
    "rows",
    [
        b"INSERT INTO MAIL VALUES (1,'" + SECRET + b"');",
        b"INSERT INTO MAIL VALUES (1,'a\n" + SECRET + b"\nb');",
        b"INSERT INTO MAIL VALUES\n(1,'a'),\n(2,'" + SECRET + b"');",
        b"insert into MAIL (A,B) VALUES (1,'x;\n" + SECRET + b"');",
        b'REPLACE INTO MAIL VALUES (1,"' + SECRET + b'");',
    ],
)
def test_result_and_messages_hold_no_row_data(rows: bytes) -> None:
    table = b"create table MAIL (A int, B text);\n"
    result = json.dumps(Dump(table + rows).analyse(head_lines=30).to_result())
    assert SECRET.decode() not in result
    assert "MAIL" in result
    for end in (
        b" DROP TABLE MAIL;",
        b" INSERT INTO MAIL VALUES (f('" + SECRET + b"'));",
        b" " + SECRET + b";",
        b" INSERT INTO MAIL VALUES ('" + SECRET,
    ):
        failure = Dump(table + rows + end).refused()
        assert SECRET.decode() not in failure.msg
        assert "Geheim" not in failure.msg


def test_views_stand_behind_those_they_read() -> None:
    text = (
        b"CREATE VIEW A AS SELECT * FROM B;CREATE VIEW B AS SELECT * FROM C;"
        b"CREATE VIEW C AS SELECT 1 FROM T;CREATE VIEW D AS SELECT 1 FROM D;"
    )
    analysis = Dump(_table(b"T", b"1") + text).analyse()
    assert [view.name for view in analysis.views] == ["C", "B", "A", "D"]


def test_file_that_changes_between_the_passes() -> None:
    dump = _cao(_table(b"ARTIKEL", b"1"))
    analysis = dump.analyse()
    dump.data = dump.data.replace(b"VALUES (1)", b"VALUES (2)")
    with fails("damaged", PATH):
        list(read_rows(dump.container, analysis, dump.proofs, PATH))


def test_file_that_loses_its_end_between_the_passes() -> None:
    """All that comes is as it was, and still it is not the backup that was analysed."""
    whole, end = CAO_HEAD + _table(b"ARTIKEL", b"1"), b"INSERT INTO ARTIKEL VALUES (2);"
    whole += b"#" * (CHUNK_BYTES - len(whole) - 1) + b"\n"
    dump = Dump(whole + end)
    analysis = dump.analyse()
    dump.data = whole
    seen: list[bytes] = []
    with fails("damaged", PATH, "not the same as when it was analysed"):
        seen.extend(row.text for row in read_rows(dump.container, analysis, dump.proofs, PATH))
    assert seen == [b"(1)"]


def test_messages_name_the_member_of_an_archive() -> None:
    dump = Dump(b"GRANT x;")
    dump.container.member = "CAO_backup\n.sql"
    with pytest.raises(Failure) as caught:
        analyse(dump.container, dump.chosen, dump.proofs, ReadOptions())
    assert f"{PATH} (CAO_backup\\n.sql), line 1, statement 1" in caught.value.msg


# What stands for a counter, and whether it asks the server for a number where 0 does.
_CELLS = {
    b"0": True, b"00": True, b"-0": True, b"'0'": True, b"'00'": True, b"' 0'": True, b"FALSE": True, b"0x00": True,
    b"0.0": True, b"0.4": True, b"b'0'": True, b"x'00'": True, b"0e5": True, b"NULL": True, b"''": True,
    b"1": False, b"10": False, b"007": False, b"'07'": False, b"-5": False, b"+5": False, b"1.5": False, b"0x0a": False,
    b"TRUE": False, b"b'01'": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "left"),
    [
        (b"INSERT INTO T VALUES (1,'NULL',NULL);", False),
        (b"INSERT INTO T VALUES (1,'a',NULL),(NULL,'b',NULL);", True),
        (b"INSERT INTO T VALUES (null,'b',NULL);", True),
        (b"INSERT INTO T (B) VALUES ('b');", False),
        (b"INSERT INTO T (B,A) VALUES (NULL,1);", False),
        (b"INSERT INTO T (B,A) VALUES ('x',1),('x',NULL);", True),
        (b"INSERT INTO T VALUES (0,'b',NULL);", False),
        (b"SET sql_mode='';INSERT INTO T VALUES (1,'b',NULL),(0,'b',NULL);", True),
        (b"SET sql_mode='';INSERT INTO T (B,A) VALUES ('x','0');", True),
        (b"SET sql_mode='';INSERT INTO T (B,A) VALUES ('0','7');", False),
        (b"INSERT INTO T (B,A) VALUES ('x',null),('y',2);", True),
        (b"INSERT INTO T VALUES ( Null ,'b','c');", True),
        (b"INSERT INTO T VALUES (IF(1,NULL,5),'b','c');", True),
        (b"INSERT INTO T VALUES (-NULL,'b',1),(2,'b',1);", True),
        (b"INSERT INTO T VALUES (1,'b',1),(0 + NULL,'b',1);", True),
        (b"INSERT INTO T VALUES (1 + 1,'NULL',1);", False),
        (b"INSERT INTO T (B,A) VALUES ('(NULL,',7);", False),
        (b"INSERT INTO T VALUES (7,'(NULL',NULL);", False),
        (b"SET sql_mode='';INSERT INTO T VALUES (1e-9,'b',NULL);", True),
        (b"SET sql_mode='';INSERT INTO T VALUES ('1.5E-9','b',NULL);", True),
        *((b"SET sql_mode='';INSERT INTO T (B,A) VALUES ('x',%b);" % cell, asks) for cell, asks in _CELLS.items()),
        *((b"SET sql_mode='';INSERT INTO T VALUES (%b,'(x','y');" % cell, asks) for cell, asks in _CELLS.items()),
        *((b"INSERT INTO T VALUES (%b,'(x',NULL);" % cell, cell == b"NULL") for cell in _CELLS),
    ],
)
def test_rows_that_leave_their_number_to_the_server(rows: bytes, left: bool) -> None:
    dump = b"CREATE TABLE T (A int AUTO_INCREMENT, B text, C text, KEY (A));" + rows
    analysis = Dump(dump).analyse()
    assert analysis.left_ids == ({"T"} if left else set())
    assert analysis.numbered == ({"T"} if left or b"T (B)" in rows else set())


@pytest.mark.parametrize(
    ("members", "nothing"), [(b"'N','Y'", b"''"), (b"'N','','Y'", b"'0'"), (b"'','0','Y'", b"'00'")]
)
def test_the_empty_value_of_an_enum_is_noticed_once_and_rows_are_fast_again(members: bytes, nothing: bytes) -> None:
    row = b"(1," + nothing + b",'N'),(2,'Y','N'),"
    dump = Dump(
        b"CREATE TABLE T (A int, F enum("
        + members
        + b") NOT NULL, G enum('N'));INSERT INTO T VALUES "
        + row * 500
        + b"(3,'N','N');"
    )
    analysis = dump.analyse()
    assert analysis.empty_enums == {"T": {"f"}}
    assert [(finding.name, finding.table) for finding in analysis.findings if finding.name == "empty_enum"] == [
        ("empty_enum", "T")
    ]
    read = dump.rows()
    assert sum(rows.count for rows in read) == 1001
    assert len(read) < 10


def test_an_empty_value_is_no_repair_of_a_backup_of_cao() -> None:
    dump = Dump(CAO_HEAD + b"create table T (A int, F enum('N','Y'));INSERT INTO T VALUES ('1','');INSERT INTO T VALUES"
                b" ('2','True');INSERT INTO T VALUES ('3','');")  # fmt: skip
    assert [(repair.name, repair.count) for repair in dump.analyse().repairs] == [("flag_as_text", 1)]
    assert [row.text for rows in dump.rows() for row in rows.singles()] == [b"('1','')", b"('2','Y')", b"('3','')"]


def test_a_foreign_key_names_its_table_as_the_dump_does() -> None:
    dump = Dump(
        b"CREATE TABLE artikel (A int, KEY (A));"
        b"CREATE TABLE U (A int, FOREIGN KEY (A) REFERENCES ARTIKEL (A), FOREIGN KEY (A) REFERENCES Other (A));"
    )
    assert [key.references for key in dump.analyse().definitions["U"].foreign_keys] == ["artikel", "Other"]


def test_rows_that_a_later_statement_drops_or_empties_are_gone() -> None:
    data = (
        b"CREATE TABLE a (i int NOT NULL AUTO_INCREMENT, PRIMARY KEY (i));INSERT INTO a VALUES (NULL),(NULL);"
        b"CREATE TABLE b (e enum('x') NOT NULL);INSERT INTO b VALUES (''),('x');"
        b"CREATE TABLE c (x int);INSERT INTO c VALUES (1);"
        b"DROP TABLE a, c;CREATE TABLE a (j int, k int);INSERT INTO a VALUES (1,2);INSERT INTO a VALUES (3,4);"
        b"TRUNCATE b;INSERT INTO b VALUES ('x');CREATE TABLE d (x int);INSERT INTO d VALUES (1);DELETE FROM d;"
        b"CREATE TABLE e (x int);INSERT INTO e VALUES (1);CREATE OR REPLACE TABLE e (y int);INSERT INTO e VALUES (9);"
    )
    dump = Dump(data)
    analysis = dump.analyse()
    assert {table.name: table.rows for table in analysis.tables} == {"a": 2, "b": 1, "d": 0, "e": 1}
    assert [column.name for column in analysis.definitions["a"].columns] == ["j", "k"]
    assert (analysis.left_ids, analysis.numbered, analysis.empty_enums, analysis.rows) == (set(), set(), {}, 4)
    named = {one.table for one in analysis.findings if one.name == "rows_dropped_by_dump"}
    assert named == {"a", "b", "c", "d", "e"}
    found = [(rows.table, single.text) for rows in dump.rows() for single in rows.singles()]
    assert found == [("a", b"(1,2)"), ("a", b"(3,4)"), ("b", b"('x')"), ("e", b"(9)")]


def test_comments_prove_nothing_where_rows_or_names_do() -> None:
    latin, utf8 = "-- Größe\n".encode("cp1252"), "-- Größe\n".encode()
    table, rows = b"CREATE TABLE t (a text);", "INSERT INTO t VALUES ('Größe');"
    assert Dump(latin + b"SET NAMES utf8;" + table + rows.encode() + latin).analyse().encoding == "utf8mb4"
    assert Dump(latin + table + rows.encode()).analyse().encoding == "utf8mb4"
    assert Dump(utf8 + table + rows.encode("cp1252")).analyse().encoding == "latin1"
    assert Dump(utf8 + table).analyse().encoding == "utf8mb4"
    assert Dump(utf8 + latin + table).analyse().encoding == "latin1"
