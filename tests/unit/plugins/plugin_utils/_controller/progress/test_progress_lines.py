# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is on the screen."""

from __future__ import annotations

import typing as t

import pytest
from ansible.utils.display import Display

from ansible_collections.cao.faktura.plugins.plugin_utils._controller.progress.progress_lines import (
    last_state,
    line,
    seconds_between,
)
from ansible_collections.cao.faktura.plugins.plugin_utils._controller.progress.screen import Screen

LOADING = {
    "phase": "load",
    "table": "ARTIKEL",
    "percent": 62,
    "rows": 123456,
    "rows_per_second": 45678,
    "bytes_per_second": 1000,
    "seconds_left": 75,
}
LINES = [
    (LOADING, "h1  cao_x   62 %  restore ARTIKEL, 123,456 rows, 45,678 rows/s, 1 min 15 s left"),
    ({"phase": "analyse", "percent": 7, "bytes_per_second": 34_120_000}, "h1  cao_x    7 %  analyse, 34.1 MB/s"),
    ({"phase": "unpack", "percent": 0}, "h1  cao_x    0 %  unpack"),
    ({"phase": "wait", "percent": 99, "rows": 5}, "h1  cao_x   99 %  wait for other sessions, 5 rows"),
    (
        {"phase": "load", "table": "FIRMA", "percent": 50, "rows": 1, "rows_per_second": 1},
        "h1  cao_x   50 %  restore FIRMA, 1 row, 1 row/s",
    ),
    ({"phase": "load", "percent": 1, "seconds_left": 7300}, "h1  cao_x    1 %  restore, 2 h 1 min left"),
]


@pytest.mark.parametrize(("state", "expected"), LINES)
def test_line(state: dict[str, t.Any], expected: str) -> None:
    assert line(("h1", "cao_x"), state, bar=False) == expected


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (
            None,
            "h1  cao_x  [############........]  62 %  restore ARTIKEL, 123,456 rows, 45,678 rows/s, 1 min 15 s left",
        ),
        (102, "h1  cao_x  [############........]  62 %  restore ARTIKEL, 123,456 rows, 45,678 rows/s, 1 min 15 s left"),
        (101, "h1  cao_x  [############........]  62 %  restore ARTIKEL, 123,456 rows, 1 min 15 s left"),
        (80, "h1  cao_x  [############........]  62 %  restore ARTIKEL, 1 min 15 s left"),
        (69, "h1  cao_x  [############........]  62 %  restore ARTIKEL"),
        (68, "h1  cao_x   62 %  restore ARTIKEL, 123,456 rows, 1 min 15 s left"),
        (40, "h1  cao_x   62 %  restore ARTIKEL"),
        (20, "h1  cao_x   62 %  re"),
    ],
)
def test_what_has_no_room_is_left_out_and_not_cut(width: int | None, expected: str) -> None:
    assert line(("h1", "cao_x"), LOADING, bar=True, width=width) == expected


def test_a_bar_is_full_at_the_end() -> None:
    assert "[####################] 100 %" in line(("h", "m"), {"phase": "swap", "percent": 100}, bar=True)


@pytest.mark.parametrize("width", [20, 60, 80])
def test_the_reason_is_said_on_the_narrowest_screen(width: int) -> None:
    state = {
        "phase": "unchanged",
        "percent": 100,
        "reason": "this backup was restored here on 2026-11-02 at 18:05:09 UTC",
    }
    said = line(("h1", "cao_x"), state, bar=True, width=width)
    assert said.endswith(f"100 %  unchanged; {state['reason']}")


def test_a_line_that_says_nothing_new_is_not_told_at_every_look(capsys: pytest.CaptureFixture[str]) -> None:
    now = 0.0
    screen = Screen(Display(), ("h1", "cao_x"), 1, clock=lambda: now)
    for _look in range(11):
        now += 2
        screen.show({"phase": "load" if now == 2 else "swap", "percent": 99, "rows": 10})
    screen.end({"phase": "restored in 22 s", "percent": 100, "rows": 10})
    told = [line.partition("%  ")[2] for line in capsys.readouterr().err.splitlines()]
    # At 2, 4, 12 and 20 seconds.
    assert told == ["restore, 10 rows", *["swap, 10 rows"] * 3, "restored in 22 s, 10 rows"]


@pytest.mark.parametrize(("hosts", "seconds"), [(1, 2), (2, 2), (5, 5), (50, 8), (500, 8)])
def test_many_hosts_speak_less_often(hosts: int, seconds: int) -> None:
    assert seconds_between(hosts) == seconds


def test_the_last_line_is_of_the_result() -> None:
    restored = {"action": "restored", "restore": {"rows": 10, "seconds": 1.94, "rows_per_second": 5}}
    state = last_state(restored)
    assert state is not None
    assert line(("h1", "cao_x"), state, bar=False) == "h1  cao_x  100 %  restored in 1.9 s, 10 rows, 5 rows/s"
    forecast = last_state({"action": "restored", "restore": {"rows": 10, "seconds": None}})
    assert forecast is not None
    assert line(("h1", "cao_x"), forecast, bar=False) == "h1  cao_x  100 %  checked, 10 rows"
    assert last_state({"action": "unchanged"}) is None
    unchanged = last_state({"action": "unchanged", "reason": "so it is"})
    assert unchanged is not None
    assert line(("h1", "cao_x"), unchanged, bar=False) == "h1  cao_x  100 %  unchanged; so it is"
    because = last_state({**restored, "reason": "so it was"})
    assert because is not None
    assert line(("h1", "cao_x"), because, bar=False).endswith("10 rows, 5 rows/s; so it was")
    assert last_state({**restored, "failed": True}) is None
