# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Collations that MariaDB has for all character sets say theirs."""

from __future__ import annotations

import pytest

from dumps import Dump, catalog_of, refuses


@pytest.mark.parametrize(
    ("column", "table", "expected"),
    [
        ("COLLATE uca1400_as_cs", "CHARSET=utf8mb4", {"utf8mb4_uca1400_as_cs"}),
        ("CHARACTER SET ucs2 COLLATE uca1400_ai_ci", "CHARSET=latin1", {"ucs2_uca1400_ai_ci"}),
        ("COLLATE UCA1400_AI_CI", "COLLATE=utf8mb4_bin", {"utf8mb4_uca1400_ai_ci", "utf8mb4_bin"}),
        ("COLLATE uca1400_ai_ci", "COLLATE=LATIN1_BIN", {"latin1_uca1400_ai_ci", "latin1_bin"}),
        ("", "CHARSET=UTF8MB4 COLLATE=uca1400_german2_ai_ci", {"utf8mb4_uca1400_german2_ai_ci"}),
        ("COLLATE utf8mb4_bin", "CHARSET=utf8mb4", {"utf8mb4_bin"}),
        # Nobody says which character set: that of new Mandanten.
        ("COLLATE uca1400_ai_ci", "COLLATE=uca1400_as_cs", {"utf8mb4_uca1400_ai_ci", "utf8mb4_uca1400_as_cs"}),
    ],
)
def test_collations_for_all_character_sets(column: str, table: str, expected: set[str]) -> None:
    found = Dump(f"CREATE TABLE T (A varchar(9) {column}) DEFAULT {table};".encode()).analyse()
    assert found.definitions["T"].collations == expected


def test_a_json_column_is_a_text_to_some_servers() -> None:
    with refuses("CONVERT TO CHARACTER SET of b"):
        catalog_of(b"CREATE TABLE t (a text, b json)", b"ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4")


def test_a_column_that_changes_has_the_character_set_of_the_database() -> None:
    column = b"a varchar(9) COLLATE uca1400_as_cs"
    begin = b"CREATE DATABASE d CHARSET ucs2", b"USE d"
    made = catalog_of(*begin, b"CREATE TABLE t (" + column + b")").tables["t"]
    changed = catalog_of(*begin, b"CREATE TABLE t (a varchar(9))", b"ALTER TABLE t MODIFY " + column).tables["t"]
    assert made.collations == changed.collations == {"ucs2_uca1400_as_cs"}
