# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads Python sources of the collection for the test of its layers: who imports whom, how long, under which notice."""

from __future__ import annotations

import ast
import typing as t
from pathlib import Path

PACKAGE = "ansible_collections.cao.faktura."
NOTICE = tuple(Path(__file__).read_text(encoding="utf-8").splitlines()[:3])
PRIVATE_NOTICE = "# This is private to the collection; do not use it from outside."
DOCUMENTS = ("DOCUMENTATION", "EXAMPLES", "RETURN")


class Rule(t.NamedTuple):
    """What a room may import: these rooms of the collection, and all other packages but the forbidden ones."""

    rooms: frozenset[str]
    forbidden: frozenset[str]


# They build an AnsibleModule or are handed one; the others are free of Ansible's ways.
SEE_ANSIBLE_MODULE = ("_ansible", "modules")
DRIVERS = frozenset(("pymysql", "MySQLdb", "mysql"))
RULES: dict[str, Rule] = {
    "_backup": Rule(frozenset(("_backup",)), DRIVERS | {"ansible"}),
    "_mandant": Rule(frozenset(("_backup", "_mandant")), frozenset(("ansible",))),
    "_ansible": Rule(frozenset(("_backup", "_mandant", "_ansible")), DRIVERS),
    "modules": Rule(frozenset(("_ansible",)), DRIVERS),
    "action": Rule(frozenset(("_ansible", "plugin_utils")), DRIVERS),
    "callback": Rule(frozenset(("plugin_utils",)), DRIVERS),
    "filter": Rule(frozenset(("plugin_utils",)), DRIVERS),
    "plugin_utils": Rule(frozenset(("_backup", "_mandant", "_ansible", "plugin_utils")), DRIVERS),
    "doc_fragments": Rule(frozenset(), DRIVERS | {"ansible"}),
}


# The floors inside a package, lowest first: folders, and files that stand alone. Each may import from those before it.
FLOORS: dict[str, tuple[tuple[str, ...], ...]] = {
    "_backup": (
        ("failure", "cao_tables", "libraries", "server_flavour", "sql_verbs", "threads"),
        ("choose", "sql"),
        ("unpack", "guard"),
        ("analyse",),
        ("write", "backup", "newest"),
    ),
    "_mandant": (
        ("names", "wanted", "outcome", "version"),
        ("connect",),
        ("remember",),
        ("observe",),
        ("neutralise", "swap", "save", "checks"),
        ("plan",),
        ("stage",),
        ("results", "compare", "deciding"),
        ("restore", "rollback", "back_up", "info", "comparison", "remove", "account"),
    ),
    "_controller": (
        ("private_names", "module_answers", "terminal"),
        ("ansible_private",),
        ("beforehand", "file", "progress", "interrupts"),
        ("kept_payload",),
        ("calling_action",),
        ("shipping_action",),
        ("restore_action",),
    ),
    "_report": (
        ("language", "gathered"),
        ("page",),
        ("card", "metrics", "settings"),
        ("write",),
    ),
}
PACKAGES = {package: "plugin_utils" if package in ("_controller", "_report") else "module_utils" for package in FLOORS}
# A room holds at most so many files, its README apart: the next flat folder is noticed.
FILES_IN_A_ROOM = 12


def upward_imports(name: str, source: str) -> list[str]:
    """Return what a file of a package with floors imports from a room that is not before its own, as ``room -> room``.

    ``name``: its full name, as `module_name` gives it; a room that no floor has is a KeyError.
    """
    package, *parts = _parts_in_utils(name)
    if package not in FLOORS:
        return []
    floor_of = {room: number for number, rooms in enumerate(FLOORS[package]) for room in rooms}
    found = set()
    for other in imported_names(source):
        its_package, *its_parts = _parts_in_utils(other) or [""]
        if its_package != package or not its_parts or its_parts[0] == parts[0] or its_parts[0] not in floor_of:
            continue
        if floor_of[its_parts[0]] >= floor_of[parts[0]]:
            found.add(f"{parts[0]} -> {its_parts[0]}")
    return sorted(found)


def _parts_in_utils(name: str) -> list[str]:
    for utils in ("module_utils", "plugin_utils"):
        prefix = f"{PACKAGE}plugins.{utils}."
        if name.startswith(prefix):
            return name[len(prefix) :].split(".")
    return []


def room_of(path: Path, tree: Path) -> str:
    """Return the room of a file under plugins/: its package in module_utils, or its kind of plugin."""
    return _room_of_parts(path.relative_to(tree / "plugins").parts)


def _room_of_parts(parts: t.Sequence[str]) -> str:
    return parts[1] if parts[0] == "module_utils" else parts[0]


def module_name(path: Path, tree: Path) -> str:
    """Return the full name under which a file of the tree is imported."""
    return PACKAGE + ".".join(path.relative_to(tree).with_suffix("").parts)


