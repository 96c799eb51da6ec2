# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows that are more than literals, and what else reads or writes files."""

from __future__ import annotations

from hostile.row import HEAD, LAST, TRIGGER, Hostile, accepted, forbidden

# The text is longer than the usual column.
_WIDE = HEAD.replace(b"varchar(20)", b"varchar(80)")
_WIDER = HEAD.replace(b"varchar(20)", b"varchar(200)")

FILES: dict[str, tuple[Hostile, ...]] = {
    "rows": (
        forbidden("row_function", "INSERT INTO T VALUES (SLEEP(9),'x');", "literals"),
        forbidden("row_user_variable", "INSERT INTO T VALUES (@a:=1,'x');", "literals"),
        forbidden("rows_of_unknown_table", "INSERT INTO BENUTZER VALUES ('1');", "does not create"),
        forbidden("row_variable", "INSERT INTO T VALUES (@@datadir,'x');", "literals"),
        forbidden("row_operator", "INSERT INTO T VALUES (1=1,'x');", "literals"),
        forbidden("row_column", "INSERT INTO T VALUES (1,B);", "literals"),
        accepted("row_executable_comment", "INSERT INTO T VALUES (1 /*!50000 ,'x'*/), (/*! 2, */'y');", rows=4),
        forbidden("row_executable_open", "INSERT INTO T VALUES (1,'x' /*!50000 );DO 1*/);", "literals"),
        forbidden("row_executable_twice", "INSERT INTO T VALUES (1,/*!50000 /*!50000 'x'*/*/);", "literals"),
        forbidden(
            "row_executable_string", "INSERT INTO T VALUES (1,/*!99999 '*/,2);DO 1; -- '*/);", "executable comment"
        ),
        forbidden("row_big_x", "INSERT INTO T VALUES (0X41,'x');", "literals"),
        forbidden("row_introducer_gbk", "INSERT INTO T VALUES (1,_gbk '\\\\');", "literals"),
        accepted("row_default", "INSERT INTO T VALUES (DEFAULT,'x'), (default, /* x */ DEFAULT);", rows=4),
        accepted("row_of_nothing", "INSERT INTO T () VALUES (),( );", rows=4),
        forbidden("row_default_of", "INSERT INTO T VALUES (DEFAULT(A),'x');", "literals"),
        forbidden("row_default_operator", "INSERT INTO T VALUES (DEFAULT+1,'x');", "literals"),
        forbidden("row_default_in_call", "INSERT INTO T VALUES (1,CONCAT(DEFAULT));", "literals"),
        forbidden("row_default_too_wide", "INSERT INTO T VALUES (DEFAULT,'x','y');", "3 values for 2 columns"),
        forbidden("row_of_nothing_for_columns", "INSERT INTO T (A) VALUES ();", "0 values for 1 columns"),
        forbidden("row_for_no_columns", "INSERT INTO T () VALUES (1,'x');", "empty list of columns"),
        accepted("row_adjacent_strings", "INSERT INTO T VALUES (9,'a' '); DROP TABLE T; -- ');", rows=3),
        forbidden("row_string_and_call", "INSERT INTO T VALUES (1,'a' 'b' LOAD_FILE('/x'));", "literals"),
        forbidden("row_query_in_parentheses", "INSERT INTO T VALUES (1,((SELECT 1)));", "SELECT"),
        forbidden("insert_select", "INSERT INTO T SELECT * FROM mandant_b.ADRESSEN;", "SELECT"),
        forbidden("insert_column_twice", "INSERT INTO T (A,`a`) VALUES (1,2);", "names a column twice"),
        forbidden("insert_set_column_twice", "INSERT INTO T SET A=3, B='c', T.b='d';", "names a column twice"),
        accepted("insert_set", "INSERT INTO T SET A=3, B='c';", rows=3),
        forbidden("insert_set_call", "INSERT INTO T SET A=3, B=LOAD_FILE('/etc/passwd');", "literals"),
        forbidden("insert_set_select", "INSERT INTO T SET A=3, B=(SELECT 1);", "literals"),
        forbidden("insert_set_variable", "INSERT INTO T SET A=3, B=@@datadir;", "literals"),
        forbidden("insert_set_target", "INSERT INTO T SET @a=3;", "SET"),
        forbidden("insert_set_twice", "INSERT INTO T SET A=3; GRANT ALL ON *.* TO x;", "GRANT"),
        forbidden("insert_table", "INSERT INTO T TABLE mandant_b.ADRESSEN;", "TABLE"),
        forbidden("insert_with", "INSERT INTO T WITH x AS (SELECT 1) SELECT * FROM x;", "WITH"),
        forbidden(
            "insert_duplicate_key",
            "INSERT INTO T VALUES ('3','z') ON DUPLICATE KEY UPDATE B=LOAD_FILE('/etc/passwd');",
            "after its rows",
        ),
        accepted(
            "insert_duplicate_key_rows",
            "INSERT INTO T VALUES (3,'z') ON DUPLICATE KEY UPDATE A=VALUES(A), `B`=B;",
            rows=3,
        ),
        forbidden(
            "insert_duplicate_key_select",
            "INSERT INTO T VALUES (3,'z') ON DUPLICATE KEY UPDATE B=(SELECT 1);",
            "after its rows",
        ),
        forbidden(
            "insert_duplicate_key_variable",
            "INSERT INTO T VALUES (3,'z') ON DUPLICATE KEY UPDATE B=@@datadir;",
            "after its rows",
        ),
        forbidden(
            "insert_duplicate_key_call",
            "INSERT INTO T VALUES (3,'z') ON DUPLICATE KEY UPDATE B=SLEEP(B);",
            "after its rows",
        ),
        forbidden(
            "insert_duplicate_key_other",
            "INSERT INTO T VALUES (3,'z') ON DUPLICATE KEY UPDATE B=mysql.user;",
            "after its rows",
        ),
        forbidden(
            "insert_duplicate_key_returning",
            "INSERT INTO T VALUES (3,'z') ON DUPLICATE KEY UPDATE B=VALUES(B) RETURNING *;",
            "after its rows",
        ),
        accepted("insert_returning", "INSERT INTO T VALUES ('3','z') RETURNING *;", rows=3),
        forbidden("insert_returning_query", "INSERT INTO T VALUES (3,'z') RETURNING (SELECT 1);", "RETURNING"),
        forbidden("insert_many_columns", "INSERT INTO T VALUES (" + "1," * 4099 + "1);", "4096"),
        forbidden("row_nul", "INSERT INTO T VALUES ('3','z')\x00;", "after its rows"),
        accepted(
            "row_text_holds_sql",
            _WIDER + b"INSERT INTO T VALUES ('3','a\\');\nINSERT INTO T VALUES (\\'b');\n"
            b"INSERT INTO T VALUES ('4','x''); DROP DATABASE y; -- ');\n" + LAST,
            rows=4,
        ),
        accepted(
            "row_gbk_quote",
            _WIDE + b"INSERT INTO T VALUES ('3','\xbf\\'); GRANT ALL ON *.* TO x; -- ');\n" + LAST,
            rows=3,
        ),
        accepted(
            "row_sjis_backslash",
            _WIDE + b"INSERT INTO T VALUES ('3','\x83\\'); GRANT ALL ON *.* TO x; -- ');\n" + LAST,
            rows=3,
        ),
        forbidden("row_dash_operator", "INSERT INTO T VALUES (1--a,'a');", "literals"),
        accepted("row_operators", "INSERT INTO T VALUES (1--1,'a'),(-(-5),BINARY 'x'),((1 + 2) * 7,'b');", rows=5),
        accepted("row_backslash_null", "INSERT INTO T VALUES (\\N,'a');", rows=3),
        accepted("row_national_string", "INSERT INTO T VALUES (3,N'a');", rows=3),
        accepted(
            "row_call_of_literals", "INSERT INTO T VALUES (CAST('3' AS UNSIGNED),CONCAT(CHAR(65),UNHEX('42')));", rows=3
        ),
        forbidden("row_call_in_call", "INSERT INTO T VALUES (3,CONCAT('a',LOAD_FILE('/etc/passwd')));", "literals"),
        forbidden("row_call_of_a_query", "INSERT INTO T VALUES (3,UNHEX((SELECT 1)));", "literals"),
        forbidden("row_call_of_a_column", "INSERT INTO T VALUES (3,CONCAT(A,'b'));", "literals"),
        forbidden("row_call_of_a_variable", "INSERT INTO T VALUES (3,CONCAT(@@datadir));", "literals"),
        forbidden("row_call_of_others", "INSERT INTO T VALUES (3,mysql.f('a'));", "literals"),
        forbidden("row_cast_to_more", "INSERT INTO T VALUES (3,CAST('a' AS CHAR) + SLEEP(9));", "literals"),
        forbidden("row_cast_of_a_query", "INSERT INTO T VALUES (3,CONVERT('a', (SELECT 1)));", "literals"),
        forbidden("row_calls_deep", "INSERT INTO T VALUES (3," + "CONCAT(" * 50 + "'a'" + ")" * 50 + ");", "literals"),
        forbidden("row_system_variable", "INSERT INTO T VALUES (1,@@secure_file_priv);", "literals"),
        forbidden("row_case", "INSERT INTO T VALUES (CASE WHEN 1 THEN 2 END,'a');", "literals"),
        forbidden("row_second_of_many", "INSERT INTO T VALUES (3,'a'),(4,'b'),(5,SLEEP(9)),(6,'c');", "literals"),
        accepted("insert_as_alias", "INSERT INTO T VALUES (3,'a') AS n ON DUPLICATE KEY UPDATE A=n.A;", rows=3),
        forbidden("insert_as_alias_alone", "INSERT INTO T VALUES (3,'a') AS n;", "after its rows"),
        forbidden(
            "insert_as_another", "INSERT INTO T VALUES (3,'a') AS n ON DUPLICATE KEY UPDATE A=m.A;", "after its rows"
        ),
        forbidden("insert_partition", "INSERT INTO T PARTITION (p0) VALUES (1,'a');", "INSERT"),
    ),
    "subselect in VALUES": (
        forbidden("row_subselect", "INSERT INTO T VALUES ('3',(SELECT 1));", "literals"),
        forbidden(
            "row_subselect_nested", "INSERT INTO T VALUES ((SELECT Password FROM mysql.user LIMIT 1),'a');", "literals"
        ),
        forbidden("row_last_of_many", "INSERT INTO T VALUES (3,'a'),(4,'b'),(5,'c'),((SELECT 1),'c');", "literals"),
    ),
    "LOAD_FILE": (
        forbidden("set_load_file", "SET @a=LOAD_FILE('/etc/passwd');", "LOAD_FILE"),
        forbidden("row_load_file", "INSERT INTO T VALUES ('3',LOAD_FILE('/etc/passwd'));", "literals"),
        forbidden("view_load_file", "CREATE VIEW V AS SELECT LOAD_FILE('/etc/passwd');", "LOAD_FILE"),
        forbidden("trigger_load_file", TRIGGER + "SET NEW.B=LOAD_FILE('/etc/passwd');", "LOAD_FILE"),
        forbidden("row_load_file_comment", "INSERT INTO T VALUES (1,LOAD_FILE/**/('/etc/passwd'));", "literals"),
    ),
    "LOAD DATA": (
        forbidden("load_data", "LOAD DATA INFILE '/etc/passwd' INTO TABLE T;", "LOAD"),
        forbidden("load_data_local", "LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE T;", "LOAD"),
        forbidden("load_xml", "LOAD XML LOCAL INFILE '/etc/passwd' INTO TABLE T;", "LOAD"),
        forbidden("load_index", "LOAD INDEX INTO CACHE T;", "LOAD"),
    ),
    "INTO OUTFILE": (
        forbidden("select_into_variable", "SELECT 1 INTO @a;", "SELECT"),
        forbidden("select_assigns", "SELECT @OLD_SQL_MODE := 'NO_BACKSLASH_ESCAPES';", "SELECT"),
        forbidden("select_sleeps", "SELECT SLEEP(@a);", "SELECT"),
        accepted("select_variables", "SELECT @@version, CONCAT(@a, @@global.port) AS x FROM DUAL;", rows=2),
        forbidden("select_outfile", "SELECT * FROM T INTO OUTFILE '/tmp/x';", "SELECT"),
        forbidden("view_into_outfile", "CREATE VIEW V AS SELECT * FROM T INTO OUTFILE '/tmp/x';", "INTO"),
        forbidden("trigger_outfile", TRIGGER + "SELECT 1 INTO OUTFILE '/tmp/x';", "OUTFILE"),
        forbidden("insert_outfile", "INSERT INTO T SELECT 1,2 INTO OUTFILE '/tmp/x';", "INSERT"),
        forbidden("select_dumpfile", "SELECT 'x' INTO DUMPFILE '/tmp/x.so';", "SELECT"),
        forbidden("trigger_dumpfile", TRIGGER + "SELECT 1 INTO DUMPFILE '/tmp/x';", "DUMPFILE"),
    ),
}
