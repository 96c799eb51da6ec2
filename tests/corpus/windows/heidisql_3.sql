# HeidiSQL Dump 
#
# --------------------------------------------------------
# Host:                 127.0.0.1
# Database:             laden
# HeidiSQL version:     3.2 Revision: 1129
# --------------------------------------------------------

/*!40100 SET CHARACTER SET latin1*/;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0*/;


DROP TABLE IF EXISTS `ware`;

#
# Table structure for table 'ware'
#

CREATE TABLE `ware` (
  `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `name` varchar(40) NOT NULL DEFAULT '',
  PRIMARY KEY (`id`),
  UNIQUE KEY `n` (`name`)
) ENGINE=InnoDB AUTO_INCREMENT=211 /*!40100 DEFAULT CHARSET=utf8*/;



LOCK TABLES `ware` WRITE;
/*!40000 ALTER TABLE `ware` DISABLE KEYS*/;
INSERT INTO `ware` VALUES (1,'eins');
INSERT INTO `ware` VALUES (3,'zw\'ei');
/*!40000 ALTER TABLE `ware` ENABLE KEYS*/;
UNLOCK TABLES;
/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS*/;
