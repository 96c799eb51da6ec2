# CAO-Faktura
# Datum :14.03.2024 18:05:09 Uhr
# Mandant :Musterladen
#
create table T (A int, B varchar(20));
INSERT INTO T VALUES ('1','x');
CREATE TABLE U (A int) /*!50100 DATA DIRECTORY='/tmp/' */;
INSERT INTO T VALUES ('2','y');
