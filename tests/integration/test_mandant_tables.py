# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of other servers: their collations, the letter case of their names, and what only some servers have."""

from __future__ import annotations

import contextlib
import typing as t

import pytest

from by_client import Twin
from mandant import Mandant
from restoring import Restorer


@pytest.fixture
def twin(restorer: Restorer) -> t.Iterator[Twin]:
    """Loads a dump into two databases: by the client of the server, and by a restore."""
    other = Mandant(f"{restorer.mandant.name}_client", restorer.mandant.server)
    with contextlib.closing(Twin(restorer, other)) as made:
        yield made


def _is_mariadb(twin: Twin) -> bool:
    return "MariaDB" in twin.server.admin("SELECT VERSION()")[0][0]


def _knows(twin: Twin, collation: str) -> bool:
    sql = "SELECT 1 FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY WHERE COLLATION_NAME = %s"
    return bool(twin.server.admin(sql, (collation,)))


def _restore(twin: Twin, dump: str, **options: t.Any) -> t.Any:
    path = twin.restorer.write("dump.sql", ("SET NAMES utf8mb4;\n" + dump).encode())
    return twin.restorer.run(path, policy="always", **options)


ARTICLES = (
    "CREATE TABLE `XT` (`NR` varchar(20) COLLATE {0} NOT NULL, `P` int, {1} KEY (`NR`)) ENGINE=InnoDB "
    "DEFAULT CHARSET=utf8mb4 COLLATE={0};"
)
ROWS = "('Maß',1),('Mass',2),('Bär',3),('Bar',4),('X',5),('X ',6)"
VERBS = ("INSERT", "REPLACE", "INSERT IGNORE")


@pytest.mark.parametrize("verb", VERBS)
def test_values_that_only_an_unknown_collation_keeps_apart(twin: Twin, verb: str) -> None:
    dump = ARTICLES.format("utf8mb4_0900_as_ci", "PRIMARY") + f"{verb} INTO `XT` VALUES {ROWS};"
    if not _is_mariadb(twin):
        failure = twin.refused(dump)
        assert failure.error == "server_setting"
        assert "XT" in failure.msg
        assert "utf8mb4_0900_as_ci" in failure.msg
        return
    assert _restore(twin, dump).restore["rows"] == 6
    assert twin.restorer.mandant.query("SELECT COUNT(*) FROM XT") == [(6,)]


@pytest.mark.parametrize("verb", VERBS)
def test_rows_that_become_one_under_another_collation(twin: Twin, verb: str) -> None:
    """To whoever knows the newer rules only, the two rows below are one; nothing tells the dump's server from it."""
    if not _is_mariadb(twin):
        pytest.skip("it is refused before, as above")
    dump = ARTICLES.format("utf8mb4_0900_ai_ci", "UNIQUE") + f"{verb} INTO `XT` VALUES {ROWS};"
    failure = twin.refused(dump)
    assert failure.error == "verification_failed"
    assert "XT" in failure.msg
    assert "utf8mb4_uca1400_nopad_ai_ci in the place of utf8mb4_0900_ai_ci" in failure.msg
    assert "ß" not in failure.msg
    assert twin.restorer.mandant.tables() == []


def test_an_unknown_collation_without_a_unique_key(twin: Twin) -> None:
    outcome = _restore(twin, ARTICLES.format("utf8mb4_0900_as_ci", "") + f"REPLACE INTO `XT` VALUES {ROWS};")
    assert outcome.restore["rows"] == 6
    if _knows(twin, "utf8mb4_0900_as_ci"):
        assert outcome.restore["warnings"] == []
        return
    (warning,) = outcome.restore["warnings"]
    assert "utf8mb4_0900_as_ci" in warning["text"]


@pytest.mark.parametrize(("verb", "kept"), [("REPLACE", "b"), ("INSERT IGNORE", "a")])
def test_fewer_rows_than_the_dump_has_are_told(twin: Twin, verb: str, kept: str) -> None:
    outcome = twin.load(
        "CREATE TABLE T (id int, a char(1), PRIMARY KEY (id)) ENGINE=InnoDB;"
        f"{verb} INTO T VALUES (1,'a'),(1,'b'),(2,'c');"
    )
    twin.is_alike()
    assert twin.restorer.mandant.query("SELECT a FROM T ORDER BY id") == [(kept,), ("c",)]
    assert outcome.restore["rows"] == 2
    assert [
        (one["table"], one["count"]) for one in outcome.restore["warnings"] if "one and the same" in one["text"]
    ] == [("T", 1)]
    assert [finding["table"] for finding in outcome.analysis["findings"] if finding["name"] == "fewer_rows"] == ["T"]
    assert any("1 rows less" in warning for warning in outcome.warnings)


