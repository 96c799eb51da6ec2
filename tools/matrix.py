# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the integration tests on every server, and with every ansible-core and Python, that this machine can have.

``matrix.py FOLDER`` with the folder in which the collection is installed; ``servers``, ``cores`` and ``sanity`` behind
it run these parts alone. The virtual environments go to .build/matrix; a Python that is missing is
said and left out.
"""

from __future__ import annotations

import os
import re
import runpy
import shutil
import subprocess
import sys
import time
import typing as t
from pathlib import Path

TREE = Path(__file__).resolve().parents[1]
MYSQL = TREE / ".build" / "mysql-5.6"
MATRIX = TREE / ".build" / "matrix"
PINS = TREE / "tests" / "requirements"
SERVER_TESTS = ("test_servers.py", "test_mysql_rename.py")
# Those of the others that speak of no engine or program that only MariaDB has.
MYSQL_TESTS = (
    "_mandant",
    "test_mandant_guards.py",
    "test_restore.py",
    "test_rollback.py",
    "test_mandant_info.py",
    "test_mandant_backup.py",
    "test_backup_faults.py",
    "test_names.py",
    "test_dumps_property.py",
    "test_guard_agrees_with_server.py",
)
# Those that only some servers have something to say to.
ELSEWHERE_TESTS = (
    "test_mandant_checks.py",
    "test_mandant_demands.py",
    "test_mandant_translated.py",
    "test_rename_elsewhere.py",
    "test_server_limits.py",
)
FETCHED = ("mariadb-10.5", "mariadb-11.8", "mysql-9.7")
CORE_TESTS = ("test_restore.py", "test_ship.py", "test_progress.py", "test_report.py", "test_installing.py")


class Controller(t.NamedTuple):
    """Where Ansible runs."""

    core: str
    python: str


class Target(t.NamedTuple):
    """The managed host: its Python, and the versions of libraries; of those that are not named the newest is taken."""

    python: str
    versions: t.Mapping[str, str]


_TESTED = runpy.run_path(str(TREE / "plugins" / "module_utils" / "_backup" / "libraries.py"))["VERSIONS_TESTED"]
OLDEST = Target("3.9", {library: versions.oldest for library, versions in _TESTED.items()})
NEWEST = Target("3.13", {})
PAIRS = (
    (Controller("2.19", "3.11"), OLDEST),
    (Controller("2.19", "3.12"), Target("3.11", {"PyMySQL": "1.1.1"})),
    (Controller("2.19", "3.13"), NEWEST),
    (Controller("2.20", "3.12"), OLDEST),
    (Controller("2.20", "3.13"), NEWEST),
    (Controller("2.21", "3.12"), OLDEST),
    (Controller("2.21", "3.13"), NEWEST),
)


def find_python(version: str) -> str | None:
    """Return a Python of a version, from the PATH or from pyenv."""
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    there = sorted(root.glob(f"versions/{version}.*/bin/python"))
    # A shim of pyenv is on the PATH for versions that are not switched on, too.
    return str(there[-1]) if there else shutil.which(f"python{version}")


def venv(name: str, version: str, packages: t.Sequence[str]) -> str | None:
    """Return the Python of a virtual environment with packages, made at the first call; None without the version."""
    python = find_python(version)
    if python is None:
        return None
    folder = MATRIX / name
    found = folder / "bin" / "python"
    stamp = folder / "ready"
    wanted = "\n".join(packages)
    if not (stamp.exists() and stamp.read_text(encoding="utf-8") == wanted):
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([python, "-m", "venv", str(folder)], check=True)
        pip = [str(found), "-m", "pip", "--disable-pip-version-check", "install", "-qq"]
        subprocess.run([*pip, *packages], check=True)
        stamp.write_text(wanted, encoding="utf-8")
    return str(found)


def controller_venv(controller: Controller) -> str | None:
    """Return the Python of a controller: this core's newest version, and the tests' own pins."""
    pinned = (PINS / "runtime.txt").read_text(encoding="utf-8") + (PINS / "test.txt").read_text(encoding="utf-8")
    names = (*_TESTED, "pytest")
    pins = [line for line in pinned.splitlines() if line.partition("==")[0] in names]
    packages = [f"ansible-core~={controller.core}.0", *pins]
    return venv(f"core-{controller.core}-python-{controller.python}", controller.python, packages)


def target_venv(target: Target) -> str | None:
    """Return the Python of a managed host: what the README tells to install there."""
    packages = [
        f"{library}=={target.versions[library]}" if library in target.versions else library for library in _TESTED
    ]
    return venv(f"target-{target.python}-pymysql-{target.versions.get('PyMySQL', 'newest')}", target.python, packages)


def version_of(python: str, package: str) -> str:
    """Return the version of a package that is installed."""
    code = f"import importlib.metadata; print(importlib.metadata.version({package!r}))"
    return subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def server_version(name: str) -> str | None:
    """Return the version of a server in .build/servers, None where it is not there."""
    program = TREE / ".build" / "servers" / name / "root" / "usr" / "sbin"
    found = next((program / one for one in ("mysqld", "mariadbd") if (program / one).is_file()), None)
    if found is None:
        return None
    done = subprocess.run([str(found), "--no-defaults", "--version"], capture_output=True, text=True, check=False)
    numbers = re.search(r"Ver (\d+\.\d+\.\d+)", done.stdout)
    return numbers[1] if numbers else None


def pytest(python: str, tests: t.Sequence[str], environment: t.Mapping[str, str]) -> tuple[str, bool]:
    """Run integration tests; return their number and time in words, and whether all passed."""
    begun = time.monotonic()
    paths = [str(TREE / "tests" / "integration" / name) for name in tests]
    command = [python, "-m", "pytest", "-p", "no:cacheprovider", "-q", "--color=no", *paths]
    done = subprocess.run(
        command, cwd=TREE, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True, check=False
    )
    sys.stdout.write(done.stdout)
    counts = re.findall(r"[0-9]+ (?:passed|failed|errors?|skipped)", done.stdout.splitlines()[-1])
    return f"{', '.join(counts)} in {time.monotonic() - begun:.0f} s", done.returncode == 0


def run_servers(environment: t.Mapping[str, str]) -> list[tuple[str, bool]]:
    """Run the tests of the servers, with all settings; servers of other suites of Debian are got before."""
    subprocess.run([sys.executable, str(TREE / "tools" / "fetch_servers.py")], check=True)
    said, good = pytest(sys.executable, SERVER_TESTS, {**environment, "FAKTURA_SERVERS": "all"})
    results = [(f"every server and setting: {said}", good)]
    for name in FETCHED:
        version = server_version(name)
        if version is None:
            results.append((f"the other tests with {name}: left out, it is not here", True))
            continue
        here = {**environment, "FAKTURA_SERVER": name, "PYTEST_ADDOPTS": "-k 'not Aria or mariadb'"}
        tests = (*MYSQL_TESTS, *ELSEWHERE_TESTS)
        said, good = pytest(sys.executable, tests, {**here, "FAKTURA_SERVERS": "all"})
        results.append((f"the other tests with {name}, which is {version}: {said}", good))
    if (MYSQL / "ready").exists():
        here = {**environment, "FAKTURA_SERVER": "mysql-5.6", "PYTEST_ADDOPTS": "-k 'not Aria or mariadb'"}
        said, good = pytest(sys.executable, MYSQL_TESTS, here)
        results.append((f"the other tests with MySQL 5.6: {said}", good))
    else:
        results.append(("the other tests with MySQL 5.6: left out, it is not here", True))
    return results


def run_cores(environment: t.Mapping[str, str]) -> list[tuple[str, bool]]:
    """Run the playbooks with each pair of controller and managed host."""
    results = []
    for controller, target in PAIRS:
        here, there = controller_venv(controller), target_venv(target)
        if here is None or there is None:
            missing = controller.python if here is None else target.python
            results.append((f"ansible-core {controller.core}: left out, no Python {missing} here", True))
            continue
        said, good = pytest(here, CORE_TESTS, {**environment, "FAKTURA_TARGET_PYTHON": there})
        core, pymysql = version_of(here, "ansible-core"), version_of(there, "PyMySQL")
        name = f"ansible-core {core} on Python {controller.python}, host Python {target.python} with PyMySQL {pymysql}"
        results.append((f"{name}: {said}", good))
    return results


def run_sanity(_environment: t.Mapping[str, str]) -> list[tuple[str, bool]]:
    """Run ansible-test sanity with each ansible-core, on the newest Python that it has here."""
    newest = {controller.core: controller for controller, _target in PAIRS if find_python(controller.python)}
    results = []
    for core, controller in newest.items():
        python = controller_venv(controller)
        if python is not None:
            done = subprocess.run([python, str(TREE / "tools" / "sanity.py")], check=False)
            results.append((f"ansible-test sanity of ansible-core {core}", done.returncode == 0))
    return results


def main() -> None:
    """Run what the arguments name, and end with one line for each part."""
    MATRIX.mkdir(parents=True, exist_ok=True)
    # Relative paths and settings of a caller's pytest must not matter.
    environment = {"FAKTURA_COLLECTIONS_PATH": str(Path(sys.argv[1]).resolve()), "PYTEST_ADDOPTS": ""}
    parts = sys.argv[2:] or ["servers", "cores", "sanity"]
    runs = {"servers": run_servers, "cores": run_cores, "sanity": run_sanity}
    results = [result for part in parts for result in runs[part](environment)]
    print("\nThe matrix:")
    for text, good in results:
        print(f"  {'ok    ' if good else 'FAILED'} {text}")
    sys.exit(0 if all(good for _name, good in results) else 1)


if __name__ == "__main__":
    main()
