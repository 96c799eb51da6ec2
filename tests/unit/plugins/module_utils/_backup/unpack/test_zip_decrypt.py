# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decryption by each way: what comes back, and what is said where a library is missing or fails."""

from __future__ import annotations

import random
import sys
import typing as t
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.chosen_file import choose
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack import zip_decrypt
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.archives import open_container
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.zip_decrypt import ZipCrypto, spellings
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.zip_directory import (
    AES_CHECK_BYTES,
    AES_SALT_BYTES,
    the_one_member,
)
from archives import SQL, aes_zip, info_zip, refused, unpacked, zipcrypto_entry

PASSWORD = "Geheim-123"
BIG_SQL = SQL + random.Random(3).randbytes(100_000).hex().encode() + SQL


REPEAT = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_spellings() -> None:
    assert spellings("abc") == (b"abc",)
    assert spellings("ä") == (b"\xc3\xa4", b"\xe4", b"\x84")
    assert spellings("€") == ("€".encode(), b"\x80")
    assert spellings("日本") == ("日本".encode(),)
    assert spellings("\udce4") == (b"\xe4",)


@pytest.mark.parametrize("method", [0, 8])
def test_hmac_alone_flipped(tmp_path: Path, method: int) -> None:
    path = aes_zip(tmp_path, PASSWORD.encode(), method=method)
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") - 1] ^= 1
    path.write_bytes(data)
    found = refused(path, PASSWORD)
    assert (found.error, "HMAC" in found.msg) == ("damaged", True)


def test_pyzipper_is_named_where_it_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = aes_zip(tmp_path, PASSWORD.encode())
    for name in [name for name in sys.modules if name.partition(".")[0] == "pyzipper"]:
        monkeypatch.delitem(sys.modules, name)
    # None in sys.modules is Python's own way to say that an import must fail.
    monkeypatch.setitem(sys.modules, "pyzipper", None)
    found = refused(path, PASSWORD)
    assert found.error == "missing_dependency"
    assert f"{sys.executable} -m pip install 'pyzipper>=" in found.msg


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


def _raw(path: Path) -> bytes:
    """Return the bytes of the one member, as they are in the file."""
    with choose(str(path)) as chosen:
        member = the_one_member(chosen)
        return chosen.read_at(member.data_offset, member.packed_bytes)


@pytest.mark.parametrize("size", [1, 7, 10, 11, 1000, 10**6])
def test_any_chunking_of_aes_gives_the_same(tmp_path: Path, size: int) -> None:
    raw = _raw(aes_zip(tmp_path, PASSWORD.encode(), method=0))
    header = AES_SALT_BYTES["aes256"] + AES_CHECK_BYTES
    pieces = [raw[:header], *(raw[at : at + size] for at in range(header, len(raw), size))]
    found = b"".join(zip_decrypt.aes_pieces(iter(pieces), PASSWORD.encode(), "aes256", "x"))
    assert found == SQL


def test_a_wrong_password_of_aes_is_known_before_the_first_piece(tmp_path: Path) -> None:
    raw = _raw(aes_zip(tmp_path, PASSWORD.encode(), method=0))
    read = []

    def pieces() -> t.Iterator[bytes]:
        for piece in (raw[:18], raw[18:]):
            read.append(len(piece))
            yield piece

    with pytest.raises(zip_decrypt.WrongAesPassword):
        next(zip_decrypt.aes_pieces(pieces(), b"wrong", "aes256", "x"))
    assert read == [18]


def test_both_ways_of_zipcrypto_give_what_another_program_has_encrypted(tmp_path: Path) -> None:
    raw = _raw(info_zip(tmp_path, "-0", "-P", PASSWORD))
    assert b"".join(zip_decrypt.zipcrypto_pieces(iter([raw[:5], raw[5:300], raw[300:]]), PASSWORD.encode())) == SQL
    _needs_libarchive()
    fast = zip_decrypt.libarchive_pieces(iter([raw[:300], raw[300:]]), PASSWORD.encode(), len(raw), "x")
    assert b"".join(fast) == SQL


def test_a_library_of_another_version_is_no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an accelerator only: whatever is wrong with it, the slow way is taken."""
    _needs_libarchive()
    monkeypatch.setattr("libarchive.read.new_archive_read", None)
    zip_decrypt.libarchive_works.cache_clear()
    try:
        assert not zip_decrypt.libarchive_works()
    finally:
        zip_decrypt.libarchive_works.cache_clear()
