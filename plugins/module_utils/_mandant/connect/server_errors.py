# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What the server says when it refuses a statement, told without a value.

The server's messages quote row data (MariaDB documentation, error codes): "Duplicate entry '5' for
key". What is kept is the number, a meaning, and the column's or key's name, which stands at the end.
"""

from __future__ import annotations

import re

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import ErrorName, Failure, printable
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import MALFORMED, ServerError
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.errors.login_refused import (
    EXPIRED,
    limit_reached,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.errors.login_refused import (
    advice as login_advice,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.errors.meanings import MEANING
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.errors.settings import QUOTE_NAMES, SETTINGS

_SYMBOLS = {
    1021: "ER_DISK_FULL", 1030: "ER_GET_ERRNO", 1048: "ER_BAD_NULL_ERROR", 1054: "ER_BAD_FIELD_ERROR",
    1062: "ER_DUP_ENTRY", 1064: "ER_PARSE_ERROR", 1067: "ER_INVALID_DEFAULT", 1071: "ER_TOO_LONG_KEY",
    1075: "ER_WRONG_AUTO_KEY", 1114: "ER_RECORD_FILE_FULL", 1118: "ER_TOO_BIG_ROWSIZE",
    1136: "ER_WRONG_VALUE_COUNT_ON_ROW", 1146: "ER_NO_SUCH_TABLE", 1264: "ER_WARN_DATA_OUT_OF_RANGE",
    1265: "WARN_DATA_TRUNCATED", 1292: "ER_TRUNCATED_WRONG_VALUE", 1364: "ER_NO_DEFAULT_FOR_FIELD",
    1366: "ER_TRUNCATED_WRONG_VALUE_FOR_FIELD", 1406: "ER_DATA_TOO_LONG",
}  # fmt: skip
# Both stand at the very end of the message, behind every value; a value that stands there itself has a quote behind it.
_COLUMN = re.compile(r"(?:for|of) column (?:[`'\"][^`'\"]*[`'\"]\.)*[`'\"]([^`'\"]{1,64})[`'\"]( at row \d+)?$")
_COLUMN_FIRST = re.compile(r"^(?:Column|Field|Unknown column) '([^']{1,64})' ")
# MySQL from 8.0.19 on puts the table before the key, which has a name of ours only while it is loaded.
_KEY = re.compile(r"for key '(?:back_restore_new_\d+\.)?([^']{1,129})'$", re.IGNORECASE)
_NO_FUNCTION = re.compile(r"^(?:FUNCTION|PROCEDURE) (?:.*\.)?([\w$]{1,64}) does not exist$")
# MariaDB and MySQL name the privilege in capitals: "you need (at least one of) the RELOAD privilege(s) for".
_LACKED = re.compile(r"\bthe ([A-Z][A-Za-z_, /-]{2,199}?) privilege")
_NOT_ALLOWED = 1227
# One may stand in the other: '`md5`()'.
_QUOTED = re.compile(r"'([^']{1,130})'|`([^`]{1,64})`")
_ROW_DATA_FIRST = frozenset((1062, 1292, 1366))
# Their messages end in a value unless they end in a row's number, or are somebody's own words altogether.
_VALUE_LAST = frozenset((1292, 1300, 1366, 1367, 1411, 1416, 1525, 1526, 1591, 1690, 1862, 1916, 1917, 1918))
_OWN_WORDS = frozenset((1105, 1642, 1643, 1644))
_NAME_A_KEY = frozenset((1062, 1586, 1859))

_PRIVILEGE_ERRORS = frozenset((1044, 1142, 1143, 1227, 1370))
LOCK_ERRORS = frozenset((1205, 1213))
# A table is there already, or is missing.
_NO_SUCH_TABLE = 1146
_OF_TABLES = frozenset((1050, 1051, _NO_SUCH_TABLE))
_OURS = "BACK_RESTORE_"
_NO_MEMORY = frozenset((5, 12, 1037, 1041, 1135))
_LIMIT_REACHED = 1226
_OPTION_FORBIDS = 1290
_NO_READ_ONLY = re.compile(r"--(?!(?:[\w-]*read-only\b))[a-z][\w-]*")
_READ_ONLY_ERRORS = frozenset((1290, 1836))
# What engines say of a table whose definition is there and whose data is not.
FILES_MISSING = frozenset((29, 1016, 1017, 1932))
# Numbers below that are those of files and engines; one of them is of a row.
_FIRST_OF_SERVER = 1000
_NO_NEXT_NUMBER = 167
_DISK_ERRORS = frozenset((14, 20, 1021, 1114, 3675))
# They tell in the message what the system said: 28 is "no space left on device", 122 "disk quota exceeded".
_FILE_ERRORS = frozenset((*range(1000), 1004, 1005, 1006, 1016, 1023, 1025, 1026, 1030, 1180))
# InnoDB has a file already; the name that it has it under stands before what the servers say of that.
_FILE_IS_THERE = re.compile(r"[`/]([^`/']{1,64})[`']+ (?:exists|\(errno: 184\b)")
_NO_SPACE = re.compile(r"(?:error|errno:?|Errcode:) (?:28|122)\b")


def is_disk_full(error: ServerError) -> bool:
    """Whether the server has no room left."""
    if error.number in _FILE_ERRORS and _NO_SPACE.search(error.message):
        return True
    return error.number in _DISK_ERRORS


def is_of_the_moment(error: ServerError) -> bool:
    """Whether it says something of this moment, or of a setting, and nothing of what was asked for."""
    passing = LOCK_ERRORS | _NO_MEMORY | {_LIMIT_REACHED}
    return error.lost or error.number in passing or error.number in SETTINGS or is_disk_full(error)


def is_fatal(error: ServerError) -> bool:
    """Whether no other row would fare better."""
    hopeless = {_LIMIT_REACHED, _NO_SUCH_TABLE} | _PRIVILEGE_ERRORS | LOCK_ERRORS | _READ_ONLY_ERRORS
    of_files = error.number < _FIRST_OF_SERVER and error.number != _NO_NEXT_NUMBER
    return error.lost or of_files or error.number in hopeless or is_disk_full(error)


def is_not_allowed(error: ServerError) -> bool:
    """Whether the account lacks a privilege for it."""
    return error.number in _PRIVILEGE_ERRORS


def described(number: int, message: str) -> str:
    """Return the server's message in words that hold no row data."""
    symbol = _SYMBOLS.get(number)
    words = [f"error {number}" + (f" ({symbol})" if symbol else "")]
    meaning = MEANING.get(number)
    if meaning:
        words.append(meaning)
    place = _place(number, message)
    return ": ".join(words) + (f", {place}" if place else "")


