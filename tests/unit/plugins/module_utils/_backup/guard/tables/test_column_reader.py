# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One column: what is understood is written again, the rest is refused."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.column_reader import (
    read_column,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour
from dumps import MARIADB, column_of, refuses, table_of, words_of


@pytest.mark.parametrize(
    ("text", "sql"),
    [
        ("int(11) unsigned default '0' not null "
         "auto_increment", "int(11) UNSIGNED NOT NULL AUTO_INCREMENT"),
        ("double precision(10,2)", "double precision(10,2)"),
        ("character varying(5)", "character varying(5)"),
        ("enum('N','Y') default 'N'", "enum('N','Y') DEFAULT 'N'"),
        ("timestamp default current_timestamp() on update current_timestamp(6)",
         "timestamp DEFAULT CURRENT_TIMESTAMP() ON UPDATE CURRENT_TIMESTAMP(6)"),
        ("datetime null default now", "datetime NULL DEFAULT NOW"),
        ("varchar(9) character set latin1 collate 'latin1_german1_ci'",
         "varchar(9) CHARACTER SET latin1 COLLATE latin1_german1_ci"),
        ("varchar(9) charset utf8 comment \"it's\"", "varchar(9) CHARACTER SET utf8 COMMENT 'it\\'s'"),
        ("int generated always as (1 + 2) persistent", "int GENERATED ALWAYS AS (1 + 2) STORED"),
        ("int as (abs(B)) virtual", "int GENERATED ALWAYS AS (abs(B)) VIRTUAL"),
        ("int as (B)", "int GENERATED ALWAYS AS (B) VIRTUAL"),
        ("text default (concat('a', uuid()))", "text DEFAULT (concat('a', uuid()))"),
        ("char(36) default uuid()", "char(36) DEFAULT (uuid())"),
        ("int default -1", "int DEFAULT -1"),
        ("bit(1) default b'0'", "bit(1) DEFAULT b'0'"),
        ("json default null check (json_valid(A))", "json DEFAULT null CHECK (json_valid(A))"),
        ("int storage disk column_format fixed visible", "int"),
        ("text compressed default 'x'", "text COMPRESSED DEFAULT 'x'"),
        ("text /*M!100301 compressed*/ not null", "text COMPRESSED NOT NULL"),
        ("geometry srid 4326", "geometry SRID 4326"),
        ("int default_generated", "int DEFAULT_GENERATED"),
        ("int virtual generated", "int VIRTUAL GENERATED"),
        ("int invisible", "int INVISIBLE"),
        ("varchar(4) binary", "varchar(4) binary"),
        ("varchar(4) charset latin1 binary not null", "varchar(4) binary CHARACTER SET latin1 NOT NULL"),
        ("varchar(9) byte null", "varbinary(9) NULL"),
        ("char byte", "binary"),
        ("longtext byte", "longblob"),
        ("nchar varchar(9)", "nvarchar(9)"),
        ("long char varying", "mediumtext"),
        ("varchar(9) compressed=zlib", "varchar(9) COMPRESSED"),
        ("varchar(9) default 'it''s' \"a\" comment 'x'", "varchar(9) DEFAULT 'it''sa' COMMENT 'x'"),
        ("varchar(9) default _utf8mb3 'a' 'b'", "varchar(9) DEFAULT _utf8mb3'ab'"),
        ("varchar(9) default _latin1 x'41'", "varchar(9) DEFAULT _latin1 x'41'"),
        ("varchar(9) default _ascii 0x41", "varchar(9) DEFAULT _ascii 0x41"),
        ("varchar(9) default n'a' 'b'", "varchar(9) DEFAULT 'ab'"),
        ("varchar(99) default current_user", "varchar(99) DEFAULT (current_user)"),
        ("int default `B`", "int DEFAULT (`B`)"),
    ],
)  # fmt: skip
def test_columns(text: str, sql: str) -> None:
    assert column_of(text).casefold() == f"`A` {sql}".casefold()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("money", "column type"),
        ("int default now(9999, 2)", "default"),
        ("int default x", "default"),
        ("int default sleep(1)", "sleep"),
        ("int on update uuid()", "default"),
        ("int comment 5", "without a text"),
        ("int collate 'a-b'", "character set"),
        ("int srid x", "SRID"),
        ("int as (B.C)", "qualified"),
        ("int as (B", "ends too early"),
        ("int check (A > all (TABLE U))", "TABLE"),
        ("int as (mandant_b.5)", "qualified"),
        ("int default", "ends too early"),
    ],
)
def test_refused_columns(text: str, word: str) -> None:
    with refuses(word):
        table_of(f"T (A {text})")


