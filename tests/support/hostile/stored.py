# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stays on the server and runs later: triggers, views, events, routines."""

from __future__ import annotations

from hostile.row import TRIGGER, Hostile, accepted, delimited, forbidden

FILES: dict[str, tuple[Hostile, ...]] = {
    "DEFINER": (
        accepted(
            "trigger_with_definer",
            "CREATE DEFINER=`root`@`%` TRIGGER G BEFORE UPDATE ON T FOR EACH ROW SET NEW.B=UPPER(NEW.B);",
            "definer_left_out",
        ),
        accepted(
            "view_with_definer",
            "CREATE ALGORITHM=MERGE DEFINER='root'@'%' SQL SECURITY DEFINER VIEW V AS SELECT A FROM T;",
            "definer_left_out",
        ),
        accepted(
            "view_definer_hidden",
            "/*!50001 CREATE ALGORITHM=UNDEFINED */ /*!50013 DEFINER=`root`@`localhost` SQL SECURITY DEFINER */ "
            "/*!50001 VIEW V AS SELECT A FROM T */;",
            "definer_left_out",
        ),
    ),
    "trigger": (
        forbidden(
            "trigger_insert_without_into", TRIGGER + "INSERT mysql.global_priv SET Host='%';", "another database"
        ),
        forbidden(
            "trigger_replace_without_into",
            TRIGGER + "REPLACE mysql.global_priv VALUES ('%','x','{}');",
            "another database",
        ),
        forbidden("trigger_insert_ignore", TRIGGER + "INSERT IGNORE mandant_b.ADRESSEN SET A=1;", "another database"),
        forbidden("trigger_update_other", TRIGGER + "UPDATE T, mysql.user SET A=1;", "another database"),
        forbidden(
            "trigger_delete_low_priority", TRIGGER + "DELETE LOW_PRIORITY FROM mysql.global_priv;", "another database"
        ),
        forbidden(
            "trigger_delete_using",
            TRIGGER + "DELETE FROM mandant_b USING T mandant_b, mysql.user u;",
            "another database",
        ),
        accepted(
            "words_as_names",
            delimited(
                "CREATE TRIGGER G BEFORE UPDATE ON T FOR EACH ROW BEGIN DECLARE execute, handler int; SET execute = 1; "
                "SET NEW.A = execute + handler; END"
            ),
        ),
        forbidden("trigger_label_execute", delimited(TRIGGER + "l: BEGIN m: EXECUTE s; END"), "EXECUTE", line=8),
        forbidden("trigger_set_global", TRIGGER + "SET GLOBAL general_log=1;", "SET"),
        forbidden("trigger_set_persist_only", TRIGGER + "SET PERSIST_ONLY read_only=1;", "SET"),
        forbidden("trigger_set_session", TRIGGER + "SET SESSION sql_log_bin=0;", "SET"),
        forbidden("trigger_set_bare", TRIGGER + "SET sql_log_bin=0;", "SET"),
        forbidden("trigger_set_second", TRIGGER + "SET NEW.A=1, sql_log_bin=0;", "SET"),
        forbidden("trigger_set_second_global", TRIGGER + "SET NEW.A=1, GLOBAL general_log=1;", "SET"),
        forbidden("trigger_set_second_persist", TRIGGER + "SET NEW.A=1, PERSIST max_connections=9;", "SET"),
        forbidden("trigger_set_role", TRIGGER + "SET ROLE admin;", "SET"),
        forbidden("trigger_set_variable", TRIGGER + "SET @@session.sql_log_bin=0;", "server variable"),
        forbidden(
            "trigger_scope",
            delimited(TRIGGER + "BEGIN BEGIN DECLARE sql_log_bin INT; END; SET sql_log_bin=0; END"),
            "SET",
            line=8,
        ),
        forbidden(
            "trigger_start_slave",
            delimited(TRIGGER + "BEGIN IF CASE WHEN 1 THEN 1 END THEN START SLAVE; END IF; END"),
            "START",
            line=8,
        ),
        forbidden("trigger_call", TRIGGER + "CALL mysql.p();", "CALL"),
        forbidden("trigger_sleep", TRIGGER + "DO SLEEP(99);", "SLEEP"),
        forbidden("trigger_stored_function", TRIGGER + "SET NEW.A=f(1);", "built-in"),
        forbidden("trigger_truncate", TRIGGER + "TRUNCATE TABLE ADRESSEN;", "TRUNCATE"),
        forbidden(
            "trigger_on_unknown_table",
            "CREATE TRIGGER G BEFORE INSERT ON BENUTZER FOR EACH ROW SET NEW.A=1;",
            "does not create",
        ),
        forbidden("trigger_moment", "CREATE TRIGGER G INSTEAD OF INSERT ON T FOR EACH ROW SET NEW.A=1;", "moment"),
        forbidden(
            "trigger_handler",
            delimited(TRIGGER + "BEGIN DECLARE CONTINUE HANDLER FOR SQLEXCEPTION SET NEW.A = 0; SET NEW.A = 1; END"),
            "behind its trigger",
            line=10,
        ),
        forbidden(
            "trigger_handler_grant",
            TRIGGER + "BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION GRANT ALL ON *.* TO x; END;",
            "GRANT",
        ),
        forbidden(
            "trigger_handler_call",
            TRIGGER + "BEGIN DECLARE EXIT HANDLER FOR 1062, NOT FOUND BEGIN CALL p(); END; END;",
            "CALL",
        ),
        forbidden("trigger_grant", TRIGGER + "GRANT ALL ON *.* TO x;", "GRANT"),
        forbidden("trigger_oracle_mode", "SET sql_mode=ORACLE; " + TRIGGER + "BEGIN p(); END;", "the statement P"),
    ),
    "view": (
        forbidden(
            "view_dissolving_comment",
            "CREATE VIEW V AS SELECT 1 --/**/1, '\nFROM mysql.user -- ' FROM mysql.user;",
            "another database",
        ),
        forbidden(
            "view_subselect_where",
            "CREATE VIEW V AS SELECT A FROM T WHERE A IN (SELECT User FROM mysql.user);",
            "another database",
        ),
        forbidden(
            "view_subselect_list",
            "CREATE VIEW V AS SELECT (SELECT User FROM mysql.user LIMIT 1) FROM T;",
            "another database",
        ),
        forbidden(
            "view_subselect_on",
            "CREATE VIEW V AS SELECT 1 FROM T JOIN T u ON u.A=(SELECT 1 FROM mysql.user);",
            "another database",
        ),
        forbidden("view_alias_comma", "CREATE VIEW V AS SELECT * FROM T mysql, mysql.user;", "another database"),
        forbidden(
            "view_alias_on_comma",
            "CREATE VIEW V AS SELECT 1 FROM T a JOIN T mandant_b ON 1, mandant_b.ADRESSEN;",
            "another database",
        ),
        forbidden(
            "view_case_from", "CREATE VIEW V AS SELECT CASE WHEN 1 THEN Host END FROM mysql.user;", "another database"
        ),
        forbidden("view_alias_do", "CREATE VIEW V AS SELECT 1 AS do FROM mandant_b.ADRESSEN;", "another database"),
        forbidden(
            "view_on_case_comma",
            "CREATE VIEW V AS SELECT 1 FROM T a JOIN T mandant_b ON CASE WHEN 1 THEN 1 END, mandant_b.ADRESSEN;",
            "another database",
        ),
        forbidden(
            "view_index_hint",
            "CREATE VIEW V AS SELECT 1 FROM T mandant_b USE INDEX FOR ORDER BY (PRIMARY), mandant_b.ADRESSEN;",
            "another database",
        ),
        forbidden(
            "view_keyword_behind_dot",
            "CREATE VIEW V AS SELECT 1 FROM T mandant_b JOIN T a ON a.where, mandant_b.ADRESSEN;",
            "another database",
        ),
        forbidden(
            "view_odbc_braces", "CREATE VIEW V AS SELECT 1 FROM { OJ mysql.user LEFT OUTER JOIN T ON 1 };", "braces"
        ),
        forbidden("view_table_statement", "CREATE VIEW V AS TABLE mysql.user;", "TABLE"),
        forbidden("view_union_table", "CREATE VIEW V AS SELECT 1 UNION TABLE mysql.user;", "TABLE"),
        forbidden("view_parentheses", "CREATE VIEW V AS SELECT 1 FROM (T a, mandant_b.ADRESSEN);", "another database"),
        forbidden(
            "view_derived", "CREATE VIEW V AS SELECT 1 FROM (SELECT * FROM mandant_b.ADRESSEN) a;", "another database"
        ),
        forbidden(
            "view_cte",
            "CREATE VIEW V AS WITH a AS (SELECT * FROM mandant_b.ADRESSEN) SELECT * FROM a;",
            "another database",
        ),
        forbidden("view_digit_table", "CREATE VIEW V AS SELECT 1 FROM mandant_b.2024;", "digit"),
        forbidden("view_leading_dot", "CREATE VIEW V AS SELECT 1 FROM .T;", "dot"),
        forbidden("view_stored_function", "CREATE VIEW V AS SELECT f(A) FROM T;", "built-in"),
        forbidden(
            "view_straight_join_call",
            "CREATE VIEW V AS SELECT STRAIGHT_JOIN LOAD_FILE('/etc/passwd') FROM T;",
            "LOAD_FILE",
        ),
        forbidden("view_variable", "CREATE VIEW V AS SELECT @@datadir FROM T;", "variable"),
        forbidden(
            "view_second_statement", delimited("CREATE VIEW V AS SELECT 1; GRANT ALL ON *.* TO x"), "GRANT", line=8
        ),
        forbidden("view_sequence", "CREATE VIEW V AS SELECT NEXT VALUE FOR mandant_b.s;", "NEXT"),
        forbidden("view_columns", "CREATE VIEW V (A, (SELECT 1)) AS SELECT 1, 2;", "columns"),
        forbidden("view_option", "CREATE SQL SECURITY x VIEW V AS SELECT 1;", "option"),
        forbidden("view_for_update", "CREATE VIEW V AS SELECT A FROM T FOR UPDATE;", "UPDATE"),
        forbidden("view_procedure", "CREATE VIEW V AS SELECT A FROM T PROCEDURE ANALYSE();", "PROCEDURE"),
        forbidden("view_table_function", "CREATE VIEW V AS SELECT 1 FROM load_file('x') AS a;", "table is expected"),
        forbidden("view_unknown_qualifier", "CREATE VIEW V AS SELECT mandant_b.A FROM T;", "dump's own tables"),
        forbidden("view_in_place_of_rows", "CREATE VIEW T AS SELECT 1;", "with rows"),
    ),
    "event": (
        forbidden(
            "executable_event",
            "/*!50106 CREATE EVENT e ON SCHEDULE EVERY 1 SECOND DO DROP DATABASE mandant_b */;",
            "tables, views and triggers",
        ),
        forbidden(
            "create_event_definer",
            "CREATE DEFINER=root@localhost EVENT e ON SCHEDULE EVERY 1 SECOND DO DROP DATABASE mandant_b;",
            "tables, views and triggers",
        ),
        forbidden(
            "create_event", "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DROP TABLE T;", "tables, views and triggers"
        ),
        forbidden("alter_event", "ALTER EVENT e ENABLE;", "TABLE"),
        accepted("drop_event", "DROP EVENT e;"),
        forbidden("drop_event_of_others", "DROP EVENT mandant_b.e;", "another database"),
    ),
    "routine": (
        forbidden(
            "create_procedure_definer",
            "CREATE DEFINER=root@localhost PROCEDURE p() SELECT 1;",
            "tables, views and triggers",
        ),
        forbidden("call", "CALL p();", "CALL"),
        forbidden("create_procedure", "CREATE PROCEDURE p() DROP TABLE T;", "tables, views and triggers"),
        forbidden(
            "create_function",
            "CREATE DEFINER=`root`@`localhost` FUNCTION f() RETURNS INT RETURN 1;",
            "tables, views and triggers",
        ),
        forbidden("create_udf", "CREATE FUNCTION f RETURNS STRING SONAME 'x.so';", "tables, views and triggers"),
        accepted("drop_procedure", "DROP PROCEDURE IF EXISTS p;"),
        forbidden(
            "drop_procedure_and_make_it", "DROP PROCEDURE p; CREATE PROCEDURE p() SELECT 1;", "views and triggers"
        ),
        forbidden(
            "create_package",
            "SET sql_mode=ORACLE; CREATE PACKAGE P AS PROCEDURE q(); END;",
            "tables, views and triggers",
        ),
        forbidden("alter_procedure", "ALTER PROCEDURE p SQL SECURITY DEFINER;", "TABLE"),
        accepted("drop_function", "DROP FUNCTION f;"),
        forbidden("drop_function_of_others", "DROP FUNCTION mysql.f;", "another database"),
        forbidden("drop_function_and_more", "DROP FUNCTION f, g;", "not understood"),
    ),
}
