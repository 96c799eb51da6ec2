# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Triggers that the rows of a dump go through: they are there while rows are loaded, under names of their own."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Server
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import failure_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.session_settings import for_trigger
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.kept_settings import kept_with
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.plan import TablePlan


class RowTriggers:
    """The triggers of a plan's ``tables``; a shadow table that is dropped takes its own with it.

    ``at`` says where the backup defines a table, and where it was to be made.
    """

    def __init__(
        self, session: Session, server: Server, tables: t.Sequence[TablePlan], at: t.Callable[[TablePlan], str]
    ) -> None:
        self._session = session
        self._server = server
        self._at = at
        with_trigger = [one for one in tables if one.row_trigger is not None]
        self._names = {one.source: server.names.check(number) for number, one in enumerate(with_trigger, 1)}

    def make(self, tables: t.Iterable[TablePlan]) -> None:
        """Make those of some tables, which are there."""
        for table in tables:
            trigger = table.row_trigger
            if trigger is None:
                continue
            text = trigger.create_statement(self._names[table.source], table.shadow, {})
            try:
                with for_trigger(self._session, *kept_with(trigger, self._server, text)):
                    self._session.execute(text)
            except ServerError as exc:
                doing = f"making the trigger {trigger.name} for rows of {table.source}"
                raise failure_of(exc, where=self._at(table), doing=doing) from None

    def drop(self) -> None:
        """Take them away again: behind the swap they get their own names."""
        for name in self._names.values():
            self._session.execute(f"DROP TRIGGER IF EXISTS {quoted(name)}")
