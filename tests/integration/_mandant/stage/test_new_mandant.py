# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A database that is made has the character set that was asked for, and any name."""

from __future__ import annotations

import os

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.new_mandant import create_database
from library import Library


@pytest.mark.parametrize(
    ("charset", "collation", "expected"),
    [
        ("latin1", None, "latin1_swedish_ci"),
        ("utf8mb4", "utf8mb4_german2_ci", "utf8mb4_german2_ci"),
        ("latin1", "latin1_german1_ci", "latin1_german1_ci"),
    ],
)
def test_a_new_mandant(library: Library, charset: str, collation: str | None, expected: str) -> None:
    """Of any name; one that has come meanwhile is somebody else's."""
    session, name = library.session(use=False), f"Müller `%s` & Söhne {os.getpid()}"
    create_database(session, name, charset, collation)
    try:
        found = session.query(
            "SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = %s", (name,)
        )
        assert found == [(expected,)]
        with pytest.raises(Exception, match="1007"):
            create_database(session, name, charset, collation)
    finally:
        session.execute(f"DROP DATABASE `{name.replace('`', '``')}`")
