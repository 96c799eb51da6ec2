# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The tables, views and triggers that a dump has made so far, and what is known of the rows before a place."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import is_generation_before
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.by_name import ByName
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.changes.alter_table import (
    AlterTable,
    RowsSoFar,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.changes.charsets import with_whole_collations
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.changes.databases import (
    NOTED,
    NOTES,
    DatabasesSoFar,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.changes.fired_triggers import FiredTriggers
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.changes.keys import (
    called_by,
    has_key,
    keys_so_far,
    pointing_to,
    with_names,
    without_key,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.changes.steps import Step
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.keys_of_foreign_keys import (
    as_made,
    with_keys_of,
    without_foreign_keys,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_reader import OF_DATABASE
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import Refused, Words

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.keys import ForeignKey, Key
    from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import (
        TableDefinition,
    )
    from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.views_and_triggers import Trigger, View
    from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.own_database import OwnDatabase

# Stands for the statement that makes a table, in one that is made like another.
_COPIED = -1
_ELSE = "load the dump into an empty database, and dump that"


def by_letters(what: str, there: str, name: str, why: str = "") -> Refused:
    """Return why two names that differ in letter case alone are refused."""
    return Refused(f"the {what} {there} and {name}, whose names differ in letter case only{why}")


class TablesSoFar(DatabasesSoFar):
    """What names mean, ByName says; triggers are one by any letters."""

    def __init__(self, database: OwnDatabase) -> None:
        super().__init__(database)
        self.tables: ByName[TableDefinition] = ByName()
        self.views: ByName[View] = ByName()
        self.triggers: dict[str, Trigger] = {}
        self.fired = FiredTriggers()
        self.with_rows: set[str] = set()
        # Tables with rows that leave out columns, and with some that a key decides about.
        self.left_out: set[str] = set()
        self.decided: set[str] = set()
        # Whether rows of any table update others; of which, is known at the end of their statement.
        self.updates = False
        # Tables whose rows were deleted, so that a server goes on to count where these have ended.
        self.counted_on: set[str] = set()
        # Tables whose rows so far are gone: a later statement drops or empties them, as a second dump in the file does.
        self.voided: set[str] = set()
        self._ever_voided: set[str] = set()
        # What rows so far have to go through, by where their tables were made; the new names among it, in their order.
        self.steps: list[tuple[int, Step]] = []
        self._stepped: set[int] = set()
        self._moved: set[str] = set()
        # Tables that say where their files lie.
        self.placed: dict[str, None] = {}
        # Tables that name foreign keys in an engine that has none, and that engine.
        self.unlinked: dict[str, str] = {}

    def table(self, name: str) -> TableDefinition:
        """Return a table of the dump; Refused for one that the dump does not create."""
        found = self.tables.find(name)
        if found is None:
            raise Refused(f"rows or changes for the table {name!r}, which this dump does not create")
        return found

    def keep(self, definition: TableDefinition) -> None:
        """Take a table in its new form. In an engine without foreign keys they are words alone, to every server."""
        if definition.foreign_keys and definition.engine not in (None, "InnoDB"):
            self.unlinked[definition.name] = definition.engine
            definition = without_foreign_keys(definition)
        charset, collation = self.database_format
        if definition.collation == OF_DATABASE or (definition.charset == OF_DATABASE and collation):
            raise Refused("a table with the collation of its database: servers differ about what that is; name it")
        if definition.charset == OF_DATABASE:
            definition = dataclasses.replace(definition, charset=charset)
        called = tuple(self._as_made(definition, key) for key in definition.foreign_keys)
        definition = dataclasses.replace(definition, foreign_keys=called)
        self.tables[definition.name] = with_whole_collations(definition, charset)

    def _as_made(self, definition: TableDefinition, key: ForeignKey) -> ForeignKey:
        """Return a foreign key that calls the columns of the other table as these were made, where that is there."""
        there = definition if key.references == definition.name else self.tables.find(key.references)
        referenced = key.referenced_sql if there is None else as_made(key.referenced_sql, there.columns)
        return dataclasses.replace(key, referenced_sql=referenced)

    def alike(self, source: str, name: str) -> TableDefinition:
        """Return a table that is made like another one: with its keys, but no foreign keys, and counted anew."""
        there = without_foreign_keys(with_names(self.table(source)))
        return dataclasses.replace(
            there,
            name=name,
            keys=tuple(dataclasses.replace(key, made=False) for key in there.keys),
            options=tuple(option for option in there.options if option.kind != "AUTO_INCREMENT"),
            late_counter=False,
            origin=_COPIED,
        )

    @staticmethod
    def is_copy(definition: TableDefinition) -> bool:
        """Whether a table is one that ``alike`` has made."""
        return definition.origin == _COPIED

    def add_key(self, name: str, key: Key, *, replaces: bool, tolerant: bool) -> None:
        """Give a table a key, as CREATE INDEX does."""
        definition = self.table(name)
        if replaces:
            definition = without_key(definition, key.name or "") or definition
        elif tolerant and has_key(definition, key.name or ""):
            return
        self.keep(dataclasses.replace(definition, keys=with_keys_of((), (*keys_so_far(definition), key))))

    def alter(self, name: str, words: Words, time_zone: str | None) -> None:
        """Read what follows ALTER TABLE and a name."""
        before = self.table(name)
        has_rows = before.name in self.with_rows
        rows = RowsSoFar(
            has_rows,
            before.name in self.left_out,
            self.updates or before.name in self.decided,
            before.origin in self._stepped,
        )
        change = AlterTable(before, self.database, self.tables.values(), rows).read(words)
        after = change.definition
        changed = [one for one in after.columns if one not in before.columns and one.type_name == "timestamp"]
        if changed and before.time_zone != time_zone:
            raise Refused("ALTER TABLE that changes a TIMESTAMP in another time zone than that of its CREATE TABLE")
        if has_rows and after.next_number not in (None, before.next_number):
            after = dataclasses.replace(after, late_counter=True)
        self.keep(after)
        if has_rows and change.steps:
            self.fired.check_stays(before.name)
            self._stepped.add(before.origin)
            self.steps += [(before.origin, step) for step in change.steps]
            if any(step.kind == "add" for step in change.steps):
                self.left_out.add(before.name)
        if change.new_name is not None:
            self.rename(before.name, change.new_name)

    def rename(self, old: str, new: str) -> None:
        """Give a table or a view another name, with all that follows it to a server."""
        if new in self.tables or new in self.views:
            raise Refused(f"a table that is renamed to {new}, which is there already")
        view = self.views.find(old)
        if view is not None and self.tables.find(old) is None:
            self.views.remove(view.name)
            self.views[new] = dataclasses.replace(view, name=new)
            return
        definition = self.table(old)
        old = definition.name
        if is_generation_before(old) or is_generation_before(new):
            raise Refused(f"a table that is renamed from {old} to {new}: no restore brings tables BACK_*; {_ELSE}")
        for one in [one for one in self.tables.values() if any(key.references == old for key in one.foreign_keys)]:
            pointing = tuple(pointing_to(key, old, new) for key in one.foreign_keys)
            self.tables[one.name] = dataclasses.replace(one, foreign_keys=pointing)
        definition = self.tables[old]
        own = tuple(called_by(key, old, new) for key in definition.foreign_keys)
        # Their keys go on to be called as they were.
        keys = with_keys_of(definition.foreign_keys, definition.keys, also_named=own != definition.foreign_keys)
        definition = dataclasses.replace(definition, name=new, foreign_keys=own, keys=keys)
        self.tables.remove(old)
        self.tables[new] = definition
        for trigger in [one for one in self.triggers.values() if one.table == old]:
            self.add_trigger(dataclasses.replace(trigger, table=new))
        self._rename_rows(definition.origin, old, new)

    def _rename_rows(self, origin: int, old: str, new: str) -> None:
        if old in self.with_rows:
            if {old, new} & self._ever_voided:
                raise Refused(f"a table with rows renamed from {old} to {new}, where others were dropped; {_ELSE}")
            self._moved |= {old, new}
            self.steps.append((origin, Step("rename table", old, new)))
        for names in (self.with_rows, self.left_out, self.decided, self.counted_on):
            if old in names:
                names.remove(old)
                names.add(new)
        if old in self.unlinked:
            self.unlinked[new] = self.unlinked.pop(old)
        if old in self.placed:
            self.placed[new] = self.placed.pop(old)

    def add_trigger(self, trigger: Trigger) -> None:
        """Take a trigger; one of its name makes way."""
        there = self.triggers.get(trigger.name.lower())
        if there is not None:
            self.fired.remove(there)
        self.fired.add(trigger, behind_rows=trigger.table in self.with_rows)
        self.triggers[trigger.name.lower()] = trigger

    def drop_trigger(self, name: str) -> None:
        """Take out a trigger, if it is there."""
        there = self.triggers.pop(name.lower(), None)
        check_letters(name, there)
        if there is not None:
            self.fired.remove(there)

    def drop_table(self, name: str) -> bool:
        """Take out a table with its triggers, as a server does, and return whether it was there.

        A view of its name stays.
        """
        was_there = self.tables.remove(name)
        self.void(name)
        for trigger in [one for one in self.triggers.values() if one.table == name]:
            self.drop_trigger(trigger.name)
        for names in (self.left_out, self.decided, self.counted_on):
            names.discard(name)
        self.unlinked.pop(name, None)
        self.placed.pop(name, None)
        return was_there

    def leave_notes(self, name: str) -> None:
        """Leave out phpMyAdmin's notes where the dump goes on in a database of a name: that one is its own then."""
        own = (self.database.name or "").lower()
        if own != NOTES or name.lower() == NOTES or self.views or not self.tables:
            return
        if all(table.startswith(NOTED) for table in self.tables):
            for table in list(self.tables):
                self.drop_table(table)
            self.notes_left_out = True

    def void(self, name: str) -> None:
        """Take note that the rows of a table so far are gone."""
        if name in self.with_rows:
            if name in self._moved:
                raise Refused(f"rows of {name} that are dropped, where tables have changed their names; {_ELSE}")
            self.with_rows.discard(name)
            self.fired.forget_rows(name)
            self.voided.add(name)
            self._ever_voided.add(name)


def check_letters(name: str, there: Trigger | None) -> None:
    """Refuse a trigger that would take the place of another one."""
    if there is not None and there.name != name:
        raise by_letters("triggers", there.name, name)
