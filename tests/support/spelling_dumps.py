# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same in the other words that the grammar of servers has for it; a part of program_dumps.ALIKE."""

from __future__ import annotations

# Words that begin statements, and are not reserved: tables, columns and variables are called so.
WORDS = (
    "DEALLOCATE", "DUMPFILE", "EXECUTE", "FLUSH", "GLOBAL", "HANDLER", "INSTALL", "NEXT", "PREPARE", "PREVIOUS",
    "RESET", "SHUTDOWN", "START", "UNINSTALL",
)  # fmt: skip
_TYPES = (
    "varchar(9) byte", "char(9) byte", "char byte", "text byte", "tinytext byte", "mediumtext byte", "longtext byte",
    "nchar varchar(9)", "nchar varcharacter(9)", "nchar varying(9)", "long char varying", "long character varying",
    "char(5) charset latin1 binary", "varchar(5) character set utf8 binary not null", "char(5) binary charset latin1",
    "varchar(9) compressed=zlib", "blob compressed=zlib",
)  # fmt: skip
_DEFAULTS = (
    "varchar(9) default 'a' 'b'", "varchar(9) default 'it''s' \"x\" comment 'y'", "varchar(9) default N'x' 'y'",
    "varchar(9) default _latin1'x' 'y'", "varchar(9) default _utf8mb3'x'", "varchar(9) default _ascii 'x'",
    "varchar(9) default _utf8mb4 0x41", "varchar(9) default _latin1 x'41'", "varchar(99) default current_user",
    "varchar(99) default current_role", "time default current_time", "int default `id`",
)  # fmt: skip
_OPTIONS = (
    "UNION=()",
    "ENGINE=InnoDB UNION=(a,b)", "INSERT_METHOD=LAST ENGINE=MyISAM", "PASSWORD='x'", "STORAGE DISK",
    "ENGINE=InnoDB CONNECTION='mysql://a:b@c/d'", "ENGINE=MyISAM CONNECTION 'x' COMMENT='y'",
)  # fmt: skip
_IN_PIECES = (
    "'a' 'b'", "'a'\n-- x\n'b' \"c\"", "'it''s' ' \\'x'", "('a')", "( 'a' 'b' )", "'a' '' COLLATE utf8mb4_bin",
    "- 1", "+ 2", "(1)", "(- 1)", "CONCAT('a' 'b', ('c'))",
)  # fmt: skip

_MADE = (
    "--1", "- -1", "-(1)", "-((-1))", "- '1'", "-b'1'", "1+1", "1--1", "(1+2)*3", "3*(1+(2))", "-(1+(2*3))", "10/4",
    "7 div 2 mod 3", "7 % 2", "1<<3|4&~1^2>>1", "~0", "UNHEX('31') + 1", "CONCAT('a', 1+1, (2-1))", "NULL + 1",
    "binary 'it''s'", "BINARY ('a')", "HEX('a')", "HEX(255)", "BIN(5)", "OCT(8)", "POW(2, 3)", "MOD(7, 2)", "SIGN(-1)",
    "ELT(1 + 1, 'a', 'b')", "MAKE_SET(1, 'a', 'b')", "QUOTE('it''s')", "TO_BASE64('abc')", "FORMAT(1234.5, 2)",
    "ADDDATE('2020-01-01', 1)", "DATEDIFF('2020-02-01', '2020-01-01')", "DATE_FORMAT('2020-01-02', '%d.%m.%Y')",
    "DAYOFWEEK('2020-01-01')", "INET6_NTOA(INET6_ATON('::1'))", "JSON_QUOTE('a')",
)  # fmt: skip


def _columns(types: tuple[str, ...]) -> str:
    return ", ".join(f"c{number} {one}" for number, one in enumerate(types))


def _of_word(word: str) -> str:
    table, low = f"t_{word}", word.lower()
    return (
        f"CREATE TABLE {table} (id int NOT NULL, {low} int, CHECK ({low} > 0), CHECK (id < {low} AND {low}), "
        f"g int AS ({low}), PRIMARY KEY (id)) ENGINE=InnoDB;\nINSERT INTO {table} (id,{low}) VALUES (1,2);\n"
        f"CREATE TABLE {low} (id int, {low} int) ENGINE=InnoDB;\nINSERT INTO {low} ({low}) VALUES (3);\n"
        f"CREATE VIEW v_{word} AS SELECT {low} FROM {table} WHERE {low} > 0 GROUP BY {low} ORDER BY {low};\n"
        f"CREATE VIEW a_{word} AS SELECT x.id AS {low}, y.id FROM {table} x JOIN {low} y;\n"
        f"CREATE VIEW b_{word} AS SELECT {low}.id FROM {table} {low} WHERE {low}.id IS NOT NULL;\n"
        f"CREATE TRIGGER g_{word} BEFORE UPDATE ON {table} FOR EACH ROW BEGIN DECLARE i int; SET NEW.{low} = 1; "
        f"INSERT INTO {low} (id, {low}) VALUES (1, NEW.{low}); UPDATE {low} SET {low} = 2 WHERE {low} = 3 OR {low}; "
        f"SELECT {low} INTO i FROM {low} LIMIT 1; DELETE FROM {low} WHERE {low} = 1; END$$\n"
    ).replace(";\n", "$$\n")


