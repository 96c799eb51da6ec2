# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs ansible-test sanity on the built tree, in virtual environments, with every Python that is here and supported.

ansible-test keeps its things in the home folder and drops the environment, so it gets a home in .build with pip's
settings of the real one. Its virtual environments start from a pip bootstrap script that it downloads; where that
cannot be had, a stand-in does the same with the pip that Python carries.

With arguments, only these tests of it run, with one Python. Else everything runs but: pslint (the tree has no
PowerShell), and shellcheck where Debian's package is missing.
"""

from __future__ import annotations

import ast
import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import typing as t
from pathlib import Path

import ansible_test
from ansible_test._util.target.common.constants import CONTROLLER_PYTHON_VERSIONS, REMOTE_ONLY_PYTHON_VERSIONS

TREE = Path(__file__).resolve().parents[1]
BUILD = TREE / ".build"
COPY = BUILD / "ansible_collections" / "cao" / "faktura"
HOME = BUILD / "home"
# What ansible-test writes, its virtual environments above all. It stands in the tree only while ansible-test runs, so
# that the other checks do not read it.
OUTPUT = COPY / "tests" / "output"
KEPT_OUTPUT = BUILD / "sanity-output"
BIN = Path(sys.executable).parent
BOOTSTRAP_HOST = "ci-files.testing.ansible.com"
# These two tell whether a managed host's Python can read the collection's code; the others do not depend on it.
TARGET_TESTS = ("compile", "import")
# The oldest Python of managed hosts is 3.9, also where ansible-core still knows 3.8.
TARGET_PYTHONS = frozenset(REMOTE_ONLY_PYTHON_VERSIONS + CONTROLLER_PYTHON_VERSIONS) - {"3.8"}

STAND_IN = '''"""A stand-in for get-pip.py: does the same with the pip that Python carries."""
import subprocess
import sys

# Not ensurepip.bootstrap(): that takes pip's settings out of this process for good.
subprocess.run([sys.executable, "-m", "ensurepip"], stdout=subprocess.DEVNULL, check=True)
wanted = [argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")]
sys.exit(subprocess.call([sys.executable, "-m", "pip", "install", "--quiet", "--quiet", *wanted]))
'''


def provide_bootstrap(home: Path) -> None:
    """Put the user's cached pip bootstrap scripts, or else the stand-in, where ansible-test looks for them."""
    (folder,) = ansible_test.__path__
    source = Path(folder, "_internal", "python_requirements.py").read_text(encoding="utf-8")
    cache = home / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in set(re.findall(r"\bpip='([0-9.]+)'", source)):
        name = f"get_pip_{version.replace('.', '_')}.py"
        real = Path.home() / ".ansible" / "test" / "cache" / name
        if real.is_file():
            shutil.copyfile(real, cache / name)
        elif not (cache / name).exists() and not reachable(BOOTSTRAP_HOST):
            (cache / name).write_text(STAND_IN, encoding="utf-8")


def reachable(host: str) -> bool:
    """Whether the host answers on the HTTPS port."""
    try:
        socket.create_connection((host, 443), timeout=5).close()
    except OSError:
        return False
    return True


def write_pip_settings(home: Path) -> None:
    """Write the settings that pip has here, from files and environment, as the settings of the other home."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    listed = subprocess.run([*pip, "config", "list"], capture_output=True, text=True, check=True).stdout
    cache = subprocess.run([*pip, "cache", "dir"], capture_output=True, text=True, check=False).stdout.strip()
    settings = {"quiet": "2", **({"cache-dir": cache} if cache else {})}
    for line in listed.splitlines():
        key, value = line.split("=", maxsplit=1)
        section, name = key.rsplit(".", maxsplit=1)
        if section in ("global", "install", ":env:") and name != "config-file":
            settings[name] = "\n    ".join(str(ast.literal_eval(value)).split())
    path = home / ".config" / "pip" / "pip.conf"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text("[global]\n" + "".join(f"{name} = {value}\n" for name, value in settings.items()), encoding="utf-8")


def pythons() -> dict[str, Path]:
    """Return the folder of every Python that can be a managed host's, by version.

    Looks at PATH and at pyenv's folder; a pyenv shim for a version that is not switched on does not run.
    """
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    folders = [Path(folder) for folder in os.get_exec_path()] + sorted(pyenv.glob("*/bin"))
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.glob("python3.*")):
            version = path.name[len("python") :]
            if version in TARGET_PYTHONS and version not in found and works(path, version):
                found[version] = path.parent
    return found


def works(path: Path, version: str) -> bool:
    """Whether this is a Python of the version that can make virtual environments with pip."""
    code = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run([str(path), "-c", code], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return done.returncode == 0 and done.stdout.strip() == version


def sanity(arguments: list[str], path: str) -> bool:
    """Run ansible-test sanity on the built tree; return whether it passed."""
    command = [sys.executable, str(BIN / "ansible-test"), "sanity", "--color", "no", *arguments]
    print("ansible-test sanity " + " ".join(arguments), flush=True)
    environment = {"PATH": path, "HOME": str(HOME), "LC_ALL": "C.UTF-8"}
    return subprocess.run(command, cwd=COPY, env=environment, stdin=subprocess.DEVNULL, check=False).returncode == 0


@contextlib.contextmanager
def output_in_place() -> t.Iterator[None]:
    """Bring the output of the run before to where ansible-test looks for it, and put it away again."""
    if KEPT_OUTPUT.exists() and not OUTPUT.exists():
        KEPT_OUTPUT.rename(OUTPUT)
    try:
        yield
    finally:
        shutil.rmtree(KEPT_OUTPUT, ignore_errors=True)
        if OUTPUT.exists():
            OUTPUT.rename(KEPT_OUTPUT)


def main() -> None:
    """Prepare ansible-test's home and run it; the exit code tells whether everything passed."""
    HOME.mkdir(parents=True, exist_ok=True)
    provide_bootstrap(HOME)
    write_pip_settings(HOME)
    with output_in_place():
        passed = run_some(sys.argv[1:]) if sys.argv[1:] else run_all()
    sys.exit(not passed)


def here() -> tuple[list[str], str]:
    """Return the arguments for a virtual environment of the controller's Python, and the PATH."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return ["--venv", "--python", version], os.pathsep.join([str(BIN), os.environ.get("PATH", os.defpath)])


def run_some(arguments: list[str]) -> bool:
    """Run the tests that are asked for, with the controller's Python; return whether they passed."""
    ours, path = here()
    return sanity([*arguments, *ours], path)


def run_all() -> bool:
    """Run all tests with the controller's Python, the targets' tests with the others; return whether all passed."""
    ours, path = here()
    passed = sanity(ours, path)
    tests = [argument for test in TARGET_TESTS for argument in ("--test", test)]
    for version, folder in sorted(pythons().items(), key=lambda found: int(found[0].split(".")[1])):
        if version != ours[-1]:
            target = ["--controller", "origin:python=default", "--target-python", version]
            passed = sanity([*tests, *target], os.pathsep.join([str(BIN), str(folder), path])) and passed
    return passed


if __name__ == "__main__":
    main()
