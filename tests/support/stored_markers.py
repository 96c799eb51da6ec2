# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mandanten as each version of this collection has left them: stored as the text of the server's own dump.

``tests/markers/<version>/<state>.sql`` is what the code of that version has left of the two backups here, on MariaDB,
in a Mandant of the name MANDANT. A release stores its own (CONTRIBUTING.md).
"""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

from mandant import Mandant
from restoring import Restorer, roll_back

FOLDER = Path(__file__).resolve().parents[1] / "markers"
MANDANT = "cao_stored"
# In the layout of mysqldump, since CAO's own has neither foreign keys nor triggers nor views.
_DUMP = """-- MySQL dump 10.13  Distrib 5.6.51, for Win64 (x86_64)
/*!40101 SET NAMES latin1 */;
CREATE TABLE `KUNDE` (`REC_ID` int NOT NULL, `NAME` varchar(40) DEFAULT NULL, `UMSATZ` decimal(12,4) DEFAULT NULL,
  PRIMARY KEY (`REC_ID`)) ENGINE=InnoDB DEFAULT CHARSET=latin1;
CREATE TABLE `BELEG` (`REC_ID` int NOT NULL, `KUNDE_ID` int DEFAULT NULL, `TEXT` varchar(40) DEFAULT NULL,
  PRIMARY KEY (`REC_ID`), KEY `KUNDE` (`KUNDE_ID`),
  CONSTRAINT `beleg_kunde` FOREIGN KEY (`KUNDE_ID`) REFERENCES `KUNDE` (`REC_ID`)) ENGINE=InnoDB DEFAULT CHARSET=latin1;
INSERT INTO `KUNDE` VALUES (1,'Kräuterhof {mark}','12.5000'),(2,NULL,NULL);
INSERT INTO `BELEG` VALUES (1,1,'{mark}'),(2,2,'');
CREATE TRIGGER `beleg_text` BEFORE INSERT ON `BELEG` FOR EACH ROW SET NEW.TEXT = TRIM(NEW.TEXT);
CREATE VIEW `OFFENE` AS SELECT `REC_ID` FROM `BELEG`;
-- Dump completed on 2026-01-02  3:04:05
"""
FIRST, SECOND = (_DUMP.replace("{mark}", mark).encode("latin-1") for mark in ("eins", "zwei"))

State = t.Callable[[Restorer], object]


def _twice(restorer: Restorer) -> str:
    restorer.run(restorer.write("first.sql", FIRST))
    path = restorer.write("second.sql", SECOND)
    restorer.run(path)
    return path


def _rolled_back(restorer: Restorer) -> None:
    _twice(restorer)
    roll_back(restorer)


def _cut_off(place: str) -> State:
    def cut_off(restorer: Restorer) -> None:
        restorer.run(restorer.write("first.sql", FIRST))
        restorer.start(restorer.write("second.sql", SECOND), place)

    return cut_off


def _some_tables(restorer: Restorer) -> None:
    restorer.run(restorer.write("first.sql", FIRST))
    restorer.run(restorer.write("second.sql", SECOND), tables=("BELEG",))


# What a version leaves: a restore over a restore, one that was taken back, one that was cut off before and behind its
# swap, one of some tables alone.
STATES: dict[str, State] = {
    "restored": _twice,
    "rolled_back": _rolled_back,
    "cut_off_before": _cut_off("swap.swap:rename:before"),
    "cut_off_behind": _cut_off("swap.finish:do:before"),
    "some_tables": _some_tables,
}


def stored() -> list[tuple[str, str]]:
    """Return each version with each state that is stored of it."""
    return sorted((path.parent.name, path.stem) for path in FOLDER.glob("*/*.sql"))


def take(mandant: Mandant, version: str, state: str) -> None:
    """Make a Mandant as a version has left it."""
    mandant.drop()
    mandant.create()
    mandant.by_client("mysql", "--binary-mode", sql=(FOLDER / version / f"{state}.sql").read_bytes())


def store(restorer: Restorer, version: str, state: str) -> None:
    """Store a Mandant as it is now; the folder of this machine is nobody's business."""
    mandant = restorer.mandant
    options = ["--skip-comments", "--skip-dump-date", "--hex-blob", "--default-character-set=utf8mb4", "--triggers"]
    text = mandant.by_client("mysqldump", *options).decode().replace(str(restorer.folder), "/srv/backup")
    path = FOLDER / version / f"{state}.sql"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def as_later_version(mandant: Mandant, version: str = "9.0.0") -> None:
    """Rewrite every note in a Mandant to one of a version that is not there yet."""
    tables = ("BACK_RESTORE_MARKER", "BACK_RESTORE_NEW_MARKER", "BACK_RESTORE_MADE")
    for table in (name for name in mandant.tables() if name.upper() in tables):
        for kind, content in mandant.query(f"SELECT kind, content FROM {table}"):
            changed = {**json.loads(content), "format": 99, "version": version}
            mandant.query(f"UPDATE {table} SET content = %s WHERE kind = %s", (json.dumps(changed), kind))
