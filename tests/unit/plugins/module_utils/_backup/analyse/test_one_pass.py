# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One pass over a dump: what is refused, what comes out, and what it knows afterwards."""

from __future__ import annotations

import hashlib
import re
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.encoding import EncodingProof
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.one_pass import Reading
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.proven_rows import FirstPass, SecondPass
from dumps import CAO_HEAD, PATH, Dump, fails, pieces


def _cao(*tables: bytes) -> Dump:
    return Dump(CAO_HEAD + b"".join(tables))


def _table(name: bytes, *rows: bytes) -> bytes:
    return (
        b"create table "
        + name
        + b" (A int);\r\n"
        + b"".join(b"INSERT INTO " + name + b" VALUES (" + row + b");\r\n" for row in rows)
    )


def test_generations_before_are_left_out() -> None:
    dump = _cao(_table(b"back_ARTIKEL", b"1"), _table(b"ARTIKEL", b"2", b"3"))
    assert [(table.name, table.rows) for table in dump.analyse().tables] == [("ARTIKEL", 2)]
    assert {row.table for row in dump.rows()} == {"ARTIKEL"}


@pytest.mark.parametrize("data", [b"hello world", b"'", b"", b"\xff\xfe", b"{}", b"# only a comment", b";;;"])
def test_no_dump_at_all(data: bytes) -> None:
    assert Dump(data).refused().error == "not_a_backup"


@pytest.mark.parametrize("data", [b"GRANT ALL ON *.* TO x;", b"\\! ls", b"/*!50000 SHUTDOWN */;"])
def test_sql_that_is_no_dump_is_forbidden(data: bytes) -> None:
    assert Dump(data).refused().error == "forbidden_statement"


def _reading(data: bytes, chunk_bytes: int = 100, **options: t.Any) -> Reading:
    return Reading(pieces(data, chunk_bytes), PATH, **options)


def test_afterwards_it_knows_what_it_read() -> None:
    data = CAO_HEAD + _table(b"ARTIKEL", b"1", b"2") + b"SET TIME_ZONE='+00:00';"
    reading = _reading(data)
    assert sum(rows.count for rows in reading.rows()) == 2
    assert reading.sha256 == hashlib.sha256(data).hexdigest()
    assert (reading.sql_bytes, reading.statements, reading.head) == (len(data), 4, data)
    assert list(reading.catalog.tables) == ["ARTIKEL"]
    assert reading.catalog.settings.time_zone == "+00:00"
    assert reading.dialect_reader.dialect == "cao"


class _Seen(EncodingProof):
    """Keeps what it is shown."""

    def __init__(self, seen: list[bytes]) -> None:
        super().__init__()
        self._seen = seen

    def see(self, text: bytes) -> None:
        self._seen.append(text)

    see_comment = see


def test_all_text_but_rows_is_shown() -> None:
    seen: list[bytes] = []
    data = CAO_HEAD + b"create table T (A int comment 'x');\nINSERT INTO T VALUES ('Geheim');\n# end"
    list(_reading(data).rows(_Seen(seen)))
    assert b"Geheim" not in b"".join(seen)
    assert seen[-1] == b"# end"
    assert b"comment'x'" in b"".join(seen)


@pytest.mark.parametrize(
    ("names", "encoding", "shown"),
    [
        (b"", "auto", True),
        (b"SET NAMES utf8;", "auto", True),
        (b"SET NAMES latin1;", "auto", False),
        (b"", "cp1252", False),
    ],
)
def test_words_that_were_made_utf8_prove_nothing(names: bytes, encoding: str, shown: bool) -> None:
    seen: list[bytes] = []
    list(_reading(names + b"create table T (A int comment 'x');", encoding=encoding).rows(_Seen(seen)))
    assert any(b"comment'x'" in text for text in seen) is shown


def test_rows_for_a_table_that_is_not_there_are_refused() -> None:
    with fails("forbidden_statement", PATH, "line 2, statement 2", "'U', which this dump does not create"):
        list(_reading(b"create table T (A int);\nINSERT INTO U VALUES (1);").rows())


def test_rows_come_out_repaired_and_under_the_name_of_the_definition() -> None:
    data = CAO_HEAD + b"create table artikel (A decimal(9,2));INSERT INTO ARTIKEL VALUES ('1,50');"
    reading = _reading(data)
    (row,) = reading.rows()
    assert (row.table, row.text) == ("artikel", b"('1.50')")
    assert [repair.name for repair in reading.repair_log.repairs()] == ["decimal_comma"]
    (other,) = _reading(b"-- other\n" + data[len(CAO_HEAD) :]).rows()
    assert other.text == b"('1,50')", "only CAO's own writer is known to do this"


