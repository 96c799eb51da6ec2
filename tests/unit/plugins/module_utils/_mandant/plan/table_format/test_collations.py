# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which collation stands in for an unknown one."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.table_format.collations import (
    is_of_mysql,
    keeps_apart,
    nearest_collation,
    spelled_here,
)

OLD = ("latin1_swedish_ci", "latin1_bin", "utf8_general_ci", "utf8_bin", "utf8mb4_general_ci", "utf8mb4_unicode_ci",
       "utf8mb4_unicode_520_ci", "utf8mb4_german2_ci", "utf8mb4_bin")  # fmt: skip
NOPAD = ("latin1_swedish_nopad_ci", "utf8mb4_general_nopad_ci", "utf8mb4_unicode_nopad_ci",
         "utf8mb4_unicode_520_nopad_ci", "utf8mb4_nopad_bin")  # fmt: skip
MARIADB_1011 = (
    *OLD,
    *NOPAD,
    *(
        f"utf8mb4_uca1400_{language}{pad}{accents}_{case}"
        for language in ("", "german2_", "swedish_", "spanish_")
        for pad in ("", "nopad_")
        for accents in ("ai", "as")
        for case in ("ci", "cs")
    ),
)
MYSQL_8 = (*OLD, *(f"utf8mb4_{name}" for name in ("0900_ai_ci", "0900_as_ci", "0900_as_cs", "0900_bin",
                                                  "de_pb_0900_ai_ci", "de_pb_0900_as_cs")))  # fmt: skip


def _known(names: tuple[str, ...]) -> dict[str, str]:
    return {name: name.partition("_")[0] for name in names}


@pytest.mark.parametrize(
    ("name", "known", "expected", "apart"),
    [
        ("utf8mb4_0900_ai_ci", MARIADB_1011, "utf8mb4_uca1400_nopad_ai_ci", True),
        ("utf8mb4_0900_as_ci", MARIADB_1011, "utf8mb4_uca1400_nopad_as_ci", True),
        ("utf8mb4_0900_as_cs", MARIADB_1011, "utf8mb4_uca1400_nopad_as_cs", True),
        ("utf8mb4_0900_bin", MARIADB_1011, "utf8mb4_nopad_bin", True),
        ("utf8mb4_de_pb_0900_ai_ci", MARIADB_1011, "utf8mb4_uca1400_german2_nopad_ai_ci", True),
        ("utf8mb4_sv_0900_as_cs", MARIADB_1011, "utf8mb4_uca1400_swedish_nopad_as_cs", True),
        ("utf8mb4_ja_0900_as_cs", MARIADB_1011, "utf8mb4_uca1400_nopad_as_cs", False),
        ("utf8mb4_0900_ai_ci", (*OLD, *NOPAD), "utf8mb4_unicode_520_nopad_ci", True),
        ("utf8mb4_0900_as_ci", (*OLD, *NOPAD), "utf8mb4_unicode_520_nopad_ci", False),
        ("utf8mb4_0900_as_cs", (*OLD, *NOPAD), "utf8mb4_nopad_bin", True),
        ("utf8mb4_0900_ai_ci", OLD, "utf8mb4_unicode_520_ci", False),
        ("utf8mb4_0900_as_cs", OLD, "utf8mb4_bin", False),
        ("utf8mb4_uca1400_ai_ci", OLD, "utf8mb4_unicode_520_ci", True),
        ("utf8mb4_uca1400_ai_ci", MYSQL_8, "utf8mb4_unicode_520_ci", True),
        ("utf8mb4_uca1400_nopad_ai_ci", MYSQL_8, "utf8mb4_0900_ai_ci", True),
        ("utf8mb4_uca1400_german2_nopad_ai_ci", MYSQL_8, "utf8mb4_de_pb_0900_ai_ci", True),
        ("latin1_swedish_nopad_ci", MYSQL_8, "latin1_swedish_ci", False),
        ("utf8mb4_nopad_bin", MYSQL_8, "utf8mb4_0900_bin", True),
        ("gb18030_chinese_ci", OLD, "utf8mb4_general_ci", False),
    ],
)
def test_nearest(name: str, known: tuple[str, ...], expected: str, apart: bool) -> None:
    found = nearest_collation(name, _known(known))
    assert found == expected
    assert keeps_apart(found, name) is apart


@pytest.mark.parametrize("known", [MARIADB_1011, MYSQL_8, (*OLD, *NOPAD)])
def test_no_collation_that_pads_stands_in_for_one_that_does_not(known: tuple[str, ...]) -> None:
    for name in (*MARIADB_1011, *MYSQL_8):
        found = nearest_collation(name, _known(known))
        if name.startswith("utf8mb4") and ("nopad" in name or "0900" in name):
            assert "nopad" in found or "0900" in found, name


def test_another_spelling_is_the_same_collation() -> None:
    known = _known(OLD)
    assert spelled_here("UTF8MB3_BIN", known) == "utf8_bin"
    assert spelled_here("utf8_bin", known) == "utf8_bin"
    assert spelled_here("utf8_unicode_ci", known) is None


@pytest.mark.parametrize(
    ("name", "is_it"),
    [
        ("utf8mb4_0900_ai_ci", True),
        ("utf8mb4_de_pb_0900_as_cs", True),
        ("UTF8MB4_0900_BIN", True),
        ("utf8mb4_uca1400_nopad_ai_ci", False),
        ("utf8mb4_unicode_520_ci", False),
        ("latin1_german1_ci", False),
    ],
)
def test_rules_that_only_mysql_has(name: str, is_it: bool) -> None:
    assert is_of_mysql(name) == is_it
