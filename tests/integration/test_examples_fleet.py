# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples for many installations are run, with the address of the test's server in the place of theirs."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest
import yaml

from mandant import Mandant
from playbook_runner import PlaybookRun, PlaybookRunner

TREE = Path(__file__).resolve().parents[2]
EXAMPLES = TREE / "examples"
SURVEY = EXAMPLES / "awx" / "survey_restore.json"
PLAYBOOKS = ("audit", "backup", "demo_mandants", "rollback", "rollout")
SITES = {"three_sites": 3, "three_hundred_sites": 300}


@pytest.mark.parametrize("sites", SITES)
def test_the_vault_is_read_from_where_the_example_puts_it(sites: str, tmp_path: Path) -> None:
    folder = tmp_path / sites
    shutil.copytree(EXAMPLES / sites, folder)
    (told,) = (
        re.search(r"ansible-vault create (\S+)", path.read_text(encoding="utf-8"))
        for path in (folder / "group_vars").rglob("*.yml")
    )
    assert told is not None
    vault = folder / told[1]
    vault.parent.mkdir(exist_ok=True)
    vault.write_text("vault_login_password: of the database\nvault_backup_password: of the ZIP\n", encoding="utf-8")
    command = [sys.executable, "-m", "ansible", "adhoc", "-i", str(folder / "inventory.yml"), "all[0]", "-m", "debug"]
    for variable, value in (("cao_login_password", "of the database"), ("cao_password", "of the ZIP")):
        done = subprocess.run([*command, "-a", f"var={variable}"], capture_output=True, text=True, check=True)
        assert f'"{variable}": "{value}"' in done.stdout


def _login(mandant: Mandant) -> dict[str, t.Any]:
    login = mandant.server.login_of_roles
    return {**login, "vault_backup_password": "Kräutergarten", "vault_login_password": login["cao_login_password"]}


def _run(playbook: PlaybookRunner, sites: str, name: str, variables: dict[str, t.Any], **how: t.Any) -> PlaybookRun:
    inventory = EXAMPLES / sites / "inventory.yml"
    return playbook.run(f"cao.faktura.{name}", hosts=inventory, variables=variables, **how)


