# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The names that will exist in the end, checked before anything is done against all that stays, pure.

Names of foreign keys and triggers are unique in a schema: what cannot get its name behind the swap is refused here.
"""

from __future__ import annotations

import dataclasses
import hashlib
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.changes.keys import with_numbers
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.keys import ForeignKey
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import TableDefinition
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.views_and_triggers import Trigger
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Server
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import LONGEST_NAME, ShadowTable
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed, key_name_after


@dataclasses.dataclass(frozen=True)
class KeyPlan:
    """A foreign key of the backup under the name that it gets, so that it can be seen whether it is there."""

    source: str
    target: str
    shadow: str
    name: str
    key: ForeignKey


class _Holder(t.NamedTuple):
    """Who has a name, as it is spelled there."""

    table: str
    name: str

    def has(self, wanted: str) -> str:
        """Return why another cannot have the ``wanted`` name."""
        if self.name == wanted:
            return f"{self.table} has one of this name"
        return f"{self.table} has {self.name}, and these two are one name to the server"


class FinalNames:
    """``moved`` are the tables that leave their names, and what they are called then; all others stay."""

    def __init__(self, observed: Observed, moved: t.Mapping[str, str]) -> None:
        self._observed = observed
        self._moved = moved

    def checked(
        self, targets: t.Mapping[str, str], triggers: t.Iterable[Trigger], tables: t.Iterable[ShadowTable]
    ) -> tuple[KeyPlan, ...]:
        """Return the foreign keys under the names that they get; Failure for anything that cannot get its name."""
        self.check_tables(targets)
        self.check_triggers(triggers)
        return self.foreign_keys(tables)

    def check_tables(self, targets: t.Mapping[str, str]) -> None:
        """Raise Failure for a table or view whose name another has which stays."""
        key = self._observed.server.names.key
        staying = {key(name): name for name in self._observed.tables if name not in self._moved}
        for source, target in targets.items():
            if key(target) in staying:
                self._refuse(f"the table or view {source}", f"{staying[key(target)]}, which stays, has its name")

    def check_triggers(self, triggers: t.Iterable[Trigger]) -> None:
        """Raise Failure for a trigger that cannot get its name."""
        key = self._observed.server.trigger
        taken = {
            key(trigger.name): _Holder(f"{trigger.table}, which stays,", trigger.name)
            for trigger in self._observed.triggers
            if trigger.table not in self._moved
        }
        for trigger in triggers:
            holder = taken.get(key(trigger.name))
            if holder is not None:
                self._refuse(f"the trigger {trigger.name} of {trigger.table}", holder.has(trigger.name))
            taken[key(trigger.name)] = _Holder(trigger.table, trigger.name)

    def foreign_keys(self, tables: t.Iterable[ShadowTable]) -> tuple[KeyPlan, ...]:
        """Return the foreign keys of the backup; those without a name get one that is free.

        Raises Failure for one that cannot get its name.
        """
        placed = [(table, number, key) for table in tables for number, key in _numbered(table.definition)]
        taken = self._taken()
        for table, _number, key in placed:
            if key.name is not None:
                holder = taken.get(self._key_of(key.name, table.target))
                if holder is not None:
                    self._refuse(f"the foreign key {key.name} of {table.source}", holder.has(key.name))
                taken[self._key_of(key.name, table.target)] = _Holder(table.source, key.name)
        found, flavour = [], self._observed.server.flavour
        for table, number, key in placed:
            name = key.name or self._invented(table.target, number, taken)
            taken[self._key_of(name, table.target)] = _Holder(table.source, name)
            found.append(KeyPlan(table.source, table.target, table.shadow, name, key.written_for(flavour)))
        return tuple(found)

    def _taken(self) -> dict[str, _Holder]:
        """Return who has which name then, of those that make no way."""
        taken: dict[str, _Holder] = {}
        for key in self._observed.foreign_keys:
            name = key_name_after(key, self._moved)
            if key.table not in self._moved:
                taken[self._key_of(name, key.table)] = _Holder(f"{key.table}, which stays,", name)
            elif name != key.name:
                moved = self._moved[key.table]
                taken[self._key_of(name, moved)] = _Holder(f"{moved} of the generation before", name)
        return taken

    def _key_of(self, name: str, table: str) -> str:
        server = self._observed.server
        by_table = f"{server.names.key(table)}/" if server.flavour.names_foreign_keys_by_table else ""
        return by_table + server.foreign_key(name)

    def _invented(self, target: str, number: int, taken: t.Container[str]) -> str:
        ending = f"_ibfk_{number}"
        name, attempt = target + ending, 0
        while len(name) > LONGEST_NAME or self._key_of(name, target) in taken:
            digest = hashlib.sha256(f"{target}/{number}/{attempt}".encode()).hexdigest()[:12]
            name = f"{target[: LONGEST_NAME - len(ending) - 13]}_{digest}{ending}"
            attempt += 1
        return name

    def _refuse(self, what: str, why: str) -> t.NoReturn:
        raise Failure(
            "server_setting",
            f"{self._observed.server.where}, {self._observed.mandant}: {what} of the backup cannot be made: {why}; "
            "rename one of them, let keep_tables keep both or neither, or drop the one that is not needed. The Mandant "
            "is unchanged",
        )


def have_one_name(server: Server, one: str, other: str) -> Failure:
    """Return the refusal of two tables or views of a backup that would get one and the same name."""
    setting = server.names.lower_case_table_names
    text = f"have one and the same name on this server (lower_case_table_names={setting})"
    if setting == 0:
        text = "get one and the same name, since CAO-Faktura asks for its own in upper case"
    return Failure(
        "server_setting",
        f"{server.where}: the tables {one} and {other} of the backup {text}; rename one of them in the old database "
        "and export it again. The Mandant is unchanged",
    )


def _numbered(definition: TableDefinition) -> t.Iterator[tuple[int, ForeignKey]]:
    """Give each foreign key with its number among those without a name, as a server counts them; 0 for the others."""
    for key in with_numbers(definition.foreign_keys):
        yield key.number, key
