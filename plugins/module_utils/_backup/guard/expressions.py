# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Expressions in defaults, generated columns, checks, views and triggers: built-in functions only."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import Token
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import Refused, text_of

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
    VALUES VAR_POP VAR_SAMP VARIANCE WEEK WEEKDAY WEEKOFYEAR WEIGHT_STRING YEAR YEARWEEK
    ADD_MONTHS AES_DECRYPT AES_ENCRYPT ANY_VALUE BIN_TO_UUID COLUMN_ADD COLUMN_CHECK COLUMN_CREATE COLUMN_DELETE
    COLUMN_EXISTS COLUMN_GET COLUMN_JSON COLUMN_LIST COMPRESS CONCAT_OPERATOR_ORACLE CRC32C CURRENT_ROLE
    DECODE_ORACLE EXTRACTVALUE FORMAT_BYTES FORMAT_PICO_TIME FOUND_ROWS GET_FORMAT
    GROUPING INET6_ATON INET6_NTOA IS_IPV4 IS_IPV4_COMPAT IS_IPV4_MAPPED IS_IPV6 IS_UUID LENGTHB LPAD_ORACLE
    LTRIM_ORACLE MAKE_SET MEDIAN MONTHS_BETWEEN NATURAL_SORT_KEY PERCENTILE_CONT PERCENTILE_DISC RANDOM_BYTES
    REPLACE_ORACLE ROW_COUNT ROWNUM RPAD_ORACLE RTRIM_ORACLE SFORMAT SUBSTR_ORACLE SUBSTRING_ORACLE SYS_GUID TO_CHAR
    TO_DATE TO_NUMBER TRIM_ORACLE UNCOMPRESS UNCOMPRESSED_LENGTH UPDATEXML UUID_SHORT UUID_TO_BIN UUID_V4 UUID_V7
    UUIDV4 UUIDV7 VALIDATE_PASSWORD_STRENGTH
    DECODE DEFAULT ENCODE ENCRYPT OLD_PASSWORD PASSWORD
    JSON_APPEND JSON_ARRAY_APPEND JSON_ARRAY_INSERT JSON_ARRAY_INTERSECT JSON_COMPACT JSON_CONTAINS_PATH JSON_DEPTH
    JSON_DETAILED JSON_EQUALS JSON_EXISTS JSON_INSERT JSON_KEY_VALUE JSON_LOOSE JSON_MERGE JSON_MERGE_PATCH
    JSON_MERGE_PRESERVE JSON_NORMALIZE JSON_OBJECT_FILTER_KEYS JSON_OBJECT_TO_ARRAY JSON_OVERLAPS JSON_PRETTY JSON_QUERY
    JSON_REMOVE JSON_REPLACE JSON_SCHEMA_VALID JSON_SCHEMA_VALIDATION_REPORT JSON_STORAGE_FREE JSON_STORAGE_SIZE
    JSON_TABLE
    DISTANCE FROM_VECTOR STRING_TO_VECTOR TO_VECTOR VEC_DISTANCE VEC_DISTANCE_COSINE VEC_DISTANCE_EUCLIDEAN VEC_FROMTEXT
    VEC_TOTEXT VECTOR_DIM VECTOR_TO_STRING""".split()
)
# Those of shapes, with ST_ in front as every server has them.
_SHAPES = b"""GEOMCOLLECTION GEOMETRYCOLLECTION LINESTRING MULTILINESTRING MULTIPOINT MULTIPOLYGON POINT
    POLYGON""".split()
_OF_SHAPES = b"""AREA ASBINARY ASTEXT ASWKB ASWKT BOUNDARY BUFFER CENTROID CONTAINS CONVEXHULL CROSSES DIFFERENCE
    DIMENSION DISJOINT DISTANCE ENDPOINT ENVELOPE EQUALS EXTERIORRING GEOMCOLLFROMTEXT GEOMCOLLFROMWKB
    GEOMETRYCOLLECTIONFROMTEXT GEOMETRYCOLLECTIONFROMWKB GEOMETRYFROMTEXT GEOMETRYFROMWKB GEOMETRYN GEOMETRYTYPE
    GEOMFROMTEXT GEOMFROMWKB GLENGTH INTERIORRINGN INTERSECTION INTERSECTS ISCLOSED ISEMPTY ISRING ISSIMPLE ISVALID
    LENGTH LINEFROMTEXT LINEFROMWKB LINESTRINGFROMTEXT LINESTRINGFROMWKB MLINEFROMTEXT MLINEFROMWKB MPOINTFROMTEXT
    MPOINTFROMWKB MPOLYFROMTEXT MPOLYFROMWKB MULTILINESTRINGFROMTEXT MULTILINESTRINGFROMWKB MULTIPOINTFROMTEXT
    MULTIPOINTFROMWKB MULTIPOLYGONFROMTEXT MULTIPOLYGONFROMWKB NUMGEOMETRIES NUMINTERIORRINGS NUMPOINTS OVERLAPS
    POINTFROMTEXT POINTFROMWKB POINTN POINTONSURFACE POLYFROMTEXT POLYFROMWKB POLYGONFROMTEXT POLYGONFROMWKB RELATE SRID
    STARTPOINT SYMDIFFERENCE TOUCHES UNION WITHIN X Y""".split()
_ST_ALONE = b"""ASGEOJSON BUFFER_STRATEGY COLLECT DISTANCE_SPHERE FRECHETDISTANCE GEOHASH GEOMFROMGEOJSON
    HAUSDORFFDISTANCE LATFROMGEOHASH LATITUDE LINEINTERPOLATEPOINT LINEINTERPOLATEPOINTS LONGFROMGEOHASH
    LONGITUDE MAKEENVELOPE NUMINTERIORRING POINTATDISTANCE POINTFROMGEOHASH SIMPLIFY SWAPXY TRANSFORM
    VALIDATE""".split()
_MBR = b"CONTAINS COVEREDBY COVERS DISJOINT EQUAL EQUALS INTERSECTS OVERLAPS TOUCHES WITHIN".split()
FUNCTIONS |= {*_SHAPES, *(b"ST_" + name for name in (*_OF_SHAPES, *_ST_ALONE))}
FUNCTIONS |= {b"MBR" + name for name in _MBR}

# Words of the grammar that may stand before a parenthesis without being a function.
OPERATORS = frozenset(
    b"""ALL AND ANY AS BETWEEN BINARY BY CASE CHECK DIV DISTINCT DISTINCTROW DO ELSE ELSEIF END EXISTS FROM GROUP HAVING
    IN INTO IS JOIN KEY LIKE LIMIT LIST NOT ON OR ORDER OVER PARTITION PRIMARY RANGE REGEXP RETURN RLIKE ROW
    SELECT SET SOME THAN THEN UNION UNTIL USING VALUE WHEN WHERE WHILE WITH XOR COLUMNS HASH LINEAR
    DECIMAL NUMERIC CHARACTER VARCHAR VARBINARY DATETIME INT INTEGER BIGINT SMALLINT TINYINT MEDIUMINT ENUM
    FLOAT DOUBLE LATERAL INDEX MATCH""".split()
)
# All of them are reserved: where one stands without quotes, it is no name.
_STATEMENTS = frozenset(
    b"""ALTER ANALYZE CALL CREATE DELETE DROP GRANT INTO KILL LOAD LOCK OPTIMIZE OUTFILE PURGE RENAME REVOKE SELECT
    TABLE UNLOCK UPDATE USE WITH""".split()
)
# What the reader makes of a text behind an introducer that is not UTF-8: a server would show a definition with these
# bytes, which nobody can read.
_IN_BYTES = re.compile(rb"(?:0x|x')(?:[0-9a-f]{2})*?[89a-f]", re.IGNORECASE)
_PARTITION_WORDS = frozenset(
    (b"PARTITION", b"PARTITIONS", b"SUBPARTITION", b"SUBPARTITIONS", b"BY", b"RANGE", b"LIST", b"HASH", b"KEY",
     b"LINEAR", b"COLUMNS", b"ALGORITHM")
)  # fmt: skip


def _is_grammar(tokens: t.Sequence[Token], index: int) -> bool:
    """Whether a word that not every server has reserved is one of the grammar where it stands."""
    word, before, inside = tokens[index].upper, tokens[index - 1 : index], tokens[index + 2 : index + 3]
    if word in (b"EXCEPT", b"INTERSECT"):
        return bool(inside) and inside[0].upper in (b"SELECT", b"WITH")
    if word == b"AGAINST":
        return bool(before) and before[0].is_mark(b")")
    return word == b"OF" and bool(before) and before[0].upper in (b"AS", b"MEMBER")


def check_calls(tokens: t.Sequence[Token]) -> None:
    """Refuse calls of functions that are not built in, or do more than compute, and texts that cannot be shown."""
    for index, word in enumerate(tokens):
        is_introducer = word.kind == "word" and word.text.startswith(b"_") and not word.upper.startswith(b"_UTF8")
        if is_introducer and _IN_BYTES.match(b"".join(token.text for token in tokens[index + 1 : index + 3])):
            raise Refused(f"a text beyond ASCII behind {text_of([word])}, which is not UTF-8; write it in utf8mb4")
    for index, (word, behind) in enumerate(zip(tokens, tokens[1:])):
        if not behind.is_mark(b"(") or word.kind not in ("word", "name") or _is_grammar(tokens, index):
            continue
        if word.kind == "name" or word.upper not in FUNCTIONS | OPERATORS:
            raise Refused(
                f"a call of {word.text.decode('utf-8', 'replace')[:64]}, which is not a harmless built-in function"
            )


def counts_sequence(tokens: t.Sequence[Token], index: int) -> bool:
    """Whether NEXT VALUE FOR or PREVIOUS VALUE FOR stands at an index; both words alone may be names."""
    return tokens[index].upper in (b"NEXT", b"PREVIOUS") and any(
        token.upper == b"VALUE" for token in tokens[index + 1 : index + 2]
    )


def check_expression(tokens: t.Sequence[Token]) -> None:
    """Refuse everything in an expression of a table definition that could reach out of the row."""
    for index, token in enumerate(tokens):
        if token.kind == "variable":
            raise Refused("a variable in a table definition")
        if token.is_mark(b".") or token.is_mark(b";") or token.text.startswith(b"."):
            raise Refused("a qualified name in an expression of a table definition")
        if token.upper in _STATEMENTS or counts_sequence(tokens, index):
            raise Refused(f"{token.upper.decode()} in an expression of a table definition")
    check_calls(tokens)


def check_partitions(kept: t.Sequence[Token]) -> None:
    """Refuse what stands behind PARTITION BY and is not understood."""
    depth = 0
    for token in kept:
        depth += token.is_mark(b"(") - token.is_mark(b")")
        if depth == 0 and not (
            token.is_mark(b")") or token.kind == "number" or token.upper in _PARTITION_WORDS or token.is_mark(b"=")
        ):
            raise Refused(f"words behind PARTITION that are not understood: {text_of([token])}")
        if token.upper in (b"DIRECTORY", b"TABLESPACE", b"CONNECTION", b"NODEGROUP"):
            raise Refused(f"{token.upper.decode()} of a partition")
    words = (b"PARTITION", b"SUBPARTITION", b"MAXVALUE")
    check_expression([token for token in kept if not token.upper.startswith(words)])
