# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reader of dumps: the same events, however the bytes arrive."""

from __future__ import annotations

import typing as t

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql import unread_bytes as source_module
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.statement_reader import (
    Comment,
    Statement,
    without_rows,
)
from dumps import PATH, Dump, fails, pieces, reader_of

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


AGAIN = b"".join(
    b'/*!40101 SET NAMES utf8 */;\nLOCK TABLES `a;b` WRITE, "c" READ; COMMIT;\n'
    b"INSERT INTO a VALUES (%d,';');\n  SET @x=';';SET @x='\n;';\n" % number
    for number in range(5)
)


@pytest.mark.parametrize("chunk_bytes", [1, 2, 3, 7, 16, 31, 64, 100])
def test_statements_that_come_again_are_the_same_words_in_other_lines(chunk_bytes: int) -> None:
    found = _flat(AGAIN, chunk_bytes)
    assert found == _flat(AGAIN, len(AGAIN))
    size = len(found) // 5
    assert [[row[-1] for row in found[at : at + size] if row[0] != "a"] for at in range(0, len(found), size)] == [
        [row[-1] for row in found[:size] if row[0] != "a"]
    ] * 5
    lines = [
        (event.line, [getattr(token, "line", None) for token in event.tokens])
        for event in reader_of(AGAIN, chunk_bytes).events()
        if isinstance(event, Statement)
    ]
    assert [line for line, _tokens in lines] == [1 + 5 * at + more for at in range(5) for more in (0, 1, 1, 3, 3)]
    assert all(tokens[0] == line for line, tokens in lines)


def test_the_same_words_under_other_settings_are_read_anew() -> None:
    text = b'LOCK TABLES "c" READ;\n'
    reader = reader_of(text * 3)
    kinds = []
    for event in reader.events():
        assert isinstance(event, Statement)
        kinds.append(event.tokens[2].kind)
        reader.ansi_quotes = not reader.ansi_quotes
    assert kinds == ["string", "name", "string"]


def test_a_name_that_was_read_before_is_read_anew_where_a_backslash_is_a_letter() -> None:
    reader = reader_of(b"LOCK TABLES `a\\\\` WRITE;\nLOCK TABLES `a\\` WRITE;\n")
    events = reader.events()
    next(events)
    reader.no_escapes = True
    with fails("forbidden_statement", "NO_BACKSLASH_ESCAPES"):
        next(events)


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
@example(parts=[b"/*!", b"/*!", b"99999", b"99999"], chunk_bytes=1)
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


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        (b"DELIMITER aaaaaaaaaaaaaaaaaaaaaa\n", "DELIMITER"),
        (b"SET a = \\;", "0x5c"),
    ],
)
def test_refused_statements(statement: bytes, word: str) -> None:
    with fails("forbidden_statement", PATH, "line 3", word):
        list(reader_of(b"\n\n" + statement).events())


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
    for end in (b"\x1a\r\n", b"\x1a" * 100, b"\x1a\n\x1a \x1a"):
        assert len(list(reader_of(b"SET a=1;\n" + end, chunk_bytes).events())) == 1
    with fails("forbidden_statement", "0x1a"):
        list(reader_of(b"SET a=1;\n\x1aSET b=1;", chunk_bytes).events())


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


@pytest.mark.parametrize("size", [1, 2, 7, 100_000])
def test_a_line_that_begins_with_dashes_is_a_comment_where_no_statement_is_open(size: int) -> None:
    data = b"-----\n--- x\n--INSERT INTO t VALUES (1);\nSET x=1; --y\n  --z\nSET a=1\n--1;\n--"
    events = list(reader_of(data, size).events())
    comments = [event.text for event in events if isinstance(event, Comment)]
    assert comments == [b"-----\n", b"--- x\n", b"--INSERT INTO t VALUES (1);\n", b"--y\n", b"--z\n", b"--"]
    statements = [event for event in events if isinstance(event, Statement)]
    assert [(len(one.tokens), one.line) for one in statements] == [(4, 4), (7, 6)]


