# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The difference that a run makes, in words that ``--diff`` prints as they are, beside its data; pure."""

from __future__ import annotations

import collections
import dataclasses
import typing as t
from pathlib import Path

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import printable
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.same_wanted import listed_names

Json = dict[str, t.Any]
TOLD_TABLES = 12
_DRIFTED = {
    "content": "replaced, its content differs",
    "definition": "replaced, its definition differs",
    "foreign_keys": "replaced, its foreign keys differ",
    "trigger": "replaced, its triggers differ",
    "view": "replaced, the view differs",
}


@dataclasses.dataclass(frozen=True)
class _Line:
    """One table: its rows before and after, None for a view and where it is not there."""

    name: str
    before: int | None
    after: int | None
    what: str

    @property
    def order(self) -> tuple[bool, int, str]:
        """What differs stands first, then the largest."""
        return self.what == "replaced" and self.before == self.after, -max(self.before or 0, self.after or 0), self.name


def worded(
    mandant: str,
    before: Json,
    after: Json,
    *,
    kept: t.Container[str] = (),
    differing: t.Mapping[str, str] | None = None,
    dropped: t.Sequence[str] = (),
) -> Json:
    """Return the diff of a result: ``prepared`` for the screen, and ``data`` with what it was made of.

    ``before`` and ``after`` have ``tables`` (name to its ``rows``) and names under ``previous``, ``triggers`` and
    ``foreign_keys``. ``kept`` are the tables that the run does not touch, ``differing`` what drifted in which table,
    ``dropped`` what goes for good.
    """
    lines = _lines(before["tables"], after["tables"], kept, differing or {})
    text = [
        f"{printable(mandant)}: {_sum(before['tables'])} before, {_sum(after['tables'])} after",
        *_table(lines),
        *_names("new trigger", "new triggers", _added(after, before, "triggers")),
        *_names("trigger that goes", "triggers that go", _added(before, after, "triggers")),
        *_names("new foreign key", "new foreign keys", _added(after, before, "foreign_keys")),
        *_names("foreign key that goes", "foreign keys that go", _added(before, after, "foreign_keys")),
        *_names("dropped for good", "dropped for good", dropped),
        *_names("kept for the way back", "kept for the way back", after.get("previous", ())),
    ]
    return {"prepared": "\n".join(text) + "\n", "data": {"before": before, "after": after}}


def backup_worded(mandant: str, result: Json) -> Json:
    """Return the diff of a backup, in the shape of ``worded``; ``result`` is that of mandant_backup."""
    name = Path(result["file"]["path"]).name
    left_out = [f"{len(names)} {kind if len(names) > 1 else kind[:-1]}" for kind, names in result["left_out"].items()]
    text = [
        f"{printable(mandant)}: {_count(len(result['tables']), 'table')} with {_count(result['rows'], 'row')}",
        f"  new backup: {printable(name)}",
        *_names("older backup that goes", "older backups that go", result["removed"]),
        *([f"  left out, as CAO-Faktura does: {', '.join(left_out)}"] if left_out else []),
    ]
    data = {"before": {"removed": result["removed"], "written": []}, "after": {"removed": [], "written": [name]}}
    return {"prepared": "\n".join(text) + "\n", "data": data}


def _lines(
    before: t.Mapping[str, Json], after: t.Mapping[str, Json], kept: t.Container[str], differing: t.Mapping[str, str]
) -> list[_Line]:
    found = []
    for name in {**before, **after}:
        if name not in before:
            what = "new"
        elif name not in after:
            what = "gone"
        elif name in kept:
            what = "left alone"
        else:
            what = _DRIFTED.get(differing.get(name, ""), "replaced")
        found.append(_Line(name, before.get(name, {}).get("rows"), after.get(name, {}).get("rows"), what))
    return sorted(found, key=lambda line: line.order)


def _table(lines: t.Sequence[_Line]) -> list[str]:
    touched = [line for line in lines if line.what != "left alone"]
    told, rest = touched[:TOLD_TABLES], [*touched[TOLD_TABLES:], *(line for line in lines if line not in touched)]
    cells = [("table", "rows before", "after", "")]
    cells += [(printable(one.name), _rows(one.before), _rows(one.after), one.what) for one in told]
    first, second, third = (max(len(row[column]) for row in cells) for column in range(3))
    text = [f"  {name:<{first}}  {old:>{second}}  {new:>{third}}  {what}".rstrip() for name, old, new, what in cells]
    counts = collections.Counter(line.what for line in rest)
    if rest:
        text.append(f"  and {len(rest)} more: {', '.join(f'{count} {what}' for what, count in counts.items())}")
    return text if told else text[1:]


def _rows(rows: int | None) -> str:
    return "-" if rows is None else f"{rows:,}"


def _sum(tables: t.Mapping[str, Json]) -> str:
    rows = sum(one["rows"] or 0 for one in tables.values())
    return f"{_count(len(tables), 'table')} with {_count(rows, 'row')}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _added(there: Json, other: Json, kind: str) -> list[str]:
    known = set(other.get(kind, ()))
    return [name for name in there.get(kind, ()) if name not in known]


def _names(one: str, several: str, names: t.Sequence[str]) -> list[str]:
    return [f"  {one if len(names) == 1 else several}: {listed_names(names)}"] if names else []
