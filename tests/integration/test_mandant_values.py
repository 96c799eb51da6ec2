# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of a restore are those of the dump: what the server's own client makes of it, is made of it here as well."""

from __future__ import annotations

import contextlib
import typing as t
from pathlib import Path

import pymysql
import pytest

from by_client import Twin, lenient_only
from mandant import Mandant
from restoring import Restorer, cao_backup, cao_table
from saving import back_up
from two_ways import local_infile


@pytest.fixture
def twin(restorer: Restorer) -> t.Iterator[Twin]:
    """Loads a dump into two databases: by the client of the server, and by a restore."""
    other = Mandant(f"{restorer.mandant.name}_client", restorer.mandant.server)
    with contextlib.closing(Twin(restorer, other)) as made:
        yield made


TIMES = "CREATE TABLE T (id int NOT NULL, ts timestamp NULL DEFAULT '2001-01-01 00:00:00', PRIMARY KEY (id));"
ZONES = {
    "set back at the end": (
        "SET @OLD_TIME_ZONE=@@TIME_ZONE; SET TIME_ZONE='+00:00';",
        TIMES,
        "INSERT INTO T VALUES (1,'2026-07-01 10:00:00');",
        "INSERT INTO T (id) VALUES (2);",
        "SET TIME_ZONE=@OLD_TIME_ZONE;",
    ),
    "another at the end": ("SET time_zone='+00:00';", TIMES, "INSERT INTO T VALUES (1,'2026-07-01 10:00:00');",
                           "SET time_zone='+05:00';"),
    "within a table": (
        "SET time_zone='+00:00';",
        TIMES,
        "INSERT INTO T VALUES (1,'2026-07-01 10:00:00'),(2,'2026-07-01 11:00:00');",
        "SET time_zone='-09:30';",
        "INSERT INTO T VALUES (3,'2026-07-01 10:00:00');",
        "SET time_zone=SYSTEM;",
        "INSERT INTO T VALUES (4,'2026-07-01 10:00:00'); INSERT INTO T (id) VALUES (5);",
        "SET time_zone=DEFAULT;",
        "INSERT INTO T VALUES (6,'2026-07-01 10:00:00');",
    ),
    "between tables": (
        "SET time_zone='+02:00';",
        TIMES,
        "SET time_zone='-03:00';",
        TIMES.replace("T (", "U (").replace("NULL D", "NOT NULL D"),
        "INSERT INTO T VALUES (1,'2026-07-01 10:00:00');",
        "SET @z='+04:00'; SET time_zone=@z;",
        "INSERT INTO U VALUES (1,'2026-07-01 10:00:00');",
        "INSERT INTO T VALUES (2,'2026-07-01 10:00:00');",
    ),
    "none": (TIMES, "INSERT INTO T VALUES (1,'2026-07-01 10:00:00');"),
    "partitions": (
        "SET time_zone='+05:00';",
        "CREATE TABLE T (id int NOT NULL, ts timestamp NOT NULL DEFAULT '2001-01-01 00:00:00') PARTITION BY RANGE"
        " (UNIX_TIMESTAMP(ts)) (PARTITION a VALUES LESS THAN (UNIX_TIMESTAMP('2020-01-01 00:00:00')),"
        " PARTITION b VALUES LESS THAN (MAXVALUE));",
        "INSERT INTO T VALUES (1,'2019-12-31 23:59:59'),(2,'2020-01-01 00:00:00');",
    ),
}  # fmt: skip


@pytest.mark.parametrize("infile", [True, False])
@pytest.mark.parametrize("name", ZONES)
def test_moments_are_read_in_the_zone_at_their_place(twin: Twin, name: str, infile: bool) -> None:
    with local_infile(twin.server, infile):
        twin.load("\n".join(ZONES[name]))
    twin.is_alike()


def test_a_zone_that_the_server_does_not_know(twin: Twin) -> None:
    failure = twin.refused(f"SET time_zone='Europe/Atlantis'; {TIMES} INSERT INTO T VALUES (1,NULL);")
    assert failure.error == "server_setting"
    assert "Europe/Atlantis" in failure.msg
    assert twin.restorer.mandant.tables() == []


