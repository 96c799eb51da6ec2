# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What programs and servers write in dumps, as short dumps, by kinds: each loads as the server's own client loads it.

The contents are invented, the words are those of the programs.
"""

from __future__ import annotations

from changed_keys import CHANGED_KEYS
from changing_dumps import CHANGES
from definition_dumps import DEFINITIONS, NAMES, ROWS, WARE
from odd_dumps import ODD
from spelling_dumps import SPELLINGS

_LITERALS = NAMES + WARE
_SAVE = (
    "/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;\n/*!40101 SET NAMES utf8mb4 */;\n"
    "/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;\n/*!40103 SET TIME_ZONE='+00:00' */;\n"
    "/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;\n"
    "/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;\n"
    "/*!40111 SET @OLD_SQL_NOTES=@@SQL_NOTES, SQL_NOTES=0 */;\n"
)
_TWICE = (
    "INSERT INTO `ware` (`id`, `name`) VALUES\n(1,\t'eins'),\n(2,\t'zwei')\n"
    "ON DUPLICATE KEY UPDATE `id` = VALUES(`id`), `name` = VALUES(`name`);\n"
    "INSERT INTO `ware` (`id`, `name`) VALUES\n(2,\t'neu'),\n(3,\t'drei')\n"
    "ON DUPLICATE KEY UPDATE `id` = VALUES(`id`), `name` = VALUES(`name`);\n"
    "INSERT INTO `ware` (`id`, `name`) VALUES (3,'alt') ON DUPLICATE KEY UPDATE name=name;\n"
    "INSERT INTO `ware` (`name`) VALUES ('vier') ON DUPLICATE KEY UPDATE name=VALUES(name);\n"
)
_REPLACED = (
    "REPLACE INTO ware (id,name) VALUES (1,'x'),(2,'y');\nREPLACE ware (id,name) VALUES (1,'z');\n"
    "INSERT IGNORE ware (id,name) VALUES (1,'w'),(3,'v');\n"
)
_PAIRS = (
    "INSERT INTO ware SET id=1, name='x', `b`=X'00';\nREPLACE INTO ware SET id=1, name='y';\n"
    "INSERT IGNORE INTO ware SET id=1, name='z';\nINSERT ware SET name='zwei';\n"
    "INSERT INTO ware SET id=2, name='q' ON DUPLICATE KEY UPDATE name=VALUES(name);\n"
)
_IN_TURN = "".join(f"INSERT INTO `{'ab'[n % 2]}` VALUES ({n},'Müller {n}');\n-- nach Satz {n}\n" for n in range(1, 301))

#: A dump of each kind that the client loads, and a restore has to bring the same.
ALIKE: dict[str, str] = {
    # Programs
    "heidisql 7 to 11": _SAVE + WARE + ROWS
    + "/*!40101 SET SQL_MODE=IFNULL(@OLD_SQL_MODE, '') */;\n"
    "/*!40014 SET FOREIGN_KEY_CHECKS=IF(@OLD_FOREIGN_KEY_CHECKS IS NULL, 1, @OLD_FOREIGN_KEY_CHECKS) */;\n"
    "/*!40014 SET FOREIGN_KEY_CHECKS=IF(@OLD_FOREIGN_KEY_CHECKS IS NOT NULL, @OLD_FOREIGN_KEY_CHECKS, 1) */;\n",
    "heidisql 12": _SAVE + WARE + ROWS + "/*!40103 SET TIME_ZONE=IFNULL(@OLD_TIME_ZONE, 'system') */;\n"
    "/*!40101 SET SQL_MODE=IFNULL(@OLD_SQL_MODE, '') */;\n/*!40111 SET SQL_NOTES=IFNULL(@OLD_SQL_NOTES, 1) */;\n",
    "sequel ace": "# Sequel Ace SQL dump\n" + NAMES
    + "/*!40101 SET @OLD_SQL_MODE='NO_AUTO_VALUE_ON_ZERO', SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;\n" + WARE
    + "LOCK TABLES `ware` WRITE;\nINSERT INTO `ware` (`id`,`name`) VALUES (0,'null'),(1,'eins');\nUNLOCK TABLES;\n"
    "/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;\n",
    "lines of dashes": NAMES + "---------------------\n--- Struktur\n--INSERT INTO `ware` VALUES (9,'x');\n" + WARE
    + "  --kein Blank\n" + ROWS + "--",
    "two dumps in one file": _SAVE + "DROP TABLE IF EXISTS `ware`;\n" + WARE + ROWS
    + "/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;\n-- Dump completed\n" + _SAVE
    + "DROP TABLE IF EXISTS `ware`;\nCREATE TABLE `ware` (`x` int, `y` int);\nINSERT INTO `ware` VALUES (7,8);\n"
    "CREATE TABLE `leer` (`id` int NOT NULL AUTO_INCREMENT, PRIMARY KEY (`id`));\n"
    "INSERT INTO `leer` VALUES (NULL),(NULL);\n"
    "TRUNCATE TABLE `leer`;\nINSERT INTO `leer` VALUES (5);\nDELETE FROM `leer`;\nCREATE TABLE `weg` (a int);\n"
    "INSERT INTO `weg` VALUES (1);\nDROP TABLE `weg`;\nCREATE TABLE `neu` (a int);\nINSERT INTO `neu` VALUES (1);\n"
    "CREATE OR REPLACE TABLE `neu` (b int);\nINSERT INTO `neu` VALUES (2);\n"
    "/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;\n",
    "statements in one block": NAMES + WARE + "DELIMITER $$\nDROP TRIGGER IF EXISTS a; DROP TRIGGER IF EXISTS b;\n"
    "CREATE TRIGGER a BEFORE INSERT ON ware FOR EACH ROW BEGIN\n  SET NEW.name = TRIM(NEW.name);\n"
    "  IF NEW.id = 5 THEN SET NEW.id = 6; END IF;\nEND; DROP TRIGGER IF EXISTS b;\n"
    "CREATE TRIGGER b BEFORE UPDATE ON ware FOR EACH ROW SET NEW.name = UPPER(NEW.name); DROP TRIGGER a;\n$$\n"
    "INSERT INTO ware (id,name) VALUES (1,'a'); INSERT INTO ware (id,name) VALUES (2,'b;c')$$\n"
    "SET @x=1; SET NAMES utf8mb4$$\nDELIMITER ;\n",
    "percona's bulk loads": "/*!50112 SELECT COUNT(*) INTO @is_rocksdb_supported FROM "
    "INFORMATION_SCHEMA.SESSION_VARIABLES WHERE VARIABLE_NAME='rocksdb_bulk_load' */;\n"
    "/*!50112 SET @save_old_rocksdb_bulk_load = IF (@is_rocksdb_supported, 'SET @old_rocksdb_bulk_load = "
    "@@rocksdb_bulk_load', 'SET @dummy_old_rocksdb_bulk_load = 0') */;\n"
    "/*!50112 PREPARE s FROM @save_old_rocksdb_bulk_load */;\n/*!50112 EXECUTE s */;\n"
    "/*!50112 SET @enable_bulk_load = IF (@is_rocksdb_supported, 'SET SESSION rocksdb_bulk_load = 1', "
    "'SET @dummy_rocksdb_bulk_load = 0') */;\n/*!50112 PREPARE s FROM @enable_bulk_load */;\n"
    "/*!50112 EXECUTE s */;\n/*!50112 DEALLOCATE PREPARE s */;\n" + WARE + ROWS
    + "/*!50112 SET @disable_bulk_load = IF (@is_rocksdb_supported, 'SET SESSION rocksdb_bulk_load = "
    "@old_rocksdb_bulk_load', 'SET @dummy_rocksdb_bulk_load = 0') */;\n"
    "/*!50112 PREPARE s FROM @disable_bulk_load */;\n/*!50112 EXECUTE s */;\n/*!50112 DEALLOCATE PREPARE s */;\n",
    **{
        f"percona's bulk loads of 5.7, {name}": first
        + "/*!50717 SELECT COUNT(*) INTO @rocksdb_has_p_s_session_variables FROM INFORMATION_SCHEMA.TABLES WHERE "
        "TABLE_SCHEMA = 'performance_schema' AND TABLE_NAME = 'session_variables' */;\n"
        "/*!50717 SET @rocksdb_get_is_supported = IF (@rocksdb_has_p_s_session_variables, 'SELECT COUNT(*) INTO "
        f"@rocksdb_is_supported FROM performance_schema.session_variables WHERE VARIABLE_NAME={asked}', 'SELECT 0') "
        "*/;\n/*!50717 PREPARE s FROM @rocksdb_get_is_supported */;\n"
        f"/*!50717 EXECUTE s{using} */;\n/*!50717 DEALLOCATE PREPARE s */;\n"
        "/*!50717 SET @rocksdb_enable_bulk_load = IF (@rocksdb_is_supported, 'SET SESSION rocksdb_bulk_load = 1', "
        "'SET @rocksdb_dummy_bulk_load = 0') */;\n/*!50717 PREPARE s FROM @rocksdb_enable_bulk_load */;\n"
        "/*!50717 EXECUTE s */;\n/*!50717 DEALLOCATE PREPARE s */;\n" + WARE + ROWS
        for name, first, asked, using in (
            ("a literal", "", "\\'rocksdb_bulk_load\\'", ""),
            ("a variable", "/*!50717 SET @name='rocksdb_bulk_load' */;\n", "?", " USING @name"),
        )
    },
    "routines that are only dropped": "DROP PROCEDURE IF EXISTS p;\n"
    "DROP FUNCTION IF EXISTS f;\nDROP EVENT IF EXISTS e;\n"
    + WARE + ROWS,
    "settings of transactions and engines": "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ;\n"
    "SET TRANSACTION ISOLATION LEVEL READ COMMITTED;\nSET default_storage_engine=MyISAM;\nCREATE TABLE a (i int, KEY "
    "USING BTREE (i));\nSET default_storage_engine='InnoDB';\nCREATE TABLE b (i int);\n"
    "CREATE TABLE c (i int) ENGINE=Aria;\n"
    "CREATE INDEX IF NOT EXISTS j ON b (i);\nALTER TABLE b ADD KEY IF NOT EXISTS k (i DESC);\n",
    "rows in turn, with comments": NAMES + "".join(
        f"CREATE TABLE `{name}` (`id` int NOT NULL, `t` varchar(20), PRIMARY KEY (`id`)) ENGINE={engine};\n"
        for name, engine in (("a", "InnoDB"), ("b", "MyISAM"))
    ) + _IN_TURN,
    # Literals
    "national strings": _LITERALS + "INSERT INTO ware (id,name) VALUES (1,N'Rock & Röll'),(2,n'x''y\\n');\n",
    "character sets of literals": _LITERALS + "INSERT INTO ware (id,name,b,n) VALUES (1,_utf8'Ö',X'00ff',0x0A),"
    "(2,_latin1 X'E4',x'',1),(3,_utf8mb4'é' COLLATE utf8mb4_bin,b'0100',0b11),(4,_utf8 0xC3A4,_binary'a',-5),"
    "(5,_ucs2 X'00E4',b'',+7),(6,_cp1250'a',NULL,.5),(7,_utf16 0x00E4,TRUE,FALSE);\n",
    "calls of literals": _LITERALS + "INSERT INTO ware (id,name,b,n,f,d) VALUES (1,UNHEX('4142'),UNHEX('0'),"
    "CONVERT(b'1', UNSIGNED),CONVERT(b'101',UNSIGNED),CAST('2020-01-02 03:04:05' AS DATETIME)),"
    "(2,CONCAT('a',CHAR(10),'b'),FROM_BASE64('aGk='),CAST(0x41 AS UNSIGNED),b'1',STR_TO_DATE('01.02.2020','%d.%m.%Y')),"
    "(3,CONVERT('x' USING utf8mb4),CONVERT(0x41,BINARY),INET_ATON('1.2.3.4'),NULL,TIMESTAMP'2020-01-02 03:04:05'),"
    "(4,CAST('a, (b' AS CHAR(10)),INET6_ATON('::1'),CAST('3' AS SIGNED),1,DATE '2020-01-01'),"
    "(5,NULL,CAST('x' AS BINARY(3)),\\N,1,NULL);\n",
    "shapes": "CREATE TABLE g (id int NOT NULL, p point NOT NULL, g geometry, PRIMARY KEY (id)) ENGINE=InnoDB;\n"
    "INSERT INTO g VALUES (1,ST_GeomFromText('POINT(1 2)'),GeomFromText('LINESTRING(0 0,1 1)',4326)),"
    "(2,PointFromText('POINT(3 4)'),NULL),"
    "(3,ST_GeomFromWKB(UNHEX('0101000000000000000000F03F0000000000000040')),"
    "ST_PolygonFromText('POLYGON((0 0,1 0,1 1,0 0))')),"
    "(4,POINT(1,2),ST_GeomFromWKB(0x0101000000000000000000F03F0000000000000040, 4326));\n",
    "shapes and bits of adminer": "CREATE TABLE g (id int NOT NULL, p point NOT NULL, g geometry, b bit(53), "
    "PRIMARY KEY (id)) ENGINE=InnoDB;\nINSERT INTO `g` (`id`, `p`, `g`, `b`) VALUES\n"
    "(1,\tST_GeomFromText('POINT(1 2)', SRID(p)),\tNULL,\tCONV('101', 2, 10) + 0),\n"
    "(2,\tGeomFromText('POINT(1 2)', ST_SRID(`p`)),\tGeomFromText('LINESTRING(0 0,1 1)', SRID(g)),\tCONV('"
    + "1" * 53 + "', 2, 10) + 0);\n",
    "functions of literals": _LITERALS + "INSERT INTO ware (id,name,n,d) VALUES (1,MD5('admin'),CRC32('b'),"
    "FROM_UNIXTIME(1700000000)),(2,SHA1(CONCAT('a','b')),ROUND(2.5),DATE('2020-01-02 03:04:05')),"
    "(3,LOWER('ÄÖ'),UNIX_TIMESTAMP('2020-06-01 00:00:00'),LAST_DAY('2024-02-01')),(4,SHA2('x',256),IF(NULL,1,2),NULL),"
    "(5,COALESCE(NULL,SUBSTRING('abc',2)),LENGTH('ä'),TIMESTAMP('2020-01-02')),(6,CONCAT_WS(',','a',NULL,'b'),"
    "IFNULL(NULL,7),MAKEDATE(2020,60));\n",
    "collations behind texts": _LITERALS + "INSERT INTO ware (id,name) VALUES (1,'a' COLLATE utf8mb4_bin),"
    "(2 , 'b' COLLATE 'utf8mb4_general_ci' ),(3,\"c\" /* x */ COLLATE `utf8mb4_unicode_ci`),(4,'d');\n",
    "backslashes that escape nothing": _LITERALS + "SET sql_mode='NO_BACKSLASH_ESCAPES';\n"
    "INSERT INTO ware (id,name) VALUES (1,'it''s'),(2,'b') ON DUPLICATE KEY UPDATE name='c\\';\n"
    "INSERT INTO ware (id,name) VALUES (4,'C:\\'),(5,'\\n''\\\\'),\n(6,\"\\\");\n"
    "REPLACE INTO ware SET id=7, name='\\';\n"
    "SET sql_mode='';\nINSERT INTO ware (id,name) VALUES (3,'it\\'s \\\\');\n"
    "SET sql_mode='ANSI,NO_BACKSLASH_ESCAPES';\nINSERT INTO \"ware\" (\"id\",name) VALUES (8,'\\'),(9,'\\''');\n"
    "SET sql_mode='NO_BACKSLASH_ESCAPES';\n"
    "CREATE TRIGGER g BEFORE INSERT ON ware FOR EACH ROW SET NEW.name = TRIM('x' FROM NEW.name);\n",
    "a column called value": "CREATE TABLE t (id int, value int, name varchar(9));\n"
    "INSERT INTO t (id,value) VALUES (1,2);\nINSERT INTO t (value, id) VALUE (3,4),\n(5,6);\n"
    "REPLACE INTO t (\n`name`,\nt.value) VALUES ('a',7);\n"
    "INSERT INTO t VALUE (8,9,'b');\nINSERT INTO t SET value=10;\n",
    "keys that are too long": "".join(
        f"CREATE TABLE {name} (id int, t varchar(2000), u varchar(500), v varchar(500), w varchar(4000), "
        "UNIQUE KEY t (t) USING HASH, UNIQUE KEY uv (u,v) USING HASH, KEY w (w)) "
        f"ENGINE={engine} DEFAULT CHARSET=utf8mb4;\n"
        f"INSERT INTO {name} VALUES (1,'a','b','c','d'),(2,'e','f','g','h'),(3,NULL,'b','d','');\n"
        f"INSERT IGNORE INTO {name} VALUES (4,'a',NULL,NULL,NULL),(5,NULL,'b','c',NULL);\n"
        for name, engine in (("a", "InnoDB"), ("b", "MyISAM"))
    ),
    # Statements with rows
    "comments in inserts": _LITERALS + "".join(
        f"INSERT /* {n} */ INTO ware -- '{n}\n (id,\n\t{' ' * (n % 3)}name) VALUES # {n}\n"
        f"( {n}, /*{n}*/ 'x{n}') /* ; {n} */ ;\n"
        for n in range(1, 101)
    ),
    "lists of columns in turn": _LITERALS + "".join(
        f"INSERT INTO ware (id,name,n) VALUES ({n},'a',{n});\nINSERT INTO ware (b,id) VALUES ('b',{n + 1});\n"
        for n in range(1, 99, 2)
    ),
    "on duplicate key update": _LITERALS + _TWICE,
    "on duplicate key update of names beyond ASCII": "SET NAMES latin1;\nCREATE TABLE t (id int NOT NULL, `größe` "
    "varchar(9), `maß` text, PRIMARY KEY (id)) ENGINE=InnoDB DEFAULT CHARSET=latin1;\nINSERT INTO t VALUES (1,'ä','`'),"
    "(1,'ö','ü') ON DUPLICATE KEY UPDATE `größe`=VALUES(`größe`), `maß`='`ß`';\n",
    "on duplicate key update with other words": _LITERALS + "INSERT INTO ware (id,name,b) VALUES (1,'a',NULL),(1,'b',"
    "NULL) ON DUPLICATE KEY UPDATE name=N'ö', b=X'00ff';\nINSERT INTO ware (id) VALUES (2),(2) "
    "ON DUPLICATE KEY UPDATE b=_binary'x', n=b'101', name=_latin1'y';\n",
    "on duplicate key update, myisam": (_LITERALS + _TWICE).replace("InnoDB", "MyISAM"),
    "replace and ignore": _LITERALS + _REPLACED,
    "replace and ignore, myisam": (_LITERALS + _REPLACED).replace("InnoDB", "MyISAM"),
    "columns and values in pairs": _LITERALS + _PAIRS,
    "columns and values in pairs, myisam": (_LITERALS + _PAIRS).replace("InnoDB", "MyISAM"),
    "default and columns left out": NAMES + "".join(
        f"CREATE TABLE `{name}` (`id` int NOT NULL AUTO_INCREMENT, `t` varchar(20) DEFAULT 'x', `e` enum('a','b') NOT "
        "NULL, `d` datetime NOT NULL DEFAULT '2020-01-01 00:00:00', `s` timestamp NOT NULL DEFAULT "
        "'2021-01-01 00:00:00', `b` bit(3) DEFAULT b'101', `j` int DEFAULT (3 * 4), `g` int AS (`j` + 1) VIRTUAL, "
        f"`h` int AS (`j` + 2) PERSISTENT, PRIMARY KEY (`id`)) ENGINE={engine} DEFAULT CHARSET=utf8mb4;\n"
        f"INSERT INTO `{name}` VALUES (DEFAULT,DEFAULT,DEFAULT,DEFAULT,DEFAULT,DEFAULT,DEFAULT,DEFAULT,DEFAULT),"
        "(7,'ö','b','2001-01-01','2001-01-01',NULL,1,DEFAULT,DEFAULT),(default,'y','a',default,'2002-02-02',b'1',2,"
        "NULL,NULL);\n"
        f"INSERT INTO `{name}` (`t`, `id`) VALUES (DEFAULT, DEFAULT),('z', 20),(DEFAULT , 30),('q', DEFAULT);\n"
        f"INSERT INTO `{name}` () VALUES (),();\nINSERT INTO `{name}` VALUES ();\n"
        f"INSERT INTO `{name}` (t) VALUES (NULL);\n"
        f"INSERT INTO `{name}` SET t=DEFAULT, id=50;\nREPLACE INTO `{name}` (id,t,j) VALUES (50,DEFAULT,9);\n"
        f"INSERT IGNORE INTO `{name}` (`{name}`.`T`, `{name}`.id) VALUES ('gone',50),(DEFAULT,60);\n"
        for name, engine in (("a", "InnoDB"), ("b", "MyISAM"))
    ),
    "columns left out, lenient": "SET sql_mode='NO_AUTO_VALUE_ON_ZERO';\n" + "".join(
        f"CREATE TABLE {name} (id int NOT NULL AUTO_INCREMENT, t varchar(30) NOT NULL, x text NOT NULL, b binary(3) "
        "NOT NULL, bl blob NOT NULL, n int NOT NULL, u bigint unsigned zerofill NOT NULL, d date NOT NULL, "
        "dt datetime(3) NOT NULL, ti time NOT NULL, y year NOT NULL, e enum('a','b') NOT NULL, s set('a','b') NOT "
        "NULL, bi bit(3) NOT NULL, de decimal(10,2) NOT NULL, f double precision NOT NULL, g float NOT NULL, bo bool "
        "NOT NULL, nc nchar(3) NOT NULL, nul int, def varchar(9) NOT NULL DEFAULT 'q', ge int AS (n + 1), "
        f"PRIMARY KEY (id)) ENGINE={engine} DEFAULT CHARSET=utf8mb4;\n"
        f"INSERT INTO {name} (t) VALUES ('x'),('it''s , (y)');\n"
        f"INSERT INTO {name} (T, `n`) VALUES ('r', 1),\n{', '.join(map('(1, {})'.format, range(90)))};\n"
        f"INSERT INTO {name} SET t='set';\nREPLACE INTO {name} (id,t,n) VALUES (500,DEFAULT,DEFAULT);\n"
        f"INSERT INTO {name} (id) VALUES (500) ON DUPLICATE KEY UPDATE t='u';\nINSERT INTO {name} () VALUES ();\n"
        f"INSERT INTO {name} (t) SELECT 'q' UNION ALL SELECT 'r';\n"
        for name, engine in (("a", "InnoDB"), ("b", "MyISAM"))
    ),
    "selects of literals": _LITERALS + "INSERT INTO ware (id,name,n) SELECT 1,'eins',NULL UNION ALL SELECT 2,NULL,-5\n"
    "UNION ALL SELECT 3,'drei', 7;\ninsert into `ware` (`name`) select 'vier' as `name` from dual;\n"
    "INSERT INTO ware (name) SELECT 12.50 UNION ALL SELECT 7.25;\n",
    "literals where a key is there": _LITERALS + "INSERT INTO ware (id,name,n) VALUES (1,'a',5),(2,'b',6);\n"
    "INSERT INTO ware (id,name) VALUES (1,'x') ON DUPLICATE KEY UPDATE name='it''s', n=NULL;\n"
    "INSERT INTO ware (id,name) VALUES (2,'x') ON DUPLICATE KEY UPDATE ware.name=VALUES(ware.name), "
    "n=-1.5, f=DEFAULT;\n",
    "defaults of their columns": _LITERALS + "INSERT INTO ware (id,name,n) VALUES (1,DEFAULT(name),DEFAULT( n ));\n"
    "INSERT INTO ware SET ware.name='x', n=DEFAULT(n);\n",
    # What people write
    "triggers": NAMES + WARE + "CREATE TABLE konto (id int, password varchar(9), handler int);\nSET "
    "@OLD_M=@@SQL_MODE, SQL_MODE='TRADITIONAL,ALLOW_INVALID_DATES';\nDELIMITER $$\n"
    "CREATE TRIGGER a BEFORE UPDATE ON ware FOR EACH ROW BEGIN\n  DECLARE n, m INT;\n  DECLARE c CURSOR FOR SELECT id "
    "FROM ware;\n  OPEN c;\n  FETCH NEXT FROM c INTO n;\n  FETCH FROM c INTO m;\n  CLOSE c;\n"
    "  WITH q AS (SELECT id FROM ware) SELECT COUNT(*) INTO m FROM q;\n"
    "  INSERT INTO konto (id, password, handler) VALUES (n, NEW.name, DEFAULT(handler));\n"
    "  SET `NEW`.`n` = m, NEW.name = UPPER(NEW.name);\nEND$$\n"
    "CREATE TRIGGER b AFTER DELETE ON ware FOR EACH ROW\n"
    "FOR i IN (SELECT id FROM konto) DO UPDATE konto SET password = MD5(i.id); END FOR$$\nDELIMITER ;\n"
    "SET SQL_MODE=@OLD_M;\n" + ROWS,
    "a tutorial": "DROP DATABASE IF EXISTS laden;\nCREATE DATABASE laden CHARACTER SET latin1;\nUSE laden;\n\n-- Orte\n"
    "create table ort (id int key, `name` nvarchar(20) default N'Köln');\n"
    "create table kunde (\n  id serial, -- Nummer\n"
    "  name varchar(50) not null unique, # Name\n"
    "  ort_id int references ort (id)\n);\n"
    "DESC kunde;\nCREATE TABLE bestellung (\n"
    "  id INT SERIAL DEFAULT VALUE,\n  kunde BIGINT UNSIGNED,\n  wann DATE DEFAULT "
    "DATE'2020-01-01',\n  t LONG VARCHAR,\n  INDEX w TYPE BTREE (wann),\n"
    "  KEY x (wann, kunde) USING BTREE NOT IGNORED,\n"
    "  FOREIGN KEY (kunde) REFERENCES kunde(id) ON DELETE CASCADE\n);\nSTART TRANSACTION READ WRITE;\n"
    "insert into ort values (1,'Köln'), -- erster\n(2,default);\nInsert Into kunde Values (1,'Ada',1),(2,\"Bo's\",2);\n"
    "INSERT INTO bestellung (kunde) VALUES (1), (2), (2);\nCOMMIT;\nSHOW TABLES;\nSELECT * FROM kunde;\n"
    "SELECT COUNT(*) AS anzahl FROM bestellung b JOIN kunde k ON k.id = b.kunde;\n"
    "ALTER TABLE IF EXISTS bestellung ADD INDEX z (t(9), wann), ALGORITHM=INPLACE, LOCK=NONE;\n"
    "ALTER TABLE bestellung FORCE;\nALTER TABLE bestellung ROW_FORMAT=DYNAMIC;\n"
    "CREATE VIEW IF NOT EXISTS v AS SELECT name FROM kunde;\nDELIMITER $$\nCREATE TRIGGER g AFTER INSERT ON kunde "
    "FOR EACH ROW\nBEGIN\n  INSERT INTO ort (id, name) VALUES (NEW.id + 10, NEW.name);\nEND$$\nDELIMITER ;\n",
    **{
        f"set names {charset}": f"SET NAMES {charset};\nCREATE TABLE t (a varchar(20)) DEFAULT CHARSET=utf8mb4;\n"
        "INSERT INTO t VALUES ('\udce4\udce5\udce6\udce7'),('a''b\\\\');\n"
        for charset in ("cp866", "koi8r", "hebrew", "gb2312")
    },
    **{
        f"double quotes in a trigger, {name}": f"{NAMES}{setting}CREATE TABLE a (i int, t text);\nDELIMITER ;;\n"
        f"CREATE TRIGGER x BEFORE INSERT ON a FOR EACH ROW BEGIN\n  SET NEW.{quoted} = 'it''s \"a\"';\n"
        f"  SET {text} = 'é';\nEND;;\nDELIMITER ;\n"
        for name, setting, quoted, text in (
            ("texts", "", "t", 'NEW.t = concat("ä\\"\'\'", "b""c", NEW.t), NEW.t'),
            ("texts under a mode", "SET sql_mode='STRICT_ALL_TABLES';\n", "t", 'NEW.t = "ä;", NEW.t'),
            ("names", "SET sql_mode='ANSI_QUOTES';\n", '"t"', 'NEW."t"'),
        )
    },
    # What does nothing, and what comes late
    "statements about tables": NAMES + WARE
    + "LOCK TABLE ware WRITE, ware w READ LOCAL, ware AS x LOW_PRIORITY WRITE;\n"
    "TRUNCATE ware;\nDELETE FROM `ware` WHERE 1;\nDELETE FROM ware WHERE 1=1;\n" + ROWS + "UNLOCK TABLE;\n"
    "ANALYZE TABLE `ware`;\nANALYZE LOCAL TABLES ware;\nOPTIMIZE NO_WRITE_TO_BINLOG TABLE ware;\n"
    "/*!80002 ANALYZE TABLE `ware` UPDATE HISTOGRAM ON `name`, `n` WITH 100 BUCKETS */;\n"
    "SELECT 'fertig' AS `wie weit`, 1;\nCHECKSUM TABLE ware;\nSTART TRANSACTION;\nSAVEPOINT s;\n"
    "RELEASE SAVEPOINT s;\nCOMMIT AND NO CHAIN;\nSELECT @x, @@version;\n"
    "/*!50503 select CONCAT('storage engine: ', @@default_storage_engine) as INFO */;\n"
    "CREATE VIEW d AS SELECT 1 AS a FROM dual WHERE 1 = 1;\n"
    "SELECT 'fertig' wo;\n",
    **DEFINITIONS,
    **SPELLINGS,
    **CHANGES,
    **ODD,
    **CHANGED_KEYS,
}  # fmt: skip

#: What the client of this server refuses, and a restore brings all the same: the table, and its rows.
MORE_THAN_THE_CLIENT: dict[str, tuple[str, int]] = {
    "mysql 3.23": (
        "CREATE TABLE ware (\n  id int(11) NOT NULL default '0' auto_increment,\n  ts timestamp(14) NOT NULL,\n"
        "  kurz timestamp(8) NOT NULL,\n  m middleint(8) unsigned zerofill default NULL,\n  n national varchar(20),\n"
        "  b bool, i1 int1 default '0', i8 int8, f8 float8,\n  PRIMARY KEY  (id),\n  UNIQUE ts (ts),\n  KEY m (m,n)\n"
        ") TYPE=MyISAM PACK_KEYS=1 COMMENT='x' RAID_TYPE=striped RAID_CHUNKS=4 RAID_CHUNKSIZE=256;\n"
        "INSERT INTO ware VALUES (1,20050102030405,'20050102000000',5,'a',1,1,2,1.5);\n",
        1,
    ),
    "heidisql 4": (
        "/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='ANSI,NO_BACKSLASH_ESCAPES';*/\n"
        'CREATE TABLE /*!32312 IF NOT EXISTS*/ "ware" ("a" int(11) NOT NULL, "p" varchar(9)) '
        "/*!40100 DEFAULT CHARSET=latin1*/;\n"
        '/*!40000 ALTER TABLE "ware" DISABLE KEYS;*/\nREPLACE INTO "ware" ("a", "p") VALUES\n\t(1,\'C:\\\');\n'
        '/*!40000 ALTER TABLE "ware" ENABLE KEYS;*/\n/*!40101 SET SQL_MODE=@OLD_SQL_MODE;*/\n',
        1,
    ),
    "tokudb": (
        "CREATE TABLE ware (a int) ENGINE=TokuDB DEFAULT CHARSET=utf8 `COMPRESSION`=tokudb_zlib;\n"
        "CREATE TABLE percona (a int) ENGINE=TokuDB DEFAULT CHARSET=utf8 ROW_FORMAT=TOKUDB_LZMA;\n"
        "INSERT INTO ware VALUES (1);\n",
        1,
    ),
    "where a replica goes on": (
        "STOP ALL SLAVES;\nCHANGE MASTER TO MASTER_HOST='quelle', MASTER_LOG_FILE='bin.000001', MASTER_LOG_POS=107;\n"
        "CHANGE MASTER TO MASTER_USE_GTID=slave_pos;\nSET GLOBAL gtid_slave_pos='0-1-5';\n"
        "CREATE TABLE ware (a int);\nINSERT INTO ware VALUES (1);\nSTART ALL SLAVES;\n/*! FLUSH PRIVILEGES */;\n",
        1,
    ),
    "notes of phpmyadmin": (
        "CREATE TABLE ware (a int);\nINSERT INTO ware VALUES (1),(2);\n--\n-- Metadaten\n--\nUSE `phpmyadmin`;\n"
        "TRUNCATE TABLE `pma__column_info`;\nINSERT INTO `pma__table_uiprefs` (`username`, `prefs`) VALUES\n"
        "('root', '{}');\nCOMMIT;\n",
        2,
    ),
    "checks that are not enforced": (
        "CREATE TABLE ware (a int, b int CHECK (b > 0) /*!80016 NOT ENFORCED */, CONSTRAINT c1 "
        "CHECK ((a > 0)) /*!80016 NOT ENFORCED */, CONSTRAINT c2 CHECK ((a > -9)) "
        "/*!80016 ENFORCED */) ENGINE=InnoDB;\n"
        "INSERT INTO ware VALUES (-1,-1);\n",
        1,
    ),
}
