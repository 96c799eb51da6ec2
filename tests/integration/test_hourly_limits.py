# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an account may do in an hour is used up before a job or within it: named, old or new, and the next run is."""

from __future__ import annotations

import contextlib
import typing as t
from pathlib import Path

import pymysql
import pytest

from each_server import KINDS, Each, on
from hosted import BACK, JOBS, NEW, OLD, USER, failed, poor_account, restore, state

if t.TYPE_CHECKING:
    from restoring import Restorer

DONE = {"restore": NEW, "rollback": BACK}
# What counts against each; to read takes no update, and each job one connection.
WALKS = [
    *(("MAX_QUERIES_PER_HOUR", job) for job in JOBS),
    *(("MAX_UPDATES_PER_HOUR", job) for job in ("restore", "rollback")),
]
# So many statements more in each turn, from the first on where the walk is one of few steps.
STEPS = {"MAX_QUERIES_PER_HOUR": 7, "MAX_UPDATES_PER_HOUR": 1}


def _limit(each: Each, name: str, value: int) -> None:
    words = f"{USER} WITH {name} {value}"
    each.server.admin(f"GRANT USAGE ON *.* TO {words}" if each.kind == "mysql-5.6" else f"ALTER USER {words}")
    each.server.admin("FLUSH USER_RESOURCES")


def _goes_on(each: Each, poor: Restorer, name: str) -> None:
    """Without the limit the next run comes to its end, and nothing is left of what was begun."""
    _limit(each, name, 0)
    assert failed(restore, poor) is None
    assert state(poor.mandant)[:2] == NEW[:2]
    assert not [table for table in poor.mandant.tables() if "_NEW_" in table]


@on(*KINDS)
@pytest.mark.parametrize(("name", "job"), WALKS)
def test_used_up_within(each: Each, tmp_path: Path, name: str, job: str) -> None:
    seen: list[str | None] = []
    ends = set()
    for value in range(1, 400, STEPS[name]):
        poor = poor_account(each, tmp_path)
        saved = tmp_path / "saved.sql"
        saved.unlink(missing_ok=True)
        _limit(each, name, value)
        failure = failed(JOBS[job], poor)
        seen.append(failure and failure.error)
        ends.add(state(poor.mandant))
        if failure is None:
            break
        assert failure.error in ("server_setting", "connection_failed")
        assert name in failure.msg
        assert list(tmp_path.glob("*saved*")) == []
        assert state(poor.mandant) in (OLD, DONE.get(job, OLD))
        _goes_on(each, poor, name)
    assert seen[0] is not None
    assert seen[-1] is None
    assert DONE.get(job, OLD) in ends


@on(*KINDS)
@pytest.mark.parametrize("job", JOBS)
def test_used_up_before(each: Each, tmp_path: Path, job: str) -> None:
    """Whoever has nothing left is told so at the login, or by the first statement that counts."""
    for name in ("MAX_CONNECTIONS_PER_HOUR", "MAX_QUERIES_PER_HOUR", "MAX_UPDATES_PER_HOUR"):
        poor = poor_account(each, tmp_path)
        _limit(each, name, 1)
        session = each.server.connect(user=poor.user, password=poor.password)
        # The login itself may have been all.
        with contextlib.closing(session), contextlib.suppress(pymysql.err.OperationalError):
            session.query(f"UPDATE `{poor.mandant.name}`.FIRMA SET NAME1 = NAME1")
        failure = failed(JOBS[job], poor)
        if name == "MAX_UPDATES_PER_HOUR" and job in ("enforce", "backup", "info"):
            assert failure is None
        else:
            assert failure is not None
            assert name in failure.msg
            assert state(poor.mandant) == OLD
        _goes_on(each, poor, name)


@on(*KINDS)
@pytest.mark.parametrize("job", JOBS)
def test_one_connection_an_hour(each: Each, tmp_path: Path, job: str) -> None:
    poor = poor_account(each, tmp_path, "MAX_CONNECTIONS_PER_HOUR 1")
    each.server.admin("FLUSH USER_RESOURCES")
    assert failed(JOBS[job], poor) is None
    assert state(poor.mandant) == DONE.get(job, OLD)
