# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Members of an ENUM or SET that the server takes for one are found before the table is made, and no others."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.ahead.members import (
    refuse_members_that_are_one,
)
from library import Library

_DUPLICATED = 1291
_MEMBERS = (
    "'a','b','10'", "'a','A'", "'a','ä'", "'ss','ß'", "'s','ß'", "'ae','ä'", "'o','ö','O.'", "'a','a '", "'','b',''",
    "'é','è'", "'a''b','A''B'", "'a\\\\b','A/b'", "'x,y','X,Y'", "'-','_'", "'ı','i'", "'Ł','L'", "'€','?'",
)  # fmt: skip
_TEXTS = (
    "CHARACTER SET latin1", "CHARACTER SET latin1 COLLATE latin1_german1_ci", "COLLATE latin1_german2_ci",
    "CHARACTER SET latin1 COLLATE latin1_bin", "COLLATE latin1_general_cs", "CHARACTER SET ascii",
    "CHARACTER SET utf8mb4", "CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci", "COLLATE utf8mb4_unicode_ci",
    "COLLATE utf8mb4_bin", "COLLATE utf8mb4_turkish_ci", "CHARACTER SET ucs2", "CHARACTER SET binary", "",
)  # fmt: skip


@pytest.mark.parametrize("kind", ["ENUM", "SET"])
def test_found_as_the_server_finds_them(library: Library, kind: str) -> None:
    """What is refused is what the server refuses to make a table of, for each collation; what it warns of not."""
    session = library.session()
    dumps = [f"{kind}({members}) {text}" for members in _MEMBERS for text in _TEXTS]
    text = "".join(f"CREATE TABLE T{number} (A {column});\n" for number, column in enumerate(dumps))
    planned = library.planned(session, text.encode())
    wrong = []
    for number, column in enumerate(dumps):
        table = planned.tables[f"T{number}"]
        try:
            refuse_members_that_are_one(session, planned.observed.server, table, "there")
            said = ""
        except Failure as failure:
            said = failure.msg
        server_said = 0
        try:
            session.execute(f"CREATE TABLE {table.shadow} (A {column})")
        except ServerError as exc:
            server_said = exc.number
        # What it refuses for something else first may be both.
        if (said and not server_said) or (server_said == _DUPLICATED and not said):
            wrong.append((column, said, server_said))
    assert not wrong


def test_both_are_named(library: Library) -> None:
    session = library.session()
    text = "CREATE TABLE T (A INT, `B ü` SET('x','Größe','GRÖSSE') COLLATE utf8mb4_unicode_ci);\n"
    planned = library.planned(session, text.encode())
    with pytest.raises(Failure) as caught:
        refuse_members_that_are_one(session, planned.observed.server, planned.tables["T"], "there")
    said = "there: the members 'Größe' and 'GRÖSSE' of the column B ü of the table T are one to utf8mb4_unicode_ci"
    assert caught.value.msg.startswith(said)
