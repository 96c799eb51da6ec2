# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A benchmark that is run in parts: what each part has measured is kept until the report is made of all."""

from __future__ import annotations

import hashlib
import json
import typing as t
from pathlib import Path

from bench.figures import Record


class Kept:
    """The records below .build/bench; those of another machine, another size or other code are forgotten."""

    def __init__(self, path: Path, *, rows: int, code: str, machine: t.Mapping[str, t.Any] | None = None) -> None:
        self._path = path
        self._rows = rows
        self._code = code
        kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        fits = kept.get("code") == code and kept.get("rows") == rows and machine in (None, kept.get("machine"))
        self.machine: t.Mapping[str, t.Any] = machine or (kept["machine"] if fits else {})
        self.records = [Record(**record) for record in kept["records"]] if fits else []

    def add(self, records: t.Iterable[Record]) -> None:
        """Keep the records of one part; what it measured before counts as rounds before."""
        before: dict[str, int] = {}
        for record in self.records:
            before[record.case] = max(before.get(record.case, 0), record.round)
        self.records += [record._replace(round=before.get(record.case, 0) + record.round) for record in records]
        data = {
            "machine": self.machine,
            "rows": self._rows,
            "code": self._code,
            "records": [record._asdict() for record in self.records],
        }
        self._path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def hash_of(folder: Path) -> str:
    """Return a hash of all Python files below a folder."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        digest.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes())
    return digest.hexdigest()
