# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The house: data walks through the rooms in one direction, and nothing grows too long to be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import layers

TREE = Path(__file__).resolve().parents[2]
PLUGIN_FILES = sorted((TREE / "plugins").rglob("*.py"))
ALL_FILES = sorted(
    path
    for folder in ("plugins", "tests", "tools", "bench")
    for path in (TREE / folder).rglob("*.py")
    if "output" not in path.relative_to(TREE).parts
)
UTILS = layers.PACKAGE + "plugins.module_utils."
UTILS_FOLDERS = ("module_utils", "plugin_utils")


def _name(path: Path) -> str:
    return str(path.relative_to(TREE))


def _source(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", PLUGIN_FILES, ids=_name)
def test_room_imports_only_what_it_may_know(path: Path) -> None:
    assert layers.offences(layers.room_of(path, TREE), _source(path)) == []


def test_two_files_know_pymysql_and_one_its_private_names() -> None:
    folder = TREE / "plugins" / "module_utils" / "_mandant" / "connect"
    driver = folder / "driver.py"
    knowing = {
        path
        for path in PLUGIN_FILES
        if any(name.partition(".")[0] == "pymysql" for name in layers.imported_names(_source(path)))
    }
    assert knowing == {driver, folder / "pymysql_private.py"}
    assert set(re.findall(r"_connection\.(\w+)", _source(driver))) == {"cursor", "close"}


def test_one_file_knows_the_private_names_of_ansible_core() -> None:
    private = TREE / "plugins" / "plugin_utils" / "_controller" / "ansible_private.py"
    rooms = ("action", "callback", "filter", "plugin_utils")
    files = [path for path in PLUGIN_FILES if layers.room_of(path, TREE) in rooms and path != private]
    own = set().union(*(layers.own_names(_source(path)) for path in files))
    found = {_name(path): layers.asked_of_ansible(_source(path), own) for path in files}
    assert {path: names for path, names in found.items() if names} == {}
    assert layers.asked_of_ansible(_source(private), own)


def test_private_names_of_ansible_core_are_seen() -> None:
    source = (
        "from ansible.playbook import Play\nfrom ansible.errors import AnsibleError\n"
        "class A:\n    def _own(self):\n        self._own()\n        self._mine = os._exit(0)\n"
        "        self._mine.a\n        self._display.x(self._task)\n        task._uuid\n        result.task_fields\n"
    )
    assert layers.asked_of_ansible(source, layers.own_names(source)) == [
        "_task",
        "_uuid",
        "ansible.playbook",
        "task_fields",
    ]


def test_no_circle_of_imports() -> None:
    names = {layers.module_name(path, TREE): path for path in PLUGIN_FILES}
    imports = {
        name: [other for other in layers.imported_names(_source(path)) if other in names and other != name]
        for name, path in names.items()
    }
    assert any(imports.values())
    assert layers.find_cycle(imports) == []


@pytest.mark.parametrize("path", [path for path in PLUGIN_FILES if set(UTILS_FOLDERS) & set(path.parts)], ids=_name)
def test_room_imports_only_from_rooms_before_it(path: Path) -> None:
    assert layers.upward_imports(layers.module_name(path, TREE), _source(path)) == []


@pytest.mark.parametrize("folder", sorted({path.parent for path in PLUGIN_FILES}), ids=_name)
def test_room_is_no_flat_folder(folder: Path) -> None:
    assert len([path for path in PLUGIN_FILES if path.parent == folder]) <= layers.FILES_IN_A_ROOM


@pytest.mark.parametrize("package", sorted(layers.FLOORS))
def test_every_room_has_its_floor(package: str) -> None:
    folder = TREE / "plugins" / layers.PACKAGES[package] / package
    there = {path.stem for path in folder.iterdir() if path.stem != "README"}
    floors = [room for rooms in layers.FLOORS[package] for room in rooms]
    assert sorted(floors) == sorted(there - {"__pycache__"})


MIRRORS = (TREE / "tests" / "unit" / "plugins" / "module_utils", TREE / "tests" / "integration")


def _without_a_test_of_its_name(package: str) -> list[Path]:
    utils = TREE / "plugins" / "module_utils"
    files = [path.relative_to(utils) for path in PLUGIN_FILES if path.is_relative_to(utils / package)]
    return [file for file in files if not any((at / file.parent / f"test_{file.name}").exists() for at in MIRRORS)]


@pytest.mark.parametrize("package", ["_backup", "_mandant"])
def test_a_test_bears_the_name_of_what_it_tests(package: str) -> None:
    """Of seven files in ten at least; the table in CONTRIBUTING says of each other one which test holds it."""
    lacking = _without_a_test_of_its_name(package)
    assert len(lacking) <= 0.3 * len([path for path in PLUGIN_FILES if package in path.parts])
    rows = re.findall(rf"^\| `({package}/\S+)` \| (.+) \|$", _source(TREE / "CONTRIBUTING.md"), re.MULTILINE)
    assert sorted(Path(file) for file, _tests in rows) == sorted(lacking)
    named = [TREE / name for _file, tests in rows for name in re.findall(r"`([^`]+)`", tests)]
    assert [_name(path) for path in named if not path.is_file()] == []


@pytest.mark.parametrize("path", ALL_FILES, ids=_name)
def test_file_and_functions_are_short(path: Path) -> None:
    source = _source(path)
    assert layers.line_count(source) <= 400
    assert {name: lines for name, lines in layers.functions(source).items() if lines > 50} == {}


@pytest.mark.parametrize("path", ALL_FILES, ids=_name)
def test_docstrings_begin_with_a_sentence(path: Path) -> None:
    assert layers.half_sentences(_source(path)) == []


def test_half_a_sentence_is_seen() -> None:
    source = (
        '"""One."""\ndef a():\n    """Return what\n\n    is there.\n    """\ndef b():\n    """Do.\n\n    it\n    """\n'
    )
    assert layers.half_sentences(source) == ["a"]


@pytest.mark.parametrize("path", [path for path in PLUGIN_FILES if path.parent.name == "modules"], ids=_name)
def test_module_file_is_wiring(path: Path) -> None:
    assert layers.wiring_lines(_source(path)) < 60


@pytest.mark.parametrize("path", ALL_FILES, ids=_name)
def test_file_has_the_notice(path: Path) -> None:
    private = any(path.is_relative_to(TREE / "plugins" / room) for room in ("module_utils", "plugin_utils"))
    assert not layers.lacks_notice(_source(path), private=private)


def test_plugins_have_no_init_files() -> None:
    assert [_name(path) for path in PLUGIN_FILES if path.name == "__init__.py"] == []


@pytest.mark.parametrize(
    "folder",
    sorted(
        {TREE / "plugins" / "plugin_utils"}
        | {path.parent for path in PLUGIN_FILES if not {"module_utils", "plugin_utils"}.isdisjoint(path.parts)}
    ),
    ids=_name,
)
def test_room_opens_with_what_it_is_for(folder: Path) -> None:
    """ansible-test wants __init__.py to be empty, so that is said in a README, of at most ten lines."""
    said = (folder / "README.md").read_text(encoding="utf-8").partition("-->\n")[2]
    assert "must not know" in " ".join(said.split())
    assert "Begin with `" in " ".join(said.split())
    assert len([line for line in said.splitlines() if line]) <= 10


OFFENCES = [
    ("_backup", "import pymysql", ["pymysql"]),
    ("_backup", "def f():\n    from pymysql.err import Error", ["pymysql.err", "pymysql.err.Error"]),
    ("_backup", "import importlib\nimportlib.import_module('ansible.errors')", ["ansible.errors"]),
    ("_backup", f"from {UTILS}_mandant.plan import plan", ["room _mandant"]),
    ("_backup", f"from {UTILS}_backup.failure import Failure", []),
    ("_backup", "from .failure import Failure", ["relative import .failure", "relative import .failure.Failure"]),
    ("_mandant", "import pymysql", []),
    ("_mandant", "import ansible.module_utils.basic", ["ansible.module_utils.basic"]),
    ("_mandant", f"import {UTILS}_ansible.run", ["room _ansible"]),
    ("_ansible", "from ansible.module_utils.basic import AnsibleModule", []),
    ("_ansible", "import pymysql", ["pymysql"]),
    ("modules", "from ansible.module_utils.basic import AnsibleModule", []),
    ("action", "from ansible.module_utils import basic\nbasic.AnsibleModule({})", ["AnsibleModule"]),
    ("modules", f"from {layers.PACKAGE}plugins.plugin_utils._ship import Ship", ["room plugin_utils"]),
    ("modules", f"from {UTILS}_backup.backup import open_backup", ["room _backup"]),
    ("action", "from ansible.plugins.action import ActionBase", []),
    ("doc_fragments", f"from {UTILS}_ansible.spec import SPEC", ["room _ansible"]),
]


@pytest.mark.parametrize(("room", "source", "expected"), OFFENCES)
def test_offence_is_seen(room: str, source: str, expected: list[str]) -> None:
    assert layers.offences(room, source) == expected


UPWARD = [
    ("_mandant.connect.driver", f"from {UTILS}_mandant.observe.observed import Observed", ["connect -> observe"]),
    ("_mandant.connect.driver", f"from {UTILS}_mandant.connect.login import login", []),
    ("_mandant.swap.swap", f"from {UTILS}_mandant.save import dump", ["swap -> save"]),
    ("_mandant.swap.swap", f"from {UTILS}_mandant import names, rollback", ["swap -> rollback"]),
    ("_mandant.plan.plan", f"from {UTILS}_backup.backup import open_backup", []),
    ("_backup.sql.rows", f"def f():\n    from {UTILS}_backup.guard.allowlist import Allowlist", ["sql -> guard"]),
    ("_backup.backup", f"from {UTILS}_backup.analyse.analyse import analyse", []),
    ("_ansible.run", f"from {UTILS}_backup.backup import open_backup", []),
]
PLUGIN_UTILS = layers.PACKAGE + "plugins.plugin_utils."


@pytest.mark.parametrize(("name", "source", "expected"), UPWARD)
def test_import_from_a_room_that_is_not_before_is_seen(name: str, source: str, expected: list[str]) -> None:
    assert layers.upward_imports(UTILS + name, source) == expected


def test_so_it_is_on_the_controller() -> None:
    source = f"from {PLUGIN_UTILS}_report.page.row import place"
    assert layers.upward_imports(f"{PLUGIN_UTILS}_report.gathered.call", source) == ["gathered -> page"]
    assert layers.upward_imports(f"{PLUGIN_UTILS}_report.card", source) == []


def test_circle_is_seen() -> None:
    assert layers.find_cycle({"a": ["b"], "b": ["c"], "c": ["b"]}) == ["b", "c", "b"]
    assert layers.find_cycle({"a": ["b", "c"], "b": ["c"], "c": []}) == []


def test_lines_are_counted() -> None:
    source = '# one\nDOCUMENTATION = r"""\na: 1\nb: 2\n"""\n\n\n@decorator\ndef main():\n    pass\n'
    assert layers.line_count(source) == 6
    assert layers.functions(source) == {"main:9": 3}
    assert layers.wiring_lines(source) == 2


def test_missing_notice_is_seen() -> None:
    notice = "\n".join(layers.NOTICE)
    assert not layers.lacks_notice(notice + '\n"""text"""', private=False)
    assert layers.lacks_notice(notice + '\n"""text"""', private=True)
    assert layers.lacks_notice("", private=False)
    assert not layers.lacks_notice(f"#!/usr/bin/python\n{notice}", private=False)
