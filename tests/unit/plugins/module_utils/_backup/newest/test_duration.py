# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Durations: what is one, what is none, and how long it is in words."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.newest.duration import in_words, seconds_of


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("26h", 93600),
        ("7d", 604800),
        ("90m", 5400),
        ("30s", 30),
        ("2w", 1209600),
        ("1d12h", 129600),
        (" 1d 12H ", 129600),
    ],
)
def test_durations(text: str, seconds: int) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "26", "h", "0h", "-1d", "1.5d", "1h1h", "1h1d", "26 hours", "1y", "9" * 20 + "s", "1d,2h"]
)
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        seconds_of(text)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0 s"), (59, "59 s"), (3600, "1 h"), (93661, "1 d 2 h"), (-5, "0 s"), (86400 * 40, "40 d")],
)
def test_words(seconds: float, words: str) -> None:
    assert in_words(seconds) == words
