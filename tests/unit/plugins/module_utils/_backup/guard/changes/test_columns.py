# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Columns that change behind rows, and their places."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.changes.columns import (
    FIRST,
    check_change,
    split_place,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import TableDefinition
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_reader import read_create_table
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.own_database import OwnDatabase
from dumps import refuses, words_of


def _table(text: str) -> TableDefinition:
    return read_create_table(words_of(text.encode()), OwnDatabase())[0]


@pytest.mark.parametrize(
    ("before", "after", "refusal"),
    [
        ("int(11) NOT NULL", "int(11) NOT NULL AUTO_INCREMENT", None),
        ("int(10) unsigned", "INT UNSIGNED COMMENT 'x'", None),
        ("integer(11)", "int", None),
        ("tinyint(4)", "bigint(20)", None),
        ("varchar(20)", "varchar(30)", None),
        ("varchar(20)", "longtext", None),
        ("dec(10,2)", "decimal(10, 2)", None),
        ("varchar(9) CHARACTER SET utf8", "varchar(9) COLLATE utf8mb3_bin", None),
        ("varchar(9)", "varchar(9) CHARACTER SET latin1", None),
        ("enum('a','b')", "enum('a','b') NOT NULL", None),
        ("bigint", "int", "type"),
        ("int", "int unsigned", "type"),
        ("int", "varchar(9)", "type"),
        ("varchar(30)", "varchar(20)", "type"),
        ("char(9)", "varchar(9)", "type"),
        ("decimal(10,2)", "decimal(10,4)", "type"),
        ("float", "double", "type"),
        ("datetime", "date", "type"),
        ("enum('a','b')", "enum('b','a')", "type"),
        ("varchar(9) CHARACTER SET utf8", "varchar(9)", "type"),
        ("varchar(9) DEFAULT 'a'", "varchar(9) DEFAULT 'b'", "default"),
        ("varchar(9) DEFAULT 'a'", "varchar(9)", "default"),
        ("int", "int NOT NULL", "default"),
        ("int DEFAULT NULL", "int", None),
    ],
)
def test_what_may_change_behind_rows(before: str, after: str, refusal: str | None) -> None:
    old, new = (_table(f"T (A {text})").columns[0] for text in (before, after))
    if refusal == "type":
        with refuses("the type of A behind rows"):
            check_change(old, new, "latin1", left_out=False)
        return
    check_change(old, new, "latin1", left_out=False)
    if refusal is None:
        nullable = old.nullable == new.nullable
        check_change(old, new, "latin1", left_out=nullable)
        return
    with refuses("the default of A behind rows"):
        check_change(old, new, "latin1", left_out=True)


@pytest.mark.parametrize(
    ("text", "place", "left"),
    [
        ("a int", None, 2),
        ("a int FIRST", FIRST, 2),
        ("first int", None, 2),
        ("a int COMMENT 'FIRST'", None, 4),
        ("a int AFTER `b c`", "b c", 2),
        ("a int AFTER first", "first", 2),
        ("after int", None, 2),
    ],
)
def test_where_a_column_is_put(text: str, place: str | None, left: int) -> None:
    tokens, found = split_place(words_of(text.encode()).rest())
    assert (len(tokens), found) == (left, place)
