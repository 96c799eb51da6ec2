# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The words of SQL: bytes in, tokens out, by the lexical rules of MySQL and MariaDB.

Source of the rules: the servers' documentation on literals, identifiers and comments
(three kinds of comments, executable comments with a version, ``\\`` escapes, doubled quotes).
"""

from __future__ import annotations

import re
import typing as t

_QUOTES_FOUND = 64
# So much of a text with more quotes is looked at in one step.
_STEP_BYTES = 64 * 1024
# Bytes that stand for escapes while quotes are looked for.
_MASKS = {b"\\\\": b"\x00", b'\\"': b"\x01", b"\\'": b"\x02"}
_BACKSLASH = 0x5C

_TOKEN = re.compile(
    rb"""
    (?P<space>\s+)
  | (?P<comment>
        \#[^\n]*(?:\n|\Z)
      | --(?=[\x00-\x20]|\Z)[^\n]*(?:\n|\Z)
    )
  | (?P<block>/\*(?!!|M!)|/\*M?!999999)
  | (?P<open>/\*M?!(?:[0-9]{5,6})?)
  | (?P<close>\*/)
  | (?P<quote>['"`])
  | (?P<number>
        0x[0-9A-Fa-f]+(?![0-9A-Za-z_$\x80-\xff])
      | 0b[01]+(?![0-9A-Za-z_$\x80-\xff])
      | (?![0-9]+(?:[eE][-+]?[0-9]+(?![0-9])|(?![eE][-+]?[0-9]))[A-Za-z_$\x80-\xff])
        (?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?(?![A-Za-z_$\x80-\xff])
    )
  | (?P<word>[0-9A-Za-z_$\x80-\xff]+)
  | (?P<variable>@@?[0-9A-Za-z_$.\x80-\xff]*)
  | (?P<mark><=>|->>|->|:=|<<|>>|<=|>=|<>|!=|\|\||&&|[-+*/%=<>!~^&|(),.;:?{}])
    """,
    re.VERBOSE,
)

_NAME = re.compile(rb"`[^`]*(?:``[^`]*)*`")


class Incomplete(Exception):
    """The bytes at hand end inside a token or statement: more are needed to go on."""


class Token(t.NamedTuple):
    """One word of SQL.

    ``kind``: string, name (quoted identifier), word, number, variable, mark, open, close.
    ``version`` is that of the executable comment the token stands in, for example ``b"!40101"``.
    """

    kind: str
    text: bytes
    space_before: bool
    version: bytes | None = None

    @property
    def upper(self) -> bytes:
        """The word in upper case, empty for everything that is not a bare word."""
        return self.text.upper() if self.kind == "word" else b""

    def is_mark(self, mark: bytes) -> bool:
        return self.kind == "mark" and self.text == mark


class PlacedToken(Token):
    """A token as it stands in a dump, with the line that it begins in; it is equal to the same word elsewhere.

    ``written`` is what stands in double quotes as the dump has it, else empty.
    """

    line: int = 0
    written: bytes = b""


def placed(token: Token, line: int, written: bytes = b"") -> PlacedToken:
    """Return a token with its line."""
    made = PlacedToken(*token)
    made.line, made.written = line, written
    return made


def as_written(token: Token) -> Token:
    """Return a token with the quotes that it has in the dump: a server shows the body of a trigger as it was told."""
    written = token.written if isinstance(token, PlacedToken) else b""
    return token._replace(text=written) if written else token


def string_end(data: bytes, start: int) -> int:
    """Return the offset behind the string that begins with its quote at ``start``.

    Raises Incomplete when the bytes end before the string does.
    """
    quote = data[start : start + 1]
    position = start + 1
    # Most texts have few quotes in them, and those are found sooner than all escapes are looked at.
    for _quote in range(_QUOTES_FOUND):
        end = data.find(quote, position)
        if end < 0:
            raise Incomplete
        if _is_escaped(data, position, end):
            position = end + 1
        elif data[end + 1 : end + 2] == quote:
            position = end + 2
        else:
            return end + 1
    while position < len(data):
        stop = position + _STEP_BYTES
        # What an escape or a doubled quote takes along is not cut off from it.
        while data[stop - 1 : stop] in (b"\\", quote):
            stop += 1
        step = data[position:stop].replace(b"\\\\", b"__").replace(b"\\" + quote, b"__").replace(quote + quote, b"__")
        end = step.find(quote)
        if end >= 0:
            return position + end + 1
        position = stop
    raise Incomplete


def _is_escaped(data: bytes, start: int, end: int) -> bool:
    """Whether a backslash takes the byte at ``end`` along; ``start`` is in a text, behind whatever is escaped."""
    first = end
    while first > start and data[first - 1] == _BACKSLASH:
        first -= 1
    return (end - first) % 2 == 1


class OpenString:
    """A string whose end has not come yet; ``head`` is its text so far, with the quote that it begins with."""

    def __init__(self, head: bytes) -> None:
        self._quote = head[:1]
        self._carry = self._pending(head)

    def ends_in(self, chunk: bytes) -> bool:
        """Whether it ends within the bytes that follow; each is looked at once."""
        text = self._quote + self._carry + chunk
        try:
            end = string_end(text, 0)
        except Incomplete:
            self._carry = self._pending(text)
            return False
        # The last byte may be the first of a doubled quote.
        self._carry = self._quote
        return end < len(text)

    @staticmethod
    def _pending(text: bytes) -> bytes:
        """Return the backslash at the end that takes the next byte along."""
        return b"\\" if (len(text) - len(text.rstrip(b"\\"))) % 2 else b""


def _quoted_end(data: bytes, start: int) -> int:
    if data[start : start + 1] != b"`":
        return string_end(data, start)
    match = _NAME.match(data, start)
    if match is None:
        raise Incomplete
    return match.end()


def _comment(data: bytes, match: re.Match[bytes]) -> tuple[str, int]:
    """Return a comment up to its end.

    One of version 999999 is executed by no server; with a comment inside of it, servers do not agree
    where it ends, so its words are read as if they were executed.
    """
    end = data.find(b"*/", match.end())
    if end < 0:
        raise Incomplete
    if match.end() - match.start() > 2 and data.find(b"/*", match.end(), end) >= 0:
        return "open", match.end()
    return "comment", end + 2


def scan(data: bytes, position: int) -> tuple[str, int]:
    """Return the kind of the token at ``position`` and the offset behind it.

    Raises Incomplete at the end of the bytes, and gives ("unknown", position) for a byte that
    begins no token.
    """
    match = _TOKEN.match(data, position)
    if match is None:
        if position >= len(data):
            raise Incomplete
        return "unknown", position
    kind = match.lastgroup or "unknown"
    if kind == "block":
        return _comment(data, match)
    if kind == "quote":
        end = _quoted_end(data, position)
        return ("name" if data[position : position + 1] == b"`" else "string"), end
    return kind, match.end()


def render(tokens: t.Iterable[Token]) -> bytes:
    """Join tokens to SQL; a token keeps its distance to the one before it."""
    pieces: list[bytes] = []
    for token in tokens:
        # Two minus signs that a comment kept apart would begin a comment themselves.
        apart = token.space_before or (token.text[:1] == b"-" and bool(pieces) and pieces[-1][-1:] == b"-")
        pieces.append((b" " if apart else b"") + token.text)
    return b"".join(pieces).strip()


def backticked(text: bytes) -> bytes:
    """Return an identifier in double quotes (sql_mode ANSI_QUOTES) as one in backticks."""
    return b"`" + text[1:-1].replace(b'""', b'"').replace(b"`", b"``") + b"`"


def name_of(token: Token) -> str | None:
    """Return the identifier a token stands for, or None when it is none."""
    if token.kind == "word":
        text = token.text
    elif token.kind == "name":
        text = token.text[1:-1].replace(b"``", b"`")
    else:
        return None
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        return text.decode("cp1252", "replace")


def quoted_name(name: str) -> bytes:
    """Return an identifier in backticks, safe in every statement."""
    return b"`" + name.replace("`", "``").encode("utf-8") + b"`"


_DOUBLE_QUOTED = re.compile(rb"\\.|\"\"|'", re.DOTALL)


def masked(text: bytes) -> bytes | None:
    """Return a text with one byte for each escaped quote and backslash, None where such bytes are in it."""
    if any(mask in text for mask in _MASKS.values()):
        return None
    for escape, mask in _MASKS.items():
        text = text.replace(escape, mask)
    return text


def unmasked(text: bytes) -> bytes:
    """Return a text with its escapes."""
    for escape, mask in _MASKS.items():
        text = text.replace(mask, escape)
    return text


def single_quoted(literal: bytes) -> bytes:
    """Return a string literal with single quotes, so that there is one form for all that follows."""
    if literal[:1] != b'"':
        return literal
    readable = masked(literal[1:-1])
    if readable is not None:
        return b"'" + unmasked(readable.replace(b'""', b'"').replace(b"'", b"\\'")) + b"'"
    spelled = {b'""': b'"', b"'": b"\\'"}
    return b"'" + _DOUBLE_QUOTED.sub(lambda match: spelled.get(match.group(0), match.group(0)), literal[1:-1]) + b"'"


def joined_strings(literals: t.Iterable[bytes]) -> bytes:
    """Return string literals that stand one behind the other as the one that they are to a server."""
    return b"'" + b"".join(single_quoted(literal)[1:-1] for literal in literals) + b"'"


_UNESCAPE = {quote: re.compile(rb"\\(.)|" + quote * 2, re.DOTALL) for quote in (b"'", b'"')}
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"0": b"\0", b"Z": b"\x1a", b"b": b"\b"}


def string_value(literal: bytes) -> bytes:
    """Return the bytes that a quoted string literal stands for."""

    def value(match: re.Match[bytes]) -> bytes:
        escaped = match.group(1)
        return match.group(0)[:1] if escaped is None else _ESCAPED.get(escaped, escaped)

    return _UNESCAPE[literal[:1]].sub(value, literal[1:-1])
