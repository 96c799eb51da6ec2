# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SET statements: noted, never executed."""

from __future__ import annotations

import contextlib

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.settings.set_statements import Settings
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import Token
from dumps import Dump, refuses, words_of

ROWS = b"CREATE TABLE T (A int);INSERT INTO T VALUES (1);"


def _settings(*statements: str) -> Settings:
    settings = Settings()
    for statement in statements:
        settings.read(words_of(statement.encode()))
    return settings


@pytest.mark.parametrize(
    ("statement", "charset"),
    [
        ("names latin1", "latin1"),
        ("names 'UTF8MB4' collate utf8mb4_bin", "utf8mb4"),
        ("names utf8, foreign_key_checks=0", "utf8mb4"),
        ("character set cp850", "cp850"),
        ("charset binary", "binary"),
        ("names koi8r", "koi8r"),
        ("names cp866", "cp866"),
        ("names 'greek'", "greek"),
        ("names gb2312", "gb2312"),
        ("names euckr", "euckr"),
        ("names default", None),
        ("names @x", None),
    ],
)
def test_names(statement: str, charset: str | None) -> None:
    assert _settings(statement).charset == charset


def test_names_twice() -> None:
    assert _settings("names utf8", "names default", "names utf8mb4").charset == "utf8mb4"
    # Before rows the last one counts, as to a server; behind them none may follow in another.
    settings = _settings("names latin1", "names utf8")
    settings.note_rows()
    settings.read(words_of(b"names latin1"))
    assert (settings.charset, settings.client) == ("utf8mb4", "latin1")
    with refuses("one backup has one"):
        settings.note_rows()


@pytest.mark.parametrize(
    ("statements", "ansi"),
    [
        (["sql_mode='ANSI_QUOTES'"], True),
        (["sql_mode='NO_AUTO_VALUE_ON_ZERO,ANSI'"], True),
        (["session sql_mode=ORACLE"], True),
        (["sql_mode='TRADITIONAL'"], False),
        (["sql_mode='ANSI'", "sql_mode=''"], False),
        (["@o=@@sql_mode, sql_mode='ANSI'", "sql_mode=@o"], False),
        (["sql_mode='ANSI'", "@o=@@session.sql_mode, sql_mode=''", "sql_mode=ifnull(@o, '')"], True),
        (["sql_mode=@@global.sql_mode"], False),
        ([r"sql_mode='\A\NSI_\QUOTES'"], True),
        (["@o=@@sql_mode", "@o=@@sql_mode, sql_mode='ANSI'", "sql_mode=@o"], False),
        (["@o='NO_AUTO_VALUE_ON_ZERO', sql_mode='ANSI'", "sql_mode=@o"], False),
        (["@o='ANSI_QUOTES,NO_ZERO_DATE'", "sql_mode=@o"], True),
    ],
)
def test_double_quotes(statements: list[str], ansi: bool) -> None:
    assert _settings(*statements).ansi_quotes is ansi


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ("a", "SET a"),
        ("a = 1", "SET a"),
        ("'sql_mode' = 1", "SET '...'"),
        ("@@hostname = 'x'", "hostname"),
        ("@x = f(1)", "a call of f"),
        ("@x = load_file('x')", "a call of load_file"),
        ("@x = (select 1 from t)", "expression"),
        ("@x = concat('ANSI'), sql_mode = @x", "variable"),
        ("timestamp = 5", "the time of rows"),
        ("completion_type = 1", "completion_type"),
        ("completion_type = 'CHAIN'", "completion_type"),
        ("sql_mode = ifnull(f(1), '')", "expression"),
        ("sql_mode = ifnull(@o, f(1))", "expression"),
        ("@x = select", "query"),
        ("names latin1 foo", "is missing"),
        ("sql_mode = @unknown", "variable"),
        ("@o='ANSI', sql_mode = @o", "variable"),
        ("@o=@@sql_mode, sql_mode = @o", "variable"),
        ("sql_mode = 1048576", "number"),
        ("sql_mode = 0x414E5349", "number"),
        ("sql_mode = +4", "one string"),
        ("sql_mode = 'ANSI_' 'QUOTES'", "one string"),
        ("sql_mode = X'414E5349'", "one string"),
        ("sql_mode = _latin1'ANSI'", "one string"),
        ("sql_mode = 'EMPTY_STRING_IS_NULL'", "EMPTY_STRING_IS_NULL"),
        ("@o = @@sql_mode, @o = 'ANSI', sql_mode = @o", "variable"),
        ("@c = 'gbk', character_set_client = @c", "character_set_client"),
        ("character_set_client = X'67626b'", "character_set_client"),
        ("character_set_client = 'g\\bk'", "SET NAMES"),
        ("time_zone = '../../etc/passwd'", "time_zone"),
        ("time_zone = 'Europe/Berlin' 'x'", "time_zone"),
        ("time_zone = 1", "time_zone"),
        ("@z = '+01:00', time_zone = @z", "the same statement"),
        ("names", "too early"),
    ],
)
def test_refused(statement: str, word: str) -> None:
    with refuses(word):
        _settings(statement)


