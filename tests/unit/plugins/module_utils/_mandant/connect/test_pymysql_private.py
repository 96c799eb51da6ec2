# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What PyMySQL does not promise: each name is there, and a version without it is refused or used without it.

The versions without a name are made from the one that is installed: everything in it calls the name differently.
"""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pymysql
import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.libraries import VERSIONS_TESTED
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect import pymysql_private
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.pymysql_private import (
    NAMES,
    PrivateName,
    is_there,
    version,
)

_TREE = ast.parse(Path(pymysql_private.__file__).read_text(encoding="utf-8"))
_FUNCTIONS = {node.name: node for node in _TREE.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("name", NAMES, ids=str)
def test_name_is_there(name: PrivateName) -> None:
    assert is_there(name), f"PyMySQL {version()} has no {name}; {name.needed_by}() needs it {name.purpose}"


def _names_in(tree: ast.AST) -> set[str]:
    """Return what a source asks of objects: attributes, methods that it overrides, and names that it has as texts."""
    found = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    found |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    return found | {str(node.value) for node in ast.walk(tree) if isinstance(node, ast.Constant)}


@pytest.mark.parametrize("name", NAMES, ids=str)
def test_name_is_needed_where_the_table_says(name: PrivateName) -> None:
    assert name.name in _names_in(_FUNCTIONS[name.needed_by])


def test_no_private_name_is_missing_in_the_table() -> None:
    own = {*_FUNCTIONS, *vars(pymysql_private)}
    private = {
        node.attr if isinstance(node, ast.Attribute) else node.name
        for node in ast.walk(_TREE)
        if isinstance(node, (ast.Attribute, ast.FunctionDef))
        and (node.attr if isinstance(node, ast.Attribute) else node.name).startswith("_")
    }
    wanted = {one for one in private if not one.endswith("__") and one not in own}
    assert wanted
    assert wanted <= {name.name for name in NAMES}


@pytest.mark.parametrize(
    ("module", "owner", "name"),
    [
        ("gone", "", "connect"),
        ("connections", "Gone", "close"),
        ("connections", "Connection", "gone"),
        ("", "", "gone"),
    ],
)
def test_what_is_not_there_is_seen(module: str, owner: str, name: str) -> None:
    assert not is_there(PrivateName(module, owner, name, "", ""))


_CONNECT = """
import sys

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import connect
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login

try:
    # Nobody listens on port 1.
    connect(Login(host="127.0.0.1", port=1, user="cao", config_file="/dev/null"))
except Failure as failure:
    print(failure.error, failure.msg)
"""


def _said_without(folder: Path, name: str, code: str = _CONNECT) -> str:
    """Run a program with a PyMySQL in which nothing has the name; return what it prints."""
    copy = folder / "pymysql"
    shutil.copytree(Path(pymysql.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
    for path in copy.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(rf"\b{name}\b", f"{name}_of_late", text), encoding="utf-8")
    environment = {"PYTHONPATH": ":".join((str(folder), *sys.path)), "HOME": str(folder)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", [name for name in NAMES if not name.dispensable], ids=str)
def test_version_without_the_name_is_refused(tmp_path: Path, name: PrivateName) -> None:
    said = _said_without(tmp_path, name.name)
    assert said.startswith(f"missing_dependency PyMySQL {version()} has no {name}, which ")
    oldest, newest = VERSIONS_TESTED["PyMySQL"]
    assert f"versions {oldest} to {newest} are tested" in said


@pytest.mark.parametrize("name", [name for name in NAMES if name.dispensable], ids=str)
def test_version_without_a_dispensable_name_is_used(tmp_path: Path, name: PrivateName) -> None:
    assert _said_without(tmp_path, name.name).startswith("connection_failed no connection to 127.0.0.1:1 ")


def test_without_its_name_cryptography_comes_at_once(tmp_path: Path) -> None:
    """As PyMySQL imports it by itself: late is of no use where nobody would fetch it."""
    pytest.importorskip("cryptography")
    loaded = "\nprint('cryptography' in sys.modules, sys.modules['pymysql._auth']._have_cryptography)\n"
    said = _said_without(tmp_path, "sha2_rsa_encrypt", _CONNECT + loaded)
    assert said.splitlines()[1:] == ["True True"]
