# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the checks are is said once, in antsibull-nox.toml and noxfile.py; everything else agrees with it."""

from __future__ import annotations

import re
import sys
import typing as t
from pathlib import Path

import tomllib
import yaml

TREE = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TREE / "tools"))

import pythons  # noqa: E402 - it is of the programs in tools/

NOX = tomllib.loads((TREE / "antsibull-nox.toml").read_text(encoding="utf-8"))["sessions"]
MAKEFILE = (TREE / "Makefile").read_text(encoding="utf-8")
# Meta sessions, and those that need containers; "make sanity" runs the same tests without.
NOT_OF_MAKE = {"lint", "ansible-test-sanity"}


def _sessions() -> set[str]:
    """Return the sessions that noxfile.py and antsibull-nox.toml define."""
    lint = {"formatters", "codeqa", "yamllint", "antsibull-nox-config"}
    of_toml = {name.replace("_", "-") for name in NOX} | lint
    own = re.findall(r"@nox.session\ndef (\w+)", (TREE / "noxfile.py").read_text(encoding="utf-8"))
    return of_toml | set(own)


def _releases(versions: t.Iterable[str]) -> list[str]:
    return sorted(set(versions), key=lambda version: int(version.partition(".")[2]))


def test_make_runs_every_session() -> None:
    run = {name for line in re.findall(r"\$\(CHECK\) (.+)", MAKEFILE) for name in line.split()}
    assert run == _sessions() - NOT_OF_MAKE


def test_workflow_calls_make() -> None:
    workflow = (TREE / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    steps = [step for job in yaml.safe_load(workflow)["jobs"].values() for step in job["steps"] if "run" in step]
    ours = [step["run"] for step in steps if "apt-get" not in step["run"]]
    assert all(command == ".ci/run" or command.startswith("make ") for command in ours)
    assert "make --keep-going test" in (TREE / ".ci" / "run").read_text(encoding="utf-8")


def test_supported_cores_are_the_same_everywhere() -> None:
    cores = _releases(controller.core for controller, _target in pythons.PAIRS)
    sanity = NOX["ansible_test_sanity"]
    assert [cores[0], cores[-1]] == [sanity["min_version"], sanity["max_version"]]
    runtime = yaml.safe_load((TREE / "meta" / "runtime.yml").read_text(encoding="utf-8"))
    assert runtime["requires_ansible"] == f">={cores[0]}.0"
    pins = (TREE / "tests" / "requirements" / "runtime.txt").read_text(encoding="utf-8")
    assert [".".join(pin.split(".")[:2]) for pin in re.findall("ansible-core==([0-9.]+)", pins)] == [
        cores[0],
        cores[-1],
    ]


def test_nothing_is_skipped_or_ignored() -> None:
    assert not list((TREE / "tests").glob("sanity/ignore*"))
    lint = yaml.safe_load((TREE / ".ansible-lint").read_text(encoding="utf-8"))
    assert lint["profile"] == "production"
    assert not {"skip_list", "warn_list", "mock_modules"} & set(lint)


def test_changelog_has_this_version_and_all_its_plugins() -> None:
    galaxy = yaml.safe_load((TREE / "galaxy.yml").read_text(encoding="utf-8"))
    released = yaml.safe_load((TREE / "changelogs" / "changelog.yaml").read_text(encoding="utf-8"))["releases"]
    # Between releases galaxy.yml has the next version, and the fragments what comes with it.
    assert galaxy["version"] in released or list((TREE / "changelogs" / "fragments").glob("*.yml"))
    assert galaxy["version"] == max([galaxy["version"], *released], key=_numbers)
    listed = {module["name"] for release in released.values() for module in release.get("modules", [])}
    version = max(map(_numbers, released))
    added = {path.stem: _version_added(path) for path in (TREE / "plugins" / "modules").glob("*.py")}
    there = {name for name, since in added.items() if since <= version}
    assert listed == there, "make changelog brings the list of modules up to date"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _version_added(path: Path) -> tuple[int, ...]:
    """Return the version that a module came with; that of the next release is not in the changelog yet."""
    found = re.search(r"^version_added: (\S+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert found is not None
    return _numbers(found[1])
