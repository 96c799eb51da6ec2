# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""How far a run is, told by a small file that the controller reads."""

from __future__ import annotations

import collections
import contextlib
import json
import time
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.folder import PROGRESS, Folder

# How often the file is written at most, and over how long a rate is measured.
_WRITE_SECONDS = 0.5
_RATE_SECONDS = 10.0
# How much is loaded before it is told: that one row is there says nothing.
_FIRST_BYTES = 1 << 20
_FIRST_PERCENT = 1

Clock = t.Callable[[], float]


class Meter:
    """Counts the bytes of the file: the first pass analyses them, the second one, where there is one, loads them.

    ``read`` is the progress of a Backup, ``see`` that of a restore. The percent never falls, whatever is done once
    more, and is below 100 as long as something is left to do: the swap comes after the last byte.
    """

    def __init__(self, file_bytes: int, passes: int, clock: Clock = time.monotonic) -> None:
        self._file_bytes = max(1, file_bytes)
        self._passes = passes
        self._clock = clock
        self._phase = "unpack"
        self._table: str | None = None
        self._percent = 0
        self._pass_fraction = 0.0
        self._rows = 0
        self._samples: collections.deque[tuple[float, float, int]] = collections.deque()

    def read(self, phase: str, done_bytes: int) -> None:
        """Note how many bytes of the file the first pass has read."""
        self._note(phase, None, done_bytes / self._file_bytes, 0)

    def see(self, phase: str, table: str | None, done_bytes: int, total_bytes: int, rows: int) -> None:
        """Note how many bytes of the rows are loaded."""
        self._note(phase, table, done_bytes / total_bytes if total_bytes else 0.0, rows)

    def _note(self, phase: str, table: str | None, pass_fraction: float, rows: int) -> None:
        if phase != self._phase:
            self._samples.clear()
        self._phase, self._table, self._rows = phase, table, rows
        self._pass_fraction = min(1.0, pass_fraction)
        now = self._clock()
        self._samples.append((now, self._pass_fraction, rows))
        while now - self._samples[0][0] > _RATE_SECONDS:
            self._samples.popleft()
        self._percent = max(self._percent, min(99, int(100 * self._done())))

    def _done(self) -> float:
        if self._phase == "analyse":
            return self._pass_fraction / self._passes
        if self._phase in ("load", "verify", "swap"):
            return (self._passes - 1 + self._pass_fraction) / self._passes
        return 0.0

    def state(self) -> dict[str, t.Any]:
        """Return phase, table, percent, rows, and in the two passes what is done in a second and the seconds left."""
        seconds = fraction = 0.0
        rows = 0
        if self._samples and self._phase in ("analyse", "load"):
            first, last = self._samples[0], self._samples[-1]
            seconds, fraction, rows = last[0] - first[0], last[1] - first[1], last[2] - first[2]
        known = seconds > 0 and fraction > 0
        last_pass = self._phase == "load" or self._passes == 1
        return {
            "phase": self._phase,
            "table": self._table,
            "percent": self._percent,
            "rows": self._rows,
            "rows_per_second": round(rows / seconds) if known and rows > 0 else None,
            "bytes_per_second": round(fraction * self._file_bytes / seconds) if known else None,
            "seconds_left": round((1 - self._pass_fraction) * seconds / fraction) if known and last_pass else None,
        }


class MeterFile:
    """Writes the state of a Meter into a job's folder, now and then; a disk that is full does not end a restore.

    ``before_swap`` is called when all but the swap is done, and returns when that may be.
    """

    def __init__(
        self,
        folder: Folder,
        meter: Meter,
        clock: Clock = time.monotonic,
        before_swap: t.Callable[[], None] | None = None,
    ) -> None:
        self._folder = folder
        self._meter = meter
        self._clock = clock
        self._before_swap = before_swap
        self._phase = ""
        self._next = 0.0

    def read(self, phase: str, done_bytes: int) -> None:
        """Pass on what a Backup tells."""
        if self._is_time(phase):
            self._meter.read(phase, done_bytes)
            self._write()

    def see(self, phase: str, table: str | None, done_bytes: int, total_bytes: int, rows: int) -> None:
        """Pass on what a restore tells, of a load from its first percent or megabyte on."""
        if phase == "load" != self._phase and done_bytes < min(_FIRST_BYTES, total_bytes * _FIRST_PERCENT / 100):
            return
        if self._is_time(phase):
            self._meter.see(phase, table, done_bytes, total_bytes, rows)
            self._write()
        if phase == "swap" and self._before_swap is not None:
            self._before_swap()

    def _is_time(self, phase: str) -> bool:
        now = self._clock()
        if phase == self._phase and now < self._next:
            return False
        self._phase, self._next = phase, now + _WRITE_SECONDS
        return True

    def _write(self) -> None:
        with contextlib.suppress(OSError):
            self._folder.write(PROGRESS, json.dumps(self._meter.state()) + "\n")
