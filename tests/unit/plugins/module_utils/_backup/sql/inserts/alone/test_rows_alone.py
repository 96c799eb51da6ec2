# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows that stand alone, in any order: each comes with its text, line and statement, and in the order of its table."""

from __future__ import annotations

import random

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.alone.rows_alone import RowsAlone
from dumps import Dump, rows_of

TABLES = "CREATE TABLE t (a int, b text);\nCREATE TABLE u (a int, b text, c date);\n"
HEADS = ("INSERT INTO t VALUES ", "INSERT INTO u (b, a) VALUES ", "INSERT INTO u (a,c) VALUES\n",
         "REPLACE INTO t VALUES ", "INSERT IGNORE INTO `t` VALUES ")  # fmt: skip
TEXTS = (
    "x",
    "a\\nb",
    "it\\'s",
    "\\\\",
    "),(",
    "); ",
    "100\\%",
    "x" * 9000,
    "ä",
    ";\nINSERT INTO t VALUES (1,",
    "''",
    "a''b",
)
BETWEEN = ("", "", "\n", "-- row\n", "# it's\n", "/* a \\*/ ", "SET @a = 1;\n", "SELECT 'a\\\\';", "\r\n\r\n",
           "SET time_zone='+01:00';", "LOCK TABLES t WRITE;", "DELIMITER ;;\nSET @b=1;;\nDELIMITER ;\n")  # fmt: skip
# What is done where a key is there, and as what it comes; ``#`` is another number each time.
UPDATES = (("", ""), (" ON DUPLICATE KEY UPDATE b=VALUES(b)", "`b`=VALUES(`b`)"),
           ("\nON DUPLICATE KEY UPDATE b = 'it\\'s; #', a=#", "`b`='it\\'s; #',`a`=#"))  # fmt: skip
Row = tuple[str, str, int, int, str]


def _dump(seed: int, rows: int) -> tuple[str, list[Row]]:
    """Return a dump, and of each row its table, text, line, statement and update."""
    chance = random.Random(seed)
    heads = chance.sample(HEADS, chance.randint(1, 4))
    between = chance.sample(BETWEEN, chance.randint(1, 4))
    together, commas = chance.choice(((1,), (1, 7), (2, 3, 200))), chance.choice(((",",), (",\n",), (", ", ",\r\n")))
    updates = chance.choice((UPDATES[:1], UPDATES))
    text, found, statement = TABLES, [], 2
    while len(found) < rows:
        before, head = chance.choice(between), chance.choice(heads)
        statement += before.count("SET") + before.count("SELECT") + before.count("LOCK") + 1
        text += before + head
        tail, update = chance.choice(updates) if "INSERT INTO t" in head else UPDATES[0]
        update = update.replace("#", str(statement))
        for index in range(chance.choice(together)):
            number, cell = len(found), f"'{chance.choice(TEXTS)}'"
            row = f"({cell},{number})" if "(b" in head else f"({number},{cell})"
            row = row if "c)" not in head else f"({number},'2026-01-01')"
            text += chance.choice(commas) if index else ""
            found.append(("u" if " u " in head else "t", row, text.count("\n") + 1, statement, update))
            text += row
        text += tail.replace("#", str(statement)) + ";" + chance.choice(("\n", "", " \n", "\r\n"))
    return text, found


@pytest.mark.parametrize("seed", range(40))
def test_each_row_comes_as_it_stands(seed: int) -> None:
    text, expected = _dump(seed, 150)
    rows = Dump(text.encode(), chunk_bytes=(700, 1 << 16)[seed % 2]).rows()
    for table in "tu":
        singles = [row for run in rows if run.table == table for row in run.singles()]
        assert [(table, row.text.decode(), row.line, row.statement, row.update.decode()) for row in singles] == [
            row for row in expected if row[0] == table
        ]


def test_small_statements_are_a_run_each() -> None:
    text = TABLES + "".join(f"INSERT INTO t VALUES ({n},'x'),\n({n},'y\\'),('),\n({n},'z');\n" for n in range(300))
    rows = Dump(text.encode()).rows()
    assert sum(run.count for run in rows) == 900
    assert {(run.count, run.plain, run.longest_bytes) for run in rows[-200:]} == {(3, True, 14)}


def test_rows_in_turn_are_runs_of_their_tables() -> None:
    text = TABLES + "".join(f"INSERT INTO {'tu'[n % 2]} (a,b) VALUES ({n},'x');\n" for n in range(1000))
    rows = Dump(text.encode()).rows()
    assert sum(run.count for run in rows) == 1000
    assert len(rows) < 20
    assert {run.plain for run in rows if run.count > 1} == {True}


def test_what_a_row_is_changes_with_its_table() -> None:
    rows = "INSERT INTO t VALUES (7,'x');\nINSERT INTO u VALUES (1,'y',NULL);\n" * 5
    anew = "DROP TABLE t;\nCREATE TABLE t (a text, b text);\n"
    singles = [
        row
        for run in Dump((TABLES + rows + rows + anew + rows).encode()).rows()
        if run.table == "t"
        for row in run.singles()
    ]
    # A number for a text is not what a stream would bring.
    assert [row.plain for row in singles] == [False] * 5


def test_what_was_read_ahead_is_not_read_under_another_mode() -> None:
    rows = "INSERT INTO t VALUES (7,'x');\nINSERT INTO u VALUES (1,'y',NULL);\n"
    mode = "SET sql_mode='NO_BACKSLASH_ESCAPES';\n"
    # As it was read ahead, this row is as long as what stands before the semicolon in it once each backslash is two.
    odd = r"INSERT INTO t VALUES (7,'\\\\x;y');" + "\n"
    runs = Dump((TABLES + 10 * rows + mode + 6 * rows + odd + 400 * rows).encode()).rows()
    texts = [row.text for run in runs if run.table == "t" for row in run.singles()]
    assert texts == [b"(7,'x')"] * 16 + [rb"(7,'\\\\\\\\x;y')"] + [b"(7,'x')"] * 400


def test_what_follows_rows_of_pairs_is_not_copied_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    lengths: list[int] = []
    real = RowsAlone._words

    def noting(alone: RowsAlone) -> bytes:
        words = real(alone)
        lengths.append(len(words))
        return words

    monkeypatch.setattr(RowsAlone, "_words", noting)
    chance = random.Random(7)
    names = [f"c{number}" for number in range(8)]
    orders = [chance.sample(names, 8) for _row in range(3000)]
    rows = [", ".join(f"{name}='{n}'" for name in order) for n, order in enumerate(orders)]
    pairs = "".join(f"INSERT INTO t SET {row};\n" for row in rows).encode()
    assert sum(run.count for run in rows_of(pairs, 1 << 20)) == 3000
    assert len(lengths) > 2000
    assert max(lengths) < 8192
