# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What modules return is what their documents say: each value has its description, and is of the shape given there."""

from __future__ import annotations

import ast
import typing as t
from pathlib import Path

import pytest
import yaml

from mandant import Mandant
from playbook_runner import PlaybookRun, PlaybookRunner
from restoring import articles, cao_backup, company

TREE = Path(__file__).resolve().parents[2]
MODULES = sorted(path.stem for path in (TREE / "plugins" / "modules").glob("*.py"))
# Those of Ansible itself, and what every failure has.
ANSIBLES = {
    "_ansible_no_log",
    "changed",
    "failed",
    "invocation",
    "warnings",
    "deprecations",
    "exception",
    "msg",
    "error",
}
SHAPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "list": (list,),
    "dict": (dict,),
    "raw": (object,),
}


def _documents(module: str) -> dict[str, t.Any]:
    source = (TREE / "plugins" / "modules" / f"{module}.py").read_text(encoding="utf-8")
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "RETURN":
            return t.cast("dict[str, t.Any]", yaml.safe_load(ast.literal_eval(node.value)))
    raise AssertionError(f"{module} has no RETURN")


def _wrong(result: t.Mapping[str, t.Any], documents: t.Mapping[str, t.Any], where: str = "") -> t.Iterator[str]:
    for name, value in result.items():
        if name not in documents:
            yield f"{where}{name} is not documented"
        elif value is not None:
            yield from _wrong_value(value, documents[name], where + name)


def _wrong_value(value: object, document: t.Mapping[str, t.Any], where: str) -> t.Iterator[str]:
    kind = document["type"]
    fits = isinstance(value, SHAPES[kind]) and (kind in ("bool", "raw") or not isinstance(value, bool))
    if not fits:
        yield f"{where} is no {kind}: {value!r}"
        return
    items = value if isinstance(value, list) else [value]
    for item in items:
        if isinstance(value, list) and not isinstance(item, SHAPES[document["elements"]]):
            yield f"{where} has what is no {document['elements']}: {item!r}"
        elif isinstance(item, dict) and "contains" in document:
            yield from _wrong(item, document["contains"], f"{where}.")


def _tasks(mandant: Mandant, folder: Path) -> list[dict[str, t.Any]]:
    """Return tasks with each module, in its ways, whose results are as full as they get."""
    first, second, third = (folder / f"{number}.sql" for number in (1, 2, 3))
    first.write_bytes(cao_backup(articles(3), company("Eins")))
    second.write_bytes(cao_backup(articles(5, bad={5: "'5','A5','geheim','x'"}), company("Eins")))
    third.write_bytes(cao_backup(articles(4, "neu"), company("Eins")))
    name = {"mandant": mandant.name}
    check = {"name": "articles", "query": "SELECT COUNT(*) FROM ARTIKEL", "at_least": 1}
    one, two, other = ({**name, "file": str(path), "remote_src": True} for path in (first, second, third))
    anew = {"policy": "always", "backup_first": str(folder), "checks": [check], "on_error": "skip"}
    account = {"account": "results_probe", "account_host": "%", "account_password": "probe-probe"}
    calls: list[tuple[str, dict[str, t.Any]]] = [
        ("backup_info", {"file": str(folder / "[1].sql"), "newest": True, "max_age": "9999d", "remote_src": True}),
        ("mandant_restore", one),
        ("mandant_restore", one),
        ("mandant_compare", {**other, "keys": 3}),
        ("mandant_restore", {**two, **anew, "neutralise": ["mail", "persons"], "previous": "drop"}),
        ("mandant_restore", {**one, "policy": "always", "tables": ["ARTIKEL"], "replace": True}),
        ("mandant_info", {**name, "verify": "full", "in_use": True, "count_rows": True, "backups": f"{folder}/*.zip"}),
        ("mandant_backup", {**name, "dest": str(folder), "password": "geheim", "keep": 2}),
        ("mandant_rollback", name),
        ("mandant_account", {**account, "mandanten": [mandant.name], "server_privileges": ["process"]}),
        ("mandant_remove", {**name, "drifted": "remove", "backup_first": str(folder)}),
    ]
    return [
        {
            "name": f"{number} {module}{' forecast' * forecast}",
            f"cao.faktura.{module}": options,
            "check_mode": forecast,
            "diff": True,
            "register": "answer",
        }
        for number, (module, options) in enumerate(calls)
        for forecast in (True, False)
    ]


@pytest.fixture
def run(playbook: PlaybookRunner, mandant: Mandant, tmp_path: Path) -> PlaybookRun:
    """Everything once, with check mode before it."""
    login = {name: value for name, value in mandant.login().items() if name != "mandant"}
    mandant.drop()
    plays = {
        "hosts": "all",
        "gather_facts": False,
        "module_defaults": {"group/cao.faktura.faktura": login},
        "tasks": _tasks(mandant, tmp_path),
    }
    return playbook.run([plays])


def test_what_is_returned_is_documented(run: PlaybookRun) -> None:
    assert run.returncode == 0, run.stdout
    called = {one.action.rpartition(".")[2] for one in run.tasks}
    assert called == set(MODULES) - {"backup_show"}
    wrong = {
        one.task: list(
            _wrong({name: value for name, value in one.result.items() if name not in ANSIBLES}, _documents(module))
        )
        for one in run.tasks
        for module in [one.action.rpartition(".")[2]]
    }
    assert {task: found for task, found in wrong.items() if found} == {}
    absent = {
        one.task: [
            name
            for name, document in _documents(one.action.rpartition(".")[2]).items()
            if document["returned"] == "success" and name not in one.result
        ]
        for one in run.tasks
    }
    assert {task: names for task, names in absent.items() if names} == {}
