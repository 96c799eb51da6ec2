# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one exception: a name, and words fit for a message."""

from __future__ import annotations

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import (
    SHOWN_LETTERS,
    Failure,
    first_of,
    printable,
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/srv/Größe 5.sql", "/srv/Größe 5.sql"),
        ("a\nb\tc\x1b[2J", "a\\nb\\tc\\x1b[2J"),
        ("\u202eevil", "\\u202eevil"),
        ("\udce4", "\\udce4"),
        ("", ""),
    ],
)
def test_what_is_not_printable_is_escaped(text: str, shown: str) -> None:
    assert printable(text) == shown
    assert printable(text).isprintable()


def test_what_is_very_long_is_cut() -> None:
    assert printable("x" * SHOWN_LETTERS) == "x" * SHOWN_LETTERS
    assert printable("x" * (SHOWN_LETTERS + 1)) == "x" * SHOWN_LETTERS + "..."
    assert len(printable("\n" * 10_000)) == SHOWN_LETTERS + 3


def test_a_failure_says_its_message_and_keeps_its_name() -> None:
    with pytest.raises(Failure, match=r"^a\.sql is damaged$") as caught:
        raise Failure("damaged", "a.sql is damaged")
    assert (caught.value.error, caught.value.msg) == ("damaged", str(caught.value))


def test_the_first_of_some_texts_and_how_many_more() -> None:
    assert first_of(["a", "b"], 2) == "a, b"
    assert first_of(["a", "b", "c", "d"], 2, between="; ") == "a; b and 2 more"
    assert first_of([], 2) == ""
