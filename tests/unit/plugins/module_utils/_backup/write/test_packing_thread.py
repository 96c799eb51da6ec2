# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two sides of one stream: both work at a time, and neither goes on without the other."""

from __future__ import annotations

import itertools
import signal
import threading
import types
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.write import packing_thread as beside

# Against a test that hangs; nothing waits for so long.
_LIMIT_SECONDS = 60.0
# Each is handed over by itself.
_PIECE = bytes(beside._PIECE_BYTES)


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> t.Iterator[None]:
    before = threading.enumerate()
    yield
    assert threading.enumerate() == before


@pytest.mark.parametrize("pieces", [[], [b""], [b"a", b"", b"b"], [_PIECE[:-1], b"xy", _PIECE, b"z"]])
def test_all_that_is_made_is_taken_in_its_order(pieces: list[bytes]) -> None:
    taken: list[bytes] = []
    beside.take_beside(pieces, taken.extend)
    assert b"".join(taken) == b"".join(pieces)


def test_both_work_at_a_time() -> None:
    taken, made = threading.Event(), threading.Event()

    def pieces() -> t.Iterator[bytes]:
        yield _PIECE
        assert taken.wait(_LIMIT_SECONDS)
        made.set()
        yield _PIECE

    def take(given: t.Iterator[bytes]) -> None:
        next(given)
        taken.set()
        assert made.wait(_LIMIT_SECONDS)
        assert len(list(given)) == 2

    beside.take_beside(pieces(), take)


def test_no_more_is_made_than_there_is_room_for() -> None:
    made = 0
    most = 0

    def pieces() -> t.Iterator[bytes]:
        nonlocal made
        for _piece in range(30):
            made += 1
            yield _PIECE

    def take(given: t.Iterator[bytes]) -> None:
        nonlocal most
        for taken, _piece in enumerate(given):
            most = max(most, made - taken)

    beside.take_beside(pieces(), take)
    # Those that wait, the one that is worked on, and the next one, which is made already.
    assert 1 <= most <= beside._QUEUED_PIECES + 2


@pytest.mark.parametrize("count", [0, 1, 20])
def test_an_error_in_what_is_made_ends_what_is_done_with_it(count: int) -> None:
    ended: list[bool] = []

    def pieces() -> t.Iterator[bytes]:
        yield from itertools.repeat(_PIECE, count)
        raise OSError("the server is gone")

    def take(given: t.Iterator[bytes]) -> None:
        try:
            for _piece in given:
                pass
        except Exception:
            ended.append(True)
            raise

    with pytest.raises(OSError, match="the server is gone"):
        beside.take_beside(pieces(), take)
    assert ended == [True]


@pytest.mark.parametrize("count", [0, 1, 20])
def test_an_error_in_what_is_done_ends_what_is_made(count: int) -> None:
    def take(given: t.Iterator[bytes]) -> None:
        for _piece in itertools.islice(given, count):
            pass
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        beside.take_beside(itertools.repeat(_PIECE), take)


def test_an_error_at_the_end_is_seen() -> None:
    def take(given: t.Iterator[bytes]) -> None:
        assert b"".join(given) == b"all"
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        beside.take_beside([b"all"], take)


class _Interrupted(BaseException):
    """What a signal raises."""


@pytest.mark.parametrize("pieces", [[_PIECE] * 2, itertools.repeat(_PIECE)], ids=["at the end", "in the midst"])
def test_a_signal_ends_both(pieces: t.Iterable[bytes]) -> None:
    heard = threading.Event()

    def interrupt(_number: int, _frame: types.FrameType | None) -> t.NoReturn:
        if not heard.is_set():
            heard.set()
            raise _Interrupted

    def take(given: t.Iterator[bytes]) -> None:
        for _piece in itertools.islice(given, 3):
            pass
        # One that comes just before the other side begins to wait is heard of when it goes on.
        while not heard.wait(0.05):
            signal.pthread_kill(t.cast("int", threading.main_thread().ident), signal.SIGTERM)
        for _piece in given:
            pass

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        with pytest.raises(_Interrupted):
            beside.take_beside(pieces, take)
    finally:
        signal.signal(signal.SIGTERM, before)
