# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A row of the tables of hostile and tricky files, and the three verdicts that there are."""

from __future__ import annotations

import typing as t
from pathlib import Path

# A statement stands between these, and begins in line 7: there are rows before it, and there would be rows behind it.
HEAD = (
    b"# CAO-Faktura\n# Datum :14.03.2024 18:05:09 Uhr\n# Mandant :Musterladen\n#\n"
    b"create table T (A int, B varchar(20));\nINSERT INTO T VALUES ('1','x');\n"
)
LAST = b"INSERT INTO T VALUES ('2','y');\n"
# How most triggers begin.
TRIGGER = "CREATE TRIGGER G BEFORE INSERT ON T FOR EACH ROW "

Make = t.Callable[[Path], None]


class Hostile(t.NamedTuple):
    """A file: refused with ``error``, at ``line`` (0: none is named) and with ``word`` in the message, or accepted.

    A file that is accepted has an empty ``error`` and as many ``rows`` of the table T, and may have to be listed with a
    ``finding``. An archive has what makes it as its content.
    """

    name: str
    content: bytes | Make
    error: str = ""
    word: str = ""
    line: int = 0
    finding: str = ""
    rows: int = 0

    def path(self, folder: Path) -> Path:
        """Write the file into a folder and return its path."""
        if isinstance(self.content, bytes):
            path = folder / f"{self.name}.sql"
            path.write_bytes(self.content)
        else:
            path = folder / f"{self.name}.zip"
            self.content(path)
        return path


def between(statement: bytes) -> bytes:
    """Return a dump with a statement, or some, between its rows."""
    return HEAD + statement + b"\n" + LAST


def delimited(statement: str) -> str:
    """Return a statement that may hold semicolons; it begins a line later."""
    return f"DELIMITER $$\n{statement}$$\nDELIMITER ;"


def _content(content: str | bytes | Make) -> bytes | Make:
    return between(content.encode()) if isinstance(content, str) else content


def accepted(name: str, content: str | bytes | Make, finding: str = "", *, rows: int = 2) -> Hostile:
    """Return the row of a file that is harmless. Text is a statement; bytes are a whole file."""
    return Hostile(name, _content(content), finding=finding, rows=rows)


def forbidden(name: str, content: str | bytes | Make, word: str, *, line: int = 7) -> Hostile:
    """Return the row of a file that is refused for a statement."""
    return Hostile(name, _content(content), "forbidden_statement", word, line)


def truncated(name: str, content: str | bytes | Make, word: str, *, line: int = 0) -> Hostile:
    """Return the row of a file that lacks its end."""
    return Hostile(name, _content(content), "truncated", word, line)


def not_a_backup(name: str, content: bytes | Make, word: str) -> Hostile:
    """Return the row of a file that is something else, or holds it."""
    return Hostile(name, content, "not_a_backup", word)


def damaged(name: str, content: bytes | Make, word: str, *, line: int = 0) -> Hostile:
    """Return the row of an archive that contradicts itself, or of a file that means something else than it says."""
    return Hostile(name, content, "damaged", word, line)


def too_large(name: str, content: Make, word: str) -> Hostile:
    """Return the row of an archive that nothing unpacks to its end."""
    return Hostile(name, content, "too_large", word)
