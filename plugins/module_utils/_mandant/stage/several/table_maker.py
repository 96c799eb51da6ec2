# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Makes shadow tables over several connections, since with each a server waits for its disk."""

from __future__ import annotations

import contextlib
import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.keys import Key
from ansible_collections.cao.faktura.plugins.module_utils._backup.server_flavour import ServerFlavour
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Under
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import Answer, ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import described, failure_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.plan import TablePlan
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.behind.late_keys import without
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.dump_conditions import (
    conditions,
    take_definitions_literally,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.row_stream import StreamUnfit
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.several.for_each import for_each

# Fewer are made before a second connection is there.
TABLES_AT_LEAST = 16
# What is said of definitions that are as they were told: deprecated spellings, keys that are there twice.
_ONLY_ADVICE = frozenset((1280, 1287, 1681, 1831, 3674, 3719, 3778, 4079))


class TableMaker:
    """Makes the tables of a plan; ``notes`` tell by table what the server has made otherwise than it was told.

    ``at`` says where the backup defines a table, and where it is to be made.
    """

    def __init__(self, flavour: ServerFlavour, at: t.Callable[[TablePlan], str]) -> None:
        self._flavour = flavour
        self._at = at
        self.notes: set[tuple[str, str]] = set()

    def make(
        self, tables: t.Sequence[TablePlan], sessions: t.Sequence[Session], late: t.Mapping[str, tuple[Key, ...]]
    ) -> None:
        """Make shadow tables, without the keys of theirs that come ``late``, by shadow.

        Raises the Failure of one that cannot be made, and StreamUnfit where only another connection was lost.
        """
        with contextlib.ExitStack() as stack:
            under = {}
            for session in sessions:
                take_definitions_literally(session, (table.definition for table in tables))
                under[session] = stack.enter_context(conditions(session))

            def make(session: Session, table: TablePlan) -> None:
                definition = without(table.format.definition, late.get(table.shadow, ()))
                definition = definition.with_empty_members(table.empty_enums)
                made = dataclasses.replace(table.format, definition=definition)
                sql = made.create_statement(table.shadow, self._flavour)
                try:
                    under[session].put(Under(time_zone=definition.time_zone))
                    self._note_warnings(session, table, session.execute(sql))
                except ServerError as exc:
                    if exc.lost and session is not sessions[0]:
                        raise StreamUnfit from None
                    raise failure_of(exc, where=self._at(table), doing=f"creating the table {table.source}") from None

            for_each(tables, sessions, make)

    def _note_warnings(self, session: Session, table: TablePlan, answer: Answer) -> None:
        """Take note of what the server says of a table that it has made otherwise than it was told."""
        for level, number, message in session.query("SHOW WARNINGS") if answer.warnings else ():
            if level == "Warning" and int(number) not in _ONLY_ADVICE:
                self.notes.add((table.source, described(int(number), str(message))))
