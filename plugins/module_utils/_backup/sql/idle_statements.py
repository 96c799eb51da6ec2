# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Statements that change nothing, known again by one that was admitted: the same, or with other literals in its places.

A dump may have one before each row: a setting that is set already, a variable that counts, a SELECT that says how far
it is.
"""

from __future__ import annotations

import re

_SHORT_BYTES = 256
_SHAPES_KEPT = 1024
_VERB = re.compile(rb"(?:SET|USE|SELECT|SHOW|SAVEPOINT|RELEASE)\b", re.IGNORECASE)
# Nothing in it can be a comment, a name in quotes, or a text that goes on.
_SIMPLE = re.compile(rb"(?:[\w$., =()*+<>@]|-(?!-)|(?<![\w$@])'[^'\\\r\n\x80-\xff]*')+", re.ASCII)
# Literals of which it does not matter which they are; a word with a digit in it is another one.
_LITERAL = re.compile(rb"'[^']*'|(?<![\w$.@])[0-9]+(?![\w$.])", re.ASCII)
_SETTING = re.compile(
    rb"SET +(?:(?:SESSION|LOCAL) +)?(\w+) *= *(\w+|'[^']*')|SET +(@\w+) *= *[0-9]+|(?:SET +(NAMES)|(USE)) +(\w+)",
    re.ASCII | re.IGNORECASE,
)
_NUMBER = b"a number"
_SHOWING = (b"SELECT", b"SHOW", b"SAVEPOINT", b"RELEASE")
# What these set, others set as well.
_OF_LETTERS = (b"NAMES", b"CHARACTER_SET_CLIENT")
_ELSEWHERE = (b"LOCK", b"UNLOCK", b"COMMIT", b"BEGIN", b"START")


class IdleStatements:
    """Knows what was admitted, as long as nothing came that would make it something else."""

    def __init__(self) -> None:
        self._shapes: set[bytes] = set()
        self._set: dict[bytes, bytes] = {}
        self._text = b""

    def end(self, data: bytes, start: int) -> int | None:
        """Return the offset behind the idle statement that begins at an offset, and its semicolon; None for none."""
        self._text = b""
        if not _VERB.match(data, start):
            return None
        stop = data.find(b";", start, start + _SHORT_BYTES)
        text = data[start:stop] if stop > 0 else b""
        if not _SIMPLE.fullmatch(text):
            return None
        self._text = text
        setting = _setting(text)
        is_idle = _shape(text) in self._shapes if setting is None else self._set.get(setting[0]) == setting[1]
        return stop + 1 if is_idle else None

    def admitted(self, verb: bytes) -> None:
        """Take note that the statement that was looked at last has been admitted."""
        text, self._text = self._text, b""
        if verb in (b"SET", b"USE"):
            setting = _setting(text)
            if setting is None or setting[0] in _OF_LETTERS:
                self._set.clear()
            if setting is not None:
                self._set[setting[0]] = setting[1]
        elif verb in _SHOWING:
            # A variable may have been set, and be looked at as another one.
            if text and b"@" not in text and len(self._shapes) < _SHAPES_KEPT:
                self._shapes.add(_shape(text))
        elif verb not in _ELSEWHERE:
            self._set.clear()
            self._shapes.clear()


def _shape(text: bytes) -> bytes:
    return _LITERAL.sub(b"0", text)


def _setting(text: bytes) -> tuple[bytes, bytes] | None:
    """Return what a statement sets, and to what; None for one that may set several things, or by others."""
    found = _SETTING.fullmatch(text)
    if found is None:
        return None
    name, value, variable, names, use, word = found.groups()
    if variable is not None:
        return variable.upper(), _NUMBER
    return (name or names or use).upper(), value or word
