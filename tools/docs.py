# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the documentation site from the built tree into .build/docs: guides, reference, and the German pages.

antsibull-docs writes the pages, Sphinx the site; a warning of either ends the build, and so does a link that leads
nowhere. No network is needed: the few pages of Ansible's own documentation that are referred to are named here instead
of being looked up there.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

import markdown_pages
import site_links
import yaml

TREE = Path(__file__).resolve().parents[1]
BUILD = TREE / ".build"
BIN = Path(sys.executable).parent
PAGES = BUILD / "docs-pages"
SITE = BUILD / "docs"
# Where the guides' paths of pictures lead to from their pages.
IMAGES = BUILD / "images"
COLLECTION = "cao.faktura"
REFERENCE = "Modules, roles and plugins"
# Labels of Ansible's documentation, and their pages there; those of its modules are told from their names.
ANSIBLE_PAGES = {
    "action_plugins": "plugins/action.html",
    "ansible_configuration_settings": "reference_appendices/config.html",
    "callback_plugins": "plugins/callback.html",
    "common_return_values": "reference_appendices/common_return_values.html",
    "filter_plugins": "plugins/filter.html",
}
MODULE = re.compile(r"\bansible_collections\.ansible\.builtin\.(\w+_module)\b")


def write_inventory(path: Path) -> None:
    """Write the labels as Sphinx keeps them (objects.inv, version 2), with those modules that the pages refer to."""
    modules = {name for page in path.parent.rglob("*.rst") for name in MODULE.findall(page.read_text(encoding="utf-8"))}
    pages = {
        f"ansible_collections.ansible.builtin.{name}": f"collections/ansible/builtin/{name}.html" for name in modules
    }
    pages.update(ANSIBLE_PAGES)
    lines = "".join(f"{label} std:label -1 {page} {label}\n" for label, page in pages.items())
    head = "# Sphinx inventory version 2\n# Project: ansible\n# Version:\n# The rest is compressed using zlib.\n"
    path.write_bytes(head.encode() + zlib.compress(lines.encode()))


def write_start() -> None:
    """Write the first page, with the three groups of the sidebar; that of antsibull-docs becomes the reference."""
    sections = yaml.safe_load((TREE / "docs" / "docsite" / "extra-docs.yml").read_text(encoding="utf-8"))["sections"]
    made = (PAGES / "index.rst").read_text(encoding="utf-8")
    # The guides have their own group.
    first = f"{sections[0]['title']}\n{'-' * len(sections[0]['title'])}"
    before, after = made.split(first)[0], made.split(".. _plugin_index_for_cao.faktura:")[1]
    reference = re.sub(r"^Cao\.Faktura\n=+$", f"{REFERENCE}\n{'=' * len(REFERENCE)}", before, flags=re.MULTILINE)
    text = f"{reference}.. _plugin_index_for_cao.faktura:{after}"
    (PAGES / "reference.rst").write_text(text, encoding="utf-8")
    guides = [f"docsite/{name}" for section in sections for name in section["toctree"]]
    groups = {"Guides": guides, "Reference": ["reference", "environment_variables"], "Auf Deutsch": german_pages()}
    start = (TREE / "docs" / "index.rst").read_text(encoding="utf-8")
    start += "".join(_toctree(caption, pages) for caption, pages in groups.items())
    (PAGES / "index.rst").write_text(start, encoding="utf-8")


def _toctree(caption: str, pages: list[str]) -> str:
    return f"\n.. toctree::\n    :hidden:\n    :caption: {caption}\n\n" + "".join(f"    {page}\n" for page in pages)


def german_pages() -> list[str]:
    """Return the German pages, in the order in which the first of them names them."""
    first = (TREE / "docs" / "de" / "README.md").read_text(encoding="utf-8")
    return ["de/index", *dict.fromkeys(f"de/{name}" for name in re.findall(r"\]\(([\w-]+)\.md\)", first))]


def write_german() -> None:
    """Write the German pages."""
    folder = TREE / "docs" / "de"
    (PAGES / "de").mkdir()
    for path in folder.glob("*.md"):
        name = markdown_pages.page_of(path.name)
        text = markdown_pages.page(path.read_text(encoding="utf-8"), name)
        (PAGES / "de" / f"{name}.rst").write_text(text, encoding="utf-8")


def run(command: list[str]) -> None:
    """Run a command of the venv; it prints something only when it fails."""
    environment = {
        "PATH": os.pathsep.join([str(BIN), os.environ.get("PATH", os.defpath)]),
        "HOME": str(BUILD / "home"),
        "LC_ALL": "C.UTF-8",
        "ANSIBLE_COLLECTIONS_PATH": str(BUILD),
    }
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        sys.exit(f"{command[0]} failed:\n{done.stdout}")


def main() -> None:
    """Write the pages and build the site."""
    for folder in (PAGES, SITE, IMAGES):
        shutil.rmtree(folder, ignore_errors=True)
    (BUILD / "home").mkdir(exist_ok=True)
    PAGES.mkdir()
    shutil.copy2(TREE / "docs" / "conf.py", PAGES)
    shutil.copytree(TREE / "docs" / "images", IMAGES)
    antsibull = ["antsibull-docs", "--config-file", str(TREE / "docs" / "antsibull-docs.cfg"), "collection"]
    run([*antsibull, "--use-current", "--squash-hierarchy", "--fail-on-error", "--dest-dir", str(PAGES), COLLECTION])
    write_start()
    write_german()
    (PAGES / "own").mkdir()
    shutil.copy2(TREE / "docs" / "site.css", PAGES / "own")
    write_inventory(PAGES / "ansible.inv")
    run(["sphinx-build", "-q", "-W", "--keep-going", "-n", "-j", "auto", "-b", "html", str(PAGES), str(SITE)])
    wrong = site_links.wrong(SITE)
    if wrong:
        sys.exit("Links that lead nowhere:\n" + "\n".join(wrong))
    print(f"The documentation is in {SITE / 'index.html'}")


if __name__ == "__main__":
    main()
