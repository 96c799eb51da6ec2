# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which keys are built behind the rows."""

from __future__ import annotations

import dataclasses

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.keys import Key, KeyPart
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import (
    Attribute,
    Column,
    TableDefinition,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.plan import TablePlan
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.table_format.table_formats import Format
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.behind.late_keys import (
    ROWS_AT_LEAST,
    add_statement,
    late_keys,
    without,
)

COUNTER = Column("ID", "int", b"int(11)", (Attribute("AUTO_INCREMENT", b"AUTO_INCREMENT"),))
COLUMNS = (COUNTER, Column("A", "int", b"int(11)"), Column("B", "text", b"text"))


def _key(kind: str, name: str | None, column: str, length: int | None = None) -> Key:
    return Key(kind, name, (KeyPart(column, f"`{column}`".encode(), length),))


PRIMARY = _key("PRIMARY KEY", None, "ID")
UNIQUE = _key("UNIQUE KEY", "U", "A")
PLAIN = _key("KEY", "K", "A")
PREFIX = _key("KEY", "P", "B", 20)
FULLTEXT = _key("FULLTEXT KEY", "F", "B")
SPATIAL = _key("SPATIAL KEY", "S", "B")
OF_COUNTER = _key("KEY", "C", "ID")
UNNAMED = _key("KEY", None, "A")
EXPRESSION = Key("KEY", "E", (KeyPart(None, b"(`A` + 1)"),))


def _table(*keys: Key, engine: str = "InnoDB", rows: int = ROWS_AT_LEAST) -> TablePlan:
    return TablePlan("T", "T", "BACK_NEW_1", rows, Format(TableDefinition("T", COLUMNS, keys), engine, None, None))


@pytest.mark.parametrize(
    ("keys", "late"),
    [
        ((PRIMARY, PLAIN, PREFIX), (PLAIN, PREFIX)),
        ((PRIMARY, PLAIN, UNIQUE, PREFIX, FULLTEXT), (PLAIN, PREFIX)),
        ((PRIMARY, UNIQUE, FULLTEXT), ()),
        ((PRIMARY, PLAIN, SPATIAL, PREFIX), (PREFIX,)),
        ((OF_COUNTER, PLAIN), (PLAIN,)),
        ((PLAIN, OF_COUNTER), ()),
        ((PRIMARY, PREFIX, UNNAMED), ()),
        ((PRIMARY, EXPRESSION, PLAIN), (PLAIN,)),
        ((PRIMARY, PLAIN, dataclasses.replace(PREFIX, version=b"/*!50705")), ()),
    ],
)
def test_only_keys_that_refuse_no_row_and_stand_last(keys: tuple[Key, ...], late: tuple[Key, ...]) -> None:
    table = _table(*keys)
    assert late_keys(table) == late
    assert without(table.format.definition, late).keys == tuple(key for key in keys if key not in late)


def test_small_tables_and_other_engines_get_all_keys_at_once() -> None:
    assert late_keys(_table(PRIMARY, PLAIN, rows=ROWS_AT_LEAST - 1)) == ()
    assert late_keys(_table(PRIMARY, PLAIN, engine="MyISAM")) == ()


def test_one_statement_builds_all_of_a_table() -> None:
    statement = add_statement("BACK_NEW_1", (PLAIN, PREFIX))
    assert statement == b"ALTER TABLE `BACK_NEW_1` ADD KEY `K` (`A`), ADD KEY `P` (`B`(20))"
