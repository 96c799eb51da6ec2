# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The sql_modes that a dump sets, and what rows and definitions mean under them; pure."""

from __future__ import annotations

import re
import typing as t

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


def changed_mode(value: t.Sequence[Token], mode: str | None) -> t.Sequence[Token]:
    """Return what CONCAT and REPLACE make of the mode at hand; any other value as it is.

    A server's own is taken to be strict, as it is where nobody has changed it.
    """
    words = value
    if len(words) > 3 and words[0].is_mark(b"(") and words[1].upper == b"SELECT" and words[-1].is_mark(b")"):
        words = words[2:-1]
    function = words[0].upper if len(words) > 3 and words[1].is_mark(b"(") and words[-1].is_mark(b")") else b""
    parts = split_at_commas(words[2:-1]) if function in (b"CONCAT", b"CONCAT_WS", b"REPLACE") else []
    texts = [text for text in (_text_of_mode(part, mode) for part in parts) if text is not None]
    if len(texts) != len(parts) or not any(map(_is_mode, parts)):
        return value
    if function == b"REPLACE":
        made = texts[0].replace(texts[1], texts[2]) if len(texts) == 3 and texts[1] else None
    else:
        made = "".join(texts) if function == b"CONCAT" else texts[0].join(texts[1:])
    return value if made is None else [Token("string", b"'%b'" % made.encode(), True)]


def _is_mode(part: t.Sequence[Token]) -> bool:
    return system_variable(part[0].text) == b"SQL_MODE"


def _text_of_mode(part: t.Sequence[Token], mode: str | None) -> str | None:
    if len(part) != 1:
        return None
    if _is_mode(part):
        return "STRICT_TRANS_TABLES" if mode is None else mode
    text = text_of_token(part[0])
    return text if part[0].kind == "string" and _PART_OF_MODE.fullmatch(text) else None


def check_mode(text: str) -> None:
    """Refuse a mode under which rows are not what they say."""
    for mode, reason in MODES_REFUSED.items():
        if mode in text.upper():
            raise Refused(f"SET sql_mode with {mode}: {reason}")
