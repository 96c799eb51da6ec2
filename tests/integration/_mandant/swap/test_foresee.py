# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check mode tells of a run that was cut off what the next one finds when it has put that right."""

from __future__ import annotations

import contextlib
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observe import observe_names
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker_table import read_marker
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.foresee import foresee
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.recover import recover
from library import Library
from restoring import Restorer, articles, cao_backup, roll_back

DUMP = (
    b"-- MySQL dump 10.13\nCREATE TABLE `P` (`ID` int NOT NULL, PRIMARY KEY (`ID`)) ENGINE=InnoDB;\n"
    b"CREATE TABLE `C` (`P` int, CONSTRAINT `fk` FOREIGN KEY (`P`) REFERENCES `P` (`ID`)) ENGINE=InnoDB;\n"
    b"INSERT INTO `P` VALUES (1);\nCREATE VIEW `V` AS select `P`.`ID` AS `ID` from `P`;\n"
    b"CREATE TRIGGER `tr` BEFORE INSERT ON `C` FOR EACH ROW SET NEW.P = 1;\n"
)
STOPPED = [
    "stage.stage:Stage.verify:before",
    "swap.swap:rename:before",
    "swap.swap:finish:before",
    "swap.finish:do:after:2",
    "swap.finish:note_finished:before",
]


@pytest.mark.parametrize("previous", ["keep", "drop"])
@pytest.mark.parametrize("stop_at", STOPPED)
def test_what_is_foreseen_is_what_comes(library: Library, stop_at: str, previous: str) -> None:
    restorer = library.restorer
    restorer.run(restorer.write("0.sql", cao_backup(articles(2))))
    restorer.run(restorer.write("1.sql", cao_backup(articles(3))))
    restorer.start(restorer.write("2.sql", DUMP), stop_at, previous=previous)
    session = library.session()
    name, server = library.mandant.name, library.server
    before = (library.mandant.tables(), library.mandant.checksums())
    foreseen = foresee(session, observe_names(session, server, name)).observed
    assert (library.mandant.tables(), library.mandant.checksums()) == before
    recover(session, server, name)
    found = observe_names(session, server, name)
    assert {one: table.is_view for one, table in foreseen.tables.items()} == {
        one: table.is_view for one, table in found.tables.items()
    }
    assert not foreseen.unfinished
    assert foreseen.marker is not None
    assert found.marker is not None
    assert foreseen.marker.run == found.marker.run


@pytest.mark.parametrize("stop_at", STOPPED)
def test_a_rollback_forecasts_what_it_then_does(restorer: Restorer, stop_at: str) -> None:
    restorer.run(restorer.write("0.sql", cao_backup(articles(2))))
    restorer.run(restorer.write("1.sql", cao_backup(articles(3))))
    restorer.start(restorer.write("2.sql", DUMP), stop_at)
    forecast, outcome = (roll_back(restorer, check=check) for check in (True, False))
    for name in ("changed", "action", "reason", "analysis"):
        assert getattr(forecast, name) == getattr(outcome, name)
    for name in ("tables", "previous"):
        assert forecast.restore[name] == outcome.restore[name]


@pytest.mark.parametrize("stop_at", STOPPED[2:])
@pytest.mark.parametrize("policy", ["once", "enforce"])
def test_a_restore_that_only_has_to_be_ended_is_none(restorer: Restorer, stop_at: str, policy: t.Any) -> None:
    path = restorer.write("2.sql", DUMP)
    restorer.run(restorer.write("1.sql", cao_backup(articles(3))))
    restorer.start(path, stop_at)
    forecast, outcome = (restorer.run(path, policy=policy, check=check) for check in (True, False))
    for one in (forecast, outcome):
        assert (one.changed, one.action) == (False, "unchanged")
    assert (forecast.reason, forecast.drift) == (outcome.reason, outcome.drift)
    assert restorer.mandant.query("SELECT ID FROM V") == [(1,)]


# What may have been done to the generation that is moved when the server dies within its RENAME.
WORKED = {
    "nothing": [],
    "a row": ["INSERT INTO P VALUES (2)"],
    "a trigger": ["DROP TRIGGER tr"],
    "a foreign key": ["ALTER TABLE C DROP FOREIGN KEY fk"],
    "a view": ["DROP VIEW V", "CREATE VIEW V AS SELECT 2 AS ID"],
    "the generation before": ["UPDATE BACK_ARTIKEL SET INFO = 'x'"],
}


