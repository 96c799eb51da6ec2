# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a stream makes of rows is what INSERTs make of them, or it is unfit; random tables and rows, and known traps."""

from __future__ import annotations

import os
import threading
import typing as t
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, note, settings
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.session_settings import for_rows
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.row_stream import (
    RowStream,
    StreamUnfit,
    can_stream,
)
from any_rows import Table, tables
from cutting_proxy import CuttingProxy
from library import Library, Planned
from mandant import Mandant
from restoring import Restorer, articles, cao_backup, cao_table
from two_ways import TwoWays

EXAMPLES = int(os.environ.get("STREAM_EXAMPLES", "60"))


@pytest.fixture
def ways(mandant: Mandant, tmp_path: Path) -> TwoWays:
    return TwoWays(Restorer(mandant, tmp_path))


@settings(
    max_examples=EXAMPLES,
    # The same examples in every run; a long run by STREAM_EXAMPLES looks for new ones.
    derandomize="STREAM_EXAMPLES" not in os.environ,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(table=tables(), on_error=st.sampled_from(("fail", "skip")))
def test_a_stream_gives_what_inserts_give(ways: TwoWays, table: Table, on_error: str) -> None:
    note(table.dump.decode("utf-8", "backslashreplace"))
    stream, inserts = ways.both(table.dump, on_error=on_error)
    note(f"{stream}\n{inserts}")
    event(f"{stream.error} inserts={stream.inserts > 0}")
    assert stream.streams
    assert not inserts.streams
    assert stream.meaning == inserts.meaning


COLUMNS = ["ID int(11) not null", "A varchar(20)", "N decimal(12,4)"]


class Stream:
    """One stream into the first shadow table of a backup."""

    def __init__(self, library: Library, session: Session, planned: Planned, piece_bytes: int = 1000) -> None:
        self._table = planned.plan.tables[0]
        self._library = library
        self.session = session
        self.first, *self.rest = list(planned.backup.rows())
        planned.create(session)
        self.stream = RowStream(
            session, self._table, self.first, charset=planned.backup.analysis.encoding, piece_bytes=piece_bytes
        )

    def send(self) -> None:
        for rows in (self.first, *self.rest):
            assert self.stream.accepts(rows)
            self.stream.add(rows)
        self.stream.end()

    def values(self) -> list[tuple[t.Any, ...]]:
        self.session.execute("COMMIT")
        return self._library.mandant.query(f"SELECT * FROM {self._table.shadow} ORDER BY ID")


def _planned(library: Library, rows: t.Sequence[str], **options: t.Any) -> tuple[Session, Planned]:
    session = library.session()
    table = cao_table("T", COLUMNS, rows, ["PRIMARY KEY (ID)"])
    return session, library.planned(session, cao_backup(table), **options)


@pytest.mark.parametrize("engine", ["InnoDB", "MyISAM", "Aria"])
@pytest.mark.parametrize("piece_bytes", [1, 7, 1000])
def test_pieces_of_any_size(library: Library, engine: str, piece_bytes: int) -> None:
    """What ends a row, a field or an escape may be cut anywhere, and stand in the middle of a value."""
    texts = ["),(", "a),(\\'b", "\\'),(\\'", ",", "\\\\", "NULL", "", "\\r\\n\\0\\Z", "€ Größe", ");"]
    rows = [f"'{number}','{text}','{number}.5000'" for number, text in enumerate(texts)]
    session, planned = _planned(library, [*rows, "'99',NULL,NULL"], engine=engine)
    with for_rows(session, planned.backup.analysis):
        stream = Stream(library, session, planned, piece_bytes)
        stream.send()
    meant = ["),(", "a),('b", "'),('", ",", "\\", "NULL", "", "\r\n\0\x1a", "€ Größe", ");"]
    found = stream.values()
    assert [(number, text) for number, text, _price in found] == [*enumerate(meant), (99, None)]
    assert [str(price) for _number, _text, price in found[:2]] == ["0.5000", "1.5000"]


@pytest.mark.parametrize("engine", ["InnoDB", "MyISAM", "Aria"])
@pytest.mark.parametrize(
    "row",
    ["'5','longer than twenty letters','1'", "'4','a key twice','1'", "'5','a','no number'", "NULL,'a','1'",
     "'99999999999','a','1'", "'5','a','123456789012345.0'"],
)  # fmt: skip
def test_a_row_that_a_server_would_change(library: Library, engine: str, row: str) -> None:
    """It only warns of it in a stream; the connection is of use afterwards."""
    rows = [f"'{number}','a','1'" for number in range(1, 10)]
    rows[4] = row
    session, planned = _planned(library, rows, engine=engine)
    with for_rows(session, planned.backup.analysis):
        stream = Stream(library, session, planned)
        with pytest.raises(StreamUnfit):
            stream.send()
        assert session.query("SELECT 1") == [(1,)]


def test_only_plain_rows_of_the_same_kind_join(library: Library) -> None:
    session = library.session()
    rows = ["'1','a','1'", "'2','a','1'", "'3',X'61','1'"]
    lines = [cao_table("T", COLUMNS, rows), "INSERT INTO T (ID, A) VALUES ('4','a');\r\n"]
    planned = library.planned(session, cao_backup(*lines, cao_table("U", COLUMNS, ["'1','a','1'"])))
    first, *rest = planned.backup.rows()
    planned.create(session)
    stream = RowStream(session, planned.tables["T"], first, charset="latin1", piece_bytes=100)
    singles = [row for rows in rest for row in rows.singles()]
    assert not any(stream.accepts(row) for row in singles if not row.plain or row.columns or row.table == "U")
    assert len(singles) >= 3
    assert stream.accepts(first)
    stream.add(first)
    stream.end()
    assert session.query(f"SELECT COUNT(*) FROM {planned.tables['T'].shadow}") == [(first.count,)]


@pytest.mark.parametrize(
    ("charset", "streams"), [("latin1", True), ("cp850", True), ("utf8", False), ("utf8mb4", False)]
)
def test_bytes_that_are_no_characters(library: Library, charset: str, streams: bool) -> None:
    """Where a stream has to be of characters, a table with bytes has none; where it has one, they arrive."""
    session = library.session()
    every = "".join(f"{byte:02x}" for byte in range(1, 256) if byte not in b"'\\\n\r\x1a")
    dump = f"SET NAMES {charset};\nCREATE TABLE T (ID int, B blob);\nINSERT INTO T VALUES ('1','".encode()
    dump = b"-- MySQL dump 10.13\n" + dump + bytes.fromhex(every) + b"');\n"
    planned = library.planned(session, dump)
    assert can_stream(planned.tables["T"], planned.backup.analysis.encoding) is streams
    if streams:
        with for_rows(session, planned.backup.analysis):
            stream = Stream(library, session, planned)
            stream.send()
        assert stream.values() == [(1, bytes.fromhex(every))]


def _threads(before: set[threading.Thread]) -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread not in before and thread.is_alive()}


