# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Where a reader stands in a dump, and what the dump has set so far that changes how it is read."""

from __future__ import annotations

import contextlib

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure, printable
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.invisible import invisible
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.own_database import OwnDatabase
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Under
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import (
    Token,
    backticked,
    single_quoted,
    string_value,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.unread_bytes import Source

BACKSLASH = (
    "a backslash in a name or a definition under the sql_mode NO_BACKSLASH_ESCAPES, which servers do not read alike"
)


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


class DumpCursor:
    """The place in a dump: its bytes, the number of the statement (from 1), delimiter and quoting.

    ``ansi_quotes`` may be set between two statements, when the dump has set that sql_mode; and ``codecs``: what the
    words of a statement can be in, the likeliest first, empty as long as nothing tells; and ``under``, for rows; and
    ``unusual``, the settings by which a server would compute other values than in a restore.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.database = OwnDatabase()
        self.delimiter = b";"
        self.ansi_quotes = False
        self._no_escapes = False
        self.codecs: tuple[str, ...] = ()
        self.under = Under()
        self.unusual: frozenset[bytes] = frozenset()
        self.number = 0
        # Whether the statement at hand is the dump's last, without a delimiter.
        self.ends_open = False

    @property
    def no_escapes(self) -> bool:
        """Whether a backslash in a text is one like any other letter, as the dump has set it between two statements."""
        return self._no_escapes

    @no_escapes.setter
    def no_escapes(self, no_escapes: bool) -> None:
        self._no_escapes = no_escapes
        self.source.double_backslashes(no_escapes)

    @property
    def read_under(self) -> tuple[object, ...]:
        """What the same bytes are read differently under: whoever keeps what some have been, keeps it as long only."""
        return self.delimiter, self.ansi_quotes, self._no_escapes, self.codecs, self.unusual, self.database.name

    def refuse(self, text: str, line: int | None = None, number: int | None = None) -> Failure:
        """Return the failure for what may not be executed, with its place; what the file ends in may be a part only."""
        if self.ends_open:
            return self.source.cut_off(line or self.source.line)
        return Failure(
            "forbidden_statement",
            f"{self._place(line, number)}: {printable(text)}. "
            "Nothing was changed; restore a backup that holds only tables and their rows.",
        )

    def _place(self, line: int | None = None, number: int | None = None) -> str:
        return f"{self.source.label}, line {line or self.source.line}, statement {number or self.number}"

    def word(
        self, kind: str, text: bytes, space_before: bool, version: bytes | None = None, before: Token | None = None
    ) -> Token:
        """Return a token, as UTF-8 where the dump tells its encoding.

        A double quote begins an identifier when the dump has set that sql_mode. A text behind an introducer, as
        _latin1'x', says itself what it is in: where that would be changed, it stands as its bytes.
        """
        introduced = before is not None and before.kind == "word" and before.text.startswith(b"_") and kind == "string"
        if introduced and not text.isascii() and not (_is_utf8(text) and self.codecs[:1] in ((), ("utf-8",))):
            return Token("number", b"0x" + string_value(single_quoted(text)).hex().encode(), True, version)
        hidden = invisible(text) if kind == "word" and not text.isascii() else None
        if hidden is not None:
            raise self.refuse(hidden)
        if kind == "word" and b"\xa0" in text and not _is_utf8(text):
            raise self.refuse("a byte 0xa0 in a word: servers do not agree whether it is a letter or a blank")
        if not text.isascii():
            text = self._as_utf8(kind, text)
        is_name = kind == "name" or (self.ansi_quotes and kind == "string" and text[:1] == b'"')
        if is_name and self._no_escapes and b"\\" in text:
            raise self.refuse(BACKSLASH)
        if is_name and kind == "string":
            return Token("name", backticked(text), space_before, version)
        return Token(kind, single_quoted(text) if kind == "string" else text, space_before, version)

    def _as_utf8(self, kind: str, text: bytes) -> bytes:
        """Return a word as UTF-8; a text of which nothing tells what it is in stays as it is, a name may not."""
        for codec in self.codecs:
            with contextlib.suppress(UnicodeDecodeError):
                return text.decode(codec).encode("utf-8")
        if self.codecs and kind != "string":
            raise Failure(
                "encoding_ambiguous",
                f"{self._place()}: a name has bytes that are not {self.codecs[-1]}, which the dump or the option "
                "encoding says. Say what the dump is in, for example encoding: cp1252 or encoding: utf-8.",
            )
        return text
