# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is taken out of a copy, planned: which statements, for which tables, and what is refused."""

from __future__ import annotations

import dataclasses

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import (
    Attribute,
    Column,
    TableDefinition,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.neutralise.changes import Change, plan_changes
from ansible_collections.cao.faktura.plugins.module_utils._mandant.neutralise.groups import RULES
from ansible_collections.cao.faktura.plugins.module_utils._mandant.outcome import Report

_NOT_NULL = (Attribute("NOT NULL", b"NOT NULL"),)


@dataclasses.dataclass(frozen=True)
class Table:
    """A table of a plan."""

    definition: TableDefinition
    shadow: str = "S"

    @property
    def source(self) -> str:
        return self.definition.name

    @property
    def target(self) -> str:
        return self.definition.name.upper()


def table(name: str, *columns: Column | str) -> Table:
    """Return a table; a name is a nullable text column."""
    made = tuple(Column(one, "varchar", b"varchar(20)") if isinstance(one, str) else one for one in columns)
    return Table(TableDefinition(name, made))


def changes(group: str, *tables: Table) -> list[Change]:
    return list(plan_changes({group}, tables, []))


def test_nothing_is_planned_without_groups() -> None:
    reports: list[Report] = []
    assert plan_changes((), [table("MITARBEITER", "X")], reports) == ()
    assert reports == []


def test_a_column_becomes_null_or_empty_or_stays() -> None:
    staff = table(
        "mitarbeiter",
        "USER_PASSWORD",
        Column("Kennwort2", "text", b"text", _NOT_NULL),
        Column("PASSWORT_FLAG", "enum", b"enum('N','Y')", _NOT_NULL),
        Column("PWD_SUM", "varchar", b"varchar(9)", (Attribute("GENERATED", b""),)),
        Column("GEAEND", "timestamp", b"timestamp", _NOT_NULL),
        "NAME",
    )
    (change,) = changes("passwords", staff)
    assert change.sql == "UPDATE `S` SET `USER_PASSWORD` = NULL, `Kennwort2` = '', `GEAEND` = `GEAEND`"


def test_a_column_that_nobody_has_seen_yet_is_emptied() -> None:
    (change,) = changes("mail", table("MAIL_KONTEN", "KONTO_NAME", "OAUTH", Column("IMAP_PORT", "int", b"int(11)")))
    assert change.sql == "UPDATE `S` SET `OAUTH` = NULL"


def test_a_table_is_emptied_once_and_last() -> None:
    tables = [table("REGISTRY_LOG", "PASSWORT"), table("REGISTERY", "MAINKEY", "NAME", "VAL_CHAR")]
    made = plan_changes(set(RULES), tables, [])
    assert [(change.source, change.removes) for change in made[-2:]] == [("REGISTERY", True), ("REGISTRY_LOG", True)]
    of_settings = [change.group for change in made if change.source == "REGISTERY" and not change.removes]
    assert of_settings == list(RULES)
    assert [change.group for change in made if change.source == "REGISTERY" and change.removes] == ["persons"]


@pytest.mark.parametrize("tables", [[table("REGISTRY", "NAME", "VAL_CHAR")], [table("MITARBEITER", "LOSUNG")]])
def test_what_cannot_be_found_is_refused(tables: list[Table]) -> None:
    with pytest.raises(Failure, match="passwords cannot be taken out of it"):
        changes("passwords", *tables)


def test_what_is_missing_is_reported() -> None:
    reports: list[Report] = []
    plan_changes({"mail"}, [table("MAIL_REGELN", "REGELNAME"), table("MAIL", "X"), table("MAIL_ORDNER", "Y")], reports)
    assert {report.table for report in reports} == {"REGISTRY", "MAIL_KONTEN", "MAIL_REGELN", "MAIL"}
