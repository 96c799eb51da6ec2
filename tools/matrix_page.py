# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of what was run, in docs/docsite/rst/servers.rst and README.md, from docs/matrix.json and from that alone.

Each stands between two marks, and a test holds it against the file.
"""

from __future__ import annotations

import json
import re
import sys
import typing as t
from pathlib import Path

TREE = Path(__file__).resolve().parents[1]
PAGE = TREE / "docs" / "docsite" / "rst" / "servers.rst"
README = TREE / "README.md"
RESULT = TREE / "docs" / "matrix.json"
SERVERS = {
    "mariadb-10.5": "MariaDB 10.5",
    "mariadb": "MariaDB 10.11",
    "mariadb-11.8": "MariaDB 11.8",
    "mysql-5.6": "MySQL 5.6",
    "mysql-9.7": "MySQL 9.7",
}
HEADINGS = {
    "restore": "restore",
    "rollback": "rollback",
    "backup": "backup",
    "dumps": "dumps of each program",
    "case_0": "letter case, ``lower_case_table_names=0``",
    "case_1": "letter case, ``lower_case_table_names=1``",
    "faults": "faults",
    "limits": "limits",
}
# Columns of the README's table, of these headings each.
SHORT = {
    "restore": ("restore",),
    "rollback": ("rollback",),
    "backup": ("backup",),
    "dumps": ("dumps",),
    "letter case": ("case_0", "case_1"),
    "faults": ("faults",),
    "limits": ("limits",),
}
NOT_RUN = "not run"

Record = dict[str, t.Any]
Known = dict[str, dict[str, Record]]


def said(record: Record | None) -> str:
    """Return what came of a run in two words."""
    if record is None or "passed" not in record:
        return NOT_RUN
    if record["failures"]:
        return f"**{len(record['failures'])} failed**, {record['passed']} passed"
    # Where everything was skipped, nothing was run.
    return f"{record['passed']} passed" if record["passed"] else NOT_RUN


def _dated(record: Record | None) -> str:
    words = said(record)
    return NOT_RUN if record is None or words == NOT_RUN else f"{words} ({record['version']}, {record['date']})"


def list_table(head: t.Sequence[str], rows: t.Iterable[t.Sequence[str]]) -> str:
    """Return a table in reStructuredText."""
    lines = [".. list-table::", "   :header-rows: 1", ""]
    for row in (head, *rows):
        lines += [f"   {'*' if number == 0 else ' '} - {cell}".rstrip() for number, cell in enumerate(row)]
    return "\n".join(lines)


def _servers(known: Known) -> str:
    found = known["servers"]
    rows = [
        (title, *(_dated(found.get(f"{server} {heading}")) for server in SERVERS))
        for heading, title in HEADINGS.items()
    ]
    notes = [
        f"- {name}, {title}: {', '.join(f'``{failure}``' for failure in record['failures'])}"
        for server, name in SERVERS.items()
        for heading, title in HEADINGS.items()
        if (record := found.get(f"{server} {heading}")) and record["failures"]
    ]
    failed = ["Failed:", "", *notes] if notes else ["No test has failed."]
    table = list_table(("what", *SERVERS.values()), rows)
    return "\n".join((table, "", *_tests(found), *failed, "", *_skipped(found)))


def _tests(found: t.Mapping[str, Record]) -> list[str]:
    """Return which tests were run under each heading."""
    lines = []
    for heading, title in HEADINGS.items():
        names = [name for server in SERVERS for name in found.get(f"{server} {heading}", {}).get("tests", [])]
        if names:
            lines.append(f"- {title}: {', '.join(f'``{name}``' for name in dict.fromkeys(names))}")
    return ["The tests:", "", *lines, ""] if lines else []


def _skipped(found: t.Mapping[str, Record]) -> list[str]:
    lines = []
    for server, name in SERVERS.items():
        reasons: dict[str, int] = {}
        for heading in HEADINGS:
            for reason, count in found.get(f"{server} {heading}", {}).get("skipped", {}).items():
                reasons[reason] = reasons.get(reason, 0) + count
        if reasons:
            lines.append(
                f"- {name}: {'; '.join(f'{count} for ``{reason}``' for reason, count in sorted(reasons.items()))}"
            )
    return ["Skipped:", "", *lines] if lines else ["No test was skipped."]


def _settings(known: Known) -> str:
    rows = []
    families = {
        name: max((server for server in SERVERS if name.startswith(server)), key=len) for name in known["settings"]
    }
    for name, record in sorted(
        known["settings"].items(), key=lambda item: ([*SERVERS].index(families[item[0]]), item[0])
    ):
        family = families[name]
        told = ", ".join(f"``{option.removeprefix('--')}``" for option in record["options"]) or "its own defaults"
        rows.append((SERVERS[family], told, record["engine"] or "", record["charset"], _dated(record)))
    return list_table(("server", "setting", "engine asked for", "Mandant's character set", "result"), rows)


def _torture(known: Known) -> str:
    rows = []
    for name, record in known["torture"].items():
        server, engine = name.split(" ")
        journal = " as one whose ``RENAME`` is no whole" if server.endswith("-with-journal") else ""
        title = SERVERS[server.removesuffix("-with-journal")].rpartition(" ")[0]
        ends = "; ".join(f"{end}: {count}" for end, count in sorted(record["ends"].items()))
        wrong = (
            f"**{len(record['failures'])} not put right**: {', '.join(record['failures'])}"
            if record["failures"]
            else "all right"
        )
        rows.append(
            (
                f"{title} {record['version']}{journal}",
                engine,
                str(record["faults"]),
                ends,
                wrong,
                f"{record['seed']}, {record['date']}",
            )
        )
    return list_table(("server", "engine", "faults", "what each left", "after the next run", "seed, date"), rows)


def _pythons(known: Known) -> str:
    rows = [
        (one["python"], one["pymysql"], f"MariaDB {one['server']}", f"{said(one)} ({one['date']})")
        for one in sorted(known["pythons"].values(), key=lambda one: _numbers(one["python"], one["pymysql"]))
    ]
    return list_table(("Python", "PyMySQL", "server", "result"), rows)


def _cores(known: Known) -> str:
    rows = [
        (one["core"], one["controller"], one["host"], one["pymysql"], f"{said(one)} ({one['date']})")
        for one in known["cores"].values()
    ]
    head = ("ansible-core", "Python of the controller", "Python of the managed host", "PyMySQL", "result")
    return list_table(head, rows)


def _sanity(known: Known) -> str:
    done = [one for one in known["sanity"].values() if not one["failures"]]
    if not done:
        return "``ansible-test sanity`` was not run."
    releases = ", ".join(f"{one['core']} on Python {one['python']} ({one['date']})" for one in done)
    return f"``ansible-test sanity`` passes without an ignore with ansible-core {releases}."


def _numbers(*versions: str) -> list[list[int]]:
    return [[int(part) for part in re.findall(r"\d+", version)] for version in versions]


def _readme(known: Known) -> str:
    lines = [f"| | {' | '.join(SHORT)} | cut off at random |", f"|---|{'---|' * (len(SHORT) + 1)}"]
    for server, name in SERVERS.items():
        cells = []
        for headings in SHORT.values():
            records = [known["servers"].get(f"{server} {heading}") for heading in headings]
            failed = sum(len(record["failures"]) for record in records if record)
            ran = all(record is not None and said(record) != NOT_RUN for record in records)
            cells.append(f"{failed} failed" if failed else "passed" if ran else NOT_RUN)
        tortured = [one for key, one in known["torture"].items() if key.split(" ")[0] == server]
        wrong = sum(len(one["failures"]) for one in tortured)
        times = f"{sum(one['faults'] for one in tortured)} times" + (f", {wrong} not put right" if wrong else "")
        lines.append(f"| {name} | {' | '.join(cells)} | {times if tortured else NOT_RUN} |")
    return "\n".join(lines)


def filled(text: str, parts: t.Mapping[str, str], mark: str) -> str:
    """Return a document with its parts between their marks; ``mark`` is how the document writes one."""
    for name, content in parts.items():
        begin, end = mark.format(f"matrix: {name}"), mark.format(f"matrix: end of {name}")
        before, found, rest = text.partition(begin)
        _old, also, after = rest.partition(end)
        if not found or not also:
            raise ValueError(f"{name} has no place")
        text = f"{before}{begin}\n\n{content}\n\n{end}{after}"
    return text


def documents(known: Known) -> dict[Path, str]:
    """Return the documents as they have to be."""
    parts = {
        "servers": _servers(known),
        "settings": _settings(known),
        "torture": _torture(known),
        "pythons": _pythons(known),
        "cores": _cores(known),
        "sanity": _sanity(known),
    }
    return {
        PAGE: filled(PAGE.read_text(encoding="utf-8"), parts, ".. {}"),
        README: filled(README.read_text(encoding="utf-8"), {"short": _readme(known)}, "<!-- {} -->"),
    }


def write(known: Known) -> None:
    """Write the documents anew."""
    for path, text in documents(known).items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(json.loads(RESULT.read_text(encoding="utf-8")))
    sys.exit(0)
