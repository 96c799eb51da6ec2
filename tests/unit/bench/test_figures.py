# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A promise is met or missed by the medians, and never met by what did not run."""

from __future__ import annotations

import pytest

from bench.figures import Figure, Medians, Record, figures, spread
from bench.machine import Settings

SETTINGS = Settings()


def measured(**seconds: float) -> dict[str, Figure]:
    """Return the figures by their targets; a case's name has double underscores for its slashes."""
    records = []
    for name, value in seconds.items():
        case = name.replace("__", "/").replace("_", "-")
        rows = SETTINGS.linear_rows if case.endswith("client") else SETTINGS.rows
        # The median of three rounds is the one in the middle.
        records += [
            Record(case, number, rows, {"seconds": value * slower}) for number, slower in enumerate((9, 1, 0.1))
        ]
    return {one.target: one for one in figures(Medians(records), SETTINGS)}


def test_linear_contender_counts_by_rows() -> None:
    found = measured(innodb__plain__module=10.0, innodb__plain__client=50.0)
    figure = found["at least 20 times as fast as the client"]
    assert figure.measured == pytest.approx(25.0)
    assert (figure.met, figure.verdict, figure.shown) == (True, "met", "25.0 times")


@pytest.mark.parametrize(("seconds", "verdict"), [(7.5, "met"), (7.6, "missed")])
def test_limit_belongs_to_what_is_met(seconds: float, verdict: str) -> None:
    found = measured(innodb__plain__module=seconds, innodb__load_data=10.0)
    assert found["at most 0.75 times LOAD DATA"].verdict == verdict


def test_what_did_not_run_is_not_met() -> None:
    found = measured(innodb__plain__module=10.0)
    assert {one.met for one in found.values()} == {None}
    assert {one.shown for one in found.values()} == {"not measured"}


def test_time_per_row_is_without_what_one_row_takes() -> None:
    base, each = 0.4, 1e-5
    cases = {rows: f"sizes/{rows}/module" for rows in (1, *SETTINGS.sizes)}
    cases[SETTINGS.rows] = "innodb/plain/module"
    records = [Record(case, 1, rows, {"seconds": base + (rows - 1) * each}) for rows, case in cases.items()]
    (flat,) = (one for one in figures(Medians(records), SETTINGS) if one.target == "flat within 20 %")
    assert flat.measured == pytest.approx(1.0, rel=1e-3)
    assert flat.met


def test_spread_needs_all_values() -> None:
    assert spread([2.0, 3.0]) == 1.5
    assert spread([2.0, None]) is None
    assert spread([2.0, -0.1]) is None
