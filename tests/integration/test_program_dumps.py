# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What programs and servers write arrives as the server's own client loads it; the comparison sees what does not."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest

import program_dumps
from differences import differences
from mandant import Mandant
from mariadb_server import MariadbServer
from private_server import PrivateServer
from restoring import Restorer
from side_by_side import SideBySide

# How long it takes is for the bench.
_ANY_SECONDS = 3600
# These servers would keep other letters than those of the dump: such views get the collation of our session there.
SPOILT_VIEWS = {
    "texts of a view under latin1": "mysql-5.6",
    "texts of a view in the collation of the database": "mysql-5.6",
    "texts of a view under binary": "mysql",
}
# Another server than that for which the dumps are made may not know all of what is in them.
NOT_BY_THE_CLIENT = ("loaded by the collection alone", "refused by both")
TREE = Path(__file__).resolve().parents[2]


@pytest.fixture
def side_by_side(server: PrivateServer, tmp_path: Path) -> SideBySide:
    """Loads a dump both ways."""
    return SideBySide(server, tmp_path, start_seconds=_ANY_SECONDS)


@pytest.mark.parametrize("name", program_dumps.ALIKE)
def test_dumps_of_programs_arrive_as_by_the_client(name: str, side_by_side: SideBySide, tmp_path: Path) -> None:
    path = tmp_path / "dump.sql"
    path.write_bytes(program_dumps.ALIKE[name].encode("utf-8", "surrogateescape"))
    found = side_by_side.compare(path)
    if os.environ.get("FAKTURA_SERVER", "mariadb").startswith(SPOILT_VIEWS.get(name, "none")):
        assert found.verdict == "different"
        pytest.skip("this server spoils such texts")
    if found.verdict in NOT_BY_THE_CLIENT and os.environ.get("FAKTURA_SERVER", "mariadb") != "mariadb":
        pytest.skip("the client of this server does not load it")
    assert (found.verdict, found.what) == ("equal", ())


@pytest.mark.parametrize("name", program_dumps.MORE_THAN_THE_CLIENT)
def test_dumps_of_old_and_new_servers(name: str, restorer: Restorer) -> None:
    dump, rows = program_dumps.MORE_THAN_THE_CLIENT[name]
    outcome = restorer.run(restorer.write("dump.sql", dump.encode()))
    assert outcome.restore is not None
    assert outcome.restore["rows"] == rows
    assert restorer.mandant.query("SELECT COUNT(*) FROM ware") == [(rows,)]
    shown = restorer.mandant.query("SHOW CREATE TABLE ware")[0][1]
    assert "c1" not in shown
    # MySQL keeps what is not enforced as such.
    if restorer.mandant.server.program == "mariadbd":
        assert any("not enforced" in one["text"] for one in outcome.restore["warnings"]) is ("c1" in dump)


def test_comments_in_another_encoding_prove_nothing(restorer: Restorer) -> None:
    dump = "SET NAMES utf8;\nCREATE TABLE t (a varchar(9)) DEFAULT CHARSET=utf8;\nINSERT INTO t VALUES ('Öl');\n"
    comment = "-- Généré le : août\n/* Gr\u00fc\u00dfe */\n".encode("cp1252")
    restorer.run(restorer.write("dump.sql", comment + dump.encode() + comment))
    assert restorer.mandant.query("SELECT a FROM t") == [("Öl",)]


def test_the_character_set_that_is_asked_for_wins(restorer: Restorer) -> None:
    dump = "CREATE DATABASE d CHARACTER SET utf8mb4;\nUSE d;\nCREATE TABLE t (a varchar(9));\n"
    restorer.mandant.drop()
    restorer.run(restorer.write("dump.sql", dump.encode()), charset="latin2")
    assert "latin2" in restorer.mandant.query("SHOW CREATE TABLE t")[0][1]


