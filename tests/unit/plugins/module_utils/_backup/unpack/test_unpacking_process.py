# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unpacking in a second process: the same chunks, what was handed in is done meanwhile, and an end is noticed."""

from __future__ import annotations

import os
import select
import signal
import typing as t
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack import second_process, unpacking_process
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.unpacking_process import (
    Chunks,
    HelperLost,
    Prove,
    UnpackAhead,
)

SLOT = 4096
SLOTS = unpacking_process._SLOTS


@pytest.fixture(autouse=True)
def _two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_process, "_cores", lambda: 2)


def _chunks(count: int, last: Exception | None = None) -> Chunks:
    """Return what gives so many chunks, each of one letter, the last one shorter."""

    def chunks() -> t.Iterator[tuple[memoryview, int]]:
        memory = memoryview(bytearray(SLOT))
        for number in range(count):
            memory[:] = bytes([number % 251]) * SLOT
            yield (memory if number < count - 1 else memory[:7]), 10 * number
        if last is not None:
            raise last

    return chunks


def _expected(count: int) -> list[tuple[bytes, int]]:
    return [(bytes([number % 251]) * (SLOT if number < count - 1 else 7), 10 * number) for number in range(count)]


def _nothing(*_what: object) -> None:
    return None


Open = t.Callable[..., UnpackAhead]


@pytest.fixture
def unpack_ahead(tmp_path: Path) -> t.Iterator[Open]:
    """Return what starts a helper, which ends with the test."""
    helpers = []
    with open(tmp_path / "file", "wb") as file:

        def start(chunks: Chunks, prove: Prove = _nothing) -> UnpackAhead:
            helpers.append(UnpackAhead(chunks, SLOT, file.fileno(), prove))
            return helpers[-1]

        yield start
        for helper in helpers:
            helper.close()
            assert not helper.is_ready


@pytest.mark.parametrize("count", [0, 1, SLOTS - 1, SLOTS, SLOTS + 1, 100])
def test_each_pass_gives_all_chunks(unpack_ahead: Open, count: int) -> None:
    unpacking = unpack_ahead(_chunks(count))
    for _pass in range(2):
        assert unpacking.is_ready
        assert not unpacking.is_running
        assert list(unpacking.chunks()) == _expected(count)


def _awaited(unpacking: UnpackAhead) -> list[t.Any]:
    """Return the next answers, which have some words about chunks before them."""
    for _word in range(1000):
        assert select.select([unpacking._line], [], [], 30)[0]
        if answers := unpacking.answers():
            return answers
    pytest.fail("the helper has ended")


def test_while_it_is_ahead_it_does_what_it_was_handed(unpack_ahead: Open) -> None:
    def prove(order: str, number: int, before: memoryview, chunk: memoryview) -> tuple[t.Any, ...]:
        return order, number, before[-1], chunk[0], len(chunk)

    unpacking = unpack_ahead(_chunks(30), prove)
    chunks = unpacking.chunks()
    next(chunks)
    assert unpacking.is_running
    unpacking.order("one")
    # All slots but the one that was read are full; the helper fills that one and is as far ahead as it can be.
    assert _awaited(unpacking) == [("one", SLOTS, SLOTS - 1, SLOTS, SLOT)]
    assert unpacking.answers() == [], "each answer is given once"
    unpacking.order("two")
    assert _awaited(unpacking) == [("two", SLOTS, SLOTS - 1, SLOTS, SLOT)], "another order is for the same chunk too"
    assert [chunk for chunk, _position in chunks] == [chunk for chunk, _position in _expected(30)[1:]]


def test_an_order_is_for_one_pass(unpack_ahead: Open) -> None:
    unpacking = unpack_ahead(_chunks(30), lambda order, *_what: order)
    for _pass in range(2):
        chunks = unpacking.chunks()
        next(chunks)
        unpacking.order("mine")
        assert len(list(chunks)) == 29
        assert set(unpacking.answers()) <= {"mine"}
    assert len(list(unpacking.chunks())) == 30
    assert unpacking.answers() == []


def test_a_failure_of_the_unpacking_comes_where_it_would_have_come(unpack_ahead: Open) -> None:
    unpacking = unpack_ahead(_chunks(20, Failure("damaged", "x is damaged")))
    seen: list[tuple[bytes, int]] = []
    with pytest.raises(Failure, match=r"^x is damaged$") as caught:
        seen.extend(unpacking.chunks())
    assert caught.value.error == "damaged"
    assert seen == _expected(20)
    assert not unpacking.is_ready, "where the helper is in its pass is not known"


def test_another_error_is_the_end_of_the_helper(unpack_ahead: Open) -> None:
    unpacking = unpack_ahead(_chunks(3, ZeroDivisionError()))
    seen: list[tuple[bytes, int]] = []
    with pytest.raises(HelperLost):
        seen.extend(unpacking.chunks())
    assert seen == _expected(3)
    assert not unpacking.is_ready


def test_a_helper_that_dies_is_lost_to_whoever_takes_the_chunks_alone(unpack_ahead: Open) -> None:
    unpacking = unpack_ahead(_chunks(100))
    chunks = unpacking.chunks()
    next(chunks)
    helper = unpacking._helper
    assert helper is not None
    os.kill(helper._process, signal.SIGKILL)
    os.waitpid(helper._process, 0)
    unpacking.order("too late")
    assert unpacking.answers() == []
    with pytest.raises(HelperLost):
        list(chunks)
    assert not unpacking.is_running


def test_a_pass_that_is_given_up_is_the_last(unpack_ahead: Open) -> None:
    unpacking = unpack_ahead(_chunks(100))
    chunks = t.cast("t.Generator[t.Any, None, None]", unpacking.chunks())
    next(chunks)
    assert not unpacking.is_ready
    chunks.close()
    assert (unpacking.is_ready, unpacking.is_running) == (False, False)


def test_without_a_second_core_there_is_no_helper(unpack_ahead: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_process, "_cores", lambda: 1)
    assert not unpack_ahead(_chunks(3)).is_ready
