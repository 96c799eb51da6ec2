# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hostile and tricky files that tests/corpus/hostile/index.tsv lists."""

from __future__ import annotations

import csv
import typing as t
from pathlib import Path

from corpus import CORPUS, corpus_path
from hostile_archives import archive

INDEX = CORPUS / "hostile" / "index.tsv"
# What a hostile file can try; the index has to hold some of every kind.
KINDS = (
    "client command",
    "USE",
    "qualified name",
    "executable comment",
    "nested comment",
    "DELIMITER",
    "PREPARE",
    "SET GLOBAL",
    "LOAD DATA",
    "INTO OUTFILE",
    "LOAD_FILE",
    "subselect in VALUES",
    "CREATE ... SELECT",
    "DATA DIRECTORY",
    "FEDERATED and CONNECT",
    "UNION of MERGE",
    "DEFINER",
    "trigger",
    "view",
    "event",
    "routine",
    "rights",
    "ZIP slip",
    "link",
    "bomb",
    "nested bomb",
    "overlapping entries",
    "lying sizes",
    "duplicate member",
    "4 GiB",
    "Zip64",
    "name with control characters",
)


class Hostile(t.NamedTuple):
    """One line of the index: refused with ``error``, at ``line`` and with a ``word`` of the message, or let through.

    A file that is let through has an empty ``error``, and may have to be listed with a ``finding``.
    """

    form: str
    name: str
    kind: str
    error: str
    line: str
    word: str
    finding: str

    def path(self, folder: Path) -> Path:
        """Return the file; an archive is made in ``folder``."""
        return archive(self.name, folder) if self.form == "archive" else corpus_path("hostile", self.name)


def _read() -> tuple[Hostile, ...]:
    with INDEX.open(encoding="utf-8", newline="") as file:
        lines = [line for line in file if not line.startswith("#")]
    rows = list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert tuple(rows[0]) == Hostile._fields
    return tuple(Hostile(*row) for row in rows[1:])


HOSTILE = _read()
