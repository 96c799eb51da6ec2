# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fingerprints that are read while something else is done: the same ones, whoever reads them, and no thread stays."""

from __future__ import annotations

import os
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.fingerprint import live_fingerprints
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.two_readers import (
    ROWS_AT_LEAST,
    TwoReaders,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import (
    CHECKSUM_TABLE,
    EVERY_ROW,
    Fingerprint,
)
from library import Library
from restoring import Restorer, account, let_connect_once

TABLES = ("A", "B", "C")


pytestmark = pytest.mark.usefixtures("no_thread_left")


@pytest.fixture
def session(library: Library) -> Session:
    for number, name in enumerate(TABLES):
        library.mandant.query(f"CREATE TABLE {name} (ID INT PRIMARY KEY, T TEXT) ENGINE=InnoDB")
        library.mandant.query(f"INSERT INTO {name} VALUES (1, 'a'), (2, NULL), (3, '{number}'), (4711, '')")
    return library.session()


def _readers(library: Library, session: Session, restorer: Restorer | None = None) -> TwoReaders:
    login = (restorer or library.restorer).login()
    return TwoReaders(session, login, library.mandant.name)


def _remembered(*, large: bool, measure: str = EVERY_ROW) -> dict[str, Fingerprint]:
    return {name: Fingerprint(ROWS_AT_LEAST if large else 4, 0, "", measure) for name in TABLES}


@pytest.mark.parametrize("measure", [EVERY_ROW, CHECKSUM_TABLE])
@pytest.mark.parametrize("large", [False, True])
def test_they_are_what_one_reader_finds(library: Library, session: Session, large: bool, measure: str) -> None:
    library.mandant.query("ALTER TABLE B DROP PRIMARY KEY")
    library.mandant.query("DELETE FROM C")
    remembered = _remembered(large=large, measure=measure)
    done: list[str] = []
    found = _readers(library, session).read(remembered, lambda: done.append("work"))
    assert found == live_fingerprints(session, library.mandant.name, remembered)
    assert done == ["work"]


def test_without_tables_the_work_is_done(library: Library, session: Session) -> None:
    done: list[str] = []
    assert _readers(library, session).read({}, lambda: done.append("work")) == {}
    assert done == ["work"]


def test_an_account_with_one_connection(library: Library, session: Session) -> None:
    user = f"alone_{os.getpid()}"
    password = account(library.mandant.server, user, [f"ALL ON `{library.mandant.name}`.*"])
    let_connect_once(library.mandant.server, user)
    alone = library.session(account=(user, password))
    single = Restorer(library.mandant, library.restorer.folder, user, password)
    remembered = _remembered(large=True)
    found = _readers(library, alone, single).read(remembered, lambda: None)
    assert found == live_fingerprints(session, library.mandant.name, remembered)


def test_a_table_that_is_gone_is_missing(library: Library, session: Session) -> None:
    library.mandant.query("DROP TABLE B")
    for large in (False, True):
        found = _readers(library, session).read(_remembered(large=large), lambda: None)
        assert found.keys() == {"A", "C"}


def test_work_is_done_while_the_server_reads(library: Library, session: Session) -> None:
    """It waits for a table that somebody holds; what is done here is to let it go."""
    holder = library.instance()
    holder.query("LOCK TABLES A WRITE")

    def work() -> None:
        library.until_waits(session.number)
        holder.query("UNLOCK TABLES")

    session.execute("SET SESSION lock_wait_timeout=600")
    remembered = _remembered(large=False)
    found = _readers(library, session).read(remembered, work)
    assert found == live_fingerprints(session, library.mandant.name, remembered)


def _fails() -> t.NoReturn:
    raise Failure("truncated", "the file has changed")


@pytest.mark.parametrize("large", [False, True])
def test_work_that_fails_leaves_no_answer_behind(library: Library, session: Session, large: bool) -> None:
    with pytest.raises(Failure, match="has changed"):
        _readers(library, session).read(_remembered(large=large), _fails)
    assert not session.broken
    assert session.query("SELECT 'mine'") == [("mine",)]


@pytest.mark.parametrize("fails", [False, True])
def test_lost_while_work_is_done(library: Library, session: Session, fails: bool) -> None:
    """A failure of the work is what is told, else the loss; never fingerprints."""
    holder = library.instance()
    holder.query("LOCK TABLES A WRITE")

    def work() -> None:
        library.until_waits(session.number)
        library.kill(session)
        if fails:
            _fails()

    with pytest.raises(Failure if fails else ServerError) as caught:
        _readers(library, session).read(_remembered(large=False), work)
    if isinstance(caught.value, ServerError):
        assert caught.value.lost
    assert session.broken


def test_what_ends_the_work_ends_the_reading(library: Library, session: Session) -> None:
    """As a signal does; the session is of no use then, and whoever has it closes it."""
    holder = library.instance()
    holder.query("LOCK TABLES A WRITE")

    def work() -> None:
        library.until_waits(session.number)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _readers(library, session).read(_remembered(large=False), work)
    assert session.broken
    session.close()
    holder.query("UNLOCK TABLES")
