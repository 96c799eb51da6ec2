# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same on every server: what a backup has arrives, is kept, is put right and goes back.

``make test-all`` takes a sample of the settings, ``make matrix`` all of them: FAKTURA_SERVERS=all, or their names.
"""

from __future__ import annotations

import contextlib
import datetime
import itertools
import os
import subprocess
import typing as t
from pathlib import Path

import pytest

import servers
from demo.mandant import DemoMandant
from demo.plan import Plan
from dumps import fails
from mandant import Mandant
from private_server import PrivateServer, find_program
from restoring import Restorer, articles, cao_backup, roll_back
from servers import Setting

SAMPLE = ("mariadb-no-zero-date", "mariadb-pipes", "mariadb-lower-case", "mysql-5.6", "mysql-5.6-ansi")
DIALECTS = sorted((Path(__file__).resolve().parents[1] / "corpus" / "dialects").iterdir())
# Their tables have what MySQL 5.6 does not know.
TOO_NEW = ("mariadb_dump", "mariadb_dump_ansi", "mariadb_dump_single", "mysqldump_8_0")
_ASKED = os.environ.get("FAKTURA_SERVERS", ",".join(SAMPLE))
CHOSEN = [one for one in servers.SETTINGS if _ASKED == "all" or one.name in _ASKED.split(",")]

Content = dict[str, list[tuple[t.Any, ...]]]

_numbers = itertools.count(1)


class Place(t.NamedTuple):
    """A running server and its setting."""

    setting: Setting
    server: PrivateServer

    def restorer(self, folder: Path) -> Restorer:
        """Return a restorer into an empty Mandant of its own."""
        mandant = Mandant(f"cao_{next(_numbers)}", self.server)
        mandant.create(charset=self.setting.charset)
        return Restorer(mandant, folder)

    def name(self, table: str) -> str:
        """Return a table's name as the server stores it."""
        return table.lower() if "lower-case" in self.setting.name else table


@pytest.fixture(scope="module", params=CHOSEN, ids=lambda setting: setting.name)
def place(request: pytest.FixtureRequest) -> t.Iterator[Place]:
    setting: Setting = request.param
    reason = servers.why_not(setting)
    if reason is not None:
        pytest.skip(reason)
    with setting.server() as server:
        yield Place(setting, server)


@pytest.fixture
def restorer(place: Place, tmp_path: Path) -> t.Iterator[Restorer]:
    made = place.restorer(tmp_path)
    yield made
    made.mandant.drop()


def content(mandant: Mandant) -> Content:
    """Return the rows of all live tables, as values, by the tables' names in upper case."""
    found: Content = {}
    with contextlib.closing(mandant.connect()) as session, session.cursor() as cursor:
        cursor.execute("SET time_zone = '+00:00'")
        for name in mandant.tables():
            if not name.upper().startswith("BACK_"):
                # Each column, also one that the server was told to leave out of a *.
                cursor.execute(f"SHOW COLUMNS FROM `{name}`")
                columns = ", ".join(f"`{column[0]}`" for column in cursor.fetchall())
                cursor.execute(f"SELECT {columns} FROM `{name}`")
                found[name.upper()] = sorted(cursor.fetchall(), key=repr)
    return found


def by_client(server: PrivateServer, path: str) -> Content:
    """Return what the server's own client makes of a file of CAO's."""
    mandant = Mandant(f"cao_client_{next(_numbers)}", server)
    mandant.create()
    address = server.address
    settings = b"SET NAMES latin1; SET sql_mode='NO_AUTO_VALUE_ON_ZERO'; SET default_storage_engine=MyISAM;\n"
    command = [find_program("mariadb"), "--no-defaults", "--socket", address.socket, "--user", address.user]
    subprocess.run(
        [*command, mandant.name],
        input=settings + Path(path).read_bytes(),
        check=True,
        env={"MYSQL_PWD": address.password},
    )
    try:
        return content(mandant)
    finally:
        mandant.drop()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("demo") / "demo.sql"
    made = DemoMandant(Plan.of_rows(2000, datetime.datetime(2026, 11, 2, 18, 5)))
    path.write_bytes(b"".join(made.backup()))
    return str(path)


