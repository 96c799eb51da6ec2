# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The results of a run, in the shapes that the modules give back; never row data."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import Backup
from ansible_collections.cao.faktura.plugins.module_utils._mandant.checks.asked import Checked, not_asked
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import is_old, is_ours
from ansible_collections.cao.faktura.plugins.module_utils._mandant.neutralise.changes import Change
from ansible_collections.cao.faktura.plugins.module_utils._mandant.neutralise.forecast import count_changes
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.drift import Drift
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.outcome import Outcome
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.plan import Plan
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.questions.newer_documents import (
    older_documents,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Json
from ansible_collections.cao.faktura.plugins.module_utils._mandant.results.db_version import version_findings
from ansible_collections.cao.faktura.plugins.module_utils._mandant.results.diff_words import worded
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.loaded import Loaded

_FEWER = "it gives them by REPLACE or INSERT IGNORE, which keep one of those with the same key."


@dataclasses.dataclass(frozen=True)
class Measured:
    """What a restore took, in seconds, and its tally; before it is done, without seconds, and with rows still to go."""

    seconds: float | None
    downtime_seconds: float | None
    loaded: Loaded
    neutralised: t.Sequence[tuple[Change, int]] = ()
    checked: t.Sequence[Checked] = ()
    still_to_go: int = 0

    def to_result(self) -> Json:
        """Return the figures."""
        rows = self.loaded.rows - self.still_to_go
        return {
            "rows": rows,
            "seconds": None if self.seconds is None else round(self.seconds, 3),
            "downtime_seconds": None if self.downtime_seconds is None else round(self.downtime_seconds, 3),
            "rows_per_second": None if self.seconds is None else round(rows / self.seconds) if self.seconds > 0 else 0,
        }


def forecast(
    backup: Backup,
    observed: Observed,
    plan: Plan,
    warnings: t.Sequence[str],
    *,
    want_diff: bool,
    rehearsed: Loaded | None = None,
) -> Outcome:
    """What a run would do; what only a run can measure is None. ``rehearsed`` is the tally of rows that were tried."""
    neutralised = count_changes(plan.neutralise, backup)
    loaded = rehearsed or Loaded(rows=sum(table.rows for table in plan.tables))
    foreseen = Measured(None, None, loaded, neutralised, still_to_go=sum(_removed(neutralised).values()))
    outcome = _changed(backup, observed, plan, foreseen, warnings, want_diff=want_diff)
    return dataclasses.replace(outcome, checks=tuple(one.to_result() for one in not_asked(plan.checks)))


def restored(
    backup: Backup,
    observed: Observed,
    plan: Plan,
    measured: Measured,
    warnings: t.Sequence[str],
    *,
    want_diff: bool,
) -> Outcome:
    """What a run has done."""
    outcome = _changed(backup, observed, plan, measured, warnings, want_diff=want_diff)
    return dataclasses.replace(outcome, checks=tuple(one.to_result() for one in measured.checked))


def _changed(
    backup: Backup,
    observed: Observed,
    plan: Plan,
    measured: Measured,
    warnings: t.Sequence[str],
    *,
    want_diff: bool,
) -> Outcome:
    analysis = backup.analysis.to_result()
    older = older_documents(observed, backup.analysis)
    analysis["findings"] += [dataclasses.asdict(older)] if older is not None else []
    analysis["findings"] += version_findings(analysis["db_version"], observed.db_version)
    loaded = measured.loaded
    outcome = Outcome(
        changed=True,
        action=plan.action,
        reason=plan.why,
        analysis=analysis,
        restore={
            "tables": len(plan.tables),
            **measured.to_result(),
            "warnings": _reports(plan) + loaded.warning_list(),
            "errors": loaded.errors,
            **_old(plan),
            "neutralised": _neutralised(measured.neutralised),
        },
        drift=drift_result(plan.decision.drift),
        diff=_diff(observed, plan, measured.neutralised) if want_diff else {},
        warnings=tuple(dict.fromkeys(warnings)),
    )
    return _with_rows(outcome, observed.mandant, loaded)


def _with_rows(outcome: Outcome, mandant: str, loaded: Loaded) -> Outcome:
    """Return the outcome with what there is to say of rows that are not there."""
    fewer = [
        {"name": "fewer_rows", "table": table, "text": f"{table} has {rows} rows less than the backup: {_FEWER}"}
        for table, rows in loaded.left_out.items()
    ]
    told = [f"{loaded.error_count} statements failed and were left out"] if loaded.error_count else []
    told += [finding["text"] for finding in fewer]
    outcome.analysis["findings"] += fewer
    warnings = [*outcome.warnings, *(f"{mandant}: {text}" for text in told)]
    return dataclasses.replace(outcome, warnings=tuple(dict.fromkeys(warnings)))


def _old(plan: Plan) -> Json:
    """Return what becomes of what was there: set aside, dropped, or without its like in the backup."""
    return {
        "previous": sorted(name for name in plan.previous.values() if not is_old(name)),
        "dropped": list(plan.dropped),
        "left_behind": [dataclasses.asdict(one) for one in plan.left_behind],
        "others_aside": list(plan.others_aside),
    }


def drift_result(drift: t.Sequence[Drift] | None) -> Json | None:
    """Return what differs in the shape of the results, None where nothing was compared."""
    return None if drift is None else {"tables": [dataclasses.asdict(one) for one in drift]}


def _reports(plan: Plan) -> list[Json]:
    return [{"table": report.table, "text": report.text, "count": 1} for report in plan.reports]


def _neutralised(changes: t.Sequence[tuple[Change, int]]) -> list[Json]:
    """Return what each group concerned: tables by their names in the Mandant, with how many of their rows."""
    found: dict[str, list[Json]] = {}
    for change, rows in changes:
        entry = {"name": change.target, "rows": rows, "what": change.what}
        found.setdefault(change.group, []).append(entry)
    return [
        {"group": group, "rows": sum(table["rows"] for table in tables), "tables": tables}
        for group, tables in sorted(found.items())
    ]


def _removed(changes: t.Sequence[tuple[Change, int]]) -> dict[str, int]:
    removed: dict[str, int] = {}
    for change, rows in changes:
        if change.removes:
            removed[change.target] = removed.get(change.target, 0) + rows
    return removed


def _diff(observed: Observed, plan: Plan, neutralised: t.Sequence[tuple[Change, int]]) -> Json:
    before = {name: {"rows": table.rows} for name, table in observed.live.items()}
    after = {name: facts for name, facts in before.items() if name in plan.kept}
    removed = _removed(neutralised)
    after.update({table.target: {"rows": table.rows - removed.get(table.target, 0)} for table in plan.tables})
    after.update({plan.targets[view.name]: {"rows": None} for view in plan.views})
    objects_before, objects_after = _objects(observed, plan)
    return worded(
        observed.mandant,
        {"tables": before, **_aside(_before(plan)), **objects_before},
        {"tables": dict(sorted(after.items())), **_aside(_old(plan)["previous"]), **objects_after},
        kept=plan.kept,
        differing={one.name: one.what for one in plan.decision.drift or ()},
        dropped=[name for name in plan.dropped if not is_ours(name)],
    )


def _before(plan: Plan) -> list[str]:
    """Return the generation before that leaves."""
    return [name for name in plan.pushed_out if not is_ours(name)]


def _aside(names: t.Iterable[str]) -> Json:
    """Return the generation before, for a diff; nothing where there is none."""
    found = sorted(names)
    return {"previous": found} if found else {}


def _objects(observed: Observed, plan: Plan) -> tuple[Json, Json]:
    """Return triggers and foreign keys of the tables in use, before and after; nothing where there are none."""
    live = set(observed.live)
    staying = live - set(plan.previous)
    kinds = {
        "triggers": (
            [(one.name, one.table) for one in observed.triggers],
            [(one.name, plan.targets[one.table]) for one in plan.triggers],
        ),
        "foreign_keys": (
            [(one.name, one.table) for one in observed.foreign_keys],
            [(one.name, one.target) for one in plan.foreign_keys],
        ),
    }
    before: Json = {}
    after: Json = {}
    for kind, (there, new) in kinds.items():
        old = sorted(f"{name} of {table}" for name, table in there if table in live)
        then = sorted(f"{name} of {table}" for name, table in (*(one for one in there if one[1] in staying), *new))
        if old or then:
            before[kind], after[kind] = old, then
    return before, after
