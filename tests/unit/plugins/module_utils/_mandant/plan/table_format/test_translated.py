# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What MariaDB and MySQL say in different words, and mean the same."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.check_constraint import Check
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import (
    Attribute,
    Column,
    TableDefinition,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.outcome import Report
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.table_format.translated import translated
from dumps import Dump, fails
from mandant_values import SERVER, old_server

NEW_MYSQL, OLD_MYSQL = old_server((9, 7, 4)), old_server((5, 6, 24))


def test_what_aria_says_of_its_files() -> None:
    said = (b"PAGE_CHECKSUM=1", b"TRANSACTIONAL=1", b"ROW_FORMAT=PAGE", b"COMMENT='x'")
    options = tuple(Attribute(sql.partition(b"=")[0].decode(), sql) for sql in said)
    table = TableDefinition("T", (), options=options)
    reports: list[Report] = []
    assert translated(table, SERVER, reports) == table
    assert reports == []
    for server in (NEW_MYSQL, OLD_MYSQL):
        assert [option.sql for option in translated(table, server, reports).options] == [b"COMMENT='x'"]
    assert [report.table for report in reports] == ["T", "T"]


@pytest.mark.parametrize(("said", "told"), [("NULL", 0), ("NOT NULL", 1)])
def test_generated_columns_that_say_whether_they_can_be_null(said: str, told: int) -> None:
    """MySQL and Navicat write it, MariaDB does not understand it."""
    attributes = (Attribute("GENERATED", b"GENERATED ALWAYS AS (1) VIRTUAL"), Attribute(said, said.encode()))
    table = TableDefinition("T", (Column("A", "int", b"int", attributes), Column("B", "int", b"int", attributes[1:])))
    reports: list[Report] = []
    assert translated(table, NEW_MYSQL, reports) == table
    found = translated(table, SERVER, reports)
    assert [one.attributes for one in found.columns] == [attributes[:1], attributes[1:]]
    assert [report.table for report in reports] == ["T"] * told


@pytest.mark.parametrize(
    ("kind", "default", "on_mysql"),
    [
        ("text", b"DEFAULT 'x'", b"DEFAULT ('x')"),
        ("longblob", b"DEFAULT 'x'", b"DEFAULT ('x')"),
        ("text", b"DEFAULT NULL", b"DEFAULT NULL"),
        ("text", b"DEFAULT (uuid())", b"DEFAULT (uuid())"),
        ("varchar", b"DEFAULT 'x'", b"DEFAULT 'x'"),
    ],
)
def test_defaults_of_texts(kind: str, default: bytes, on_mysql: bytes) -> None:
    table = TableDefinition("T", (Column("A", kind, kind.encode(), (Attribute("DEFAULT", default),)),))
    for server, expected in ((SERVER, default), (OLD_MYSQL, default), (NEW_MYSQL, on_mysql)):
        assert [one.sql for one in translated(table, server, []).columns[0].attributes] == [expected]


@pytest.mark.parametrize(
    ("sql", "version", "mariadb", "mysql"),
    [
        (b"SRID 4326", None, False, True),
        (b"REF_SYSTEM_ID=4326", None, True, False),
        (b"SRID 0", b"/*!80003", True, True),
    ],
)
def test_where_places_are(sql: bytes, version: bytes | None, mariadb: bool, mysql: bool) -> None:
    """What another server's comment holds is left to that."""
    table = TableDefinition("T", (Column("A", "point", b"point", (Attribute("SRID", sql, version),)),))
    for server, kept in ((SERVER, mariadb), (NEW_MYSQL, mysql)):
        reports: list[Report] = []
        assert (len(translated(table, server, reports).columns[0].attributes), len(reports)) == (kept, not kept)


@pytest.mark.parametrize(("said", "here"), [("gb18030", "utf8mb4"), ("utf8mb3", "utf8"), ("latin1", "latin1")])
def test_character_sets_of_columns(said: str, here: str) -> None:
    attribute = Attribute("CHARACTER SET", b"CHARACTER SET " + said.encode())
    reports: list[Report] = []
    table = TableDefinition("T", (Column("A", "text", b"text", (attribute,)),))
    (column,) = translated(table, OLD_MYSQL, reports).columns
    assert column.charset == here
    # Two names of one are nothing to tell.
    assert bool(reports) is (said == "gb18030")


def test_a_name_of_shapes() -> None:
    table = TableDefinition("T", (Column("A", "geomcollection", b"geomcollection"),))
    for server in (SERVER, OLD_MYSQL, NEW_MYSQL):
        (column,) = translated(table, server, []).columns
        assert (column.type_name, column.type_sql) == ("geometrycollection", b"geometrycollection")


def test_texts_of_expressions() -> None:
    text = "_utf8mb4'\u00e4'".encode()
    attributes = (Attribute("DEFAULT", b"DEFAULT (" + text + b")"), Attribute("COMMENT", b"COMMENT '_utf8mb4'"))
    table = TableDefinition("T", (Column("A", "char", b"char(9)", attributes),), checks=(Check("C", text),))
    assert translated(table, NEW_MYSQL, []) == table
    found = translated(table, SERVER, [])
    assert [one.sql for one in found.columns[0].attributes] == ["DEFAULT ('\u00e4')".encode(), b"COMMENT '_utf8mb4'"]
    assert found.checks[0].check_sql == "'\u00e4'".encode()
    lost = TableDefinition("T", (), checks=(Check("C", "_latin1'\u00e4'".encode()),))
    with fails("server_setting", "the table T", "a character set of its own"):
        translated(lost, SERVER, [])


def test_references_behind_a_column_are_what_the_server_makes_of_them() -> None:
    sql = b"CREATE TABLE T (A int REFERENCES U (X), B int, C int REFERENCES U (X), FOREIGN KEY (B) REFERENCES U (X))"
    table = Dump(sql + b"; CREATE TABLE U (X int);").analyse().definitions["T"]
    for server in (SERVER, NEW_MYSQL):
        reports: list[Report] = []
        assert translated(table, server, reports) == table
        assert reports == []
    assert len(table.keys) == 3
    found = translated(table, OLD_MYSQL, reports)
    assert [key.columns_sql for key in found.foreign_keys] == [b"`B`"]
    assert [key.name for key in found.keys] == ["B"]
    assert [report.table for report in reports] == ["T"]