@pytest.mark.parametrize(
    "statement",
    ["@@session.unique_checks = 0", "@@local.sql_notes=1", "local autocommit := 1", "@a := @b",
     "global max_allowed_packet=1000000", "global max_allowed_packet=9, session sql_notes=0", "@@global.sql_mode=''",
     "timestamp=default", "timestamp=0", "@x=now()", "@x=concat('a',1+1)", "completion_type='NO_CHAIN'",
     "global innodb_stats_auto_recalc=OFF", "@@global.innodb_stats_auto_recalc=0", "group_concat_max_len=9",
     "@@global.gtid_purged = /*!80000 '+'*/ 'a:1-5'", "character_set_client = utf8mb4", "character_set_results = NULL",
     "bulk_insert_buffer_size=1024*1024*256", "optimizer_switch='derived_merge=off'"],
)  # fmt: skip
def test_harmless(statement: str) -> None:
    assert _settings(statement).charset is None


@pytest.mark.parametrize(
    ("statements", "mode"),
    [
        ([], None),
        (["sql_mode = 'PIPES_AS_CONCAT'"], "PIPES_AS_CONCAT"),
        (["sql_mode = ansi"], "ansi"),
        (["sql_mode = ''"], ""),
        (["sql_mode = 0"], ""),
        (["sql_mode = 'ANSI'", "sql_mode = default"], None),
        (["sql_mode = 'ANSI'", "sql_mode = @@global.sql_mode"], None),
        (["sql_mode = 'ANSI'", "@@session.sql_mode = @@session.sql_mode"], "ANSI"),
        (["@o = @@sql_mode", "sql_mode = 'ANSI'", "sql_mode = @o"], None),
        (["sql_mode = 'ANSI'", "@o = @@sql_mode", "sql_mode = ''", "sql_mode = ifnull(@o, '')"], "ANSI"),
        (["sql_mode = (select replace(@@sql_mode,'ONLY_FULL_GROUP_BY',''))"], "STRICT_TRANS_TABLES"),
        (["sql_mode = ''", "session sql_mode = concat(@@sql_mode, ',ALLOW_INVALID_DATES')"], ",ALLOW_INVALID_DATES"),
        (["sql_mode = 'ANSI'", "sql_mode = concat('NO_ZERO_DATE,', @@session.sql_mode)"], "NO_ZERO_DATE,ANSI"),
        (["sql_mode = 'ANSI,TRADITIONAL'", "sql_mode = replace(@@sql_mode, 'ANSI,', '')"], "TRADITIONAL"),
        (["sql_mode = replace(@@sql_mode, 'STRICT_TRANS_TABLES', '')"], ""),
        (["sql_mode = concat_ws(',', @@sql_mode, 'ANSI')"], "STRICT_TRANS_TABLES,ANSI"),
    ],
)
def test_sql_mode(statements: list[str], mode: str | None) -> None:
    assert _settings(*statements).sql_mode == mode


