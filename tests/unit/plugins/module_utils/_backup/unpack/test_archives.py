# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Containers with any flip, cut or change give the same SQL or a `Failure`, and any chunking gives the same."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.chosen_file import choose
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack import streams
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.archives import open_container
from archives import (
    SQL,
    Forged,
    deflate,
    forged_zip,
)


def saved(folder: Path, data: bytes, name: str = "CAO_backup.zip") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


SMALL_SQL = SQL[:400]
_ARCHIVES = {
    "zip": forged_zip(Forged(data=SMALL_SQL), Forged(name=b"folder/", data=b"", method=0), comment=b"a comment"),
    "stored": forged_zip(Forged(data=SMALL_SQL, method=0)),
    "zip64": forged_zip(Forged(data=SMALL_SQL), zip64={}, count=0xFFFF, here=0xFFFF, size=0xFFFFFFFF),
    "gz": gzip.compress(SMALL_SQL) + gzip.compress(b""),
}


def _outcome(folder: Path, data: bytes, password: str | None = None) -> bytes | str:
    path = saved(folder, data, "x")
    found: Failure | None = None
    try:
        with choose(str(path)) as chosen:
            return b"".join(open_container(chosen, password).chunks())
    except Failure as exc:
        found = exc
    assert str(path) in found.msg
    assert found.msg.isprintable()
    return found.error


REPEAT = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("kind", sorted(_ARCHIVES))
def test_every_single_flip_gives_the_same_sql_or_a_failure(tmp_path: Path, kind: str) -> None:
    data = _ARCHIVES[kind]
    for place in range(len(data)):
        for mask in (0x01, 0xFF):
            changed = bytearray(data)
            changed[place] ^= mask
            found = _outcome(tmp_path, bytes(changed))
            assert found == SMALL_SQL or found in (
                "damaged",
                "truncated",
                "not_a_backup",
                "too_large",
                "password_required",
            ), (place, mask)


@pytest.mark.parametrize("kind", sorted(_ARCHIVES))
def test_every_cut_gives_the_same_sql_or_a_failure(tmp_path: Path, kind: str) -> None:
    data = _ARCHIVES[kind]
    for size in range(4, len(data)):
        found = _outcome(tmp_path, data[:size])
        assert found == SMALL_SQL or found in ("truncated", "damaged", "not_a_backup"), size


@REPEAT
@given(
    kind=st.sampled_from(sorted(_ARCHIVES)),
    changes=st.lists(st.tuples(st.integers(0, 2000), st.binary(min_size=0, max_size=9), st.integers(0, 9)), max_size=6),
)
@example(kind="zip", changes=[(0, b"", 0)])
def test_any_change_gives_sql_or_a_failure(tmp_path: Path, kind: str, changes: list[tuple[int, bytes, int]]) -> None:
    data = _ARCHIVES[kind]
    for place, new, away in changes:
        at = place % len(data)
        data = data[:at] + new + data[at + away :] or b"-"
    found = _outcome(tmp_path, data)
    is_packed = data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b"))
    assert isinstance(found, str) or found == (SMALL_SQL if is_packed else data)


@REPEAT
@given(data=st.binary(min_size=1, max_size=300))
@example(data=b"PK\x03\x04")
@example(data=b"PK\x05\x06" + bytes(18))
def test_any_bytes_give_themselves_or_a_failure(tmp_path: Path, data: bytes) -> None:
    found = _outcome(tmp_path, data)
    assert found == data or isinstance(found, str) or data.startswith(b"\x1f\x8b")


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
