# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CREATE TABLE and ALTER TABLE: what is understood becomes a definition, the rest is refused."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_reader import (
    read_create_index,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.own_database import OwnDatabase
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import Refused
from dumps import MARIADB, catalog_of, column_of, refuses, table_of, words_of

MYSQL = ServerFlavour(False, (8, 0, 36))
OLD_MYSQL = ServerFlavour(False, (5, 6, 20))


def test_keys_and_options_come_back() -> None:
    definition = table_of(
        "if not exists `T` (A int not null, B varchar(20) unique, C text, D int primary key, E point not null,"
        " constraint c1 unique key (A, B(5) desc) using btree, key (C(10)) comment 'k', index i using hash (A),"
        " fulltext ft (C) with parser ngram, spatial key (E), key f ((lower(B)) desc, A), key key_block_size (A),"
        " constraint fk foreign key fk2 (A) references U (X) on delete set null on update no action,"
        " foreign key fk3 (A, D) references U (X, Y), constraint chk check (A > 0) enforced, check (A < 9))"
        " type=InnoDB default character set = latin1 collate 'latin1_german1_ci' comment='a''b' row_format=compact"
        " auto_increment=7 `PAGE_COMPRESSED`=1 encryption='N' /*!50100 partition by hash (A) partitions 4 */"
    )
    assert [key.kind for key in definition.keys] == [
        "UNIQUE KEY", "PRIMARY KEY", "UNIQUE KEY", "KEY", "KEY", "FULLTEXT KEY", "SPATIAL KEY", "KEY", "KEY",
        # That of fk3, which has no other key that begins with its columns.
        "KEY",
    ]  # fmt: skip
    assert (definition.engine, definition.charset, definition.collation) == ("InnoDB", "latin1", "latin1_german1_ci")
    sql = definition.create_statement(
        "S", engine="MyISAM", charset="utf8mb4", collation="utf8mb4_bin", server=MYSQL
    ).decode()
    for part in (
        "CREATE TABLE `S` (\n  `A` int NOT NULL,\n",
        "UNIQUE KEY `c1` (`A`,`B`(5) DESC) USING btree",
        "KEY (`C`(10)) comment 'k'",
        "KEY `i` (`A`) USING hash",
        "FULLTEXT KEY `ft` (`C`) WITH PARSER `ngram`",
        "KEY `f` ((lower(B)) DESC,`A`)",
        # Its name would be one of the whole database.
        ",\n  CHECK (A > 0),\n  CHECK (A < 9)\n) ENGINE=MyISAM DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
        "COMMENT='a''b' ROW_FORMAT=compact AUTO_INCREMENT=7 partition by hash (A) partitions 4",
    ):
        assert part in sql
    assert "FOREIGN" not in sql
    sql = definition.create_statement("S", engine=None, charset=None, collation=None, server=MARIADB).decode()
    assert "CONSTRAINT `chk` CHECK (A > 0)" in sql
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
        ("T (A int) with system versioning", "a table with system versioning"),
        ("T (A int, PERIOD FOR SYSTEM_TIME (A, B))", "a table with system versioning"),
        ("T (A date, B date, PERIOD FOR `p` (`A`, `B`))", "a PERIOD FOR its rows, which is not understood"),
        ("T (A vector(3), VECTOR KEY `k` (`A`))", "a VECTOR KEY, which is not understood"),
        ("T (A vector(3), vector index (A) M=8)", "a VECTOR KEY, which is not understood"),
        ("T (A int) ENGINE=InnoDB WITH SYSTEM VERSIONING PARTITION BY SYSTEM_TIME", "a table with system versioning"),
        ("T (A int, B timestamp(6) GENERATED ALWAYS AS ROW START)", "a table with system versioning"),
        ("T (A int, B timestamp(6) AS ROW END INVISIBLE)", "a table with system versioning"),
        ("T (A int with system versioning)", "a table with system versioning"),
        ("T (A int) with x", "the table option with"),
    ],
)
def test_refused_tables(text: str, word: str) -> None:
    with refuses(word):
        table_of(text)


def test_partitions_lose_their_engines() -> None:
    definition = table_of(
        "T (id int, d date) partition by range (year(`d`)) (partition `p0` values less than (2020) "
        "storage engine = InnoDB,"
        " partition p1 values less than maxvalue engine = InnoDB comment = 'x')"
    )
    sql = definition.create_statement("T", engine=None, charset=None, collation=None, server=MARIADB)
    assert b"InnoDB" not in sql
    assert b"values less than (2020)" in sql
    assert sql.endswith(b"comment = 'x')")


