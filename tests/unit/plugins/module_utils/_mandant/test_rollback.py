# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is remembered of a way back, and which restore a rollback may take back."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import ExistingTable
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.decision import Decision, decide
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.rollback_plan import plan_rollback
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import (
    Marker,
    Previous,
    marker_document,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.rollback import _is_restore_of, _marker_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted
from mandant_values import SERVER, marker_of, observed

NAMES = SERVER.names
BEFORE = dataclasses.replace(marker_of("A", "B", neutralised=("mail",), errors=3), sha256="before")


def came_back(document: t.Any) -> tuple[Marker, Marker]:
    """Return the marker in use, and that of the generation that comes back, of which ``document`` is remembered."""
    marker = marker_of("A", "C", previous=Previous({"A": "BACK_A", "V": "BACK_V"}, marker=document))
    seen = observed("A", "C", "BACK_A", ExistingTable("BACK_V", True), NAMES.marker, marker=marker)
    return marker, _marker_of(seen, plan_rollback(seen))


def test_what_came_back_is_known_again() -> None:
    marker, back = came_back(marker_document(BEFORE))
    assert (back.sha256, back.tables, back.neutralised, back.errors) == ("before", BEFORE.tables, ("mail",), 3)
    assert back.run not in (marker.run, BEFORE.run)
    # What follows the swap is still to be done.
    assert not back.finished
    assert back.previous.tables == {"A": "BACK_A", "C": "BACK_C"}
    assert back.previous.marker == marker_document(marker)


@pytest.mark.parametrize("document", [None, {}, {"format": 2, "sha256": "before"}])
def test_what_nobody_knows_is_never_taken_for_a_backup(document: t.Any) -> None:
    _marker, back = came_back(document)
    assert (back.sha256, back.tables, back.views) == ("", {}, ("V",))
    seen = observed("A", marker=dataclasses.replace(back, objects={}))
    decision = decide(Wanted("m", policy="enforce"), "before", seen)
    assert isinstance(decision, Decision)
    assert decision.restore
    # Who may not take away work looks whether there is any, and does not take it for what was restored.
    assert decide(Wanted("m"), "before", seen) == "rows"


@pytest.mark.parametrize(
    ("marker", "restore"),
    [
        (dataclasses.replace(marker_of("A"), moves=((NAMES.shadow(1), "A"),)), True),
        (dataclasses.replace(marker_of("A"), sha256="other"), False),
        # It came back, so that its restore was taken back before: to roll back once more would bring it about again.
        (dataclasses.replace(marker_of("A"), moves=((NAMES.between(1), "A"),)), False),
        (dataclasses.replace(marker_of("A"), sha256="", moves=((NAMES.between(1), "A"),)), False),
        (None, False),
    ],
)
def test_only_the_restore_that_is_in_use_is_taken_back(marker: Marker | None, restore: bool) -> None:
    assert _is_restore_of(marker, "ab") is restore
