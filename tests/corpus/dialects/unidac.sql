-- UniDAC version: 9.3.0
-- MySQL server version: 10.4.32-MariaDB
-- MySQL client version: Direct
-- Script date 14.03.2024 18:05:09
-- ---------------------------------------------------------------------- 
-- Server: localhost
-- Database: caofaktura

SET FOREIGN_KEY_CHECKS=0;
-- 
-- Table structure for table  FIRMA
-- 

DROP TABLE IF EXISTS `FIRMA`;
CREATE TABLE `FIRMA` (
  `REC_ID` int(11) NOT NULL AUTO_INCREMENT,
  `NAME1` varchar(250) DEFAULT NULL,
  `LOGO` longblob DEFAULT NULL,
  PRIMARY KEY (`REC_ID`)
) ENGINE=MyISAM AUTO_INCREMENT=3 DEFAULT CHARSET=latin1;

-- 
-- Dumping data for table FIRMA
-- 

TRUNCATE TABLE `FIRMA`;
LOCK TABLES `FIRMA` WRITE;
/*!40000 ALTER TABLE `FIRMA` DISABLE KEYS */;
INSERT INTO `FIRMA`(`REC_ID`,`NAME1`,`LOGO`) VALUES
  (1, 'Alte Mühle', NULL),
  (2, 'Neue Mühle', 0x89504E47);
/*!40000 ALTER TABLE `FIRMA` ENABLE KEYS */;
UNLOCK TABLES;

SET FOREIGN_KEY_CHECKS=1;