def test_create_index() -> None:
    table, key = read_create_index(words_of(b"I on T (A, B) using btree"), "UNIQUE KEY", OwnDatabase())
    assert (table, key.sql()) == ("T", b"UNIQUE KEY `I` (`A`,`B`) USING btree")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("T (A int) with system versioning", "system versioning: no restore brings its history"),
        ("T (A timestamp(6) generated always as row start)", "system versioning: no restore"),
        ("T (A int, period for system_time (B, C))", "system versioning: no restore"),
        ("T (A int comment as `x`)", "COMMENT AS, which phpMyAdmin writes by a fault"),
        ("T (A binary(4) default x as `00000000`)", "DEFAULT x AS, which phpMyAdmin writes by a fault"),
    ],
)
def test_what_is_wrong_with_a_table_is_named(text: str, word: str) -> None:
    with refuses(word):
        table_of(text)


def test_keys_if_they_are_not_there() -> None:
    _table_name, key = read_create_index(words_of(b"if not exists j on T (A)"), "KEY", OwnDatabase())
    assert key.name == "j"


@pytest.mark.parametrize(
    ("server", "kept"), [(MARIADB, 0), (ServerFlavour(False, (8, 0, 15)), 0), (ServerFlavour(False, (8, 0, 16)), 2)]
)
def test_checks_that_are_not_enforced(server: ServerFlavour, kept: int) -> None:
    definition = table_of(
        "T (A int check (A > 0) not enforced, B int check (B > 0) enforced, constraint c check (A > B) not enforced, "
        "check (A < 9) enforced)"
    )
    sql = definition.create_statement("T", engine=None, charset=None, collation=None, server=server)
    assert (sql.count(b"NOT ENFORCED"), sql.count(b"CHECK")) == (kept, kept + 2)


@pytest.mark.parametrize("text", ["A int, CHECK (A > 0) NOT ENFORCED", "A int CHECK (A > 0) /*!80016 NOT ENFORCED */"])
def test_a_check_that_rows_need_not_meet(text: str) -> None:
    definition = table_of(f"T ({text})")
    for server, is_there in ((MYSQL, True), (MARIADB, False), (ServerFlavour(False, (5, 6, 24)), False)):
        sql = definition.create_statement("S", engine=None, charset=None, collation=None, server=server)
        assert (b"CHECK" in sql, b"NOT ENFORCED" in sql) == (is_there, is_there)


@pytest.mark.parametrize(
    ("body", "made"),
    [
        ("a int, KEY k TYPE BTREE (a)", "KEY `k` (`a`) USING BTREE"),
        ("a int, KEY k (a) TYPE HASH COMMENT 'x'", "KEY `k` (`a`) USING HASH COMMENT 'x'"),
        ("a int, UNIQUE k USING BTREE (a) NOT IGNORED", "UNIQUE KEY `k` (`a`) USING BTREE"),
        ("a SERIAL", "`a` bigint unsigned NOT NULL AUTO_INCREMENT"),
        ("a SERIAL, b int", "UNIQUE KEY (`a`)"),
        ("a int SERIAL DEFAULT VALUE", "`a` int NOT NULL AUTO_INCREMENT"),
        ("a int KEY", "PRIMARY KEY (`a`)"),
        ("a LONG VARCHAR, b long varbinary", "`b` mediumblob"),
        ("a varchar(9) DEFAULT N'x'", "DEFAULT 'x'"),
        ("a date DEFAULT DATE'2020-01-01'", "DEFAULT DATE'2020-01-01'"),
        ("a int, b int, FOREIGN KEY (b) REFERENCES u (id)", "KEY `b` (`b`)"),
        ("a int, b int, KEY b (a), FOREIGN KEY (b, a) REFERENCES u (id, x)", "KEY `b_2` (`b`,`a`)"),
    ],
)
def test_what_people_write(body: str, made: str) -> None:
    assert (
        made
        in table_of(f"t ({body})")
        .create_statement("t", engine=None, charset=None, collation=None, server=MARIADB)
        .decode()
    )


@pytest.mark.parametrize(
    ("body", "references"),
    [
        (
            "a int REFERENCES u (id) ON DELETE CASCADE, b int",
            "FOREIGN KEY (`a`) REFERENCES `u` (`id`) ON DELETE CASCADE",
        ),
        ("a int NOT NULL REFERENCES u(id)", "FOREIGN KEY (`a`) REFERENCES `u` (`id`)"),
        ("a SERIAL REFERENCES u(id)", "FOREIGN KEY (`a`) REFERENCES `u` (`id`)"),
    ],
)
def test_references_behind_a_column(body: str, references: str) -> None:
    (key,) = table_of(f"t ({body})").foreign_keys
    assert key.add_clause(None, key.references).decode() == "ADD " + references


