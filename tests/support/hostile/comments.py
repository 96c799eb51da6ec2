# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Comments that some server executes, ends elsewhere or does not see as one."""

from __future__ import annotations

from hostile.row import Hostile, accepted, forbidden, truncated

FILES: dict[str, tuple[Hostile, ...]] = {
    "nested comment": (
        forbidden("executable_999999_nested", "/*!999999 /* quiet */ SELECT 1 INTO OUTFILE '/tmp/x' */;", "SELECT"),
        accepted("comment_nested_plain", "/* a /* b */;"),
        forbidden("comment_nested_rest", "/* a /* b */ DO 1 */;", "executable comment"),
        forbidden("executable_in_executable", "SET /*!40101 @a /*!40101 = */ 1 */;", "executable comment"),
    ),
    "executable comment": (
        forbidden("executable_drop_database", "/*!50000 DROP DATABASE mandant_b*/;", "DROP DATABASE"),
        forbidden("executable_grant", "/*M!100000 GRANT ALL ON *.* TO x@'%' */;", "GRANT"),
        forbidden("executable_grant_split", "/*!50000 GR*//*!50000 ANT ALL ON *.* TO x */;", "of another kind"),
        forbidden("executable_seven_digits", "/*!5000000 GRANT ALL ON *.* TO x */;", "of another kind"),
        forbidden("executable_no_version", "/*! SHUTDOWN */;", "SHUTDOWN"),
        forbidden("executable_unterminated", "/*!50000 DROP TABLE T;", "does not end"),
        accepted("executable_999999_skipped", "/*!999999 GRANT ALL ON *.* TO x */"),
        forbidden("executable_below", "/*!32302 GRANT ALL ON *.* TO x */;", "GRANT"),
        forbidden("executable_above", "/*!99999 DROP DATABASE mandant_b */;", "DROP DATABASE"),
        forbidden("executable_mysql_8", "/*!80000 GRANT ALL ON *.* TO x */;", "GRANT"),
        forbidden("executable_mariadb", "/*M!100100 GRANT ALL ON *.* TO x */;", "GRANT"),
        forbidden("executable_four_digits", "/*!4010 GRANT ALL ON *.* TO x */;", "of another kind"),
        forbidden("executable_closed_twice", "SET @a = 1 */;", "executable comment"),
        forbidden("executable_insert", "/*!50000 INSERT INTO mandant_b.ADRESSEN VALUES (1) */;", "executable comment"),
        *(
            forbidden(f"executable_for_some_{number}", f"/*{servers} {statement} */;", "not every server would")
            for number, (servers, statement) in enumerate(
                (
                    ("!80000", "DROP TABLE T"),
                    ("!50700", "TRUNCATE TABLE T"),
                    ("!80000", "DELETE FROM T"),
                    ("M!100500", "CREATE VIEW v AS SELECT 1 AS A"),
                    ("!80000", "CREATE TABLE U (A int)"),
                    ("!80000", "ALTER TABLE T MODIFY A bigint"),
                    ("!80000", "SET sql_mode='ANSI_QUOTES'"),
                    ("!80000", "SET NAMES latin1 COLLATE latin1_bin"),
                    ("M!100500", "SET TIME_ZONE='+05:00'"),
                    ("!80000", "SET default_storage_engine=MyISAM"),
                )
            )
        ),
        forbidden(
            "executable_engine_for_some", "CREATE TABLE U (A int) /*!80000 ENGINE=MyISAM */;", "not every server would"
        ),
        accepted("executable_setting_for_some", "/*!80000 SET information_schema_stats_expiry=0 */;"),
        accepted("executable_in_string", "INSERT INTO T VALUES ('3','/*!50000 */');", rows=3),
        forbidden(
            "executable_quote_inside", "SET @a = /*!99999 '*/ GRANT ALL ON *.* TO x; -- ' */;", "executable comment"
        ),
        forbidden(
            "executable_line_comment_inside",
            "SET @a = /*!99999 1 -- */ GRANT ALL ON *.* TO x;\n */;",
            "executable comment",
        ),
    ),
    "comment": (
        truncated("comment_unterminated", "/* INSERT INTO T VALUES ('3','z');", "middle of the statement", line=7),
        accepted(
            "comment_with_sql", "-- \\! touch /tmp/broken\n# DROP DATABASE mandant_b;\n/* GRANT ALL ON *.* TO x; */"
        ),
        forbidden("comment_dash_without_blank", "SET @a = 5 --1;\nGRANT ALL ON *.* TO x;", "GRANT", line=8),
        accepted("comment_hash_carriage_return", "# harmless\rGRANT ALL ON *.* TO x;"),
        accepted("comment_dash_carriage_return", "-- harmless\rGRANT ALL ON *.* TO x;"),
        accepted("comment_hash_in_statement", "SET @a = # ;\n GRANT\n;"),
        forbidden("comment_closes_in_string", "SET @a = '*/'; /* ' */ GRANT ALL ON *.* TO x; -- '", "GRANT"),
    ),
}
