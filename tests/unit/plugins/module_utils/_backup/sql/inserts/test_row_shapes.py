# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is learnt of how rows are written gives what the token reader gives, and knows no word besides."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows, cells
from dumps import Dump, fails, reader_of, rows_of

# What a program may write for a value; # is a text, @ a number.
WORDS = (
    "'#'", '"#"', "N'#'", "@", "-@.5", "+@", "null", "NULL", "TRUE", "x'0@'", "0x0@", "_utf8'#'", "_UTF8MB4 '#'",
    "_latin1 X'4@'", "_utf16 0x004@", "UNHEX('4@')", "unhex( '4@' )", "CONCAT('#', CHAR(1@), \"#\")", "DATE '#'",
    "{ts '#'}", "CAST('#' AS CHAR(9))", "convert(b'1', unsigned)", "GeomFromText('#', SRID(p))",
    "ST_GeomFromWKB(0x0@, SRID(`p`), @)", "CONV('101', 2, 10) + 0", "\\N", "POINT(@,-@)", "_binary '#'",
    "FROM_BASE64('#')", "default", "DEFAULT", "_utf8'#' COLLATE utf8_bin", "/* # */ '#'", "'#' /* @ */",
    "CONCAT(null,\"a'b\")",
)  # fmt: skip
# What stands in quotes of either kind.
TEXTS = ("", "a", "x''y", "\\'", "),(", "1, 2", "ä", "a\nb", "NULL", "--", "\\\\", "default", '\\"', "/* ")
VALUES = st.sampled_from(WORDS)
COMMAS = st.sampled_from((",", ", ", " , ", ",\n"))


def _written(word: str, text: str, number: int) -> str:
    return word.replace("#", text if "'#'" in word or '"#"' in word else "c").replace("@", str(number))


def _alike(rows: list[Rows]) -> list[tuple[object, ...]]:
    return [
        (one.columns, one.defaults, one.statement, [] if one.text == b"()" else cells(one.text))
        for run in rows
        for one in run.singles()
    ]


def _each_alone(statements: list[str]) -> list[tuple[object, ...]]:
    found = []
    for number, statement in enumerate(statements, 1):
        (row,) = rows_of(statement.encode())
        found += _alike([row])
        found[-1] = (*found[-1][:2], number, found[-1][3])
    return found


@st.composite
def _tables(draw: st.DrawFn) -> list[list[str]]:
    """Return rows of which each column is written in few ways, as a program does."""
    columns = draw(st.lists(st.lists(VALUES, min_size=1, max_size=3), min_size=1, max_size=4))
    texts, numbers = st.sampled_from(TEXTS), st.integers(0, 9)
    return [
        [_written(draw(st.sampled_from(words)), draw(texts), draw(numbers)) for words in columns]
        for _row in range(draw(st.integers(18, 40)))
    ]


@given(_tables(), COMMAS, st.integers(3, 400))
@settings(max_examples=25, deadline=None)
def test_rows_come_as_by_their_tokens(rows: list[list[str]], comma: str, chunk_bytes: int) -> None:
    texts = [f"({comma.join(row)})" for row in rows]
    alone = [f"INSERT INTO x VALUES {text};" for text in texts]
    expected = _each_alone(alone)
    assert _alike(rows_of("\n".join(alone).encode(), chunk_bytes)) == expected
    together = f"INSERT INTO x VALUES {comma.join(texts)};".encode()
    assert _alike(rows_of(together, chunk_bytes)) == [(*one[:2], 1, one[3]) for one in expected]
    with_others = "\nSET @a = 1;\n-- x\n".join(alone).encode()
    assert [one[3] for one in _alike(rows_of(with_others, chunk_bytes))] == [one[3] for one in expected]


@given(_tables(), st.sampled_from(("=", " = ", ":=")), COMMAS, st.integers(3, 400))
@settings(max_examples=25, deadline=None)
def test_pairs_come_as_by_their_tokens(rows: list[list[str]], equals: str, comma: str, chunk_bytes: int) -> None:
    # Rows whose columns are those of others, and more.
    pairs = [
        comma.join(f"c{n}{equals}{text}" for n, text in enumerate(row[: 1 + index % 3]))
        for index, row in enumerate(rows)
    ]
    alone = [f"INSERT INTO x SET {text};" for text in pairs]
    assert _alike(rows_of("\n".join(alone).encode(), chunk_bytes)) == _each_alone(alone)


