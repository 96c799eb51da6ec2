# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The allowlist of statements, and what they define."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard import allowlist as catalog_module
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import Refused
from dumps import CAO_HEAD, Dump, catalog_of, refuses

T = b"create table T (A int)"


@pytest.mark.parametrize(
    ("statements", "word"),
    [
        ((b"begin x",), "end of a statement"),
        ((b"lock x",), "TABLES is missing"),
        ((T, b"drop schema a"), "DROP DATABASE"),
        ((b"create or replace user x",), "tables, views and triggers"),
        ((b"drop user f",), "DROP USER"),
        ((b"drop 'x'",), "DROP of something"),
        ((T, T), "created twice"),
        ((b"alter table T add key (A)",), "does not create"),
        ((T, b"create algorithm=x view V as select 1"), "option"),
        ((T, b"create spatial key x on T (A)"), "INDEX is missing"),
        ((b"Geheim 4711",), "of another kind"),
        ((b"use mysql",), "server's own"),
        ((b"use 'x'",), "name is expected"),
    ],
)
def test_refused(statements: tuple[bytes, ...], word: str) -> None:
    with refuses(word) as _caught:
        catalog_of(*statements)


def test_message_never_repeats_a_word_that_could_be_data() -> None:
    failure = Dump(CAO_HEAD + T + b";INSERT INTO T VALUES ('O'Neil Geheim');").refused()
    assert "Geheim" not in failure.msg
    failure = Dump(CAO_HEAD + T + b";INSERT INTO T VALUES ('1'); Geheim 4711;").refused()
    assert "Geheim" not in failure.msg
    assert "4711" not in failure.msg


def test_definitions() -> None:
    catalog = catalog_of(
        T,
        b"create table if not exists T (B int)",
        b"create unique index I on T (A)",
        b"create fulltext index J on T (A)",
        b"create index K on T (A)",
        b"truncate T",
        b"truncate table T",
        b"delete from T",
        b"alter ignore table only T add key (A)",
        b"create view V as select 1",
        b"create table W (A int)",
        b"create or replace view W as select 1",
        b"drop view V",
    )
    assert list(catalog.tables) == ["T"]
    assert [key.kind for key in catalog.table("T").keys] == ["UNIQUE KEY", "FULLTEXT KEY", "KEY", "KEY"]
    assert list(catalog.views) == ["W"]


@pytest.mark.parametrize(
    "account",
    [
        "root@localhost",
        "'root'@'%'",
        "`root`@`10.0.0.1`",
        "CURRENT_USER",
        "CURRENT_USER()",
        "root",
        "cao@web.example.org",
        "`a`@web.x",
    ],
)
def test_definers_are_left_out(account: str) -> None:
    catalog = catalog_of(f"create definer={account} sql security definer view V as select 1".encode())
    assert catalog.definers_left_out
    assert b"root" not in catalog.views["V"].create_statement("V", {})


def test_number_of_tables_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog_module, "_MANDANT_TABLES_LIMIT", 1)
    with refuses("more than 1 tables"):
        catalog_of(T, b"create table U (A int)")


def test_an_empty_statement_is_nothing() -> None:
    catalog_of(b"/*!40101 */")


def test_a_verb_of_any_bytes_is_refused() -> None:
    with refuses("DROP"):
        catalog_of(b"DROP VIE\xb4 T")


@pytest.mark.parametrize("digits", [b"0", b"10"])
def test_quotients_of_other_precision_are_refused(digits: bytes) -> None:
    """A server computes a column with what the session that writes has set, and a restore sets nothing."""
    table = b"CREATE TABLE T (A int, B decimal(30,20) AS (A / 3) STORED)"
    with refuses("div_precision_increment"):
        catalog_of(b"SET div_precision_increment=" + digits, table)
    catalog_of(b"SET div_precision_increment=" + digits, b"CREATE TABLE T (A int)")
    catalog_of(b"SET div_precision_increment=" + digits, b"SET div_precision_increment=4", table)


