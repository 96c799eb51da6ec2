# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which engine and character set a table gets: as it was here, as the dump has it, or as the server can."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.keys import ForeignKey, Key, KeyPart
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import (
    Attribute,
    Column,
    TableDefinition,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import ExistingTable
from ansible_collections.cao.faktura.plugins.module_utils._mandant.outcome import Report
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.table_format.table_formats import (
    Around,
    choose_format,
)
from mandant_values import analysis, definition, observed, old_server, planned, server_with

COUNTER = (
    Column("A", "int", b"int"),
    Column("N", "int", b"int", (Attribute("AUTO_INCREMENT", b"AUTO_INCREMENT"),)),
)
SECOND = (Key("PRIMARY KEY", None, (KeyPart("A", b"`A`"), KeyPart("N", b"`N`"))),)
LONG = (Column("T", "varchar", b"varchar(255)", (), 255), Column("U", "varchar", b"varchar(100)", (), 100))
LONG_KEY = (Key("PRIMARY KEY", None, (KeyPart("T", b"`T`"), KeyPart("U", b"`U`"))),)
MANY = tuple(Column(f"C{number}", "varchar", b"varchar(250)", (), 250) for number in range(80))
INNO = ExistingTable("T", False, "InnoDB", "utf8mb4_general_ci")
FK = ForeignKey("fk", b"`A`", "P", b"`A`")


@pytest.mark.parametrize(
    ("table", "existing", "dialect", "options", "expected", "reports"),
    [
        (definition("T"), None, "cao", {}, ("MyISAM", "latin1"), 0),
        (definition("T"), None, "mysqldump", {}, ("InnoDB", "latin1"), 0),
        (definition("T", engine="Aria"), None, "mysqldump", {}, ("Aria", "latin1"), 0),
        (definition("T", engine="MyISAM"), INNO, "mysqldump", {}, ("InnoDB", "utf8mb4"), 0),
        (definition("T"), INNO, "cao", {"engine": "aria"}, ("Aria", "utf8mb4"), 0),
        (definition("T", charset="utf8mb4"), None, "mysqldump", {}, ("InnoDB", "utf8mb4"), 0),
        (definition("T", charset="utf8"), None, "mysqldump", {}, ("InnoDB", "utf8mb3"), 0),
        (definition("T", columns=COUNTER, keys=SECOND), None, "cao", {"engine": "InnoDB"}, ("MyISAM", "latin1"), 1),
        (definition("T", columns=COUNTER, keys=SECOND), None, "cao", {}, ("MyISAM", "latin1"), 0),
        (definition("T", columns=LONG, keys=LONG_KEY), None, "cao", {}, ("MyISAM", "latin1"), 0),
        (definition("T", columns=LONG, keys=LONG_KEY), INNO, "cao", {}, ("InnoDB", "utf8mb4"), 0),
        (definition("T", columns=LONG, keys=LONG_KEY), INNO, "cao", {"engine": "MyISAM"}, ("MyISAM", "latin1"), 1),
        (
            definition("T", columns=LONG, keys=LONG_KEY, charset="utf8mb4"),
            None,
            "x",
            {"engine": "MyISAM"},
            ("InnoDB", "utf8mb4"),
            1,
        ),
        (definition("T", columns=MANY), INNO, "cao", {}, ("InnoDB", "latin1"), 1),
        (definition("T", foreign_keys=(FK,)), "T", "mysqldump", {}, ("InnoDB", "latin1"), 1),
        (definition("T", collation="utf8mb4_0900_ai_ci"), None, "mysqldump", {}, ("InnoDB", "utf8mb4"), 1),
    ],
)
def test_formats(
    table: TableDefinition,
    existing: ExistingTable | str | None,
    dialect: str,
    options: dict[str, t.Any],
    expected: tuple[str, str],
    reports: int,
) -> None:
    made = planned(observed(*([existing] if existing else [])), analysis(table, dialect=dialect), **options)
    chosen = made.tables[0].format
    assert (chosen.engine, chosen.charset) == expected
    assert len(made.reports) == reports


def test_no_engine_can_hold_it() -> None:
    seen = observed(server=server_with(engines={"innodb": "InnoDB"}))
    refusal = planned(seen, analysis(definition("T", columns=COUNTER, keys=SECOND))).refusal
    assert refusal is not None
    assert (refusal.error, "MyISAM or Aria" in refusal.msg) == ("server_setting", True)


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
    table = TableDefinition("T", (column, other), (Key("KEY", "K", parts),), engine="InnoDB", charset="latin1")
    around = Around(old_server((5, 6, 24)), None, "mysqldump", "latin1", None)
    assert choose_format(table, None, around, []).engine == engine


@pytest.mark.parametrize(
    ("kind", "column", "prefix", "held"),
    [
        ("KEY", Column("A", "varchar", b"varchar(255)", (), 255), None, 191),
        ("KEY", Column("A", "text", b"text", ()), 300, 191),
        ("KEY", Column("A", "blob", b"blob", ()), 800, 767),
        ("KEY", Column("A", "varchar", b"varchar(800)", (Attribute("CHARACTER SET", b"CHARACTER SET latin1"),), 800),
         None, 767),
        ("KEY", Column("A", "varchar", b"varchar(191)", (), 191), None, None),
        ("UNIQUE KEY", Column("A", "varchar", b"varchar(255)", (), 255), None, 0),
        ("PRIMARY KEY", Column("A", "varchar", b"varchar(255)", (), 255), None, 0),
    ],
)  # fmt: skip
def test_a_key_that_decides_nothing_is_rather_shorter_than_no_table(
    kind: str, column: Column, prefix: int | None, held: int | None
) -> None:
    # A foreign key wants InnoDB.
    keys = (Key(kind, "K", (KeyPart("A", b"`A`", prefix),)),)
    related = (ForeignKey("F", b"`B`", "T", b"`B`"),)
    table = TableDefinition("T", (column,), keys, related, engine="InnoDB", charset="utf8mb4")
    around = Around(old_server((5, 6, 24)), None, "mysqldump", "latin1", None)
    if held == 0:
        with pytest.raises(Failure) as caught:
            choose_format(table, None, around, [])
        assert caught.value.error == "server_setting"
        return
    reports: list[Report] = []
    chosen = choose_format(table, None, around, reports)
    (key,) = chosen.definition.keys
    assert (chosen.engine, key.parts[0].length, len(reports)) == ("InnoDB", held, 0 if held is None else 1)


@pytest.mark.parametrize(
    ("kind", "wanted", "engine", "held"),
    [
        ("KEY", "InnoDB", "InnoDB", 768),
        ("KEY", "MyISAM", "MyISAM", 250),
        ("UNIQUE KEY", "InnoDB", "InnoDB", None),
        ("UNIQUE KEY", "MyISAM", "MyISAM", None),
        ("UNIQUE KEY", "Aria", "InnoDB", None),
        ("PRIMARY KEY", "InnoDB", "", None),
    ],
)
def test_unique_keys_of_any_length_are_hashes(kind: str, wanted: str, engine: str, held: int | None) -> None:
    column = Column("A", "varchar", b"varchar(2000)", (Attribute("NOT NULL", b"NOT NULL"),), 2000)
    table = TableDefinition(
        "T", (column,), (Key(kind, "K", (KeyPart("A", b"`A`"),)),), engine=wanted, charset="utf8mb4"
    )
    around = Around(server_with(), None, "mysqldump", "latin1", None)
    if not engine:
        with pytest.raises(Failure, match="keys of at most 3072 bytes"):
            choose_format(table, None, around, [])
        return
    chosen = choose_format(table, None, around, [])
    assert (chosen.engine, chosen.definition.keys[0].parts[0].length) == (engine, held)


def _kind(sql: bytes) -> str:
    return "COLLATE" if sql.startswith(b"COLLATE") else "CHARACTER SET"
