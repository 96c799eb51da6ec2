# Host: localhost  (Version: 5.5.53)
# Date: 2018-03-14 18:11:14
# Generator: MySQL-Front 5.3  (Build 4.234)

/*!40101 SET NAMES utf8 */;

#
# Structure for table "ware"
#

DROP TABLE IF EXISTS `ware`;
CREATE TABLE `ware` (
  `Id` int(11) NOT NULL AUTO_INCREMENT,
  `name` varchar(255) DEFAULT NULL COMMENT 'Öl',
  PRIMARY KEY (`Id`)
) ENGINE=MyISAM AUTO_INCREMENT=21 DEFAULT CHARSET=utf8;

#
# Data for table "ware"
#

/*!40000 ALTER TABLE `ware` DISABLE KEYS */;
INSERT INTO `ware` VALUES (1,'ä'),(4,NULL);
/*!40000 ALTER TABLE `ware` ENABLE KEYS */;

#
# View "alle"
#

DROP VIEW IF EXISTS `alle`;
CREATE VIEW `alle` AS 
  select `ware`.`Id` AS `Id` from `ware`;
