# HeidiSQL Dump 
#
# --------------------------------------------------------
# Host:                 127.0.0.1
# Database:             laden
# HeidiSQL version:     3.1 RC1 Revision: 1064
# --------------------------------------------------------

/*!40100 SET CHARACTER SET latin1;*/
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='ANSI';*/
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0;*/


CREATE DATABASE /*!32312 IF NOT EXISTS*/ "laden" /*!40100 DEFAULT CHARACTER SET latin1 */;

USE "laden";


#
# Table structure for table 'ware'
#

CREATE TABLE /*!32312 IF NOT EXISTS*/ "ware" (
  "id" int(10) unsigned NOT NULL auto_increment,
  "name" varchar(50) DEFAULT NULL,
  PRIMARY KEY  ("id")
) AUTO_INCREMENT=4 /*!40100 DEFAULT CHARSET=latin1*/;



/*!40000 ALTER TABLE "ware" DISABLE KEYS;*/
LOCK TABLES "ware" WRITE;
REPLACE INTO "ware" ("id", "name") VALUES
	('1','eins "1"');
REPLACE INTO "ware" ("id", "name") VALUES
	('2','zw''ei');
UNLOCK TABLES;
/*!40000 ALTER TABLE "ware" ENABLE KEYS;*/
/*!40101 SET SQL_MODE=@OLD_SQL_MODE;*/
/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS;*/
