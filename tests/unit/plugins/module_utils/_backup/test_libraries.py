# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a missing library gets to the very Python that runs: real Pythons, and what marks one as managed."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup import libraries
from ansible_collections.cao.faktura.plugins.module_utils._backup.libraries import how_to_install


def test_in_a_venv_pip_does_it() -> None:
    if sys.prefix == sys.base_prefix:
        pytest.skip("the tests run in no venv")
    assert how_to_install("pyzipper") == f"install it with: {sys.executable} -m pip install pyzipper"


@pytest.fixture
def managed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Python that the system manages has a file beside its standard library (PEP 668)."""
    (tmp_path / "EXTERNALLY-MANAGED").write_text("[externally-managed]\n", encoding="ascii")
    monkeypatch.setattr(sysconfig, "get_path", {"stdlib": str(tmp_path)}.__getitem__)
    monkeypatch.setattr(sys, "base_prefix", sys.prefix)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder in which programs are found."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def _program(path: Path) -> None:
    path.write_text("#!/bin/sh\n", encoding="ascii")
    path.chmod(0o755)


@pytest.mark.usefixtures("managed")
@pytest.mark.parametrize(
    ("executable", "library", "command"),
    [
        ("/usr/bin/python3", "PyMySQL", "apt-get install python3-pymysql"),
        ("/usr/bin/python3.13", "libarchive-c", "apt-get install python3-libarchive-c"),
        (
            "/usr/bin/python3",
            "pyzipper",
            "apt-get install python3-pip && /usr/bin/python3 -m pip install --break-system-packages pyzipper",
        ),
        (
            "/opt/python/bin/python3",
            "PyMySQL",
            "/opt/python/bin/python3 -m pip install --break-system-packages PyMySQL",
        ),
    ],
)
def test_a_managed_python_of_debian(
    path: Path, monkeypatch: pytest.MonkeyPatch, executable: str, library: str, command: str
) -> None:
    _program(path / "apt-get")
    monkeypatch.setattr(sys, "executable", executable)
    assert how_to_install(library).endswith(f"install it with: {command}")


@pytest.mark.usefixtures("managed", "path")
def test_a_managed_python_of_another_system_has_no_apt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/usr/bin/python3")
    assert how_to_install("PyMySQL") == (
        "the system manages this Python; install it with: "
        "/usr/bin/python3 -m pip install --break-system-packages PyMySQL"
    )


def test_the_systems_own_python() -> None:
    """What it is told names that Python, or Debian's packages, which are for that Python."""
    python = Path("/usr/bin/python3")
    if not python.exists():
        pytest.skip("the system has no Python")
    file = Path(libraries.__file__).resolve()
    code = "import runpy, sys; print(runpy.run_path(sys.argv[1])['how_to_install']('PyMySQL'))"
    run = subprocess.run(
        [python, "-c", code, str(file)], env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=True
    )
    assert "apt-get install python3-pymysql" in run.stdout or f"{python} -m pip install" in run.stdout
