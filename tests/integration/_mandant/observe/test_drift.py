# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What enforce and verify: full find in a Mandant: values, definitions, triggers and views; and by an older marker."""

from __future__ import annotations

import json
import typing as t

import pytest

from mandant import Mandant
from restoring import Restorer, cao_backup, cao_table

ADDRESSES = cao_table(
    "ADRESSEN",
    ["REC_ID int(11) not null auto_increment", "NUM1 varchar(20) not null", "NUM2 varchar(20) not null"],
    ["'1','10042',''", "'2','10043',''"],
    ["PRIMARY KEY (REC_ID)"],
)
MOVED = "UPDATE ADRESSEN SET NUM2 = NUM1, NUM1 = '' WHERE REC_ID = 1"
DUMP = """-- MySQL dump 10.19
SET NAMES utf8mb4;
CREATE TABLE `PARENT` (`ID` int NOT NULL AUTO_INCREMENT, `A` varchar(9) DEFAULT 'x', PRIMARY KEY (`ID`)) ENGINE=InnoDB
  AUTO_INCREMENT=7 DEFAULT CHARSET=latin1 COMMENT='as AUTO_INCREMENT=5 it was';
INSERT INTO `PARENT` VALUES (1,'a'),(2,'b');
CREATE TABLE `CHILD` (`ID` int NOT NULL, `P` int, KEY `P` (`P`),
  CONSTRAINT `OF` FOREIGN KEY (`P`) REFERENCES `PARENT` (`ID`)) ENGINE=InnoDB DEFAULT CHARSET=latin1;
INSERT INTO `CHILD` VALUES (1,1);
DELIMITER ;;
CREATE TRIGGER `LOGGED` BEFORE INSERT ON `PARENT` FOR EACH ROW SET NEW.A = 'new';;
DELIMITER ;
CREATE VIEW `SEEN` AS SELECT `ID` FROM `PARENT`;
"""
KEY = "FOREIGN KEY (P) REFERENCES PARENT (ID)"
AGAIN = "DROP TRIGGER LOGGED;"
TRIGGER = "CREATE TRIGGER LOGGED {} ON {} FOR EACH ROW SET NEW.A = '{}'"
VIEW = "CREATE OR REPLACE {} VIEW SEEN AS SELECT ID FROM PARENT {}"
# What is done, and what is then told of which object.
CHANGES: tuple[tuple[str, str, str], ...] = (
    ("ALTER TABLE PARENT MODIFY A varchar(10) DEFAULT 'x'", "PARENT", "definition"),
    ("ALTER TABLE PARENT MODIFY A varchar(9) DEFAULT 'y'", "PARENT", "definition"),
    ("ALTER TABLE PARENT MODIFY A varchar(9) DEFAULT 'x' COMMENT 'c'", "PARENT", "definition"),
    ("ALTER TABLE PARENT MODIFY A varchar(9) COLLATE latin1_bin DEFAULT 'x'", "PARENT", "definition"),
    ("ALTER TABLE PARENT ADD KEY A (A)", "PARENT", "definition"),
    ("ALTER TABLE PARENT ADD B int", "PARENT", "definition"),
    ("ALTER TABLE CHILD DROP FOREIGN KEY `OF`; ALTER TABLE CHILD ENGINE=MyISAM", "CHILD", "definition"),
    ("ALTER TABLE PARENT COMMENT 'as AUTO_INCREMENT=6 it was'", "PARENT", "definition"),
    ("ALTER TABLE PARENT ROW_FORMAT=COMPRESSED", "PARENT", "definition"),
    ("ALTER TABLE PARENT DEFAULT CHARSET utf8", "PARENT", "definition"),
    ("ALTER TABLE CHILD DROP FOREIGN KEY `OF`", "CHILD", "foreign_keys"),
    (f"ALTER TABLE CHILD DROP FOREIGN KEY `OF`, ADD CONSTRAINT `OF2` {KEY}", "CHILD", "foreign_keys"),
    ("DROP TRIGGER LOGGED", "LOGGED", "trigger"),
    (f"{AGAIN} {TRIGGER.format('BEFORE UPDATE', 'PARENT', 'new')}", "LOGGED", "trigger"),
    (f"{AGAIN} {TRIGGER.format('BEFORE INSERT', 'PARENT', 'other')}", "LOGGED", "trigger"),
    (f"{AGAIN} CREATE TRIGGER LOGGED BEFORE INSERT ON CHILD FOR EACH ROW SET @a = 1", "LOGGED", "trigger"),
    ("CREATE TRIGGER MORE AFTER DELETE ON CHILD FOR EACH ROW SET @a = 1", "MORE", "trigger"),
    (VIEW.format("", "WHERE ID > 1"), "SEEN", "view"),
    (VIEW.format("", "WITH CHECK OPTION"), "SEEN", "view"),
    (VIEW.format("SQL SECURITY INVOKER", ""), "SEEN", "view"),
    (VIEW.format("ALGORITHM=MERGE", ""), "SEEN", "view"),
    (VIEW.format("DEFINER='somebody'@'%'", ""), "SEEN", "view"),
    ("SET NAMES latin1; " + VIEW.format("", ""), "SEEN", "view"),
    ("DROP VIEW SEEN", "SEEN", "view"),
    ("CREATE VIEW MORE AS SELECT 1", "MORE", "extra"),
    ("CREATE TABLE MORE (A int)", "MORE", "extra"),
    ("DROP TABLE CHILD", "CHILD", "missing"),
)


