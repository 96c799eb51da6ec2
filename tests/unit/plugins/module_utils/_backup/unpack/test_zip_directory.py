# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Forged ZIP directories: each lie is refused, by its right name."""

from __future__ import annotations

import stat
import struct
import subprocess
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.chosen_file import choose
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.zip_directory import the_one_member
from archives import (
    NAME,
    SQL,
    Forged,
    aes_extra,
    deflate,
    forged_zip,
    needs,
    refused,
    short,
    unpacked,
    write_sql,
)

RAW_NAME = NAME.encode()
ZIP64_SIZES = struct.pack("<2H2Q", 1, 16, len(SQL), len(deflate(SQL)))
IN_ZIP64 = {"packed": 0xFFFFFFFF, "unpacked": 0xFFFFFFFF, "extra": ZIP64_SIZES}
# What the Finder of macOS and the Explorer of Windows leave.
DESKTOP = (
    Forged(name=b"__MACOSX/", data=b"", method=0),
    Forged(name=b"__MACOSX/._" + RAW_NAME, data=b"\0\5\x16\7" + bytes(100)),
    Forged(name=b"Backup/.DS_Store", data=b"\0\0\0\1Bud1" + bytes(100)),
    Forged(name=b"Thumbs.db", data=b"\xd0\xcf\x11\xe0"),
)


def saved(folder: Path, data: bytes) -> Path:
    path = folder / "CAO_backup.zip"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    "data",
    [
        forged_zip(Forged()),
        forged_zip(Forged(), zip64={}),
        forged_zip(Forged(), zip64={}, count=0xFFFF, here=0xFFFF, size=0xFFFFFFFF, offset=0xFFFFFFFF),
        forged_zip(Forged(local=IN_ZIP64, central=IN_ZIP64)),
        forged_zip(Forged(), comment=b"x" * 0xFFFF),
        forged_zip(Forged()) + bytes(100),
        forged_zip(Forged(name=b"a/", data=b"", method=0), Forged(name=b"a/b/", data=b"", method=0), Forged()),
        forged_zip(Forged(name=b"BACKUP\\", data=b"", method=0), Forged(name=b"BACKUP\\a\\" + RAW_NAME)),
        forged_zip(Forged(), *DESKTOP),
        forged_zip(*DESKTOP, Forged(name=b"Backup/" + RAW_NAME)),
        forged_zip(Forged(flags=8, local={"crc": 0, "packed": 0, "unpacked": 0})),
        forged_zip(Forged(flags=0x800, name="Größe.sql".encode())),
        forged_zip(Forged(name="Größe.sql".encode("cp437"))),
        forged_zip(Forged(name=b"\xff\xfe.sql", flags=0x800)),
        forged_zip(Forged(local={"extra": b"abc"}, central={"extra": b"\0\0\0"})),
        forged_zip(Forged(central={"made_by": 3 << 8, "attributes": (stat.S_IFREG | 0o644) << 16})),
        forged_zip(Forged(central={"made_by": 3 << 8, "attributes": (stat.S_IFIFO | 0o600) << 16})),
        forged_zip(Forged(central={"made_by": 0, "attributes": (stat.S_IFLNK | 0o777) << 16})),
        forged_zip(Forged(name=b"no ending")),
        forged_zip(Forged(central={"comment": b"made by TZipMaster"})),
    ],
    ids=short,
)
def test_unusual_but_right(tmp_path: Path, data: bytes) -> None:
    assert unpacked(saved(tmp_path, data)) == SQL


def test_not_exactly_one_file(tmp_path: Path) -> None:
    none = refused(saved(tmp_path, forged_zip()))
    assert (none.error, "no file instead of exactly one" in none.msg) == ("not_a_backup", True)
    folder = refused(saved(tmp_path, forged_zip(Forged(name=b"folder/", data=b"", method=0))))
    assert "no file instead of exactly one" in folder.msg
    seven = refused(saved(tmp_path, forged_zip(*(Forged(name=b"t\n%d.sql" % number) for number in range(7)))))
    assert seven.error == "not_a_backup"
    assert "holds 7 files instead of exactly one SQL file (t\\n0.sql, " in seven.msg
    assert "t\\n4.sql, ...)" in seven.msg
    twice = refused(saved(tmp_path, forged_zip(Forged(), Forged())))
    assert (twice.error, "of the same name" in twice.msg) == ("not_a_backup", True)
    many = refused(saved(tmp_path, forged_zip(*(Forged(name=b"x", data=b"", method=0) for _time in range(1001)))))
    assert (many.error, "holds 1001 entries" in many.msg) == ("not_a_backup", True)


def test_two_files_by_info_zip(tmp_path: Path) -> None:
    needs("zip")
    for name in ("a.sql", "b.sql"):
        write_sql(tmp_path, name=name)
    subprocess.run(["zip", "-q", "two.zip", "a.sql", "b.sql"], cwd=tmp_path, check=True)
    assert "holds 2 files" in refused(tmp_path / "two.zip").msg


