# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check mode says of a definition what the run says of it, word by word, and leaves nothing behind."""

from __future__ import annotations

import typing as t

import each_server
from check_and_run import disagree, said
from each_server import Each
from mandant import Mandant
from restoring import Restorer, account


def _columns(count: int, kind: str) -> str:
    return ", ".join(f"C{number} {kind}" for number in range(count))


def _keys(count: int) -> str:
    return ", ".join(f"KEY K{number} (C{number})" for number in range(count))


INNODB, MYISAM = "ENGINE=InnoDB DEFAULT CHARSET=latin1", "ENGINE=MyISAM DEFAULT CHARSET=latin1"
LONG = "x" * 3000
# What some server refuses. Each kind of server says for itself which of them it does.
TABLES = (
    # Rows, columns and keys that are too long or too many.
    f"({_columns(33, 'varchar(255)')}) {INNODB}",
    f"({_columns(12, 'text')}) {INNODB} ROW_FORMAT=COMPACT",
    f"({_columns(3, 'varchar(30000)')}) {MYISAM}",
    f"({_columns(1018, 'int')}) {INNODB}",
    f"({_columns(65, 'int')}, {_keys(65)}) {INNODB}",
    f"({_columns(65, 'int')}, {_keys(65)}) {MYISAM}",
    f"({_columns(33, 'int')}, KEY K ({', '.join(f'C{number}' for number in range(33))})) {INNODB}",
    "(A varchar(70000))",
    "(A char(256))",
    "(A decimal(66,2))",
    "(A decimal(60,40))",
    "(A decimal(2,5))",
    "(A int(300))",
    "(A bit(65))",
    "(A datetime(7))",
    f"(A set({', '.join(f'{number!r}' for number in map(str, range(65)))}))",
    f"(A int COMMENT '{LONG}')",
    f"(A int, KEY A (A) COMMENT '{LONG}')",
    f"(A int) COMMENT='{LONG}'",
    # Defaults that are no values of their column.
    "(A int NOT NULL DEFAULT '')",
    "(A date NOT NULL DEFAULT '2024-13-31')",
    "(A tinyint DEFAULT '300')",
    "(A varchar(2) DEFAULT 'abc')",
    "(A enum('a') DEFAULT 'b')",
    "(A int NOT NULL DEFAULT NULL)",
    "(A varchar(9) CHARACTER SET latin1 DEFAULT '\u0416')",
    "(A text DEFAULT 'abc')",
    "(A timestamp NOT NULL DEFAULT '2199-01-01 00:00:00')",
    # Columns and keys that do not go together.
    "(A int, a int)",
    "(A int, KEY K (A), KEY k (A))",
    "(A int, PRIMARY KEY (A), PRIMARY KEY (A))",
    "(A int, KEY B (B))",
    "(A int, KEY A (A(3)))",
    "(A varchar(9), KEY A (A(10)))",
    "(A int AUTO_INCREMENT)",
    "(A int AUTO_INCREMENT, B int AUTO_INCREMENT, KEY A (A), KEY B (B))",
    "(A varchar(9) AUTO_INCREMENT PRIMARY KEY)",
    "(A int ON UPDATE CURRENT_TIMESTAMP)",
    "(A int, KEY `PRIMARY` (A))",
    f"(A int, KEY GEN_CLUST_INDEX (A)) {INNODB}",
    f"(A int, FULLTEXT KEY F (A)) {INNODB}",
    f"(A text, B text CHARACTER SET utf8mb4, FULLTEXT KEY F (A,B)) {INNODB}",
    f"(A point, SPATIAL KEY S (A)) {INNODB}",
    f"(A int NOT NULL, SPATIAL KEY S (A)) {INNODB}",
    # What is computed.
    f"(A int, B int AS (X+1)) {INNODB}",
    f"(B int AS (C+1), C int AS (B+1)) {INNODB}",
    f"(A int, B int AS (A+1) VIRTUAL, PRIMARY KEY (B)) {INNODB}",
    f"(A int, CHECK (X > 1)) {INNODB}",
)
T = "CREATE TABLE T (A int, B varchar(9));\n"
# What stands behind its tables.
OBJECTS = (
    f"{T}CREATE VIEW V AS SELECT X FROM T;\n",
    f"{T}CREATE VIEW V AS SELECT A FROM NOWHERE;\n",
    f"{T}CREATE VIEW V AS SELECT A, A FROM T;\n",
    f"{T}CREATE VIEW V AS SELECT A FROM T WHERE;\n",
    f"{T}CREATE VIEW V AS SELECT A FROM T UNION SELECT A, B FROM T AS U;\n",
    f"SET NAMES utf8mb4 COLLATE utf8mb4_spanish_ci;\n{T}CREATE VIEW V AS SELECT A FROM T WHERE 'x' = _utf8mb4'y';\n",
    f"{T}CREATE TRIGGER G BEFORE INSERT ON T FOR EACH ROW SET NEW.A = ;\n",
    f"{T}CREATE TRIGGER G AFTER INSERT ON T FOR EACH ROW SET NEW.A = 1;\n",
    f"{T}CREATE TRIGGER G BEFORE INSERT ON T FOR EACH ROW SET NEW.A = OLD.A;\n",
    f"{T}CREATE TRIGGER G BEFORE UPDATE ON T FOR EACH ROW SET NEW.`a` = OLD.X + NEW.B;\n",
)
# What no temporary table can be, but others can.
TAKEN = (
    "CREATE TABLE G (A int, PRIMARY KEY (A)) ENGINE=InnoDB PARTITION BY HASH (A) PARTITIONS 2;\n"
    "CREATE TABLE Z (A int) ENGINE=InnoDB ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8;\n"
    "CREATE TABLE F (A text, B int, FULLTEXT KEY F (A)) ENGINE=InnoDB;\n"
    "CREATE TABLE P (A int, PRIMARY KEY (A)) ENGINE=InnoDB;\n"
    "CREATE TABLE C (A int, CONSTRAINT C1 FOREIGN KEY (A) REFERENCES P (A)) ENGINE=InnoDB;\n"
    f"{T}CREATE VIEW V AS SELECT T.A, U.B FROM T JOIN T AS U ON T.A = U.A;\nCREATE VIEW W AS SELECT A, B FROM V;\n"
    "CREATE TRIGGER G BEFORE INSERT ON T FOR EACH ROW SET NEW.A = 1;\n"
)


