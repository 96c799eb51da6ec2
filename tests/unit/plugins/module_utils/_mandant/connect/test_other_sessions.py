# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wanted of those who are on a Mandant, and how they are named."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.other_sessions import (
    SessionFact,
    effective_running_instances,
    in_use,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import RunningInstances, Wanted


@pytest.mark.parametrize("policy", t.get_args(RunningInstances))
@pytest.mark.parametrize("reload", [True, False])
def test_only_ignoring_needs_a_reload(policy: RunningInstances, reload: bool) -> None:
    # What it has open cannot be closed first.
    wanted = Wanted("m", running_instances=policy, reload_tables=reload)
    assert effective_running_instances(wanted) == ("fail" if (policy, reload) == ("ignore", False) else policy)


@pytest.mark.parametrize(
    ("sessions", "end"), [(1, " s);"), (5, " s);"), (6, " s) and 1 more;"), (500, " and 495 more;")]
)
def test_who_is_on_it(sessions: int, end: str) -> None:
    facts = [SessionFact(number, f"kasse{number}@pc", number * 10) for number in range(sessions)]
    failure = in_use(Wanted("laden"), "db:3306", facts)
    assert failure.error == "mandant_in_use"
    assert failure.msg.startswith("db:3306: laden is in use by kasse0@pc (0 s)")
    assert failure.msg.count("@pc") == min(sessions, 5)
    assert end in failure.msg


@pytest.mark.parametrize(
    ("policy", "advice", "wrong"),
    [
        ("fail", "running_instances to wait or disconnect", "reload_tables"),
        ("wait", "running_instances to wait or disconnect", "reload_tables"),
        ("ignore", "with reload_tables: false", "to wait"),
    ],
)
def test_what_to_do(policy: RunningInstances, advice: str, wrong: str) -> None:
    failure = in_use(Wanted("m", running_instances=policy, reload_tables=False), "db", [SessionFact(1, "a@b", 0)])
    assert advice in failure.msg
    assert wrong not in failure.msg
