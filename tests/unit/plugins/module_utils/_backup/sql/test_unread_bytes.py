# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window over the bytes that were not read yet: it grows as far as is needed, and no further."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql import statement_reader
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.statement_reader import Statement
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import Incomplete
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.unread_bytes import Source
from dumps import PATH, fails, pieces, reader_of


@pytest.mark.parametrize(
    ("data", "limit"),
    [(b"CREATE TABLE x (a int" + b" " * 5000, 100), (b"/* " + b"a" * 5000, 100), (b"SET a='" + b"a" * 5000, 100)],
)
def test_statements_without_end_are_too_large(data: bytes, limit: int) -> None:
    reader = reader_of(data, 64)
    with fails("too_large", PATH, "line 1"):
        reader.source.whole(lambda: reader.source.token(len(reader.source.data)), limit)


@pytest.mark.parametrize("word", [b"(", b",'a'", b" case", b"NOT "])
def test_a_statement_of_nothing_but_words_is_too_large_before_its_end_is_sought(
    word: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    # With the limit as it is, each of them takes seconds.
    monkeypatch.setattr(statement_reader, "DEFINITION_LIMIT_WORDS", 4096)
    whole = b"CREATE TABLE x (a int DEFAULT " + word * 1024
    reader = reader_of(whole + b");\n", 1024)
    assert len(next(iter(reader.events())).tokens) > 1024
    with fails("too_large", PATH, "line 1", "4096 words"):
        list(reader_of(whole * 4, 1024).events())


def test_lines_are_counted_over_chunks() -> None:
    data = b"\n".join(b"SET a='%d\n';" % number for number in range(500))
    assert [event.line for event in reader_of(data, 100).events() if isinstance(event, Statement)] == list(
        range(1, 1001, 2)
    )


def _source(data: bytes, chunk_bytes: int) -> Source:
    return Source(pieces(data, chunk_bytes), PATH)


def test_it_knows_where_in_the_whole_it_stands() -> None:
    source = _source(b"0123456789" * 3, 4)
    seen = b""
    while source.more():
        assert source.offset == len(seen)
        seen += source.data[source.position :]
        source.advance(len(source.data))
    assert seen == b"0123456789" * 3
    assert source.at_end
    assert not source.more(), "the end was known"


def test_it_takes_at_least_as_much_as_is_waiting() -> None:
    """Else a long row would be read once more for every chunk of it."""
    source = _source(b"x" * 1000, 1)
    sizes = []
    while source.more():
        sizes.append(len(source.data))
    assert sizes == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000]


def test_lines_are_counted_or_told() -> None:
    source = _source(b"a\nb\nc\nd", 100)
    source.more()
    source.advance(3)
    assert source.line == 2
    source.advance(7, lines=5)
    assert source.line == 7


@pytest.mark.parametrize(("offset", "reached"), [(0, True), (30, True), (31, False), (7, True)])
def test_it_reaches_as_far_as_the_file_goes(offset: int, reached: bool) -> None:
    source = _source(b"0123456789" * 3, 4)
    source.more()
    source.advance(2)
    assert source.reaches(offset) is reached
    assert source.offset == 2


def test_a_token_is_known_when_the_byte_behind_it_is_there() -> None:
    source = _source(b"-- a comment", 2)
    source.more()
    with pytest.raises(Incomplete):
        source.token(0)
    assert source.whole(lambda: source.token(0)) == ("comment", 12)


def test_what_needs_more_than_the_file_has_is_truncated() -> None:
    source = _source(b"\n\n'a text without its end", 3)
    source.more()
    source.advance(2)
    with fails("truncated", PATH, "at line 3", "transfer it again"):
        source.whole(lambda: source.token(source.position))


def test_a_long_string_is_taken_whole_and_no_more() -> None:
    """However often its chunks end, it is put together once."""
    text = b"'" + b"a\\'b''" * 1000 + b"' , 1" + b" " * 500
    source = _source(text, 10)
    source.more()
    calls = 0

    def read() -> tuple[str, int]:
        nonlocal calls
        calls += 1
        return source.token(0)

    assert source.whole(read) == ("string", 6002)
    assert calls == 2
    assert len(source.data) < 6002 + 20


def test_what_was_read_is_let_go_when_it_is_much() -> None:
    source = _source(b"a" * (17 << 20) + b"rest", 1 << 20)
    while source.more():
        pass
    source.advance(1000)
    source.forget()
    assert (source.position, source.offset) == (1000, 1000)
    source.advance(17 << 20)
    source.forget()
    assert (source.data, source.position, source.offset) == (b"rest", 0, 17 << 20)


@pytest.mark.parametrize("chunk_bytes", [1, 2, 5, 100])
def test_backslashes_are_doubled_from_here_on_and_back(chunk_bytes: int) -> None:
    source = _source(rb"'\';'\\n\';'\;", chunk_bytes)
    read = []
    for doubled in (False, True, False):
        source.double_backslashes(doubled)
        while (end := source.data.find(b";", source.position) + 1) == 0 and source.more():
            pass
        read.append(source.data[source.position : end])
        source.advance(end)
    assert read == [rb"'\';", rb"'\\\\n\\';", rb"'\;"]
    assert not source.is_as_written
