# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a report makes of results: by Mandant, the last word counts, and only what is named gets on."""

from __future__ import annotations

import datetime
import json
import typing as t
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._ansible import argument_spec
from ansible_collections.cao.faktura.plugins.plugin_utils._report.card import card_lines
from ansible_collections.cao.faktura.plugins.plugin_utils._report.gathered.call import Call, Ended, Origin, read_call
from ansible_collections.cao.faktura.plugins.plugin_utils._report.gathered.document import Run, build_document
from ansible_collections.cao.faktura.plugins.plugin_utils._report.metrics import gathered
from ansible_collections.cao.faktura.plugins.plugin_utils._report.page.page import render_page
from ansible_collections.cao.faktura.plugins.plugin_utils._report.write import write_whole

SECRETS = {"password": "Kräutergarten", "login_password": "Geheimnis"}
ANALYSIS: dict[str, t.Any] = {
    "dialect": "cao",
    "header": {"program": "CAO-Faktura", "date": "02.11.2026 18:05:09", "mandant": "Kräuterhof"},
    "file": {"path": "/a/b.zip", "size": 519_000, "sha256": "69b6", "member": "b.sql", "encryption": "zipcrypto"},
    "encoding": "latin1",
    "tables": [{"name": "ARTIKEL", "rows": 1, "bytes": 100}, {"name": "PLZ", "rows": 0, "bytes": 0}],
    "rows": 1,
    "statements": 3,
    "db_version": "1.40",
    "company": "Kräuterhof",
    "head": ["# CAO-Faktura", "#", "# Mandant :Kräuterhof"],
    "repairs": [{"name": "decimal_comma", "table": "ARTIKEL", "column": "VK5", "count": 2, "text": "numbers"}] * 2,
    "findings": [{"name": "static_tables_left_out", "table": None, "text": "PLZ: saved without rows."}],
}


def call(module: str, result: dict[str, t.Any], state: Ended = "ok", **args: t.Any) -> Call:
    """Return a call on one Mandant of one host."""
    args = {"database": "cao_demo", "src": "b.zip", **SECRETS, **args}
    return read_call(Origin(module, "task", "host"), args, result, state)


def restored(action: str = "restored", **more: t.Any) -> Call:
    return call("mandant_restore", {"changed": action != "unchanged", "action": action, "analysis": ANALYSIS, **more})


def failed(error: str, module: str = "mandant_restore") -> Call:
    return call(module, {"failed": True, "error": error, "msg": "Kräutergarten is wrong"}, "failed")


def drifted(*names: str) -> Call:
    tables = [{"name": name, "what": "content"} for name in names]
    facts = {"name": "cao_demo", "company": "Kräuterhof", "restored": None, "drift": {"tables": tables}}
    return call("mandant_info", {"changed": False, "mandanten": [facts]})


def document(*calls: Call) -> dict[str, t.Any]:
    moment = datetime.datetime(2026, 11, 24, 2, tzinfo=datetime.timezone.utc)
    run = Run("", "1.0.0", ("a.yml",), moment, moment + datetime.timedelta(seconds=5), False, "finished")
    return build_document(run, calls)


@pytest.mark.parametrize(
    ("calls", "outcome"),
    [
        ([failed("locked"), restored()], "restored"),
        ([restored(), failed("locked")], "failed"),
        ([restored(), restored("unchanged")], "restored"),
        ([restored("unchanged")], "unchanged"),
        ([failed("locked", "mandant_backup"), restored()], "failed"),
        ([drifted("ARTIKEL")], "drifted"),
        ([drifted()], "seen"),
        ([drifted("ARTIKEL"), restored()], "restored"),
        ([restored(), drifted("ARTIKEL")], "drifted"),
        ([call("mandant_backup", {"changed": True, "file": {"path": "x", "size": 1}, "tables": [1]})], "saved"),
        ([call("mandant_rollback", {"changed": True, "action": "rolled_back", "analysis": {}})], "rolled_back"),
        ([call("mandant_restore", {"unreachable": True, "msg": "no route"}, "unreachable")], "unreachable"),
    ],
)
def test_last_word_of_each_module_counts(calls: list[Call], outcome: str) -> None:
    (record,) = document(*calls)["mandanten"]
    assert record["outcome"] == outcome
    assert (record["error"] is not None) == (outcome in ("failed", "unreachable"))


