# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Statements that change what stands before them, as people and programs write them; a part of program_dumps.ALIKE."""

from __future__ import annotations

_TABLE = "CREATE TABLE {0} (id int NOT NULL, a varchar(40), PRIMARY KEY (id)) ENGINE={1} DEFAULT CHARSET=utf8mb4;\n"
_ROWS = "INSERT INTO {0} VALUES (1,'it''s \\\\, (x)'),(2,NULL);\nINSERT INTO {0} (a,id) VALUES ('ü',3);\n"
_TYPES = (
    "tinyint", "decimal(9,2)", "double", "bit(3)", "year", "char(3)", "character(3)", "varchar(3)", "varbinary(3)",
    "text", "blob", "time", "enum('q','r')", "set('a','b')", "bool", "int unsigned zerofill", "national varchar(3)",
)  # fmt: skip


def _both(*statements: str) -> str:
    """Return statements about a table in the place of {0}, for one of each engine, behind rows."""
    text = _TABLE + _ROWS + "".join(f"{one};\n" for one in statements)
    return "SET NAMES utf8mb4;\n" + text.format("t", "InnoDB") + text.format("u", "MyISAM")


CHANGES: dict[str, str] = {
    "columns that come behind rows": _both(
        "ALTER TABLE {0} ADD COLUMN b int DEFAULT 5, ADD c varchar(9) NOT NULL FIRST, ADD (d date, e text NOT NULL)",
        "INSERT INTO {0} VALUES ('c',4,'a',4,NULL,'e')",
        "ALTER TABLE {0} ADD COLUMN IF NOT EXISTS a int, MODIFY b bigint DEFAULT 5 AFTER c, ADD KEY (b), "
        "ADD `first` int COMMENT 'AFTER a' AFTER `e`",
        "REPLACE INTO {0} (id,c,b,e) VALUES (4,'z',7,'')",
        "ALTER TABLE {0} " + ", ".join(f"ADD n{number} {kind} NOT NULL" for number, kind in enumerate(_TYPES)),
    ),
    "columns that go and change their names": _both(
        "ALTER TABLE {0} ADD z int DEFAULT 4, CHANGE a b varchar(50) FIRST",
        "INSERT INTO {0} VALUES ('b',4,5)",
        "ALTER TABLE {0} RENAME COLUMN b TO c, DROP COLUMN z, ADD KEY k (c(3))",
        "INSERT INTO {0} SET c='d', id=5",
        "ALTER TABLE {0} DROP IF EXISTS z, ADD z int NOT NULL, CHANGE id ID int NOT NULL",
        "INSERT INTO {0} (z, id) VALUES (1, 6)",
        "ALTER TABLE {0} DROP c",
    ),
    "counters that come behind rows": "".join(
        f"CREATE TABLE {name} (a int, KEY (a)) ENGINE={engine};\nINSERT INTO {name} VALUES (5),(3);\n"
        f"INSERT INTO {name} (a) VALUES (9);\n"
        f"ALTER TABLE {name} ADD id int NOT NULL AUTO_INCREMENT PRIMARY KEY FIRST;\n"
        f"INSERT INTO {name} VALUES (77,4),(NULL,5);\nINSERT INTO {name} (a) VALUES (1);\n"
        for name, engine in (("t", "InnoDB"), ("u", "MyISAM"))
    ),
    "keys that go": "CREATE TABLE p (id int NOT NULL, PRIMARY KEY (id)) ENGINE=InnoDB;\n"
    "CREATE TABLE c (a int, b int, CONSTRAINT x FOREIGN KEY (a) REFERENCES p (id), FOREIGN KEY (b) REFERENCES p (id), "
    "CONSTRAINT k CHECK (a > 0)) ENGINE=InnoDB;\nINSERT INTO p VALUES (1);\nINSERT INTO c VALUES (1,1);\n"
    "ALTER TABLE c DROP FOREIGN KEY x, DROP CONSTRAINT k;\n"
    "CREATE TABLE t (a int, b int, d int, KEY (a), KEY (a,b), UNIQUE (b), PRIMARY KEY (d)) ENGINE=InnoDB;\n"
    "ALTER TABLE t DROP KEY a_2, DROP KEY b, ADD KEY (b), RENAME KEY a TO z, DROP PRIMARY KEY;\n"
    "CREATE INDEX `k 1` ON t (d);\nDROP INDEX z ON t;\n",
    "what MariaDB alone has of keys": "CREATE TABLE t (a int, KEY k (a), KEY c (a)) ENGINE=InnoDB;\n"
    "DROP INDEX IF EXISTS zz ON t;\nCREATE OR REPLACE INDEX c ON t (a DESC);\nCREATE INDEX IF NOT EXISTS c ON t (a);\n"
    "ALTER TABLE t DROP INDEX IF EXISTS y, ADD KEY IF NOT EXISTS k (a), ADD KEY IF NOT EXISTS n (a);\n",
    "character sets of tables that change": "CREATE TABLE t (a tinytext, b text, c longtext, e varchar(9), "
    "g enum('a'), i varbinary(3), n int) ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_danish_ci;\n"
    "INSERT INTO t (a,b) VALUES ('a','b');\n"
    "CREATE TABLE u LIKE t;\nCREATE TABLE v LIKE t;\n"
    "ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;\n"
    "ALTER TABLE u DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;\nALTER TABLE u ADD z varchar(3);\n"
    "ALTER TABLE v COLLATE latin1_german1_ci, ADD z text;\n",
    "tables under other names": "CREATE TABLE p (id int NOT NULL, PRIMARY KEY (id)) ENGINE=InnoDB;\n"
    "CREATE TABLE c (a int, CONSTRAINT x FOREIGN KEY (a) REFERENCES p (id), b int, FOREIGN KEY (b) REFERENCES p (id)) "
    "ENGINE=InnoDB;\nINSERT INTO p VALUES (1);\nINSERT INTO c VALUES (1,1);\n"
    "CREATE TABLE t (a int);\nCREATE TABLE u (b text);\nINSERT INTO t VALUES (1),(2);\nINSERT INTO u VALUES ('x');\n"
    "CREATE TRIGGER g BEFORE INSERT ON c FOR EACH ROW SET NEW.a = 1;\nCREATE VIEW v AS SELECT 1 AS a;\n"
    "RENAME TABLE p TO p2, c TO c2, v TO w;\nCREATE TABLE p (z int);\nINSERT INTO p VALUES (4);\n"
    "RENAME TABLE t TO x, u TO t, x TO u;\nINSERT INTO u VALUES (3);\nALTER TABLE t ADD c int DEFAULT 2, RENAME TO s;\n"
    "ALTER TABLE u RENAME t;\nINSERT INTO s VALUES ('y',3);\nALTER TABLE t ADD d int NOT NULL FIRST;\n",
    "tables like others": "CREATE TABLE p (id int NOT NULL, PRIMARY KEY (id)) ENGINE=InnoDB;\n"
    "CREATE TABLE t (id int NOT NULL AUTO_INCREMENT, a int, b text, g int AS (a+1) VIRTUAL, PRIMARY KEY (id), KEY (a), "
    "CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)) ENGINE=InnoDB AUTO_INCREMENT=50 COMMENT='x';\n"
    "CREATE TABLE s LIKE t;\nINSERT INTO s (a) VALUES (7),(8);\nALTER TABLE s ADD c int DEFAULT 5 FIRST;\n"
    "CREATE TABLE IF NOT EXISTS r (LIKE s);\nCREATE TABLE h (id int) PARTITION BY HASH (id) PARTITIONS 3;\n"
    "CREATE TABLE i LIKE h;\n",
    "partitions, orders and defaults": _both(
        "ALTER TABLE {0} ORDER BY a, id DESC",
        "ALTER TABLE {0} ALTER a SET DEFAULT 'k', ADD n int NOT NULL DEFAULT 3",
        "INSERT INTO {0} (id) VALUES (9)",
        "ALTER TABLE {0} COMMENT 'x'",
    )
    + "CREATE TABLE h (id int NOT NULL DEFAULT 4) ENGINE=InnoDB;\n"
    "ALTER TABLE h ALTER COLUMN id DROP DEFAULT;\nINSERT INTO h VALUES (1);\n"
    "ALTER TABLE h PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (2), PARTITION p1 VALUES LESS THAN "
    "MAXVALUE);\n"
    "CREATE TABLE i (id int) ENGINE=InnoDB PARTITION BY HASH (id) PARTITIONS 3;\nINSERT INTO i VALUES (1);\n"
    "ALTER TABLE i REMOVE PARTITIONING;\n",
    "views that change": "CREATE TABLE t (a int, b int);\nCREATE VIEW v AS SELECT a FROM t;\n"
    "ALTER ALGORITHM=MERGE DEFINER=`x`@`y` SQL SECURITY INVOKER VIEW v AS SELECT b FROM t;\n"
    "CREATE VIEW w AS SELECT a FROM t;\nALTER VIEW w (c) AS SELECT b FROM t;\nDROP TABLE IF EXISTS w;\n",
    "what is there already": "CREATE TABLE t (a int);\nCREATE VIEW v AS SELECT a FROM t;\n"
    "CREATE VIEW IF NOT EXISTS v AS SELECT 1 AS b;\nCREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1;\n"
    "CREATE TRIGGER IF NOT EXISTS g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 2;\n"
    "CREATE TABLE IF NOT EXISTS v (z int);\nCREATE TRIGGER h BEFORE UPDATE ON t FOR EACH ROW SET NEW.a = 2;\n"
    "DROP TABLE t;\nCREATE TABLE t (a int);\nINSERT INTO t VALUES (1);\n"
    "CREATE TRIGGER h BEFORE DELETE ON t FOR EACH ROW SET @x = OLD.a;\nALTER TABLE IF EXISTS zz DROP a;\n",
    "rows that are committed": "CREATE TABLE t (a int) ENGINE=InnoDB;\nSET @o=@@autocommit, autocommit=0;\n"
    "INSERT INTO t VALUES (1);\nSET autocommit=@o;\nSET autocommit=0;\nINSERT INTO t VALUES (2);\n"
    "CREATE TABLE u (a int) ENGINE=MyISAM;\nINSERT INTO u VALUES (3);\n",
    "collations without their character sets": "CREATE DATABASE d CHARSET utf8mb4 COLLATE uca1400_ai_ci;\nUSE d;\n"
    "CREATE TABLE t (a text, b text COLLATE uca1400_swedish_as_cs, c text CHARSET latin1) CHARSET=utf8 "
    "COLLATE=uca1400_german2_ai_ci;\nCREATE TABLE u (a text, b varchar(9) CHARSET utf8mb4 COLLATE uca1400_ai_ci);\n"
    "INSERT INTO t VALUES ('a','b','c');\n",
}  # fmt: skip
