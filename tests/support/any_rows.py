# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random tables of many column types and random rows for them, as dumps that a property test restores."""

from __future__ import annotations

import typing as t

from hypothesis import strategies as st

# Letters that cp1252 and UTF-8 both have, and what is awkward to quote, to split or to leave out.
_LETTERS = st.sampled_from("abcXYZ019 äöüßéÄ€%_N\\'\"`,();-#\t\n\r\0\x1a\x08~/*")
_TEXTS = st.one_of(
    st.text(_LETTERS, max_size=12),
    st.sampled_from(
        ("", "NULL", "\\N", "),(", "','", "'),('", "N", "\\", "'", "  x  ", "x   ", "0", "-1", "a,b", ", ")
    ),
)
_INTEGERS = st.one_of(
    st.integers(-130, 300),
    st.integers(-(2**63) - 2, 2**64 + 2),
    st.sampled_from((0, 127, 128, 255, 32767, 65535, 8388607, 2**31 - 1, 2**32)),
).map(str)
_DECIMALS = st.one_of(
    st.decimals(-100000, 100000, places=4).map(str),
    st.integers(-(10**20), 10**20).map(lambda number: f"{number / 10**9:.12f}"),
    st.sampled_from(("0.1", "-0", "-0.0", "0.00", "1.5", "2.5", "-0.5", "0.49999999999999999", "1" + "0" * 30 + ".5")),
    st.floats(-1e15, 1e15, allow_nan=False).map(lambda number: f"{number:.17f}"),
)
_EXPONENTS = st.sampled_from(("1e3", "-2.5E-07", "1e-320", "1.7976931348623157e308", "1e40", "0e0"))
_DATES = st.one_of(
    st.dates().map(lambda day: day.isoformat()),
    st.sampled_from(("0000-00-00", "2024-02-30", "2024-00-00", "2023-02-29", "1899-12-30", "20240102", "")),
)
_TIMES = st.one_of(
    st.times().map(lambda time: time.isoformat()),
    st.sampled_from(("838:59:59", "-838:59:59", "839:00:00", "00:00:00", "-00:00:01.5", "12", "")),
)
_MOMENTS = st.one_of(
    st.datetimes().map(lambda moment: moment.isoformat(" ")),
    st.sampled_from(("0000-00-00 00:00:00", "1970-01-01 00:00:00", "2038-01-19 03:14:08", "2024-03-31 02:30:00", "x")),
)


def _quoted(text: str) -> str:
    for raw, spelled in (("\\", "\\\\"), ("'", "\\'"), ("\n", "\\n"), ("\r", "\\r"), ("\0", "\\0"), ("\x1a", "\\Z")):
        text = text.replace(raw, spelled)
    return f"'{text}'"


