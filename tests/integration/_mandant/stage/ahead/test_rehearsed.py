# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which row of a small backup the server would refuse, check mode says as the run does."""

from __future__ import annotations

from pathlib import Path

import each_server
from check_and_run import disagree, said
from each_server import Each
from mandant import Mandant
from restoring import Restorer

# A table and a value that it does not take.
ROWS = (
    ("A int NOT NULL", "NULL"),
    ("A int, B int", "1"),
    ("A tinyint", "300"),
    ("A int unsigned", "-1"),
    ("A enum('a')", "'b'"),
    ("A int", "'12abc'"),
    ("A varchar(9) CHARACTER SET latin1", "'\u0416'"),
    ("A date", "'2024-13-01'"),
    ("A time", "'99:99:99'"),
    ("A timestamp NULL", "'1960-01-01 00:00:00'"),
    ("A varchar(3)", "'abcd'"),
    ("A binary(3)", "'abcd'"),
    ("A int, PRIMARY KEY (A)", "1"),
    ("A varchar(9) COLLATE latin1_german1_ci, UNIQUE KEY A (A)", "'ä'),('a'"),
    ("A point", "'abc'"),
    ("A int, CHECK (A > 1)", "0"),
    ("A varchar(9), B tinyint AS (A) STORED", "'300',DEFAULT"),
    ("A tinyint AUTO_INCREMENT, PRIMARY KEY (A)", "127),(NULL"),
)


def _with_rows() -> list[str]:
    """Rows that no server takes, behind one that each takes, and one of another table."""
    good = "CREATE TABLE G (A int);\nINSERT INTO G VALUES (1);\n"
    return [
        f"{good}CREATE TABLE T ({table});\nINSERT INTO T VALUES ({row});\nINSERT INTO T VALUES ({row});\n"
        for table, row in ROWS
    ]


def test_check_mode_and_run_say_the_same(restorer: Restorer) -> None:
    dumps = _with_rows()
    assert not disagree(restorer, dumps)
    assert all(said(restorer, dump, check=True) is not None for dump in dumps)
    assert restorer.mandant.tables() == []


@each_server.on("mariadb-11.8", "mysql-9.7")
def test_on_each_server(each: Each, tmp_path: Path) -> None:
    assert not disagree(Restorer(Mandant("cao_rehearsed", each.server), tmp_path), _with_rows())


def test_rows_that_replace_others(restorer: Restorer) -> None:
    dump = "CREATE TABLE T (A int PRIMARY KEY);\nREPLACE INTO T VALUES (1),(1),(2);\n"
    path = restorer.write("replaced.sql", dump.encode())
    ahead, ran = (restorer.run(path, check=check) for check in (True, False))
    assert ahead.restore["rows"] == ran.restore["rows"] == 2
    assert ahead.warnings == ran.warnings
    assert ahead.analysis["findings"] == ran.analysis["findings"]


def test_rows_that_become_one_under_another_collation(restorer: Restorer) -> None:
    collation = "utf8mb4_0900_ai_ci"
    table = f"CREATE TABLE T (A varchar(9) COLLATE {collation} NOT NULL, UNIQUE KEY (A)) ENGINE=InnoDB CHARSET=utf8mb4;"
    dumps = [f"{table}\n{verb} INTO T VALUES ('Maß'),('Mass');\n" for verb in ("INSERT", "REPLACE", "INSERT IGNORE")]
    assert not disagree(restorer, dumps)
    for dump in dumps:
        failed = said(restorer, dump, check=True)
        assert failed is not None
        assert failed[0] == "verification_failed"


def test_rows_that_would_be_left_out(restorer: Restorer) -> None:
    """They are no reason to say no; with more rows than few the run alone says it."""
    dump = "CREATE TABLE T (A tinyint);\nINSERT INTO T VALUES (1);\nINSERT INTO T VALUES (300);\n"
    path = restorer.write("left_out.sql", dump.encode())
    ahead, ran = (restorer.run(path, check=check, on_error="skip", policy="always") for check in (True, False))
    for name in ("rows", "errors", "warnings"):
        assert ahead.restore[name] == ran.restore[name]
    assert ahead.warnings == ran.warnings
    assert len(ran.restore["errors"]) == 1
    many = f"CREATE TABLE T (A tinyint);\nINSERT INTO T VALUES {','.join(['(1)'] * 50_000)},(300);\n"
    assert said(restorer, many, check=True) is None
    ran = said(restorer, many, check=False)
    assert ran is not None
    assert "error 1264" in ran[1]
