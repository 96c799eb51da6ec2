# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of INSERT and REPLACE: all that is there and nothing else, however the bytes arrive."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql import unread_bytes as source_module
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows
from dumps import PATH, fails, reader_of, rows_of, slow_rows


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
    from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts import stretches

    monkeypatch.setattr(stretches, "_STYLES_LIMIT", 5)
    reader = reader_of(b"INSERT INTO X VALUES " + b"".join(b"(%d)," % n + b" " * n for n in range(60)) + b"(1);")
    assert sum(event.count for event in reader.events() if isinstance(event, Rows)) == 61
    assert len(reader._inserts._stretches._styles) == 5


@pytest.mark.parametrize("between", [b"/* a */", b"-- a\n", b"# a\n", b"/*!999999 a */"])
def test_comments_between_values_are_not_sent(between: bytes) -> None:
    data = b"INSERT INTO X VALUES (1," + between + b"2)," + between + b"(3," + between + b"4);"
    assert b"".join(row.values for row in rows_of(data)) == b"(1,2)(3,4)"


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


@pytest.mark.parametrize("chunk_bytes", [1, 3, 21, 22])
def test_rows_begin_with_a_parenthesis(chunk_bytes: int) -> None:
    assert rows_of(b"INSERT INTO X VALUES(1);", chunk_bytes)[0].text == b"(1)"
    with fails("forbidden_statement", "begin with a row"):
        rows_of(b"INSERT INTO X VALUES 1;", chunk_bytes)


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
        (b"INSERT INTO a (b.) VALUES (1);", "list of columns"),
        (b"INSERT INTO a (b,) VALUES (1);", "list of columns"),
        (b"INSERT INTO a (b..c) VALUES (1);", "list of columns"),
        (b"INSERT INTO a (a.b.c.d) VALUES (1);", "list of columns"),
        (b"INSERT INTO a ('b') VALUES (1);", "list of columns"),
        (b"INSERT INTO a VALUES 1;", "begin with a row"),
        (b"INSERT INTO a VALUES (1;", "literals"),
        (b"INSERT INTO a VALUES (- - a);", "literals"),
        (b"INSERT INTO a VALUES ((1, 2));", "literals"),
        (b"INSERT INTO a VALUES ((SELECT 1));", "literals"),
        (b"INSERT INTO a VALUES (1) RETURNING (SELECT 1);", "RETURNING"),
        (b"INSERT INTO a VALUES (1) RETURNING f(1);", "RETURNING"),
        (b"INSERT INTO a VALUES (X'4G');", "literals"),
        (b"INSERT INTO a VALUES (b'2');", "literals"),
        (b"INSERT INTO a VALUES (_binary 5);", "literals"),
        (b"INSERT INTO a;", "by VALUES"),
    ],
)
def test_refused_statements(statement: bytes, word: str) -> None:
    error = "truncated" if word == "middle" else "forbidden_statement"
    with fails(error, PATH, "line 3", word):
        list(reader_of(b"\n\n" + statement).events())


LITERALS = (
    b"NULL",
    b"-1.5e3",
    b"0x41",
    b"'it''s'",
    b"'\\\\'",
    b"'a),('",
    b"_utf8 'x'",
    b"X'4142'",
    b"b'01'",
    b"+7",
    b"''",
)


@given(
    st.lists(st.lists(st.sampled_from(LITERALS), min_size=3, max_size=3), min_size=1, max_size=30),
    st.sampled_from((b",", b", ", b" ,\n")),
    st.sampled_from((b",", b",\n", b" , ")),
    st.integers(1, 60),
)
@settings(max_examples=150, deadline=None)
def test_all_rows_come_out_whatever_stands_between_them(
    rows: list[list[bytes]], comma: bytes, separator: bytes, chunk_bytes: int
) -> None:
    text = separator.join(b"(" + comma.join(row) + b")" for row in rows)
    found = rows_of(b"INSERT INTO X VALUES " + text + b";", chunk_bytes)
    assert [row for run in found for row in slow_rows(run.values)] == rows
    assert sum(run.count for run in found) == len(rows)


