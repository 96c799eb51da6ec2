# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Only what a server may not understand is shown to it, and what it takes passes."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.ahead.prepared import is_plain, prepare
from library import Library

DEFINITIONS = {
    "(A int NOT NULL AUTO_INCREMENT, B varchar(9) DEFAULT 'a' COMMENT 'ü', PRIMARY KEY (A), KEY B (B))": True,
    "(A int) COMMENT='x' AUTO_INCREMENT=3": True,
    "(A int DEFAULT 3)": True,
    "(A timestamp NULL DEFAULT CURRENT_TIMESTAMP)": False,
    "(A int) PARTITION BY HASH (A) PARTITIONS 2": False,
    "(A varchar(9), FULLTEXT KEY F (A)) ROW_FORMAT=DYNAMIC": False,
    "(A int DEFAULT (1+1), B varchar(9) AS (CONCAT(A,'ü''%s\\\\')) STORED, CHECK (B <> '`'))": False,
}


@pytest.mark.parametrize("definition", sorted(DEFINITIONS))
def test_which_are_shown(library: Library, definition: str) -> None:
    session = library.session()
    flavour = library.server.flavour
    if "STORED" in definition and not (flavour.has_generated_columns and flavour.has_computed_defaults):
        pytest.skip("this server has no generated columns")
    planned = library.planned(session, f"CREATE TABLE T {definition};\n".encode())
    assert is_plain(planned.tables["T"].definition) is DEFINITIONS[definition]
    session.execute("USE information_schema")
    prepare(session, planned.observed, planned.tables["T"], "there")
    assert library.mandant.tables() == []
