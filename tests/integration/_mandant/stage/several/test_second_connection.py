# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is found beside the load is what the first connection would find; without it nothing is wrong, and it ends."""

from __future__ import annotations

import os

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.fingerprint import fingerprint
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Fingerprint
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.several.second_connection import Beside
from jobs import until
from library import Library
from restoring import Restorer, account, let_connect_once

TABLES = ("A", "b`%s ü", "C")


pytestmark = pytest.mark.usefixtures("no_thread_left")


def _beside(library: Library, restorer: Restorer | None = None) -> Beside:
    login = (restorer or library.restorer).login()
    return Beside(library.session(), login, library.mandant.name)


def _make(library: Library, engine: str = "InnoDB") -> dict[str, Fingerprint]:
    """Make tables and return what the first connection finds in them."""
    session = library.session()
    for number, name in enumerate(TABLES):
        session.execute(f"CREATE TABLE {quoted(name)} (A INT) ENGINE={engine}")
        for row in range(number + 1):
            session.execute(f"INSERT INTO {quoted(name)} VALUES ({row})")
    return {name: fingerprint(session, library.mandant.name, name) for name in TABLES}


def _second(library: Library) -> int | None:
    """Return the connection that reads, or waits to read, one of the tables."""
    sql = (
        "SELECT ID FROM information_schema.PROCESSLIST"
        " WHERE INFO LIKE 'SELECT SQL_NO_CACHE COUNT%' AND STATE LIKE 'Waiting for%'"
    )
    found = library.ask(sql)
    return int(found[0][0]) if found else None


@pytest.mark.parametrize("engine", ["InnoDB", "MyISAM", "Aria"])
def test_it_finds_what_the_first_connection_finds(library: Library, engine: str) -> None:
    expected = _make(library, engine)
    with _beside(library) as beside:
        for name in TABLES:
            beside.put(name)
    assert beside.found == expected
    # Behind its end nothing is looked at any more.
    beside.put("A")
    assert beside.found == expected


def test_with_nothing_to_look_at_there_is_no_connection(library: Library) -> None:
    beside = _beside(library)
    before = library.connections()
    with beside:
        pass
    beside.stop()
    # This question is one itself.
    assert library.connections() == before + 1
    assert beside.found == {}


def test_a_table_that_cannot_be_looked_at_is_left_to_the_first(library: Library) -> None:
    """It is not there, or has lost its file, which servers tell in several ways; those behind it are looked at."""
    expected = _make(library, "MyISAM")
    library.mandant.query("FLUSH TABLES")
    (library.mandant.server.folder / "data" / library.mandant.name / "A.MYD").unlink()
    with _beside(library) as beside:
        for name in ("NOT_THERE", *TABLES):
            beside.put(name)
    found = dict(beside.found)
    assert found.pop("A", None) != expected.pop("A")
    assert found == expected


def test_an_account_with_one_connection(library: Library) -> None:
    _make(library)
    user = f"single_{os.getpid()}"
    password = account(library.mandant.server, user, [f"ALL ON `{library.mandant.name}`.*"])
    let_connect_once(library.mandant.server, user)
    library.session(account=(user, password))
    single = Restorer(library.mandant, library.restorer.folder, user, password)
    with _beside(library, single) as beside:
        for name in TABLES:
            beside.put(name)
    assert beside.found == {}


def test_it_is_lost_while_it_reads(library: Library) -> None:
    """What was found before is right; the rest is looked at by the first."""
    expected = _make(library)
    holder = library.instance()
    holder.query(f"LOCK TABLES {quoted(TABLES[1])} WRITE")
    with _beside(library) as beside:
        for name in TABLES:
            beside.put(name)
        number = until(lambda: _second(library), 60, "it waits")
        library.ask(f"KILL {number}")
    assert beside.found == {"A": expected["A"]}


@pytest.mark.parametrize("how", ["stopped", "by a failure"])
def test_ended_while_it_reads_it_holds_no_table(library: Library, how: str) -> None:
    """Nor on the server, where nobody else would end its statement; and what it had found counts no more."""
    _make(library)
    holder = library.instance()
    holder.query(f"LOCK TABLES {quoted(TABLES[1])} WRITE")
    beside = _beside(library)
    numbers = []

    def work() -> None:
        for name in TABLES:
            beside.put(name)
        numbers.append(until(lambda: _second(library), 60, "it waits"))
        if how == "stopped":
            beside.stop()
        else:
            with beside:
                raise KeyError

    if how == "stopped":
        work()
    else:
        with pytest.raises(KeyError):
            work()
    library.until_gone(numbers[0])
    assert beside.found == {}
    beside.put("A")
    assert beside.found == {}
    # Its waiting was all that there was: the other can work and go.
    holder.query("UNLOCK TABLES")
    for name in TABLES:
        library.session().execute(f"DROP TABLE {quoted(name)}")


def test_stopped_twice_and_at_its_end(library: Library) -> None:
    _make(library)
    beside = _beside(library)
    beside.put("A")
    until(lambda: beside.found, 60, "it has looked")
    beside.stop()
    beside.stop()
    beside.wait()
    assert beside.found == {}
