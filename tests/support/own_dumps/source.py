# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A database with all that a column, a row and a definition can be, for programs to dump.

The contents are invented. What a server does not have is left out for it.
"""

from __future__ import annotations

import typing as t

_TEXT = "Grüße, ''so'' \"oder\" \\\\ so;\\n-- /* kein Ende `` # \\Z\\0\\r\\t € 𝄞 😀 \\%\\_ 中文"
_EVERY_BYTE = "0x" + bytes(range(256)).hex()
_LONG = f"REPEAT({_EVERY_BYTE}, 1200)"

_NUMBERS = (
    "CREATE TABLE zahlen (id int NOT NULL AUTO_INCREMENT, b1 bit(1) DEFAULT b'1', b8 bit(8) DEFAULT NULL, b64 bit(64), "
    "t1 tinyint(1) DEFAULT 0, t tinyint unsigned, s smallint, m mediumint, g bigint, gu bigint unsigned, "
    "z int(8) unsigned zerofill DEFAULT 00000007, d decimal(65,30), d0 decimal(10,0) NOT NULL DEFAULT -1, f float, "
    "ff float(7,3), dd double NOT NULL DEFAULT 1.5, bo bool, PRIMARY KEY (id), KEY s (s,m)) ENGINE=InnoDB "
    "AUTO_INCREMENT=1000 COMMENT='Zahlen; \\'alle\\' \"Arten\" \\\\ -- ß'",
    "INSERT INTO zahlen VALUES (0,b'0',b'00000000',b'0',0,0,0,0,0,0,0,0,0,0,0,0,0)",
    "INSERT INTO zahlen VALUES (2,b'1',b'11111111',0x1FFFFFFFFFFFFF,-128,255,-32768,-8388608,-9223372036854775808,"
    "18446744073709551615,99999999,-12345678901234567890123456789012345.123456789012345678901234567890,9999999999,"
    "-3.40282e38,-9999.999,-1.7976931348623157e308,1)",
    "INSERT INTO zahlen VALUES (3,NULL,b'00001010',0x0A0D5C27,127,10,32767,8388607,9223372036854775807,1,NULL,"
    "0.000000000000000000000000000001,-9999999999,1.17549e-38,0.001,2.2250738585072014e-308,NULL)",
    "INSERT INTO zahlen VALUES (-1,NULL,b'00100111',0x27,1,39,-1,-1,-1,1,1,0.1,0,0.1,0.1,0.1,0)",
    "INSERT INTO zahlen (b8,f,dd) VALUES (b'01011100',1e-5,123456789.123456789),(b'00011010',1e15,1e16),"
    "(b'00000001',16777216,-0.0),(b'10000000',0.333333333,1/3)",
)
# More than fit in a floating point number.
_LONG_BITS = ("INSERT INTO zahlen (id, b64) VALUES (9,0xFFFFFFFFFFFFFFFF),(10,0x8000000000000001)",)
_TIMES = (
    "CREATE TABLE zeiten (id int unsigned NOT NULL, d date NOT NULL DEFAULT '0000-00-00', dt datetime DEFAULT "
    "'0000-00-00 00:00:00', dt6 datetime(6) DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), "
    "ts timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, ts3 timestamp(3) NULL DEFAULT NULL, "
    "ts0 timestamp NOT NULL DEFAULT '0000-00-00 00:00:00', t time DEFAULT NULL, t3 time(3), j year(4), "
    "PRIMARY KEY (id)) ENGINE=MyISAM",
    "INSERT INTO zeiten VALUES (1,'0000-00-00','0000-00-00 00:00:00','0000-00-00 00:00:00','0000-00-00 00:00:00',NULL,"
    "'0000-00-00 00:00:00','-838:59:59','-838:59:59.000',0000)",
    "INSERT INTO zeiten VALUES (2,'2024-00-00','9999-12-31 23:59:59','9999-12-31 23:59:59.999999','2038-01-19 "
    "03:14:07',"
    "'2024-10-27 00:30:00.123','1970-01-01 00:00:01','838:59:59','00:00:00.001',2155)",
    "INSERT INTO zeiten VALUES (3,'2024-02-29','2024-03-31 02:30:00','2024-01-02 03:04:05.000001','2024-10-27 "
    "01:30:00',"
    "'2024-03-31 01:00:00','2024-10-27 00:30:00','-00:00:01','12:34:56.789',1901),"
    "(4,'0001-01-01',NULL,NULL,'2000-01-01','2000-01-01','2000-01-01',NULL,NULL,NULL)",
)
_STRINGS = (
    "CREATE TABLE texte (id int NOT NULL, v varchar(200) NOT NULL DEFAULT 'it''s; \"so\" \\\\ `ß`', c char(10) "
    "DEFAULT '', "
    "tt tinytext, t text, mt mediumtext, lt longtext, vb varbinary(300) DEFAULT NULL, bi binary(4) NOT NULL DEFAULT "
    "'a\\0\\0\\0', tb tinyblob, b blob, mb mediumblob, lb longblob, e enum('','A','B''C','Ö;','x,y') NOT NULL "
    "DEFAULT '', "
    "s set('x','y z','ä','o''k') DEFAULT 'x,ä', l1 varchar(300) CHARACTER SET latin1 COLLATE latin1_german1_ci, "
    "u2 varchar(20) CHARACTER SET ucs2, u16 varchar(20) CHARACTER SET utf16, u3 text CHARACTER SET utf8, "
    "la char(5) CHARACTER SET ascii COLLATE ascii_bin, c2 varchar(40) CHARACTER SET cp1250, PRIMARY KEY (id), "
    "UNIQUE KEY v (v(50),c), KEY t (t(20)), KEY b (b(10)), FULLTEXT KEY ft (t), FULLTEXT KEY ft2 (mt,lt)) "
    "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci",
    f"INSERT INTO texte VALUES (1,'{_TEXT}','ab ','{_TEXT}','{_TEXT}','{_TEXT}','{_TEXT}',{_EVERY_BYTE},'b',"
    f"{_EVERY_BYTE[:500]},{_EVERY_BYTE},{_EVERY_BYTE},{_LONG},'Ö;','x,y z,ä,o\\'k',CONVERT({_EVERY_BYTE} USING latin1),"
    f"'Äß中','😀ä','Łódź €','abc','ŁódźĄ')",
    "INSERT INTO texte VALUES (2,'','','','','','','','\\0\\0\\0\\0','','','','','nicht "
    "da','',REPEAT('ä',300),'','','','','')",
    "INSERT INTO texte VALUES "
    "(3,'NULL','NULL','NULL','null','\\\\N','\\\\',0x00,0x20202020,0x00,'0x41','\\'','\\\\\\'',"
    "'B\\'C',NULL,'a\\\\','\\\\','\\'','--','#',';')",
    "INSERT INTO texte (id, v, t) VALUES (4,'a\\nINSERT INTO x VALUES (1);\\n','DELIMITER ;;\\n'),"
    "(5,'-- \\n# \\n/* ','*/ /*!50000 x */'),(6,'(','),('),(7,'7 ',' \\t '),(8,'\\r','\\n')",
)
_ODD_STRINGS = ("INSERT INTO texte (id, v, t) VALUES (9,'$$','DELIMITER $$\\n$$\\n$1 $& $` \u2028')",)
_ODD_NAMES = (
    "CREATE TABLE `mit Blank, ``Strich`` 'x' \"y\"` (`select` int NOT NULL, `größe €` varchar(9), `a``b` int, `c'd` "
    "int, "
    '`e"f` int, `g.h` int, `100%` int, `;` int, `-- k` int, `/*` int, PRIMARY KEY (`select`,`a``b`), '
    "KEY `Schlüssel; 1` (`größe €`), KEY `key` (`g.h`)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4",
    "INSERT INTO `mit Blank, ``Strich`` 'x' \"y\"` VALUES (1,'groß',1,1,1,1,1,1,1,1),(2,NULL,0,NULL,1,1,1,1,1,1)",
)
_NAMES = (
    "CREATE TABLE `Änderung` (`Straße` char(3), nur_eine int) ENGINE=MyISAM DEFAULT CHARSET=latin1",
    "INSERT INTO `Änderung` VALUES ('ä',1),(NULL,NULL),('',0)",
    "CREATE TABLE `order` (`group` int, `values` text)",
    "INSERT INTO `order` VALUES (1,'x'),(1,'x'),(NULL,NULL)",
    "CREATE TABLE leer (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, x blob NOT NULL) ENGINE=InnoDB AUTO_INCREMENT=77",
    "CREATE TABLE eine_spalte (x varchar(3) DEFAULT NULL) ENGINE=MyISAM",
    "INSERT INTO eine_spalte VALUES (NULL),(''),('a')",
)
_SHAPES = (
    "CREATE TABLE orte (id int NOT NULL PRIMARY KEY, p point NOT NULL, g geometry, l linestring, y polygon, "
    "mp multipoint, gc geometrycollection, SPATIAL KEY p (p)) ENGINE=MyISAM",
    "INSERT INTO orte VALUES (1,POINT(1.5,-2),ST_GeomFromText('POINT(39 92)'),ST_GeomFromText('LINESTRING(0 0,1 1)'),"
    "ST_GeomFromText('POLYGON((0 0,10 0,10 10,0 0),(1 1,2 1,2 2,1 1))'),ST_GeomFromText('MULTIPOINT(1 1,2 2)'),"
    "ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,1 1))')),(2,POINT(0,0),NULL,NULL,NULL,NULL,NULL)",
)
_KEYS = (
    "CREATE TABLE kunden (id int NOT NULL AUTO_INCREMENT, werber int DEFAULT NULL, name varchar(99) NOT NULL, "
    "PRIMARY KEY (id), UNIQUE KEY name (name), KEY werber (werber), CONSTRAINT `Kunde wirbt; Kunde` FOREIGN KEY "
    "(werber) "
    "REFERENCES kunden (id) ON DELETE SET NULL) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4",
    "CREATE TABLE belege (nr varchar(20) NOT NULL, kunde int NOT NULL, summe decimal(10,2) NOT NULL DEFAULT '0.00', "
    "PRIMARY KEY (nr), KEY kunde (kunde), CONSTRAINT fk_beleg FOREIGN KEY (kunde) REFERENCES kunden (id) "
    "ON DELETE CASCADE ON UPDATE CASCADE) ENGINE=InnoDB DEFAULT CHARSET=latin1",
    "CREATE TABLE a_posten (beleg varchar(20) NOT NULL, pos int NOT NULL, PRIMARY KEY (beleg,pos), CONSTRAINT "
    "fk_posten "
    "FOREIGN KEY (beleg) REFERENCES belege (nr)) ENGINE=InnoDB DEFAULT CHARSET=latin1",
    "INSERT INTO kunden VALUES (1,NULL,'Müller & Söhne <b>'),(5,1,'O\\'Neil'),(7,7,'selbst')",
    "INSERT INTO belege VALUES ('RE-1',1,-0.01),('Ü 2',5,99999999.99)",
    "INSERT INTO a_posten VALUES ('RE-1',1),('RE-1',2),('Ü 2',1)",
    "CREATE TABLE geteilt (id int NOT NULL, j int NOT NULL, PRIMARY KEY (id,j)) ENGINE=InnoDB PARTITION BY RANGE (j) "
    "(PARTITION alt VALUES LESS THAN (2000), PARTITION p2 VALUES LESS THAN (2024) COMMENT = 'x', PARTITION neu VALUES "
    "LESS THAN MAXVALUE)",
    "INSERT INTO geteilt VALUES (1,1999),(2,2000),(3,2030)",
    "CREATE TABLE im_speicher (a int, KEY a (a) USING HASH) ENGINE=MEMORY MAX_ROWS=99",
    "INSERT INTO im_speicher VALUES (1),(2)",
    "CREATE TABLE fest (a char(9), b int) ENGINE=MyISAM ROW_FORMAT=FIXED CHECKSUM=1 DELAY_KEY_WRITE=1 PACK_KEYS=0 "
    "MIN_ROWS=2 AVG_ROW_LENGTH=9",
    "INSERT INTO fest VALUES ('x',1)",
)
_MANY = (
    "CREATE TABLE viele (id int NOT NULL AUTO_INCREMENT, t varchar(60) CHARACTER SET utf8mb4 NOT NULL, n decimal(9,2), "
    "PRIMARY KEY (id)) ENGINE=InnoDB",
    "INSERT INTO viele (t,n) VALUES " + ",".join(f"('Zeile {n}; Größe ''{n}''',{n}.25)" for n in range(1, 1201)),
)
_CAO = (
    "CREATE TABLE ARTIKEL (REC_ID int(11) NOT NULL AUTO_INCREMENT, ARTNUM varchar(20) DEFAULT NULL, MATCHCODE "
    "varchar(255) DEFAULT NULL, VK5B decimal(12,4) NOT NULL DEFAULT '0.0000', LANGNAME text, ALTTEIL_FLAG "
    "enum('N','Y') "
    "NOT NULL DEFAULT 'N', PRIMARY KEY (REC_ID), KEY ARTNUM (ARTNUM)) ENGINE=MyISAM DEFAULT CHARSET=latin1",
    "INSERT INTO ARTIKEL VALUES (1,'A-1','SCHRAUBE Ø8',1.19,'Größe €','N'),(2,NULL,NULL,0,NULL,'Y')",
    "CREATE TABLE ADRESSEN (REC_ID int(11) NOT NULL AUTO_INCREMENT, NAME1 varchar(40) NOT NULL DEFAULT '', "
    "KUN_GEBDATUM "
    "date NOT NULL DEFAULT '0000-00-00', PRIMARY KEY (REC_ID)) ENGINE=MyISAM DEFAULT CHARSET=latin1",
    "INSERT INTO ADRESSEN VALUES (1,'Müller','0000-00-00')",
    "CREATE TABLE JOURNAL (REC_ID int(11) NOT NULL AUTO_INCREMENT, QUELLE tinyint(3) NOT NULL DEFAULT '0', RDATUM date "
    "NOT NULL DEFAULT '0000-00-00', NSUMME decimal(12,4), PRIMARY KEY (REC_ID)) ENGINE=MyISAM DEFAULT CHARSET=latin1",
    "INSERT INTO JOURNAL VALUES (1,3,'2024-01-31',119.0000)",
    "CREATE TABLE FIRMA (NAME1 varchar(250) DEFAULT NULL, ORT varchar(250) DEFAULT NULL, IMAGE1 blob) ENGINE=MyISAM "
    "DEFAULT CHARSET=latin1",
    f"INSERT INTO FIRMA VALUES ('Musterladen','Köln',{_EVERY_BYTE})",
    "CREATE TABLE REGISTRY (MAINKEY varchar(255) NOT NULL DEFAULT '', NAME varchar(100) NOT NULL DEFAULT '', VAL_CHAR "
    "varchar(255) DEFAULT NULL, PRIMARY KEY (MAINKEY,NAME)) ENGINE=MyISAM DEFAULT CHARSET=latin1",
    "INSERT INTO REGISTRY VALUES ('MAIN','DB_VERSION','1.14')",
)
# What phpMyAdmin, which writes a view anew, makes no statement of.
_ODD_VIEWS = (
    "CREATE VIEW pruefend AS SELECT id, CONCAT(name, '; -- ä') AS name FROM kunden WHERE id > 0 WITH CHECK OPTION",
    "CREATE VIEW `A davor` AS SELECT * FROM zweite",
    "CREATE TRIGGER `nach; ä` AFTER INSERT ON kunden FOR EACH ROW SET @neu = 'ä;'",
)
_OBJECTS = (
    "CREATE VIEW offene AS SELECT k.id, CONCAT(k.name, ' / ', b.nr, '; ä') AS beleg FROM kunden k JOIN belege b "
    "ON b.kunde = k.id WHERE b.summe <> 0",
    "CREATE ALGORITHM=TEMPTABLE SQL SECURITY INVOKER VIEW `summen je Kunde` AS SELECT o.id AS `Kunde Nr.`, COUNT(*) "
    "AS `Zahl; n`, "
    "CASE WHEN MAX(o.id) > 1 THEN 'ja' ELSE 'nein' END AS e FROM offene o GROUP BY o.id HAVING COUNT(*) > 0",
    "CREATE VIEW zweite AS SELECT * FROM `summen je Kunde` UNION ALL SELECT 1, 2, 'ü' FROM leer",
    "CREATE TRIGGER vor_beleg BEFORE INSERT ON belege FOR EACH ROW BEGIN\n  -- Kommentar; mit ' und Ü\n"
    "  IF NEW.nr = '' THEN\n    SET NEW.nr = CONCAT('RE;', '''', NEW.kunde);\n  END IF; /* Ende */\nEND",
    "CREATE TRIGGER nach_kunde AFTER UPDATE ON kunden FOR EACH ROW SET @alt = OLD.name",
    "CREATE PROCEDURE zaehle(IN x int) BEGIN SELECT x; END",
    "CREATE FUNCTION doppelt(x int) RETURNS int DETERMINISTIC NO SQL RETURN 2 * x",
)  # fmt: skip
_COMPUTED = (
    "CREATE TABLE berechnet (a int NOT NULL, b int GENERATED ALWAYS AS (a * 2) VIRTUAL, c varchar(40) GENERATED "
    "ALWAYS AS "
    "(CONCAT('x; ''', a, 'ä')) STORED, d int DEFAULT NULL, PRIMARY KEY (a), KEY c (c)) ENGINE=InnoDB "
    "DEFAULT CHARSET=utf8mb4",
    "INSERT INTO berechnet (a,d) VALUES (1,NULL),(2,5)",
)
_CHECKED = (
    "CREATE TABLE geprueft (a int CHECK (a > 0), b varchar(99) DEFAULT (CONCAT('x', 'y')), "
    "j json DEFAULT NULL, CONSTRAINT `b; oder` CHECK (a < 100 OR b = 'it''s')) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4",
    'INSERT INTO geprueft VALUES (1,\'x\',\'{"a": [1, "ü\\\'\\\\n", null], "b": 1.50}\'),(NULL,NULL,NULL)',
)
_MARIADB = (
    "CREATE TABLE aria (a int NOT NULL, t text, PRIMARY KEY (a)) ENGINE=Aria TRANSACTIONAL=1 PAGE_CHECKSUM=1",
    "INSERT INTO aria VALUES (1,'ä'),(2,NULL)",
    "CREATE TABLE von_mariadb (i6 inet6, u varchar(36) DEFAULT uuid(), d datetime DEFAULT (CURRENT_TIMESTAMP + "
    "INTERVAL 1 "
    "DAY), t text DEFAULT 'it''s', z int INVISIBLE DEFAULT 3, v varchar(99) COMPRESSED, a int DEFAULT 7, p int AS "
    "(a + 1) PERSISTENT) "
    "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4",
    "INSERT INTO von_mariadb (i6,u,d,z,v) VALUES ('::1','x','2024-01-01',9,'ä'),(NULL,NULL,NULL,NULL,NULL)",
)
_UUID = (
    "CREATE TABLE kennungen (u uuid NOT NULL PRIMARY KEY, i inet4) ENGINE=InnoDB",
    "INSERT INTO kennungen VALUES ('123e4567-e89b-12d3-a456-426614174000','192.0.2.1')",
)
_VECTOR = (
    "CREATE TABLE vektoren (id int PRIMARY KEY, v vector(3) NOT NULL) ENGINE=InnoDB",
    "INSERT INTO vektoren VALUES (1, TO_VECTOR('[0.1,-2,3e5]'))",
)
_MYSQL8 = (
    "CREATE TABLE von_mysql8 (a int NOT NULL, b varchar(30) DEFAULT (UUID()), n varchar(99) COLLATE "
    "utf8mb4_0900_ai_ci, "
    "z int INVISIBLE DEFAULT 3, g geometry SRID 4326, PRIMARY KEY (a), KEY f ((a + 1)), KEY k (n) INVISIBLE, "
    "KEY d (a DESC)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4",
    "INSERT INTO von_mysql8 (a,b,n,z,g) VALUES (1,'x','ä',9,ST_GeomFromText('POINT(39 92)',4326))",
)


_PARTS: t.Mapping[str, tuple[tuple[str, ...], str]] = {
    "numbers": (_NUMBERS, ""),
    "long bits": (_LONG_BITS, ""),
    "times": (_TIMES, ""),
    "strings": (_STRINGS, ""),
    "names": (_NAMES, ""),
    "odd strings": (_ODD_STRINGS, ""),
    "odd names": (_ODD_NAMES, ""),
    "shapes": (_SHAPES, ""),
    "keys": (_KEYS, ""),
    "many": (_MANY, ""),
    "cao": (_CAO, ""),
    "computed": (_COMPUTED, "mariadb-10.5 mariadb-10.11 mariadb-11.8 mysql-9.7"),
    "checked": (_CHECKED, "mariadb-10.5 mariadb-10.11 mariadb-11.8 mysql-9.7"),
    "of mariadb": (_MARIADB, "mariadb-10.5 mariadb-10.11 mariadb-11.8"),
    "uuid": (_UUID, "mariadb-10.11 mariadb-11.8"),
    "vectors": (_VECTOR, "mariadb-11.8 mysql-9.7"),
    "of mysql": (_MYSQL8, "mysql-9.7"),
    "objects": (_OBJECTS, ""),
    "odd views": (_ODD_VIEWS, ""),
}


def statements(server: str, without: t.Collection[str] = ()) -> t.Iterator[str]:
    """Give what makes the database on a server, which is called as ``source`` of a program.

    ``without`` names what is left out, since not every program can dump it.
    """
    to_vector = "STRING_TO_VECTOR" if server.startswith("mysql") else "VEC_FromText"
    for name, (part, servers) in _PARTS.items():
        if name not in without and server in (servers or server):
            yield from (one.replace("TO_VECTOR", to_vector) for one in part)
