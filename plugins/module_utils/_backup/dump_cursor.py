# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Where a reader stands in a dump, and what the dump has set so far that changes how it is read."""

from __future__ import annotations

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure, printable
from ansible_collections.cao.faktura.plugins.module_utils._backup.own_database import OwnDatabase
from ansible_collections.cao.faktura.plugins.module_utils._backup.source import Source
from ansible_collections.cao.faktura.plugins.module_utils._backup.tokens import Token, backticked, single_quoted


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


class DumpCursor:
    """The place in a dump: its bytes, the number of the statement (from 1), delimiter and quoting.

    ``ansi_quotes`` may be set between two statements, when the dump has set that sql_mode.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.database = OwnDatabase()
        self.delimiter = b";"
        self.ansi_quotes = False
        self.number = 0

    def refuse(self, text: str, line: int | None = None) -> Failure:
        """Return the failure for what may not be executed, with its place."""
        place = f"{self.source.label}, line {line or self.source.line}, statement {self.number}"
        return Failure(
            "forbidden_statement",
            f"{place}: {printable(text)}. Nothing was changed; restore a backup that holds only tables and their rows.",
        )

    def word(self, kind: str, text: bytes, space_before: bool, version: bytes | None = None) -> Token:
        """Return a token; a double quote begins an identifier when the dump has set that sql_mode."""
        if kind == "word" and b"\xa0" in text and not _is_utf8(text):
            raise self.refuse("a byte 0xa0 in a word: servers do not agree whether it is a letter or a blank")
        if self.ansi_quotes and kind == "string" and text[:1] == b'"':
            return Token("name", backticked(text), space_before, version)
        return Token(kind, single_quoted(text) if kind == "string" else text, space_before, version)


__all__ = ("DumpCursor",)
