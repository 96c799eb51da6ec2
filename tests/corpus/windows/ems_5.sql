# SQL Manager for MySQL 5.4.1.42661
# ---------------------------------------
# Host     : localhost
# Port     : 3306
# Database : laden


/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET @OLD_CHARACTER_SET_RESULTS=@@CHARACTER_SET_RESULTS */;
/*!40101 SET @OLD_COLLATION_CONNECTION=@@COLLATION_CONNECTION */;
/*!40101 SET NAMES latin1 */;

SET FOREIGN_KEY_CHECKS=0;

CREATE DATABASE `laden`
    CHARACTER SET 'utf8'
    COLLATE 'utf8_general_ci';

USE `laden`;

#
# Dropping database objects
#

DROP TABLE IF EXISTS `ware`;

#
# Structure for the `ware` table : 
#

CREATE TABLE `ware` (
  `id` INTEGER(11) NOT NULL AUTO_INCREMENT,
  `name` VARCHAR(100) COLLATE utf8_general_ci NOT NULL,
  PRIMARY KEY USING BTREE (`id`) COMMENT '',
   INDEX `ix` USING BTREE (`name`) COMMENT ''
)ENGINE=InnoDB
AUTO_INCREMENT=4 AVG_ROW_LENGTH=5461 CHARACTER SET 'utf8' COLLATE 'utf8_general_ci'
COMMENT=''
;

#
# Definition for the `alle` view : 
#

CREATE ALGORITHM=UNDEFINED DEFINER='root'@'localhost' SQL SECURITY DEFINER VIEW `alle`
AS
select
  `ware`.`id` AS `id`
from
  `ware`;

#
# Data for the `ware` table  (LIMIT 0,500)
#

INSERT INTO `ware` (`id`, `name`) VALUES

  (1,'C:\\a\r\n'),
  (-2,'zwei');
COMMIT;

#
# Definition for the `vorher` trigger : 
#

DELIMITER $$

CREATE DEFINER = 'root'@'%' TRIGGER `vorher` BEFORE UPDATE ON `ware`
  FOR EACH ROW
BEGIN
  SET NEW.name = 'x';
END$$

DELIMITER ;

/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;
/*!40101 SET CHARACTER_SET_RESULTS=@OLD_CHARACTER_SET_RESULTS */;
/*!40101 SET COLLATION_CONNECTION=@OLD_COLLATION_CONNECTION */;