MODES = {
    "zero is a value": "SET sql_mode='NO_AUTO_VALUE_ON_ZERO'; {table} INSERT INTO T (id,a) VALUES (0,'x'),(7,'y');",
    "zero counts": "SET sql_mode=''; {table} INSERT INTO T (id,a) VALUES (0,'x'),(7,'y'),(0,'z');",
    "in the middle": "SET sql_mode='NO_AUTO_VALUE_ON_ZERO'; {table} INSERT INTO T VALUES (0,'x',NULL);"
    " SET @OLD=@@sql_mode, sql_mode=''; INSERT INTO T VALUES (0,'y',NULL),(0,'z',NULL); SET sql_mode=@OLD;"
    " INSERT INTO T VALUES (-1,'a',NULL);",
    "quotes": "SET sql_mode='ANSI_QUOTES,NO_AUTO_VALUE_ON_ZERO'; {table} INSERT INTO T VALUES (1,'x',NULL);"
    ' SET sql_mode=\'NO_AUTO_VALUE_ON_ZERO\'; INSERT INTO T VALUES (2,"y",NULL);',
    "columns change": "{table} INSERT INTO T (a) VALUES ('1'); INSERT INTO T (a) VALUES ('2');"
    " INSERT INTO T (a,b) VALUES ('3','x'); INSERT INTO T (a) VALUES ('4'); INSERT INTO T (b,a) VALUES (NULL,'5'),"
    "(NULL,'6'),(NULL,'7'); INSERT INTO T (a) VALUES ('8');",
    "null ids": "{table} INSERT INTO T VALUES (NULL,'1',NULL),(NULL,'2',NULL); INSERT INTO T VALUES (9,'9',NULL);"
    " INSERT INTO T VALUES (NULL,'10',NULL); INSERT INTO T (a) VALUES ('11');",
    "mixed in one statement": "{table} INSERT INTO T VALUES (NULL,'1',NULL),(20,'2',NULL),(NULL,'3',NULL),"
    "(NULL,'4',NULL); INSERT INTO T VALUES (NULL,'5',NULL); INSERT INTO T VALUES (5,'6',NULL),(NULL,'7',NULL);"
    " INSERT INTO T (a) VALUES ('8');",
    "ignored duplicates": "{table} INSERT IGNORE INTO T (a) VALUES ('1'),('1'),('2'); INSERT IGNORE INTO T (a) VALUES"
    " ('2'); INSERT INTO T (a,b) VALUES ('3','x'); REPLACE INTO T (a) VALUES ('3'); INSERT INTO T (a) VALUES ('4');",
    "the counter is set behind the rows": "{table} INSERT INTO T (a) VALUES ('1'),('2');"
    " ALTER TABLE T AUTO_INCREMENT=500;",
    "the counter is set before the rows": "{table} ALTER TABLE T AUTO_INCREMENT=500; INSERT INTO T (a) VALUES ('1');",
    "many": "{table}" + "".join(f"INSERT INTO T (a) VALUES ('{n}');INSERT INTO T (a,b) VALUES ('b{n}',NULL);"
                                for n in range(60)),
}  # fmt: skip
COUNTED = (
    "CREATE TABLE T (id int NOT NULL AUTO_INCREMENT, a varchar(9), b varchar(9), PRIMARY KEY (id), UNIQUE KEY (a))"
)


@pytest.mark.parametrize("infile", [True, False])
@pytest.mark.parametrize("engine", ["InnoDB", "MyISAM"])
@pytest.mark.parametrize("name", MODES)
def test_numbers_that_the_server_gives(twin: Twin, name: str, engine: str, infile: bool) -> None:
    with local_infile(twin.server, infile):
        twin.load(MODES[name].replace("{table}", f"{COUNTED} ENGINE={engine};"))
    twin.is_alike()


def test_the_counter_is_set_between_rows(twin: Twin) -> None:
    failure = twin.refused(
        f"{COUNTED}; INSERT INTO T (a) VALUES ('1'); ALTER TABLE T AUTO_INCREMENT=500; INSERT INTO T (a) VALUES ('2');"
    )
    assert failure.error == "forbidden_statement"
    assert "statement 5" in failure.msg


def test_numbers_of_many_statements_with_a_first_one_of_their_own(twin: Twin) -> None:
    rows = "".join(f"INSERT INTO T VALUES ({'NULL' if n % 3 else n * 10},'{n}',NULL);\n" for n in range(1, 400))
    twin.load(f"{COUNTED} ENGINE=InnoDB;\n{rows}INSERT INTO T (a) VALUES ('end');")
    twin.is_alike()


ENUMS = {
    "NOT NULL": ("enum('N','Y') NOT NULL DEFAULT 'N'", ["'N'", "''", "'Y'", "''"]),
    "NULL": ("enum('klein','groß') DEFAULT NULL COMMENT 'Größe'", ["''", "NULL", "'groß'", "''"]),
    "a member that is empty": ("enum('N','','Y') NOT NULL", ["''", "'N'", "'Y'"]),
    "odd members": ("enum('a''b','c,d','(') DEFAULT '('", ["'c,d'", "''", r"'a\'b'", "'('"]),
}


