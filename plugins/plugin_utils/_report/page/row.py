# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""One row of the page: what it says about one Mandant or one analysed backup, as texts and shares of bars."""

from __future__ import annotations

import contextlib
import datetime
import re

from ansible_collections.cao.faktura.plugins.plugin_utils._report.gathered.call import Json
from ansible_collections.cao.faktura.plugins.plugin_utils._report.gathered.document import BROKEN, OUTCOMES
from ansible_collections.cao.faktura.plugins.plugin_utils._report.language import formats
from ansible_collections.cao.faktura.plugins.plugin_utils._report.language.advice import (
    advice,
    finding_text,
    repair_text,
)
from ansible_collections.cao.faktura.plugins.plugin_utils._report.language.formats import Language, day_of
from ansible_collections.cao.faktura.plugins.plugin_utils._report.language.words import (
    counted,
    encryption_of,
    noun,
    program_of,
    word,
)
from ansible_collections.cao.faktura.plugins.plugin_utils._report.page.compared import (
    definitions,
    lost,
    newest,
    refused,
    table_texts,
)

# What a person should see without opening anything; the other findings are the ordinary.
_WEIGHTY = (
    "no_registry",
    "rows_missing",
    "export_failed",
    "promise_broken",
    "missing_end",
    "bytes_look_like_utf8",
    "newer_db_version",
    "older_documents",
    "spoilt_texts",
    "dos_letters",
)
_SHOWN_TABLES = 8
_SHOWN_WARNINGS = 3
_DAY_SECONDS = 86400
_FROM_DAYS = 2
_DATES = (
    re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})\D+(?P<hour>\d{1,2}):(?P<minute>\d{2})"),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})\D+(?P<hour>\d{1,2}):(?P<minute>\d{2})"),
)


def mandant_row(record: Json, language: Language, *, longest_seconds: float, largest_bytes: int) -> Json:
    """Return the row of a Mandant; the bars' shares are of the longest and the largest of the page."""
    name = record["company"] or record["mandant"] or word("unknown_mandant", language)
    backup, done = record["backup"] or {}, record["done"] or {}
    seconds = done.get("seconds") or record["seconds"]
    forecast = word(f"forecast_{record['outcome']}", language) if record["forecast"] else ""
    return {
        "state": record["outcome"],
        "label": forecast or word(f"outcome_{record['outcome']}", language),
        "reason": _reason(record, language),
        "name": name,
        "place": place(record),
        **_backup_columns(record, language, largest_bytes),
        "time": formats.duration(seconds, language) if seconds else "",
        "time_share": _share(seconds, longest_seconds),
        # What was only created was never away.
        "downtime": _downtime(done, language) if record["outcome"] != "created" else "",
        "notes": _notes(record, backup, done, language),
        "details": [*_details(record, backup, language), *_done_details(record, done, language)],
        "largest": _largest(backup, language),
        "sort": {
            "state": OUTCOMES.index(record["outcome"]),
            "name": name.lower(),
            "backup": _moment_key(backup),
            "amount": backup.get("rows") or 0,
            "time": seconds or 0,
        },
    }


def backup_row(record: Json, language: Language, *, longest_seconds: float, largest_bytes: int) -> Json:
    """Return the row of a backup that was only analysed."""
    backup = record["backup"] or {}
    name = backup.get("company") or backup.get("mandant") or _file_name(record) or ""
    as_mandant = {**record, "company": None, "mandant": name, "server": None, "done": None, "drift": [], "saved": None}
    as_mandant.update(forecast=False, neutralised=[], compared=None)
    return mandant_row(as_mandant, language, longest_seconds=longest_seconds, largest_bytes=largest_bytes)


def place(record: Json) -> str:
    """Return where a Mandant is: its database, unless that is its name on the page, its host and its server."""
    parts = (record["mandant"] if record["company"] else None, record["host"], record["server"])
    return " · ".join(filter(None, parts))


def _reason(record: Json, language: Language) -> str:
    if record["outcome"] in BROKEN:
        return advice(record["error"]["name"], language).what
    policy = record["wanted"].get("policy")
    return f"policy: {policy}" if policy else ""


def _file_name(record: Json) -> str:
    backup = record["backup"] or {}
    path = str(record["wanted"].get("file") or (backup.get("file") or {}).get("path") or "")
    return path.replace("\\", "/").rpartition("/")[2]


