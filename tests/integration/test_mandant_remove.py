# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""mandant_remove by real playbooks: check, run, check, run, and what it refuses."""

from __future__ import annotations

from pathlib import Path

from mandant import Mandant
from playbook_runner import PlaybookRunner
from restoring import Restorer, articles, cao_backup, company

RESTORE, REMOVE = "cao.faktura.mandant_restore", "cao.faktura.mandant_remove"


def test_the_life_of_a_mandant(playbook: PlaybookRunner, mandant: Mandant, tmp_path: Path) -> None:
    path = Restorer(mandant, tmp_path).write("1.sql", cao_backup(articles(3), company("Musterladen")))
    mandant.drop()
    (tmp_path / "saved").mkdir()
    options = {**mandant.login(), "backup_first": str(tmp_path / "saved"), "password": "Kräutergarten"}
    made = {"name": "make", RESTORE: {**mandant.login(), "file": path, "remote_src": True}}
    run = playbook.run(
        [
            {
                "hosts": "all",
                "gather_facts": False,
                "tasks": [
                    made,
                    {"name": "check", REMOVE: options, "check_mode": True, "diff": True},
                    {"name": "still there", RESTORE: made[RESTORE]},
                    {"name": "remove", REMOVE: options, "diff": True},
                    {"name": "check again", REMOVE: options, "check_mode": True, "diff": True},
                    {"name": "again", REMOVE: options, "diff": True},
                    {"name": "alone", REMOVE: {**mandant.login(), "password": "Kräutergarten"}, "ignore_errors": True},
                    {
                        "name": "no zip",
                        REMOVE: {**options, "backup_first": str(tmp_path / "a.sql")},
                        "ignore_errors": True,
                    },
                ],
            }
        ]
    )
    assert (run["make"]["action"], run["still there"].changed) == ("created", False)
    for name in ("check", "remove"):
        answer = run[name]
        assert (answer.changed, answer["action"], answer["removed"]["rows"]) == (True, "removed", 4)
        before, after = (answer["diff"]["data"][which]["tables"] for which in ("before", "after"))
        assert (before, after) == ({"ARTIKEL": {"rows": 3}, "FIRMA": {"rows": 1}}, {})
        assert answer["diff"]["prepared"].splitlines() == [
            f"{mandant.name}: 2 tables with 4 rows before, 0 tables with 0 rows after",
            "  table    rows before  after",
            "  ARTIKEL            3      -  gone",
            "  FIRMA              1      -  gone",
        ]
        assert answer["analysis"]["rows"] == 4
        (saved,) = answer["backup_first"]
        assert (saved["generation"], saved["encryption"], saved["rows"]) == ("live", "aes256", 4)
    assert [path.suffix for path in (tmp_path / "saved").iterdir()] == [".zip"]
    for name in ("check again", "again"):
        assert (run[name].changed, run[name]["action"], run[name]["backup_first"]) == (False, "unchanged", [])
    assert "backup_first" in run["alone"]["msg"]
    assert "end in .zip" in run["no zip"]["msg"]
    assert not mandant.server.admin("SHOW DATABASES LIKE %s", (mandant.name.replace("_", "\\_"),))
