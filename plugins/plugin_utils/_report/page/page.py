# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The page: the report's data as one HTML file that loads nothing and trusts no name in it."""

from __future__ import annotations

import base64
import datetime
import hashlib
from pathlib import Path

import jinja2

from ansible_collections.cao.faktura.plugins.plugin_utils._report.gathered.call import Json
from ansible_collections.cao.faktura.plugins.plugin_utils._report.gathered.document import BROKEN
from ansible_collections.cao.faktura.plugins.plugin_utils._report.gathered.drills import STATES
from ansible_collections.cao.faktura.plugins.plugin_utils._report.language import formats
from ansible_collections.cao.faktura.plugins.plugin_utils._report.language.advice import advice
from ansible_collections.cao.faktura.plugins.plugin_utils._report.language.formats import Language
from ansible_collections.cao.faktura.plugins.plugin_utils._report.language.words import WORDS, counted, noun, word
from ansible_collections.cao.faktura.plugins.plugin_utils._report.page.drill_row import drill_row
from ansible_collections.cao.faktura.plugins.plugin_utils._report.page.row import backup_row, mandant_row, place

_FOLDER = Path(__file__).parent
# With more Mandanten than this their details stay closed, and off the paper.
_FEW = 3
_PRINTED_WITH_DETAILS = 12
_ALWAYS_COUNTED = ("restored", "unchanged")
_GOOD = ("restored", "created", "rolled_back", "removed", "saved", "unchanged", "compared", "seen")
_IN_THE_BAR = (*_GOOD, "drifted", *BROKEN)


