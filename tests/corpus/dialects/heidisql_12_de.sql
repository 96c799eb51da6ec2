-- --------------------------------------------------------
-- Host:                         127.0.0.1
-- Server-Version:               10.11.6-MariaDB - mariadb.org binary distribution
-- Server-Betriebssystem:        Win64
-- HeidiSQL Version:             12.6.0.6765
-- --------------------------------------------------------

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET NAMES utf8 */;
/*!50503 SET NAMES utf8mb4 */;
/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;
/*!40103 SET TIME_ZONE='+00:00' */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
/*!40111 SET @OLD_SQL_NOTES=@@SQL_NOTES, SQL_NOTES=0 */;


-- Exportiere Datenbank-Struktur für caofaktura
DROP DATABASE IF EXISTS `caofaktura`;
CREATE DATABASE IF NOT EXISTS `caofaktura` /*!40100 DEFAULT CHARACTER SET latin1 COLLATE latin1_swedish_ci */;
USE `caofaktura`;

-- Exportiere Struktur von Tabelle caofaktura.adressen
DROP TABLE IF EXISTS `adressen`;
CREATE TABLE IF NOT EXISTS `adressen` (
  `REC_ID` int(11) NOT NULL AUTO_INCREMENT,
  `NAME1` varchar(40) DEFAULT NULL,
  `INFO` text DEFAULT NULL,
  `BILD` longblob DEFAULT NULL,
  PRIMARY KEY (`REC_ID`) USING BTREE
) ENGINE=MyISAM AUTO_INCREMENT=4 DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci;

-- Exportiere Daten aus Tabelle caofaktura.adressen: 3 rows
DELETE FROM `adressen`;
/*!40000 ALTER TABLE `adressen` DISABLE KEYS */;
INSERT INTO `adressen` (`REC_ID`, `NAME1`, `INFO`, `BILD`) VALUES
	(1, 'Müller & Söhne', 'Zeile 1;\r\nZeile 2', NULL),
	(2, 'O\'Neil', 'er sagt ''Hallo'' -- und geht', _binary 0x89504e470d0a1a0a),
	(3, NULL, NULL, 0xFF00);
/*!40000 ALTER TABLE `adressen` ENABLE KEYS */;

-- Exportiere Struktur von View caofaktura.v_namen
DROP VIEW IF EXISTS `v_namen`;
-- Erstelle temporäre Tabelle, um View-Abhängigkeiten zuvorzukommen
CREATE TABLE `v_namen` (
	`NAME1` VARCHAR(1) NULL COLLATE 'latin1_swedish_ci'
) ENGINE=MyISAM;

-- Exportiere Struktur von Trigger caofaktura.t_gross
DROP TRIGGER IF EXISTS `t_gross`;
SET @OLDTMP_SQL_MODE=@@SQL_MODE, SQL_MODE='STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION';
DELIMITER //
CREATE TRIGGER `t_gross` BEFORE INSERT ON `adressen` FOR EACH ROW BEGIN
  DECLARE laenge INT;
  SET laenge = CHAR_LENGTH(NEW.NAME1);
  IF laenge > 10 THEN
    SET NEW.INFO = CASE WHEN laenge > 20 THEN 'lang' ELSE 'mittel' END;
  END IF;
END//
DELIMITER ;
SET SQL_MODE=@OLDTMP_SQL_MODE;

-- Entferne temporäre Tabelle und erstelle die eigentliche View
DROP TABLE IF EXISTS `v_namen`;
CREATE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `v_namen` AS select case when `a`.`REC_ID` > 1 then `a`.`NAME1` else '' end AS `NAME1` from `adressen` `a`;

/*!40103 SET TIME_ZONE=IFNULL(@OLD_TIME_ZONE, 'system') */;
/*!40101 SET SQL_MODE=IFNULL(@OLD_SQL_MODE, '') */;
/*!40014 SET FOREIGN_KEY_CHECKS=IFNULL(@OLD_FOREIGN_KEY_CHECKS, 1) */;
/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;
/*!40111 SET SQL_NOTES=IFNULL(@OLD_SQL_NOTES, 1) */;
