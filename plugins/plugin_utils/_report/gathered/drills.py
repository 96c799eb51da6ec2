# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Drills: restores into scratch copies, and what they prove of the backups; the copies themselves are no Mandanten."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.plugin_utils._report.gathered.call import Call, Json

STATES = ("failed", "too_old", "forecast", "proven")
_DRILLED = ("mandant_restore", "mandant_remove")
_TRUE = ("true", "yes", "on", "1")


def is_drill(call: Call) -> bool:
    """Whether a result is of a scratch copy."""
    return call.origin.module in _DRILLED and str(call.wanted.get("scratch")).lower() in _TRUE


def build_drills(calls: t.Sequence[Call]) -> list[Json]:
    """Return what was drilled, the worst first; a drill begins with a restore."""
    found: dict[tuple[str, ...], Json] = {}
    for call in calls:
        key = (call.origin.host, call.server or "", call.mandant or "")
        if is_drill(call) and call.origin.module == "mandant_restore":
            found[key] = _begun(call)
        elif is_drill(call) and key in found:
            _tidied(found[key], call)
    for drill in found.values():
        _compare(drill, calls)
    return sorted(found.values(), key=lambda one: (STATES.index(one["state"]), one["host"], one["database"] or ""))


def count_drills(drills: t.Sequence[Json]) -> dict[str, int]:
    """Return how many came to what."""
    return {state: sum(one["state"] == state for one in drills) for state in STATES}


def _begun(call: Call) -> Json:
    name = call.error["name"] if call.error else None
    state = "too_old" if name == "too_old" else "failed" if name else "forecast" if call.check_mode else "proven"
    return {
        "host": call.origin.host,
        "server": call.server,
        "database": call.mandant,
        "mandant": None,
        "state": state,
        "error": call.error,
        "wanted": call.wanted,
        "backup": call.result.get("backup"),
        "chosen": call.result.get("chosen"),
        "done": call.result.get("done"),
        "checks": call.result.get("checks", []),
        "neutralised": call.result.get("neutralised", []),
        "removed": False,
        "rows_in_mandant": None,
        "newest_document_in_mandant": None,
        "newer": False,
        "seconds": call.seconds,
    }


def _tidied(drill: Json, call: Call) -> None:
    drill["removed"] = call.outcome == "removed" and not call.check_mode
    if call.error is not None and drill["error"] is None:
        drill.update(state="failed", error=call.error)


def _compare(drill: Json, calls: t.Sequence[Call]) -> None:
    """Add what the Mandant itself holds, where the run has looked at it: another one of the same host and server."""
    looked = [
        facts
        for call in calls
        if call.origin.module == "mandant_info" and (call.origin.host, call.server) == (drill["host"], drill["server"])
        for facts in call.result.get("mandanten", [])
        if call.mandant is not None and facts["name"] != drill["database"]
    ]
    if not looked:
        return
    facts, backup = looked[-1], drill["backup"] or {}
    drill["mandant"] = str(facts["name"])
    drill["rows_in_mandant"] = facts.get("rows")
    drill["newest_document_in_mandant"] = facts.get("last_document_date")
    drill["newer"] = bool(backup) and str(facts.get("last_document_date") or "") > str(
        backup.get("last_document_date") or ""
    )
