# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the documentation site from the built tree into .build/docs: the guides, and a page for each plugin and role.

antsibull-docs writes the pages, Sphinx the site; a warning of either ends the build. No network is needed: the few
pages of Ansible's own documentation that are referred to are named here instead of being looked up there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

TREE = Path(__file__).resolve().parents[1]
BUILD = TREE / ".build"
BIN = Path(sys.executable).parent
PAGES = BUILD / "docs-pages"
SITE = BUILD / "docs"
COLLECTION = "cao.faktura"
# Labels of Ansible's documentation, and their pages there.
ANSIBLE_PAGES = {
    "action_plugins": "plugins/action.html",
    "ansible_collections.ansible.builtin.pip_module": "collections/ansible/builtin/pip_module.html",
    "ansible_configuration_settings": "reference_appendices/config.html",
    "common_return_values": "reference_appendices/common_return_values.html",
}


def write_inventory(path: Path) -> None:
    """Write the labels as Sphinx keeps them (objects.inv, version 2)."""
    lines = "".join(f"{label} std:label -1 {page} {label}\n" for label, page in ANSIBLE_PAGES.items())
    head = "# Sphinx inventory version 2\n# Project: ansible\n# Version:\n# The rest is compressed using zlib.\n"
    path.write_bytes(head.encode() + zlib.compress(lines.encode()))


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
    for folder in (PAGES, SITE):
        shutil.rmtree(folder, ignore_errors=True)
    (BUILD / "home").mkdir(exist_ok=True)
    PAGES.mkdir()
    shutil.copy2(TREE / "docs" / "conf.py", PAGES)
    write_inventory(PAGES / "ansible.inv")
    antsibull = ["antsibull-docs", "--config-file", str(TREE / "docs" / "antsibull-docs.cfg"), "collection"]
    run([*antsibull, "--use-current", "--squash-hierarchy", "--fail-on-error", "--dest-dir", str(PAGES), COLLECTION])
    run(["sphinx-build", "-q", "-W", "--keep-going", "-n", "-j", "auto", "-b", "html", str(PAGES), str(SITE)])
    print(f"The documentation is in {SITE / 'index.html'}")


if __name__ == "__main__":
    main()
