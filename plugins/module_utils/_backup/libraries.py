# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The Python libraries: which versions are tested, and how one that is missing gets to the very Python that runs."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
import typing as t
from pathlib import Path


class Versions(t.NamedTuple):
    """The oldest and the newest version of a library that the tests were run with."""

    oldest: str
    newest: str


# The only place of these numbers: a test holds that meta/ee-requirements.txt and the documents say the same.
VERSIONS_TESTED: t.Mapping[str, Versions] = {
    "PyMySQL": Versions("1.0.2", "1.2.4"),
    "pyzipper": Versions("0.3.6", "0.4.0"),
    "libarchive-c": Versions("5.0", "5.3"),
}
# What only files of one kind need, so that nothing installs it for all.
SELDOM_NEEDED: t.Mapping[str, Versions] = {"zstandard": Versions("0.19.0", "0.25.0")}
_DEBIAN = {
    "PyMySQL": "python3-pymysql",
    "PyNaCl": "python3-nacl",
    "cryptography": "python3-cryptography",
    "zstandard": "python3-zstandard",
}
# Debian 12 has no package of pyzipper, and a libarchive-c that is older than those that are tested.
_DEBIAN_13 = {**_DEBIAN, "pyzipper": "python3-pyzipper", "libarchive-c": "python3-libarchive-c"}
_PYTHON_OF_DEBIAN_13 = (3, 13)
# Where Debian's own packages go; another Python on such a machine does not see them.
_DEBIANS_PYTHON = "/usr/bin/python3"


def requirement(library: str) -> str:
    """Return a library as pip understands it, in the versions that are tested."""
    versions = _tested(library)
    return f"{library}>={versions.oldest},<={versions.newest}" if versions else library


def how_to_install(library: str) -> str:
    """Return the words that name the versions and the command for this Python, also where the system manages it."""
    versions = _tested(library)
    words = [f"versions {versions.oldest} to {versions.newest} are tested"] if versions else []
    managed = _is_managed()
    option = "--break-system-packages " if managed else ""
    command = f"{sys.executable} -m pip install {option}{shlex.quote(requirement(library))}"
    debian = managed and sys.executable.startswith(_DEBIANS_PYTHON) and shutil.which("apt-get") is not None
    packages = _DEBIAN_13 if sys.version_info >= _PYTHON_OF_DEBIAN_13 else _DEBIAN
    if debian and library in packages:
        command = f"apt-get install {packages[library]}"
    elif managed:
        words.append("the system manages this Python")
        command = f"apt-get install python3-pip && {command}" if debian else command
    return "; ".join((*words, f"install it with: {command}"))


def _tested(library: str) -> Versions | None:
    return VERSIONS_TESTED.get(library) or SELDOM_NEEDED.get(library)


def too_old(library: str) -> str | None:
    """Return a library's version if it is older than those that are tested; None for others, and where none tells."""
    # Every module reads this file, and few look at a version.
    from importlib import metadata

    try:
        found = metadata.version(library)
    except metadata.PackageNotFoundError:
        return None
    return found if _numbers(found) < _numbers(VERSIONS_TESTED[library].oldest) else None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"[0-9]+", version))


def _is_managed() -> bool:
    """Whether pip refuses to install into this Python (PEP 668)."""
    # Every module reads this file, and few need a message.
    import sysconfig

    in_venv = sys.prefix != sys.base_prefix
    return not in_venv and Path(sysconfig.get_path("stdlib"), "EXTERNALLY-MANAGED").is_file()