def test_a_second_pass_stops_before_the_first_other_byte_is_used() -> None:
    data = CAO_HEAD + _table(b"T", *[b"%d" % number for number in range(500)])
    first = FirstPass()
    list(_reading(data, proofs=first).rows())
    assert list(_reading(data, proofs=SecondPass(first)).rows())
    place = data.index(b"(300)")
    changed = data[: place + 1] + b"9" + data[place + 2 :]
    seen: list[bytes] = []
    with pytest.raises(Failure, match=re.escape(f"{PATH} is not the same as when it was analysed")) as caught:
        seen.extend(row.text for rows in _reading(changed, proofs=SecondPass(first)).rows() for row in rows.singles())
    assert caught.value.error == "damaged"
    assert b"(200)" in seen
    assert b"(900)" not in seen


@pytest.mark.parametrize("encoding", ["auto", "cp1252", "cp850"])
def test_names_are_read_in_the_encoding_that_is_wanted(encoding: str) -> None:
    codec = "cp850" if encoding == "cp850" else "cp1252"
    data = "SET NAMES latin1;create table T (Größe int);".encode(codec)
    reading = _reading(data, encoding=encoding)
    list(reading.rows())
    assert reading.catalog.table("T").columns[0].name == "Größe"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (b"CREATE TABLE T (\n A int,\n B int,\n\n C nix\n);", 5, "the column type nix"),
        (b"CREATE TABLE T (\n A int,\n B int\n DEFAULT NIX,\n C int);", 4, "a default that is not understood: NIX"),
        (b"CREATE TABLE T (\n A int,\n KEY (A,\n B NIX)\n);", 4, "a part of a key"),
        (b"CREATE TABLE T (\n A int\n)\n ENGINE=InnoDB\n NIX=5;", 5, "the table option NIX"),
        (b"CREATE TABLE T (A int);\nALTER TABLE T\n ADD KEY (A),\n ADD COLUMN A int;", 4, "is there already"),
        (b"CREATE TABLE T (A int);\nCREATE VIEW V AS\nSELECT A\nFROM T WHERE NIX(A);", 2, "a call of NIX"),
        (b"CREATE TABLE T (\n A int,\n B text DEFAULT\n \\'x);", 4, "a quote behind a backslash"),
    ],
)
def test_the_line_of_what_is_refused(text: bytes, line: int, words: str) -> None:
    refused = Dump(text).refused()
    assert f", line {line}, statement " in refused.msg
    assert words in refused.msg


SEVERAL = (
    b"CREATE DATABASE /*!32312 IF NOT EXISTS*/ `laden`;\nUSE `laden`;\nCREATE TABLE T (A int);\n"
    b"INSERT INTO T VALUES (1);\n"
    b"CREATE DATABASE `werkstatt`;\nUSE `werkstatt`;\nCREATE TABLE U (B text);\n"
    b"INSERT INTO U VALUES ('\nUSE `geheim`;\n-- USE `geheim`;');\n-- USE geheim;\n"
    b"USE `mysql`;\nCREATE TABLE V (C int);\n"
)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (SEVERAL, "The dump holds 3 databases (laden, werkstatt, mysql): export one alone."),
        # The rest cannot be read.
        (SEVERAL + b"INSERT INTO 'x", "The dump holds 3 databases (laden, werkstatt, mysql): export one alone."),
        (
            b"USE `mysql`;\nCREATE TABLE V (C int);\nUSE `laden`;",
            "The dump holds 2 databases (mysql, laden): export one",
        ),
        (
            b"".join(b"USE `cao_%d`;\nCREATE TABLE t (a int);\n" % number for number in range(30)),
            "holds 30 databases (cao_0, cao_1, cao_2,",
        ),
    ],
)
def test_all_databases_of_a_dump_are_named(data: bytes, said: str) -> None:
    with pytest.raises(Failure) as caught:
        list(_reading(data).rows())
    assert caught.value.error == "forbidden_statement"
    assert said in caught.value.msg
    assert "geheim" not in caught.value.msg
    assert "cao_10" not in caught.value.msg


def test_one_database_of_the_server_has_no_others_beside_it() -> None:
    with pytest.raises(Failure) as caught:
        list(_reading(b"USE `mysql`;\nCREATE TABLE V (C int);\n").rows())
    assert "The dump holds" not in caught.value.msg


@pytest.mark.parametrize("begin", ["-- x", "# x", "--", "-- x\r# y"])
@pytest.mark.parametrize(
    "sql", ["CREATE TABLE u (a int);", "insert\tinto t values (2);", "/*!40101 SET NAMES utf8 */;"]
)
def test_sql_behind_a_comment_that_ends_in_cr_is_not_lost(begin: str, sql: str) -> None:
    dump = f"CREATE TABLE t (a int);\nINSERT INTO t VALUES (1);\n{begin}\r{sql}\r"
    failure = Dump(dump.encode()).refused()
    assert (failure.error, "line 3: SQL stands in a comment" in failure.msg) == ("damaged", True)


@pytest.mark.parametrize(
    "comment", ["-- x\r\r\n", "-- a\rb insert\r\n", "/* x\rinsert into t */\n", "-- insert into\n"]
)
def test_comments_with_cr_that_hold_no_sql(comment: str) -> None:
    dump = Dump(f"CREATE TABLE t (a int);\n{comment}INSERT INTO t VALUES (1);\n".encode())
    assert dump.analyse().rows == 1
