-- This DDL was reverse engineered by
-- Toad for MySQL, Version 1.0.3
--
-- at:   PC
-- from: localhost:laden, an MySQL 4.1.8-nt-log database
--

CREATE TABLE laden.ware (
    `id` INT ( 4 ) NOT NULL AUTO_INCREMENT,
    `name` VARCHAR ( 50 ) DEFAULT NULL,
    PRIMARY KEY ( `id` )
) ENGINE = MyISAM DEFAULT CHARSET = latin1;

