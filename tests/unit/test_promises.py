# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No promise is without a test, no test holds one that nobody gives, and the page says what the tests say."""

from __future__ import annotations

import sys
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TREE / "tools"))

import promises_page  # noqa: E402 - a program of tools/

PROMISES = promises_page.promises()
TESTS = promises_page.all_tests()
SOURCE = '''
import pytest
pytestmark = pytest.mark.promise("of-all")
@pytest.mark.parametrize("x", [1])
@pytest.mark.promise("one", "two")
def test_a(x):
    """It `is`.

    More.
    """
def test_b(): ...
@pytest.mark.promise("never")
def helper(): ...
'''


def test_the_page_is_fresh() -> None:
    assert promises_page.PAGE.read_text(encoding="utf-8") == promises_page.page(PROMISES, TESTS), promises_page.WRITE


def test_each_promise_of_the_readme_has_its_name_and_its_limits() -> None:
    words = promises_page.given((TREE / "README.md").read_text(encoding="utf-8"))
    assert [one.promise for one in PROMISES] == list(words)
    assert len({one.name for one in PROMISES}) == len(PROMISES)
    assert all(one.not_where for one in PROMISES)


def test_each_promise_is_held_by_tests_on_a_real_server() -> None:
    names = [one.name for one in PROMISES]
    assert {test.promise for test in TESTS} == set(names)
    for name in names:
        held = [test for test in TESTS if test.promise == name]
        assert len(held) >= 2, name
        assert any("integration" in test.path for test in held), name


def test_what_a_file_says_of_promises() -> None:
    found = promises_page.tests_of(SOURCE, "a.py")
    assert [(test.promise, test.name, test.says) for test in found] == [
        ("of-all", "test_a", "It `is`."),
        ("one", "test_a", "It `is`."),
        ("two", "test_a", "It `is`."),
        ("of-all", "test_b", ""),
    ]


def test_a_promise_of_the_readme_is_read_whole() -> None:
    readme = (
        "## What you can rely on\n\n- **One.** It `x`\n  and [y](z).\n- **Two.** Z.\n\n## Else\n\n- **Three.** no\n"
    )
    assert promises_page.given(readme) == {"One.": "It `x` and [y](z).", "Two.": "Z."}
    assert promises_page.as_rst("It `x` and [y](z).") == "It ``x`` and y."
    assert promises_page.given("") == {}
