# EMS MySQL Manager 2.8.5.1
# ---------------------------------------
# Host     : localhost
# Port     : 3306
# Database : laden


SET FOREIGN_KEY_CHECKS=0;

DROP DATABASE IF EXISTS laden;

CREATE DATABASE laden;

USE laden;

#
# Structure for the `ware` table : 
#

DROP TABLE IF EXISTS ware;

CREATE TABLE ware (
  kod bigint(20) NOT NULL default '0',
  preis double(8,2) default NULL,
  UNIQUE KEY x_x (kod)
) ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_spanish_ci;

CREATE TABLE teil (
  kod bigint(20) NOT NULL default '0',
  PRIMARY KEY  (kod),
  CONSTRAINT 0_15 FOREIGN KEY (kod) REFERENCES ware (kod)
) ENGINE=InnoDB DEFAULT CHARSET=latin1;

#
# Data for the `ware` table  (LIMIT 0,500)
#

INSERT INTO ware (kod, preis) VALUES 
  (1,1.5),
  (2,NULL);

COMMIT;

