# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows that are written now in this and now in that way are what the client makes of them, be a key there or not."""

from __future__ import annotations

import contextlib
import typing as t

import pytest

from by_client import Twin
from mandant import Mandant
from restoring import Restorer

COLUMNS = "a int NOT NULL AUTO_INCREMENT, b varchar(20), c timestamp NULL, d datetime NULL, PRIMARY KEY (a)"
#: What differs from row to row; ``#`` is the row's key, which may be there already.
TURNS = {
    "verbs": ("INSERT INTO t (a,b) VALUES (#,'i');", "REPLACE INTO t (a,b) VALUES (#,'r');",
              "INSERT IGNORE INTO t (a,b) VALUES (#,'g');"),
    "updates": ("INSERT INTO t (a,b) VALUES (#,'i');",
                "INSERT INTO t (a,b) VALUES (#,'u') ON DUPLICATE KEY UPDATE b=VALUES(b);",
                "INSERT INTO t (a,b) VALUES (#,'v') ON DUPLICATE KEY UPDATE b='there';"),
    "zones": ("SET time_zone='+05:00';INSERT INTO t VALUES (#,'x','2026-01-01 00:00:00','2026-01-01 00:00:00');",
              "SET time_zone='-03:00';REPLACE INTO t VALUES (#,'y','2026-01-01 00:00:00','2026-01-01 00:00:00');"),
    "numbers": ("SET sql_mode='NO_AUTO_VALUE_ON_ZERO';INSERT INTO t (a,b) VALUES (#,'x');",
                "SET sql_mode='';REPLACE INTO t (a,b) VALUES (#,'y');"),
    "numbers asked for": ("SET sql_mode='';INSERT INTO t (a,b) VALUES (0,'x');",
                          "SET sql_mode='';INSERT INTO t (b,a) VALUES ('y',' 0');", "INSERT INTO t (b) VALUES ('z');"),
    "lists": ("INSERT INTO t (a,b) VALUES (#,'x');", "INSERT INTO t (b,a) VALUES ('y',#);",
              "INSERT INTO t (d,a) VALUES ('2026-01-01',#);"),
    "lists of REPLACE": ("REPLACE INTO t (a,b) VALUES (#,'x');", "REPLACE INTO t (b,a) VALUES ('y',#);"),
    "lists of IGNORE": ("INSERT IGNORE INTO t (a,b) VALUES (#,'x');", "INSERT IGNORE INTO t (b,a) VALUES ('y',#);"),
    "lists of updates": ("INSERT INTO t (a,b) VALUES (#,'x') ON DUPLICATE KEY UPDATE b=VALUES(b);",
                         "INSERT INTO t (b,a) VALUES ('y',#) ON DUPLICATE KEY UPDATE b=VALUES(b);"),
    "lists and a verb": ("INSERT INTO t (a,b) VALUES (#,'x');", "INSERT INTO t (b,a) VALUES ('y',#);",
                         "REPLACE INTO t (a,b) VALUES (#,'z');", "INSERT IGNORE INTO t (b,a) VALUES ('g',#);"),
}  # fmt: skip
ROWS = 90
ENGINES = ("InnoDB", "MyISAM")


@pytest.fixture
def twin(restorer: Restorer) -> t.Iterator[Twin]:
    """Loads a dump into two databases: by the client of the server, and by a restore."""
    other = Mandant(f"{restorer.mandant.name}_client", restorer.mandant.server)
    with contextlib.closing(Twin(restorer, other)) as made:
        yield made


@pytest.mark.parametrize("turns", TURNS)
def test_rows_are_what_the_client_makes_of_them(twin: Twin, turns: str) -> None:
    texts = TURNS[turns]
    is_doubled = any(map(_takes, texts))
    for engine in ENGINES:
        for again in (False, True) if is_doubled else (False,):
            keys = [_key(number, texts, again=again) for number in range(ROWS)]
            dump = f"CREATE TABLE t ({COLUMNS}) ENGINE={engine} DEFAULT CHARSET=latin1;\n"
            dump += "".join(texts[number % len(texts)].replace("#", str(key)) + "\n" for number, key in enumerate(keys))
            twin.load(dump, engine=engine)
            twin.is_alike("SELECT a, b, UNIX_TIMESTAMP(c), d FROM t ORDER BY a")


def _key(number: int, texts: t.Sequence[str], *, again: bool) -> int:
    """Return the key of a row; with ``again`` those that may meet one do, now and then."""
    if again and not _takes(texts[number % len(texts)]):
        return ROWS + number
    return 1 + (number // 3 if again else number)


def _takes(text: str) -> bool:
    """Whether a server takes such a row where its key is there."""
    return any(word in text for word in ("REPLACE", "IGNORE", "UPDATE"))


def test_a_row_that_is_refused_is_named(twin: Twin) -> None:
    rows = [f"{'REPLACE' if number % 2 else 'INSERT'} INTO t (a,b) VALUES ({number},'x');\n" for number in range(1, 60)]
    rows[39] = rows[39].replace("(40,", "(4,")
    failure = twin.refused(f"CREATE TABLE t ({COLUMNS});\n" + "".join(rows))
    assert "line 42, statement 42:" in failure.msg
    assert "1062" in failure.msg
