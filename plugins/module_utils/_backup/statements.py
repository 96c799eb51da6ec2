# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The reader of dumps: unpacked bytes in, statements and runs of rows out, in constant memory.

Statements are told apart by their tokens, never by lines. Rows are the mass of every dump: the
first of a run is read token by token, the rest by a pattern made from it.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.insert_reader import InsertReader
from ansible_collections.cao.faktura.plugins.module_utils._backup.own_database import OwnDatabase
from ansible_collections.cao.faktura.plugins.module_utils._backup.rows import Rows
from ansible_collections.cao.faktura.plugins.module_utils._backup.source import Source
from ansible_collections.cao.faktura.plugins.module_utils._backup.tokens import Incomplete, Token, backticked

# No statement but an INSERT needs more; a larger one is no dump's.
DEFINITION_LIMIT_BYTES = 16 << 20

_DELIMITER = re.compile(rb"delimiter[ \t]+([^\r\n]+?)[ \t]*(?:\r?\n|\Z)", re.IGNORECASE)
_DELIMITER_WORD = re.compile(rb"delimiter(?=[ \t\r\n]|\Z)", re.IGNORECASE)


@dataclasses.dataclass(frozen=True)
class Statement:
    """A whole statement that is no INSERT; ``number`` and ``line`` (of its first word) from 1."""

    tokens: tuple[Token, ...]
    number: int
    line: int


@dataclasses.dataclass(frozen=True)
class Comment:
    """A comment between statements: that is where dump programs say who they are."""

    text: bytes


Event = t.Union[Statement, Rows, Comment]
Kinds = t.Callable[[str, "tuple[str, ...]", int], "tuple[str, ...]"]


class StatementReader:
    """Reads a dump once, from its first byte to its last.

    ``label`` is the file (and member) for messages; ``kinds(table, columns, width)`` names the
    watched columns of a table (see rows). ``ansi_quotes`` may be set between two events, when the
    dump has set that sql_mode.
    """

    def __init__(self, chunks: t.Iterable[bytes], *, label: str, kinds: Kinds) -> None:
        self.source = Source(chunks, label)
        self.database = OwnDatabase()
        self.delimiter = b";"
        self.ansi_quotes = False
        self.number = 0
        self._inserts = InsertReader(self, kinds)

    def events(self) -> t.Iterator[Event]:
        """Give comments, statements and rows in the order of the file.

        Raises Failure: truncated at an open string or statement, forbidden_statement at a byte that
        begins no token, too_large, and whatever the unpacking raises.
        """
        self._skip_mark()
        while True:
            kind, end = self.source.whole(self._first_token)
            text = self.source.data[self.source.position : end]
            if kind == "end":
                return
            if kind == "comment":
                self.source.advance(end)
                yield Comment(text)
            elif kind == "space" or text == self.delimiter:
                self.source.advance(end)
            elif kind == "word" and _DELIMITER_WORD.match(text):
                self.source.whole(self._set_delimiter)
            elif kind == "word" and text.upper() in (b"INSERT", b"REPLACE"):
                self.number += 1
                yield from self._inserts.rows()
            else:
                self.number += 1
                line = self.source.line
                yield Statement(self.source.whole(self._statement), self.number, line)

    def refuse(self, text: str, line: int | None = None) -> Failure:
        """Return the failure for what may not be executed, with its place."""
        place = f"{self.source.label}, line {line or self.source.line}, statement {self.number}"
        return Failure(
            "forbidden_statement",
            f"{place}: {text}. Nothing was changed; restore a backup that holds only tables and their rows.",
        )

    def word(self, kind: str, text: bytes, space_before: bool, version: bytes | None = None) -> Token:
        """Return a token; a double quote begins an identifier when the dump has set that sql_mode."""
        if self.ansi_quotes and kind == "string" and text[:1] == b'"':
            return Token("name", backticked(text), space_before, version)
        return Token(kind, text, space_before, version)

    def tokens_until_end(self, position: int) -> tuple[tuple[Token, ...], int]:
        """Read tokens from an offset up to and over the delimiter; Incomplete when it is not there."""
        tokens: list[Token] = []
        version: bytes | None = None
        space = False
        start = position
        while not self._ends_here(position):
            if position - start > DEFINITION_LIMIT_BYTES:
                raise Failure(
                    "too_large",
                    f"{self.source.label}, line {self.source.line}: a statement without rows is longer than 16 MiB. "
                    "Check whether the file is a dump at all.",
                )
            kind, end = self.source.token(position)
            if kind not in ("string", "name", "comment"):
                # A delimiter such as $$ would otherwise be part of the word before it.
                cut = self.source.data.find(self.delimiter, position + 1, end)
                end = cut if cut > 0 else end
            text = self.source.data[position:end]
            if kind == "unknown":
                raise self.refuse(f"the byte 0x{self.source.data[position]:02x} begins no word of SQL")
            if kind == "open":
                version = text
            if kind == "close":
                version = None
            if kind in ("open", "close", "space", "comment"):
                space = True
            else:
                tokens.append(self.word(kind, text, space, version))
                space = False
            position = end
        return tuple(tokens), position + len(self.delimiter)

    def _ends_here(self, position: int) -> bool:
        data = self.source.data
        if position + len(self.delimiter) > len(data):
            raise Incomplete
        return data.startswith(self.delimiter, position)

    def _skip_mark(self) -> None:
        while len(self.source.data) < 3 and self.source.more():
            pass
        if self.source.data.startswith(b"\xef\xbb\xbf"):
            self.source.position = 3

    def _first_token(self) -> tuple[str, int]:
        source = self.source
        if source.position >= len(source.data) and source.at_end:
            return "end", source.position
        if source.data.startswith(self.delimiter, source.position):
            return "delimiter", source.position + len(self.delimiter)
        kind, end = source.token(source.position)
        if kind == "unknown":
            self.number += 1
            raise self.refuse(
                f"the byte 0x{source.data[source.position]:02x} begins no word of SQL; "
                "commands of a client program are never executed"
            )
        return kind, end

    def _set_delimiter(self) -> None:
        source = self.source
        if source.data.find(b"\n", source.position) < 0 and not source.at_end:
            raise Incomplete
        match = _DELIMITER.match(source.data, source.position)
        if match is None or len(match.group(1)) > 16 or re.search(rb"[\s'\"`\\]", match.group(1)):
            raise self.refuse("DELIMITER without a delimiter that a dump program uses")
        self.delimiter = match.group(1)
        self.source.advance(match.end())

    def _statement(self) -> tuple[Token, ...]:
        tokens, end = self.tokens_until_end(self.source.position)
        self.source.advance(end)
        return tokens


__all__ = ("DEFINITION_LIMIT_BYTES", "Comment", "Event", "Kinds", "Statement", "StatementReader")