@pytest.mark.parametrize(
    ("body", "keys"),
    [
        ("a int, KEY k (a, b), b int, FOREIGN KEY (a) REFERENCES u (id)", 1),
        ("a int, CONSTRAINT f FOREIGN KEY (a) REFERENCES u (id)", 0),
        ("a int PRIMARY KEY, FOREIGN KEY (A) REFERENCES u (id)", 1),
        ("a int, FOREIGN KEY (a) REFERENCES u (id), FOREIGN KEY (a) REFERENCES w (id)", 1),
    ],
)
def test_a_key_of_a_foreign_key_is_made_where_there_is_none(body: str, keys: int) -> None:
    assert len(table_of(f"t ({body})").keys) == keys


@pytest.mark.parametrize(
    "body",
    [
        "a int REFERENCES mandant_b.u (id)", "a int REFERENCES u", "a int REFERENCES u (id) CHECK (SLEEP(1))",
        "a int SERIAL", "a SERIAL SERIAL", "a int SERIAL DEFAULT 5", "a LONG LONG", "a int, KEY k TYPE x (a)",
        "a int, KEY k (a) NOT", "a int, KEY k (a) TYPE", "a date DEFAULT DATE(1)+SLEEP(1)", "a date DEFAULT DATE 5",
    ],
)  # fmt: skip
def test_what_only_looks_like_it_is_refused(body: str) -> None:
    with pytest.raises(Refused):
        table_of(f"t ({body})")


@pytest.mark.parametrize(
    "words", ["FORCE", "ALGORITHM=INPLACE, LOCK=NONE", "ADD KEY k (a), ALGORITHM = COPY", "ROW_FORMAT=DYNAMIC"]
)
def test_how_a_table_is_altered_is_no_matter(words: str) -> None:
    catalog = catalog_of(b"CREATE TABLE t (a int)", f"ALTER TABLE IF EXISTS t {words}".encode())
    assert [column.name for column in catalog.table("t").columns] == ["a"]


@pytest.mark.parametrize("words", ["FORCE x y z", "ALGORITHM=(SELECT 1)", "LOCK=NONE SLEEP(1)"])
def test_garbage_behind_it_is_refused(words: str) -> None:
    with refuses("ALTER TABLE"):
        catalog_of(b"CREATE TABLE t (a int)", f"ALTER TABLE t {words}".encode())


def test_the_key_of_a_foreign_key_goes_where_another_one_comes() -> None:
    catalog = catalog_of(
        b"CREATE TABLE t (a int, b int, FOREIGN KEY (a) REFERENCES u (id))", b"ALTER TABLE t ADD KEY k (a, b)"
    )
    assert [key.name for key in catalog.table("t").keys] == ["k"]


@pytest.mark.parametrize(
    ("body", "behind", "on_mariadb", "on_mysql"),
    [
        ("a int", "COMMENT='x' /*!80000 COMMENT='y' */", "COMMENT='x'", "COMMENT='y'"),
        ("a int", "/*!80000 COMMENT='y' */ COMMENT='x'", "COMMENT='x'", "COMMENT='x'"),
        ("a int", "COMMENT='x' /*M!100100 COMMENT='y' */", "COMMENT='y'", "COMMENT='x'"),
        ("a int", "COMMENT='x' /*!50100 COMMENT='y' */", "COMMENT='y'", "COMMENT='y'"),
        ("a int /*!80000 DEFAULT 5 */", "", "`a` int\n", "`a` int DEFAULT 5"),
        ("a int, b int /*!80000 , c int UNIQUE */", "", "`b` int\n", "UNIQUE KEY (`c`)"),
        ("a int, KEY k (a) /*!80000 INVISIBLE */", "", "KEY `k` (`a`)", "KEY `k` (`a`)"),
        ("a int, KEY k (a) /*!50100 COMMENT 'x' */", "", "COMMENT 'x'", "COMMENT 'x'"),
        ("a int CHECK (a > 0) /*!80016 NOT ENFORCED */", "", "`a` int\n", "NOT ENFORCED"),
    ],
)
def test_what_is_for_some_servers_alone(body: str, behind: str, on_mariadb: str, on_mysql: str) -> None:
    definition = table_of(f"t ({body}) {behind}")
    for server, expected in ((MARIADB, on_mariadb), (MYSQL, on_mysql)):
        made = definition.create_statement("t", engine=None, charset=None, collation=None, server=server).decode()
        comments = [word for word in made.split() if word.startswith("COMMENT=")]
        assert expected in (comments[-1:] if expected.startswith("COMMENT=") else made)


