# CAO-Faktura
# Datum :14.03.2024 18:05:09 Uhr
# Mandant :Musterladen
#
create table T (A int, B varchar(200));
INSERT INTO T VALUES ('1','x');
INSERT INTO T VALUES ('3','a\');
INSERT INTO T VALUES (\'b');
INSERT INTO T VALUES ('4','x''); DROP DATABASE y; -- ');
INSERT INTO T VALUES ('2','y');
