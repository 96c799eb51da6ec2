# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""CHECK constraints: those that rows must meet, and those that stand there only to be read."""

from __future__ import annotations

import dataclasses

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.expressions import check_expression
from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import quoted_name, render
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import Words

# Behind a CHECK that rows need not meet.
NOT_ENFORCED = b" NOT ENFORCED"


def is_not_enforced(check: bytes) -> bool:
    """Whether a CHECK constraint stands there only to be read."""
    return check.endswith(NOT_ENFORCED)


@dataclasses.dataclass(frozen=True)
class Check:
    """A CHECK constraint; ``check_sql`` begins with CHECK."""

    name: str | None
    check_sql: bytes
    enforced: bool = True

    def sql(self, server: ServerFlavour) -> bytes:
        """Return the constraint as it stands in CREATE TABLE.

        Where its name is one of the whole database, the table that makes way has it: the server gives it one that
        goes along with its table.
        """
        keeps_name = self.name is not None and not server.names_checks_by_schema
        named = b"CONSTRAINT " + quoted_name(self.name or "") + b" " if keeps_name else b""
        return named + self.check_sql + (b"" if self.enforced else NOT_ENFORCED)


def read_check(words: Words, name: str | None, version: bytes | None = None) -> Check:
    """Read a CHECK constraint, which may be of a ``version``; Refused when it could do harm."""
    with words.of_one_version(version):
        words.expect(b"CHECK")
        inside = words.group()
    check_expression(inside)
    enforced = words.accept(b"ENFORCED") or not words.accept(b"NOT", b"ENFORCED")
    return Check(name or None, b"CHECK (" + render(inside) + b")", enforced)