def render_page(document: Json, language: Language) -> str:
    """Return the page of a report (see document.build_document)."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    script = (_FOLDER / "page.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    page: str = environment.get_template("page.html.j2").render(
        language=language,
        words=WORDS[language],
        style=(_FOLDER / "page.css").read_text(encoding="utf-8"),
        script=script,
        script_digest=digest,
        **_view(document, language),
    )
    return page


def _view(document: Json, language: Language) -> Json:
    """Return what the template shows, as texts."""
    mandanten, backups, drills = document["mandanten"], document["backups"], document["drills"]
    every = (*mandanten, *backups, *drills)
    longest = max((_seconds(one) for one in every), default=0)
    largest = max((_file_bytes(one) for one in every), default=0)
    rows = [mandant_row(one, language, longest_seconds=longest, largest_bytes=largest) for one in mandanten]
    count = len(every)
    return {
        "title": document["title"] or word("title", language),
        "when": _when(document, language),
        "playbooks": ", ".join(document["playbooks"]),
        "check_mode": document["check_mode"],
        "state": document["state"],
        "tiles": _tiles(document, language),
        "segments": _segments(document["summary"]),
        "totals": _totals(document, language),
        "groups": _groups(document, language),
        "all_well": not document["summary"]["failed"] and bool(count) and document["state"] != "interrupted",
        "rows": rows,
        "backups": [backup_row(one, language, longest_seconds=longest, largest_bytes=largest) for one in backups],
        "drills": [drill_row(one, language, longest_seconds=longest, largest_bytes=largest) for one in drills],
        "drilled": _drilled(document["summary"]["drills"], language),
        "states": [
            {"name": outcome, "label": _label(outcome, language, document), "count": number}
            for outcome, number in document["summary"]["outcomes"].items()
            if number
        ],
        "details_open": count <= _FEW,
        "details_printed": count <= _PRINTED_WITH_DETAILS,
        "footer": word("footer", language).format(version=document["version"]),
    }


def _seconds(record: Json) -> float:
    return float((record.get("done") or {}).get("seconds") or record["seconds"] or 0)


def _file_bytes(record: Json) -> int:
    return int(((record["backup"] or {}).get("file") or {}).get("size") or 0)


def _when(document: Json, language: Language) -> str:
    started, ended = (datetime.datetime.fromisoformat(document[name]) for name in ("started", "ended"))
    if document["state"] == "running":
        return f"{formats.day(started, language)}, {formats.clock(started)} · {word('running', language)}"
    took = f"{word('took', language)} {formats.duration(document['seconds'], language)}"
    return f"{formats.day(started, language)}, {formats.clock(started)}–{formats.clock(ended)} · {took}"


def _label(outcome: str, language: Language, document: Json) -> str:
    name = f"outcome_{outcome}"
    return (
        word(f"forecast_{outcome}", language, word(name, language)) if document["check_mode"] else word(name, language)
    )


def _tiles(document: Json, language: Language) -> list[Json]:
    """Return the counts on top: all Mandanten, then what became of them; zeros where they say something."""
    summary = document["summary"]
    counts = summary["outcomes"]
    told = []
    if summary["mandanten"] or not (summary["backups"] or document["drills"]):
        told.append(("", noun("mandant", summary["mandanten"], language), summary["mandanten"]))
        told += [
            (outcome, _label(outcome, language, document), counts[outcome])
            for outcome in _GOOD
            if counts[outcome] or outcome in _ALWAYS_COUNTED
        ]
        told.append(("drifted", word("outcome_drifted", language), summary["drifted"]))
    if summary["backups"]:
        told.append(("", noun("backup", summary["backups"], language), summary["backups"]))
    if document["drills"]:
        told.append(("restored", word("drill_proven", language), summary["drills"]["proven"]))
    every = (*document["mandanten"], *document["backups"], *document["drills"])
    broken = sum(one["error"] is not None for one in every)
    told.append(("failed", word("outcome_failed", language), broken))
    if document["hosts"]:
        told.append(("failed", word("hosts_failed", language), len(document["hosts"])))
    return [
        {"state": state if count or not state else "none", "label": label, "count": formats.decimal(count, language)}
        for state, label, count in told
    ]


def _drilled(counts: Json, language: Language) -> str:
    """Return how many backups are proven and how many are not, as one line."""
    told = [state for state in reversed(STATES) if counts[state]]
    return ", ".join(f"{formats.decimal(counts[one], language)} {word(f'drills_{one}', language)}" for one in told)


def _segments(summary: Json) -> list[Json]:
    total = summary["mandanten"]
    return [
        {"state": outcome, "share": f"{100 * summary['outcomes'][outcome] / total:.2f}"}
        for outcome in _IN_THE_BAR
        if total and summary["outcomes"][outcome]
    ]


def _totals(document: Json, language: Language) -> list[str]:
    summary = document["summary"]
    totals = [counted("host", summary["hosts"], language)]
    if summary["file_bytes"]:
        totals.append(f"{formats.size(summary['file_bytes'], language)} {word('backup_size', language)}")
    if summary["rows"]:
        done = word("to_restore" if document["check_mode"] else "restored", language)
        totals.append(f"{counted('row', summary['rows'], language)} {done}")
    if summary["restore_seconds"]:
        totals.append(f"{formats.duration(summary['restore_seconds'], language)} {word('restore_time', language)}")
    if summary["longest_downtime_seconds"]:
        downtime = formats.duration(summary["longest_downtime_seconds"], language)
        totals.append(f"{word('longest_downtime', language)} {downtime}")
    return totals


def _groups(document: Json, language: Language) -> list[Json]:
    """Return the failures by what went wrong, the most frequent first; the same advice stands there once."""
    found: dict[str, list[Json]] = {}
    for one in document["mandanten"]:
        if one["outcome"] in BROKEN:
            found.setdefault(one["error"]["name"], []).append(_failed_mandant(one, language))
    for one in document["backups"]:
        if one["error"]:
            entry = {"label": one["wanted"].get("file", ""), "place": one["host"], "msg": one["error"]["msg"]}
            found.setdefault(one["error"]["name"], []).append(entry)
    for one in document["drills"]:
        if one["error"]:
            entry = {"label": one["mandant"] or one["database"], "place": place(one | {"company": None})}
            found.setdefault(one["error"]["name"], []).append({**entry, "msg": one["error"]["msg"]})
    for one in document["hosts"]:
        found.setdefault(one["name"], []).append({"label": one["host"], "place": one["task"], "msg": one["msg"]})
    return [
        {"what": advice(name, language).what, "to_do": advice(name, language).to_do, "entries": entries}
        for name, entries in sorted(found.items(), key=lambda group: (-len(group[1]), group[0]))
    ]


def _failed_mandant(record: Json, language: Language) -> Json:
    msg = record["error"]["msg"]
    # What stands in the entry's heading need not begin its message too.
    prefix = f"{record['mandant']}: "
    return {
        "label": record["company"] or record["mandant"] or word("unknown_mandant", language),
        "place": place(record),
        "msg": msg[len(prefix) :] if msg.startswith(prefix) else msg,
    }
