# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Back to the generation before, and back again."""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import threading
from pathlib import Path

import pytest

from mandant import Mandant
from restoring import Restorer, articles, cao_backup, company, roll_back


def _content(mandant: Mandant) -> dict[str, int | None]:
    return {name: value for name, value in mandant.checksums().items() if not name.startswith("BACK_RESTORE")}


@pytest.mark.promise("way-back")
def test_twice_gives_the_first_state_back(restorer: Restorer) -> None:
    mandant = restorer.mandant
    first = restorer.write("1.sql", cao_backup(articles(3, "eins"), company("Eins")))
    second = restorer.write("2.sql", cao_backup(articles(5, "zwei")))
    restorer.run(first)
    one = _content(mandant)
    restorer.run(second)
    two = _content(mandant)
    assert roll_back(restorer, check=True).changed
    assert _content(mandant) == two
    outcome = roll_back(restorer)
    assert (outcome.changed, outcome.action, outcome.analysis["rows"]) == (True, "rolled_back", 4)
    live = {name: value for name, value in _content(mandant).items() if not name.startswith("BACK_")}
    assert live == one
    assert not restorer.run(first, policy="enforce").changed
    roll_back(restorer)
    assert _content(mandant) == two
    assert not restorer.run(second, policy="enforce").changed
    assert not [name for name in mandant.tables() if name.startswith("BACK_RESTORE_") and "MARKER" not in name]


def test_a_generation_without_marker_comes_back(restorer: Restorer) -> None:
    mandant = restorer.mandant
    mandant.query("CREATE TABLE ARTIKEL (A INT)")
    mandant.query("CREATE TABLE XT (A INT)")
    path = restorer.write("1.sql", cao_backup(articles(3, "eins")))
    restorer.run(path, keep_tables=("XT",))
    roll_back(restorer)
    assert mandant.query("SHOW COLUMNS FROM ARTIKEL")[0][0] == "A"
    assert "XT" in mandant.tables()
    assert restorer.run(path, policy="enforce", check=True, keep_tables=("XT",)).changed
    roll_back(restorer)
    assert not restorer.run(path, policy="enforce", keep_tables=("XT",)).changed


@pytest.mark.promise("way-back")
def test_foreign_keys_and_triggers_go_with_their_generation(restorer: Restorer) -> None:
    mandant = restorer.mandant
    for sql in (
        "CREATE TABLE P (ID INT NOT NULL PRIMARY KEY) ENGINE=InnoDB",
        "CREATE TABLE C (ID INT NOT NULL PRIMARY KEY, CONSTRAINT fk FOREIGN KEY (ID) REFERENCES P (ID)) ENGINE=InnoDB",
        "CREATE TRIGGER tr BEFORE INSERT ON C FOR EACH ROW SET NEW.ID = NEW.ID",
        "CREATE VIEW V AS SELECT ID FROM C",
    ):
        mandant.query(sql)
    dump = b"""-- MySQL dump 10.13
CREATE TABLE `P` (`ID` int NOT NULL, PRIMARY KEY (`ID`)) ENGINE=InnoDB DEFAULT CHARSET=latin1;
CREATE TABLE `C` (`ID` int NOT NULL, PRIMARY KEY (`ID`),
  CONSTRAINT `fk` FOREIGN KEY (`ID`) REFERENCES `P` (`ID`)) ENGINE=InnoDB DEFAULT CHARSET=latin1;
INSERT INTO `P` VALUES (1);
INSERT INTO `C` VALUES (1);
CREATE TRIGGER `tr` BEFORE INSERT ON `C` FOR EACH ROW SET NEW.ID = NEW.ID + 1;
"""
    restorer.run(restorer.write("dump.sql", dump))
    rows = []
    for _time in range(4):
        where = mandant.query(
            "SELECT TABLE_NAME, REFERENCED_TABLE_NAME FROM information_schema.REFERENTIAL_CONSTRAINTS"
            " WHERE CONSTRAINT_SCHEMA = DATABASE() AND CONSTRAINT_NAME = 'fk'"
        )
        assert where == [("C", "P")]
        trigger = mandant.query(
            "SELECT EVENT_OBJECT_TABLE FROM information_schema.TRIGGERS WHERE TRIGGER_NAME = 'tr'"
            " AND TRIGGER_SCHEMA = DATABASE()"
        )
        assert trigger == [("C",)]
        rows.append((mandant.query("SELECT COUNT(*) FROM C")[0][0], "V" in mandant.tables()))
        roll_back(restorer)
    assert rows == [(1, False), (0, True), (1, False), (0, True)]