@pytest.mark.parametrize("infile", [True, False])
@pytest.mark.parametrize("engine", ["InnoDB", "MyISAM"])
@pytest.mark.parametrize("name", ENUMS)
def test_the_empty_value_of_an_enum(twin: Twin, name: str, engine: str, infile: bool) -> None:
    column, values = ENUMS[name]
    rows = ",".join(f"({number},{value},'')" for number, value in enumerate(values * 3, 1))
    dump = f"CREATE TABLE T (id int NOT NULL, flag {column}, t varchar(9) NOT NULL, PRIMARY KEY (id), KEY (flag))"
    with local_infile(twin.server, infile):
        outcome = twin.load(f"SET sql_mode=''; {dump} ENGINE={engine}; INSERT INTO T VALUES {rows};")
    twin.is_alike("SELECT id, flag, flag+0, t FROM T ORDER BY id")
    assert outcome.restore["warnings"] == []
    named = [finding["table"] for finding in outcome.analysis["findings"] if finding["name"] == "empty_enum"]
    assert named == ([] if "empty" in name else ["T"])


def test_a_number_that_its_column_has_cut_is_no_reason_against_an_empty_value(twin: Twin) -> None:
    """As a server rounds it up it is out of range once more."""
    twin.load("SET sql_mode=''; CREATE TABLE T (a enum('x'), f float(10,2)); INSERT INTO T VALUES ('',99999999.99);")
    twin.is_alike("SELECT a+0, f FROM T")


def test_two_enums_in_a_key_and_a_value_that_is_none(twin: Twin) -> None:
    table = "CREATE TABLE T (a enum('x','y') NOT NULL, b enum('x','y') NOT NULL, c char(1), PRIMARY KEY (a, b));"
    twin.load(f"SET sql_mode=''; {table} INSERT INTO T VALUES ('x','','1'),('','','2'),('','y','3');")
    twin.is_alike("SELECT a+0, b+0, c FROM T ORDER BY c")
    failure = twin.refused(f"{table} INSERT INTO T VALUES ('x','','1'),('z','','2');")
    assert "column a" in failure.msg
    outcome = twin.restorer.run(
        twin.restorer.write("z.sql", f"{table} INSERT INTO T VALUES ('x','','1'),('z','','2');".encode()),
        on_error="skip",
        policy="always",
    )
    assert [error["statement"] for error in outcome.restore["errors"]] == [2]
    assert twin.restorer.mandant.query("SELECT a+0, b+0, c FROM T") == [(1, 0, "1")]


@pytest.mark.promise("to-the-bit")
def test_dates_that_a_lenient_server_has_stored(twin: Twin) -> None:
    rows = "(1,'0000-00-00','0000-00-00 00:00:00'),(2,'2024-02-00','2024-00-00 10:00:00'),(3,'2024-02-30',NULL),"
    twin.load(
        "SET sql_mode='ALLOW_INVALID_DATES'; CREATE TABLE T (id int, d date DEFAULT '2024-02-31', e datetime);"
        f"INSERT INTO T VALUES {rows}(4,'2023-02-29','2023-04-31 23:59:59');INSERT INTO T (id) VALUES (5);"
    )
    twin.is_alike()
    for literal in ("'2024-13-01'", "'2024-01-32'", "'x'"):
        assert twin.refused(f"CREATE TABLE T (d date);INSERT INTO T VALUES ({literal});").error == "statement_failed"


def test_what_a_backup_of_lenient_values_writes_can_be_restored(twin: Twin) -> None:
    mandant = twin.restorer.mandant
    lenient_only(
        mandant,
        "CREATE TABLE JOURNAL (REC_ID int NOT NULL AUTO_INCREMENT, FLAG enum('N','Y') NOT NULL, D date, P decimal(4,2),"
        " S set('a','b'), TS timestamp NULL, PRIMARY KEY (REC_ID)) ENGINE=MyISAM",
        "INSERT INTO JOURNAL (FLAG, D, P, S) VALUES ('Y','2024-02-30',1e9,'a'),('J','x',-1e9,'z'),('',20240200,'y','')",
        "INSERT INTO JOURNAL (REC_ID, FLAG) VALUES (0, '')",
    )
    shown = "SELECT REC_ID, FLAG, FLAG+0, D, P, S+0, TS FROM JOURNAL ORDER BY REC_ID"
    before = mandant.query(shown)
    assert [row[2] for row in before].count(0) >= 2
    outcome = twin.restorer.run(twin.back_up(), policy="always", on_error="skip")
    assert outcome.restore["errors"] == []
    assert mandant.query(shown) == before


