# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A table as values: what servers are told of it, and which engines can hold it."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.changes.alter_table import AlterTable
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.keys import ForeignKey, Key, KeyPart
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import (
    Attribute,
    Column,
    TableDefinition,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.own_database import OwnDatabase
from dumps import MARIADB, column_of, table_of, words_of

MYSQL = ServerFlavour(False, (8, 0, 36))


def test_attribute_in_an_executable_comment() -> None:
    assert column_of("int /*!80023 INVISIBLE */", MYSQL) == "`A` int INVISIBLE"
    assert column_of("int /*!80023 INVISIBLE */", MARIADB) == "`A` int"
    sql = table_of("T (A int) /*!50100 row_format=compact */ ").create_statement(
        "T", engine=None, charset=None, collation=None, server=ServerFlavour(False, (5, 0, 0))
    )
    assert b"ROW" not in sql


def test_collations_can_be_exchanged() -> None:
    definition = table_of("T (A text collate utf8mb4_0900_ai_ci, B int comment 'x') collate=utf8mb4_0900_bin")
    assert definition.collations == {"utf8mb4_0900_ai_ci", "utf8mb4_0900_bin"}
    other = definition.with_collations({"utf8mb4_0900_ai_ci": "utf8mb4_unicode_ci"})
    assert other.collations == {"utf8mb4_unicode_ci", "utf8mb4_0900_bin"}
    assert table_of("T (A int)").with_collations({}).collation is None


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("T (V int, R int auto_increment, primary key (V, R))", True),
        ("T (V int, R int auto_increment, primary key (V, R), key (R))", False),
        ("T (R int auto_increment primary key)", False),
        ("T (R int auto_increment)", False),
        ("T (V int, primary key (V))", False),
    ],
)
def test_tables_that_innodb_cannot_hold(text: str, needs: bool) -> None:
    assert table_of(text).needs_engine_without_transactions is needs


def _with_key(definition: TableDefinition, key: str) -> TableDefinition:
    return AlterTable(definition, OwnDatabase()).read(words_of(f"add {key}".encode())).definition


def test_length_of_keys() -> None:
    definition = table_of(
        "T (A varchar(255), B int, C text, D varbinary(9), E frobnicate(1))".replace("frobnicate(1)", "geometry")
        + " comment='x'"
    )
    assert definition.longest_key_bytes(lambda _charset: 4) == 0
    for key, length in (
        ("A, B", 255 * 4 + 4), ("A(10)", 40), ("C(20)", 80), ("D", 9), ("E", 8), ("`x`", 0), ("(lower(A))", 0),
    ):  # fmt: skip
        assert _with_key(definition, f"key k ({key})").longest_key_bytes(lambda _charset: 4) == length
    assert _with_key(definition, "fulltext key (C)").longest_key_bytes(lambda _charset: 4) == 0
    assert definition.columns[0].nullable
    assert not definition.columns[0].auto_increment


def test_a_name_is_quoted_wherever_it_stands() -> None:
    odd = "a`b"
    definition = TableDefinition(
        odd,
        (Column(odd, "int", b"int(11)", (Attribute("NOT NULL", b"NOT NULL"),)),),
        (Key("KEY", odd, (KeyPart(odd, b"`a``b`", 5, b"DESC"),)),),
    )
    sql = definition.create_statement(odd, engine=None, charset=None, collation=None, server=MYSQL)
    assert sql == b"CREATE TABLE `a``b` (\n  `a``b` int(11) NOT NULL,\n  KEY `a``b` (`a``b`(5) DESC)\n) "


def test_a_key_over_an_expression_is_left_out_for_mariadb_only() -> None:
    definition = table_of("T (A varchar(9), key f ((lower(A))), key g (A))")
    assert [key.functional for key in definition.keys] == [True, False]
    for server, there in ((MARIADB, False), (MYSQL, True)):
        sql = definition.create_statement("T", engine=None, charset=None, collation=None, server=server)
        assert (b"KEY `f`" in sql) is there
        assert b"KEY `g`" in sql


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("text character set LATIN1", "latin1"),
        ("text collate utf8mb4_bin", "utf8mb4"),
        ("text character set utf8 collate utf8_bin", "utf8"),
        ("text", None),
    ],
)
def test_character_set_of_a_column(text: str, charset: str | None) -> None:
    assert table_of(f"T (A {text})").columns[0].charset == charset


def test_a_column_is_found_in_any_letter_case() -> None:
    definition = table_of("T (Menge int)")
    assert definition.column("MENGE") is definition.columns[0]
    assert definition.column("MENG") is None


