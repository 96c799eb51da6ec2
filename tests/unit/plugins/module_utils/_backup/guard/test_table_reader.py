# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CREATE TABLE and ALTER TABLE: what is understood is written again, the rest is refused."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.table_definition import TableDefinition
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.table_reader import (
    altered,
    read_create_index,
    read_create_table,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.own_database import OwnDatabase
from dumps import catalog_of, refuses, words_of

MARIADB = ServerFlavour(True, (10, 11, 6))
MYSQL = ServerFlavour(False, (8, 0, 36))
OLD_MYSQL = ServerFlavour(False, (5, 6, 20))


def _table(text: str) -> TableDefinition:
    words = words_of(text.encode())
    definition, _tolerant = read_create_table(words, OwnDatabase())
    assert words.at_end
    return definition


def _column(text: str, server: ServerFlavour = MARIADB) -> str:
    return _table(f"T (A {text})").columns[0].sql(server).decode()


@pytest.mark.parametrize(
    ("text", "sql"),
    [
        ("int(11) unsigned default '0' not null "
         "auto_increment", "int(11) UNSIGNED DEFAULT '0' NOT NULL AUTO_INCREMENT"),
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
        ("char(36) default uuid()", "char(36) DEFAULT uuid()"),
        ("int default -1", "int DEFAULT -1"),
        ("bit(1) default b'0'", "bit(1) DEFAULT b'0'"),
        ("json default null check (json_valid(A))", "json DEFAULT null CHECK (json_valid(A))"),
        ("int storage disk column_format fixed visible compressed", "int"),
        ("geometry srid 4326", "geometry SRID 4326"),
        ("int default_generated", "int DEFAULT_GENERATED"),
        ("int virtual generated", "int VIRTUAL GENERATED"),
        ("int invisible", "int INVISIBLE"),
        ("varchar(4) binary", "varchar(4) binary"),
    ],
)  # fmt: skip
def test_columns(text: str, sql: str) -> None:
    assert _column(text).casefold() == f"`A` {sql}".casefold()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("money", "column type"),
        ("int default now(9999, 2)", "default"),
        ("int default x", "default"),
        ("int default uuid(1)", "default"),
        ("int on update uuid()", "default"),
        ("int comment 5", "without a text"),
        ("int collate 'a-b'", "character set"),
        ("int srid x", "SRID"),
        ("int references U (A)", "not understood"),
        ("int as (B.C)", "qualified"),
        ("int as (B", "ends too early"),
        ("int check (A > all (TABLE U))", "TABLE"),
        ("int as (mandant_b.5)", "qualified"),
        ("int default", "ends too early"),
    ],
)
def test_refused_columns(text: str, word: str) -> None:
    with refuses(word):
        _table(f"T (A {text})")