def test_check_mode_and_run_say_the_same(restorer: Restorer) -> None:
    dumps = [*(f"CREATE TABLE T {columns};\n" for columns in TABLES), *OBJECTS]
    assert not disagree(restorer, dumps)
    assert sum(said(restorer, dump, check=True) is not None for dump in dumps) > len(dumps) / 2


def test_what_no_temporary_table_can_be(restorer: Restorer) -> None:
    """Into a Mandant that is there, and into one that is not."""
    assert said(restorer, TAKEN, check=True) is None
    assert restorer.mandant.tables() == []
    restorer.mandant.drop()
    assert not disagree(restorer, [TAKEN])


@each_server.on("mariadb-11.8", "mysql-9.7", "mysql-5.6")
def test_on_each_server(each: Each, tmp_path_factory: t.Any) -> None:
    restorer = Restorer(Mandant("cao_tried", each.server), tmp_path_factory.mktemp("tried"))
    dumps = [f"CREATE TABLE T {columns};\n" for columns in TABLES[::3]]
    assert not disagree(restorer, [*dumps, *OBJECTS[:4], TAKEN])


def test_an_account_without_temporary_tables(restorer: Restorer) -> None:
    """It is told by the run alone."""
    grant = f"SELECT, INSERT, CREATE, DROP, ALTER ON `{restorer.mandant.name}`.*"
    password = account(restorer.mandant.server, "untried", [grant, "RELOAD, PROCESS ON *.*"])
    poor = Restorer(restorer.mandant, restorer.folder, "untried", password)
    dump = f"CREATE TABLE T {TABLES[0]};\n"
    assert said(poor, dump, check=True) is None
    ran = said(poor, dump, check=False)
    assert ran is not None
    assert "error 1118" in ran[1]
