/*M!999999\- enable the sandbox mode */ 

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET @OLD_CHARACTER_SET_RESULTS=@@CHARACTER_SET_RESULTS */;
/*!40101 SET @OLD_COLLATION_CONNECTION=@@COLLATION_CONNECTION */;
/*!40101 SET NAMES utf8mb4 */;
/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;
/*!40103 SET TIME_ZONE='+00:00' */;
/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
/*!40111 SET @OLD_SQL_NOTES=@@SQL_NOTES, SQL_NOTES=0 */;
DROP TABLE IF EXISTS `BACK_RESTORE_MARKER`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `BACK_RESTORE_MARKER` (
  `kind` varchar(32) NOT NULL,
  `content` longtext NOT NULL,
  PRIMARY KEY (`kind`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `BACK_RESTORE_MARKER` WRITE;
/*!40000 ALTER TABLE `BACK_RESTORE_MARKER` DISABLE KEYS */;
INSERT INTO `BACK_RESTORE_MARKER` VALUES
('finished','{\"format\": 1, \"objects\": {\"definition:BELEG\": \"209425cd38247006143eaacec8c2ebc4\", \"foreign_keys:BELEG\": \"f9bd8cb114c7fbf9563ee65989b18eef\", \"trigger:beleg_text\": \"f6ae6ebda61b168e7ffccc99f8b50dde\", \"trigger_settings:beleg_text\": \"9d1a0520ce87b2f095ee8f68b7aa805d\", \"view:OFFENE\": \"d9db9b8ac5fc85381564173d0c2a2dd0\", \"view_settings:OFFENE\": \"9e43d045df78090b9c67a8e4018d4a45\"}}'),
('restore','{\"analysis\": {\"company\": null, \"db_version\": null, \"dialect\": \"mysqldump\", \"encoding\": \"latin1\", \"file\": {\"encryption\": \"none\", \"member\": null, \"path\": \"/srv/backup/first.sql\", \"sha256\": \"afe48b5eef1e6e9dd6f1156db898ddeb96488ce3b0ed7a65541ecf77ac1733a2\", \"size\": 861}, \"findings\": [], \"head\": [\"-- MySQL dump 10.13  Distrib 5.6.51, for Win64 (x86_64)\", \"/*!40101 SET NAMES latin1 */;\", \"CREATE TABLE `KUNDE` (`REC_ID` int NOT NULL, `NAME` varchar(40) DEFAULT NULL, `UMSATZ` decimal(12,4) DEFAULT NULL,\", \"  PRIMARY KEY (`REC_ID`)) ENGINE=InnoDB DEFAULT CHARSET=latin1;\", \"CREATE TABLE `BELEG` (`REC_ID` int NOT NULL, `KUNDE_ID` int DEFAULT NULL, `TEXT` varchar(40) DEFAULT NULL,\", \"  PRIMARY KEY (`REC_ID`), KEY `KUNDE` (`KUNDE_ID`),\", \"  CONSTRAINT `beleg_kunde` FOREIGN KEY (`KUNDE_ID`) REFERENCES `KUNDE` (`REC_ID`)) ENGINE=InnoDB DEFAULT CHARSET=latin1;\", \"INSERT INTO `KUNDE` VALUES ...;\", \"INSERT INTO `BELEG` VALUES ...;\", \"CREATE TRIGGER `beleg_text` BEFORE INSERT ON `BELEG` FOR EACH ROW SET NEW.TEXT = TRIM(NEW.TEXT);\"], \"header\": {\"date\": \"2026-01-02  3:04:05\", \"mandant\": null, \"program\": \"MySQL dump 10.13  Distrib 5.6.51, for Win64 (x86_64)\"}, \"last_document_date\": null, \"repairs\": [], \"rows\": 4, \"statements\": 7, \"tables\": [{\"bytes\": 44, \"name\": \"KUNDE\", \"rows\": 2}, {\"bytes\": 20, \"name\": \"BELEG\", \"rows\": 2}]}, \"asked\": {\"encoding\": \"auto\", \"engine\": \"\", \"repairs\": \"apply\"}, \"chosen\": [], \"earlier\": [], \"errors\": 0, \"format\": 1, \"gave_way\": [], \"kept\": [], \"lacks\": [], \"made\": {\"name\": \"cao_stored\", \"scratch\": false, \"what\": \"content\"}, \"moves\": [[\"BACK_RESTORE_NEW_0001\", \"KUNDE\"], [\"BACK_RESTORE_NEW_0002\", \"BELEG\"], [\"BACK_RESTORE_NEW_MARKER\", \"BACK_RESTORE_MARKER\"]], \"neutralised\": [], \"older\": [], \"pending\": [{\"do\": \"add_foreign_key\", \"name\": \"beleg_kunde\", \"names\": [], \"sql\": \"ADD CONSTRAINT `beleg_kunde` FOREIGN KEY (`KUNDE_ID`) REFERENCES `KUNDE` (`REC_ID`)\", \"sql_mode\": \"\", \"table\": \"BELEG\"}, {\"do\": \"create_trigger\", \"name\": \"beleg_text\", \"names\": [], \"sql\": \"CREATE TRIGGER `beleg_text` BEFORE INSERT ON `BELEG` FOR EACH ROW SET NEW.TEXT = TRIM(NEW.TEXT)\", \"sql_mode\": \"ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,STRICT_TRANS_TABLES\", \"table\": \"BELEG\"}, {\"do\": \"create_view\", \"name\": \"OFFENE\", \"names\": [], \"sql\": \"CREATE VIEW `OFFENE` AS SELECT `REC_ID` FROM `BELEG`\", \"sql_mode\": \"\", \"table\": \"\"}], \"previous\": {\"marker\": null, \"restored\": [], \"tables\": {}}, \"restored_at\": \"2026-11-27T14:07:17Z\", \"run\": \"e830a2c260134f618681a94273e54b5c\", \"scope\": [], \"sha256\": \"afe48b5eef1e6e9dd6f1156db898ddeb96488ce3b0ed7a65541ecf77ac1733a2\", \"stayed\": {}, \"tables\": {\"BELEG\": {\"checksum\": 1783371770, \"definition\": \"209425cd38247006143eaacec8c2ebc4\", \"measure\": \"every_row\", \"rows\": 2, \"unwritten\": \"\"}, \"KUNDE\": {\"checksum\": 2335259960, \"definition\": \"9e422d0f605e570ad16a0a76c977ebb8\", \"measure\": \"every_row\", \"rows\": 2, \"unwritten\": \"\"}}, \"taken_back\": [], \"triggers\": {\"beleg_text\": \"BELEG\"}, \"undone\": {}, \"version\": \"2.0.0\", \"views\": [\"OFFENE\"], \"views_kept\": []}');
/*!40000 ALTER TABLE `BACK_RESTORE_MARKER` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `BACK_RESTORE_NEW_0001`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `BACK_RESTORE_NEW_0001` (
  `REC_ID` int(11) NOT NULL,
  `NAME` varchar(40) DEFAULT NULL,
  `UMSATZ` decimal(12,4) DEFAULT NULL,
  PRIMARY KEY (`REC_ID`)
) ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `BACK_RESTORE_NEW_0001` WRITE;
/*!40000 ALTER TABLE `BACK_RESTORE_NEW_0001` DISABLE KEYS */;
INSERT INTO `BACK_RESTORE_NEW_0001` VALUES
(1,'Kräuterhof zwei',12.5000),
(2,NULL,NULL);
/*!40000 ALTER TABLE `BACK_RESTORE_NEW_0001` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `BACK_RESTORE_NEW_0002`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `BACK_RESTORE_NEW_0002` (
  `REC_ID` int(11) NOT NULL,
  `KUNDE_ID` int(11) DEFAULT NULL,
  `TEXT` varchar(40) DEFAULT NULL,
  PRIMARY KEY (`REC_ID`),
  KEY `KUNDE` (`KUNDE_ID`)
) ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `BACK_RESTORE_NEW_0002` WRITE;
/*!40000 ALTER TABLE `BACK_RESTORE_NEW_0002` DISABLE KEYS */;
INSERT INTO `BACK_RESTORE_NEW_0002` VALUES
(1,1,'zwei'),
(2,2,'');
/*!40000 ALTER TABLE `BACK_RESTORE_NEW_0002` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `BACK_RESTORE_NEW_MARKER`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `BACK_RESTORE_NEW_MARKER` (
  `kind` varchar(32) NOT NULL,
  `content` longtext NOT NULL,
  PRIMARY KEY (`kind`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `BACK_RESTORE_NEW_MARKER` WRITE;
/*!40000 ALTER TABLE `BACK_RESTORE_NEW_MARKER` DISABLE KEYS */;
INSERT INTO `BACK_RESTORE_NEW_MARKER` VALUES
('restore','{\"analysis\": {\"company\": null, \"db_version\": null, \"dialect\": \"mysqldump\", \"encoding\": \"latin1\", \"file\": {\"encryption\": \"none\", \"member\": null, \"path\": \"/srv/backup/second.sql\", \"sha256\": \"387732e45f2ea3f9b5361ca2d472ae66a95032f42dae43b5718f0cb169fb2456\", \"size\": 861}, \"findings\": [], \"head\": [\"-- MySQL dump 10.13  Distrib 5.6.51, for Win64 (x86_64)\", \"/*!40101 SET NAMES latin1 */;\", \"CREATE TABLE `KUNDE` (`REC_ID` int NOT NULL, `NAME` varchar(40) DEFAULT NULL, `UMSATZ` decimal(12,4) DEFAULT NULL,\", \"  PRIMARY KEY (`REC_ID`)) ENGINE=InnoDB DEFAULT CHARSET=latin1;\", \"CREATE TABLE `BELEG` (`REC_ID` int NOT NULL, `KUNDE_ID` int DEFAULT NULL, `TEXT` varchar(40) DEFAULT NULL,\", \"  PRIMARY KEY (`REC_ID`), KEY `KUNDE` (`KUNDE_ID`),\", \"  CONSTRAINT `beleg_kunde` FOREIGN KEY (`KUNDE_ID`) REFERENCES `KUNDE` (`REC_ID`)) ENGINE=InnoDB DEFAULT CHARSET=latin1;\", \"INSERT INTO `KUNDE` VALUES ...;\", \"INSERT INTO `BELEG` VALUES ...;\", \"CREATE TRIGGER `beleg_text` BEFORE INSERT ON `BELEG` FOR EACH ROW SET NEW.TEXT = TRIM(NEW.TEXT);\"], \"header\": {\"date\": \"2026-01-02  3:04:05\", \"mandant\": null, \"program\": \"MySQL dump 10.13  Distrib 5.6.51, for Win64 (x86_64)\"}, \"last_document_date\": null, \"repairs\": [], \"rows\": 4, \"statements\": 7, \"tables\": [{\"bytes\": 44, \"name\": \"KUNDE\", \"rows\": 2}, {\"bytes\": 20, \"name\": \"BELEG\", \"rows\": 2}]}, \"asked\": {\"encoding\": \"auto\", \"engine\": \"\", \"repairs\": \"apply\"}, \"chosen\": [], \"earlier\": [], \"errors\": 0, \"format\": 1, \"gave_way\": [{\"do\": \"add_foreign_key\", \"name\": \"beleg_kunde\", \"names\": [], \"sql\": \"ADD CONSTRAINT `beleg_kunde` FOREIGN KEY (`KUNDE_ID`) REFERENCES `KUNDE` (`REC_ID`)\", \"sql_mode\": \"\", \"table\": \"BELEG\"}, {\"do\": \"create_trigger\", \"name\": \"beleg_text\", \"names\": [], \"sql\": \"CREATE DEFINER=`root`@`localhost` TRIGGER `beleg_text` BEFORE INSERT ON `BELEG` FOR EACH ROW SET NEW.TEXT = TRIM(NEW.TEXT)\", \"sql_mode\": \"STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION\", \"table\": \"BELEG\"}], \"kept\": [], \"lacks\": [], \"made\": {\"name\": \"cao_stored\", \"scratch\": false, \"what\": \"content\"}, \"moves\": [[\"BELEG\", \"BACK_BELEG\"], [\"KUNDE\", \"BACK_KUNDE\"], [\"OFFENE\", \"BACK_OFFENE\"], [\"BACK_RESTORE_NEW_0001\", \"KUNDE\"], [\"BACK_RESTORE_NEW_0002\", \"BELEG\"], [\"BACK_RESTORE_MARKER\", \"BACK_RESTORE_OLD_0001\"], [\"BACK_RESTORE_NEW_MARKER\", \"BACK_RESTORE_MARKER\"]], \"neutralised\": [], \"older\": [], \"pending\": [{\"do\": \"drop_foreign_key\", \"name\": \"beleg_kunde\", \"names\": [], \"sql\": \"\", \"sql_mode\": \"\", \"table\": \"BACK_BELEG\"}, {\"do\": \"drop_trigger\", \"name\": \"beleg_text\", \"names\": [], \"sql\": \"\", \"sql_mode\": \"\", \"table\": \"BACK_BELEG\"}, {\"do\": \"add_foreign_key\", \"name\": \"beleg_kunde\", \"names\": [], \"sql\": \"ADD CONSTRAINT `beleg_kunde` FOREIGN KEY (`KUNDE_ID`) REFERENCES `KUNDE` (`REC_ID`)\", \"sql_mode\": \"\", \"table\": \"BELEG\"}, {\"do\": \"create_trigger\", \"name\": \"beleg_text\", \"names\": [], \"sql\": \"CREATE TRIGGER `beleg_text` BEFORE INSERT ON `BELEG` FOR EACH ROW SET NEW.TEXT = TRIM(NEW.TEXT)\", \"sql_mode\": \"ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,STRICT_TRANS_TABLES\", \"table\": \"BELEG\"}, {\"do\": \"create_view\", \"name\": \"OFFENE\", \"names\": [], \"sql\": \"CREATE VIEW `OFFENE` AS SELECT `REC_ID` FROM `BELEG`\", \"sql_mode\": \"\", \"table\": \"\"}, {\"do\": \"drop_tables\", \"name\": \"\", \"names\": [\"BACK_RESTORE_OLD_0001\"], \"sql\": \"\", \"sql_mode\": \"\", \"table\": \"\"}], \"previous\": {\"marker\": {\"analysis\": {\"company\": null, \"db_version\": null, \"dialect\": \"mysqldump\", \"encoding\": \"latin1\", \"file\": {\"encryption\": \"none\", \"member\": null, \"path\": \"/srv/backup/first.sql\", \"sha256\": \"afe48b5eef1e6e9dd6f1156db898ddeb96488ce3b0ed7a65541ecf77ac1733a2\", \"size\": 861}, \"findings\": [], \"head\": [\"-- MySQL dump 10.13  Distrib 5.6.51, for Win64 (x86_64)\", \"/*!40101 SET NAMES latin1 */;\", \"CREATE TABLE `KUNDE` (`REC_ID` int NOT NULL, `NAME` varchar(40) DEFAULT NULL, `UMSATZ` decimal(12,4) DEFAULT NULL,\", \"  PRIMARY KEY (`REC_ID`)) ENGINE=InnoDB DEFAULT CHARSET=latin1;\", \"CREATE TABLE `BELEG` (`REC_ID` int NOT NULL, `KUNDE_ID` int DEFAULT NULL, `TEXT` varchar(40) DEFAULT NULL,\", \"  PRIMARY KEY (`REC_ID`), KEY `KUNDE` (`KUNDE_ID`),\", \"  CONSTRAINT `beleg_kunde` FOREIGN KEY (`KUNDE_ID`) REFERENCES `KUNDE` (`REC_ID`)) ENGINE=InnoDB DEFAULT CHARSET=latin1;\", \"INSERT INTO `KUNDE` VALUES ...;\", \"INSERT INTO `BELEG` VALUES ...;\", \"CREATE TRIGGER `beleg_text` BEFORE INSERT ON `BELEG` FOR EACH ROW SET NEW.TEXT = TRIM(NEW.TEXT);\"], \"header\": {\"date\": \"2026-01-02  3:04:05\", \"mandant\": null, \"program\": \"MySQL dump 10.13  Distrib 5.6.51, for Win64 (x86_64)\"}, \"last_document_date\": null, \"repairs\": [], \"rows\": 4, \"statements\": 7, \"tables\": [{\"bytes\": 44, \"name\": \"KUNDE\", \"rows\": 2}, {\"bytes\": 20, \"name\": \"BELEG\", \"rows\": 2}]}, \"asked\": {\"encoding\": \"auto\", \"engine\": \"\", \"repairs\": \"apply\"}, \"chosen\": [], \"earlier\": [], \"errors\": 0, \"format\": 1, \"gave_way\": [], \"kept\": [], \"lacks\": [], \"made\": {\"name\": \"cao_stored\", \"scratch\": false, \"what\": \"content\"}, \"moves\": [], \"neutralised\": [], \"objects\": {\"definition:BELEG\": \"209425cd38247006143eaacec8c2ebc4\", \"foreign_keys:BELEG\": \"f9bd8cb114c7fbf9563ee65989b18eef\", \"trigger:beleg_text\": \"f6ae6ebda61b168e7ffccc99f8b50dde\", \"trigger_settings:beleg_text\": \"9d1a0520ce87b2f095ee8f68b7aa805d\", \"view:OFFENE\": \"d9db9b8ac5fc85381564173d0c2a2dd0\", \"view_settings:OFFENE\": \"9e43d045df78090b9c67a8e4018d4a45\"}, \"older\": [], \"pending\": [], \"previous\": {\"marker\": null, \"restored\": [], \"tables\": {}}, \"restored_at\": \"2026-11-27T14:07:17Z\", \"run\": \"e830a2c260134f618681a94273e54b5c\", \"scope\": [], \"sha256\": \"afe48b5eef1e6e9dd6f1156db898ddeb96488ce3b0ed7a65541ecf77ac1733a2\", \"stayed\": {}, \"tables\": {\"BELEG\": {\"checksum\": 1783371770, \"definition\": \"209425cd38247006143eaacec8c2ebc4\", \"measure\": \"every_row\", \"rows\": 2, \"unwritten\": \"\"}, \"KUNDE\": {\"checksum\": 2335259960, \"definition\": \"9e422d0f605e570ad16a0a76c977ebb8\", \"measure\": \"every_row\", \"rows\": 2, \"unwritten\": \"\"}}, \"taken_back\": [], \"triggers\": {\"beleg_text\": \"BELEG\"}, \"undone\": {}, \"version\": \"2.0.0\", \"views\": [\"OFFENE\"], \"views_kept\": []}, \"restored\": [{\"do\": \"add_foreign_key\", \"name\": \"beleg_kunde\", \"names\": [], \"sql\": \"ADD CONSTRAINT `beleg_kunde` FOREIGN KEY (`KUNDE_ID`) REFERENCES `KUNDE` (`REC_ID`)\", \"sql_mode\": \"\", \"table\": \"BELEG\"}, {\"do\": \"create_trigger\", \"name\": \"beleg_text\", \"names\": [], \"sql\": \"CREATE DEFINER=`root`@`localhost` TRIGGER `beleg_text` BEFORE INSERT ON `BELEG` FOR EACH ROW SET NEW.TEXT = TRIM(NEW.TEXT)\", \"sql_mode\": \"STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION\", \"table\": \"BELEG\"}], \"tables\": {\"BELEG\": \"BACK_BELEG\", \"KUNDE\": \"BACK_KUNDE\", \"OFFENE\": \"BACK_OFFENE\"}}, \"restored_at\": \"2026-11-27T14:07:17Z\", \"run\": \"3bc34f64ee3a4b8eb4702d057fd10751\", \"scope\": [], \"sha256\": \"387732e45f2ea3f9b5361ca2d472ae66a95032f42dae43b5718f0cb169fb2456\", \"stayed\": {}, \"tables\": {\"BELEG\": {\"checksum\": 2154882495, \"definition\": \"209425cd38247006143eaacec8c2ebc4\", \"measure\": \"every_row\", \"rows\": 2, \"unwritten\": \"\"}, \"KUNDE\": {\"checksum\": 2353587238, \"definition\": \"9e422d0f605e570ad16a0a76c977ebb8\", \"measure\": \"every_row\", \"rows\": 2, \"unwritten\": \"\"}}, \"taken_back\": [], \"triggers\": {\"beleg_text\": \"BELEG\"}, \"undone\": {}, \"version\": \"2.0.0\", \"views\": [\"OFFENE\"], \"views_kept\": []}');
/*!40000 ALTER TABLE `BACK_RESTORE_NEW_MARKER` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `BELEG`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `BELEG` (
  `REC_ID` int(11) NOT NULL,
  `KUNDE_ID` int(11) DEFAULT NULL,
  `TEXT` varchar(40) DEFAULT NULL,
  PRIMARY KEY (`REC_ID`),
  KEY `KUNDE` (`KUNDE_ID`),
  CONSTRAINT `beleg_kunde` FOREIGN KEY (`KUNDE_ID`) REFERENCES `KUNDE` (`REC_ID`)
) ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `BELEG` WRITE;
/*!40000 ALTER TABLE `BELEG` DISABLE KEYS */;
INSERT INTO `BELEG` VALUES
(1,1,'eins'),
(2,2,'');
/*!40000 ALTER TABLE `BELEG` ENABLE KEYS */;
UNLOCK TABLES;
/*!50003 SET @saved_cs_client      = @@character_set_client */ ;
/*!50003 SET @saved_cs_results     = @@character_set_results */ ;
/*!50003 SET @saved_col_connection = @@collation_connection */ ;
/*!50003 SET character_set_client  = utf8mb4 */ ;
/*!50003 SET character_set_results = utf8mb4 */ ;
/*!50003 SET collation_connection  = utf8mb4_general_ci */ ;
/*!50003 SET @saved_sql_mode       = @@sql_mode */ ;
/*!50003 SET sql_mode              = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION' */ ;
DELIMITER ;;
/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER `beleg_text` BEFORE INSERT ON `BELEG` FOR EACH ROW SET NEW.TEXT = TRIM(NEW.TEXT) 
*/;;
DELIMITER ;
/*!50003 SET sql_mode              = @saved_sql_mode */ ;
/*!50003 SET character_set_client  = @saved_cs_client */ ;
/*!50003 SET character_set_results = @saved_cs_results */ ;
/*!50003 SET collation_connection  = @saved_col_connection */ ;
DROP TABLE IF EXISTS `KUNDE`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `KUNDE` (
  `REC_ID` int(11) NOT NULL,
  `NAME` varchar(40) DEFAULT NULL,
  `UMSATZ` decimal(12,4) DEFAULT NULL,
  PRIMARY KEY (`REC_ID`)
) ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `KUNDE` WRITE;
/*!40000 ALTER TABLE `KUNDE` DISABLE KEYS */;
INSERT INTO `KUNDE` VALUES
(1,'Kräuterhof eins',12.5000),
(2,NULL,NULL);
/*!40000 ALTER TABLE `KUNDE` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `OFFENE`;
/*!50001 DROP VIEW IF EXISTS `OFFENE`*/;
SET @saved_cs_client     = @@character_set_client;
SET character_set_client = utf8mb4;
/*!50001 CREATE VIEW `OFFENE` AS SELECT
 NULL AS `REC_ID` */;
SET character_set_client = @saved_cs_client;
/*!50001 DROP VIEW IF EXISTS `OFFENE`*/;
/*!50001 SET @saved_cs_client          = @@character_set_client */;
/*!50001 SET @saved_cs_results         = @@character_set_results */;
/*!50001 SET @saved_col_connection     = @@collation_connection */;
/*!50001 SET character_set_client      = utf8mb4 */;
/*!50001 SET character_set_results     = utf8mb4 */;
/*!50001 SET collation_connection      = utf8mb4_general_ci */;
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER=`root`@`localhost` SQL SECURITY DEFINER */
/*!50001 VIEW `OFFENE` AS select `BELEG`.`REC_ID` AS `REC_ID` from `BELEG` */;
/*!50001 SET character_set_client      = @saved_cs_client */;
/*!50001 SET character_set_results     = @saved_cs_results */;
/*!50001 SET collation_connection      = @saved_col_connection */;
/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;

/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;
/*!40014 SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS */;
/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;
/*!40101 SET CHARACTER_SET_RESULTS=@OLD_CHARACTER_SET_RESULTS */;
/*!40101 SET COLLATION_CONNECTION=@OLD_COLLATION_CONNECTION */;
/*!40111 SET SQL_NOTES=@OLD_SQL_NOTES */;

