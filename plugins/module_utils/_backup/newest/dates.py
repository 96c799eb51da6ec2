# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Dates as names of files and headers of dumps write them, and what stays of a name without them."""

from __future__ import annotations

import datetime
import re
import typing as t

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan", "feb", "mar mär mrz", "apr", "may mai", "jun", "jul", "aug", "sep", "oct okt", "nov", "dec dez"), 1
    )
    for name in names.split()
}
_BY_NAME = f"(?P<name{{}}>{'|'.join(_MONTHS)})[a-zä]*"
_DAYS = (
    # 2026-11-02, 2026_11_02, 20261102; years of four digits only, as six digits can be anything.
    r"(?P<year1>(?:19|20)\d\d)(?P<sep1>[-_. /]?)(?P<month1>0[1-9]|1[0-2])(?P=sep1)(?P<day1>0[1-9]|[12]\d|3[01])",
    # 02.11.2026, as German programs write it, 2.11.2026 and 02.11.26.
    r"(?P<day2>0?[1-9]|[12]\d|3[01])\.(?P<month2>0?[1-9]|1[0-2])\.(?P<year2>(?:19|20)\d\d)",
    r"(?P<day3>0[1-9]|[12]\d|3[01])\.(?P<month3>0[1-9]|1[0-2])\.(?P<year3>\d\d)(?!\.?\d)",
    # 02-11-2026: the day first, unless a name beside it has the month there.
    r"(?P<one4>\d\d)(?P<sep4>[-_ /])(?P<two4>\d\d)(?P=sep4)(?P<year4>(?:19|20)\d\d)",
    r"(?P<day5>0[1-9]|[12]\d|3[01])(?P<month5>0[1-9]|1[0-2])(?P<year5>20\d\d)",
    r"(?P<day6>\d{1,2})[-_. ]{0,2}" + _BY_NAME.format(6) + r"[-_. ,]{0,2}(?P<year6>20\d\d)",
    _BY_NAME.format(7) + r"[-_. ]{1,2}(?P<day7>\d{1,2})[-_, ]{1,2}(?P<year7>20\d\d)",
    r"(?P<year8>20\d\d)[-_. ]?" + _BY_NAME.format(8) + r"[-_. ]?(?P<day8>\d\d)",
)
_TIME = (
    r"(?:(?:T|[-_ .,]{1,3}|[ _-](?:at|um)[ _-]{1,2})?"
    r"(?:(?P<hour1>\d{1,2}):(?P<minute1>[0-5]\d)(?::(?P<second1>[0-5]\d))?"
    r"|(?P<hour2>[01]\d|2[0-3])[-_.h ]?(?P<minute2>[0-5]\d)(?:[-_.m ]?(?P<second2>[0-5]\d)|m)?)"
    r"(?![\d:])(?: ?(?P<half>[AP]M)(?![^\W_]))?"
    r"(?P<zone>[ _-]?(?:Z|UTC|GMT)(?![A-Z])|[+](?:0\d|1[0-4]):?(?:00|15|30|45)(?!\d)"
    r"|-(?:0\d|1[0-2]):(?:00|15|30|45)(?!\d))?)"
)
_DATE = re.compile(rf"(?<!\d)(?:{'|'.join(_DAYS)})(?:{_TIME}|(?!\d))", re.IGNORECASE)

# What else changes from one backup to the next: the day of the week, "copy", the endings. Other numbers may be those of
# Mandanten, but for the one behind the date of CAO's own names.
_WEEKDAY = re.compile(
    r"(?<![^\W_])(?:mo|di|mi|do|fr|sa|so|mon|tue|wed|thu|fri|sat|sun|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch)(?![^\W_])",
    re.IGNORECASE,
)
_COPY = re.compile(r"(?:[-_. ]*(?:\(\d+\)|kopie|copy))+$", re.IGNORECASE)
_COUNTED = re.compile(r"(_backup_\d{4}(?:_\d\d){4})_\d+$")
_ENDING = re.compile(r"\.(?:sql|zip|gz|bz2|xz|zst|dump)(?:\.\d{1,3})?$", re.IGNORECASE)