@pytest.mark.parametrize("mode", [b"PIPES_AS_CONCAT", b"ansi", b"ORACLE"])
def test_views_mean_what_they_meant_under_their_mode(mode: bytes) -> None:
    statements = b"SET sql_mode='" + mode + b"'", b"CREATE TABLE T (A text)", b"CREATE VIEW V AS SELECT A || A FROM T"
    with refuses("joins texts"):
        catalog_of(*statements)
    assert catalog_of(b"SET sql_mode='ANSI_QUOTES'", *statements[1:]).views


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (b"create database d", (None, None)),
        (
            b"create database d default character set = utf8mb4 default collate = utf8mb4_bin",
            ("utf8mb4", "utf8mb4_bin"),
        ),
        (b"create schema d charset 'Latin1'", ("latin1", None)),
        (b"create database d collate utf8mb4_bin /*!80016 default encryption='n' */", ("utf8mb4", "utf8mb4_bin")),
        (b"create database d collate utf8mb4_bin character set utf8mb3", ("utf8mb3", None)),
        (b"alter database d character set latin2", ("latin2", None)),
        # The name may be left out.
        (b"alter database character set latin2", ("latin2", None)),
        (b"alter database default charset latin2", ("latin2", None)),
        (b"alter schema collate = latin2_bin", ("latin2", "latin2_bin")),
        (b"alter database `collate` charset latin5", ("latin5", None)),
        (
            b"create database d charset latin1 collate latin1_bin; alter database collate utf8mb4_bin",
            ("utf8mb4", "utf8mb4_bin"),
        ),
        (b"create database d /*!40100 default character set latin1 */", ("latin1", None)),
        (b"create database d /*!80000 default character set latin1 */", (None, None)),
    ],
)
def test_what_the_database_is_in(statement: bytes, expected: tuple[str | None, str | None]) -> None:
    assert catalog_of(*statement.split(b"; ")).database_format == expected


@pytest.mark.parametrize("what", [b"charset default", b"default collate default"])
def test_a_database_is_not_in_what_its_server_would_say(what: bytes) -> None:
    with refuses("name it"):
        catalog_of(b"alter database " + what)


def test_tables_keep_what_their_database_was_in() -> None:
    """mysqldump changes it for a trigger, and changes it back."""
    tables = [f"create table {name} (a varchar(9)) {said}".encode() for name, said in
              (("T", ""), ("U", "charset=latin2"), ("V", "collate=latin5_bin"), ("W", ""))]  # fmt: skip
    alter = b"alter database d character set latin1 collate latin1_bin"
    catalog = catalog_of(b"create database d collate utf8mb4_bin", *tables[:3], alter, tables[3])
    assert {name: (table.charset, table.collation) for name, table in catalog.tables.items()} == {
        "T": ("utf8mb4", "utf8mb4_bin"), "U": ("latin2", None), "V": (None, "latin5_bin"), "W": (None, None)
    }  # fmt: skip
    assert catalog_of(b"create database d", tables[0], alter).tables["T"].charset is None


def test_a_character_set_that_is_none_is_refused() -> None:
    with refuses("character set"):
        catalog_of(b"create database d character set `a;b`")


@pytest.mark.parametrize("kind", ["procedure", "function", "event", "package", "package body"])
def test_that_routines_are_dropped_is_no_matter(kind: str) -> None:
    catalog = catalog_of(T, f"drop {kind} if exists p".encode(), f"drop {kind} p".encode())
    assert set(catalog.tables) == {"T"}
    with refuses("another database"):
        catalog_of(f"drop {kind} mysql.p".encode())


def test_the_engine_that_is_set_is_that_of_tables_that_name_none() -> None:
    catalog = catalog_of(
        b"set default_storage_engine=myisam",
        T,
        b"create table U (A int) engine=InnoDB",
        b"set storage_engine=nonsense",
        b"create table V (A int)",
    )
    assert [table.engine for table in catalog.tables.values()] == ["MyISAM", "InnoDB", None]


