# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tarball holds what is used at run time, its documents and its licences, and is small."""

from __future__ import annotations

import os
import tarfile
from pathlib import Path

import pytest

TREE = Path(__file__).resolve().parents[2]
INSTALLED = Path(os.environ.get("FAKTURA_COLLECTIONS_PATH", TREE / ".build" / "installed")).resolve()
FOLDERS = {"LICENSES", "meta", "playbooks", "plugins", "roles"}
FILES = {"CHANGELOG.md", "CHANGELOG.rst", "COPYING", "FILES.json", "MANIFEST.json", "README.md"}
LARGEST_BYTES = 700_000


@pytest.fixture(scope="module")
def tarball() -> Path:
    (found,) = (INSTALLED.parent / "dist").glob("cao-faktura-*.tar.gz")
    return found


def test_tarball_holds_what_is_used_at_run_time(tarball: Path) -> None:
    with tarfile.open(tarball) as archive:
        names = [member.name for member in archive.getmembers() if member.isfile()]
    assert {name.partition("/")[0] for name in names if "/" in name} == FOLDERS
    assert {name for name in names if "/" not in name} == FILES
    assert [name for name in names if "/." in name or name.endswith((".pyc", ".orig", ".rej"))] == []


def test_tarball_is_small(tarball: Path) -> None:
    assert tarball.stat().st_size < LARGEST_BYTES
