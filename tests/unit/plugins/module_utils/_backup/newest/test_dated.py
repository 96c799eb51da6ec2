# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tells the age of a file: its name, its header, its own time, and what of them is believed."""

from __future__ import annotations

import datetime
import gzip
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.newest.candidates import Candidate
from ansible_collections.cao.faktura.plugins.module_utils._backup.newest.dated import (
    HeaderFacts,
    dated,
    has_month_first,
    header_of,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.newest.dates import Span
from archives import aes_zip


def _at(text: str) -> float:
    return datetime.datetime.fromisoformat(text).timestamp()


NOW = _at("2026-11-03 08:00")
MINUTE = Span(_at("2026-11-02 18:05"), _at("2026-11-02 18:06"))


def _dated(
    name: str, modified: str, header: str | None = None, varying: str = ".", **more: bool
) -> tuple[Span, str, tuple[str, ...]]:
    span = None if header is None else Span(_at(header), _at(header) + 1)
    candidate = Candidate(f"/b/{name}", _at(modified), varying)
    found = dated(candidate, HeaderFacts(span), NOW, trust_order=more.get("trust_order", True))
    return found.span, found.source, found.in_future


def _file_time(text: str) -> Span:
    return Span(_at(text) - 1, _at(text) + 1)


def test_the_name_comes_first() -> None:
    name = "CAO_backup_2026_11_02_18_05.zip"
    assert _dated(name, "2026-11-03 07:00", "2026-11-01 10:00") == (MINUTE, "name", ())


def test_then_the_header_and_then_the_file() -> None:
    header = "2026-11-01 10:00"
    assert _dated("a.zip", "2026-11-03 07:00", header) == (Span(_at(header), _at(header) + 1), "header", ())
    assert _dated("a.zip", "2026-11-03 07:00") == (_file_time("2026-11-03 07:00"), "modified", ())


def test_a_folder_that_the_pattern_leaves_open_counts_as_name() -> None:
    day = Span(_at("2026-11-02"), _at("2026-11-03"))
    assert _dated("a.zip", "2026-11-03 07:00", varying="2026-11-02") == (day, "name", ())
    assert _dated("a_2026-11-01.zip", "2026-11-03 07:00", varying="2026-11-02")[0].latest == _at("2026-11-02")


def test_header_and_file_say_when_on_a_day_it_was() -> None:
    header = Span(_at("2026-11-02 19:00"), _at("2026-11-02 19:00") + 1)
    assert _dated("a_2026-11-02.zip", "2026-11-02 20:00", "2026-11-02 19:00") == (header, "name", ())
    assert _dated("a_2026-11-02.zip", "2026-11-02 20:00") == (_file_time("2026-11-02 20:00"), "name", ())
    assert _dated("a_2026-11-02.zip", "2026-11-03 07:00", "2026-11-01 19:00")[0].earliest == _at("2026-11-02")


def test_what_is_to_come_is_not_believed() -> None:
    header = Span(_at("2026-11-02 19:00"), _at("2026-11-02 19:00") + 1)
    assert _dated("a_2062-11-02.zip", "2026-11-03 07:00", "2026-11-02 19:00") == (header, "header", ("name",))
    assert _dated("a.zip", "2026-11-03 07:00", "2062-11-02 19:00")[1:] == ("modified", ("header",))
    # The clock of another zone is ahead at most so far.
    assert _dated("a_2026-11-03_20_00.zip", "2026-11-03 07:00")[1:] == ("name", ())
    # Where everything is of the future, the clock of this machine is wrong.
    assert _dated("a_2062-11-02.zip", "2062-11-03 07:00")[1:] == ("modified", ("name", "modified"))


def test_day_and_month_that_only_their_place_tells() -> None:
    names = ["a-11-02-2026.sql", "a-11-03-2026.sql"]
    candidates = [Candidate(f"/b/{name}", 0.0, ".") for name in names]
    assert not has_month_first(candidates)
    assert has_month_first([*candidates, Candidate("/b/a-10-23-2026.sql", 0.0, ".")])
    assert _dated("a-01-02-2026.sql", "2026-11-03 07:00")[1] == "name"
    assert _dated("a-01-02-2026.sql", "2026-11-03 07:00", trust_order=False)[1] == "modified"


CAO = "# CAO-Faktura\r\n# Datum :02.11.2026 18:05:09 Uhr\r\n# Mandant :Müllers Laden\r\n#\r\n"
HEADERS = [
    (CAO.encode("cp1252"), "2026-11-02 18:05:09", "Müllers Laden"),
    (CAO.encode("utf-8"), "2026-11-02 18:05:09", "Müllers Laden"),
    # Windows writes its own separators; day and month may be either there.
    (CAO.replace("02.11.2026", "2026-11-02").encode(), "2026-11-02 18:05:09", "Müllers Laden"),
    (CAO.replace("02.11.2026", "02/11/2026").encode(), None, "Müllers Laden"),
    (
        b"-- phpMyAdmin SQL Dump\n-- version 5.2\n-- Host: x\n-- Erstellungszeit: 02. Nov 2026 um 18:05\n\n"
        b"--\n-- Datenbank: `caoshop`\n--\n",
        "2026-11-02 18:05",
        "caoshop",
    ),
    (b"-- MariaDB dump 10.19\n--\n-- Host: localhost    Database: caoshop\n-- ----\n", None, "caoshop"),
    (b"INSERT INTO a VALUES (1);\n", None, None),
]


def test_mysqldump_dates_its_last_line(tmp_path: Path) -> None:
    data = HEADERS[5][0] + b"-- x\n" * 5000 + b"-- Dump completed on 2026-11-02  2:00:01\n"
    path = tmp_path / "a.sql"
    path.write_bytes(data)
    found = header_of(str(path), None)
    assert found.span is not None
    assert (found.span.earliest, found.mandant) == (_at("2026-11-02 02:00:01"), "caoshop")
    path.write_bytes(gzip.compress(data))
    assert header_of(str(path), None) == HeaderFacts(None, "caoshop")


@pytest.mark.parametrize(("data", "when", "mandant"), HEADERS)
def test_headers(tmp_path: Path, data: bytes, when: str | None, mandant: str | None) -> None:
    for path, content in ((tmp_path / "a.sql", data), (tmp_path / "a.gz", gzip.compress(data))):
        path.write_bytes(content)
        found = header_of(str(path), None)
        assert (found.span and found.span.earliest) == (when and _at(when))
        assert found.mandant == mandant


def test_of_a_file_that_does_not_open_nothing_is_known(tmp_path: Path) -> None:
    path = aes_zip(tmp_path, b"geheim", data=CAO.encode())
    assert header_of(str(path), "geheim").mandant == "Müllers Laden"
    for unreadable, password in ((path, "falsch"), (path, None), (tmp_path, None), (tmp_path / "gone", None)):
        assert header_of(str(unreadable), password) == HeaderFacts()
