# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the names in a check stand for: new tables, views of the backup, and tables that stay."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables.table_definition import (
    Column,
    TableDefinition,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.views_and_triggers import View
from ansible_collections.cao.faktura.plugins.module_utils._mandant.checks.planned import PlannedCheck, plan_checks
from ansible_collections.cao.faktura.plugins.module_utils._mandant.checks.query import read_query
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import ExistingTable
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted
from mandant_values import observed


@dataclasses.dataclass(frozen=True)
class Table:
    """A table of a plan."""

    source: str
    target: str
    shadow: str
    definition: TableDefinition


@dataclasses.dataclass(frozen=True)
class Made:
    """A plan."""

    tables: tuple[Table, ...]
    views: tuple[View, ...]
    names_after: t.Mapping[str, str]


_NEW = Table("artikel", "ARTIKEL", "NEW_1", TableDefinition("artikel", (Column("Rec_Id", "int", b"int"),)))
_VIEW = dataclasses.replace(read_query("SELECT 1 FROM artikel", "cao"), name="SICHT")
_MADE = Made(
    (_NEW,),
    (_VIEW,),
    {"XT": "XT", "xt_alt": "XT", "XT_V": "XT_V", "weg": "WEG", "artikel": "ARTIKEL", "SICHT": "SICHT"},
)
_SEEN = observed(
    ExistingTable("XT", False, "MyISAM"),
    ExistingTable("XT_V", True),
    ExistingTable("ARTIKEL", False, "MyISAM"),
    ExistingTable("SICHT", True),
)


def _planned(query: str, *needs: str) -> PlannedCheck:
    given = {"name": "a", "query": query, "equals": "0", "needs": needs}
    (check,) = plan_checks(Wanted("cao", checks=(given,)), _SEEN, _MADE)
    return check


@pytest.mark.parametrize(
    ("name", "stands_for"),
    [
        ("artikel", "NEW_1"), ("ARTIKEL", "NEW_1"), ("Artikel", "NEW_1"), ("sicht", "SICHT"), ("xt", "XT"),
        ("xt_alt", "XT"),
    ],
)  # fmt: skip
def test_names_stand_for_what_is_there(name: str, stands_for: str) -> None:
    assert _planned(f"SELECT COUNT(*) FROM {name}").names == {name: stands_for}


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("JOURNAL", "neither the backup nor what stays has"),
        ("weg", "neither the backup"),
        ("xt_v", "reads the view xt_v"),
    ],
)
def test_what_cannot_be_read_is_refused(name: str, why: str) -> None:
    with pytest.raises(Failure, match=why):
        _planned(f"SELECT COUNT(*) FROM {name}")


@pytest.mark.parametrize(
    ("need", "skipped", "is_open"),
    [
        ("artikel", None, False), ("ARTIKEL.rec_id", None, False), ("artikel.HASHSUM", "artikel.HASHSUM", False),
        ("JOURNAL", "JOURNAL", False), ("JOURNAL.A", "JOURNAL.A", False), ("xt", None, False), ("xt.A", None, True),
        ("sicht.A", None, True),
    ],
)  # fmt: skip
def test_what_is_needed(need: str, skipped: str | None, is_open: bool) -> None:
    planned = _planned("SELECT 1", need)
    assert (planned.skipped, bool(planned.open_needs)) == (skipped, is_open)


def test_what_is_skipped_may_read_what_is_not_there() -> None:
    assert _planned("SELECT COUNT(*) FROM JOURNAL", "JOURNAL").skipped == "JOURNAL"
