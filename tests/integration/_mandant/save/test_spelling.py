# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a table holds comes back from a backup of it, whatever bytes a server without strictness has stored."""

from __future__ import annotations

import contextlib
import os
import typing as t
from pathlib import Path

import pymysql
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from mandant import Mandant, flavour_of
from restoring import Restorer
from saving import back_up

EXAMPLES = int(os.environ.get("SPELLING_EXAMPLES", "25"))
Rows = t.Sequence[t.Any]
TEXTS = ("CHAR(9)", "VARCHAR(40)", "TINYTEXT", "TEXT", "MEDIUMTEXT", "LONGTEXT")
BINARIES = ("BINARY(4)", "VARBINARY(40)", "BLOB", "LONGBLOB", "BIT(13)")
OTHERS = (
    "FLOAT", "FLOAT(10,2)", "FLOAT(5,0)", "FLOAT(23,3)", "FLOAT(6,6) UNSIGNED", "DOUBLE", "DOUBLE(12,4)",
    "DECIMAL(20,4)", "INT(7) ZEROFILL", "BIGINT UNSIGNED", "YEAR", "DATE", "DATETIME", "TIME", "TIMESTAMP NULL",
    "SET('a','')", "SET('','b','c')", "ENUM('a','b')", "ENUM('x','y') NOT NULL",
)  # fmt: skip
NUMBERS = (
    "0",
    "-1",
    "1",
    "7",
    "0.1",
    "1/3",
    "16777217",
    "1e38",
    "-3.5e38",
    "9e300",
    "99999.99",
    "-99999999.99",
    "2069",
)
WORDS = ("''", "'0000-00-00'", "'2026-02-31'", "'9999-12-31 23:59:59'", "'-838:59:59'", "'a,'", "'b'", "'z'", "NULL")


def _charsets(mandant: Mandant) -> list[str]:
    found = mandant.query("SELECT CHARACTER_SET_NAME FROM information_schema.CHARACTER_SETS ORDER BY 1")
    return [str(name) for (name,) in found]


class Tables:
    """Tables that a server fills without strictness."""

    def __init__(self, restorer: Restorer) -> None:
        self.restorer = restorer
        self.mandant = restorer.mandant
        self.names: list[str] = []

    def make(self, name: str, columns: str, values: t.Iterable[t.Sequence[str]], options: str = "") -> None:
        """Make a table and put in what goes in; a server may refuse a row that is too odd for it."""
        self.names.append(name)
        with self.mandant.connect() as connection, connection.cursor() as cursor:
            cursor.execute("SET sql_mode='NO_AUTO_VALUE_ON_ZERO', time_zone='+00:00'")
            cursor.execute(f"CREATE TABLE {name} (ID INT NOT NULL, {columns}) {options or 'DEFAULT CHARSET=latin1'}")
            for number, row in enumerate(values):
                with contextlib.suppress(pymysql.err.Error):
                    cursor.execute(f"INSERT IGNORE INTO {name} VALUES ({number}, {', '.join(row)})")
            connection.commit()

    def content(self) -> t.Mapping[str, tuple[Rows, str]]:
        """Return the bytes of each value, and the definitions."""
        found = {}
        for name in self.names:
            columns = [row[0] for row in self.mandant.query(f"SHOW COLUMNS FROM {name}")]
            shown = ", ".join(f"HEX({column}), CONCAT({column} + 0), CONCAT({column} * 1e0)" for column in columns)
            rows = self.mandant.query(f"SELECT {shown} FROM {name} ORDER BY ID")
            found[name] = (rows, str(self.mandant.query(f"SHOW CREATE TABLE {name}")[0][1]))
        return found

    def come_back(self, dest: Path) -> None:
        """Whatever is there is the same behind a backup and a restore, of which no row was left out."""
        before = self.content()
        path = back_up(self.restorer, dest)["file"]["path"]
        self.drop()
        outcome = self.restorer.run(path, policy="always", on_error="skip")
        assert outcome.restore["errors"] == []
        assert self.content() == before

    def drop(self) -> None:
        """Take away what is there, with the generation before."""
        for (name,) in self.mandant.query("SHOW TABLES"):
            self.mandant.query(f"DROP TABLE `{name}`")


@pytest.fixture
def tables(restorer: Restorer) -> Tables:
    return Tables(restorer)