def test_keys_and_options_come_back() -> None:
    definition = _table(
        "if not exists `T` (A int not null, B varchar(20) unique, C text, D int primary key, E point not null,"
        " constraint c1 unique key (A, B(5) desc) using btree, key (C(10)) comment 'k', index i using hash (A),"
        " fulltext ft (C) with parser ngram, spatial key (E), key f ((lower(B))), key key_block_size (A),"
        " constraint fk foreign key fk2 (A) references U (X) on delete set null on update no action,"
        " foreign key fk3 (A, D) references U (X, Y), constraint chk check (A > 0) enforced, check (A < 9))"
        " type=InnoDB default character set = latin1 collate 'latin1_german1_ci' comment='a''b' row_format=compact"
        " auto_increment=7 `PAGE_COMPRESSED`=1 encryption='N' /*!50100 partition by hash (A) partitions 4 */"
    )
    assert [key.kind for key in definition.keys] == [
        "UNIQUE KEY", "PRIMARY KEY", "UNIQUE KEY", "KEY", "KEY", "FULLTEXT KEY", "SPATIAL KEY", "KEY", "KEY",
    ]  # fmt: skip
    assert (definition.engine, definition.charset, definition.collation) == ("InnoDB", "latin1", "latin1_german1_ci")
    sql = definition.create_statement(
        "S", engine="MyISAM", charset="utf8mb4", collation="utf8mb4_bin", server=MYSQL
    ).decode()
    for part in (
        "CREATE TABLE `S` (\n  `A` int NOT NULL,\n",
        "UNIQUE KEY `c1` (`A`,`B`(5) DESC) using btree",
        "KEY (`C`(10)) comment 'k'",
        "KEY `i` (`A`) using hash",
        "FULLTEXT KEY `ft` (`C`) with parser ngram",
        "KEY `f` ((lower(B)))",
        "CONSTRAINT `chk` CHECK (A > 0)",
        ",\n  CHECK (A < 9)\n) ENGINE=MyISAM DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
        "COMMENT='a''b' ROW_FORMAT=compact AUTO_INCREMENT=7 partition by hash (A) partitions 4",
    ):
        assert part in sql
    assert "FOREIGN" not in sql
    assert definition.foreign_keys[0].add_clause("n", "V") == (
        b"ADD CONSTRAINT `n` FOREIGN KEY (`A`) REFERENCES `V` (`X`) on delete set null on update no action"
    )
    assert definition.foreign_keys[1].name == "fk3"
    assert definition.foreign_keys[1].add_clause(None, "U") == b"ADD FOREIGN KEY (`A`,`D`) REFERENCES `U` (`X`,`Y`)"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("T (A int, primary key (A asc x))", "part of a key"),
        ("T (A int, key k (A(B)))", "part of a key"),
        ("T (A int, key k (A) using 'x' y)", "not understood"),
        ("T (A int, key k (A) with parser evil)", "option of a key"),
        ("T (A int, foreign key (A) references U (A) drop)", "foreign key"),
        ("T (A int, foreign key (A b) references U (A))", "list of columns"),
        ("T (A int, period for system_time (A, B))", "versioning"),
        ("T (primary key (A))", "without columns"),
        ("T (A int) engine=x", "storage engine"),
        ("T (A int) charset='a b'", "character set"),
        ("T (A int) character x", "SET is missing"),
        ("T (A int) row_format='a'", "table option"),
        ("T (A int) comment=5", "table option"),
        ("T (A int) engine", "ends too early"),
        ("T (A int) partition by hash (A) select", "PARTITION"),
        ("T (A int) partition by hash (A) (partition p tablespace x)", "TABLESPACE"),
        ("T (A int) partition by hash ((select 1))", "SELECT"),
        ("'T' (A int)", "name"),
        ("T (A int", "ends too early"),
        ("T select", "SELECT"),
    ],
)
def test_refused_tables(text: str, word: str) -> None:
    with refuses(word):
        _table(text)


def test_partitions_lose_their_engines() -> None:
    definition = _table(
        "T (id int, d date) partition by range (year(`d`)) (partition `p0` values less than (2020) "
        "storage engine = InnoDB,"
        " partition p1 values less than maxvalue engine = InnoDB comment = 'x')"
    )
    sql = definition.create_statement("T", engine=None, charset=None, collation=None, server=MARIADB)
    assert b"InnoDB" not in sql
    assert b"values less than (2020)" in sql
    assert sql.endswith(b"comment = 'x')")


@pytest.mark.parametrize(
    ("comment", "server", "executed"),
    [
        (None, MARIADB, True),
        (b"/*!", MARIADB, True),
        (b"/*!40101", OLD_MYSQL, True),
        (b"/*!50100", MARIADB, True),
        (b"/*!80016", MARIADB, False),
        (b"/*!80016", MYSQL, True),
        (b"/*!80016", OLD_MYSQL, False),
        (b"/*M!100616", MARIADB, True),
        (b"/*M!110000", MARIADB, False),
        (b"/*M!100616", MYSQL, False),
        (b"/*!100100", MARIADB, True),
    ],
)
def test_executable_comments_by_server(comment: bytes | None, server: ServerFlavour, executed: bool) -> None:
    assert server.executes(comment) is executed


