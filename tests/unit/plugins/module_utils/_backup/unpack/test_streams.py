# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Streams: whatever the pieces, the same bytes; damage and a cut are told apart."""

from __future__ import annotations

import bz2
import gzip
import random
import subprocess
import typing as t
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.chosen_file import choose
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack import streams
from archives import (
    NAME,
    SQL,
    deflate,
    needs,
    refused,
    short,
    unpacked,
    write_sql,
)

REPEAT = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@REPEAT
@given(data=st.binary(max_size=5000), level=st.integers(0, 9), piece=st.integers(1, 700))
def test_any_chunking_gives_the_same(data: bytes, level: int, piece: int) -> None:
    packer = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(data) + packer.flush()
    pieces = [packed[at : at + piece] for at in range(0, len(packed), piece)]
    assert b"".join(streams.inflated(iter(pieces), "x")) == data
    packed = gzip.compress(data, level) * 2
    pieces = [packed[at : at + piece] for at in range(0, len(packed), piece)]
    assert b"".join(streams.gunzipped(iter(pieces), "x")) == data * 2


@pytest.mark.parametrize("size", range(524_280, 524_300))
def test_output_left_inside_at_the_end_comes_out(size: int) -> None:
    data = b"-" * (size + streams.UNPACKED_BYTES)
    assert b"".join(streams.inflated(iter([deflate(data)]), "x")) == data


def test_bytes_in_a_later_piece_are_damage() -> None:
    bz2 = pytest.importorskip("bz2")
    for unpack, packed in ((streams.inflated, deflate(SQL)), (streams.bunzipped, bz2.compress(SQL))):
        with pytest.raises(Failure) as caught:
            list(unpack(iter([packed, b"x"]), "x"))
        assert caught.value.error == "damaged"


BIG_SQL = b"# CAO-Faktura\r\n" + random.Random(7).randbytes(700_000).hex().encode() + b"\r\n" + b"-- same\n" * 200_000


def saved(folder: Path, data: bytes, name: str = "CAO_backup.zip") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("level", ["-1", "-9"])
def test_gzip_program(tmp_path: Path, level: str) -> None:
    needs("gzip")
    subprocess.run(["gzip", level, str(write_sql(tmp_path, BIG_SQL))], check=True)
    assert unpacked(tmp_path / f"{NAME}.gz") == BIG_SQL


@pytest.mark.parametrize("padding", [0, 1, 511, 20_000])
def test_gzip_in_several_streams_with_padding(tmp_path: Path, padding: int) -> None:
    half = len(BIG_SQL) // 2
    data = gzip.compress(BIG_SQL[:half]) + gzip.compress(b"") + gzip.compress(BIG_SQL[half:])
    assert unpacked(saved(tmp_path, data + bytes(padding))) == BIG_SQL


@pytest.mark.parametrize(
    "garbage", [b"x", b"\0x", bytes(40_000) + b"x", b"\x1f\x8c", gzip.compress(b"a") + b"b"], ids=short
)
def test_gzip_with_garbage_behind_it(tmp_path: Path, garbage: bytes) -> None:
    assert refused(saved(tmp_path, gzip.compress(SQL) + garbage)).error == "damaged"


@pytest.mark.parametrize("cut", [1, 4, 8, 9, 100])
def test_gzip_cut_short(tmp_path: Path, cut: int) -> None:
    found = refused(saved(tmp_path, gzip.compress(SQL)[:-cut]))
    assert found.error == "truncated"
    assert "incomplete, transfer it again" in found.msg


@pytest.mark.parametrize("size", [2, 3, 10, 15])
def test_gzip_cut_in_its_beginning(tmp_path: Path, size: int) -> None:
    assert refused(saved(tmp_path, gzip.compress(SQL)[:size])).error == "truncated"


@pytest.mark.parametrize("place", [2, 3, 30, 500, -1, -5])
def test_gzip_with_a_flipped_byte(tmp_path: Path, place: int) -> None:
    data = bytearray(gzip.compress(SQL))
    data[place] ^= 0x55
    assert refused(saved(tmp_path, bytes(data))).error in ("damaged", "truncated")


def test_joined_pieces_are_large_enough_and_the_rest_comes_last() -> None:
    assert list(streams.joined([b"a", b"bc", b"", b"def", b"g"], 3)) == [b"abc", b"def", b"g"]
    assert list(streams.joined([b"abc"], 3)) == [b"abc", b""]
    assert list(streams.joined([], 3)) == [b""]


def test_raw_pieces_tell_where_they_end(tmp_path: Path) -> None:
    data = random.Random(2).randbytes(300_000)
    with choose(str(saved(tmp_path, data))) as chosen:
        told: list[int] = []
        pieces = list(streams.raw_pieces(chosen, 10, 290_000, told.append))
    assert b"".join(pieces) == data[10:290_000]
    assert told[-1] == 290_000
    assert [end - start for start, end in zip([10, *told], told)] == [len(piece) for piece in pieces]
    assert {len(piece) for piece in pieces[:16]} == {256}, "what was right before a stream goes wrong is to be known"


def test_a_file_that_ends_before_its_pieces_is_truncated(tmp_path: Path) -> None:
    with choose(str(saved(tmp_path, b"x" * 500))) as chosen:
        pieces = streams.raw_pieces(chosen, 0, 501, lambda _position: None)
        assert next(pieces) == b"x" * 256
        with pytest.raises(Failure, match="became shorter while it was read") as caught:
            next(pieces)
    assert caught.value.error == "truncated"


UNPACKERS = (
    (streams.inflated, deflate(SQL), "damaged"),
    (streams.bunzipped, bz2.compress(SQL), "damaged"),
    (streams.gunzipped, gzip.compress(SQL), "truncated"),
)


@pytest.mark.parametrize(("unpack", "packed", "_cut"), UNPACKERS)
def test_what_is_unpacked_comes_in_bounded_pieces(unpack: t.Any, packed: bytes, _cut: str) -> None:
    assert b"".join(unpack(iter([packed]), "x")) == SQL
    packer = {streams.inflated: deflate, streams.bunzipped: bz2.compress, streams.gunzipped: gzip.compress}[unpack]
    pieces = list(unpack(iter([packer(b"-" * 5_000_000)]), "x"))
    assert sum(map(len, pieces)) == 5_000_000
    assert max(map(len, pieces)) <= streams.UNPACKED_BYTES


@pytest.mark.parametrize(("unpack", "packed", "cut"), UNPACKERS)
def test_damage_and_a_cut_name_what_is_read(unpack: t.Any, packed: bytes, cut: str) -> None:
    for data, error in ((packed[:-1], cut), (b"", cut), (packed[:30] + b"\xff" * 30 + packed[60:], "damaged")):
        with pytest.raises(Failure, match=r"^the file ") as caught:
            list(unpack(iter([data]), "the file"))
        assert caught.value.error == error
