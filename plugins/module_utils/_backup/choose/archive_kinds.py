# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""How a backup may be packed, one row a kind; unpack/archives.py has an opener for each."""

from __future__ import annotations

import typing as t

PLAIN = "sql"
GZIP_START = b"\x1f\x8b"


class Start(t.NamedTuple):
    """The first bytes of an archive, and how a message names one of them where SQL should be."""

    mark: bytes
    what: str
    is_empty: bool = False


class ArchiveKind(t.NamedTuple):
    """A kind: its name, the ending of its files, and what these begin with; nothing is known of how SQL begins."""

    name: str
    ending: str
    starts: tuple[Start, ...] = ()


SPLIT_START = b"PK\x07\x08"

ARCHIVE_KINDS = (
    ArchiveKind(PLAIN, ".sql"),
    ArchiveKind("gz", ".sql.gz", (Start(GZIP_START, "a gzip archive"),)),
    ArchiveKind("bz2", ".sql.bz2", (Start(b"BZh", "a bzip2 archive"),)),
    ArchiveKind("xz", ".sql.xz", (Start(b"\xfd7zXZ\x00", "an xz archive"),)),
    ArchiveKind(
        "zst",
        ".sql.zst",
        # pzstd writes an empty frame first.
        (Start(b"\x28\xb5\x2f\xfd", "a Zstandard archive"), Start(b"\x50\x2a\x4d\x18", "a Zstandard archive")),
    ),
    ArchiveKind(
        "zip",
        ".zip",
        (
            Start(b"PK\x03\x04", "a ZIP archive"),
            Start(b"PK\x05\x06", "an empty ZIP archive", is_empty=True),
            # What was to be split into parts, and may have become one: Info-ZIP's -s, and PKZIP.
            Start(SPLIT_START + b"PK\x03\x04", "a ZIP archive"),
            Start(b"PK00PK\x03\x04", "a ZIP archive"),
        ),
    ),
)


def kind_of(head: bytes) -> str:
    """Return the name of the kind that begins with ``head``, `PLAIN` where no other does."""
    for kind in ARCHIVE_KINDS:
        if any(head.startswith(start.mark) for start in kind.starts):
            return kind.name
    return PLAIN


def any_file() -> str:
    """Return what a user may give, as a sentence goes on: ``.sql, .sql.gz or .zip file``."""
    *others, last = (kind.ending for kind in ARCHIVE_KINDS)
    return f"{', '.join(others)} or {last} file"
