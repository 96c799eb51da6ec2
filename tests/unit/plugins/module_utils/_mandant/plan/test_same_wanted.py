# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What else may be wanted of a backup, by what a marker says of it."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.same_wanted import (
    asked_of,
    at,
    listed_names,
    why_another,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Made, Marker
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted
from mandant_values import marker_of

MARKER: Marker = dataclasses.replace(
    marker_of("A"),
    sha256="ab",
    restored_at="2026-01-01T12:00:00Z",
    analysis={"encoding": "latin1", "repairs": [{"name": "x"}]},
    asked=asked_of(Wanted("m")),
)
ANOTHER: list[tuple[dict[str, t.Any], dict[str, t.Any], bool]] = [
    ({}, {}, False),
    ({"neutralise": frozenset(["mail"])}, {}, True),
    ({"neutralise": frozenset(["mail"])}, {"neutralised": ("mail",)}, False),
    ({}, {"neutralised": ("mail",)}, True),
    ({"encoding": "cp850"}, {}, True),
    ({"encoding": "CP1252"}, {}, False),
    ({}, {"asked": {"encoding": "cp850"}}, True),
    ({"encoding": "utf8"}, {"asked": {"encoding": "utf-8"}}, False),
    ({"encoding": "klingonisch"}, {}, True),
    ({"repairs": "refuse"}, {}, True),
    ({"repairs": "refuse"}, {"analysis": {"encoding": "latin1", "repairs": []}}, False),
    ({}, {"asked": {"encoding": "auto", "repairs": "refuse"}}, False),
    ({"engine": "InnoDB"}, {}, True),
    ({"engine": "InnoDB"}, {"asked": {"engine": "innodb"}}, False),
    ({}, {"asked": {"engine": "innodb"}}, False),
    ({}, {"errors": 1}, True),
    ({"on_error": "skip"}, {"errors": 1}, False),
    ({}, {"kept": ("XT_A",)}, True),
    ({"keep_tables": ("xt_*",)}, {"kept": ("XT_A",)}, False),
    ({}, {"made": Made("database", "m", True)}, True),
    ({"scratch": True}, {"made": Made("database", "m", True)}, False),
    ({}, {"made": Made("database", "m")}, False),
    ({"scratch": True}, {"made": Made("database", "m")}, False),
    # What version 1.0.0 has left says nothing of these.
    ({"encoding": "cp850", "repairs": "refuse", "engine": "Aria"}, {"asked": {}}, False),
]


@pytest.mark.parametrize(("options", "marker", "another"), ANOTHER)
def test_what_was_wanted_is_part_of_what_is_remembered(
    options: dict[str, t.Any], marker: dict[str, t.Any], another: bool
) -> None:
    why = why_another(Wanted("m", **options), "ab", dataclasses.replace(MARKER, **marker))
    assert (why is not None) is another
    assert why is None or why.startswith("this backup was restored here on 2026-01-01 at 12:00:00 UTC, but ")


def test_another_backup() -> None:
    assert why_another(Wanted("m"), "cd", MARKER) == "another backup was restored here on 2026-01-01 at 12:00:00 UTC"


def test_what_a_marker_says_is_shown_in_one_line() -> None:
    hostile = dataclasses.replace(MARKER, restored_at="\n" * 9, neutralised=("a\x1b[2J",), asked={})
    why = why_another(Wanted("m"), "ab", hostile)
    assert why is not None
    assert why.isprintable()
    assert at(hostile).isprintable()


def test_many_names_are_counted() -> None:
    names = [f"T{number}" for number in range(8)]
    assert listed_names(names[:5]) == "T0, T1, T2, T3, T4"
    assert listed_names(names) == "T0, T1, T2, T3, T4 and 3 more"
