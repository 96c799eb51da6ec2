# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The metrics of a run: what Prometheus reads, and what stays of runs before."""

from __future__ import annotations

import datetime
import math
import re
import stat
import typing as t
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.plugin_utils._report.gathered.call import Call, Ended, Origin, read_call
from ansible_collections.cao.faktura.plugins.plugin_utils._report.gathered.document import (
    HostProblem,
    Run,
    build_document,
)
from ansible_collections.cao.faktura.plugins.plugin_utils._report.metrics import (
    FAMILIES,
    PREFIX,
    Series,
    parsed,
    rendered,
    write_metrics,
)
from ansible_collections.cao.faktura.plugins.plugin_utils._report.write import write_whole

Json = dict[str, t.Any]

FIRST, SECOND = (datetime.datetime(2026, 11, day, 2, tzinfo=datetime.timezone.utc) for day in (24, 25))
RESTORED: Json = {
    "changed": True,
    "action": "restored",
    "analysis": {"company": "Kräuterhof", "rows": 12},
    "chosen": {"date": "2026-11-23T18:05:00", "age_seconds": 28500, "candidates": 3},
    "restore": {"tables": 2, "rows": 12, "seconds": 1.5, "downtime_seconds": 0.08},
}
FAILED: Json = {"failed": True, "error": "truncated", "msg": "no"}
HOSTILE = 'a"b\\c\nd{x="1"} 7'


def _call(module: str, result: Json, state: Ended = "ok", **args: t.Any) -> Call:
    options = {"mandant": "cao_demo", "login_host": "db", **args}
    return read_call(Origin(module, "task", "host"), options, result, state)


def _document(*calls: Call, at: datetime.datetime = FIRST, problems: t.Sequence[HostProblem] = ()) -> Json:
    return build_document(Run("", "1.0.0", ("a.yml",), at, at, False, "finished"), calls, problems)


def _written(path: Path, document: Json) -> dict[str, float]:
    """Write, and return the metrics of the Mandant by their short names."""
    write_metrics(document, path, write_whole)
    series = parsed(path.read_text(encoding="utf-8"))
    return {name: value for (name, labels), value in series.items() if dict(labels).get("mandant") == "cao_demo"}


def test_what_prometheus_reads(tmp_path: Path) -> None:
    parser = pytest.importorskip("prometheus_client.openmetrics.parser")
    legacy = pytest.importorskip("prometheus_client.parser")
    path = tmp_path / "metrics" / "cao.prom"
    calls = (_call("mandant_restore", RESTORED), _call("mandant_restore", RESTORED, mandant=HOSTILE, scratch=True))
    write_metrics(_document(*calls, problems=[HostProblem("away", "unreachable", "task")]), path, write_whole)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    text = path.read_text(encoding="utf-8")
    families = {one.name: one for one in parser.text_string_to_metric_families(text)}
    assert set(families) <= {PREFIX + name for name in FAMILIES}
    assert {one.type for one in families.values()} == {"gauge"}
    (drill,) = families["cao_faktura_drill_last_success_timestamp_seconds"].samples
    assert (drill.labels, drill.value) == (
        {"host": "host", "mandant": HOSTILE, "server": "db"},
        FIRST.timestamp(),
    )
    # The textfile collector reads the older format.
    assert {one.name for one in legacy.text_string_to_metric_families(text)} == set(families)


def test_names_and_units() -> None:
    for name, told in FAMILIES.items():
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", name)
        assert told.endswith(".")
        # Seconds alone, base units; a moment says so.
        assert not re.search(r"_(ms|minutes|hours|days|age|total)(_|$)", name)
        assert name.endswith("_timestamp_seconds") == ("When" in told)
    assert rendered({}) == "# EOF\n"


def test_what_went_well_before_is_known_after_a_failure(tmp_path: Path) -> None:
    path = tmp_path / "cao.prom"
    well = _written(
        path, _document(_call("mandant_restore", RESTORED), _call("mandant_restore", RESTORED, scratch=True))
    )
    assert (well["run_success"], well["drill_success"]) == (1, 1)
    assert (well["restore_rows"], well["restore_downtime_seconds"]) == (12, 0.08)
    created = _call("mandant_restore", {**RESTORED, "action": "created"})
    assert _written(tmp_path / "new.prom", _document(created))["restore_downtime_seconds"] == 0
    failed = _call("mandant_restore", FAILED, "failed")
    after = _written(path, _document(failed, at=SECOND))
    assert (after["run_success"], after["run_last_success_timestamp_seconds"]) == (0, FIRST.timestamp())
    assert after["restore_last_success_timestamp_seconds"] == FIRST.timestamp()
    again = _written(path, _document(_call("mandant_restore", {**RESTORED, "action": "unchanged"}), at=SECOND))
    assert (again["run_success"], again["run_last_success_timestamp_seconds"]) == (1, SECOND.timestamp())


