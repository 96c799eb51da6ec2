# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The recipes of a first week, as they stand: from an account that is not there to a customer after an accident."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
import typing as t
from pathlib import Path

import pytest
import yaml

from mandant import Mandant
from playbook_runner import PlaybookRun, PlaybookRunner
from private_server import PrivateServer

TREE = Path(__file__).resolve().parents[2]
RECIPES = TREE / "examples" / "recipes"
WRAPPERS = sorted(path for path in (TREE / "examples" / "awx").glob("*.yml") if path.name != "restore.yml")
CUSTOMERS = ("cao_apotheke", "cao_buchladen", "cao_cafe")
ACCOUNT = "faktura_admin"
BIN = Path(sys.executable).parent


class Week:
    """Runs recipes with the address of the test's server, and a folder of the test for those of /srv."""

    def __init__(self, playbook: PlaybookRunner, server: PrivateServer, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self._playbook = playbook

    def run(
        self, name: str, *arguments: str, check: bool = False, strategy: str = "linear", **variables: t.Any
    ) -> PlaybookRun:
        address = self.server.address
        given = {
            "cao_login_host": address.host,
            "cao_login_port": address.port,
            "prepare_admin_user": address.user,
            "vault_admin_password": address.password,
            "vault_login_password": "Ein.neues1",
            "vault_backup_password": "Kräutergarten",
            "prepare_venv": str(self.folder / "venv"),
            "backup_dest": f"{self.folder}/backup/{{{{ inventory_hostname }}}}",
            "offsite": str(self.folder / "offsite"),
            **variables,
        }
        return self._playbook.run(
            RECIPES / f"{name}.yml",
            hosts=RECIPES / "inventory.yml",
            variables=given,
            arguments=arguments,
            check=check,
            environment={
                "ANSIBLE_STRATEGY": strategy,
                **{key: value for key, value in os.environ.items() if key.startswith("PIP_")},
            },
        )


@pytest.fixture
def week(playbook: PlaybookRunner, server: PrivateServer, tmp_path: Path) -> t.Iterator[Week]:
    yield Week(playbook, server, tmp_path)
    for name in CUSTOMERS:
        Mandant(name, server).drop()
    for user, host in server.admin("SELECT User, Host FROM mysql.user WHERE User = %s", (ACCOUNT,)):
        server.admin("DROP USER %s@%s", (user, host))


def _changed(run: PlaybookRun) -> list[str]:
    assert run.returncode == 0, run.stdout
    return [task.task.rpartition(" : ")[2] for task in run.tasks if task.changed]


def test_a_first_week(week: Week) -> None:
    made = ["Make the venv", "Install the libraries", "Make the account"]
    assert _changed(week.run("prepare", check=True))[:1] == made[:1]
    run = week.run("prepare", "--diff")
    assert _changed(run) == made
    assert f"CREATE USER '{ACCOUNT}'@" in run.stdout
    assert "Ein.neues1" not in run.stdout
    again = week.run("prepare")
    assert _changed(again) == []
    assert f"ansible_python_interpreter: {week.folder}/venv/bin/python" in again.stdout

    assert len(_changed(week.run("roll_out"))) == 3
    assert _changed(week.run("roll_out", strategy="ansible.builtin.free")) == []

    run = week.run("save_and_fetch")
    assert _changed(run).count("Fetch the backup that was written") == 3
    for name in CUSTOMERS:
        (saved,) = (week.folder / "backup" / name).glob("*.zip")
        (fetched,) = (week.folder / "offsite" / name).iterdir()
        assert saved.read_bytes() == fetched.read_bytes()

    mandant = Mandant("cao_cafe", week.server)
    there = mandant.query("SELECT COUNT(*) FROM ARTIKEL")
    mandant.query("DELETE FROM ARTIKEL")
    seen = week.run("accident", "--tags", "compare", customer="cao_cafe", cao_language="en")
    assert _changed(seen) == []
    assert f"ARTIKEL  {there[0][0]} rows only in the backup" in re.sub(" {2,}", "  ", seen.stdout)
    # Check mode says so, too, though the folder for what is there is not made yet.
    said = _changed(week.run("accident", "--tags", "restore", "--check", customer="cao_cafe"))
    assert said[-1] == "Put each backup into its Mandant"
    for _accident in range(2):
        # The second time it is the backup that is there already.
        mandant.query("DELETE FROM ARTIKEL")
        run = week.run("accident", "--tags", "restore", customer="cao_cafe")
        assert _changed(run)[-1] == "Put each backup into its Mandant"
        assert mandant.query("SELECT COUNT(*) FROM ARTIKEL") == there
    assert len(list((week.folder / "backup" / "cao_cafe" / "before").glob("*.zip"))) >= 2


@pytest.mark.skipif(os.geteuid() != 0 or not Path("/usr/bin/apt-get").exists(), reason="for root on Debian")
def test_debians_own_packages(week: Week) -> None:
    how = {"prepare_libraries": "debian", "prepare_account": False, "prepare_check": False}
    how["ansible_python_interpreter"] = "/usr/bin/python3"
    for _time in range(2):
        run = week.run("prepare", **how)
        assert run.returncode == 0, run.stdout
        subprocess.run(["/usr/bin/python3", "-c", "import pymysql"], check=True)
    assert _changed(run) == []


def test_the_guide_shows_the_recipes_as_they_are() -> None:
    guide = (TREE / "docs" / "docsite" / "rst" / "recipes.rst").read_text(encoding="utf-8")
    shown = [textwrap.dedent(block) for block in re.findall(r"code-block:: yaml\+jinja\n\n((?: {4}.*\n|\n)+)", guide)]
    for name in ("requirements", "prepare", "save_and_fetch", "accident"):
        text = (RECIPES / f"{name}.yml").read_text(encoding="utf-8").split("GPL-3.0-or-later\n", 1)[1]
        assert text.strip() in [one.strip() for one in shown], name


@pytest.mark.parametrize("path", WRAPPERS, ids=lambda path: path.name)
def test_the_wrappers_for_awx_are_the_playbooks_of_the_collection(path: Path) -> None:
    (play,) = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert play["ansible.builtin.import_playbook"] == f"cao.faktura.{path.stem}"
    assert (TREE / "playbooks" / path.name).is_file()


def test_the_collection_is_installed_by_its_requirements(tmp_path: Path) -> None:
    (wanted,) = yaml.safe_load((RECIPES / "requirements.yml").read_text(encoding="utf-8"))["collections"]
    version = yaml.safe_load((TREE / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    assert wanted["name"] == f"./cao-faktura-{version}.tar.gz"
    copy = Path(os.environ.get("FAKTURA_COPY", TREE / ".build" / "ansible_collections" / "cao" / "faktura"))
    galaxy = [str(BIN / "ansible-galaxy"), "collection"]
    environment = {**os.environ, "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}
    for command in (
        ["build", "--output-path", str(tmp_path), str(copy)],
        ["install", "-r", str(RECIPES / "requirements.yml"), "-p", str(tmp_path / "there"), "--offline"],
    ):
        done = subprocess.run(
            [*galaxy, *command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "there" / "ansible_collections" / "cao" / "faktura" / "roles" / "prepare").is_dir()