@pytest.mark.parametrize(("too_old", "kind"), [(False, "in_use"), (True, "errors")])
def test_work_is_no_drift_and_the_newest_backup_is_told(too_old: bool, kind: str) -> None:
    drift = {"verify": "quick", "tables": [], "in_use": ["JOURNAL"]}
    facts = {"name": "cao_demo", "company": "Kräuterhof", "restored": None, "drift": drift}
    backup = {"path": "/srv/b/CAO_backup_1.zip", "date": "2026-11-21T02:00:00", "age_seconds": 3 * 86400, "more": 1}
    looked = call("mandant_info", {"mandanten": [facts], "newest_backup": {**backup, "too_old": too_old}})
    told = document(looked)
    (record,) = told["mandanten"]
    assert (record["outcome"], record["drifted"], record["in_use"]) == ("seen", False, ["JOURNAL"])
    assert "more" not in record["newest_backup"]
    page = render_page(told, "en")
    assert "In use since; rows changed in" in page
    assert "CAO_backup_1.zip, age 3 days" in page
    assert f"note {kind}" in page
    (age,) = (value for (name, _labels), value in gathered(told).items() if name == "backup_timestamp_seconds")
    assert age == datetime.datetime(2026, 11, 21, 2, 0, 5, tzinfo=datetime.timezone.utc).timestamp()


def test_only_what_is_named_gets_on() -> None:
    told = document(
        restored(rows_of_someone="Meier", drift={"tables": [{"name": "A", "what": "content", "value": "B"}]})
    )
    text = json.dumps(told, ensure_ascii=False)
    assert told["mandanten"][0]["drift"] == [{"name": "A", "what": "content"}]
    for word in ("Meier", '"B"', *SECRETS.values(), *SECRETS):
        assert word not in text
    hidden = call("mandant_restore", {"censored": "hidden", "failed": True}, "failed")
    assert (hidden.mandant, hidden.wanted, hidden.error) == (None, {}, {"name": "hidden", "msg": ""})
    assert failed("x").error == {"name": "x", "msg": "******** is wrong"}


@pytest.mark.parametrize("module", ["mandant_restore", "mandant_backup", "mandant_remove", "mandant_compare"])
def test_an_option_by_another_name_is_the_option(module: str) -> None:
    """What the report tells, and what it has to hide, is known by every name that the modules know."""
    spec = getattr(argument_spec, f"{module}_spec")()
    result = {"failed": True, "error": "other", "msg": "Kräutergarten is wrong"}

    def told(args: dict[str, t.Any]) -> Call:
        return read_call(Origin(module, "task", "host"), args, result, "failed")

    given = {"mandant": "cao_demo", "file": "b.zip", "password": "Kräutergarten"}
    plain = told({name: value for name, value in given.items() if name in spec})
    assert "Kräutergarten" not in str(plain)
    for name, option in spec.items():
        for alias in option.get("aliases", ()) if name in given else ():
            assert told({alias if key == name else key: v for key, v in given.items() if key in spec}) == plain, alias


def test_mandanten_of_one_name_on_two_servers_are_two() -> None:
    calls = [call("mandant_restore", {"changed": False, "action": "unchanged"}, login_host=host) for host in ("a", "b")]
    assert [record["server"] for record in document(*calls)["mandanten"]] == ["a", "b"]


def looked_at(neutralised: list[str] | None) -> Call:
    there = None if neutralised is None else {"sha256": "69b6", "neutralised": neutralised}
    return call("mandant_info", {"mandanten": [{"name": "cao_demo", "restored": there}]})


@pytest.mark.parametrize(
    ("calls", "groups"),
    [
        ([call("mandant_restore", {"action": "restored"}, neutralise=["shop", "mail"])], ["mail", "shop"]),
        ([call("mandant_restore", {"action": "unchanged"}, neutralise="shop, mail")], ["mail", "shop"]),
        ([call("mandant_restore", {"failed": True}, "failed", neutralise=["mail"])], []),
        ([restored(), looked_at(["mail"])], ["mail"]),
        ([looked_at(["mail"]), restored()], []),
        ([looked_at(["mail"]), looked_at(None)], []),
        ([looked_at(["mail"]), failed("locked")], ["mail"]),
        ([looked_at(["mail"]), call("mandant_rollback", {"action": "rolled_back"})], []),
        ([looked_at(["mail"]), call("mandant_backup", {"changed": True})], ["mail"]),
        ([looked_at(["Geheimnis"])], []),
    ],
)
def test_a_copy_that_was_neutralised_is_told(calls: list[Call], groups: list[str]) -> None:
    told = document(*calls)
    assert told["mandanten"][0]["neutralised"] == groups
    page = render_page(told, "de")
    assert ("Entschärfte Kopie, ohne" in page) == bool(groups)
    assert ('<span dir="auto">Mail</span>' in page) == bool(groups)


