# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exactly the rows that the server refuses are left out or named; all others are there, and none of them twice."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.session_settings import for_rows
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.careful_loader import CarefulLoader, RowFailed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.fast_loader import Seen
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.loaded import Loaded
from library import Library, Planned
from restoring import cao_backup, cao_table

COLUMNS = ["ID int(11) not null", "A varchar(9)", "N int(11)"]
KEYS = ["PRIMARY KEY (ID)"]
ENGINES = ["InnoDB", "MyISAM", "Aria"]
COUNT = 40
# Too long, a key twice, no number, nothing where something has to be, and one column too few.
FAULTS = {
    "long": "'{}','0123456789','1'",
    "twice": "'3','a','1'",
    "number": "'{}','a','geheim'",
    "null": "NULL,'a','1'",
}


@dataclasses.dataclass
class Load:
    """A load with care into shadow tables."""

    session: Session
    planned: Planned

    def run(self, *, skip: bool, limit: int | None = None, seen: Seen | None = None) -> Loaded:
        self.planned.create(self.session)
        with for_rows(self.session, self.planned.backup.analysis):
            loader = CarefulLoader(
                self.session,
                self.planned.tables,
                self.planned.way(limit=limit),
                seen or (lambda *_told: None),
                skip=skip,
            )
            return loader.load(self.planned.backup.rows())

    def rows(self, source: str = "T") -> list[tuple[t.Any, ...]]:
        return self.session.query(f"SELECT * FROM {self.planned.tables[source].shadow} ORDER BY ID, N")


def _load(library: Library, content: bytes, **options: t.Any) -> Load:
    session = library.session()
    return Load(session, library.planned(session, content, **options))


def _rows(bad: t.Mapping[int, str]) -> list[str]:
    return [bad.get(n, f"'{n}','a','{n}'").format(n) for n in range(1, COUNT + 1)]


def _good(bad: t.Collection[int]) -> list[tuple[t.Any, ...]]:
    return [(n, "a", n) for n in range(1, COUNT + 1) if n not in bad]


def _lines(content: bytes, bad: t.Collection[int]) -> list[int]:
    first = content[: content.index(b"INSERT")].count(b"\n")
    return sorted(first + n for n in bad)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("limit", [100, None])
def test_exactly_what_is_refused_is_skipped(library: Library, engine: str, fault: str, limit: int | None) -> None:
    """The first, the last, and two side by side, in one packet or in many; a batch may be half in the table by then."""
    bad = dict.fromkeys((4, 20, 21, COUNT), FAULTS[fault])
    content = cao_backup(cao_table("T", COLUMNS, _rows(bad), KEYS))
    load = _load(library, content, engine=engine)
    loaded = load.run(skip=True, limit=limit)
    assert load.rows() == _good(bad)
    assert (loaded.rows, loaded.skipped, loaded.error_count) == (COUNT - len(bad), {"T": len(bad)}, len(bad))
    assert [one["line"] for one in loaded.errors] == _lines(content, bad)
    assert "geheim" not in str(loaded.errors)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_first_is_named(library: Library, engine: str) -> None:
    bad = {20: FAULTS["number"], 30: FAULTS["long"]}
    content = cao_backup(cao_table("T", COLUMNS, _rows(bad), KEYS))
    load = _load(library, content, engine=engine)
    with pytest.raises(RowFailed) as caught:
        load.run(skip=False)
    assert (caught.value.rows.line, caught.value.rows.count) == (_lines(content, bad)[0], 1)
    assert caught.value.error.number == 1366


@pytest.mark.parametrize("engine", ENGINES)
def test_rows_without_a_key_are_not_doubled(library: Library, engine: str) -> None:
    """Nothing but their number tells which of them were in the table when the batch failed."""
    rows = ["'1','a','1'", "'1','a','1'", "'1','0123456789','1'", "'1','a','1'", "'1','0123456789','1'", "'1','a','1'"]
    load = _load(library, cao_backup(cao_table("T", COLUMNS, rows)), engine=engine)
    loaded = load.run(skip=True)
    assert load.rows() == [(1, "a", 1)] * 4
    assert (loaded.rows, loaded.error_count) == (4, 2)