@pytest.mark.parametrize(
    ("happened", "options"),
    [*((happened, {"policy": "enforce"}) for happened in WORKED), ("a row", {}), ("a row", {"backup_first": True})],
    ids=str,
)
def test_half_a_rename_is_looked_into_under_the_names_that_its_tables_have_now(
    library: Library, monkeypatch: pytest.MonkeyPatch, happened: str, options: dict[str, t.Any]
) -> None:
    """Whatever a run finds in the tables once it has moved them back, check mode finds where they are."""
    restorer, mandant = library.restorer, library.mandant
    restorer.run(restorer.write("0.sql", cao_backup(articles(2))))
    path, other = restorer.write("1.sql", DUMP), restorer.write("2.sql", cao_backup(articles(3)))
    if options.get("backup_first"):
        folder = restorer.folder / "first"
        folder.mkdir()
        options = {"backup_first": str(folder / "saved.zip"), "policy": "always"}
    monkeypatch.setattr(ServerFlavour, "renames_atomically", False)
    restorer.run(path, policy="always")
    for sql in WORKED[happened]:
        mandant.query(sql)
    wanted = path if options.get("policy") == "enforce" else other
    restorer.start(restorer.write("3.sql", cao_backup(articles(4))), "swap.swap:rename:before", policy="always")
    with contextlib.closing(library.session()) as session:
        intended = read_marker(session, mandant.name, "BACK_RESTORE_NEW_MARKER")[0]
    assert intended is not None
    for source, target in intended.moves[:-1]:
        mandant.query(f"RENAME TABLE {quoted(source)} TO {quoted(target)}")
        before = mandant.tables()
        forecast = _told(restorer, wanted, check=True, **options)
        assert mandant.tables() == before
    assert forecast == _told(restorer, wanted, check=False, **options)
    if options == {"policy": "enforce"}:
        assert forecast[0] is (happened not in ("nothing", "the generation before"))


def _told(restorer: Restorer, path: str, **options: t.Any) -> tuple[object, ...]:
    try:
        outcome = restorer.run(path, diff=True, **options)
    except Failure as failure:
        return failure.error, failure.msg
    restored = outcome.restore or {}
    saved = [(one["generation"], one["rows"]) for one in outcome.backup_first]
    told = [restored.get(name) for name in ("tables", "rows", "previous", "dropped", "left_behind")]
    return outcome.changed, outcome.reason, outcome.drift, outcome.analysis, outcome.diff, saved, told


@pytest.mark.parametrize(
    ("stop_at", "again", "options"),
    [
        (STOPPED[2], "2.sql", {"policy": "always"}),
        (STOPPED[3], "3.sql", {"policy": "enforce"}),
        (STOPPED[4], "2.sql", {"policy": "always"}),
        (STOPPED[4], "3.sql", {"replace": True}),
    ],
    ids=str,
)
def test_what_was_there_before_the_failure_outlives_the_next_run(
    restorer: Restorer, stop_at: str, again: str, options: dict[str, t.Any]
) -> None:
    """A restore that was cut off behind its swap is taken back by one that replaces it: nobody's work is pushed out."""
    restorer.run(restorer.write("1.sql", cao_backup(articles(3))))
    restorer.mandant.query("UPDATE ARTIKEL SET INFO = 'Arbeit'")
    restorer.write("3.sql", cao_backup(articles(4)))
    restorer.start(restorer.write("2.sql", DUMP), stop_at, **{"replace": True, **options})
    path = str(restorer.folder / again)
    forecast, outcome = (_told(restorer, path, check=check, **options) for check in (True, False))
    assert forecast == outcome
    assert forecast[0] is True
    assert restorer.mandant.query("SELECT DISTINCT INFO FROM BACK_ARTIKEL") == [("Arbeit",)]
    roll_back(restorer)
    assert restorer.mandant.query("SELECT DISTINCT INFO FROM ARTIKEL") == [("Arbeit",)]
