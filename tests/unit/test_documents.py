# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents: every link within the tree leads somewhere, every code block is what it says to be."""

from __future__ import annotations

import configparser
import re
import subprocess
from pathlib import Path

import pytest
import yaml

import snippets

TREE = Path(__file__).resolve().parents[2]
DOCUMENTS = snippets.documents(TREE)
SNIPPETS = [one for snippet in snippets.all_snippets(TREE) for one in (snippet, *snippets.within(snippet))]
# What is shown to be read, in no language that could be checked.
SHOWN = ("text", "sql", "ansible-output", "yaml+jinja", "powershell", "console", "jinja")
_LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
_IMAGE = re.compile(r"!\[[^\]]+\]\(([^)\s]+)\)|^ *\.\. (?:image|figure):: (\S+)$", re.M)
_HEADING = re.compile(r"^#+ +(.+)$", re.M)
_ANCHOR = re.compile(r'<a id="([^"]+)">')
MOST_BYTES_OF_A_PICTURE = 60_000
_FENCE = re.compile(r"^ *```.*?^ *```$", re.M | re.S)


def _anchors(path: Path) -> set[str]:
    """Return the places of a Markdown file that a link can name (GitHub's rule)."""
    text = _FENCE.sub("", path.read_text(encoding="utf-8"))
    headings = (re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in _HEADING.findall(text))
    return {*headings, *_ANCHOR.findall(text)}


@pytest.mark.parametrize("path", [path for path in DOCUMENTS if path.suffix == ".md"], ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    wrong = []
    for link in _LINK.findall(_FENCE.sub("", path.read_text(encoding="utf-8"))):
        file, _hash, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        if "://" in link or link.startswith("mailto:"):
            continue
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in _anchors(target)):
            wrong.append(link)
    assert wrong == [], f"{path.relative_to(TREE)} has links that lead nowhere"


def test_pictures_are_there_shown_and_small() -> None:
    shown = set()
    for path in DOCUMENTS:
        for image in _IMAGE.findall(path.read_text(encoding="utf-8")):
            shown.add((path.parent / "".join(image)).resolve())
    assert shown == {*(TREE / "docs" / "images").iterdir(), TREE / "docs" / "bench.svg"}
    assert [path.name for path in shown if path.stat().st_size > MOST_BYTES_OF_A_PICTURE] == []


@pytest.mark.parametrize("snippet", SNIPPETS, ids=str)
def test_code_block_is_what_it_says(snippet: snippets.Snippet) -> None:
    if snippet.language in ("sh", "shell", "bash"):
        done = subprocess.run(["bash", "-n"], input=snippet.text, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
    elif snippet.language in ("yaml", "yml"):
        assert yaml.safe_load(snippet.text) is not None
    elif snippet.language == "ini":
        configparser.ConfigParser(allow_no_value=True).read_string(snippet.text)
    else:
        assert snippet.language in SHOWN, f"{snippet} is marked as {snippet.language or 'nothing'}"


def test_examples_are_found() -> None:
    files = {snippet.file for snippet in SNIPPETS if snippet.language == "yaml"}
    modules = {str(path.relative_to(TREE)) for path in (TREE / "plugins" / "modules").glob("*.py")}
    roles = {str(path.relative_to(TREE)) for path in (TREE / "roles").glob("*/README.md")}
    assert files >= modules | roles | {"README.md", "docs/docsite/rst/first_restore.rst"}


def test_every_role_has_a_readme_and_specs() -> None:
    for role in (TREE / "roles").iterdir():
        assert (role / "README.md").is_file(), f"Ansible Galaxy wants {role.name}/README.md"
        assert (role / "meta" / "argument_specs.yml").is_file()


DOCUMENT = """\
Text

.. code-block:: yaml
   :caption: a

   - a: 1

     b: 2

- item

  .. code-block:: ini

     [x]

End
"""


def test_blocks_of_a_document(tmp_path: Path) -> None:
    path = tmp_path / "a.rst"
    path.write_text(DOCUMENT)
    assert [(one.line, one.language, one.text) for one in snippets.of_document(path, "a")] == [
        (3, "yaml", "- a: 1\n\n  b: 2\n"),
        (12, "ini", "[x]\n"),
    ]
    path = tmp_path / "a.md"
    path.write_text("# A b\n\n```yaml\na: 1\n```\n\n- x\n  ```sh\n  ls\n  ```\n")
    assert [(one.line, one.language, one.text) for one in snippets.of_document(path, "a")] == [
        (3, "yaml", "a: 1\n"),
        (8, "sh", "ls\n"),
    ]
    assert _anchors(path) == {"a-b"}
