# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SET: of the server, and of what decides how the rest is read."""

from __future__ import annotations

from hostile.row import Hostile, accepted, forbidden

FILES: dict[str, tuple[Hostile, ...]] = {
    "SET": (
        forbidden("set_query", "SET @a=(SELECT user FROM mysql.user);", "expression"),
        accepted(
            "set_no_backslash_escapes", "SET sql_mode='NO_BACKSLASH_ESCAPES'; INSERT INTO T VALUES (9,'it''s');", rows=3
        ),
        forbidden(
            "set_backslash_in_row",
            "SET sql_mode='NO_BACKSLASH_ESCAPES'; INSERT INTO T VALUES (9,'\\'); DROP TABLE mysql.user; -- ');",
            "mysql",
        ),
        accepted(
            "set_backslash_in_rows",
            "SET sql_mode='ansi,no_backslash_escapes'; INSERT INTO T VALUES (8,'a'),(9,'b'),(10,'\\n'),(11,'\\');",
            rows=6,
        ),
        accepted(
            "set_backslash_in_update",
            "SET @m='NO_BACKSLASH_ESCAPES'; SET sql_mode=@m; INSERT INTO T VALUES (1,'x') "
            "ON DUPLICATE KEY UPDATE B='\\';",
            rows=3,
        ),
        forbidden(
            "set_backslash_in_name",
            "SET sql_mode='NO_BACKSLASH_ESCAPES'; CREATE TABLE `U\\` (A int);",
            "NO_BACKSLASH_ESCAPES",
        ),
        forbidden(
            "set_backslash_in_comment",
            "SET sql_mode='NO_BACKSLASH_ESCAPES'; CREATE TABLE U (A int COMMENT '\\\\');",
            "NO_BACKSLASH_ESCAPES",
        ),
        forbidden("set_mode_by_variable", "SET @m='NO_BACKSLASH_ESCAPES', sql_mode=@m;", "variable"),
        forbidden("set_names_gbk", "SET NAMES gbk;", "SET NAMES gbk"),
        forbidden("set_names_sjis", "SET NAMES 'sjis';", "SET NAMES sjis"),
        forbidden("set_names_big5", "SET CHARACTER SET big5;", "SET NAMES big5"),
        forbidden("set_client_gbk", "SET character_set_client=gbk;", "SET NAMES gbk"),
        forbidden("set_names_twice", "SET NAMES latin1;\nSET NAMES utf8;", "one backup has one", line=9),
        forbidden("set_time_zone", "SET time_zone='../../etc/passwd';", "time_zone"),
        forbidden("set_statement", "SET STATEMENT max_statement_time=0 FOR DROP TABLE T;", "STATEMENT"),
        accepted(
            "set_harmless",
            "/*!40101 SET @OLD=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */; SET SQL_MODE=@OLD; "
            "SET NAMES utf8; SET NAMES utf8mb4;",
        ),
        forbidden("set_mode_hexadecimal", "SET sql_mode=0x414E53495F51554F544553;", "number"),
        forbidden("set_mode_two_strings", "SET sql_mode='ANSI_' 'QUOTES';", "one string"),
        accepted(
            "set_mode_escaped", "SET sql_mode='N\\O_BACKSLASH_ESCAPES'; INSERT INTO T VALUES (9,'\\'); -- ');", rows=3
        ),
        forbidden("set_mode_introducer", "SET sql_mode=_latin1'ANSI_QUOTES';", "one string"),
        forbidden("set_mode_number", "SET sql_mode=1048576;", "number"),
        forbidden("set_mode_empty_is_null", "SET sql_mode='EMPTY_STRING_IS_NULL';", "EMPTY_STRING"),
        forbidden(
            "set_mode_overwritten_variable", "SET @m=@@sql_mode, @m='NO_BACKSLASH_ESCAPES', sql_mode=@m;", "variable"
        ),
        forbidden("set_client_by_variable", "SET @c='gbk', character_set_client=@c;", "character_set_client"),
        forbidden("set_client_hexadecimal", "SET character_set_client=0x67626B;", "SET NAMES"),
        forbidden("set_names_escaped", "SET NAMES 'g\\bk';", "SET NAMES"),
        forbidden("set_names_ucs2", "SET NAMES ucs2;", "SET NAMES"),
        forbidden("set_names_gb18030", "SET NAMES gb18030;", "SET NAMES"),
    ),
    "SET GLOBAL": (
        forbidden("set_global", "SET GLOBAL general_log=1;", "GLOBAL"),
        forbidden("set_global_variable", "SET @@global.general_log_file='/tmp/x';", "@@global"),
        forbidden("set_persist", "SET PERSIST max_connections=1;", "PERSIST"),
        forbidden("set_real", "SET sql_mode='ANSI'; CREATE TABLE U (A REAL);", "REAL under"),
        forbidden("set_date", "SET sql_mode='ORACLE'; CREATE TABLE U (A date);", "DATE under"),
        forbidden(
            "set_not", "SET sql_mode='MYSQL40'; CREATE VIEW V AS SELECT NOT A BETWEEN 1 AND 2 FROM T;", "NOT under"
        ),
        forbidden(
            "set_round", "SET sql_mode='TIME_ROUND_FRACTIONAL'; INSERT INTO T VALUES (1,'x');", "parts of seconds"
        ),
        forbidden(
            "set_truncate", "SET sql_mode='TIME_TRUNCATE_FRACTIONAL'; INSERT INTO T VALUES (1,'x');", "parts of seconds"
        ),
        forbidden(
            "set_timestamps",
            "SET explicit_defaults_for_timestamp=OFF; CREATE TABLE U (A int, B timestamp DEFAULT 0);",
            "the TIMESTAMP B does not say",
        ),
        forbidden(
            "set_timestamps_without_default",
            "SET explicit_defaults_for_timestamp=OFF; CREATE TABLE U (A timestamp NULL, B timestamp NOT NULL);",
            "the TIMESTAMP B does not say",
        ),
        accepted(
            "set_timestamps_said",
            "SET explicit_defaults_for_timestamp=0; CREATE TABLE U (A timestamp NULL, B timestamp NOT NULL DEFAULT 0);",
        ),
        accepted(
            "set_modes", "SET sql_mode='ANSI,ORACLE,MYSQL40'; CREATE TABLE U (A double NOT NULL, `DATE` datetime);"
        ),
        forbidden("set_insert_id", "SET INSERT_ID=5;", "the number of the next row"),
        forbidden("set_timestamp", "SET @@session.timestamp=5;", "the time of rows"),
        forbidden("set_second_global", "SET @a=1, GLOBAL read_only=1;", "GLOBAL"),
        forbidden("set_event_scheduler", "SET GLOBAL event_scheduler=ON;", "GLOBAL"),
        forbidden("set_global_backticks", "SET `GLOBAL` general_log=1;", "GLOBAL"),
        forbidden("set_global_general_log", "SET @@global.general_log_file='/tmp/x.php';", "global"),
    ),
}
