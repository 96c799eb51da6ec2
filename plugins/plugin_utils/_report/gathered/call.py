# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""One result of one of the collection's modules, taken apart into what a report may hold.

Only what is named here gets on: no secret, no row, and nothing that another module returns.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Group

Json = dict[str, t.Any]

Ended = t.Literal["ok", "failed", "unreachable"]

LARGEST = 5
_LISTED = 20
_LONGEST_MESSAGE = 2000

MODULES = (
    "backup_info",
    "mandant_backup",
    "mandant_compare",
    "mandant_info",
    "mandant_remove",
    "mandant_restore",
    "mandant_rollback",
)
_WANTED = (
    "policy",
    "replace",
    "incomplete",
    "backup_first",
    "other_company",
    "file",
    "dest",
    "remote_src",
    "checksum",
    "running_instances",
    "on_error",
    "verify",
    "drifted",
    "scratch",
)
_DECIDE_THE_CONTENT = ("mandant_restore", "mandant_rollback")
_ALIASES = {"src": "file", "database": "mandant", "db": "mandant", "zip_password": "password"}
_COMPARED = ("backup_rows", "mandant_rows", "same", "different", "only_in_backup", "only_in_mandant")
_SECRETS = ("password", "login_password")
_SHORTEST_SECRET = 4
_OUTCOMES = {
    **{action: action for action in ("restored", "created", "rolled_back", "removed", "unchanged")},
    "emptied": "removed",
}


class Origin(t.NamedTuple):
    """Where a result comes from: the module's short name, the task's name, the host's."""

    module: str
    task: str
    host: str


@dataclasses.dataclass(frozen=True)
class Call:
    """One result and what is kept of it.

    ``server`` tells Mandanten of one name on different servers apart. ``seconds`` is the time from the task's start to
    its result as the controller saw it, None where it was not seen.
    """

    origin: Origin
    mandant: str | None
    server: str | None
    wanted: Json
    result: Json
    outcome: str
    error: Json | None
    check_mode: bool
    seconds: float | None


def read_call(
    origin: Origin,
    args: t.Mapping[str, t.Any],
    result: t.Mapping[str, t.Any],
    state: Ended,
    *,
    check_mode: bool = False,
    seconds: float | None = None,
) -> Call:
    """Return what a result tells. ``args`` are the task's options; a result hidden by ``no_log`` hides them too."""
    hidden = "censored" in result
    given = {} if hidden else _options(args, result)
    facts = {} if hidden or state != "ok" else _facts(result)
    if facts and origin.module in _DECIDE_THE_CONTENT:
        # What a restore has found or made is neutralised as the task wants it, where that is not about some tables
        # alone; a rollback tells nothing.
        facts["partial"] = bool(given.get("tables"))
        facts["neutralised"] = [] if facts["partial"] else neutralised_groups(given.get("neutralise"))
    return Call(
        origin=origin,
        mandant=_masked(given["mandant"], given) if given.get("mandant") else None,
        server=_server(given),
        wanted={name: _plain(given[name], given) for name in _WANTED if given.get(name) is not None},
        result=facts,
        outcome=_outcome(origin.module, result, facts) if state == "ok" else state,
        error=_error(result, given, state) if state != "ok" else None,
        check_mode=check_mode,
        seconds=seconds,
    )


def _options(args: t.Mapping[str, t.Any], result: t.Mapping[str, t.Any]) -> Json:
    """Return the options by their own names: those of the task, and the defaults where the module tells them."""
    invocation = result.get("invocation")
    told = invocation.get("module_args", {}) if isinstance(invocation, dict) else {}
    # The task's own words win: the module was given the path of a temporary copy.
    given = {**told, **{name: value for name, value in args.items() if value is not None}}
    return {**given, **{_ALIASES[name]: value for name, value in given.items() if name in _ALIASES and value}}


def _plain(value: object, given: t.Mapping[str, t.Any]) -> object:
    return value if isinstance(value, (bool, int)) else _masked(value, given)


def _text(value: object) -> str | None:
    return str(value) if value not in (None, "") else None


def _server(given: t.Mapping[str, t.Any]) -> str | None:
    host, port, socket = (_text(given.get(f"login_{name}")) for name in ("host", "port", "unix_socket"))
    return socket or ":".join(filter(None, (host or ("localhost" if port else None), port))) or None


def _error(result: t.Mapping[str, t.Any], given: t.Mapping[str, t.Any], state: str) -> Json:
    name = result.get("error")
    if state == "unreachable":
        name = "unreachable"
    elif "censored" in result:
        name = "hidden"
    return {"name": str(name or "other"), "msg": _masked(result.get("msg") or "", given)[:_LONGEST_MESSAGE]}


def _masked(text: object, given: t.Mapping[str, t.Any]) -> str:
    """Return a text without the task's secrets: a hurried hand may have put one into the wrong option."""
    masked = str(text)
    for secret in (given.get(option) for option in _SECRETS):
        if isinstance(secret, str) and len(secret) >= _SHORTEST_SECRET:
            masked = masked.replace(secret, "********")
    return masked


def _outcome(module: str, result: t.Mapping[str, t.Any], facts: Json) -> str:
    if module == "mandant_backup":
        return "saved" if result.get("changed") else "unchanged"
    if module in ("mandant_info", "backup_info"):
        return "seen"
    if module == "mandant_compare":
        return "compared"
    outcome = _OUTCOMES.get(str(facts.get("action")))
    return outcome or ("restored" if result.get("changed") else "unchanged")