def test_each_trigger_has_the_mode_before_it() -> None:
    trigger = "CREATE TRIGGER {} BEFORE INSERT ON T FOR EACH ROW SET NEW.A = 1;"
    dump = Dump(
        b"".join(
            (
                ROWS,
                trigger.format("a").encode(),
                b"SET @o = @@sql_mode, sql_mode = 'TRADITIONAL';",
                trigger.format("b").encode(),
                b"SET sql_mode = @o;",
                trigger.format("c").encode(),
            )
        )
    )
    assert [one.mode.text for one in dump.analyse().triggers] == [None, "TRADITIONAL", None]


def test_time_zone_and_what_is_set_back() -> None:
    settings = _settings("@old=@@time_zone, time_zone='+00:00'", "time_zone=ifnull(@old, 'system')")
    assert settings.time_zone is None
    assert settings.saved == settings.restored == {b"@OLD"}


@pytest.mark.parametrize(
    ("statements", "zone"),
    [
        (["time_zone='+05:00'"], "+05:00"),
        (["time_zone=SYSTEM"], "SYSTEM"),
        (["time_zone='Europe/Berlin'"], "Europe/Berlin"),
        (["time_zone='UTC'"], "+00:00"),
        (["time_zone='Etc/UTC'"], "+00:00"),
        (["@OLD_TIME_ZONE='gmt'", "time_zone='+02:00'", "time_zone=@OLD_TIME_ZONE"], "+00:00"),
        (["time_zone='Europe/London'"], "Europe/London"),
        (["time_zone='Etc/GMT+5'", "@@session.time_zone='-01:00'"], "-01:00"),
        (["time_zone='+05:00'", "time_zone=default"], None),
        (["time_zone='+05:00'", "time_zone=@@global.time_zone"], None),
        (["time_zone='+05:00'", "time_zone=@@time_zone"], "+05:00"),
        (["time_zone='+05:00'", "@old=@@session.time_zone", "time_zone='+01:00'", "time_zone=@old"], "+05:00"),
        (["@z='+02:00'", "time_zone=@z"], "+02:00"),
        (["@old=@@time_zone", "@old='+02:00'", "time_zone=@old"], "+02:00"),
        (["time_zone='+05:00'", "time_zone=@never_set"], "+05:00"),
    ],
)
def test_the_time_zone_at_hand(statements: list[str], zone: str | None) -> None:
    assert _settings(*statements).under.time_zone == zone


@pytest.mark.parametrize(
    ("statements", "zero_counts", "checks"),
    [
        ([], False, True),
        (["sql_mode='NO_AUTO_VALUE_ON_ZERO'"], False, True),
        (["sql_mode='ANSI,no_auto_value_on_zero'"], False, True),
        (["sql_mode=''"], True, True),
        (["@o=@@sql_mode, sql_mode='TRADITIONAL'"], True, True),
        (["@o=@@sql_mode, sql_mode='TRADITIONAL'", "sql_mode=@o"], False, True),
        (["check_constraint_checks=0"], False, False),
        (["check_constraint_checks=off", "check_constraint_checks=1"], False, True),
    ],
)
def test_what_holds_for_rows(statements: list[str], zero_counts: bool, checks: bool) -> None:
    under = _settings(*statements).under
    assert (under.zero_counts, under.checks) == (zero_counts, checks)


def test_a_variable_that_holds_no_zone() -> None:
    with refuses("does not hold a zone"):
        _settings("@z = 'a b'", "time_zone = @z")


