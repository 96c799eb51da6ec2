# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Decryption of ZIP members as streams: ZipCrypto in Python, ZipCrypto by libarchive, WinZip AES by pyzipper.

Here ``raw`` is always an iterator over a member's bytes as they are in the file, and what comes back are its
decrypted, still compressed bytes. Source: APPNOTE.TXT 6.1 (ZipCrypto), WinZip's "AES Encryption Information".
"""

from __future__ import annotations

import ctypes
import functools
import importlib
import struct
import types
import typing as t
import zlib

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.libraries import how_to_install
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.streams import Pieces, damaged
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.zip_directory import (
    AES_CHECK_BYTES,
    AES_HMAC_BYTES,
    AES_SALT_BYTES,
    ZIPCRYPTO_HEADER_BYTES,
    Encryption,
)

_MASK = 0xFFFFFFFF
_CRC_TABLE = tuple(zlib.crc32(bytes((value,)), _MASK) ^ _MASK for value in range(256))
# The byte of the key stream depends on 14 bits of the third key alone.
_KEY_STREAM = bytes(((key << 2 | 2) * (key << 2 | 3) >> 8) & 0xFF for key in range(1 << 14))
_STRENGTH: t.Mapping[Encryption, int] = {"aes128": 1, "aes192": 2, "aes256": 3}


def spellings(password: str) -> tuple[bytes, ...]:
    """Return the bytes that Windows programs, old and new, make of ``password``: UTF-8, cp1252, cp850, each once."""
    result: dict[bytes, None] = {}
    for encoding in ("utf-8", "cp1252", "cp850"):
        try:
            result[password.encode(encoding, "surrogateescape")] = None
        except UnicodeEncodeError:
            continue
    return tuple(result)


class ZipCrypto:
    """PKWARE's traditional encryption; about 2 MB/s, enough to check a password and for small files."""

    def __init__(self, password: bytes) -> None:
        self._keys = (0x12345678, 0x23456789, 0x34567890)
        # The keys advance by the plain bytes: feed the password as such.
        key0, key1, key2 = self._keys
        for byte in password:
            key0 = key0 >> 8 ^ _CRC_TABLE[(key0 ^ byte) & 0xFF]
            key1 = ((key1 + (key0 & 0xFF)) * 134775813 + 1) & _MASK
            key2 = key2 >> 8 ^ _CRC_TABLE[(key2 ^ key1 >> 24) & 0xFF]
        self._keys = (key0, key1, key2)

    def decrypt(self, data: bytes) -> bytes:
        """Return the plain bytes of the next ``data``."""
        table, stream = _CRC_TABLE, _KEY_STREAM
        key0, key1, key2 = self._keys
        plain = bytearray(data)
        for place, secret in enumerate(data):
            byte = secret ^ stream[key2 >> 2 & 0x3FFF]
            plain[place] = byte
            key0 = key0 >> 8 ^ table[(key0 ^ byte) & 0xFF]
            key1 = ((key1 + (key0 & 0xFF)) * 134775813 + 1) & _MASK
            key2 = key2 >> 8 ^ table[(key2 ^ key1 >> 24) & 0xFF]
        self._keys = (key0, key1, key2)
        return bytes(plain)


def zipcrypto_pieces(raw: Pieces, password: bytes) -> Pieces:
    """Decrypt a member in Python."""
    key = ZipCrypto(password)
    header = ZIPCRYPTO_HEADER_BYTES
    for piece in raw:
        plain = key.decrypt(piece)
        yield plain[header:]
        header = max(0, header - len(plain))


class _Feed:
    """Hands pieces to libarchive; an exception must not leave a callback, so it waits here."""

    def __init__(self, raw: Pieces) -> None:
        self._raw = raw
        self._buffer: ctypes.Array[ctypes.c_char] | None = None
        self.failure: BaseException | None = None

    def read(self, _archive: object, _context: object, place: t.Any) -> int:
        try:
            piece = next(self._raw, b"")
        except BaseException as exc:  # noqa: BLE001 - ctypes would print it and go on; it is raised behind the callback
            self.failure = exc
            return -1
        self._buffer = ctypes.create_string_buffer(piece, max(1, len(piece)))
        # Not ctypes.cast: its result keeps the buffer alive until the garbage collector comes by.
        place[0] = ctypes.addressof(self._buffer)
        return len(piece)


def _synthetic_header(check_byte: int, packed_bytes: int) -> bytes:
    """Return a local header that declares the member as stored.

    So libarchive decrypts this one member and does nothing else: it never sees the rest of the file, and
    unpacking and verifying stay the same for all kinds of encryption.
    """
    sizes = struct.pack("<2H2Q", 1, 16, packed_bytes - ZIPCRYPTO_HEADER_BYTES, packed_bytes)
    fixed = struct.pack("<4s5H3I2H", b"PK\x03\x04", 45, 1, 0, 0, 0, check_byte << 24, _MASK, _MASK, 1, len(sizes))
    return fixed + b"x" + sizes


