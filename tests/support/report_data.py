# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of many Mandanten for the tests of the report, in the shapes that the modules return.

The analysis is that of the example backup; companies, sizes, times and faults are drawn from a fixed seed.
"""

from __future__ import annotations

import copy
import datetime
import random
import typing as t

from ansible_collections.cao.faktura.plugins.plugin_utils._report.gathered.call import Call, Origin, read_call
from ansible_collections.cao.faktura.plugins.plugin_utils._report.gathered.document import (
    HostProblem,
    Run,
    State,
    build_document,
)

Json = dict[str, t.Any]

HOSTILE = '<script>window.hacked=1</script>"\'><img src=x onerror="window.hacked=1"> {{ 7*7 }} \u202etxet'
_STARTED = datetime.datetime(2026, 11, 24, 2, 0, 5, tzinfo=datetime.timezone(datetime.timedelta(hours=1)))
_TRADES = (
    "Kräuterhof",
    "Uhrenmacherei",
    "Fahrradladen",
    "Weinhandel",
    "Elektro",
    "Buchhandlung",
    "Gärtnerei",
    "Tischlerei",
)
_NAMES = (
    "Ahlers",
    "Brückner",
    "Çelik",
    "Dörr",
    "Eßer",
    "Fuchs",
    "Groß & Söhne",
    "Hübner",
    "Ivanović",
    "Jäger",
    "Köhler",
)
_ASCII = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_TABLES = ("ARTIKEL", "ADRESSEN", "JOURNAL", "JOURNALPOS", "MITARBEITER", "REGISTRY", "ZAHLUNGEN", "ARTIKEL_PREIS")
_FAILURES: tuple[tuple[str, str], ...] = (
    (
        "mandant_in_use",
        "{mandant}: 2 other sessions are connected: cao@192.168.7.21 (CAO32_DB.exe), since 3120 s; "
        "close CAO-Faktura there, or see running_instances",
    ),
    (
        "wrong_password",
        "/srv/backup/{mandant}/CAO_backup_2026_11_23_18_05.zip: the password does not open "
        "CAO_backup_2026_11_23_18_05.sql; it is in the settings of the backup in CAO-Faktura",
    ),
    (
        "truncated",
        "/srv/backup/{mandant}/CAO_backup_2026_11_23_18_05.zip: the archive ends in the middle of its member "
        "after 3211264 bytes; transfer it again",
    ),
    (
        "missing_privilege",
        "{mandant} on localhost: the user cao may not RELOAD; GRANT RELOAD ON *.* TO cao, or set reload_tables: false",
    ),
)


def calls(analysis: Json, count: int, *, seed: int = 7, check_mode: bool = False) -> list[Call]:
    """Return one call for each of ``count`` Mandanten on a third as many hosts; a single one was restored."""
    random_ = random.Random(seed)
    return [_call(analysis, number, random_, check_mode) for number in range(count)]


def document(
    analysis: Json, count: int, *, title: str = "", state: State = "finished", check_mode: bool = False
) -> Json:
    """Return the report of such a run."""
    problems = (
        [
            HostProblem(
                "kasse-07",
                "unreachable",
                "Gathering Facts",
                "Failed to connect to the host via ssh: ssh: connect to host kasse-07 port 22: No route to host",
            )
        ]
        if count >= 12
        else []
    )
    run = Run(
        title=title,
        version="1.0.0",
        playbooks=("nacht.yml",),
        started=_STARTED,
        ended=_STARTED + datetime.timedelta(seconds=41 + 3.2 * count),
        check_mode=check_mode,
        state=state,
    )
    return build_document(run, calls(analysis, count, check_mode=check_mode), problems)


def _call(analysis: Json, number: int, random_: random.Random, check_mode: bool) -> Call:
    company = f"{random_.choice(_TRADES)} {random_.choice(_NAMES)}" if number else "Kräuterhof Musterladen"
    mandant = f"cao_{company.partition(' ')[0].lower().translate(_ASCII)}_{number + 1:03d}"
    kind = random_.random() if number else 0.5
    args = {
        "mandant": mandant,
        "file": f"/srv/backup/{mandant}/CAO_backup_2026_11_23_18_05.zip",
        "remote_src": True,
        "password": "Geheimnis-der-Firma",
        "login_password": "Geheimnis-der-Datenbank",
        "policy": random_.choice(("once", "enforce")),
    }
    common: t.Any = {"check_mode": check_mode, "seconds": round(random_.uniform(0.3, 1.4), 3)}
    origin = Origin("mandant_restore", "Restore, once", f"server-{number // 3 + 1:02d}")
    if number and kind < 0.17:
        error, msg = _FAILURES[random_.randrange(len(_FAILURES))]
        result = {"failed": True, "error": error, "msg": msg.format(mandant=mandant)}
        return read_call(origin, args, result, "failed", **common)
    result = _result(analysis, company, random_, restored=kind < 0.6, drifted=kind < 0.3, big=number == 3)
    return read_call(origin, args, result, "ok", **common)


def _result(analysis: Json, company: str, random_: random.Random, *, restored: bool, drifted: bool, big: bool) -> Json:
    told = copy.deepcopy(analysis)
    factor = random_.uniform(0.4, 9) * (8 if big else 1)
    told.update(company=company, rows=int(told["rows"] * factor), db_version=random_.choice(("1.38", "1.40")))
    told["header"].update(date=f"{random_.randint(1, 23):02d}.11.2026 18:05:09", mandant=company)
    told["file"].update(path="/srv/backup/CAO_backup_2026_11_23_18_05.zip", size=int(told["file"]["size"] * factor))
    for table in told["tables"]:
        table.update(rows=int(table["rows"] * factor), bytes=int(table["bytes"] * factor))
    result: Json = {"changed": restored, "action": "restored" if restored else "unchanged", "analysis": told}
    drift = random_.sample(_TABLES, random_.randint(1, 6)) if drifted else []
    result["drift"] = {"tables": [{"name": name, "what": random_.choice(("content", "missing"))} for name in drift]}
    if restored:
        seconds = told["rows"] / random_.uniform(9000, 16000)
        result["restore"] = {
            "tables": len(told["tables"]),
            "rows": told["rows"],
            "seconds": round(seconds, 3),
            "downtime_seconds": round(random_.uniform(0.03, 0.2), 3),
            "rows_per_second": int(told["rows"] / seconds),
            "warnings": [],
            "errors": [],
            "previous": [f"BACK_{table['name']}" for table in told["tables"]],
        }
    return result
