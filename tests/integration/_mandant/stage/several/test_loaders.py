# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is loaded over several connections is what one connection loads, or the same failure; and it ends cleanly."""

from __future__ import annotations

import gzip
import os
import random
import signal
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.signals import Interrupted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.loaded import Loaded
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.several import shares
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.several.loaders import Loaders, merged
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.several.second_connection import Beside
from jobs import until
from library import Library
from restoring import Restorer, account, let_connect_once
from two_ways import local_infile

ENGINES = ("InnoDB", "InnoDB", "MyISAM", "Aria")
KEYS = (
    ", PRIMARY KEY (A)",
    ", PRIMARY KEY (A), KEY B (B), UNIQUE KEY C (C)",
    ", PRIMARY KEY (A, B)",
    ", KEY C (C)",
    "",
)
FAULTS = ("none", "none", "none", "twice", "too long", "ignore", "replace", "numbers", "in turn", "update")


def _table(name: str, rows: int, chance: random.Random, fault: str) -> list[str]:
    """Return the statements of a table; what is twice, too long or left out stands anywhere in it."""
    keys = chance.choice(KEYS)
    counter = " AUTO_INCREMENT" if keys.startswith(", PRIMARY KEY (A)") and chance.random() < 0.5 else ""
    values = [f"({n},'Größe {n % 7}','c{n}')" for n in range(1, rows + 1)]
    at = chance.randrange(10, rows)
    if fault in ("twice", "ignore", "replace", "update"):
        values[at] = values[at - 9]
    if fault == "too long":
        values[at] = values[at].replace("Größe", "Größe" * 9)
    if fault == "numbers" and counter:
        values[at] = "(NULL,'b','c')"
    verb = {"ignore": "INSERT IGNORE", "replace": "REPLACE"}.get(fault, "INSERT")
    update = " ON DUPLICATE KEY UPDATE B = VALUES(B)" if fault == "update" else ""
    many = chance.choice((1, 7, 50))
    statements = [
        f"CREATE TABLE {name} (A INT NOT NULL{counter}, B VARCHAR(20), C VARCHAR(20) NOT NULL{keys})"
        f" ENGINE={chance.choice(ENGINES)};"
    ]
    for start in range(0, rows, many):
        statements.append(f"{verb} INTO {name} VALUES {','.join(values[start : start + many])}{update};")
    return statements


def _dump(seed: int) -> bytes:
    chance = random.Random(seed)
    tables = [_table(f"T{number}", chance.randrange(20, 400), chance, chance.choice(FAULTS)) for number in range(4)]
    lines = [line for table in tables for line in table]
    if seed % 4 == 3:
        creates = [table[0] for table in tables]
        rows = [table[1:] for table in tables]
        lines = creates + [one.pop(0) for one in chance.choices(rows, k=4000) if one] + [x for one in rows for x in one]
    return "\n".join(["SET NAMES latin1;", *lines, ""]).encode("cp1252")


