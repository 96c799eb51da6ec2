# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every prefix of a swap is recognised from the names that exist, and undone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Move
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.half_swap import (
    Undecidable,
    done_of,
    names_after,
    undo_of,
)


def moves_of(before: list[str], live: list[str], new: list[str], *, marker: bool) -> list[Move]:
    """Return the moves of a swap as the plan orders them."""
    moves = [(f"BACK_{name}", f"OLD_{number}") for number, name in enumerate(before)]
    moves += [(name, f"BACK_{name}") for name in live]
    moves += [(f"NEW_{number}", name) for number, name in enumerate(new)]
    moves += [("MARKER", "OLD_M")] if marker else []
    return [*moves, ("NEW_MARKER", "MARKER")]


_NAMES = st.lists(st.sampled_from("ABCDEFGH"), unique=True)
_SWAPS = st.tuples(_NAMES, _NAMES, _NAMES, st.booleans()).map(lambda four: moves_of(*four[:3], marker=four[3]))


def _carried_out(names: set[str], moves: list[Move]) -> set[str]:
    for source, target in moves:
        assert source in names
        assert target not in names
        names = (names - {source}) | {target}
    return names


@given(_SWAPS)
def test_every_prefix_is_undone(moves: list[Move]) -> None:
    start = set(names_after(moves, 0)) | {"STRANGER"}
    for done in range(len(moves) + 1):
        there = _carried_out(start, moves[:done])
        assert done_of(moves, there) == done
        assert _carried_out(there, undo_of(moves, there, atomic=False)) == start


@given(_SWAPS)
def test_an_atomic_server_has_done_nothing(moves: list[Move]) -> None:
    assert undo_of(moves, names_after(moves, 0), atomic=True) == []


def test_strange_tables_do_not_matter_before_the_first_move() -> None:
    moves = moves_of(["A"], ["A", "B"], ["A", "C"], marker=True)
    there = set(names_after(moves, 0)) - {"B"} | {"C", "D"}
    assert undo_of(moves, there, atomic=False) == []


def test_a_state_that_fits_no_prefix_is_not_guessed() -> None:
    moves = moves_of([], ["A", "B"], ["A", "B"], marker=False)
    there = set(names_after(moves, 1)) - {"B"}
    with pytest.raises(Undecidable):
        undo_of(moves, there, atomic=False)
