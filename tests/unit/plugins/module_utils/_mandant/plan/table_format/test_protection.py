# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options that say how the files of a table are kept."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import (
    Attribute,
    TableDefinition,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Server
from ansible_collections.cao.faktura.plugins.module_utils._mandant.outcome import Report
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.table_format.protection import with_protection

MARIADB, MYSQL = ServerFlavour(True, (10, 11, 6)), ServerFlavour(False, (8, 0, 36))


def _server(flavour: ServerFlavour, encrypts: bool) -> Server:
    return Server("db", flavour, "x", 1 << 24, 0, False, True, "InnoDB", encrypts=encrypts)


def _definition(*options: str) -> TableDefinition:
    kept = tuple(Attribute(text.partition("=")[0], text.encode(), b"/*!80016") for text in options)
    return TableDefinition("T", (), file_options=kept, options=(Attribute("COMMENT", b"COMMENT='x'"),))


@pytest.mark.parametrize(
    ("said", "flavour", "encrypts", "engine", "expected"),
    [
        (["ENCRYPTED=YES"], MARIADB, True, "InnoDB", [b"`ENCRYPTED`=YES"]),
        (["ENCRYPTED=YES", "ENCRYPTION_KEY_ID=7"], MARIADB, True, "InnoDB",
         [b"`ENCRYPTED`=YES", b"`ENCRYPTION_KEY_ID`=7"]),
        (["ENCRYPTED='NO'"], MARIADB, True, "InnoDB", [b"`ENCRYPTED`=NO"]),
        (["ENCRYPTION='Y'"], MARIADB, True, "InnoDB", [b"`ENCRYPTED`=YES"]),
        (["ENCRYPTION='Y'"], MYSQL, True, "InnoDB", [b"ENCRYPTION='Y'"]),
        (["ENCRYPTED=YES"], MYSQL, True, "InnoDB", [b"ENCRYPTION='Y'"]),
        (["ENCRYPTED=YES"], MARIADB, False, "InnoDB", None),
        (["ENCRYPTED=YES"], MARIADB, True, "MyISAM", None),
        (["ENCRYPTION='y'"], ServerFlavour(False, (5, 6, 24)), True, "InnoDB", None),
        (["ENCRYPTED=NO"], MARIADB, False, "InnoDB", []),
        ([], MARIADB, True, "InnoDB", []),
    ],
)  # fmt: skip
def test_encryption_is_kept_or_told(
    said: list[str], flavour: ServerFlavour, encrypts: bool, engine: str, expected: list[bytes] | None
) -> None:
    reports: list[Report] = []
    made = with_protection(_definition(*said), engine, _server(flavour, encrypts), reports)
    assert [option.sql for option in made.options] == [b"COMMENT='x'", *(expected or [])]
    assert all(option.version is None for option in made.options)
    assert made.file_options == ()
    assert [("clear text" in report.text, report.table) for report in reports] == (
        [(True, "T")] if expected is None else []
    )


def test_what_is_compressed_or_has_rows_of_fixed_length_is_told() -> None:
    reports: list[Report] = []
    definition = _definition("PAGE_COMPRESSED=1", "COMPRESSION='none'")
    fixed = TableDefinition("U", (), options=(Attribute("ROW_FORMAT", b"ROW_FORMAT=fixed"),))
    with_protection(definition, "InnoDB", _server(MARIADB, True), reports)
    assert with_protection(fixed, "InnoDB", _server(MARIADB, True), reports).options == ()
    assert with_protection(fixed, "MyISAM", _server(MARIADB, True), reports).options == fixed.options
    assert [report.table for report in reports] == ["T", "U"]
