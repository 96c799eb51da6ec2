# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The second room: what comes out of .sql, .sql.gz and .zip, and what is said when nothing does."""

from __future__ import annotations

import gzip
import random
import subprocess
import sys
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.chosen_file import choose
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.archives import Limits, open_container
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.container import CHUNK_BYTES
from archives import (
    NAME,
    SQL,
    Forged,
    deflate,
    forged_zip,
    info_zip,
    needs,
    refused,
    seven_zip,
    short,
    unpacked,
    write_sql,
)

BIG_SQL = b"# CAO-Faktura\r\n" + random.Random(7).randbytes(700_000).hex().encode() + b"\r\n" + b"-- same\n" * 200_000


def saved(folder: Path, data: bytes, name: str = "CAO_backup.zip") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    "data", [SQL, b"-", b"-" * CHUNK_BYTES, BIG_SQL, b"\xef\xbb\xbf" + SQL, b"\r\n\r\n" + SQL], ids=short
)
@pytest.mark.parametrize("name", ["a.sql", "a.zip", "noending"])
def test_plain_sql_whatever_its_name(tmp_path: Path, data: bytes, name: str) -> None:
    assert unpacked(saved(tmp_path, data, name)) == data


def test_chunks_are_even_and_progress_grows(tmp_path: Path) -> None:
    path = saved(tmp_path, gzip.compress(BIG_SQL))
    with choose(str(path)) as chosen:
        container = open_container(chosen, "a password does not matter here")
        sizes, positions = [], []
        for chunk in container.chunks():
            sizes.append(len(chunk))
            positions.append(container.bytes_read)
        assert set(sizes[:-1]) == {CHUNK_BYTES}
        assert 0 < positions[0] < positions[-1] == chosen.size_bytes
        assert (container.kind, container.member, container.encryption) == ("gz", None, "none")


def test_two_passes_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    with choose(str(saved(tmp_path, forged_zip(Forged(data=BIG_SQL))))) as chosen:
        container = open_container(chosen, None)
        pairs = list(zip(container.chunks(), container.chunks()))
        assert b"".join(one for one, _two in pairs) == b"".join(two for _one, two in pairs) == BIG_SQL


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


def test_gzip_of_nothing_and_of_a_picture(tmp_path: Path) -> None:
    assert "is empty" in refused(saved(tmp_path, gzip.compress(b""))).msg
    assert "a PNG picture" in refused(saved(tmp_path, gzip.compress(b"\x89PNG\r\n\x1a\n"))).msg


@pytest.mark.parametrize("options", [[], ["-0"], ["-9"], ["-fz-"], ["-fz"], ["-Z", "bzip2"]])
def test_info_zip(tmp_path: Path, options: list[str]) -> None:
    assert unpacked(info_zip(tmp_path, *options, data=BIG_SQL)) == BIG_SQL


@pytest.mark.parametrize("options", [[], ["-mx=0"], ["-mm=BZip2"]])
def test_seven_zip(tmp_path: Path, options: list[str]) -> None:
    assert unpacked(seven_zip(tmp_path, *options, data=BIG_SQL)) == BIG_SQL


def test_info_zip_from_a_pipe(tmp_path: Path) -> None:
    needs("zip")
    packed = subprocess.run(["zip", "-q", "-", "-"], input=BIG_SQL, stdout=subprocess.PIPE, check=True).stdout
    path = saved(tmp_path, packed)
    # Info-ZIP calls a member that comes from a pipe "-".
    assert unpacked(path) == BIG_SQL


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_python_zipfile_with_folder_comment_and_zip64(tmp_path: Path, method: int) -> None:
    path = tmp_path / "python.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("Musterladen/", b"")
        with archive.open(zipfile.ZipInfo(f"Musterladen/{NAME}"), "w", force_zip64=True) as member:
            member.write(BIG_SQL)
        archive.comment = b"PK\x05\x06 is only a comment, as long as it is one" * 3
    assert unpacked(path) == BIG_SQL
    with choose(str(path)) as chosen:
        container = open_container(chosen, "not needed")
        assert (container.kind, container.member, container.encryption) == ("zip", f"Musterladen/{NAME}", "none")