def test_real_parts_by_info_zip(tmp_path: Path) -> None:
    needs("zip")
    write_sql(tmp_path, bytes(range(32, 126)) * 10_000)
    subprocess.run(["zip", "-q", "-0", "-s", "64k", "parts.zip", NAME], cwd=tmp_path, check=True)
    assert refused(tmp_path / "parts.z01").error == "not_a_backup"
    assert "several parts" in refused(tmp_path / "parts.z01").msg


def test_what_was_to_be_split_and_became_one_part(tmp_path: Path) -> None:
    needs("zip")
    write_sql(tmp_path)
    subprocess.run(["zip", "-q", "-s", "64k", "parts.zip", NAME], cwd=tmp_path, check=True)
    data = (tmp_path / "parts.zip").read_bytes()
    assert data.startswith(b"PK\x07\x08")
    assert unpacked(tmp_path / "parts.zip") == SQL
    # PKZIP writes other letters there.
    assert unpacked(saved(tmp_path, b"PK00" + data[4:])) == SQL
    cut = refused(saved(tmp_path, data[:-30]))
    assert (cut.error, "several parts" in cut.msg) == ("not_a_backup", True)


@pytest.mark.parametrize(
    "data",
    [
        forged_zip(Forged(), disk=1),
        forged_zip(Forged(), first=1),
        forged_zip(Forged(), count=2),
        forged_zip(Forged(central={"disk": 1})),
        forged_zip(Forged(), zip64={"disks": 2}),
    ],
    ids=short,
)
def test_several_parts(tmp_path: Path, data: bytes) -> None:
    found = refused(saved(tmp_path, data))
    assert (found.error, "several parts" in found.msg) == ("not_a_backup", True)


@pytest.mark.parametrize(
    ("method", "name"), [(14, "LZMA"), (9, "Deflate64"), (93, "Zstandard"), (98, "PPMd"), (4711, "number 4711")]
)
def test_unknown_methods_are_named(tmp_path: Path, method: int, name: str) -> None:
    found = refused(saved(tmp_path, forged_zip(Forged(method=method))))
    assert (found.error, name in found.msg) == ("not_a_backup", True)


@pytest.mark.parametrize("flags", [0x41, 0x20, 0x2001])
def test_strong_encryption_and_patches(tmp_path: Path, flags: int) -> None:
    found = refused(saved(tmp_path, forged_zip(Forged(flags=flags))), "secret")
    assert (found.error, "PKZIP" in found.msg) == ("not_a_backup", True)
    hidden = refused(saved(tmp_path, forged_zip(Forged(), zip64={"needed": 62})))
    assert (hidden.error, "encrypted directory" in hidden.msg) == ("not_a_backup", True)


@pytest.mark.parametrize("extra", [aes_extra(version=3), aes_extra(vendor=b"XX"), aes_extra(strength=4)], ids=short)
def test_unknown_aes(tmp_path: Path, extra: bytes) -> None:
    entry = Forged(method=99, flags=1, packed=bytes(100), local={"extra": extra}, central={"extra": extra})
    assert refused(saved(tmp_path, forged_zip(entry)), "secret").error == "not_a_backup"


AES = aes_extra()
DAMAGED = {
    "another name": Forged(local={"name": RAW_NAME[:-1] + b"x"}),
    "another method": Forged(local={"method": 0}),
    "only local encryption": Forged(local={"flags": 1}),
    "sizes behind": Forged(local={"flags": 8}),
    "another checksum": Forged(local={"crc": 1}),
    "another size": Forged(local={"unpacked": 1}),
    "another packed size": Forged(local={"packed": 1}),
    "zero sizes without the flag": Forged(local={"crc": 0, "packed": 0, "unpacked": 0}),
    "no entry": Forged(central={"mark": b"PK\1\3"}),
    "elsewhere": Forged(central={"offset": 7}),
    "far away": Forged(central={"offset": 0x7FFFFFFF}),
    "stored sizes": Forged(method=0, local={"unpacked": 1}, central={"unpacked": 1}),
    "into the directory": Forged(local={"packed": 10**6}, central={"packed": 10**6}),
    "no AES facts": Forged(method=99, flags=1),
    "AES without flag": Forged(method=99, local={"extra": AES}, central={"extra": AES}),
    "short AES facts": Forged(method=99, flags=1, central={"extra": struct.pack("<HH3s", 0x9901, 3, b"abc")}),
    "other AES facts": Forged(method=99, flags=1, local={"extra": aes_extra(strength=1)}, central={"extra": AES}),
    "AES too short": Forged(method=99, flags=1, packed=bytes(27), local={"extra": AES}, central={"extra": AES}),
    "ZipCrypto too short": Forged(flags=1, packed=bytes(11)),
    "extra too long": Forged(central={"extra": struct.pack("<HH", 5, 10)}),
    "extra twice": Forged(local={"extra": struct.pack("<HHHH", 5, 0, 5, 0)}),
    "Zip64 too short": Forged(central={"unpacked": 0xFFFFFFFF, "extra": struct.pack("<HHI", 1, 4, 1)}),
    "Zip64 missing": Forged(local=IN_ZIP64, central={"packed": 0xFFFFFFFF, "unpacked": 0xFFFFFFFF}),
}


