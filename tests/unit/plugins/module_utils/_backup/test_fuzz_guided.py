# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A short search of the coverage-guided fuzzer, the same in every run; the long one is tests/torture/fuzz.py."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

_FUZZ = Path(__file__).resolve().parents[4] / "torture" / "fuzz.py"


def test_a_short_search_finds_nothing() -> None:
    pytest.importorskip("atheris", reason="the fuzzer has no build for this Python")
    # The slowest unit test, as the search watches each branch that is taken.
    environment = {**os.environ, "RUNS": "1000", "SEED": "1"}
    done = subprocess.run(
        [sys.executable, str(_FUZZ)], env=environment, capture_output=True, text=True, errors="replace", check=False
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    # What it begins with counts as well, so there may be some more.
    units = re.findall(r"number_of_executed_units: ([0-9]+),", done.stdout)
    assert len(units) == 2
    assert all(int(number) >= 1000 for number in units)