def _with_header(first: bytes, raw: Pieces, header: bytes) -> Pieces:
    yield header
    yield first
    yield from raw


def libarchive_pieces(raw: Pieces, password: bytes, packed_bytes: int, where: str) -> Pieces:
    """Decrypt a member of ``packed_bytes`` by libarchive (about 85 MB/s); the first piece has the header complete."""
    first = next(raw, b"")
    check_byte = ZipCrypto(password).decrypt(first[:ZIPCRYPTO_HEADER_BYTES])[-1]
    feed = _Feed(_with_header(first, raw, _synthetic_header(check_byte, packed_bytes)))
    yield from _libarchive_stream(feed, password, packed_bytes - ZIPCRYPTO_HEADER_BYTES, where)


def _libarchive_stream(feed: _Feed, password: bytes, left_bytes: int, where: str) -> Pieces:
    ffi: t.Any = importlib.import_module("libarchive.ffi")
    reader: t.Any = importlib.import_module("libarchive.read")
    callback = ffi.READ_CALLBACK(feed.read)
    buffer = ctypes.create_string_buffer(128 * 1024)
    try:
        with reader.new_archive_read("zip_streamable", "none", password) as archive:
            ffi.read_open(archive, None, ffi.NO_OPEN_CB, callback, ffi.NO_CLOSE_CB)
            entry = ffi.entry_new()
            try:
                ffi.read_next_header2(archive, entry)
                while left_bytes > 0:
                    # Never asked beyond the end: there it would compare a checksum that the header does not have.
                    count = ffi.read_data(archive, buffer, min(left_bytes, len(buffer)))
                    if count <= 0:
                        raise RuntimeError(f"libarchive delivered nothing where {left_bytes} bytes were left")
                    left_bytes -= count
                    yield ctypes.string_at(buffer, count)
            finally:
                ffi.entry_free(entry)
    except Exception as exc:
        if feed.failure is not None:
            raise feed.failure from None
        raise damaged(where, f"libarchive cannot decrypt it: {exc}") from exc


_SAMPLE_PASSWORD = b"sample"
_SAMPLE = bytes(range(ZIPCRYPTO_HEADER_BYTES + 16))


@functools.cache
def libarchive_works() -> bool:
    """Whether libarchive-c is there, finds its library, and decrypts as `ZipCrypto` does.

    It is an accelerator only: whatever is wrong with it, the slow way is taken.
    """
    try:
        fast = b"".join(libarchive_pieces(iter([_SAMPLE]), _SAMPLE_PASSWORD, len(_SAMPLE), "sample"))
    except Exception:  # noqa: BLE001 - libraries and versions fail in ways that cannot be listed
        return False
    return fast == b"".join(zipcrypto_pieces(iter([_SAMPLE]), _SAMPLE_PASSWORD))


class WrongAesPassword(Exception):
    """The check value of the member is not that of the password."""


def _aes_decrypter(where: str) -> t.Any:
    try:
        return importlib.import_module("pyzipper.zipfile_aes").AESZipDecrypter
    except (ImportError, OSError, AttributeError) as exc:
        raise Failure(
            "missing_dependency",
            f"{where} is encrypted with AES, which needs the Python library pyzipper ({exc});"
            f" {how_to_install('pyzipper')}",
        ) from exc


def aes_pieces(raw: Pieces, password: bytes, encryption: Encryption, where: str) -> Pieces:
    """Decrypt a member encrypted with WinZip AES, and compare its HMAC at the end.

    The first piece of ``raw`` has salt and check value complete. `WrongAesPassword` comes before the first piece.
    """
    decrypter_class = _aes_decrypter(where)
    header_bytes = AES_SALT_BYTES[encryption] + AES_CHECK_BYTES
    first = next(raw, b"")
    facts = types.SimpleNamespace(filename="", wz_aes_strength=_STRENGTH[encryption])
    try:
        decrypter = decrypter_class(facts, password, first[:header_bytes])
    except RuntimeError:
        raise WrongAesPassword from None
    held = first[header_bytes:]
    for piece in raw:
        held += piece
        yield decrypter.decrypt(held[:-AES_HMAC_BYTES])
        held = held[-AES_HMAC_BYTES:]
    if len(held) > AES_HMAC_BYTES:
        yield decrypter.decrypt(held[:-AES_HMAC_BYTES])
    try:
        decrypter.check_hmac(held[-AES_HMAC_BYTES:])
    except Exception as exc:
        raise damaged(where, "its checksum, the HMAC, is wrong") from exc
