# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Which generations of tables a Mandant has: what was restored, what stands before it, and what is left over, pure."""

from __future__ import annotations

import ntpath
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import KNOWN
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure, printable
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.rollback_plan import plan_rollback
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember import marker as markers
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Marker
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.origins import neutralised_in
from ansible_collections.cao.faktura.plugins.module_utils._mandant.results.inventory import Sizes, size_of

Json = dict[str, t.Any]


def generations_of(observed: Observed, sizes: Sizes) -> Json:
    """Return ``restored``, ``previous``, ``older_aside``, ``leftovers``, ``others_aside`` and ``unfinished``."""
    marker = observed.marker
    before, others = observed.generations_aside(KNOWN)
    older = set() if marker is None else {back for one in marker.older for back in one.tables.values()}
    previous = [name for name in before if name not in older]
    exchanged = marker is not None and bool(marker.scope)
    left = observed.leftovers
    return {
        "restored": _in_use(observed),
        "previous": _previous(observed, previous, sizes) if previous or exchanged else None,
        "older_aside": {"tables": sorted(older.intersection(before)), "size": size_of(older, sizes)},
        "leftovers": {"tables": left, "size": size_of(left, sizes)},
        "others_aside": {"tables": list(others), "size": size_of(others, sizes)},
        "unfinished": observed.unfinished,
    }


def _in_use(observed: Observed) -> Json | None:
    """Return what was restored last, and with ``earlier`` the restores before from which tables are in use, too."""
    marker = observed.marker
    restored = _restored(marker)
    if marker is None or restored is None:
        return None
    if marker.chosen or marker.earlier:
        # Who asks whether it is a copy without passwords means all that is in use.
        tables = [name for name, table in observed.live.items() if not table.is_view]
        restored["neutralised"] = sorted(map(printable, neutralised_in(marker, tables)))
    return {**restored, "earlier": [_restored(one) for one in marker.earlier]}


def _restored(marker: Marker | None) -> Json | None:
    """Return what was restored and when; after a rollback to tables of unknown origin, nothing is known."""
    if marker is None or not marker.sha256:
        return None
    header, file = _mapping(marker.analysis, "header"), _mapping(marker.analysis, "file")
    return {
        "sha256": printable(marker.sha256),
        "file": _text(ntpath.basename(str(file.get("path") or "").replace("/", "\\"))),
        "program": _text(header.get("program")),
        "date": _text(header.get("date")),
        "mandant": _text(header.get("mandant")),
        "restored_at": printable(marker.restored_at),
        "version": printable(marker.version),
        "rows": sum(one.rows for one in marker.tables.values()),
        "errors": marker.errors,
        "neutralised": [printable(group) for group in marker.neutralised],
        "only": [printable(name) for name in sorted({*marker.tables, *marker.views})] if marker.chosen else None,
    }


def _previous(observed: Observed, tables: list[str], sizes: Sizes) -> Json:
    marker = observed.marker
    why_not = None
    try:
        plan_rollback(observed)
    except Failure as failure:
        why_not = failure.msg
    return {
        "tables": len(tables),
        "size": size_of(tables, sizes),
        # CAO's own restore leaves the same names and no marker (cao-format 2.1).
        "made_by": "mandant_restore" if marker else "cao",
        "restored": _remembered(marker.previous.marker) if marker else None,
        "rollback": why_not is None,
        "why_not": why_not,
    }


def _remembered(document: Json | None) -> Json | None:
    try:
        return _restored(markers.decode_document(document)) if document else None
    except markers.Unreadable:
        return None


def _mapping(content: Json, name: str) -> Json:
    value = content.get(name)
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    return printable(value) if isinstance(value, str) and value else None
