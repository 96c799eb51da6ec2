# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Reading a statement's tokens from left to right."""

from __future__ import annotations

import contextlib
import typing as t
import unicodedata

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import printable
from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import every_server_executes
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import (
    PlacedToken,
    Token,
    as_written,
    name_of,
    render,
)

# Tools that copy SHOW CREATE TABLE of a session under ANSI_QUOTES leave out to set that in the dump.
_IN_DOUBLE_QUOTES = (
    "a name in double quotes: without SET sql_mode='ANSI_QUOTES' before it a server takes that for a text; export it "
    "again with names in backticks"
)


class Refused(Exception):
    """A statement, or a part of it, is not on the allowlist; the text says which.

    ``line`` is where it stands, None where that is not known better than by the statement; ``number`` is that of the
    statement, None for the one at hand.
    """

    line: int | None = None
    number: int | None = None


def _is_letter_of_name(letter: str) -> bool:
    """Whether a letter may stand in a name: not beyond what servers store, nor one that steers how text is shown.

    Nor what stands for bytes of which nobody knows the letter.
    """
    return ord(letter) < 65536 and letter != "\ufffd" and unicodedata.category(letter) not in ("Cc", "Cf")


class Words:
    """A position in the tokens of one statement."""

    def __init__(self, tokens: t.Sequence[Token]) -> None:
        self._tokens = tokens
        self._index = 0

    @contextlib.contextmanager
    def placed(self) -> t.Iterator[None]:
        """While it lasts, what is refused has the line of the token that was taken last."""
        try:
            yield
        except Refused as refused:
            token = self.peek(-1) if self._index else self.peek()
            if refused.line is None and isinstance(token, PlacedToken):
                refused.line = token.line
            raise

    @contextlib.contextmanager
    def of_one_version(self, version: bytes | None = None) -> t.Iterator[None]:
        """While it lasts, what is taken has to be there for the same servers: those that execute this comment."""
        begin = self._index
        yield
        self.check_versions(version, begin, self._index)

    def check_versions(self, version: bytes | None = None, begin: int = 0, end: int | None = None) -> None:
        """Refuse the whole statement, or a part, where servers differ about what of it stands there."""
        for token in self._tokens[begin:end]:
            if token.version != version and not all(map(every_server_executes, (token.version, version))):
                raise not_everywhere(text_of([token]))

    @property
    def at_end(self) -> bool:
        return self._index >= len(self._tokens)

    def peek(self, ahead: int = 0) -> Token | None:
        """Return a token without taking it, None behind the last."""
        index = self._index + ahead
        return self._tokens[index] if index < len(self._tokens) else None

    def upper(self, ahead: int = 0) -> bytes:
        """Return the bare word at hand in upper case, empty when there is none."""
        token = self.peek(ahead)
        return token.upper if token else b""

    def take(self) -> Token:
        """Return the next token; Refused at the end of the statement."""
        token = self.peek()
        if token is None:
            raise Refused("a statement that ends too early")
        self._index += 1
        return token

    def accept(self, *words: bytes) -> bool:
        """Take these words or marks when they are exactly what comes next."""
        for ahead, word in enumerate(words):
            token = self.peek(ahead)
            if token is None or (token.upper or (token.text if token.kind == "mark" else b"")) != word:
                return False
        self._index += len(words)
        return True

    def expect(self, *words: bytes) -> None:
        """Take these words or marks; Refused when something else comes."""
        if not self.accept(*words):
            raise Refused(f"{b' '.join(words).decode()} is missing where it is expected")

    def version_here(self) -> bytes | None:
        """Return the executable comment that the next token stands in; nothing is taken."""
        token = self.peek()
        return token.version if token else None

    def name(self) -> str:
        """Take an identifier."""
        token = self.take()
        name = name_of(token)
        if name is None:
            is_double = token.kind == "string" and as_written(token).text.startswith(b'"')
            raise Refused(_IN_DOUBLE_QUOTES if is_double else "something else where a name is expected")
        if not name or len(name) > 64 or name.endswith(" ") or not all(map(_is_letter_of_name, name)):
            raise Refused("a name that no server accepts")
        return name

    def qualified_name(self) -> tuple[str | None, str]:
        """Take ``name`` or ``database.name``."""
        name = self.name()
        return (name, self.name()) if self.accept(b".") else (None, name)

    def skip_account(self) -> None:
        """Take ``user@host``, ``'user'@'host'`` or CURRENT_USER()."""
        self.take()
        following = self.peek()
        if following is not None and following.is_mark(b"("):
            self.group()
        elif following is not None and following.kind == "variable":
            if self.take().text == b"@":
                self.take()
            while self.accept(b"."):
                self.take()

    def group(self) -> list[Token]:
        """Take ``( ... )`` and return what is inside."""
        self.expect(b"(")
        inside: list[Token] = []
        depth = 1
        while True:
            token = self.take()
            depth += token.is_mark(b"(") - token.is_mark(b")")
            if depth == 0:
                return inside
            inside.append(token)

    def rest(self) -> list[Token]:
        """Take all that is left."""
        rest = list(self._tokens[self._index :])
        self._index = len(self._tokens)
        return rest


def split_at_commas(tokens: t.Sequence[Token]) -> list[list[Token]]:
    """Split tokens at the commas that stand in no parentheses."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += token.is_mark(b"(") - token.is_mark(b")")
        if token.is_mark(b",") and depth == 0:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def not_everywhere(what: str) -> Refused:
    """Return the refusal of what stands in an executable comment for some servers only."""
    return Refused(f"{what} in an executable comment, which not every server would execute")


def text_of(tokens: t.Sequence[Token]) -> str:
    """Return tokens as text for a message; strings are left out, they could hold data."""
    shown = [token if token.kind != "string" else token._replace(text=b"'...'") for token in tokens]
    return printable(render(shown).decode("utf-8", "replace")[:80])
