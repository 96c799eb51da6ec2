# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The plan of a restore: what becomes what, decided once and purely from what is wanted and was seen.

Check mode and diff read it, the other files carry it out.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.analysis import Analysis
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import TableDefinition
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.views_and_triggers import Trigger, View
from ansible_collections.cao.faktura.plugins.module_utils._mandant.checks.planned import PlannedCheck, plan_checks
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import (
    Names,
    is_marker,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.neutralise.changes import Change, plan_changes
from ansible_collections.cao.faktura.plugins.module_utils._mandant.neutralise.what_stays import (
    not_neutralised,
    refuse_persons_beside,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.drift import kept_by
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.outcome import Report
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.decision import Decision
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.final_names import (
    FinalNames,
    KeyPlan,
    have_one_name,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.kept_settings import (
    in_database,
    kept_otherwise,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.left_behind import (
    Leaving,
    LeftBehind,
    gone_for_good,
    listed,
    new_objects,
    what_leaves,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.questions.questions import refusal_of, told_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.refusals import (
    cautions,
    first_refusal,
    referred_elsewhere,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.some_tables.chosen import (
    Scope,
    chosen,
    left_aside,
    scope_of,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.some_tables.staying import (
    Across,
    across,
    views_that_may_break,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.table_format.database_format import (
    of_new_database,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.table_format.demands import (
    refuse_odd_references,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.table_format.references import (
    refuse_unfit_references,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.table_format.table_formats import (
    Around,
    Format,
    choose_format,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.would_replace import work_before
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Move, Previous
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted


@dataclasses.dataclass(frozen=True)
class TablePlan:
    """One table of the backup: ``source`` in the dump, ``shadow`` while it is loaded, ``target`` at the end.

    ``left_ids``, ``empty_enums`` and ``row_trigger`` are what the analysis says of it.
    """

    source: str
    target: str
    shadow: str
    rows: int
    format: Format
    left_ids: bool = False
    empty_enums: frozenset[str] = frozenset()
    row_trigger: Trigger | None = None

    @property
    def definition(self) -> TableDefinition:
        return self.format.definition


@dataclasses.dataclass(frozen=True)
class Plan:
    """What a run does. With a ``refusal`` it does nothing; without ``changed`` there is nothing to do.

    ``moves`` are the pairs of the one RENAME TABLE, ``previous`` the names that the tables now there
    get, ``left_out`` the tables of the backup for which others stay, ``leftovers`` what killed runs have left,
    ``pushed_out`` the generation that is dropped at the end, ``dropped`` the tables and views by their names now whose
    content goes for good, ``left_behind`` what the new generation lacks, ``others_aside`` what is called ``BACK_`` and
    stays, ``neutralise`` what is changed in the shadow tables once they are loaded.
    ``across`` are the foreign keys between what is restored and what stays; ``skips`` takes rows of theirs as they are.
    Where only some tables are wanted, ``scope`` are the names in the Mandant that they concern, ``not_chosen`` the
    other tables of the backup, ``older`` what stays aside of generations before. ``checks`` is asked of new tables.
    """

    decision: Decision
    refusal: Failure | None = None
    action: t.Literal["restored", "unchanged", "created"] = "unchanged"
    create_database: bool = False
    tables: tuple[TablePlan, ...] = ()
    neutralise: tuple[Change, ...] = ()
    views: tuple[View, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    foreign_keys: tuple[KeyPlan, ...] = ()
    targets: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    moves: tuple[Move, ...] = ()
    previous: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    pushed_out: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    kept: frozenset[str] = frozenset()
    left_out: tuple[str, ...] = ()
    views_kept: tuple[str, ...] = ()
    leftovers: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    left_behind: tuple[LeftBehind, ...] = ()
    others_aside: tuple[str, ...] = ()
    reports: tuple[Report, ...] = ()
    warnings: tuple[str, ...] = ()
    scope: frozenset[str] = frozenset()
    not_chosen: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    older: tuple[Previous, ...] = ()
    across: tuple[Across, ...] = ()
    checks: tuple[PlannedCheck, ...] = ()
    skips: bool = False

    @property
    def changed(self) -> bool:
        return self.refusal is None and self.decision.restore

    @property
    def names_after(self) -> dict[str, str]:
        """The names of tables and views after the swap, by those that a dump may give them."""
        stay = {name: target for name, target in self.not_chosen.items() if target in self.kept}
        return {**{name: name for name in self.kept}, **stay, **self.targets}

    @property
    def why(self) -> str:
        if not self.scope:
            return self.decision.why
        names = listed(sorted(self.targets.values()))
        return f"{self.decision.why}; of the backup only {names} {'is' if len(self.targets) == 1 else 'are'} restored"

    def saved_before(self, observed: Observed) -> dict[str, str]:
        """Return the tables of the generation that is dropped, with their names in use, where it is people's work."""
        before = observed.before
        if before is None or not set(before.work).intersection(self.pushed_out):
            return {}
        there = observed.tables
        return {
            name: real
            for name, real in before.real_names.items()
            if name in self.pushed_out and not there[name].is_view
        }


def plan(wanted: Wanted, decision: Decision, observed: Observed, analysis: Analysis | None = None) -> Plan:
    """Return the plan. Without the analysis it is only good for an early refusal."""
    if not decision.restore:
        return Plan(decision)
    try:
        # From here on the backup is what is wanted of it.
        wanted_of_it = None if analysis is None else chosen(wanted, analysis)
        refusal = first_refusal(wanted, observed, wanted_of_it)
        if refusal is not None or analysis is None or wanted_of_it is None:
            return Plan(decision, refusal)
        refusal = refusal_of(wanted, observed, wanted_of_it)
        if refusal is not None:
            return Plan(decision, refusal)
        wanted_of_it = in_database(wanted_of_it, wanted, observed)
        made = _Planner(wanted, decision, observed, wanted_of_it, scope_of(wanted, observed, analysis)).plan()
        keys = across(wanted, observed, {**made.previous, **made.pushed_out}, made)
        told = views_that_may_break(wanted, observed, {**made.previous, **made.pushed_out}, made)
        checks = plan_checks(wanted, observed, made)
        made = dataclasses.replace(made, across=keys, checks=checks, warnings=(*made.warnings, *told))
    except Failure as failure:
        return Plan(decision, failure)
    refusal = work_before(wanted, observed, made.pushed_out) or referred_elsewhere(observed, made.dropped)
    return made if refusal is None else Plan(decision, refusal)


class _Planner:
    def __init__(
        self, wanted: Wanted, decision: Decision, observed: Observed, analysis: Analysis, scope: Scope
    ) -> None:
        self._wanted = wanted
        self._decision = decision
        self._observed = observed
        self._analysis = analysis
        self._names: Names = observed.server.names
        self._scope = scope
        self._mandants = scope.mandants
        self._older = left_aside(observed, scope.names) if scope.names else ()
        self._reports: list[Report] = []
        self._left_out: list[str] = []
        self._warnings: list[str] = [decision.warning] if decision.warning else []

    def plan(self) -> Plan:
        observed, wanted, names = self._observed, self._wanted, self._names
        rows = {table.name: table.rows for table in self._analysis.tables}
        views_kept = self._views_in_the_way(rows)
        kept = frozenset(filter(self._stays, observed.live)) | views_kept
        targets = self._targets(kept)
        tables = self._tables(targets, rows)
        previous, pushed_out, others_aside = self._leaving(kept)
        dropped = sorted((*pushed_out, *previous) if wanted.previous == "drop" else pushed_out)
        moves = [*pushed_out.items(), *previous.items(), *((one.shadow, one.target) for one in tables)]
        marker = next(filter(is_marker, observed.tables), None)
        if marker is not None:
            pushed_out[marker] = names.old(len(dropped) + 1)
            moves.append((marker, pushed_out[marker]))
        moves.append((names.shadow_marker, names.marker))
        triggers = self._triggers(targets, kept)
        foreign_keys = FinalNames(observed, {**previous, **pushed_out}).checked(targets, triggers, tables)
        older = [back for one in self._older for back in one.tables.values()]
        refuse_persons_beside(wanted, observed, kept, list(previous), older=older, others=others_aside)
        neutralise = plan_changes(wanted.neutralise, tables, self._reports, self._scope.not_chosen)
        leaving = Leaving(previous, pushed_out, dropped, others_aside)
        behind, told = what_leaves(observed, new_objects(triggers, foreign_keys, targets), leaving)
        self._warn(kept, leaving, told)
        return Plan(
            self._decision,
            action="restored" if observed.exists else "created",
            create_database=not observed.exists,
            tables=tuple(tables),
            neutralise=neutralise,
            views=tuple(view for view in self._analysis.views if view.name in targets),
            triggers=triggers,
            foreign_keys=foreign_keys,
            targets=targets,
            moves=tuple(moves),
            previous=previous,
            pushed_out=pushed_out,
            kept=kept,
            left_out=tuple(self._left_out),
            views_kept=tuple(sorted(views_kept)),
            leftovers=tuple(observed.leftovers),
            dropped=tuple(dropped),
            left_behind=behind,
            others_aside=others_aside,
            reports=tuple(self._reports),
            warnings=tuple(self._warnings),
            scope=self._scope.names,
            not_chosen=self._scope.not_chosen,
            older=self._older,
            skips=wanted.on_error == "skip",
        )

    def _warn(self, kept: frozenset[str], leaving: Leaving, told: t.Iterable[str]) -> None:
        previous = leaving.previous
        self._warnings += [*told, *told_of(self._wanted, self._observed, self._analysis)]
        if self._wanted.previous == "drop" and self._wanted.backup_first is None:
            self._warnings += gone_for_good(self._observed, previous)
        key, target = self._names.key, self._names.target
        in_backup = {key(target(name, mandants=self._mandants)) for name in self._analysis.definitions}
        self._warnings += cautions(self._observed, kept, in_backup, leaving.dropped)
        self._warnings += not_neutralised(self._wanted, self._observed, kept, list(previous))

    def _stays(self, name: str) -> bool:
        """Whether a table in use is neither replaced nor set aside."""
        scope = self._scope.names or (name,)
        return name not in scope or kept_by(self._wanted.keep_tables, name)

    def _leaving(self, kept: frozenset[str]) -> tuple[dict[str, str], dict[str, str], tuple[str, ...]]:
        """Return what the tables in use become, what those before them do, and what is aside and stays."""
        observed, names, patterns = self._observed, self._names, self._wanted.keep_tables
        mandants = self._mandants
        in_backup = {name for one in self._analysis.definitions for name in (one, names.target(one, mandants=mandants))}
        aside, others = observed.generations_aside(in_backup)
        left = {back for one in self._older for back in one.tables.values()}
        before = [name for name in aside if name not in left and not kept_by(patterns, name)]
        live = [name for name in observed.live if name not in kept]
        pushed_out = {name: names.old(number) for number, name in enumerate(before, 1)}
        if self._wanted.previous == "drop":
            previous = {name: names.old(number) for number, name in enumerate(live, len(before) + 1)}
        else:
            taken = {names.key(name) for name in observed.tables if name not in before and name not in live}
            previous = {name: names.free_previous(name, taken) for name in live}
        return previous, pushed_out, tuple(name for name in others if not kept_by(patterns, name))

    def _views_in_the_way(self, rows: t.Mapping[str, int]) -> frozenset[str]:
        """Return the views that CAO's writer took for tables; it writes them without rows (cao-format 1.7 no 8)."""
        if self._analysis.dialect != "cao":
            return frozenset()
        by_key = {self._names.key(name): table for name, table in self._observed.live.items()}
        found = set()
        for name in self._analysis.definitions:
            there = by_key.get(self._names.key(self._names.target(name, mandants=True))) or by_key.get(
                self._names.key(name)
            )
            if there is not None and there.is_view and not rows.get(name):
                self._reports.append(Report(name, "a table without rows in the backup, a view here: the view stays"))
                found.add(there.name)
        return frozenset(found)

    def _targets(self, kept: frozenset[str]) -> dict[str, str]:
        """Return the names in the Mandant by the names in the dump, of tables and views."""
        key_of = self._names.key
        kept_keys, by_pattern = {key_of(name) for name in kept}, {name.lower() for name in kept}
        views = [view.name for view in self._analysis.views]
        targets: dict[str, str] = {}
        taken: dict[str, str] = {}
        for name in (*self._analysis.definitions, *views):
            target = self._names.target(name, mandants=self._mandants)
            by_user = target.lower() in by_pattern and kept_by(self._wanted.keep_tables, target)
            if by_user or key_of(target) in kept_keys or key_of(name) in kept_keys:
                if by_user:
                    self._reports.append(Report(name, "keep_tables keeps the one that is there: it is not restored"))
                    self._left_out.append(target)
                continue
            key = key_of(target)
            if key in taken:
                raise have_one_name(self._observed.server, taken[key], name)
            taken[key] = name
            targets[name] = target
            if target != name and self._names.lower_case_table_names == 0:
                text = f"CAO-Faktura asks a server that tells letter case apart for {target}: it gets this name"
                self._reports.append(Report(name, text))
        analysis, server = self._analysis, self._observed.server
        self._reports += kept_otherwise(analysis.views, analysis.triggers, server, targets)
        return targets

    def _triggers(self, targets: t.Mapping[str, str], kept: t.Iterable[str]) -> tuple[Trigger, ...]:
        """Return the triggers; Failure statement_failed for one that would name a table that is not there."""
        there = {name.lower() for name in (*targets, *kept)}
        triggers = []
        for trigger in self._analysis.triggers:
            missing = [name for name in trigger.tables if name.lower() not in there]
            if trigger.table not in targets:
                continue
            if not missing:
                triggers.append(trigger)
                continue
            text = f"its trigger {trigger.name} names {missing[0]}, which would not be there"
            if self._wanted.on_error != "skip":
                is_other = missing[0].lower() in {name.lower() for name in self._scope.not_chosen}
                keep = "Restore a backup that has it too, or keep it by keep_tables"
                advice = "Name it in tables, too" if is_other else keep
                raise Failure(
                    "statement_failed",
                    f"{self._analysis.file.path}: the table {trigger.table} cannot be restored whole: {text}. "
                    f"{advice}; on_error: skip would leave the trigger out",
                )
            self._reports.append(Report(trigger.table, f"{text}: the trigger is left out"))
        return tuple(triggers)

    def _tables(self, targets: t.Mapping[str, str], rows: t.Mapping[str, int]) -> list[TablePlan]:
        observed, analysis = self._observed, self._analysis
        definitions = [definition for name, definition in analysis.definitions.items() if name in targets]
        refuse_odd_references({one.name: one for one in definitions}, observed.server)
        referenced = {key.references for one in definitions for key in one.foreign_keys}
        charset, collation = observed.charset, observed.collation
        if charset is None:
            charset, collation = of_new_database(self._wanted, analysis, observed.server)
        around = Around(
            server=observed.server,
            engine=self._wanted.engine,
            dialect=analysis.dialect,
            database_charset=charset,
            database_collation=collation,
            referenced=frozenset(referenced),
        )
        there = {self._names.key(name): table for name, table in observed.live.items() if not table.is_view}
        tables = []
        for number, definition in enumerate(definitions, observed.server.first_number):
            name, target = definition.name, targets[definition.name]
            existing = there.get(self._names.key(target)) or there.get(self._names.key(name))
            # Only the numbers that a server gives depend on when the next one is set.
            late = definition.late_counter and name in analysis.numbered
            chosen = choose_format(dataclasses.replace(definition, late_counter=late), existing, around, self._reports)
            shadow, empty = self._names.shadow(number), analysis.empty_enums.get(name, frozenset())
            asks = (name in analysis.left_ids, empty, analysis.row_triggers.get(name))
            tables.append(TablePlan(name, target, shadow, rows.get(name, 0), chosen, *asks))
        where = f"{observed.server.where}, {observed.mandant}"
        formats = {table.source: table.format for table in tables}
        refuse_unfit_references(formats, observed.server, lambda line: f"{analysis.file.path}, line {line}: {where}")
        return tables
