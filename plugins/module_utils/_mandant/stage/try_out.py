# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Foreign keys, triggers and views: names that are unique in a schema, so they come right after the swap.

All of them are made once beside the tables in use before the swap, so that nothing can fail after it
that could have been known before it. What follows the swap is written down as steps, pure; each step
looks before it acts and can be done twice.
"""

from __future__ import annotations

import contextlib
import itertools
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.checks.asked import Asking, Checked
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.drop import drop
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Server
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import failure_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.session_settings import (
    for_texts,
    for_trigger,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.kept_settings import (
    collation_of_view,
    kept_with,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.plan import Plan


def try_out(
    session: Session, server: Server, plan: Plan, where: str, path: str, asking: Asking | None = None
) -> list[Checked]:
    """Make every foreign key, trigger and view beside the tables in use and take it away again.

    All of a kind are there at once, as they will be; ``path`` is that of the backup. What is checked of the new tables
    is asked while the views are there. Raises Failure statement_failed, missing_privilege or check_failed.
    """
    shadows = {**plan.names_after, **{table.source: table.shadow for table in plan.tables}}
    numbers = itertools.count(1)
    trying = _Trying(session, where, path)
    _kept_keys(session, server, plan, where, numbers)
    if not plan.skips:
        _rows_beside(session, plan, where)
    _foreign_keys(trying, server, plan, shadows, numbers)
    _triggers(trying, server, plan, shadows, numbers)
    with _views(trying, server, plan, shadows, numbers) as views:
        return [] if asking is None else asking.ask(plan.checks, views, where)


class _Trying(t.NamedTuple):
    """Makes what a backup defines at a line of it."""

    session: Session
    where: str
    path: str

    def __call__(self, what: str, line: int, sql: str) -> None:
        try:
            self.session.execute(sql)
        except ServerError as exc:
            where = f"{self.path}, line {line}: {self.where}"
            raise failure_of(exc, where=where, doing=f"trying out {what}; the Mandant is unchanged") from None


def _kept_keys(session: Session, server: Server, plan: Plan, where: str, numbers: t.Iterator[int]) -> None:
    """Make the foreign keys of tables that stay, which will point to new ones, on empty tables that are like these."""
    for one in plan.across:
        if not one.clause:
            continue
        table, name = server.names.check(next(numbers)), f"{server.names.check(next(numbers))}_{session.number}"
        doing = f"trying out the foreign key {one.name} of {one.table}, which stays, on the new {one.references}"
        try:
            session.execute(f"CREATE TABLE {quoted(table)} LIKE {quoted(one.table)}")
            try:
                # Without them a server takes columns that do not fit each other.
                session.execute("SET SESSION foreign_key_checks=1")
                session.execute(f"ALTER TABLE {quoted(table)} ADD CONSTRAINT {quoted(name)} {one.clause}")
            finally:
                session.execute("SET SESSION foreign_key_checks=0")
                drop(session, [table])
        except ServerError as exc:
            raise failure_of(exc, where=where, doing=f"{doing}; the Mandant is unchanged") from None


def _rows_beside(session: Session, plan: Plan, where: str) -> None:
    """Raise Failure where rows of what is restored and of what stays do not belong to each other."""
    for one in plan.across:
        if _ask(session, where, f"the foreign key {one.name}", one.orphan):
            raise Failure(
                "statement_failed",
                f"{where}: the foreign key {one.name} of {one.table} would point to rows that {one.references} does "
                "not have, since one of the two is restored and the other stays. Restore a backup that fits, or one "
                "with both tables (and with tables, name both); on_error: skip takes them as they are. The "
                "Mandant is unchanged",
            )


def _foreign_keys(
    trying: _Trying, server: Server, plan: Plan, shadows: t.Mapping[str, str], numbers: t.Iterator[int]
) -> None:
    session, made = trying.session, []
    lines = {table.source: table.definition.line for table in plan.tables}
    for one in plan.foreign_keys:
        # InnoDB takes the names of foreign keys in c32 and C32 for the same.
        name = f"{server.names.check(next(numbers))}_{session.number}"
        sql = one.key.add_clause(name, shadows.get(one.key.references, one.key.references)).decode("utf-8")
        what = f"a foreign key of {one.source} to {one.key.references}"
        trying(what, lines[one.source], f"ALTER TABLE {quoted(one.shadow)} {sql}")
        made.append((one.shadow, name))
    for table, name in made:
        session.execute(f"ALTER TABLE {quoted(table)} DROP FOREIGN KEY {quoted(name)}")
    for table, name in made:
        _remove_index(session, table, name)


def _triggers(
    trying: _Trying, server: Server, plan: Plan, shadows: t.Mapping[str, str], numbers: t.Iterator[int]
) -> None:
    session, made = trying.session, []
    for trigger in plan.triggers:
        name = server.names.check(next(numbers))
        text = trigger.create_statement(name, shadows[trigger.table], plan.names_after)
        with for_trigger(session, *kept_with(trigger, server, text)):
            trying(f"the trigger {trigger.name}", trigger.line, text.decode("utf-8"))
        made.append(name)
    for name in made:
        session.execute(f"DROP TRIGGER {quoted(name)}")


@contextlib.contextmanager
def _views(
    trying: _Trying, server: Server, plan: Plan, shadows: t.Mapping[str, str], numbers: t.Iterator[int]
) -> t.Iterator[dict[str, str]]:
    """While it lasts, the views are there under the names that are given."""
    made: dict[str, str] = {}
    for view, number in zip(plan.views, numbers):
        name = server.names.check(number)
        text = view.create_statement(name, {**shadows, **made})
        with for_texts(trying.session, collation_of_view(view.collation, server, text)):
            trying(f"the view {view.name}", view.line, text.decode("utf-8"))
        made[view.name] = name
    yield made
    if made:
        trying.session.execute(f"DROP VIEW {', '.join(map(quoted, made.values()))}")


def _ask(session: Session, where: str, what: str, sql: str) -> bool:
    try:
        return bool(session.query(sql))
    except ServerError as exc:
        raise failure_of(exc, where=where, doing=f"trying out {what}; the Mandant is unchanged") from None


def _remove_index(session: Session, table: str, name: str) -> None:
    # The server makes an index of the same name where the table has none that fits, and leaves it.
    if any(index == name for _table, _repeats, index, *_rest in session.query(f"SHOW INDEX FROM {quoted(table)}")):
        session.execute(f"ALTER TABLE {quoted(table)} DROP INDEX {quoted(name)}")