def test_attribute_in_an_executable_comment() -> None:
    assert _column("int /*!80023 INVISIBLE */", MYSQL) == "`A` int INVISIBLE"
    assert _column("int /*!80023 INVISIBLE */", MARIADB) == "`A` int"
    sql = _table("T (A int) /*!50100 row_format=compact */ ").create_statement(
        "T", engine=None, charset=None, collation=None, server=ServerFlavour(False, (5, 0, 0))
    )
    assert b"ROW" not in sql


def test_collations_can_be_exchanged() -> None:
    definition = _table("T (A text collate utf8mb4_0900_ai_ci, B int comment 'x') collate=utf8mb4_0900_bin")
    assert definition.collations == {"utf8mb4_0900_ai_ci", "utf8mb4_0900_bin"}
    other = definition.with_collations({"utf8mb4_0900_ai_ci": "utf8mb4_unicode_ci"})
    assert other.collations == {"utf8mb4_unicode_ci", "utf8mb4_0900_bin"}
    assert _table("T (A int)").with_collations({}).collation is None


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
    assert _table(text).needs_engine_without_transactions is needs


def test_length_of_keys() -> None:
    definition = _table(
        "T (A varchar(255), B int, C text, D varbinary(9), E frobnicate(1))".replace("frobnicate(1)", "geometry")
        + " comment='x'"
    )
    assert definition.longest_key_bytes(lambda _charset: 4) == 0
    for key, length in (
        ("A, B", 255 * 4 + 2 + 4), ("A(10)", 42), ("C(20)", 22), ("D", 11), ("E", 8), ("`x`", 0), ("(lower(A))", 0),
    ):  # fmt: skip
        assert (
            altered(definition, words_of(f"add key k ({key})".encode()), OwnDatabase()).longest_key_bytes(
                lambda _charset: 4
            )
            == length
        )
    assert (
        altered(definition, words_of(b"add fulltext key (C)"), OwnDatabase()).longest_key_bytes(lambda _charset: 4) == 0
    )
    assert definition.columns[0].nullable
    assert not definition.columns[0].auto_increment


@pytest.mark.parametrize(
    ("text", "keys", "counters"),
    [
        (b"disable keys", 0, 0),
        (b"enable keys", 0, 0),
        (b"add primary key (A), add unique (B), add index x (A, B)", 3, 0),
        (b"modify A int not null auto_increment, auto_increment=9", 0, 1),
        (b"change column A `a` int auto_increment", 0, 1),
        (b"add constraint f foreign key (A) references T (A)", 0, 0),
        (b"add check (A > 0), comment='x', engine=MyISAM", 0, 0),
    ],
)
def test_alter(text: bytes, keys: int, counters: int) -> None:
    definition = _table("T (A int, B int)")
    after = altered(definition, words_of(text), OwnDatabase())
    assert len(after.keys) == keys
    assert sum(column.auto_increment for column in after.columns) == counters


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (b"add column C int", "adds a column"),
        (b"add C int", "adds a column"),
        (b"modify C int", "column's attributes"),
        (b"modify A int primary key", "column's attributes"),
        (b"change A B int", "column's attributes"),
        (b"order by A", "ALTER TABLE with"),
    ],
)
def test_refused_alter(text: bytes, word: str) -> None:
    with refuses(word):
        altered(_table("T (A int, B int)"), words_of(text), OwnDatabase())


def test_create_index() -> None:
    table, key = read_create_index(words_of(b"I on T (A, B) using btree"), "UNIQUE KEY", OwnDatabase())
    assert (table, key.sql()) == ("T", b"UNIQUE KEY `I` (`A`,`B`) using btree")


@pytest.mark.parametrize("name", ["`a``b`", "`" + "ä" * 64 + "`", "`1e5`", "größe"])
def test_names_that_servers_accept(name: str) -> None:
    assert catalog_of(f"create table {name} ({name} int)".encode()).tables


@pytest.mark.parametrize("name", ["`\U0001f600`", "`a\x02b`", "`" + "a" * 65 + "`", "`a `", "``"])
def test_names_that_servers_refuse(name: str) -> None:
    with refuses("a name"):
        catalog_of(f"create table T ({name} int)".encode())
