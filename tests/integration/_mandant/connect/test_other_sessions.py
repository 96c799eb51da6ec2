# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is on the Mandant is found, waited for or ended as it is asked for, and nobody else is."""

from __future__ import annotations

import contextlib
import os
import time
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.other_sessions import (
    clear_sessions,
    end_session,
    observe_sessions,
    sessions_that_count,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted
from library import Library
from mandant import Mandant
from restoring import account

NOT_ITS_OWNER = 1095


@pytest.fixture
def neighbour(mandant: Mandant) -> t.Iterator[Mandant]:
    """Another company's Mandant on the same server, whose name begins with the same letters."""
    made = Mandant(f"{mandant.name}0", mandant.server)
    made.create()
    yield made
    made.drop()


def _wanted(library: Library, policy: str, **options: t.Any) -> Wanted:
    return Wanted(mandant=library.mandant.name, running_instances=t.cast("t.Any", policy), **options)


def _in_use(library: Library, session: t.Any, wanted: Wanted, **options: t.Any) -> str:
    with pytest.raises(Failure) as caught:
        clear_sessions(session, wanted, library.mandant.name, **options)
    assert caught.value.error == "mandant_in_use"
    return caught.value.msg


def test_only_others_on_this_mandant_are_seen(library: Library, neighbour: Mandant) -> None:
    session = library.session()
    library.instance(neighbour)
    with contextlib.closing(library.mandant.server.connect()):
        assert observe_sessions(session, library.mandant.name) == ()
        first, second = library.instance(), library.instance()
        found = observe_sessions(session, library.mandant.name)
    assert [one.number for one in found] == [first.thread_id(), second.thread_id()]
    assert all(one.account.startswith("root@") for one in found)


@pytest.mark.parametrize("name", ["it's 50 %", "a_b", "Grün"])
def test_a_name_is_no_pattern(library: Library, name: str) -> None:
    odd = Mandant(f"{name} {os.getpid()}", library.mandant.server)
    # PyMySQL reads a percent sign in a statement that is given here as it stands.
    session = library.session()
    session.execute(f"CREATE DATABASE `{odd.name}`")
    try:
        there = library.instance(odd)
        assert [one.number for one in observe_sessions(session, odd.name)] == [there.thread_id()]
        assert observe_sessions(session, odd.name.replace("_", "x").replace("%", "x") + "x") == ()
    finally:
        odd.drop()


@pytest.mark.parametrize(
    ("policy", "options"), [("fail", {}), ("ignore", {"reload_tables": False}), ("wait", {"wait_timeout_seconds": 0})]
)
def test_nobody_is_ended_unasked(library: Library, policy: str, options: dict[str, t.Any]) -> None:
    session, instance = library.session(), library.instance()
    wanted = _wanted(library, policy, **options)
    assert "root@" in _in_use(library, session, wanted)
    assert len(sessions_that_count(session, wanted, library.mandant.name)) == 1
    instance.ping(reconnect=False)


def test_ignored_are_left_alone(library: Library) -> None:
    session, instance = library.session(), library.instance()
    wanted = _wanted(library, "ignore")
    clear_sessions(session, wanted, library.mandant.name)
    assert sessions_that_count(session, wanted, library.mandant.name) == ()
    instance.ping(reconnect=False)


def test_who_is_waited_for_may_leave(library: Library) -> None:
    session, instance = library.session(), library.instance()
    told: list[bool] = []

    def waiting() -> None:
        told.append(instance.open)
        if instance.open:
            instance.close()

    clear_sessions(session, _wanted(library, "wait", wait_timeout_seconds=300), library.mandant.name, waiting=waiting)
    assert told[0]
    assert observe_sessions(session, library.mandant.name) == ()


def test_a_second_wait_goes_on_with_the_first(library: Library) -> None:
    """However often a run comes back to wait, it waits no longer than it was told."""
    session = library.session()
    wanted = _wanted(library, "wait", wait_timeout_seconds=300)
    deadline = clear_sessions(session, wanted, library.mandant.name)
    assert clear_sessions(session, wanted, library.mandant.name, deadline=deadline) == deadline
    library.instance()
    assert "is in use by root@" in _in_use(library, session, wanted, deadline=time.monotonic())


def test_who_is_ended_is_of_this_mandant(library: Library, neighbour: Mandant) -> None:
    """What an ended session had begun is undone; who works in another Mandant does not notice."""
    library.mandant.query("CREATE TABLE T (A INT) ENGINE=InnoDB")
    session, instance, other = library.session(), library.instance(), library.instance(neighbour)
    instance.query("START TRANSACTION")
    instance.query("INSERT INTO T VALUES (1)")
    clear_sessions(session, _wanted(library, "disconnect"), library.mandant.name)
    library.until_gone(instance.thread_id())
    assert library.mandant.query("SELECT * FROM T") == []
    other.ping(reconnect=False)


def test_a_session_that_is_gone_need_not_be_ended(library: Library) -> None:
    session, instance = library.session(), library.instance()
    number = instance.thread_id()
    instance.close()
    library.until_gone(number)
    end_session(session, number)


def test_who_may_not_end_others_ends_nobody(library: Library) -> None:
    user = f"poor_{os.getpid()}"
    grants = [f"ALL ON `{library.mandant.name}`.*", "PROCESS ON *.*"]
    poor = library.session(account=(user, account(library.mandant.server, user, grants)))
    instance = library.instance()
    with pytest.raises(ServerError) as caught:
        clear_sessions(poor, _wanted(library, "disconnect"), library.mandant.name)
    assert caught.value.number == NOT_ITS_OWNER
    instance.ping(reconnect=False)


def test_one_that_is_about_to_end_is_not_in_use(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is closed while the second look is waited for; one that stays is told all the same."""
    session, leaving, staying = library.session(), library.instance(), library.instance()

    def sleep(_seconds: float) -> None:
        if leaving.open:
            number = leaving.thread_id()
            leaving.close()
            library.until_gone(number)

    monkeypatch.setattr(time, "sleep", sleep)
    found = observe_sessions(session, library.mandant.name)
    assert [one.number for one in found] == [staying.thread_id()]
