# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The contenders: each loads one input into the fresh database and says what that took."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import shutil
import sys
import time
import typing as t
from pathlib import Path

from bench import company
from bench.inputs import PASSWORD, load_data
from bench.measure import BenchError, Usage, cpu_seconds, last_usage, measured_interpreter, run_measured
from bench.target import DATABASE, Target
from playbook_runner import PlaybookRunner, TaskResult

PEERS = ("ansible.mysql", "community.mysql", "community.mariadb", "ansible.mariadb")
_PLAY_TIMEOUT_SECONDS = 7200.0
_JOB = {"async": 7200, "poll": 1}


@contextlib.contextmanager
def _counting_server(target: Target) -> t.Iterator[t.Callable[[Usage], Usage]]:
    before = cpu_seconds(target.server.pid)
    yield lambda usage: dataclasses.replace(usage, server_cpu_seconds=cpu_seconds(target.server.pid) - before)


def client(target: Target, path: Path, *, engine: str, one_transaction: bool = False) -> Usage:
    """``mariadb database < file``."""
    with _counting_server(target) as with_server:
        if one_transaction:
            script = f"SET autocommit=0; SOURCE {path}; COMMIT;"
            return with_server(run_measured(target.client("-e", script, engine=engine)))
        return with_server(run_measured(target.client(engine=engine), stdin=path))


def dump(target: Target, folder: Path) -> Usage:
    """``mariadb-dump --single-transaction`` to a file, with its own defaults else."""
    with _removed(folder / "dump.sql") as path, _counting_server(target) as with_server:
        login = f"--defaults-file={target.option_file}"
        return with_server(
            run_measured(["mariadb-dump", login, "--single-transaction", f"--result-file={path}", DATABASE])
        )


@contextlib.contextmanager
def _removed(path: Path) -> t.Iterator[Path]:
    """Give a file that is gone afterwards."""
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def load(target: Target, path: Path, *, engine: str, checks: bool = True) -> Usage:
    """LOAD DATA LOCAL INFILE of the same rows into the same table, which is made before.

    Without ``checks`` MariaDB loads an empty InnoDB table in bulk, where a core is free for it.
    """
    target.create_table(engine)
    script = load_data(path)
    if not checks:
        script = f"SET unique_checks=0, foreign_key_checks=0, autocommit=0; {script}; COMMIT"
    with _counting_server(target) as with_server:
        return with_server(run_measured(target.client("--local-infile=1", "-e", script)))


def load_company(target: Target, folder: Path, *, engine: str) -> Usage:
    """LOAD DATA LOCAL INFILE of one table after the other, all over one connection; the tables are made before."""
    company.create_tables(target, engine)
    with _counting_server(target) as with_server:
        return with_server(run_measured(target.client("--local-infile=1", "-e", company.load_script(folder))))


def myloader(target: Target, folder: Path) -> Usage:
    """myloader with two threads, from its own format: it reads no other."""
    login = f"--defaults-file={target.option_file}"
    with _counting_server(target) as with_server:
        return with_server(run_measured(["myloader", login, "-d", str(folder), "-t", "2", "-o", "-B", DATABASE]))


