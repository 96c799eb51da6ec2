# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The encoding, proven from the bytes."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.encoding import (
    CHARSETS,
    EncodingProof,
    codec_of,
)
from dumps import CAO_HEAD, PATH, Dump, fails

UTF8 = "Müller".encode()
CP1252 = "Müller €".encode("cp1252")
PNG = b"\x89PNG\xff\xd8\xc3\xa4"


def _dump(*cells: bytes, head: bytes = CAO_HEAD, column: bytes = b"B longblob") -> Dump:
    table = b"create table ARTIKEL (A varchar(50), " + column + b");\r\n"
    return Dump(head + table + b"".join(b"INSERT INTO ARTIKEL VALUES (" + cell + b");\r\n" for cell in cells))


def _row(text: bytes, blob: bytes = b"") -> bytes:
    return b"'" + text + b"','" + blob + b"'"


@pytest.mark.parametrize(
    ("cells", "encoding"),
    [
        ([_row(b"abc")], "latin1"),
        ([_row(UTF8)], "utf8mb4"),
        ([_row(CP1252)], "latin1"),
        ([_row(UTF8, PNG), _row(UTF8, PNG)], "utf8mb4"),
        # Half of a pair of UTF-16 is a character to servers.
        ([_row(UTF8 + b"\xed\xa0\x80")], "utf8mb4"),
        ([_row(b"abc", PNG)], "latin1"),
        ([_row(CP1252, UTF8)], "latin1"),
        ([_row(UTF8), _row(CP1252)], "latin1"),
        ([b"'x',_binary '" + PNG + b"'", _row(UTF8)], "utf8mb4"),
    ],
)
def test_without_declaration(cells: list[bytes], encoding: str) -> None:
    assert _dump(*cells).analyse().encoding == encoding


def test_contradictions_are_said() -> None:
    failure = _dump(_row(UTF8), _row(UTF8), _row(UTF8), _row(CP1252)).refused()
    assert failure.error == "encoding_ambiguous"
    assert "encoding: cp1252" in failure.msg
    failure = _dump(_row(CP1252), head=b"SET NAMES utf8;\n").refused()
    assert failure.error == "encoding_ambiguous"
    assert "SET NAMES utf8" in failure.msg
    assert _dump(_row(CP1252), head=b"SET NAMES utf8;\n").analyse(encoding="cp1252").encoding == "latin1"


def test_declared() -> None:
    assert _dump(_row(CP1252), head=b"SET NAMES latin1;\n").analyse().encoding == "latin1"
    assert _dump(_row(CP1252), head=b"SET NAMES cp850;\n").analyse().encoding == "cp850"
    analysis = _dump(_row(UTF8), head=b"SET NAMES latin1;\n").analyse()
    assert analysis.encoding == "latin1"
    assert "bytes_look_like_utf8" in {finding.name for finding in analysis.findings}


@pytest.mark.parametrize("wanted", ["UTF-8", "cp1252", "windows-1252", "latin1", "cp850"])
def test_wanted(wanted: str) -> None:
    assert _dump(_row(UTF8)).analyse(encoding=wanted).encoding == CHARSETS[wanted.lower()]


def test_unknown_encoding() -> None:
    failure = _dump(_row(b"a")).refused(encoding="ebcdic")
    assert failure.error == "encoding_ambiguous"
    assert "ebcdic" in failure.msg


def test_counting_stops() -> None:
    proof = EncodingProof()
    proof.see(b"\xe4 " * 20_000)
    proof.see(UTF8)
    assert proof.utf8 == 0
    assert proof.other >= 10_000
    proof = EncodingProof()
    proof.see(b"abc")
    proof.see(UTF8 + b" \xe4 " + UTF8)
    assert (proof.utf8, proof.other) == (2, 1)
    with fails("encoding_ambiguous", PATH):
        proof.verdict(declared=None, wanted="auto", label=PATH)


@pytest.mark.parametrize(
    ("charset", "codec"),
    [("utf8mb4", "utf-8"), ("latin1", "cp1252"), ("binary", "cp1252"), ("cp850", "cp850"), ("latin2", "iso-8859-2")],
)
def test_codecs(charset: str, codec: str) -> None:
    assert codec_of(charset) == codec
    assert "a".encode(codec) == b"a"


def _table_in(head: str, name: bytes) -> Dump:
    table = b"CREATE TABLE `" + name + b"` (A int);\nINSERT INTO `" + name + b"` VALUES (1);\n"
    return Dump(head.encode() + table)


@pytest.mark.parametrize(
    ("charset", "codec"),
    [("cp850", "cp850"), ("cp852", "cp852"), ("latin2", "iso-8859-2"), ("cp1250", "cp1250"), ("utf8", "utf-8")],
)
def test_names_are_in_the_dumps_encoding(charset: str, codec: str) -> None:
    name = "MAßE_Ö"
    declared = _table_in(f"SET NAMES {charset};", name.encode(codec))
    assert [row.table for row in declared.rows()] == [name]
    assert list(declared.analyse().definitions) == [name]
    told = _table_in("", name.encode(codec))
    wanted = {"iso-8859-2": "latin2"}.get(codec, codec)
    assert [row.table for row in told.rows(encoding=wanted)] == [name]


def test_definitions_may_be_in_another_encoding_than_rows() -> None:
    """As mysqldump writes them."""
    name = "MAßE"
    dump = Dump(
        b"SET NAMES cp850;\nSET @saved = @@character_set_client;\nSET character_set_client = utf8;\n"
        + f"CREATE TABLE `{name}` (A int COMMENT 'ß');\nSET character_set_client = @saved;\n".encode()
        + f"INSERT INTO `{name}` VALUES (1);\n".encode("cp850")
    )
    for options in ({}, {"encoding": "cp850"}):
        assert [row.table for row in dump.rows(**options)] == [name]
        assert dump.analyse(**options).encoding == "cp850"
    assert dump.analyse().definitions[name].columns[0].attributes[0].sql == "COMMENT 'ß'".encode()


@pytest.mark.parametrize(
    ("head", "name", "options"),
    [
        ("SET NAMES cp1250;", b"T\x81", {}),
        ("SET NAMES utf8;", b"T\xe4", {}),
        ("", b"T\xe4", {"encoding": "utf-8"}),
        ("", b"T\x81", {"encoding": "cp1252"}),
    ],
)
def test_names_that_no_server_could_read(head: str, name: bytes, options: dict[str, str]) -> None:
    failure = _table_in(head, name).refused(**options)
    assert failure.error == "encoding_ambiguous"
    assert "line 1" in failure.msg


def test_a_name_of_which_nothing_tells_the_letters() -> None:
    assert _table_in("", b"T\x81").refused().error == "forbidden_statement"


def test_rows_in_a_second_encoding() -> None:
    rows = b"CREATE TABLE T (A int);SET character_set_client=cp850;INSERT INTO T VALUES (1);"
    failure = Dump(b"SET NAMES latin1;" + rows).refused()
    assert failure.error == "forbidden_statement"
    assert "cp850" in failure.msg
    assert Dump(rows).analyse().encoding == "cp850"
    assert Dump(b"SET NAMES latin1;" + rows).analyse(encoding="latin1").encoding == "latin1"