@pytest.mark.parametrize("place", ["before its end", "between two pieces"])
def test_lost_connection(library: Library, place: str) -> None:
    """It is no unfit stream, for INSERTs would not do better."""
    session, planned = _planned(library, [f"'{number}','a','1'" for number in range(1, 500)], engine="InnoDB")
    stream = Stream(library, session, planned)
    stream.stream.add(stream.first)
    library.kill(session)

    def go_on() -> t.NoReturn:
        if place == "before its end":
            stream.stream.end()
        while True:
            stream.stream.add(stream.first)

    with pytest.raises(ServerError) as caught:
        go_on()
    assert caught.value.lost
    assert library.mandant.query(f"SELECT COUNT(*) FROM {planned.tables['T'].shadow}") == [(0,)]


@pytest.mark.parametrize("engine", ["InnoDB", "MyISAM"])
def test_no_thread_is_left_by_a_line_that_is_cut(restorer: Restorer, engine: str) -> None:
    """Whatever the moment, the Mandant is as it was and nothing waits any more."""
    path, before = restorer.write("a.sql", cao_backup(articles(20_000, "x" * 50))), threading.enumerate()
    with CuttingProxy(restorer.mandant.server.address.port) as counting:
        Restorer(restorer.mandant, restorer.folder, port=counting.port).run(path, engine=engine)
    live = restorer.mandant.tables(), restorer.mandant.checksums()
    for tenth in range(1, 10):
        cut = counting.carried * tenth // 10
        with CuttingProxy(restorer.mandant.server.address.port, cut) as proxy, pytest.raises(Failure) as caught:
            Restorer(restorer.mandant, restorer.folder, port=proxy.port).run(path, engine=engine, policy="always")
        assert caught.value.error == "connection_failed"
        assert (restorer.mandant.tables(), restorer.mandant.checksums()) == live
        assert [thread for thread in threading.enumerate() if thread not in before and thread.is_alive()] == []


def test_a_server_that_takes_no_streams(library: Library) -> None:
    """It refuses before the first row, and INSERTs can begin at once."""
    before = library.ask("SELECT @@GLOBAL.local_infile")[0][0]
    library.ask("SET GLOBAL local_infile = 0")
    try:
        session, planned = _planned(library, ["'1','a','1'"])
        threads = set(threading.enumerate())
        with pytest.raises(StreamUnfit):
            Stream(library, session, planned)
        assert session.query("SELECT 1") == [(1,)]
        assert _threads(threads) == set()
    finally:
        library.ask(f"SET GLOBAL local_infile = {before}")
