# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The databases that a dump goes through: one is its own, in others nothing may stand.

phpMyAdmin writes all databases of a server into one file, those too that are empty, and its own notes.
"""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.own_database import OwnDatabase
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import Token, name_of
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import Refused

NOTES = "phpmyadmin"
# So begin the names of tables with notes.
NOTED = "pma_"
# Where the name stands that a statement begins with: CREATE TABLE IF NOT EXISTS x.
_NAME_WITHIN = 7


class DatabasesSoFar:
    """``database`` is the dump's own, ``database_format`` the character set and the collation that it says of that.

    ``elsewhere`` is why the next statement may bring nothing, ``other`` the database where it stands; both are None in
    the own one.
    """

    def __init__(self, database: OwnDatabase) -> None:
        self.database = database
        self.database_format: tuple[str | None, str | None] = (None, None)
        self._formats: dict[str, tuple[str | None, str | None]] = {}
        self.elsewhere: Refused | None = None
        self.other: str | None = None
        self.notes_left_out = False
        # Whether the own one is where the dump is: what it makes or drops besides is another then.
        self._is_used = False

    def go_to(self, name: str, *, is_filled: bool, line: int, number: int) -> None:
        """Take note of USE; ``is_filled`` says that something stands in the own database, which another then is not."""
        self.elsewhere = self._declared(name, is_filled=is_filled)
        self.other = None if self.elsewhere is None else name
        self._is_used = True
        if self.elsewhere is not None:
            self.elsewhere.line, self.elsewhere.number = line, number

    def make(self, name: str, *, is_filled: bool) -> bool:
        """Take note of CREATE and DROP DATABASE, and return whether it is the own one: where the dump is, it stays."""
        return self._declared(name, is_filled=is_filled or self._is_used) is None

    @contextlib.contextmanager
    def format_of(self, name: str) -> t.Iterator[None]:
        """Have what is said of a database that is not the own one kept for it."""
        own, self.database_format = self.database_format, (None, None)
        yield
        self._formats[name.lower()], self.database_format = self.database_format, own

    def _declared(self, name: str, *, is_filled: bool) -> Refused | None:
        before = self.database.name
        if before is None and is_filled and name == NOTES:
            # What has come without a name is not of it.
            return Refused(f"the dump speaks of a second database, {name!r}; it may hold one Mandant only")
        if before is not None and not is_filled and not self.database.is_of_server(name):
            self._formats[before.lower()] = self.database_format
            self.database_format = self._formats.get(name.lower(), (None, None))
            self.database.name = None
        reason = self.database.declare(name)
        if reason and (not is_filled or self.database.is_of_server(name)):
            raise Refused(reason)
        return Refused(reason) if reason else None

    def passes_note(self, tokens: t.Sequence[Token]) -> bool:
        """Whether a statement only makes a table of phpMyAdmin's notes; Refused where it brings something elsewhere."""
        if self.elsewhere is None or any(token.upper in (b"DATABASE", b"SCHEMA") for token in tokens[1:2]):
            return False
        name = next((name_of(token) for token in tokens[1:_NAME_WITHIN] if token.kind == "name"), None)
        if self.is_note(name or ""):
            return True
        raise self.elsewhere

    def check_rows(self) -> None:
        """Refuse rows of another database."""
        if self.elsewhere is not None:
            raise self.elsewhere

    def is_note(self, table: str) -> bool:
        """Whether rows of a table are phpMyAdmin's notes, which are left out."""
        in_notes = self.other == NOTES
        self.notes_left_out = self.notes_left_out or in_notes
        return in_notes and table.startswith(NOTED)
