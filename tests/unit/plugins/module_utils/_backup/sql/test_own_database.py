# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one database that a dump may name: its own."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.own_database import OwnDatabase, named_in
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.statement_reader import Statement
from dumps import reader_of


def test_the_database_of_the_dump_is_the_one_that_it_declares() -> None:
    database = OwnDatabase()
    assert database.name is None
    assert database.declare("CAO") is None
    assert database.declare("cao") is None, "servers differ about the letter case of databases"
    assert database.refuses("Cao") is None
    assert "a second database, 'other' beside 'cao'" in str(database.declare("other"))
    assert database.name == "cao"


@pytest.mark.parametrize("name", ["mysql", "INFORMATION_SCHEMA", "Performance_Schema", "sys"])
def test_the_servers_own_databases_are_refused(name: str) -> None:
    database = OwnDatabase()
    assert database.is_of_server(name)
    assert "the server's own database" in str(database.declare(name))
    assert database.name is None


def test_another_database_is_refused_before_and_behind_the_declaration() -> None:
    database = OwnDatabase()
    assert "another database, 'cao'" in str(database.refuses("cao"))
    database.declare("cao")
    assert "another database, 'other'" in str(database.refuses("other"))
    assert not database.is_of_server("system")


@pytest.mark.parametrize(
    "comment",
    [
        "-- Host: localhost    Database: Laden",
        "# Database:             laden\r",
        "# Database : laden",
        "-- Datenbank: `laden`",
        "# Datenbank : `laden`",
        "-- Base de donn\u00e9es\u00a0: `laden`",
        "-- Current Database: `laden`",
        "# Database structure for database 'laden'",
        "-- Exportiere Struktur von Tabelle laden.ware",
        "-- Exportiere Daten aus Tabelle laden.ware: ~3 rows (ungef\u00e4hr)",
        "-- Listage de la structure de table laden. ware",
        "-- Dumping structure for view laden.alle",
        "-- laden.ware definition",
        "-- `laden`.ware definition",
        "-- laden.alle source",
        "-- Table structure for table `laden`.`ware`",
        "/*\nNavicat MySQL Data Transfer\n\nSource Database       : laden\n\nTarget Database : ziel\n*/",
        "/*\n Source Schema         : laden\n*/",
        "/*\nSQLyog v8.05 \nMySQL - 5.0.51b : Database - laden\n*****\n*/",
        "/* Database : laden                        */",
    ],
)
def test_the_database_that_a_comment_names_may_stand_in_front(comment: str) -> None:
    database = OwnDatabase()
    database.is_default = True
    database.see_comment(comment.encode())
    assert "another database" in str(database.refuses("ziel"))
    assert database.refuses("laden") is None
    assert database.name == "laden"


@pytest.mark.parametrize(
    "comment",
    [
        "-- Tabellenstruktur f\u00fcr Tabelle `laden`",
        "-- Daten f\u00fcr Tabelle `laden`",
        "# Structure for the `laden` table : ",
        "-- Dumping data for table laden",
        "-- Target Database : laden",
        "-- laden",
        "-- Database: laden\n-- Database: lager",
        "-- Database: mysql",
    ],
)
def test_what_other_comments_say_does_not_count(comment: str) -> None:
    database = OwnDatabase()
    database.is_default = True
    database.see_comment(comment.encode())
    assert "another database" in str(database.refuses("laden"))
    assert "USE `laden`;" in str(database.refuses("laden"))
    assert "USE" not in str(database.refuses("mysql"))
    assert database.name is None


def test_only_the_first_comments_say_it() -> None:
    database = OwnDatabase()
    database.see_comment(b"-- " + b"x" * 9000)
    database.see_comment(b"-- Database: laden")
    assert database.refuses("laden") is not None


def test_another_database_behind_tables_without_one_is_a_second() -> None:
    database = OwnDatabase()
    database.see_comment(b"-- Database: laden")
    database.is_default = True
    assert "a second database, 'lager' beside 'laden'" in str(database.declare("lager"))
    assert database.declare("Laden") is None


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        (b"USE `a b`", "a b"),
        (b"use cao", "cao"),
        (b"CREATE DATABASE /*!32312 IF NOT EXISTS*/ `cao` /*!40100 DEFAULT CHARACTER SET latin1 */", "cao"),
        (b"CREATE SCHEMA cao", "cao"),
        (b"CREATE TABLE `use` (A int)", None),
        (b"USE", None),
        (b"DROP TABLE cao", None),
    ],
)
def test_which_statements_name_a_database(statement: bytes, name: str | None) -> None:
    (found,) = [event for event in reader_of(statement + b";").events() if isinstance(event, Statement)]
    assert named_in(found.tokens) == name