@pytest.mark.parametrize(("engine", "beside"), [("InnoDB", "latin1"), ("MyISAM", "utf8")])
def test_every_byte_of_every_character_set(tables: Tables, tmp_path: Path, engine: str, beside: str) -> None:
    # Half of a pair of UTF-16, letters that two bytes stand for, and what looks like the end of a literal.
    odd = ("D800", "0000D800", "EDA080", "8160", "815F", "8740", "FA54", "A145", "A1C0", "275C27", "2200", "5C27")
    bytes_of_rows = [f"{byte:02X}" for byte in range(256)] + [f"{byte:02X}41" for byte in range(256)] + list(odd)
    values = ", ".join(f"({number}, 0x{value}, 0x{value}, 'x')" for number, value in enumerate(bytes_of_rows))
    for charset in _charsets(tables.mandant):
        columns = f"A VARCHAR(9) CHARACTER SET {charset}, B LONGTEXT CHARACTER SET {charset}"
        columns += f", C VARCHAR(9) CHARACTER SET {beside}"
        name = f"T_{charset}"
        tables.make(name, columns, (), f"ENGINE={engine} DEFAULT CHARSET=latin1")
        with tables.mandant.connect() as connection, connection.cursor() as cursor:
            cursor.execute("SET sql_mode=''")
            cursor.execute(f"INSERT IGNORE INTO {name} VALUES {values}")
            connection.commit()
        assert tables.mandant.query(f"SELECT COUNT(*) FROM {name}") == [(len(bytes_of_rows),)]
    tables.come_back(tmp_path / "a.sql")


def test_every_pair_of_bytes_of_a_character_set_with_long_letters(tables: Tables, tmp_path: Path) -> None:
    pairs = [f"{first:02X}{second:02X}" for first in range(0x80, 0x100) for second in range(0x30, 0x100)]
    values = ", ".join(f"({number}, 0x{pair})" for number, pair in enumerate(pairs))
    for charset in ("sjis", "cp932", "ujis", "eucjpms", "big5", "gbk", "gb2312", "euckr"):
        tables.make(f"T_{charset}", f"A CHAR(5) CHARACTER SET {charset}", ())
        with tables.mandant.connect() as connection, connection.cursor() as cursor:
            cursor.execute("SET sql_mode=''")
            cursor.execute(f"INSERT IGNORE INTO T_{charset} VALUES {values}")
            connection.commit()
    tables.come_back(tmp_path / "a.sql")


def test_every_type(tables: Tables, tmp_path: Path) -> None:
    for number, kind in enumerate(OTHERS):
        tables.make(f"T{number}", f"A {kind}", [(value,) for value in NUMBERS + WORDS])
    tables.come_back(tmp_path / "a.sql")


@st.composite
def made(draw: st.DrawFn, charsets: t.Sequence[str]) -> tuple[str, list[tuple[str, ...]], str]:
    """Return columns of some types, rows for them with any bytes, and the options of their table."""
    kinds = []
    values: list[st.SearchStrategy[str]] = []
    binary = st.binary(max_size=12).map(lambda value: f"x'{value.hex()}'")
    for _column in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(("text", "binary", "other")))
        if kind == "text":
            kinds.append(f"{draw(st.sampled_from(TEXTS))} CHARACTER SET {draw(st.sampled_from(charsets))}")
        else:
            kinds.append(draw(st.sampled_from(BINARIES if kind == "binary" else OTHERS)))
        values.append(st.sampled_from(NUMBERS + WORDS) if kind == "other" else binary | st.just("NULL"))
    rows = draw(st.lists(st.tuples(*values), min_size=1, max_size=6))
    engine = draw(st.sampled_from(("InnoDB", "MyISAM")))
    charset = draw(st.sampled_from(charsets))
    columns = ", ".join(f"C{number} {kind}" for number, kind in enumerate(kinds))
    return columns, rows, f"ENGINE={engine} DEFAULT CHARSET={charset}"


