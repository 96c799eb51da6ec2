# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Durations as people write them: 26h, 7d, 1d12h."""

from __future__ import annotations

import re

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_PART = re.compile(r"([0-9]{1,9})\s*([smhdw])")
EXAMPLES = "26h, 7d or 1d12h (w, d, h, m, s)"


def seconds_of(duration: str) -> int:
    """Return the seconds of a duration; ValueError for what is none, for 0 too."""
    text = duration.strip().lower()
    parts = _PART.findall(text)
    units = [unit for _number, unit in parts]
    if not parts or re.sub(r"\s", "", text) != "".join(number + unit for number, unit in parts):
        raise ValueError(duration)
    seconds = sum(int(number) * _SECONDS[unit] for number, unit in parts)
    if seconds == 0 or sorted(units, key=lambda unit: -_SECONDS[unit]) != units or len(set(units)) < len(units):
        raise ValueError(duration)
    return seconds


def in_words(seconds: float) -> str:
    """Return how long it is, to two units: ``2 d 7 h``."""
    left, words = max(0, int(seconds)), []
    for unit in ("d", "h", "m", "s"):
        number, left = divmod(left, _SECONDS[unit])
        if number:
            words.append(f"{number} {unit}")
    return " ".join(words[:2]) or "0 s"
