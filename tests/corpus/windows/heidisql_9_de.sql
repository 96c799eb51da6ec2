-- --------------------------------------------------------
-- Host:                         127.0.0.1
-- Server Version:               10.0.32-MariaDB
-- Server Betriebssystem:        debian-linux-gnu
-- HeidiSQL Version:             9.4.0.5125
-- --------------------------------------------------------

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET NAMES utf8 */;
/*!50503 SET NAMES utf8mb4 */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;


-- Exportiere Datenbank Struktur für laden
CREATE DATABASE IF NOT EXISTS `laden` /*!40100 DEFAULT CHARACTER SET latin1 */;
USE `laden`;

-- Exportiere Struktur von View laden.Archiv
-- Erstelle temporäre Tabelle um View Abhängigkeiten zuvorzukommen
CREATE TABLE `Archiv` (
	`id` BIGINT(20) NOT NULL,
	`art` ENUM('Y','N') NOT NULL COLLATE 'utf8_general_ci',
	`text` VARCHAR(511) NULL COLLATE 'latin1_swedish_ci'
) ENGINE=MyISAM;

-- Exportiere Struktur von Tabelle laden.logs
CREATE TABLE IF NOT EXISTS `logs` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `art` enum('Y','N') NOT NULL DEFAULT 'N',
  `password` varchar(20) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `art` (`art`) USING HASH
) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8 COMMENT='Öl'
 PARTITION BY RANGE (`id` MOD 12)
(PARTITION `p_höchst_01` VALUES LESS THAN (2) ENGINE = InnoDB,
 PARTITION `p_höchst_02` VALUES LESS THAN MAXVALUE ENGINE = InnoDB);

-- Exportiere Daten aus Tabelle laden.logs: ~2 rows (ungefähr)
DELETE FROM `logs`;
/*!40000 ALTER TABLE `logs` DISABLE KEYS */;
INSERT INTO `logs` (`id`, `art`, `password`) VALUES
	(1, 'Y', 'ä'),
	(6, 'N', '');
	

/*!40000 ALTER TABLE `logs` ENABLE KEYS */;

-- Exportiere Struktur von Trigger laden.vorher
SET @OLDTMP_SQL_MODE=@@SQL_MODE, SQL_MODE='STRICT_TRANS_TABLES,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';
DELIMITER //
CREATE TRIGGER `vorher` BEFORE DELETE ON `logs` FOR EACH ROW BEGIN
    DECLARE fertig INT DEFAULT FALSE;
    DECLARE a INT;
    DECLARE c CURSOR FOR SELECT id FROM laden.weg;
    DECLARE CONTINUE HANDLER FOR NOT FOUND SET fertig = TRUE;
    OPEN c;
    FETCH NEXT FROM c INTO a;
    CLOSE c;
    INSERT INTO weg(id,wann,password) 
        VALUES(OLD.id, now(),OLD.password);
    DELETE FROM laden.weg WHERE laden.weg.id = OLD.id;
END//
DELIMITER ;
SET SQL_MODE=@OLDTMP_SQL_MODE;

CREATE TABLE IF NOT EXISTS `weg` (
  `id` bigint(20) NOT NULL,
  `wann` datetime DEFAULT NULL,
  `password` varchar(20) DEFAULT NULL
) ENGINE=MyISAM DEFAULT CHARSET=latin1;

-- Entferne temporäre Tabelle und erstelle die eigentliche View
DROP TABLE IF EXISTS `Archiv`;
CREATE ALGORITHM=TEMPTABLE DEFINER=`root`@`localhost` SQL SECURITY DEFINER VIEW `Archiv` AS select `logs`.`id` AS `id`,`logs`.`art` AS `art`,default(`logs`.`art`) AS `text` from `logs` where (`logs`.`art` = 'Y');

/*!40101 SET SQL_MODE=IFNULL(@OLD_SQL_MODE, '') */;
/*!40014 SET FOREIGN_KEY_CHECKS=IF(@OLD_FOREIGN_KEY_CHECKS IS NULL, 1, @OLD_FOREIGN_KEY_CHECKS) */;
/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;
