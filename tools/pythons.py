# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Pythons that the matrix runs: of Ansible's controller and of the managed host, each in a virtual environment."""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
import sys
import typing as t
from pathlib import Path

TREE = Path(__file__).resolve().parents[1]
FOLDER = TREE / ".build" / "matrix"
PINS = TREE / "tests" / "requirements"


class Controller(t.NamedTuple):
    """Where Ansible runs."""

    core: str
    python: str


class Target(t.NamedTuple):
    """The managed host: its Python, and the versions of libraries; of those that are not named the newest is taken."""

    python: str
    versions: t.Mapping[str, str]


_TESTED = runpy.run_path(str(TREE / "plugins" / "module_utils" / "_backup" / "libraries.py"))["VERSIONS_TESTED"]
_OLD_LIBRARIES = {library: versions.oldest for library, versions in _TESTED.items()}
OLDEST = Target("3.9", _OLD_LIBRARIES)
NEWEST = Target("3.13", {})
PAIRS = (
    (Controller("2.19", "3.11"), OLDEST),
    (Controller("2.19", "3.12"), Target("3.11", {"PyMySQL": "1.1.1"})),
    (Controller("2.19", "3.13"), NEWEST),
    (Controller("2.20", "3.12"), OLDEST),
    (Controller("2.20", "3.13"), NEWEST),
    (Controller("2.21", "3.12"), OLDEST),
    (Controller("2.21", "3.13"), NEWEST),
    (Controller("2.21", "3.13"), Target("3.14", {})),
)
# The managed host without Ansible, with each library's oldest version and its newest.
HOSTS = tuple(
    Target(f"3.{minor}", versions)
    for minor in range(9, 15)
    for versions in ({"PyMySQL": _OLD_LIBRARIES["PyMySQL"]}, {})
)


def find_python(version: str) -> str | None:
    """Return a Python of a version: from the PATH, from pyenv, or from another suite of Debian."""
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    fetched = TREE / ".build" / "servers" / f"python-{version}" / "root" / "usr" / "bin" / f"python{version}"
    there = [*sorted(root.glob(f"versions/{version}.*/bin/python")), *([fetched] if fetched.is_file() else [])]
    # A shim of pyenv is on the PATH for versions that are not switched on, too.
    return str(there[-1]) if there else shutil.which(f"python{version}")


def _venv(name: str, version: str, packages: t.Sequence[str]) -> str | None:
    """Return the Python of a virtual environment with packages, made at the first call; None without the version."""
    python = find_python(version)
    if python is None:
        return None
    folder = FOLDER / name
    found = folder / "bin" / "python"
    stamp = folder / "ready"
    wanted = "\n".join(packages)
    if not (stamp.exists() and stamp.read_text(encoding="utf-8") == wanted):
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([python, "-m", "venv", "--without-pip", str(folder)], check=True)
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(found), "install", "-qq"]
        subprocess.run([*pip, *packages], check=True)
        stamp.write_text(wanted, encoding="utf-8")
    return str(found)


def controller_venv(controller: Controller) -> str | None:
    """Return the Python of a controller: this core's newest version, and the tests' own pins."""
    pinned = (PINS / "runtime.txt").read_text(encoding="utf-8") + (PINS / "test.txt").read_text(encoding="utf-8")
    names = (*_TESTED, "pytest")
    pins = [line for line in pinned.splitlines() if line.partition("==")[0] in names]
    packages = [f"ansible-core~={controller.core}.0", *pins]
    return _venv(f"core-{controller.core}-python-{controller.python}", controller.python, packages)


def target_venv(target: Target) -> str | None:
    """Return the Python of a managed host: what the README tells to install there."""
    packages = [
        f"{library}=={target.versions[library]}" if library in target.versions else library for library in _TESTED
    ]
    versions = "-".join(target.versions.get(library, "newest") for library in _TESTED)
    return _venv(f"target-{target.python}-{versions}", target.python, packages)


def version_of(python: str, package: str) -> str:
    """Return the version of a package that is installed."""
    code = f"import importlib.metadata; print(importlib.metadata.version({package!r}))"
    return subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def full_version(python: str) -> str:
    """Return a Python's own version, all three numbers."""
    code = "import platform; print(platform.python_version())"
    return subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
