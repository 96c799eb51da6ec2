# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random INSERT statements in the layouts of many dump programs, for properties."""

from __future__ import annotations

from hypothesis import strategies as st

_PLAIN = st.binary(max_size=12)
_TRAPS = st.sampled_from(
    (
        b"'",
        b"''",
        b"\\",
        b"');\r\nINSERT INTO X VALUES ('",
        b"),(",
        b";\r\n",
        b"-- ",
        b"/*",
        b"*/",
        b"#",
        b"NULL",
        b"\x1a\x00",
        b'"',
        b", ",
    )
)
CONTENTS = st.lists(st.one_of(_PLAIN, _TRAPS), max_size=5).map(b"".join)


def escaped(content: bytes) -> bytes:
    """Return a literal with CAO's escapes (cao-format 1.5)."""
    for raw, spelled in (
        (b"\\", b"\\\\"),
        (b"'", b"\\'"),
        (b'"', b'\\"'),
        (b"\x1a", b"\\Z"),
        (b"\n", b"\\n"),
        (b"\r", b"\\r"),
        (b"\0", b"\\0"),
    ):
        content = content.replace(raw, spelled)
    return b"'" + content + b"'"


def doubled(content: bytes) -> bytes:
    """Return a literal with doubled quotes and raw line ends."""
    return b"'" + content.replace(b"\\", b"\\\\").replace(b"'", b"''") + b"'"


def double_quoted(content: bytes) -> bytes:
    """Return a literal in double quotes."""
    return b'"' + content.replace(b"\\", b"\\\\").replace(b'"', b'""') + b'"'


STRINGS = st.builds(lambda spell, content: spell(content), st.sampled_from((escaped, doubled, double_quoted)), CONTENTS)
NUMBERS = st.one_of(
    st.integers(-(10**12), 10**12).map(lambda number: b"%d" % number),
    st.decimals(-1000, 1000, places=3).map(lambda number: str(number).encode()),
    st.sampled_from((b"1e5", b"-2.5E-07", b"1.e3", b".5", b"+7", b"0x", b"-0", b"0b101", b"1E+2")).filter(
        lambda number: number != b"0x"
    ),
    st.binary(min_size=1, max_size=6).map(lambda content: b"0x" + content.hex().encode()),
)
OTHERS = st.one_of(
    st.sampled_from((b"NULL", b"TRUE", b"FALSE", b"null", b"b'101'", b"X''")),
    STRINGS.map(lambda literal: b"_binary " + literal),
    STRINGS.map(lambda literal: b"_utf8mb4" + literal),
    st.binary(max_size=6).map(lambda content: b"X'" + content.hex().encode() + b"'"),
    st.binary(min_size=1, max_size=6).map(lambda content: b"_binary 0x" + content.hex().encode()),
)
LITERALS = st.one_of(STRINGS, NUMBERS, OTHERS)
STYLES = (
    (b",", b",", 99),  # mysqldump
    (b",", b",\n", 99),  # mariadb-dump
    (b", ", b",\r\n\t", 99),  # HeidiSQL
    (b", ", b",\n", 3),  # phpMyAdmin
    (b",", b",\r\n  ", 1),  # CAO and --skip-extended-insert
    (b" ,\n ", b" , ", 2),
)


@st.composite
def inserts(draw: st.DrawFn) -> tuple[bytes, list[list[bytes]], list[tuple[int, int]]]:
    """Return the text of INSERTs, the literals of each row, and each row's statement and line."""
    width = draw(st.integers(1, 4))
    rows = draw(st.lists(st.lists(LITERALS, min_size=width, max_size=width), min_size=1, max_size=12))
    comma, between, per_statement = draw(st.sampled_from(STYLES))
    text, places = b"", []
    for index, row in enumerate(rows):
        if index % per_statement:
            text += between
        else:
            text += (b";\r\n" if index else b"") + b"INSERT INTO `X` VALUES "
        places.append((index // per_statement + 1, text.count(b"\n") + 1))
        text += b"(" + comma.join(row) + b")"
    return text + b";\r\n", rows, places
