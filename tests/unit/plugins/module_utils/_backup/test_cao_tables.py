# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of CAO-Faktura by name."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import (
    _BY_PURPOSE,
    _COLUMNS,
    KNOWN,
    LAST,
    NEVER_EMPTY,
    PURPOSE,
    REGISTRIES,
    STATIC,
    is_generation_before,
    is_mandants,
    target_name,
)
from dumps import Dump


@pytest.mark.parametrize(
    ("dialect", "tables", "expected"),
    [
        ("cao", {"T": ["A"]}, True),
        ("mysqldump", {"artikel": ["REC_ID", "ARTNUM"]}, True),
        ("mysqldump", {"node": ["nid"], "Registry": ["mainkey", "name"]}, True),
        ("heidisql", {"plz": ["LAND", "PLZ", "NAME", "VORWAHL", "BUNDESLAND"]}, True),
        ("mysqldump", {"firma": ["NAME1", "BANK1_KONTONR"]}, True),
        ("mysqldump", {"registry": ["name", "type", "module"], "node": ["nid"]}, False),
        ("mysqldump", {"artikel": ["id", "titel"], "mail": ["id"], "land": ["id", "name"]}, False),
        ("mysqldump", {"xt_artikel": ["REC_ID"]}, False),
        ("unknown", {}, False),
    ],
)
def test_whose_dump_it_is(dialect: str, tables: dict[str, list[str]], expected: bool) -> None:
    assert is_mandants(dialect, tables) is expected


def test_every_column_that_tells_is_in_upper_case() -> None:
    assert {column.upper() for column in _COLUMNS} == _COLUMNS


def test_two_tables_whose_names_differ_in_letter_case_only() -> None:
    for tolerant in (b"", b"IF NOT EXISTS "):
        dump = Dump(b"CREATE TABLE artikel (A int);CREATE TABLE " + tolerant + b"ARTIKEL (A int);")
        assert list(dump.analyse().definitions) == ["artikel", "ARTIKEL"]
    dump = Dump(b"CREATE TABLE artikel (A int);DROP TABLE IF EXISTS ARTIKEL;\nCREATE VIEW V AS SELECT 1;")
    assert "line 1, statement 2: the tables artikel and ARTIKEL" in dump.refused().msg


def test_names_of_tables_in_another_letter_case() -> None:
    dump = Dump(b"CREATE TABLE artikel (A int);INSERT INTO ARTIKEL VALUES (1);")
    assert [row.table for row in dump.rows()] == ["artikel"]
    assert target_name("artikel", mandants=True) == "ARTIKEL"
    assert target_name("registry", mandants=False) == "registry"
    assert target_name("hibiscus", mandants=True) == "hibiscus"
    assert is_generation_before("back_x")
    assert len(KNOWN) > 100


def test_each_table_has_one_purpose() -> None:
    names = [name for names in _BY_PURPOSE.values() for name in names.split()]
    assert sorted(names) == sorted(PURPOSE)
    assert all(name == name.upper() and name.isidentifier() for name in names)


def test_tables_of_which_something_is_known_are_known() -> None:
    assert {*REGISTRIES, *NEVER_EMPTY, *STATIC, LAST} <= KNOWN
    assert not set(NEVER_EMPTY) & set(STATIC), "an empty one cannot be both a finding and as it should be"


@pytest.mark.parametrize(
    ("name", "before"), [("BACK_ARTIKEL", True), ("Back_x", True), ("BACK", False), ("ARTIKEL_BACK_", False)]
)
def test_generations_before(name: str, before: bool) -> None:
    assert is_generation_before(name) is before
