# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A new user does what the README says, word by word, and it works; what is missing is said with its command.

The commands and the playbook of "Your first playbook" are run in an empty home. Ansible is that of the Python that
runs the tests; the libraries go into a new venv of the managed host's Python. Only the socket is another.
"""

from __future__ import annotations

import getpass
import os
import re
import shlex
import shutil
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest
from ansible.release import __version__ as ansible_version

import snippets
from mandant import Mandant
from mariadb_server import MariadbServer
from mishaps import BACKUP, EXAMPLE, EXAMPLE_PASSWORD
from playbook_runner import PlaybookRunner

TREE = Path(__file__).resolve().parents[2]
COPY = Path(os.environ.get("FAKTURA_COPY", TREE / ".build" / "ansible_collections" / "cao" / "faktura"))
DEBIAN = Path("/usr/bin/python3")
TIMEOUT_SECONDS = 600


def _first_playbook() -> tuple[str, str]:
    """Return the commands and the playbook of the README's section."""
    text = (TREE / "README.md").read_text(encoding="utf-8")
    begin = text[: text.index("## Your first playbook")].count("\n")
    blocks = [one for one in snippets.of_document(TREE / "README.md", "README.md") if one.line > begin]
    commands = next(one.text for one in blocks if one.language == "sh")
    playbook = next(one.text for one in blocks if one.language == "yaml")
    assert "collection install" in commands, "the README's section begins with the commands to install"
    return commands, playbook


def _imports(python: Path, library: str) -> bool:
    command = [python, "-c", f"import {library}"]
    return python.exists() and subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def own_server() -> t.Iterator[MariadbServer]:
    """A server whose user of the operating system logs in by the socket, as on Debian."""
    with MariadbServer() as server:
        user = getpass.getuser()
        way = f"IDENTIFIED VIA unix_socket OR mysql_native_password USING PASSWORD('{server.address.password}')"
        server.admin(f"CREATE USER IF NOT EXISTS '{user}'@'localhost'")
        server.admin(f"GRANT ALL ON *.* TO '{user}'@'localhost'")
        server.admin(f"ALTER USER '{user}'@'localhost' {way}")
        yield server


class NewUser:
    """Somebody with an empty home, Ansible, and a clone of the repository."""

    def __init__(self, folder: Path, managed: Path) -> None:
        self.folder = folder
        self.managed = managed
        self.clone = folder / "clone"
        self.programs = [Path(sys.executable).parent]
        self.command = "ansible-playbook -i inventory -e @secrets.yml restore.yml"
        shutil.copytree(COPY, self.clone, ignore=shutil.ignore_patterns(".git", "output", "tests"))
        (self.clone / "files").mkdir()
        shutil.copyfile(EXAMPLE, self.clone / "files" / EXAMPLE.name)

    def run(self, script: str) -> str:
        """Run a script in the clone; return what it printed."""
        path = [self.managed.parent, *self.programs, "/usr/bin", "/bin"]
        registry = ("PIP_", "UV_", "SSL_CERT_")
        environment = {key: value for key, value in os.environ.items() if key.startswith(registry)}
        environment.update(HOME=str(self.folder), PATH=os.pathsep.join(map(str, path)), LC_ALL="C.UTF-8")
        done = subprocess.run(
            ["bash", "-euc", script],
            cwd=self.clone,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT_SECONDS,
        )
        assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"
        return done.stdout

    def play(self, playbook: str, *options: str) -> dict[str, int]:
        """Run a playbook; return the counts of its recap."""
        (self.clone / "restore.yml").write_text(playbook, encoding="utf-8")
        (self.clone / "secrets.yml").write_text(f"backup_password: {EXAMPLE_PASSWORD}\n", encoding="utf-8")
        interpreter = f"ansible_connection=local ansible_python_interpreter={self.managed}"
        (self.clone / "inventory").write_text(f"database_server {interpreter}\n", encoding="utf-8")
        said = self.run(f"{self.command} {' '.join(options)}")
        return {name: int(count) for name, count in re.findall(r"(\w+)=([0-9]+)", said[said.index("PLAY RECAP") :])}


@pytest.fixture(scope="module")
def fresh_venv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a venv without any library, made from the managed host's Python."""
    folder = tmp_path_factory.mktemp("host")
    base = os.environ.get("FAKTURA_TARGET_PYTHON", sys.executable)
    subprocess.run([base, "-m", "venv", str(folder)], check=True)
    return folder / "bin" / "python3"


def _follow_the_readme(user: NewUser, server: MariadbServer, commands: str, playbook: str) -> None:
    playbook = playbook.replace("/run/mysqld/mysqld.sock", server.address.socket)
    mandant = Mandant("cao_musterladen", server)
    mandant.drop()
    user.run(commands)
    forecast = user.play(playbook, "--check", "--diff")
    assert (forecast["changed"], forecast["failed"]) == (1, 0)
    assert server.admin("SHOW DATABASES LIKE 'cao_musterladen'") == []
    assert user.play(playbook)["changed"] == 1
    assert mandant.query("SELECT COUNT(*) > 0 FROM ARTIKEL") == [(1,)]
    assert user.play(playbook)["changed"] == 0


