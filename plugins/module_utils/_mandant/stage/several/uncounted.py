# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Tables that several connections load at once, though their server lets one at a time bring values for a counter.

The rows go into the only partition of a table that is the same but for the counter. Then that partition changes places
with the table, which copies nothing. Source: documentation of innodb_autoinc_lock_mode, and of EXCHANGE PARTITION.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.keys import Key
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import (
    Attribute,
    TableDefinition,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.drop import drop
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Server
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.plan import TablePlan
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.several.table_maker import TableMaker

_ONE_PARTITION = Attribute("PARTITION", b"PARTITION BY KEY () PARTITIONS 1")
_ITS_NAME = "p0"
_NUMBER = re.compile(rb"[0-9]+")
_LARGEST = (1 << 64) - 1


class Uncounted:
    """Tables without a counter, one beside each of those that have one: made, put in their places, or cleared away."""

    def __init__(self, session: Session, server: Server, maker: TableMaker) -> None:
        self._session = session
        self._server = server
        self._maker = maker
        #: The tables that are there, each with the one beside it.
        self._pairs: list[tuple[TablePlan, TablePlan]] = []

    def make(self, tables: t.Iterable[TablePlan], late: t.Mapping[str, tuple[Key, ...]]) -> None:
        """Make one beside each of the tables for which this server does what has to be done behind the rows.

        It is tried while both are empty.
        """
        for number, table in enumerate(tables, 1):
            beside = _beside(table, self._server.names.check(number))
            keys = {beside.shadow: late.get(table.shadow, ())}
            try:
                self._maker.make([beside], [self._session], keys)
                self._change_places(table, beside)
                # What has been a table with a counter once has its number noted with each row, by one at a time.
                drop(self._session, [beside.shadow])
                self._maker.make([beside], [self._session], keys)
            except (Failure, ServerError):
                if self._session.broken:
                    raise
                drop(self._session, [beside.shadow])
            else:
                self._pairs.append((table, beside))

    def among(self, tables: t.Mapping[str, TablePlan]) -> dict[str, TablePlan]:
        """Return tables, by source, as their rows are to be loaded."""
        return {**tables, **{table.source: beside for table, beside in self._pairs}}

    @property
    def sources(self) -> set[str]:
        """The tables that have one beside them."""
        return {table.source for table, _beside in self._pairs}

    def put_in_place(self) -> None:
        """Make the loaded rows those of their tables."""
        for table, beside in self._pairs:
            counter = quoted(table.definition.counter.name) if table.definition.counter else "NULL"
            last = int(self._session.value(f"SELECT MAX({counter}) FROM {quoted(beside.shadow)}") or 0)
            self._change_places(table, beside)
            self._count_on(table, last)
        self.drop()

    def _count_on(self, table: TablePlan, last: int) -> None:
        """Have a counter go on behind the last number and at the one of its definition: the file has known of none."""
        said = table.definition.next_number
        own = map(int, _NUMBER.findall(said.sql)) if said is not None else ()
        following = min(max(last + 1, *own, 1), _LARGEST)
        self._session.execute(f"ALTER TABLE {quoted(table.shadow)} AUTO_INCREMENT={following}")

    def drop(self) -> None:
        """Clear away what stands beside tables."""
        drop(self._session, [beside.shadow for _table, beside in self._pairs])
        self._pairs.clear()

    def _change_places(self, table: TablePlan, beside: TablePlan) -> None:
        sql = f"ALTER TABLE {quoted(beside.shadow)} EXCHANGE PARTITION {_ITS_NAME} WITH TABLE {quoted(table.shadow)}"
        self._session.execute(sql)


def can_do_without_counter(definition: TableDefinition) -> bool:
    """Whether nothing of a table but its counter stands against this.

    A table with partitions has the columns of its primary key in each unique one, and no key over texts or places.
    """
    plain = all(key.kind in ("PRIMARY KEY", "KEY") for key in definition.keys)
    return plain and definition.has_primary_key and not definition.partitioned


def _beside(table: TablePlan, name: str) -> TablePlan:
    """Return the plan of a table that is the same but for its counter, and has one partition."""
    definition = table.definition
    columns = [
        dataclasses.replace(one, attributes=tuple(each for each in one.attributes if not _counts(each)))
        for one in definition.columns
    ]
    options = [one for one in definition.options if not _counts(one)]
    uncounted = dataclasses.replace(definition, columns=tuple(columns), options=(*options, _ONE_PARTITION))
    return dataclasses.replace(table, shadow=name, format=dataclasses.replace(table.format, definition=uncounted))


def _counts(attribute: Attribute) -> bool:
    return attribute.kind == "AUTO_INCREMENT"
