# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of dumps with many rows a statement are read many at once, and known as plain, across statements."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import open_backup
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts import proven_rows
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.proven_rows import (
    FirstPass,
    KeyInUse,
    SecondPass,
    Stretch,
    plain_stretch,
    prove_window,
)

STATEMENTS, ROWS = 60, 600  # several statements a chunk, and statements across two chunks
CREATE = b"CREATE TABLE `a` (`id` int, `name` varchar(60), `price` decimal(10,2));\n"


def dump(row: bytes) -> bytes:
    statements = []
    for first in range(0, STATEMENTS * ROWS, ROWS):
        rows = b",\n".join(row % number for number in range(first, first + ROWS))
        statements.append(b"INSERT INTO `a` VALUES\n" + rows + b";\n")
    return b"-- MariaDB dump\n" + CREATE + b"".join(statements) + b"-- Dump completed\n"


@pytest.mark.parametrize(
    "row", [b"(%d,'a row, with words in it, to make it longer',1.50)", b"(%d,'looks like the end);\\n',NULL)"]
)
def test_end_of_a_statement_makes_no_row_odd(tmp_path: Path, row: bytes) -> None:
    path = tmp_path / "dump.sql"
    path.write_bytes(dump(row))
    with open_backup(str(path)) as backup:
        assert backup.analysis.rows == STATEMENTS * ROWS
        runs = list(backup.rows())
    assert all(run.plain for run in runs)
    assert sum(run.count for run in runs) == STATEMENTS * ROWS
    # Only the first and the last row of a statement or of a chunk are read one by one.
    assert sum(run.count == 1 for run in runs) <= 2 * (STATEMENTS + path.stat().st_size // 500_000 + 1)


# Rows of two columns, an INSERT each.
SEPARATOR = b";\nINSERT INTO A VALUES "
STYLE = (("", ""), b",", SEPARATOR)
SOME = SEPARATOR.join((b"('1','a')", b"('2','(;')", b"('333',NULL)", b"('4','d')"))


def test_a_stretch_ends_behind_the_last_separator_at_hand() -> None:
    found = plain_stretch(b"xx" + SOME, 2, STYLE, b";")
    assert found == Stretch(end=2 + SOME.rindex(b"('4'"), rows=3, lines=3, longest_bytes=len(b"('333',NULL)"))


@pytest.mark.parametrize(
    "data",
    [
        b"('1','a')",
        b"('1','a'" + SEPARATOR + b"('2','b')" + SEPARATOR + b"(",
        b"('1')" + SEPARATOR + b"('2','b')" + SEPARATOR + b"(",
        b"('1',now())" + SEPARATOR + b"('2','b')" + SEPARATOR + b"(",
    ],
)
def test_where_no_row_begins_nothing_is_proven(data: bytes) -> None:
    assert plain_stretch(data, 0, STYLE, b";") is None


@pytest.mark.parametrize("odd", [b"(0x31,'a')", b"('1', 'a')", b"('\\%','a')", b"('it''s','a')"])
def test_a_stretch_with_an_odd_row_is_known_as_one(odd: bytes) -> None:
    data = SEPARATOR.join((b"('1','a')", odd, b"('2','b')", b"("))
    assert plain_stretch(data, 0, STYLE, b";") == Stretch(data.rindex(b"("), 0, 3)


@pytest.mark.parametrize(("text", "longest"), [(SEPARATOR, len(SEPARATOR) + 8), (b")" + SEPARATOR + b"(", 0)])
def test_a_text_that_looks_like_the_end_of_a_row_leaves_the_longest_unknown(text: bytes, longest: int) -> None:
    data = SEPARATOR.join((b"('1','a')", b"('" + text + b"','1')", b"('2','b')", b"("))
    assert plain_stretch(data, 0, STYLE, b";") == Stretch(data.rindex(b"("), 3, 4, longest_bytes=longest)


def test_rows_of_one_statement_end_with_it() -> None:
    """What follows is the next statement, which may be anything."""
    style = (("", ""), b",", b",")
    data = b"('1','a'),('2','b'),('3','c');\nINSERT INTO B VALUES ('4','d'),('5','e'),('6','f')"
    found = plain_stretch(data, 0, style, b";")
    assert found is not None
    assert (found.rows, found.end) == (2, data.index(b"('3'"))


@pytest.mark.parametrize("before", [0, 5, 40])
def test_a_window_begins_behind_the_last_separator_before_it(before: int) -> None:
    data = SEPARATOR.join([b"('%d','x')" % number for number in range(100)])
    window = prove_window(data, before, 1000, (STYLE, b";"))
    if before < len(SEPARATOR):
        # Who reads comes to a row behind a separator; nothing says that one begins at the first byte.
        assert window == {}
        return
    assert len(window) == 1
    start = next(iter(window))
    assert start == 1000 + data.rindex(SEPARATOR, 0, before + 1) + len(SEPARATOR)
    assert window[start].end == 1000 + data.rindex(b"('99'")


def test_a_window_goes_on_in_the_next_statement() -> None:
    style = (("", ""), b",", b",")
    one = b"INSERT INTO A VALUES ('1','a'),('2','b'),('3','c'),('4','d');\n"
    window = prove_window(one * 5, one.index(b"'2'"), 0, (style, b";"))
    assert {start % len(one) for start in window} == {one.index(b"('2'")}
    assert [stretch.rows for stretch in window.values()] == [2] * 5
    assert len(prove_window(one * 50, one.index(b"'2'"), 0, (style, b";"))) == proven_rows._STRETCHES_LIMIT


def test_the_key_in_use_changes_when_another_is_asked_for_twice() -> None:
    one, two = (STYLE, b";"), (STYLE, b"$$")
    key = KeyInUse()
    assert [key.changes_to(asked) for asked in (one, one, two, one, two, two, two)] == [
        True, False, False, False, False, True, False,
    ]  # fmt: skip
    assert key.value == two


LONG = proven_rows._KEPT_BYTES


def _noted() -> FirstPass:
    first = FirstPass()
    other = (("",), b",", b",")
    first.note(10, STYLE, Stretch(10 + LONG, 7, 6))
    first.note(20 + LONG, STYLE, Stretch(20 + LONG + 5, 1, 1))
    first.note(30 + LONG, other, Stretch(30 + 3 * LONG, 9, 0, plain=False))
    for digest in (b"a" * 32, b"b" * 32):
        assert first.is_right(digest)
    return first


def test_the_second_pass_gets_what_the_first_has_noted() -> None:
    second = SecondPass(_noted())
    other = (("",), b",", b",")
    assert second.find(9, STYLE, b";") is None
    assert second.find(10, other, b";") is None
    assert second.find(10, STYLE, b";") == Stretch(10 + LONG, 7, 6)
    assert second.find(20 + LONG, STYLE, b";") is None, "it is proven again as quickly as it is kept"
    assert second.find(30 + LONG, other, b";") == Stretch(30 + 3 * LONG, 9, 0, plain=False)
    assert second.find(40 + 3 * LONG, STYLE, b";") is None
    assert second.find(10, STYLE, b";") is None, "a pass goes forward only"


def test_the_second_pass_takes_the_same_bytes_only() -> None:
    second = SecondPass(_noted())
    assert second.is_right(b"a" * 32)
    assert not second.is_right(b"a" * 32)
    assert not second.is_right(b"b" * 32), "there was no third chunk"


def test_notes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proven_rows, "_KEPT_MOST", 2)
    first = FirstPass()
    for number in range(5):
        first.note(number * LONG, STYLE, Stretch((number + 1) * LONG, 1, 1))
    assert list(first.starts) == [0, LONG]


def test_the_first_pass_asks_who_is_ahead() -> None:
    asked = []

    def ahead(*what: object) -> Stretch:
        asked.append(what)
        return Stretch(5, 1, 1)

    assert FirstPass(ahead).find(3, STYLE, b";") == Stretch(5, 1, 1)
    assert asked == [(3, STYLE, b";")]
    assert FirstPass().find(3, STYLE, b";") is None
