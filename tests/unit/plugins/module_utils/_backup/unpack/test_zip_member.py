# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Encrypted ZIPs by other programs: passwords in every spelling; wrong password, damage and truncation told apart."""

from __future__ import annotations

import random
import sys
import types
import typing as t
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.chosen_file import choose
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack import zip_decrypt, zip_member
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.archives import open_container
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.zip_decrypt import ZipCrypto, spellings
from archives import NAME, SQL, Forged, deflate, forged_zip, info_zip, refused, seven_zip, short, unpacked

PASSWORD = "Geheim-123"
UMLAUTS = "Schlüssel-ÄÖß"
BIG_SQL = SQL + random.Random(3).randbytes(100_000).hex().encode() + SQL


def aes_zip(
    folder: Path, password: bytes, *, bits: int = 256, version: int = 2, method: int = 8, data: bytes = SQL
) -> Path:
    """Pack with pyzipper."""
    pyzipper = pytest.importorskip("pyzipper")
    path = folder / "pyzipper.zip"
    # With a salt of chance, one wrong password in 65536 would pass the check value, and a test would fail some day.
    salt = types.SimpleNamespace(new=lambda: types.SimpleNamespace(read=random.Random(5).randbytes))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pyzipper.zipfile_aes, "Random", salt)
        _write_aes(pyzipper, path, password, (bits, version, method), data)
    return path


def _write_aes(pyzipper: t.Any, path: Path, password: bytes, kind: tuple[int, int, int], data: bytes) -> None:
    bits, version, method = kind
    with pyzipper.AESZipFile(path, "w", compression=method, encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(password)
        archive.setencryption(pyzipper.WZ_AES, nbits=bits, force_wz_aes_version=version)
        archive.writestr(NAME, data)


class _Encrypter(ZipCrypto):
    """The other direction, to forge members; that the reader is right is shown with real programs."""

    def encrypt(self, data: bytes) -> bytes:
        # A plain byte that was encrypted with the key stream's byte comes back when that is applied again.
        secret = bytearray()
        for byte in data:
            keys = self._keys
            stream = self.decrypt(b"\0")[0]
            self._keys = keys
            secret.append(byte ^ stream)
            self.decrypt(bytes([byte ^ stream]))
        return bytes(secret)


def zipcrypto_entry(
    packed: bytes, password: bytes, method: int = 8, data: bytes = SQL, check: int | None = None
) -> Forged:
    last = zlib.crc32(data) >> 24 if check is None else check
    secret = _Encrypter(password).encrypt(bytes(range(11)) + bytes([last]) + packed)
    return Forged(data=data, method=method, packed=secret, flags=1)


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


def test_spellings() -> None:
    assert spellings("abc") == (b"abc",)
    assert spellings("ä") == (b"\xc3\xa4", b"\xe4", b"\x84")
    assert spellings("€") == ("€".encode(), b"\x80")
    assert spellings("日本") == ("日本".encode(),)
    assert spellings("\udce4") == (b"\xe4",)


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


@pytest.mark.parametrize("method", [0, 8])
def test_hmac_alone_flipped(tmp_path: Path, method: int) -> None:
    path = aes_zip(tmp_path, PASSWORD.encode(), method=method)
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") - 1] ^= 1
    path.write_bytes(data)
    found = refused(path, PASSWORD)
    assert (found.error, "HMAC" in found.msg) == ("damaged", True)


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


def test_pyzipper_is_named_where_it_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = aes_zip(tmp_path, PASSWORD.encode())
    for name in [name for name in sys.modules if name.partition(".")[0] == "pyzipper"]:
        monkeypatch.delitem(sys.modules, name)
    # None in sys.modules is Python's own way to say that an import must fail.
    monkeypatch.setitem(sys.modules, "pyzipper", None)
    found = refused(path, PASSWORD)
    assert found.error == "missing_dependency"
    assert f"{sys.executable} -m pip install pyzipper" in found.msg


def test_zipcrypto_needs_no_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = info_zip(tmp_path, "-P", PASSWORD)
    for name in [name for name in sys.modules if name.partition(".")[0] in ("pyzipper", "libarchive")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pyzipper", None)
    monkeypatch.setitem(sys.modules, "libarchive", None)
    zip_decrypt.libarchive_works.cache_clear()
    try:
        assert not zip_decrypt.libarchive_works()
        assert unpacked(path, PASSWORD) == SQL
    finally:
        zip_decrypt.libarchive_works.cache_clear()


def _needs_libarchive() -> None:
    if not zip_decrypt.libarchive_works():
        pytest.skip("libarchive-c or its library is not installed")


def test_failure_inside_libarchives_reading_comes_out(tmp_path: Path) -> None:
    _needs_libarchive()
    path = info_zip(tmp_path, "-0", "-P", PASSWORD, data=BIG_SQL)
    with choose(str(path)) as chosen:
        container = open_container(chosen, PASSWORD)
        with path.open("r+b") as file:
            file.truncate(60_000)
        with pytest.raises(Failure) as caught:
            list(container.chunks())
        assert caught.value.error == "truncated"


def test_libarchive_that_gets_or_gives_too_little_is_damage() -> None:
    _needs_libarchive()
    header = zip_decrypt._synthetic_header(ZipCrypto(b"x").decrypt(bytes(12))[-1], 100)
    feed = zip_decrypt._Feed(iter([header, bytes(100)]))
    with pytest.raises(Failure) as caught:
        list(zip_decrypt._libarchive_stream(feed, b"x", 200, "the file"))
    assert caught.value.error == "damaged"
    with pytest.raises(Failure) as caught:
        list(zip_decrypt.libarchive_pieces(iter([bytes(100)]), b"x", 200, "the file"))
    assert caught.value.error == "damaged"


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


@REPEAT
@given(password=st.text(min_size=1, max_size=20), data=st.binary(min_size=1, max_size=400))
def test_zipcrypto_comes_back(password: str, data: bytes) -> None:
    for secret in spellings(password):
        entry = zipcrypto_entry(data, secret)
        assert entry.packed is not None
        pieces = (entry.packed[at : at + 13] for at in range(0, len(entry.packed), 13))
        assert b"".join(zip_decrypt.zipcrypto_pieces(pieces, secret)) == data
        if zip_decrypt.libarchive_works() and b"\0" not in secret:
            fast = zip_decrypt.libarchive_pieces(iter([entry.packed]), secret, len(entry.packed), "x")
            assert b"".join(fast) == data
