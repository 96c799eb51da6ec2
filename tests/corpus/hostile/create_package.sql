# CAO-Faktura
# Datum :14.03.2024 18:05:09 Uhr
# Mandant :Musterladen
#
create table T (A int, B varchar(20));
INSERT INTO T VALUES ('1','x');
SET sql_mode=ORACLE; CREATE PACKAGE P AS PROCEDURE q(); END;
INSERT INTO T VALUES ('2','y');
