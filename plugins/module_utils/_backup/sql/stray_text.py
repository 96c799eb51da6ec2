# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What is no SQL but stands among it: pages and messages that an export program wrote into its own file.

None of it is ever executed: it is passed over, and what it says of the backup is for others to judge.
"""

from __future__ import annotations

import re

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import Incomplete

# With what a line can begin that is read on from; a page may have any text in it.
_SQL_LINE = re.compile(
    rb"\n(?=[ \t]*(?:--[ \t\r\n]|#|/\*|(?:ALTER|BEGIN|COMMIT|CREATE|DELIMITER|DROP|INSERT|LOCK|REPLACE|SET|START|"
    rb"TRUNCATE|UNLOCK|USE)[ \t\r\n]))",
    re.IGNORECASE,
)
_PAGE = re.compile(rb"<[!?/A-Za-z]")
_WHOLE_PAGE = re.compile(rb"<(?:!doctype|html)", re.IGNORECASE)
_PAGE_END = re.compile(rb"</html>[ \t]*", re.IGNORECASE)
_PROMPT = re.compile(rb"Enter password:[ \t]*", re.IGNORECASE)
_MESSAGE = re.compile(
    rb"""(?:[A-Za-z]:)?[^\s'"`;:(),]*(?:mysqldump|mariadb-dump|mysqlpump|mydumper|mysqlsh|mysql|mariadb)(?:\.exe)?:[ ]
    |(?:PHP[ ])?(?:fatal[ ]error|parse[ ]error|warning|notice|deprecated|error):[ ]
    |(?:-?(?:ba|da)?sh|mesg|perl|ssh|stdin|sudo|tput):[ ]
    |error[ ][0-9]{4}[ ]|in[ ]order[ ]to[ ]ensure[ ]a[ ]consistent[ ]backup[ ]
    |defaulted[ ]container[ ]|unable[ ]to[ ]use[ ]a[ ]tty[ ]|warn\[[0-9]|time="[^"]*"[ ]level=""",
    re.VERBOSE | re.IGNORECASE,
)
_FIRST_WORDS = frozenset(
    b"""bash dash defaulted deprecated enter error fatal in mariadb mesg mydumper mysql mysqldump mysqlpump mysqlsh
    notice parse perl php sh ssh stdin sudo time tput unable warn warning""".split()
)


def may_be_stray(kind: str, word: bytes) -> bool:
    """Whether what begins with this token may be no SQL; the verb of no statement may."""
    if kind == "mark":
        return word in (b"<", b"/", b".")
    return kind == "word" and (len(word) == 1 or word.lower() in _FIRST_WORDS)


def stray_end(data: bytes, position: int, *, at_end: bool) -> int | None:
    """Return where it ends, None where it is none of a known kind; Incomplete where more bytes are needed to know."""
    line_end = data.find(b"\n", position)
    if line_end < 0 and not at_end:
        raise Incomplete
    line_end = len(data) if line_end < 0 else line_end
    prompt = _PROMPT.match(data, position, line_end)
    if prompt is not None:
        return prompt.end()
    if _MESSAGE.match(data, position, line_end):
        return line_end
    if not _PAGE.match(data, position):
        return None
    pattern = _PAGE_END if _WHOLE_PAGE.match(data, position) else _SQL_LINE
    end = pattern.search(data, position)
    if end is None and not at_end:
        raise Incomplete
    return len(data) if end is None else end.end()
