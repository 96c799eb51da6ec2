# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Definitions of tables, views and triggers as programs and servers write them; a part of program_dumps.ALIKE."""

from __future__ import annotations

WARE = (
    "CREATE TABLE `ware` (`id` int NOT NULL AUTO_INCREMENT, `name` varchar(200), `b` varbinary(200), `n` int, "
    "`f` bit(8), `d` datetime, PRIMARY KEY (`id`)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;\n"
)
NAMES = "SET NAMES utf8mb4;\n"
ROWS = "INSERT INTO `ware` (`id`,`name`) VALUES (1,'Öl'),(2,NULL);\n"

_VIEWED = (
    "CREATE TABLE t (id int NOT NULL, a text, j longtext, ip varbinary(16), PRIMARY KEY (id), FULLTEXT KEY a (a)) "
    "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;\nCREATE TABLE u (id int NOT NULL, p int, PRIMARY KEY (id)) ENGINE=InnoDB;\n"
    "INSERT INTO t VALUES (1,'x y','{\"a\":[1,2]}',NULL);\nINSERT INTO u VALUES (1,NULL),(2,1);\nCREATE VIEW v AS "
)

DEFINITIONS: dict[str, str] = {
    "indexes by themselves": "CREATE TABLE a (id int NOT NULL, b varchar(20), t text) ENGINE=InnoDB;\n"
    "INSERT INTO a VALUES (1,'x','u');\nCREATE UNIQUE INDEX `i` USING BTREE ON a (id);\n"
    "CREATE INDEX j ON a (b(5) ASC, id DESC) USING BTREE COMMENT 'x';\nCREATE INDEX k ON `a`(b);\n"
    "CREATE FULLTEXT INDEX l ON a (b,t);\nCREATE INDEX m ON a (id) ALGORITHM=DEFAULT LOCK = NONE;\n"
    "ALTER TABLE a ADD INDEX i2 USING BTREE (b,id), ADD CONSTRAINT uu UNIQUE (b,id);\n",
    "settings of sessions": "SET group_concat_max_len=4096, lc_time_names='de_DE';\nSET SESSION old_alter_table=0;\n"
    "SET bulk_insert_buffer_size = 1024 * 1024 * 8, div_precision_increment=4;\n"
    "SET sql_mode=(SELECT REPLACE(@@sql_mode,'ONLY_FULL_GROUP_BY',''));\n"
    "SET SESSION sql_mode = CONCAT(@@sql_mode, ',ALLOW_INVALID_DATES');\n"
    "SET @@SESSION.tmp_table_size = 1000000;\nSET @@sql_mode := 'NO_AUTO_VALUE_ON_ZERO';\n" + WARE + ROWS,
    "delimiters": NAMES
    + WARE
    + ROWS
    + "".join(
        f"{word} {line}\nCREATE TRIGGER t{number} BEFORE UPDATE ON ware FOR EACH ROW BEGIN SET NEW.n={number}; "
        f"END{delimiter}\ndelimiter ; -- so wie vorher\n"
        for number, (word, line, delimiter) in enumerate(
            (
                ("DELIMITER", "//", "//"),
                ("delimiter", "$$ -- ab hier", " $$"),
                ("  Delimiter", "'^'", "^"),
                ("DELIMITER\t", '"|"  ', "\n|"),
                ("DELIMITER", "ende", " ende"),
                ("DELIMITER", ";;", ";;"),
            )
        )
    ),
    "names that differ in letter case only": NAMES
    + "".join(
        f"CREATE TABLE {name} (id int NOT NULL, n varchar(9), PRIMARY KEY (id));\n"
        f"INSERT INTO {name} VALUES (1,'{name}');\n"
        for name in ("ware", "Ware", "WARE")
    )
    + "CREATE VIEW Alle AS SELECT id FROM ware;\nCREATE VIEW alle AS SELECT id FROM Ware;\n",
    "lines that end in CR and LF": ("\ufeff" + NAMES + "-- x\n" + WARE + "/* a\nb */\n" + ROWS).replace("\n", "\r\n"),
    "lines that end in CR": (NAMES + "/* a\nb */\n" + WARE + ROWS).replace("\n", "\r"),
    "the database in front of names": "CREATE DATABASE laden;\n"
    + NAMES
    + WARE.replace("`ware`", "laden.`ware`")
    + ROWS.replace("`ware`", "`laden`.ware")
    + "ALTER TABLE laden.ware ADD KEY n (n);\nCREATE VIEW laden.v AS SELECT laden.ware.id FROM laden.ware;\n",
    "dates as ODBC has them": NAMES + WARE + "INSERT INTO ware (id,d) VALUES (1,{ts '2004-06-01 12:00:00.0'}),"
    "(2,{d'2004-06-01'}),(3,{ TS '2004-06-01 12:00:00' }),(4,{t '12:00:00'});\n",
    "names without quotes": NAMES
    + "CREATE TABLE 2024_umsatz (1a int, 23b int, 4e int, t$1 int, _c int, ä int, KEY 5k (1a,23b));\n"
    "INSERT INTO 2024_umsatz VALUES (1,2,3,4,5,6);\nINSERT INTO 2024_umsatz (23b, 4e, ä) VALUES (7,8,9);\n"
    "ALTER TABLE 2024_umsatz ADD KEY 67e_k (4e);\nCREATE VIEW 1v AS SELECT 23b AS 5x FROM 2024_umsatz;\n",
    "executable comments in definitions and rows": NAMES
    + "CREATE TABLE t (i int NOT NULL, /*!50000 e int,*/\n/*!50705 g geometry */ /*!80003 SRID 0 */ "
    "/*!50705 NOT NULL,*/\nn varchar(20), /*!50705 SPATIAL KEY g (g),*/ KEY n (n) /*!50001 , KEY i (i) */) "
    "ENGINE=InnoDB;\nINSERT INTO t VALUES (1,2,/*!50705 0x000000000101000000000000000000F03F0000000000000040,*/'x'),\n"
    "(2,NULL,/*!50705 0x000000000101000000000000000000F03F0000000000000040,*/'y');\n"
    "INSERT /*!50000 IGNORE */ INTO t (i/*!50705 ,g*/,n) VALUES "
    "(3/*!50705 ,0x000000000101000000000000000000F03F0000000000000040 */, /*!40000 'z' */);\n",
    # Definitions
    "what a word of a column says besides": "CREATE TABLE a (id SERIAL, n LONG VARCHAR, b LONG VARBINARY);\n"
    "CREATE TABLE b (id int SERIAL DEFAULT VALUE, n int UNIQUE);\nCREATE TABLE c (id int PRIMARY KEY, n varchar(9));\n"
    "CREATE TABLE d (n varchar(9) CHARACTER SET latin1 PRIMARY KEY COMMENT 'x', t date);\n"
    "INSERT INTO a (n) VALUES ('x'),('y');\nINSERT INTO b (n) VALUES (NULL),(NULL);\nINSERT INTO c VALUES (1,'x');\n"
    "INSERT INTO d VALUES ('x',NULL);\n",
    "places of files": "CREATE TABLE t (id int NOT NULL, `tablespace` int, INDEX directory (`tablespace`)) "
    "ENGINE=InnoDB DATA DIRECTORY='/tmp/';\nINSERT INTO t VALUES (1,2);\n"
    "CREATE TABLE u (id int NOT NULL) DATA DIRECTORY='/tmp' ENGINE=MyISAM, INDEX DIRECTORY = \"/tmp\", COMMENT='x';\n"
    "INSERT INTO u VALUES (1);\nCREATE TABLE w (id int) TABLESPACE `innodb_file_per_table` ENGINE=InnoDB;\n",
    "keys of exactly the limit": "".join(
        f"CREATE TABLE k{number} ({columns}) ENGINE={engine} DEFAULT CHARSET={charset};\n"
        for number, (columns, engine, charset) in enumerate(
            (
                ("id int NOT NULL PRIMARY KEY, x varchar(1022), KEY (x(768))", "InnoDB", "utf8mb4"),
                ("x varchar(768) NOT NULL, PRIMARY KEY (x)", "InnoDB", "utf8mb4"),
                ("x varbinary(3072) NOT NULL, PRIMARY KEY (x)", "InnoDB", "latin1"),
                ("x varchar(333) NOT NULL, PRIMARY KEY (x)", "MyISAM", "utf8"),
                ("x varchar(250) NOT NULL, PRIMARY KEY (x)", "MyISAM", "utf8mb4"),
                ("x varchar(1000) NOT NULL, PRIMARY KEY (x)", "MyISAM", "latin1"),
                ("x text, KEY (x(250))", "MyISAM", "utf8mb4"),
                (
                    "x varchar(247) NOT NULL, d decimal(10,3), e enum('a','b'), s set('x','y'), KEY (x,d,e,s)",
                    "MyISAM",
                    "utf8mb4",
                ),
                ("x varchar(255) CHARSET utf8 NOT NULL, y text CHARSET latin1, KEY (x,y(235))", "MyISAM", "latin1"),
                ("x varchar(500) NOT NULL, PRIMARY KEY (x)", "Aria", "utf8mb4"),
            )
        )
    ),
    "the database's character set": NAMES + "CREATE DATABASE `laden` /*!40100 DEFAULT CHARACTER SET utf8mb4 COLLATE "
    "utf8mb4_unicode_ci */;\nUSE `laden`;\nCREATE TABLE `t` (`a` varchar(20) DEFAULT NULL) ENGINE=InnoDB;\n"
    "INSERT INTO `t` VALUES ('Łódź');\n",
    "the database's character set, changed": NAMES + "CREATE DATABASE laden COLLATE utf8mb4_bin;\nUSE laden;\n"
    "CREATE TABLE t (a varchar(9));\nALTER DATABASE laden CHARACTER SET latin1 COLLATE latin1_german2_ci;\n"
    "CREATE TABLE u (a varchar(9));\nINSERT INTO t VALUES ('Ł');\nINSERT INTO u VALUES ('ä');\n",
    "the database's character set, changed without its name": NAMES + "ALTER DATABASE COLLATE utf8mb4_bin;\n"
    "CREATE TABLE t (a varchar(9));\nALTER DATABASE CHARACTER SET = latin2;\nCREATE TABLE u (a varchar(9)) "
    "COMMENT='x' /*!80000 COMMENT='y' */;\nINSERT INTO t VALUES ('Ł');\nINSERT INTO u VALUES ('ä');\n"
    "SET sql_mode='HIGH_NOT_PRECEDENCE,PAD_CHAR_TO_FULL_LENGTH';\nCREATE TRIGGER r BEFORE INSERT ON t FOR EACH ROW "
    "SET NEW.a = NOT 1 BETWEEN 2 AND 3;\n",
    "what foreign keys do": "CREATE TABLE p (id int NOT NULL, PRIMARY KEY (id)) ENGINE=InnoDB;\n"
    + "".join(
        f"CREATE TABLE c{number} (a int, KEY a (a), CONSTRAINT c{number}_fk FOREIGN KEY (a) REFERENCES p (id) {does}) "
        "ENGINE=InnoDB;\n"
        for number, does in enumerate(
            (
                "",
                "ON DELETE RESTRICT",
                "ON UPDATE RESTRICT",
                "ON DELETE RESTRICT ON UPDATE RESTRICT",
                "ON DELETE CASCADE ON UPDATE RESTRICT",
                "ON DELETE RESTRICT ON UPDATE CASCADE",
                "ON DELETE NO ACTION",
                "ON DELETE SET NULL ON UPDATE NO ACTION",
                "ON DELETE SET DEFAULT ON UPDATE SET DEFAULT",
            )
        )
    ),
    "foreign keys of engines without them": "SET FOREIGN_KEY_CHECKS=0;\n"
    "CREATE TABLE p (id int NOT NULL, PRIMARY KEY (id)) ENGINE=MyISAM;\n"
    "CREATE TABLE c (a int, b int, d int, KEY d (d), FOREIGN KEY (a) REFERENCES p (id), FOREIGN KEY n (b) REFERENCES "
    "p (id), CONSTRAINT k FOREIGN KEY (d) REFERENCES weg (id)) ENGINE=MyISAM;\n"
    "CREATE TABLE e (a int, b int REFERENCES p (id), CONSTRAINT k FOREIGN KEY (a) REFERENCES p (id)) ENGINE=Aria;\n"
    "CREATE TABLE f (a int, b int) ENGINE=MEMORY;\nINSERT INTO e VALUES (1,2);\n"
    "ALTER TABLE e ADD KEY b2 (b,a), ADD CONSTRAINT k2 FOREIGN KEY (b) REFERENCES p (id);\n"
    "ALTER TABLE f ADD CONSTRAINT g FOREIGN KEY (a) REFERENCES p (id);\nCREATE INDEX h ON f (a, b);\n",
    "engines that other servers have": "SET sql_mode='NO_AUTO_VALUE_ON_ZERO';\n"
    + "".join(
        f"CREATE TABLE t{number} (a int NOT NULL, t varchar(9) NOT NULL) ENGINE={engine};\n"
        f"INSERT INTO t{number} VALUES (1,'a,\"\\n');\n"
        for number, engine in enumerate(("CSV", "ndbcluster", "XtraDB", "TokuDB", "Falcon", "BDB"))
    ),
    "references behind columns": "CREATE TABLE p (id int NOT NULL, PRIMARY KEY (id)) ENGINE=InnoDB;\n"
    "CREATE TABLE c (a int REFERENCES p (id), b int REFERENCES p (id) ON DELETE CASCADE, d int, "
    "FOREIGN KEY (d) REFERENCES p (id)) ENGINE=InnoDB;\nINSERT INTO p VALUES (1);\nINSERT INTO c VALUES (1,NULL,1);\n",
    "definitions that change behind rows": NAMES + WARE + ROWS + "ALTER TABLE ware MODIFY id bigint NOT NULL "
    "AUTO_INCREMENT, AUTO_INCREMENT=9, CHANGE n n bigint COMMENT 'x';\nALTER TABLE ware STATS_PERSISTENT=1;\n"
    "ALTER TABLE ware AVG_ROW_LENGTH = 7, MAX_ROWS=9;\n",
    "view of partitions": "CREATE TABLE t (i int NOT NULL) PARTITION BY HASH (i) PARTITIONS 2;\n"
    "INSERT INTO t VALUES (1),(2);"
    "\nCREATE VIEW v AS select t.i AS i from t PARTITION (p0);\n"
    "CREATE VIEW w AS select x.i AS i from t PARTITION (p1) x;\n",
    **{
        f"texts of a view under {name}": f"{setting};\nCREATE TABLE t (i int, d date) DEFAULT CHARSET=utf8mb4;\n"
        "INSERT INTO t VALUES (1,'2020-01-01');\nCREATE VIEW v AS SELECT 'ä'='Ä' AS g, 'ss'='ß' AS s, "
        "monthname(d)='january' AS m, collation(concat(i,'x')) AS c, charset('x') AS x from t where 'b'<>'a ';\n"
        "SET collation_connection=@saved;\nCREATE VIEW w AS SELECT collation(hex(1)) AS c;\n"
        for name, setting in (
            ("names", "SET NAMES utf8mb4;\nSET @saved=@@collation_connection"),
            ("names and a collation", "SET NAMES utf8mb4 COLLATE utf8mb4_bin;\nSET @saved=@@collation_connection"),
            ("latin1", "SET NAMES latin1;\nSET @saved=@@collation_connection"),
            ("utf8", "SET NAMES utf8;\nSET @saved=@@collation_connection"),
            ("binary", "SET NAMES binary;\nSET @saved=@@collation_connection"),
            (
                "a collation alone",
                "SET NAMES utf8mb4;\n/*!50001 SET @saved = @@collation_connection */;\n"
                "/*!50001 SET collation_connection = utf8mb4_german2_ci */",
            ),
        )
    },
    "collations for all character sets": NAMES + "CREATE TABLE t (a varchar(9) COLLATE uca1400_as_cs, b varchar(9) "
    "CHARACTER SET ucs2 COLLATE uca1400_ai_ci, UNIQUE KEY a (a)) DEFAULT CHARSET=utf8mb4 "
    "COLLATE=uca1400_german2_ai_ci;\nINSERT INTO t VALUES ('ä','x'),('a','y');\n",
    "defaults in character sets of their own": "SET NAMES utf8mb4;\nCREATE TABLE t (a varchar(9) DEFAULT "
    "_latin1'\udce4', b varchar(9) DEFAULT _utf8mb4'ä', c varbinary(9) DEFAULT _binary'a') "
    "DEFAULT CHARSET=utf8mb4;\nINSERT INTO t (c) VALUES ('x');\n",
    "names and keys of foreign keys": "CREATE TABLE p (id int NOT NULL, o int, PRIMARY KEY (id), KEY o (id,o)) "
    "ENGINE=InnoDB;\nCREATE TABLE c (a int, b int, d int, FOREIGN KEY x (a) REFERENCES p (id), "
    "FOREIGN KEY (b) REFERENCES p (id), CONSTRAINT z FOREIGN KEY (a) REFERENCES p (id)) ENGINE=InnoDB;\n"
    "CREATE TABLE e (a int, b int, FOREIGN KEY (a) REFERENCES p (id), FOREIGN KEY (a,b) REFERENCES p (id,o)) "
    "ENGINE=InnoDB;\nALTER TABLE c ADD FOREIGN KEY y (d) REFERENCES p (id);\nINSERT INTO c VALUES (NULL,NULL,NULL);\n",
    "rows that could be larger than a page": NAMES
    + "SET innodb_strict_mode=0;\nCREATE TABLE t (id int NOT NULL, "
    + ", ".join(f"c{number} char(50)" for number in range(220))
    + ", PRIMARY KEY (id), KEY c (c1)) ENGINE=InnoDB DEFAULT CHARSET=latin1;\nINSERT INTO t (id,c1) VALUES (1,'x');\n"
    "CREATE TABLE p (a char(50) NOT NULL, PRIMARY KEY (a)) ENGINE=InnoDB DEFAULT CHARSET=latin1;\n"
    "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (c2) REFERENCES p (a);\n",
    "a collation before the character set": NAMES + "CREATE TABLE t (a varchar(9)) COLLATE=latin1_german2_ci "
    "CHARSET=latin1;\nINSERT INTO t VALUES ('ä');\nCREATE TABLE u (a varchar(9)) CHARSET=utf8mb4;\n"
    "INSERT INTO u VALUES ('ä');\nALTER TABLE u ADD b varchar(9) COLLATE uca1400_german2_ai_ci;\n"
    "ALTER TABLE u MODIFY b varchar(9) COLLATE uca1400_german2_ai_ci;\n",
    "another spelling of a collation": "CREATE TABLE t (a varchar(9) COLLATE utf8_bin) DEFAULT CHARSET=utf8 "
    "COLLATE=utf8_unicode_ci;\n",
    # Views
    **{
        f"view with {name}": _VIEWED + query + ";\n"
        for name, query in {
            "match": "select t.id AS id from t USE INDEX (PRIMARY) where (match (t.a) against ('x' in boolean mode))",
            "functions": "select inet6_ntoa(`t`.`ip`) AS i, json_merge_patch(j,'{}') AS k, "
            "extractvalue('<a>1</a>','/a') AS e, "
            "make_set(1,'a','b') AS m, uncompress(compress('a')) AS c, json_pretty('[]') AS p, json_depth('[]') AS d, "
            "aes_decrypt(aes_encrypt('a','b'),'b') AS x from t FORCE INDEX FOR ORDER BY (PRIMARY)",
            "queries of its own": "with recursive `cte`(`n`,`m`) as (select 1 AS `1`, 2 AS `2` union all select n+1, m "
            "from cte where n < 5), c2 as (select * from u) select cte.n AS n, c2.p AS p "
            "from cte join c2 on c2.id = cte.n",
            "except": "(select id from t) except (select id from u) union "
            "(select id from u intersect select id from t)",
            "json_table": "select jt.x AS x from t, json_table(t.j,'$.a[*]' columns (x int path '$')) jt",
            "shapes": "select st_astext(point(1,2)) AS p, st_distance(point(1,2),point(2,3)) AS d",
            "windows": "select id, row_number() over (w) AS r, sum(id) over (partition by id order by id rows between "
            "unbounded preceding and current row) AS s from u window w as (order by id)",
            "other words": "select to_char(now(),'YYYY') AS y, group_concat(p order by id separator ';') AS g "
            "from u group by p",
            "character sets of casts": "select cast(a as char(10) character set utf8mb4) AS c, "
            "convert(a using latin1) AS l from t",
            "defaults and values": "select default(p) AS d, x.* from u, (values (1,2),(3,4)) x",
            "hashes of passwords": "select password('x') AS p, old_password('x') AS o, encode('x','y') AS e from u",
            "a check": "select * from u where id > 1 WITH CASCADED CHECK OPTION",
        }.items()
    },
}
