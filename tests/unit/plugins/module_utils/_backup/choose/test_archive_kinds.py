# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of the kinds of archives: which bytes are which, and the sentences made of it."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import zipfile
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.choose import first_bytes
from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.archive_kinds import (
    ARCHIVE_KINDS,
    any_file,
    kind_of,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.chosen_file import choose
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure


def _zip(*names: str) -> bytes:
    """Pack with no time of now, so that a test has the same name in each process."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), "-- x")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (gzip.compress(b"-- x", mtime=0), "gz"),
        (bz2.compress(b"-- x"), "bz2"),
        (lzma.compress(b"-- x"), "xz"),
        (b"\x28\xb5\x2f\xfd\x20\4", "zst"),
        (b"\x50\x2a\x4d\x18\4\0\0\0", "zst"),
        (_zip("a.sql"), "zip"),
        (_zip(), "zip"),
        (b"# CAO-Faktura\r\n", "sql"),
        (b"PK\x07\x08", "sql"),
        (b"\x1f", "sql"),
        (b"", "sql"),
    ],
)
def test_bytes_of_each_kind(data: bytes, kind: str) -> None:
    assert kind_of(data) == kind


def test_sentences_name_each_ending(tmp_path: Path) -> None:
    endings = ".sql, .sql.gz, .sql.bz2, .sql.xz, .sql.zst or .zip file"
    assert any_file() == endings
    with pytest.raises(Failure, match=rf"is a folder; give the path of one {re.escape(endings)}\.$"):
        choose(str(tmp_path))
    with pytest.raises(Failure, match=rf"unpack it first and give the {re.escape(endings)}\.$"):
        first_bytes.refuse_unless_sql(b"BZh91AY&SY", "x")


@pytest.mark.parametrize(
    ("data", "what", "advice"),
    [
        (gzip.compress(b"-- x", mtime=0), "a gzip archive", "unpack it first"),
        (bz2.compress(b"-- x"), "a bzip2 archive", "unpack it first"),
        (lzma.compress(b"-- x"), "an xz archive", "unpack it first"),
        (b"\x28\xb5\x2f\xfd\x20\4", "a Zstandard archive", "unpack it first"),
        (_zip("a.sql"), "a ZIP archive", "unpack it first"),
        (_zip(), "an empty ZIP archive", "choose the backup file itself"),
    ],
)
def test_an_archive_in_the_place_of_sql_is_named(data: bytes, what: str, advice: str) -> None:
    with pytest.raises(Failure, match=f"it looks like {what}; {advice}") as caught:
        first_bytes.refuse_unless_sql(data, "x")
    assert caught.value.error == "not_a_backup"


def test_no_row_says_what_another_says() -> None:
    names = [kind.name for kind in ARCHIVE_KINDS]
    endings = [kind.ending for kind in ARCHIVE_KINDS]
    marks = [mark for mark, _kind in first_bytes._KINDS]
    assert len(set(names)) == len(set(endings)) == len(ARCHIVE_KINDS)
    assert len(set(marks)) == len(marks)
    assert [kind.name for kind in ARCHIVE_KINDS if not kind.starts] == ["sql"]
