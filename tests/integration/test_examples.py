# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of modules, roles and guides are run as they stand.

Only what they name of a real host is put in its place: the folder /srv, the socket and the name of the
server, its certificate authority. Hosts are this machine; the administrator's login comes by module_defaults, for
roles by their variables.
"""

from __future__ import annotations

import datetime
import json
import re
import shutil
import typing as t
from pathlib import Path

import pytest
import yaml

import snippets
import tls
from mandant import Mandant
from mariadb_server import MariadbServer
from mishaps import EXAMPLE, EXAMPLE_PASSWORD
from playbook_runner import PlaybookRunner
from restoring import Restorer, account, articles, cao_backup, company

TREE = Path(__file__).resolve().parents[2]
VARIABLES = {"backup_password": EXAMPLE_PASSWORD, "database_password": "probe"}
# What an earlier run has left: the example's own company.
BEFORE = cao_backup(articles(3), company("Kräuterhof „Zur Mühle\u201c"))
MANDANTEN = ("cao_musterladen", "cao_demo", "db4711")
_NAMED = re.compile(r"/srv/([\w/.-]+)")
_BACKUP = re.compile(r"(?:/srv/backup/|\b)([\w.-]+\.(?:zip|sql|gz))\b")

_PATTERN = re.compile(r"/srv/([\w/.-]+\*[\w.-]*)")


class Kind(t.NamedTuple):
    """What an example is: a playbook, tasks, an inventory, or a piece of one of these."""

    name: str
    plays: list[dict[str, t.Any]]


def kind_of(content: t.Any) -> Kind:
    """Tell what an example is from its content."""
    if isinstance(content, list) and all(isinstance(one, dict) for one in content):
        if all("hosts" in one or "import_playbook" in one for one in content):
            return Kind("playbook", content)
        return Kind("tasks", [{"name": "tasks", "hosts": "localhost", "gather_facts": False, "tasks": content}])
    if isinstance(content, dict) and isinstance(content.get("all"), dict):
        return Kind("inventory", [])
    return Kind("piece", [])


def _runnable() -> dict[str, list[snippets.Snippet]]:
    """Return the examples with tasks by file: those of one file are run in their order, in one go."""
    found: dict[str, list[snippets.Snippet]] = {}
    for snippet in snippets.all_snippets(TREE):
        if snippet.language in ("yaml", "yml") and kind_of(yaml.safe_load(snippet.text)).plays:
            found.setdefault(snippet.file, []).append(snippet)
    return found


RUNNABLE = _runnable()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds the playbooks, ``files/`` beside them, and what stands for /srv."""
    made = tmp_path_factory.mktemp("examples")
    backups = (made / "files", made / "srv" / "backup")
    for place in backups:
        place.mkdir(parents=True)
    for snippet in (one for some in RUNNABLE.values() for one in some):
        for name in _BACKUP.findall(snippet.text):
            for place in backups:
                shutil.copyfile(EXAMPLE, place / name)
        for name in _PATTERN.findall(snippet.text):
            # Examples want a backup of last night.
            last_night = made / "srv" / name.replace("*", f"{datetime.datetime.now():%Y_%m_%d_%H_%M}")
            last_night.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(EXAMPLE, last_night)
        for name in map(Path, _NAMED.findall(snippet.text)):
            (made / "srv" / (name.parent if name.suffix else name)).mkdir(parents=True, exist_ok=True)
    return made


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[MariadbServer]:
    """A server with TLS, three Mandanten that were restored twice, and the account of a hoster's customer."""
    made = tls.authority(tmp_path_factory.mktemp("tls"), "ca")
    key, certificate = tls.certificate(made.parent, made, "localhost")
    with MariadbServer(options=(f"--ssl-cert={certificate}", f"--ssl-key={key}", f"--ssl-ca={made}")) as server:
        for name in MANDANTEN:
            restorer = Restorer(Mandant(name, server), made.parent)
            for _time in range(2):
                restorer.run(restorer.write("backup.sql", BEFORE), policy="always")
        account(server, "db4711", ["ALL ON db4711.*"])
        yield server


def _in_place(text: str, server: MariadbServer, folder: Path) -> str:
    (option,) = (one for one in server.options if one.startswith("--ssl-ca="))
    there = {
        "/srv/": f"{folder}/srv/",
        "/run/mysqld/mysqld.sock": server.address.socket,
        "/etc/ssl/certs/ca-certificates.crt": option.partition("=")[2],
        "db.example.com": "localhost",
    }
    for named, real in there.items():
        text = text.replace(named, real)
    return text


def _messages(result: t.Mapping[str, t.Any]) -> list[str]:
    """Return what a task says, or each item of its loop."""
    return [str(one.get("msg")) for one in result.get("results", [result])]


@pytest.mark.parametrize("file", RUNNABLE)
def test_examples_run_as_they_stand(
    file: str, folder: Path, own_server: MariadbServer, playbook: PlaybookRunner
) -> None:
    address = own_server.address
    login = {"login_user": address.user, "login_password": address.password, "login_port": address.port}
    defaults = {"group/cao.faktura.faktura": {**login, "config_file": "/dev/null"}}
    plays = []
    for snippet in RUNNABLE[file]:
        for play in kind_of(yaml.safe_load(_in_place(snippet.text, own_server, folder))).plays:
            group = {**defaults, **play.get("module_defaults", {})}
            plays.append({"gather_facts": False, **play, "module_defaults": group})
    path = folder / "playbook.yml"
    path.write_text(json.dumps(plays), encoding="utf-8")
    hosts = sorted({str(play["hosts"]) for play in plays} - {"localhost", "all"})
    variables = {**VARIABLES, **{f"cao_{key}": value for key, value in login.items()}}
    # As the guide of the report tells, whose own example sends the page.
    reporting = {
        "ANSIBLE_CALLBACKS_ENABLED": "json_lines,cao.faktura.report",
        "CAO_FAKTURA_REPORT_PATH": str(folder / "srv" / "reports" / "today.html"),
    }
    run = playbook.run(
        path, variables=variables, hosts={name: {} for name in ("localhost", *hosts)}, environment=reporting
    )
    failed = {one.task: _messages(one.result) for one in run.tasks if one.failed}
    assert run.returncode == 0, f"{file}: {failed or run.stderr or run.stdout}"
    assert run.tasks


def test_pieces_name_real_options() -> None:
    """Pieces of a task hold options of the modules, or variables of the roles."""
    known = set(VARIABLES) | set(snippets.FILES) | {"ansible_python_interpreter"}
    for path in (TREE / "plugins" / "modules").glob("*.py"):
        known |= set(re.findall(r"^  (\w+):$", path.read_text(encoding="utf-8"), re.M))
    for path in (TREE / "roles").glob("*/meta/argument_specs.yml"):
        known |= set(yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"]["main"]["options"])
    for snippet in snippets.all_snippets(TREE):
        content = yaml.safe_load(snippet.text) if snippet.language == "yaml" else None
        if isinstance(content, dict) and kind_of(content).name == "piece":
            assert set(content) <= known, f"{snippet}: neither options nor variables of a role"
