# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Demo Mandanten that have left the inventory are removed when that is said, and never by accident."""

from __future__ import annotations

import typing as t
from pathlib import Path

from fleet_of_mandanten import standard_backup
from mandant import Mandant
from playbook_runner import PlaybookRun, PlaybookRunner
from private_server import PrivateServer
from restoring import Restorer

TASK = "Remove what has left the inventory"


def test_what_has_left_the_inventory(playbook: PlaybookRunner, server: PrivateServer, tmp_path: Path) -> None:
    one, two, gone, worked_in = (Mandant(f"leaving_{name}", server) for name in ("one", "two", "gone", "worked_in"))
    path = Restorer(one, tmp_path).write("standard.sql", standard_backup())
    for mandant in (gone, worked_in):
        Restorer(mandant, tmp_path).run(path)
    worked_in.query("UPDATE ARTIKEL SET VK1 = 7")
    login = one.server.login_of_roles
    hosts = {name: {**login, "cao_mandant": f"leaving_{name}"} for name in ("one", "two")}

    def run(*, check: bool = False, **variables: t.Any) -> PlaybookRun:
        variables = {"cao_hosts": "all", "cao_serial": ["100%"], "cao_file": path, "cao_remote_src": True, **variables}
        return playbook.run("cao.faktura.demo_mandants", hosts=hosts, variables=variables, check=check)

    def there() -> set[str]:
        return {name.removeprefix("leaving_") for (name,) in server.admin("SHOW DATABASES LIKE 'leaving%'")}

    def removed(found: PlaybookRun) -> list[tuple[str, str]]:
        calls = [one for one in found.tasks if one.task.endswith(TASK)]
        results = [(call.host, result) for call in calls for result in call.result.get("results", [])]
        return [(host, result["demo_mandants_gone"]) for host, result in results if result.get("changed")]

    try:
        assert run().returncode == 0
        assert there() == {"one", "two", "gone", "worked_in"}
        refused = run(demo_mandants_removed="leaving_gone, Leaving_Two")
        assert refused.returncode != 0
        assert "leaving_two, still a Mandant of the inventory" in refused.stdout
        assert there() == {"one", "two", "gone", "worked_in"}
        for check in (True, False):
            found = run(check=check, demo_mandants_removed=["leaving_gone", "leaving_never"])
            assert found.returncode == 0, found.stdout
            # One of those that share the server does it.
            assert removed(found) == [("one", "leaving_gone")]
        assert there() == {"one", "two", "worked_in"}
        kept = run(demo_mandants_removed="leaving_worked_in")
        assert kept.returncode != 0
        assert "drifted: remove" in kept.stdout
        assert removed(run(demo_mandants_removed="leaving_worked_in", cao_drifted="remove")) == [
            ("one", "leaving_worked_in")
        ]
        assert there() == {"one", "two"}
    finally:
        for mandant in (one, two, gone, worked_in):
            mandant.drop()