@pytest.mark.parametrize("engine", ["InnoDB", "MyISAM"])
def test_ignore_changes_no_value(twin: Twin, engine: str) -> None:
    table = f"CREATE TABLE T (id int, a varchar(2), PRIMARY KEY (id)) ENGINE={engine};"
    rows = "INSERT IGNORE INTO T VALUES (1,'a'),(1,'b'),(2,'long'),(3,'c');"
    assert "column a" in twin.refused(table + rows).msg
    outcome = _restore(twin, table + rows, on_error="skip")
    assert twin.restorer.mandant.query("SELECT id, a FROM T ORDER BY id") == [(1, "a"), (3, "c")]
    assert (len(outcome.restore["errors"]), outcome.restore["rows"]) == (1, 2)


WINDOWS = """
CREATE TABLE `artikel` (`REC_ID` int NOT NULL, `VK1` int, PRIMARY KEY (`REC_ID`)) ENGINE=InnoDB;
CREATE TABLE `artikel_historie` (`ARTIKEL_ID` int, `VK1` int, `n` int, KEY (`ARTIKEL_ID`),
  CONSTRAINT fk FOREIGN KEY (`ARTIKEL_ID`) REFERENCES `ARTIKEL` (`REC_ID`)) ENGINE=InnoDB;
CREATE TABLE `xt_eigene` (`id` int) ENGINE=InnoDB;
INSERT INTO `Artikel` VALUES (1,10),(2,20);
INSERT INTO artikel_historie VALUES (1,5,0);
CREATE VIEW `preise` AS SELECT Artikel.VK1, h.VK1 AS alt FROM `artikel` JOIN ARTIKEL_HISTORIE h
  ON h.ARTIKEL_ID = ARTIKEL.REC_ID;
DELIMITER ;;
CREATE TRIGGER `t1` BEFORE UPDATE ON ARTIKEL FOR EACH ROW BEGIN
  IF NEW.VK1 <> OLD.VK1 THEN
    INSERT INTO artikel_historie (ARTIKEL_ID, VK1) VALUES (NEW.REC_ID, OLD.VK1);
    UPDATE Artikel_Historie SET artikel_historie.n = artikel_historie.n + 1
      WHERE ARTIKEL_HISTORIE.ARTIKEL_ID = (SELECT a.REC_ID FROM xt_eigene JOIN artikel a LIMIT 0);
    DELETE artikel_historie FROM artikel_historie JOIN Xt_Eigene ON xt_eigene.id = Artikel_historie.n;
  END IF;
END;;
DELIMITER ;
"""


def test_triggers_views_and_foreign_keys_follow_the_names_of_tables(twin: Twin) -> None:
    mandant = twin.restorer.mandant
    outcome = _restore(twin, WINDOWS)
    tables = [name for name in mandant.tables() if not name.startswith("BACK_")]
    assert tables == ["ARTIKEL", "ARTIKEL_HISTORIE", "preise", "xt_eigene"]
    assert mandant.query("SELECT * FROM preise") == [(10, 5)]
    with mandant.connect() as connection, connection.cursor() as cursor:
        cursor.execute("UPDATE ARTIKEL SET VK1=11 WHERE REC_ID=1")
        cursor.execute("SELECT ARTIKEL_ID, VK1 FROM ARTIKEL_HISTORIE ORDER BY VK1")
        assert list(cursor.fetchall()) == [(1, 5), (1, 10)]
        connection.rollback()
    assert "REFERENCES `ARTIKEL`" in mandant.query("SHOW CREATE TABLE ARTIKEL_HISTORIE")[0][1]
    told = [one["table"] for one in outcome.restore["warnings"] if "letter case" in one["text"]]
    assert told == ["artikel", "artikel_historie"]


def test_tables_of_another_program_keep_their_names(twin: Twin) -> None:
    outcome = twin.load(
        "CREATE TABLE `registry` (`name` varchar(99), `type` varchar(9));INSERT INTO `registry` VALUES ('a','class');"
        "CREATE TABLE `node` (`nid` int);CREATE VIEW land AS SELECT name FROM registry;"
    )
    assert [name for name in twin.restorer.mandant.tables() if not name.startswith("BACK_")] == [
        "land",
        "node",
        "registry",
    ]
    assert outcome.restore["warnings"] == []


TRIGGER = (
    "CREATE TABLE `artikel` (`REC_ID` int);CREATE TRIGGER t1 AFTER INSERT ON artikel FOR EACH ROW "
    "INSERT INTO xt_log VALUES (NEW.REC_ID);"
)


def test_a_trigger_that_would_name_a_missing_table(twin: Twin) -> None:
    failure = twin.refused(TRIGGER)
    assert failure.error == "statement_failed"
    assert "t1 names xt_log" in failure.msg
    outcome = _restore(twin, TRIGGER, on_error="skip")
    assert [one["table"] for one in outcome.restore["warnings"] if "left out" in one["text"]] == ["artikel"]
    twin.restorer.mandant.query("CREATE TABLE xt_log (id int)")
    _restore(twin, TRIGGER, keep_tables=("xt_*",))
    with twin.restorer.mandant.connect() as connection, connection.cursor() as cursor:
        cursor.execute("INSERT INTO ARTIKEL VALUES (7)")
        cursor.execute("SELECT * FROM xt_log")
        assert list(cursor.fetchall()) == [(7,)]