def test_what_a_dump_drops_itself_is_told(restorer: Restorer) -> None:
    dump = "CREATE TABLE t (a int);\nINSERT INTO t VALUES (1),(2);\nTRUNCATE t;\nINSERT INTO t VALUES (3);\n"
    outcome = restorer.run(restorer.write("dump.sql", dump.encode()))
    assert restorer.mandant.query("SELECT a FROM t") == [(3,)]
    assert outcome.restore is not None
    assert outcome.restore["rows"] == 1
    assert [one["table"] for one in outcome.analysis["findings"] if one["name"] == "rows_dropped_by_dump"] == ["t"]


def test_the_first_table_says_which_database_is_the_dumps_own(restorer: Restorer) -> None:
    dump = (
        "DROP TABLE IF EXISTS `laden`.`t`;\nCREATE TABLE `laden`.`t` (a int);\nLOCK TABLES laden.t WRITE;\n"
        "INSERT INTO laden.t VALUES (1),(2);\nUNLOCK TABLES;\nCREATE TABLE u (a int);\nINSERT INTO u VALUES (3);\n"
        "CREATE VIEW laden.v AS SELECT t.a FROM laden.t JOIN u ON u.a > t.a;\n"
    )
    outcome = restorer.run(restorer.write("dump.sql", dump.encode()))
    assert restorer.mandant.query("SELECT a FROM v ORDER BY a") == [(1,), (2,)]
    assert "database_left_out" in {one["name"] for one in outcome.analysis["findings"]}


def test_generated_columns_of_mysql_and_navicat(restorer: Restorer) -> None:
    if restorer.mandant.query("SELECT VERSION()")[0][0].startswith("5.6"):
        pytest.skip("this MySQL has no generated columns")
    dump = (
        "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) STORED NOT NULL, c varchar(9) CHARACTER SET latin1 "
        "GENERATED ALWAYS AS ('x') VIRTUAL NULL COMMENT 'y') ENGINE=InnoDB;\n"
        "INSERT INTO t VALUES (1,DEFAULT,DEFAULT);\nINSERT INTO t (a) VALUES (2);\n"
    )
    restorer.run(restorer.write("dump.sql", dump.encode()))
    assert restorer.mandant.query("SELECT * FROM t ORDER BY a") == [(1, 2, "x"), (2, 3, "x")]


SAME = "CREATE TABLE a (i int NOT NULL, t varchar(29), KEY i (i)); INSERT INTO a VALUES (1,'x'),(2,'y');"
DIFFERENCES: dict[str, tuple[str, str]] = {
    "a row is missing": ("DELETE FROM a WHERE i = 1", "a: 1 rows instead of 2"),
    "values are exchanged": ("UPDATE a SET t = IF(i = 1, 'y', 'x')", "a: other values"),
    "a key is missing": ("ALTER TABLE a DROP KEY i", "a: nothing instead of"),
    "a table is missing": ("DROP TABLE a", "a: missing"),
    "a table is more": ("CREATE TABLE b (i int)", "b: only with the collection"),
    "a view is a table": ("RENAME TABLE a TO c; CREATE VIEW a AS SELECT * FROM c", "a: VIEW instead of BASE TABLE"),
    "a trigger is more": ("CREATE TRIGGER z BEFORE INSERT ON a FOR EACH ROW SET @z=1", "trigger z"),
}


@pytest.mark.parametrize("name", DIFFERENCES)
def test_what_differs_is_seen(name: str, mandant: Mandant) -> None:
    statement, expected = DIFFERENCES[name]
    other = Mandant(f"{mandant.name}_other", mandant.server)
    other.create()
    try:
        for database in (mandant, other):
            database.by_client("mariadb", sql=SAME.encode())
        assert list(differences(mandant, other)) == []
        mandant.by_client("mariadb", sql=statement.encode())
        assert any(expected in text for text in differences(mandant, other))
    finally:
        other.drop()


