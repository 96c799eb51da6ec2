# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Which trigger a server would run for rows, or for what takes them away.

A restore has rows go through those alone that compute columns of theirs.
"""

from __future__ import annotations

import bisect
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.row_trigger import computes_its_row, divides
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import Refused

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.views_and_triggers import Trigger
    from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows

_KEPT_APART = 1000


class FiredTriggers:
    """The triggers that are there at a place of the dump, by their tables."""

    def __init__(self) -> None:
        self._there: dict[str, dict[str, Trigger]] = {}
        # Those that all rows of their tables go through, up to now.
        self._before_rows: set[Trigger] = set()
        #: The trigger that the rows of a table go through, where there is one.
        self.passed: dict[str, Trigger] = {}
        # Of rows that others may be updated by: the first and the last statement, the line, and whose trigger it is.
        self._updating: list[tuple[int, int, int, str, str]] = []

    def add(self, trigger: Trigger, *, behind_rows: bool) -> None:
        """Take note of one that is made; ``behind_rows``: its table has some already."""
        self._there.setdefault(trigger.table, {})[trigger.name] = trigger
        if not behind_rows and computes_its_row(trigger):
            self._before_rows.add(trigger)

    def remove(self, trigger: Trigger) -> None:
        """Take note that one is gone; Refused where rows went through it that are there."""
        if self.passed.get(trigger.table) is trigger:
            self.check_stays(trigger.table)
        self._there.get(trigger.table, {}).pop(trigger.name, None)
        self._before_rows.discard(trigger)

    def check_stays(self, table: str) -> None:
        """Refuse what changes a table, or its trigger, behind rows that went through it."""
        if table in self.passed:
            raise fired(f"a change of {table} behind rows that came", self.passed[table].name)

    def forget_rows(self, table: str) -> None:
        """Take note that the rows of a table are gone."""
        self.passed.pop(table, None)

    def at(self, table: str, event: bytes) -> str | None:
        """Return a trigger of a table that is run at an event, INSERT, UPDATE or DELETE; None where there is none."""
        return next((one.name for one in self._at(table, event)), None)

    def _at(self, table: str, event: bytes) -> list[Trigger]:
        return [one for one in self._there.get(table, {}).values() if one.timing.split()[1] == event]

    def check_rows(self, table: str, verb: bytes, *, updates: bool, unusual: t.Collection[bytes] = ()) -> None:
        """Refuse rows that a trigger would be shown, unless they go through it.

        ``updates``: it is known already that they update others. ``unusual`` is what the dump has set otherwise for it.
        """
        if table not in self._there:
            return
        trigger = self.at(table, b"UPDATE") if updates else None
        if trigger is not None:
            raise fired(f"rows with ON DUPLICATE KEY UPDATE of {table}", trigger)
        inserting = self._at(table, b"INSERT")
        is_otherwise = b"DIV_PRECISION_INCREMENT" in unusual and divides(inserting)
        is_plain = verb == b"INSERT" and not updates and not is_otherwise
        if len(inserting) == 1 and inserting[0] in self._before_rows and is_plain:
            self.passed[table] = inserting[0]
            return
        for found in inserting or (self._at(table, b"DELETE") if verb == b"REPLACE" else ()):
            raise fired(f"rows of {table}", found.name)

    def note_rows(self, table: str, rows: Rows) -> None:
        """Take note of the statements of rows: whether they update others, is known of each at its end."""
        trigger = self.at(table, b"UPDATE") if table in self._there else None
        if trigger is None:
            return
        alone = [(rows.statement + behind,) * 2 for behind in rows.statements]
        for first, last in alone or [(rows.statement, rows.last_statement)]:
            self._note(table, trigger, first, last, rows.line)

    def _note(self, table: str, trigger: str, first: int, last: int, line: int) -> None:
        before = self._updating[-1] if len(self._updating) > _KEPT_APART else None
        if before is not None and before[3] == table and first <= before[1] + 1:
            # There may be a statement for each row.
            self._updating[-1] = (before[0], last, *before[2:])
        else:
            self._updating.append((first, last, line, table, trigger))

    def check_updates(self, updated: t.Sequence[int]) -> None:
        """Refuse rows that a trigger would be shown; ``updated`` are the statements that update others."""
        for first, last, line, table, trigger in self._updating:
            at = bisect.bisect_left(updated, first)
            if at < len(updated) and updated[at] <= last:
                refused = fired(f"rows with ON DUPLICATE KEY UPDATE of {table}", trigger)
                refused.line, refused.number = line, updated[at]
                raise refused

    def check_emptied(self, table: str) -> None:
        """Refuse a DELETE of rows that a trigger would be shown."""
        found = self.at(table, b"DELETE")
        if found is not None:
            raise fired(f"DELETE of rows of {table}", found)


def fired(what: str, trigger: str) -> Refused:
    """Return why something behind a trigger is refused."""
    return Refused(
        f"{what} behind its trigger {trigger}: a restore runs one only to compute new rows. Put "
        "CREATE TRIGGER behind the rows, or load all into an empty database and dump that"
    )
