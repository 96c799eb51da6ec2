# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the server would refuse of a definition is refused before anything is changed, by check mode too."""

from __future__ import annotations

import typing as t

import pytest

from restoring import Restorer

# Each is refused by some server, and taken by some other.
COLUMNS = (
    "(A enum('a','ä') COLLATE utf8mb4_general_ci)",
    "(A set('ss','ß') COLLATE utf8mb4_0900_as_ci)",
    "(A varchar(9), B int AS (REGEXP_LIKE(A,'a')) STORED)",
    "(A varchar(9), B int AS (JSON_EXISTS(A,'$.b')) STORED)",
    "(A varchar(9), B varchar(32) AS (MD5(A)) STORED)",
    "(A varchar(9), CHECK (REGEXP_LIKE(A,'a')))",
    "(A varchar(9), CHECK (NATURAL_SORT_KEY(A) <> 'a'))",
    "(A varchar(16) DEFAULT (UUID_TO_BIN('6ccd780c-baba-1026-9564-5b8c656024db')))",
    "(A int, B double AS (RAND()) STORED)",
)


@pytest.mark.parametrize("columns", COLUMNS)
def test_check_mode_says_what_the_run_says(restorer: Restorer, columns: str) -> None:
    restorer.mandant.drop()
    path = restorer.write("ahead.sql", f"CREATE TABLE GUT (A int);\nCREATE TABLE X {columns};\n".encode())
    said = _said(restorer, path, check=True)
    assert said == _said(restorer, path, check=False)
    there = restorer.mandant.server.admin("SHOW DATABASES LIKE %s", (restorer.mandant.name,))
    # Where it is refused, not even the database was made.
    assert (said is None) == bool(there)
    if said is not None and said[0] == "statement_failed":
        assert said[1].startswith(f"{path}, line 2: ")
        assert said[1].endswith("Nothing was changed")


def _said(restorer: Restorer, path: str, **options: t.Any) -> tuple[str, str] | None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    try:
        restorer.run(path, **options)
    except Failure as failure:
        return failure.error, failure.msg
    return None