def test_the_demo(place: Place, restorer: Restorer, demo: str) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    mandant, engine = restorer.mandant, place.setting.engine
    expected = by_client(place.server, demo)
    assert len(expected) == 73
    forecast = restorer.run(demo, check=True, engine=engine)
    first = restorer.run(demo, engine=engine)
    assert (forecast.changed, first.changed, first.restore["tables"]) == (True, True, 73)
    assert content(mandant) == expected
    assert not restorer.run(demo, engine=engine).changed
    assert not restorer.run(demo, engine=engine, policy="enforce").changed
    mandant.query("UPDATE ARTIKEL SET VK5 = 4711")
    mandant.query("DROP TABLE LAND")
    changed = content(mandant)
    with pytest.raises(Failure, match="changed since the restore") as caught:
        restorer.run(demo, engine=engine)
    assert caught.value.error == "would_replace_work"
    drift = restorer.run(demo, engine=engine, policy="enforce", check=True).drift["tables"]
    assert [(one["name"].upper(), one["what"]) for one in drift] == [("ARTIKEL", "content"), ("LAND", "missing")]
    assert restorer.run(demo, engine=engine, policy="enforce").drift["tables"] == drift
    assert content(mandant) == expected
    assert mandant.query("SELECT MIN(VK5), MAX(VK5) FROM BACK_ARTIKEL") == [(4711, 4711)]
    roll_back(restorer)
    assert content(mandant) == changed
    roll_back(restorer)
    assert content(mandant) == expected
    assert not restorer.run(demo, engine=engine, policy="enforce").changed


@pytest.fixture(scope="module")
def reference(server: PrivateServer, tmp_path_factory: pytest.TempPathFactory) -> t.Callable[[Path, str], Content]:
    """What a dump becomes on a MariaDB with its own defaults, in a Mandant with the same character set."""
    known: dict[tuple[Path, str], Content] = {}

    def look(path: Path, charset: str) -> Content:
        if (path, charset) not in known:
            there = Place(Setting("mariadb", charset=charset), server).restorer(tmp_path_factory.mktemp("reference"))
            there.run(str(path))
            known[path, charset] = content(there.mandant)
            there.mandant.drop()
        return known[path, charset]

    return look


@pytest.mark.parametrize("path", DIALECTS, ids=lambda path: path.name.partition(".")[0])
def test_dumps_of_other_programs(
    place: Place, restorer: Restorer, path: Path, reference: t.Callable[[Path, str], Content]
) -> None:
    mandant, engine = restorer.mandant, place.setting.engine
    if place.setting.old and path.name.partition(".")[0] in TOO_NEW:
        with fails("server_setting", "generated columns", "5.6.24"):
            restorer.run(str(path), engine=engine)
        assert mandant.tables() == []
        return
    assert restorer.run(str(path), engine=engine).changed
    expected = reference(path, place.setting.charset)
    assert content(mandant) == expected
    assert not restorer.run(str(path), engine=engine, policy="enforce").changed
    assert restorer.run(str(path), engine=engine, policy="always").changed
    assert content(mandant) == expected
    assert not [name for name in mandant.tables() if "_NEW_" in name.upper() or "_OLD_" in name.upper()]