@pytest.mark.parametrize(("sites", "hosts"), SITES.items())
def test_every_host_is_reached_by_every_playbook(playbook: PlaybookRunner, sites: str, hosts: int) -> None:
    command = [sys.executable, "-m", "ansible", "playbook", "-i", str(EXAMPLES / sites / "inventory.yml")]
    environment = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(playbook.collections_path)}
    # The shops are no demo Mandanten: what people have entered there is not taken away by a reset.
    reaching = [name for name in PLAYBOOKS if name != "demo_mandants" or sites == "three_sites"]
    names = [f"cao.faktura.{name}" for name in reaching]
    for more in (["--syntax-check", "-l", "all"], ["--list-hosts", "-l", "all"]):
        done = subprocess.run(command + more + names, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    reached = re.findall(r"hosts \((\d+)\)", done.stdout)
    assert dict(zip(reaching, map(int, reached))) == dict.fromkeys(reaching, hosts)
    reset = subprocess.run(
        [*command, "--list-hosts", "cao.faktura.demo_mandants"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (reset.returncode == 0) == ("demo_mandants" in reaching)
    assert ("The inventory has no host in the group demo" in reset.stderr + reset.stdout) == (reset.returncode != 0)


def test_three_sites_are_reset(playbook: PlaybookRunner, mandant: Mandant) -> None:
    variables = {**_login(mandant), "cao_mandant": mandant.name, "demo_mandants_window": ""}
    forecast = _run(playbook, "three_sites", "demo_mandants", variables, check=True)
    assert forecast.returncode == 0, forecast.stdout
    assert [task.host for task in forecast.tasks if task.changed] == ["demo_berlin", "demo_hamburg", "demo_koeln"]
    assert mandant.tables() == []
    run = _run(playbook, "three_sites", "demo_mandants", variables)
    assert [task.host for task in run.tasks if task.changed] == ["demo_berlin"]
    assert len(mandant.tables()) == 74


def test_some_of_three_hundred_sites(playbook: PlaybookRunner, mandant: Mandant) -> None:
    variables = {**_login(mandant), "cao_hosts": "shop001:shop290:test01"}
    forecast = _run(playbook, "three_hundred_sites", "rollout", variables, check=True)
    assert forecast.returncode == 0, forecast.stdout
    restores = [task for task in forecast.tasks if task.task.endswith("Restore the standard backup")]
    assert [(task.host, task["action"]) for task in restores] == [
        (host, "created") for host in ("shop001", "shop290", "test01")
    ]
    assert [bool(task["restore"]["neutralised"]) for task in restores] == [False, False, True]
    one = {**_login(mandant), "cao_hosts": "test01", "cao_mandant": mandant.name}
    assert _run(playbook, "three_hundred_sites", "rollout", one).returncode == 0
    fail_on = ["drifted", "unknown", "old", "not_neutralised"]
    audit = _run(playbook, "three_hundred_sites", "audit", {**one, "audit_fail_on": fail_on})
    assert audit.returncode == 0, audit.stdout
    assert mandant.query("SELECT COUNT(*) FROM MAIL_KONTEN WHERE SMTP_SERVER IS NOT NULL") == [(0,)]


# Three shops wait for each other, so that they have to run at once.
_MEET = """
echo {{ inventory_hostname }} begins >> {{ log }}
for _turn in $(seq 600); do test $(grep -c '^shop.* begins' {{ log }}) -ge 3 && break; sleep 0.1; done
test $(grep -c '^shop.* begins' {{ log }}) -ge 3 && sleep 0.3 && echo {{ inventory_hostname }} ends >> {{ log }}
"""


def test_those_that_share_a_server_are_bounded_and_the_others_are_not(playbook: PlaybookRunner, tmp_path: Path) -> None:
    task = {"ansible.builtin.shell": _MEET, "throttle": "{{ cao_throttle | default(0) }}"}
    run = playbook.run(
        [{"hosts": "shop001:shop002:shop003:test01:test02:test03:test04", "gather_facts": False, "tasks": [task]}],
        hosts=EXAMPLES / "three_hundred_sites" / "inventory.yml",
        variables={"log": str(tmp_path / "log")},
        environment={"ANSIBLE_FORKS": "6"},
    )
    assert run.returncode == 0, run.stdout
    at_once = [0]
    for line in (tmp_path / "log").read_text(encoding="utf-8").splitlines():
        if line.startswith("test"):
            at_once.append(at_once[-1] + (1 if line.endswith("begins") else -1))
    assert max(at_once) in (1, 2)


_TYPES = {
    "text": ("str", "path"),
    "password": ("str",),
    "multiplechoice": ("str", "bool"),
    "multiselect": ("list",),
    "integer": ("int",),
}


@pytest.mark.parametrize(
    "question", json.loads(SURVEY.read_text(encoding="utf-8"))["spec"], ids=lambda q: q["variable"]
)
def test_a_question_of_the_survey_is_an_option_of_the_role(question: dict[str, t.Any]) -> None:
    """AWX wants these keys of a question; the role restore has the option for its answer, the module the choices."""
    from ansible_collections.cao.faktura.plugins.module_utils._ansible.argument_spec import mandant_restore_spec

    keys = {"question_name", "question_description", "required", "type", "variable", "min", "max", "default", "choices"}
    assert keys <= set(question)
    specs = yaml.safe_load((TREE / "roles" / "restore" / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    options = specs["argument_specs"]["main"]["options"]["restore_mandanten"]["options"]
    name = question["variable"].removeprefix("cao_")
    option = options[name]
    assert option["type"] in _TYPES[question["type"]]
    assert (question["type"] == "password") == option.get("no_log", False)
    if "default" in option:
        # AWX has a text for what is chosen beforehand, one line each.
        lines = option["default"] if option["type"] == "list" else [str(option["default"]).lower()]
        assert question["default"] == "\n".join(lines)
        assert set(question["choices"]) == set(mandant_restore_spec()[name].get("choices", ["true", "false"]))
    else:
        assert question["required"] == option.get("required", False)
