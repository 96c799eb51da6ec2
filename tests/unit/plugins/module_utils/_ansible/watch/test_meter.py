# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far a run is: by bytes of the file, never backwards, and 100 only when nothing is left."""

from __future__ import annotations

import json
import stat
import typing as t
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.folder import FOLDER_PREFIX, PROGRESS, Folder
from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.meter import Meter, MeterFile


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_two_passes_are_a_half_each() -> None:
    clock = Clock()
    meter = Meter(1000, passes=2, clock=clock)
    assert meter.state()["percent"] == 0
    meter.read("analyse", 500)
    assert meter.state()["percent"] == 25
    meter.read("analyse", 1000)
    assert meter.state()["percent"] == 50
    meter.see("load", "ARTIKEL", 0, 800, 0)
    assert meter.state()["percent"] == 50
    clock.now += 2
    meter.see("load", "ARTIKEL", 400, 800, 4000)
    assert meter.state() == {
        "phase": "load",
        "table": "ARTIKEL",
        "percent": 75,
        "rows": 4000,
        "rows_per_second": 2000,
        "bytes_per_second": 250,
        "seconds_left": 2,
    }


def test_in_check_mode_the_analysis_is_all_there_is() -> None:
    clock = Clock()
    meter = Meter(1000, passes=1, clock=clock)
    meter.read("analyse", 0)
    clock.now += 1
    meter.read("analyse", 250)
    state = meter.state()
    assert (state["percent"], state["bytes_per_second"], state["seconds_left"]) == (25, 250, 3)


def test_the_last_percent_is_the_swap() -> None:
    meter = Meter(10, passes=2)
    for phase in ("load", "verify", "wait", "swap"):
        meter.see(phase, None, 800, 800, 10)
        assert meter.state()["percent"] == 99
        assert meter.state()["rows"] == 10


def test_a_backup_without_rows_divides_by_nothing() -> None:
    meter = Meter(0, passes=2)
    meter.read("analyse", 0)
    meter.see("load", None, 0, 0, 0)
    meter.see("swap", None, 0, 0, 0)
    assert meter.state()["percent"] == 50


def test_the_rate_is_that_of_the_last_seconds() -> None:
    clock = Clock()
    meter = Meter(10_000, passes=2, clock=clock)
    for second in range(60):
        clock.now += 1
        meter.see(
            "load", "X", second * 10 if second < 30 else second * 100, 10_000, second * (1 if second < 30 else 50)
        )
    assert meter.state()["rows_per_second"] == 50


STEPS = st.lists(
    st.tuples(st.sampled_from(["unpack", "analyse", "compare", "wait", "load", "verify", "swap"]), st.integers(0, 2000))
)


@given(steps=STEPS, passes=st.sampled_from([1, 2]))
def test_percent_never_falls_and_never_gets_to_100(steps: list[tuple[str, int]], passes: int) -> None:
    meter = Meter(1000, passes, clock=Clock())
    before = 0
    for phase, done in steps:
        if phase in ("unpack", "analyse"):
            meter.read(phase, done)
        else:
            meter.see(phase, None, done, 1000, done)
        percent = meter.state()["percent"]
        assert before <= percent <= 99
        before = percent


@pytest.fixture
def place(tmp_path: Path) -> Path:
    path = tmp_path / f"{FOLDER_PREFIX}1"
    path.mkdir(mode=0o700)
    return path


def _told(folder: Path) -> dict[str, t.Any]:
    told: dict[str, t.Any] = json.loads((folder / PROGRESS).read_text(encoding="utf-8"))
    return told


def test_the_file_is_private_and_written_now_and_then(place: Path) -> None:
    clock = Clock()
    told = MeterFile(Folder(str(place)), Meter(1000, passes=2, clock=clock), clock)
    told.read("analyse", 100)
    assert _told(place) == {**_told(place), "phase": "analyse", "percent": 5}
    told.read("analyse", 900)
    assert _told(place)["percent"] == 5
    told.see("load", "FIRMA", 9, 1000, 1)
    assert _told(place)["phase"] == "analyse"
    told.see("load", "FIRMA", 10, 1000, 1)
    assert _told(place)["table"] == "FIRMA"
    clock.now += 1
    told.see("load", "ARTIKEL", 500, 1000, 7)
    assert _told(place)["percent"] == 75
    assert stat.S_IMODE((place / PROGRESS).stat().st_mode) == 0o600


def test_a_folder_that_is_gone_ends_no_restore(place: Path) -> None:
    folder = Folder(str(place))
    place.rmdir()
    MeterFile(folder, Meter(1000, passes=2)).read("analyse", 100)


def test_each_swap_is_asked_for(place: Path) -> None:
    """Also the second one, when somebody has come in between; nothing else is."""
    asked: list[str] = []
    told = MeterFile(Folder(str(place)), Meter(1000, passes=2), before_swap=lambda: asked.append("swap"))
    for phase in ("load", "verify", "wait", "swap", "wait", "swap"):
        told.see(phase, None, 1000, 1000, 9)
    assert asked == ["swap", "swap"]
