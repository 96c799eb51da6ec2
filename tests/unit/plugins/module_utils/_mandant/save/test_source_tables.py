# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a backup takes of a table: which columns, by name or not, and whether a snapshot is enough for it."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.write.dump_text import read_definition
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.source_tables import SourceColumn, SourceTable


def column(name: str, extra: str = "") -> SourceColumn:
    return SourceColumn(name, "int", True, None, None, None, extra)


def table(name: str = "T", *columns: SourceColumn, engine: str = "InnoDB") -> SourceTable:
    return SourceTable(name, engine, 0, columns, read_definition(name, ""))


@pytest.mark.parametrize(
    ("extra", "generated", "invisible"),
    [
        ("VIRTUAL GENERATED", True, False),
        ("STORED GENERATED", True, False),
        ("PERSISTENT", True, False),
        ("DEFAULT_GENERATED on update CURRENT_TIMESTAMP", False, False),
        ("INVISIBLE", False, True),
        ("auto_increment", False, False),
    ],
)
def test_special_columns(extra: str, generated: bool, invisible: bool) -> None:
    found = SourceColumn("A", "int", True, None, None, None, extra)
    assert (found.generated, found.invisible) == (generated, invisible)


@pytest.mark.parametrize(
    ("columns", "written", "named"),
    [
        ([column("A"), column("B", "auto_increment")], ["A", "B"], []),
        # A value that the server computes cannot be given, and the others have to be named then.
        ([column("A"), column("G", "STORED GENERATED"), column("B")], ["A", "B"], ["A", "B"]),
        # Without its name an invisible column would get no value.
        ([column("A"), column("I", "INVISIBLE")], ["A", "I"], ["A", "I"]),
        ([column("D", "DEFAULT_GENERATED")], ["D"], []),
        ([column("G", "VIRTUAL GENERATED INVISIBLE"), column("A")], ["A"], ["A"]),
    ],
)
def test_which_columns_are_written(columns: list[SourceColumn], written: list[str], named: list[str]) -> None:
    made = table("T", *columns)
    assert [one.name for one in made.written_columns] == written
    assert list(made.named_columns) == named


@pytest.mark.parametrize(
    ("engine", "transactional"),
    [
        ("InnoDB", True),
        ("ROCKSDB", True),
        # Rows that change while they are read make a backup of no moment: these are locked.
        ("MyISAM", False),
        ("Aria", False),
        ("MEMORY", False),
        ("", False),
    ],
)
def test_what_a_snapshot_shows_unchanged(engine: str, transactional: bool) -> None:
    assert table(engine=engine).transactional is transactional


@pytest.mark.parametrize(("name", "static"), [("PLZ", True), ("land", True), ("BLZ", True), ("LANDKREIS", False)])
def test_tables_that_cao_fills_again(name: str, static: bool) -> None:
    assert table(name).static is static
