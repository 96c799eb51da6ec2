# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One small company with all that a column can be, as each program lays out its dump.

The contents are invented, the layouts are those of the programs.
"""

from __future__ import annotations

import typing as t


class Layout(t.NamedTuple):
    """``rows`` is what an INSERT looks like, ``each`` whether every row has its own; ``words`` are said otherwise."""

    head: str
    table: str
    rows: str
    tail: str
    views: str
    each: bool = False
    between: str = ","
    hexadecimal: str = "0x{}"
    without_keys: bool = False
    words: tuple[tuple[str, str], ...] = ()
    quote: str = "'"


Cell = t.Union[str, int, float, bytes, None]

_KUNDEN = (
    ("id", "int(11) NOT NULL AUTO_INCREMENT"),
    ("name", "varchar(80) NOT NULL DEFAULT ''"),
    ("kurz", "char(4) DEFAULT NULL"),
    ("art", "enum('A','B''C','Ö') NOT NULL DEFAULT 'A'"),
    ("merkmale", "set('x','y','z') DEFAULT NULL"),
    ("summe", "decimal(12,4) NOT NULL DEFAULT '0.0000'"),
    ("faktor", "double DEFAULT NULL"),
    ("gross", "bigint(20) unsigned DEFAULT NULL"),
    ("nummer", "int(8) unsigned zerofill DEFAULT NULL"),
    ("schalter", "bit(8) DEFAULT NULL"),
    ("tag", "date NOT NULL DEFAULT '0000-00-00'"),
    ("dauer", "time(3) DEFAULT NULL"),
    ("wann", "datetime(6) DEFAULT NULL"),
    ("stand", "timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP"),
    ("jahr", "year(4) DEFAULT NULL"),
    ("memo", "mediumtext DEFAULT NULL COMMENT 'frei; ''kurz'''"),
    ("bild", "longblob DEFAULT NULL"),
    ("kennung", "binary(4) DEFAULT NULL"),
    ("ort", "point DEFAULT NULL"),
)
_KEYS_OF_KUNDEN = (
    "PRIMARY KEY (`id`)",
    "UNIQUE KEY `name` (`name`)",
    "KEY `tag` (`tag`,`art`)",
    "FULLTEXT KEY `memo` (`memo`)",
)
_BELEGE = (
    ("id", "int(11) NOT NULL AUTO_INCREMENT"),
    ("kunde", "int(11) DEFAULT NULL"),
    ("nr", "varchar(20) CHARACTER SET latin1 COLLATE latin1_german1_ci NOT NULL"),
)
_KEYS_OF_BELEGE = ("PRIMARY KEY (`id`)", "KEY `kunde` (`kunde`)")
_FOREIGN = "CONSTRAINT `belege_kunde` FOREIGN KEY (`kunde`) REFERENCES `kunden` (`id`) ON DELETE CASCADE"
_END = "ENGINE=InnoDB AUTO_INCREMENT=8 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='{}'"
_POINT = bytes.fromhex("000000000101000000000000000000f03f0000000000000040")
_ROWS: dict[str, tuple[tuple[Cell, ...], ...]] = {
    "kunden": (
        (1, "Müller & Söhne", "MÜ", "Ö", "x,z", "1234.5000", 0.1, 18446744073709551615, 42, b"\5", "2024-02-29",
         "-12:34:56.789", "2024-01-02 03:04:05.678901", "2024-06-01 12:00:00", 2024,
         "Zeile 1\r\nZeile 2\t'so' \"oder\" \\ so; -- /* kein Ende", bytes(range(256)), b"\0\1\xff\n", _POINT),
        (2, "O'Neil, (Łódź) €", None, "B'C", "", "-0.0001", -1.5e-7, 0, None, b"\xff", "0000-00-00",
         "838:59:59.000", None, "2024-06-01 12:00:01", 1901, "", b"", b"\0\0\0\0", None),
        (7, "", "", "A", None, "0.0000", None, None, 0, None, "9999-12-31",
         None, None, "1970-01-02 00:00:01", None, None, None, None, None),
    ),
    "belege": ((1, 1, "RE-1"), (2, 1, "Größe 2"), (7, None, "")),
}  # fmt: skip
_TABLES = {
    "kunden": (_KUNDEN, _KEYS_OF_KUNDEN, "", "Kunden; alle"),
    "belege": (_BELEGE, _KEYS_OF_BELEGE, _FOREIGN, "it''s"),
}
QUERY = "select `k`.`id` AS `id`,concat(`k`.`name`,' / ',`b`.`nr`) AS `beleg` from (`kunden` `k` join `belege` `b` "
QUERY += "on(`b`.`kunde` = `k`.`id`)) where `k`.`summe` > 0"
_DEFINER = "DEFINER=`root`@`localhost`"
_BODY = "BEGIN\n  IF NEW.kurz = '' THEN SET NEW.kurz = NULL; END IF;\nEND"
TRIGGER = f"CREATE {_DEFINER} TRIGGER `kunden_vorher` BEFORE UPDATE ON `kunden` FOR EACH ROW {_BODY}"

# Views and triggers, behind all tables.
PLAIN = (
    f"DROP VIEW IF EXISTS `offene`;\nCREATE ALGORITHM=UNDEFINED {_DEFINER} SQL SECURITY DEFINER VIEW `offene` AS "
    f"{QUERY};\n\nDELIMITER ;;\n{TRIGGER};;\nDELIMITER ;\n"
)
_DOLLARS = PLAIN.replace(";;", "$$")
_SLASHES = PLAIN.replace(";;", "//")
_CONDITIONAL = (
    "/*!50001 DROP VIEW IF EXISTS `offene`*/;\nSET @saved_cs_client     = @@character_set_client;\n"
    "/*!50503 SET character_set_client = utf8mb4 */;\n/*!50001 CREATE VIEW `offene` AS SELECT \n 1 AS `id`,\n"
    " 1 AS `beleg`*/;\nSET character_set_client = @saved_cs_client;\n"
    "/*!50003 SET @saved_sql_mode       = @@sql_mode */ ;\n/*!50003 SET sql_mode              = '' */ ;\n"
    f"DELIMITER ;;\n/*!50003 CREATE*/ /*!50017 {_DEFINER}*/ /*!50003 TRIGGER `kunden_vorher` BEFORE UPDATE ON `kunden` "
    f"FOR EACH ROW {_BODY} */;;\nDELIMITER ;\n/*!50003 SET sql_mode              = @saved_sql_mode */ ;\n"
    "/*!50001 DROP VIEW IF EXISTS `offene`*/;\n/*!50001 CREATE ALGORITHM=UNDEFINED */\n"
    f"/*!50013 {_DEFINER} SQL SECURITY DEFINER */\n/*!50001 VIEW `offene` AS {QUERY} */;\n"
)

OLD = (
    "/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;\n"
    "/*!40101 SET @OLD_CHARACTER_SET_RESULTS=@@CHARACTER_SET_RESULTS */;\n"
    "/*!40101 SET @OLD_COLLATION_CONNECTION=@@COLLATION_CONNECTION */;\n"
)
OLD_BACK = (
    "/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;\n"
    "/*!40101 SET CHARACTER_SET_RESULTS=@OLD_CHARACTER_SET_RESULTS */;\n"
    "/*!40101 SET COLLATION_CONNECTION=@OLD_COLLATION_CONNECTION */;\n"
)
KEEP = (
    "/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;\n/*!40103 SET TIME_ZONE='+00:00' */;\n"
    "/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */;\n"
    "/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;\n"
    "/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;\n"
    "/*!40111 SET @OLD_SQL_NOTES=@@SQL_NOTES, SQL_NOTES=0 */;\n"
)
BACK = (
    "/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;\n\n/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;\n"
    "/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;\n"
    "/*!40014 SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS */;\n"
    f"{OLD_BACK}/*!40111 SET SQL_NOTES=@OLD_SQL_NOTES */;\n"
)
_OF_MYSQLDUMP = Layout(
    "-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)\n--\n-- Host: localhost    Database: laden\n-- ---------"
    f"---------------------------------------------\n-- Server version\t8.0.36\n\n{OLD}"
    f"/*!50503 SET NAMES utf8mb4 */;\n{KEEP}",
    "\n--\n-- Table structure for table `{name}`\n--\n\nDROP TABLE IF EXISTS `{name}`;\n"
    "/*!40101 SET @saved_cs_client     = @@character_set_client */;\n/*!50503 SET character_set_client = utf8mb4 */;\n"
    "{create};\n/*!40101 SET character_set_client = @saved_cs_client */;\n\n--\n-- Dumping data for table `{name}`\n--"
    "\n\nLOCK TABLES `{name}` WRITE;\n/*!40000 ALTER TABLE `{name}` DISABLE KEYS */;\n{rows}"
    "/*!40000 ALTER TABLE `{name}` ENABLE KEYS */;\nUNLOCK TABLES;\n",
    "INSERT INTO `{name}` VALUES {rows};\n",
    f"{BACK}\n-- Dump completed on 2024-06-01 12:00:00\n",
    _CONDITIONAL,
)
_NAMED = "INSERT INTO `{name}` ({columns}) VALUES {rows};\n"
_NAMED_LINES = "INSERT INTO `{name}` ({columns}) VALUES\n{rows};\n"
_OF_HEIDISQL = Layout(
    "-- --------------------------------------------------------\n-- Host:                         127.0.0.1\n"
    "-- Server Version:               10.11.6-MariaDB - mariadb.org binary distribution\n"
    "-- Server-Betriebssystem:        Win64\n-- HeidiSQL Version:             12.6.0.6765\n"
    "-- --------------------------------------------------------\n\n"
    "/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;\n/*!40101 SET NAMES utf8 */;\n"
    "/*!50503 SET NAMES utf8mb4 */;\n/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;\n"
    "/*!40103 SET TIME_ZONE='+00:00' */;\n"
    "/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;\n"
    "/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;\n"
    "/*!40111 SET @OLD_SQL_NOTES=@@SQL_NOTES, SQL_NOTES=0 */;\n\n",
    "-- Exportiere Struktur von Tabelle laden.{name}\nDROP TABLE IF EXISTS `{name}`;\n{create};\n\n"
    "-- Exportiere Daten aus Tabelle laden.{name}: ~3 rows (ungefähr)\nDELETE FROM `{name}`;\n{rows}\n",
    _NAMED_LINES,
    "/*!40103 SET TIME_ZONE=IFNULL(@OLD_TIME_ZONE, 'system') */;\n"
    "/*!40101 SET SQL_MODE=IFNULL(@OLD_SQL_MODE, '') */;\n"
    "/*!40014 SET FOREIGN_KEY_CHECKS=IFNULL(@OLD_FOREIGN_KEY_CHECKS, 1) */;\n"
    "/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;\n"
    "/*!40111 SET SQL_NOTES=IFNULL(@OLD_SQL_NOTES, 1) */;\n",
    "SET @OLDTMP_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_ZERO_IN_DATE';\n" + _SLASHES + "SET SQL_MODE=@OLDTMP_SQL_MODE;\n",
    between=",\n\t",
)
_NAVICAT_RULE = "-- ----------------------------\n"
_OF_NAVICAT = Layout(
    "/*\n Navicat Premium Dump SQL\n\n Source Server         : laden\n Source Server Type    : MySQL\n"
    " Target Server Type    : MySQL\n File Encoding         : 65001\n\n Date: 01/06/2024 12:00:00\n*/\n\n"
    "SET NAMES utf8mb4;\nSET FOREIGN_KEY_CHECKS = 0;\n\n",
    f"{_NAVICAT_RULE}-- Table structure for {{name}}\n{_NAVICAT_RULE}DROP TABLE IF EXISTS `{{name}}`;\n{{create}};\n\n"
    f"{_NAVICAT_RULE}-- Records of {{name}}\n{_NAVICAT_RULE}{{rows}}\n",
    _NAMED,
    "SET FOREIGN_KEY_CHECKS = 1;\n",
    f"{_NAVICAT_RULE}-- View structure for offene\n{_NAVICAT_RULE}{PLAIN}",
    each=True,
    words=(
        ("`)", "`) USING BTREE"),
        ("FULLTEXT KEY `memo` (`memo`) USING BTREE", "FULLTEXT INDEX `memo`(`memo`)"),
        ("FOREIGN KEY (`kunde`) USING BTREE REFERENCES `kunden` (`id`) USING BTREE ON DELETE CASCADE",
         "FOREIGN KEY (`kunde`) REFERENCES `kunden` (`id`) ON DELETE CASCADE ON UPDATE RESTRICT"),
        (" DEFAULT NULL", " NULL DEFAULT NULL"),
        ("UNIQUE KEY", "UNIQUE INDEX"),
        (" DEFAULT CHARSET=utf8mb4 COLLATE=", " CHARACTER SET = utf8mb4 COLLATE = "),
        ("ENGINE=InnoDB AUTO_INCREMENT=8", "ENGINE = InnoDB AUTO_INCREMENT = 8"),
    ),
)  # fmt: skip
_OF_PHPMYADMIN = Layout(
    "-- phpMyAdmin SQL Dump\n-- version 5.2.1\n-- https://www.phpmyadmin.net/\n--\n-- Host: localhost:3306\n"
    'SET SQL_MODE = "NO_AUTO_VALUE_ON_ZERO";\nSTART TRANSACTION;\nSET time_zone = "+00:00";\n\n'
    f"{OLD}/*!40101 SET NAMES utf8mb4 */;\n\n--\n-- Datenbank: `laden`\n--\n",
    "-- --------------------------------------------------------\n\n--\n"
    "-- Tabellenstruktur für Tabelle `{name}`\n--\n\n"
    "DROP TABLE IF EXISTS `{name}`;\n{create};\n\n--\n-- Daten für Tabelle `{name}`\n--\n\n{rows}\n",
    _NAMED_LINES,
    f"COMMIT;\n\n{OLD_BACK}",
    "ALTER TABLE `kunden`\n  ADD PRIMARY KEY (`id`),\n  ADD UNIQUE KEY `name` (`name`),\n"
    "  ADD KEY `tag` (`tag`,`art`);\nALTER TABLE `kunden` ADD FULLTEXT KEY `memo` (`memo`);\n"
    "ALTER TABLE `belege`\n  ADD PRIMARY KEY (`id`),\n  ADD KEY `kunde` (`kunde`);\n"
    "ALTER TABLE `kunden`\n  MODIFY `id` int(11) NOT NULL AUTO_INCREMENT, AUTO_INCREMENT=8;\n"
    "ALTER TABLE `belege`\n  MODIFY `id` int(11) NOT NULL AUTO_INCREMENT, AUTO_INCREMENT=8;\n"
    f"ALTER TABLE `belege`\n  ADD {_FOREIGN};\n{_DOLLARS}",
    between=",\n",
    without_keys=True,
)
_OF_ADMINER = Layout(
    "-- Adminer 4.8.1 MySQL 10.11.6-MariaDB dump\n\nSET NAMES utf8;\nSET time_zone = '+00:00';\n"
    "SET foreign_key_checks = 0;\nSET sql_mode = 'NO_AUTO_VALUE_ON_ZERO';\n\nSET NAMES utf8mb4;\n\n",
    "DROP TABLE IF EXISTS `{name}`;\n{create};\n\n{rows}\n",
    "INSERT INTO `{name}` ({columns}) VALUES\n{rows}\nON DUPLICATE KEY UPDATE `id` = VALUES(`id`);\n",
    "-- 2024-06-01 12:00:00\n",
    PLAIN,
    between=",\n",
)
_OF_SEQUEL = Layout(
    "# ************************************************************\n# Sequel Ace SQL dump\n# Version 20062\n#\n"
    "# Host: 127.0.0.1 (MySQL 8.0.36)\n# Database: laden\n"
    "# ************************************************************\n\n\n"
    f"{OLD}/*!40101 SET NAMES utf8 */;\nSET NAMES utf8mb4;\n"
    "/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;\n"
    "/*!40101 SET @OLD_SQL_MODE='NO_AUTO_VALUE_ON_ZERO', SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;\n"
    "/*!40111 SET @OLD_SQL_NOTES=@@SQL_NOTES, SQL_NOTES=0 */;\n\n\n",
    "# Dump of table {name}\n# ------------------------------------------------------------\n\n"
    "DROP TABLE IF EXISTS `{name}`;\n\n{create};\n\nLOCK TABLES `{name}` WRITE;\n"
    "/*!40000 ALTER TABLE `{name}` DISABLE KEYS */;\n\n{rows}\n/*!40000 ALTER TABLE `{name}` ENABLE KEYS */;\n"
    "UNLOCK TABLES;\n\n\n",
    "INSERT INTO `{name}` ({columns})\nVALUES\n\t{rows};\n",
    "/*!40111 SET SQL_NOTES=@OLD_SQL_NOTES */;\n/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;\n"
    f"/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;\n{OLD_BACK}",
    PLAIN,
    between=",\n\t",
    hexadecimal="X'{}'",
)
_OF_SQLYOG = Layout(
    "/*\nSQLyog Ultimate v13.1.1 (64 bit)\nMySQL - 8.0.36 : Database - laden\n"
    "*********************************************************************\n*/\n\n/*!40101 SET NAMES utf8mb4 */;\n\n"
    "/*!40101 SET SQL_MODE=''*/;\n\n/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */;\n"
    "/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;\n"
    "/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;\n"
    "/*!40111 SET @OLD_SQL_NOTES=@@SQL_NOTES, SQL_NOTES=0 */;\n"
    "CREATE DATABASE /*!32312 IF NOT EXISTS*/`laden` /*!40100 DEFAULT CHARACTER SET utf8mb4 */;\n\nUSE `laden`;\n\n",
    "/*Table structure for table `{name}` */\n\nDROP TABLE IF EXISTS `{name}`;\n\n{create};\n\n"
    "/*Data for the table `{name}` */\n\n{rows}\n",
    "insert  into `{name}`({columns}) values \n{rows};\n",
    "/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;\n/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;\n"
    "/*!40014 SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS */;\n/*!40111 SET SQL_NOTES=@OLD_SQL_NOTES */;\n",
    _DOLLARS,
    between=",\n",
)
_OF_DBFORGE = Layout(
    "--\n-- Script was generated by Devart dbForge Studio for MySQL, Version 9.2.105.0\n"
    "-- Product home page: http://www.devart.com/dbforge/mysql/studio\n-- Script date 01.06.2024 12:00:00\n--\n\n"
    "/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;\n\n"
    "/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;\n\nSET NAMES 'utf8mb4';\n\n",
    "--\n-- Drop table `{name}`\n--\nDROP TABLE IF EXISTS `{name}`;\n\n--\n-- Create table `{name}`\n--\n{create};\n\n"
    "-- \n-- Dumping data for table {name}\n--\n{rows}\n",
    "INSERT INTO `{name}` VALUES\n{rows};\n",
    "/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;\n/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;\n",
    _DOLLARS,
    between=",\n",
)
_OF_TABLEPLUS = Layout(
    "-- -------------------------------------------------------------\n-- TablePlus 5.9.6(546)\n--\n"
    "-- https://tableplus.com/\n--\n-- Database: laden\n"
    f"-- -------------------------------------------------------------\n\n\n{OLD}/*!40101 SET NAMES utf8mb4 */;\n"
    "/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */;\n"
    "/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;\n"
    "/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;\n"
    "/*!40111 SET @OLD_SQL_NOTES=@@SQL_NOTES, SQL_NOTES=0 */;\n\n\n",
    "DROP TABLE IF EXISTS `{name}`;\n{create};\n\n{rows}\n",
    _NAMED_LINES,
    "/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;\n/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;\n"
    "/*!40014 SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS */;\n"
    f"{OLD_BACK}/*!40111 SET SQL_NOTES=@OLD_SQL_NOTES */;\n",
    PLAIN,
    between=",\n",
    hexadecimal="X'{}'",
)
_OF_MYSQLBACKUP_NET = _OF_MYSQLDUMP._replace(
    head="-- MySqlBackup.NET 2.3.8.0\n-- Dump Time: 2024-06-01 12:00:00\n-- --------------------------------------\n"
    f"-- Server version 8.0.36 MySQL Community Server - GPL\n\n\n{OLD}/*!40101 SET NAMES utf8mb4 */;\n{KEEP}",
    table="-- \n-- Definition of {name}\n-- \n\nDROP TABLE IF EXISTS `{name}`;\n{create};\n\n-- \n"
    "-- Dumping data for table {name}\n-- \n\n/*!40000 ALTER TABLE `{name}` DISABLE KEYS */;\n{rows}"
    "/*!40000 ALTER TABLE `{name}` ENABLE KEYS */;\n\n",
    rows="INSERT INTO `{name}`({columns}) VALUES\n{rows};\n",
    tail=f"{BACK}\n\n-- Dump completed on 2024-06-01 12:00:00\n-- Total time: 0:0:0:0:42 (d:h:m:s:ms)\n",
    views=_SLASHES,
    between=",\n",
)
_OF_MYSQLPUMP = Layout(
    "-- Dump created by MySQL pump utility, version: 8.0.36, Linux (x86_64)\n"
    "-- Dump start time: Sat Jun  1 12:00:00 2024\n-- Server version: 8.0.36\n\n"
    "SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0;\n"
    "SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0;\nSET @OLD_SQL_MODE=@@SQL_MODE;\n"
    'SET SQL_MODE="NO_AUTO_VALUE_ON_ZERO";\nSET @@SESSION.SQL_LOG_BIN= 0;\nSET @OLD_TIME_ZONE=@@TIME_ZONE;\n'
    "SET TIME_ZONE='+00:00';\nSET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT;\nSET NAMES utf8mb4;\n"
    "CREATE DATABASE /*!32312 IF NOT EXISTS*/ `laden` /*!40100 DEFAULT CHARACTER SET utf8mb4 */;\n",
    "{create}\n;\n{rows}",
    "INSERT INTO `laden`.`{name}` VALUES {rows};\n",
    "SET TIME_ZONE=@OLD_TIME_ZONE;\nSET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT;\n"
    "SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS;\nSET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS;\n"
    "SET SQL_MODE=@OLD_SQL_MODE;\n-- Dump end time: Sat Jun  1 12:00:00 2024\n",
    "USE `laden`;\nALTER TABLE `laden`.`kunden` ADD KEY `tag` (`tag`,`art`);\n"
    + _SLASHES.replace("VIEW `offene`", "VIEW `laden`.`offene`").replace(
        "DELIMITER //\n", "DELIMITER //\nUSE `laden`//\n"
    ),
    words=(("CREATE TABLE `", "CREATE TABLE `laden`.`"), (",\n  KEY `tag` (`tag`,`art`)", ""), ("\n  ", "\n")),
    quote='"',
)
_OF_WORKBENCH = Layout(
    "-- MySQL Workbench Forward Engineering\n\nSET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0;\n"
    "SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0;\n"
    "SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION';\n\n"
    "-- Schema laden\nCREATE SCHEMA IF NOT EXISTS `laden` DEFAULT CHARACTER SET utf8mb4 ;\nUSE `laden` ;\n\n",
    "-- Table `laden`.`{name}`\nDROP TABLE IF EXISTS `laden`.`{name}` ;\n\n{create};\n\n"
    "-- Data for table `laden`.`{name}`\nSTART TRANSACTION;\nUSE `laden`;\n{rows}\nCOMMIT;\n\n",
    "INSERT INTO `laden`.`{name}` ({columns}) VALUES {rows};\n",
    "SET SQL_MODE=@OLD_SQL_MODE;\nSET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS;\n"
    "SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS;\n",
    _DOLLARS.replace("DELIMITER $$\n", "\nDELIMITER $$\nUSE `laden`$$\n").replace(
        "VIEW `offene`", "VIEW `laden`.`offene`"
    ),
    each=True,
    words=(
        ("CREATE TABLE `", "CREATE TABLE IF NOT EXISTS `laden`.`"),
        (" DEFAULT NULL", " NULL DEFAULT NULL"),
        ("REFERENCES `", "REFERENCES `laden`.`"),
        (" DEFAULT CHARSET=", "\nDEFAULT CHARACTER SET = "),
        ("ENGINE=", "ENGINE = "),
    ),
)
_OF_MYSQL_5 = _OF_MYSQLDUMP._replace(
    head=_OF_MYSQLDUMP.head.replace("8.0.36", "5.6.51").replace("50503 SET NAMES utf8mb4", "40101 SET NAMES utf8mb4"),
    table=_OF_MYSQLDUMP.table.replace(
        "50503 SET character_set_client = utf8mb4", "40101 SET character_set_client=utf8"
    ),
)

#: By the name that people know, with the dialect that the analysis tells.
LAYOUTS: dict[str, tuple[str, Layout]] = {
    "mysqldump of MySQL 8 (also MySQL Workbench and DBeaver)": ("mysqldump", _OF_MYSQLDUMP),
    "mysqldump of MySQL 5": ("mysqldump", _OF_MYSQL_5),
    "MySqlBackup.NET": ("mysqlbackup.net", _OF_MYSQLBACKUP_NET),
    "phpMyAdmin 5": ("phpmyadmin", _OF_PHPMYADMIN),
    "Adminer 4": ("adminer", _OF_ADMINER),
    "HeidiSQL 12": ("heidisql", _OF_HEIDISQL),
    "Navicat": ("navicat", _OF_NAVICAT),
    "SQLyog": ("sqlyog", _OF_SQLYOG),
    "dbForge Studio": ("dbforge", _OF_DBFORGE),
    "Sequel Ace": ("sequel-ace", _OF_SEQUEL),
    "TablePlus": ("tableplus", _OF_TABLEPLUS),
    "mysqlpump of MySQL 5.7 and 8.0": ("mysqlpump", _OF_MYSQLPUMP),
    "script of MySQL Workbench": ("unknown", _OF_WORKBENCH),
}


def dump_of(layout: Layout) -> str:
    """Return the company in this layout."""
    tables = []
    for name, (columns, keys, foreign, comment) in _TABLES.items():
        lines = [
            f"`{column}` {kind.replace(' AUTO_INCREMENT', '') if layout.without_keys else kind}"
            for column, kind in columns
        ]
        if not layout.without_keys:
            lines += [*keys, *filter(None, (foreign,))]
        end = _END.format(comment)
        create = f"CREATE TABLE `{name}` (\n  " + ",\n  ".join(lines) + f"\n) {end}"
        for word, other in layout.words:
            create = create.replace(word, other)
        named = ", ".join(f"`{column}`" for column, _kind in columns)
        rows = [f"({', '.join(_cell(cell, layout) for cell in row)})" for row in _ROWS[name]]
        together = rows if layout.each else [layout.between.join(rows)]
        written = "".join(layout.rows.format(name=name, columns=named, rows=one) for one in together)
        tables.append(layout.table.format(name=name, create=create, rows=written, count=len(rows)))
    return layout.head + "".join(tables) + layout.views + "\n" + layout.tail


def _cell(cell: Cell, layout: Layout) -> str:
    if cell is None:
        return "NULL"
    if isinstance(cell, bytes):
        return layout.hexadecimal.format(cell.hex().upper()) if cell else "''"
    if isinstance(cell, str):
        escapes = {"\\": "\\\\", layout.quote: f"\\{layout.quote}", "\r": "\\r", "\n": "\\n", "\t": "\t"}
        return layout.quote + "".join(escapes.get(letter, letter) for letter in cell) + layout.quote
    return str(cell)
