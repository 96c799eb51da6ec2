# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dumps that go through several databases: nothing may stand in more than one."""

from __future__ import annotations

import pytest

from dumps import Dump

_T = "USE laden;\nCREATE TABLE t (a int);\nINSERT INTO t VALUES (1);\n"
_NOTES = (
    "USE phpmyadmin;\nCREATE TABLE IF NOT EXISTS `pma__history` (`id` int);\nINSERT INTO `pma__history` VALUES (1);\n"
)


@pytest.mark.parametrize(
    "dump",
    [
        _T + "CREATE DATABASE test;\n",
        _T + "CREATE DATABASE test;\nUSE test;\nSET NAMES utf8;\n-- nothing\n",
        "CREATE DATABASE a;\nUSE a;\nUSE b;\nDROP TABLE IF EXISTS u;\n" + _T,
        "CREATE DATABASE laden;\nCREATE DATABASE test;\n" + _T + "USE test;\nUSE laden;\n",
        "DROP DATABASE IF EXISTS alt;\n" + _T,
        "USE lager;\nCREATE TABLE u (a int);\nDROP TABLE u;\n" + _T,
        _T + _NOTES + "ALTER TABLE `pma__history` ADD PRIMARY KEY (`id`);\nCREATE DATABASE test;\nUSE test;\n",
        _T.partition("\n")[2] + _NOTES,
        _NOTES + _T,
        "CREATE DATABASE phpmyadmin;\n" + _NOTES + "ALTER TABLE `pma__history` ADD PRIMARY KEY (`id`);\n"
        "CREATE DATABASE laden CHARSET latin2;\n" + _T + "CREATE DATABASE test;\nUSE test;\n",
        _T.partition("\n")[2] + "CREATE DATABASE phpmyadmin;\n" + _NOTES,
    ],
)
def test_what_is_empty_is_no_second_database(dump: str) -> None:
    analysis = Dump(dump.encode()).analyse()
    assert [(one.name, one.rows) for one in analysis.tables] == [("t", 1)]
    notes = any(one.name == "notes_left_out" for one in analysis.findings)
    assert notes == ("pma__" in dump)


@pytest.mark.parametrize(
    "behind",
    [
        "CREATE TABLE u (a int);",
        "INSERT INTO t VALUES (2);",
        "INSERT INTO t VALUES (2),(3);",
        "DROP TABLE t;",
        "ALTER TABLE t ADD b int;",
        "TRUNCATE t;",
        "DELETE FROM t;",
        "RENAME TABLE t TO u;",
        "CREATE VIEW v AS SELECT 1 AS a;",
        "CREATE DATABASE noch;\nCREATE TABLE u (a int);",
    ],
)
@pytest.mark.parametrize("name", ["lager", "phpmyadmin"])
def test_what_stands_in_a_second_database_is_refused(name: str, behind: str) -> None:
    failure = Dump(f"{_T}INSERT INTO t VALUES (5);\nUSE {name};\n{behind}\n".encode()).refused()
    assert f"line 5, statement 5: the dump speaks of a second database, '{name}' beside 'laden'" in failure.msg
    assert "laden, " in failure.msg
    assert "export one alone" in failure.msg


@pytest.mark.parametrize("word", ["CREATE DATABASE", "DROP DATABASE IF EXISTS"])
def test_what_is_made_or_dropped_besides_is_not_where_the_dump_is(word: str) -> None:
    begin = f"USE laden;\n{word} lager;\nCREATE TABLE t (a int);\n"
    (table,) = Dump((begin + "USE laden;\nINSERT INTO laden.t VALUES (2);\n").encode()).analyse().tables
    assert table.rows == 1
    failure = Dump((begin + "USE lager;\nCREATE TABLE u (a int);\n").encode()).refused()
    assert "line 4, statement 4: the dump speaks of a second database, 'lager' beside 'laden'" in failure.msg


def test_the_own_database_is_found_by_any_letters() -> None:
    (table,) = Dump((_T + "USE LADEN;\nINSERT INTO t VALUES (2);\n").encode()).analyse().tables
    assert table.rows == 2


def test_no_other_table_comes_along_with_notes() -> None:
    failure = Dump(b"CREATE TABLE t (a int);\nUSE phpmyadmin;\nCREATE TABLE u (a int);\n").refused()
    assert "line 2, statement 2: the dump speaks of a second database, 'phpmyadmin'" in failure.msg


def test_notes_before_other_tables_of_their_database_are_its_own() -> None:
    failure = Dump((_NOTES + "CREATE TABLE u (a int);\n" + _T).encode()).refused()
    assert "the dump speaks of a second database, 'laden' beside 'phpmyadmin'" in failure.msg


def test_notes_that_make_way_are_told_once() -> None:
    names = [one.name for one in Dump((_NOTES + _T).encode()).analyse().findings]
    assert names.count("notes_left_out") == 1
    assert "rows_dropped_by_dump" not in names


def test_notes_in_the_own_database_are_rows_as_any() -> None:
    begin = "USE phpmyadmin;\nCREATE TABLE pma_x (a int);\nINSERT INTO pma_x VALUES (1);\n"
    (table,) = Dump((begin + "USE phpmyadmin;\nINSERT INTO pma_x VALUES (2);\n").encode()).analyse().tables
    assert table.rows == 2


@pytest.mark.parametrize("name", ["mysql", "sys"])
def test_those_of_the_server_are_refused_though_empty(name: str) -> None:
    for dump in (f"{_T}USE {name};\n", f"USE {name};\n{_T}"):
        assert f"the server's own database '{name}'" in Dump(dump.encode()).refused().msg


def test_each_keeps_its_character_set() -> None:
    dump = "CREATE DATABASE laden CHARSET latin2;\nCREATE DATABASE test CHARSET cp850;\n" + _T
    assert Dump(dump.encode()).analyse().database_format == ("latin2", None)