def test_a_way_back_that_was_cut_off_is_not_undone_by_the_next_run(restorer: Restorer) -> None:
    mandant = restorer.mandant
    for rows in (4, 5):
        restorer.run(restorer.write(f"{rows}.sql", cao_backup(articles(rows))))
    two = _content(mandant)
    restorer.start(None, "swap.finish:_note_finished:before")
    one = _content(mandant)
    assert one != two
    forecast = roll_back(restorer, check=True)
    outcome = roll_back(restorer)
    for answer in (forecast, outcome):
        assert (answer.changed, answer.action, answer.analysis["rows"]) == (True, "rolled_back", 4)
        assert (answer.restore["tables"], answer.restore["previous"]) == (1, ["BACK_ARTIKEL"])
        assert "cut off" in answer.warnings[-1]
    assert _content(mandant) == one
    roll_back(restorer)
    assert _content(mandant) == two


def test_the_restore_of_one_backup_is_taken_back_once(restorer: Restorer) -> None:
    """Also by a run that was killed when all was done, and before it could answer."""
    mandant = restorer.mandant
    paths = [restorer.write(f"{rows}.sql", cao_backup(articles(rows))) for rows in (4, 5)]
    old, new = (hashlib.sha256(Path(path).read_bytes()).hexdigest() for path in paths)
    for path in paths:
        restorer.run(path)
    two = _content(mandant)
    for other in (old, "0" * 64):
        assert not roll_back(restorer, only_sha256=other).changed
    assert _content(mandant) == two
    assert roll_back(restorer, check=True, only_sha256=new).changed
    restorer.start(None, "swap.finish:_note_finished:after")
    one = _content(mandant)
    assert one != two
    # What came back was not restored just now, so there is no restore of it that could be taken back either.
    for sha256 in (new, old):
        for check in (True, False):
            outcome = roll_back(restorer, check=check, only_sha256=sha256)
            assert (outcome.changed, outcome.action, outcome.analysis["rows"]) == (False, "unchanged", 4)
    assert _content(mandant) == one
    roll_back(restorer)
    assert _content(mandant) == two


def test_of_two_restores_of_the_same_backup_one_is_taken_back(restorer: Restorer) -> None:
    mandant = restorer.mandant
    path = restorer.write("1.sql", cao_backup(articles(4)))
    sha256 = hashlib.sha256(Path(path).read_bytes()).hexdigest()
    restorer.run(path)
    mandant.query("UPDATE ARTIKEL SET INFO = 'drift'")
    restorer.run(path, policy="enforce")
    changes = [roll_back(restorer, only_sha256=sha256).changed for _time in range(3)]
    assert changes == [True, False, False]
    assert mandant.query("SELECT DISTINCT INFO FROM ARTIKEL") == [("drift",)]


def test_it_can_be_ended_while_it_waits(restorer: Restorer) -> None:
    """For somebody whom it keeps waiting for nothing, and who can go on meanwhile."""
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.signals import Interrupted

    mandant = restorer.mandant
    for mark in ("eins", "zwei"):
        restorer.run(restorer.write(f"{mark}.sql", cao_backup(articles(3, mark))))
    before = mandant.checksums()
    handler = signal.signal(signal.SIGTERM, lambda *_: None)
    timer = threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGTERM))
    with contextlib.closing(mandant.connect()) as cao:
        timer.start()
        try:
            with pytest.raises(Interrupted):
                roll_back(restorer, running_instances="wait", wait_timeout_seconds=300)
        finally:
            timer.join()
            signal.signal(signal.SIGTERM, handler)
        cao.query("UPDATE ARTIKEL SET INFO = INFO")
    assert mandant.checksums() == before


def test_nothing_toroll_back(restorer: Restorer) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    restorer.run(restorer.write("1.sql", cao_backup(articles(3))))
    for change in ((), ("dropped",)):
        if change:
            restorer.run(restorer.write("2.sql", cao_backup(articles(4))))
            restorer.mandant.query("DROP TABLE BACK_ARTIKEL")
        before = (restorer.mandant.tables(), restorer.mandant.checksums())
        for check in (True, False):
            with pytest.raises(Failure) as caught:
                roll_back(restorer, check=check)
            assert caught.value.error == "nothing_to_roll_back"
        assert (restorer.mandant.tables(), restorer.mandant.checksums()) == before
