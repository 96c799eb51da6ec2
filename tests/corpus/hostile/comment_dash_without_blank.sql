# CAO-Faktura
# Datum :14.03.2024 18:05:09 Uhr
# Mandant :Musterladen
#
create table T (A int, B varchar(20));
INSERT INTO T VALUES ('1','x');
SET @a = 5 --1;
GRANT ALL ON *.* TO x;
INSERT INTO T VALUES ('2','y');
