# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All is done once, whoever does it; the first fault ends it, and with it what is under way elsewhere."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.several.for_each import for_each
from library import Library


@pytest.mark.parametrize("connections", [1, 2, 3])
def test_everything_is_done_once(library: Library, connections: int) -> None:
    sessions = [library.session() for _number in range(connections)]
    library.mandant.query("CREATE TABLE DONE (A INT, BY_WHOM INT)")
    for_each(
        range(20),
        sessions,
        lambda session, thing: session.execute(f"INSERT INTO DONE VALUES ({thing}, CONNECTION_ID())"),
    )
    assert library.mandant.query("SELECT A FROM DONE ORDER BY A") == [(number,) for number in range(20)]
    by_whom = {number for (number,) in library.mandant.query("SELECT DISTINCT BY_WHOM FROM DONE")}
    assert by_whom <= {session.number for session in sessions}
    for_each((), sessions, lambda _session, _thing: pytest.fail("there is nothing to do"))


@pytest.mark.parametrize("whose", [0, 1])
def test_the_first_fault_ends_it(library: Library, whose: int) -> None:
    """The caller's own ends what the other one waits for; the other's is raised when the caller has done its part."""
    sessions = [library.session(), library.session()]
    done: list[int] = []

    def do(session: Session, thing: int) -> None:
        if session is sessions[whose]:
            session.execute("SELECT NOT_THERE")
        if whose == 0:
            session.query("SELECT SLEEP(600)")
        done.append(thing)

    with pytest.raises(ServerError) as caught:
        for_each(range(50), sessions, do)
    assert caught.value.number == 1054
    assert len(done) < 50
    assert sessions[0].query("SELECT 1") == [(1,)]
