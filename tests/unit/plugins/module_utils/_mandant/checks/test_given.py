# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user gives as a check is one, or it is said what is missing."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.checks.given import read_checks
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted

_GOOD: dict[str, t.Any] = {"name": "a", "query": "SELECT COUNT(*) FROM T", "equals": "0", "at_most": None}


def _wanted(*checks: dict[str, t.Any]) -> Wanted:
    return Wanted("cao", checks=checks)


def test_a_check_is_read() -> None:
    (check,) = read_checks(_wanted({**_GOOD, "needs": ["T", "T.A"], "at_least": None}))
    assert (check.name, check.how, check.wanted) == ("a", "equals", "0")
    assert check.needs == (("T", ""), ("T", "A"))
    assert check.query.tables == ("T",)
    assert read_checks(Wanted("cao")) == ()


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"name": " "}, "a check without a name needs a name"),
        ({"equals": None}, "a needs a name, a query and exactly one of equals"),
        ({"at_least": 0}, "exactly one of equals"),
        ({"needs": ["T.A.B"]}, "what a needs has to be TABLE or TABLE.COLUMN"),
        ({"needs": [""]}, "what a needs has to be TABLE or TABLE.COLUMN"),
        ({"query": None}, "the query of a is not run, since it is a query that does not begin with SELECT"),
        ({"query": "DROP TABLE T"}, "the query of a is not run"),
    ],
)
def test_what_is_no_check(given: dict[str, t.Any], why: str) -> None:
    with pytest.raises(Failure, match=why) as failed:
        read_checks(_wanted({**_GOOD, **given}))
    assert failed.value.error == "check_failed"


def test_two_of_one_name() -> None:
    with pytest.raises(Failure, match="two of them are called a"):
        read_checks(_wanted(_GOOD, _GOOD))