@pytest.mark.parametrize(
    ("head", "table", "verb", "columns"),
    [
        (b"insert delayed ignore x values", "x", b"INSERT IGNORE", ()),
        (b"REPLACE x VALUES", "x", b"REPLACE", ()),
        (b"INSERT INTO `a b` (`c``d`, E) VALUE", "a b", b"INSERT", ("c`d", "E")),
        (b"INSERT /* c */ INTO x -- d\n VALUES", "x", b"INSERT", ()),
    ],
)
def test_heads(head: bytes, table: str, verb: bytes, columns: tuple[str, ...]) -> None:
    (row,) = rows_of(head + b" (1,2);")
    assert (row.table, row.verb, row.columns) == (table, verb, columns)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (b"INSERT INTO x SELECT 1+1;", "not all of one kind"),
        (b"INSERT INTO x SELECT a FROM x;", "an INSERT with SELECT"),
        (b"INSERT INTO x SET a+1;", "an INSERT with SET"),
        (b"INSERT INTO x VALUES (1) ON DUPLICATE KEY UPDATE a=1+1;", "goes on after its rows"),
        (b"INSERT INTO x VALUES (1),(@a);", "something else than literals"),
        (b"INSERT INTO x VALUES (now());", "something else than literals"),
        (b"INSERT INTO x VALUES (_big5 'a');", "something else than literals"),
        (b"INSERT INTO y.x VALUES (1);", "another database"),
        (b"INSERT INTO x VALUES (1) /*!50000 , (2) */;", "goes on after its rows"),
    ],
)
def test_what_an_insert_may_not_hold(text: bytes, word: str) -> None:
    with fails("forbidden_statement", PATH, word):
        rows_of(text)


def test_rows_of_many_columns_are_bounded() -> None:
    assert rows_of(b"INSERT INTO x VALUES (" + b",".join([b"1"] * 4096) + b");")[0].count == 1
    with fails("forbidden_statement", "more than 4096 values"):
        rows_of(b"INSERT INTO x VALUES (" + b",".join([b"1"] * 4097) + b");")


def test_a_dump_that_ends_behind_its_rows_is_truncated() -> None:
    for end in (b"", b",", b",(", b",(2", b", "):
        with pytest.raises(Failure, match=re.escape(PATH)) as caught:
            rows_of(b"INSERT INTO x VALUES (1)" + end)
        assert caught.value.error == "truncated", end


LOOSE = [
    b'(%d,"a""b\'c\\"d",null,7)',
    b"( %d , 'it''s', NULL,\t7 )",
    b"(%d,N'x',True,0x41)",
    b"(%d,unhex('4142'),X'00',-1.5e3)",
    b"(%d,'plain',NULL,7)",
    b"(%d,\"\",'',.5)",
    b"(%d,'\\'',\"'\",b'1')",
]


