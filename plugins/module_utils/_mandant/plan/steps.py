# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What follows the swap, as steps: foreign keys, triggers and views, whose names are unique in a schema; pure."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Server
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import (
    ForeignKeyFact,
    Observed,
    TriggerFact,
    key_name_after,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.kept_settings import (
    collation_of_view,
    kept_with,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.left_behind import keys_cut
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.plan import Plan
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Step


def steps_after(plan: Plan, observed: Observed, *, drop_previous: bool) -> tuple[Step, ...]:
    """Return what is to be done after the swap, in this order."""
    pushed_out = [*plan.pushed_out.items()]
    # What is dropped comes last: until then everything can be taken back.
    if drop_previous:
        pushed_out += plan.previous.items()
    gone_tables = [new for old, new in pushed_out if not observed.tables[old].is_view]
    gone_views = [new for old, new in pushed_out if observed.tables[old].is_view]
    return (
        *_make_way(plan, observed),
        *_add_foreign_keys(plan),
        *_repoint_kept(plan, observed),
        *_create_triggers(plan, observed),
        *_create_views(plan, observed.server),
        *_cut(plan, observed),
        *([Step("drop_views", names=tuple(gone_views))] if gone_views else []),
        *([Step("drop_tables", names=tuple(gone_tables))] if gone_tables else []),
    )


def steps_back(plan: Plan, observed: Observed) -> tuple[Step, ...]:
    """Return how the generation before gets back what had to leave its name to the new one."""
    # What pointed to a table that is gone for good cannot be made again.
    gone = {(key.table, key.name) for key in keys_cut(observed, plan.dropped, set(plan.targets.values()))}
    steps = _made_again(plan, observed, plan.previous)
    return tuple(step for step in steps if step.do != "add_foreign_key" or (step.table, step.name) not in gone)


def steps_taken_back(plan: Plan, observed: Observed) -> tuple[Step, ...]:
    """Return how everything gets back what the steps behind the swap take from it, once all names are as before."""
    steps = list(_made_again(plan, observed, {**plan.previous, **plan.pushed_out}))
    for key in _followers(plan, observed):
        steps += repointed(key)
    made = {(step.table, step.name) for step in steps}
    for key in keys_cut(observed, plan.dropped, set(plan.targets.values())):
        if (key.table, key.name) not in made:
            steps.append(Step("add_foreign_key", table=key.table, name=key.name, sql=_add_clause(key)))
    return tuple(steps)


def repointed(key: ForeignKeyFact) -> tuple[Step, ...]:
    """Return how a foreign key comes to point to the table that has the name in its clause now."""
    return (
        Step("drop_foreign_key", table=key.table, name=key.name, names=(key.references,)),
        Step("add_foreign_key", table=key.table, name=key.name, sql=_add_clause(key)),
    )


def _made_again(plan: Plan, observed: Observed, moved: t.Mapping[str, str]) -> tuple[Step, ...]:
    keys, triggers = _wanted_keys(plan, observed.server), _wanted_triggers(plan, observed.server)
    steps = [
        Step("add_foreign_key", table=key.table, name=key.name, sql=_add_clause(key))
        for key in observed.foreign_keys
        if key.table in moved
        and (observed.server.foreign_key(key.name) in keys or points_to_what_stays(key, observed, moved))
    ]
    for trigger in observed.triggers:
        if trigger.table in moved and observed.server.trigger(trigger.name) in triggers:
            steps += create_again(trigger)
    return tuple(steps)


def points_to_what_stays(key: ForeignKeyFact, observed: Observed, moved: t.Container[str]) -> bool:
    """Whether a foreign key would hold rows in use to those of a table that is aside."""
    return key.references in observed.live and key.references not in moved


def create_again(trigger: TriggerFact) -> tuple[Step, ...]:
    """Return how a trigger that is there is made again; nothing where the account may not see it."""
    if not trigger.sql:
        return ()
    mode, collation = trigger.sql_mode, trigger.collation
    return (Step("create_trigger", trigger.table, trigger.name, trigger.sql, sql_mode=mode, collation=collation),)


def _wanted_keys(plan: Plan, server: Server) -> frozenset[str]:
    return frozenset(server.foreign_key(key.name) for key in plan.foreign_keys)


def _wanted_triggers(plan: Plan, server: Server) -> frozenset[str]:
    return frozenset(server.trigger(trigger.name) for trigger in plan.triggers)


def _add_clause(key: ForeignKeyFact) -> str:
    return f"ADD CONSTRAINT {quoted(key.name)} {key.clause}"


def _make_way(plan: Plan, observed: Observed) -> t.Iterator[Step]:
    keys, triggers = _wanted_keys(plan, observed.server), _wanted_triggers(plan, observed.server)
    moved = {**plan.previous, **plan.pushed_out}
    for key in observed.foreign_keys:
        if key.table in moved and observed.server.foreign_key(key.name) in keys:
            yield Step("drop_foreign_key", table=moved[key.table], name=key.name)
        elif key.table in plan.previous and points_to_what_stays(key, observed, moved):
            yield Step("drop_foreign_key", table=moved[key.table], name=key_name_after(key, moved))
    for trigger in observed.triggers:
        if trigger.table in moved and observed.server.trigger(trigger.name) in triggers:
            yield Step("drop_trigger", table=moved[trigger.table], name=trigger.name)


def _add_foreign_keys(plan: Plan) -> t.Iterator[Step]:
    for one in plan.foreign_keys:
        references = plan.names_after.get(one.key.references, one.key.references)
        sql = one.key.add_clause(one.name, references).decode("utf-8", "surrogateescape")
        yield Step("add_foreign_key", table=one.target, name=one.name, sql=sql)


def _repoint_kept(plan: Plan, observed: Observed) -> t.Iterator[Step]:
    for key in _followers(plan, observed):
        yield from repointed(key)


def _followers(plan: Plan, observed: Observed) -> t.Iterator[ForeignKeyFact]:
    """Yield the foreign keys of tables that stay, which follow their tables into the generation before."""
    moved = {*plan.previous, *plan.pushed_out}
    targets = {table.target for table in plan.tables}
    for key in observed.foreign_keys:
        if key.table not in moved and key.references in plan.previous and key.references in targets:
            yield key


def _create_triggers(plan: Plan, observed: Observed) -> t.Iterator[Step]:
    for trigger in plan.triggers:
        target = plan.targets[trigger.table]
        text = trigger.create_statement(trigger.name, target, plan.names_after)
        sql = text.decode("utf-8", "surrogateescape")
        mode, collation = kept_with(trigger, observed.server, text)
        yield Step("create_trigger", table=target, name=trigger.name, sql=sql, sql_mode=mode, collation=collation)


def _cut(plan: Plan, observed: Observed) -> t.Iterator[Step]:
    moved = {**plan.previous, **plan.pushed_out}
    for key in keys_cut(observed, plan.dropped, set(plan.targets.values())):
        yield Step("drop_foreign_key", table=moved.get(key.table, key.table), name=key_name_after(key, moved))


def _create_views(plan: Plan, server: Server) -> t.Iterator[Step]:
    for view in plan.views:
        name = plan.targets[view.name]
        text = view.create_statement(name, plan.names_after)
        collation = collation_of_view(view.collation, server, text)
        yield Step("create_view", name=name, sql=text.decode("utf-8", "surrogateescape"), collation=collation)
