# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All rows arrive once, whichever way each goes; the first fault ends the load and names its statement."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import is_fatal
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.session_settings import for_rows
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.fast_loader import (
    ROWS_WITHOUT_KEYS,
    RUNS_LIMIT,
    BatchFailed,
    FastLoader,
    Seen,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.loaded import Loaded
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.row_stream import StreamUnfit
from library import Library, Planned
from restoring import cao_backup, cao_table

COLUMNS = ["ID int(11) not null", "A varchar(20)", "B varchar(20)"]
KEYS = ["PRIMARY KEY (ID)", "KEY A (A)"]
ENGINES = ["InnoDB", "MyISAM", "Aria"]


@dataclasses.dataclass
class Load:
    """A load into shadow tables, and what was told of it."""

    library: Library
    session: Session
    planned: Planned
    seen: list[tuple[str, int, int]] = dataclasses.field(default_factory=list)

    def run(self, *, streams: bool = False, limit: int | None = None, seen: Seen | None = None) -> Loaded:
        self.planned.create(self.session)
        with for_rows(self.session, self.planned.backup.analysis):
            loader = FastLoader(
                self.session,
                self.planned.tables,
                self.planned.way(streams=streams, limit=limit),
                seen or (lambda *told: self.seen.append(told)),
            )
            return loader.load(self.planned.backup.rows())

    def rows(self, source: str = "T") -> list[tuple[t.Any, ...]]:
        return self.library.mandant.query(f"SELECT * FROM {self.planned.tables[source].shadow} ORDER BY ID")


def _load(library: Library, content: bytes, **options: t.Any) -> Load:
    session = library.session()
    return Load(library, session, library.planned(session, content, **options))


def _mixed(count: int) -> list[str]:
    """Return rows that a stream can bring, and by turns some that only an INSERT can."""
    return [f"'{n}','a{n}','b'" if n % 3 else f"'{n}',X'6{n % 10}','\\%'" for n in range(1, count + 1)]


def _expected(count: int) -> list[tuple[int, str, str]]:
    return [(n, f"a{n}", "b") if n % 3 else (n, chr(0x60 + n % 10), "\\%") for n in range(1, count + 1)]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("streams", [True, False])
@pytest.mark.parametrize("limit", [64, 4000, None])
def test_rows_of_both_kinds_by_turns(library: Library, engine: str, streams: bool, limit: int | None) -> None:
    """More turns than a table gets streams for, in packets of any size, some shorter than a row."""
    count = 3 * RUNS_LIMIT + 5
    load = _load(library, cao_backup(cao_table("T", COLUMNS, _mixed(count), KEYS)), engine=engine)
    loaded = load.run(streams=streams, limit=limit)
    assert load.rows() == _expected(count)
    assert (loaded.rows, loaded.warnings, loaded.inexact) == (count, {}, set())
    assert load.seen[-1] == ("T", loaded.bytes, count)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("count", [500, ROWS_WITHOUT_KEYS])
def test_keys_are_there_at_the_end(library: Library, engine: str, count: int) -> None:
    """Engines that leave them out during the load of many rows have built them: a look by the key finds each row."""
    rows = [f"'{n}','a{n % 7}','b'" for n in range(1, count + 1)]
    load = _load(library, cao_backup(cao_table("T", COLUMNS, rows, KEYS)), engine=engine)
    load.run()
    shadow = load.planned.tables["T"].shadow
    assert library.mandant.query(f"SELECT COUNT(*) FROM {shadow} FORCE INDEX (A) WHERE A = 'a3'") == [
        ((count + 4) // 7,)
    ]
    assert {row[9] for row in library.mandant.query(f"SHOW INDEX FROM {shadow}")} <= {"", "YES"}
    assert all(row[11] == "" for row in library.mandant.query(f"SHOW INDEX FROM {shadow}"))


def test_rows_that_come_by_turns_with_those_of_another_table(library: Library) -> None:
    first, second = (cao_table(name, COLUMNS, [f"'{n}','a','b'" for n in range(1, 10)], KEYS) for name in "TU")
    lines = [line for line in first.splitlines(keepends=True) if line.startswith("INSERT")]
    content = cao_backup(first.replace("".join(lines[5:]), ""), second, cao_table("W", COLUMNS, []), *lines[5:])
    load = _load(library, content)
    load.run(streams=True)
    assert len(load.rows("T")) == len(load.rows("U")) == 9


def test_tables_that_are_not_in_the_plan_are_passed_over(library: Library) -> None:
    library.mandant.query("CREATE TABLE XT (ID INT)")
    tables = [cao_table(name, COLUMNS, [f"'{n}','a','b'" for n in range(1, 4)]) for name in ("T", "XT", "U")]
    load = _load(library, cao_backup(*tables), keep_tables=("XT",))
    assert load.run().rows == 6
    assert library.mandant.query("SELECT * FROM XT") == []


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("limit", [200, None])
def test_the_fault_is_that_of_the_statement_under_way(library: Library, engine: str, limit: int | None) -> None:
    """The next one is made by then, and is not blamed; nothing goes on behind it."""
    rows = [f"'{n}','a','b'" for n in range(1, 101)]
    rows[49] = "'50','longer than the column is','b'"
    load = _load(library, cao_backup(cao_table("T", COLUMNS, rows, KEYS)), engine=engine)
    with pytest.raises(BatchFailed) as caught:
        load.run(limit=limit)
    blamed = caught.value.rows
    first = 50 - blamed.statement + blamed.count
    assert caught.value.error.number == 1406
    assert blamed.table == "T"
    # Two statements stand before the rows of the table: the bad one is among those that are named.
    assert blamed.statement <= 52 < blamed.statement + blamed.count, first
    assert not load.session.broken


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("row", ["'50','longer than the column is','b'", "'49','a','b'", "'50','a','b\\0'"])
def test_a_stream_is_exact_or_unfit(library: Library, engine: str, row: str) -> None:
    """A server only warns of what it leaves out or cuts: such rows are never taken for loaded."""
    rows = [f"'{n}','a','b'" for n in range(1, 101)]
    rows[49] = row
    load = _load(library, cao_backup(cao_table("T", COLUMNS, rows, KEYS)), engine=engine)
    if row.endswith("\\0'"):
        load.run(streams=True)
        assert load.rows()[49] == (50, "a", "b\0")
        return
    with pytest.raises(StreamUnfit):
        load.run(streams=True)
    assert not load.session.broken


def test_what_the_server_warns_of_is_told(library: Library) -> None:
    """A row that IGNORE lets be changed is loaded, and counted as one that may not be the backup's."""
    table = cao_table("T", COLUMNS, ["'1','a','b'", "'1','c','d'"], KEYS).replace("INSERT INTO", "INSERT IGNORE INTO")
    load = _load(library, cao_backup(table))
    loaded = load.run(streams=True)
    assert load.rows() == [(1, "a", "b")]
    assert loaded.inexact == {"T"}
    assert all("1062" in text for _table, text in loaded.warnings)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("streams", [True, False])
def test_lost_connection(library: Library, engine: str, streams: bool) -> None:
    """In the middle of the rows of either way; the failure is one that no other row would mend."""
    rows = [f"'{n}','a','b'" for n in range(1, 2001)]
    load = _load(library, cao_backup(cao_table("T", COLUMNS, rows, KEYS)), engine=engine)

    def kill(_table: str, _size: int, _count: int) -> None:
        if library.is_there(load.session.number):
            library.kill(load.session)

    with pytest.raises((BatchFailed, ServerError)) as caught:
        load.run(streams=streams, limit=1000, seen=kill)
    error = caught.value.error if isinstance(caught.value, BatchFailed) else caught.value
    assert error.lost
    assert is_fatal(error)


def test_rows_that_repeat_their_values_for_a_key_that_is_there(library: Library) -> None:
    start = "SET NAMES utf8mb4;\nCREATE TABLE T (ID int PRIMARY KEY, A varchar(20), B varchar(20));\n"
    row = "INSERT INTO T (ID, A, B) VALUES ({0},'{1}','b') ON DUPLICATE KEY UPDATE A='{2}', B=\"it's {0}\";\n"
    first = "".join(row.format(number, f"a{number}", f"a{number}") for number in range(1, 41))
    again = "".join(row.format(number, f"n{number}", f"n{number}") for number in range(1, 31))
    other = "".join(row.format(number, "x", f"o{number}") for number in range(1, 11))
    load = _load(library, (start + first + again + other).encode())
    assert load.run().rows == 80
    expected = [(number, f"o{number}", f"it's {number}") for number in range(1, 11)]
    expected += [(number, f"n{number}", f"it's {number}") for number in range(11, 31)]
    assert load.rows() == [*expected, *((number, f"a{number}", "b") for number in range(31, 41))]
