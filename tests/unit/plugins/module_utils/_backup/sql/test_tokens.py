# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of SQL."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql import tokens as tokens_module
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import (
    Incomplete,
    OpenString,
    Token,
    backticked,
    name_of,
    quoted_name,
    render,
    scan,
    single_quoted,
    string_end,
    string_value,
)
from dumps import slow_value


@pytest.mark.parametrize(
    ("text", "kind", "end"),
    [
        (b" \r\n\tx", "space", 4),
        (b"# a\rb\nx", "comment", 6),
        (b"-- a\nx", "comment", 5),
        (b"--\x01a\nx", "comment", 5),
        (b"--a", "mark", 1),
        (b"/* a */x", "comment", 7),
        (b"/*** a /* **/x", "comment", 13),
        (b"/*!999999 a */x", "comment", 14),
        (b"/*M!999999\\- enable the sandbox mode */ ", "comment", 39),
        (b"/*!999999 a /* b */ */", "open", 9),
        (b"/*!50001 a", "open", 8),
        (b"/*M!100616 a", "open", 10),
        (b"/*! a", "open", 3),
        (b"/*!5000000 a", "open", 9),
        (b"/*!4010 a", "open", 3),
        (b"*/x", "close", 2),
        (b"'a''b\\'c'x", "string", 9),
        (b'"a""b" x', "string", 6),
        (b"`a``b` x", "name", 6),
        (b"0x1F,", "number", 4),
        (b"0X1F,", "word", 4),
        (b"0x1G,", "word", 4),
        (b"0b10,", "number", 4),
        (b"12.50e-3)", "number", 8),
        (b".5)", "number", 2),
        (b"1234,", "number", 4),
        (b"1234a,", "word", 5),
        (b"12_3 ", "word", 4),
        (b"12e ", "word", 3),
        (b"12e5 ", "number", 4),
        (b"12e-55)", "number", 6),
        (b"12e55x ", "word", 6),
        (b"12\xe4 ", "word", 3),
        (b"5a)", "word", 2),
        (b"\xe4_$9 ", "word", 4),
        (b"@@session.x=", "variable", 11),
        (b"@a ", "variable", 2),
        (b"<=>", "mark", 3),
        (b":=1", "mark", 2),
        (b"\\!", "unknown", 0),
        (b"\x00", "unknown", 0),
    ],
)
def test_one_token(text: bytes, kind: str, end: int) -> None:
    assert scan(text, 0) == (kind, end)


@pytest.mark.parametrize("text", [b"", b"'", b"'a", b"'a\\", b"'a\\'", b'"a', b"`a", b"/* a", b"/*!999999 a", b"/*M"])
def test_more_bytes_are_needed(text: bytes) -> None:
    with pytest.raises(Incomplete):
        scan(text, 0)


@given(st.text(alphabet="a'\"\\\n\0", max_size=60), st.sampled_from((b"'", b'"')))
def test_strings_end_where_they_should(text: str, quote: bytes) -> None:
    body = text.encode().replace(b"\\", b"\\\\").replace(quote, quote * 2)
    literal = quote + body + quote
    assert string_end(literal + b",", 0) == len(literal)
    assert string_value(literal) == slow_value(literal) == text.encode()
    assert string_value(single_quoted(literal)) == text.encode()


def test_string_with_very_many_escapes() -> None:
    for escape in (b"\\'", b"''", b"\\\\"):
        literal = b"'" + escape * 5001 + b"'"
        assert string_end(literal, 0) == len(literal)
        with pytest.raises(Incomplete):
            scan(literal + b"'", 0)


@pytest.mark.parametrize(
    ("literal", "value"),
    [(rb"'\n\r\t\0\Z\b\\\%\x'", b"\n\r\t\0\x1a\b\\%x"), (b"'''\"\"'", b'\'""'), (b"''", b""), (b'"\'"', b"'")],
)
def test_value_of_a_string(literal: bytes, value: bytes) -> None:
    assert string_value(literal) == value


