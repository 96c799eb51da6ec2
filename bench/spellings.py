# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of `bench.rows` in other spellings: what a reader that knows the usual ones by a pattern may be slow with.

Each is in one transaction, since the client would wait for the disk at each row else.
"""

from __future__ import annotations

import dataclasses
import random
import typing as t

from bench.rows import ROWS_PER_PIECE, TABLE, TABLE_NAME, definition, literal, rows_spelled

_INTO = f"INTO {TABLE_NAME} VALUES"
_NAMES = [column.name for column in TABLE.columns]
_QUOTED_NAMES = ", ".join(f'"{name}"' for name in _NAMES)


def _lower(cell: str | None) -> str:
    return "null" if cell is None else f"'{cell}'"


def _with_prefix(cell: str | None) -> str:
    """N and names of character sets before texts, and the letters N and Y in hexadecimal digits."""
    if cell in ("N", "Y"):
        return f"X'{cell.encode().hex().upper()}'"
    return (
        f"N'{cell}'"
        if cell and cell.isascii() and cell[:1].isalpha()
        else f"_utf8'{cell}'"
        if cell == "3"
        else literal(cell)
    )


def _executable(cell: str | None) -> str:
    return f"/*!40101 '{cell}' */" if cell in ("N", "3") else literal(cell)


@dataclasses.dataclass(frozen=True)
class Spelling:
    """``shown`` is what it is called; ``start`` and ``end`` are around a row, ``comma`` is between its values.

    ``together`` rows are in a statement; ``head`` stands before each, or before the rows of several. In the texts ``~``
    stands for the number of the row; what there is more than one of is taken in turn. ``before`` is said once.
    """

    shown: str
    head: tuple[str, ...] = (f"INSERT {_INTO} ",)
    start: tuple[str, ...] = ("(",)
    cell: t.Callable[[str | None], str] = literal
    comma: tuple[str, ...] = (",",)
    end: tuple[str, ...] = (")",)
    behind: tuple[str, ...] = (";\n",)
    together: int = 1
    between: tuple[str, ...] = (",\n",)
    before: str = ""


SPELLINGS: dict[str, Spelling] = {
    "executable": Spelling("executable comments in rows", (f"INSERT /*!40000 IGNORE */ {_INTO} ",), cell=_executable),
    "prefixes": Spelling("N'..', _utf8'..', X'..'", cell=_with_prefix),
    "ignore": Spelling("INSERT IGNORE", (f"INSERT IGNORE {_INTO} ",)),
    "replace": Spelling("REPLACE", (f"REPLACE {_INTO} ",)),
    "update": Spelling(
        "ON DUPLICATE KEY UPDATE with the row's values",
        (f"INSERT INTO {TABLE_NAME} ({', '.join(_NAMES)}) VALUES ",),
        behind=(" ON DUPLICATE KEY UPDATE REC_ID='~', GEBUCHT=VALUES(GEBUCHT);\n",),
    ),
    "update-others": Spelling(
        "ON DUPLICATE KEY UPDATE with another literal each", behind=(" ON DUPLICATE KEY UPDATE MENGE='~';\n",)
    ),
    "select": Spelling("INSERT SELECT of a row", (f"INSERT INTO {TABLE_NAME} SELECT ",), start=("",), end=("",)),
    "union": Spelling(
        "a hundred SELECTs by UNION ALL",
        (f"INSERT INTO {TABLE_NAME} SELECT ",),
        start=("",),
        end=("",),
        together=100,
        between=(" UNION ALL\nSELECT ",),
    ),
    "small": Spelling("seven rows a statement", together=7),
    "small-words": Spelling("seven rows a statement, with N'..', _utf8'..', X'..'", cell=_with_prefix, together=7),
    "small-updates": Spelling(
        "seven rows a statement, with ON DUPLICATE KEY UPDATE",
        together=7,
        behind=(" ON DUPLICATE KEY UPDATE MENGE=VALUES(MENGE);\n",),
    ),
    "blanks": Spelling(
        "odd blanks between cells",
        start=("( ", "(\t", "(\n\t"),
        comma=(" , ", "\t,\t", ",\n\t", ",   "),
        end=(" )", "\n)"),
    ),
    "lower-case": Spelling("words in lower case", (f"insert into {TABLE_NAME} values ",), cell=_lower),
    "quoted-names": Spelling(
        "names in double quotes",
        (f'INSERT INTO "{TABLE_NAME}" ({_QUOTED_NAMES}) VALUES\n',),
        comma=(", ",),
        before="SET sql_mode='ANSI_QUOTES';\n",
    ),
    "line-comments": Spelling("a comment of a line before each row of an INSERT", start=("-- ~\n(",), together=400),
    "comments-behind": Spelling("a comment behind each row of an INSERT", between=(", -- ~\n",), together=400),
    "comments-before-end": Spelling("a comment before each semicolon", behind=(" /* ~ */;\n",)),
    "anyhow": Spelling(
        "all of it by turns",
        (f"INSERT {_INTO} ", f"insert into `{TABLE_NAME}` values\n", f"INSERT /* ~ */ {_INTO} "),
        ("(", "( ", "(/* ~ */", "(\n"),
        _with_prefix,
        (",", ", ", " ,\n"),
        (")", " )", "/* ~ */)"),
        (";\n", " ;\n", ";\n\n", "; -- ~\n", ";\n/* ~ */\n"),
        7,
        (",", ",\n", " /* ~ */,", ", -- ~\n"),
    ),
}  # fmt: skip


def _turn(ways: tuple[str, ...], number: int) -> str:
    return ways[number % len(ways)]


def spelling_pieces(name: str, rows: int) -> t.Iterator[bytes]:
    """Yield the same rows as all other inputs have, in a spelling."""
    spelling = SPELLINGS[name]
    yield b"-- rows in another spelling\nSET NAMES latin1;\n" + definition() + spelling.before.encode() + b"BEGIN;\n"
    texts = zip(*[rows_spelled(spelling.cell, comma, rows) for comma in spelling.comma])
    for number, text in enumerate(texts, start=1):
        is_first, is_last = (number - 1) % spelling.together == 0, number % spelling.together == 0 or number == rows
        statement = (number - 1) // spelling.together
        parts = [_turn(spelling.head, statement)] if is_first else []
        parts += [_turn(spelling.start, number), "\0", _turn(spelling.end, number)]
        parts += [_turn(spelling.behind, statement) if is_last else _turn(spelling.between, number)]
        yield "".join(parts).replace("~", str(number)).encode().replace(b"\0", text[(number - 1) % len(text)])
    yield b"COMMIT;\n"


# Rows of other tables than JOURNALPOS, whose checksum nobody knows.
OTHER_TABLES = {
    "numbers": "negative and scientific numbers",
    "wide": "200 columns",
    "nulls": "mostly NULL",
    "orders": "columns named in another order for each row",
    "pairs-orders": "the same in pairs behind SET",
    "long-escapes": "texts of 80 kB, full of escapes",
    "long-quotes": "the same in double quotes",
}
_WIDE, _EMPTY, _NAMED = 200, 60, 20


def _in_another_order(number: int, *, pairs: bool) -> str:
    names = [f"C{column}" for column in range(_NAMED)]
    random.Random(number).shuffle(names)
    if pairs:
        return f"INSERT INTO T SET A={number}, " + ", ".join(f"{name}='{number}'" for name in names)
    return f"INSERT INTO T ({', '.join(names)}, A) VALUES ('" + f"{number}','" * _NAMED + f"{number}')"


def other_tables(name: str, rows: int) -> t.Iterator[bytes]:
    """Yield a dump of a table with such rows, as many as make about as many bytes as the other inputs have."""
    texts = ", ".join(f"C{n} varchar(20)" for n in range(_WIDE))
    numbers = ", ".join(f"C{n} int" for n in range(_EMPTY))
    named = ", ".join(f"C{n} int" for n in range(_NAMED))
    into = "INSERT INTO T VALUES "

    def long_text(quote: str) -> t.Callable[[int], str]:
        return lambda n: f"{into}({n},{quote}" + f"it\\'s {n},\\r\\n" * 5000 + f"{quote})"

    ways: dict[str, tuple[int, str, t.Callable[[int], str]]] = {
        "numbers": (
            rows,
            "B decimal(20,4), C double, D bigint, E double",
            lambda n: f"{into}({n},-{n}.50,1.5e-{n % 100},-{n}00,+2E{n % 100})",
        ),
        "wide": (rows // 10, texts, lambda n: f"{into}({n}" + f",'Wert {n}'" * _WIDE + ")"),
        "nulls": (rows // 2, numbers, lambda n: f"{into}({n}" + ",NULL" * (_EMPTY - 1) + f",{n % 100})"),
        "orders": (rows, named, lambda n: _in_another_order(n, pairs=False)),
        "pairs-orders": (rows, named, lambda n: _in_another_order(n, pairs=True)),
        "long-escapes": (rows // 500, "B longtext", long_text("'")),
        "long-quotes": (rows // 500, "B longtext", long_text('"')),
    }
    count, columns, statement = ways[name]
    yield f"SET NAMES utf8mb4;\nCREATE TABLE T (A int NOT NULL, {columns}, PRIMARY KEY (A));\nBEGIN;\n".encode()
    for first in range(0, count, ROWS_PER_PIECE):
        piece = range(first, min(first + ROWS_PER_PIECE, count))
        yield "".join(f"{statement(n)};\n" for n in piece).encode()
    yield b"COMMIT;\n"
