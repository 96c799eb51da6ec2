# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run took: its time, the processor time of both sides, its memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import typing as t
from dataclasses import dataclass
from pathlib import Path

MEASURED = Path(__file__).resolve().parent / "measured.py"
TIMEOUT_SECONDS = 7200.0


class BenchError(Exception):
    """A contender failed, or its tables are not the right ones."""


@dataclass(frozen=True)
class Usage:
    """One run of one process: ``cpu_seconds`` with its children, ``peak_bytes`` of its largest process."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    server_cpu_seconds: float = 0.0


def _prefix(record: Path) -> list[str]:
    return [sys.executable, "-I", "-S", str(MEASURED), str(record)]


def run_measured(command: t.Sequence[str], *, stdin: Path | None = None) -> Usage:
    """Run a command to its end; BenchError when it fails."""
    with tempfile.TemporaryDirectory(prefix="faktura-bench-") as folder:
        record = Path(folder) / "record"
        with open(stdin or os.devnull, "rb") as source:
            done = subprocess.run(
                [*_prefix(record), *command],
                stdin=source,
                capture_output=True,
                check=False,
                timeout=TIMEOUT_SECONDS,
            )
        if done.returncode != 0:
            said = (done.stdout[-500:] + done.stderr[-1500:]).decode("utf-8", "replace")
            raise BenchError(f"{command[0]} failed: {said}")
        return last_usage(record, "")


def last_usage(record: Path, word: str) -> Usage:
    """Return the last run in a record of a program with the word in its name."""
    lines = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
    found = [line for line in lines if word in "".join(line["command"][:2])]
    if not found:
        raise BenchError(f"no process with {word} in its command line ran")
    return Usage(found[-1]["seconds"], found[-1]["cpu_seconds"], found[-1]["peak_bytes"])


def measured_interpreter(folder: Path, record: Path) -> Path:
    """Write a program that is this Python and records each process; Ansible takes it as interpreter."""
    program = folder / "python"
    arguments = " ".join(f"'{part}'" for part in (*_prefix(record), sys.executable))
    program.write_text(f'#!/bin/sh\nexec {arguments} "$@"\n', encoding="utf-8")
    program.chmod(0o700)
    return program


def cpu_seconds(pid: int | None) -> float:
    """Return the processor time of a running process, in user and system mode."""
    if pid is None:
        return 0.0
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
