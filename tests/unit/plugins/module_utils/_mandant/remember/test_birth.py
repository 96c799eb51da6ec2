# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A note is what was written; whatever else has its name says nothing."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.birth import Birth, decode
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Made, encode
from mandant_values import marker_of

MADE = Made("database", "cao_demo", True)


def test_a_note_of_a_restore_and_of_a_removal() -> None:
    text = '{"format": 1, "made": {"what": "database", "name": "cao_demo", "scratch": true}}'
    assert decode({"made": text}) == Birth(MADE)
    marker = marker_of("ARTIKEL", made=MADE, objects=None)
    assert decode({"restore": encode(marker)}) == Birth(MADE, marker)


@pytest.mark.parametrize(
    "rows",
    [
        {},
        {"finished": "{}"},
        {"made": ""},
        {"made": "[]"},
        {"made": '{"format": 0, "made": {"what": "database", "name": "m"}}'},
        {"made": '{"format": 1}'},
        {"made": '{"format": 1, "made": []}'},
        {"made": '{"format": 1, "made": {"what": 1, "name": "m"}}'},
        {"made": '{"format": 1, "made": {"what": "database"}}'},
        {"restore": "{"},
    ],
)
def test_anything_else_says_nothing(rows: dict[str, str]) -> None:
    assert decode(rows) is None
