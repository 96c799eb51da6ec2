# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dates as people's scripts and programs write them; and numbers that are none."""

from __future__ import annotations

import datetime
import time
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.newest.dates import (
    Span,
    span_in,
    stamps_in,
    without_dates,
)

DAY, MINUTE, SECOND = 86400, 60, 1
# In German summer and winter time, so that a date that is read as UTC is another.
ZONE = "CET-1CEST,M3.5.0,M10.5.0/3"


@pytest.fixture(autouse=True)
def german_clock(monkeypatch: pytest.MonkeyPatch) -> t.Iterator[None]:
    monkeypatch.setenv("TZ", ZONE)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def _span(text: str, width: int) -> Span:
    begin = datetime.datetime.fromisoformat(text).timestamp()
    return Span(begin, begin + width)


DATES = [
    ("CAO_backup_2026_11_02_18_05.zip", "2026-11-02 18:05", MINUTE),
    ("CAO_backup_2026_11_02_18_05_2.zip", "2026-11-02 18:05", MINUTE),
    ("OF_backup_2026_07_02_18_05.zip", "2026-07-02 18:05", MINUTE),
    ("caoshop-2026-11-02.sql.gz", "2026-11-02", DAY),
    ("2026-11-02", "2026-11-02", DAY),
    ("2026/11/02", "2026-11-02", DAY),
    ("shop2026.11.02.sql", "2026-11-02", DAY),
    ("caoshop_20261102.sql", "2026-11-02", DAY),
    ("caoshop_20261102-180509.sql.xz", "2026-11-02 18:05:09", SECOND),
    ("caoshop-20261102_1805.sql", "2026-11-02 18:05", MINUTE),
    ("20261102180509.sql", "2026-11-02 18:05:09", SECOND),
    ("202611021805.sql", "2026-11-02 18:05", MINUTE),
    ("a 2026-11-02 18.05.09.sql", "2026-11-02 18:05:09", SECOND),
    ("a-2026-11-02T18-05-09.sql", "2026-11-02 18:05:09", SECOND),
    ("daily_caoshop_2026-11-02_18h05m_Monday.sql.gz", "2026-11-02 18:05", MINUTE),
    ("db_2026_11_02_02_00_01_part.sql", "2026-11-02 02:00:01", SECOND),
    ("Sicherung vom 02.11.2026.zip", "2026-11-02", DAY),
    ("Sicherung 2.11.2026 um 18.05.zip", "2026-11-02 18:05", MINUTE),
    ("a_02.11.26.sql", "2026-11-02", DAY),
    ("a-02-11-2026.sql", "2026-11-02", DAY),
    ("a_02112026.sql", "2026-11-02", DAY),
    ("a-02Nov2026.sql", "2026-11-02", DAY),
    ("a-02-Dez-2026_1805.sql", "2026-12-02 18:05", MINUTE),
    ("a-Nov-02-2026.sql", "2026-11-02", DAY),
    ("a-2026-Mai-02.sql", "2026-05-02", DAY),
    # A counter and a lone hour are no time.
    ("caoshop-2026-11-02_1.sql", "2026-11-02", DAY),
    ("caoshop-2026-11-02_12.sql", "2026-11-02", DAY),
    ("caoshop-20261102-12345678.sql", "2026-11-02 12:34:56", None),
    # Headers.
    ("02.11.2026 18:05:09", "2026-11-02 18:05:09", SECOND),
    ("2026-11-02  2:00:01", "2026-11-02 02:00:01", SECOND),
    ("Nov 02, 2026 at 06:05 PM", "2026-11-02 18:05", MINUTE),
    ("Nov 02, 2026 at 12:05 AM", "2026-11-02 00:05", MINUTE),
    ("02. Nov 2026 um 18:05", "2026-11-02 18:05", MINUTE),
    ("02. März 2026 um 18:05", "2026-03-02 18:05", MINUTE),
    # With a zone.
    ("a_2026-11-02T18:05:09Z.sql", "2026-11-02 18:05:09+00:00", SECOND),
    ("a_20261102T180509+0300.sql", "2026-11-02 18:05:09+03:00", SECOND),
    ("a_2026-11-02_18-05-09-05:00.sql", "2026-11-02 18:05:09-05:00", SECOND),
    ("a_2026-11-02_18-05-09_UTC.sql", "2026-11-02 18:05:09+00:00", SECOND),
]


