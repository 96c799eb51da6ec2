# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run at a time works on a Mandant, and a run that is gone keeps nobody out."""

from __future__ import annotations

import functools
import os
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect import lock
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError
from library import Library
from restoring import account

# As long as a name of a database can be, and as odd.
NAMES = ("firma", "Müller & Söhne", "ü" * 64, "`" * 64, "50 %s", "it's \"\\x", "x" * 51, "x" * 52, "x" * 53)


def _refused(attempt: t.Callable[[], object]) -> Failure:
    with pytest.raises(Failure) as caught:
        attempt()
    assert caught.value.error == "locked"
    return caught.value


@pytest.mark.parametrize("name", NAMES)
def test_the_second_is_kept_out_and_told_by_whom(library: Library, name: str) -> None:
    first, second = library.session(), library.session()
    lock.acquire(first, name)
    for attempt in (functools.partial(lock.acquire, wait_seconds=0), lock.check):
        failure = _refused(functools.partial(attempt, second, name))
        assert f"another run works on {name} (connection {first.number} of root@" in failure.msg
    assert lock.holder(second, name) == first.number


def test_who_stands_still_may_wait_for_room(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Most servers do not say that they wait for room on their disk; a long statement is all that can be seen."""
    monkeypatch.setattr(lock, "_LONG_SECONDS", 0)
    first, second = library.session(), library.session()
    lock.acquire(first, library.mandant.name)
    assert "make room" not in _refused(functools.partial(lock.acquire, second, library.mandant.name, 0)).msg
    first.send(b"DO SLEEP(3600)")
    library.until_busy(first.number)
    assert "make room" in _refused(functools.partial(lock.acquire, second, library.mandant.name, 0)).msg
    library.kill(first)


def test_each_mandant_has_a_lock_of_its_own(library: Library) -> None:
    """Also those whose names are alike up to their last letter, and those whose names are too long for a lock's."""
    sessions = []
    for name in ("firma1", "firma2", "x" * 63 + "1", "x" * 63 + "2"):
        sessions.append(library.session())
        lock.acquire(sessions[-1], name, 0)
        assert lock.holder(sessions[0], name) == sessions[-1].number


def test_a_look_takes_nothing(library: Library) -> None:
    first, second = library.session(), library.session()
    lock.check(first, library.mandant.name)
    assert lock.holder(second, library.mandant.name) is None
    lock.acquire(second, library.mandant.name, 0)
    # Who has it himself is not another run; but check mode never has it.
    assert lock.holder(second, library.mandant.name) == second.number


@pytest.mark.parametrize("end", ["killed", "closed", "cut off"])
def test_it_goes_with_its_connection(library: Library, end: str) -> None:
    """Without waiting for longer than a run does, whatever the connection was busy with."""
    first, second = library.session(), library.session()
    lock.acquire(first, library.mandant.name)
    number = first.number
    if end == "killed":
        library.kill(first)
    elif end == "closed":
        first.close()
    else:
        first.give_up()
    library.until_gone(number)
    lock.acquire(second, library.mandant.name)
    assert lock.holder(second, library.mandant.name) == second.number


def test_who_may_see_nobody_else_is_told_the_connection(library: Library) -> None:
    user = f"poor_{os.getpid()}"
    password = account(library.mandant.server, user, [f"SELECT ON `{library.mandant.name}`.*"])
    first, poor = library.session(), library.session(account=(user, password))
    lock.acquire(first, library.mandant.name)
    failure = _refused(functools.partial(lock.check, poor, library.mandant.name))
    assert f"(connection {first.number})" in failure.msg
    assert "root" not in failure.msg


def test_a_lost_connection_is_no_lock_of_another(library: Library) -> None:
    """Who asks over a connection that is gone is not told that another run has the lock."""
    session = library.session()
    library.kill(session)
    for attempt in (lock.acquire, lock.check, lock.holder):
        with pytest.raises(ServerError) as caught:
            attempt(session, library.mandant.name)
        assert caught.value.lost
