# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What a statement makes of the rows that a table has by then."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import Column


class Step(t.NamedTuple):
    """One change: a column that is added, dropped or renamed, the table that is renamed, or another order."""

    kind: t.Literal["add", "drop", "rename", "rename table", "order"]
    name: str = ""
    new: str = ""
    column: Column | None = None
