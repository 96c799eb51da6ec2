# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A query of one value is that value, and of a variable and what stands in for it both are found."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.settings.values import choice_of, selected
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.tokens import render
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.word_reader import split_at_commas
from dumps import words_of


@pytest.mark.parametrize(
    ("value", "gives"),
    [
        ("(select @@sql_mode)", "@@sql_mode"),
        ("(select 'ANSI')", "'ANSI'"),
        ("(select replace(@@sql_mode, 'a', 'b'))", "replace(@@sql_mode, 'a', 'b')"),
        ("(select 1 from t)", None),
        ("(select 1, 2)", None),
        ("(select a b)", None),
        ("(1)", None),
        ("@@sql_mode", None),
    ],
)
def test_a_query_of_one_value(value: str, gives: str | None) -> None:
    tokens = words_of(value.encode()).rest()
    assert render(selected(tokens)).decode().strip() == (gives or value)


@pytest.mark.parametrize(
    ("function", "parts", "found"),
    [
        ("IFNULL", "@o, ''", ("@o", "''")),
        ("COALESCE", "@o, 1", ("@o", "1")),
        ("IF", "@o is null, 1, @o", ("@o", "1")),
        ("IF", "@o is not null, @o, 1", ("@o", "1")),
        ("IF", "@o is null, 1, @p", None),
        ("IF", "@o = 1, 1, @o", None),
        ("IFNULL", "'', @o", None),
        ("GREATEST", "@o, 1", None),
    ],
)
def test_a_variable_and_what_stands_in_for_it(function: str, parts: str, found: tuple[str, str] | None) -> None:
    choice = choice_of(function.encode(), split_at_commas(words_of(parts.encode()).rest()))
    assert (None if choice is None else tuple(render(one).decode().strip() for one in choice)) == found
