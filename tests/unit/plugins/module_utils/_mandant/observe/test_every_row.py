# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The SELECT that reads every row: which columns are in it, and how each is taken."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.every_row import statement


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("`A` int(11) NOT NULL AUTO_INCREMENT", "`A`"),
        ("`A` int(11) DEFAULT NULL", "COALESCE(`A`, '')"),
        ("`A` varchar(9) NOT NULL DEFAULT ''", "CRC32(`A`)"),
        ("`A` varchar(9) DEFAULT 'it''s NOT NULL' COMMENT 'x NOT NULL'", "COALESCE(CRC32(`A`), '')"),
        ("`A b``c,%s` longblob NOT NULL", "CRC32(`A b``c,%s`)"),
        ("`A` enum('a NOT NULL','b') CHARACTER SET utf8 NOT NULL", "(`A`|0)"),
        ("`A` bit(9) NOT NULL", "(`A`|0)"),
        ("`A` float(7,2) NOT NULL", "`A`*1e0"),
        ("`A` timestamp NOT NULL DEFAULT current_timestamp()", "UNIX_TIMESTAMP(`A`)"),
        ("`A` decimal(10,2) NOT NULL DEFAULT 0.00", "`A`"),
        ("`A` multipoint NOT NULL", "CRC32(HEX(`A`))"),
        ("`A` inet6 NOT NULL", "CRC32(`A`)"),
    ],
)
def test_how_a_column_is_taken(column: str, value: str) -> None:
    shown = f"CREATE TABLE `T` (\n  {column},\n  KEY `A` (`A`)\n) ENGINE=InnoDB"
    row = f"SUM(CRC32(CRC32(CONCAT_WS(_binary',', {value}))))"
    assert statement("m", "T", shown) == f"SELECT SQL_NO_CACHE COUNT(*), {row} FROM `m`.`T`"
    assert statement("m", "T", shown, "`A` > 3").endswith(" FROM `m`.`T` WHERE `A` > 3")


@pytest.mark.parametrize(
    "column",
    [
        "`G` int(11) GENERATED ALWAYS AS (`A` + 1) VIRTUAL",
        "`G` varchar(9) AS (concat(`A`,'NOT NULL')) PERSISTENT",
        "`G` varchar(9) GENERATED ALWAYS AS (concat(`A`,' x')) STORED COMMENT 'c'",
    ],
)
def test_what_is_made_of_other_columns_is_left_out(column: str) -> None:
    shown = f"CREATE TABLE `T` (\n  `A` int(11) NOT NULL,\n  {column}\n) ENGINE=InnoDB"
    assert "`G`" not in statement("m", "T", shown)
    assert "`A`" in statement("m", "T", shown)


def test_words_that_look_like_a_generated_column_are_none() -> None:
    shown = "CREATE TABLE `T` (\n  `x AS (` int(11) NOT NULL DEFAULT 5 COMMENT ' AS (1)'\n) ENGINE=InnoDB"
    assert "`x AS (`" in statement("m", "T", shown)
