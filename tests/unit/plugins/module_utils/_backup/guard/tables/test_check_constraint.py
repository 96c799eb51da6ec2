# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A CHECK keeps its name where that is its table's own, and says where rows need not meet it."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.check_constraint import (
    Check,
    is_not_enforced,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour

MARIADB, MYSQL = ServerFlavour(True, (10, 11, 6)), ServerFlavour(False, (8, 0, 36))


@pytest.mark.parametrize(
    ("name", "server", "sql"),
    [
        ("c`1", MARIADB, b"CONSTRAINT `c``1` CHECK (A > 0)"),
        ("c`1", MYSQL, b"CHECK (A > 0)"),
        (None, MARIADB, b"CHECK (A > 0)"),
    ],
)
@pytest.mark.parametrize("enforced", [True, False])
def test_its_words(name: str | None, server: ServerFlavour, sql: bytes, enforced: bool) -> None:
    found = Check(name, b"CHECK (A > 0)", enforced).sql(server)
    assert found == sql + (b"" if enforced else b" NOT ENFORCED")
    assert is_not_enforced(found) is not enforced
