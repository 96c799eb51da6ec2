# CAO-Faktura
# Datum :14.03.2024 18:05:09 Uhr
# Mandant :Musterladen
#
create table T (A int, B varchar(20));
INSERT INTO T VALUES ('1','x');
SET default_storage_engine=FEDERATED;
INSERT INTO T VALUES ('2','y');
