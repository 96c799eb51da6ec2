# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a table can have on an old server: MySQL 5.6."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.table_definition import (
    Attribute,
    Column,
    Key,
    KeyPart,
    TableDefinition,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Server
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.server_features import refuse_unknown_features
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.table_formats import Around, choose_format
from dumps import fails


def _server(version: tuple[int, int, int], *, mariadb: bool = False) -> Server:
    return Server(
        where="db:3306",
        flavour=ServerFlavour(mariadb, version),
        version=".".join(map(str, version)),
        max_allowed_packet=16777216,
        lower_case_table_names=0,
        read_only=False,
        local_infile=True,
        default_engine="InnoDB",
        engines={"innodb": "InnoDB", "myisam": "MyISAM"},
        collations={"latin1_swedish_ci": "latin1"},
        charsets={
            "latin1": ("latin1_swedish_ci", 1),
            "utf8": ("utf8_general_ci", 3),
            "utf8mb4": ("utf8mb4_general_ci", 4),
        },
    )


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
    refuse_unknown_features(definition, _server((10, 11, 6), mariadb=True))
    with fails("server_setting", "the table T", words, "5.6.24"):
        refuse_unknown_features(definition, _server((5, 6, 24)))


def test_keys_over_expressions() -> None:
    key = Key("KEY", "K", (KeyPart(None, b"(lower(`A`))"),))
    definition = TableDefinition("T", (Column("A", "int", b"int"),), (key,))
    refuse_unknown_features(definition, _server((5, 5, 0), mariadb=True))
    refuse_unknown_features(definition, _server((8, 0, 13)))
    with fails("server_setting", "keys over expressions"):
        refuse_unknown_features(definition, _server((8, 0, 12)))


@pytest.mark.parametrize(
    ("length", "charset", "engine"),
    [
        (250, b"CHARACTER SET utf8mb3", "InnoDB"),
        (255, b"CHARACTER SET utf8", "InnoDB"),
        (191, b"CHARACTER SET utf8mb4", "InnoDB"),
        (767, b"COLLATE latin1_swedish_ci", "InnoDB"),
        (768, b"COLLATE latin1_swedish_ci", "MyISAM"),
        (200, b"CHARACTER SET utf8mb4", "MyISAM"),
    ],
)
def test_an_old_innodb_counts_the_bytes_of_each_column(length: int, charset: bytes, engine: str) -> None:
    column = Column("A", "varchar", b"varchar(%d)" % length, (Attribute(_kind(charset), charset),), length)
    parts = (KeyPart("A", b"`A`"), KeyPart("B", b"`B`"))
    other = Column("B", "varbinary", b"varbinary(100)", (), 100)
    definition = TableDefinition("T", (column, other), (Key("KEY", "K", parts),), engine="InnoDB", charset="latin1")
    around = Around(_server((5, 6, 24)), None, "mysqldump", "latin1", None)
    assert choose_format(definition, None, around, []).engine == engine


def _kind(sql: bytes) -> str:
    return "COLLATE" if sql.startswith(b"COLLATE") else "CHARACTER SET"
