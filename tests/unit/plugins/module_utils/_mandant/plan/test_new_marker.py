# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the marker of a restore remembers, of a whole backup and of some of its tables."""

from __future__ import annotations

import dataclasses

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.new_marker import remembered
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import (
    Marker,
    Previous,
    decode,
    encode,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.origins import sources
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted
from mandant_values import analysis, definition, marker_of, observed, planned

BACKUP = analysis(definition("ARTIKEL"), definition("PLZ"), definition("XT"))
BEFORE = marker_of("ARTIKEL", "PLZ", previous=Previous({"ARTIKEL": "BACK_ARTIKEL", "PLZ": "BACK_PLZ"}))
SEEN = observed("ARTIKEL", "PLZ", "BACK_ARTIKEL", "BACK_PLZ", marker=BEFORE)


def _marker(**options: object) -> Marker:
    made = planned(SEEN, BACKUP, **options)
    assert made.refusal is None
    fields = remembered(Wanted("m", **options), SEEN, made)  # type: ignore[arg-type]
    return dataclasses.replace(marker_of("ARTIKEL", objects=None), sha256="cd", **fields)


def test_a_whole_backup_leaves_nothing_of_those_before() -> None:
    marker = _marker(keep_tables=("xt",))
    assert (marker.chosen, marker.scope, marker.earlier, marker.older, marker.lacks) == ((), (), (), (), ())
    assert marker.previous.tables == {"ARTIKEL": "BACK_ARTIKEL", "PLZ": "BACK_PLZ"}


@pytest.mark.parametrize("previous", ["keep", "drop"])
def test_some_tables(previous: str) -> None:
    marker = _marker(tables=("ARTIKEL",), previous=previous)
    assert (marker.chosen, marker.lacks) == (("ARTIKEL",), ("PLZ", "XT"))
    assert [one.tables for one in marker.older] == [{"PLZ": "BACK_PLZ"}]
    assert [(one.sha256, list(one.tables), one.lacks) for one in sources(marker)[1:]] == [("ab", ["PLZ"], ("ARTIKEL",))]
    kept = previous == "keep"
    assert (marker.scope, marker.previous.tables) == ((("ARTIKEL",), {"ARTIKEL": "BACK_ARTIKEL"}) if kept else ((), {}))
    assert decode({"restore": encode(marker)}) == marker
