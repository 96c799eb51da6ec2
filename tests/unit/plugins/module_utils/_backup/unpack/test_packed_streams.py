# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""bzip2, xz and Zstandard: real programs, many streams, padding, cuts, bombs, and streams that want much memory."""

from __future__ import annotations

import bz2
import lzma
import random
import re
import subprocess
import sys
import tracemalloc
import typing as t
import zlib
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import open_backup
from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.chosen_file import choose
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.archives import open_container
from archives import HAS_ZSTD, SQL, needs, refused, unpacked, zstd_packed

BIG_SQL = b"# CAO-Faktura\r\n" + random.Random(7).randbytes(350_000).hex().encode() + b"\r\n" + b"-- same\n" * 200_000
PACK: dict[str, t.Callable[[bytes], bytes]] = {
    "bz2": bz2.compress,
    "xz": lambda data: lzma.compress(data, preset=0),
    "zst": zstd_packed,
}
KINDS = pytest.mark.parametrize("kind", sorted(PACK))


def _saved(folder: Path, data: bytes) -> Path:
    path = folder / "backup"
    path.write_bytes(data)
    return path


PROGRAMS = [
    ("bzip2", []),
    ("bzip2", ["-1"]),
    ("xz", []),
    ("xz", ["-9e"]),
    ("xz", ["-T2", "--block-size=65536"]),
    ("xz", ["--check=sha256"]),
    ("xz", ["--check=none"]),
    ("zstd", []),
    ("zstd", ["-19", "--long=27"]),
    ("zstd", ["--no-check", "-1"]),
    ("zstd", ["-T2"]),
]


@pytest.mark.parametrize(("program", "options"), PROGRAMS)
def test_what_programs_write(tmp_path: Path, program: str, options: list[str]) -> None:
    needs(program)
    if program == "zstd" and not HAS_ZSTD:
        pytest.skip("zstandard is not installed")
    done = subprocess.run([program, "-c", *options], input=BIG_SQL, capture_output=True, check=True)
    assert unpacked(_saved(tmp_path, done.stdout)) == BIG_SQL


@KINDS
def test_streams_one_behind_the_other_and_padding(tmp_path: Path, kind: str) -> None:
    pack = PACK[kind]
    many = b"".join(pack(BIG_SQL[start : start + 100_000]) for start in range(0, len(BIG_SQL), 100_000))
    for data in (many, many + pack(b""), pack(b"") + many, many + bytes(4096), many + bytes(100_000)):
        assert unpacked(_saved(tmp_path, data)) == BIG_SQL
    tiny = b"".join(pack(SQL[start : start + 50]) for start in range(0, len(SQL), 50))
    assert unpacked(_saved(tmp_path, tiny)) == SQL


@KINDS
def test_other_bytes_behind_the_end_are_damage(tmp_path: Path, kind: str) -> None:
    packed = PACK[kind](SQL)
    for rest in (b"x", bytes(3) + b"x", b"\r\n", SQL[:100]):
        assert refused(_saved(tmp_path, packed + rest)).error == "damaged"


@KINDS
def test_a_cut_file_is_told_as_such(tmp_path: Path, kind: str) -> None:
    packed = PACK[kind](BIG_SQL)
    for size in (len(packed) - 1, len(packed) // 2, 40):
        found = refused(_saved(tmp_path, packed[:size]))
        assert found.error == "truncated"
        assert "transfer it again" in found.msg
    # The next stream has begun.
    assert refused(_saved(tmp_path, packed + packed[:30])).error == "truncated"


@KINDS
def test_a_flip_in_the_middle_is_damage(tmp_path: Path, kind: str) -> None:
    packed = bytearray(PACK[kind](BIG_SQL))
    packed[len(packed) // 2] ^= 0x10
    assert refused(_saved(tmp_path, bytes(packed))).error == "damaged"


@KINDS
def test_bombs_are_refused_in_bounded_memory(tmp_path: Path, kind: str) -> None:
    line = b"-- " + b"=" * (1 << 20) + b"\n"
    packer: t.Any = {"bz2": bz2.BZ2Compressor, "xz": lambda: lzma.LZMACompressor(preset=1)}.get(kind)
    if packer is None:
        data = zstd_packed(line * 90)
    else:
        made = packer()
        data = b"".join(made.compress(line) for _number in range(90)) + made.flush()
    path = _saved(tmp_path, data)
    del data
    tracemalloc.start()
    with choose(str(path)) as chosen, pytest.raises(Failure) as caught:
        for _chunk in open_container(chosen, None).chunks():
            pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert caught.value.error == "too_large"
    assert peak < 48 * 1024**2


@KINDS
def test_a_packed_file_in_a_packed_file_is_named(tmp_path: Path, kind: str) -> None:
    found = refused(_saved(tmp_path, PACK[kind](PACK[kind](SQL))))
    assert (found.error, "unpack it first" in found.msg) == ("not_a_backup", True)


def test_streams_that_want_much_memory_are_refused(tmp_path: Path) -> None:
    packed = bytearray(lzma.compress(SQL, format=lzma.FORMAT_XZ, filters=[{"id": lzma.FILTER_LZMA2, "preset": 0}]))
    # The size of the dictionary is one byte of the block's header, which ends with its own checksum.
    start = 12
    size = (packed[start] + 1) * 4
    place = packed.index(b"\x21\x01", start) + 2
    packed[place] = 36
    packed[start + size - 4 : start + size] = zlib.crc32(packed[start : start + size - 4]).to_bytes(4, "little")
    found = refused(_saved(tmp_path, bytes(packed)))
    assert (found.error, "memory" in found.msg) == ("too_large", True)
    if HAS_ZSTD:
        # The header of a frame that wants a window of 2 GiB: its second byte says the size.
        found = refused(_saved(tmp_path, b"\x28\xb5\x2f\xfd\x00" + bytes([(31 - 10) << 3]) + b"\x01\x00\x00"))
        assert (found.error, "memory" in found.msg) == ("too_large", True)


def test_an_empty_frame_first_as_pzstd_writes_it(tmp_path: Path) -> None:
    skipped = b"\x50\x2a\x4d\x18\x04\x00\x00\x00abcd"
    assert unpacked(_saved(tmp_path, skipped + zstd_packed(SQL) + skipped)) == SQL


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="Python 3.14 has its own")
def test_without_zstandard_the_command_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zstandard", None)
    found = refused(_saved(tmp_path, b"\x28\xb5\x2f\xfd\x20\x04"))
    assert found.error == "missing_dependency"
    assert re.search(r"zstandard \(versions .* install it with: .*zstandard.*, or Python 3\.14", found.msg)


@KINDS
def test_a_large_backup_is_unpacked_ahead_and_read_twice(tmp_path: Path, kind: str) -> None:
    noise = random.Random(3)
    rows = [
        b"INSERT INTO T VALUES (%d,'%s');\n" % (number, noise.randbytes(40).hex().encode()) for number in range(40_000)
    ]
    path = _saved(tmp_path, PACK[kind](b"create table T (A int, B varchar(80));\n" + b"".join(rows)))
    assert path.stat().st_size > 1 << 20
    with open_backup(str(path)) as backup:
        assert backup.analysis.rows == len(rows)
        assert sum(found.count for found in backup.rows()) == len(rows)
