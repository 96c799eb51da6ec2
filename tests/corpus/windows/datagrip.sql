create schema if not exists laden collate utf8mb4_general_ci;
use laden;
-- auto-generated definition
create table ware
(
    id    int auto_increment comment 'nr'
        primary key,
    name  varchar(32)                        not null comment 'x',
    art   varchar(20)                        COMMENT '' not  NULL,
    zahl  int DEFAULT '1' COMMENT '0,1' not NULL,
    wann  datetime default CURRENT_TIMESTAMP not null on update CURRENT_TIMESTAMP comment 'u',
    summe int as (zahl + 1) stored,
    j     longtext collate utf8mb4_bin null check (json_valid(`j`)),
    index idx_name (name),
    constraint ware_uq
        unique (name, zahl)
)
    comment 'Preis' engine = InnoDB
                    charset = utf8mb4
                    row_format = DYNAMIC;

create table teil
(
    ware int null,
    constraint teil_fk
        foreign key (ware) references ware (id)
            on update cascade on delete set null
)
    engine = MyISAM;

create index teil_i
    on teil (ware desc);
INSERT INTO laden.ware (id, name, art, zahl, wann, j) VALUES (1, 'ä', 'b', 2, '2020-01-01 00:00:00', '{"a": 1}');
INSERT INTO laden.teil (ware) VALUES (1);
