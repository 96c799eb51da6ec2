# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a query names tables: each place is found, and what is not understood is refused."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.tables_in_queries import (
    TableName,
    check_dots,
    find_tables,
    keyword,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.own_database import OwnDatabase, check_database
from dumps import refuses, words_of


def _found(text: str) -> list[TableName]:
    database = OwnDatabase()
    database.declare("own")
    return find_tables(words_of(text.encode()).rest(), database)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("select 1", []),
        ("select a from T", [TableName(3, 1, "T", False)]),
        ("select a from own.T", [TableName(3, 3, "T", False)]),
        ("select a from `from` as x", [TableName(3, 1, "from", True)]),
        ("select a from T x, U y", [TableName(3, 1, "T", True), TableName(6, 1, "U", True)]),
        ("select a from T join U on T.a = U.a", [TableName(3, 1, "T", False), TableName(5, 1, "U", False)]),
        ("begin insert into T (a) values (1)", [TableName(3, 1, "T", False, True)]),
        ("update T set a = (select max(a) from U)", [TableName(1, 1, "T", False), TableName(12, 1, "U", False)]),
        ("delete from T where trim(both from a) = ''", [TableName(2, 1, "T", False)]),
        ("select 'from U' from T", [TableName(3, 1, "T", False)]),
        ("select extract(day from d) from T", [TableName(8, 1, "T", False)]),
        ("select insert(a, 1, 2, 'x'), replace(a, 'b', 'c') from T", [TableName(21, 1, "T", False)]),
    ],
)
def test_each_place(text: str, names: list[TableName]) -> None:
    assert _found(text) == names


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("select a from other.T", "another database, 'other'"),
        ("select a from T join mysql.user", "another database, 'mysql'"),
        ("select a from T where b in (select x from sys.y)", "another database, 'sys'"),
        ("select z.a from T", "'z' in front of a dot"),
        ("select mysql.a from T mysql", "'mysql' in front of a dot"),
        ("select a from (select 1", None),
        ("select a from T)", "parentheses that do not match"),
        ("select a from {oj T}", "braces"),
        ("select a from 5", "where a table is expected"),
        ("select a from some_table(b)", "where a table is expected"),
        ("select a from T, @x", "where a table is expected"),
    ],
)
def test_what_could_name_another_table(text: str, word: str | None) -> None:
    if word is None:
        assert _found(text) == []
        return
    with refuses(word):
        _found(text)


def test_a_word_beside_a_dot_is_a_name() -> None:
    tokens = words_of(b"from T.from , from.T from").rest()
    assert [keyword(tokens, index) for index in range(-1, len(tokens) + 1)] == [
        b"", b"FROM", b"", b"", b"", b"", b"", b"", b"", b"FROM", b"",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["a.b", "a.*", "`a`.`b`", "5.5", "a . b", ".5", "a + .5"])
def test_dots_between_names_pass(text: str) -> None:
    check_dots(words_of(text.encode()).rest())


@pytest.mark.parametrize("text", ["a.", ".a", "a..b", "'a'.b", "a.'b'", "a.(b)", "a .5"])
def test_other_dots_are_refused(text: str) -> None:
    with refuses("a dot" if text != "a .5" else "a digit behind a dot"):
        check_dots(words_of(text.encode()).rest())


def test_no_database_in_front_is_the_own_one() -> None:
    database = OwnDatabase()
    check_database(None, database)
    with refuses("another database"):
        check_database("own", database)
    database.declare("own")
    check_database("OWN", database)