MANY = {
    "pairs": "INSERT INTO x SET a=#, b='x#', c=NULL;\n",
    "calls": "INSERT INTO x VALUES (#,UNHEX('4#'),CAST('#' AS CHAR));\n",
    "other words": "INSERT INTO x VALUES (#, N'#', _utf8'#');\n",
    "defaults": "INSERT INTO x VALUES (DEFAULT,'#');\n",
}


@pytest.mark.parametrize("name", MANY)
def test_rows_written_alike_are_read_many_at_once(name: str) -> None:
    data = "".join(MANY[name].replace("#", str(number)) for number in range(10, 2000)).encode()
    found = rows_of(data, 1 << 20)
    assert sum(row.count for row in found) == 1990
    assert len(found) < 100
    assert [one.line for run in found for one in run.singles()] == list(range(1, 1991))


def test_comments_and_lines_in_rows_leave_the_lines_right() -> None:
    rows = [f"( -- {number}\n '{number}' /* x */ ,\n{number})" for number in range(200)]
    found = rows_of(("INSERT INTO x VALUES\n" + ", # y\n".join(rows) + ";").encode(), 1 << 20)
    assert [one.line for run in found for one in run.singles()] == [2 + 3 * number for number in range(200)]
    assert len(found) < 60


@pytest.mark.parametrize(
    "odd",
    ["a=SLEEP(1)", "a=1, b=@x", "a=1+1", "a='x' y", "a=1 b=2", "a=UNHEX(a)", "a=1, b=2,", "a", "a=(1,2)", "a=", "1=1"],
)
def test_what_is_odd_among_pairs_is_refused(odd: str) -> None:
    known = "".join(f"INSERT INTO x SET a={number};\nINSERT INTO x SET a={number}, b='z';\n" for number in range(60))
    with fails("forbidden_statement", "line 121"):
        rows_of(f"{known}INSERT INTO x SET {odd};\n{known}".encode())


def test_double_quotes_are_names_when_the_dump_says_so() -> None:
    reader = reader_of(b"INSERT INTO x VALUES (UNHEX('41'));" * 40 + b'INSERT INTO x VALUES (UNHEX("41"));')
    reader.ansi_quotes = True
    with fails("forbidden_statement", "literals"):
        list(reader.events())


DOUBLE_TEXTS = st.sampled_from(
    (
        "", "a", "it's", "''", '""', 'a"",""b', "\\\\", '\\"', "\\'", "),(", '),(""', "a,'',b", "-- x", "\\n",
        "a\nb", "\0", "\x01", "\\%", "ä", ");\nINSERT INTO x VALUES (",
    )
)  # fmt: skip


@given(
    st.lists(st.tuples(DOUBLE_TEXTS, DOUBLE_TEXTS, st.booleans()), min_size=20, max_size=60),
    st.sampled_from((",", ", ")),
    st.sampled_from((",", ",\n", ", /* x */")),
    st.sampled_from((30, 400, 100_000)),
)
@settings(max_examples=50, deadline=None)
def test_rows_in_double_quotes_come_as_by_their_tokens(
    texts: list[tuple[str, str, bool]], comma: str, between: str, chunk_bytes: int
) -> None:
    # Before they are what they may be, all are usual.
    texts = [("a", "b", False)] * 20 + texts
    rows = [
        "(" + comma.join((str(number), f'"{one}"', "'x\"y'" if is_odd else f'"{other}"')) + ")"
        for number, (one, other, is_odd) in enumerate(texts)
    ]
    alone = [f"INSERT INTO x VALUES {row};" for row in rows]
    expected = _each_alone(alone)
    together = f"INSERT INTO x VALUES {between.join(rows)};".encode()
    assert _alike(rows_of(together, chunk_bytes)) == [(*one[:2], 1, one[3]) for one in expected]
    assert _alike(rows_of("\n".join(alone).encode(), chunk_bytes)) == expected


def test_usual_rows_in_double_quotes_are_plain_ones() -> None:
    rows = ",\n".join(f"""("{number}","it's {number}","",NULL)""" for number in range(200))
    found = rows_of(f"INSERT INTO x VALUES {rows};".encode())
    assert max(run.count for run in found if run.plain) > 150
    assert [(one.line, one.statement) for run in found for one in run.singles()] == [(n, 1) for n in range(1, 201)]


