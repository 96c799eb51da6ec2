# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bytes that nobody sees: wherever they stand between words, they are called by their names, with their line."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.invisible import invisible
from dumps import Dump, reader_of

CREATE = b"CREATE TABLE x (\n a int,\n b int);\n"
# The places in a dump, and the line of each.
PLACES = {
    "before a statement": (CREATE + b"%sINSERT INTO x VALUES (1,2);\n", 4),
    "before a comment": (CREATE + b"INSERT INTO x VALUES (1,2);\n%s-- MySQL dump 10.13\nDROP TABLE IF EXISTS y;", 5),
    "behind a blank": (CREATE + b"\r\n \t%sDROP TABLE IF EXISTS y;", 5),
    "in a row": (CREATE + b"INSERT INTO x VALUES (1,\n%s2);", 5),
    "behind a value": (CREATE + b"INSERT INTO x VALUES (1,'2'\n%s);", 5),
    "between rows": (CREATE + b"INSERT INTO x VALUES (1,2)%s,(3,4);", 4),
    "in a definition": (b"CREATE TABLE x %s(a int);", 1),
}
MARKS = {
    b"\xef\xbb\xbf": "a byte order mark (EF BB BF)",
    b"\xff\xfe": "a byte order mark (FF FE)",
    b"\xfe\xff": "a byte order mark (FE FF)",
    b"\x1a": "the byte 0x1a (Ctrl-Z",
    b"\x00": "the byte 0x00",
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("chunk_bytes", [1, 1 << 16])
def test_they_are_named(place: str, mark: bytes, chunk_bytes: int) -> None:
    text, line = PLACES[place]
    with pytest.raises(Failure) as caught:
        list(reader_of(text % mark, chunk_bytes).events())
    assert caught.value.error == "forbidden_statement"
    assert MARKS[mark] in caught.value.msg
    assert f", line {line}, statement " in caught.value.msg


def test_in_texts_and_at_the_ends_they_are_no_fault() -> None:
    data = b"\xef\xbb\xbf" + CREATE + b"INSERT INTO x VALUES ('\xef\xbb\xbf','\x1a\x00');\r\n\x1a"
    assert Dump(data).analyse().rows == 1


def test_other_bytes_are_not_known() -> None:
    assert invisible(b"SELECT") is None
    assert invisible(b"") is None
    assert invisible(b"a\x1a", 1) is not None
