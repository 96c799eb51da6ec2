# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a restore says of itself: the same in check mode as after it, and never a value of a row."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import Backup, open_backup
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError
from ansible_collections.cao.faktura.plugins.module_utils._mandant.neutralise.forecast import count_changes
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.drift import Drift
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import ExistingTable
from ansible_collections.cao.faktura.plugins.module_utils._mandant.outcome import Outcome
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.decision import Decision
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.plan import plan
from ansible_collections.cao.faktura.plugins.module_utils._mandant.results.restored import Measured, forecast, restored
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.loaded import Loaded
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted
from mandant_values import observed

DUMP = b"""-- MySQL dump 10.13
CREATE TABLE `mitarbeiter` (`MA_ID` int, `USER_PASSWORD` varchar(40));
CREATE TABLE `link` (`ID` int, `PFAD` varchar(90));
CREATE TABLE `xt` (`ID` int);
CREATE TABLE `registry` (`MAINKEY` varchar(255), `NAME` varchar(100), `VAL_CHAR` text);
CREATE VIEW `v` AS SELECT `ID` FROM `link`;
INSERT INTO `mitarbeiter` VALUES (1,'geheim'),(2,'geheim');
INSERT INTO `link` VALUES (1,'geheim'),(2,'geheim'),(3,'geheim');
INSERT INTO `registry` VALUES ('MAIN','DB_VERSION','1.50'),('MAIN','PWD','geheim');
"""
SEEN = observed(
    ExistingTable("MITARBEITER", False, "MyISAM", None, rows=9),
    ExistingTable("XT", False, "MyISAM", None, rows=7),
    ExistingTable("SICHT", True),
    db_version="1.40",
)
DECISION = Decision(True, "because", drift=(Drift("MITARBEITER", "content"),))
LOADED_ROWS = 4
NEUTRALISED = [
    {"group": "passwords", "rows": 3, "tables": [
        {"name": "REGISTRY", "rows": 1, "what": "emptied"},
        {"name": "MITARBEITER", "rows": 2, "what": "emptied"},
    ]},
    {"group": "paths", "rows": 3, "tables": [
        {"name": "REGISTRY", "rows": 0, "what": "emptied"},
        {"name": "LINK", "rows": 3, "what": "removed"},
    ]},
]  # fmt: skip
NEW = {"LINK": {"rows": 0}, "MITARBEITER": {"rows": 2}, "REGISTRY": {"rows": 2}}
OLD = {"MITARBEITER": {"rows": 9}, "SICHT": {"rows": None}, "XT": {"rows": 7}}


@pytest.fixture
def backup(tmp_path: Path) -> t.Iterator[Backup]:
    """Return a backup with rows that are neutralised."""
    path = tmp_path / "backup.sql"
    path.write_bytes(DUMP)
    with open_backup(str(path)) as opened:
        yield opened


def told(backup: Backup, *, check: bool, loaded: Loaded | None = None, **options: t.Any) -> Outcome:
    """Return what a run says in check mode, or when it has done as it said."""
    want_diff = options.pop("want_diff", True)
    previous = options.pop("previous", "keep")
    wanted = Wanted("m", keep_tables=("xt",), neutralise=frozenset(["paths", "passwords"]), previous=previous)
    made = plan(wanted, DECISION, SEEN, backup.analysis)
    assert made.refusal is None
    warnings = ["one", "two", "one"]
    if check:
        return forecast(backup, SEEN, made, warnings, want_diff=want_diff)
    given = {"seconds": 2.00049, "downtime_seconds": 0.1234567, **options}
    neutralised = count_changes(made.neutralise, backup)
    measured = Measured(loaded=loaded or Loaded(rows=LOADED_ROWS), neutralised=neutralised, **given)
    return restored(backup, SEEN, made, measured, warnings, want_diff=want_diff)


@pytest.mark.parametrize("check", [True, False])
def test_what_is_told_is_the_same_before_and_after(backup: Backup, check: bool) -> None:
    outcome = told(backup, check=check)
    assert outcome.restore is not None
    assert (outcome.changed, outcome.action, outcome.warnings) == (True, "restored", ("one", "two"))
    assert outcome.restore["left_behind"] == [{"kind": "view", "name": "SICHT", "table": "SICHT"}]
    assert (outcome.restore["dropped"], outcome.restore["others_aside"]) == ([], [])
    assert outcome.drift == {"tables": [{"name": "MITARBEITER", "what": "content"}]}
    facts = {name: outcome.restore[name] for name in ("tables", "rows", "errors", "previous", "neutralised")}
    assert facts == {
        "tables": 3,
        "rows": LOADED_ROWS,
        "errors": [],
        "previous": ["BACK_MITARBEITER", "BACK_SICHT"],
        "neutralised": NEUTRALISED,
    }
    assert outcome.diff["data"] == {
        "before": {"tables": OLD},
        # What stays is in both; a view has no rows of its own.
        "after": {
            "tables": {**NEW, "XT": {"rows": 7}, "v": {"rows": None}},
            "previous": ["BACK_MITARBEITER", "BACK_SICHT"],
        },
    }
    assert [finding["name"] for finding in outcome.analysis["findings"]][-1] == "newer_db_version"
    assert [report["count"] for report in outcome.restore["warnings"] if report["table"] == "xt"] == [1]
    assert "geheim" not in json.dumps([outcome.restore, outcome.diff, outcome.analysis, outcome.drift])


@pytest.mark.parametrize("check", [True, False])
def test_a_diff_only_where_it_is_wanted(backup: Backup, check: bool) -> None:
    assert told(backup, check=check, want_diff=False).diff == {}


@pytest.mark.parametrize(
    ("check", "options", "figures"),
    [
        (True, {}, (None, None, None)),
        (False, {}, (2.0, 0.123, 2)),
        # A clock that stands still is no reason to fail when all is done.
        (False, {"seconds": 0.0}, (0.0, 0.123, 0)),
    ],
)
def test_figures(backup: Backup, check: bool, options: dict[str, t.Any], figures: tuple[float | None, ...]) -> None:
    found = told(backup, check=check, **options).restore or {}
    assert (found["seconds"], found["downtime_seconds"], found["rows_per_second"]) == figures


@pytest.mark.parametrize("check", [True, False])
def test_what_is_dropped_is_no_generation_before(backup: Backup, check: bool) -> None:
    found = told(backup, check=check, previous="drop").restore or {}
    assert (found["previous"], found["dropped"]) == ([], ["MITARBEITER", "SICHT"])


def test_rows_that_were_left_out_are_told_without_their_values(backup: Backup) -> None:
    loaded = Loaded(rows=LOADED_ROWS + 1)
    rows = Rows("LINK", b"INSERT", (), 1, statement=9, line=8, text=b"(3,'geheim')")
    loaded.skip(rows, ServerError(1062, "Duplicate entry 'geheim' for key 'K'"))
    loaded.warn("LINK", "error 1265: value does not fit the column", 2)
    outcome = told(backup, check=False, loaded=loaded)
    restore = outcome.restore or {}
    assert outcome.warnings == ("one", "two", "m: 1 statements failed and were left out")
    assert [(error["table"], error["line"], error["statement"]) for error in restore["errors"]] == [("LINK", 8, 9)]
    assert restore["warnings"][-1] == {
        "table": "LINK",
        "text": "error 1265: value does not fit the column",
        "count": 2,
    }
    assert "geheim" not in json.dumps(restore)


def test_the_analysis_of_the_backup_is_not_changed_by_what_is_told(backup: Backup) -> None:
    before = backup.analysis.to_result()
    told(backup, check=True)
    assert backup.analysis.to_result() == before
