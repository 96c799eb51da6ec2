# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of a server, taken apart, however the bytes arrive. The bytes are made here by the protocol's rules."""

from __future__ import annotations

import random
import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.raw_rows import Cell, RawRows

LONGEST = 0xFFFFFF
END = b"\xfe\x03\x00\x22\x00"


class Bytes:
    """Gives bytes in portions, as a connection does."""

    def __init__(self, data: bytes, portions: t.Callable[[], int]) -> None:
        self._data = data
        self._position = 0
        self._portions = portions
        self.ended_with = b""

    def begin_rows(self, sql: str) -> None:
        assert sql == "SELECT"

    def read(self, limit_bytes: int) -> bytes:
        size = max(1, min(limit_bytes, self._portions()))
        piece = self._data[self._position : self._position + size]
        self._position += len(piece)
        assert piece, "read beyond the end"
        return piece

    def end_rows(self, packet: bytes) -> int:
        self.ended_with = packet
        return int.from_bytes(packet[1:3], "little")


def cell_bytes(cell: Cell) -> bytes:
    if cell is None:
        return b"\xfb"
    size = len(cell)
    if size < 251:
        return bytes([size]) + cell
    for first, width in ((0xFC, 2), (0xFD, 3), (0xFE, 8)):
        if size < 1 << (8 * width):
            return bytes([first]) + size.to_bytes(width, "little") + cell
    raise AssertionError


def packets(payload: bytes) -> bytes:
    found = b""
    while True:
        piece, payload = payload[:LONGEST], payload[LONGEST:]
        found += len(piece).to_bytes(3, "little") + b"\x07" + piece
        if len(piece) < LONGEST:
            return found


def raw_rows(rows: t.Iterable[t.Sequence[Cell]], portions: t.Callable[[], int], end: bytes = END) -> RawRows:
    data = b"".join(packets(b"".join(map(cell_bytes, row))) for row in rows) + packets(end)
    session: Session = t.cast("Session", Bytes(data, portions))
    return RawRows(session, "SELECT")


@pytest.mark.parametrize("largest", [1, 3, 7, 100, 10_000_000])
def test_cells_and_texts(largest: int) -> None:
    chance = random.Random(largest)
    sizes = (0, 1, 250, 251, 252, 255, 256, 65535, 65536) if largest > 3 else (0, 1, 250, 251, 300)
    rows: list[list[Cell]] = [[chance.randbytes(size), None, b"\xfe", b"\xff" * 3] for size in sizes]
    found = raw_rows(rows, lambda: chance.randint(1, largest))
    assert [row for some in found.cells() for row in some] == rows
    assert found.warnings == 3
    texts = [[row[0]] for row in rows]
    found = raw_rows(texts, lambda: chance.randint(1, largest))
    assert [[text] for some in found.texts() for text in some] == texts
    assert found.warnings == 3


def test_rows_longer_than_a_packet() -> None:
    rows: list[list[Cell]] = [[b"x" * size, b"y"] for size in (LONGEST - 10, LONGEST - 6, LONGEST, LONGEST + 5)]
    found = raw_rows(rows, lambda: LONGEST)
    assert [row for some in found.cells() for row in some] == rows


def test_no_rows() -> None:
    assert list(raw_rows([], lambda: 100).cells()) == []
    assert list(raw_rows([], lambda: 100).texts()) == []


def test_an_error_behind_some_rows() -> None:
    error = b"\xff\x48\x04#HY000broken"
    for take in (RawRows.cells, RawRows.texts):
        found = raw_rows([[b"a"]], lambda: 100, end=error)
        assert len(list(take(found))) == 1
        assert t.cast("Bytes", found._session).ended_with == error


def test_a_text_that_was_too_long_for_the_server() -> None:
    with pytest.raises(ServerError) as caught:
        list(raw_rows([[b"a"], [None]], lambda: 100).texts())
    assert caught.value.number == 1301
