# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gets the servers, and a Python, of other suites of Debian for the tests, with their libraries, into .build/servers.

Nothing is installed and nothing of the system is changed: apt-get has lists and a cache of its own, checks signatures
as always, and the packages are unpacked only. A suite goes on, so what comes need not be what a test wants: the test
is skipped then. ``fetch_servers.py`` gets all servers, or what is named; what is there is left alone.
"""

from __future__ import annotations

import getpass
import platform
import re
import shutil
import subprocess
import sys
import typing as t
from pathlib import Path

TREE = Path(__file__).resolve().parents[1]
FOLDER = TREE / ".build" / "servers"
SOURCES = Path("/etc/apt/sources.list.d")
LIBRARIES = Path("usr") / "lib" / "x86_64-linux-gnu"
WHEELS = "/usr/share/python-wheels"
_LOADER = "ld-linux-x86-64.so.2"
# Of the first four the server's own scripts call the last two.
PROGRAMS = (
    "usr/sbin/mysqld",
    "usr/sbin/mariadbd",
    "usr/bin/my_print_defaults",
    "usr/bin/resolveip",
    "usr/bin/python3.14",
)


class Wanted(t.NamedTuple):
    """A server or a Python: the suites and packages that it comes from."""

    suites: tuple[str, ...]
    packages: tuple[str, ...]


SERVERS: t.Mapping[str, Wanted] = {
    "mariadb-10.5": Wanted(("bullseye", "bullseye-security"), ("mariadb-server-core-10.5", "mariadb-client-core-10.5")),
    "mariadb-11.8": Wanted(("trixie", "trixie-security"), ("mariadb-server-core", "mariadb-client-core")),
    "mysql-9.7": Wanted(("sid",), ("mysql-server-core",)),
}
# MariaDB 10.11 of this machine becomes a node of a cluster by it.
LIBRARIES_OF_SERVERS: t.Mapping[str, Wanted] = {"galera-4": Wanted(("bookworm",), ("galera-4",))}
PYTHONS: t.Mapping[str, Wanted] = {"python-3.14": Wanted(("sid",), ("python3.14", "python3.14-venv"))}


def sources(suites: t.Sequence[str], configured: str) -> str:
    """Return the sources of suites, from where this machine gets its own; empty where it says nothing of that.

    ``configured`` is what its files of sources hold, in the format deb822.
    """
    found = []
    for suite in suites:
        for stanza in configured.split("\n\n"):
            own = re.search(r"^Suites: *(.*)$", stanza, re.MULTILINE)
            if own is not None and own[1].split()[0].endswith("-security") == suite.endswith("-security"):
                found.append(stanza.replace(own[0], f"Suites: {suite}").strip())
                break
    return "\n\n".join(found) + "\n" if len(found) == len(suites) else ""


def why_not(name: str) -> str | None:
    """Get a server; return why it could not be had, None when it is there."""
    return fetched(FOLDER / name, {**SERVERS, **LIBRARIES_OF_SERVERS, **PYTHONS}[name], PROGRAMS)


def fetched(folder: Path, wanted: Wanted, programs: t.Sequence[str]) -> str | None:
    """Get packages into a folder; return why they could not be had, None when they are there.

    ``programs`` are those that are called with their packages' libraries, and not with those of this machine.
    """
    if (folder / "ready").exists():
        return None
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None or platform.machine() != "x86_64":
        return "there is no apt-get for this machine"
    text = "\n\n".join(path.read_text(encoding="utf-8") for path in sorted(SOURCES.glob("*.sources")))
    listed = sources(wanted.suites, text)
    if not listed:
        return f"no file in {SOURCES} says where Debian's packages come from"
    shutil.rmtree(folder, ignore_errors=True)
    apt = folder / "apt"
    for part in ("lists/partial", "cache/archives/partial", "sources"):
        (apt / part).mkdir(parents=True)
    (apt / "sources" / "one.sources").write_text(listed, encoding="utf-8")
    (apt / "status").touch()
    reason = _downloaded(apt, wanted.packages) or _unpacked(apt, folder / "root", programs)
    shutil.rmtree(apt)
    if reason is None:
        (folder / "ready").touch()
    return reason


def _downloaded(apt: Path, packages: t.Sequence[str]) -> str | None:
    settings = {
        "Dir::Etc::sourcelist": "/dev/null",
        "Dir::Etc::sourceparts": apt / "sources",
        "Dir::State::lists": apt / "lists",
        "Dir::State::status": apt / "status",
        "Dir::Cache": apt / "cache",
        "APT::Sandbox::User": getpass.getuser(),
        "Debug::NoLocking": 1,
    }
    command = ["apt-get", "-q", *(part for key, value in settings.items() for part in ("-o", f"{key}={value}"))]
    install = ["install", "-y", "--download-only", "--no-install-recommends", *packages]
    for arguments in (["update"], install):
        done = subprocess.run(
            [*command, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            return f"apt-get {arguments[0]} failed: {done.stderr.strip()[-300:]}"
    return None


def _unpacked(apt: Path, root: Path, programs: t.Sequence[str]) -> str | None:
    for package in sorted((apt / "cache" / "archives").glob("*.deb")):
        subprocess.run(["dpkg-deb", "-x", str(package), str(root)], check=True)
    # Where its libraries are not those of this machine, neither is the one that loads them.
    folders = [root / LIBRARIES, root / "lib" / LIBRARIES.name]
    loader = next((folder / _LOADER for folder in folders if (folder / _LOADER).is_file()), None)
    if loader is None:
        return "its packages have no ld.so"
    libraries = ":".join(map(str, folders))
    for program in (path for name in programs for path in root.glob(name)):
        if program.is_file() and not program.is_symlink():
            real = program.with_name(program.name + ".real")
            program.rename(real)
            # By its own name a Python finds its library and its venv; an older ld.so does not know that option.
            named = '--argv0 "$0" ' if "python" in program.name else ""
            program.write_text(
                f'#!/bin/sh\nexec "{loader}" --library-path "{libraries}" {named}"{real}" "$@"\n', encoding="utf-8"
            )
            program.chmod(0o755)
    # A Python would take pip for its venvs from the folder that the system's Python has.
    for data in root.glob("usr/lib/python3.*/_sysconfigdata_*.py"):
        told = data.read_text(encoding="utf-8")
        data.write_text(told.replace(f": '{WHEELS}", f": '{root}{WHEELS}"), encoding="utf-8")
    return None


def main() -> None:
    """Get the servers that the arguments name, or all; one line for each that cannot be had."""
    for name in sys.argv[1:] or (*SERVERS, *LIBRARIES_OF_SERVERS):
        reason = why_not(name)
        print(f"{name}: {'it is there' if reason is None else f'left out, {reason}'}", flush=True)


if __name__ == "__main__":
    main()
