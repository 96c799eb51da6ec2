# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What of a dump is left out with the tables BACK_*: they are a generation before, and what reads them goes with them.

A view or a trigger that came without them would read the generation before of the Mandant it comes to.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import is_generation_before
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.by_name import ByName
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import TableDefinition

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.allowlist import Catalog
    from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.views_and_triggers import Trigger, View


def views_left(catalog: Catalog) -> ByName[View]:
    """Return the views that are not left out."""
    gone = _views_gone(catalog)
    return ByName({name: view for name, view in catalog.views.items() if name not in gone})


def triggers_left(catalog: Catalog) -> list[Trigger]:
    """Return the triggers that are not left out."""
    gone = _views_gone(catalog)
    views = catalog.views
    return [one for one in catalog.triggers.values() if not _reaches(one.table, *_named(one, views), gone=gone)]


def without_their_keys(definition: TableDefinition) -> TableDefinition:
    """Return a table without foreign keys to what is left out."""
    kept = tuple(key for key in definition.foreign_keys if not is_generation_before(key.references))
    return definition if kept == definition.foreign_keys else dataclasses.replace(definition, foreign_keys=kept)


def said_of(catalog: Catalog) -> str | None:
    """Return what is left out, as a sentence; None where nothing is."""
    names = [table.name for table in catalog.tables.values() if is_generation_before(table.name)]
    gone = _views_gone(catalog)
    views = [view.name for key, view in catalog.views.items() if key in gone]
    kept = {one.name for one in triggers_left(catalog)}
    readers = [f"the view {name}" for name in views if not is_generation_before(name)]
    readers += [f"the trigger {one.name}" for one in catalog.triggers.values() if one.name not in kept]
    readers += [
        f"the foreign keys of {one.name} to them"
        for one in catalog.tables.values()
        if not is_generation_before(one.name) and without_their_keys(one) is not one
    ]
    aside = len(names) + len([name for name in views if is_generation_before(name)])
    if not aside and not readers:
        return None
    kinds = "tables" if aside == len(names) else "tables and views"
    more = f" What needs them is left out, too: {', '.join(readers)}." if readers else ""
    return f"{aside} {kinds} BACK_*, left over from an earlier restore, are in the file and are left out.{more}"


def _views_gone(catalog: Catalog) -> set[str]:
    readers: dict[str, list[str]] = {}
    to_go = []
    for key, view in catalog.views.items():
        for name in view.tables:
            readers.setdefault(catalog.views.real(name) or name, []).append(key)
        if _reaches(view.name, *view.tables, gone=()):
            to_go.append(key)
    gone: set[str] = set()
    while to_go:
        key = to_go.pop()
        if key not in gone:
            gone.add(key)
            to_go += readers.get(key, [])
    return gone


def _named(trigger: Trigger, views: ByName[View]) -> list[str]:
    return [views.real(name.table) or name.table for name in trigger.names]


def _reaches(*names: str, gone: t.Container[str]) -> bool:
    return any(is_generation_before(name) or name in gone for name in names)
