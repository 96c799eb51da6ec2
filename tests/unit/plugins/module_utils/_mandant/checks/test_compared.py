# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of checks beside what is wanted: numbers and dates have an order, texts are equal or not and never shown."""

from __future__ import annotations

import datetime
import decimal
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.checks.compared import (
    CannotCompare,
    is_as_wanted,
    shown,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.checks.given import read_checks
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted

_D = decimal.Decimal
_DAY = datetime.date(2026, 11, 2)
_MOMENT = datetime.datetime(2026, 11, 2, 18, 5, 9)


def _holds(how: str, wanted: str, value: object) -> bool:
    given: dict[str, t.Any] = {"name": "a", "query": "SELECT 1", how: wanted}
    (check,) = read_checks(Wanted("cao", checks=(given,)))
    return is_as_wanted(check, value)


@pytest.mark.parametrize(
    ("value", "less", "same", "more"),
    [
        (5, "4", " 5.00 ", "5.01"),
        (_D("12.50"), "12.4999", "12.5", "1e2"),
        (0.5, "-1", "0.5", "1"),
        (_DAY, "2026-11-01", "2026-11-02", "2026-11-02 00:00:01"),
        (_MOMENT, "2026-11-02", "2026-11-02 18:05:09", "2026-11-02 18:05:10"),
    ],
)
def test_what_has_an_order(value: object, less: str, same: str, more: str) -> None:
    assert [_holds("equals", one, value) for one in (less, same, more)] == [False, True, False]
    assert [_holds("at_least", one, value) for one in (less, same, more)] == [True, True, False]
    assert [_holds("at_most", one, value) for one in (less, same, more)] == [False, True, True]


@pytest.mark.parametrize("value", ["Köln", "Köln".encode()])
def test_texts_are_equal_or_not(value: object) -> None:
    assert _holds("equals", "Köln", value)
    assert not _holds("equals", "köln", value)
    with pytest.raises(CannotCompare, match="a text"):
        _holds("at_least", "A", value)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [(5, "five"), (5, "nan"), (5, "inf"), (_DAY, "2.11.2026"), (_MOMENT, "2026-11-02T00:00:00+01:00"), (None, "0"),
     (datetime.timedelta(1), "1")],
)  # fmt: skip
def test_what_cannot_be_compared(value: object, wanted: str) -> None:
    with pytest.raises(CannotCompare):
        _holds("equals", wanted, value)


def test_what_is_shown() -> None:
    assert [shown(one) for one in (5, _D("5.00"), _D("5.25"), 0.5, _DAY, _MOMENT, "Geheim", b"Geheim", None)] == [
        5, 5, 5.25, 0.5, "2026-11-02", "2026-11-02 18:05:09", None, None, None,
    ]  # fmt: skip
