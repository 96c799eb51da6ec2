# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""One row of the page about a drill: the backup as any other, with what was proven of it."""

from __future__ import annotations

from ansible_collections.cao.faktura.plugins.plugin_utils._report.gathered.call import Json
from ansible_collections.cao.faktura.plugins.plugin_utils._report.gathered.drills import STATES
from ansible_collections.cao.faktura.plugins.plugin_utils._report.language.advice import advice
from ansible_collections.cao.faktura.plugins.plugin_utils._report.language.formats import Language
from ansible_collections.cao.faktura.plugins.plugin_utils._report.language.words import counted, word
from ansible_collections.cao.faktura.plugins.plugin_utils._report.page.row import age_of, mandant_row

# The colours of the other rows.
_COLOURS = {"proven": "restored", "forecast": "unchanged", "too_old": "drifted", "failed": "failed"}


def drill_row(drill: Json, language: Language, *, longest_seconds: float, largest_bytes: int) -> Json:
    """Return the row of a drill; the bars' shares are of the longest and the largest of the page."""
    backup = drill["backup"] or {}
    record = {
        **{name: drill[name] for name in ("host", "server", "wanted", "backup", "neutralised", "done", "seconds")},
        "mandant": drill["mandant"] or drill["database"],
        "company": backup.get("company"),
        "outcome": "failed" if drill["error"] else "restored",
        "forecast": False,
        "drift": [],
        "compared": None,
        "saved": None,
        "reason": None,
        "error": drill["error"],
    }
    row = mandant_row(record, language, longest_seconds=longest_seconds, largest_bytes=largest_bytes)
    row["state"] = _COLOURS[drill["state"]]
    row["label"] = word(f"drill_{drill['state']}", language)
    row["reason"] = advice(drill["error"]["name"], language).what if drill["error"] else _age(drill, language)
    row["notes"] = [*_notes(drill, language), *row["notes"]]
    row["sort"]["state"] = STATES.index(drill["state"])
    return row


def _age(drill: Json, language: Language) -> str:
    seconds = (drill["chosen"] or {}).get("age_seconds")
    return "" if seconds is None else f"{word('age', language)} {age_of(seconds, language)}"


def _notes(drill: Json, language: Language) -> list[Json]:
    notes = []
    backup = drill["backup"] or {}
    if drill["newer"]:
        documents = word("drill_documents", language).format(
            mandant=drill["newest_document_in_mandant"], backup=backup.get("last_document_date") or "–"
        )
        items = [documents]
        if drill["rows_in_mandant"] is not None and backup.get("rows") is not None:
            there, saved = (counted("row", count, language) for count in (drill["rows_in_mandant"], backup["rows"]))
            items.append(word("drill_rows", language).format(mandant=there, backup=saved))
        notes.append({"kind": "findings", "heading": word("drill_newer", language), "items": items})
    checked = [str(one.get("name")) for one in drill["checks"] if one.get("passed")]
    if checked:
        notes.append({"kind": "findings", "heading": word("drill_checked", language), "items": checked})
    if drill["state"] in ("proven", "failed") and drill["done"] and not drill["removed"]:
        notes.append({"kind": "errors", "heading": word("drill_left", language), "items": [str(drill["database"])]})
    return notes
