# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values as they are sent."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.literals.values import (
    DEFAULT,
    defaults_in,
    joined,
    long_value,
    words_of,
)


def test_values_are_joined_in_parts() -> None:
    values = [(b"1",), (b"_utf8 ", memoryview(b"'a'")), (b"NULL",)]
    assert joined(values, b", ") == b"(1, _utf8 'a', NULL)"
    assert defaults_in([(b"DEFAULT",), DEFAULT, (b"1",), DEFAULT]) == (1, 3)


@pytest.mark.parametrize(
    ("text", "sent"),
    [(b"'it''s'", b"'it''s'"), (b'"a b"', b"'a b'"), (b'"it\'s"', b"'it\\'s'"), (b'"a""b"', b"'a\"b'")],
)
def test_long_texts(text: bytes, sent: bytes) -> None:
    assert b"".join(long_value(b"(" + text + b")", 1, len(text) + 1)) == sent


def test_words() -> None:
    assert words_of(b" a /* b */ , -- c\n 'd e'") == (b"a", b",", b"'d e'")
