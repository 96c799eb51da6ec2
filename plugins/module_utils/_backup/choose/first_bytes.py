# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What the first bytes of a file or member say about its kind: SQL text, or something that is no backup."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.archive_kinds import ARCHIVE_KINDS, any_file
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql_verbs import BEGIN_A_DUMP

HEAD_BYTES = 4096

_UNPACK_FIRST = f"unpack it first and give the {any_file()}"
_NO_BACKUP = "choose the backup file itself"
_TABLE_FILES = "make the backup with CAO-Faktura, mysqldump or mariadb-dump"
_DECRYPT_FIRST = f"decrypt it first and give the {any_file()}"
_AS_UTF8 = "save or export it again as UTF-8"
_OTHER_SERVER = "make it of the MariaDB or MySQL server that CAO-Faktura works with"


class Kind(t.NamedTuple):
    """What a file is, as a sentence goes on, and what to do."""

    what: str
    advice: str


# Magic numbers: those of the "file" database; of the server's own files FE 01 (frm), FE FE (MYI), FE bin (log).
_KINDS: tuple[tuple[bytes, Kind], ...] = (
    (b"\x89PNG\r\n\x1a\n", Kind("a PNG picture", _NO_BACKUP)),
    (b"\xff\xd8\xff", Kind("a JPEG picture", _NO_BACKUP)),
    (b"GIF8", Kind("a GIF picture", _NO_BACKUP)),
    (b"%PDF-", Kind("a PDF document", _NO_BACKUP)),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind("a document of an older Microsoft Office", _NO_BACKUP)),
    (b"{\\rtf", Kind("a formatted text (RTF)", _NO_BACKUP)),
    (b"MZ", Kind("a Windows program or self-extracting archive", _UNPACK_FIRST)),
    (b"\x7fELF", Kind("a Linux program", _NO_BACKUP)),
    (b"SQLite format 3\x00", Kind("a SQLite database", _NO_BACKUP)),
    (b"\x00\x01\x00\x00Standard ", Kind("a Microsoft Access database", _NO_BACKUP)),
    (b"\xfe\x01", Kind("a copy of the server's table files (.frm), not a dump", _TABLE_FILES)),
    (b"\xfe\xfe", Kind("a copy of MyISAM or Aria table files (.MYI, .MAI), not a dump", _TABLE_FILES)),
    (b"\xfebin", Kind("a binary log of the server, not a dump", _TABLE_FILES)),
    (b"XBSTCK", Kind("a copy of table files made by mariabackup or xtrabackup, not a dump", _TABLE_FILES)),
    (b"7z\xbc\xaf\x27\x1c", Kind("a 7z archive", _UNPACK_FIRST)),
    (b"Rar!\x1a\x07", Kind("a RAR archive", _UNPACK_FIRST)),
    (b"\x5d\x00\x00", Kind("an LZMA archive", _UNPACK_FIRST)),
    (b"\x1f\x9d", Kind("an archive made by compress", _UNPACK_FIRST)),
    (b"\x1f\xa0", Kind("an archive made by compress", _UNPACK_FIRST)),
    (b"\x04\x22\x4d\x18", Kind("an LZ4 archive", _UNPACK_FIRST)),
    (b"MSCF\x00", Kind("a cabinet archive", _UNPACK_FIRST)),
    (b"PK\x07\x08", Kind("one part of a ZIP archive in several parts", "join the parts into one ZIP first")),
    (b"$ANSIBLE_VAULT;", Kind("a file in Ansible's vault", "decrypt it first, or keep it on the controller")),
    (b"-----BEGIN PGP ", Kind("a file that PGP has encrypted or signed", _DECRYPT_FIRST)),
    (b"Salted__", Kind("a file that openssl has encrypted", _DECRYPT_FIRST)),
    (b"age-encryption.org/", Kind("a file that age has encrypted", _DECRYPT_FIRST)),
    (b"version https://git-lfs", Kind("a pointer of Git LFS in place of the file", "fetch the file: git lfs pull")),
    (b"PGDMP", Kind("a dump of PostgreSQL", _OTHER_SERVER)),
    (b"--\n-- PostgreSQL database ", Kind("a dump of PostgreSQL", _OTHER_SERVER)),
    (b"--\r\n-- PostgreSQL database ", Kind("a dump of PostgreSQL", _OTHER_SERVER)),
    (b"PRAGMA foreign_keys=", Kind("a dump of SQLite", _OTHER_SERVER)),
    (b"USE [", Kind("a script for Microsoft SQL Server", _OTHER_SERVER)),
    (b"\xff\xfe\x00\x00", Kind("a text in UTF-32", _AS_UTF8)),
    (b"\xff\xfe", Kind("a text in UTF-16", _AS_UTF8)),
    (b"\xfe\xff", Kind("a text in UTF-16", _AS_UTF8)),
    # A backup may be packed in these, but not once more within.
    *(
        (start.mark, Kind(start.what, _NO_BACKUP if start.is_empty else _UNPACK_FIRST))
        for kind in ARCHIVE_KINDS
        for start in kind.starts
    ),
)
_TAR = Kind("a tar archive", _UNPACK_FIRST)
_TAR_MARK_AT = 257
_UTF16 = Kind("a text in UTF-16", _AS_UTF8)
_WEB_PAGE = Kind("a web page or XML, not SQL", "download or export the backup itself, as SQL")
_BINARY = Kind("a binary file, not SQL", "choose the backup file itself; copies of the server's files are no backup")

