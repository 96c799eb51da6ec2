# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives that were transferred in text mode, in either direction; and damage that has another cause."""

from __future__ import annotations

import bz2
import functools
import gzip
import lzma
import random
import typing as t
from pathlib import Path

import pytest

from archives import Forged, forged_zip, refused

# No two bytes that text mode leaves alone by chance.
NOISE = b"-- " + random.Random(11).randbytes(1_500_000).hex().encode() + b"\n"
PACK: dict[str, t.Callable[[bytes], bytes]] = {
    "zip": lambda data: forged_zip(Forged(data=data)),
    "gz": gzip.compress,
    "bz2": bz2.compress,
    # The fewest bytes are not asked for, and take ten times the time.
    "xz": functools.partial(lzma.compress, preset=0),
}
KINDS = pytest.mark.parametrize("kind", sorted(PACK))
TEXT_MODE = "transferred in text mode"


@functools.cache
def _noise(kind: str) -> bytes:
    return PACK[kind](NOISE)


def _refused(folder: Path, data: bytes) -> str:
    path = folder / "backup"
    path.write_bytes(data)
    found = refused(path)
    assert found.error in ("damaged", "truncated")
    return found.msg


@KINDS
@pytest.mark.parametrize("size", ["small", "large"])
def test_line_feeds_that_became_cr_lf(tmp_path: Path, kind: str, size: str) -> None:
    packed = _noise(kind) if size == "large" else PACK[kind](NOISE[:9000])
    said = _refused(tmp_path, packed.replace(b"\n", b"\r\n"))
    assert TEXT_MODE in said
    assert "type binary" in said


@KINDS
def test_cr_lf_that_became_line_feeds(tmp_path: Path, kind: str) -> None:
    said = _refused(tmp_path, _noise(kind).replace(b"\r\n", b"\n"))
    assert TEXT_MODE in said


@KINDS
def test_damage_and_cuts_have_another_cause(tmp_path: Path, kind: str) -> None:
    packed = bytearray(_noise(kind))
    assert TEXT_MODE not in _refused(tmp_path, bytes(packed[: len(packed) // 2]))
    packed[len(packed) // 2] ^= 0x10
    assert TEXT_MODE not in _refused(tmp_path, bytes(packed))