_BY_CASE = b"create table ware (a int)"
_VIEW = b"create view v as select a from ware"
_TRIGGER = b"create trigger r before insert on ware for each row set @a=1"


@pytest.mark.parametrize(
    ("statements", "word"),
    [
        # What it drops, only a server that does not tell case apart has.
        ((_BY_CASE, b"drop table if exists Ware"), "tables ware and Ware"),
        ((_BY_CASE, b"drop table if exists x, WARE"), "tables ware and WARE"),
        ((_BY_CASE, b"drop table Ware", b"create view other as select 1"), "tables ware and Ware"),
        ((_BY_CASE, _VIEW, b"drop view if exists V"), "tables v and V"),
        ((_BY_CASE, _TRIGGER, _TRIGGER.replace(b" r ", b" R ")), "triggers r and R"),
        ((_BY_CASE, _TRIGGER, b"drop trigger R"), "triggers r and R"),
    ],
)
def test_nothing_takes_the_place_of_what_differs_in_letter_case(statements: tuple[bytes, ...], word: str) -> None:
    with refuses(f"{word}, whose names differ in letter case only"):
        catalog_of(*statements).check_letters()


@pytest.mark.parametrize(
    "statements",
    [
        (b"create table Ware (b int)",),
        # As dump programs write it: the DROP of the second table is not one of the first.
        (b"drop table if exists Ware", b"create table Ware (b int)"),
        (b"create table if not exists Ware (b int)",),
        (b"create or replace table Ware (b int)",),
        (b"create table Ware (c int)", b"drop table Ware", b"create table Ware (b int)"),
    ],
)
def test_two_tables_that_differ_in_letter_case(statements: tuple[bytes, ...]) -> None:
    catalog = catalog_of(_BY_CASE, *statements)
    catalog.check_letters()
    assert {name: one.columns[0].name for name, one in catalog.tables.items()} == {"ware": "a", "Ware": "b"}
    assert [catalog.table(name).name for name in ("ware", "Ware")] == ["ware", "Ware"]
    with pytest.raises(Refused, match="'WARE', which this dump does not create"):
        catalog.table("WARE")


def test_what_changes_one_of_two_tables() -> None:
    catalog = catalog_of(
        _BY_CASE,
        b"create table Ware (a int)",
        b"alter table Ware add key k (a)",
        b"create index i on ware (a)",
        b"create trigger r before insert on Ware for each row set @a=1",
        b"create view WARE as select ware.a, Ware.a as b from ware, Ware",
    )
    assert {name: [key.name for key in one.keys] for name, one in catalog.tables.items()} == {
        "ware": ["i"],
        "Ware": ["k"],
    }
    assert catalog.triggers["r"].table == "Ware"
    view = catalog.views["WARE"].create_statement("x", {"ware": "1", "Ware": "2"})
    assert view.endswith(b"select ware.a, Ware.a as b from `1` AS `ware`, `2` AS `Ware`")
    catalog = catalog_of(_BY_CASE, b"create table Ware (a int)", b"drop table ware")
    catalog.check_letters()
    assert list(catalog.tables) == ["Ware"]


@pytest.mark.parametrize("statement", [b"drop trigger if exists ware", b"drop view if exists ware", b"drop view WARE"])
def test_a_table_is_dropped_by_drop_table_alone(statement: bytes) -> None:
    assert list(catalog_of(_BY_CASE, statement).tables) == ["ware"]


def test_a_table_may_be_named_in_any_letters() -> None:
    catalog = catalog_of(
        b"drop table if exists WARE",
        _BY_CASE,
        b"alter table WARE add key (a)",
        b"create trigger r before insert on Ware for each row set @a=1",
        b"drop table ware",
        b"drop trigger r",
        b"create table WARE (b int)",
    )
    assert [table.name for table in catalog.tables.values()] == ["WARE"]
