# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet: 32 Mandanten on four servers, one inventory, and what a year brings. The tests build on each other."""

from __future__ import annotations

import hashlib
import json
import typing as t
from dataclasses import dataclass
from pathlib import Path

import pytest

from fleet_of_mandanten import Fleet, standard_backup
from playbook_runner import PlaybookRun, PlaybookRunner
from restoring import Restorer

SIZE = 32
SOME = "cao_002,cao_003,cao_004,cao_007,cao_008,cao_009"
DESTINATION = "{{ cao_backups }}/{{ inventory_hostname }}"
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "CAO_backup_2026_11_02_18_05.zip"
DRIFTED = ("cao_005", "cao_006", "cao_017", "cao_018", "cao_029", "cao_030", "cao_031")
# One of the drifted, and one that nobody touches: these have a Mandant of full size.
LARGE = ("cao_005", "cao_002")
# What a play itself is made of comes by -e; everything else is of the inventory.
_OF_PLAYS = ("cao_hosts", "cao_serial", "cao_max_fail_percentage")
_SETTINGS = {"ANSIBLE_FORKS": "6", "ANSIBLE_PIPELINING": "true"}


@dataclass
class Plays:
    """Runs the playbooks of the collection over the fleet."""

    fleet: Fleet
    playbook: PlaybookRunner
    folder: Path

    def run(self, name: str, *, check: bool = False, **variables: t.Any) -> PlaybookRun:
        of_plays = {key: variables.pop(key) for key in _OF_PLAYS if key in variables}
        large = {"cao_file": str(EXAMPLE), "cao_password": "Kräutergarten"}
        inventory = self.fleet.inventory(
            self.folder / "inventory.json",
            hosts={} if "cao_file" in variables else dict.fromkeys(LARGE, large),
            **{"cao_file": str(self.folder / "standard.sql"), **variables},
        )
        return self.playbook.run(
            f"cao.faktura.{name}", hosts=inventory, variables=of_plays, check=check, environment=_SETTINGS
        )

    def checksum(self) -> str:
        return "sha256:" + hashlib.sha256((self.folder / "standard.sql").read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def plays(playbook: PlaybookRunner, tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Plays]:
    folder = tmp_path_factory.mktemp("fleet")
    with Fleet(SIZE) as fleet:
        fleet.write(folder, "standard.sql", standard_backup())
        fleet.write(folder, "broken.sql", standard_backup()[:-40])
        yield Plays(fleet, playbook, folder)


def _hosts(run: PlaybookRun, task: str, *, changed: bool | None = None, status: str = "ok") -> set[str]:
    found = [one for one in run.tasks if one.task.endswith(task) and one.status == status]
    return {one.host for one in found if changed in (None, one.changed)}


def _drift(fleet: Fleet, names: t.Iterable[str]) -> None:
    for name in names:
        fleet.mandanten[name].query("UPDATE ARTIKEL SET VK1 = VK1 + 1 WHERE REC_ID < 3")


def test_roll_out(plays: Plays) -> None:
    in_use = plays.fleet.mandanten["cao_007"]
    in_use.create()
    in_use.query("CREATE TABLE NOTIZEN (A INT)")
    in_use.query("INSERT INTO NOTIZEN VALUES (1)")
    some = {"cao_hosts": "cao_001,cao_007", "cao_serial": [1, "100%"]}
    left = plays.run("rollout", **some)
    assert left.returncode == 0, left.stdout
    assert "cao_007 is left alone: " in left.stdout
    assert _hosts(left, "Restore the standard backup", changed=True) == {"cao_001"}
    assert _hosts(left, "Look at what has arrived") == {"cao_001"}
    stopped = plays.run("rollout", rollout_existing="fail", **some)
    (failed,) = (one for one in stopped.tasks if one.failed)
    assert (failed.host, failed.error) == ("cao_007", "would_replace_work")
    assert in_use.tables() == ["NOTIZEN"]
    assert plays.run("rollout", rollout_existing="umbenennen", **some).returncode != 0
    in_use.drop()
    run = plays.run("rollout", cao_hosts="all")
    assert run.returncode == 0, run.stdout
    assert len(_hosts(run, "Restore the standard backup", changed=True)) == SIZE - 1
    assert len(_hosts(run, "Look at what has arrived")) == SIZE
    assert len(plays.fleet.mandanten["cao_005"].tables()) == 74
    assert plays.fleet.mandanten["cao_032"].query("SELECT NAME1 FROM FIRMA") == [("Standard",)]


def test_another_standard_does_not_take_away_what_people_did(plays: Plays) -> None:
    used, fresh = (plays.fleet.mandanten[name] for name in ("cao_020", "cao_021"))
    used.query("INSERT INTO ARTIKEL (ARTNUM) VALUES ('NEU')")
    plays.fleet.write(plays.folder, "next.sql", standard_backup("Neu"))
    some = {"cao_hosts": "cao_020,cao_021", "cao_serial": ["100%"], "cao_other_company": "allow"}
    for changes in ({"cao_file": str(plays.folder / "next.sql")}, {"cao_neutralise": ["mail"]}):
        for check in (True, False):
            run = plays.run("rollout", check=check, **some, **changes)
            assert run.returncode == 0, run.stdout
            assert "cao_020 is left alone: " in run.stdout
            assert "cao_021 is left alone: " not in run.stdout
            assert _hosts(run, "Restore the standard backup", changed=True) == {"cao_021"}
    assert used.query("SELECT COUNT(*) FROM ARTIKEL WHERE ARTNUM = 'NEU'") == [(1,)]
    assert fresh.query("SELECT NAME1 FROM FIRMA") == [("Standard",)]
    run = plays.run("rollout", rollout_replace=True, **some)
    assert "rollout_existing: replace" in run.stdout
    # It holds the standard already, and what people did is as good there as anywhere.
    assert _hosts(run, "Restore the standard backup", changed=True) == {"cao_021"}
    run = plays.run("rollout", rollout_existing="replace", cao_file=str(plays.folder / "next.sql"), **some)
    assert _hosts(run, "Restore the standard backup", changed=True) == {"cao_020", "cao_021"}
    for name in ("cao_020", "cao_021"):
        Restorer(plays.fleet.mandanten[name], plays.folder).run(str(plays.folder / "standard.sql"), policy="always")


def test_a_nightly_reset_touches_what_has_drifted_and_nothing_else(plays: Plays) -> None:
    fleet = plays.fleet
    _drift(fleet, DRIFTED)
    before, positions = fleet.markers(), fleet.positions()
    some = ",".join(DRIFTED) + ",cao_001,cao_002"
    forecast = plays.run("demo_mandants", check=True, cao_hosts=some, cao_serial=["100%"])
    assert len(_hosts(forecast, "restore what has drifted")) == len(DRIFTED) + 2
    assert _hosts(forecast, "restore what has drifted", changed=True) == set(DRIFTED)
    assert fleet.written_since(positions) == set()
    assert fleet.positions() == positions
    run = plays.run("demo_mandants", cao_throttle=3)
    assert run.returncode == 0, run.stdout
    assert _hosts(run, "restore what has drifted", changed=True) == set(DRIFTED)
    assert len(_hosts(run, "restore what has drifted")) == SIZE
    assert fleet.written_since(positions) == set(DRIFTED)
    after = fleet.markers()
    assert {name for name in after if after[name] != before[name]} == set(DRIFTED)


def test_a_reset_outside_of_its_window_touches_nothing(plays: Plays) -> None:
    _drift(plays.fleet, ["cao_001"])
    positions = plays.fleet.positions()
    never = "{{ '%H:%M' | strftime(now().timestamp() + 7200) }}-{{ '%H:%M' | strftime(now().timestamp() + 10800) }}"
    window = {"demo_mandants_window": never, "cao_hosts": "cao_001"}
    run = plays.run("demo_mandants", **window)
    assert "nothing was reset" in run.stdout
    assert plays.fleet.positions() == positions
    window["demo_mandants_window"] = "nachts"
    assert _hosts(plays.run("demo_mandants", **window), "Validate demo_mandants_window", status="failed")
    around = "{{ '%H:%M' | strftime(now().timestamp() - 7200) }}-{{ '%H:%M' | strftime(now().timestamp() + 7200) }}"
    window["demo_mandants_window"] = around
    assert _hosts(plays.run("demo_mandants", **window), "restore what has drifted", changed=True) == {"cao_001"}


def test_a_broken_backup_stops_at_the_canary(plays: Plays) -> None:
    positions = plays.fleet.positions()
    run = plays.run("demo_mandants", cao_file=str(plays.folder / "broken.sql"))
    assert run.returncode != 0
    assert {one.host for one in run.tasks} == {"cao_001"}
    (failed,) = (one for one in run.tasks if one.failed)
    assert failed.error == "truncated"
    assert plays.fleet.positions() == positions


def test_one_server_is_down_and_the_others_finish(plays: Plays) -> None:
    fleet = plays.fleet
    down = fleet.servers[3]
    _drift(fleet, ["cao_009"])
    down.kill9()
    try:
        run = plays.run("demo_mandants", cao_hosts=SOME)
        few = {"cao_hosts": "cao_003,cao_004"}
        audit = plays.run("audit", audit_report=str(plays.folder / "audit.json"), **few)
    finally:
        down.restart()
    lost = {"cao_004", "cao_008"}
    assert {fleet.mandanten[name].server for name in lost} == {down}
    assert _hosts(run, "restore what has drifted", status="failed") == lost
    assert {one.error for one in run.tasks if one.failed} == {"connection_failed"}
    assert _hosts(run, "restore what has drifted", changed=True) == {"cao_009"}
    assert _hosts(run, "restore what has drifted", changed=False) == {"cao_002", "cao_003", "cao_007"}
    report = json.loads((plays.folder / "audit.json").read_text(encoding="utf-8"))
    assert report["sum"]["not_reached"] == ["cao_004"]
    assert ([one["host"] for one in report["mandanten"]], audit.returncode == 0) == (["cao_003"], False)


def test_an_audit_tells_them_apart(plays: Plays) -> None:
    fleet = plays.fleet
    fleet.mandanten["cao_010"].query("INSERT INTO ARTIKEL (ARTNUM) VALUES ('NEU')")
    fleet.mandanten["cao_011"].query("DROP TABLE BACK_RESTORE_MARKER")
    fleet.mandanten["cao_012"].drop()
    positions = fleet.positions()
    wanted = {"cao_checksum": plays.checksum(), "audit_fail_on": ["missing", "drifted"]}
    # Of these one is what it should be, one should be a copy that mails nobody, and one holds another backup.
    wanted["cao_neutralise"] = "{{ ['mail'] if inventory_hostname == 'cao_009' else [] }}"
    run = plays.run("audit", check=True, cao_hosts="cao_002,cao_008,cao_009,cao_010,cao_011,cao_012", **wanted)
    assert fleet.positions() == positions
    (found,) = (one["msg"] for one in run.tasks if one.task.endswith("Tell what was found"))
    assert found["mandanten"] == 6
    assert (found["missing"], found["unknown"], found["drifted"]) == (["cao_012"], ["cao_011"], ["cao_010"])
    assert (found["old"], found["not_neutralised"]) == (["cao_002"], ["cao_009"])
    assert _hosts(run, "Fail on the states in audit_fail_on", status="failed") == {"cao_010", "cao_012"}


def test_backups_of_some(plays: Plays) -> None:
    folder = plays.folder / "backups"
    folder.mkdir()
    wanted = {"cao_backups": str(folder), "backup_dest": DESTINATION, "backup_keep": 1}
    assert plays.run("backup", check=True, cao_hosts="cao_001", **wanted).returncode == 0
    assert list(folder.rglob("*.zip")) == []
    runs = [plays.run("backup", cao_hosts=hosts, **wanted) for hosts in ("cao_001,cao_003", "cao_001")]
    assert [run.returncode for run in runs] == [0, 0], runs[-1].stdout
    forecast = plays.run("backup", check=True, cao_hosts="cao_001", **wanted)
    assert _hosts(forecast, "Write the backup", changed=True) == {"cao_001"}, forecast.stdout
    assert [len(list((folder / host).glob("CAO_backup_*.zip"))) for host in ("cao_001", "cao_003")] == [1, 1]


def test_roll_back_of_all(plays: Plays) -> None:
    fleet = plays.fleet
    content = standard_backup("Neu")
    checksum = "sha256:" + hashlib.sha256(content).hexdigest()
    for mandant in fleet.mandanten.values():
        restorer = Restorer(mandant, plays.folder)
        restorer.run(restorer.write("next.sql", content), replace=True, incomplete="allow")
    for name in ("cao_011", "cao_032"):
        assert fleet.mandanten[name].query("SELECT NAME1 FROM FIRMA") == [("Neu",)]
    # One was dropped and has nothing to go back to, one was of unknown origin and goes back to that.
    run = plays.run("rollback", rollback_checksum=checksum, cao_hosts="all")
    assert _hosts(run, "Go back to the generation before", status="failed") == {"cao_012"}
    assert len(_hosts(run, "Go back to the generation before", changed=True)) == SIZE - 1
    for name in ("cao_011", "cao_032"):
        assert fleet.mandanten[name].query("SELECT NAME1 FROM FIRMA") == [("Standard",)]
    few = {"cao_hosts": "cao_001,cao_032"}
    again = plays.run("rollback", cao_checksum=checksum, **few)
    assert len(_hosts(again, "Go back to the generation before", changed=False)) == 2
    assert plays.run("rollback", **few).returncode != 0