@pytest.mark.parametrize(
    ("entry", "what"),
    [
        (Forged(data=b""), "is empty"),
        (Forged(data=zlib.compress(b"x"), name=b"x.sql"), None),
        (Forged(data=forged_zip(Forged())), "a ZIP archive"),
        (Forged(data=gzip.compress(SQL)), "a gzip archive"),
        (Forged(data=b"7z\xbc\xaf\x27\x1c" + bytes(50), method=0), "a 7z archive"),
        (Forged(data="CREATE TABLE".encode("utf-16")), "UTF-16"),
    ],
)
def test_members_that_are_no_sql(tmp_path: Path, entry: Forged, what: str | None) -> None:
    found = refused(saved(tmp_path, forged_zip(entry)))
    assert found.error == "not_a_backup"
    assert what is None or what in found.msg
    assert entry.name.decode() in found.msg


def test_zip_cut_at_its_end_is_truncated(tmp_path: Path) -> None:
    data = forged_zip(Forged())
    for size in (4, 30, 31, 100, len(data) // 2, len(data) - 22, len(data) - 1):
        found = refused(saved(tmp_path, data[:size]))
        assert found.error == "truncated", size
        assert "incomplete, transfer it again" in found.msg


@pytest.mark.parametrize("method", [0, 8, 12])
def test_flipped_byte_in_the_member_is_damage(tmp_path: Path, method: int) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr(NAME, BIG_SQL)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    found = refused(path)
    assert found.error == "damaged"
    assert NAME in found.msg


@pytest.mark.parametrize(
    ("packed", "unpacked_bytes"),
    [
        (deflate(SQL), len(SQL) - 1),
        (deflate(SQL), len(SQL) + 1),
        (deflate(SQL) + b"x", len(SQL)),
        (deflate(SQL) + bytes(100_000), len(SQL)),
        (deflate(SQL)[:-1], len(SQL)),
        (deflate(SQL)[:-400], len(SQL)),
        (b"", len(SQL)),
        (b"\xff" * 100, len(SQL)),
        (deflate(SQL)[:100] + deflate(SQL), len(SQL)),
    ],
    ids=short,
)
def test_sizes_that_lie_are_damage(tmp_path: Path, packed: bytes, unpacked_bytes: int) -> None:
    lie = {"unpacked": unpacked_bytes}
    entry = Forged(packed=packed, local=lie, central=lie)
    assert refused(saved(tmp_path, forged_zip(entry))).error == "damaged"


def test_wrong_checksum_is_damage(tmp_path: Path) -> None:
    found = refused(saved(tmp_path, forged_zip(Forged(local={"crc": 5}, central={"crc": 5}))))
    assert (found.error, "its checksum is wrong" in found.msg) == ("damaged", True)


def _bzip2_entry(packed: bytes) -> Forged:
    return Forged(method=12, packed=packed)


@pytest.mark.parametrize("change", ["garbage", "much garbage", "cut", "flip", "nothing"])
def test_bzip2_damage(tmp_path: Path, change: str) -> None:
    bz2 = pytest.importorskip("bz2")
    packed = bz2.compress(SQL)
    changed = {
        "garbage": packed + b"x",
        "much garbage": packed + b"x" * 300_000,
        "cut": packed[:-5],
        "flip": packed[:20] + b"\0\0\0" + packed[23:],
        "nothing": b"",
    }[change]
    assert refused(saved(tmp_path, forged_zip(_bzip2_entry(changed)))).error == "damaged"
    assert unpacked(saved(tmp_path, forged_zip(_bzip2_entry(packed)))) == SQL


def test_file_that_shrinks_between_the_passes(tmp_path: Path) -> None:
    path = saved(tmp_path, forged_zip(Forged(data=BIG_SQL, method=0)))
    with choose(str(path)) as chosen:
        container = open_container(chosen, None)
        with path.open("r+b") as file:
            file.truncate(100_000)
        with pytest.raises(Failure) as caught:
            list(container.chunks())
        assert caught.value.error == "truncated"


def test_limits(tmp_path: Path) -> None:
    small = Limits(max_unpacked_bytes=len(SQL), max_ratio=10_000)
    exact = {"a.sql": SQL, "a.gz": gzip.compress(SQL), "a.zip": forged_zip(Forged())}
    larger = {"a.sql": SQL + b"\n", "a.gz": gzip.compress(SQL + b"\n"), "a.zip": forged_zip(Forged(data=SQL + b"\n"))}
    for name, data in exact.items():
        assert unpacked(saved(tmp_path, data, name), limits=small) == SQL
    for name, data in larger.items():
        found = refused(saved(tmp_path, data, name), limits=small)
        assert found.error == "too_large"
        assert "make sure that it is a backup" in found.msg


def test_ratio() -> None:
    limits = Limits()
    assert limits.allowed_bytes(10) == 64 * 1024**2
    assert limits.allowed_bytes(1024**2) == 250 * 1024**2
    assert limits.allowed_bytes(1024**4) == 64 * 1024**3


def _bomb(folder: Path, kind: str, mib: int = 200) -> Path:
    """About 200 MiB of the same line of SQL, which Deflate packs 1000:1, written without holding it."""
    line = b"-- the same line again and again\n" * 31775
    path = folder / f"bomb.{kind}"
    if kind == "gz":
        with gzip.open(path, "wb", 6) as file:
            for _number in range(mib):
                file.write(line)
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(NAME, "w") as member:
            for _number in range(mib):
                member.write(line)
    return path


@pytest.mark.parametrize("kind", ["gz", "zip", "lying zip"])
def test_bombs_are_refused_in_constant_memory(tmp_path: Path, kind: str) -> None:
    if kind == "lying zip":
        # Says 1000 bytes in both headers, holds a hundred MiB.
        bomb = deflate(b"-- the same line\n" * 6_000_000)
        lie = {"unpacked": 1000}
        path = saved(tmp_path, forged_zip(Forged(packed=bomb, local=lie, central=lie)))
        del bomb
    else:
        path = _bomb(tmp_path, kind)
    tracemalloc.start()
    with choose(str(path)) as chosen, pytest.raises(Failure) as caught:
        for _chunk in open_container(chosen, None).chunks():
            pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert caught.value.error == ("damaged" if kind == "lying zip" else "too_large")
    assert peak < 4 * 1024**2


def test_a_large_gzip_is_read_in_constant_memory(tmp_path: Path) -> None:
    code = (
        "import resource, sys\n"
        "from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.chosen_file import choose\n"
        "from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.archives import Limits\n"
        "from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.archives import open_container\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "with choose(sys.argv[1]) as chosen:\n"
        "    container = open_container(chosen, None, Limits(max_ratio=2000))\n"
        "    print(sum(len(chunk) for chunk in container.chunks()))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    path = _bomb(tmp_path, "gz")
    run = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        env={"PYTHONPATH": ":".join(sys.path)},
        stdout=subprocess.PIPE,
        check=True,
    )
    size_bytes, grown_kib = map(int, run.stdout.split())
    assert size_bytes == 200 * 31775 * 33
    assert grown_kib < 16 * 1024


def test_nothing_optional_is_imported_before_it_is_needed() -> None:
    code = (
        "import sys\n"
        "import ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.archives\n"
        "print([name for name in sys.modules if name.partition('.')[0] in ('pyzipper', 'libarchive', 'Cryptodome')])\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": ":".join(sys.path)}, stdout=subprocess.PIPE, check=True
    )
    assert run.stdout.strip() == b"[]"
