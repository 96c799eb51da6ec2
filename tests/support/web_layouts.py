# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The small company of program_layouts as programs lay it out that run on a web server, beside what they back up."""

from __future__ import annotations

from program_layouts import BACK, KEEP, OLD, OLD_BACK, PLAIN, QUERY, TRIGGER, Layout

_OF_MYSQLDUMP_PHP = Layout(
    "-- mysqldump-php https://github.com/ifsnop/mysqldump-php\n--\n-- Host: localhost\tDatabase: laden\n"
    "-- ------------------------------------------------------\n-- Server version \t8.0.36\n"
    f"-- Date: Sat, 01 Jun 2024 12:00:00 +0000\n\n{OLD}/*!40101 SET NAMES utf8mb4 */;\n{KEEP}\n",
    "--\n-- Table structure for table `{name}`\n--\n\n"
    "/*!40101 SET @saved_cs_client     = @@character_set_client */;\n"
    "/*!40101 SET character_set_client = utf8mb4 */;\n{create};\n"
    "/*!40101 SET character_set_client = @saved_cs_client */;\n\n--\n-- Dumping data for table `{name}`\n--\n\n"
    "LOCK TABLES `{name}` WRITE;\n/*!40000 ALTER TABLE `{name}` DISABLE KEYS */;\nSET autocommit=0;\n{rows}"
    "/*!40000 ALTER TABLE `{name}` ENABLE KEYS */;\nUNLOCK TABLES;\nCOMMIT;\n\n"
    "-- Dumped table `{name}` with {count} row(s)\n--\n\n",
    "INSERT INTO `{name}` VALUES {rows};\n",
    f"{BACK}\n-- Dump completed on: Sat, 01 Jun 2024 12:00:00 +0000\n",
    "--\n-- Dumping triggers for database 'laden'\n--\n\nDELIMITER ;;\n"
    + TRIGGER.replace("CREATE ", "/*!50003 CREATE*/ /*!50017 ", 1).replace(" TRIGGER", "*/ /*!50003 TRIGGER", 1)
    + " */;;\nDELIMITER ;\n\n--\n-- Stand-In structure for view `offene`\n--\n\n"
    "CREATE TABLE IF NOT EXISTS `offene` (\n`id` int\n,`beleg` varchar(103)\n);\n--"
    "\n-- View structure for view `offene`\n--\n\nDROP TABLE IF EXISTS `offene`;\n"
    "/*!50001 DROP VIEW IF EXISTS `offene`*/;\n/*!50001 CREATE ALGORITHM=UNDEFINED */\n"
    f"/*!50013 DEFINER=`root`@`localhost` SQL SECURITY DEFINER */\n/*!50001 VIEW `offene` AS {QUERY} */;\n\n",
)
_OF_UPDRAFTPLUS = Layout(
    "# WordPress MySQL database backup\n# Created by UpdraftPlus version 1.24.1 (https://updraftplus.com)\n"
    "# Backup of: https://laden.example\n\n# Generated: Saturday 1. June 2024 12:00 UTC\n# Hostname: localhost\n"
    "# Database: `laden`\n# --------------------------------------------------------\n"
    f"{OLD}/*!40101 SET NAMES utf8mb4 */;\n/*!40101 SET foreign_key_checks = 0 */;\n\n",
    "# Table: `{name}`\n# Approximate rows expected in table: {count}\n\nDROP TABLE IF EXISTS `{name}`;\n{create} ;\n"
    "# Data contents of table `{name}`\n{rows}# End of data contents of table `{name}`\n\n",
    "INSERT INTO `{name}` VALUES {rows};\n",
    OLD_BACK,
    PLAIN,
    between=",\n ",
)
_OF_BACKWPUP = Layout(
    "-- ---------------------------------------------------------\n-- BackWPup Database Dump\n"
    "-- Created with BackWPup ver.: 5.0.0\n-- http://laden.example\n"
    f"-- ---------------------------------------------------------\n\n{OLD}/*!40101 SET NAMES utf8mb4 */;\n{KEEP}\n",
    "DROP TABLE IF EXISTS `{name}`;\n/*!40101 SET @saved_cs_client     = @@character_set_client */;\n"
    "/*!40101 SET character_set_client = 'utf8mb4' */;\n{create};\n"
    "/*!40101 SET character_set_client = @saved_cs_client */;\n\n-- Backup data for table `{name}`\n\n"
    "LOCK TABLES `{name}` WRITE;\n/*!40000 ALTER TABLE `{name}` DISABLE KEYS */;\n{rows}"
    "/*!40000 ALTER TABLE `{name}` ENABLE KEYS */;\nUNLOCK TABLES;\n\n",
    "INSERT INTO `{name}` ({columns}) VALUES \n{rows};\n",
    BACK,
    PLAIN,
    between=",\n",
)
_OF_DUPLICATOR = Layout(
    "/* DUPLICATOR-LITE (PHP BUILD MODE) MYSQL SCRIPT CREATED ON : 2024-06-01 12:00:00 */\n\n"
    "/*!40101 SET NAMES utf8mb4 */;\n/*!40101 SET SQL_MODE='NO_AUTO_VALUE_ON_ZERO'*/;\n"
    "/*!40103 SET TIME_ZONE='+00:00' */;\n\nSET FOREIGN_KEY_CHECKS = 0;\n\n",
    "{create};\n\n\n/* INSERT TABLE DATA: {name} */\n{rows}\n",
    "INSERT INTO `{name}` VALUES{rows};\n",
    "SET FOREIGN_KEY_CHECKS = 1; \n\n/* Duplicator WordPress Timestamp: 2024-06-01 12:00:00*/\n"
    "/* DUPLICATOR_MYSQLDUMP_EOF */\n",
    PLAIN,
    each=True,
    quote='"',
)
_OF_MAGENTO = Layout(
    "-- Magento DB backup\n--\n-- Host: localhost    Database: laden\n"
    "-- ------------------------------------------------------\n-- Server version: 8.0.36\n\n"
    f"{OLD}/*!40101 SET NAMES utf8mb4 */;\n{KEEP}\n",
    "--\n-- Table structure for table `{name}`\n--\n\nDROP TABLE IF EXISTS `{name}`;\n{create};\n\n--\n"
    "-- Dumping data for table `{name}`\n--\n\nLOCK TABLES `{name}` WRITE;\n"
    "/*!40000 ALTER TABLE `{name}` DISABLE KEYS */;\n{rows}/*!40000 ALTER TABLE `{name}` ENABLE KEYS */;\n"
    "UNLOCK TABLES;\n\n",
    "INSERT INTO `{name}` VALUES {rows};\n",
    f"{BACK}\n-- Dump completed on 2024-06-01 12:00:00 GMT",
    PLAIN,
    between=", ",
)
_OF_SYPEX = Layout(
    "#SXD20|20011|80036|70433|2024.06.01 12:00:00|laden|utf8|2|6|\n#TA kunden`3`16384|belege`3`16384\n#EOH\n\n"
    "SET NAMES utf8mb4\t;\nSET sql_mode = 'NO_AUTO_VALUE_ON_ZERO', time_zone = '+00:00', foreign_key_checks = 0\t;\n",
    "#\tTC`{name}`utf8mb4_unicode_ci\t;\n{create}\t;\n#\tTD`{name}`utf8mb4_unicode_ci\t;\n{rows}",
    "INSERT INTO `{name}` VALUES \n{rows}\t;\n",
    "",
    PLAIN,
    between=",\n",
)

#: By the name that people know, with the dialect that the analysis tells.
WEB_LAYOUTS: dict[str, tuple[str, Layout]] = {
    "mysqldump-php": ("mysqldump-php", _OF_MYSQLDUMP_PHP),
    "UpdraftPlus": ("unknown", _OF_UPDRAFTPLUS),
    "BackWPup": ("unknown", _OF_BACKWPUP),
    "Duplicator": ("unknown", _OF_DUPLICATOR),
    "Magento": ("unknown", _OF_MAGENTO),
    "Sypex Dumper": ("unknown", _OF_SYPEX),
}
