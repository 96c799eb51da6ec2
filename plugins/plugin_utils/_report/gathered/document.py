# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The report as data: all results of a run, gathered by Mandant, with a summary on top. The JSON file is this."""

from __future__ import annotations

import dataclasses
import datetime
import typing as t

from ansible_collections.cao.faktura.plugins.plugin_utils._report.gathered.call import (
    Call,
    Json,
    drift_facts,
    info_facts,
    neutralised_groups,
)
from ansible_collections.cao.faktura.plugins.plugin_utils._report.gathered.drills import (
    build_drills,
    count_drills,
    is_drill,
)

FORMAT = 1
# What a Mandant's steps come to, worst and greatest first: the page sorts by it, and it decides between steps.
OUTCOMES = (
    "failed",
    "unreachable",
    "interrupted",
    "drifted",
    "created",
    "restored",
    "rolled_back",
    "removed",
    "saved",
    "unchanged",
    "compared",
    "seen",
)
State = t.Literal["finished", "running", "interrupted"]
BROKEN = ("failed", "unreachable", "interrupted")
_PUT_RIGHT = ("created", "restored", "rolled_back", "removed")


@dataclasses.dataclass(frozen=True)
class HostProblem:
    """A host on which the run ended outside of the collection's modules; ``task`` is where."""

    host: str
    name: t.Literal["unreachable", "failed_before", "interrupted"]
    task: str
    msg: str = ""


@dataclasses.dataclass(frozen=True)
class Run:
    """The run itself; ``version`` is the collection's."""

    title: str
    version: str
    playbooks: tuple[str, ...]
    started: datetime.datetime
    ended: datetime.datetime
    check_mode: bool
    state: State


def build_document(run: Run, calls: t.Sequence[Call], problems: t.Sequence[HostProblem] = ()) -> Json:
    """Return the report: plain values only, ready for JSON."""
    drills = build_drills(calls)
    # A drill fails its host when all are through, and has told why.
    told = {one["host"] for one in drills if one["error"]}
    problems = [one for one in problems if one.name != "failed_before" or one.host not in told]
    calls = [call for call in calls if not is_drill(call)]
    mandanten = _mandanten(calls)
    backups = [_backup(call) for call in calls if call.origin.module == "backup_info" and call.mandant is None]
    return {
        "format": FORMAT,
        "title": run.title,
        "version": run.version,
        "playbooks": list(run.playbooks),
        "started": run.started.isoformat(timespec="seconds"),
        "ended": run.ended.isoformat(timespec="seconds"),
        "seconds": round((run.ended - run.started).total_seconds(), 1),
        "check_mode": run.check_mode,
        "state": run.state,
        "summary": _summary(mandanten, backups, drills, problems),
        "mandanten": mandanten,
        "backups": backups,
        "drills": drills,
        "hosts": [dataclasses.asdict(problem) for problem in problems],
    }


def _mandanten(calls: t.Sequence[Call]) -> list[Json]:
    found: dict[tuple[str, ...], Json] = {}
    for call in calls:
        if call.origin.module == "backup_info":
            continue
        for name, facts in _told_mandanten(call):
            key = (call.origin.host, call.server or "", name or f"\0{len(found)}")
            record = found.setdefault(key, _empty_record(call, name))
            _add(record, call, facts)
    return sorted(found.values(), key=_order)


def _told_mandanten(call: Call) -> list[tuple[str | None, Json | None]]:
    """Return the Mandanten that a call tells about, by name; mandant_info tells about many."""
    if call.origin.module == "mandant_info" and call.error is None:
        return [(str(facts["name"]), facts) for facts in call.result.get("mandanten", [])]
    return [(call.mandant, None)]


def _empty_record(call: Call, name: str | None) -> Json:
    return {
        "host": call.origin.host,
        "server": call.server,
        "mandant": name,
        "outcome": "seen",
        "forecast": False,
        "drifted": False,
        "drift_known": None,
        "company": None,
        "db_version": None,
        "wanted": {},
        "reason": None,
        "backup": None,
        "neutralised": [],
        "drift": [],
        "in_use": [],
        "newest_backup": None,
        "compared": None,
        "done": None,
        "saved": None,
        "error": None,
        "seconds": None,
        "steps": [],
    }


