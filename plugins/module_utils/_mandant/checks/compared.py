# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The value that a check has found beside the one that is wanted; pure. Texts are compared, and never shown."""

from __future__ import annotations

import datetime
import decimal
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._mandant.checks.given import Check, How


class CannotCompare(Exception):
    """The value is of a kind that cannot be compared with what is wanted; the text says why."""


def is_as_wanted(check: Check, value: object) -> bool:
    """Whether a value is what a check wants; CannotCompare says why nobody can tell."""
    if isinstance(value, (int, float, decimal.Decimal)):
        return _holds(check.how, _number(str(value)), _number(check.wanted))
    if isinstance(value, datetime.date):
        return _holds(check.how, _moment(str(value)), _moment(check.wanted))
    if not isinstance(value, (str, bytes)):
        raise CannotCompare("gives neither a number nor a date nor a text")
    if check.how != "equals":
        raise CannotCompare("gives a text, which is neither more nor less than another; make a number of it")
    wanted: object = check.wanted.encode("utf-8") if isinstance(value, bytes) else check.wanted
    return value == wanted


def shown(value: object) -> int | float | str | None:
    """Return a value as it may be told: numbers and dates, and of texts nothing."""
    if isinstance(value, decimal.Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, (int, float)):
        return value
    # A moment is a date, too.
    return str(value) if isinstance(value, datetime.date) else None


def _number(text: str) -> decimal.Decimal:
    try:
        number = decimal.Decimal(text.strip())
    except decimal.InvalidOperation:
        raise CannotCompare("gives a number, and what is wanted is none") from None
    if not number.is_finite():
        raise CannotCompare("gives a number, and what is wanted is none")
    return number


def _moment(text: str) -> datetime.datetime:
    try:
        moment = datetime.datetime.fromisoformat(text.strip())
    except ValueError:
        raise CannotCompare("gives a date, and what is wanted is none like 2026-11-02 or 2026-11-02 18:05:09") from None
    if moment.tzinfo is not None:
        raise CannotCompare("gives a date without a time zone, and what is wanted has one")
    return moment


class _Ordered(t.Protocol):
    def __ge__(self, other: t.Any, /) -> bool: ...

    def __le__(self, other: t.Any, /) -> bool: ...


def _holds(how: How, value: _Ordered, wanted: _Ordered) -> bool:
    if how == "equals":
        return value == wanted
    return value >= wanted if how == "at_least" else value <= wanted
