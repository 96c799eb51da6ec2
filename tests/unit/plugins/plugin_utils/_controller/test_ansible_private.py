# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ansible-core does not promise: each name is there in the version that is installed."""

from __future__ import annotations

import ast
import importlib
import inspect
import typing as t
from pathlib import Path

import pytest
from ansible.release import __version__

from ansible_collections.cao.faktura.plugins.plugin_utils._controller import ansible_private
from ansible_collections.cao.faktura.plugins.plugin_utils._controller.private_names import NAMES, PrivateName

_TREE = ast.parse(Path(ansible_private.__file__).read_text(encoding="utf-8"))
_NEEDING = {node.name: node for node in _TREE.body if isinstance(node, (ast.ClassDef, ast.FunctionDef))}
# The guide for action plugins describes it: self._task.args.
_PROMISED = {"_task"}


def _owner(name: PrivateName) -> t.Any:
    module = importlib.import_module(name.module)
    return getattr(module, name.owner) if name.owner else module


def _is_there(name: PrivateName) -> bool:
    """Whether ansible-core has a name; of an attribute of instances the code of its class tells."""
    try:
        owner = _owner(name)
    except (ImportError, AttributeError):
        return False
    # Not hasattr(): the attributes of a task answer on an instance only.
    classes = inspect.getmro(owner) if inspect.isclass(owner) else ()
    if name.name in vars(owner) or any(name.name in vars(one) for one in classes):
        return True
    methods = [method for one in classes for method in vars(one).values()]
    return any(name.name in method.__code__.co_names for method in methods if hasattr(method, "__code__"))


@pytest.mark.parametrize("name", NAMES, ids=str)
def test_name_is_there(name: PrivateName) -> None:
    assert _is_there(name), f"ansible-core {__version__} has no {name}; {name.needed_by} needs it {name.purpose}"


@pytest.mark.parametrize("name", [name for name in NAMES if name.parameters], ids=str)
def test_parameters_are_there(name: PrivateName) -> None:
    known = inspect.signature(getattr(_owner(name), name.name)).parameters
    missing = [parameter for parameter in name.parameters if parameter not in known]
    assert not missing, (
        f"ansible-core {__version__}: {name} takes no {missing}; {name.needed_by} needs it {name.purpose}"
    )


@pytest.mark.parametrize("name", NAMES, ids=str)
def test_name_is_needed_where_the_table_says(name: PrivateName) -> None:
    nodes = list(ast.walk(_NEEDING[name.needed_by]))
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    assert name.name in attributes | {node.id for node in nodes if isinstance(node, ast.Name)}


def test_no_private_name_is_missing_in_the_table() -> None:
    private = {node.attr for node in ast.walk(_TREE) if isinstance(node, ast.Attribute) and node.attr.startswith("_")}
    assert private - _PROMISED
    assert private - _PROMISED <= {name.name for name in NAMES}


@pytest.mark.parametrize(
    ("module", "owner", "name"),
    [
        ("ansible.gone", "", "x"),
        ("ansible.playbook", "Gone", "load"),
        ("ansible.playbook.task", "Task", "gone"),
        ("ansible.constants", "", "GONE"),
    ],
)
def test_what_is_not_there_is_seen(module: str, owner: str, name: str) -> None:
    assert not _is_there(PrivateName(module, owner, name, "", ""))
