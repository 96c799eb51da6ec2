# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Expressions: functions that compute pass, whatever reaches out of the row does not."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.guard.expressions import (
    FUNCTIONS,
    OPERATORS,
    check_calls,
    check_expression,
)
from dumps import refuses, words_of


def test_no_function_that_does_more_than_compute() -> None:
    names = b"LOAD_FILE SLEEP BENCHMARK GET_LOCK RELEASE_LOCK NEXTVAL SETVAL LASTVAL SYS_EXEC SYS_EVAL KDF"
    assert not set(names.split()) & (FUNCTIONS | OPERATORS)


@pytest.mark.parametrize(
    "text",
    [
        "A + 1",
        "abs(A) * round(B, 2)",
        "case when A in (1, 2) then concat('x', B) else null end",
        "cast(A as decimal(10, 2))",
        "truncate(A, 2)",
        "(A > 0) and not (B is null)",
        "'mysql.user' <> B",
        "json_valid(A)",
        "execute > 0 and handler and 1 < reset",
        "next = previous or start",
    ],
)
def test_what_computes_passes(text: str) -> None:
    check_expression(words_of(text.encode()).rest())


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("load_file('/etc/passwd')", "a call of load_file"),
        ("1 + next value for S", "NEXT"),
        ("1 + previous value for S", "PREVIOUS"),
        ("`abs`(A)", "a call of `abs`"),
        ("A + f(1)", "a call of f"),
        ("@x", "a variable"),
        ("@@datadir", "a variable"),
        ("mysql.user", "a qualified name"),
        ("t.5", "a qualified name"),
        ("1; A", "a qualified name"),
        ("(select 1)", "SELECT"),
        ("A in (with x as (B) table x)", "WITH"),
        ("next value for s", "NEXT"),
    ],
)
def test_what_reaches_out_of_the_row_is_refused(text: str, word: str) -> None:
    with refuses(word):
        check_expression(words_of(text.encode()).rest())


def test_a_word_of_the_grammar_is_no_call() -> None:
    check_calls(words_of(b"A in (1) and B like ('x') or exists (1)").rest())
    with refuses("a call of sleep"):
        check_calls(words_of(b"A in (1) and sleep (1)").rest())


def test_a_long_name_is_cut_in_the_message() -> None:
    with refuses("a call of " + "x" * 64 + ","):
        check_calls(words_of(b"x" * 500 + b"(1)").rest())


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("match (A) against ('x' in boolean mode)", True),
        ("select A from T except (select B from T)", True),
        ("select A from T intersect (with c as (select 1) select 1)", True),
        ("T for system_time as of (timestamp'2020-01-01')", True),
        ("st_astext(point(1, 2))", True),
        ("mbrcontains(A, B)", True),
        ("inet6_ntoa(A) = json_merge_patch(B, '{}')", True),
        ("against(1)", False),
        ("select against(1)", False),
        ("intersect(1)", False),
        ("except((select 1))", False),
        ("of(1)", False),
        ("rollup(1)", False),
        ("st_mine(1)", False),
        ("area(1)", False),
        ("`st_x`(1)", False),
        ("kdf('a', 'b', 1000000000)", False),
    ],
)
def test_words_that_are_calls_in_one_place_only(text: str, passes: bool) -> None:
    if passes:
        check_calls(words_of(text.encode()).rest())
    else:
        with refuses("not a harmless built-in function"):
            check_calls(words_of(text.encode()).rest())


@pytest.mark.parametrize(
    ("text", "is_shown"),
    [
        ("concat(A, _latin1 0xe4)", False), ("A = _latin1 x'41E4'", False), ("A = _binary 0xff", False),
        ("A = _latin1 0x41", True), ("A = _utf8mb4 0xc3a4", True), ("A = _latin1'a'", True), ("A = 0xff", True),
        ("_a + 0xff", True), ("A = _latin1 x'6e'", True),
    ],
)  # fmt: skip
def test_texts_that_no_server_shows_readably(text: str, is_shown: bool) -> None:
    tokens = words_of(text.encode()).rest()
    if is_shown:
        check_calls(tokens)
    else:
        with refuses("write it in utf8mb4"):
            check_calls(tokens)
