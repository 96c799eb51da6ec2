# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Which tables of a backup and of its Mandant belong together, and what is told of each of them; pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._mandant.compare.definitions import Difference, State
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.plan import Plan, TablePlan

Json = dict[str, t.Any]
Found = t.Literal["both", "only_in_backup", "only_in_mandant"]
# By the primary key; by the number of rows that are the same in all their values; or not at all, since the table is
# only there once, or holds the same by its fingerprint.
ComparedBy = t.Literal["primary_key", "rows"]


@dataclasses.dataclass(frozen=True)
class Pair:
    """A table in use, the one that a restore would put in its place, or both."""

    name: str
    mandant: str | None = None
    backup: TablePlan | None = None

    @property
    def found(self) -> Found:
        if self.mandant is not None and self.backup is not None:
            return "both"
        return "only_in_backup" if self.mandant is None else "only_in_mandant"


@dataclasses.dataclass(frozen=True)
class TableCompared:
    """What is told of a table; ``columns`` are the rows that differ in each, by its name.

    ``keys`` are the first of those that are only on one side, or differ; None where they were not asked for, or where
    there is no primary key to name them by.
    """

    name: str
    found: Found
    backup_rows: int = 0
    mandant_rows: int = 0
    same: int = 0
    different: int = 0
    only_in_backup: int = 0
    only_in_mandant: int = 0
    columns: t.Mapping[str, int] = dataclasses.field(default_factory=dict)
    definition: tuple[Difference, ...] = ()
    compared_by: ComparedBy | None = None
    keys: t.Mapping[str, list[Json]] | None = None

    @property
    def is_same(self) -> bool:
        rows = self.different or self.only_in_backup or self.only_in_mandant
        return self.found == "both" and not rows and not self.definition

    def to_result(self) -> Json:
        """Return it in the shape of the module's results."""
        told = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        columns = [{"name": name, "rows": rows} for name, rows in self.columns.items()]
        definition = [one._asdict() for one in self.definition]
        return {**told, "is_same": self.is_same, "columns": columns, "definition": definition}


@dataclasses.dataclass(frozen=True)
class ObjectCompared:
    """A view, trigger or foreign key that is not the same on both sides; ``table`` is that which it belongs to."""

    kind: t.Literal["view", "trigger", "foreign_key"]
    name: str
    table: str | None
    found: State


def pairs(plan: Plan, observed: Observed) -> tuple[Pair, ...]:
    """Return the tables that a restore concerns, by the names that they will have; views are none.

    A table that is spelled as CAO does not spell it, on a server that tells letter case apart, is that of CAO's name.
    """
    names = observed.server.names
    key = names.key
    there = {key(name): name for name, one in observed.live.items() if not one.is_view}
    spelled = {key(names.target(name, mandants=True)): name for name in there.values()}
    found: list[Pair] = []
    seen: set[str] = set()
    for table in plan.tables:
        name = there.get(key(table.target)) or there.get(key(table.source)) or spelled.get(key(table.target))
        if name is None or name in seen:
            found.append(Pair(table.target, None, table))
            continue
        seen.add(name)
        found.append(Pair(table.target, name, table))
    for name in there.values():
        concerned = not plan.scope or name in plan.scope
        if name not in seen and name not in plan.kept and concerned:
            found.append(Pair(name, name, None))
    return tuple(sorted(found, key=lambda one: (one.name.lower(), one.name)))


def in_all(tables: t.Sequence[TableCompared], objects: t.Sequence[ObjectCompared]) -> Json:
    """Return the sums over all tables, and whether everything is the same."""
    rows = ("backup_rows", "mandant_rows", "same", "different", "only_in_backup", "only_in_mandant")
    return {
        "is_same": all(one.is_same for one in tables) and not objects,
        **{name: sum(getattr(one, name) for one in tables) for name in rows},
    }