SPELLINGS: dict[str, str] = {
    "words of statements as names": "DELIMITER $$\n" + "".join(map(_of_word, WORDS)) + "DELIMITER ;\n",
    "VALUE behind INSERT, and as a name": "CREATE TABLE t (id int NOT NULL, a int);\n"
    "CREATE TABLE u (id int, value int);\nDELIMITER $$\nCREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW BEGIN "
    "INSERT INTO u VALUE (1,2); INSERT INTO u (id, value) VALUE (1,2); UPDATE u value SET value.id=2; END$$\n"
    "DELIMITER ;\nCREATE VIEW v AS SELECT value.id, t.a value FROM t AS value JOIN t ON t.id=value.id;\n",
    "types in other words": f"CREATE TABLE t ({_columns(_TYPES)}) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;\n",
    "defaults in other words": f"CREATE TABLE t (id int, {_columns(_DEFAULTS)}) DEFAULT CHARSET=utf8mb4;\n"
    "INSERT INTO t (id, c8, c10) VALUES (1,'x','12:00:00');\n",
    "options of engines that hold no rows": "".join(
        f"CREATE TABLE t{number} (id int) {options};\nINSERT INTO t{number} VALUES (1);\n"
        for number, options in enumerate(_OPTIONS)
    ),
    "literals in pieces": "SET NAMES utf8mb4;\nCREATE TABLE t (id int, n varchar(9));\nINSERT INTO t VALUES "
    + ",".join(f"({number},{text})" for number, text in enumerate(_IN_PIECES))
    + ";\nINSERT INTO t SET id=99, n='x' 'y';\nINSERT INTO t (id) VALUES (100) RETURNING id, t.n;\n"
    "REPLACE INTO t VALUES (101,'a') RETURNING *;\nINSERT INTO t SELECT 102, 'a' 'b';\n",
    "values that operators make": "SET NAMES utf8mb4;\nCREATE TABLE t (id int NOT NULL AUTO_INCREMENT, n varchar(99), "
    "i int, PRIMARY KEY (id));\nINSERT INTO t VALUES "
    + ",".join(f"({number} + 1,{text},--1)" for number, text in enumerate(_MADE))
    + ";\n"
    + "".join(f"INSERT INTO t SET n={text}, i=(2-{number});\n" for number, text in enumerate(_MADE))
    + "INSERT INTO t VALUES (-(-900),'a',0x41 & 1),(IF(1, NULL, 5),'b',1),(NULL + 1,'c',2);\n",
    "NULL beside DEFAULT for a number": "SET NAMES utf8mb4;\n"
    + "".join(
        f"CREATE TABLE t{number} (id int NOT NULL AUTO_INCREMENT, a varchar(9), b int DEFAULT 3, PRIMARY KEY (id)) "
        f"ENGINE={engine};\n"
        + "".join(
            f"{verb} INTO t{number} VALUES ({some}000,'a',1),(NULL,'b',DEFAULT),(NULL,'c',2),(DEFAULT,'d',DEFAULT),"
            f"(DEFAULT,'e',4){',(NULL,DEFAULT,5)' * 20};\n"
            f"{verb} INTO t{number} (b,id) VALUES (1,DEFAULT),(2,NULL),(DEFAULT,{some}500),(3,DEFAULT);\n"
            f"{verb} INTO t{number} SET id=DEFAULT, a='x';\n{verb} INTO t{number} (a) VALUES ('y'),('z');\n"
            for some, verb in enumerate(("INSERT", "REPLACE", "INSERT IGNORE"), 1)
        )
        + f"INSERT INTO t{number} VALUES (NULL,'u',1),(DEFAULT,'v',2),(9900,'w',3),(DEFAULT,'x',4) "
        "ON DUPLICATE KEY UPDATE a=VALUES(a);\n"
        for number, engine in enumerate(("InnoDB", "MyISAM"))
    ),
    "a second character set before anything is read": "SET NAMES latin1;\nCREATE TABLE t (n varchar(9)) "
    "DEFAULT CHARSET=utf8mb4;\nSET NAMES utf8mb4;\nINSERT INTO t VALUES ('Öl');\n",
    "variables that no row sees": "SET @x = NOW(), @y = CONCAT('a', 1 + 1);\nSET TIMESTAMP=DEFAULT;\n"
    "SET SESSION completion_type=0;\nCREATE TABLE t (n int);\nINSERT INTO t VALUES (1);\n",
    "a short collation behind rows": "CREATE TABLE t (n varchar(9) NOT NULL, o varchar(9)) DEFAULT CHARSET=utf8mb4;\n"
    "INSERT INTO t VALUES ('a','b');\nALTER TABLE t MODIFY n varchar(9) COLLATE uca1400_german2_ai_ci NOT NULL, "
    "MODIFY COLUMN o varchar(9) COLLATE uca1400_as_cs;\n",
    "transactions, locks and how to wait": "START TRANSACTION READ ONLY;\nCOMMIT;\n"
    "START TRANSACTION READ WRITE, WITH CONSISTENT SNAPSHOT;\n"
    "COMMIT WORK AND NO CHAIN NO RELEASE;\nDROP SEQUENCE IF EXISTS s;\nDROP TABLE IF EXISTS t WAIT 3;\n"
    "CREATE TABLE t (a int);\nLOCK TABLES t WRITE WAIT 5;\nINSERT INTO t VALUES (1);\nUNLOCK TABLES;\n"
    "LOCK TABLE t WRITE NOWAIT;\nUNLOCK TABLES;\nTRUNCATE TABLE t NOWAIT;\nALTER TABLE t WAIT 3 ADD b int;\n"
    "INSERT INTO t VALUES (2,3);\nDELETE LOW_PRIORITY QUICK IGNORE FROM t;\nCREATE INDEX b ON t (b) NOWAIT;\n"
    "INSERT INTO t VALUES (4,5);\nCOMMIT NO RELEASE;\n",
}
