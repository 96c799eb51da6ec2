# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The dumps under tests/corpus. Those whose line ends or marks matter are packed, so that no tool mends them.

``windows`` are small ones, as programs with a window lay them out: with a view before its tables, a key or a trigger
behind rows, comments within statements, a database that only a comment names.
"""

from __future__ import annotations

import gzip
from pathlib import Path

DIALECTS = Path(__file__).resolve().parents[1] / "corpus" / "dialects"

WINDOWS = DIALECTS.parent / "windows"


def corpus_path(name: str) -> Path:
    """Return the file of a dump, ``name.sql`` or ``name.sql.gz``."""
    path = DIALECTS / f"{name}.sql"
    return path if path.exists() else path.with_suffix(".sql.gz")


def corpus_bytes(path: Path) -> bytes:
    """Return the SQL of a file of the corpus."""
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def corpus_files() -> list[Path]:
    """Return all files."""
    return sorted([*DIALECTS.glob("*.sql"), *DIALECTS.glob("*.sql.gz")])
