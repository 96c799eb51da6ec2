# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""How a copy is neutralised: the statements for the shadow tables, planned purely.

A backup of the real company becomes a Mandant that mails nobody, talks to no shop, writes into no folder of the
original and holds none of its passwords.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.cao_tables import PURPOSE
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import Column
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import ShadowTable, quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.neutralise.groups import (
    NAMED_AFTER_USERS,
    OUTBOX,
    REGISTRIES,
    RULES,
    SETTING_KEPT,
    SETTING_NAME,
    TELL_WHAT_WAS,
    GroupRules,
    SettingPattern,
    TableRule,
    beside_secrets,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.neutralise.without_persons import (
    values_without_persons,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.outcome import Report

_TEXTS = ("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "binary", "varbinary", "json")
_NUMBERS = ("tinyint", "smallint", "mediumint", "int", "integer", "bigint", "decimal", "numeric", "float", "double")


@dataclasses.dataclass(frozen=True)
class Change:
    """One statement: what it takes out of the table ``source`` (name in the dump) for a group.

    ``removes`` whole rows, else empties columns; it concerns all rows, or those that fit one of the ``patterns``,
    or mails that are in a folder ``outbox`` (a table of the dump). ``shadow`` is the table that it changes.
    """

    group: str
    source: str
    target: str
    sql: str
    removes: bool = False
    patterns: tuple[SettingPattern, ...] = ()
    outbox: str = ""
    shadow: str = ""

    @property
    def what(self) -> str:
        """What becomes of the rows."""
        return "removed" if self.removes else "replaced" if self.group == "persons" and not self.patterns else "emptied"


def plan_changes(
    groups: t.Collection[str],
    tables: t.Sequence[ShadowTable],
    reports: list[Report],
    not_chosen: t.Collection[str] = (),
) -> tuple[Change, ...]:
    """Return the statements for the tables of a plan, those that remove rows last.

    What the schema lacks is reported, but for tables of the backup that are ``not_chosen``. Failure not_a_backup where
    that would leave a secret in its place.
    """
    changes: list[Change] = []
    wanted = {name: rules for name, rules in RULES.items() if name in groups}
    emptied = {name: group for group, rules in reversed(wanted.items()) for name in rules.emptied}
    left = [table for table in tables if table.source.upper() not in emptied]
    not_missed = frozenset(name.upper() for name in (*not_chosen, *emptied))
    for group, rules in wanted.items():
        changes += _GroupPlanner(group, rules, left, reports, not_missed).changes()
    if "persons" in wanted:
        changes += _without_persons(left, tables, reports)
    for table in tables:
        if table.source.upper() in emptied:
            sql = f"DELETE FROM {quoted(table.shadow)}"
            changes.append(Change(emptied[table.source.upper()], table.source, table.target, sql, removes=True))
    shadows = {table.source: table.shadow for table in tables}
    found = (dataclasses.replace(change, shadow=shadows[change.source]) for change in changes)
    return tuple(sorted(found, key=lambda change: change.removes))


def _without_persons(
    tables: t.Sequence[ShadowTable], all_tables: t.Sequence[ShadowTable], reports: list[Report]
) -> list[Change]:
    """Return the statements that take persons out; the employees last, whose names others are compared with."""
    changes = []
    for table in sorted(tables, key=lambda one: one.source.upper() == "MITARBEITER"):
        if table.source.upper() in REGISTRIES:
            name = table.definition.column("MAINKEY")
            sql = f"DELETE FROM {quoted(table.shadow)} WHERE {_fits(NAMED_AFTER_USERS, {'MAINKEY': name})}"
            patterns = NAMED_AFTER_USERS
            changes.append(Change("persons", table.source, table.target, sql, removes=True, patterns=patterns))
            continue
        values = values_without_persons(table, all_tables)
        if values is None:
            reports.append(
                Report(
                    table.source,
                    "neutralise: persons are in a key of it, so that its rows are removed",
                )
            )
            sql = f"DELETE FROM {quoted(table.shadow)}"
            changes.append(Change("persons", table.source, table.target, sql, removes=True))
        elif values:
            changes.append(Change("persons", table.source, table.target, _update(table, values)))
    return changes


def _fits(patterns: t.Iterable[SettingPattern], columns: t.Mapping[str, Column | None]) -> str:
    """Return the condition that a setting fits one of the patterns; its table has their columns."""
    found = ((columns[name], pattern) for name, pattern in patterns)
    return " OR ".join(
        f"UPPER(CONVERT({quoted(column.name)} USING utf8mb4)) COLLATE utf8mb4_bin LIKE {_literal(pattern)} ESCAPE '|'"
        for column, pattern in found
        if column is not None
    )


class _GroupPlanner:
    def __init__(
        self,
        group: str,
        rules: GroupRules,
        tables: t.Sequence[ShadowTable],
        reports: list[Report],
        not_missed: frozenset[str],
    ) -> None:
        self._group = group
        self._rules = rules
        self._tables = tables
        self._reports = reports
        self._not_missed = not_missed

    def changes(self) -> list[Change]:
        rules = self._rules
        found: list[Change | None] = [self._settings(table) for table in self._named(*REGISTRIES)]
        own = {rule.table for rule in rules.tables}
        for rule in rules.tables:
            found += [self._rows(table, rule) for table in self._named(rule.table)]
        for table in self._tables:
            if table.source.upper() not in (*own, *REGISTRIES):
                found.append(self._rows(table, TableRule("", rules.columns), self._more(table)))
        if rules.outbox:
            found.append(self._outbox())
        return [change for change in found if change is not None]

    def _named(self, *names: str) -> list[ShadowTable]:
        found = [table for table in self._tables if table.source.upper() in names]
        if not found and self._not_missed.isdisjoint(names):
            self._report(names[0], f"neutralise: the backup has no such table; {self._group} had nothing to do there")
        return found

    def _report(self, table: str, text: str) -> None:
        self._reports.append(Report(table, text))

    def _settings(self, table: ShadowTable) -> Change:
        columns = {column.name.upper(): column for column in table.definition.columns}
        if not all(name in columns for name in SETTING_NAME):
            raise _cannot(table, self._group, f"has no columns {' and '.join(SETTING_NAME)}")
        values = {
            column: value
            for name, column in columns.items()
            if name not in SETTING_KEPT and (value := _empty(column, numbers=True)) is not None
        }
        patterns = tuple(pattern for pattern in self._rules.settings if pattern[0] in columns)
        where = _fits(patterns, columns)
        sql = _update(table, values) + f" WHERE {where}"
        return Change(self._group, table.source, table.target, sql, patterns=patterns)

    def _more(self, table: ShadowTable) -> frozenset[str]:
        """Return what else goes of a table: servers and users beside secrets, and what binds it to a device."""
        rules, names = self._rules, [column.name.upper() for column in table.definition.columns]
        more = beside_secrets(rules.secrets, names) if rules.secrets else frozenset()
        if rules.bindings is None or PURPOSE.get(table.source.upper()) in TELL_WHAT_WAS:
            return more
        return more.union(name for name in names if rules.bindings.search(name))

    def _rows(self, table: ShadowTable, rule: TableRule, more: frozenset[str] = frozenset()) -> Change | None:
        """Return the change of all rows; None where no column of the table is concerned."""
        values = {}
        for column in table.definition.columns:
            name = column.name.upper()
            if name in rule.flags:
                values[column] = _literal(rule.flags[name])
            elif name not in rule.kept and (rule.columns is None or name in more or rule.columns.search(name)):
                value = _empty(column)
                values.update({column: value} if value is not None else {})
        for name in rule.flags:
            if table.definition.column(name) is None:
                self._report(table.source, f"neutralise: {self._group} found no column {name}")
        if values:
            return Change(self._group, table.source, table.target, _update(table, values))
        if rule.required:
            raise _cannot(table, self._group, "has no column for a password that is known by its name")
        if rule.table:
            self._report(table.source, f"neutralise: {self._group} found none of its columns")
        return None

    def _outbox(self) -> Change | None:
        """Return the removal of mails that wait to be sent."""
        mails, folders = self._named("MAIL"), self._named("MAIL_ORDNER")
        if mails and not folders and "MAIL_ORDNER" in self._not_missed:
            raise Failure(
                "not_a_backup",
                f"neutralise: which mails of {mails[0].source} wait to be sent stands in MAIL_ORDNER, which is not "
                "among the tables that are restored; name it in tables, too. Nothing has been changed",
            )
        if not mails or not folders:
            return None
        table, folder = mails[0], folders[0]
        folder_columns = [folder.definition.column(name) for name in ("ORDNER_ID", "ORDNER_TYP")]
        if table.definition.column("ORDNER_ID") is None or None in folder_columns:
            self._report(table.source, "neutralise: which mails wait to be sent cannot be told; they stay")
            return None
        sql = (
            f"DELETE FROM {quoted(table.shadow)} WHERE ORDNER_ID IN"
            f" (SELECT ORDNER_ID FROM {quoted(folder.shadow)} WHERE ORDNER_TYP = {_literal(OUTBOX)})"
        )
        return Change(self._group, table.source, table.target, sql, removes=True, outbox=folder.source)


def _cannot(table: ShadowTable, group: str, why: str) -> Failure:
    return Failure(
        "not_a_backup",
        f"neutralise: the table {table.source} of the backup {why}, so that {group} cannot be taken out of it; "
        "nothing has been changed. Is it a backup of CAO-Faktura?",
    )


def _empty(column: Column, *, numbers: bool = False) -> str | None:
    """Return the value of a column that was emptied, None where it holds nothing that could be told to anyone."""
    kind = column.type_name
    if column.attribute("GENERATED") is not None or kind == "timestamp":
        return None
    text = kind in _TEXTS or kind.endswith("blob")
    if not (text or (numbers and kind not in ("enum", "set"))):
        return None
    if column.nullable:
        return "NULL"
    return "''" if text else "0" if kind in _NUMBERS else None


def _update(table: ShadowTable, values: t.Mapping[Column, str]) -> str:
    # A timestamp that is not mentioned may count itself up; two copies of one backup shall be equal.
    kept = [column for column in table.definition.columns if column.type_name == "timestamp"]
    parts = [f"{quoted(column.name)} = {value}" for column, value in values.items()]
    parts += [f"{quoted(column.name)} = {quoted(column.name)}" for column in kept]
    return f"UPDATE {quoted(table.shadow)} SET {', '.join(parts)}"


def _literal(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