class Span(t.NamedTuple):
    """Some moment from ``earliest`` on and before ``latest``, in seconds of Unix time."""

    earliest: float
    latest: float

    def holds(self, other: Span) -> bool:
        """Whether the other lies within."""
        return self.earliest <= other.earliest and other.latest <= self.latest


class Stamp(t.NamedTuple):
    """A date in a text. ``order``: "day" or "month", where only its place says which of two numbers is which."""

    span: Span
    order: str = ""


def stamps_in(text: str) -> list[Stamp]:
    """Return all dates of a text, by the clock of this machine where it names no zone."""
    found = (
        _stamp({key: value for key, value in match.groupdict().items() if value}) for match in _DATE.finditer(text)
    )
    return [stamp for stamp in found if stamp is not None]


def span_in(text: str, *, trust_order: bool = True) -> Span | None:
    """Return the one date of a text; None without, and where it has several that differ."""
    spans = [stamp.span for stamp in stamps_in(text) if trust_order or not stamp.order]
    if not spans:
        return None
    # A day and a moment of that day are one date.
    finest = min(spans, key=lambda span: span.latest - span.earliest)
    return finest if all(span.holds(finest) for span in spans) else None


def without_dates(path: str) -> str:
    """Return what names of the same series have in common."""
    stem = path.casefold()
    while (shorter := _ENDING.sub("", stem)) != stem:
        stem = shorter
    stem = _COUNTED.sub(r"\1", _COPY.sub("", stem))
    parts = [_WEEKDAY.sub("", _DATE.sub("", part)).strip("-_. ") for part in stem.split("/")]
    return "/".join(parts)


def _stamp(found: t.Mapping[str, str]) -> Stamp | None:
    parts = {key.rstrip("0123456789"): value for key, value in found.items()}
    order = ""
    if "one" in parts:
        order = "month" if int(parts["two"]) > 12 else "day"
        one, two = parts["one"], parts["two"]
        parts["day"], parts["month"] = (two, one) if order == "month" else (one, two)
    month = _MONTHS[parts["name"].lower()] if "name" in parts else int(parts["month"])
    return _spanned(parts, month, order)


def _spanned(parts: t.Mapping[str, str], month: int, order: str) -> Stamp | None:
    year = int(parts["year"])
    try:
        begin = datetime.datetime(year + (2000 if year < 100 else 0), month, int(parts["day"]))
        width = datetime.timedelta(days=1)
        if "hour" in parts:
            begin = begin.replace(hour=_hour(int(parts["hour"]), parts.get("half")), minute=int(parts["minute"]))
            width = datetime.timedelta(minutes=1)
        if "second" in parts and "hour" in parts:
            begin = begin.replace(second=int(parts["second"]))
            width = datetime.timedelta(seconds=1)
        zone = _zone(parts.get("zone"))
        return Stamp(_unix(begin, begin + width, zone), order)
    except (ValueError, OverflowError, OSError):
        return None


def _hour(hour: int, half: str | None) -> int:
    return hour if half is None else hour % 12 + (12 if half.upper() == "PM" else 0)


def _zone(text: str | None) -> datetime.timezone | None:
    if text is None:
        return None
    numbers = re.sub(r"\D", "", text)
    if not numbers:
        return datetime.timezone.utc
    away = datetime.timedelta(hours=int(numbers[:2]), minutes=int(numbers[2:]))
    return datetime.timezone(-away if "-" in text else away)


def _unix(begin: datetime.datetime, end: datetime.datetime, zone: datetime.timezone | None) -> Span:
    if zone is not None:
        return Span(begin.replace(tzinfo=zone).timestamp(), end.replace(tzinfo=zone).timestamp())
    # In the hour that comes twice in autumn nobody knows which of the two it was.
    return Span(begin.timestamp(), max(end.timestamp(), end.replace(fold=1).timestamp()))
