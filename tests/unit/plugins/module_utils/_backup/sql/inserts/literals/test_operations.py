# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A value with a sign before it is one value, and never a comment; what functions may be named is told apart."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.literals.operations import (
    BINARY,
    DIVISIONS,
    FUNCTIONS,
    OPERATORS,
    SIGNS,
    signed,
)


@pytest.mark.parametrize(
    ("sign", "value", "sent"),
    [
        (b"-", b"1", b"-1"),
        (b"-", b"-1", b"- -1"),
        (b"+", b"-1", b"+ -1"),
        (b"~", b"~0", b"~ ~0"),
        (b"-", b"(1 + 2)", b"-(1 + 2)"),
        (BINARY, b"'a'", b"BINARY 'a'"),
    ],
)
def test_values_with_signs(sign: bytes, value: bytes, sent: bytes) -> None:
    assert signed(sign, value) == sent
    assert not sent.startswith(b"--")


def test_what_depends_on_a_mode_a_collation_or_the_clock_is_not_listed() -> None:
    assert DIVISIONS < OPERATORS
    assert OPERATORS.isdisjoint((b"||", b"&&", b"=", b"<", b"AND", b"OR", b"NOT", b"!"))
    assert b"!" not in SIGNS
    others = b"NOW SYSDATE UUID RAND REPEAT SPACE LPAD REPLACE GREATEST LEAST NULLIF STRCMP LAST_INSERT_ID SLEEP USER"
    assert FUNCTIONS.isdisjoint(others.split())