def test_rows_know_what_was_set_before_them() -> None:
    dump = Dump(
        b"SET time_zone='+01:00', sql_mode='';CREATE TABLE T (A int);INSERT INTO T VALUES (1);"
        b"SET time_zone='-02:00';INSERT INTO T VALUES (2),(3);SET time_zone=default;INSERT INTO T VALUES (4);"
    )
    zones = [row.under.time_zone for rows in dump.rows() for row in rows.singles()]
    assert zones == ["+01:00", "-02:00", "-02:00", None]
    assert {row.under.zero_counts for row in dump.rows()} == {True}
    assert dump.analyse().time_zones == {"+01:00", "-02:00"}
    assert dump.analyse().definitions["T"].time_zone == "+01:00"


def test_the_default_of_a_timestamp_is_in_one_time_zone() -> None:
    table = b"SET time_zone='+01:00';CREATE TABLE T (A timestamp NULL, B int);SET time_zone='+02:00';"
    assert Dump(table + b"ALTER TABLE T MODIFY B bigint;").analyse().definitions["T"].time_zone == "+01:00"
    later = b"ALTER TABLE T MODIFY A timestamp DEFAULT '2001-01-01 00:00:00';"
    assert "another time zone" in Dump(table + later).refused().msg


def test_double_quotes_change_inside_of_a_dump() -> None:
    dump = Dump(b'SET sql_mode=\'ANSI\';CREATE TABLE "T" ("A" text);SET sql_mode=\'\';INSERT INTO T VALUES ("x");')
    assert [row.text for row in dump.rows()] == [b"('x')"]
    assert "literals" in Dump(b"SET sql_mode=ANSI;" + ROWS + b'INSERT INTO T VALUES ("x");').refused().msg


@pytest.mark.parametrize(
    ("value", "mode"),
    [
        ("ifnull(@old, '')", "ANSI"),
        ("coalesce(@old, '')", "ANSI"),
        ("if(@old is null, '', @old)", "ANSI"),
        ("if(@old is not null, @old, '')", "ANSI"),
        ("ifnull(@never, '')", ""),
        ("if(@never is null, 'NO_ZERO_DATE', @never)", "NO_ZERO_DATE"),
        ("ifnull(@never, @@sql_mode)", "TRADITIONAL"),
        ("@literal", "NO_AUTO_VALUE_ON_ZERO"),
    ],
)
def test_a_variable_or_what_stands_in_for_it(value: str, mode: str) -> None:
    before = ("sql_mode='ANSI'", "@old=@@sql_mode, @literal='NO_AUTO_VALUE_ON_ZERO'", "sql_mode='TRADITIONAL'")
    assert _settings(*before, f"sql_mode={value}").sql_mode == mode


@pytest.mark.parametrize(
    "value",
    [
        "ifnull((select 1), '')",
        "ifnull(@old, (select 1))",
        "if(@old is null, sleep(9), @old)",
        "if(@old is null, '', @other)",
        "if(@old = 1, '', @old)",
        "if(1, '', @old)",
        "ifnull('', @old)",
        "concat(@old, '')",
        "greatest(@old, '')",
        "concat('a', 'b')",
        "concat(@@sql_mode, @old)",
        "concat(@@sql_mode, (select 1))",
        "replace(@@sql_mode, '', 'ANSI')",
        "replace(@@sql_mode, 'a')",
        "(select user from mysql.user)",
    ],
)
def test_other_expressions_are_refused(value: str) -> None:
    with refuses("SET"):
        _settings("@old=@@sql_mode, @other=@@sql_mode", f"sql_mode={value}")


def test_a_text_that_is_kept_as_a_mode_is_one_for_later_statements() -> None:
    with refuses("variable"):
        _settings("@old='ANSI', sql_mode=@old")


def test_transactions_are_the_restores_own() -> None:
    assert _settings("session transaction isolation level repeatable read, read only").sql_mode is None
    assert _settings("transaction isolation level serializable").sql_mode is None
    for statement in ("global transaction read only", "transaction isolation level x", "transaction_x=1"):
        with refuses("SET"):
            _settings(statement)