def _add(record: Json, call: Call, facts: Json | None) -> None:
    """Add what one result says to its Mandant; what is said later wins."""
    told = call.result if facts is None else _info(facts)
    if facts is not None and _same_backup(record["backup"], told["backup"]):
        # A restore in the same run has told more about it.
        told["backup"] = None
    record["wanted"].update(call.wanted)
    record["neutralised"] = told.get("neutralised", record["neutralised"])
    for name in ("reason", "backup", "done", "saved", "drift", "compared"):
        record[name] = told.get(name) or record[name]
    # Asked for one Mandant, beside what is told of it.
    record["newest_backup"] = call.result.get("newest_backup") or record["newest_backup"]
    record["in_use"] = told.get("in_use", record["in_use"])
    backup = told.get("backup") or {}
    for name in ("company", "db_version"):
        record[name] = told.get(name) or backup.get(name) or record[name]
    outcome = "drifted" if facts is not None and told.get("drift") else call.outcome
    known = _drift_known(told, outcome, facts)
    record["drift_known"] = record["drift_known"] if known is None else known
    record["steps"].append(
        {
            "module": call.origin.module,
            "task": call.origin.task,
            "outcome": outcome,
            "check_mode": call.check_mode,
            "error": call.error,
        }
    )
    if facts is None and call.seconds is not None:
        record["seconds"] = round((record["seconds"] or 0) + call.seconds, 3)
    _conclude(record)


def _drift_known(told: Json, outcome: str, facts: Json | None) -> bool | None:
    """Return whether it is known what differs from the backup: None where a call does not say it, nor change it."""
    partial = told.get("partial", False)
    if outcome in ("restored", "created"):
        return not partial
    if outcome in ("rolled_back", "removed") or (facts is not None and not facts.get("restored")):
        return False
    return True if "drift" in told and not partial else None


def _same_backup(one: Json | None, other: Json) -> bool:
    return one is not None and one["file"].get("sha256") == other["file"].get("sha256")


def _conclude(record: Json) -> None:
    """Decide what the steps come to: the worst of each module's last word."""
    last: dict[str, Json] = {}
    for step in record["steps"]:
        if step["outcome"] in _PUT_RIGHT:
            last = {module: one for module, one in last.items() if one["outcome"] != "drifted"}
        before = last.get(step["module"])
        # That a second look found nothing to do does not undo what the first one did.
        if before is None or step["outcome"] != "unchanged" or before["error"]:
            last[step["module"]] = step
    deciding = min(last.values(), key=lambda step: OUTCOMES.index(step["outcome"]))
    record["outcome"] = deciding["outcome"]
    record["error"] = deciding["error"]
    record["forecast"] = deciding["check_mode"]
    record["drifted"] = bool(record["drift"])


def _info(facts: t.Mapping[str, t.Any]) -> Json:
    """Return what mandant_info says about one Mandant, under the report's names."""
    told: Json = {name: facts.get(name) for name in ("company", "db_version")}
    told["backup"] = info_facts(facts)
    told["neutralised"] = neutralised_groups((facts.get("restored") or {}).get("neutralised"))
    if isinstance(facts.get("drift"), dict):
        told["drift"] = drift_facts(facts["drift"])
        told["in_use"] = [str(name) for name in facts["drift"].get("in_use") or []]
    return told


def _backup(call: Call) -> Json:
    return {
        "host": call.origin.host,
        "wanted": call.wanted,
        "outcome": call.outcome,
        "backup": call.result.get("backup"),
        "error": call.error,
        "seconds": call.seconds,
    }


def _order(record: t.Mapping[str, t.Any]) -> tuple[t.Any, ...]:
    name = record["company"] or record["mandant"] or ""
    return (OUTCOMES.index(record["outcome"]), str(name).lower(), record["host"], record["mandant"] or "")


def _summary(mandanten: list[Json], backups: list[Json], drills: list[Json], problems: t.Sequence[HostProblem]) -> Json:
    done = [one["done"] for one in mandanten if one["done"] and one["outcome"] in ("restored", "created")]
    # What was only created was never away.
    away = [one["done"] for one in mandanten if one["done"] and one["outcome"] == "restored"]
    counts = {outcome: sum(one["outcome"] == outcome for one in mandanten) for outcome in OUTCOMES}
    return {
        "mandanten": len(mandanten),
        "hosts": len({one["host"] for one in (*mandanten, *backups, *drills)} | {one.host for one in problems}),
        "backups": len(backups),
        "drills": count_drills(drills),
        "outcomes": counts,
        "drifted": sum(one["drifted"] for one in mandanten),
        "failed": sum(counts[outcome] for outcome in BROKEN)
        + sum(one["error"] is not None for one in (*backups, *drills))
        + len(problems),
        "rows": sum(one["rows"] or 0 for one in done),
        "restore_seconds": round(sum(one["seconds"] or 0 for one in done), 3),
        "longest_downtime_seconds": max((one["downtime_seconds"] or 0 for one in away), default=None),
        "file_bytes": sum(((one["backup"] or {}).get("file") or {}).get("size") or 0 for one in mandanten),
    }
