# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What tables a Mandant has: how many and how large, what for, in which engines and character sets, pure."""

from __future__ import annotations

import collections
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import PURPOSE
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed

# Bytes of each table, rows and keys; None of a view, and of a table that the server cannot open.
Sizes = t.Mapping[str, t.Optional[int]]

OTHER = "other"


def inventory_of(observed: Observed, sizes: Sizes) -> dict[str, t.Any]:
    """Return what mandant_info documents from ``size`` to ``charsets``."""
    tables = {name: table for name, table in observed.live.items() if not table.is_view}
    collations = observed.server.collations
    purposes: dict[str, dict[str, int]] = {}
    for name in tables:
        one = purposes.setdefault(PURPOSE.get(name.upper(), OTHER), {"tables": 0, "size": 0})
        one["tables"] += 1
        one["size"] += sizes.get(name) or 0
    charsets = (collations.get(table.collation.lower()) for table in tables.values() if table.collation)
    return {
        "size": sum(one["size"] for one in purposes.values()),
        "tables": len(tables),
        "purposes": dict(sorted(purposes.items())),
        "other_tables": [name for name in tables if name.upper() not in PURPOSE],
        "views": [name for name, table in observed.live.items() if table.is_view],
        "unreadable_tables": [name for name in tables if sizes.get(name) is None],
        "engines": _counted(table.engine for table in tables.values()),
        "charsets": _counted(charsets),
    }


def size_of(tables: t.Iterable[str], sizes: Sizes) -> int:
    """Return the bytes of some tables."""
    return sum(sizes.get(name) or 0 for name in tables)


def _counted(values: t.Iterable[str | None]) -> dict[str, int]:
    return dict(sorted(collections.Counter(filter(None, values)).items()))