OTHER_WAYS = (
    "INSERT INTO x SELECT {0}, '{1}', NULL;", "INSERT INTO x SET a={0} /* {0} */, b = '{1}', c=+1;",
    "insert into x (a,b,c) select {0} AS a, /* {0} */ '{1}' b, -1.5 FROM DUAL;",
    "INSERT INTO x SELECT\n{0}\n,\"{1}\",N'y' -- {0}\n;", "INSERT INTO x SELECT {0}, '{1}' COLLATE utf8_bin, null;",
    "INSERT INTO x VALUES ({0}, /*!40101 '{1}', */ 5);", "INSERT INTO x VALUES (/*!40101 {0} */ /* {0} */,'{1}',5);",
    "INSERT INTO x VALUES (/*!50003 {0} */,/*!50003 N'{1}'*/ , DEFAULT);",
)  # fmt: skip


@pytest.mark.parametrize("way", OTHER_WAYS)
def test_rows_without_parentheses_and_with_marks_come_as_by_their_tokens(way: str) -> None:
    texts = ("x", "it''s", "", "\\\\", "ä", "),", "-- ", "/* ")
    alone = [way.format(number, texts[number % len(texts)]) for number in range(1, 60)]
    found = rows_of("\n".join(alone).encode(), 300)
    expected = [_each_alone([one]) for one in alone]
    assert [one[3] for one in _alike(found)] == [one[3] for some in expected for one in some]
    assert max(run.count for run in found) > 2


@pytest.mark.parametrize(
    ("usual", "odd"),
    [
        ("INSERT INTO x SELECT {0}, 'a';", "INSERT INTO x SELECT {0}, 'a' + 1;"),
        ("INSERT INTO x SELECT {0}, 'a';", "INSERT INTO x SELECT {0}, .5;"),
        ("INSERT INTO x SELECT {0}, 'a';", "INSERT INTO x SELECT {0}, TRUE;"),
        ("INSERT INTO x SELECT {0}, 'a';", "INSERT INTO x SELECT {0}, 0x41;"),
        ("INSERT INTO x SELECT {0}, 'a';", "INSERT INTO x SELECT {0}, 'a' FROM t;"),
        ("INSERT INTO x SELECT {0}, 'a';", "INSERT INTO x SELECT {0}, 'a' UNION ALL SELECT 'b', 'c';"),
        ("INSERT INTO x VALUES ({0}, /*!40101 'a' */);", "INSERT INTO x VALUES ({0}, /*!40101 'a*/' */);"),
        ("INSERT INTO x VALUES ({0}, /*!40101 5 */);", "INSERT INTO x VALUES ({0}, /*!401015 */);"),
        ("INSERT INTO x VALUES ({0}, N'a');", 'INSERT INTO x VALUES ({0}, N"a");'),
    ],
)
def test_what_the_token_reader_refuses_no_pattern_takes(usual: str, odd: str) -> None:
    good = "\n".join(usual.format(number) for number in range(40))
    text = "\n".join((good, odd.format(40), usual.format(41)))
    with fails("forbidden_statement", "line 41"):
        rows_of(text.encode())


UPDATES = ("", "", " ON DUPLICATE KEY UPDATE b=VALUES(b)", " /* x */ ON DUPLICATE KEY UPDATE b='# ;'")


@pytest.mark.parametrize("seed", range(16))
def test_rows_of_small_statements_are_of_their_own(seed: int) -> None:
    chance = random.Random(seed)
    cells = chance.sample(("N'x'", '"y"', "/* ; */ 'z'", "CONCAT('a',';')", "null", "_utf8'q'"), 2)
    ends = chance.choice(((";\n",), (" ;\n", ";\n\n"), ("/* e */;\n",), (";\n-- x\n", ";\n")))
    text, expected = "CREATE TABLE x (a int, b text, c text);\n", []
    for number in range(2, 120):
        update = chance.choice(UPDATES[: chance.choice((2, 4))]).replace("#", str(number))
        head = chance.choice(("INSERT INTO x VALUES ", "insert into /* h */ x values\n"))
        rows = [f"({number},{cells[0]},{chance.choice(cells)})" for _row in range(chance.choice((1, 2, 7)))]
        for index, row in enumerate(rows):
            text += chance.choice((",", ",\n", "/* , */ ,")) if index else head
            alone = Dump(f"CREATE TABLE x (a int, b text, c text);\n{head}{row}{update};\n".encode()).rows()[0]
            expected.append((number, text.count("\n") + 1, alone.text, alone.update))
            text += row
        text += update + chance.choice(ends)
    runs = Dump(text.encode(), chunk_bytes=(400, 1 << 16)[seed % 2]).rows()
    assert [(row.statement, row.line, row.text, row.update) for run in runs for row in run.singles()] == expected
    assert [run.last_statement for run in runs] == sorted(run.last_statement for run in runs)
