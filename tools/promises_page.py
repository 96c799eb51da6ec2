# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes docs/docsite/rst/promises.rst: each promise of the README, the tests that hold it, and where it does not hold.

The tests say it themselves, by ``pytest.mark.promise("name")``; docs/promises.yml has the names and the cases.
"""

from __future__ import annotations

import ast
import re
import typing as t
from pathlib import Path

import yaml

TREE = Path(__file__).resolve().parents[1]
PAGE = TREE / "docs" / "docsite" / "rst" / "promises.rst"
WRITE = ".build/venv/bin/python tools/promises_page.py"
_SECTION = re.compile(r"^## What you can rely on\n(.*?)^## ", re.MULTILINE | re.DOTALL)
_PROMISE = re.compile(r"^- \*\*(.+?)\*\* (.+?)(?=^- |\Z)", re.MULTILINE | re.DOTALL)
_TITLE = "What you can rely on, and what proves it"
_TEXT = """..
  Copyright: (c) 2026, The cao.faktura authors
  GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
  SPDX-License-Identifier: GPL-3.0-or-later

.. _ansible_collections.cao.faktura.docsite.promises:

{title}
{line}

Each promise of the README, the cases in which it does not hold, and the tests that hold it. The tests bear its name,
and this page is written from them by ``tools/promises_page.py``: a promise without a test fails the checks, and so does
a test with a promise that nobody gives. ``make test-all`` runs them all, on a real MariaDB and with real files.
"""


class Promise(t.NamedTuple):
    """A promise: the name that tests bear, its words in the README, and the cases in which it does not hold."""

    name: str
    promise: str
    text: str
    not_where: tuple[str, ...]


class Test(t.NamedTuple):
    """A test that holds a promise: its file, its name, and the first sentence that it says of itself."""

    promise: str
    path: str
    name: str
    says: str


def given(readme: str) -> dict[str, str]:
    """Return the promises of the README, each with what it says more."""
    section = _SECTION.search(readme)
    return {} if section is None else {name: " ".join(text.split()) for name, text in _PROMISE.findall(section[1])}


def promises(tree: Path = TREE) -> list[Promise]:
    """Return the promises in the order of the README; a KeyError tells of one that it does not give."""
    words = given((tree / "README.md").read_text(encoding="utf-8"))
    rows = yaml.safe_load((tree / "docs" / "promises.yml").read_text(encoding="utf-8"))
    found = [Promise(row["name"], row["promise"], words[row["promise"]], tuple(row["not_where"])) for row in rows]
    return sorted(found, key=lambda one: list(words).index(one.promise))


def tests_of(source: str, path: str) -> list[Test]:
    """Return the tests of a file that bear a promise."""
    tree = ast.parse(source)
    of_all = [
        name
        for node in tree.body
        if isinstance(node, ast.Assign) and any(ast.unparse(target) == "pytestmark" for target in node.targets)
        for name in _named(node.value)
    ]
    found = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            says = (ast.get_docstring(node) or "").split("\n\n")[0]
            names = [*of_all, *(name for one in node.decorator_list for name in _named(one))]
            found += [Test(name, path, node.name, " ".join(says.split())) for name in names]
    return found


def _named(node: ast.expr) -> list[str]:
    return [
        str(ast.literal_eval(argument))
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.promise"
        for argument in call.args
    ]


def all_tests(tree: Path = TREE) -> list[Test]:
    """Return the tests of all files that bear a promise."""
    return [
        test
        for path in sorted((tree / "tests").rglob("test_*.py"))
        for test in tests_of(path.read_text(encoding="utf-8"), str(path.relative_to(tree)))
    ]


def as_rst(markdown: str) -> str:
    """Return a text of the README for this page: its code, and its links without their address."""
    return re.sub(r"`([^`]+)`", r"``\1``", re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", markdown))


def page(told: t.Sequence[Promise], tests: t.Sequence[Test]) -> str:
    """Return the page."""
    parts = [_TEXT.format(title=_TITLE, line="=" * len(_TITLE))]
    for one in told:
        own = [test for test in tests if test.promise == one.name]
        title = one.promise.rstrip(".")
        cases = "".join(f"- {' '.join(case.split())}\n" for case in one.not_where)
        parts.append(f"\n{title}\n{'-' * len(title)}\n\n{as_rst(one.text)}\n\n**It does not hold**\n\n{cases}")
        parts.append(f"\n**What proves it**\n\n{_listed(own)}")
    return "".join(parts)


def _listed(tests: t.Sequence[Test]) -> str:
    lines = []
    for path in dict.fromkeys(test.path for test in tests):
        names = [test for test in tests if test.path == path]
        lines.append(f"``{path}``\n")
        lines += [f"  - {_sentence(test)}\n" for test in names]
        lines.append("\n")
    return "".join(lines).rstrip("\n") + "\n"


def _sentence(test: Test) -> str:
    name = test.name.removeprefix("test_").replace("_", " ")
    says = re.sub(r"(?<!`)`([^`]+)`(?!`)", r"``\1``", test.says).replace("*", "\\*")
    return f"{name}. {says}" if says else name


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(promises(), all_tests()), encoding="utf-8")


if __name__ == "__main__":
    main()
