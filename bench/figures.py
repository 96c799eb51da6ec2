# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures that the collection must reach, and whether it does."""

from __future__ import annotations

import statistics
import typing as t
from dataclasses import dataclass

from bench.cases import DEMO_ROWS, SWAP_TABLES
from bench.machine import Settings
from bench.rows import LAYOUTS
from bench.spellings import OTHER_TABLES, SPELLINGS

# Flat means that the largest is at most so many times the smallest.
FLAT_TIME = 1.2
FLAT_MEMORY = 1.1
MEMORY_BYTES = 120_000_000

MODULE = "innodb/plain/module"
LOAD = "innodb/load-data"


class Record(t.NamedTuple):
    """One measured run of one case."""

    case: str
    round: int
    rows: int
    values: dict[str, float]


@dataclass(frozen=True)
class Figure:
    """One promise: ``measured`` is None where its cases did not run."""

    work: str
    target: str
    measured: float | None
    limit: float
    unit: str = "times"
    at_least: bool = False

    @property
    def met(self) -> bool | None:
        if self.measured is None:
            return None
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit

    @property
    def shown(self) -> str:
        if self.measured is None:
            return "not measured"
        number = f"{self.measured:.1f}" if self.measured >= 10 else f"{self.measured:.2f}"
        return f"{number} {self.unit}"

    @property
    def verdict(self) -> str:
        return {True: "met", False: "missed", None: "-"}[self.met]


class Medians:
    """The medians of all rounds, by case and value."""

    def __init__(self, records: t.Sequence[Record]) -> None:
        found: dict[tuple[str, str], list[float]] = {}
        self.rows: dict[str, int] = {}
        for record in records:
            self.rows[record.case] = record.rows
            for key, value in record.values.items():
                found.setdefault((record.case, key), []).append(value)
        self._medians = {key: statistics.median(values) for key, values in found.items()}

    def get(self, case: str, key: str = "seconds") -> float | None:
        return self._medians.get((case, key))

    def per_row(self, case: str) -> float | None:
        """Return seconds a row: contenders that are linear run with fewer rows."""
        seconds = self.get(case)
        return None if seconds is None else seconds / max(1, self.rows[case])

    def as_data(self) -> dict[str, dict[str, float]]:
        data: dict[str, dict[str, float]] = {}
        for (case, key), value in self._medians.items():
            data.setdefault(case, {})[key] = value
        return data


def ratio(above: float | None, below: float | None) -> float | None:
    """Return above by below, None where one of them is missing."""
    return None if above is None or not below else above / below


def spread(values: t.Sequence[float | None]) -> float | None:
    """Return how many times the largest is the smallest."""
    known = [value for value in values if value is not None]
    return max(known) / min(known) if len(known) > 1 and len(known) == len(values) and min(known) > 0 else None


def size_case(rows: int, settings: Settings) -> str:
    """Return the case that restores so many rows."""
    return MODULE if rows == settings.rows else f"sizes/{rows}/module"


def net_per_row(medians: Medians, settings: Settings) -> list[float | None]:
    """Return the seconds a row of each size, without what a restore of one row takes: that is no time of rows."""
    base = medians.get("sizes/1/module")
    found: list[float | None] = []
    for rows in settings.sizes:
        seconds = medians.get(size_case(rows, settings))
        found.append(None if seconds is None or base is None else (seconds - base) / rows)
    return found


def figures(medians: Medians, settings: Settings) -> list[Figure]:
    """Return all promises with what was measured."""
    return [
        *_loading(medians),
        *_layouts(medians),
        *_growth(medians, settings),
        *_second_runs(medians),
        *_swaps(medians, settings),
        *_backups(medians),
        *_comparisons(medians),
    ]


def _loading(medians: Medians) -> t.Iterator[Figure]:
    plain = medians.get(MODULE)
    client = ratio(medians.per_row("innodb/plain/client"), medians.per_row(MODULE))
    yield Figure("CAO format, plain SQL", "at least 20 times as fast as the client", client, 20, at_least=True)
    yield Figure("CAO format, plain SQL", "at most 0.75 times LOAD DATA", ratio(plain, medians.get(LOAD)), 0.75)
    for name, case in (("ZipCrypto", "innodb/zipcrypto/module"), ("AES", "innodb/aes/module")):
        packed = ratio(medians.get(case), plain)
        yield Figure(f"CAO format, {name} ZIP", "at most 1.1 times the plain SQL", packed, 1.1)
    multi = medians.get("innodb/multi-row/module")
    for name, case, limit in (
        ("the client", "innodb/multi-row/client", 0.9),
        ("myloader with two threads", "innodb/multi-row/myloader", 0.85),
    ):
        yield Figure("Multi-row dump", f"at most {limit} times {name}", ratio(multi, medians.get(case)), limit)
    myisam = ratio(medians.get("myisam/plain/module"), medians.get("myisam/load-data"))
    yield Figure("CAO format into MyISAM", "at most 1.35 times LOAD DATA into MyISAM", myisam, 1.35)
    for engine, shown in (("innodb", "InnoDB"), ("myisam", "MyISAM")):
        whole = ratio(medians.get(f"company/{engine}/module"), medians.get(f"company/{engine}/load-data"))
        yield Figure(f"A whole Mandant of 73 tables, {shown}", "at most 0.8 times LOAD DATA by table", whole, 0.8)
    peak = medians.get("company/innodb/module", "peak_bytes")
    most = None if peak is None else peak / 1e6
    yield Figure("Peak memory, a whole Mandant", "under 120 MB", most, MEMORY_BYTES / 1e6, "MB")


