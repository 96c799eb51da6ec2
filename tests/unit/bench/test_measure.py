# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a process took is what the kernel says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bench.measure import BenchError, last_usage, measured_interpreter, run_measured

HUNGRY = "data = b'x' * 80_000_000; import time; time.sleep(0.2); sum(range(3_000_000))"


def test_time_and_memory_of_a_command() -> None:
    usage = run_measured([sys.executable, "-c", HUNGRY])
    assert usage.seconds >= 0.2
    assert 0 < usage.cpu_seconds < usage.seconds
    assert 80_000_000 <= usage.peak_bytes <= 110_000_000
    assert run_measured([sys.executable, "-c", ""]).peak_bytes < 30_000_000


def test_failure_is_told_with_what_was_said() -> None:
    with pytest.raises(BenchError, match="no such luck"):
        run_measured([sys.executable, "-c", "import sys; sys.exit('no such luck')"])


def test_interpreter_records_and_behaves_like_python(tmp_path: Path) -> None:
    record = tmp_path / "record"
    program = measured_interpreter(tmp_path, record)
    for word in ("one", "two"):
        script = tmp_path / f"{word}.py"
        script.write_text(f"print('{word}')\nraise SystemExit(3)\n", encoding="utf-8")
        done = subprocess.run([program, str(script)], capture_output=True, check=False)
        assert (done.returncode, done.stdout) == (3, f"{word}\n".encode())
    assert last_usage(record, "one.py").seconds > 0
    with pytest.raises(BenchError):
        last_usage(record, "three")
