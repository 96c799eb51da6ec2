# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The report as metrics, for the textfile collector of Prometheus' node_exporter: OpenMetrics text, gauges alone.

What a run does not tell stays as the file has it: when something went well last is known after it went wrong, too.
"""

from __future__ import annotations

import contextlib
import datetime
import fcntl
import re
import typing as t
from pathlib import Path

from ansible_collections.cao.faktura.plugins.plugin_utils._report.gathered.call import Json
from ansible_collections.cao.faktura.plugins.plugin_utils._report.gathered.document import BROKEN

PREFIX = "cao_faktura_"
_SECONDS = "_seconds"
# Moments, never ages: how long ago it is, whoever asks knows.
FAMILIES: dict[str, str] = {
    "backup_timestamp_seconds": "When the newest backup of the Mandant was made.",
    "drift_tables": "How many tables were not as their backup has them.",
    "drill_duration_seconds": "How long the last drill that went well took.",
    "drill_last_success_timestamp_seconds": "When a backup of the Mandant was last proven by a drill.",
    "drill_rows": "How many rows the last drill that went well restored.",
    "drill_success": "Whether the last drill went well.",
    "host_success": "Whether the last run on the host came through, outside of the Mandanten.",
    "restore_downtime_seconds": "How long the Mandant was away in its last restore, at most.",
    "restore_duration_seconds": "How long the last restore took.",
    "restore_last_success_timestamp_seconds": "When the Mandant was last restored.",
    "restore_rows": "How many rows the last restore brought.",
    "run_last_success_timestamp_seconds": "When the Mandant last went well in a run, whatever was done.",
    "run_success": "Whether the Mandant went well in the last run.",
    "saved_last_success_timestamp_seconds": "When the Mandant was last saved by a backup.",
}
Labels = tuple[tuple[str, str], ...]
Series = dict[tuple[str, Labels], float]

_SAMPLE = re.compile(rf"{PREFIX}(\w+)\{{(.*)\}} (-?[0-9][0-9.e+-]*)")
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"(?:,|$)')
_PUT_IN = ("restored", "created")
_MODE = 0o644


def gathered(document: Json) -> Series:
    """Return what a run tells."""
    moment = datetime.datetime.fromisoformat(document["ended"]).timestamp()
    found: Series = {}
    for host in {one["host"] for one in (*document["mandanten"], *document["drills"], *document["backups"])}:
        found["host_success", (("host", host),)] = 1
    for one in document["hosts"]:
        found["host_success", (("host", one["host"]),)] = 0
    for one in document["mandanten"]:
        if one["mandant"]:
            _add(found, _labels(one, one["mandant"]), _of_mandant(one, moment))
    for one in document["drills"]:
        _add(found, _labels(one, one["mandant"] or one["database"] or ""), _of_drill(one, moment))
    return found


def _of_mandant(record: Json, moment: float) -> dict[str, float | None]:
    well = record["outcome"] not in BROKEN
    told: dict[str, float | None] = {"run_success": int(well), "run_last_success_timestamp_seconds": moment * well}
    if well and record["done"] and record["outcome"] in _PUT_IN:
        told.update(_done(record["done"], "restore"), restore_last_success_timestamp_seconds=moment)
        # What was only created was never away.
        told["restore_downtime_seconds"] = (
            0 if record["outcome"] == "created" else record["done"].get("downtime_seconds")
        )
    if record["outcome"] == "saved":
        told["saved_last_success_timestamp_seconds"] = moment
    age = (record["newest_backup"] or {}).get("age_seconds")
    if age is not None:
        told["backup_timestamp_seconds"] = moment - age
    if well and record["drift_known"]:
        # What was put right is not there any more.
        told["drift_tables"] = len(record["drift"]) if record["outcome"] == "drifted" else 0
    return told


def _of_drill(drill: Json, moment: float) -> dict[str, float | None]:
    well = drill["state"] == "proven"
    told: dict[str, float | None] = {"drill_success": int(well)}
    age = (drill["chosen"] or {}).get("age_seconds")
    if age is not None:
        told["backup_timestamp_seconds"] = moment - age
    if well:
        told.update(_done(drill["done"] or {}, "drill"), drill_last_success_timestamp_seconds=moment)
    return told


def _done(done: Json, what: str) -> dict[str, float | None]:
    return {f"{what}_rows": done.get("rows"), f"{what}_duration_seconds": done.get("seconds")}


def _labels(record: Json, mandant: str) -> Labels:
    named = (("host", record["host"]), ("mandant", mandant), ("server", record["server"]))
    return tuple((name, str(value)) for name, value in named if value)


def _add(found: Series, labels: Labels, told: t.Mapping[str, float | None]) -> None:
    for name, value in told.items():
        # A moment that is 0 never was.
        if value is not None and (value or not name.endswith(f"timestamp{_SECONDS}")):
            found[name, labels] = float(value)


def gone(document: Json) -> set[tuple[str, Labels]]:
    """Return what is true no longer: all that was told of a removed Mandant, and drift where it is not known now."""
    return {
        (name, _labels(one, one["mandant"]))
        for one in document["mandanten"]
        if one["mandant"]
        for name in FAMILIES
        if one["outcome"] == "removed" or (name == "drift_tables" and one["drift_known"] is False)
    }


def rendered(series: Series) -> str:
    """Return the text of the metrics."""
    lines = []
    for name in sorted({name for name, _labels in series}):
        full = PREFIX + name
        lines += [f"# HELP {full} {FAMILIES[name]}", f"# TYPE {full} gauge"]
        if name.endswith(_SECONDS):
            lines.append(f"# UNIT {full} seconds")
        for labels in sorted(labels for other, labels in series if other == name):
            told = ",".join(f'{label}="{_escaped(value)}"' for label, value in labels)
            lines.append(f"{full}{{{told}}} {_number(series[name, labels])}")
    return "\n".join([*lines, "# EOF"]) + "\n"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(round(value, 3))


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def parsed(text: str) -> Series:
    """Return the metrics of a text that was written here; what is not understood is left out."""
    found: Series = {}
    for line in text.split("\n"):
        sample = _SAMPLE.fullmatch(line)
        if sample is not None and sample[1] in FAMILIES:
            labels = tuple((name, _plain(value)) for name, value in _LABEL.findall(sample[2]))
            with contextlib.suppress(ValueError):
                found[sample[1], labels] = float(sample[3])
    return found


def _plain(value: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], value)


def write_metrics(document: Json, path: Path, write: t.Callable[[Path, str, int], None]) -> None:
    """Bring a file up to date, whole or not at all; raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Runs at the same time do not take each other's words away.
    with (path.parent / f".{path.name}.lock").open("a", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        series: Series = {}
        with contextlib.suppress(FileNotFoundError, UnicodeDecodeError):
            series = parsed(path.read_text(encoding="utf-8"))
        series.update(gathered(document))
        left = gone(document)
        write(path, rendered({key: value for key, value in series.items() if key not in left}), _MODE)