def _compare(folder: Path) -> tuple[subprocess.CompletedProcess[str], list[dict[str, t.Any]]]:
    installed = os.environ.get("FAKTURA_COLLECTIONS_PATH", str(TREE / ".build" / "installed"))
    results = folder.parent / "results.json"
    tool = str(TREE / "tools" / "compare.py")
    command = [sys.executable, tool, installed, str(folder), str(results), str(_ANY_SECONDS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done, json.loads(results.read_text(encoding="utf-8"))["files"] if results.exists() else []


def test_a_folder_of_dumps(tmp_path: Path) -> None:
    folder = tmp_path / "dumps"
    (folder / "more").mkdir(parents=True)
    plain = SAME.encode()
    # By their names: what is in them, what comes of it, and what is said of it.
    files: dict[bytes, tuple[bytes, str, str, str]] = {
        b"a.sql": (plain, "a.sql", "equal", ""),
        b"a.sql.gz": (gzip.compress(plain), "a.sql.gz", "equal", ""),
        b"more/b.sql": (b"CREATE DATABASE x; USE x; " + plain, "more/b.sql", "equal", ""),
        b"more/M\xfcll\ner\x1b[0m.sql": (plain, "more/M\\xfcll\\ner\\x1b[0m.sql", "equal", ""),
        b"c.sql": (b"SELECT;", "c.sql", "refused by both", "You have an error"),
        b"cut.sql.gz": (gzip.compress(plain)[:-9], "cut.sql.gz", "refused by both", "there is no SQL for it"),
        b"empty.sql": (b"", "empty.sql", "refused by both", "makes no table of it"),
        b"ends the server.sql": (plain + b" SHUTDOWN;", "ends the server.sql", "refused by both", "SHUTDOWN"),
        b"ends itself.sql": (plain + b" KILL CONNECTION_ID();", "ends itself.sql", "refused by both", "killed"),
        b"no end.sql": (
            b"CREATE VIEW v AS WITH RECURSIVE n AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM n WHERE n < 99999999) "
            b"SELECT COUNT(*) FROM n; SET max_recursive_iterations = 99999999; SET insert_id = 7; " + plain,
            "no end.sql",
            "refused",
            "the number of the next row",
        ),
        b"our names.sql": (
            b"USE `compare-c01-collection`; " + plain,
            "our names.sql",
            "loaded by the collection alone",
            "",
        ),
    }
    for name, (content, _shown, _verdict, _said) in files.items():
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_bytes(content)
    (folder / "read.me").touch()
    done, found = _compare(folder)
    assert {one["file"]: one["verdict"] for one in found} == {
        shown: what for _content, shown, what, _said in files.values()
    }
    said = {one["file"]: " ".join(one["what"]) for one in found}
    assert [shown for _content, shown, _verdict, words in files.values() if words not in said[shown]] == []
    assert "left out, no dumps by their endings: 1 .me" in done.stdout
    assert all(shown in done.stdout for _content, shown, _verdict, _said in files.values())
    assert f"{len(files)} of {len(files)}: " in done.stderr
    assert done.returncode == 1
    (refused,) = (one for one in found if one["verdict"] == "refused")
    assert (refused["error"], refused["line"]) == ("forbidden_statement", 1)


def test_a_client_without_an_end_and_a_server_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("side_by_side._CLIENT_SECONDS_OF_REFUSED", 0.5)
    path = tmp_path / "dump.sql"
    with MariadbServer() as server:
        side_by_side = SideBySide(server, tmp_path, start_seconds=_ANY_SECONDS)
        path.write_text(SAME + "\nDO BENCHMARK(1000000000000, MD5('x'));\n", encoding="utf-8")
        found = side_by_side.compare(path)
        assert (found.verdict, found.what[1]) == ("refused by both", "client: stopped after 0 s")
        path.write_text(SAME, encoding="utf-8")
        server.kill9()
        assert side_by_side.compare(path).verdict == "not compared"
        assert side_by_side.compare(path).verdict == "equal"


def test_a_folder_without_dumps(tmp_path: Path) -> None:
    (tmp_path / "dumps").mkdir()
    done, files = _compare(tmp_path / "dumps")
    assert (done.returncode, files) == (2, [])
    assert "no dumps in" in done.stdout
