# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What may be made of literals in a row: functions and operators that give the same at any time on one server.

Not those that give far more bytes than they get, as REPEAT does, nor what depends on an sql_mode, as ``||`` does, or on
the collation of the connection, as comparisons do.
"""

from __future__ import annotations

# With literals alone, one at least, they give the same value at any time, of hardly more bytes than these have.
FUNCTIONS = frozenset(
    b"""UNHEX FROM_BASE64 CHAR CONCAT INET_ATON INET6_ATON UUID_TO_BIN JSON_OBJECT JSON_ARRAY STR_TO_DATE
    POINT LINESTRING POLYGON MULTIPOINT MULTILINESTRING MULTIPOLYGON GEOMETRYCOLLECTION GEOMCOLLECTION
    ST_GEOMFROMTEXT ST_GEOMETRYFROMTEXT ST_GEOMCOLLFROMTEXT ST_POINTFROMTEXT ST_LINEFROMTEXT ST_LINESTRINGFROMTEXT
    ST_POLYFROMTEXT ST_POLYGONFROMTEXT ST_MPOINTFROMTEXT ST_MLINEFROMTEXT ST_MPOLYFROMTEXT
    ST_MULTIPOINTFROMTEXT ST_MULTILINESTRINGFROMTEXT ST_MULTIPOLYGONFROMTEXT ST_GEOMETRYCOLLECTIONFROMTEXT
    ST_GEOMFROMWKB ST_GEOMETRYFROMWKB ST_POINTFROMWKB ST_LINEFROMWKB ST_POLYFROMWKB ST_GEOMCOLLFROMWKB
    ST_GEOMFROMGEOJSON VEC_FROMTEXT STRING_TO_VECTOR TO_VECTOR
    MD5 SHA SHA1 SHA2 CRC32 LOWER LCASE UPPER UCASE TRIM LTRIM RTRIM REVERSE LEFT RIGHT SUBSTRING SUBSTR MID CONCAT_WS
    COALESCE IFNULL IF ABS ROUND FLOOR CEIL CEILING TRUNCATE LENGTH CHAR_LENGTH CHARACTER_LENGTH ASCII ORD
    INET_NTOA MAKEDATE MAKETIME TO_DAYS FROM_DAYS TIME_TO_SEC SEC_TO_TIME LAST_DAY DAYOFMONTH MONTH YEAR
    FROM_UNIXTIME UNIX_TIMESTAMP DATE TIME TIMESTAMP
    HEX BIN OCT TO_BASE64 QUOTE JSON_QUOTE PASSWORD ELT MAKE_SET
    POW POWER SQRT MOD SIGN BIT_COUNT FORMAT INET6_NTOA BIN_TO_UUID
    ADDDATE SUBDATE ADDTIME SUBTIME DATEDIFF TIMEDIFF DATE_FORMAT TIME_FORMAT DAY DAYOFYEAR DAYOFWEEK WEEKDAY QUARTER
    HOUR MINUTE SECOND""".split()
)
SIGNS = frozenset((b"-", b"+", b"~"))
# In front of a value it makes bytes of a text.
BINARY = b"BINARY"
# What such a one gives for 0 depends on the sql_mode.
DIVISIONS = frozenset((b"/", b"%", b"DIV", b"MOD"))
OPERATORS = DIVISIONS | frozenset((b"+", b"-", b"*", b"&", b"|", b"^", b"<<", b">>"))
# What a setting of the session decides.
BY_SETTING = {b"/": b"DIV_PRECISION_INCREMENT", b"DATE_FORMAT": b"LC_TIME_NAMES"}
# Of so many a program makes no value.
OPERATORS_MOST = 64


class Composed(bytes):
    """A value that operators have made of others: as it is sent, it keeps the parentheses around it."""


def signed(sign: bytes, value: bytes) -> bytes:
    """Return a value with a sign before it; two of them must not be the beginning of a comment."""
    return sign + (b" " if value[:1] in SIGNS or sign.isalpha() else b"") + value
