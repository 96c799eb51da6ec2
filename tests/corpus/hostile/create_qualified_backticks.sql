# CAO-Faktura
# Datum :14.03.2024 18:05:09 Uhr
# Mandant :Musterladen
#
create table T (A int, B varchar(20));
INSERT INTO T VALUES ('1','x');
CREATE TABLE `mandant_b`.`ADRESSEN` (A int);
INSERT INTO T VALUES ('2','y');