_OBJECTS = b"""-- MySQL dump 10.13  Distrib 5.6.24, for Win32 (x86)
/*!40101 SET NAMES utf8 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
CREATE TABLE `Eltern` (`ID` int(11) NOT NULL, `NAME` varchar(20) NOT NULL, PRIMARY KEY (`ID`)) ENGINE=InnoDB DEFAULT
 CHARSET=utf8;
INSERT INTO `Eltern` VALUES (1,'M\xc3\xbcller'),(2,'\xe2\x82\xac');
CREATE TABLE `Kinder` (`ID` int(11) NOT NULL, `E` int(11) DEFAULT NULL, `A` varchar(40) DEFAULT NULL,
 `B` varchar(40) DEFAULT NULL, `C` varchar(40) DEFAULT NULL, PRIMARY KEY (`ID`), KEY `E` (`E`),
 CONSTRAINT `kinder_fk` FOREIGN KEY (`E`) REFERENCES `Eltern` (`ID`) ON DELETE CASCADE) ENGINE=InnoDB DEFAULT
 CHARSET=latin1;
INSERT INTO `Kinder` VALUES (1,1,'','',''),(2,NULL,NULL,NULL,NULL);
CREATE TABLE `Gesehen` (`T` varchar(80) CHARACTER SET utf8 COLLATE utf8_bin DEFAULT NULL) ENGINE=MyISAM;
/*!50003 SET @saved_sql_mode       = @@sql_mode */ ;
/*!50003 SET sql_mode              = 'PIPES_AS_CONCAT' */ ;
DELIMITER ;;
/*!50003 CREATE*/ /*!50017 DEFINER=`cao`@`%`*/ /*!50003 TRIGGER `pipes` BEFORE INSERT ON `Kinder` FOR EACH ROW
 SET NEW.A = 'a' || 'b', NEW.B = 'x\\ty' */;;
DELIMITER ;
/*!50003 SET sql_mode              = @saved_sql_mode */ ;
/*!50003 SET @saved_sql_mode       = @@sql_mode */ ;
/*!50003 SET sql_mode              = '' */ ;
DELIMITER ;;
/*!50003 CREATE*/ /*!50017 DEFINER=`cao`@`%`*/ /*!50003 TRIGGER `plain` BEFORE UPDATE ON `Kinder` FOR EACH ROW
 SET NEW.A = 'a' || 'b', NEW.C = 'too long for this column, so that it is cut without strictness' */;;
DELIMITER ;
/*!50003 SET sql_mode              = @saved_sql_mode */ ;
/*!50003 SET @saved_sql_mode       = @@sql_mode */ ;
/*!50003 SET sql_mode              = 'ANSI_QUOTES' */ ;
DELIMITER ;;
/*!50003 CREATE*/ /*!50017 DEFINER=`cao`@`%`*/ /*!50003 TRIGGER "quotes" AFTER DELETE ON "Kinder" FOR EACH ROW
 INSERT INTO "Gesehen" ("T") VALUES ('weg') */;;
DELIMITER ;
/*!50003 SET sql_mode              = @saved_sql_mode */ ;
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER=`cao`@`%` SQL SECURITY DEFINER */
/*!50001 VIEW `Sicht` AS select `k`.`ID` AS `ID`,concat(`e`.`NAME`,'\\n') AS `NAME`,(0 or `k`.`ID`) AS `ODER`
 from (`Kinder` `k` join `Eltern` `e` on((`e`.`ID` = `k`.`E`))) */;
-- Dump completed on 2024-03-14 18:05:09
"""


def test_foreign_keys_triggers_and_views(place: Place, restorer: Restorer) -> None:
    """Each trigger works under the sql_mode that the dump sets before it, whatever the server's is."""
    mandant, engine = restorer.mandant, place.setting.engine
    name = place.name
    path = restorer.write("objects.sql", _OBJECTS)
    for _time in range(2):
        assert restorer.run(path, policy="always", engine=engine).changed
        assert not restorer.run(path, policy="enforce", engine=engine).changed
    assert mandant.query("SELECT * FROM Sicht") == [(1, "Müller\n", 1)]
    with contextlib.closing(mandant.connect()) as session, session.cursor() as cursor:
        # A MySQL with GTIDs takes no transaction over two engines into its binary log.
        cursor.execute("SET sql_mode = '', sql_log_bin = 0")
        cursor.execute("INSERT INTO Kinder (ID, E) VALUES (3, 2)")
        cursor.execute("SELECT A, B, C FROM Kinder WHERE ID = 3")
        assert cursor.fetchall() == (("ab", "x\ty", None),)
        cursor.execute("UPDATE Kinder SET E = 1 WHERE ID = 3")
        cursor.execute("SELECT A, B, C FROM Kinder WHERE ID = 3")
        assert cursor.fetchall() == (("0", "x\ty", "too long for this column, so that it is "),)
        cursor.execute("DELETE FROM Kinder WHERE ID = 3")
        cursor.execute("DELETE FROM Eltern WHERE ID = 1")
    assert mandant.query("SELECT ID FROM Kinder") == [(2,)]
    assert mandant.query("SELECT T FROM Gesehen") == [("weg",)]
    roll_back(restorer)
    assert mandant.query("SELECT COUNT(*) FROM Kinder") == [(2,)]
    shown = mandant.query(
        "SELECT TABLE_NAME, CONSTRAINT_NAME, REFERENCED_TABLE_NAME FROM information_schema.REFERENTIAL_CONSTRAINTS"
        " WHERE CONSTRAINT_SCHEMA = DATABASE() AND CONSTRAINT_NAME = 'kinder_fk'"
    )
    assert shown == [(name("Kinder"), "kinder_fk", name("Eltern"))]
    assert len(mandant.query("SHOW TRIGGERS")) == 3


