# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Behind a lost connection the next one has the lock, or there is none; what the server did for the first ends."""

from __future__ import annotations

import dataclasses
import types
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect import lock, reconnect
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import (
    NoConnectionLeft,
    ServerError,
    Session,
)
from library import Library

# Longer than any test runs, and nothing that a server looks up from to see whether its client is still there.
BUSY = b"DO BENCHMARK(1000000000000, SHA2('x', 256))"


def _reconnected(library: Library, lost: Session) -> Session:
    return reconnect.reconnected(lost, library.restorer.login(), library.mandant.name)


def _connections(library: Library) -> set[int]:
    return {int(number) for (number,) in library.ask("SELECT ID FROM information_schema.PROCESSLIST WHERE USER='root'")}


def _locked(library: Library) -> Session:
    session = library.session()
    lock.acquire(session, library.mandant.name)
    return session


def test_what_costs_the_connection(library: Library) -> None:
    session = library.session()
    with pytest.raises(ServerError) as wrong:
        session.execute("SELECT nonsense")
    assert not reconnect.is_lost(session, wrong.value)
    assert not reconnect.is_lost(session, Failure("statement_failed", "a row"))
    # Somebody ends the run while the server works: nobody can tell whose answer comes next.
    session.send(BUSY)
    assert reconnect.is_lost(session, KeyboardInterrupt())
    library.kill(session)
    killed = library.session()
    library.kill(killed)
    with pytest.raises(ServerError) as gone:
        killed.query("SELECT 1")
    assert reconnect.is_lost(killed, gone.value)


@pytest.mark.parametrize("how", ["killed", "cut off", "left in the middle"])
def test_the_next_has_the_lock(library: Library, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconnect, "_LOCK_SECONDS", 60)
    lost = _locked(library)
    number = lost.number
    if how == "killed":
        library.kill(lost)
    else:
        lost.send(BUSY)
        library.until_busy(number)
        if how == "cut off":
            lost.give_up()
    session = _reconnected(library, lost)
    try:
        assert lock.holder(session, library.mandant.name) == session.number != number
        # The statement of the one before holds nothing any more.
        library.until_gone(number)
        settings = session.query("SELECT @@foreign_key_checks, @@lock_wait_timeout, @@autocommit")
        assert settings == [(0, 3, 1)]
    finally:
        session.close()


def test_another_run_that_came_in_between_is_left_alone(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconnect, "_LOCK_SECONDS", 0)
    lost = _locked(library)
    library.kill(lost)
    other = _locked(library)
    there = _connections(library)
    with pytest.raises(Failure) as caught:
        _reconnected(library, lost)
    assert caught.value.error == "locked"
    assert f"connection {other.number} of" in caught.value.msg
    assert lock.holder(other, library.mandant.name) == other.number
    # And no connection of its own is left.
    for number in _connections(library) - there:
        library.until_gone(number)


def test_a_server_that_is_not_reached(library: Library) -> None:
    lost = _locked(library)
    login = dataclasses.replace(library.restorer.login(), password="wrong")
    with pytest.raises(Failure) as caught:
        reconnect.reconnected(lost, login, library.mandant.name)
    assert caught.value.error == "connection_failed"


def test_a_second_session_is_on_the_server_of_the_first(library: Library) -> None:
    """Where another server answers, which does not know the first one, it is of no use."""
    first = library.session()
    reconnect.second_to(first, library.restorer.login()).close()
    library.kill(first)
    with pytest.raises(NoConnectionLeft, match="another server"):
        reconnect.second_to(first, library.restorer.login())


def test_a_second_session_elsewhere_with_the_number_of_the_first(library: Library) -> None:
    """Connections that are shared out in turn are counted alike by servers that were begun together."""
    elsewhere = types.SimpleNamespace(number=library.session().number + 1, where="the first server")
    with pytest.raises(NoConnectionLeft, match="another server"):
        reconnect.second_to(t.cast("Session", elsewhere), library.restorer.login())
