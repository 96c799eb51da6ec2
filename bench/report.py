# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is printed and saved: the figures as a table, the medians as JSON, the times as a chart."""

from __future__ import annotations

import collections
import json
import typing as t
from pathlib import Path

from bench.chart import Bar, bar_chart
from bench.figures import Figure, Medians, Record, figures, net_per_row, size_case
from bench.machine import ROUNDS, ROWS, Settings, sentence

# What the chart and the table of times show, in their order.
SHOWN = (
    ("innodb/plain/mysql_db", "mysql_db, state=import"),
    ("innodb/plain/client", "mariadb client"),
    ("innodb/plain/client-transaction", "mariadb client, one transaction"),
    ("innodb/plain/module", "mandant_restore"),
    ("innodb/zipcrypto/module", "mandant_restore, ZipCrypto ZIP"),
    ("innodb/aes/module", "mandant_restore, AES ZIP"),
    ("innodb/load-data", "LOAD DATA (the limit)"),
    ("innodb/load-data-no-checks", "LOAD DATA, unique_checks=0"),
    ("innodb/multi-row/client", "mariadb client, multi-row dump"),
    ("innodb/multi-row/myloader", "myloader, 2 threads, its own format"),
    ("innodb/multi-row/module", "mandant_restore, multi-row dump"),
    ("myisam/plain/client", "mariadb client, MyISAM"),
    ("myisam/plain/module", "mandant_restore, MyISAM"),
    ("myisam/load-data", "LOAD DATA, MyISAM"),
    ("company/innodb/module", "mandant_restore, whole Mandant"),
    ("company/innodb/load-data", "LOAD DATA, whole Mandant"),
    ("company/myisam/module", "mandant_restore, whole Mandant, MyISAM"),
    ("company/myisam/load-data", "LOAD DATA, whole Mandant, MyISAM"),
    ("backup/innodb/mariadb-dump", "mariadb-dump"),
    ("backup/innodb/sql", "mandant_backup, plain SQL"),
    ("backup/innodb/aes256", "mandant_backup, AES ZIP"),
    ("backup/innodb/zipcrypto", "mandant_backup, ZipCrypto ZIP"),
    ("backup/myisam/mariadb-dump", "mariadb-dump, MyISAM"),
    ("backup/myisam/sql", "mandant_backup, plain SQL, MyISAM"),
    ("backup/myisam/aes256", "mandant_backup, AES ZIP, MyISAM"),
    ("backup/myisam/zipcrypto", "mandant_backup, ZipCrypto ZIP, MyISAM"),
)


class Report:
    """The results of a whole run."""

    def __init__(self, settings: Settings, machine: t.Mapping[str, t.Any], records: t.Sequence[Record]) -> None:
        self.settings = settings
        self.machine = machine
        self.records = records
        self.medians = Medians(records)
        self.figures: list[Figure] = figures(self.medians, settings)
        counts = collections.Counter(record.case for record in records)
        self.rounds = min(counts.values(), default=0)

    @property
    def complete(self) -> bool:
        """Whether these are the results of the whole benchmark, so that they may be published."""
        measured = all(one.measured is not None for one in self.figures)
        return measured and self.settings.rows == ROWS and self.rounds >= ROUNDS

    def markdown(self) -> str:
        """Return both tables, for the README."""
        lines = [f"Measured on {sentence(self.machine)}; medians of {self.rounds} rounds.", ""]
        lines += ["| work | to be reached | measured | |", "|---|---|---|---|"]
        lines += [f"| {one.work} | {one.target} | {one.shown} | {one.verdict} |" for one in self.figures]
        lines += ["", *self._times(), "", *self._sizes()]
        return "\n".join(lines)

    def _times(self) -> list[str]:
        rows = self.settings.rows
        lines = [f"| {rows:,} rows | seconds | its processor | the server's processor | peak memory |"]
        lines.append("|---|--:|--:|--:|--:|")
        for case, label in SHOWN:
            seconds = self._scaled(case, "seconds")
            if seconds is None:
                continue
            linear = self.medians.rows[case] not in (0, rows)
            mark = f" (from {self.medians.rows[case]:,} rows)" if linear else ""
            own, server = self._scaled(case, "cpu_seconds") or 0, self._scaled(case, "server_cpu_seconds") or 0
            peak = (self.medians.get(case, "peak_bytes") or 0) / 1e6
            lines.append(f"| {label}{mark} | {seconds:.1f} | {own:.1f} | {server:.1f} | {peak:.0f} MB |")
        return lines

    def _sizes(self) -> list[str]:
        lines = ["| rows | seconds | microseconds a row | without the time of one row | peak memory |"]
        lines.append("|--:|--:|--:|--:|--:|")
        for rows, net in zip(self.settings.sizes, net_per_row(self.medians, self.settings)):
            case = size_case(rows, self.settings)
            seconds = self.medians.get(case)
            if seconds is None or net is None:
                continue
            peak = (self.medians.get(case, "peak_bytes") or 0) / 1e6
            gross = seconds / rows * 1e6
            lines.append(f"| {rows:,} | {seconds:.2f} | {gross:.2f} | {net * 1e6:.2f} | {peak:.0f} MB |")
        return lines

    def _scaled(self, case: str, key: str) -> float | None:
        """Return a median for all rows, also of a contender that is linear and ran with fewer."""
        value = self.medians.get(case, key)
        # A case of many tables has no rows of its own to be checked.
        rows = self.medians.rows[case] or self.settings.rows if value is not None else 1
        return None if value is None else value * self.settings.rows / rows

    def chart(self) -> str:
        """Return the times of InnoDB as SVG."""
        bars = []
        for case, label in SHOWN:
            seconds = self._scaled(case, "seconds")
            if seconds is not None and case.startswith("innodb/"):
                bars.append(Bar(label, seconds, ours=case.endswith("/module")))
        machine = self.machine
        note = f"MariaDB {machine['server'].partition('-')[0]} with its own defaults, {machine['cores']} cores"
        title = f"Seconds until {self.settings.rows:,} rows are in InnoDB tables"
        return bar_chart(title, f"{note}; less is better", bars)

    def as_json(self) -> str:
        """Return everything, with each single run."""
        data = {
            "machine": self.machine,
            "rounds": self.rounds,
            "rows": self.settings.rows,
            "figures": [
                {"work": one.work, "target": one.target, "measured": one.measured, "unit": one.unit, "met": one.met}
                for one in self.figures
            ],
            "medians": self.medians.as_data(),
            "runs": [record._asdict() for record in self.records],
        }
        return json.dumps(data, indent=1, sort_keys=True) + "\n"

    def save(self, tree: Path) -> list[Path]:
        """Write what is published, or for a part of the benchmark only the data, below .build."""
        if not self.complete:
            path = tree / ".build" / "bench" / "latest.json"
            path.write_text(self.as_json(), encoding="utf-8")
            return [path]
        files = {tree / "bench" / "results" / "latest.json": self.as_json(), tree / "docs" / "bench.svg": self.chart()}
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return list(files)
