# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What stays in the Mandant and refers to tables that are restored by themselves: it must find all that it names; pure.

Tables of a whole backup fit each other. Those of one that come beside others need not.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure, first_of, printable
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.final_names import KeyPlan
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.table_format.table_formats import Format
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted

_NAME = r"`((?:[^`]|``)+)`"
_NAMED = 3
_LACKS = "is not a column of that table in the backup"
_SIDES = re.compile(rf"FOREIGN KEY \((.+?)\) REFERENCES (?:{_NAME}\.)?{_NAME} \((.+?)\)")


class Restored(t.Protocol):
    """What is needed of a table of the plan."""

    @property
    def target(self) -> str: ...

    @property
    def shadow(self) -> str: ...

    @property
    def format(self) -> Format: ...


@dataclasses.dataclass(frozen=True)
class Across:
    """A foreign key between a table that is restored and one that stays.

    ``table`` and ``references`` are their names in the end, ``child`` and ``parent`` those while the rows are compared.
    ``clause`` is that of a table that stays, and points to the ``parent`` while it is tried.
    """

    name: str
    table: str
    references: str
    child: str
    parent: str
    columns: tuple[str, ...]
    referenced: tuple[str, ...]
    clause: str = ""

    @property
    def orphan(self) -> str:
        """A query that finds one row whose counterpart is not there."""
        pairs = list(zip(self.columns, self.referenced))
        found = " AND ".join(f"c.{quoted(one)} = p.{quoted(other)}" for one, other in pairs)
        given = " AND ".join(f"c.{quoted(one)} IS NOT NULL" for one in self.columns)
        return (
            f"SELECT 1 FROM {quoted(self.child)} c WHERE {given}"
            f" AND NOT EXISTS (SELECT 1 FROM {quoted(self.parent)} p WHERE {found}) LIMIT 1"
        )


class Made(t.Protocol):
    """What is needed of a plan."""

    @property
    def tables(self) -> t.Sequence[Restored]: ...

    @property
    def foreign_keys(self) -> t.Sequence[KeyPlan]: ...

    @property
    def names_after(self) -> t.Mapping[str, str]: ...


def across(wanted: Wanted, observed: Observed, moved: t.Container[str], made: Made) -> tuple[Across, ...]:
    """Return the foreign keys between what is restored and what stays: they are tried, and their rows compared.

    Raises Failure for one that could not be made, and for a view that would not find a column.
    """
    found = [*_keys_that_stay(observed, moved, made.tables)]
    if wanted.tables:
        _check_views(observed, moved, made.tables)
        found += _keys_that_come(observed, made.tables, made.foreign_keys, made.names_after)
    return tuple(found)


def _keys_that_stay(observed: Observed, moved: t.Container[str], tables: t.Sequence[Restored]) -> t.Iterator[Across]:
    by_target = {table.target: table for table in tables}
    for key in observed.foreign_keys:
        table = by_target.get(key.references)
        if key.table in moved or key.references not in moved or table is None:
            continue
        own, referenced = _sides(key.clause)
        story = f"the foreign key {key.name} of {key.table}, which stays,"
        lost = [name for name in referenced if table.format.definition.column(name) is None]
        if lost:
            raise _unfit(observed, f"{story} points to {lost[0]} of {key.references}", _LACKS)
        if table.format.engine.lower() != "innodb":
            raise _unfit(
                observed, f"{story} points to {key.references}", f"would become a table of {table.format.engine}"
            )
        clause = key.called({key.references: table.shadow}).clause
        yield Across(key.name, key.table, key.references, key.table, table.shadow, own, referenced, clause)


def _keys_that_come(
    observed: Observed, tables: t.Sequence[Restored], keys: t.Iterable[KeyPlan], names_after: t.Mapping[str, str]
) -> t.Iterator[Across]:
    new = {table.target: table.shadow for table in tables}
    for one in keys:
        parent = names_after.get(one.key.references)
        if parent is None:
            story = f"a foreign key of {one.source} points to {printable(one.key.references)}"
            raise _unfit(observed, story, "is neither in the Mandant nor among the tables that are restored")
        if parent not in new:
            own, referenced = (_columns(sql.decode("utf-8", "replace")) for sql in _sql_of(one))
            yield Across(one.name, one.target, parent, one.shadow, parent, own, referenced)


