# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The sql_mode of a trigger: a server keeps it with the trigger, and runs it under that mode for ever."""

from __future__ import annotations

# What MySQL and MariaDB of every version know, and what leaves alone how strings and comments are read. Left out
# are ORACLE, which is another language on MariaDB, and what only SHOW CREATE heeds.
_KEPT = frozenset(
    [
        "ALLOW_INVALID_DATES",
        "ANSI_QUOTES",
        "ERROR_FOR_DIVISION_BY_ZERO",
        "HIGH_NOT_PRECEDENCE",
        "IGNORE_SPACE",
        "NO_BACKSLASH_ESCAPES",
        "NO_AUTO_VALUE_ON_ZERO",
        "NO_ENGINE_SUBSTITUTION",
        "NO_UNSIGNED_SUBTRACTION",
        "NO_ZERO_DATE",
        "NO_ZERO_IN_DATE",
        "ONLY_FULL_GROUP_BY",
        "PIPES_AS_CONCAT",
        "REAL_AS_FLOAT",
        "STRICT_ALL_TABLES",
        "STRICT_TRANS_TABLES",
        "TRADITIONAL",
    ]
)
_QUOTES = ("PIPES_AS_CONCAT", "ANSI_QUOTES", "IGNORE_SPACE")
# Source: documentation of sql_mode, combination modes.
_COMBINED = {
    "ANSI": ("REAL_AS_FLOAT", *_QUOTES),
    "DB2": _QUOTES,
    "MAXDB": _QUOTES,
    "MSSQL": _QUOTES,
    "ORACLE": _QUOTES,
    "POSTGRESQL": _QUOTES,
}


def mode_for_trigger(stated: str | None, of_server: str) -> str:
    """Return the sql_mode for a trigger of a dump: what the dump has ``stated``, else that of the server.

    A dump that states none was read without those that change how it is read.
    """
    words = [word.strip().upper() for word in (of_server if stated is None else stated).split(",")]
    modes = {mode for word in words for mode in _COMBINED.get(word, (word,))} & _KEPT
    if stated is None:
        modes -= {"ANSI_QUOTES", "NO_BACKSLASH_ESCAPES"}
    return ",".join(sorted(modes))