def test_readme_word_by_word_in_a_venv(fresh_venv: Path, own_server: MariadbServer, tmp_path: Path) -> None:
    commands, playbook = _first_playbook()
    _follow_the_readme(NewUser(tmp_path, fresh_venv), own_server, commands, playbook)


@pytest.mark.skipif(
    not _imports(DEBIAN, "pymysql"), reason="on Debian: apt-get install python3-pymysql for the system's Python"
)
def test_readme_with_debians_python_and_packages(own_server: MariadbServer, tmp_path: Path) -> None:
    """PyMySQL is Debian's; the backup's encryption needs nothing else."""
    commands, playbook = _first_playbook()
    with_pip = [line for line in commands.splitlines() if " pip install " in line]
    assert with_pip, "the README installs the libraries with pip"
    without_pip = "\n".join(line for line in commands.splitlines() if line not in with_pip)
    _follow_the_readme(NewUser(tmp_path, DEBIAN), own_server, without_pip, playbook)


# How a new user gets ansible-core into a home of his own.
WAYS = {
    "pipx": "pipx install --quiet 'ansible-core{version}'",
    "uv": "uv tool install --quiet 'ansible-core{version}'",
}


@pytest.mark.parametrize("way", WAYS)
def test_readme_with_an_ansible_of_ones_own(
    way: str, fresh_venv: Path, own_server: MariadbServer, tmp_path: Path
) -> None:
    program = shutil.which(way)
    if program is None:
        pytest.skip(f"no {way} here")
    commands, playbook = _first_playbook()
    user = NewUser(tmp_path, fresh_venv)
    user.programs = [tmp_path / ".local" / "bin", Path(program).parent]
    user.run(WAYS[way].format(version=f"=={ansible_version}"))
    assert str(tmp_path) in user.run("command -v ansible-playbook")
    _follow_the_readme(user, own_server, commands, playbook)


@pytest.mark.skipif(shutil.which("ansible-navigator") is None, reason="no ansible-navigator here")
def test_readme_with_ansible_navigator(fresh_venv: Path, own_server: MariadbServer, tmp_path: Path) -> None:
    """Without a container: in an execution environment it runs the same command."""
    commands, playbook = _first_playbook()
    user = NewUser(tmp_path, fresh_venv)
    navigator = Path(str(shutil.which("ansible-navigator")))
    user.programs.append(navigator.parent)
    user.command = f"{navigator} run restore.yml --execution-environment false --mode stdout"
    user.command += " --playbook-artifact-enable false --log-file navigator.log -i inventory -e @secrets.yml"
    _follow_the_readme(user, own_server, commands, playbook)


def _answer(playbook: PlaybookRunner, monkeypatch: pytest.MonkeyPatch, python: Path, **options: object) -> str:
    monkeypatch.setenv("FAKTURA_TARGET_PYTHON", str(python))
    answer = playbook.task("cao.faktura.mandant_restore", {"mandant": "cao_neu", "remote_src": True, **options})
    assert answer.error == "missing_dependency", answer.result
    return str(answer["msg"])


def test_missing_library_is_said_with_its_command(
    playbook: PlaybookRunner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bare = tmp_path / "bare" / "bin" / "python3"
    subprocess.run([sys.executable, "-m", "venv", str(bare.parents[1])], check=True)
    plain = tmp_path / "backup.sql"
    plain.write_bytes(BACKUP)
    said = _answer(playbook, monkeypatch, bare, file=str(plain))
    (command,) = re.findall(rf"{re.escape(str(bare.parent))}/python[0-9.]* -m pip install '?PyMySQL\b.*$", said)
    subprocess.run([*shlex.split(command), "--quiet"], check=True)
    assert _imports(bare, "pymysql")


_LIBRARIES = "ansible_collections.cao.faktura.plugins.module_utils._backup.libraries"


@pytest.mark.skipif(
    not list(Path("/usr/lib").glob("python3*/EXTERNALLY-MANAGED")), reason="no Python here is managed by the system"
)
@pytest.mark.parametrize(
    ("library", "command"),
    [
        ("PyMySQL", "; install it with: apt-get install python3-pymysql"),
        (
            "pyzipper",
            "; the system manages this Python; install it with: apt-get install python3-pip && "
            f"{DEBIAN} -m pip install --break-system-packages 'pyzipper",
        ),
    ],
)
def test_advice_where_the_system_manages_python(playbook: PlaybookRunner, library: str, command: str) -> None:
    code = f"from {_LIBRARIES} import how_to_install; print(how_to_install({library!r}))"
    environment = {"PYTHONPATH": str(playbook.collections_path), "PATH": "/usr/bin:/bin"}
    done = subprocess.run([DEBIAN, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert command in done.stdout
