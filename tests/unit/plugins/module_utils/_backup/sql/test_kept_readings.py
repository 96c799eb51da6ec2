# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is learnt of a dump is known again behind a turn of how it is read, and only as long as it is read so."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql import unread_bytes
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.dump_cursor import DumpCursor
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.kept_readings import KeptReadings
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.unread_bytes import Source
from dumps import PATH, rows_of


def test_each_way_of_reading_has_its_own() -> None:
    cursor = DumpCursor(Source(iter([b""]), PATH))
    kept: KeptReadings[list[str]] = KeptReadings(cursor, list)
    kept.now().append("semicolon")
    cursor.delimiter = b"//"
    assert kept.now() == []
    kept.last.append("slashes")
    cursor.ansi_quotes = True
    assert kept.now() == []
    cursor.ansi_quotes = False
    assert kept.now() == kept.last == ["slashes"]
    cursor.delimiter = b";"
    assert kept.now() == ["semicolon"]


def test_the_last_ways_are_kept() -> None:
    cursor = DumpCursor(Source(iter([b""]), PATH))
    kept: KeptReadings[list[bytes]] = KeptReadings(cursor, list)
    for number in range(50):
        cursor.delimiter = b"//%d" % number
        kept.now().append(cursor.delimiter)
    assert kept.now() == [b"//49"]
    cursor.delimiter = b"//48"
    assert kept.now() == [b"//48"]
    cursor.delimiter = b"//0"
    assert kept.now() == []


_IN_WORDS = {
    "plain": ("INSERT INTO x VALUES (~,'a~','b');", ""),
    "other words": ("INSERT INTO x VALUES (~,N'a~',_utf8'b');", ""),
    "pairs": ("INSERT INTO x SET a=~,b='a~',c='b';", ""),
    "blanks": ("INSERT  INTO x VALUES ( ~ , 'a~' , 'b' );", ""),
    "updates": ("INSERT INTO x VALUES (~,'a~','b')", " ON DUPLICATE KEY UPDATE b='~';"),
    "statements": ("SET @a = 1;\nINSERT INTO x VALUES (~,'a~','b');", ""),
}


@pytest.mark.parametrize("name", _IN_WORDS)
def test_rows_are_learnt_from_where_delimiters_turn(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    scanned = 0
    real = unread_bytes.scan

    def counting(data: bytes, position: int) -> tuple[str, int]:
        nonlocal scanned
        scanned += 1
        return real(data, position)

    monkeypatch.setattr(unread_bytes, "scan", counting)
    plain = "".join("".join(_IN_WORDS[name]).replace("~", str(n)) + "\n" for n in range(300))
    lines = plain.replace("SET @a = 1;\n", "SET @a = 1;").splitlines()
    turned = "".join(
        f"DELIMITER //\n{line.replace(';', '//')}\n" if n % 2 else f"DELIMITER ;\n{line}\n"
        for n, line in enumerate(lines)
    )
    expected = [one.values for rows in rows_of(plain.encode(), 1 << 20) for one in rows.singles()]
    before, scanned = scanned, 0
    found = [one.values for rows in rows_of(turned.encode(), 1 << 20) for one in rows.singles()]
    assert found == expected
    # Each of the two ways is learnt; but for the words of DELIMITER, and the marks between statements.
    assert scanned < 2 * before + 12 * 300
