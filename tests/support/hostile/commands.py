# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands of the client program, and what makes it read on differently."""

from __future__ import annotations

from hostile.row import TRIGGER, Hostile, accepted, delimited, forbidden

FILES: dict[str, tuple[Hostile, ...]] = {
    "client command": (
        forbidden("client_shell_escape", "\\! touch /tmp/broken", "client program"),
        forbidden("client_system", "system touch /tmp/broken;", "SYSTEM"),
        forbidden("client_source", "source /etc/passwd;", "SOURCE"),
        forbidden("client_source_dot", "\\. /etc/passwd", "client program"),
        forbidden("client_tee", "tee /tmp/stolen;", "of another kind"),
        forbidden("client_pager", "pager cat > /tmp/stolen;", "of another kind"),
        forbidden("client_edit", "\\e", "client program"),
        forbidden("client_warnings_and_shell", "\\W\n\\! id", "client program"),
        forbidden("client_command_behind_statement", "SET @a=1; \\! id", "client program"),
        forbidden("client_delimiter_in_line", "SET @a=1\\g", "0x5c"),
        accepted("client_sandbox", "/*M!999999\\- enable the sandbox mode */"),
    ),
    "USE": (
        forbidden("use_second_database", "USE `mandant_a`;\nUSE `mandant_b`;", "second database", line=8),
        forbidden("use_server_database", "USE mysql;", "server's own database"),
        accepted(
            "database_of_the_dump",
            "USE `mandant_a`; LOCK TABLES `mandant_a`.`T` WRITE; UNLOCK TABLES;",
            "database_left_out",
        ),
        forbidden("use_backticks", "USE `mandant_b`; USE `mandant_c`;", "second database"),
        forbidden("use_executable", "/*!40000 USE mysql */;", "server's own"),
        forbidden("use_client_style", "use mysql", "server's own"),
    ),
    "DELIMITER": (
        forbidden(
            "delimiter_hides", delimited("SELECT SLEEP(9) FROM T; INSERT INTO T VALUES ('3','z')"), "SELECT", line=8
        ),
        forbidden("delimiter_and_more", "DELIMITER $$ INSERT INTO T VALUES (3,'z')$$\nDELIMITER ;", "DELIMITER"),
        forbidden("delimiter_quote", "DELIMITER '\nGRANT ALL ON *.* TO x'", "DELIMITER"),
        forbidden("delimiter_missing", "DELIMITER\nSHUTDOWN;", "DELIMITER"),
        accepted("delimiter_rows", delimited("INSERT INTO T VALUES ('3','a;$b')"), rows=3),
        forbidden("delimiter_word", "DELIMITER VALUES\nGRANT ALL ON *.* TO x VALUES\nDELIMITER ;", "GRANT", line=8),
        forbidden("delimiter_comment", "DELIMITER /*\nGRANT ALL ON *.* TO x /*\nDELIMITER ;", "GRANT", line=8),
        forbidden("delimiter_dashes", "DELIMITER --\nGRANT ALL ON *.* TO x --\nDELIMITER ;", "GRANT", line=8),
        forbidden(
            "delimiter_in_string", "DELIMITER //\nSET @a = '//'; GRANT ALL ON *.* TO x //\nDELIMITER ;", "GRANT", line=8
        ),
        forbidden("delimiter_short_command", "\\d //\nGRANT ALL ON *.* TO x //", "client program"),
        forbidden("delimiter_long", "DELIMITER 12345678901234567\nGRANT ALL ON *.* TO x;", "DELIMITER"),
        forbidden("delimiter_trigger", delimited(TRIGGER + "BEGIN SET NEW.A = 1; END"), "behind its trigger", line=10),
    ),
    "PREPARE": (
        forbidden("prepare", "PREPARE x FROM 'DROP TABLE T';", "PREPARE"),
        forbidden("execute", "EXECUTE x;", "EXECUTE"),
        forbidden("execute_immediate", "EXECUTE IMMEDIATE 'DROP TABLE T';", "EXECUTE"),
        forbidden(
            "trigger_prepare",
            delimited(TRIGGER + "BEGIN PREPARE x FROM 'DROP TABLE T'; EXECUTE x; END"),
            "PREPARE",
            line=8,
        ),
        forbidden("trigger_execute_immediate", TRIGGER + "EXECUTE IMMEDIATE 'DROP DATABASE mandant_b';", "EXECUTE"),
        forbidden("prepare_execute", "SET @s = 'DROP DATABASE mandant_b'; PREPARE s FROM @s; EXECUTE s;", "PREPARE"),
        forbidden(
            "prepare_bulk_load_of_another",
            "SET @x = IF (@is_rocksdb_supported, 'SET SESSION rocksdb_bulk_load = 1', 'SET @d = 0');\n"
            "SET @a = 1, @X = 'DROP DATABASE mandant_b';\nPREPARE s FROM @x;\nEXECUTE s;",
            "PREPARE",
            line=9,
        ),
        forbidden(
            "prepare_bulk_load_twice",
            "SET @x = IF (@is_rocksdb_supported, 'SET SESSION rocksdb_bulk_load = 1', 'SET @d = 0');\n"
            "PREPARE s FROM @x; PREPARE s FROM @y; EXECUTE s;",
            "PREPARE",
            line=8,
        ),
        forbidden(
            "bulk_load_sets_more",
            "SET @x = IF (@is_rocksdb_supported, 'SET GLOBAL rocksdb_bulk_load = 1, x = (SELECT 1)', 'SET @d = 0');\n"
            "PREPARE s FROM @x; EXECUTE s;",
            "PREPARE",
            line=8,
        ),
        forbidden("deallocate", "DEALLOCATE PREPARE s;", "DEALLOCATE"),
    ),
}
