# CAO-Faktura
# Datum :14.03.2024 18:05:09 Uhr
# Mandant :Musterladen
#
create table T (A int, B varchar(20));
INSERT INTO T VALUES ('1','x');
CREATE DEFINER=`root`@`%` TRIGGER G BEFORE INSERT ON T FOR EACH ROW SET NEW.B=UPPER(NEW.B);
INSERT INTO T VALUES ('2','y');
