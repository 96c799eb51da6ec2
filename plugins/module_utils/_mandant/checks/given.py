# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The checks that a user gives, read and found harmless; pure."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure, printable
from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.views_and_triggers import View
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import Refused
from ansible_collections.cao.faktura.plugins.module_utils._mandant.checks.query import read_query
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted

How = t.Literal["equals", "at_least", "at_most"]
UNCHANGED = "The Mandant is unchanged"
_NEED = re.compile(r"([^.\s`]{1,64})(?:\.([^.\s`]{1,64}))?")


@dataclasses.dataclass(frozen=True)
class Check:
    """A query, and what its one value has to be; ``needs`` are tables, and columns as TABLE.COLUMN.

    Where one of these is not there, the check is skipped.
    """

    name: str
    query: View
    how: How
    wanted: str
    needs: tuple[tuple[str, str], ...] = ()


def read_checks(wanted: Wanted) -> tuple[Check, ...]:
    """Return the checks; Failure check_failed for one that cannot be asked."""
    checks = tuple(_read(given, wanted.mandant) for given in wanted.checks)
    names = [check.name for check in checks]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise Failure("check_failed", f"checks: two of them are called {printable(twice)}; rename one. {UNCHANGED}")
    return checks


def _read(given: t.Mapping[str, t.Any], mandant: str) -> Check:
    name = str(given.get("name") or "").strip()
    said = [(how, str(given[how])) for how in t.get_args(How) if given.get(how) is not None]
    if not name or len(said) != 1:
        raise Failure(
            "check_failed",
            f"checks: {printable(name) or 'a check without a name'} needs a name, a query and exactly one of equals, "
            f"at_least and at_most. {UNCHANGED}",
        )
    needs = [_NEED.fullmatch(str(one)) for one in given.get("needs") or ()]
    if None in needs:
        raise Failure(
            "check_failed",
            f"checks: what {printable(name)} needs has to be TABLE or TABLE.COLUMN. {UNCHANGED}",
        )
    try:
        query = read_query(str(given.get("query") or ""), mandant)
    except Refused as refused:
        raise Failure(
            "check_failed",
            f"checks: the query of {printable(name)} is not run, since it is {refused}; let it be one SELECT that only "
            f"reads. {UNCHANGED}",
        ) from None
    how, value = said[0]
    found = tuple((need[1], need[2] or "") for need in needs if need is not None)
    return Check(name, query, how, value, found)
