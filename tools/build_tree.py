# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies the tree to .build/ansible_collections/cao/faktura, and builds and installs the tarball from there.

ansible-test and the import system want that very path. The copy follows the tree: what is gone there goes here; what
the checks have written into the copy stays.

``build_tree.py`` copies; ``build_tree.py install`` also builds the tarball and installs it into .build/installed as
a user does.
"""

from __future__ import annotations

import filecmp
import os
import shutil
import subprocess
import sys
from pathlib import Path

TREE = Path(__file__).resolve().parents[1]
BUILD = TREE / ".build"
COPY = BUILD / "ansible_collections" / "cao" / "faktura"
INSTALLED = BUILD / "installed"
# Written by the checks; never part of the tree.
CACHES = {".git", ".build", "__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".ansible"}
OUTPUT = Path("tests", "output")


def tree_files() -> set[Path]:
    """Return the tree's files, relative to it: what git knows or would know, or all where there is no git."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=TREE, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return walk(TREE)
    names = {Path(os.fsdecode(name)) for name in listed.split(b"\0") if name}
    return {name for name in names if (TREE / name).is_file()}


def walk(root: Path) -> set[Path]:
    """Return all files under root, relative to it, without caches and test output."""
    found = set()
    for folder, folders, files in os.walk(root):
        here = Path(folder).relative_to(root)
        folders[:] = [name for name in folders if name not in CACHES and here / name != OUTPUT]
        found |= {here / name for name in files if not name.startswith(".coverage")}
    return found


def copy_tree() -> None:
    """Make the copy equal to the tree."""
    wanted = tree_files()
    for name in walk(COPY) - wanted:
        (COPY / name).unlink()
    for name in wanted:
        source, target = TREE / name, COPY / name
        if target.is_file() and filecmp.cmp(source, target, shallow=False):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)
    for folder, folders, files in os.walk(COPY, topdown=False):
        if not folders and not files and ".git" not in Path(folder).parts:
            Path(folder).rmdir()
    # ansible-test and ansible-lint look for a git work tree around the copy, and would find the copy ignored there.
    if shutil.which("git") and not (COPY / ".git").exists():
        subprocess.run(["git", "init", "--quiet", str(COPY)], check=True)


def install() -> None:
    """Build the tarball from the copy and install it as a user does, without asking any server."""
    dist = BUILD / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    shutil.rmtree(INSTALLED, ignore_errors=True)
    galaxy = [sys.executable, "-m", "ansible", "galaxy", "collection"]
    # The user's own configuration (servers, paths) must not matter.
    home = BUILD / "home"
    home.mkdir(exist_ok=True)
    config = home / "ansible.cfg"
    config.touch()
    environment = {key: value for key, value in os.environ.items() if not key.startswith("ANSIBLE_")}
    environment.update(ANSIBLE_CONFIG=str(config), ANSIBLE_HOME=str(home / ".ansible"))
    environment["ANSIBLE_COLLECTIONS_PATH"] = str(INSTALLED)
    run([*galaxy, "build", str(COPY), "--output-path", str(dist)], environment)
    (tarball,) = dist.glob("*.tar.gz")
    run([*galaxy, "install", str(tarball), "--offline", "-p", str(INSTALLED)], environment)


def run(command: list[str], environment: dict[str, str]) -> None:
    """Run a command, silent unless it fails."""
    done = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def main() -> None:
    """Copy, and install where the first argument says so."""
    copy_tree()
    if sys.argv[1:] == ["install"]:
        install()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("\nInterrupted. The next run begins anew.")
