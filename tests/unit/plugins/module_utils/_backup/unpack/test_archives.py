# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes out of .sql, .sql.gz and .zip; any flip, cut or change gives the same SQL or a `Failure`."""

from __future__ import annotations

import bz2
import datetime
import gzip
import lzma
import random
import subprocess
import sys
import tracemalloc
import typing as t
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.archive_kinds import ARCHIVE_KINDS
from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.chosen_file import choose
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.archives import OPENERS, Limits, open_container
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.container import CHUNK_BYTES
from ansible_collections.cao.faktura.plugins.module_utils._backup.write.zip_writer import Member, write_zip
from archives import (
    HAS_ZSTD,
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
    write_bomb,
    zstd_packed,
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
    "bz2": bz2.compress(SMALL_SQL) + bz2.compress(b""),
    "xz": lzma.compress(SMALL_SQL) + lzma.compress(b""),
    **({"zst": zstd_packed(SMALL_SQL) + zstd_packed(b"")} if HAS_ZSTD else {}),
}
_STARTS = tuple(start.mark for kind in ARCHIVE_KINDS for start in kind.starts)


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


@pytest.mark.promise("whole-file-first")
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


@pytest.mark.promise("whole-file-first")
@pytest.mark.parametrize("kind", sorted(_ARCHIVES))
def test_every_cut_gives_the_same_sql_or_a_failure(tmp_path: Path, kind: str) -> None:
    data = _ARCHIVES[kind]
    # Of fewer bytes nobody can say what they were.
    for size in range(6, len(data)):
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
    is_packed = data.startswith(_STARTS)
    assert isinstance(found, str) or found == (SMALL_SQL if is_packed else data)


@REPEAT
@given(data=st.binary(min_size=1, max_size=300))
@example(data=b"PK\x03\x04")
@example(data=b"PK\x05\x06" + bytes(18))
def test_any_bytes_give_themselves_or_a_failure(tmp_path: Path, data: bytes) -> None:
    found = _outcome(tmp_path, data)
    assert found == data or isinstance(found, str) or data.startswith(_STARTS)


BIG_SQL = b"# CAO-Faktura\r\n" + random.Random(7).randbytes(700_000).hex().encode() + b"\r\n" + b"-- same\n" * 200_000


@pytest.mark.parametrize(
    "data", [SQL, b"-", b"-" * CHUNK_BYTES, BIG_SQL, b"\xef\xbb\xbf" + SQL, b"\r\n\r\n" + SQL], ids=short
)
@pytest.mark.parametrize("name", ["a.sql", "a.zip", "noending"])
def test_plain_sql_whatever_its_name(tmp_path: Path, data: bytes, name: str) -> None:
    assert unpacked(saved(tmp_path, data, name)) == data


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


@pytest.mark.parametrize("kind", ["gz", "zip", "lying zip"])
def test_bombs_are_refused_in_constant_memory(tmp_path: Path, kind: str) -> None:
    if kind == "lying zip":
        # Says 1000 bytes in both headers, holds a hundred MiB.
        bomb = deflate(b"-- the same line\n" * 6_000_000)
        lie = {"unpacked": 1000}
        path = saved(tmp_path, forged_zip(Forged(packed=bomb, local=lie, central=lie)))
        del bomb
    else:
        path = write_bomb(tmp_path, kind)
    tracemalloc.start()
    with choose(str(path)) as chosen, pytest.raises(Failure) as caught:
        for _chunk in open_container(chosen, None).chunks():
            pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert caught.value.error == ("damaged" if kind == "lying zip" else "too_large")
    assert peak < 4 * 1024**2


def test_nothing_optional_is_imported_before_it_is_needed() -> None:
    code = (
        "import sys\n"
        "import ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.archives\n"
        "optional = ('pyzipper', 'libarchive', 'Cryptodome', 'zstandard')\n"
        "print([name for name in sys.modules if name.partition('.')[0] in optional])\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": ":".join(sys.path)}, stdout=subprocess.PIPE, check=True
    )
    assert run.stdout.strip() == b"[]"


PACKERS: dict[str, t.Callable[[bytes], bytes]] = {
    "sql": bytes,
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstd_packed,
}


def _packed(folder: Path, kind: str, sql: bytes = SQL) -> Path:
    path = folder / "backup"
    if kind == "zip":
        with open(path, "wb") as file:
            write_zip(file, iter([sql]), member=Member("a.sql", datetime.datetime(2026, 11, 2)))
    else:
        path.write_bytes(PACKERS[kind](sql))
    return path


def test_each_kind_has_an_opener() -> None:
    assert sorted(OPENERS) == sorted(kind.name for kind in ARCHIVE_KINDS)


@pytest.mark.parametrize("kind", sorted(OPENERS))
def test_what_is_opened_says_how_it_was_packed(tmp_path: Path, kind: str) -> None:
    with choose(str(_packed(tmp_path, kind))) as chosen:
        container = open_container(chosen, None)
        assert (container.kind, container.is_packed) == (kind, kind != "sql")
        assert container.member == ("a.sql" if kind == "zip" else None)
        assert container.head() == SQL[:4096]
        assert b"".join(container.chunks()) == SQL


@pytest.mark.parametrize("kind", sorted(OPENERS))
def test_what_is_no_sql_is_refused_before_it_is_read_through(tmp_path: Path, kind: str) -> None:
    path = _packed(tmp_path, kind, b"%PDF-1.4\n" * 100_000)
    with choose(str(path)) as chosen:
        reads: list[int] = []
        read_at = chosen.read_at

        def counted(offset: int, size_bytes: int) -> bytes:
            data = read_at(offset, size_bytes)
            reads.append(len(data))
            return data

        chosen.read_at = counted  # type: ignore[method-assign]
        with pytest.raises(Failure, match="a PDF document"):
            open_container(chosen, None)
    assert sum(reads) < 20_000


def test_limits_are_of_what_comes_out(tmp_path: Path) -> None:
    for kind in OPENERS:
        found = refused(_packed(tmp_path, kind), limits=Limits(max_unpacked_bytes=len(SQL) - 1))
        assert found.error == "too_large"
        assert ("a.sql" in found.msg) == (kind == "zip")
