# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of the documents: EXAMPLES of plugins, and code blocks of Markdown and reStructuredText files."""

from __future__ import annotations

import ast
import re
import textwrap
import typing as t
from pathlib import Path

import yaml

_RST = re.compile(
    r"^(?P<indent> *)(?:\S.*)?\.\. code-block:: *(?P<language>\S*)\n(?P<body>(?:(?P=indent) +.*\n|\s*\n)*)", re.M
)
_MARKDOWN = re.compile(r"^(?P<indent> *)```(?P<language>\S*)\n(?P<body>.*?)^(?P=indent)```$", re.M | re.S)
_OPTION = re.compile(r"^ +:\w+:.*$", re.M)
# Examples that are no tasks name the file or program that their text is for.
FILES = {"ansible.cfg": "ini", "shell": "sh"}


class Snippet(t.NamedTuple):
    """One example: the file and line where it begins, its language, and the text."""

    file: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


def of_plugin(path: Path, name: str) -> list[Snippet]:
    """Return the EXAMPLES of a Python plugin."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "EXAMPLES":
            return [Snippet(name, node.lineno, "yaml", str(ast.literal_eval(node.value)))]
    return []


def of_sidecar(path: Path, name: str) -> list[Snippet]:
    """Return the EXAMPLES of a plugin that is documented in a YAML file beside it."""
    found = yaml.safe_load(path.read_text(encoding="utf-8")).get("EXAMPLES")
    return [Snippet(name, 1, "yaml", found)] if found else []


def of_document(path: Path, name: str) -> list[Snippet]:
    """Return the code blocks of a document, by the language that each is marked with."""
    text = path.read_text(encoding="utf-8") + "\n"
    restructured = path.suffix == ".rst"
    found = []
    for block in (_RST if restructured else _MARKDOWN).finditer(text):
        body = _OPTION.sub("", block["body"]) if restructured else block["body"]
        line = text.count("\n", 0, block.start()) + 1
        found.append(Snippet(name, line, block["language"], textwrap.dedent(body).strip("\n") + "\n"))
    return found


def within(snippet: Snippet) -> list[Snippet]:
    """Return the texts for files and programs that an example holds."""
    content = yaml.safe_load(snippet.text) if snippet.language == "yaml" else None
    if not isinstance(content, dict):
        return []
    named = set(FILES) & set(content)
    return [Snippet(snippet.file, snippet.line, FILES[name], content[name]) for name in sorted(named)]


def documents(tree: Path) -> list[Path]:
    """Return all documents that users and contributors read."""
    folders = ("", "docs/**/", "examples/", "roles/*/", ".github/**/")
    found = {path for folder in folders for ending in ("md", "rst") for path in tree.glob(f"{folder}*.{ending}")}
    return sorted(path for path in found if not path.name.startswith("CHANGELOG"))


def all_snippets(tree: Path) -> list[Snippet]:
    """Return every example of the tree."""
    found: list[Snippet] = []
    for kind in ("modules", "callback", "filter", "lookup", "test", "inventory"):
        for path in sorted((tree / "plugins" / kind).glob("*")):
            read = {".py": of_plugin, ".yml": of_sidecar}.get(path.suffix)
            found += read(path, str(path.relative_to(tree))) if read else []
    for path in documents(tree):
        found += of_document(path, str(path.relative_to(tree)))
    return found
