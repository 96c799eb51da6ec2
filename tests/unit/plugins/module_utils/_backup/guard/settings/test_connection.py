# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which collation the connection has behind statements of a dump, and that each view and trigger has the one there."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.settings.connection import OF_DATABASE
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.settings.set_statements import Settings
from dumps import Dump, words_of


@pytest.mark.parametrize(
    ("statements", "collation"),
    [
        ([], None),
        (["names latin1"], "latin1"),
        (["names 'UTF8' collate utf8_german2_ci"], "utf8_german2_ci"),
        (["names utf8mb4 collate `utf8mb4_bin`, sql_mode=''"], "utf8mb4_bin"),
        (["names utf8mb4 collate uca1400_as_cs"], "utf8mb4_uca1400_as_cs"),
        (["names latin1", "collation_connection=uca1400_ai_ci"], "latin1_uca1400_ai_ci"),
        (["collation_connection=uca1400_ai_ci"], None),
        (["names latin1", "names default"], None),
        (["names latin1", "character set latin1"], OF_DATABASE),
        (["names latin1", "collation_connection = 'utf8mb4_bin'"], "utf8mb4_bin"),
        (["@@session.character_set_connection = latin2"], "latin2"),
        (["names latin1", "collation_connection=default"], None),
        (["names latin1", "collation_connection=@@collation_database"], OF_DATABASE),
        (["names latin1", "collation_connection=@@collation_connection"], "latin1"),
        (["names utf8mb4", "@s=@@collation_connection", "collation_connection=utf8mb4_bin"], "utf8mb4_bin"),
        (["names utf8mb4", "@s=@@collation_connection", "collation_connection=utf8mb4_bin", "collation_connection=@s"],
         "utf8mb4"),
        (["names utf8mb4 collate utf8mb4_bin", "@s=@@local.character_set_connection", "character_set_connection=@s"],
         "utf8mb4"),
        (["@old=@@collation_connection", "names latin1", "collation_connection=@old"], None),
        (["names latin1", "collation_connection=@never_saved"], None),
        (["names latin1", "@s=@@collation_connection, @s='utf8mb4_bin'", "collation_connection=@s"], None),
        (["names latin1", "collation_connection='x; drop'"], None),
        (["names latin1", "character_set_client=utf8", "character_set_results=utf8"], "latin1"),
    ],
)  # fmt: skip
def test_the_collation_at_hand(statements: list[str], collation: str | None) -> None:
    settings = Settings()
    for statement in statements:
        settings.read(words_of(statement.encode()))
    assert settings.connection.collation == collation


def test_each_object_has_the_one_before_it() -> None:
    objects = "CREATE VIEW v{0} AS SELECT A FROM T; CREATE TRIGGER t{0} BEFORE INSERT ON T FOR EACH ROW SET NEW.A = 1;"
    collations = ("utf8mb4_bin", "latin1_german2_ci", "@old")
    parts = ["CREATE TABLE T (A int); SET @old=@@collation_connection;"]
    for number, collation in enumerate(collations):
        parts.append(f"SET collation_connection={collation};{objects.format(number)}")
    found = Dump("".join(parts).encode()).analyse()
    assert [one.collation for one in found.views] == ["utf8mb4_bin", "latin1_german2_ci", None]
    assert [one.collation for one in found.triggers] == ["utf8mb4_bin", "latin1_german2_ci", None]