def _layouts(medians: Medians) -> t.Iterator[Figure]:
    start = medians.get("sizes/1/module")
    spellings = {name: spelling.shown for name, spelling in SPELLINGS.items()}
    for layout, shown in {**LAYOUTS, **spellings, **OTHER_TABLES}.items():
        seconds = medians.get(f"layouts/{layout}/module")
        net = None if seconds is None or start is None else seconds - start
        times = ratio(net, medians.get(f"layouts/{layout}/client"))
        yield Figure(f"Dump with {shown}", "at most twice the client, without the start", times, 2)


def _growth(medians: Medians, settings: Settings) -> t.Iterator[Figure]:
    # From 20 MB of SQL on: below, there is less than one chunk of everything.
    peaks = [medians.get(size_case(rows, settings), "peak_bytes") for rows in settings.sizes[1:]]
    most = None if None in peaks else max(peak for peak in peaks if peak is not None) / 1e6
    yield Figure("Peak memory, 20 MB to 1 GB of SQL", "under 120 MB", most, MEMORY_BYTES / 1e6, "MB")
    yield Figure("Peak memory, 20 MB to 1 GB of SQL", "flat", spread(peaks), FLAT_MEMORY, "times, largest to smallest")
    flat = spread(net_per_row(medians, settings))
    sizes = f"{settings.sizes[0]:,} to {settings.sizes[-1]:,} rows"
    yield Figure(f"Time per row, {sizes}", "flat within 20 %", flat, FLAT_TIME, "times, largest to smallest")


def _second_runs(medians: Medians) -> t.Iterator[Figure]:
    once = ratio(medians.get("second/once", "once_seconds"), medians.get("second/once", "ping_seconds"))
    yield Figure("Second run, once, a ZIP of 30 MB", "at most 1.3 times a ping", once, 1.3)
    enforce = ratio(medians.get("second/enforce"), medians.get(MODULE))
    yield Figure("Second run, enforce, InnoDB", "at most 0.2 of the restore", enforce, 0.2)
    unwritten = ratio(medians.get("second/enforce-myisam"), medians.get("second/enforce-myisam", "once_seconds"))
    yield Figure("Second run, enforce, MyISAM", "at most 1.2 times once", unwritten, 1.2)
    demo = medians.get("demo/module")
    yield Figure(f"The demo backup, {DEMO_ROWS:,} rows in 73 tables", "at most 1.0 s in the module", demo, 1.0, "s")


def _swaps(medians: Medians, settings: Settings) -> t.Iterator[Figure]:
    for name, shown in ((f"{settings.rows}-rows", f"{settings.rows:,} rows"), (f"{SWAP_TABLES}-tables",) * 2):
        case = f"swap/{name}"
        seen = [medians.get(case, "downtime_seconds"), medians.get(case, "gap_seconds")]
        longest = max((value for value in seen if value is not None), default=None)
        yield Figure(f"The Mandant away, {shown.replace('-', ' ')}", "under 1 s", longest, 1.0, "s")


def _backups(medians: Medians) -> t.Iterator[Figure]:
    for engine, shown, limit in (("innodb", "InnoDB", 1.7), ("myisam", "MyISAM", 2.0)):
        dumped = medians.get(f"backup/{engine}/mariadb-dump")
        for kind, text in (("sql", "plain SQL"), ("aes256", "AES ZIP"), ("zipcrypto", "ZipCrypto ZIP")):
            times = ratio(medians.get(f"backup/{engine}/{kind}"), dumped)
            target = f"at most {limit} times mariadb-dump, which packs nothing"
            yield Figure(f"Backup of {shown}, {text}", target, times, limit)
    peaks = [medians.get(f"backup/{engine}/aes256", "peak_bytes") for engine in ("innodb", "myisam")]
    most = None if None in peaks else max(peak for peak in peaks if peak is not None) / 1e6
    yield Figure("Peak memory of a backup", "under 120 MB", most, MEMORY_BYTES / 1e6, "MB")


def _comparisons(medians: Medians) -> t.Iterator[Figure]:
    for engine, shown in (("innodb", "InnoDB"), ("myisam", "MyISAM")):
        case = f"compare/{engine}"
        times = ratio(medians.get(case), medians.get(case, "restore_seconds"))
        yield Figure(f"Comparison, {shown}, every tenth row changed", "at most twice its restore", times, 2)
    peak = medians.get("compare/innodb", "peak_bytes")
    most = None if peak is None else peak / 1e6
    yield Figure("Peak memory of a comparison", "under 120 MB", most, MEMORY_BYTES / 1e6, "MB")