def _drift(restorer: Restorer, verify: str = "full") -> tuple[list[tuple[str, str]], list[str]]:
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.info import Asked, mandant_info

    asked = Asked(mandant=restorer.mandant.name, verify=t.cast("t.Any", verify))
    (found,) = mandant_info(asked=asked, login=restorer.login())["mandanten"]
    drift = [(one["name"], one["what"]) for one in found["drift"]["tables"]]
    return drift, [line for line in found["not_seen"] if line.startswith("drift")]


@pytest.mark.parametrize("engine", ["MyISAM", "InnoDB"])
def test_a_text_that_moved_to_the_next_column(restorer: Restorer, engine: str) -> None:
    path = restorer.write("1.sql", cao_backup(ADDRESSES))
    restorer.run(path, policy="enforce", engine=engine)
    assert _drift(restorer) == ([], [])
    assert not restorer.run(path, policy="enforce", engine=engine).changed
    before = restorer.mandant.checksums()["ADRESSEN"]
    restorer.mandant.query(MOVED)
    assert restorer.mandant.checksums()["ADRESSEN"] == before
    assert _drift(restorer) == ([("ADRESSEN", "content")], [])
    assert _drift(restorer, "quick") == ([], [])
    assert restorer.run(path, policy="enforce", engine=engine).changed
    assert restorer.mandant.query("SELECT NUM1, NUM2 FROM ADRESSEN WHERE REC_ID = 1") == [("10042", "")]


def _as_1_0_0_remembered(mandant: Mandant) -> None:
    """Rewrite the marker to what version 1.0.0 wrote of the same restore."""
    rows = dict(mandant.query("SELECT kind, content FROM BACK_RESTORE_MARKER"))
    restore, finished = json.loads(rows["restore"]), json.loads(rows["finished"])
    checksums = mandant.checksums()
    for name, one in restore["tables"].items():
        del one["measure"]
        one["checksum"] = checksums[name]
    finished["objects"] = {key: value for key, value in finished["objects"].items() if "_settings:" not in key}
    for kind, content in (("restore", restore), ("finished", finished)):
        mandant.query("UPDATE BACK_RESTORE_MARKER SET content = %s WHERE kind = %s", (json.dumps(content), kind))


def test_the_marker_of_version_1_0_0_is_compared_by_what_it_has(restorer: Restorer) -> None:
    mandant = restorer.mandant
    path = restorer.write("1.sql", DUMP.encode())
    restorer.run(path)
    _as_1_0_0_remembered(mandant)
    blind = ["drift by a text that moved from one column to another in CHILD, PARENT, until they are restored again"]
    assert _drift(restorer) == ([], blind)
    assert not restorer.run(path, policy="enforce").changed
    mandant.query("UPDATE PARENT SET A = 'other' WHERE ID = 1")
    mandant.query("DROP TRIGGER LOGGED")
    assert _drift(restorer) == ([("LOGGED", "trigger"), ("PARENT", "content")], blind)
    assert restorer.run(path, policy="enforce").changed
    assert _drift(restorer) == ([], [])


def test_every_change_of_definitions_triggers_and_views_is_found(restorer: Restorer) -> None:
    mandant = restorer.mandant
    path = restorer.write("1.sql", DUMP.encode())
    for change, name, what in CHANGES:
        restorer.run(path, policy="always", previous="drop")
        assert _drift(restorer) == ([], []), change
        with mandant.connect() as session:
            for sql in ("SET foreign_key_checks=0", *change.split("; ")):
                session.cursor().execute(sql)
        found, _not_seen = _drift(restorer)
        assert (name, what) in found, change
        mandant.query("DROP TABLE IF EXISTS MORE") if "TABLE MORE" in change else None
        mandant.query("DROP VIEW IF EXISTS MORE") if "VIEW MORE" in change else None


@pytest.mark.parametrize(
    "setting", ["sql_mode='ANSI'", "NAMES latin1", "collation_connection=utf8mb4_bin", "sql_mode=@@sql_mode"]
)
def test_a_trigger_that_runs_under_other_settings_is_another(restorer: Restorer, setting: str) -> None:
    mandant = restorer.mandant
    restorer.run(restorer.write("1.sql", DUMP.encode()))
    _name, mode, text, charset, collation, *_rest = mandant.query("SHOW CREATE TRIGGER LOGGED")[0]
    with mandant.connect() as session:
        cursor = session.cursor()
        cursor.execute("DROP TRIGGER LOGGED")
        cursor.execute("SET sql_mode=%s, character_set_client=%s, collation_connection=%s", (mode, charset, collation))
        cursor.execute(f"SET {setting}")
        cursor.execute(text)
    assert _drift(restorer)[0] == ([] if setting == "sql_mode=@@sql_mode" else [("LOGGED", "trigger")])


def test_what_is_no_change_is_none(restorer: Restorer) -> None:
    mandant = restorer.mandant
    path = restorer.write("1.sql", DUMP.encode())
    restorer.run(path)
    mandant.query("INSERT INTO PARENT (ID) VALUES (100)")
    mandant.query("DELETE FROM PARENT WHERE ID = 100")
    mandant.query("OPTIMIZE TABLE CHILD")
    mandant.server.restart()
    assert _drift(restorer) == ([], [])
    assert not restorer.run(path, policy="enforce").changed
