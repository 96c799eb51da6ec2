# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Members by other programs: passwords in every spelling; wrong password, damage and truncation told apart."""

from __future__ import annotations

import random
import typing as t
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.chosen_file import choose
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack import zip_decrypt, zip_member
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.archives import open_container
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.zip_decrypt import ZipCrypto
from archives import (
    NAME,
    SQL,
    Forged,
    aes_zip,
    deflate,
    forged_zip,
    info_zip,
    refused,
    seven_zip,
    short,
    unpacked,
    zipcrypto_entry,
)

PASSWORD = "Geheim-123"
UMLAUTS = "Schlüssel-ÄÖß"
BIG_SQL = SQL + random.Random(3).randbytes(100_000).hex().encode() + SQL


def saved(folder: Path, data: bytes) -> Path:
    path = folder / "CAO_backup.zip"
    path.write_bytes(data)
    return path


@pytest.fixture(params=["libarchive", "python"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways to decrypt ZipCrypto."""
    if request.param == "python":
        monkeypatch.setattr(zip_member, "libarchive_works", lambda: False)
    elif not zip_decrypt.libarchive_works():
        pytest.skip("libarchive-c or its library is not installed")
    return str(request.param)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("options", [["-P", PASSWORD], ["-0", "-P", PASSWORD], ["-P", PASSWORD, "-fz"]])
@pytest.mark.parametrize("data", [SQL, b"-- x", BIG_SQL], ids=short)
def test_zipcrypto_by_info_zip(tmp_path: Path, options: list[str], data: bytes) -> None:
    path = info_zip(tmp_path, *options, data=data)
    assert unpacked(path, PASSWORD) == data
    with choose(str(path)) as chosen:
        container = open_container(chosen, PASSWORD)
        assert (container.kind, container.member, container.encryption) == ("zip", NAME, "zipcrypto")


@pytest.mark.usefixtures("way")
def test_zipcrypto_by_seven_zip(tmp_path: Path) -> None:
    for options in (["-mx=5"], ["-mx=0"], ["-mm=BZip2"]):
        assert (
            unpacked(seven_zip(tmp_path, "-mem=ZipCrypto", f"-p{PASSWORD}", *options, data=BIG_SQL), PASSWORD)
            == BIG_SQL
        )
        (tmp_path / "seven.zip").unlink()


@pytest.mark.parametrize(("mode", "name"), [("AES128", "aes128"), ("AES192", "aes192"), ("AES256", "aes256")])
@pytest.mark.parametrize("data", [SQL, b"-- x", BIG_SQL], ids=short)
def test_aes_by_seven_zip(tmp_path: Path, mode: str, name: str, data: bytes) -> None:
    path = seven_zip(tmp_path, f"-mem={mode}", f"-p{PASSWORD}", data=data)
    assert unpacked(path, PASSWORD) == data
    with choose(str(path)) as chosen:
        assert open_container(chosen, PASSWORD).encryption == name


@pytest.mark.parametrize("bits", [128, 192, 256])
@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("method", [0, 8, 12])
def test_aes_by_pyzipper(tmp_path: Path, bits: int, version: int, method: int) -> None:
    path = aes_zip(tmp_path, PASSWORD.encode(), bits=bits, version=version, method=method, data=BIG_SQL)
    assert unpacked(path, PASSWORD) == BIG_SQL


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "cp850"])
@pytest.mark.parametrize("data", [SQL, b"-"], ids=short)
def test_umlauts_in_the_password(tmp_path: Path, encoding: str, data: bytes) -> None:
    secret = UMLAUTS.encode(encoding)
    assert unpacked(info_zip(tmp_path, b"-P", secret, data=data), UMLAUTS) == data
    assert unpacked(aes_zip(tmp_path, secret, data=data), UMLAUTS) == data


@pytest.mark.parametrize("password", [None, ""])
def test_missing_password(tmp_path: Path, password: str | None) -> None:
    for path in (info_zip(tmp_path, "-P", PASSWORD), seven_zip(tmp_path, "-mem=AES256", f"-p{PASSWORD}")):
        found = refused(path, password)
        assert found.error == "password_required"
        assert NAME in found.msg


@pytest.mark.usefixtures("way")
def test_wrong_password(tmp_path: Path) -> None:
    paths = [
        info_zip(tmp_path, "-P", PASSWORD),
        saved(tmp_path, forged_zip(zipcrypto_entry(SQL, PASSWORD.encode(), method=0))),
        aes_zip(tmp_path, PASSWORD.encode(), bits=128),
    ]
    for path in paths:
        for password in (PASSWORD.lower(), "Schlüssel", "x"):
            found = refused(path, password)
            assert found.error == "wrong_password"
            assert NAME in found.msg


def _passing_password(path: Path) -> str:
    """Return a wrong password that the check byte of ZipCrypto lets pass."""
    data = path.read_bytes()
    at = 30 + int.from_bytes(data[26:28], "little") + int.from_bytes(data[28:30], "little")
    wanted = data[17]
    return next(
        password
        for password in (f"wrong-{number}" for number in range(10_000))
        if ZipCrypto(password.encode()).decrypt(data[at : at + 12])[-1] == wanted
    )


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("method", [0, 8])
def test_wrong_password_that_passes_the_check_byte(tmp_path: Path, method: int) -> None:
    packed = SQL if method == 0 else deflate(SQL)
    path = saved(tmp_path, forged_zip(zipcrypto_entry(packed, PASSWORD.encode(), method)))
    assert refused(path, _passing_password(path)).error == "wrong_password"
    assert unpacked(path, PASSWORD) == SQL


@pytest.mark.usefixtures("way")
def test_check_byte_of_another_program_does_not_matter(tmp_path: Path) -> None:
    path = saved(tmp_path, forged_zip(zipcrypto_entry(deflate(SQL), PASSWORD.encode(), check=1)))
    assert unpacked(path, PASSWORD) == SQL


def test_password_with_a_nul(tmp_path: Path) -> None:
    path = saved(tmp_path, forged_zip(zipcrypto_entry(deflate(SQL), b"a\0b")))
    assert unpacked(path, "a\0b") == SQL
    assert refused(path, "a").error == "wrong_password"


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("data", [SQL, BIG_SQL], ids=short)
def test_flipped_byte_is_damage_and_a_cut_is_a_cut(tmp_path: Path, data: bytes) -> None:
    for path in (info_zip(tmp_path, "-P", PASSWORD, data=data), aes_zip(tmp_path, PASSWORD.encode(), data=data)):
        good = path.read_bytes()
        for place in (600, len(good) // 2, len(good) - 300):
            changed = bytearray(good)
            changed[place] ^= 0x10
            path.write_bytes(changed)
            found = refused(path, PASSWORD)
            assert found.error == "damaged", place
            assert NAME in found.msg
        for size in (len(good) // 2, len(good) - 1):
            path.write_bytes(good[:size])
            assert refused(path, PASSWORD).error == "truncated"


def test_damage_at_the_beginning_of_aes_is_damage(tmp_path: Path) -> None:
    path = aes_zip(tmp_path, PASSWORD.encode())
    data = bytearray(path.read_bytes())
    # Behind the local header (30 bytes, name, extra field of 11) come 16 bytes of salt and 2 of check value.
    at = 30 + len(NAME) + 11 + 18
    data[at : at + 4] = bytes(byte ^ 0xFF for byte in data[at : at + 4])
    path.write_bytes(data)
    assert refused(path, PASSWORD).error == "damaged"


@pytest.mark.usefixtures("way")
def test_encrypted_content_that_is_no_sql(tmp_path: Path) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + random.Random(1).randbytes(9000)
    for options in (["-0"], []):
        found = refused(info_zip(tmp_path, *options, "-P", PASSWORD, data=picture), PASSWORD)
        assert (found.error, "a PNG picture" in found.msg) == ("not_a_backup", True)
        (tmp_path / "info.zip").unlink()


def test_one_pass_left_unfinished(tmp_path: Path) -> None:
    path = info_zip(tmp_path, "-P", PASSWORD, data=BIG_SQL * 5)
    with choose(str(path)) as chosen:
        container = open_container(chosen, PASSWORD)
        chunks = t.cast("t.Generator[bytes, None, None]", container.chunks())
        next(chunks)
        chunks.close()
        assert b"".join(container.chunks()) == BIG_SQL * 5


REPEAT = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SMALL_SQL = SQL[:400]


def _outcome(path: Path) -> bytes | str:
    found: Failure | None = None
    try:
        with choose(str(path)) as chosen:
            return b"".join(open_container(chosen, PASSWORD).chunks())
    except Failure as exc:
        found = exc
    assert PASSWORD not in found.msg
    return found.error


EXPECTED = {"damaged", "truncated", "not_a_backup", "too_large", "wrong_password"}


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("kind", ["zipcrypto", "stored zipcrypto", "aes", "ae1"])
def test_every_flip_and_cut_of_an_encrypted_zip(tmp_path: Path, kind: str) -> None:
    if "zipcrypto" in kind:
        method = 0 if "stored" in kind else 8
        packed = deflate(SMALL_SQL) if method else SMALL_SQL
        path = saved(tmp_path, forged_zip(zipcrypto_entry(packed, PASSWORD.encode(), method, SMALL_SQL)))
    else:
        path = aes_zip(tmp_path, PASSWORD.encode(), version=1 if kind == "ae1" else 2, data=SMALL_SQL)
    good = path.read_bytes()
    seen = set()
    for place in range(0, len(good), 3):
        changed = bytearray(good)
        changed[place] ^= 0x21
        for data in (bytes(changed), good[: place + 4]):
            path.write_bytes(data)
            found = _outcome(path)
            assert found == SMALL_SQL or found in EXPECTED, place
            seen.add(found)
    assert {"damaged", "truncated", "wrong_password"} <= seen


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
