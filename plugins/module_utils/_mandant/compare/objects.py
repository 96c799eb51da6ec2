# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Views, triggers and foreign keys of the backup beside those of the Mandant.

Views and triggers are made beside the tables in use and taken away again, so that the server shows both in the same
words. It is done before rows are compared: what it takes would end the transaction that holds the moment.
"""

from __future__ import annotations

import itertools
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._mandant.compare.definitions import (
    State,
    foreign_key_text,
    plain_text,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.compare.tables import ObjectCompared
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import rows_named
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import failure_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.session_settings import (
    for_texts,
    for_trigger,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import is_ours, quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.kept_settings import (
    collation_of_view,
    kept_with,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.plan import Plan

_Names = tuple[str, t.Optional[str]]
_Texts = dict[str, tuple[_Names, t.Hashable]]


class ObjectsCompared:
    """Compares what belongs to the tables of a plan; ``path`` is that of the backup."""

    def __init__(self, session: Session, observed: Observed, plan: Plan, path: str) -> None:
        self._session = session
        self._observed = observed
        self._plan = plan
        self._path = path
        self._shadows = {**plan.names_after, **{table.source: table.shadow for table in plan.tables}}
        self._numbers = itertools.count(1)
        self._key = observed.server.names.key

    def compare(self) -> tuple[ObjectCompared, ...]:
        """Return what is not the same, in the order of kinds and names."""
        return (*self._foreign_keys(), *self._triggers(), *self._views())

    def _concerned(self, table: str) -> bool:
        """Whether a table or view in use would give way."""
        return table not in self._plan.kept and (not self._plan.scope or table in self._plan.scope)

    def _make(self, what: str, line: int, sql: bytes) -> None:
        try:
            self._session.execute(sql)
        except ServerError as exc:
            where = f"{self._path}, line {line}: {self._session.where}, {self._observed.mandant}"
            raise failure_of(exc, where=where, doing=f"making {what} beside; the Mandant is unchanged") from None

    def _foreign_keys(self) -> t.Iterator[ObjectCompared]:
        of_key = self._observed.server.foreign_key
        here: _Texts = {}
        for key in self._observed.foreign_keys:
            if self._concerned(key.table):
                text = foreign_key_text(key.clause)
                here[f"{self._key(key.table)}\0{of_key(key.name)}"] = (
                    (key.name, key.table),
                    text,
                )
        there: _Texts = {}
        for one in self._plan.foreign_keys:
            references = self._plan.names_after.get(one.key.references, one.key.references)
            clause = one.key.add_clause(None, references).decode("utf-8", "replace")[len("ADD ") :]
            there[f"{self._key(one.target)}\0{of_key(one.name)}"] = (
                (one.name, one.target),
                foreign_key_text(clause),
            )
        return _differing("foreign_key", here, there)

    def _triggers(self) -> t.Iterator[ObjectCompared]:
        made: dict[str, str] = {}
        server = self._observed.server
        for trigger in self._plan.triggers:
            name = server.names.check(next(self._numbers))
            sql = trigger.create_statement(name, self._shadows[trigger.table], self._plan.names_after)
            with for_trigger(self._session, *kept_with(trigger, server, sql)):
                self._make(f"the trigger {trigger.name}", trigger.line, sql)
            made[name] = trigger.name
        targets = {table.shadow: table.target for table in self._plan.tables}
        here: _Texts = {}
        there: _Texts = {}
        for name, table, text, *rest in self._shown_triggers():
            told = (plain_text(str(text)), *map(str, rest))
            if name in made:
                there[server.trigger(made[name])] = ((made[name], targets[table]), told)
            elif not is_ours(name) and self._concerned(table):
                here[server.trigger(str(name))] = ((name, table), told)
        for name in made:
            self._session.execute(f"DROP TRIGGER {quoted(name)}")
        return _differing("trigger", here, there)

    def _shown_triggers(self) -> list[tuple[t.Any, ...]]:
        return rows_named(
            self._session,
            "SELECT TRIGGER_SCHEMA, TRIGGER_NAME, EVENT_OBJECT_TABLE, ACTION_STATEMENT, ACTION_TIMING,"
            " EVENT_MANIPULATION, SQL_MODE FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = %s",
            self._observed.mandant,
        )

    def _views(self) -> t.Iterator[ObjectCompared]:
        made: dict[str, str] = {}
        for view in self._plan.views:
            name = self._observed.server.names.check(next(self._numbers))
            sql = view.create_statement(name, {**self._shadows, **made})
            with for_texts(self._session, collation_of_view(view.collation, self._observed.server, sql)):
                self._make(f"the view {view.name}", view.line, sql)
            made[view.name] = name
        real = {table.shadow: table.target for table in self._plan.tables}
        real.update({name: self._plan.targets[view] for view, name in made.items()})
        here: _Texts = {}
        there: _Texts = {}
        for name, text, *rest in self._shown_views():
            told = (self._view_text(str(text), real), *map(str, rest))
            if name in real:
                there[self._key(real[name])] = ((real[name], None), told)
            elif not is_ours(name) and name in self._observed.live and self._concerned(name):
                here[self._key(name)] = ((name, None), told)
        if made:
            self._session.execute(f"DROP VIEW {', '.join(map(quoted, made.values()))}")
        return _differing("view", here, there)

    def _view_text(self, text: str, real: t.Mapping[str, str]) -> str:
        """Return a view's text as it can be compared: what is staged has its own name in it, and no database has any.

        A table that is read under another name has its own one as an alias.
        """
        text = text.replace(f"{quoted(self._observed.mandant)}.", "")
        for name, own in real.items():
            text = text.replace(f"{quoted(name)} {quoted(own)}", quoted(own)).replace(quoted(name), quoted(own))
        return text

    def _shown_views(self) -> list[tuple[t.Any, ...]]:
        return rows_named(
            self._session,
            "SELECT TABLE_SCHEMA, TABLE_NAME, VIEW_DEFINITION, CHECK_OPTION, SECURITY_TYPE"
            " FROM information_schema.VIEWS WHERE TABLE_SCHEMA = %s",
            self._observed.mandant,
        )


def _differing(
    kind: t.Literal["view", "trigger", "foreign_key"], here: _Texts, there: _Texts
) -> t.Iterator[ObjectCompared]:
    for key in sorted({*here, *there}):
        found: State = "different"
        if key not in there:
            found = "only_in_mandant"
        elif key not in here:
            found = "only_in_backup"
        elif here[key][1] == there[key][1]:
            continue
        name, table = (here.get(key) or there[key])[0]
        yield ObjectCompared(kind, name, table, found)