def _sql_of(one: KeyPlan) -> tuple[bytes, bytes]:
    return one.key.columns_sql, one.key.referenced_sql


def _sides(clause: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    sides = _SIDES.search(clause)
    return ((), ()) if sides is None else (_columns(sides[1]), _columns(sides[4]))


def _columns(text: str) -> tuple[str, ...]:
    return tuple(name.replace("``", "`") for name in re.findall(_NAME, text))


def _lost_columns(observed: Observed, tables: t.Iterable[Restored]) -> dict[str, dict[str, str]]:
    """Return the columns that tables do not have any more, by their names in lower case."""
    found = {}
    for table in tables:
        before = observed.columns.get(table.target, ())
        found[table.target] = {name.lower(): name for name in before if table.format.definition.column(name) is None}
    return {target: lost for target, lost in found.items() if lost}


def views_that_may_break(wanted: Wanted, observed: Observed, moved: t.Container[str], made: Made) -> t.Iterator[str]:
    """Return warnings for views that stay and may not find a column or table behind the restore.

    They are of other programs, which keep_tables names, or the account does not see what they read.
    """
    lost = _lost_columns(observed, made.tables)
    new = {table.target for table in made.tables}
    gone = [name for name, one in observed.live.items() if name in moved and name not in new and not one.is_view]
    stay = {view: text for view, text in observed.views.items() if view in observed.live and view not in moved}
    unseen = sorted(view for view, text in stay.items() if not text)
    if unseen and (lost or gone):
        what = [f"{name} of {target}" for target, names in lost.items() for name in names.values()]
        yield (
            f"{observed.mandant}: {observed.privileges_of or 'the account'} lacks SHOW VIEW, and does not see what "
            f"{first_of(unseen, _NAMED)} reads, which stays; the backup does not have "
            f"{first_of([*what, *gone], _NAMED)}, and a view that reads that cannot be read behind this"
        )
    for view, text in sorted(stay.items()) if not wanted.tables else ():
        shown = [
            f"{names[column]} of {target}"
            for target, names in lost.items()
            for column in sorted(names.keys() & _shown(text, observed.mandant, target))
        ]
        shown += [name for name in gone if f"{quoted(observed.mandant)}.{quoted(name)}" in text]
        if shown:
            yield (
                f"{observed.mandant}: the view {view}, which stays, reads {first_of(shown, _NAMED)}, which the backup "
                "does not have; it cannot be read behind this"
            )


def _check_views(observed: Observed, moved: t.Container[str], tables: t.Iterable[Restored]) -> None:
    """Raise Failure for a view that stays and shows a column which a restored table does not have any more."""
    for target, lost in _lost_columns(observed, tables).items():
        for view, text in observed.views.items():
            shown = sorted(lost.keys() & _shown(text, observed.mandant, target))
            if view not in moved and shown:
                story = f"the view {view}, which stays, shows {lost[shown[0]]} of {target}"
                raise _unfit(observed, story, _LACKS, "Restore a backup that has it, or change the view before")


def _shown(text: str, mandant: str, table: str) -> set[str]:
    """Return the columns of a table that a view names, in lower case; the server writes each behind its table."""
    place = re.escape(f"{quoted(mandant)}.{quoted(table)}")
    called = {_plain(alias) for alias in re.findall(rf"{place} {_NAME}", text, re.IGNORECASE)}
    called.update({table.lower()} if re.search(place, text, re.IGNORECASE) else ())
    pairs = re.findall(rf"{_NAME}\.(?={_NAME})", text)
    return {_plain(column) for owner, column in pairs if _plain(owner) in called}


def _plain(name: str) -> str:
    return name.replace("``", "`").lower()


_ADVICE = "Restore a backup that fits, or one with both tables; or drop the foreign key before"


def _unfit(observed: Observed, story: str, why: str, advice: str = _ADVICE) -> Failure:
    return Failure(
        "statement_failed",
        f"{observed.server.where}, {observed.mandant}: {story}, which {why}. {advice}. The Mandant is unchanged",
    )
