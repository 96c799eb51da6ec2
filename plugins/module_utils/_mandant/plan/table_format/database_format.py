# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The character set and collation of a database that is made, pure: tables that say none of their own have these."""

from __future__ import annotations

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.analysis import Analysis
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Server
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.table_format.collations import (
    nearest_collation,
    spelled_here,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.table_format.translated import known_charset
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted


def of_new_database(wanted: Wanted, analysis: Analysis, server: Server) -> tuple[str, str | None]:
    """Return what is asked for; where that is no more than the usual, what the dump says of its database."""
    if wanted.charset != Wanted.charset or wanted.collation is not None:
        return wanted.charset, wanted.collation
    charset, collation = analysis.database_format
    if collation is not None:
        collation = spelled_here(collation, server.collations) or nearest_collation(collation, server.collations)
    charset = charset or server.collations.get(collation or "")
    if charset is None:
        return wanted.charset, None
    charset = known_charset(charset, server)
    return charset, collation if server.collations.get(collation or "", "").lower() == charset.lower() else None
