# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The example of a service company, as it stands: twelve customers from their roll-out to the end of one of them."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
import yaml

from mandant import Mandant
from playbook_runner import PlaybookRun, PlaybookRunner
from private_server import PrivateServer

COMPANY = Path(__file__).resolve().parents[2] / "examples" / "service_company"
CUSTOMER = "cao_koeln_tee"
TRAINING = f"{CUSTOMER}_training"


def _hosts(group: str) -> list[str]:
    inventory = yaml.safe_load((COMPANY / "inventory.yml").read_text(encoding="utf-8"))
    return sorted(inventory["all"]["children"][group]["hosts"])


class Company:
    """Runs the playbooks of the example, with the test's server in the place of its three."""

    def __init__(self, playbook: PlaybookRunner, server: PrivateServer, folder: Path) -> None:
        self.server = server
        self.backups = folder
        self._playbook = playbook

    def run(self, name: str, *tags: str, **variables: t.Any) -> PlaybookRun:
        login = dict(self.server.login_of_roles)
        given = {
            "vault_login_password": login.pop("cao_login_password"),
            **login,
            "vault_backup_password": "Kräutergarten",
            "backup_folder": str(self.backups),
            **variables,
        }
        run = self._playbook.run(
            COMPANY / f"{name}.yml",
            hosts=COMPANY / "inventory.yml",
            variables=given,
            arguments=[part for tag in tags for part in ("--tags", tag)],
            environment={"ANSIBLE_CALLBACKS_ENABLED": "json_lines"},
        )
        assert run.returncode == 0, run.stdout
        return run

    def there(self) -> set[str]:
        return {name for (name,) in self.server.admin("SHOW DATABASES LIKE 'cao\\_%\\_%'")}


@pytest.fixture
def company(playbook: PlaybookRunner, server: PrivateServer, tmp_path: Path) -> t.Iterator[Company]:
    company = Company(playbook, server, tmp_path)
    yield company
    for name in company.there():
        Mandant(name, server).drop()


def test_the_whole_life_of_mandanten(company: Company) -> None:
    customers, demos = _hosts("customers"), _hosts("demo")
    assert (len(customers), len(demos)) == (12, 3)
    company.run("roll_out")
    assert company.there() == set(customers)

    night = company.run("nightly")
    assert company.there() == {*customers, *demos}
    told = [task for task in night.tasks if task.task.endswith("Tell what the drills found")]
    assert sorted(told[0]["msg"]["proven"]) == customers

    mandant = Mandant(CUSTOMER, company.server)
    there = mandant.query("SELECT COUNT(*) FROM ARTIKEL")
    mandant.query("DELETE FROM ARTIKEL")
    mandant.query("UPDATE ADRESSEN SET NAME1 = 'Neu' LIMIT 1")
    compared = company.run("accident", "compare", customer=CUSTOMER)["Compare them with the newest backup"]
    (articles,) = compared["comparison"]["tables"]
    assert (articles["only_in_backup"],) == there[0]
    assert mandant.query("SELECT COUNT(*) FROM ARTIKEL") == [(0,)]
    company.run("accident", "restore", customer=CUSTOMER)
    assert mandant.query("SELECT COUNT(*) FROM ARTIKEL") == there
    assert mandant.query("SELECT COUNT(*) FROM ADRESSEN WHERE NAME1 = 'Neu'") == [(1,)]
    company.run("accident", "back", customer=CUSTOMER)
    assert mandant.query("SELECT COUNT(*) FROM ARTIKEL") == [(0,)]

    company.run("training", customer=CUSTOMER)
    names = Mandant(TRAINING, company.server).query("SELECT NAME1 FROM ADRESSEN WHERE NAME1 <> ''")
    assert names
    assert not set(names) & set(mandant.query("SELECT NAME1 FROM ADRESSEN WHERE NAME1 <> ''"))

    saved = company.backups / CUSTOMER
    before = set(saved.iterdir())
    company.run("leave", customer=CUSTOMER)
    assert company.there() == {*customers, *demos} - {CUSTOMER}
    assert len(set(saved.iterdir()) - before) == 1
