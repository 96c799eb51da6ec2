# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A row is read as those before it were written, where that is right and quicker."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql import unread_bytes
from dumps import rows_of


def _scanned(monkeypatch: pytest.MonkeyPatch, data: bytes) -> int:
    scanned = 0
    real = unread_bytes.scan

    def counting(data: bytes, position: int) -> tuple[str, int]:
        nonlocal scanned
        scanned += 1
        return real(data, position)

    with monkeypatch.context() as patch:
        patch.setattr(unread_bytes, "scan", counting)
        rows_of(data, 1 << 22)
    return scanned


@pytest.mark.parametrize(
    "row", [b"VALUES (%d,UNHEX('41'),'x')", b"VALUES (DEFAULT,%d)", b"SET a=%d, b=N'x'", b'VALUES ( %d , "x" )']
)
def test_rows_with_others_in_between_are_not_read_by_their_tokens(monkeypatch: pytest.MonkeyPatch, row: bytes) -> None:
    statement = b"INSERT INTO a " + row + b";\nINSERT INTO b VALUES (%d);\n"
    few, many = (b"".join(statement % (n, n) for n in range(count)) for count in (100, 1100))
    # Of each row there are left the words that tell what comes next.
    assert _scanned(monkeypatch, many) - _scanned(monkeypatch, few) < 8 * 1000


def test_rows_written_by_turns_in_several_ways_are_known_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    ways = (b"(%d,DEFAULT)", b"(DEFAULT,%d)", b"(%d,'x')", b"(%d)")
    few, many = (
        b"".join(b"INSERT INTO a VALUES " + ways[n % 4] % n + b"; SET @a=1;\n" for n in range(count))
        for count in (200, 1200)
    )
    assert _scanned(monkeypatch, many) - _scanned(monkeypatch, few) < 8 * 1000


def test_long_rows_among_short_ones() -> None:
    rows = [b"(%d,'%s')" % (n, b"x" * (100_000 if 20 < n < 40 else 9)) for n in range(60)]
    found = rows_of(b"".join(b"INSERT INTO a VALUES " + row + b";\n" for row in rows), 1 << 22)
    assert b"".join(one.text for run in found for one in run.singles()) == b"".join(rows)
