# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A table as values: what servers are told of it, and which engines can hold it."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.table_definition import TableDefinition
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.table_reader import (
    altered,
    read_create_table,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.own_database import OwnDatabase
from dumps import words_of

MARIADB = ServerFlavour(True, (10, 11, 6))


MYSQL = ServerFlavour(False, (8, 0, 36))


def _table(text: str) -> TableDefinition:
    words = words_of(text.encode())
    definition, _tolerant = read_create_table(words, OwnDatabase())
    assert words.at_end
    return definition


def _column(text: str, server: ServerFlavour = MARIADB) -> str:
    return _table(f"T (A {text})").columns[0].sql(server).decode()


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
