# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a table of a newer server needs and an older one does not have."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.table_definition import (
    Attribute,
    Column,
    Key,
    KeyPart,
    TableDefinition,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.table_format.server_features import (
    refuse_unknown_features,
)
from dumps import fails
from mandant_values import old_server


@pytest.mark.parametrize(
    ("column", "words"),
    [
        (Column("G", "int", b"int", (Attribute("GENERATED", b"GENERATED ALWAYS AS (1) STORED"),)), "generated columns"),
        (Column("D", "char", b"char(36)", (Attribute("DEFAULT", b"DEFAULT (uuid())"),), 36), "computed"),
        (Column("T", "text", b"text", (Attribute("DEFAULT", b"DEFAULT ''"),)), "text columns"),
        (Column("J", "json", b"json"), "json"),
    ],
)
def test_what_an_older_server_does_not_have(column: Column, words: str) -> None:
    definition = TableDefinition("T", (column,))
    refuse_unknown_features(definition, old_server((10, 11, 6), mariadb=True))
    with fails("server_setting", "the table T", words, "5.6.24"):
        refuse_unknown_features(definition, old_server((5, 6, 24)))


def test_keys_over_expressions() -> None:
    key = Key("KEY", "K", (KeyPart(None, b"(lower(`A`))"),))
    definition = TableDefinition("T", (Column("A", "int", b"int"),), (key,))
    refuse_unknown_features(definition, old_server((5, 5, 0), mariadb=True))
    refuse_unknown_features(definition, old_server((8, 0, 13)))
    with fails("server_setting", "keys over expressions"):
        refuse_unknown_features(definition, old_server((8, 0, 12)))


@pytest.mark.parametrize(
    "column",
    [
        Column("T", "text", b"text", (Attribute("DEFAULT", b"DEFAULT NULL"),)),
        Column("V", "varchar", b"varchar(9)", (Attribute("DEFAULT", b"DEFAULT '('"),), 9),
        Column("B", "longblob", b"longblob"),
        Column("C", "timestamp", b"timestamp", (Attribute("DEFAULT", b"DEFAULT CURRENT_TIMESTAMP"),)),
    ],
)
def test_what_the_oldest_server_has(column: Column) -> None:
    refuse_unknown_features(TableDefinition("T", (column,)), old_server((5, 5, 62)))


def test_all_that_is_missing_is_said_at_once() -> None:
    generated = Column("G", "json", b"json", (Attribute("GENERATED", b"AS (1)"),))
    with fails("server_setting", "needs generated columns and columns of the type json, which"):
        refuse_unknown_features(TableDefinition("T", (generated,)), old_server((5, 6, 24)))
