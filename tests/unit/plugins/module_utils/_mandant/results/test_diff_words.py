# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The difference in words: what differs first, then the largest, the rest counted."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._mandant.results.diff_words import (
    TOLD_TABLES,
    backup_worded,
    worded,
)


def tables(**rows: int | None) -> dict[str, t.Any]:
    return {"tables": {name: {"rows": count} for name, count in rows.items()}}


def test_what_is_new_gone_replaced_and_left_alone() -> None:
    before = tables(ARTIKEL=1200, FIRMA=1, KASSE=40, XT=5, LAND=3)
    after = tables(ARTIKEL=1250, FIRMA=1, XT=5, LAND=3, SICHT=None)
    told = worded("cao_eins", before, after, kept={"XT"}, differing={"FIRMA": "content"}, dropped=["BACK_LAND"])
    assert told["data"] == {"before": before, "after": after}
    assert told["prepared"].splitlines() == [
        "cao_eins: 5 tables with 1,249 rows before, 5 tables with 1,259 rows after",
        "  table    rows before  after",
        "  ARTIKEL        1,200  1,250  replaced",
        "  KASSE             40      -  gone",
        "  FIRMA              1      1  replaced, its content differs",
        "  SICHT              -      -  new",
        "  LAND               3      3  replaced",
        "  and 1 more: 1 left alone",
        "  dropped for good: BACK_LAND",
    ]


def test_many_tables_are_counted_and_objects_named() -> None:
    names = {f"T{number:02d}": number for number in range(40)}
    before = {"tables": {}, "triggers": ["a of T01"], "previous": ["BACK_T01"]}
    after = {**tables(**names), "triggers": ["b of T01", "c of T02"], "foreign_keys": ["f of T03"]}
    text = worded("m", before, {**after, "previous": [f"BACK_{name}" for name in names]})["prepared"]
    lines = text.splitlines()
    assert lines[0] == "m: 0 tables with 0 rows before, 40 tables with 780 rows after"
    assert lines[2].split() == ["T39", "-", "39", "new"]
    assert lines[2 + TOLD_TABLES :] == [
        f"  and {40 - TOLD_TABLES} more: {40 - TOLD_TABLES} new",
        "  new triggers: b of T01, c of T02",
        "  trigger that goes: a of T01",
        "  new foreign key: f of T03",
        "  kept for the way back: BACK_T00, BACK_T01, BACK_T02, BACK_T03, BACK_T04 and 35 more",
    ]


def test_a_name_cannot_write_to_the_terminal() -> None:
    assert "\x1b" not in worded("m\x1b[2J", tables(), tables(**{"a\x1b[2J": 1}))["prepared"]


def _saved(**changed: t.Any) -> dict[str, t.Any]:
    result = {
        "file": {"path": "/srv/backup/CAO_neu.zip"},
        "tables": [{"name": "FIRMA", "rows": 1}],
        "rows": 1,
        "removed": [],
        "left_out": {},
    }
    return {**result, **changed}


def test_a_backup_in_words() -> None:
    told = backup_worded("cao_eins", _saved())
    assert told["prepared"] == "cao_eins: 1 table with 1 row\n  new backup: CAO_neu.zip\n"
    assert told["data"] == {
        "before": {"removed": [], "written": []},
        "after": {"removed": [], "written": ["CAO_neu.zip"]},
    }


def test_what_a_backup_removes_and_leaves_out() -> None:
    left_out = {"views": ["A", "B"], "triggers": ["C"]}
    told = backup_worded("cao_eins", _saved(removed=["alt1.zip", "alt2.zip"], left_out=left_out, rows=1234))
    assert told["prepared"].splitlines() == [
        "cao_eins: 1 table with 1,234 rows",
        "  new backup: CAO_neu.zip",
        "  older backups that go: alt1.zip, alt2.zip",
        "  left out, as CAO-Faktura does: 2 views, 1 trigger",
    ]
    assert told["data"]["before"]["removed"] == ["alt1.zip", "alt2.zip"]


def test_the_name_of_a_backup_cannot_write_to_the_terminal() -> None:
    file = {"path": "/srv/a\x1b[2J.zip"}
    assert "\x1b" not in backup_worded("m\x1b[2J", _saved(file=file, removed=["b\x1b[2J.zip"]))["prepared"]
