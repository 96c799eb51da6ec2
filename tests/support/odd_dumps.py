# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in the middle and at the end of dumps, and seldom: each loads as the server's own client loads it."""

from __future__ import annotations

from definition_dumps import NAMES, ROWS, WARE

_P = "CREATE TABLE p (id int NOT NULL, b int, PRIMARY KEY (id), KEY b (id,b)) ENGINE=InnoDB;\n"


def _database(name: str) -> str:
    made = f"CREATE DATABASE IF NOT EXISTS `{name}` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;\n"
    return f"--\n-- Datenbank: `{name}`\n--\n{made}USE `{name}`;\n"


def _keys(*items: str) -> str:
    return f"CREATE TABLE k (b int, c int, d int, {', '.join(items)}) ENGINE=InnoDB;\n"


_FOR_LETTERS = "CREATE TABLE s (ID int NOT NULL, Nr int, PRIMARY KEY (ID), UNIQUE KEY nr (NR)) ENGINE=InnoDB;\n"
_TO = "FOREIGN KEY ({}) REFERENCES p (id)"

ODD: dict[str, str] = {
    "all databases of a server, one of them filled": NAMES + _database("laden") + WARE + ROWS + _database("phpmyadmin")
    + "CREATE TABLE IF NOT EXISTS `pma__bookmark` (`id` int(10) UNSIGNED NOT NULL) ENGINE=InnoDB;\n"
    "INSERT INTO `pma__bookmark` (`id`) VALUES\n(1),(2);\nALTER TABLE `pma__bookmark`\n  ADD PRIMARY KEY (`id`);\n"
    + _database("test") + "COMMIT;\n",
    "all databases of a server, that of the notes before the filled one": NAMES + _database("phpmyadmin")
    + "CREATE TABLE IF NOT EXISTS `pma__bookmark` (`id` int(10) UNSIGNED NOT NULL) ENGINE=InnoDB;\n"
    "INSERT INTO `pma__bookmark` (`id`) VALUES\n(1),(2);\nALTER TABLE `pma__bookmark`\n  ADD PRIMARY KEY (`id`);\n"
    + _database("warenhaus") + WARE + ROWS + _database("zuletzt") + "COMMIT;\n",
    "an empty database before the filled one": NAMES + "CREATE DATABASE lager CHARACTER SET latin1;\nUSE lager;\n"
    "CREATE DATABASE laden CHARACTER SET utf8mb4;\nCREATE DATABASE test;\nUSE laden;\nCREATE TABLE t (a text);\n"
    "INSERT INTO t VALUES ('ä');\nUSE test;\nUSE laden;\nINSERT INTO t VALUES ('ö');\n",
    "the database at hand, changed": NAMES + "CREATE DATABASE laden CHARACTER SET latin1;\nUSE laden;\n"
    "ALTER DATABASE CHARACTER SET utf8mb4;\nCREATE TABLE t (a text);\nINSERT INTO t VALUES ('ä');\n"
    "ALTER DATABASE DEFAULT CHARACTER SET = latin1;\nCREATE TABLE u (a text);\n",
    "another character set before and behind the rows": "/*!40101 SET NAMES latin1 */;\n" + NAMES + WARE + ROWS
    + "SET NAMES latin1;\n",
    **{
        f"{last} at the end without a semicolon": NAMES + WARE + ROWS + last
        for last in ("COMMIT", "UNLOCK TABLES", "SET FOREIGN_KEY_CHECKS=1", "/*!40101 SET NAMES utf8mb4 */",
                     "SELECT 'fertig' AS x -- Ende", "SHOW TABLES\n")
    },
    **{
        f"keys of foreign keys, {name}": _P + _keys(*items)
        for name, items in {
            "the later of two alike": (_TO.format("b"), "CONSTRAINT x " + _TO.format("b")),
            "the one without a name": ("CONSTRAINT x " + _TO.format("b"), _TO.format("b")),
            "three alike": (_TO.format("b"), "CONSTRAINT x " + _TO.format("b"), _TO.format("b")),
            "the longer one": (_TO.format("b"), "FOREIGN KEY (b,c) REFERENCES p (id,b)"),
            "the longer one first": ("FOREIGN KEY (b,c) REFERENCES p (id,b)", _TO.format("b")),
            "where they stand": (_TO.format("b"), "KEY cc (c)", _TO.format("c"), "CONSTRAINT x " + _TO.format("d")),
            "with names, where they stand": ("CONSTRAINT x " + _TO.format("b"), "KEY cc (c)", "UNIQUE dd (d)"),
            "begun by another": (_TO.format("b"), "KEY bc (b,c)", _TO.format("d"), "KEY b (c)"),
        }.items()
    },
    "keys of foreign keys that come later": _P + _keys(_TO.format("b"))
    + "ALTER TABLE k ADD CONSTRAINT z FOREIGN KEY (b) REFERENCES p (id);\n",
    **{
        f"columns by other letters in a foreign key, {name}": _FOR_LETTERS + key
        for name, key in {
            "with a name": "CREATE TABLE q (Sid int, CONSTRAINT f FOREIGN KEY (sid) REFERENCES s(iD), KEY k (SID));\n",
            "without a name": "CREATE TABLE q (Sid int, FOREIGN KEY (SID) REFERENCES s(id), INDEX (SID));\n",
            "behind its column": "CREATE TABLE q (Sid int REFERENCES s (nR));\n",
            "added": "CREATE TABLE q (Sid int);\nALTER TABLE q ADD FOREIGN KEY (SID) REFERENCES s(nR), ADD KEY (sid);",
            "of itself": "CREATE TABLE q (Sid int, Id int, PRIMARY KEY (ID), FOREIGN KEY (sid) REFERENCES q(iD));\n",
        }.items()
    },
    "columns by other letters in a foreign key, before the other table": "SET FOREIGN_KEY_CHECKS=0;\n"
    "CREATE TABLE q (Sid int, FOREIGN KEY (sid) REFERENCES s(ID));\n" + _FOR_LETTERS,
    "BINARY behind a character set": "CREATE TABLE t (a varchar(5) CHARACTER SET latin1 BINARY NOT NULL, b enum('a') "
    "CHARSET utf8 BINARY DEFAULT 'a', c text BINARY) DEFAULT CHARSET=utf8mb4;\nINSERT INTO t VALUES ('ä','a','x');\n",
    "how an index is to be made": NAMES + WARE + "CREATE INDEX i ON ware (name) ALGORITHM=INPLACE LOCK = NONE;\n"
    "CREATE INDEX j ON ware (name) USING BTREE COMMENT 'x' ALGORITHM DEFAULT;\nDROP INDEX i ON ware;\n",
    "names of parts of partitions": "CREATE TABLE t (a int NOT NULL, d date) ENGINE=InnoDB PARTITION BY RANGE (a) "
    "SUBPARTITION BY HASH (year(d)) (PARTITION p0 VALUES LESS THAN (10) (SUBPARTITION s0, SUBPARTITION s1), "
    "PARTITION p1 VALUES LESS THAN MAXVALUE (SUBPARTITION s2 ENGINE=InnoDB, SUBPARTITION s3 ENGINE=InnoDB));\n"
    "INSERT INTO t VALUES (1,NULL);\n",
    "a trigger that selects into variables at the end": NAMES + WARE + "CREATE TABLE u (a int, b int);\nDELIMITER $$\n"
    "CREATE TRIGGER g BEFORE INSERT ON ware FOR EACH ROW BEGIN\n  DECLARE v, w int;\n  SELECT a, b FROM u WHERE a = 1 "
    "LIMIT 1 INTO v, w;\n  SELECT max(a), min(b) FROM u INTO @x, @y;\n  SELECT a FROM u JOIN ware ON u.a = ware.id "
    "INTO @z;\n  SET NEW.id = v;\nEND$$\nDELIMITER ;\n",
}  # fmt: skip