def _tokens(text: bytes) -> list[Token]:
    found, position, space = [], 0, False
    while position < len(text):
        kind, end = scan(text, position)
        if kind in ("space", "comment"):
            space = True
        else:
            found.append(Token(kind, text[position:end], space))
            space = False
        position = end
    return found


def test_render_keeps_minus_signs_apart() -> None:
    assert render(_tokens(b"1 --/**/2")) == b"1 - - 2"
    assert render(_tokens(b"a->b - -1")) == b"a->b - -1"
    assert render(_tokens(b"a/**/b /**/ + c")) == b"a b + c"


@given(st.lists(st.sampled_from((b"-", b"a", b"/", b"*", b"1", b"'x\n'", b".", b"@", b">")), max_size=12))
def test_what_is_rendered_reads_as_the_same_tokens(words: list[bytes]) -> None:
    tokens = [Token("mark" if len(word) == 1 else "string", word, at % 2 == 0) for at, word in enumerate(words)]
    if any(a.text + b.text in (b"/*", b"*/") for a, b in zip(tokens, tokens[1:])):
        return
    again = b"".join(token.text for token in _tokens(render(tokens)) if token.kind != "comment")
    assert again == b"".join(words)


@pytest.mark.parametrize(
    ("kind", "text", "name"),
    [
        ("word", b"ARTIKEL", "ARTIKEL"),
        ("name", b"`a``b`", "a`b"),
        ("word", "Größe".encode(), "Größe"),
        ("word", "Größe".encode("cp1252"), "Größe"),
        ("string", b"'a'", None),
    ],
)
def test_names(kind: str, text: bytes, name: str | None) -> None:
    assert name_of(Token(kind, text, False)) == name


def test_quoting_of_names() -> None:
    assert quoted_name("a`b") == b"`a``b`"
    assert backticked(b'"a""b`c"') == b'`a"b``c`'
    assert Token("name", b"`select`", False).upper == b""
    assert Token("word", b"select", False).upper == b"SELECT"


@given(st.text("'\\\"ax", max_size=40), st.integers(1, 7), st.sampled_from("'\""))
def test_an_open_string_ends_where_it_would_as_a_whole(text: str, step: int, quote: str) -> None:
    data = (quote + text).encode()
    try:
        end = string_end(data, 0)
    except Incomplete:
        end = len(data)
    string = OpenString(data[:1])
    position, ended = 1, False
    while position < len(data) and not ended:
        ended = string.ends_in(data[position : position + step])
        position += step
    # At the very end of the bytes, a quote may still be the first of two.
    if end < len(data):
        assert ended
        assert position - step <= end < position
    else:
        assert not ended


def _letter_by_letter(text: bytes) -> int | None:
    """Return where a string ends, None where it does not."""
    position = 1
    while position < len(text):
        if text[position : position + 1] == b"\\":
            position += 2
        elif text[position : position + 1] != text[:1]:
            position += 1
        elif text[position + 1 : position + 2] == text[:1]:
            position += 2
        else:
            return position + 1
    return None


@pytest.mark.parametrize("seed", range(30))
def test_a_text_ends_where_its_letters_say(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)
    monkeypatch.setattr(tokens_module, "_QUOTES_FOUND", chance.choice((0, 1, 64)))
    monkeypatch.setattr(tokens_module, "_STEP_BYTES", chance.choice((1, 7, 64)))
    for _text in range(200):
        text = b"'\""[seed % 2 :][:1] + bytes(chance.choices(b"\\\\'\"a_,", k=chance.randint(0, 40)))
        try:
            found: int | None = string_end(text, 0)
        except Incomplete:
            found = None
        assert found == _letter_by_letter(text), text


@pytest.mark.parametrize("seed", range(10))
def test_single_quotes_mean_what_double_ones_did(seed: int) -> None:
    chance = random.Random(seed)
    parts = ("a", "\\\\", "\\'", '\\"', '""', "'", "\\n", ",", "\0" * (seed % 2), "\\Z")
    for _text in range(200):
        text = ('"' + "".join(chance.choices(parts, k=chance.randint(0, 20))) + '"').encode()
        single = single_quoted(text)
        assert string_end(single, 0) == len(single)
        assert string_value(single) == string_value(text)
