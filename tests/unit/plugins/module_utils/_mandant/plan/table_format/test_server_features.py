# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a table of a newer server needs and an older one does not have."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.keys import Key, KeyPart
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import (
    Attribute,
    Column,
    TableDefinition,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.table_format.server_features import (
    refuse_unknown_features,
)
from dumps import Dump, fails
from mandant_values import old_server


@pytest.mark.parametrize(
    ("column", "words"),
    [
        (Column("G", "int", b"int", (Attribute("GENERATED", b"GENERATED ALWAYS AS (1) STORED"),)), "generated columns"),
        (Column("D", "char", b"char(36)", (Attribute("DEFAULT", b"DEFAULT (uuid())"),), 36), "computed"),
        (Column("T", "text", b"text", (Attribute("DEFAULT", b"DEFAULT ''"),)), "text columns"),
        (Column("J", "json", b"json"), "json"),
        (Column("V", "vector", b"vector(3)"), "vector"),
    ],
)
def test_what_an_older_server_does_not_have(column: Column, words: str) -> None:
    definition = TableDefinition("T", (column,))
    refuse_unknown_features(definition, old_server((11, 8, 6), mariadb=True))
    with fails("server_setting", "the table T", words, "5.6.24"):
        refuse_unknown_features(definition, old_server((5, 6, 24)))


def test_keys_over_expressions() -> None:
    key = Key("KEY", "K", (KeyPart(None, b"(lower(`A`))"),))
    definition = TableDefinition("T", (Column("A", "int", b"int"),), (key,))
    refuse_unknown_features(definition, old_server((5, 5, 0), mariadb=True))
    refuse_unknown_features(definition, old_server((8, 0, 13)))
    with fails("server_setting", "keys over expressions"):
        refuse_unknown_features(definition, old_server((8, 0, 12)))


def test_a_partition_of_all_other_values() -> None:
    dump = b"CREATE TABLE T (a int) PARTITION BY LIST (a) (PARTITION `p ``` VALUES IN (1), PARTITION `q` DEFAULT);"
    definition = Dump(dump).analyse().definitions["T"]
    refuse_unknown_features(definition, old_server((10, 2, 2), mariadb=True))
    with fails("server_setting", "a partition of all other values"):
        refuse_unknown_features(definition, old_server((9, 7, 4)))
    plain = Dump(dump.replace(b", PARTITION `q` DEFAULT", b"")).analyse().definitions["T"]
    refuse_unknown_features(plain, old_server((9, 7, 4)))


@pytest.mark.parametrize(("length", "kind"), [(None, "text"), (None, "longblob"), (9, "text"), (None, "varchar")])
def test_unique_keys_over_whole_texts(length: int | None, kind: str) -> None:
    key = Key("UNIQUE KEY", "K", (KeyPart("A", b"`A`", length),))
    definition = TableDefinition("T", (Column("A", kind, kind.encode()),), (key,))
    refuse_unknown_features(definition, old_server((10, 4, 3), mariadb=True))
    if length or kind == "varchar":
        refuse_unknown_features(definition, old_server((9, 7, 4)))
        return
    for server in (old_server((9, 7, 4)), old_server((10, 4, 2), mariadb=True)):
        with fails("server_setting", "unique keys over whole texts"):
            refuse_unknown_features(definition, server)


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