@pytest.mark.parametrize(
    ("language", "count", "expected"),
    [
        ("en", 1, ["1 row restored", "1 table kept as BACK_…", "1 statement that the server refused, in X, line 7"]),
        ("en", 2, ["2 rows restored", "2 tables kept as BACK_…", "2 statements that the server refused; first in X"]),
        ("de", 1, ["1 Zeile eingespielt", "1 Tabelle als BACK_… aufgehoben", "1 Befehl, den der Server abgelehnt hat"]),
        ("de", 2, ["2 Zeilen eingespielt", "2 Tabellen als BACK_… aufgehoben", "2 Befehle, die der Server abgelehnt"]),
    ],
)
def test_singular_and_plural(language: t.Literal["de", "en"], count: int, expected: list[str]) -> None:
    errors = [{"table": "X", "line": 7}] * count
    restore = {"rows": count, "seconds": 1, "rows_per_second": count, "errors": errors, "previous": ["X"] * count}
    page = render_page(document(restored(restore=restore)), language)
    assert [text for text in expected if text not in page] == []


def test_empty_report_is_a_page() -> None:
    for language in ("de", "en"):
        assert "</html>" in render_page(document(), t.cast("t.Literal['de', 'en']", language))


def test_card() -> None:
    lines = card_lines(ANALYSIS, "de")
    assert lines[0] == "Kräuterhof"
    assert "Erstellt mit      CAO-Faktura, 2. November 2026, 18:05" in lines
    assert "Umfang            2 Tabellen, 1 Zeile" in lines
    assert any(line.startswith("Größte Tabellen   ARTIKEL  ████████████████████") for line in lines)
    assert any(line.endswith("(4 Stellen)") for line in lines)
    assert "Anfang der Datei  # CAO-Faktura" in lines


@pytest.mark.parametrize("width", [40, 58, 78, 96])
@pytest.mark.parametrize("language", ["de", "en"])
def test_a_card_fits_a_narrow_screen(width: int, language: t.Literal["de", "en"]) -> None:
    tables = [{"name": name, "rows": 1_234_567, "bytes": 9_876_543} for name in ("ARTIKEL", "LIEFERSCHEIN_POS")]
    sha256 = "0" * 64
    analysis = {**ANALYSIS, "tables": tables, "file": {**ANALYSIS["file"], "sha256": sha256}}
    lines = card_lines(analysis, language, width=width)
    assert {len(line) for line in lines if set(line) == {"─"}} == {width}
    assert any(line.endswith(sha256) for line in lines)
    if width >= 78:
        assert [line for line in lines if len(line) > width and sha256 not in line] == []
        assert sum("█" in line for line in lines) == len(tables)
    assert card_lines(analysis, language, width=500) == card_lines(analysis, language)


def test_card_of_a_hostile_or_bare_backup_is_printable() -> None:
    nasty = "\x1b]0;owned\x07\u202e" * 99
    hostile = {**ANALYSIS, "company": nasty, "head": [nasty], "tables": [{"name": nasty, "rows": 1, "bytes": 1}]}
    hostile["header"] = dict.fromkeys(ANALYSIS["header"], nasty)
    for analysis in (hostile, {"tables": []}):
        for line in card_lines(analysis, "en"):
            assert line.isprintable()
            assert len(line) < 260


def test_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "new" / "page.html"
    write_whole(path, "old \udc80", 0o640)
    assert path.stat().st_mode & 0o777 == 0o640
    with pytest.raises(TypeError):
        write_whole(path, t.cast("str", None), 0o600)
    assert path.read_text(encoding="utf-8") == "old \\udc80"
    assert [file.name for file in path.parent.iterdir()] == ["page.html"]
