# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""By -e and by surveys every variable is a text: no role reads a bool, a number or a list that was not made one."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import jinja2
import jinja2.nodes
import pytest
import yaml

TREE = Path(__file__).resolve().parents[3]
ROLES = sorted(path.name for path in (TREE / "roles").iterdir())
PLAYBOOKS = sorted((TREE / "playbooks").glob("*.yml"))
CONDITIONS = {"when", "failed_when", "changed_when", "until", "that"}
FILTERS = {"bool": {"bool"}, "int": {"int"}, "list": {"split"}}
# Lists of dicts cannot be texts: the specification refuses them.
NO_TEXT = {"restore_mandanten", "drill_checks"}
# What a module gets as it was said is converted by the module.
AS_SAID = re.compile(r"{{ \w+( \| default\(omit\))? }}")
READ_ONLY = {"analyse.yml", "audit.yml", "compare.yml"}
# Outside of these groups it touches nobody.
OF_A_GROUP = {"demo_mandants.yml": "demo"}


def _typed(role: str) -> dict[str, str]:
    specs = yaml.safe_load((TREE / "roles" / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    options = specs["argument_specs"]["main"]["options"]
    return {name: option["type"] for name, option in options.items() if option["type"] in FILTERS} | {
        name: "list" for name in NO_TEXT if name in options
    }


def _templates(data: t.Any, key: str = "") -> t.Iterator[str]:
    """Give all templates of tasks or variables; conditions are ones without their braces."""
    if isinstance(data, dict):
        for name, value in data.items():
            if not str(name).startswith("cao.faktura."):
                yield from _templates(value, str(name))
            else:
                yield from (text for text in _templates(value) if not AS_SAID.fullmatch(text.strip()))
    elif isinstance(data, list):
        for value in data:
            yield from _templates(value, key)
    elif isinstance(data, str) and key in CONDITIONS:
        yield f"{{{{ {data} }}}}"
    elif isinstance(data, str) and "{{" in data:
        yield data


def _filters(node: jinja2.nodes.Node) -> t.Iterator[tuple[str, set[str]]]:
    """Give each variable of a template with the filters that its value goes through first of all."""
    if isinstance(node, jinja2.nodes.Name):
        yield node.name, set()
    for child in node.iter_child_nodes():
        through = set()
        if isinstance(node, jinja2.nodes.Filter) and child is node.node:
            through = {node.name, *(arg.value for arg in node.args if isinstance(arg, jinja2.nodes.Const))}
        for name, filters in _filters(child):
            yield name, filters | through


def _unconverted(template: str, typed: t.Mapping[str, str]) -> set[str]:
    read = _filters(jinja2.Environment(autoescape=True).parse(template))
    return {name for name, filters in read if name in typed and not filters & FILTERS[typed[name]]}


def _files(role: str) -> t.Iterator[Path]:
    for folder in ("tasks", "vars"):
        yield from sorted((TREE / "roles" / role / folder).glob("*.yml"))


@pytest.mark.parametrize("role", ROLES)
def test_every_variable_is_converted_where_it_is_read(role: str) -> None:
    typed = {name: kind for name, kind in _typed(role).items() if name not in NO_TEXT}
    found = [text for path in _files(role) for text in _templates(yaml.safe_load(path.read_text(encoding="utf-8")))]
    assert found
    assert {(text, *names) for text in found if (names := _unconverted(text, typed))} == set()


@pytest.mark.parametrize("role", ROLES)
def test_every_variable_is_read(role: str) -> None:
    texts = "".join(path.read_text(encoding="utf-8") for path in _files(role))
    # Those of the login are read by a list of their names, which another test holds.
    read = {name for name in _typed(role) if re.search(rf"\b{name}\b|\b{name.removeprefix('cao_')}\b", texts)}
    assert read == set(_typed(role))


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("{{ flag }}", {"flag"}),
        ("{{ flag | default(true) }}", {"flag"}),
        ("{{ flag | default(true) | bool }}", set()),
        ("{{ 1 if flag else 2 }}", {"flag"}),
        ("{{ 1 if flag | bool and number > 0 else 2 }}", {"number"}),
        ("{{ (number * 3) | int }}", set()),
        ("{{ x | difference(names) }}", {"names"}),
        ("{{ x | bool(flag) }}", {"flag"}),
        ("{{ [names] | flatten | map('split', ',') | list }}", set()),
        ("{{ other }}", set()),
    ],
)
def test_what_counts_as_a_conversion(template: str, found: set[str]) -> None:
    assert _unconverted(template, {"flag": "bool", "number": "int", "names": "list"}) == found


@pytest.mark.parametrize("role", ROLES)
def test_what_is_required_has_no_default(role: str) -> None:
    specs = yaml.safe_load((TREE / "roles" / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    options = specs["argument_specs"]["main"]["options"]
    defaults = yaml.safe_load((TREE / "roles" / role / "defaults" / "main.yml").read_text(encoding="utf-8")) or {}
    assert {name for name in defaults if options[name].get("required")} == set()
    assert {name: options[name].get("default") for name in defaults} == defaults


@pytest.mark.parametrize("path", PLAYBOOKS, ids=lambda path: path.name)
def test_no_playbook_that_changes_anything_goes_over_all_unasked(path: Path) -> None:
    for play in yaml.safe_load(path.read_text(encoding="utf-8")):
        if path.name in OF_A_GROUP:
            assert f"cao_hosts | default('{OF_A_GROUP[path.name]}') if query(" in play["hosts"]
        elif path.name not in READ_ONLY:
            assert "undef(" in play["hosts"]


@pytest.mark.parametrize("path", PLAYBOOKS, ids=lambda path: path.name)
def test_a_group_that_is_not_there_is_no_run_that_went_well(path: Path) -> None:
    """Ansible skips a play without hosts, and nothing looks wrong to a timer."""
    for play in yaml.safe_load(path.read_text(encoding="utf-8")):
        assert "localhost" in play["hosts"] or "inventory_hostnames" in play["hosts"]
