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


def test_rows_with_executable_comments_are_read_many_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ways = ("({0},'a{0}',/*!50705 0x0{1},*/NULL)", "({0} /*!40000 ,'it''s {0}'*/,{1},'x')", "({0},'b',{1},'c')")
    sent = ("({0},'a{0}',0x0{1},NULL)", "({0},'it''s {0}',{1},'x')", "({0},'b',{1},'c')")
    numbers = [(number, number % 10) for number in range(600)]

    def dump(count: int) -> bytes:
        rows = ",\n".join(ways[number // 150 % 3].format(number, digit) for number, digit in numbers[:count])
        return b"INSERT INTO t VALUES " + rows.encode() + b";"

    found = [text.decode() for rows in rows_of(dump(600), 1 << 22) for text in rows.texts()]
    assert found == [sent[number // 150 % 3].format(number, digit) for number, digit in numbers]
    assert _scanned(monkeypatch, dump(140)) < 2 * _scanned(monkeypatch, dump(40))
