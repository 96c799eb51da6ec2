# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of a row that holds something else than literals: the word and its line, never a value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from dumps import rows_of

SAID = [
    ("now()", "now()"),
    ("NOW ( )", "NOW()"),
    ("SLEEP('00FF',256)", "SLEEP()"),
    ("UNIX_TIMESTAMP( )", "UNIX_TIMESTAMP()"),
    ("MD5(RAND())", "RAND()"),
    ("STRCMP('a', 'A')", "STRCMP()"),
    ("GREATEST('a', 'A')", "GREATEST()"),
    ("1 + NOW()", "NOW()"),
    ("1 + Geheim", "a word in no quotes"),
    ("1 / 0", "/ behind a value"),
    ("7 DIV (1 - 1)", "DIV behind a value"),
    ("'Geheim'-'5'", "- behind a value"),
    ("5 - 'Geheim'", "- behind a value"),
    ("REPEAT('a', 1000000000)", "REPEAT()"),
    ("'a' COLLATE utf8mb4_bin || 'b'", "|| behind a value"),
    ("'a' COLLATE 5", "COLLATE behind a value"),
    ("CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP"),
    ("default(a)", "default()"),
    ("0x", "0x without digits"),
    ("0xZZ", "0x with something else than its digits"),
    ("X'0Z'", "X'...' with something else than its digits"),
    ("b'2'", "b'...' with something else than its digits"),
    ("_big5 'a'", "_big5"),
    ("INTERVAL 1 DAY", "INTERVAL"),
    ("NaN", "NaN"),
    ("-Infinity", "Infinity"),
    ("@a", "@a"),
    ("@@version", "@@version"),
    ("(SELECT 1)", "SELECT"),
    ("`NAME`", "a name in backticks"),
    ("/*!40101 /*!40101 1 */", "an executable comment"),
    ("Geheim", "a word in no quotes"),
    ("Größe", "a word in no quotes"),
    ("12Geheim", "a word in no quotes"),
    ("\\'Geheim", "the byte 0x5c"),
    ("1=1", "= behind a value"),
    ("'a' || 'b'", "|| behind a value"),
    ("'O'Geheim', 1", "a word behind a value, as where a quote in it is not escaped"),
    ("5 'Geheim'", "a second text behind a value, as where a quote in it is not escaped"),
    ("1 AND 1", "AND behind a value"),
    ("'a'\\n", "the byte 0x5c behind a value"),
    ("", ")"),
]


@pytest.mark.parametrize(("value", "said"), SAID)
@pytest.mark.parametrize("chunk_bytes", [1, 7, 1 << 16])
def test_the_word_and_its_line(value: str, said: str, chunk_bytes: int) -> None:
    text = "INSERT INTO x VALUES\r\n(1,\n 'a'),\n(2,\n'Geheim\\'\n',\n" + value + ");\n"
    with pytest.raises(Failure) as caught:
        rows_of(text.encode("utf-8"), chunk_bytes)
    assert caught.value.error == "forbidden_statement"
    assert f", line 7, statement 1: a row holds something else than literals: {said}. Nothing" in caught.value.msg
    assert "Geheim" not in caught.value.msg


@given(st.text(st.characters(min_codepoint=33, max_codepoint=500), min_size=1, max_size=80))
def test_whatever_stands_there_makes_a_message(value: str) -> None:
    said = "nothing"
    try:
        rows_of(b"INSERT INTO x VALUES (1," + value.encode("utf-8") + b");")
    except Failure as failure:
        said = failure.msg
    assert said.isprintable()
    assert len(said) < 500
