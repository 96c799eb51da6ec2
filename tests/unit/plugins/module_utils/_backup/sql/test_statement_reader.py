# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reader of dumps: the same events, however the bytes arrive."""

from __future__ import annotations

import typing as t

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql import unread_bytes as source_module
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.statement_reader import (
    Comment,
    Statement,
    without_rows,
)
from dumps import PATH, fails, pieces, reader_of, rows_of

DUMP = (
    b"\xef\xbb\xbf-- comment ' `\r\n/*!40101 SET NAMES utf8 */;\r\n# it's\n"
    b"CREATE TABLE `a;b` (x int /* ; */ DEFAULT '1;''2');;\r\n"
    b"INSERT INTO `a;b` VALUES (1,'a;\r\nb'),(2,'it''s'),(-3.5e-7,NULL);\r\n"
    b"INSERT INTO `a;b` VALUES ('\\\\',0x41);\r\nINSERT INTO `a;b` VALUES ('');\r\n"
    b"DELIMITER $$\nCREATE TRIGGER t BEGIN a; b; END$$\nINSERT INTO u VALUES (1)$$\nDELIMITER ;\n"
    b"INSERT INTO v (a, `b`) VALUES (_binary 'x\\'',+1) , (X'4142' , TRUE);\n-- end"
)


def _flat(data: bytes, chunk_bytes: int) -> list[tuple[t.Any, ...]]:
    found: list[tuple[t.Any, ...]] = []
    for event in reader_of(data, chunk_bytes).events():
        if isinstance(event, Rows):
            found += [(row.table, row.columns, row.statement, row.line, row.text) for row in event.singles()]
        elif isinstance(event, Statement):
            found.append((event.number, event.line, event.tokens))
        else:
            found.append((event.text,))
    return found


@pytest.mark.parametrize("chunk_bytes", [*range(1, 40), 64, 100])
def test_any_chunking_gives_the_same_events(chunk_bytes: int) -> None:
    assert _flat(DUMP, chunk_bytes) == _flat(DUMP, len(DUMP))


@given(
    st.lists(
        st.sampled_from(
            (
                b"INSERT INTO a VALUES ",
                b"('",
                b"','",
                b"')",
                b"''",
                b"\\",
                b";",
                b"\r\n",
                b"x",
                b"/*",
                b"*/",
                b"--",
                b" ",
                b"`",
                b"DELIMITER ;;;;\n",
                b"(1),(2)",
                b"#",
                b"/*!",
                b"99999",
                b"9",
                b"SET a=1;",
            )
        )
    ),
    st.integers(1, 9),
)
@settings(max_examples=300, deadline=None)
def test_any_chunking_of_anything_ends_the_same(parts: list[bytes], chunk_bytes: int) -> None:
    data = b"".join(parts)

    def outcome(size: int) -> t.Any:
        try:
            return _flat(data, size)
        except source_module.Failure as failure:
            return failure.error, failure.msg

    assert outcome(chunk_bytes) == outcome(len(data) + 1)


def test_events_of_the_dump() -> None:
    events = list(reader_of(DUMP).events())
    assert [event.text for event in events if isinstance(event, Comment)] == [
        b"-- comment ' `\r\n",
        b"# it's\n",
        b"-- end",
    ]
    statements = [event for event in events if isinstance(event, Statement)]
    assert [(statement.number, statement.line) for statement in statements] == [(1, 2), (2, 4), (6, 10)]
    assert statements[0].tokens[0].version == b"/*!40101"
    rows = [single for event in events if isinstance(event, Rows) for single in event.singles()]
    assert [(row.table, row.statement, row.line) for row in rows] == [
        ("a;b", 3, 5),
        ("a;b", 3, 6),
        ("a;b", 3, 6),
        ("a;b", 4, 7),
        ("a;b", 5, 8),
        ("u", 7, 11),
        ("v", 8, 13),
        ("v", 8, 13),
    ]
    assert rows[-1].text == b"(X'4142',TRUE)"
    assert rows[-1].columns == ("a", "b")