@pytest.mark.parametrize("size", [5, 64, 100_000])
def test_rows_that_are_written_otherwise_come_as_by_their_tokens(size: int) -> None:
    rows = [LOOSE[number * 5 % 7] % number for number in range(200)]
    data = b"INSERT INTO X VALUES\n" + b",\n".join(rows) + b";\nINSERT INTO X VALUES " + b", ".join(rows) + b";"
    fast = [(one.text, one.statement, one.line) for run in rows_of(data, size) for one in run.singles()]
    alone = [
        (row_.text, number // 200 + 1)
        for number, row_ in enumerate(
            row_ for row in rows + rows for row_ in rows_of(b"INSERT INTO X VALUES " + row + b";", 1 << 20)
        )
    ]
    assert [(text.replace(b", ", b","), statement) for text, statement, _line in fast] == [
        (text.replace(b", ", b","), statement) for text, statement in alone
    ]
    assert [line for _text, _statement, line in fast] == [number + 2 for number in range(200)] + [202] * 200


def test_rows_that_are_written_otherwise_are_read_many_at_once() -> None:
    data = b"INSERT INTO X VALUES " + b",\n".join(LOOSE[number % 7] % number for number in range(7000)) + b";"
    assert len(rows_of(data, 1 << 22)) < 1000


@pytest.mark.parametrize(
    "odd", [b"(1,SLEEP(9),1,1)", b'(1,"a" b,1,1)', b"(1,/*x*/(1,1),1)", b"(1,a,1,1)", b"(1,@a,1,1)"]
)
def test_what_is_odd_among_them_is_refused(odd: bytes) -> None:
    rows = [LOOSE[number % 7] % number for number in range(100)]
    with fails("forbidden_statement", "literals"):
        rows_of(b"INSERT INTO X VALUES " + b",".join([*rows, odd, *rows]) + b";")


@pytest.mark.parametrize(
    ("statement", "rows"),
    [
        (b"INSERT INTO x SELECT 1, 'a';", [b"(1,'a')"]),
        (b"INSERT INTO x (a, b) SELECT 1 AS a, 'a' `b` FROM DUAL;", [b"(1,'a')"]),
        (b"insert into x select 1,'a' union all select -2,null union all\nselect 3,'c' from dual;",
         [b"(1,'a')", b"(-2,NULL)", b"(3,'c')"]),
        (b"INSERT INTO x SELECT 1.50 UNION ALL SELECT 2.25;", [b"(1.50)", b"(2.25)"]),
        (b"REPLACE x SELECT 1 UNION ALL SELECT 2 ON DUPLICATE KEY UPDATE a=5;", [b"(1)", b"(2)"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("size", [3, 100_000])
def test_rows_of_selects_of_literals(statement: bytes, rows: list[bytes], size: int) -> None:
    found = rows_of(statement * 2, size)
    assert [one.text for one in found] == rows * 2
    assert [one.statement for one in found] == [1] * len(rows) + [2] * len(rows)


@pytest.mark.parametrize(
    "query",
    [
        "1 UNION SELECT 1", "1 UNION ALL SELECT 'a'", "1 UNION ALL SELECT 2.5", "'a' UNION ALL SELECT 1,2", "1 LIMIT 0",
        "1 FROM DUAL WHERE 0", "1 WHERE 0", "1 HAVING 0", "1 FROM x", "* FROM x", "DISTINCT 1", "1+1", "NOW()", "@a",
        "1 UNION ALL SELECT 2 LIMIT 1", "1 UNION ALL SELECT 2 ORDER BY 1", "X'41'", "DEFAULT", "1 IS NULL", "1 'b'",
        "1 FETCH FIRST 0 ROWS ONLY", "1 INTO @a", "(SELECT 1)", "1 AS 'a'", "1 UNION ALL (SELECT 2)", "1 UNION ALL",
        "1 a b", "SLEEP(1)", "1 INTO OUTFILE '/tmp/x'", "1 FOR UPDATE", "1 UNION ALL SELECT 1 UNION SELECT 1", "1, 2,",
    ],
)  # fmt: skip
def test_other_selects_are_refused(query: str) -> None:
    with fails("forbidden_statement", "line 2"):
        rows_of(f"INSERT INTO x SELECT 1;\nINSERT INTO x SELECT {query};\nSET @a=1;\n".encode())


def test_default_of_the_column_itself() -> None:
    rows = rows_of(b"INSERT INTO x (a,b) VALUES (DEFAULT(a),1),( default ( `A` ) , DEFAULT(b));" * 9)
    assert {one.defaults for one in rows} == {(0,), (0, 1)}
    assert [one.defaults for one in rows_of(b"INSERT INTO x SET a=1, b=DEFAULT(b);")] == [(1,)]
    for text in (
        b"(a,b) VALUES (DEFAULT(b),1)",
        b"VALUES (DEFAULT(a),1)",
        b"SET a=DEFAULT(b)",
        b"(a) VALUES (DEFAULT(a",
    ):
        with pytest.raises(Failure):
            rows_of(b"INSERT INTO x " + text + b";")


def test_tables_of_the_same_kinds_are_all_read_many_rows_at_once() -> None:
    data = "".join(f"INSERT INTO T{n} VALUES ({row},'a');\n" for n in range(40) for row in range(50)).encode()
    found = rows_of(data, 1 << 20)
    assert sum(one.count for one in found) == 2000
    assert all(len([one for one in found if one.table == f"T{n}"]) <= 4 for n in range(40))