@pytest.mark.parametrize("engine", ENGINES)
def test_one_statement_of_many_rows(library: Library, engine: str) -> None:
    """As other programs write them: the row is named by its line within the statement."""
    rows = _rows({20: FAULTS["long"]})
    joined = ",\n".join(f"({row})" for row in rows)
    dump = f"-- MySQL dump 10.13\nCREATE TABLE `T` ({', '.join(COLUMNS + KEYS)});\nINSERT INTO `T` VALUES {joined};\n"
    load = _load(library, dump.encode(), engine=engine)
    loaded = load.run(skip=True)
    assert load.rows() == _good({20})
    ((line, statement),) = [(one["line"], one["statement"]) for one in loaded.errors]
    assert (line, statement) == (dump[: dump.index("'20'")].count("\n") + 1, 2)


@pytest.mark.parametrize("engine", ENGINES)
def test_later_rows_replace_earlier_ones(library: Library, engine: str) -> None:
    rows = ["'1','a','1'", "'2','a','2'", "'1','b','3'", "'3','0123456789','4'", "'2','b','5'"]
    table = cao_table("T", COLUMNS, rows, KEYS).replace("INSERT INTO", "REPLACE INTO")
    load = _load(library, cao_backup(table), engine=engine)
    loaded = load.run(skip=True)
    assert load.rows() == [(1, "b", 3), (2, "b", 5)]
    assert (loaded.inexact, loaded.error_count) == ({"T"}, 1)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("key", [[], ["KEY A (A)"], ["UNIQUE KEY N (N)"], KEYS], ids=" ".join)
def test_rows_that_replace_nothing_are_not_doubled(library: Library, engine: str, key: list[str]) -> None:
    """Without a key, or with NULL in it, a row that is sent twice is there twice."""
    rows = ["'1','a',NULL", "'2','b',NULL", "'3','0123456789',NULL", "'4','c','7'"]
    table = cao_table("T", COLUMNS, rows, key).replace("INSERT INTO", "REPLACE INTO")
    load = _load(library, cao_backup(table), engine=engine)
    loaded = load.run(skip=True)
    assert load.rows() == [(1, "a", None), (2, "b", None), (4, "c", 7)]
    assert loaded.error_count == 1


@pytest.mark.parametrize("engine", ENGINES)
def test_tables_by_turns_and_one_that_is_kept(library: Library, engine: str) -> None:
    """Which rows were in the table is counted for each batch anew."""
    library.mandant.query("CREATE TABLE XT (ID INT)")
    bad = {2: FAULTS["long"], 39: FAULTS["long"]}
    first, second, kept = (cao_table(name, COLUMNS, _rows(bad), KEYS) for name in ("T", "U", "XT"))
    lines = [line for line in first.splitlines(keepends=True) if line.startswith("INSERT")]
    content = cao_backup(first.replace("".join(lines[20:]), ""), second, kept, *lines[20:])
    load = _load(library, content, engine=engine, keep_tables=("XT",))
    loaded = load.run(skip=True)
    assert load.rows("T") == load.rows("U") == _good(bad)
    assert loaded.skipped == {"T": 2, "U": 2}
    assert library.mandant.query("SELECT * FROM XT") == []


def test_nothing_goes_on_behind_a_lost_connection(library: Library) -> None:
    """It is no row that could be skipped."""
    bad = dict.fromkeys(range(2, COUNT), FAULTS["long"])
    load = _load(library, cao_backup(cao_table("T", COLUMNS, _rows(bad), KEYS)), engine="InnoDB")

    def kill(*_told: object) -> None:
        if library.is_there(load.session.number):
            library.kill(load.session)

    with pytest.raises(ServerError) as caught:
        load.run(skip=True, limit=100, seen=kill)
    assert caught.value.lost


def test_somebody_who_holds_the_table_is_no_fault_of_a_row(library: Library) -> None:
    load = _load(library, cao_backup(cao_table("T", COLUMNS, _rows({}), KEYS)), engine="InnoDB")
    library.impatient(load.session)
    holder = library.instance()

    def hold(*_told: object) -> None:
        holder.query(f"LOCK TABLES {load.planned.tables['T'].shadow} READ")

    with pytest.raises(ServerError) as caught:
        load.run(skip=True, limit=100, seen=hold)
    assert caught.value.number == 1205
