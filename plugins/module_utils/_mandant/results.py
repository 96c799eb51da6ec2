# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The results of a run, in the shapes that the modules give back; never row data."""

from __future__ import annotations

import dataclasses
import json
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import Backup
from ansible_collections.cao.faktura.plugins.module_utils._mandant import marker as markers
from ansible_collections.cao.faktura.plugins.module_utils._mandant.db_version import version_findings
from ansible_collections.cao.faktura.plugins.module_utils._mandant.loaded import Loaded
from ansible_collections.cao.faktura.plugins.module_utils._mandant.marker import Json, Marker
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observed import Observed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan import Plan
from ansible_collections.cao.faktura.plugins.module_utils._mandant.progress import Outcome


@dataclasses.dataclass(frozen=True)
class Measured:
    """What a restore took, in seconds, and its tally."""

    seconds: float
    downtime_seconds: float
    loaded: Loaded
    previous_dropped: bool


def unchanged(backup: Backup, observed: Observed, warnings: t.Sequence[str]) -> Outcome:
    """Nothing to do: the analysis is the one that the marker remembers, of the file that is here now."""
    analysis: Json = dict(observed.marker.analysis) if observed.marker else {}
    analysis["file"] = {**analysis.get("file", {}), "path": backup.path}
    return Outcome(changed=False, action="unchanged", analysis=analysis, warnings=tuple(warnings))


def forecast(backup: Backup, observed: Observed, plan: Plan, warnings: t.Sequence[str], *, want_diff: bool) -> Outcome:
    """What a run would do; what only a run can measure is None."""
    restore: Json = {
        "tables": len(plan.tables),
        "rows": sum(table.rows for table in plan.tables),
        "seconds": None,
        "downtime_seconds": None,
        "rows_per_second": None,
        "warnings": _reports(plan),
        "errors": [],
        "previous": sorted(plan.previous.values()),
    }
    return _changed(backup, observed, plan, restore, warnings, want_diff)


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
    loaded = measured.loaded
    restore: Json = {
        "tables": len(plan.tables),
        "rows": loaded.rows,
        "seconds": round(measured.seconds, 3),
        "downtime_seconds": round(measured.downtime_seconds, 3),
        "rows_per_second": round(loaded.rows / measured.seconds) if measured.seconds > 0 else 0,
        "warnings": _reports(plan) + loaded.warning_list(),
        "errors": loaded.errors,
        "previous": [] if measured.previous_dropped else sorted(plan.previous.values()),
    }
    if loaded.error_count:
        warnings = [*warnings, f"{observed.mandant}: {loaded.error_count} statements failed and were left out"]
    return _changed(backup, observed, plan, restore, warnings, want_diff)


def _changed(
    backup: Backup, observed: Observed, plan: Plan, restore: Json, warnings: t.Sequence[str], want_diff: bool
) -> Outcome:
    analysis = backup.analysis.to_result()
    analysis["findings"] += version_findings(analysis["db_version"], observed.db_version)
    return Outcome(
        changed=True,
        action=plan.action,
        analysis=analysis,
        restore=restore,
        drift={"tables": [dataclasses.asdict(drift) for drift in plan.decision.drift]},
        diff=_diff(observed, plan) if want_diff else {},
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _reports(plan: Plan) -> list[Json]:
    return [{"table": report.table, "text": report.text, "count": 1} for report in plan.reports]


def _diff(observed: Observed, plan: Plan) -> Json:
    before = {name: {"rows": table.rows} for name, table in observed.live.items()}
    after = {name: facts for name, facts in before.items() if name in plan.kept}
    after.update({table.target: {"rows": table.rows} for table in plan.tables})
    after.update({plan.targets[view.name]: {"rows": None} for view in plan.views})
    return {"before": {"tables": before}, "after": {"tables": dict(sorted(after.items()))}}


def marker_document(marker: Marker | None) -> Json | None:
    """Return a marker to be remembered by the next one, without what it remembers itself."""
    if marker is None:
        return None
    plain = dataclasses.replace(marker, previous=markers.Previous(), moves=(), pending=())
    document: Json = json.loads(markers.encode(plain))
    return document


__all__ = ("Measured", "forecast", "marker_document", "restored", "unchanged")