@pytest.mark.promise("to-the-bit")
@pytest.mark.parametrize("setting", [0, 1])
def test_null_in_a_timestamp_is_never_now(restorer: Restorer, setting: int) -> None:
    server = restorer.mandant.server
    table = cao_table(
        "EXPORT",
        ["REC_ID int(11) not null", "ERSTELLT timestamp", "GELESEN timestamp default 'CURRENT_TIMESTAMP'"],
        ["'1',NULL,NULL", "'2','2001-01-01 00:00:00',NULL"],
        ["PRIMARY KEY (REC_ID)"],
    )
    strict = cao_table("LINK", ["REC_ID int(11)", "TS timestamp not null"], ["'1','2001-01-01 00:00:00'", "'2',NULL"])
    with explicit_timestamps(server, setting):
        restorer.run(restorer.write("b.sql", cao_backup(table)))
        found = restorer.mandant.query("SELECT REC_ID, ERSTELLT IS NULL, GELESEN IS NULL FROM EXPORT ORDER BY REC_ID")
        assert found == [(1, 1, 1), (2, 0, 1)]
        assert "ON UPDATE" not in restorer.mandant.query("SHOW CREATE TABLE EXPORT")[0][1].upper()
        path = restorer.write("c.sql", cao_backup(strict))
        with pytest.raises(Exception, match=r"statement 4: .*column TS"):
            restorer.run(path, policy="always")
        skipped = restorer.run(path, policy="always", on_error="skip")
    assert [error["statement"] for error in skipped.restore["errors"]] == [4]
    assert restorer.mandant.query("SELECT REC_ID FROM LINK") == [(1,)]


@contextlib.contextmanager
def explicit_timestamps(server: t.Any, setting: int) -> t.Iterator[None]:
    """Let new sessions have the setting, where the server's can be changed; else the one that it has is tested."""
    before = server.admin("SELECT @@GLOBAL.explicit_defaults_for_timestamp")[0][0]
    try:
        server.admin(f"SET GLOBAL explicit_defaults_for_timestamp={setting}")
    except pymysql.err.OperationalError:
        # The old MySQL has it as an option of the program alone.
        yield
        return
    try:
        yield
    finally:
        server.admin(f"SET GLOBAL explicit_defaults_for_timestamp={before}")


def test_the_default_of_a_timestamp_comes_back_from_a_backup(twin: Twin) -> None:
    server = twin.server
    before = server.admin("SELECT @@GLOBAL.time_zone")[0][0]
    server.admin("SET GLOBAL time_zone='+05:00'")
    try:
        twin.restorer.mandant.query("CREATE TABLE T (id int, ts timestamp NOT NULL DEFAULT '2001-01-01 00:00:00')")
        shown = twin.restorer.mandant.query("SHOW CREATE TABLE T")
        path = twin.back_up()
        twin.other.create()
        twin.other.by_client("mysql", sql=Path(path).read_bytes())
        twin.restorer.run(path)
        assert "2001-01-01 00:00:00" in shown[0][1]
        assert twin.other.query("SHOW CREATE TABLE T") == shown
        assert (
            twin.restorer.mandant.query("SHOW CREATE TABLE T")[0][1].partition(" ENGINE")[0]
            == (shown[0][1].partition(" ENGINE")[0])
        )
    finally:
        server.admin(f"SET GLOBAL time_zone='{before}'")


def test_rows_older_than_a_check_constraint_come_back_from_a_backup(twin: Twin, tmp_path: Path) -> None:
    mandant = twin.restorer.mandant
    if "MariaDB" not in mandant.query("SELECT VERSION()")[0][0]:
        pytest.skip("this MySQL has no CHECK constraints")
    with mandant.connect() as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE T (id int, a int, CONSTRAINT c CHECK (a > 0))")
        cursor.execute("SET check_constraint_checks=0")
        cursor.execute("INSERT INTO T VALUES (1,-1),(2,1)")
        connection.commit()
    saved = back_up(twin.restorer, tmp_path / "c.sql")["file"]["path"]
    assert twin.restorer.run(saved, policy="always").restore["rows"] == 2
    text = Path(saved).read_text(encoding="utf-8").replace("SET CHECK_CONSTRAINT_CHECKS=0;", "")
    strict = twin.restorer.write("strict.sql", text.encode())
    with pytest.raises(Exception, match="CHECK constraint is not met"):
        twin.restorer.run(strict, policy="always")
