# CAO-Faktura
# Datum :14.03.2024 18:05:09 Uhr
# Mandant :Musterladen
#
create table T (A int, B varchar(20));
INSERT INTO T VALUES ('1','x');
DELIMITER $$
CREATE TRIGGER G BEFORE INSERT ON T FOR EACH ROW BEGIN BEGIN DECLARE sql_log_bin INT; END; SET sql_log_bin=0; END$$
DELIMITER ;
INSERT INTO T VALUES ('2','y');