def _moment(backup: Json) -> datetime.datetime | None:
    """Return when a backup was written, None where its program wrote no date that can be read."""
    for pattern in _DATES:
        found = pattern.search(str(backup.get("date") or ""))
        if found:
            text = "{year}-{month}-{day} {hour}:{minute}".format(**found.groupdict())
            with contextlib.suppress(ValueError):
                return datetime.datetime.strptime(text, "%Y-%m-%d %H:%M")
    return None


def _moment_key(backup: Json) -> str:
    moment = _moment(backup)
    return moment.isoformat() if moment else ""


def written_at(backup: Json, language: Language) -> str:
    """Return when a backup was written, as people write it; as its program wrote it where that is no known date."""
    moment = _moment(backup)
    return f"{formats.day(moment, language)}, {formats.clock(moment)}" if moment else str(backup.get("date") or "")


def _backup_columns(record: Json, language: Language, largest_bytes: int) -> Json:
    backup = record["backup"] or {}
    version = f"DB {backup['db_version']}" if backup.get("db_version") else None
    file_bytes = (backup.get("file") or {}).get("size")
    size = file_bytes or backup.get("bytes")
    rows, tables = backup.get("rows"), backup.get("tables")
    parts = [
        counted("table", tables, language) if tables else None,
        formats.size(size, language) if size else None,
    ]
    return {
        "written": written_at(backup, language),
        "by": " · ".join(filter(None, (program_of(backup), version))),
        "file": _file_name(record),
        "rows": counted("row", rows, language) if rows is not None else "",
        "amount": " · ".join(filter(None, parts)),
        "amount_share": _share(file_bytes, largest_bytes),
    }


def _share(value: float | None, greatest: float) -> str:
    """Return a bar's length in percent, "" for no bar; what is there at all is seen."""
    return f"{max(1.0, 100 * value / greatest):.1f}" if value and greatest else ""


def _downtime(done: Json, language: Language) -> str:
    seconds = done.get("downtime_seconds")
    return f"{word('downtime', language)} {formats.duration(seconds, language)}" if seconds is not None else ""


def age_of(seconds: float, language: Language) -> str:
    """Return how old something is, in days where it is two or more."""
    days = int(seconds) // _DAY_SECONDS
    return counted("day", days, language) if days >= _FROM_DAYS else formats.duration(seconds, language)


def _looked_at(record: Json, language: Language) -> list[Json]:
    """Return that people have worked there since, and the newest backup, where an audit has asked for these."""
    notes = []
    if record.get("in_use"):
        items = _cut(record["in_use"], _SHOWN_TABLES, language)
        notes.append({"kind": "in_use", "heading": word("in_use", language), "items": items})
    newest_backup = record.get("newest_backup")
    if newest_backup:
        age = f"{word('age', language)} {age_of(newest_backup['age_seconds'], language)}"
        kind = "errors" if newest_backup.get("too_old") else "in_use"
        items = [f"{str(newest_backup['path']).rpartition('/')[2]}, {age}"]
        notes.append({"kind": kind, "heading": word("newest_backup", language), "items": items})
    return notes


def _notes(record: Json, backup: Json, done: Json, language: Language) -> list[Json]:
    """Return what is shown below a row at once: drift, weighty findings, what the server warned of or refused."""
    notes = []
    if record["neutralised"]:
        groups = [word(f"group_{group}", language) for group in record["neutralised"]]
        notes.append({"kind": "neutralised", "heading": word("neutralised", language), "items": groups})
    if record["drift"]:
        put_right = record["outcome"] in ("restored", "rolled_back") and not record["forecast"]
        names = [
            f"{one['name']} ({word('drift_' + str(one['what']), language, str(one['what']))})"
            for one in record["drift"]
        ]
        heading = word("drift_repaired" if put_right else "drift", language)
        notes.append({"kind": "drift", "heading": heading, "items": _cut(names, _SHOWN_TABLES, language)})
    notes += _looked_at(record, language)
    notes += _compared(record, language)
    weighty = [one for one in backup.get("findings") or [] if one.get("name") in _WEIGHTY]
    if weighty:
        texts = [finding_text(one, language) for one in weighty]
        notes.append({"kind": "finding", "heading": word("findings", language), "items": texts})
    if done.get("error_count"):
        first = done["errors"][0]
        text = noun("refused_statement", done["error_count"], language).format(
            count=done["error_count"], table=first.get("table"), line=first.get("line")
        )
        notes.append({"kind": "errors", "heading": word("errors", language), "items": [text]})
    if done.get("warnings"):
        texts = [": ".join(filter(None, (one.get("table"), one.get("text")))) for one in done["warnings"]]
        heading = word("warnings", language)
        notes.append({"kind": "warnings", "heading": heading, "items": _cut(texts, _SHOWN_WARNINGS, language)})
    return notes


