# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tables held when it was decided that they may go is read as it was noted, or it is said that it cannot be."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.decided import note_decided, read_decided
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Fingerprint
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker_table import (
    read_marker,
    write_marker,
)
from library import Library, marker_with

_TABLE = "BACK_RESTORE_NEW_MARKER"
DECIDED = {"ARTIKEL": Fingerprint(3, 4711, "a definition", "every_row", "a sign"), "a`b %s": None}


def test_it_is_noted_once_beside_the_marker(library: Library) -> None:
    session, mandant = library.session(), library.mandant.name
    write_marker(session, library.server, marker_with())
    note_decided(session, mandant, _TABLE, {})
    assert read_decided(session, mandant, _TABLE) == {}
    note_decided(session, mandant, _TABLE, DECIDED)
    note_decided(session, mandant, _TABLE, {"ARTIKEL": None})
    assert read_decided(session, mandant, _TABLE) == DECIDED
    assert read_marker(session, mandant, _TABLE) == (marker_with(), None)


@pytest.mark.parametrize("content", ["", "{}", '{"format": 1}', '{"format": 1, "tables": {"A": 7}}'])
def test_what_cannot_be_read(library: Library, content: str) -> None:
    session, mandant = library.session(), library.mandant.name
    write_marker(session, library.server, marker_with())
    session.execute(f"INSERT INTO {_TABLE} VALUES ('decided', %s)", (content,))
    with pytest.raises(Failure, match="what an earlier run noted cannot be read") as caught:
        read_decided(session, mandant, _TABLE)
    assert caught.value.error == "verification_failed"
