-- laden.ware definition

CREATE TABLE `ware` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `name` varchar(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL DEFAULT '' COMMENT 'x',
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=latin1;
INSERT INTO laden.ware (name) VALUES
	 ('eins'),
	 ('zwei');
-- laden.alle source

CREATE OR REPLACE
ALGORITHM = UNDEFINED VIEW `laden`.`alle` AS
select
    `laden`.`ware`.`id` AS `id`
from
    `laden`.`ware`;
