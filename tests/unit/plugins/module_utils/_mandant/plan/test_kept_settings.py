# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sql_mode that a trigger of a dump gets, and the collation of its texts and those of views."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.settings.set_statements import Settings
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.settings.sql_modes import Mode
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.views_and_triggers import Trigger
from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.kept_settings import (
    collation_of_view,
    in_database,
    kept_otherwise,
    mode_for_trigger,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted
from dumps import Dump, words_of
from mandant_values import SERVER, server_with


@pytest.mark.parametrize(
    ("stated", "of_server", "mode"),
    [
        ("", "TRADITIONAL", ""),
        ("pipes_as_concat, ansi_quotes", "", "ANSI_QUOTES,PIPES_AS_CONCAT"),
        ("NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION", "", "NO_ENGINE_SUBSTITUTION"),
        ("ORACLE,NO_KEY_OPTIONS", "", "ANSI_QUOTES,IGNORE_SPACE,PIPES_AS_CONCAT"),
        ("MYSQL40,PAD_CHAR_TO_FULL_LENGTH", "", "HIGH_NOT_PRECEDENCE,PAD_CHAR_TO_FULL_LENGTH"),
        ("x') union select 1", "", ""),
        ("NO_BACKSLASH_ESCAPES", "", "NO_BACKSLASH_ESCAPES"),
        ("ANSI", "", "ANSI,ANSI_QUOTES,IGNORE_SPACE,PIPES_AS_CONCAT,REAL_AS_FLOAT"),
        (None, "ANSI_QUOTES,STRICT_TRANS_TABLES,NO_BACKSLASH_ESCAPES", "STRICT_TRANS_TABLES"),
        (None, "ANSI,ANSI_QUOTES,PIPES_AS_CONCAT", "IGNORE_SPACE,PIPES_AS_CONCAT,REAL_AS_FLOAT"),
        (None, "TRADITIONAL,NO_AUTO_CREATE_USER", "TRADITIONAL"),
        ("traditional,ALLOW_INVALID_DATES", "", "ALLOW_INVALID_DATES,TRADITIONAL"),
    ],
)
def test_mode(stated: str | None, of_server: str, mode: str) -> None:
    assert mode_for_trigger(Mode(stated), of_server) == mode


@pytest.mark.parametrize(
    ("statements", "of_server", "mode"),
    [
        (["sql_mode=concat(@@sql_mode, ',NO_ZERO_DATE')"], "IGNORE_SPACE", "IGNORE_SPACE,NO_ZERO_DATE"),
        (["sql_mode=(select concat_ws(',', @@sql_mode, 'NO_ZERO_DATE'))"], "", "NO_ZERO_DATE"),
        (["sql_mode=(select replace(@@sql_mode,'ONLY_FULL_GROUP_BY',''))"], "IGNORE_SPACE,ONLY_FULL_GROUP_BY",
         "IGNORE_SPACE"),
        (["sql_mode=replace(replace(@@sql_mode,'NO_ZERO_DATE,',''),'IGNORE_SPACE','')"], "NO_ZERO_DATE,IGNORE_SPACE,"
         "STRICT_ALL_TABLES", "STRICT_ALL_TABLES"),
        (["sql_mode=concat(@@sql_mode,',NO_ZERO_DATE')", "sql_mode=replace(@@sql_mode,'IGNORE_SPACE','')"],
         "IGNORE_SPACE", "NO_ZERO_DATE"),
        (["@m=concat(@@sql_mode,',NO_ZERO_DATE')", "sql_mode=''", "sql_mode=@m"], "IGNORE_SPACE",
         "IGNORE_SPACE,NO_ZERO_DATE"),
        (["sql_mode=concat(@@sql_mode,',NO_ZERO_DATE')", "@m=@@sql_mode", "sql_mode=''", "sql_mode=@m"],
         "IGNORE_SPACE", "IGNORE_SPACE,NO_ZERO_DATE"),
        (["sql_mode='ANSI_QUOTES'", "sql_mode=concat(@@sql_mode,',NO_ZERO_DATE')"], "IGNORE_SPACE",
         "ANSI_QUOTES,NO_ZERO_DATE"),
        (["sql_mode=concat(@@sql_mode,',ANSI_QUOTES')"], "NO_BACKSLASH_ESCAPES", "ANSI_QUOTES"),
        (["sql_mode=concat(@@sql_mode,',ANSI_QUOTES')", "sql_mode=default"], "IGNORE_SPACE", "IGNORE_SPACE"),
        (["sql_mode=(select @@sql_mode)"], "IGNORE_SPACE", "IGNORE_SPACE"),
        (["sql_mode=(select 'NO_ZERO_DATE')"], "IGNORE_SPACE", "NO_ZERO_DATE"),
    ],
)  # fmt: skip
def test_what_a_dump_makes_of_the_servers_own_mode(statements: list[str], of_server: str, mode: str) -> None:
    settings = Settings()
    for statement in statements:
        settings.read(words_of(statement.encode()))
    assert mode_for_trigger(settings.mode, of_server) == mode


@pytest.mark.parametrize(
    ("stated", "text", "collation"),
    [
        (None, "x", ""),
        ("latin1", "ä", "latin1_swedish_ci"),
        ("utf8mb4", "ä", "utf8mb4_general_ci"),
        ("utf8", "ä€", "utf8mb3_general_ci"),
        # Whoever says utf8 and has such letters all the same has them in full.
        ("utf8", "\U0001f600", ""),
        ("utf8_general_ci", "\U0001f600", ""),
        ("binary", "ä", "binary"),
        ("utf8mb4_bin", "\U0001f600", "utf8mb4_bin"),
        ("utf8_general_ci", "x", "utf8mb3_general_ci"),
        ("utf8mb4_0900_ai_ci", "x", "utf8mb4_unicode_520_ci"),
        ("utf8mb4_0900_bin", "x", "utf8mb4_bin"),
        ("dec8", "x", "utf8mb4_general_ci"),
    ],
)
def test_collation(stated: str | None, text: str, collation: str) -> None:
    assert collation_of_view(stated, SERVER, text.encode()) == collation


@pytest.mark.parametrize(("text", "collation"), [("x", "binary"), ("ä", "")])
def test_mysql_takes_bytes_for_latin1(text: str, collation: str) -> None:
    server = server_with(flavour=ServerFlavour(False, (9, 7, 4)))
    assert collation_of_view("binary", server, text.encode()) == collation


@pytest.mark.parametrize(
    ("stated", "text", "collation"),
    [("latin1", "ä", ""), ("latin1", "x", "latin1_swedish_ci"), ("utf8mb4_bin", "ä", "utf8mb4_bin")],
)
def test_an_old_mysql_spoils_texts_of_views(stated: str, text: str, collation: str) -> None:
    server = server_with(flavour=ServerFlavour(False, (5, 6, 24)))
    assert collation_of_view(stated, server, text.encode()) == collation


@pytest.mark.parametrize(
    ("own", "mode"),
    [
        (("TIME_ROUND_FRACTIONAL", "SIMULTANEOUS_ASSIGNMENT"), "SIMULTANEOUS_ASSIGNMENT,TIME_ROUND_FRACTIONAL"),
        (("TIME_TRUNCATE_FRACTIONAL",), "TIME_TRUNCATE_FRACTIONAL"),
        ((), ""),
    ],
)
def test_modes_of_one_server_alone(own: tuple[str, ...], mode: str) -> None:
    stated = "TIME_ROUND_FRACTIONAL,SIMULTANEOUS_ASSIGNMENT,TIME_TRUNCATE_FRACTIONAL"
    assert mode_for_trigger(Mode(stated), "", own) == mode


@pytest.mark.parametrize(
    ("database", "mandant", "letter", "collation"),
    [
        ("CHARACTER SET latin1 COLLATE latin1_german2_ci", ("utf8mb4", "utf8mb4_bin"), "ä", "latin1_german2_ci"),
        ("CHARACTER SET latin1", ("utf8mb4", "utf8mb4_bin"), "€", "latin1"),
        # Who loads it by a client has a question mark there.
        ("CHARACTER SET latin1", ("utf8mb4", "utf8mb4_bin"), "ł", None),
        ("", ("latin2", "latin2_bin"), "x", "latin2_bin"),
        ("", ("latin2", "latin2_bin"), "ł", None),
        ("", ("utf8mb3", "utf8mb3_bin"), "ł", "utf8mb3_bin"),
        ("", ("utf8mb3", "utf8mb3_bin"), "\U0001f600", None),
        ("", ("utf8mb4", "utf8mb4_bin"), "\U0001f600", "utf8mb4_bin"),
        ("", (None, None), "ä", "latin1"),
    ],
)
def test_texts_in_the_collation_of_the_database(
    database: str, mandant: tuple[str | None, str | None], letter: str, collation: str | None
) -> None:
    dump = Dump(
        f"CREATE DATABASE d {database};USE d;SET CHARACTER SET utf8mb4;CREATE TABLE T (A varchar(9));"
        f"CREATE VIEW v AS SELECT '{letter}' AS x FROM T;SET NAMES utf8mb4;CREATE VIEW w AS SELECT 'x' AS x FROM T;"
        f"SET CHARACTER SET utf8mb4;CREATE TRIGGER g BEFORE INSERT ON T FOR EACH ROW SET NEW.A = '{letter}';".encode()
    )
    seen = Observed(SERVER, "M", exists=mandant[0] is not None, charset=mandant[0], collation=mandant[1])
    found = in_database(dump.analyse(), Wanted("M"), seen)
    assert [one.collation for one in (*found.views, *found.triggers)] == [collation, "utf8mb4", collation]


@pytest.mark.parametrize(
    ("mode", "coming", "told"),
    [
        ("ORACLE", "t", True),
        ("PIPES_AS_CONCAT,ANSI_QUOTES,oracle", "t", True),
        ("ORACLE", "other", False),
        ("ANSI", "t", False),
        (None, "t", False),
    ],
)
def test_a_trigger_in_another_language(mode: str | None, coming: str, told: bool) -> None:
    trigger = Trigger("g", "t", b"BEFORE INSERT", (), (), Mode(mode))
    found = list(kept_otherwise((), (trigger,), SERVER, {coming}))
    assert [(one.table, "without the sql_mode ORACLE" in one.text) for one in found] == [("t", True)] * told