@pytest.mark.parametrize(
    ("statements", "engine"),
    [
        (["default_storage_engine=MyISAM"], "MyISAM"),
        (["storage_engine='InnoDB'"], "InnoDB"),
        (["table_type=MyISAM", "storage_engine=default"], None),
        (["default_storage_engine=@@default_storage_engine"], None),
    ],
)
def test_the_engine_of_tables_that_name_none(statements: list[str], engine: str | None) -> None:
    assert _settings(*statements).engine == engine


@pytest.mark.parametrize("text", ["ansi", "A\\\\NSI", "ANSI;", "EMPTY_STRING_IS_NULL"])
def test_a_text_that_is_no_harmless_mode_is_none_when_it_is_set_back(text: str) -> None:
    with refuses("variable"):
        _settings(f"@o='{text}'", "sql_mode=@o")


@pytest.mark.parametrize(
    ("statements", "escapes"),
    [
        ((r"sql_mode = 'N\O_BACKSLASH_ESCAPES'",), False),
        (("sql_mode = 'ansi,no_backslash_escapes'",), False),
        (("@m='NO_BACKSLASH_ESCAPES'", "sql_mode=@m"), False),
        (("@o=@@sql_mode, sql_mode='NO_BACKSLASH_ESCAPES'", "sql_mode=@o"), True),
        (("sql_mode = 'NO_BACKSLASH_ESCAPES'", "sql_mode = ''"), True),
    ],
)
def test_whether_a_backslash_escapes(statements: tuple[str, ...], escapes: bool) -> None:
    settings = _settings(*statements)
    assert settings.no_escapes is not escapes
    settings.check_texts(words_of(b"'it''s'").rest())
    with contextlib.nullcontext() if escapes else refuses("NO_BACKSLASH_ESCAPES"):
        settings.check_texts([Token("string", b"'\\'", False)])


def test_what_is_saved_again_has_to_be_set_back_again() -> None:
    settings = _settings("@o=@@sql_notes, sql_notes=0", "sql_notes=@o", "@o=@@sql_notes")
    assert settings.saved - settings.restored == {b"@O"}
    assert _settings("foreign_key_checks=0").foreign_keys_off
    assert not _settings("foreign_key_checks=0", "foreign_key_checks=1").foreign_keys_off


@pytest.mark.parametrize(
    ("statement", "kept"),
    [
        ("@x = 1", set()),
        ("@x = 'a', @y = NULL", set()),
        ("@x = @@sql_mode", {b"@X"}),
        ("@x = @@sql_mode, @x = 1", set()),
        ("@OLD_SQL_MODE = 'NO_AUTO_VALUE_ON_ZERO'", {b"@OLD_SQL_MODE"}),
    ],
)
def test_a_variable_with_a_literal_keeps_no_setting(statement: str, kept: set[bytes]) -> None:
    assert _settings(statement).kept == kept


def test_a_dump_that_sets_a_variable_of_its_own_is_whole() -> None:
    dump = Dump(b"-- hello\nSET @x = 1;\nCREATE TABLE t (a int);\nINSERT INTO t VALUES (1);\n")
    analysis = dump.analyse()
    assert analysis.signs == ()
    assert "missing_end" not in {one.name for one in analysis.findings}


@pytest.mark.parametrize(
    ("statements", "any_size"),
    [
        (("innodb_strict_mode=0",), True),
        (("@@session.innodb_strict_mode = OFF",), True),
        (("SESSION innodb_strict_mode='off'",), True),
        (("innodb_strict_mode=1",), False),
        (("innodb_strict_mode=0", "innodb_strict_mode=ON"), False),
        ((), False),
    ],
)
def test_tables_of_any_size(statements: tuple[str, ...], any_size: bool) -> None:
    assert _settings(*statements).any_size is any_size