def test_a_drill_that_fails_keeps_its_last_success(tmp_path: Path) -> None:
    path = tmp_path / "cao.prom"
    drill: Json = {"mandant": "cao_demo", "scratch": True}
    well = _written(path, _document(_call("mandant_restore", RESTORED, **drill)))
    assert well["backup_timestamp_seconds"] == FIRST.timestamp() - 28500
    assert (well["drill_success"], well["drill_rows"], well["drill_duration_seconds"]) == (1, 12, 1.5)
    after = _written(path, _document(_call("mandant_restore", FAILED, "failed", **drill), at=SECOND))
    assert (after["drill_success"], after["drill_last_success_timestamp_seconds"]) == (0, FIRST.timestamp())


def test_drift_and_its_end(tmp_path: Path) -> None:
    path = tmp_path / "cao.prom"
    seen = _seen(DRIFT, {"rows": 3})
    assert _written(path, _document(seen))["drift_tables"] == 1
    assert _written(path, _document(seen, _call("mandant_restore", RESTORED)))["drift_tables"] == 0


UNTOUCHED: Json = {"changed": False, "action": "unchanged", "drift": None}
DRIFT: Json = {"tables": [{"name": "ARTIKEL", "what": "content"}]}


def _seen(drift: Json | None, restored: Json | None) -> Call:
    facts = {"name": "cao_demo", "restored": restored, "drift": drift}
    return _call("mandant_info", {"changed": False, "mandanten": [facts]})


@pytest.mark.parametrize(
    ("call", "fresh", "after"),
    [
        # What nobody has compared is not told, and what was told before stays.
        (_call("mandant_restore", UNTOUCHED), None, 1),
        (_call("mandant_backup", {"changed": True}), None, 1),
        (_call("mandant_compare", {"changed": False, "comparison": {}}), None, 1),
        (_seen(None, {"rows": 3}), None, 1),
        (_call("mandant_restore", {**UNTOUCHED, "drift": {"tables": []}}), 0, 0),
        (_seen({"tables": []}, {"rows": 3}), 0, 0),
        (_seen(DRIFT, {"rows": 3}), 1, 1),
        (_call("mandant_restore", RESTORED), 0, 0),
        (_call("mandant_restore", {**RESTORED, "drift": DRIFT}), 0, 0),
        # Some tables alone say nothing of the others.
        (_call("mandant_restore", {**UNTOUCHED, "drift": {"tables": []}}, tables=["ARTIKEL"]), None, 1),
        # What is there now nobody has compared with anything.
        (_call("mandant_restore", {**RESTORED, "drift": DRIFT}, tables=["ARTIKEL"]), None, None),
        (_call("mandant_rollback", {"changed": True, "action": "rolled_back"}), None, None),
        (_seen(None, None), None, None),
    ],
)
def test_drift_is_told_where_it_is_known(tmp_path: Path, call: Call, fresh: int | None, after: int | None) -> None:
    assert _written(tmp_path / "fresh.prom", _document(call)).get("drift_tables") == fresh
    path = tmp_path / "cao.prom"
    assert _written(path, _document(_seen(DRIFT, {"rows": 3})))["drift_tables"] == 1
    assert _written(path, _document(call, at=SECOND)).get("drift_tables") == after


def test_hosts_and_what_was_removed(tmp_path: Path) -> None:
    path = tmp_path / "cao.prom"
    _written(path, _document(_call("mandant_restore", RESTORED), problems=[HostProblem("away", "unreachable", "task")]))
    assert 'host_success{host="away"} 0' in path.read_text(encoding="utf-8")
    removed = _call("mandant_remove", {"changed": True, "action": "removed"})
    assert _written(path, _document(removed, at=SECOND)) == {}
    assert 'host_success{host="host"} 1' in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text", ["", "\0", "cao_faktura_x{} 1\n", 'cao_faktura_run_success{host="h"} 1.2.3\n', "x" * 99]
)
def test_what_others_wrote_is_left_out(tmp_path: Path, text: str) -> None:
    path = tmp_path / "cao.prom"
    path.write_text(text, encoding="utf-8")
    assert _written(path, _document(_call("mandant_restore", RESTORED)))["run_success"] == 1
    assert path.read_text(encoding="utf-8").endswith("# EOF\n")


@pytest.mark.parametrize("value", [0.0, 1.0, 12.5, 1795485600.123, 1e15])
def test_numbers_and_labels_come_back(value: float) -> None:
    series: Series = {("run_success", (("host", HOSTILE), ("mandant", "Größe, \\"))): value}
    (one,) = list(parsed(rendered(series)).items())
    key, found = one
    assert key in series
    assert math.isclose(found, value)
