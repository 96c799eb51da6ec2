# CAO-Faktura
# Datum :14.03.2024 18:05:09 Uhr
# Mandant :Musterladen
#
create table T (A int, B varchar(20));
INSERT INTO T VALUES ('1','x');
/*!40101 SET @OLD=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */; SET SQL_MODE=@OLD; SET NAMES utf8; SET NAMES utf8mb4;
INSERT INTO T VALUES ('2','y');
