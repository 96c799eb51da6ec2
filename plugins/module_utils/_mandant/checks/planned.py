# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Which tables the names in a check stand for while it is run: the new ones, and those that stay; pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure, printable
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import TableDefinition
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.views_and_triggers import View
from ansible_collections.cao.faktura.plugins.module_utils._mandant.checks.given import UNCHANGED, Check, read_checks
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import ShadowTable
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted


class Made(t.Protocol):
    """What is needed of a plan."""

    @property
    def tables(self) -> t.Sequence[ShadowTable]: ...

    @property
    def views(self) -> t.Sequence[View]: ...

    @property
    def names_after(self) -> t.Mapping[str, str]: ...


@dataclasses.dataclass(frozen=True)
class PlannedCheck:
    """A check, and the tables that it reads: by their names in the query those to be read.

    Views of the backup keep their names in it. ``skipped`` is what it needs and is not there; ``open_needs`` are
    columns of tables that stay, which are looked for when it is run.
    """

    check: Check
    names: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    skipped: str | None = None
    open_needs: tuple[tuple[str, str], ...] = ()


def plan_checks(wanted: Wanted, observed: Observed, made: Made) -> tuple[PlannedCheck, ...]:
    """Return the checks; Failure check_failed for one that reads what will not be there."""
    checks = read_checks(wanted)
    return _Planner(observed, made).plan(checks) if checks else ()


class _Planner:
    def __init__(self, observed: Observed, made: Made) -> None:
        self._observed = observed
        self._definitions: dict[str, TableDefinition] = {}
        self._readable: dict[str, str] = {}
        new: dict[str, str] = {}
        for table in made.tables:
            new.update({table.source: table.shadow, table.target: table.shadow})
            self._definitions[table.shadow] = table.definition
        views = {view.name: view.name for view in made.views}
        staying = {name: there for name, there in made.names_after.items() if there in observed.live}
        self._readable = {**staying, **views, **new}
        replaced = set(new.values()) | set(views)
        self._old_views = {
            name for name, there in staying.items() if observed.live[there].is_view and name not in replaced
        } - set(new)

    def plan(self, checks: t.Iterable[Check]) -> tuple[PlannedCheck, ...]:
        return tuple(map(self._one, checks))

    def _one(self, check: Check) -> PlannedCheck:
        open_needs = []
        for table, column in check.needs:
            found = self._found(table)
            definition = self._definitions.get(found) if found else None
            if found is None or (definition is not None and column and definition.column(column) is None):
                return PlannedCheck(check, skipped=f"{table}.{column}" if column else table)
            if definition is None and column:
                open_needs.append((found, column))
        names = {}
        for table in check.query.tables:
            found = self._found(table)
            if found is None:
                raise self._refused(check, f"reads {printable(table)}, which neither the backup nor what stays has")
            if found in self._old_views:
                raise self._refused(
                    check, f"reads the view {printable(table)}, which stays and shows the tables now in use"
                )
            names[table] = found
        return PlannedCheck(check, names, open_needs=tuple(open_needs))

    def _found(self, name: str) -> str | None:
        """Return what a name stands for; letter case counts only where there are two."""
        if name in self._readable:
            return self._readable[name]
        return next((to for other, to in self._readable.items() if other.lower() == name.lower()), None)

    def _refused(self, check: Check, why: str) -> Failure:
        return Failure(
            "check_failed",
            f"{self._observed.server.where}, {self._observed.mandant}: the check {printable(check.name)} {why}; let it "
            f"read tables of the backup, or say what it needs. {UNCHANGED}",
        )