def test_a_text_that_looks_like_the_separator_does_not_split() -> None:
    line = b"INSERT INTO X VALUES ('%d',' ');\r\n"
    trap = b"INSERT INTO X VALUES ('%d','\\');\r\nINSERT INTO X VALUES (\\'7\\',\\'');\r\n"
    raw = b"INSERT INTO X VALUES ('%d','x'');\r\nINSERT INTO X VALUES (''y');\r\n"
    data = b"".join((line, trap, raw)[number % 3] % number for number in range(1, 31))
    for size in (7, 64, 100_000):
        rows = rows_of(data, size)
        assert sum(row.count for row in rows) == 30
        assert b"".join(row.values for row in rows).count(b"INSERT INTO X") == 20
        assert [single.statement for row in rows for single in row.singles()] == list(range(1, 31))


def test_row_larger_than_many_chunks() -> None:
    text = b"a\\'''\\\\" * 20_000
    data = (
        b"INSERT INTO X VALUES (1,'"
        + text
        + b"');\nINSERT INTO X VALUES (2,'"
        + text
        + b"');\nINSERT INTO X VALUES (3,'c');\n"
    )
    rows = rows_of(data, 4096)
    assert [row.count for row in rows] == [1, 1, 1]
    assert rows[0].text == b"(1,'" + text + b"')"
    assert rows[2].line == 3


def test_many_odd_rows_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    scanned = 0
    real = source_module.scan

    def counting(data: bytes, position: int) -> tuple[str, int]:
        nonlocal scanned
        scanned += 1
        return real(data, position)

    monkeypatch.setattr(source_module, "scan", counting)
    good, odd = b"(1,'a')", b"( 1 , 'a' )"
    for count in (500, 2000):
        scanned = 0
        rows = rows_of(b"INSERT INTO X VALUES " + b",".join((good, odd) * count) + b";", 1 << 20)
        assert sum(row.count for row in rows) == 2 * count
        assert scanned < 30 * 2 * count


def test_rows_that_are_all_written_in_another_way_make_few_patterns(monkeypatch: pytest.MonkeyPatch) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.sql import insert_reader

    monkeypatch.setattr(insert_reader, "_STYLES_LIMIT", 5)
    reader = reader_of(b"INSERT INTO X VALUES " + b"".join(b"(%d)," % n + b" " * n for n in range(60)) + b"(1);")
    assert sum(event.count for event in reader.events() if isinstance(event, Rows)) == 61
    assert len(reader._inserts._styles) == 5


@pytest.mark.parametrize("between", [b"/* a */", b"-- a\n", b"# a\n", b"/*!999999 a */"])
def test_comments_between_values_are_not_sent(between: bytes) -> None:
    data = b"INSERT INTO X VALUES (1," + between + b"2)," + between + b"(3," + between + b"4);"
    assert b"".join(row.values for row in rows_of(data)) == b"(1,2)(3,4)"


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        (b"INSERT", "middle"),
        (b"INSERT INTO VALUES (1);", "without a table name"),
        (b"INSERT INTO 'a' VALUES (1);", "without a table name"),
        (b"INSERT INTO a.'b' VALUES (1);", "without a table name"),
        (b"INSERT INTO a b VALUES (1);", "not understood"),
        (b"INSERT INTO a (b c) VALUES (1);", "list of columns"),
        (b"INSERT INTO a () VALUES (1);", "list of columns"),
        (b"INSERT INTO a ('b') VALUES (1);", "list of columns"),
        (b"INSERT INTO a VALUES 1;", "begin with a row"),
        (b"INSERT INTO a VALUES (1;", "literals"),
        (b"INSERT INTO a VALUES (- 1);", "literals"),
        (b"INSERT INTO a VALUES (X'4G');", "literals"),
        (b"INSERT INTO a VALUES (b'2');", "literals"),
        (b"INSERT INTO a VALUES (_binary 5);", "literals"),
        (b"INSERT INTO a;", "by VALUES"),
        (b"DELIMITER aaaaaaaaaaaaaaaaaaaaaa\n", "DELIMITER"),
        (b"SET a = \\;", "0x5c"),
    ],
)
def test_refused_statements(statement: bytes, word: str) -> None:
    error = "truncated" if word == "middle" else "forbidden_statement"
    with fails(error, PATH, "line 3", word):
        list(reader_of(b"\n\n" + statement).events())


