-- Valentina Studio --
-- MySQL dump --
-- ---------------------------------------------------------


/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET @OLD_CHARACTER_SET_RESULTS=@@CHARACTER_SET_RESULTS */;
/*!40101 SET @OLD_COLLATION_CONNECTION=@@COLLATION_CONNECTION */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
-- ---------------------------------------------------------


-- CREATE DATABASE "laden" -------------------------
CREATE DATABASE IF NOT EXISTS `laden` CHARACTER SET utf8 COLLATE utf8_general_ci;
USE `laden`;
-- ---------------------------------------------------------


-- CREATE TABLE "ware" -----------------
CREATE TABLE `ware`( 
	`id` Int( 255 ) AUTO_INCREMENT NOT NULL,
	`name` VarChar( 190 ) CHARACTER SET utf8 COLLATE utf8_general_ci NULL DEFAULT NULL,
	`art` Enum( 'a', 'b' ) CHARACTER SET utf8 COLLATE utf8_general_ci NOT NULL DEFAULT 'a',
	`preis` Decimal( 9, 6 ) NULL DEFAULT NULL,
	CONSTRAINT `unique_id` UNIQUE( `id` ) )
CHARACTER SET = utf8
COLLATE = utf8_general_ci
COMMENT 'Tabelle'
ENGINE = InnoDB
AUTO_INCREMENT = 1;
-- -------------------------------------------------------------


-- Dump data of "ware" ----------
BEGIN;

INSERT INTO `ware`(`id`,`name`,`art`,`preis`) VALUES 
( '1', 'ä', 'a', '1.500000' ),
( '2', NULL, 'b', NULL );
COMMIT;
-- ---------------------------------------------------------


-- CREATE INDEX "idx" ---------------------------
CREATE INDEX `idx` USING BTREE ON `ware`( `name` );
-- -------------------------------------------------------------


/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;
/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;
/*!40101 SET CHARACTER_SET_RESULTS=@OLD_CHARACTER_SET_RESULTS */;
/*!40101 SET COLLATION_CONNECTION=@OLD_COLLATION_CONNECTION */;
-- ---------------------------------------------------------