def test_a_single_dash_is_no_comment() -> None:
    with fails("truncated"):
        list(reader_of(b"-1\nSET x=1").events())


@pytest.mark.parametrize("size", [1, 13, 100_000])
def test_a_semicolon_ends_statements_under_another_delimiter(size: int) -> None:
    data = (
        b"DELIMITER $$\nDROP TRIGGER a; DROP TRIGGER b;\nCREATE TRIGGER a BEFORE INSERT ON t FOR EACH ROW BEGIN\n"
        b"SET NEW.a = 1; INSERT INTO u VALUES (1); END; DROP TRIGGER IF EXISTS b;\n"
        b"CREATE TRIGGER b BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 2; CREATE TABLE v (a int)$$\n"
        b"INSERT INTO t VALUES (1,';'); INSERT INTO t VALUES (2,'$$');$$\nSET @a=1; SET @b='x;y'$$\n"
        b"DELIMITER ;\nSET @c=1;"
    )
    found: list[tuple[str, int]] = []
    for event in reader_of(data, size).events():
        if isinstance(event, Rows):
            found += [(row.text.decode(), row.line) for row in event.singles()]
        elif isinstance(event, Statement):
            found.append((" ".join(token.text.decode() for token in event.tokens[:3]), event.line))
    assert found == [
        ("DROP TRIGGER a", 2),
        ("DROP TRIGGER b", 2),
        ("CREATE TRIGGER a", 3),
        ("DROP TRIGGER IF", 4),
        ("CREATE TRIGGER b", 5),
        ("CREATE TABLE v", 5),
        ("(1,';')", 6),
        ("(2,'$$')", 6),
        ("SET @a =", 7),
        ("SET @b =", 7),
        ("SET @c =", 9),
    ]


def test_a_quote_behind_a_backslash_outside_of_a_text_is_named() -> None:
    with fails("forbidden_statement", "line 2", "a quote behind a backslash"):
        list(reader_of(b"SET x=1;\nCREATE TABLE t (a int DEFAULT \\'x\\');").events())


@pytest.mark.parametrize("end", ["", "\n", " -- x", "/* x */", "\n# x"])
@pytest.mark.parametrize("chunk_bytes", [1, 7, 1 << 16])
@pytest.mark.parametrize("last", ["COMMIT", "unlock tables", "SET @a=1", "/*!40101 SET NAMES utf8 */", "SELECT 'x'"])
def test_the_last_statement_may_have_no_delimiter(last: str, chunk_bytes: int, end: str) -> None:
    for delimiter in (";", "$$"):
        begin = "" if delimiter == ";" else f"DELIMITER {delimiter}\n"
        text = f"{begin}CREATE TABLE t (a int){delimiter}\n{last}{end}"
        events = list(reader_of(text.encode(), chunk_bytes).events())
        assert [event.number for event in events if isinstance(event, Statement)] == [1, 2]


@pytest.mark.parametrize("hint", [True, False])
def test_of_others_nothing_tells_whether_they_are_whole(hint: bool) -> None:
    ends = ["CREATE TABLE u (a int)", "INSERT INTO t VALUES (1)", "DROP TABLE u", "UPDATE t SET a=1", "COMMENT 'x'"]
    cut = ["CREATE TABLE u (a int,", "INSERT INTO t VALUES (1),", "SET NAMES 'ut", "SET @a='x", "/*!40101 SET NAMES ("]
    for last in ends if hint else cut:
        failure = Dump(f"CREATE TABLE t (a int);\n{last}".encode()).refused()
        assert failure.error == "truncated"
        assert ("nothing but the semicolon" in failure.msg) == hint


@pytest.mark.parametrize("last", ["SET sql_mode=@x_", "SET NAMES", "SELECT sleep(", "UNLOCK TABLES x"])
def test_a_last_statement_that_is_refused_was_cut_off(last: str) -> None:
    failure = Dump(f"CREATE TABLE t (a int);\n{last}".encode()).refused()
    assert failure.error == "truncated"
    assert "at line 2" in failure.msg
