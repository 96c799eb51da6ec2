# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words and bytes of CAO's own layout against the format facts."""

from __future__ import annotations

import datetime

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.write.cao_text import (
    BackupHeader,
    backup_name,
    encoded,
    header_text,
    literal,
)

WHEN = datetime.datetime(2024, 3, 14, 18, 5, 9)


def test_the_name_of_the_file() -> None:
    assert backup_name(WHEN) == "CAO_backup_2024_03_14_18_05"
    assert backup_name(WHEN, "OF") == "OF_backup_2024_03_14_18_05"


def test_the_header_in_both_encodings() -> None:
    header = BackupHeader("Kräuterhof", WHEN)
    lines = "# CAO-Faktura\r\n# Datum :14.03.2024 18:05:09 Uhr\r\n# Mandant :Kräuterhof\r\n#\r\n"
    assert header_text(header, "cp1252") == lines.encode("cp1252")
    assert header_text(header, "utf-8") == lines.encode("utf-8")


@pytest.mark.parametrize("bad", ["a\nb", "a\0"])
def test_a_header_is_no_place_for_control_characters(bad: str) -> None:
    with pytest.raises(ValueError, match="control characters"):
        header_text(BackupHeader(bad, WHEN), "utf-8")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", b"''"),
        (b"O'Neil", rb"'O\'Neil'"),
        (b'\\"\x1a\n\r\0', rb"""'\\\"\Z\n\r\0'"""),
        ("ä".encode(), b"'\xc3\xa4'"),
    ],
)
def test_a_literal(data: bytes, text: bytes) -> None:
    assert literal(data) == text


def test_the_bytes_that_only_the_servers_latin1_has() -> None:
    assert encoded("€\x81\x9d", "cp1252") == b"\x80\x81\x9d"
    with pytest.raises(UnicodeEncodeError):
        encoded("Привет", "cp1252")