_TEXTS = """-- MySQL dump 10.13  Distrib 8.0.36, for Win64 (x86_64)
SET NAMES utf8mb4;
CREATE TABLE `TEXTE` (
  `ID` int NOT NULL,
  `A` varchar(250) CHARACTER SET utf8mb3 COLLATE utf8mb3_german2_ci NOT NULL,
  `B` varchar(250) CHARACTER SET utf8mb3 COLLATE utf8_bin NOT NULL,
  `C` varchar(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci DEFAULT 'ü',
  `D` char(10) COLLATE latin1_german1_ci DEFAULT NULL,
  `E` enum('ja','nein') CHARACTER SET latin1 COLLATE latin1_german2_ci NOT NULL DEFAULT 'ja',
  PRIMARY KEY (`ID`), KEY `AB` (`A`,`B`), KEY `C` (`C`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_uca1400_ai_ci;
INSERT INTO `TEXTE` VALUES (1,'Straße','€','😀','ä','ja'),(2,'','b','ü',NULL,'nein');
-- Dump completed on 2024-03-14 18:05:10
"""


def test_character_sets_of_columns(place: Place, restorer: Restorer) -> None:
    """Each column keeps its character set; InnoDB keeps a key of two columns whose bytes only fit one by one."""
    mandant = restorer.mandant
    path = restorer.write("texts.sql", _TEXTS.encode())
    assert restorer.run(path).changed
    assert not restorer.run(path, policy="enforce").changed
    assert content(mandant) == {
        "TEXTE": [(1, "Straße", "€", "😀", "ä", "ja"), (2, "", "b", "ü", None, "nein")],
    }
    columns = mandant.query(
        "SELECT COLUMN_NAME, CHARACTER_SET_NAME, COLLATION_NAME LIKE '%%_bin' FROM information_schema.COLUMNS"
        " WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = %s AND COLUMN_NAME <> 'ID' ORDER BY 1",
        (place.name("TEXTE"),),
    )
    found = [(name, charset.replace("utf8mb3", "utf8"), binary) for name, charset, binary in columns]
    assert found == [("A", "utf8", 0), ("B", "utf8", 1), ("C", "utf8mb4", 0), ("D", "latin1", 0), ("E", "latin1", 0)]
    engines = mandant.query(
        "SELECT ENGINE FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = %s",
        (place.name("TEXTE"),),
    )
    assert engines == [("InnoDB",)]


def test_names_in_other_letter_cases(place: Place, restorer: Restorer) -> None:
    mandant, name = restorer.mandant, place.name
    mandant.query(f"CREATE TABLE {name('artikel')} (ALT INT)")
    path = restorer.write("1.sql", cao_backup(articles(3, "eins")))
    assert restorer.run(path).changed
    assert mandant.tables() == sorted([name("ARTIKEL"), name("BACK_artikel"), name("BACK_RESTORE_MARKER")])
    lower = restorer.write("2.sql", cao_backup(articles(4, "zwei").replace("ARTIKEL", "Artikel")))
    for _time in range(2):
        assert restorer.run(lower, policy="always").changed
        assert not restorer.run(lower, policy="enforce").changed
    assert mandant.tables() == sorted([name("ARTIKEL"), name("BACK_ARTIKEL"), name("BACK_RESTORE_MARKER")])
    assert mandant.query("SELECT COUNT(*) FROM ARTIKEL") == [(4,)]


def test_rows_and_packets(place: Place, restorer: Restorer) -> None:
    """More rows than any packet takes at once, and one row that fills a packet of a megabyte nearly."""
    mandant, engine = restorer.mandant, place.setting.engine
    long = "ü" * 900_000
    backup = cao_backup(articles(20_000, bad={7: f"'7','A7','1.5','{long}'"}).replace("INFO text", "INFO longtext"))
    path = restorer.write("rows.sql", backup)
    assert restorer.run(path, engine=engine).restore["rows"] == 20_000
    assert mandant.query("SELECT COUNT(*), SUM(REC_ID), MAX(CHAR_LENGTH(INFO)) FROM ARTIKEL") == [
        (20_000, 200_010_000, 900_000)
    ]
    assert mandant.query("SELECT INFO FROM ARTIKEL WHERE REC_ID = 7") == [(long,)]