def _compared(record: Json, language: Language) -> list[Json]:
    """Return what a restore would replace, or has, where that was compared before."""
    compared = record["compared"]
    if not compared:
        return []
    replaced = record["outcome"] in ("restored", "rolled_back") and not record["forecast"]
    gone = lost(compared, language) or [word("nothing_lost", language)]
    tables = table_texts(compared, language)
    heading = word("was_replaced" if replaced else "would_be_lost", language)
    notes = [{"kind": "compared", "heading": heading, "items": [*gone, *_cut(tables, _SHOWN_TABLES, language)]}]
    differing = definitions(compared, language)
    if differing:
        items = _cut(differing, _SHOWN_TABLES, language)
        notes.append({"kind": "compared", "heading": word("definitions", language), "items": items})
    stops = [] if replaced else refused(compared, language)
    if stops:
        notes.append({"kind": "finding", "heading": word("refused_here", language), "items": stops})
    return notes


def _cut(texts: list[str], shown: int, language: Language) -> list[str]:
    if len(texts) <= shown + 1:
        return texts
    return [*texts[:shown], word("and_more", language).format(count=len(texts) - shown)]


def _details(record: Json, backup: Json, language: Language) -> list[tuple[str, str]]:
    """Return labels and values for whoever wants to know all of it; only what is known."""
    file = backup.get("file") or {}
    policy = record["wanted"].get("policy")
    pairs: list[tuple[str, object]] = [
        ("file", record["wanted"].get("file") or file.get("path")),
        ("member", file.get("member")),
        ("encryption", encryption_of(file.get("encryption"), language)),
        ("encoding", backup.get("encoding")),
        ("sha256", file.get("sha256")),
        ("of_mandant", backup.get("mandant")),
        ("newest_document", _newest_document(record, backup, language)),
        ("policy", word(f"policy_{policy}", language, str(policy or ""))),
        ("why", record.get("reason")),
        ("findings", _ordinary_findings(backup, language)),
        ("repairs", "; ".join(repairs(backup, language))),
    ]
    return [(word(label, language), str(value)) for label, value in pairs if value]


def _newest_document(record: Json, backup: Json, language: Language) -> str | None:
    """Return the date of the newest document, of both sides where they were compared."""
    both = newest(record["compared"], language) if record["compared"] else []
    return both[0] if both else day_of(backup.get("last_document_date"), language)


def _done_details(record: Json, done: Json, language: Language) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    if done.get("rows_per_second"):
        rate = f"{counted('row', done['rows_per_second'], language)} {word('a_second', language)}"
        pairs.append(("rate", rate))
    if done.get("previous"):
        pairs.append(("previous", noun("kept_table", done["previous"], language).format(count=done["previous"])))
    saved = record["saved"]
    if saved:
        pairs.append(("saved_to", f"{saved.get('path')} ({formats.size(saved.get('size'), language)})"))
    return [(word(label, language), value) for label, value in pairs]


def _ordinary_findings(backup: Json, language: Language) -> str:
    texts = [finding_text(one, language) for one in backup.get("findings") or [] if one.get("name") not in _WEIGHTY]
    return " ".join(texts)


def repairs(backup: Json, language: Language) -> list[str]:
    """Return each kind of repair once, with the number of its places."""
    places: dict[str, int] = {}
    for one in backup.get("repairs") or []:
        text = repair_text(one, language)
        places[text] = places.get(text, 0) + int(one.get("count") or 1)
    return [f"{text} ({counted('place', count, language)})" for text, count in places.items()]


def _largest(backup: Json, language: Language) -> list[Json]:
    tables = backup.get("largest") or []
    greatest = max((one.get("bytes") or 0 for one in tables), default=0)
    return [
        {
            "name": one["name"],
            "rows": counted("row", one["rows"], language),
            "size": formats.size(one["bytes"], language),
            "share": _share(one["bytes"], greatest),
        }
        for one in tables
    ]
