# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which versions of libraries are tested, and how a missing one gets to the very Python that runs."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
import yaml

from ansible_collections.cao.faktura.plugins.module_utils._backup import libraries
from ansible_collections.cao.faktura.plugins.module_utils._backup.libraries import (
    SELDOM_NEEDED,
    VERSIONS_TESTED,
    how_to_install,
    requirement,
    too_old,
)

TREE = Path(__file__).resolve().parents[5]
EVERY = [requirement(library) for library in VERSIONS_TESTED]
# The files that tell what has to be installed, and the word between two versions there.
DOCUMENTS = (
    ("README.md", "to", tuple(VERSIONS_TESTED)),
    ("docs/docsite/rst/first_restore.rst", "to", tuple(VERSIONS_TESTED)),
    ("docs/de/erste-ruecksicherung.md", "bis", tuple(VERSIONS_TESTED)),
    ("plugins/doc_fragments/_login.py", "to", ("PyMySQL",)),
    ("plugins/doc_fragments/_backup_file.py", "to", ("pyzipper", "libarchive-c", "zstandard")),
    ("plugins/modules/mandant_backup.py", "to", ("pyzipper", "libarchive-c")),
)


def _text(name: str) -> str:
    return (TREE / name).read_text(encoding="utf-8")


def test_execution_environments_get_what_is_tested() -> None:
    lines = _text("meta/ee-requirements.txt").splitlines()
    assert [line for line in lines if not line.startswith("#")] == EVERY


def test_the_role_installs_what_is_tested() -> None:
    tasks = yaml.safe_load(_text("roles/restore/tasks/main.yml"))
    (pip,) = [task["ansible.builtin.pip"] for task in tasks if "ansible.builtin.pip" in task]
    assert pip["name"] == EVERY
    assert yaml.safe_load(_text("roles/prepare/vars/main.yml"))["__prepare_requirements"] == EVERY


def test_the_tests_run_with_the_newest() -> None:
    pins = dict(re.findall(r"^([\w-]+)==([\w.]+)$", _text("tests/requirements/runtime.txt"), re.MULTILINE))
    assert {library: pins[library] for library in VERSIONS_TESTED} == {
        library: versions.newest for library, versions in VERSIONS_TESTED.items()
    }


def test_the_tests_run_with_the_newest_of_what_is_seldom_needed() -> None:
    pins = dict(re.findall(r"^([\w-]+)==([\w.]+)$", _text("tests/requirements/test.txt"), re.MULTILINE))
    assert {library: pins[library] for library in SELDOM_NEEDED} == {
        library: versions.newest for library, versions in SELDOM_NEEDED.items()
    }


@pytest.mark.parametrize(("name", "until", "libraries"), DOCUMENTS)
def test_document_tells_what_is_tested(name: str, until: str, libraries: tuple[str, ...]) -> None:
    words = " ".join(_text(name).replace("(", "").split())
    for library in libraries:
        oldest, newest = {**VERSIONS_TESTED, **SELDOM_NEEDED}[library]
        assert f"{library} {oldest} {until} {newest}" in words


@pytest.mark.parametrize("library", [*VERSIONS_TESTED, *SELDOM_NEEDED])
def test_message_tells_what_is_tested(library: str) -> None:
    oldest, newest = {**VERSIONS_TESTED, **SELDOM_NEEDED}[library]
    words, _semicolon, command = how_to_install(library).partition("; install it with: ")
    assert words.startswith(f"versions {oldest} to {newest} are tested")
    assert shlex.split(command)[-1] in (f"{library}>={oldest},<={newest}", f"python3-{library.lower()}")


def test_of_another_library_no_versions_are_told() -> None:
    assert how_to_install("cryptography").startswith(("install it with: ", "the system manages this Python; "))


@pytest.mark.parametrize(("version", "old"), [("4.0", True), ("2.10.1", True), ("5.0", False), ("5.10", False)])
def test_a_version_that_is_too_old(version: str, old: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = tmp_path / f"libarchive_c-{version}.dist-info" / "METADATA"
    told.parent.mkdir()
    told.write_text(f"Metadata-Version: 2.1\nName: libarchive-c\nVersion: {version}\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert too_old("libarchive-c") == (version if old else None)


def test_a_library_that_tells_no_version_may_be_new(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    assert too_old("libarchive-c") is None


def test_in_a_venv_pip_does_it() -> None:
    if sys.prefix == sys.base_prefix:
        pytest.skip("the tests run in no venv")
    assert how_to_install("cryptography") == f"install it with: {sys.executable} -m pip install cryptography"


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
        ("/usr/bin/python3.13", "cryptography", "apt-get install python3-cryptography"),
        (
            "/usr/bin/python3",
            "pyzipper",
            "apt-get install python3-pip && "
            "/usr/bin/python3 -m pip install --break-system-packages 'pyzipper>=0.3.6,<=0.4.0'",
        ),
        (
            "/opt/python/bin/python3",
            "PyMySQL",
            "/opt/python/bin/python3 -m pip install --break-system-packages 'PyMySQL>=1.0.2,<=1.2.4'",
        ),
    ],
)
def test_a_managed_python_of_debian(
    path: Path, monkeypatch: pytest.MonkeyPatch, executable: str, library: str, command: str
) -> None:
    _program(path / "apt-get")
    monkeypatch.setattr(sys, "executable", executable)
    monkeypatch.setattr(sys, "version_info", (3, 11, 2))
    assert how_to_install(library).endswith(f"install it with: {command}")
    monkeypatch.setattr(sys, "version_info", (3, 13, 5))
    newer = {"pyzipper": "apt-get install python3-pyzipper"}.get(library, command)
    assert how_to_install(library).endswith(f"install it with: {newer}")


@pytest.mark.usefixtures("managed", "path")
def test_a_managed_python_of_another_system_has_no_apt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/usr/bin/python3")
    assert how_to_install("cryptography") == (
        "the system manages this Python; install it with: "
        "/usr/bin/python3 -m pip install --break-system-packages cryptography"
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
