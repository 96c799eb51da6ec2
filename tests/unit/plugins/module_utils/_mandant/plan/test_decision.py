# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether anything is done, from the policy, the marker and the drift."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.drift import Drift
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.decision import decide, needs_drift
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Marker
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Policy, Wanted
from mandant_values import marker_of, observed

MARKER = marker_of("A", objects={"view:V": "h"})


@pytest.mark.parametrize(
    ("seen", "policy", "drift", "restored", "warned"),
    [
        (observed(exists=False), "once", None, True, False),
        (observed(), "once", None, True, False),
        (observed("ARTIKEL"), "once", None, True, True),
        (observed("ARTIKEL", marker_problem="broken"), "enforce", None, True, True),
        (observed("A", marker=MARKER), "once", None, False, False),
        (observed("A", marker=MARKER), "enforce", [], False, False),
        (observed("A", marker=MARKER), "enforce", [Drift("A", "content")], True, False),
        (observed("A", marker=MARKER), "always", None, True, False),
        (observed("A", marker=dataclasses.replace(MARKER, sha256="other")), "once", None, True, False),
        (observed("A", marker=dataclasses.replace(MARKER, objects=None)), "once", None, True, False),
    ],
)
def test_decide(seen: Observed, policy: t.Any, drift: t.Any, restored: bool, warned: bool) -> None:
    decision = decide(Wanted("m", policy=policy), "ab", seen, drift)
    assert decision.restore is restored
    assert decision.why
    assert (decision.warning is not None) is warned


ROLLED_BACK = dataclasses.replace(MARKER, sha256="")
NEUTRALISED = dataclasses.replace(MARKER, neutralised=("mail", "shop"))
OTHER = dataclasses.replace(MARKER, sha256="other")


@pytest.mark.parametrize(
    ("marker", "groups", "why"),
    [
        (ROLLED_BACK, (), "after a rollback"),
        (OTHER, (), "another backup"),
        (NEUTRALISED, (), "with mail, shop neutralised"),
        (NEUTRALISED, ("mail",), "with mail, shop neutralised"),
        (MARKER, ("mail",), "with nothing neutralised"),
        (NEUTRALISED, ("shop", "mail"), None),
        (MARKER, (), None),
    ],
)
@pytest.mark.parametrize("policy", ["once", "enforce"])
def test_the_same_backup_makes_the_same_content(
    policy: Policy, marker: Marker, groups: tuple[str, ...], why: str | None
) -> None:
    wanted = Wanted("m", policy=policy, neutralise=frozenset(groups))
    decision = decide(wanted, "ab", observed("A", marker=marker), [])
    assert decision.restore is (why is not None)
    assert why is None or why in decision.why


@pytest.mark.parametrize(
    ("policy", "marker", "groups", "needed"),
    [
        ("enforce", MARKER, (), True),
        ("enforce", NEUTRALISED, ("mail", "shop"), True),
        # Decided without a look into the tables.
        ("enforce", MARKER, ("mail",), False),
        ("enforce", OTHER, (), False),
        ("enforce", ROLLED_BACK, (), False),
        ("enforce", None, (), False),
        ("once", MARKER, (), False),
        ("always", MARKER, (), False),
    ],
)
def test_drift_is_looked_for_only_where_it_decides(
    policy: Policy, marker: Marker | None, groups: tuple[str, ...], needed: bool
) -> None:
    wanted = Wanted("m", policy=policy, neutralise=frozenset(groups))
    assert needs_drift(wanted, "ab", observed("A", marker=marker)) is needed


def test_drift_is_handed_on_to_be_told() -> None:
    drift = (Drift("A", "content"), Drift("B", "extra"))
    decision = decide(Wanted("m", policy="enforce"), "ab", observed("A", marker=MARKER), drift)
    assert decision.drift == drift
    assert "2 things" in decision.why
