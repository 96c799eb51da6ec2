# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of a fleet is said of what was measured, and only the bounds that do not hold are said not to."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

FLEET = runpy.run_path(str(Path(__file__).resolve().parents[2] / "tools" / "fleet.py"))
GOOD = {"ping": 10.0, "no-op": 12.0, "audit": 11.0, "first restore": 3.0}


def _twice(seconds: dict[str, float], **other: float) -> dict[str, float]:
    return {name: 2 * value for name, value in {**seconds, **other}.items()}


@pytest.mark.parametrize(
    ("seconds", "broken", "measured"),
    [
        ({10: GOOD}, [], False),
        ({10: {**GOOD, "no-op": 14.0}}, ["no-op at most 1.3 pings with 10 Mandanten"], False),
        ({10: {**GOOD, "first restore": 4.0}}, ["a first restore in 0.35 s with 10 Mandanten"], False),
        ({10: GOOD, 20: _twice(GOOD)}, [], True),
        ({10: GOOD, 20: _twice(GOOD, audit=20.0)}, ["time for each even within 25% (audit)"], True),
        (
            {10: GOOD, 20: _twice(GOOD, **{"no-op": 19.0})},
            ["time for each even within 25% (no-op)", "no-op at most 1.3 pings with 20 Mandanten"],
            True,
        ),
    ],
)
def test_only_bounds_that_were_measured_fail(
    capsys: pytest.CaptureFixture[str], seconds: dict[int, dict[str, float]], broken: list[str], measured: bool
) -> None:
    assert FLEET["report"](seconds) == broken
    said = "Not measured, as it takes two sizes: time for each even within 25%" in capsys.readouterr().out
    assert said != measured