@pytest.mark.parametrize(
    ("text", "type_name", "type_sql", "length"),
    [
        ("A int", "int", b"int", 0),
        ("A VarChar(20)", "varchar", b"VarChar(20)", 20),
        ("A decimal(10,2) unsigned zerofill", "decimal", b"decimal(10,2) unsigned zerofill", 10),
        ("A enum('a','b''c')", "enum", b"enum('a','b''c')", 0),
        ("A national", None, b"", 0),
        ("A national varchar(5)", "nvarchar", b"nvarchar(5)", 5),
        ("A national character varying(5)", "nchar", b"nchar varying(5)", 5),
        ("A long", "mediumtext", b"mediumtext", 0),
        ("A long varchar", "mediumtext", b"mediumtext", 0),
        ("A long varbinary", "mediumblob", b"mediumblob", 0),
        ("A middleint(8)", "mediumint", b"mediumint(8)", 8),
        ("A timestamp(14)", "timestamp", b"timestamp", 0),
        ("A timestamp(8)", "timestamp", b"timestamp", 0),
        ("A timestamp(6)", "timestamp", b"timestamp(6)", 6),
    ],
)
def test_types(text: str, type_name: str | None, type_sql: bytes, length: int) -> None:
    if type_name is None:
        with refuses("the column type national"):
            read_column(words_of(text.encode()))
        return
    column, keys = read_column(words_of(text.encode()))
    assert (column.type_name, column.type_sql, column.length) == (type_name, type_sql, length)
    assert keys == []


@pytest.mark.parametrize("text", ["text compressed", "text /*M!100301 compressed*/"])
@pytest.mark.parametrize("server", [ServerFlavour(False, (8, 4, 0)), ServerFlavour(True, (10, 2, 44))])
def test_a_column_is_compressed_where_the_server_knows_how(text: str, server: ServerFlavour) -> None:
    assert column_of(text, server) == "`A` text"


def test_keys_of_a_column_are_keys_of_the_table() -> None:
    for text, kind in (("primary key", "PRIMARY KEY"), ("primary", "PRIMARY KEY"), ("unique", "UNIQUE KEY")):
        column, keys = read_column(words_of(f"`a``b` int {text} not null".encode()))
        assert [(key.kind, key.name, key.parts[0].sql()) for key in keys] == [(kind, None, b"`a``b`")]
        assert [attribute.kind for attribute in column.attributes] == ["NOT NULL"]


@pytest.mark.parametrize(
    ("text", "sql", "key"),
    [
        ("serial", "bigint unsigned NOT NULL AUTO_INCREMENT", "UNIQUE KEY"),
        ("SERIAL primary key comment 'x'", "bigint unsigned COMMENT 'x' NOT NULL AUTO_INCREMENT", "PRIMARY KEY"),
        ("int serial default value not null", "int NOT NULL AUTO_INCREMENT", "UNIQUE KEY"),
        ("varchar(9) primary key character set latin1", "varchar(9) CHARACTER SET latin1 NOT NULL", "PRIMARY KEY"),
        ("int primary key check (A > 0)", "int NOT NULL CHECK (A > 0)", "PRIMARY KEY"),
        ("int null primary key", "int NULL", "PRIMARY KEY"),
        ("int as (1) stored primary key", "int GENERATED ALWAYS AS (1) STORED", "PRIMARY KEY"),
        ("int unique", "int", "UNIQUE KEY"),
    ],
)
def test_what_one_word_of_a_column_says_besides(text: str, sql: str, key: str) -> None:
    table = table_of(f"T (A {text})")
    assert (table.columns[0].sql(MARIADB).decode(), [one.kind for one in table.keys]) == (f"`A` {sql}", [key])


def test_an_attribute_knows_the_comment_that_it_stands_in() -> None:
    column, _keys = read_column(words_of(b"A int not null /*!80023 invisible */ /*!50100 comment 'x' */"))
    assert [(attribute.kind, attribute.version) for attribute in column.attributes] == [
        ("NOT NULL", None),
        ("INVISIBLE", b"/*!80023"),
        ("COMMENT", b"/*!50100"),
    ]


def test_how_mysql_stores_a_column_is_left_to_it() -> None:
    column, _keys = read_column(words_of(b"A int storage disk /*!50606 column_format fixed */ not null"))
    assert column.sql(ServerFlavour(True, (10, 11, 6))) == b"`A` int NOT NULL"
    assert column.sql(ServerFlavour(False, (8, 0, 36))) == b"`A` int STORAGE DISK COLUMN_FORMAT FIXED NOT NULL"
    with refuses("STORAGE that is not understood"):
        read_column(words_of(b"A int storage sleep"))


def test_a_column_that_an_engine_of_the_cloud_does_not_hold() -> None:
    for text in (b"A int NOT NULL NOT SECONDARY", b"A int not secondary /*!80023 INVISIBLE */ NOT NULL"):
        column, _keys = read_column(words_of(text))
        assert column.sql(ServerFlavour(True, (10, 11, 6))).replace(b" INVISIBLE", b"") == b"`A` int NOT NULL"


@pytest.mark.parametrize("text", ["int(A)", "enum(now())", "decimal(@a)"])
def test_a_type_has_literals_only(text: str) -> None:
    with refuses("parameters are not literals"):
        read_column(words_of(f"A {text}".encode()))
