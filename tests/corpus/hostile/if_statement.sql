# CAO-Faktura
# Datum :14.03.2024 18:05:09 Uhr
# Mandant :Musterladen
#
create table T (A int, B varchar(20));
INSERT INTO T VALUES ('1','x');
IF 1 THEN DROP DATABASE mandant_b; END IF;
INSERT INTO T VALUES ('2','y');
