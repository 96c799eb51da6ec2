# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the report says of drills: proven only where a restore went through, and the copy is no Mandant."""

from __future__ import annotations

import datetime
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.plugin_utils._report.gathered.call import Call, Ended, Origin, read_call
from ansible_collections.cao.faktura.plugins.plugin_utils._report.gathered.document import (
    HostProblem,
    Run,
    build_document,
)
from ansible_collections.cao.faktura.plugins.plugin_utils._report.page.page import render_page

Json = dict[str, t.Any]

ANALYSIS: Json = {
    "company": "Kräuterhof",
    "rows": 12,
    "last_document_date": "2026-11-02",
    "file": {"path": "/a/b.zip", "size": 519},
}
RESTORED: Json = {
    "changed": True,
    "action": "created",
    "analysis": ANALYSIS,
    "chosen": {"path": "/a/b.zip", "date": "2026-11-02T18:05:00", "age_seconds": 32400, "candidates": 3},
    "restore": {"tables": 2, "rows": 12, "seconds": 1.5},
    "checks": [{"name": "positions belong to documents", "passed": True, "value": 0}],
}
FAILED: Json = {"failed": True, "error": "truncated", "msg": "/a/b.zip ends in the middle"}


def _call(module: str, result: Json, state: Ended = "ok", *, check: bool = False, **args: t.Any) -> Call:
    options = {"mandant": "cao_demo_drill", "scratch": True, "login_host": "db", **args}
    return read_call(Origin(module, "task", "host"), options, result, state, check_mode=check)


def _info(**facts: t.Any) -> Call:
    found = {"name": "cao_demo", "rows": 15, "last_document_date": "2026-11-03", "restored": None, **facts}
    return _call("mandant_info", {"changed": False, "mandanten": [found]}, mandant="cao_demo", scratch=None)


def _document(*calls: Call, problems: t.Sequence[HostProblem] = ()) -> Json:
    moment = datetime.datetime(2026, 11, 24, 2, tzinfo=datetime.timezone.utc)
    return build_document(Run("", "1.0.0", ("a.yml",), moment, moment, False, "finished"), calls, problems)


REMOVED = _call("mandant_remove", {"changed": True, "action": "removed"})


def test_a_backup_is_proven_by_its_restore() -> None:
    told = _document(_call("mandant_restore", RESTORED), REMOVED, _info())
    (drill,) = told["drills"]
    assert (drill["state"], drill["removed"], drill["mandant"], drill["newer"]) == ("proven", True, "cao_demo", True)
    assert (drill["rows_in_mandant"], drill["backup"]["rows"]) == (15, 12)
    assert told["summary"]["drills"]["proven"] == 1
    # The copy is no Mandant, and what was restored into it is not counted as restored.
    assert [(one["mandant"], one["outcome"]) for one in told["mandanten"]] == [("cao_demo", "seen")]
    assert told["summary"]["rows"] == 0
    page = render_page(told, "de")
    for words in ("1 bewiesen", "Bewiesen", "Alter 9 h 0 min", "Neuer im Mandanten", "positions belong to documents"):
        assert words in page


@pytest.mark.parametrize("error", ["truncated", "check_failed", "would_replace_work", "too_old"])
def test_what_is_not_proven_says_why(error: str) -> None:
    told = _document(_call("mandant_restore", {**FAILED, "error": error}, "failed"), REMOVED, _info())
    (drill,) = told["drills"]
    assert drill["state"] == ("too_old" if error == "too_old" else "failed")
    assert told["summary"]["failed"] == 1
    page = render_page(told, "en")
    assert "/a/b.zip ends in the middle" in page
    assert "Everything went well" not in page
    assert "Proven" in page


def test_a_copy_that_stays_is_told() -> None:
    gone_wrong = _call("mandant_remove", {"failed": True, "error": "mandant_in_use", "msg": "in use"}, "failed")
    told = _document(_call("mandant_restore", RESTORED), gone_wrong)
    assert (told["drills"][0]["state"], told["drills"][0]["error"]["name"]) == ("failed", "mandant_in_use")
    assert "The scratch copy is still there" in render_page(told, "en")


def test_check_mode_proves_nothing() -> None:
    told = _document(_call("mandant_restore", RESTORED, check=True), _call("mandant_remove", {}, check=True))
    assert told["summary"]["drills"] == {"failed": 0, "too_old": 0, "forecast": 1, "proven": 0}


@pytest.mark.parametrize(("said", "drilled"), [("yes", True), ("true", True), (False, False), ("no", False)])
def test_what_is_a_drill(said: object, drilled: bool) -> None:
    told = _document(_call("mandant_restore", RESTORED, scratch=said))
    assert bool(told["drills"]) is drilled
    assert bool(told["mandanten"]) is not drilled


def test_days_and_hostile_names() -> None:
    old = {**RESTORED, "chosen": {"date": "x", "age_seconds": 40 * 86400 + 7, "candidates": 1}}
    page = render_page(_document(_call("mandant_restore", old, mandant="<script>x</script>")), "en")
    assert "age 40 days" in page
    assert "<script>x" not in page


def test_a_drill_that_failed_is_told_once() -> None:
    """The role fails its host at the end, by a task of another module."""
    problems = [HostProblem(host, "failed_before", "Fail by what was found") for host in ("host", "other")]
    failed = _call("mandant_restore", FAILED, "failed")
    assert [one["host"] for one in _document(failed, problems=problems)["hosts"]] == ["other"]
    assert len(_document(_call("mandant_restore", RESTORED), problems=problems)["hosts"]) == 2