@pytest.mark.parametrize("lie", sorted(DAMAGED))
def test_contradictions_are_damage(tmp_path: Path, lie: str) -> None:
    found = refused(saved(tmp_path, forged_zip(DAMAGED[lie])), "secret")
    # Sizes of 4 GiB are refused even before they are compared.
    assert found.error in (("damaged", "too_large") if lie == "Zip64 missing" else ("damaged",))


@pytest.mark.parametrize(
    "data",
    [
        forged_zip(Forged(), offset=5),
        forged_zip(Forged(), size=5),
        forged_zip(Forged(), count=0, here=0),
        forged_zip(Forged(), between=b"between"),
        forged_zip(Forged(), zip64={"at": 5}),
        forged_zip(Forged(), zip64={"at": 1 << 62}),
        forged_zip(Forged(), zip64={"length": 45}),
        forged_zip(Forged(), zip64={"count": 2}),
        forged_zip(Forged(), zip64={"offset": 2}),
        forged_zip(Forged(name=b"folder/", data=b"", method=0, central={"offset": 50}), Forged()),
        b"PK\x03\x04" + bytes(40) + forged_zip(Forged()),
    ],
    ids=short,
)
def test_directories_that_lie_are_damage(tmp_path: Path, data: bytes) -> None:
    assert refused(saved(tmp_path, data)).error in ("damaged", "not_a_backup")


def test_no_local_header(tmp_path: Path) -> None:
    folder = Forged(name=b"f/", data=b"", method=0)
    found = refused(saved(tmp_path, forged_zip(folder, Forged(local={"mark": b"PK\3\5"}))))
    assert (found.error, "does not begin where" in found.msg) == ("damaged", True)


def test_more_entries_than_there_are(tmp_path: Path) -> None:
    assert refused(saved(tmp_path, forged_zip(Forged(), count=2, here=2))).error == "damaged"


def test_name_longer_than_the_directory(tmp_path: Path) -> None:
    data = bytearray(forged_zip(Forged()))
    at = data.index(b"PK\x01\x02")
    data[at + 28 : at + 30] = b"\xff\xff"
    assert refused(saved(tmp_path, bytes(data))).error == "damaged"


def test_overlapping_entries(tmp_path: Path) -> None:
    inner = forged_zip(Forged(name=b"f/", data=b"", method=0))[:32]
    entries = Forged(data=SQL + inner, method=0), Forged(name=b"f/", data=b"", method=0, central={"offset": 40})
    found = refused(saved(tmp_path, forged_zip(*entries)))
    assert (found.error, "overlaps" in found.msg) == ("damaged", True)


@pytest.mark.parametrize("garbage", [b"x", b"garbage" * 20, bytes(10) + b"x"], ids=short)
def test_garbage_behind_the_end(tmp_path: Path, garbage: bytes) -> None:
    found = refused(saved(tmp_path, forged_zip(Forged()) + garbage))
    assert (found.error, "bytes follow behind the end" in found.msg) == ("damaged", True)


def test_comment_cut_short(tmp_path: Path) -> None:
    assert refused(saved(tmp_path, forged_zip(Forged(), comment=b"x" * 50)[:-9])).error == "truncated"


def test_zip_cut_at_its_end_is_truncated(tmp_path: Path) -> None:
    data = forged_zip(Forged())
    for size in (4, 30, 31, 100, len(data) // 2, len(data) - 22, len(data) - 1):
        found = refused(saved(tmp_path, data[:size]))
        assert found.error == "truncated", size
        assert "incomplete, transfer it again" in found.msg


def test_what_is_left_out_is_named(tmp_path: Path) -> None:
    with choose(str(saved(tmp_path, forged_zip(*DESKTOP, Forged())))) as chosen:
        member = the_one_member(chosen)
    assert member.name == NAME
    assert member.left_out == (f"__MACOSX/._{NAME}", "Backup/.DS_Store", "Thumbs.db")


def test_files_of_a_desktop_alone_are_no_backup(tmp_path: Path) -> None:
    found = refused(saved(tmp_path, forged_zip(*DESKTOP)))
    assert (found.error, "holds no file" in found.msg) == ("not_a_backup", True)


def test_a_second_backup_is_refused_whatever_lies_beside(tmp_path: Path) -> None:
    found = refused(saved(tmp_path, forged_zip(Forged(name=b"a\\x.sql"), *DESKTOP, Forged(name=b"a/x.sql"))))
    assert (found.error, "holds 2 files instead of exactly one SQL file" in found.msg) == ("not_a_backup", True)
