# MySQL dump 8.22
#
# Host: localhost    Database: cao_12
#--------------------------------------------------------
# Server version	4.0.18-nt

#
# Table structure for table 'VERTRETER_ABR'
#

DROP TABLE IF EXISTS VERTRETER_ABR;
CREATE TABLE VERTRETER_ABR (
  VERTRETER_ID int(11) NOT NULL default '0',
  REC_ID int(11) NOT NULL auto_increment,
  BETRAG decimal(10,2) default '0.00',
  DATUM date NOT NULL default '0000-00-00',
  PRIMARY KEY  (VERTRETER_ID,REC_ID)
) TYPE=MyISAM COMMENT='Abrechnung';

#
# Dumping data for table 'VERTRETER_ABR'
#

INSERT INTO VERTRETER_ABR VALUES (1,1,12.50,'0000-00-00');
INSERT INTO VERTRETER_ABR VALUES (1,2,-3.00,'2004-11-24');