@pytest.mark.parametrize(("text", "begin", "width"), DATES)
def test_dates(text: str, begin: str, width: int | None) -> None:
    if width is None:
        # A number that is no time leaves the day.
        begin, width = begin[:10], DAY
    assert span_in(text) == _span(begin, width)


@pytest.mark.parametrize(
    "text",
    [
        "caoshop.sql.gz",
        "mandant_12345678.sql",
        "4711-20269902.sql",
        "a_2026-13-45.sql",
        "a_2026-02-30.sql",
        "12026110299.sql",
        "version-1.10.26.3.sql",
        "261102.sql",
        "1793642400.sql",
        "caoshop-Mon.sql",
        # Which of them?
        "caoshop_2026-11-02_of_2025-01-31.sql",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert span_in(text) is None


def test_a_day_twice_is_one_date() -> None:
    assert span_in("2026-11-02_caoshop_20261102-180509.sql") == _span("2026-11-02 18:05:09", SECOND)


@pytest.mark.parametrize(
    ("text", "orders"),
    [("a-02-11-2026", ["day"]), ("a-11-23-2026", ["month"]), ("a-02.11.2026", [""]), ("a-32-13-2026", [])],
)
def test_where_only_the_place_tells_day_and_month(text: str, orders: list[str]) -> None:
    assert [stamp.order for stamp in stamps_in(text)] == orders
    assert span_in(text, trust_order=False) is None or orders == [""]


def test_the_hour_that_comes_twice_is_two_hours() -> None:
    """On the last Sunday of October 2026 the clock goes back from three to two."""
    span = span_in("CAO_backup_2026_10_25_02_30.zip")
    assert span is not None
    assert span.latest - span.earliest == 3600 + MINUTE


SERIES = [
    ("/b/CAO_backup_2026_11_02_18_05.zip", "/b/CAO_backup_2025_01_31_07_00_12.sql"),
    ("/b/caoshop-2026-11-02.sql.gz", "/b/CAOSHOP-2026-11-03.sql"),
    ("/b/caoshop-Mon.sql.gz", "/b/caoshop-Tue.sql.gz"),
    ("/b/Montag/caoshop.sql", "/b/Dienstag/caoshop.sql"),
    ("/b/2026-11-02/caoshop.sql", "/b/2026-11-03/caoshop.sql"),
    ("/b/caoshop.sql.gz", "/b/caoshop.sql.1.gz"),
    ("/b/caoshop.sql", "/b/caoshop.sql.7"),
    ("/b/caoshop 02.11.2026.zip", "/b/caoshop 03.11.2026 - Kopie.zip"),
    ("/b/caoshop.zip", "/b/caoshop (1).zip"),
]


@pytest.mark.parametrize(("one", "other"), SERIES)
def test_names_of_one_series(one: str, other: str) -> None:
    assert without_dates(one) == without_dates(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/b/caoshop-2026-11-02.sql", "/b/caobuero-2026-11-02.sql"),
        ("/b/laden/CAO_backup_2026_11_02_18_05.zip", "/b/buero/CAO_backup_2026_11_02_18_05.zip"),
        ("/b/cao1_2026-11-02.sql", "/b/cao2_2026-11-02.sql"),
        ("/b/cao_1.sql", "/b/cao_2.sql"),
        ("/b/2026-11-02_1.sql", "/b/2026-11-02_2.sql"),
    ],
)
def test_names_of_different_series(one: str, other: str) -> None:
    assert without_dates(one) != without_dates(other)