@settings(
    max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_table(restorer: Restorer, tmp_path: Path, data: st.DataObject) -> None:
    tables = Tables(restorer)
    tables.drop()
    columns, rows, options = data.draw(made(_charsets(restorer.mandant)))
    tables.make("T", columns, rows, options)
    event(f"{restorer.mandant.query('SELECT COUNT(*) FROM T')[0][0]} rows")
    tables.come_back(tmp_path / "a.sql")


def test_a_long_text_that_is_written_in_digits(tables: Tables, tmp_path: Path) -> None:
    """Its row is made in pieces, in CAO's encoding and in UTF-8."""
    long = "REPEAT(0x2780, 900000)"
    rows = [(long, "0x80"), ("NULL", "NULL"), ("''", "''")]
    tables.make("T", "A LONGTEXT CHARACTER SET ascii, B CHAR(3) CHARACTER SET ascii", rows)
    tables.come_back(tmp_path / "a.zip")
    tables.make(
        "U", "A LONGTEXT CHARACTER SET cp1250, B CHAR(3) CHARACTER SET cp1250", [(long.replace("80", "81"), "0x81")]
    )
    tables.come_back(tmp_path / "b.zip")


def test_texts_stay_texts_where_they_come_back(tables: Tables, tmp_path: Path) -> None:
    """What can be read by people is not written in digits."""
    tables.make("POLEN", "A VARCHAR(9), B VARCHAR(9)", [("0xE3F3", "0x81")], "DEFAULT CHARSET=cp1250")
    tables.make("LADEN", "A VARCHAR(9), B VARCHAR(9)", [("0xE4", "0x81")], "DEFAULT CHARSET=latin1")
    tables.come_back(tmp_path / "a.sql")
    text = (tmp_path / "a.sql").read_bytes()
    assert "VALUES ('0','ăó',x'81')".encode() in text
    assert "VALUES ('0','ä','\x81')".encode() in text


def test_columns_that_are_compressed_stay_so(tables: Tables, tmp_path: Path) -> None:
    flavour = flavour_of(tables.mandant)
    if not (flavour.mariadb and flavour.version >= (10, 3, 1)):
        pytest.skip("no other server compresses columns")
    tables.make("T", "A TEXT COMPRESSED, B VARBINARY(99) COMPRESSED DEFAULT 'x'", [("REPEAT('ab', 40)", "'b'")])
    tables.come_back(tmp_path / "a.sql")
    assert str(tables.mandant.query("SHOW CREATE TABLE T")[0][1]).count("COMPRESSED") == 2


EMPTIES = [
    ("ENUM('', 'x') NOT NULL", "'0'"),
    ("ENUM('x', '')", "'0'"),
    ("ENUM('', '0', 'x', 'ä') CHARACTER SET cp850", "'00'"),
    ("ENUM('', '0', '1', '00') CHARACTER SET utf8", None),
]


@pytest.mark.parametrize(("kind", "written"), EMPTIES)
def test_an_enum_with_two_empties(tables: Tables, tmp_path: Path, kind: str, written: str | None) -> None:
    """The number 0 and the empty member are the same text; both come back, or no backup is written."""
    tables.make("T", f"A {kind}, B {kind}", [("'z'", "1"), ("2", "2"), ("''", "2"), ("1", "1")])
    asked = "SELECT ID, A + 0, B + 0, HEX(A) FROM T"
    shown = tables.mandant.query(asked)
    assert shown[0][1:3] == (0, 1)
    path = tmp_path / "a.sql"
    if written is None:
        with pytest.raises(Failure, match="leave no text for it"):
            back_up(tables.restorer, path)
        assert list(tmp_path.glob("a.sql")) == []
        return
    back_up(tables.restorer, path)
    assert path.read_text("latin-1").count(f",{written},") == 1
    for loaded in ("fast", "statement by statement"):
        skips = {} if loaded == "fast" else {"on_error": "skip"}
        outcome = tables.restorer.run(str(path), policy="always", replace=True, **skips)
        assert outcome.restore["errors"] == []
        assert tables.mandant.query(asked) == shown


@pytest.mark.parametrize("charset", ["latin1", "utf8mb4"])
def test_vectors(restorer: Restorer, tmp_path: Path, charset: str) -> None:
    """MySQL takes no text for one, whatever its bytes are."""
    mandant = restorer.mandant
    if not flavour_of(mandant).has_type("vector"):
        pytest.skip("the server has no vectors")
    mandant.query(f"CREATE TABLE T (ID INT PRIMARY KEY, V VECTOR(3), W VECTOR(16000), X VARCHAR(9)) CHARSET={charset}")
    mandant.query(f"INSERT INTO T VALUES (1, X'0000803F00270A405C408040', X'{'C3A4803F' * 16000}', 'ä')")
    mandant.query("INSERT INTO T VALUES (2, NULL, NULL, NULL)")
    asked = "SELECT ID, HEX(V), CRC32(W), LENGTH(W), X FROM T"
    shown = mandant.query(asked)
    back_up(restorer, tmp_path / "a.sql")
    assert restorer.run(str(tmp_path / "a.sql"), policy="always", replace=True).changed
    assert mandant.query(asked) == shown
    assert not restorer.run(str(tmp_path / "a.sql"), policy="enforce").changed
