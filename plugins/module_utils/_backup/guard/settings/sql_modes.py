# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The sql_modes that a dump sets, and what rows and definitions mean under them; pure."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.settings.values import selected
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.settings.variables import system_variable
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import Token, string_value
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import Refused, split_at_commas

# sql_modes under which a double quote begins an identifier (documentation of sql_mode).
ANSI_QUOTES = re.compile(r"\b(?:ANSI_QUOTES|ANSI|DB2|MAXDB|MSSQL|ORACLE|POSTGRESQL)\b", re.IGNORECASE)
_REAL_AS_FLOAT = re.compile(r"\b(?:REAL_AS_FLOAT|ANSI)\b")
_NOT_FIRST = re.compile(r"\b(?:HIGH_NOT_PRECEDENCE|MYSQL323|MYSQL40)\b")
MODES_REFUSED = {
    "EMPTY_STRING_IS_NULL": "rows of this dump mean something else than they say",
}
# Under these a server changes parts of seconds.
CHANGES_SECONDS = ("TIME_ROUND_FRACTIONAL", "TIME_TRUNCATE_FRACTIONAL")
MODE_LITERAL = re.compile(r"(?:[A-Z]+(?:_[A-Z]+)*(?:,[A-Z]+(?:_[A-Z]+)*)*)?")
_PART_OF_MODE = re.compile(r"[A-Za-z_, ]*")


def text_of_token(token: Token) -> str:
    """Return what a string stands for, as a server reads it, or the word itself."""
    text = string_value(token.text) if token.kind == "string" else token.text
    return text.decode("ascii", "replace")


def other_meaning(mode: str, tokens: t.Sequence[Token]) -> str | None:
    """Return why a definition would mean something else under another sql_mode than this, None where it would not."""
    words = {token.upper for token in tokens}
    pipes = "PIPES_AS_CONCAT" in mode or (ANSI_QUOTES.search(mode) and "ANSI_QUOTES" not in mode)
    if pipes and any(token.is_mark(b"||") for token in tokens):
        return "|| under a sql_mode in which that joins texts; servers write CONCAT"
    if b"REAL" in words and _REAL_AS_FLOAT.search(mode):
        return "REAL under a sql_mode in which that is FLOAT; servers write FLOAT or DOUBLE"
    if b"DATE" in words and "ORACLE" in mode:
        return "DATE under a sql_mode in which that is DATETIME; servers write which of the two"
    if b"NOT" in words and b"SELECT" in words and _NOT_FIRST.search(mode):
        return "NOT under a sql_mode in which that comes before what it stands in front of"
    return None


@dataclasses.dataclass(frozen=True)
class ChangedMode:
    """A call of CONCAT, CONCAT_WS or REPLACE; None among its parts stands for the mode before it."""

    function: bytes
    parts: tuple[str | ChangedMode | None, ...]

    def of(self, mode: str) -> str:
        """Return the mode that comes of the one before it."""
        texts = [mode if part is None else part if isinstance(part, str) else part.of(mode) for part in self.parts]
        if self.function == b"REPLACE":
            # Python would put the new text between all letters, where a server leaves what looks for nothing.
            return texts[0].replace(texts[1], texts[2]) if texts[1] else texts[0]
        return "".join(texts) if self.function == b"CONCAT" else texts[0].join(texts[1:])


def changed_mode(value: t.Sequence[Token]) -> ChangedMode | None:
    """Return what a value makes of the mode at hand, None for any other value than a call that changes it."""
    made = _part_of_mode(value)
    return made if isinstance(made, ChangedMode) and _looks_at_mode(made) else None


def _looks_at_mode(made: ChangedMode) -> bool:
    return any(part is None or (isinstance(part, ChangedMode) and _looks_at_mode(part)) for part in made.parts)


def _part_of_mode(part: t.Sequence[Token]) -> str | ChangedMode | t.Literal[False] | None:
    """Return a part of a mode as ChangedMode has it, False for what is none."""
    words = selected(part)
    if len(words) == 1:
        if system_variable(words[0].text) == b"SQL_MODE":
            return None
        text = text_of_token(words[0])
        return text if words[0].kind == "string" and _PART_OF_MODE.fullmatch(text) else False
    is_call = len(words) > 3 and words[1].is_mark(b"(") and words[-1].is_mark(b")")
    if not is_call or words[0].upper not in (b"CONCAT", b"CONCAT_WS", b"REPLACE"):
        return False
    parts: list[str | ChangedMode | None] = []
    for one in map(_part_of_mode, split_at_commas(words[2:-1])):
        if one is False:
            return False
        parts.append(one)
    if words[0].upper == b"REPLACE" and (len(parts) != 3 or parts[1] == ""):
        return False
    return ChangedMode(words[0].upper, tuple(parts))


@dataclasses.dataclass(frozen=True)
class Mode:
    """A sql_mode; None for that of the server. ``changes`` are what a dump has made it of that.

    Then ``text`` is what comes of it where the server's own is strict, as it is where nobody has changed it.
    """

    text: str | None = None
    changes: tuple[ChangedMode, ...] = ()

    def changed(self, change: ChangedMode) -> Mode:
        """Return what comes of a change."""
        of_server = self.text is None or self.changes
        text = change.of("STRICT_TRANS_TABLES" if self.text is None else self.text)
        return Mode(text, (*self.changes, change) if of_server else ())

    def on(self, of_server: str) -> str | None:
        """Return the mode on a server of which its own is known, None for that."""
        if not self.changes:
            return self.text
        for change in self.changes:
            of_server = change.of(of_server)
        return of_server


OF_SERVER = Mode()


def check_mode(text: str) -> None:
    """Refuse a mode under which rows are not what they say."""
    for mode, reason in MODES_REFUSED.items():
        if mode in text.upper():
            raise Refused(f"SET sql_mode with {mode}: {reason}")