def test_what_protects_data_is_kept_or_told(twin: Twin) -> None:
    table = "CREATE TABLE T (id int NOT NULL, PRIMARY KEY (id)) ENGINE=InnoDB"
    for options in ("`ENCRYPTED`=YES `ENCRYPTION_KEY_ID`=1", "/*!80016 ENCRYPTION='Y' */", "COMPRESSION='zlib'"):
        outcome = _restore(twin, f"{table} {options};INSERT INTO T VALUES (1);")
        (warning,) = outcome.restore["warnings"]
        assert ("encrypted" if "ENC" in options else "compressed") in warning["text"]
    assert _restore(twin, f"{table} `ENCRYPTED`=NO;").restore["warnings"] == []


def test_a_row_format_that_the_engine_does_not_have(twin: Twin) -> None:
    outcome = _restore(twin, "CREATE TABLE T (id int) ENGINE=InnoDB ROW_FORMAT=FIXED;INSERT INTO T VALUES (1);")
    assert [one["text"] for one in outcome.restore["warnings"]] == [
        "InnoDB does not have its ROW_FORMAT: it gets the usual one"
    ]


def test_a_parser_that_the_server_does_not_have(twin: Twin) -> None:
    outcome = _restore(
        twin,
        "CREATE TABLE T (id int NOT NULL, a text, PRIMARY KEY (id), FULLTEXT KEY `ft` (`a`) "
        "/*!50100 WITH PARSER `ngram` */ ) ENGINE=InnoDB;INSERT INTO T VALUES (1,'x');",
    )
    assert ["ngram" in one["text"] for one in outcome.restore["warnings"]] == [True]
    assert "FULLTEXT KEY `ft` (`a`)" in twin.restorer.mandant.query("SHOW CREATE TABLE T")[0][1]


def test_defaults_that_are_computed(twin: Twin) -> None:
    if not _is_mariadb(twin):
        pytest.skip("this MySQL has none")
    twin.load(
        "CREATE TABLE T (id int, a varchar(9) DEFAULT concat('a','b'), b int DEFAULT (1 + `id`), c text DEFAULT "
        "ucase('x'), d datetime DEFAULT (current_timestamp() + interval 1 day), e char(36) DEFAULT uuid());"
        "INSERT INTO T VALUES (1,'x',2,'y','2020-01-01 00:00:00','z');"
    )
    twin.is_alike()
    assert "CREATE TABLE `T`" in str(twin.restorer.mandant.query("SHOW CREATE TABLE T")[0][1])


SPATIAL = ("point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon", "geometrycollection")


def test_every_spatial_type_from_a_dump_and_from_a_backup(twin: Twin) -> None:
    shapes = ("POINT(1 2)", "LINESTRING(0 0,1 1)", "POLYGON((0 0,9 0,9 9,0 0))", "MULTIPOINT(1 1,2 2)",
              "MULTILINESTRING((0 0,1 1),(2 2,3 3))", "MULTIPOLYGON(((0 0,9 0,9 9,0 0)))",
              "GEOMETRYCOLLECTION(POINT(200.5 1e300),LINESTRING(0 0,1 1))")  # fmt: skip
    columns = ", ".join(f"`{name}` {name}" for name in SPATIAL)
    values = ",".join(f"ST_GeomFromText('{shape}')" for shape in shapes)
    mandant = twin.restorer.mandant
    mandant.query(f"CREATE TABLE T (id int NOT NULL, {columns}, t varchar(9), p point NOT NULL, PRIMARY KEY (id), "
                  "SPATIAL KEY (p)) ENGINE=MyISAM DEFAULT CHARSET=utf8mb4")  # fmt: skip
    with mandant.connect() as connection, connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO T VALUES (1,{values},'ä',ST_GeomFromText('POINT(-1 255)'))")
        cursor.execute(f"INSERT INTO T VALUES (2,{','.join(['NULL'] * 7)},'€',ST_GeomFromText('POINT(0 0)'))")
        connection.commit()
    before = mandant.checksums()["T"]
    _is_restored(twin, twin.back_up(), before)
    # The client of MariaDB cannot dump an old MySQL.
    for options in ((), ("--hex-blob",)) if _is_mariadb(twin) else ():
        dump = mandant.by_client("mysqldump", "--default-character-set=utf8mb4", *options)
        _is_restored(twin, twin.restorer.write("t.sql", dump), before)


def _is_restored(twin: Twin, path: str, checksum: int | None) -> None:
    outcome = twin.restorer.run(path, policy="always", previous="drop")
    assert (outcome.restore["rows"], outcome.restore["warnings"]) == (2, [])
    assert twin.restorer.mandant.checksums()["T"] == checksum
