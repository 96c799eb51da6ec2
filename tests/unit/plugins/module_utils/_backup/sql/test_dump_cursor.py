# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a reader stands in a dump, and what its words are in."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.dump_cursor import DumpCursor
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import Token
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.unread_bytes import Source
from dumps import PATH, fails

UMLAUT, CP850 = "Größe".encode("cp1252"), "Größe".encode("cp850")


def _cursor(*codecs: str, ansi_quotes: bool = False) -> DumpCursor:
    cursor = DumpCursor(Source(iter([b"\n\n\n"]), PATH))
    cursor.codecs = codecs
    cursor.ansi_quotes = ansi_quotes
    return cursor


def test_refusals_name_the_place() -> None:
    cursor = _cursor()
    cursor.source.more()
    cursor.source.advance(2)
    cursor.number = 7
    assert cursor.refuse("no such thing").msg.startswith(f"{PATH}, line 3, statement 7: no such thing. Nothing was")
    assert f"{PATH}, line 1, statement 7" in cursor.refuse("x", 1).msg
    assert cursor.refuse("a\x1b[2J").msg.isprintable()
    assert cursor.refuse("x").error == "forbidden_statement"


@pytest.mark.parametrize(
    ("codecs", "text", "found"),
    [
        ((), UMLAUT, UMLAUT),
        (("cp1252",), UMLAUT, "Größe".encode()),
        (("cp850",), CP850, "Größe".encode()),
        (("utf-8", "cp1252"), UMLAUT, "Größe".encode()),
        (("utf-8", "cp1252"), "Größe".encode(), "Größe".encode()),
        (("utf-8",), b"Menge", b"Menge"),
    ],
)
def test_names_become_utf8(codecs: tuple[str, ...], text: bytes, found: bytes) -> None:
    assert _cursor(*codecs).word("word", text, False).text == found


def test_a_name_that_is_not_in_what_the_dump_says_is_refused() -> None:
    with fails("encoding_ambiguous", PATH, "not utf-8", "encoding: cp1252"):
        _cursor("utf-8").word("name", b"`" + UMLAUT + b"`", False)
    # A text may be binary.
    assert _cursor("utf-8").word("string", b"'" + UMLAUT + b"'", False).text == b"'" + UMLAUT + b"'"


def test_a_blank_of_cp1252_is_no_letter_and_one_of_utf8_is() -> None:
    with fails("forbidden_statement", "0xa0"):
        _cursor("cp1252").word("word", b"a\xa0b", False)
    assert _cursor().word("word", "a\u00a0b".encode(), False).text == "a\u00a0b".encode()


def test_double_quotes_mean_what_the_dump_has_set() -> None:
    text = b'"a`b""c"'
    assert _cursor().word("string", text, True, b"/*!40101") == ("string", b"'a`b\"c'", True, b"/*!40101")
    assert _cursor(ansi_quotes=True).word("string", text, True) == ("name", b'`a``b"c`', True, None)
    assert _cursor(ansi_quotes=True).word("string", b"'a'", False) == ("string", b"'a'", False, None)


@pytest.mark.parametrize(
    ("before", "codecs", "text", "found"),
    [
        (b"_latin1", ("cp1252",), b"'\xe4\\''", b"0xe427"),
        (b"_LATIN1", ("cp1252",), b"'\xc3\xa4'", b"0xc3a4"),
        (b"_binary", (), b'"\xe4"', b"0xe4"),
        (b"_latin1", ("cp1252",), b"'a'", b"'a'"),
        (b"_utf8mb4", ("utf-8",), "'ä'".encode(), "'ä'".encode()),
        (b"_utf8mb4", (), "'ä'".encode(), "'ä'".encode()),
        (b"latin1", ("cp1252",), b"'\xe4'", "'ä'".encode()),
    ],
)
def test_a_text_says_itself_what_it_is_in(before: bytes, codecs: tuple[str, ...], text: bytes, found: bytes) -> None:
    assert _cursor(*codecs).word("string", text, False, before=Token("word", before, False)).text == found
