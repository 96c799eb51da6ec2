# CAO-Faktura
# Datum :14.03.2024 18:05:09 Uhr
# Mandant :Musterladen Köln
#
#
# TABLE [FIRMA]
#
drop table if exists FIRMA;

create table FIRMA (
  NAME1 varchar(250),
  ORT varchar(250),
  IMAGE1 blob);


#
# TABLE [FIRMA] DATA
#
INSERT INTO FIRMA VALUES ('Kräuterhof \"Zur Mühle\"','Köln',NULL);



#
# TABLE [LAND]
#
drop table if exists LAND;

create table LAND (
  ID char(2) not null,
  NAME varchar(50) not null,
  PRIMARY KEY (ID),
  UNIQUE KEY NAME (NAME)
);


#
# TABLE [MITARBEITER]
#
drop table if exists MITARBEITER;

create table MITARBEITER (
  MA_ID int(11) not null auto_increment,
  LOGIN_NAME varchar(50) not null,
  PRIMARY KEY (MA_ID)
);


#
# TABLE [MITARBEITER] DATA
#
INSERT INTO MITARBEITER VALUES ('1','admin');
INSERT INTO MITARBEITER VALUES ('2','O\'Neil');



#
# TABLE [REGISTRY]
#
drop table if exists REGISTRY;

create table REGISTRY (
  MAINKEY varchar(255) not null,
  NAME varchar(100) not null,
  VAL_CHAR varchar(255),
  LAST_CHANGE timestamp default 'CURRENT_TIMESTAMP' not null,
  PRIMARY KEY (MAINKEY, NAME)
);


#
# TABLE [REGISTRY] DATA
#
INSERT INTO REGISTRY VALUES ('MAIN','DB_VERSION','1.10','2024-03-14 18:05:09');
INSERT INTO REGISTRY VALUES ('MAIN\\PFADE','BACKUP_DIR','C:\\CAO\\BACKUP\\','2024-03-14');



#
# TABLE [ZAHLUNGSARTEN]
#
drop table if exists ZAHLUNGSARTEN;

create table ZAHLUNGSARTEN (
  REC_ID int(11) not null auto_increment,
  NAME varchar(20),
  SKONTO_PROZ decimal(5,3),
  PRIMARY KEY (REC_ID)
);


#
# TABLE [ZAHLUNGSARTEN] DATA
#
INSERT INTO ZAHLUNGSARTEN VALUES ('1','bar','2,500');



