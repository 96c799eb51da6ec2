# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of a statement from left to right."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import Token, placed
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import (
    Refused,
    Words,
    split_at_commas,
    text_of,
)
from dumps import Dump, catalog_of, refuses, words_of


@pytest.mark.parametrize("name", ["`a``b`", "`" + "ä" * 64 + "`", "`1e5`", "größe"])
def test_names_that_servers_accept(name: str) -> None:
    assert catalog_of(f"create table {name} ({name} int)".encode()).tables


@pytest.mark.parametrize("name", ["`\U0001f600`", "`a\x02b`", "`" + "a" * 65 + "`", "`a `", "``"])
def test_names_that_servers_refuse(name: str) -> None:
    with refuses("a name"):
        catalog_of(f"create table T ({name} int)".encode())


def test_words() -> None:
    words = words_of(b"a ( b , ( c ) ) 'secret'")
    assert words.version_here() is None
    assert not words.accept(b"A", b"B")
    words.expect(b"A")
    assert [part.text for part in split_at_commas(words.group())[1]] == [b"(", b"c", b")"]
    assert text_of(words.rest()) == "'...'"
    assert words.at_end
    assert words.version_here() is None
    assert Words([]).upper() == b""


def test_what_is_not_there_is_not_taken() -> None:
    words = words_of(b"CREATE TABLE t")
    assert not words.accept(b"CREATE", b"TABLE", b"x")
    assert not words.accept(b"CREATE", b"TABLE", b"T", b"(")
    assert words.upper() == b"CREATE"
    assert words.accept(b"CREATE", b"TABLE")
    with refuses("VIEW is missing where it is expected"):
        words.expect(b"VIEW")
    assert words.name() == "t"
    with refuses("ends too early"):
        words.take()


def test_a_quoted_name_is_no_word() -> None:
    words = words_of(b"`select` 'select' select")
    assert (words.upper(0), words.upper(1), words.upper(2)) == (b"", b"", b"SELECT")
    assert not words.accept(b"SELECT")
    assert words.peek(3) is None


@pytest.mark.parametrize(
    ("text", "name"), [(b"a.b", ("a", "b")), (b"`a b`.`c``d`", ("a b", "c`d")), (b"a b", (None, "a"))]
)
def test_a_name_with_and_without_its_database(text: bytes, name: tuple[str | None, str]) -> None:
    assert words_of(text).qualified_name() == name


@pytest.mark.parametrize("text", [b"'a'", b"5.5", b"@a", b"("])
def test_what_is_no_name(text: bytes) -> None:
    with refuses("something else where a name is expected"):
        words_of(text).name()


def test_a_name_in_double_quotes_is_called_so() -> None:
    table = b'CREATE TABLE "m" ("id" int);\n'
    assert "a name in double quotes: without SET sql_mode='ANSI_QUOTES'" in Dump(table).refused().msg
    (found,) = Dump(b"SET sql_mode='ANSI_QUOTES';\n" + table).analyse().tables
    assert found.name == "m"


def test_executable_comments_are_known_at_each_word() -> None:
    words = words_of(b"a /*!50100 b */ c")
    versions = []
    while not words.at_end:
        versions.append(words.version_here())
        words.take()
    assert versions == [None, b"/*!50100", None]


def test_a_group_ends_with_its_own_parenthesis() -> None:
    words = words_of(b"(a, (b, c), ')') d")
    inside = words.group()
    assert [len(part) for part in split_at_commas(inside)] == [1, 5, 1]
    assert words.upper() == b"D"
    with refuses("ends too early"):
        words_of(b"(a").group()
    with refuses("( is missing"):
        words_of(b"a").group()


def test_text_for_messages_is_short_and_holds_no_string() -> None:
    shown = text_of(words_of(b"a = 'Geheim' and `b` " + b"c " * 100).rest())
    assert shown.startswith("a = '...' and `b` c")
    assert "Geheim" not in shown
    assert len(shown) <= 80
    assert text_of([Token("word", b"a\x1b", False)]).isprintable()


def test_what_is_refused_has_the_line_of_the_token_taken_last() -> None:
    words = Words([placed(Token("word", text, True), line) for text, line in ((b"A", 3), (b"B", 5), (b"C", 9))])
    words.take()
    with pytest.raises(Refused) as caught, words.placed():
        words.expect(b"X")
    assert caught.value.line == 3
    words.take()
    with pytest.raises(Refused) as caught, words.placed(), words.placed():
        raise Refused("x")
    assert caught.value.line == 5
    nowhere = Words([Token("word", b"A", False)])
    with pytest.raises(Refused) as caught, nowhere.placed():
        nowhere.expect(b"B")
    assert caught.value.line is None