@pytest.mark.parametrize("verb", [b"INSERT IGNORE", b"REPLACE", b"INSERT"])
def test_verbs_and_their_words(verb: bytes) -> None:
    first, _space, second = verb.partition(b" ")
    text = first + b" LOW_PRIORITY " + second + b" INTO x VALUE (1), (2)\n,(3);"
    rows = rows_of(text)
    assert {row.verb for row in rows} == {verb}
    assert sum(row.count for row in rows) == 3


def test_double_quotes_are_strings_or_names() -> None:
    reader = reader_of(b'INSERT INTO "x" ("a") VALUES (\'1\');INSERT INTO "x" ("a") VALUES ("1");')
    reader.ansi_quotes = True
    events = reader.events()
    row = next(events)
    assert isinstance(row, Rows)
    assert (row.table, row.columns) == ("x", ("a",))
    with fails("forbidden_statement", "literals"):
        list(events)
    assert rows_of(b'INSERT INTO x VALUES ("a\'b""c\\"");')[0].text == b"('a\\'b\"c\\\"')"


@pytest.mark.parametrize(
    ("data", "limit"),
    [(b"CREATE TABLE x (a int" + b" " * 5000, 100), (b"/* " + b"a" * 5000, 100), (b"SET a='" + b"a" * 5000, 100)],
)
def test_statements_without_end_are_too_large(data: bytes, limit: int) -> None:
    reader = reader_of(data, 64)
    with fails("too_large", PATH, "line 1"):
        reader.source.whole(lambda: reader.source.token(len(reader.source.data)), limit)


def test_lines_are_counted_over_chunks() -> None:
    data = b"\n".join(b"SET a='%d\n';" % number for number in range(500))
    assert [event.line for event in reader_of(data, 100).events() if isinstance(event, Statement)] == list(
        range(1, 1001, 2)
    )


def test_a_byte_order_mark_alone_is_nothing() -> None:
    assert list(reader_of(b"\xef\xbb\xbf", 1).events()) == []
    assert list(pieces(b"abc", 2)) == [b"ab", b"c"]


@pytest.mark.parametrize(
    ("head", "shown"),
    [
        (b"# a\nSET a=1;\n", b"# a\nSET a=1;\n"),
        (b"INSERT INTO x VALUES (1,'a\nSECRET\n');\nSET b;", b"INSERT INTO x VALUES ...;\nSET b;"),
        (b"INSERT INTO x VALUES (1,'a\nSECRET", b"INSERT INTO x VALUES ..."),
        (b"REPLACE x SET a='SECRET';", b"REPLACE x SET ...;"),
        (b"INSERT INTO x /* SECRET", b"INSERT INTO x "),
        (b"CREATE TABLE x (\n a int COMMENT 'cut", b"CREATE TABLE x (\n a int COMMENT 'cut"),
        (b"\\!\n", b"\\!\n"),
    ],
)
def test_head_without_rows(head: bytes, shown: bytes) -> None:
    assert without_rows(head, 10) == shown


@pytest.mark.parametrize("chunk_bytes", [1, 2, 9, 100])
def test_ctrl_z_ends_the_file_and_nothing_else(chunk_bytes: int) -> None:
    assert len(list(reader_of(b"SET a=1;\n\x1a\r\n", chunk_bytes).events())) == 1
    with fails("forbidden_statement", "0x1a"):
        list(reader_of(b"SET a=1;\n\x1aSET b=1;", chunk_bytes).events())


@pytest.mark.parametrize("chunk_bytes", [1, 3, 21, 22])
def test_rows_begin_with_a_parenthesis(chunk_bytes: int) -> None:
    assert rows_of(b"INSERT INTO X VALUES(1);", chunk_bytes)[0].text == b"(1)"
    with fails("forbidden_statement", "begin with a row"):
        rows_of(b"INSERT INTO X VALUES 1;", chunk_bytes)


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        (b"SET /*!40101 a /*!40101 = */ 1 */;", "executable comment inside"),
        (b"SET a = 1 */;", "executable comment inside"),
        (b"SET a = /*!40101 1;", "does not end"),
        (b"SET a\xa0= 1;", "0xa0"),
        (b"INSERT INTO a\xa0b VALUES (1);", "0xa0"),
    ],
)
def test_what_servers_read_in_different_ways(statement: bytes, word: str) -> None:
    with fails("forbidden_statement", word):
        list(reader_of(statement).events())
    assert list(reader_of("SET a\u00a0b = 1;".encode()).events())
