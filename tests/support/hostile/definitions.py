# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Definitions of tables that reach out of the Mandant, or that are not understood."""

from __future__ import annotations

from hostile.row import Hostile, accepted, forbidden

FILES: dict[str, tuple[Hostile, ...]] = {
    "definition": (
        accepted(
            "comment_of_table_with_quotes",
            "CREATE TABLE U (A int COMMENT 'a''; GRANT ALL ON *.* TO x; -- ') COMMENT='\\'; DROP DATABASE x; -- ';",
        ),
        forbidden("default_function", "CREATE TABLE U (A text DEFAULT (LOAD_FILE('/etc/passwd')));", "LOAD_FILE"),
        forbidden("check_stored_function", "CREATE TABLE U (A int CHECK (f(A)));", "built-in"),
        forbidden(
            "create_server",
            "CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (HOST 'x');",
            "tables, views and triggers",
        ),
        forbidden("create_temporary", "CREATE TEMPORARY TABLE U (A int);", "forgets it"),
        forbidden("drop_filled", "DROP TABLE T;", "does not create", line=8),
        forbidden("create_twice", "CREATE TABLE T (A int);", "created twice"),
        forbidden("drop_database_late", "DROP DATABASE mandant_b;", "DROP DATABASE"),
        forbidden("engine_blackhole", "CREATE TABLE U (A int) ENGINE=BLACKHOLE;", "BLACKHOLE"),
        forbidden(
            "partition_as_table",
            "CREATE TABLE U (A int) PARTITION BY HASH (A) PARTITIONS 2 AS TABLE ADRESSEN;",
            "PARTITION",
        ),
        forbidden("system_versioning", "CREATE TABLE U (A int) WITH SYSTEM VERSIONING;", "system versioning"),
        forbidden("default_variable", "CREATE TABLE U (A text DEFAULT (@@datadir));", "variable"),
        forbidden("default_sequence", "CREATE TABLE U (A int DEFAULT (NEXT VALUE FOR s));", "NEXT"),
        forbidden("generated_subselect", "CREATE TABLE U (A int, G int AS ((SELECT 1)) STORED);", "SELECT"),
        forbidden("check_backtick_call", "CREATE TABLE U (A int CHECK (`f`(A)));", "built-in"),
        forbidden("key_expression", "CREATE TABLE U (A int, KEY k ((BENCHMARK(9,A))));", "BENCHMARK"),
        forbidden("key_option", "CREATE TABLE U (A int, KEY k (A) ENGINE_ATTRIBUTE='x');", "not understood"),
        forbidden("column_type_parameter", "CREATE TABLE U (A int(SLEEP(9)));", "literals"),
        forbidden("alter_rename", "ALTER TABLE T RENAME TO mandant_b.T;", "another database"),
        forbidden("alter_discard", "ALTER TABLE T DISCARD TABLESPACE;", "DISCARD"),
        forbidden("alter_drop_column", "ALTER TABLE T DROP COLUMN Z;", "which is not there"),
        forbidden("alter_add_computed", "ALTER TABLE T ADD C int DEFAULT (SLEEP(9));", "SLEEP"),
        forbidden("alter_add_pointing", "ALTER TABLE T ADD C int REFERENCES mandant_b.T (A);", "another database"),
        forbidden("alter_default", "ALTER TABLE T ALTER A SET DEFAULT (LOAD_FILE('/etc/passwd'));", "LOAD_FILE"),
        forbidden(
            "alter_view", "CREATE VIEW V AS SELECT 1 AS A;\nALTER VIEW V AS SELECT * FROM mysql.user;", "mysql", line=8
        ),
        forbidden("like_qualified", "CREATE TABLE U LIKE mandant_b.T;", "another database"),
        forbidden("rename_back", "RENAME TABLE T TO BACK_RESTORE_T;", "tables BACK_*"),
        forbidden("drop_index_qualified", "DROP INDEX x ON mandant_b.T;", "another database"),
        forbidden("alter_exchange", "ALTER TABLE T EXCHANGE PARTITION p WITH TABLE mandant_b.T;", "EXCHANGE"),
        forbidden("create_sequence", "CREATE SEQUENCE S;", "no restore makes one"),
        forbidden("engine_s3", "CREATE TABLE U (A int) ENGINE=S3;", "S3"),
        forbidden("engine_sequence", "CREATE TABLE U (A int) ENGINE=SEQUENCE;", "SEQUENCE"),
        accepted("engine_csv", "CREATE TABLE U (A int NOT NULL) TYPE=`CSV`;"),
        accepted("engine_default", "SET default_storage_engine=FEDERATED;"),
        accepted("default_two_strings", "CREATE TABLE U (A varchar(9) DEFAULT 'a' 'b');"),
        forbidden("default_string_and_call", "CREATE TABLE U (A varchar(9) DEFAULT 'a' LOAD_FILE('/x'));", "LOAD_FILE"),
        accepted("enum_with_quotes", "CREATE TABLE U (A enum('a'',''b','\\'); GRANT ALL ON *.* TO x; -- '));"),
    ),
    "CREATE ... SELECT": (
        forbidden("create_select", "CREATE TABLE U (A int) SELECT * FROM mysql.user;", "SELECT"),
        forbidden("create_as_select", "CREATE TABLE U AS SELECT * FROM mysql.user;", "SELECT"),
        forbidden("create_like", "CREATE TABLE U LIKE mysql.user;", "another database"),
        forbidden("create_like_parentheses", "CREATE TABLE U (LIKE mysql.user);", "another database"),
        forbidden("create_select_columns", "CREATE TABLE U (A int) SELECT Password AS A FROM mysql.user;", "SELECT"),
        forbidden("create_select_parentheses", "CREATE TABLE U (A int) AS (SELECT 1 AS A);", "AS"),
        forbidden("create_select_options", "CREATE TABLE U (A int) ENGINE=MyISAM IGNORE SELECT 1 AS A;", "IGNORE"),
        forbidden("create_select_executable", "CREATE TABLE U (A int) /*!50000 SELECT 1 AS A */;", "SELECT"),
        forbidden("create_select_union", "CREATE TABLE U SELECT 1 UNION SELECT 2;", "SELECT"),
    ),
    "DATA DIRECTORY": (
        accepted("data_directory", "CREATE TABLE U (A int) DATA DIRECTORY='/tmp';", "place_left_out"),
        accepted("index_directory", "CREATE TABLE U (A int) INDEX DIRECTORY='/tmp';", "place_left_out"),
        accepted("tablespace", "CREATE TABLE U (A int) TABLESPACE x;", "place_left_out"),
        accepted(
            "partition_directory",
            "CREATE TABLE U (A int) PARTITION BY HASH (A) (PARTITION p DATA DIRECTORY='/tmp');",
            "place_left_out",
        ),
        accepted(
            "data_directory_executable",
            "CREATE TABLE U (A int) /*!50100 DATA DIRECTORY='/tmp/' */;",
            "place_left_out",
        ),
        forbidden("data_directory_of_nothing", "CREATE TABLE U (A int) DATA DIRECTORY;", "DATA"),
        forbidden("data_directory_and_more", "CREATE TABLE U (A int) DATA DIRECTORY='/tmp' SELECT 1;", "SELECT"),
        forbidden("data_directory_call", "CREATE TABLE U (A int) DATA DIRECTORY=(SLEEP(9));", "DATA"),
        forbidden("data_directory_later", "ALTER TABLE T DATA DIRECTORY='/tmp';", "DATA"),
        forbidden("tablespace_of_a_column", "CREATE TABLE U (A int TABLESPACE x);", "TABLESPACE"),
    ),
    "UNION of MERGE": (
        forbidden("engine_merge", "CREATE TABLE U (A int) ENGINE=MERGE UNION=(mysql.user);", "MERGE"),
        accepted("union_option", "CREATE TABLE U (A int) UNION=(mysql.user);", finding="place_left_out", rows=2),
        forbidden(
            "engine_mrg_myisam", "CREATE TABLE U (A int) ENGINE=MRG_MyISAM UNION=(mandant_b.ADRESSEN);", "MRG_MyISAM"
        ),
        forbidden("union_by_alter", "ALTER TABLE T UNION=(mandant_b.ADRESSEN);", "UNION"),
        accepted(
            "union_executable",
            "CREATE TABLE U (A int) ENGINE=MyISAM /*!40000 UNION=(mandant_b.ADRESSEN) */;",
            finding="place_left_out",
            rows=2,
        ),
    ),
    "FEDERATED and CONNECT": (
        forbidden(
            "engine_federated", "CREATE TABLE U (A int) ENGINE=FEDERATED CONNECTION='mysql://x@y/z/t';", "FEDERATED"
        ),
        forbidden(
            "engine_connect",
            "CREATE TABLE U (A int) ENGINE='CONNECT' table_type=DOS file_name='/etc/passwd';",
            "CONNECT",
        ),
        forbidden("engine_spider", "CREATE TABLE U (A int) ENGINE=SPIDER COMMENT='wrapper \"mysql\"';", "SPIDER"),
        forbidden("engine_by_alter", "ALTER TABLE T ENGINE=FEDERATED;", "FEDERATED"),
        forbidden(
            "partition_engine",
            "CREATE TABLE U (A int) PARTITION BY HASH (A) (PARTITION p COMMENT='server \"s\"' ENGINE=SPIDER);",
            "SPIDER",
        ),
        forbidden(
            "engine_federated_quoted",
            "CREATE TABLE U (A int) ENGINE='FEDERATED' CONNECTION='mysql://root@db/x/y';",
            "FEDERATED",
        ),
        forbidden("engine_federated_backticks", "CREATE TABLE U (A int) ENGINE=`federated`;", "federated"),
        accepted(
            "engine_connection",
            "CREATE TABLE U (A int) CONNECTION='mysql://root@db/x/y';",
            finding="place_left_out",
            rows=2,
        ),
        forbidden(
            "engine_connect_file",
            "CREATE TABLE U (A int) ENGINE=CONNECT TABLE_TYPE=CSV FILE_NAME='/etc/passwd';",
            "CONNECT",
        ),
        forbidden("engine_type", "CREATE TABLE U (A int) TYPE=FEDERATED;", "FEDERATED"),
    ),
}