def _place(number: int, message: str) -> str | None:
    if number in _OWN_WORDS:
        return None
    if number == _NOT_ALLOWED:
        lacked = _LACKED.search(message)
        return lacked[1] if lacked else None
    column = _COLUMN.search(message)
    if column is not None and number in _VALUE_LAST and column.group(2) is None:
        column = None
    if column is None and number not in _ROW_DATA_FIRST and number not in _VALUE_LAST:
        column = _COLUMN_FIRST.match(message)
    if column is not None:
        return f"column {column.group(1)}"
    key = _KEY.search(message) if number in _NAME_A_KEY else None
    if key is not None:
        return f"key {key.group(1)}"
    function = _NO_FUNCTION.match(message)
    if function is not None:
        return function.group(1)
    found = _QUOTED.findall(message) if number in QUOTE_NAMES else []
    return printable(", ".join(dict.fromkeys((one or other).replace("`", "") for one, other in found))) or None


def failure_of(error: ServerError, *, where: str, doing: str) -> Failure:
    """Return the Failure for a statement that a run needs; ``where`` names server and Mandant."""
    name: ErrorName = "statement_failed"
    if error.lost:
        name = "connection_failed"
        if error.number == MALFORMED:
            what = "what the server answered cannot be understood"
            return Failure(name, f"{where}: {what} (error {error.number}) while {doing}; run it again")
        return Failure(name, f"{where}: the connection was lost (error {error.number}) while {doing}; run it again")
    if error.number in EXPIRED:
        # MariaDB lets such an account in, and then answers nothing.
        return Failure("connection_failed", f"{where}: error {error.number}: {login_advice(error.number, '')}")
    advice = "; correct that, or look into the server's error log, and run again"
    if _is_of_another_run(error):
        name = "locked"
        advice = "; another run works on it over another member of the cluster: name one server for all, and run again"
    elif error.number in _PRIVILEGE_ERRORS:
        name = "missing_privilege"
        advice = "; grant what the account lacks for it, and run again"
    elif error.number in LOCK_ERRORS:
        name = "mandant_in_use"
        over = ", over this or another member of the cluster" if error.shared else ""
        advice = f"; another session holds a lock{over}: end it and run again"
    elif is_disk_full(error):
        advice = "; the disk of the server, its quota or that of tmpdir is full: make room there and run again"
    elif error.number in (1005, 1025, 1813) and (left := _FILE_IS_THERE.search(error.message)):
        # Such a file no statement removes.
        advice = (
            f"; InnoDB has a file {printable(left[1])}.ibd that no table has, as a server leaves it that dies while it "
            "makes or renames one: move that file out of the database's folder, and run again"
        )
    elif (setting := _about_a_setting(error)) is not None:
        name = "server_setting"
        advice = f"; {setting}"
    return Failure(name, f"{where}: {described(error.number, error.message)}, while {doing}{advice}")


def _is_of_another_run(error: ServerError) -> bool:
    """Whether a table that only runs make is there, or is not, though this one has not made or dropped it."""
    return error.shared and error.number in _OF_TABLES and _OURS in error.message.upper()


def _about_a_setting(error: ServerError) -> str | None:
    """Return what to do about a setting of the server, or a limit of the account, that stands in the way."""
    if error.number == _LIMIT_REACHED:
        return limit_reached(error.message)
    option = _NO_READ_ONLY.search(error.message) if error.number == _OPTION_FORBIDS else None
    if option is not None:
        return f"the server runs with {option[0]}: start it without that, or name another one, and run again"
    return f"{SETTINGS[error.number]}, and run again" if error.number in SETTINGS else None
