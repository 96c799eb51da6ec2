# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What a failure to read a file tells of it: that it is no dump, that its writer failed, or that it holds too much."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.whole.last_words import cause_in
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure, printable
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql_verbs import BEGIN_SQL

# Last words of a program stand within so many bytes.
_CAUSE_BYTES = 65536
_DATABASES_SHOWN = 10
_NO_SQL = ("forbidden_statement", "truncated", "encoding_ambiguous")
_COMMENTS = (b"/*!", b"/*M!", b"\\", b"--", b"#", b"/*")
# A server ends a comment of one line at LF alone.
_SQL_BEHIND_CR = re.compile(
    rb"\A(?:--|#)[^\n]*?\r[ \t\r]*(?:/\*!|(?:create|insert|drop|replace|alter|set|lock|truncate|delete|use)[ \t\r])",
    re.IGNORECASE,
)
_LETTERS = re.compile(rb"[A-Za-z]*")


def says_no_sql(failure: Failure) -> bool:
    """Whether a failure may be one of a file that holds no SQL where it was read."""
    return failure.error in _NO_SQL


def begins_as_sql(head: bytes) -> bool:
    """Whether the first bytes of a file begin as a dump does: with a comment, or a verb."""
    begin = head[:256].lstrip(b"\xef\xbb\xbf\r\n\t ")
    word = _LETTERS.match(begin)
    return begin.startswith(_COMMENTS) or (word is not None and word[0].upper() in BEGIN_SQL)


def check_line_ends(comment: bytes, where: str) -> None:
    """Raise the Failure of a comment that holds SQL to an old Mac, and to nobody else; ``where`` it stands."""
    if _SQL_BEHIND_CR.match(comment):
        raise Failure(
            "damaged",
            f"{where}: SQL stands in a comment, behind a line end that is CR alone, as "
            "old Macs write it: to servers the comment goes on, and all of that would be lost. Write the file with "
            "LF as line ends.",
        )


def no_backup(label: str) -> Failure:
    """Return the Failure not_a_backup of a file."""
    return Failure(
        "not_a_backup",
        f"{label} does not hold a dump of tables. Choose a backup of CAO-Faktura "
        "(CAO_backup_*.zip or .sql) or a dump made by a program such as mysqldump.",
    )


def with_cause(failure: Failure, data: bytes, position: int, part: int) -> Failure:
    """Return a failure with what is among the bytes there and tells why: the last words of the export program.

    ``part``: which one of a backup in several the file says to be, 0 where it says nothing.
    """
    if not says_no_sql(failure):
        return failure
    cause = cause_in(data[position : position + _CAUSE_BYTES])
    cause = cause or cause_in(data[max(position, len(data) - _CAUSE_BYTES) :])
    if cause is None and part > 1:
        cause = f"the file is part {part} of a multi-part backup"
    return failure if cause is None else Failure(failure.error, f"{failure.msg} The reason: {cause}.")


def with_databases(failure: Failure, names: t.Sequence[str]) -> Failure:
    """Return a failure with the databases of a dump, where it has several."""
    if len(names) < 2:
        return failure
    shown = ", ".join(map(printable, names[:_DATABASES_SHOWN]))
    more = ", ..." if len(names) > _DATABASES_SHOWN else ""
    return Failure(
        failure.error, f"{failure.msg} The dump holds {len(names)} databases ({shown}{more}): export one alone."
    )