def _facts(result: t.Mapping[str, t.Any]) -> Json:
    found: Json = {
        "action": _text(result.get("action")),
        "reason": (_text(result.get("reason")) or "")[:_LONGEST_MESSAGE],
    }
    if isinstance(result.get("analysis"), dict) and result["analysis"]:
        found["backup"] = backup_facts(result["analysis"])
    if isinstance(result.get("restore"), dict):
        found["done"] = _done(result["restore"])
    if isinstance(result.get("chosen"), dict):
        found["chosen"] = _picked(result["chosen"], "date", "age_seconds", "candidates")
    if isinstance(result.get("checks"), list):
        found["checks"] = [_picked(one, "name", "passed") for one in result["checks"] if isinstance(one, dict)]
    if isinstance(result.get("newest_backup"), dict):
        found["newest_backup"] = _picked(result["newest_backup"], "path", "date", "age_seconds", "too_old")
    if isinstance(result.get("drift"), dict):
        found["drift"] = drift_facts(result["drift"])
    if isinstance(result.get("comparison"), dict):
        found["compared"] = _compared(result["comparison"])
    if isinstance(result.get("file"), dict):
        found["saved"] = {**_picked(result["file"], "path", "size", "sha256"), **_picked(result, "rows", "seconds")}
        found["saved"]["tables"] = len(_list(result.get("tables")))
    found["mandanten"] = [one for one in _list(result.get("mandanten")) if isinstance(one, dict) and one.get("name")]
    return found


def backup_facts(analysis: t.Mapping[str, t.Any]) -> Json:
    """Return what the report tells of an analysis (design of the modules' ``analysis``)."""
    tables = [one for one in _list(analysis.get("tables")) if isinstance(one, dict)]
    largest = sorted(tables, key=lambda one: (-int(one.get("bytes") or 0), str(one.get("name"))))
    header = analysis.get("header") or {}
    return {
        **_picked(analysis, "dialect", "encoding", "company", "db_version", "last_document_date", "rows", "statements"),
        "program": _text(header.get("program")),
        "date": _text(header.get("date")),
        "mandant": _text(header.get("mandant")),
        "file": _picked(analysis.get("file") or {}, "path", "size", "sha256", "member", "encryption"),
        "tables": len(tables),
        "bytes": sum(int(one.get("bytes") or 0) for one in tables),
        "largest": [_picked(one, "name", "rows", "bytes") for one in largest[:LARGEST] if one.get("rows")],
        "repairs": _described(analysis.get("repairs"), "name", "table", "column", "count", "text"),
        "findings": _described(analysis.get("findings"), "name", "table", "text"),
    }


def info_facts(facts: t.Mapping[str, t.Any]) -> Json:
    """Return what mandant_info tells of the backup in a Mandant, and of the Mandant's own size, in the same shape."""
    restored = facts.get("restored") or {}
    analysis = {
        **_picked(facts, "company", "db_version", "last_document_date"),
        **_picked(restored, "rows"),
        "header": _picked(restored, "program", "date", "mandant"),
        "file": {"path": restored.get("file"), "sha256": restored.get("sha256")},
    }
    return {**backup_facts(analysis), "tables": int(facts.get("tables") or 0), "bytes": int(facts.get("size") or 0)}


def drift_facts(drift: t.Mapping[str, t.Any]) -> list[Json]:
    """Return the tables that differ, and how."""
    return [_picked(one, "name", "what") for one in _list(drift.get("tables")) if isinstance(one, dict)]


def neutralised_groups(groups: object) -> list[str]:
    """Return which groups of ``neutralise`` these are, a list or a text with commas, in their own order."""
    named = [group.strip() for group in groups.split(",")] if isinstance(groups, str) else _list(groups)
    return [group for group in t.get_args(Group) if group in named]


def _done(restore: t.Mapping[str, t.Any]) -> Json:
    errors = _list(restore.get("errors"))
    return {
        **_picked(restore, "tables", "rows", "seconds", "downtime_seconds", "rows_per_second"),
        "warnings": _described(restore.get("warnings"), "table", "text", "count"),
        "errors": _described(errors, "table", "line", "statement", "error"),
        "error_count": len(errors),
        "previous": len(_list(restore.get("previous"))),
    }


def _described(values: object, *names: str) -> list[Json]:
    return [
        _picked(one, *names) if isinstance(one, dict) else {"text": str(one)[:_LONGEST_MESSAGE]}
        for one in _list(values)[:_LISTED]
    ]


def _picked(values: t.Mapping[str, t.Any], *names: str) -> Json:
    return {name: values.get(name) for name in names}


def _compared(comparison: t.Mapping[str, t.Any]) -> Json:
    """Return what a report may hold of a comparison: names and counts, and no key."""
    tables = [one for one in _list(comparison.get("tables")) if not one.get("is_same")]
    refusal = comparison.get("refusal")
    return {
        "refusal": {"error": refusal.get("error")} if isinstance(refusal, dict) else None,
        **{name: comparison.get(name) for name in ("is_same", "mandant", "newest_document", "objects", *_COMPARED)},
        "tables": [{name: value for name, value in one.items() if name != "keys"} for one in tables],
    }


def _list(value: object) -> list[t.Any]:
    return value if isinstance(value, list) else []
