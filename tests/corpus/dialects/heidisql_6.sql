# --------------------------------------------------------
# Host:                         127.0.0.1
# Server version:               4.1.22-community-nt
# Server OS:                    Win32
# HeidiSQL version:             6.0.0.3603
# Date/time:                    2011-11-19 10:11:12
# --------------------------------------------------------

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET NAMES utf8 */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;

# Dumping database structure for cao_14
CREATE DATABASE IF NOT EXISTS `cao_14` /*!40100 DEFAULT CHARACTER SET latin1 */;
USE `cao_14`;


# Dumping structure for table cao_14.artikel
CREATE TABLE IF NOT EXISTS `artikel` (
  `REC_ID` int(11) NOT NULL auto_increment,
  `KURZNAME` varchar(80) default NULL,
  `VK1` decimal(12,4) NOT NULL default '0.0000',
  `GEAEND` timestamp NOT NULL default CURRENT_TIMESTAMP on update CURRENT_TIMESTAMP,
  PRIMARY KEY  (`REC_ID`),
  KEY `KURZNAME` (`KURZNAME`)
) ENGINE=MyISAM AUTO_INCREMENT=3 DEFAULT CHARSET=latin1 COMMENT='Artikel';

# Dumping data for table cao_14.artikel: 2 rows
/*!40000 ALTER TABLE `artikel` DISABLE KEYS */;
INSERT INTO `artikel` (`REC_ID`, `KURZNAME`, `VK1`, `GEAEND`) VALUES (1, 'Gewürz', 1.5000, '2011-11-19 10:00:00'), (2, 'Tee', 2.0000, '2011-11-19 10:00:00');
/*!40000 ALTER TABLE `artikel` ENABLE KEYS */;


# Dumping structure for table cao_14.back_artikel
CREATE TABLE IF NOT EXISTS `back_artikel` (
  `REC_ID` int(11) NOT NULL auto_increment,
  PRIMARY KEY  (`REC_ID`)
) ENGINE=MyISAM DEFAULT CHARSET=latin1;

# Dumping data for table cao_14.back_artikel: 1 rows
INSERT INTO `back_artikel` (`REC_ID`) VALUES (9);
/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;
/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;
