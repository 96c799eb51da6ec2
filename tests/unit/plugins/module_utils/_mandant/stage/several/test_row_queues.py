# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each sender gets its rows in their order, once; no more wait than memory is for, and an end is an end for all."""

from __future__ import annotations

import threading

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import LONG_ROW_BYTES, Rows
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.several.row_queues import RowQueues


def _rows(number: int, size: int = 10) -> Rows:
    return Rows(table="T", verb=b"INSERT", columns=(), count=1, statement=number, line=number, text=b"x" * size)


def test_each_gets_its_own_in_their_order() -> None:
    queues, got = RowQueues(2, held_bytes=50), [[], []]  # type: ignore[var-annotated]
    threads = [
        threading.Thread(target=lambda at=at: got[at].extend(one.line for one in queues.of(at))) for at in range(2)
    ]
    for thread in threads:
        thread.start()
    for number in range(500):
        queues.put(number % 3 % 2, _rows(number))
        # One is being sent by each, and is counted until the next is asked for.
        assert sum(queues.held) <= 50
    queues.end()
    for thread in threads:
        thread.join()
    assert got == [[n for n in range(500) if n % 3 % 2 == at] for at in range(2)]
    assert queues.held == [0, 0]


@pytest.mark.parametrize("size", [60, LONG_ROW_BYTES + 1])
def test_what_is_larger_than_all_room_goes_alone(size: int) -> None:
    queues = RowQueues(2, held_bytes=50)
    queues.put(0, _rows(1))
    putting = threading.Thread(target=queues.put, args=(1, _rows(2, size)), daemon=True)
    putting.start()
    assert queues.take(0) is not None
    assert queues.held[1] == 0
    # The first is sent when its sender asks for more.
    others = [threading.Thread(target=queues.take, args=(at,), daemon=True) for at in range(2)]
    others[0].start()
    large = queues.take(1)
    assert large is not None
    assert len(large.text) == size
    others[1].start()
    putting.join()
    queues.end()
    for other in others:
        other.join()
    assert queues.held == [0, 0]


def test_stopped_nobody_waits_and_nothing_is_left() -> None:
    queues = RowQueues(2, held_bytes=50)
    for number in range(5):
        queues.put(0, _rows(number))
    waiting = [threading.Thread(target=queues.put, args=(0, _rows(9))), threading.Thread(target=queues.take, args=(1,))]
    for thread in waiting:
        thread.start()
    queues.stop()
    for thread in waiting:
        thread.join()
    assert (queues.take(0), queues.take(1)) == (None, None)
    queues.put(0, _rows(10))
    assert list(queues.of(0)) == []
