# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Streams: whatever the pieces, the same bytes; damage and a cut are told apart."""

from __future__ import annotations

import gzip
import random
import subprocess
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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
