# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""How a Python library that is missing gets to the very Python that runs."""

from __future__ import annotations

import shutil
import sys
import sysconfig
from pathlib import Path

# Debian has no package of pyzipper.
_DEBIAN = {
    "PyMySQL": "python3-pymysql",
    "cryptography": "python3-cryptography",
    "libarchive-c": "python3-libarchive-c",
}
# Where Debian's own packages go; another Python on such a machine does not see them.
_DEBIANS_PYTHON = "/usr/bin/python3"


def how_to_install(library: str) -> str:
    """Return the words that name the command for this Python, also where the system manages it (PEP 668)."""
    if not _is_managed():
        return f"install it with: {sys.executable} -m pip install {library}"
    debian = sys.executable.startswith(_DEBIANS_PYTHON) and shutil.which("apt-get") is not None
    if debian and library in _DEBIAN:
        return f"install it with: apt-get install {_DEBIAN[library]}"
    first = "apt-get install python3-pip && " if debian else ""
    command = f"{first}{sys.executable} -m pip install --break-system-packages {library}"
    return f"the system manages this Python; install it with: {command}"


def _is_managed() -> bool:
    """Whether pip refuses to install into this Python (PEP 668)."""
    in_venv = sys.prefix != sys.base_prefix
    return not in_venv and Path(sysconfig.get_path("stdlib"), "EXTERNALLY-MANAGED").is_file()