def imported_names(source: str) -> list[str]:
    """Return every module that a source imports anywhere, as written; for ``from a import b`` both a and a.b.

    A relative import begins with a dot; importlib.import_module() and __import__() count with a literal name.
    """
    found: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            found += [base, *(f"{base}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in (
            "import_module",
            "__import__",
        ):
            found += [argument.value for argument in node.args[:1] if _is_text(argument)]
    return found


def _is_text(node: ast.expr) -> t.TypeGuard[t.Any]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def offences(room: str, source: str) -> list[str]:
    """Return what a file of the room imports against the rules; a room without a rule is a KeyError."""
    rule = RULES[room]
    found = []
    for name in imported_names(source):
        if name.startswith("."):
            found.append(f"relative import {name}")
        elif name.startswith(PACKAGE + "plugins."):
            other = _room_of_parts(name[len(PACKAGE + "plugins.") :].split("."))
            if other not in rule.rooms:
                found.append(f"room {other}")
        elif name.split(".")[0] in rule.forbidden:
            found.append(name)
    if room not in SEE_ANSIBLE_MODULE and _names_ansible_module(source):
        found.append("AnsibleModule")
    return sorted(set(found))


def _names_ansible_module(source: str) -> bool:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and any(alias.name == "AnsibleModule" for alias in node.names):
            return True
        if isinstance(node, (ast.Name, ast.Attribute)) and ast.unparse(node).rpartition(".")[2] == "AnsibleModule":
            return True
    return False


# What ansible-core promises: its guides describe it, or its own source calls it public.
_PROMISED_MODULES = ("errors", "module_utils", "plugins.callback", "template", "utils.display")
_PROMISED_NAMES = frozenset(("_display", "_exit"))
# It has no underscore, and every use of it is deprecated.
_DEPRECATED_NAMES = frozenset(("task_fields",))


def own_names(source: str) -> set[str]:
    """Return the functions of a source, and the attributes that its objects get."""
    nodes = list(ast.walk(ast.parse(source)))
    stored = [node for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)]
    named = {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
    return named | {node.attr for node in stored if ast.unparse(node.value) == "self"}


def asked_of_ansible(source: str, own: t.Collection[str]) -> list[str]:
    """Return what a source of the controller's half uses of ansible-core beyond what that promises.

    ``own`` are the names of the collection itself.
    """
    tree = ast.parse(source)
    modules = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    modules |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    promised = tuple(f"ansible.{name}" for name in _PROMISED_MODULES)
    found = {name for name in modules if name.split(".")[0] == "ansible" and not name.startswith(promised)}
    attributes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    private = {node.attr for node in attributes if node.attr.startswith("_")} - set(own) - _PROMISED_NAMES
    return sorted(found | private | {node.attr for node in attributes if node.attr in _DEPRECATED_NAMES})


def find_cycle(imports: t.Mapping[str, t.Iterable[str]]) -> list[str]:
    """Return one circle of imports as a path that ends where it began, or an empty list."""
    done: set[str] = set()

    def walk(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done:
            return []
        for other in imports.get(name, ()):
            circle = walk(other, [*path, name])
            if circle:
                return circle
        done.add(name)
        return []

    for start in imports:
        circle = walk(start, [])
        if circle:
            return circle
    return []


def line_count(source: str) -> int:
    """Return the lines of a source without DOCUMENTATION, EXAMPLES and RETURN."""
    documents = sum(
        (node.end_lineno or node.lineno) - node.lineno + 1
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign) and any(ast.unparse(target) in DOCUMENTS for target in node.targets)
    )
    return len(source.splitlines()) - documents


def functions(source: str) -> dict[str, int]:
    """Return the lines of every function and method, decorators and docstring included, by ``name:line``."""
    found = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            found[f"{node.name}:{node.lineno}"] = (node.end_lineno or node.lineno) - first + 1
    return found


def wiring_lines(source: str) -> int:
    """Return the lines of all functions and classes at the top level of a module file."""
    return sum(
        (node.end_lineno or node.lineno) - node.lineno + 1
        for node in ast.parse(source).body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
    )


def lacks_notice(source: str, *, private: bool) -> bool:
    """Whether a source does not begin with the collection's notice."""
    wanted = (*NOTICE, PRIVATE_NOTICE) if private else NOTICE
    lines = source.splitlines()
    first = 1 if source.startswith("#!") else 0
    return tuple(lines[first : first + len(wanted)]) != wanted


def half_sentences(source: str) -> list[str]:
    """Return what has a docstring whose first paragraph is no whole sentence: help shows no more than that."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
            first = (ast.get_docstring(node) or ".").split("\n\n")[0]
            if not first.rstrip().endswith((".", ":", "?")):
                found.append(getattr(node, "name", "module"))
    return found
