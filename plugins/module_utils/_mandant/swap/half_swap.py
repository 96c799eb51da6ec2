# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What a swap that was cut off has left behind, decided from names alone, pure.

MariaDB before 10.6.1 and MySQL before 8.0 carry out the pairs of one RENAME TABLE one after the other, and a
server that is killed in between has done a prefix of them (MariaDB documentation, Atomic DDL). The
marker of the new state is written before the swap under its shadow name, holds the pairs, and its own
move is the last. So while it stands under its shadow name, the swap is not complete; and since each
pair changes the set of names in a way of its own, the set tells how far it came.
"""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Move


class Undecidable(Exception):
    """The names that are there fit no prefix of the moves: someone else has changed tables since."""


def names_after(moves: t.Sequence[Move], done: int) -> frozenset[str]:
    """Return which of the names that the moves speak of exist when ``done`` of them are done."""
    before: set[str] = set()
    appeared: set[str] = set()
    for source, target in moves:
        if source not in appeared:
            before.add(source)
        appeared.add(target)
    for source, target in moves[:done]:
        before.discard(source)
        before.add(target)
    return frozenset(before)


def done_of(moves: t.Sequence[Move], existing: t.Iterable[str]) -> int:
    """Return how many of the moves are done, from the names that exist; Undecidable when none fits."""
    spoken_of = {name for move in moves for name in move}
    there = frozenset(name for name in existing if name in spoken_of)
    names = set(names_after(moves, 0))
    for done in range(len(moves) + 1):
        if done:
            source, target = moves[done - 1]
            names.discard(source)
            names.add(target)
        if names == there:
            return done
    raise Undecidable


def undo_of(moves: t.Sequence[Move], existing: t.Iterable[str], *, atomic: bool) -> list[Move]:
    """Return the moves that bring the names back, in order, for a swap that is not complete.

    On a server whose RENAME is ``atomic`` nothing can be half done, whatever has happened to other
    tables since.
    """
    there = frozenset(existing)
    # The last move that was done has a target that is there and a source that is not.
    if atomic or not any(source not in there and target in there for source, target in moves):
        return []
    done = done_of(moves, there)
    return [(target, source) for source, target in reversed(moves[:done])]
