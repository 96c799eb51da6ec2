# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The last line of each program that writes one, by the first lines of those versions that do.

Found in the programs' sources and in public dumps: mysqldump since 5.0, mysqlpump, MySqlBackup.NET since 2.0,
mysqldump-php since it names the database, Adminer since 3, MySQLDumper, and Navicat since 12.
"""

from __future__ import annotations

import re
import typing as t

# What this collection writes itself: behind CAO's own header, and at the end.
WRITTEN_BY = b"# Geschrieben von cao.faktura"
COMPLETED = b"# Ende der Sicherung"
_KINDS = re.MULTILINE


class LastLine(t.NamedTuple):
    """``first`` tells the versions that write it, ``last`` is looked for in comments; ``words`` for messages.

    ``is_old``: its absence has had an error of its own since the first version of this collection.
    """

    first: re.Pattern[bytes]
    last: re.Pattern[bytes]
    words: str
    is_old: bool = False


def _line(first: bytes, last: bytes, words: str, *, is_old: bool = False) -> LastLine:
    return LastLine(re.compile(first, _KINDS), re.compile(last, _KINDS), words, is_old)


_COMPLETED = rb"^-- Dump completed"
LAST_LINES: t.Mapping[str, LastLine] = {
    "cao.faktura": _line(rb"^" + re.escape(WRITTEN_BY), rb"^" + COMPLETED, COMPLETED[2:].decode(), is_old=True),
    # Those of MySQL 4 and before end without one.
    "mysqldump": _line(
        rb"^-- MySQL dump [0-9.]+ +Distrib (?:[5-9]|[1-9][0-9])", _COMPLETED, "Dump completed", is_old=True
    ),
    "mariadb-dump": _line(rb"^-- MariaDB dump ", _COMPLETED, "Dump completed", is_old=True),
    "mysqlpump": _line(rb"^-- Dump created by MySQL pump", rb"^-- Dump end time", "Dump end time"),
    "mysqlbackup.net": _line(rb"^-- Dump Time:", _COMPLETED, "Dump completed"),
    "mysqldump-php": _line(rb"^-- Host: [^\n]*\tDatabase:", _COMPLETED, "Dump completed"),
    "adminer": _line(
        rb"^-- Admin(?:er|Neo|erNeo|erEvo)\b[^\n0-9]*(?:[3-9]|[1-9][0-9])\.",
        rb"^-- [0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}",
        "the date and time of the export",
    ),
    "mysqldumper": _line(rb"^(?:--|#) Status:[0-9]+:[0-9]+:", rb"^(?:--|#) EOB\b", "EOB"),
    "mydumper": _line(rb"^(?:--|#) Started dump at", rb"^(?:--|#) Finished dump at", "Finished dump at"),
}
#: A first or a last line of any program.
ANY_LINE = re.compile(
    b"|".join(b"(?:" + part.pattern + b")" for one in LAST_LINES.values() for part in (one.first, one.last)), _KINDS
)
