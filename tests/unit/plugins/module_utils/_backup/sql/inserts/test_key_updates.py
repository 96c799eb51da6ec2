# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done with a row whose key is there, in the words behind it."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.proven_rows import (
    FirstPass,
    Proofs,
    SecondPass,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.statement_reader import StatementReader
from dumps import PATH, fails, rows_of

T = b"INSERT INTO T VALUES (1,'a') "


def _passes(data: bytes) -> tuple[list[bytes], list[bytes], FirstPass]:
    """Return what is known of each run of rows in the first pass and in the second."""
    first = FirstPass()
    return _updates(data, first), _updates(data, SecondPass(first)), first


def _updates(data: bytes, proofs: Proofs) -> list[bytes]:
    reader = StatementReader([data], label=PATH, kinds=lambda _t, _c, width: ("",) * width, proofs=proofs)
    return [event.update for event in reader.events() if isinstance(event, Rows)]


@pytest.mark.parametrize(
    ("words", "update"),
    [
        (b"ON DUPLICATE KEY UPDATE a=VALUES(a)", b"`a`=VALUES(`a`)"),
        (b"on duplicate key update `a b` = values ( `a b` ), c = value(c)", b"`a b`=VALUES(`a b`),`c`=VALUES(`c`)"),
        (b"ON DUPLICATE KEY UPDATE a=a /* x */, b = a", b"`a`=`a`,`b`=`a`"),
        (b"ON DUPLICATE KEY UPDATE a=1, b='x\"', c=\"it's\"", b"`a`=1,`b`='x\"',`c`='it\\'s'"),
        (b"ON DUPLICATE KEY UPDATE a = -1.5, b=null, c=DEFAULT, d=true", b"`a`=-1.5,`b`=NULL,`c`=DEFAULT,`d`=TRUE"),
        (b"ON DUPLICATE KEY UPDATE t.a=VALUES(T.a), b=`T`.`c`", b"`a`=VALUES(`a`),`b`=`c`"),
        (b"AS new ON DUPLICATE KEY UPDATE a=new.a, `b`=`new`.`b`", b"`a`=VALUES(`a`),`b`=VALUES(`b`)"),
    ],
)
def test_rows_whose_key_is_there(words: bytes, update: bytes) -> None:
    alone = T + b";" + T + words + b";" + T + b";" + T + words + b";"
    expected = [b"", update, b"", update]
    assert _passes(alone)[:2] == (expected, expected)
    # Behind several rows it stands too late for the first pass.
    together = T + b";" + T + b",(2,'b') " + words + b";"
    assert _passes(together)[:2] == ([b""] * 3, [b"", update, update])


@pytest.mark.parametrize(
    "words",
    [
        b"ON DUPLICATE KEY UPDATE b='#'", b"on duplicate key update b = '#' , a=@", b"AS n ON DUPLICATE KEY UPDATE a=@",
        b"ON DUPLICATE KEY UPDATE b=N'#', c=-@", b"ON DUPLICATE KEY /* @ */ UPDATE b=\"#\"",
        b"ON DUPLICATE KEY UPDATE a=@.5, b=X'0@', c=VALUES(c)", b"ON DUPLICATE KEY UPDATE a=1e@",
        b"ON DUPLICATE KEY UPDATE T.b='#', a=a", b"ON DUPLICATE KEY UPDATE a=0x4@, `b` = _utf8'#'",
    ],
)  # fmt: skip
def test_other_literals_in_the_same_words_are_read_as_by_their_tokens(words: bytes) -> None:
    texts = (b"x", b"it''s", b"", b"\\'", b"a;b", b"\xc3\xa4", b"ON", b'\\"')
    all_words = [words.replace(b"#", texts[number % 8]).replace(b"@", b"%d" % (number % 10)) for number in range(1, 41)]
    alone = [_updates(T + one + b";", FirstPass())[0] for one in all_words]
    data = b"".join(T + one + b";\n" for one in all_words)
    found, again, first = _passes(data)
    assert found == again == alone
    # What is known of each row at once takes no memory.
    assert not first.updates


def test_the_values_of_the_row_once_more_are_its_new_values() -> None:
    row = b"INSERT INTO T (a, B) VALUES (%d,'%d') ON DUPLICATE KEY UPDATE b='%d', A=%d;\n"
    own = b"`b`=VALUES(`b`),`A`=VALUES(`a`)"
    data = b"".join(row % (n, n, n, n) for n in range(1, 40)) + row % (50, 51, 50, 50) + row % (0, 0, 0, 0)
    updates = _updates(data, FirstPass())
    assert updates[:2] == [b"`b`='1',`A`=1", b"`b`='2',`A`=2"]
    assert set(updates[20:39]) == {own}
    # Another value is one, and of nothing a server may make a number of its counter.
    assert updates[39:] == [b"`b`='50',`A`=VALUES(`a`)", b"`b`='0',`A`=0"]


def test_what_is_wrong_behind_a_row_comes_behind_it() -> None:
    reader = StatementReader([T + b"ON x;"], label=PATH, kinds=lambda _t, _c, w: ("",) * w, proofs=FirstPass())
    events = reader.events()
    assert next(events)
    with fails("forbidden_statement", "line 1", "after its rows"):
        next(events)


@pytest.mark.parametrize(
    "words",
    [
        b"ON DUPLICATE KEY UPDATE", b"ON DUPLICATE KEY UPDATE a", b"ON DUPLICATE KEY UPDATE a=1+1",
        b"ON DUPLICATE KEY UPDATE a=VALUES(a)+1", b"ON DUPLICATE KEY UPDATE a=(SELECT 1)",
        b"ON DUPLICATE KEY UPDATE a=b.c", b"ON DUPLICATE KEY UPDATE a=VALUES(a),",
        b"ON DUPLICATE KEY UPDATE a=VALUES(b.c)", b"AS n", b"AS n(x) ON DUPLICATE",
        b"AS n ON DUPLICATE KEY UPDATE a=m.a", b"ON DUPLICATE KEY UPDATE a=f(a)",
        b"ON DUPLICATE KEY UPDATE a=@@x", b"ON DUPLICATE KEY UPDATE x.a=VALUES(a)",
        b"ON DUPLICATE KEY UPDATE a=DEFAULT(a)", b"ON DUPLICATE KEY UPDATE a='x' 'y'",
        b"ON DUPLICATE KEY UPDATE a=--1", b"ON DUPLICATE KEY UPDATE a=-b", b"ON DUPLICATE KEY UPDATE y.t.a=1",
        b"ON DUPLICATE KEY UPDATE a=y.t.a", b"ON DUPLICATE KEY UPDATE a=@x",
    ],
)  # fmt: skip
def test_what_else_follows_rows_is_refused(words: bytes) -> None:
    with fails("forbidden_statement", "line 1", "after its rows"):
        rows_of(T + words + b";")
