# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names with a database before them, and names that no table should have."""

from __future__ import annotations

from hostile.row import TRIGGER, Hostile, accepted, forbidden

FILES: dict[str, tuple[Hostile, ...]] = {
    "qualified name": (
        forbidden("insert_qualified", "INSERT INTO mandant_b.ADRESSEN VALUES ('1');", "another database"),
        forbidden("insert_qualified_backticks", "INSERT INTO `mandant_b`.`ADRESSEN` VALUES ('1');", "another database"),
        forbidden("insert_qualified_spaces", "INSERT INTO `mandant_b` . ADRESSEN VALUES ('1');", "another database"),
        forbidden(
            "insert_qualified_comments",
            "INSERT INTO mandant_b/* a */./* b */ADRESSEN VALUES ('1');",
            "another database",
        ),
        forbidden(
            "insert_qualified_ansi",
            "SET sql_mode='ANSI_QUOTES';\nINSERT INTO \"mandant_b\".\"ADRESSEN\" VALUES ('1');",
            "another database",
            line=8,
        ),
        forbidden(
            "insert_qualified_executable", "INSERT INTO /*!50000 mandant_b.*/ADRESSEN VALUES ('1');", "another database"
        ),
        forbidden("replace_qualified", "REPLACE INTO mysql.global_priv VALUES ('%','x','{}');", "another database"),
        forbidden("drop_qualified", "DROP TABLE IF EXISTS mandant_b.ADRESSEN;", "another database"),
        forbidden("drop_second_qualified", "DROP TABLE IF EXISTS U, `mandant_b`.`ADRESSEN`;", "another database"),
        forbidden("drop_view_qualified", "DROP VIEW mandant_b.V;", "another database"),
        forbidden("drop_trigger_qualified", "DROP TRIGGER IF EXISTS `mandant_b`.`X`;", "another database"),
        forbidden("create_qualified", "CREATE TABLE mandant_b.U (A int);", "another database"),
        forbidden("alter_qualified", "ALTER TABLE `mandant_b`.`T` ADD KEY (A);", "another database"),
        forbidden("alter_other_database", "USE a;\nALTER DATABASE b CHARACTER SET utf8;", "second database", line=8),
        forbidden("truncate_qualified", "TRUNCATE TABLE mandant_b.ADRESSEN;", "another database"),
        forbidden("delete_qualified", "DELETE FROM mandant_b.ADRESSEN;", "another database"),
        forbidden("lock_qualified", "LOCK TABLES T WRITE, mysql.user WRITE;", "another database"),
        forbidden("index_qualified", "CREATE UNIQUE INDEX I ON mandant_b.T (A);", "another database"),
        forbidden(
            "references_qualified",
            "CREATE TABLE U (A int, FOREIGN KEY (A) REFERENCES mandant_b.ADRESSEN (REC_ID));",
            "another database",
        ),
        forbidden("view_other_database", "CREATE VIEW V AS SELECT * FROM mandant_b.ADRESSEN;", "another database"),
        forbidden("view_server_table", "CREATE VIEW V AS SELECT * FROM `mysql` . `user`;", "another database"),
        forbidden("view_three_parts", "CREATE VIEW V AS SELECT mysql.user.Host FROM T;", "another database"),
        forbidden("view_qualified_function", "CREATE VIEW V AS SELECT mysql.f(A) FROM T;", "dot"),
        forbidden("view_name_qualified", "CREATE VIEW mandant_b.V AS SELECT 1;", "another database"),
        forbidden("trigger_other_database", TRIGGER + "INSERT INTO mandant_b.ADRESSEN VALUES (1);", "another database"),
        forbidden(
            "trigger_on_other_database",
            "CREATE TRIGGER G BEFORE INSERT ON mandant_b.T FOR EACH ROW SET NEW.A=1;",
            "another database",
        ),
        forbidden("insert_qualified_mixed", "INSERT INTO `mandant_b`.ADRESSEN VALUES ('1');", "another database"),
        forbidden("insert_qualified_mixed_other", "INSERT INTO mandant_b.`ADRESSEN` VALUES ('1');", "another database"),
        forbidden("insert_qualified_lines", "INSERT INTO mandant_b\n.\nADRESSEN VALUES ('1');", "another database"),
        forbidden("insert_qualified_leading_dot", "INSERT INTO .ADRESSEN VALUES ('1');", "INSERT"),
        forbidden("insert_qualified_brackets", "INSERT INTO [mandant_b].[ADRESSEN] VALUES ('1');", "INSERT"),
        forbidden("insert_qualified_digit", "INSERT INTO mandant_b.1ADRESSEN VALUES ('1');", "another database"),
        forbidden("insert_qualified_string", "INSERT INTO 'mandant_b'.'ADRESSEN' VALUES ('1');", "INSERT"),
        forbidden("insert_qualified_double_quotes", 'INSERT INTO "mandant_b"."ADRESSEN" VALUES (\'1\');', "INSERT"),
        forbidden("insert_qualified_columns", "INSERT INTO T (mandant_b.ADRESSEN.A) VALUES ('1');", "INSERT"),
        forbidden(
            "insert_qualified_three_parts", "INSERT INTO def.mandant_b.ADRESSEN VALUES ('1');", "another database"
        ),
        forbidden("create_qualified_backticks", "CREATE TABLE `mandant_b`.`ADRESSEN` (A int);", "another database"),
        forbidden(
            "create_qualified_ansi",
            'SET sql_mode=\'ANSI\'; CREATE TABLE "mandant_b"."ADRESSEN" (A int);',
            "another database",
        ),
        forbidden("drop_qualified_backticks", "DROP TABLE IF EXISTS `mandant_b`.`ADRESSEN`;", "another database"),
        forbidden("drop_qualified_comment", "DROP TABLE IF EXISTS mandant_b/**/./**/ADRESSEN;", "another database"),
        forbidden(
            "drop_qualified_executable", "DROP TABLE IF EXISTS /*!40000 mandant_b. */ADRESSEN;", "another database"
        ),
        forbidden(
            "view_other_database_backticks",
            "CREATE VIEW V AS SELECT * FROM `mandant_b` . `ADRESSEN`;",
            "another database",
        ),
        forbidden(
            "trigger_other_database_backticks",
            TRIGGER + "INSERT INTO `mandant_b`.`ADRESSEN` VALUES (1);",
            "another database",
        ),
    ),
    "name": (
        forbidden("name_control_character", "CREATE TABLE `U\x01` (A int);", "name"),
        forbidden("name_newline", "CREATE TABLE `U\n` (A int);", "name"),
        forbidden("name_too_long", "CREATE TABLE " + "U" * 65 + " (A int);", "name"),
        forbidden("name_empty", "CREATE TABLE `` (A int);", "name"),
        forbidden("name_trailing_space", "CREATE TABLE `U ` (A int);", "name"),
        forbidden("name_bidirectional", "CREATE TABLE `U\u202e` (A int);", "no server accepts"),
        forbidden("name_nul", "CREATE TABLE `U\x00` (A int);", "no server accepts"),
        forbidden("name_escape_sequence", "CREATE TABLE `U\x1b[2J` (A int);", "no server accepts"),
        accepted("name_slash", "CREATE TABLE `../mysql/user` (A int);"),
        accepted("name_backtick_doubled", "CREATE TABLE `U``; GRANT ALL ON *.* TO x; --` (A int);"),
        accepted("name_ours", "CREATE TABLE BACK_RESTORE_MARKER (A int);", "back_tables"),
        forbidden("column_control_character", "CREATE TABLE U (`A\x07` int);", "no server accepts"),
    ),
}
