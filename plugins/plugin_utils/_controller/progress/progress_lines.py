# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""How progress looks on the screen, and how often: pure."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import printable

# One line a second is what a person can follow, whatever the number of hosts.
MIN_SECONDS = 2.0
# With the two seconds between two looks there is a line every ten seconds at the least.
MAX_SECONDS = 8.0
_BAR_WIDTH = 20
# What has room beside a bar at least: a phase, its table, how long.
_FEWEST_WORDS = 28
# In this order words go that have no room.
_LESS_NEEDED = ("rate", "rows", "left")
_PHASES = {
    "unpack": "unpack",
    "analyse": "analyse",
    "compare": "compare",
    "save": "save what is there",
    "wait": "wait for other sessions",
    "load": "restore",
    "verify": "verify",
    "swap": "swap",
}

State = t.Mapping[str, t.Any]


def seconds_between(hosts: int) -> float:
    """Return how many seconds lie between two lines of a host when so many are at work at the same time."""
    return min(MAX_SECONDS, max(MIN_SECONDS, float(hosts)))


def line(where: tuple[str, str], state: State, *, bar: bool, width: int | None = None) -> str:
    """Return the line about a run: ``where`` is host and Mandant, ``width`` the columns that there are.

    What has no room is left out, the bar before the last words. A reason is said last, so that may take several lines.
    """
    host, mandant = map(printable, where)
    percent = int(state["percent"])
    begin, amount = f"{host}  {mandant}  ", f"{percent:3d} %  "
    full = percent * _BAR_WIDTH // 100
    shown_bar = f"[{'#' * full}{'.' * (_BAR_WIDTH - full)}] "
    if bar and (width is None or len(begin + shown_bar + amount) + _FEWEST_WORDS <= width):
        begin += shown_bar
    begin += amount
    if width is None or state.get("reason"):
        reason = f"; {state['reason']}" if state.get("reason") else ""
        return begin + ", ".join(_words(state).values()) + reason
    return (begin + _fitting(_words(state), width - len(begin)))[:width]


def _fitting(words: dict[str, str], room: int) -> str:
    for name in _LESS_NEEDED:
        if len(", ".join(words.values())) > room:
            words.pop(name, None)
    return ", ".join(words.values())


def _words(state: State) -> dict[str, str]:
    phase = _PHASES.get(str(state["phase"]), printable(str(state["phase"])))
    # A dump may call its tables what it likes, and a terminal obeys control characters.
    words = {"phase": f"{phase} {printable(str(state['table']))}" if state.get("table") else phase}
    if state.get("rows"):
        words["rows"] = _rows(state["rows"])
    if state.get("rows_per_second"):
        words["rate"] = f"{_rows(state['rows_per_second'])}/s"
    elif state.get("bytes_per_second"):
        words["rate"] = f"{int(state['bytes_per_second']) / 1e6:.1f} MB/s"
    if state.get("seconds_left") is not None:
        words["left"] = f"{_duration(int(state['seconds_left']))} left"
    return words


def _rows(count: int) -> str:
    return f"{int(count):,} {'row' if count == 1 else 'rows'}"


def last_state(result: t.Mapping[str, t.Any]) -> dict[str, t.Any] | None:
    """Return what the last line says, from the result of a run; None when there is nothing to be said."""
    facts = result.get("restore")
    reason = result.get("reason")
    if result.get("failed") or not (facts or reason):
        return None
    if not facts:
        return {"phase": result["action"], "percent": 100, "reason": reason}
    if facts.get("seconds") is None:
        return {"phase": "checked", "percent": 100, "rows": facts["rows"], "reason": reason}
    return {
        "phase": f"{result['action']} in {_duration(facts['seconds'])}",
        "percent": 100,
        "reason": reason,
        "rows": facts["rows"],
        "rows_per_second": facts["rows_per_second"],
    }


def _duration(seconds: float) -> str:
    if seconds < 10 and seconds != int(seconds):
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
