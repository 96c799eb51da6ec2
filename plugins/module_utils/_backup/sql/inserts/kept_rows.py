# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The rows of a small backup, kept as the first pass has given them: reading its definitions twice takes longer."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.proven_rows import FirstPass, SecondPass

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows

KEPT_BYTES = 8 * 1024 * 1024
# What a run of rows takes beside its text.
_RUN_BYTES = 1024


class KeptRows:
    """Takes rows until they are too many to be kept."""

    def __init__(self) -> None:
        self._rows: list[Rows] | None = []
        self._size_bytes = 0

    def see(self, rows: Rows) -> None:
        """Take the next rows."""
        self._size_bytes += len(rows.text) + _RUN_BYTES
        if self._size_bytes > KEPT_BYTES:
            self._rows = None
        if self._rows is not None:
            self._rows.append(rows)

    def as_second_pass(self, proofs: FirstPass) -> list[Rows] | None:
        """Return what a second pass would give; None where it has to be asked, as it knows what follows a row."""
        if self._rows is None or proofs.updated or proofs.later:
            return None
        known = SecondPass(proofs)
        return [rows for rows in self._rows if rows.statement >= known.void_before(rows.table)]
