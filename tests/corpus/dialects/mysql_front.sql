# MySQL-Front 3.2  (Build 14.3)

/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE */;
/*!40101 SET SQL_MODE='' */;
/*!40101 SET NAMES 'latin1' */;

# Host: localhost    Database: CAO_14
# ------------------------------------------------------
# Server version 4.1.22-community-nt

DROP DATABASE IF EXISTS `CAO_14`;
CREATE DATABASE `CAO_14` /*!40100 DEFAULT CHARACTER SET latin1 */;
USE `CAO_14`;

#
# Table structure for table MENGENEINHEIT
#

CREATE TABLE `MENGENEINHEIT` (
  `REC_ID` int(11) unsigned NOT NULL auto_increment,
  `BEZEICHNUNG` varchar(50) NOT NULL default '',
  PRIMARY KEY  (`REC_ID`)
) TYPE=MyISAM CHARSET=latin1;

#
# Dumping data for table MENGENEINHEIT
#

INSERT INTO `MENGENEINHEIT` VALUES (1,'Stück');
INSERT INTO `MENGENEINHEIT` VALUES (2,'m²');

/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
