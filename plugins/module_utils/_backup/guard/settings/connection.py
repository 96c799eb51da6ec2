# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The collation of a dump's connection: a server keeps it with a view or trigger, and compares by it for ever."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.settings.sql_modes import text_of_token
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.settings.variables import system_variable
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import Token

OF_CONNECTION = (b"COLLATION_CONNECTION", b"CHARACTER_SET_CONNECTION")
_OF_ITS_DATABASE = (b"COLLATION_DATABASE", b"CHARACTER_SET_DATABASE")
# What MariaDB has for all character sets, and says none.
_FOR_ALL = "uca1400_"
# No collation is called so: it stands for that of the database, by SET CHARACTER SET.
OF_DATABASE = "database"
_NAME = re.compile(r"[a-z0-9_]{1,64}")


class Connection:
    """What the SET statements said of it so far.

    ``collation`` is a collation, or a character set for the one that the server has for it, or OF_DATABASE; None is the
    server's own.
    """

    def __init__(self) -> None:
        self.collation: str | None = None
        self._saved: dict[bytes, str | None] = {}

    def names(self, charset: Token, collation: Token | None, *, of_database: bool) -> None:
        """Take note of SET NAMES; by SET CHARACTER SET it becomes ``of_database``."""
        self.collation = OF_DATABASE if of_database else self._named(charset)
        if collation is not None and self.collation is not None and not of_database:
            self.collation = self._named(collation)

    def set(self, value: t.Sequence[Token]) -> None:
        """Take note of what one of OF_CONNECTION is set to."""
        name = value[0].text.upper() if len(value) == 1 else b""
        if name in self._saved:
            self.collation = self._saved[name]
        elif system_variable(name) in _OF_ITS_DATABASE:
            self.collation = OF_DATABASE
        elif system_variable(name) not in OF_CONNECTION:
            self.collation = self._named(value[0]) if len(value) == 1 else None

    def save(self, name: bytes, system: bytes | None) -> None:
        """Take note of which system variable one of the dump gets, None for something else."""
        self._saved.pop(name, None)
        if system == OF_CONNECTION[0]:
            self._saved[name] = self.collation
        elif system in OF_CONNECTION:
            self._saved[name] = self.collation and self.collation.partition("_")[0]

    def _named(self, token: Token) -> str | None:
        name = text_of_token(token).strip("`").lower()
        if token.kind == "variable" or name == "default" or not _NAME.fullmatch(name):
            return None
        if not name.startswith(_FOR_ALL):
            return name
        return None if self.collation in (None, OF_DATABASE) else f"{str(self.collation).partition('_')[0]}_{name}"
