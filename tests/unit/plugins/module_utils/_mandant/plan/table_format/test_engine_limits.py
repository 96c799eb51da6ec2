# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which engine can hold a table, as the servers answered when they were asked to make it; and how long a row may be."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.table_format.engine_limits import (
    LONGEST_ROW_BYTES,
    can_hold,
    row_fits,
)
from dumps import catalog_of

MARIADB, MYSQL, OLD = (ServerFlavour(*one) for one in ((True, (11, 8, 9)), (False, (9, 7, 4)), (False, (5, 6, 24))))
ENGINES = ("InnoDB", "MyISAM", "Aria", "MEMORY")
_LETTERS = {"InnoDB": "I", "MyISAM": "M", "Aria": "A", "MEMORY": "E"}
# The engines that hold it on MariaDB 11.8, MySQL 9.7 and MySQL 5.6, where a server understands it.
TABLES = {
    "A int, B varchar(9), PRIMARY KEY (A), KEY (B)": ("IMAE", "IME", "IME"),
    "A int, B int AS (A+1) VIRTUAL": ("IMA", "IM", ""),
    "A int, B int AS (A+1) VIRTUAL, KEY (B)": ("IM", "I", ""),
    "A int, B int AS (A+1) VIRTUAL, UNIQUE KEY (B)": ("IM", "I", ""),
    "A int, B int AS (A+1) STORED, KEY (B)": ("IMA", "IM", ""),
    "A int, KEY ((A+1))": ("IMAE", "I", ""),
    "A int, KEY (A DESC)": ("IMAE", "I", "IME"),
    "A int, PRIMARY KEY (A desc)": ("IMAE", "I", "IME"),
    "A varchar(20), FULLTEXT KEY (A)": ("IMA", "IM", "IM"),
    "A point NOT NULL, SPATIAL KEY (A)": ("IMA", "IM", "M"),
    "A blob": ("IMA", "IM", "IM"),
    "A text, KEY (A(10))": ("IMA", "IM", "IM"),
    "A text, UNIQUE KEY (A)": ("IM", "", ""),
    "A geometry": ("IMA", "IM", "IM"),
    "A json": ("IMA", "IM", ""),
}


@pytest.mark.parametrize("columns", sorted(TABLES))
def test_which_engine_can_hold_it(columns: str) -> None:
    definition = catalog_of(f"CREATE TABLE T ({columns})".encode()).tables["T"]
    for server, letters in zip((MARIADB, MYSQL, OLD), TABLES[columns]):
        engines = [one for one in ENGINES if server.mariadb or one != "Aria"]
        if letters:
            held = "".join(_LETTERS[engine] for engine in engines if can_hold(engine, definition, server))
            assert held == letters, server


@pytest.mark.parametrize(
    ("columns", "of_latin1", "of_utf8mb4"),
    [
        ("A varchar(65532)", True, False),
        ("A varchar(65533)", False, False),
        ("A varchar(65533) NOT NULL", True, False),
        ("A varchar(65534) NOT NULL", False, False),
        ("A varchar(16383)", True, True),
        ("A varchar(16384)", True, False),
        (", ".join(f"C{number} varchar(250)" for number in range(65)), True, True),
        (", ".join(f"C{number} varchar(250)" for number in range(66)), True, False),
        (", ".join(f"C{number} text" for number in range(1000)), True, True),
        ("A varbinary(65532)", True, True),
        ("A varchar(60000) CHARACTER SET latin1, B longtext, C json", True, True),
    ],
)
def test_how_long_a_row_may_be(columns: str, of_latin1: bool, of_utf8mb4: bool) -> None:
    definition = catalog_of(f"CREATE TABLE T ({columns})".encode()).tables["T"]
    for bytes_each, fits in ((1, of_latin1), (4, of_utf8mb4)):
        assert row_fits(definition, lambda charset, most=bytes_each: 1 if charset == "latin1" else most) is fits
    assert LONGEST_ROW_BYTES == 65535
