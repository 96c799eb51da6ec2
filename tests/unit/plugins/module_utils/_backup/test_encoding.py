# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The encoding, proven from the bytes."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.encoding import CHARSETS, EncodingProof, codec_of
from ansible_collections.cao.faktura.plugins.module_utils._backup.transcode import transcoded
from dumps import CAO_HEAD, PATH, Dump, catalog_of, fails

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


def test_definitions_become_utf8() -> None:
    text = "create table T (A enum('ä','\x81'), Größe int comment 'Größe')"
    definition = catalog_of(text.encode("latin-1")).tables["t"]
    column = transcoded(definition, "cp1252").columns[0]
    assert column.type_sql == "enum('ä','\ufffd')".encode()
    both = catalog_of("create table T (A int comment 'ä')".encode()).tables["t"]
    assert transcoded(both, "cp1252") == both
    view = catalog_of("create view V as select 'ä' as x".encode("cp1252")).views["v"]
    assert "'ä'".encode() in transcoded(view, "cp1252").create_statement("V", {})
