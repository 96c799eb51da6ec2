# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many rows a change will concern, counted in the backup; SQLite says what LIKE means."""

from __future__ import annotations

import contextlib
import dataclasses
import sqlite3
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.analysis import Analysis
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows
from ansible_collections.cao.faktura.plugins.module_utils._mandant.neutralise.changes import Change
from ansible_collections.cao.faktura.plugins.module_utils._mandant.neutralise.forecast import count_changes
from dumps import Dump


@dataclasses.dataclass
class Opened:
    """A dump with what is asked of an opened backup."""

    dump: Dump
    passes: int = 0

    @property
    def analysis(self) -> Analysis:
        return self.dump.analyse()

    def rows(self) -> list[Rows]:
        self.passes += 1
        return self.dump.rows()


def counted(dump: bytes, *changes: Change) -> list[int]:
    """Return how many rows each change will concern."""
    backup = t.cast("t.Any", Opened(Dump(b"-- MySQL dump 10.13\n/*!40101 SET NAMES utf8mb4 */;\n" + dump)))
    found = count_changes(changes, backup)
    assert [change for change, _rows in found] == list(changes)
    return [rows for _change, rows in found]


def _settings(*patterns: tuple[str, str]) -> Change:
    return Change("passwords", "REGISTRY", "REGISTRY", "UPDATE", patterns=patterns)


REGISTRY = b"CREATE TABLE `REGISTRY` (`MAINKEY` varchar(255), `Name` varchar(100), `VAL_CHAR` text, `N` int);\n"
# The letters that mean something to LIKE, to regular expressions or to a literal, and some that mean nothing.
_LETTERS = ("a", "B", "ä", "%", "_", "|", "\\", ".", "*", "(", "'", "\n")
_VALUES = st.lists(st.sampled_from(_LETTERS), max_size=5).map("".join)
_PATTERNS = st.lists(st.sampled_from(["A", "B", "%", "%", "_", "||", "|%", "|_", "\\", ".", "*", "("]), max_size=4).map(
    "".join
)


def _literal(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''").replace("\n", "\\n") + "'"


def _fitting(values: t.Sequence[str], patterns: t.Sequence[str]) -> int:
    with contextlib.closing(sqlite3.connect(":memory:")) as database:
        database.execute("PRAGMA case_sensitive_like = ON")
        database.execute("CREATE TABLE t (v TEXT)")
        database.executemany("INSERT INTO t VALUES (?)", [(value,) for value in values])
        where = " OR ".join(["UPPER(v) LIKE ? ESCAPE '|'"] * len(patterns))
        (count,) = database.execute(f"SELECT COUNT(*) FROM t WHERE {where}", patterns).fetchone()
        return int(count)


@given(st.lists(_VALUES, min_size=1, max_size=6), st.lists(_PATTERNS, min_size=1, max_size=2))
def test_patterns_fit_as_like_does(values: list[str], patterns: list[str]) -> None:
    rows = ",".join(f"('M',{_literal(value)},NULL,7)" for value in values)
    dump = REGISTRY + f"INSERT INTO `REGISTRY` VALUES {rows};".encode()
    assert counted(dump, _settings(*(("NAME", pattern) for pattern in patterns))) == [_fitting(values, patterns)]


@pytest.mark.parametrize(
    ("insert", "rows"),
    [
        (b"VALUES ('MAIN','PWD','x',1),('MAIN','OTHER','C:x',2);", 2),
        # A row is one row, whichever patterns it fits.
        (b"VALUES ('MAIN','PWD','C:x',1);", 1),
        (b"VALUES ('MAIN',NULL,NULL,1),(NULL,NULL,NULL,NULL);", 0),
        (b"(`VAL_CHAR`, `name`) VALUES ('C:x','a'),('PWD','PWD'),('PWD','b');", 2),
        # Not in the row, so nothing that would fit.
        (b"(`N`) VALUES (1);", 0),
    ],
)
def test_which_cell_is_which(insert: bytes, rows: int) -> None:
    dump = REGISTRY + b"INSERT INTO `REGISTRY` " + insert
    assert counted(dump, _settings(("NAME", "PWD"), ("VAL_CHAR", "C:%"))) == [rows]


def test_what_an_earlier_change_has_emptied_fits_no_later_one() -> None:
    dump = (
        REGISTRY + b"INSERT INTO `REGISTRY` VALUES ('MAIN','PWD','C:x',1),('MAIN','b','C:x',1),('MAIN','PWD',NULL,1);"
    )
    gone = dataclasses.replace(_settings(("NAME", "PWD")), removes=True)
    assert counted(dump, _settings(("NAME", "PWD")), _settings(("VAL_CHAR", "C:%")), gone) == [2, 1, 2]


MAILS = b"""CREATE TABLE `MAIL` (`ID` int, `ORDNER_ID` int);
CREATE TABLE `MAIL_ORDNER` (`ORDNER_ID` int, `ORDNER_TYP` char(2));
CREATE TABLE `LINK` (`ID` int);
INSERT INTO `MAIL` VALUES (1,5),(2,6),(3,5),(4,7),(5,NULL),(6,8);
INSERT INTO `MAIL_ORDNER` VALUES ('5','PA'),('6','PE'),('7','PA'),('7','PA'),('9','PA');
INSERT INTO `LINK` VALUES (1),(2),(3);
"""
OUTBOX = Change("mail", "MAIL", "MAIL", "DELETE", removes=True, outbox="MAIL_ORDNER")
EMPTIED = Change("paths", "LINK", "LINK", "DELETE", removes=True)


def test_mails_that_wait_and_tables_that_are_emptied() -> None:
    assert counted(MAILS, EMPTIED, OUTBOX) == [3, 3]


def test_several_changes_of_one_table_are_counted_each() -> None:
    dump = REGISTRY + b"INSERT INTO `REGISTRY` VALUES ('A','PWD','',1),('A','B','',2);"
    assert counted(dump, _settings(("NAME", "PWD")), _settings(("MAINKEY", "A"))) == [1, 2]


def test_rows_are_read_again_only_where_they_decide() -> None:
    for changes, passes in (((EMPTIED,), 0), ((OUTBOX, EMPTIED), 1), ((), 0)):
        backup = Opened(Dump(b"-- MySQL dump 10.13\n" + MAILS))
        count_changes(changes, t.cast("t.Any", backup))
        assert backup.passes == passes
