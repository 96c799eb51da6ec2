# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Execution environments: ansible-builder makes a build context, and finds what the collection needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

TREE = Path(__file__).resolve().parents[2]
BUILDER = Path(sys.executable).parent / "ansible-builder"
DEFINITION = TREE / "tests" / "ee" / "execution-environment.yml"


def _builder(*arguments: object) -> str:
    command = [str(BUILDER), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ee") / "context"
    _builder("create", "--file", DEFINITION, "--context", folder, "--output-filename", "Containerfile")
    return folder


def test_the_context_has_the_collection(context: Path) -> None:
    galaxy = yaml.safe_load((TREE / "galaxy.yml").read_text(encoding="utf-8"))
    tarball = f"dist/{galaxy['namespace']}-{galaxy['name']}-{galaxy['version']}.tar.gz"
    wanted = yaml.safe_load((context / "_build" / "requirements.yml").read_text(encoding="utf-8"))
    assert wanted == {"collections": [{"name": tarball, "type": "file"}]}
    built = TREE / ".build" / tarball
    assert (context / "_build" / tarball).read_bytes() == built.read_bytes()


def test_the_context_is_a_build_of_all_stages(context: Path) -> None:
    lines = (context / "Containerfile").read_text(encoding="utf-8").splitlines()
    stages = [line.rpartition(" AS ")[2] for line in lines if line.startswith("FROM ")]
    assert stages == ["base", "galaxy", "builder", "final"]
    assert any("ansible-galaxy collection install" in line for line in lines)


def test_what_the_collection_needs_is_found() -> None:
    """As the build does inside of the container: from meta/execution-environment.yml of what is installed."""
    found = yaml.safe_load(_builder("introspect", TREE / ".build" / "installed"))
    names = {line.split("#")[0].strip() for line in found["python"]}
    wanted = (TREE / "meta" / "ee-requirements.txt").read_text(encoding="utf-8").splitlines()
    assert {line for line in wanted if not line.startswith("#")} <= names
    assert any(name.startswith("PyMySQL") for name in names)
    assert any(line.startswith("libarchive ") for line in found["system"])