# Of these it is known that all goes well over two connections: of each kind of file at least one.
THESE_TWO = (0, 7, 10, 11, 17)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have few rows be worth a second connection."""
    monkeypatch.setattr(shares, "BYTES_AT_LEAST", 0)
    monkeypatch.setattr(shares, "ROWS_AT_LEAST", 1)


def _outcome(restorer: Restorer, path: str, on_error: str) -> tuple[t.Any, ...]:
    try:
        restored = restorer.run(path, policy="always", previous="drop", on_error=on_error, replace=True)
    except Failure as failure:
        return failure.error, failure.msg
    mandant = restorer.mandant
    tables = [name for name in mandant.tables() if not name.startswith("BACK_")]
    rows = {name: mandant.query(f"SELECT * FROM {name} ORDER BY A, B, C") for name in tables}
    in_order = {
        name: mandant.query(f"SELECT * FROM {name}")
        for name in tables
        if "PRIMARY KEY" not in mandant.query(f"SHOW CREATE TABLE {name}")[0][1]
    }
    shown = {name: mandant.query(f"SHOW CREATE TABLE {name}") for name in tables}
    told = restored.restore
    # Of an engine that gave way the first restore tells alone.
    warnings = [one for one in told["warnings"] if "it gets" not in one["text"]]
    return rows, in_order, shown, told["rows"], warnings, told["errors"]


@pytest.mark.parametrize("seed", range(int(os.environ.get("LOADERS_EXAMPLES", "24"))))
@pytest.mark.usefixtures("small")
def test_several_load_what_one_loads(restorer: Restorer, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    dump = _dump(seed)
    # What is packed is read once and handed out, what is plain is read by each.
    path = restorer.write("d.sql.gz", gzip.compress(dump)) if seed % 3 == 2 else restorer.write("d.sql", dump)
    on_error = ("fail", "skip")[seed % 2]
    ways: list[Loaded | None] = []
    real = Loaders._run

    def noted(self: Loaders, *arguments: t.Any) -> t.Any:
        ways.append(real(self, *arguments))
        return ways[-1]

    with monkeypatch.context() as patched:
        patched.setattr(Loaders, "_run", noted)
        several = _outcome(restorer, path, on_error)
    monkeypatch.setattr(Beside, "_connected", lambda _self: None)
    assert several == _outcome(restorer, path, on_error)
    assert ways or seed not in THESE_TWO


@pytest.mark.usefixtures("small")
def test_an_account_with_one_connection_loads_all(restorer: Restorer) -> None:
    path = restorer.write("d.sql", _dump(0))
    user = f"alone_{os.getpid()}"
    password = account(restorer.mandant.server, user, ["ALL ON *.*"])
    let_connect_once(restorer.mandant.server, user)
    single = Restorer(restorer.mandant, restorer.folder, user, password)
    expected = _outcome(restorer, path, "fail")
    until(lambda: not _connections(restorer, user), 60, "it is gone")
    assert _outcome(single, path, "fail") == expected


def _connections(restorer: Restorer, user: str) -> list[t.Any]:
    return restorer.mandant.query(f"SELECT ID FROM information_schema.PROCESSLIST WHERE USER = '{user}'")


def _large(restorer: Restorer, engine: str) -> str:
    """Write a backup of two tables that take a server some time."""
    rows = ",\n".join(f"({n},'{'Größe ' * 3}','c{n}')" for n in range(1, 60_001))
    texts = [
        f"CREATE TABLE {name} (A INT NOT NULL, B VARCHAR(20), C VARCHAR(20) NOT NULL, PRIMARY KEY (A), KEY C (C))"
        f" ENGINE={engine};\nINSERT INTO {name} VALUES {rows};\n"
        for name in ("ONE", "OTHER")
    ]
    return restorer.write("large.sql", ("SET NAMES latin1;\n" + "".join(texts)).encode("cp1252"))


@pytest.mark.parametrize("engine", ["InnoDB", "MyISAM"])
def test_ended_in_the_middle_nothing_is_left(restorer: Restorer, engine: str) -> None:
    path, mandant = _large(restorer, engine), restorer.mandant
    others = f"SELECT ID FROM information_schema.PROCESSLIST WHERE DB = '{mandant.name}' AND ID <> CONNECTION_ID()"
    ended: list[int] = []

    def end(phase: str, *_told: object) -> None:
        if phase == "load" and not ended:
            ended.append(len(mandant.query(others)))
            os.kill(os.getpid(), signal.SIGTERM)

    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        with pytest.raises(Interrupted):
            restorer.run(path, progress=end)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert ended == [2]
    assert mandant.query("SHOW TABLES") == []
    until(lambda: not mandant.query(others), 60, "the server has seen that all connections are gone")
    assert restorer.run(path).restore["rows"] == 120_000


def test_one_that_is_lost_is_done_without(restorer: Restorer) -> None:
    path, mandant = _large(restorer, "InnoDB"), restorer.mandant
    ids = f"SELECT ID FROM information_schema.PROCESSLIST WHERE DB = '{mandant.name}' AND ID <> CONNECTION_ID()"
    killed: list[int] = []

    def kill(phase: str, *_told: object) -> None:
        if phase == "load" and not killed:
            killed.append(max(number for (number,) in mandant.query(ids)))
            mandant.query(f"KILL {killed[0]}")

    assert restorer.run(path, progress=kill).restore["rows"] == 120_000
    assert killed
    assert mandant.query("SELECT COUNT(*), MAX(A) FROM OTHER") == [(60_000, 60_000)]


def test_nothing_of_another_connection_is_left_on_the_mandant(library: Library) -> None:
    """Neither when it has done its work, nor when it is ended in the middle of a stream."""
    beside = Beside(library.session(), library.restorer.login(), library.mandant.name)
    on_it = f"SELECT ID FROM information_schema.PROCESSLIST WHERE DB = '{library.mandant.name}'"
    before = len(library.ask(on_it))
    library.mandant.query("CREATE TABLE T (A INT NOT NULL PRIMARY KEY) ENGINE=InnoDB")
    with beside.another() as session:
        assert session is not None
        assert len(library.ask(on_it)) == before + 1
        session.execute("INSERT INTO T VALUES (1)")
    assert len(library.ask(on_it)) == before
    with local_infile(library.mandant.server, True), beside.another() as session:
        assert session is not None
        session.execute("SET autocommit=0")
        session.begin_stream(b"LOAD DATA LOCAL INFILE 'r' INTO TABLE T")
        session.feed(b"7\n" * 10)
    assert not library.is_there(session.number)
    library.session().execute("DROP TABLE T")


def test_warnings_are_told_in_the_order_of_the_dump() -> None:
    first, second = Loaded(rows=1, bytes=5), Loaded(rows=2, bytes=7, inexact={"B"})
    first.warn("C", "x")
    second.warn("A", "x", 2)
    second.warn("B", "x")
    second.warn("C", "x")
    both = merged([first, second], ["A", "B", "C"])
    assert (both.rows, both.bytes, both.inexact) == (3, 12, {"B"})
    assert [(one["table"], one["count"]) for one in both.warning_list()] == [("A", 2), ("B", 1), ("C", 2)]
