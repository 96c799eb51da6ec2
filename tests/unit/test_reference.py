# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reference as a newcomer reads it: since when, of which shape, with an example of it; and nothing that is gone."""

from __future__ import annotations

import ast
import json
import re
import typing as t
from pathlib import Path

import pytest
import yaml

TREE = Path(__file__).resolve().parents[2]
Json = dict[str, t.Any]
# The options and results that a version had, by modules.
KNOWN: Json = json.loads((TREE / "tests" / "reference" / "1.0.0.json").read_text(encoding="utf-8"))
MODULES = sorted((TREE / "plugins" / "modules").glob("*.py"))
# An action has the name of its module.
FOLDERS = ("modules", "callback")
NEXT = str(yaml.safe_load((TREE / "galaxy.yml").read_text(encoding="utf-8"))["version"])
UPGRADING = (TREE / "docs" / "docsite" / "rst" / "upgrading.rst").read_text(encoding="utf-8")


def _texts(path: Path) -> dict[str, Json]:
    """Return the documents of a plugin, as YAML."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {
        ast.unparse(node.targets[0]): ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in {"DOCUMENTATION", "RETURN"}
    }
    if not found:
        fragment = next(node for node in tree.body if isinstance(node, ast.ClassDef))
        found = {"DOCUMENTATION": ast.literal_eval(t.cast("ast.Assign", fragment.body[-1]).value)}
    return {name: yaml.safe_load(text) for name, text in found.items()}


def _flat(facts: Json, inside: str = "", since: str | None = None) -> t.Iterator[tuple[str, Json, str | None]]:
    for name, one in facts.items():
        own = str(one["version_added"]) if "version_added" in one else since
        yield inside + name, one, own
        for deeper in ("contains", "suboptions"):
            yield from _flat(one.get(deeper) or {}, f"{inside}{name}.", own)


def _options(path: Path) -> list[tuple[str, Json, str | None]]:
    document = _texts(path)["DOCUMENTATION"]
    facts = dict(document.get("options") or {})
    for name in document.get("extends_documentation_fragment") or []:
        fragment = TREE / "plugins" / "doc_fragments" / f"{name.rpartition('.')[2]}.py"
        if name.startswith("cao.faktura."):
            facts = {**(_texts(fragment)["DOCUMENTATION"].get("options") or {}), **facts}
    return list(_flat(facts))


def _results(path: Path) -> list[tuple[str, Json, str | None]]:
    return list(_flat(_texts(path).get("RETURN") or {}))


READ: dict[str, t.Callable[[Path], list[tuple[str, Json, str | None]]]] = {"options": _options, "results": _results}


@pytest.mark.parametrize("kind", READ)
@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_it_says_since_when(path: Path, kind: str) -> None:
    """What 1.0.0 had is not newer, and what it had not bears the version that it came with."""
    known = KNOWN.get(path.stem)
    if known is None:
        assert _texts(path)["DOCUMENTATION"]["version_added"] != "1.0.0"
        return
    for name, _one, since in READ[kind](path):
        if name in known[kind]:
            assert since in (None, "1.0.0"), name
        elif kind == "results" or "." not in name:
            assert since not in (None, "1.0.0"), f"{name} has no version_added, {NEXT} for example"


@pytest.mark.parametrize("kind", READ)
@pytest.mark.parametrize("module", KNOWN)
def test_nothing_is_gone_or_renamed(module: str, kind: str) -> None:
    """Options and results are a promise to playbooks."""
    (path,) = (TREE / "plugins" / folder / f"{module}.py" for folder in FOLDERS if module in _names(folder))
    there = {name for name, _one, _since in READ[kind](path)}
    assert set(KNOWN[module][kind]) - there == set()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_each_result_has_a_shape_and_an_example(path: Path) -> None:
    for name, one, _since in _results(path):
        assert one.get("type"), name
        assert "sample" in one or one.get("contains"), f"{name} shows nothing"
        assert one["type"] != "list" or one.get("elements"), f"{name} does not say of what it is a list"
        assert "." in name or one.get("returned"), f"{name} does not say when it is returned"


@pytest.mark.parametrize("kind", READ)
@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_descriptions_are_sentences(path: Path, kind: str) -> None:
    for name, one, _since in READ[kind](path):
        told = one["description"]
        for sentence in [told] if isinstance(told, str) else told:
            assert re.search(r"[.:]\)?$", sentence.strip()), f"{name}: {sentence}"
            assert sentence[0].isupper() or re.match(r"\w\(", sentence), f"{name}: {sentence}"


def _names(folder: str) -> set[str]:
    return {path.stem for path in (TREE / "plugins" / folder).glob("*.py")}


def _told() -> list[tuple[str, str, str]]:
    """Return what the roles call deprecated: role, name, and the version that it goes with."""
    found = []
    for path in sorted((TREE / "roles").glob("*/tasks/*.yml")):
        for name, version in re.findall(r"\[DEPRECATED\] (\w+) goes .*?version ([0-9.]+)", path.read_text("utf-8")):
            found.append((path.parents[1].name, name, version))
    return found


@pytest.mark.parametrize(("role", "name", "version"), _told())
def test_what_is_deprecated_is_said_everywhere(role: str, name: str, version: str) -> None:
    """By the task, in the documents of the role, on the page, and in the changelog; it goes with a major version."""
    assert re.fullmatch(r"[0-9]+\.0\.0", version)
    row = UPGRADING[UPGRADING.index(f"``{name}`` of the role ``{role}``") :].split("   * - ")[0]
    assert f"- {version}\n" in row
    assert "Deprecated" in (TREE / "roles" / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8")
    fragments = [path.read_text(encoding="utf-8") for path in (TREE / "changelogs").rglob("*.y*ml")]
    assert any("deprecated_features" in text and name in text and role in text for text in fragments)