_BOM = b"\xef\xbb\xbf"
_SQL_START = re.compile(
    rb"\s*(?:#|--|/\*|\(|(?:%s)\b)" % b"|".join(sorted(BEGIN_A_DUMP)),
    re.IGNORECASE,
)
_MARKUP = re.compile(rb"\s*<(?:[!?]|html\b)", re.IGNORECASE)
_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x19\x1b-\x1f\x7f]")


def is_text(data: bytes) -> bool:
    """Whether ``data`` is free of control characters that text (cp1252, UTF-8) does not have."""
    return _NO_TEXT.search(data) is None


def known_kind(head: bytes) -> Kind | None:
    """Return what ``head`` is by its magic number, or None."""
    for magic, kind in _KINDS:
        if head.startswith(magic):
            return kind
    return _TAR if head[_TAR_MARK_AT : _TAR_MARK_AT + 5] == b"ustar" else None


def _is_utf16(head: bytes) -> bool:
    pairs = len(head[:512]) // 2
    even, odd = head[: pairs * 2 : 2].count(0), head[1 : pairs * 2 : 2].count(0)
    # Latin text in UTF-16 has a NUL in nearly every second byte, and in no other.
    return pairs > 1 and max(even, odd) * 4 >= pairs * 3 and min(even, odd) * 4 <= pairs


def _kind(head: bytes) -> Kind | None:
    if kind := known_kind(head):
        return kind
    start = head[len(_BOM) :] if head.startswith(_BOM) else head
    if _is_utf16(head):
        return _UTF16
    if _MARKUP.match(start):
        return _WEB_PAGE
    # Blobs in rows hold any byte, so only what does not begin like SQL is judged by its bytes.
    # A parenthesis alone is not enough: a damaged archive may begin with one.
    begun = _SQL_START.match(start)
    return None if (begun and not begun.group().endswith(b"(")) or is_text(start) else _BINARY


def refuse_unless_sql(head: bytes, where: str) -> None:
    """Raise `Failure` ``not_a_backup`` when ``head``, the first `HEAD_BYTES` of the unpacked bytes, cannot be SQL.

    ``where`` names the file and the member. Text of another kind passes: the statements are judged later.
    """
    if not head:
        raise Failure("not_a_backup", f"{where} is empty; make the backup again.")
    if kind := _kind(head):
        raise Failure("not_a_backup", f"{where} is no SQL backup: it looks like {kind.what}; {kind.advice}.")
