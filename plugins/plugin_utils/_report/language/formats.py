# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Numbers, sizes, times and dates as people of a language write them, and texts that are safe on a screen."""

from __future__ import annotations

import datetime
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import printable

Language = t.Literal["de", "en"]

NOTHING = "–"

_MONTHS: dict[Language, tuple[str, ...]] = {
    "de": (
        *("Januar", "Februar", "März", "April", "Mai", "Juni"),
        *("Juli", "August", "September", "Oktober", "November", "Dezember"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
_UNITS = ("kB", "MB", "GB", "TB")


def language_of(setting: str, environment: t.Mapping[str, str]) -> Language:
    """Return the language that a setting (``de``, ``en`` or ``auto``) means; ``auto`` asks the locale's variables."""
    if setting in ("de", "en"):
        return t.cast("Language", setting)
    locale = next(filter(None, (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "de" if locale.lower().startswith("de") else "en"


def decimal(value: float | None, language: Language, digits: int = 0) -> str:
    """Return a number with its thousands apart: 9,965.5 in English, 9.965,5 in German."""
    if value is None:
        return NOTHING
    text = f"{value:,.{digits}f}"
    return text.translate(str.maketrans(",.", ".,")) if language == "de" else text


def size(count_bytes: float | None, language: Language) -> str:
    """Return a size with three digits or fewer: 7 B, 412 kB, 1.2 MB."""
    if count_bytes is None:
        return NOTHING
    if count_bytes < 1000:
        return f"{count_bytes:.0f} B"
    value, units = count_bytes / 1000, list(_UNITS)
    while value >= 999.5 and len(units) > 1:
        value /= 1000
        units.pop(0)
    return f"{decimal(value, language, 1 if value < 9.95 else 0)} {units[0]}"


def duration(seconds: float | None, language: Language) -> str:
    """Return a time: 0.08 s, 1.9 s, 42 s, 5 min 12 s, 2 h 5 min."""
    if seconds is None:
        return NOTHING
    if seconds < 59.5:
        digits = 2 if seconds < 0.995 else 1 if seconds < 9.95 else 0
        return f"{decimal(seconds, language, digits)} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def day(moment: datetime.datetime, language: Language) -> str:
    """Return a date: 2 November 2026, in German 2. November 2026."""
    dot = "." if language == "de" else ""
    return f"{moment.day}{dot} {_MONTHS[language][moment.month - 1]} {moment.year}"


def day_of(text: object, language: Language) -> str | None:
    """Return a date that results tell as 2026-11-02 as day() does; what is none stays, None where nothing is told."""
    if not text:
        return None
    try:
        return day(datetime.datetime.strptime(str(text), "%Y-%m-%d"), language)
    except ValueError:
        return one_line(text)


def clock(moment: datetime.datetime) -> str:
    """Return a time of day: 18:05."""
    return f"{moment:%H:%M}"


def one_line(text: object, longest: int = 200) -> str:
    """Return a text fit for a line of a terminal: what is not printable is escaped, what is very long is cut."""
    line = printable(str(text))
    return line if len(line) <= longest else f"{line[: longest - 1]}…"