class Ansible:
    """Runs modules by ansible-playbook, with an interpreter that measures the module's own process."""

    def __init__(self, runner: PlaybookRunner, target: Target) -> None:
        self._runner = runner
        self._target = target
        self._record = runner.folder / "record"
        self._interpreter = measured_interpreter(runner.folder, self._record)

    def module(
        self, name: str, args: t.Mapping[str, t.Any], *, collections: str | None = None
    ) -> tuple[Usage, TaskResult]:
        """Run one task and return what its module's process took, and the task's result."""
        # As a task's own asynchronous job each of these is one process from start to end, which can be measured.
        job = _JOB if name.endswith(("_restore", "_compare", "_backup")) else {}
        task = {"name": "task", name: dict(args), **job}
        play = {"hosts": "all", "gather_facts": False, "tasks": [task]}
        with _counting_server(self._target) as with_server:
            run = self._runner.run(
                [play],
                variables={"ansible_python_interpreter": str(self._interpreter)},
                environment={"ANSIBLE_COLLECTIONS_PATH": collections} if collections else {},
                timeout_seconds=_PLAY_TIMEOUT_SECONDS,
            )
            result = run["task"]
            if result.failed:
                raise BenchError(f"{name} failed: {result.result.get('msg')}")
            return with_server(last_usage(self._record, f"AnsiballZ_{name.rpartition('.')[2]}")), result

    def restore(self, path: Path, **options: t.Any) -> tuple[Usage, TaskResult]:
        """Run mandant_restore on a backup that is on the managed host."""
        return self.module("cao.faktura.mandant_restore", self.restore_args(path, **options))

    def compare(self, path: Path) -> tuple[Usage, TaskResult]:
        """Run mandant_compare with a backup that is on the managed host."""
        return self.module("cao.faktura.mandant_compare", self.restore_args(path))

    def backup(self, folder: Path, kind: str) -> Usage:
        """Run mandant_backup into a plain ``sql``, or a ZIP with this encryption."""
        with _removed(folder / ("backup.sql" if kind == "sql" else "backup.zip")) as path:
            encryption = {} if kind == "sql" else {"password": PASSWORD, "encryption": kind}
            args = {"mandant": DATABASE, "dest": str(path), **encryption, **self._login()}
            return self.module("cao.faktura.mandant_backup", args)[0]

    def _login(self) -> dict[str, str]:
        address = self._target.server.address
        return {
            "login_unix_socket": address.socket,
            "login_user": address.user,
            "login_password": address.password,
        }

    def restore_args(self, path: Path, **options: t.Any) -> dict[str, t.Any]:
        password = {"password": PASSWORD} if path.suffix == ".zip" else {}
        return {"mandant": DATABASE, "file": str(path), "remote_src": True, **password, **self._login(), **options}

    def plain(self, name: str, args: t.Mapping[str, t.Any]) -> tuple[float, TaskResult]:
        """Run one task as a user would; return how long ansible-playbook took."""
        start = time.monotonic()
        result = self._runner.task(name, args)
        seconds = time.monotonic() - start
        if result.failed:
            raise BenchError(f"{name} failed: {result.result.get('msg')}")
        return seconds, result


def mysql_db_import(ansible: Ansible, target: Target, path: Path, peer: tuple[str, str], *, engine: str) -> Usage:
    """``mysql_db state=import``: it calls the client program, so this is the client and its own work."""
    name, collections = peer
    address = target.server.address
    args = {
        "login_unix_socket": address.socket,
        "login_user": address.user,
        "login_password": address.password,
        "name": DATABASE,
        "state": "import",
        "target": str(path),
        "encoding": "latin1",
    }
    target.server.admin(f"SET GLOBAL default_storage_engine={engine}")
    try:
        return ansible.module(f"{name}.mysql_db", args, collections=collections)[0]
    finally:
        target.server.admin("SET GLOBAL default_storage_engine=InnoDB")


def find_peer() -> tuple[str, str] | None:
    """Return an installed collection with mysql_db and the folder to give Ansible; it is not installed for this."""
    named = os.environ.get("ANSIBLE_COLLECTIONS_PATH", "").split(os.pathsep)
    usual = [str(Path.home() / ".ansible" / "collections"), "/usr/share/ansible/collections"]
    for folder in filter(None, (*named, *sys.path, *usual, "/usr/lib/python3/dist-packages")):
        for peer in PEERS:
            modules = Path(folder, "ansible_collections", *peer.split("."), "plugins", "modules")
            if (modules / "mysql_db.py").is_file():
                return peer, folder
    return None


def has_myloader() -> bool:
    """Whether mydumper and myloader are here."""
    return bool(shutil.which("mydumper") and shutil.which("myloader"))
