# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked for, and the machine that answers."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import typing as t
from dataclasses import dataclass
from pathlib import Path

ROWS = 1_000_000
ROUNDS = 3


@dataclass(frozen=True)
class Settings:
    """The environment of ``make bench``.

    ROUNDS: how often everything is measured. FULL=1: the contenders that need the same time for
    every row get all rows too. ROWS: rows of the large table; the other sizes follow it.
    ONLY: parts of names with commas between them; the cases whose name has none of them are left out, and what is
    measured is kept for REPORT=1, which measures nothing and makes the report of all that was kept.
    """

    rounds: int = ROUNDS
    full: bool = False
    rows: int = ROWS
    only: tuple[str, ...] = ()
    report: bool = False

    @classmethod
    def from_environment(cls) -> Settings:
        return cls(
            rounds=int(os.environ.get("ROUNDS") or ROUNDS),
            full=_is_on("FULL"),
            rows=int(os.environ.get("ROWS") or ROWS),
            only=tuple(filter(None, os.environ.get("ONLY", "").split(","))),
            report=_is_on("REPORT"),
        )

    def chooses(self, case: str) -> bool:
        """Whether a case is to be run."""
        return not self.only or any(part in case for part in self.only)

    @property
    def linear_rows(self) -> int:
        return self.rows if self.full else self.rows // 5

    @property
    def sizes(self) -> tuple[int, ...]:
        """Rows of the tables that show how time and memory grow: by default 4 MB, 20 MB, 200 MB and 1 GB."""
        return (self.rows // 50, self.rows // 10, self.rows, self.rows * 5)


def _is_on(name: str) -> bool:
    return os.environ.get(name, "") not in ("", "0")


def describe(server_version: str) -> dict[str, t.Any]:
    """Return what the figures were measured on."""
    return {
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9),
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "server": server_version,
        "python": platform.python_version(),
        "ansible_core": importlib.metadata.version("ansible-core"),
        "pymysql": importlib.metadata.version("pymysql"),
        "libarchive": importlib.util.find_spec("libarchive") is not None,
    }


def sentence(machine: t.Mapping[str, t.Any]) -> str:
    """Return the same in one line."""
    archive = "with" if machine["libarchive"] else "without"
    return (
        f"{machine['cores']} cores of an {machine['cpu']}, {machine['memory_gb']} GB of memory, server "
        f"{machine['server']} with its own defaults, Python {machine['python']} {archive} libarchive-c, "
        f"ansible-core {machine['ansible_core']}"
    )


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