def test_longest_part_of_a_key() -> None:
    definition = table_of("T (A varchar(100), B varchar(50), C text, key (A(20), B), fulltext key (C))")
    assert definition.longest_key_part_bytes(lambda _charset: 4) == 50 * 4
    assert definition.longest_key_bytes(lambda _charset: 4) == 20 * 4 + 50 * 4
    assert table_of("T (A text)").longest_key_part_bytes(lambda _charset: 4) == 0


def test_bytes_of_a_key_are_by_the_character_set_of_its_column() -> None:
    definition = table_of("T (A varchar(10) character set latin1, B varchar(10), key (A, B))")
    longest = {"latin1": 1, None: 3}
    assert definition.longest_key_bytes(lambda charset: longest[charset]) == 10 + 30


def test_foreign_keys_are_added_under_the_name_and_to_the_table_that_are_wanted() -> None:
    key = ForeignKey("fk", b"`A`", "U", b"`X`", b"on delete cascade")
    assert key.add_clause("n`", "new") == (
        b"ADD CONSTRAINT `n``` FOREIGN KEY (`A`) REFERENCES `new` (`X`) on delete cascade"
    )
    assert key.add_clause(None, "U") == b"ADD FOREIGN KEY (`A`) REFERENCES `U` (`X`) on delete cascade"


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        (b"", b""),
        (b"ON DELETE RESTRICT ON UPDATE RESTRICT", b""),
        (b"on delete cascade on update restrict", b"on delete cascade"),
        (b"ON DELETE RESTRICT ON UPDATE CASCADE", b"ON UPDATE CASCADE"),
        (b"MATCH SIMPLE ON UPDATE RESTRICT", b"MATCH SIMPLE"),
        (b"ON DELETE SET  DEFAULT on update set default", b""),
        (b"ON DELETE NO ACTION ON UPDATE SET NULL", b"ON DELETE NO ACTION ON UPDATE SET NULL"),
    ],
)
def test_restrict_is_what_no_word_means(actions: bytes, expected: bytes) -> None:
    key = ForeignKey("fk", b"`A`", "U", b"`X`", actions)
    for version in ("10.11.6-MariaDB", "5.6.51"):
        assert key.written_for(ServerFlavour.of(version)).actions == expected
    assert key.written_for(ServerFlavour.of("8.0.36")) == key


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ("A timestamp", "timestamp NULL"),
        ("A timestamp default current_timestamp", "timestamp NULL DEFAULT CURRENT_TIMESTAMP"),
        ("A timestamp not null", "timestamp NOT NULL"),
        ("A timestamp null default null", "timestamp NULL DEFAULT null"),
        ("A timestamp primary key", "timestamp NOT NULL"),
        ("A timestamp, B int, primary key (B, A)", "timestamp NOT NULL"),
        ("A timestamp as (now())", "timestamp GENERATED ALWAYS AS (now()) VIRTUAL"),
        ("A datetime", "datetime"),
    ],
)
def test_a_timestamp_says_whether_it_can_be_null(columns: str, expected: str) -> None:
    sql = table_of(f"T ({columns})").create_statement("T", engine=None, charset=None, collation=None, server=MARIADB)
    assert sql.splitlines()[1].rstrip(b",") == b"  `A` " + expected.encode()


@pytest.mark.parametrize(
    ("kind", "nothing", "with_it"),
    [
        ("enum('N','Y')", b"''", b"enum('N','Y','')"),
        ("enum('N','')", b"'0'", b"enum('N','','0')"),
        ("enum( ' ' ,'N')", b"'0'", b"enum( ' ' ,'N','0')"),
        ("enum('','0','N')", b"'00'", b"enum('','0','N','00')"),
        ("enum('','00 ','0')", b"", b"enum('','00 ','0')"),
        ("enum('a''b','0')", b"''", b"enum('a''b','0','')"),
        ("set('N','Y')", b"", b"set('N','Y')"),
        ("varchar(9)", b"", b"varchar(9)"),
    ],
)
def test_what_stands_for_the_empty_value_of_an_enum(kind: str, nothing: bytes, with_it: bytes) -> None:
    table = table_of(f"T (A {kind})")
    assert table.columns[0].nothing == nothing
    assert table.with_empty_members({"a"}).columns[0].type_sql.replace(b" ", b"") == with_it.replace(b" ", b"")
    assert table.with_empty_members({"b"}) == table


def test_the_collations_that_decide_what_is_a_duplicate() -> None:
    table = table_of(
        "T (A varchar(9) collate latin1_bin, B varchar(9), C int, D char(9) character set utf8,"
        " E text collate utf8_bin, F varchar(9) collate utf8_general_ci, primary key (A, C), unique key (B),"
        " unique key (D), key (F), unique key (E(9))) collate latin1_german1_ci"
    )
    assert table.collations_of_unique_keys == {"latin1_bin", "latin1_german1_ci", "utf8_bin"}
