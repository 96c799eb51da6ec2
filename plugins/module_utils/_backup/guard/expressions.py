# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Expressions in defaults, generated columns, checks, views and triggers: built-in functions only."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import Token
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import Refused

# Functions of the servers that read nothing but their arguments. Missing on purpose: LOAD_FILE,
# SLEEP, BENCHMARK, GET_LOCK and its kin, and all that a plugin or a user could have added.
FUNCTIONS = frozenset(
    b"""ABS ACOS ADDDATE ADDTIME ASCII ASIN ATAN ATAN2 AVG BIN BIT_AND BIT_COUNT BIT_LENGTH BIT_OR BIT_XOR
    CAST CEIL CEILING CHAR CHAR_LENGTH CHARACTER_LENGTH CHARSET CHR COALESCE COERCIBILITY COLLATION CONCAT
    CONCAT_WS CONV CONVERT CONVERT_TZ COS COT COUNT CRC32 CUME_DIST CURDATE CURRENT_DATE CURRENT_TIME
    CURRENT_TIMESTAMP CURTIME DATE DATE_ADD DATE_FORMAT DATE_SUB DATEDIFF DAY DAYNAME DAYOFMONTH DAYOFWEEK
    DAYOFYEAR DEGREES DENSE_RANK ELT EXP EXPORT_SET EXTRACT FIELD FIND_IN_SET FIRST_VALUE FLOOR FORMAT
    FROM_BASE64 FROM_DAYS FROM_UNIXTIME GREATEST GROUP_CONCAT HEX HOUR IF IFNULL INET_ATON INET_NTOA INSERT
    INSTR INTERVAL ISNULL JSON_ARRAY JSON_ARRAYAGG JSON_CONTAINS JSON_EXTRACT JSON_KEYS JSON_LENGTH
    JSON_OBJECT JSON_OBJECTAGG JSON_QUOTE JSON_SEARCH JSON_SET JSON_TYPE JSON_UNQUOTE JSON_VALID JSON_VALUE
    LAG LAST_DAY LAST_VALUE LCASE LEAD LEAST LEFT LENGTH LN LOCALTIME LOCALTIMESTAMP LOCATE LOG LOG10 LOG2
    LOWER LPAD LTRIM MAKEDATE MAKETIME MAX MD5 MICROSECOND MID MIN MINUTE MOD MONTH MONTHNAME NOW NTH_VALUE
    NTILE NULLIF NVL NVL2 OCT OCTET_LENGTH ORD PERCENT_RANK PERIOD_ADD PERIOD_DIFF PI POSITION POW POWER
    QUARTER QUOTE RADIANS RAND RANK REGEXP_INSTR REGEXP_LIKE REGEXP_REPLACE REGEXP_SUBSTR REPEAT REPLACE
    REVERSE RIGHT ROUND ROW_NUMBER RPAD RTRIM SEC_TO_TIME SECOND SHA SHA1 SHA2 SIGN SIN SOUNDEX SPACE SQRT
    STD STDDEV STDDEV_POP STDDEV_SAMP STR_TO_DATE STRCMP SUBDATE SUBSTR SUBSTRING SUBSTRING_INDEX SUBTIME
    CONNECTION_ID CURRENT_USER DATABASE LAST_INSERT_ID SCHEMA SESSION_USER SYSTEM_USER USER VERSION
    SUM SYSDATE TAN TIME TIME_FORMAT TIME_TO_SEC TIMEDIFF TIMESTAMP TIMESTAMPADD TIMESTAMPDIFF TO_BASE64
    TO_DAYS TO_SECONDS TRIM TRUNCATE UCASE UNHEX UNIX_TIMESTAMP UPPER UTC_DATE UTC_TIME UTC_TIMESTAMP UUID
    VALUES VAR_POP VAR_SAMP VARIANCE WEEK WEEKDAY WEEKOFYEAR WEIGHT_STRING YEAR YEARWEEK""".split()
)
# Words of the grammar that may stand before a parenthesis without being a function.
OPERATORS = frozenset(
    b"""ALL AND ANY AS BETWEEN BINARY BY CASE CHECK DIV DISTINCT DISTINCTROW DO ELSE ELSEIF END EXISTS FROM GROUP HAVING
    IN INTO IS JOIN KEY LIKE LIMIT LIST NOT ON OR ORDER OVER PARTITION PRIMARY RANGE REGEXP RETURN RLIKE ROW
    SELECT SET SOME THAN THEN UNION UNTIL USING VALUE WHEN WHERE WHILE WITH XOR COLUMNS HASH LINEAR
    DECIMAL NUMERIC CHARACTER VARCHAR VARBINARY DATETIME INT INTEGER BIGINT SMALLINT TINYINT MEDIUMINT ENUM
    FLOAT DOUBLE LATERAL""".split()
)
_STATEMENTS = frozenset(
    b"""ALTER ANALYZE CALL CREATE DEALLOCATE DELETE DROP DUMPFILE EXECUTE FLUSH GRANT HANDLER INSTALL INTO KILL LOAD
    LOCK NEXT OPTIMIZE OUTFILE PREPARE PREVIOUS PURGE RENAME RESET REVOKE SELECT SHUTDOWN START TABLE TRUNCATE
    UNINSTALL UNLOCK UPDATE USE WITH""".split()
)


def check_calls(tokens: t.Sequence[Token]) -> None:
    """Refuse calls of functions that are not built in, or do more than compute."""
    for word, behind in zip(tokens, tokens[1:]):
        if not behind.is_mark(b"(") or word.kind not in ("word", "name"):
            continue
        if word.kind == "name" or word.upper not in FUNCTIONS | OPERATORS:
            raise Refused(
                f"a call of {word.text.decode('utf-8', 'replace')[:64]}, which is not a harmless built-in function"
            )


def check_expression(tokens: t.Sequence[Token]) -> None:
    """Refuse everything in an expression of a table definition that could reach out of the row."""
    for token in tokens:
        if token.kind == "variable":
            raise Refused("a variable in a table definition")
        if token.is_mark(b".") or token.is_mark(b";") or token.text.startswith(b"."):
            raise Refused("a qualified name in an expression of a table definition")
        if token.upper in _STATEMENTS - {b"TRUNCATE"}:
            raise Refused(f"{token.upper.decode()} in an expression of a table definition")
    check_calls(tokens)