@pytest.mark.parametrize(
    "text",
    [
        "t (a int, KEY k (a) /*!80000 COMMENT 'x' */)", "t (a int, b int, KEY k (a /*!80000 , b */))",
        "t (a int /*!80000 unsigned */)", "t (a int /*!80000 UNIQUE */)", "t (a int DEFAULT /*!80000 5 */)",
        "t (a /*!80000 big */int)", "t (a int /*!80000 COMMENT */ 'x')", "t (a int /*!80000 REFERENCES u (id) */)",
        "t (a int /*!80016 , CHECK (a > 0) */)", "t (a int, /*!80016 CONSTRAINT c */ CHECK (a > 0))",
        "t (a int /*M!100500 , FOREIGN KEY (a) REFERENCES u (id) */)", "t (a int, /*!80000 UNIQUE */ KEY k (a))",
        "t (a int, FOREIGN KEY (a) REFERENCES u (id) /*!80000 ON DELETE CASCADE */)",
        "t (a int) COMMENT= /*!80000 'x' */",
        "t (a int) PARTITION BY HASH (a) /*!80000 PARTITIONS 2 */", "t (a int /*!80000 KEY */)",
        "t (a int, KEY k (a) /*!80000 USING HASH */)", "t (a int CHECK (a > 0 /*!80000 or 1 */))",
    ],
)  # fmt: skip
def test_what_only_some_servers_have_in_part_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        table_of(text)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE VIEW v AS SELECT a /*!80000 , 1 AS b */ FROM t", "CREATE TRIGGER r BEFORE INSERT ON t FOR EACH ROW "
        "SET NEW.a = 1 /*!80000 + 1 */", "ALTER TABLE t ADD b int /*!80000 , ADD c int */",
        "ALTER TABLE t /*M!100500 COMMENT='x' */", "CREATE /*!80000 ALGORITHM=MERGE */ VIEW v AS SELECT a FROM t",
    ],
)  # fmt: skip
def test_no_statement_is_another_one_to_some_servers(statement: str) -> None:
    with refuses("executable comment"):
        catalog_of(b"CREATE TABLE t (a int)", statement.encode())


@pytest.mark.parametrize("text", ["_utf8mb3'a'", "_cp1250'a'", "_UTF16'a'"])
def test_a_default_in_its_own_character_set(text: str) -> None:
    assert column_of(f"varchar(9) DEFAULT {text}") == f"`A` varchar(9) DEFAULT {text}"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("FORCE x y z", "ALTER TABLE with FORCE x y z"),
        ("EXCHANGE PARTITION p WITH TABLE u", "ALTER TABLE with EXCHANGE PARTITION p"),
        ("`a` int", "ALTER TABLE with `a` int"),
        ("COMMENT='x',", "ALTER TABLE with a clause without words"),
        ("", "ALTER TABLE with a clause without words"),
        ("DROP COLUMN a b", "ALTER TABLE with DROP and b"),
    ],
)
def test_what_is_not_understood_of_a_change_is_told(words: str, told: str) -> None:
    with refuses(told):
        catalog_of(b"CREATE TABLE t (a int, b int)", f"ALTER TABLE t {words}".encode())


@pytest.mark.parametrize(
    ("options", "is_first"),
    [
        ("COLLATE=latin1_bin CHARSET=latin1", True),
        ("CHARSET=latin1 COLLATE=latin1_bin", False),
        ("COLLATE=latin1_bin CHARSET=latin1 COLLATE=latin1_bin", False),
        ("CHARSET=latin1", False),
        ("COLLATE=latin1_bin ENGINE=MyISAM DEFAULT CHARACTER SET latin1 COMMENT='x'", True),
    ],
)
def test_the_order_of_character_set_and_collation(options: str, is_first: bool) -> None:
    assert table_of(f"t (a int) {options}").collation_first is is_first


@pytest.mark.parametrize("options", ["CHARSET=DEFAULT", "COLLATE=DEFAULT", "CHARSET DEFAULT COLLATE DEFAULT"])
def test_the_collation_of_a_database(options: str) -> None:
    table = f"CREATE TABLE t (a int) {options}".encode()
    with refuses("servers differ"):
        catalog_of(b"CREATE DATABASE d COLLATE utf8mb4_bin", table)
    if "COLLATE" in options:
        with refuses("servers differ"):
            catalog_of(table)
    else:
        assert catalog_of(b"CREATE DATABASE d CHARSET latin1", table).table("t").charset == "latin1"
