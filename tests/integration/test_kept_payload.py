# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The second run of Ansible puts no module together and compiles none again, and the answer is the same."""

from __future__ import annotations

from playbook_runner import PlaybookRunner

_PARSED = "Including module_utils file"
_TASKS = [
    {"name": name, f"cao.faktura.{name}": options, "ignore_errors": True}
    for name, options in (
        ("backup_info", {"file": "/nowhere.zip", "remote_src": True}),
        ("mandant_info", {"login_unix_socket": "/nowhere", "login_user": "x"}),
    )
]


def test_a_payload_goes_from_run_to_run(playbook: PlaybookRunner) -> None:
    with PlaybookRunner(playbook.collections_path) as fresh:
        play = {"hosts": "all", "gather_facts": False, "tasks": _TASKS}
        first, second = (fresh.run([play], arguments=["-vvvvv"]) for _run in range(2))
        compiled = list((fresh.folder / "home" / ".ansible" / "cao_faktura").glob("*/*._backup.failure"))
    assert _PARSED in first.stdout
    assert _PARSED not in second.stdout
    assert [task["error"] for task in first.tasks] == ["file_not_found", "connection_failed"]
    assert [task["msg"] for task in second.tasks] == [task["msg"] for task in first.tasks]
    assert len(compiled) == 1
