# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands before rows: the same words are read once."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql import unread_bytes
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows
from dumps import fails, reader_of, rows_of

T = b"INSERT INTO T VALUES (1,'a') "


def test_columns_and_values_in_pairs() -> None:
    (row,) = rows_of(b"INSERT IGNORE INTO T SET `a`=1, b = N'x' ,c:=UNHEX('41');")
    assert (row.verb, row.columns, row.text) == (b"INSERT IGNORE", ("a", "b", "c"), b"(1,'x',UNHEX('41'))")
    assert [row.columns for row in rows_of(b"INSERT T SET a=1;INSERT T SET a=1;REPLACE T SET b=2;", 5)] == [
        ("a",),
        ("a",),
        ("b",),
    ]


def test_the_same_words_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    scanned = 0
    real = unread_bytes.scan

    def counting(data: bytes, position: int) -> tuple[str, int]:
        nonlocal scanned
        scanned += 1
        return real(data, position)

    monkeypatch.setattr(unread_bytes, "scan", counting)
    many = b"".join(
        b"-- row %d\nINSERT INTO `%s` (`a`, `b`, `c`) VALUES (%d, 'x', NULL);\n" % (n, (b"t", b"u")[n % 2], n)
        for n in range(2000)
    )
    assert len(rows_of(many, 1 << 20)) == 2000
    assert scanned < 2000 * 10


def test_the_same_words_are_read_again_where_the_dump_has_set_something() -> None:
    reader = reader_of(b'INSERT INTO "t" VALUES (1); SET x=1; INSERT INTO "t" VALUES (1);')
    reader.ansi_quotes = True
    events = reader.events()
    assert isinstance(next(events), Rows)
    next(events)
    reader.ansi_quotes = False
    with fails("forbidden_statement", "without a table name"):
        list(events)


def test_heads_in_any_blanks_and_comments_are_the_same_head() -> None:
    heads = (
        "INSERT INTO T (A,B) VALUES ",
        "INSERT/*~*/INTO T ( A , B )VALUES",
        "INSERT INTO -- ~'\n T (A,#;\nB) VALUES\n",
    )
    data = "".join(f"{heads[n % 3].replace('~', str(n))}({n},'a') /* {n} */ ;\n" for n in range(600)).encode()
    found = rows_of(data, 1 << 20)
    singles = [one for run in found for one in run.singles()]
    assert [one.text for one in singles] == [b"(%d,'a')" % n for n in range(600)]
    assert [one.statement for one in singles] == list(range(1, 601))
    assert [one.line for one in singles] == [1 + n + (n // 3) * 3 + (0, 0, 3)[n % 3] for n in range(600)]
    assert {one.columns for one in singles} == {("A", "B")}
    assert len(found) < 60


@pytest.mark.parametrize("head", ["INSERT INTO TVALUES", "INSERT /*!99999 IGNORE */ INTO T VALUES"])
def test_words_that_are_others_are_no_such_head(head: str) -> None:
    known = "INSERT INTO T VALUES (1);INSERT/**/INTO T VALUES (1);" * 40
    with fails("forbidden_statement"):
        rows_of(f"{known}{head} (1);".encode())
