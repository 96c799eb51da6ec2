# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dumps that programs have made themselves arrive as by the server's own client, and the guide says which.

A program that cannot be had here is left out. FAKTURA_WRITE_PROGRAMS=1 makes these tests write the guide's table.
"""

from __future__ import annotations

import contextlib
import os
import typing as t
from pathlib import Path

import pytest

import fetched_servers
import mysql_server
from mandant import Mandant
from mariadb_server import MariadbServer
from own_dumps.programs import FOLDER, PROGRAMS, Made, Program
from own_dumps.source import statements
from private_server import PrivateServer
from program_runs import CELLS_OF_OWN, around_own_dumps, outcome_of, rows_of_own_dumps
from side_by_side import SideBySide

TREE = Path(__file__).resolve().parents[2]
GUIDE = TREE / "docs" / "docsite" / "rst" / "other_dumps.rst"
REWRITE = "FAKTURA_WRITE_PROGRAMS=1 make integration PYTEST_ARGS='-k own_dumps' writes the table as it is now"
# How long it takes is for the bench.
_ANY_SECONDS = 3600
# Nothing has to outlive the tests.
_NO_SYNC = ("--innodb-flush-log-at-trx-commit=0", "--innodb-flush-method=nosync", "--innodb-doublewrite=OFF")
_FAST = {
    "mariadb": (*_NO_SYNC, "--debug-no-sync", "--sync-frm=OFF"),
    "mysql-5.6": (*_NO_SYNC, "--sync-frm=OFF"),
    "mysql-9.7": (*_NO_SYNC, "--skip-log-bin"),
}


class Servers:
    """Private servers by their names, each started when it is asked for."""

    def __init__(self, stack: contextlib.ExitStack) -> None:
        self._stack = stack
        self._running: dict[str, PrivateServer] = {}

    def server(self, name: str) -> PrivateServer:
        """Return the server."""
        if name not in self._running:
            kinds: dict[str, type[PrivateServer]] = {one.name: one for one in fetched_servers.SERVERS}
            kinds |= {"mysql-5.6": mysql_server.MysqlServer, "mariadb-10.11": MariadbServer}
            options = _FAST.get(name) or _FAST["mariadb"]
            self._running[name] = self._stack.enter_context(kinds[name](options=options))
        return self._running[name]

    def dumps(self, program: Program) -> list[Made]:
        """Return what a program makes of its database, which is gone then: dumps may name it."""
        source = Mandant("quelle", self.server(program.source))
        source.create(charset="utf8mb4")
        try:
            with contextlib.closing(source.connect()) as connection, connection.cursor() as cursor:
                cursor.execute("SET sql_mode='', time_zone='+00:00', foreign_key_checks=0")
                for statement in statements(program.source, program.without):
                    cursor.execute(statement)
            return list(program.make(program.root, source))
        finally:
            source.drop()


def _why_no_server(name: str) -> str | None:
    """Return why a server cannot be had, None where it can."""
    if name == "mysql-5.6":
        return None if mysql_server.is_there() else mysql_server.MISSING
    return None if name == "mariadb-10.11" else fetched_servers.why_not(name)


@pytest.fixture(scope="module")
def running() -> t.Iterator[Servers]:
    """The servers that were asked for."""
    with contextlib.ExitStack() as stack:
        yield Servers(stack)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda one: f"{one.name} {one.version} of {one.source}")
def test_what_a_program_dumps_arrives(program: Program, running: Servers, tmp_path: Path) -> None:
    # A server is looked for first: to get a program takes longer.
    reason = _why_no_server(program.source) or _why_no_server(program.onto) or program.why_not()
    if reason is not None:
        pytest.skip(reason)
    client = str(FOLDER / "mysql-9.7/root/usr/bin/mysql") if program.onto == "mysql-9.7" else None
    side_by_side = SideBySide(running.server(program.onto), tmp_path, start_seconds=_ANY_SECONDS, client=client)
    rows = {}
    for made in running.dumps(program):
        packed = {b"PK": ".sql.zip", b"\x1f\x8b": ".sql.gz"}.get(made.sql[:2], "")
        path = tmp_path / f"dump{packed or '.sql'}"
        path.write_bytes(made.sql)
        rows[_shown(program) + (f", ``{made.told}``" if made.told else "")] = outcome_of(side_by_side.compare(path))
    assert not [row for row in rows.items() if row[1].startswith(("different", "slow", "refused: ``traceback"))]
    _holds(_shown(program), rows)


def _shown(program: Program) -> str:
    return f"{program.name} {program.version}" + (" of MySQL 5.6" if program.source == "mysql-5.6" else "")


def _holds(program: str, rows: t.Mapping[str, str]) -> None:
    """Compare a program's rows with those of the guide, or write them, in the order of PROGRAMS."""
    text = GUIDE.read_text(encoding="utf-8")
    before, _rows, after = around_own_dumps(text)
    there = rows_of_own_dumps(text)
    if os.environ.get("FAKTURA_WRITE_PROGRAMS"):
        order = [_shown(one) for one in PROGRAMS]
        there = {name: row for name, row in there.items() if name.partition(", ``")[0] != program} | dict(rows)
        merged = sorted(there.items(), key=lambda row: order.index(row[0].partition(", ``")[0]))
        written = "".join(CELLS_OF_OWN.format(*row) for row in merged)
        GUIDE.write_text(before + written + after, encoding="utf-8")
    assert {name: there.get(name) for name in rows} == dict(rows), REWRITE