def _doubled(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def _escaped_needlessly(text: str) -> str:
    return "'" + "".join("\\" + letter if letter in "%_Nabx'\"\\" else letter for letter in text) + "'"


def _strings(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    spell = st.sampled_from((_quoted, _quoted, _quoted, _doubled, _escaped_needlessly))
    return st.builds(lambda how, text: how(text), spell, texts)


def _bare_or_quoted(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(texts, _strings(texts))


_TEXT = _strings(_TEXTS)
_NUMBER = _bare_or_quoted(st.one_of(_INTEGERS, _DECIMALS, _EXPONENTS))
# Type and literals; a value need not fit its column: both ways have to say the same of it.
COLUMNS: t.Mapping[str, st.SearchStrategy[str]] = {
    "tinyint": _bare_or_quoted(st.integers(-130, 130).map(str)),
    "smallint unsigned": _bare_or_quoted(st.integers(0, 65536).map(str)),
    "int": _bare_or_quoted(st.one_of(st.integers(-(2**31), 2**31).map(str), st.sampled_from(("1.5", "2.5", "-0", "")))),
    "bigint unsigned": _bare_or_quoted(_INTEGERS),
    "int(8) zerofill": _bare_or_quoted(st.integers(0, 10**9).map(str)),
    "decimal(12,4)": _NUMBER,
    "decimal(65,30)": _bare_or_quoted(_DECIMALS),
    "double": _NUMBER,
    "float": _NUMBER,
    "double(10,2)": _bare_or_quoted(_DECIMALS),
    "bit(9)": _strings(st.sampled_from(("", "a", "\0", "\1", "0", "1", "ä"))),
    "year": _bare_or_quoted(st.sampled_from(("0", "1", "70", "1901", "2024", "2155", "2156", "0000", ""))),
    "char(6)": _TEXT,
    "varchar(8)": _TEXT,
    "varchar(40)": _TEXT,
    "varchar(40) character set utf8mb4": _TEXT,
    "varchar(40) character set latin1": _TEXT,
    "varchar(40) character set cp1251": _TEXT,
    "text": _TEXT,
    "longtext": _TEXT,
    "blob": _TEXT,
    "varbinary(10)": _TEXT,
    "binary(4)": _strings(st.sampled_from(("", "a", "abcd", "\0", "abcde", "a   "))),
    "enum('N','Y','','1','3','ä')": _bare_or_quoted(
        st.sampled_from(("N", "Y", "", "1", "2", "3", "ä", "n", "9"))
    ).filter(lambda text: text.startswith("'") or text.isdigit()),
    "set('a','b','ü')": _strings(st.sampled_from(("a", "a,b", "", "b,ü", "c", "1", "3", "8"))),
    "date": _strings(_DATES),
    "datetime": _strings(_MOMENTS),
    "datetime(6)": _strings(_MOMENTS),
    "timestamp null": _strings(_MOMENTS),
    "time": _strings(_TIMES),
    "time(3)": _strings(_TIMES),
    "json": _strings(st.sampled_from(('{"a": "ä\\"b"}', "[1, 2]", "null", "kaputt", '"x"'))),
}


class Table(t.NamedTuple):
    """A dump of one table, and how it was made, for the eye."""

    dump: bytes
    engine: str


def _bare(text: str) -> bool:
    return text == "" or not (text.startswith("'") or text[-1:].isdigit())


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Return a dump whose rows may or may not be accepted."""
    types = draw(st.lists(st.sampled_from(sorted(COLUMNS)), min_size=1, max_size=6))
    cells = [COLUMNS[name].filter(lambda text: not _bare(text)) for name in types]
    nullable = [draw(st.booleans()) for _type in types]
    cells = [st.one_of(cell, st.just("NULL")) if null else cell for cell, null in zip(cells, nullable)]
    rows = draw(st.lists(st.tuples(*cells), min_size=1, max_size=8))
    comma = draw(st.sampled_from((",", ",", ", ")))
    charset = draw(st.sampled_from(("latin1", "utf8mb4")))
    encoding = draw(st.sampled_from(("latin1", "utf8mb4")))
    engine = draw(st.sampled_from(("InnoDB", "InnoDB", "MyISAM", "Aria")))
    names = [f"C{number}" for number in range(len(types))]
    columns = [
        f"  `{name}` {kind}{'' if null or 'null' in kind else ' NOT NULL'}"
        for name, kind, null in zip(names, types, nullable)
    ]
    counted = draw(st.booleans())
    if counted:
        columns = ["  `ID` int NOT NULL AUTO_INCREMENT", *columns, "  PRIMARY KEY (`ID`)"]
        rows = [(draw(_numbers(index)), *row) for index, row in enumerate(rows)]
        names = ["ID", *names]
    named = f" ({', '.join(f'`{name}`' for name in names)})" if draw(st.booleans()) else ""
    head = f"INSERT INTO `T`{named} VALUES "
    texts = [f"({comma.join(row)})" for row in rows]
    inserts = [head + ",".join(texts)] if draw(st.booleans()) else [head + text for text in texts]
    dump = (
        f"-- MySQL dump 10.13\n/*!40101 SET NAMES {encoding} */;\n"
        "CREATE TABLE `T` (\n" + ",\n".join(columns) + f"\n) ENGINE={engine} DEFAULT CHARSET={charset};\n"
        "CREATE TABLE `U` (`A` int) ENGINE=InnoDB;\nINSERT INTO `U` VALUES (1),(2),(3);\n"
        + "".join(f"{insert};\n" for insert in inserts)
        + "-- Dump completed\n"
    )
    return Table(dump.encode("cp1252" if encoding == "latin1" else "utf-8"), engine)


def _numbers(index: int) -> st.SearchStrategy[str]:
    # Mostly without duplicates; 0 is a value like any other.
    number = str(index)
    return st.sampled_from((number, number, number, f"'{number}'", f"'{number}'", "0", "NULL", f"{number}.0"))
