# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Umlauts of DOS in a dump that is taken for latin1: counted by table, and told; never those of Windows."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.analysis import Finding
from dumps import CAO_HEAD, Dump

WORDS = ("Stück", "Müller & Söhne", "Kästchen")
_CLOSING = "\u201d"
OF_WINDOWS = ("Stück", f"„Maß{_CLOSING}", "Käse", "Öl", "€ ™ Ž š", f"für 5{_CLOSING}", f"x{_CLOSING}, „y")
HEADS = (b"", b"SET NAMES latin1;\n", CAO_HEAD)


def _dump(head: bytes, codec: str, words: tuple[str, ...], tables: tuple[str, ...] = ("KFZ",)) -> Dump:
    data = head
    for table in tables:
        data += f"CREATE TABLE {table} (A int, B varchar(99), C blob);\n".encode()
        for text in words:
            data += f"INSERT INTO {table} VALUES (1,'".encode() + text.encode(codec, "ignore") + b"',NULL);\n"
    return Dump(data)


def _told(dump: Dump, **options: str) -> list[Finding]:
    return [one for one in dump.analyse(**options).findings if one.name == "dos_letters"]


@pytest.mark.parametrize("codec", ["cp850", "cp437"])
@pytest.mark.parametrize("head", HEADS)
def test_umlauts_of_dos(head: bytes, codec: str) -> None:
    (finding,) = _told(_dump(head, codec, WORDS))
    assert finding.table == "KFZ"
    assert finding.text.endswith("encoding: cp850 to get them right. These tables have them: KFZ (4).")


def test_which_tables_have_them() -> None:
    (finding,) = _told(_dump(b"", "cp850", WORDS, ("KFZ", "ADRESSEN")))
    assert finding.table is None
    assert finding.text.endswith(": ADRESSEN (4), KFZ (4).")


@pytest.mark.parametrize("head", HEADS)
def test_letters_of_windows_are_none(head: bytes) -> None:
    assert not _told(_dump(head, "cp1252", OF_WINDOWS))


@pytest.mark.parametrize("head", HEADS)
def test_a_quote_without_its_blank_is_none_beside_letters_of_windows(head: bytes) -> None:
    """What brings the one letter right would spoil all the others."""
    assert not _told(_dump(head, "cp1252", (*OF_WINDOWS, "der„neue", f"so{_CLOSING}oder")))


@pytest.mark.parametrize("head", [b"SET NAMES cp850;\n", b"SET NAMES cp852;\n"])
def test_a_dump_that_says_so(head: bytes) -> None:
    assert not _told(_dump(head, "cp850", WORDS))


def test_the_option_that_is_advised() -> None:
    dump = _dump(CAO_HEAD, "cp850", WORDS)
    assert not _told(dump, encoding="cp850")
    assert dump.analyse(encoding="cp850").encoding == "cp850"


def test_utf8_and_blobs_are_none() -> None:
    assert not _told(_dump(b"SET NAMES utf8mb4;\n", "utf-8", WORDS))
    blob = b"CREATE TABLE KFZ (A int, B varchar(99), C blob);\nINSERT INTO KFZ VALUES (1,'x','a\x81b a\x84b\xff');\n"
    assert not _told(Dump(b"SET NAMES latin1;\n" + blob))
