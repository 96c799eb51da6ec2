# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The text of a backup in CAO's own layout: its header, its string literals and its bytes (cao-format 1.1 to 1.5)."""

from __future__ import annotations

import datetime
import re
import typing as t
from dataclasses import dataclass

Encoding = t.Literal["cp1252", "utf-8"]
_ESCAPES = (
    (b"\\", b"\\\\"),  # first, or it would escape the others' backslashes
    (b"'", b"\\'"),
    (b'"', b'\\"'),
    (b"\x1a", b"\\Z"),
    (b"\n", b"\\n"),
    (b"\r", b"\\r"),
    (b"\0", b"\\0"),
)
_NEEDS_ESCAPE = re.compile(rb"[\\'\"\x1a\n\r\0]")
# The server's latin1 is cp1252 with these five as themselves; Python's cp1252 refuses them.
_ONLY_IN_SERVER_LATIN1 = frozenset("\x81\x8d\x8f\x90\x9d")


@dataclass(frozen=True)
class BackupHeader:
    """The four comment lines at the start; ``mandant`` is the display name, not the database."""

    mandant: str
    when: datetime.datetime
    program: str = "CAO-Faktura"


def backup_name(when: datetime.datetime, program: str = "CAO") -> str:
    """The name CAO gives a backup, without the ending: CAO_backup_yyyy_mm_dd_hh_mm (cao-format 1.1)."""
    return f"{program}_backup_{when:%Y_%m_%d_%H_%M}"


def header_text(header: BackupHeader, encoding: Encoding) -> bytes:
    """Return the four comment lines at the start."""
    lines = (
        f"# {printable_name(header.program)}",
        f"# Datum :{header.when:%d.%m.%Y %H:%M:%S} Uhr",
        f"# Mandant :{printable_name(header.mandant)}",
        "#",
        "",
    )
    return encoded("\r\n".join(lines), encoding)


def printable_name(name: str) -> str:
    # A line break would end the comment line the name is shown in.
    if not name.isprintable():
        raise ValueError("a name in a backup must not contain control characters")
    return name


def literal(data: bytes) -> bytes:
    """Return a string literal in CAO's own escapes (cao-format 1.5)."""
    return b"'" + escaped(data) + b"'"


def escaped(data: bytes) -> bytes:
    """Return what stands between the quotes of a literal; pieces of a text can be made by themselves."""
    if _NEEDS_ESCAPE.search(data):
        for raw, spelled in _ESCAPES:
            data = data.replace(raw, spelled)
    return data


def encoded(text: str, encoding: Encoding) -> bytes:
    """Return text in the bytes of a backup; UnicodeEncodeError where the encoding cannot hold it."""
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        if encoding != "cp1252" or not _ONLY_IN_SERVER_LATIN1.intersection(text):
            raise
    return b"".join(
        character.encode("latin-1" if character in _ONLY_IN_SERVER_LATIN1 else "cp1252") for character in text
    )
