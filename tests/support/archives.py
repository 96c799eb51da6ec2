# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives for the tests: real ones by other programs, and forged ones where a field lies."""

from __future__ import annotations

import dataclasses
import gzip
import importlib.util
import random
import shutil
import struct
import subprocess
import types
import typing as t
import zipfile
import zlib
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.chosen_file import choose
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.archives import Limits, open_container
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.zip_decrypt import ZipCrypto

SQL = b"# CAO-Faktura\r\n# Datum :14.03.2024 18:05:09 Uhr\r\n# Mandant :Musterladen\r\n#\r\n" + b"".join(
    b"INSERT INTO ARTIKEL VALUES ('%d','Schraube M%d','%d.50');\r\n" % (number, number % 7, number * 3)
    for number in range(400)
)
NAME = "CAO_backup_2024_03_14_18_05.sql"


def short(value: object) -> str | None:
    """Return an id for a case whose ``value`` is bytes: their number, since the bytes themselves can be many."""
    return f"{len(value)}_bytes" if isinstance(value, bytes) else None


def needs(program: str) -> None:
    """Skip the test where ``program`` is missing."""
    if shutil.which(program) is None:
        pytest.skip(f"the program {program} is not installed")


def write_sql(folder: Path, data: bytes = SQL, name: str = NAME) -> Path:
    """Write ``data`` as a file, for programs that pack files."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def info_zip(folder: Path, *options: str | bytes, data: bytes = SQL) -> Path:
    """Pack with Info-ZIP; ``options`` such as ``-P`` and a password."""
    needs("zip")
    write_sql(folder, data)
    subprocess.run(["zip", "-q", *options, "info.zip", NAME], cwd=folder, check=True)
    return folder / "info.zip"


def seven_zip(folder: Path, *options: str, data: bytes = SQL) -> Path:
    """Pack with 7-Zip; ``options`` such as ``-mem=AES256`` and ``-psecret``."""
    needs("7z")
    write_sql(folder, data)
    subprocess.run(["7z", "a", "-bso0", "-bsp0", "-tzip", *options, "seven.zip", NAME], cwd=folder, check=True)
    return folder / "seven.zip"


HAS_ZSTD = shutil.which("zstd") is not None and any(
    importlib.util.find_spec(name) is not None for name in ("zstandard", "compression")
)


def zstd_packed(data: bytes, *options: str) -> bytes:
    """Pack with the program zstd; skips where that or what unpacks it is missing."""
    if not HAS_ZSTD:
        pytest.skip("the program zstd, or zstandard for Python, is not installed")
    return subprocess.run(["zstd", "-q", "-c", *options], input=data, capture_output=True, check=True).stdout


def deflate(data: bytes) -> bytes:
    """Return ``data`` as a raw Deflate stream."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


@dataclasses.dataclass
class Forged:
    """One entry of a forged ZIP; ``local`` and ``central`` replace single fields, ``packed`` the data."""

    name: bytes = NAME.encode()
    data: bytes = SQL
    method: int = 8
    packed: bytes | None = None
    flags: int = 0
    local: dict[str, t.Any] = dataclasses.field(default_factory=dict)
    central: dict[str, t.Any] = dataclasses.field(default_factory=dict)

    def fields(self, offset: int) -> tuple[dict[str, t.Any], dict[str, t.Any], bytes]:
        """Return the fields of both headers and the packed bytes."""
        packed = self.packed
        if packed is None:
            packed = deflate(self.data) if self.method == 8 else self.data
        common: dict[str, t.Any] = {
            "mark": b"PK\x03\x04",
            "made_by": 20,
            "needed": 20,
            "flags": self.flags,
            "method": self.method,
            "time": 0,
            "date": 33,
            "crc": zlib.crc32(self.data),
            "packed": len(packed),
            "unpacked": len(self.data),
            "name": self.name,
            "extra": b"",
            "comment": b"",
            "disk": 0,
            "attributes": 0,
            "offset": offset,
        }
        return {**common, **self.local}, {**common, "mark": b"PK\x01\x02", **self.central}, packed


def forged_zip(*entries: Forged, between: bytes = b"", zip64: dict[str, int] | None = None, **end: t.Any) -> bytes:
    """Return the bytes of a ZIP made of ``entries``; ``end`` replaces fields of the end record."""
    body, directory = b"", b""
    for entry in entries:
        low, high, packed = entry.fields(len(body))
        body += struct.pack(
            "<4s5H3I2H",
            *(low[key] for key in ("mark", "needed", "flags", "method", "time", "date", "crc", "packed", "unpacked")),
            len(low["name"]),
            len(low["extra"]),
        )
        body += low["name"] + low["extra"] + packed
        keys = ("mark", "made_by", "needed", "flags", "method", "time", "date", "crc", "packed", "unpacked")
        directory += struct.pack(
            "<4s6H3I5H2I",
            *(high[key] for key in keys),
            *(len(high[key]) for key in ("name", "extra", "comment")),
            high["disk"],
            0,
            high["attributes"],
            high["offset"],
        )
        directory += high["name"] + high["extra"] + high["comment"]
    start = len(body)
    count, size = len(entries), len(directory)
    tail = between
    if zip64 is not None:
        tail += _end64(zip64, at=start + size, count=count, size=size, offset=start)
    fields = {
        "disk": 0,
        "first": 0,
        "here": count,
        "count": count,
        "size": size,
        "offset": start,
        "comment": b"",
        **end,
    }
    tail += struct.pack(
        "<4s4H2IH",
        b"PK\x05\x06",
        *(fields[key] for key in ("disk", "first", "here", "count", "size", "offset")),
        len(fields["comment"]),
    )
    return bytes(body + directory + tail + fields["comment"])


def _end64(changes: dict[str, int], *, at: int, count: int, size: int, offset: int) -> bytes:
    fields = {
        "length": 44,
        "needed": 45,
        "count": count,
        "size": size,
        "offset": offset,
        "at": at,
        "disks": 1,
        **changes,
    }
    return struct.pack(
        "<4sQ2H2I4Q",
        b"PK\x06\x06",
        fields["length"],
        45,
        fields["needed"],
        0,
        0,
        fields["count"],
        fields["count"],
        fields["size"],
        fields["offset"],
    ) + struct.pack("<4sIQI", b"PK\x06\x07", 0, fields["at"], fields["disks"])


def aes_extra(version: int = 2, vendor: bytes = b"AE", strength: int = 3, method: int = 8) -> bytes:
    """Return WinZip's extra field about AES."""
    return struct.pack("<HHH2sBH", 0x9901, 7, version, vendor, strength, method)


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
    """Return a member encrypted with ZipCrypto; ``check`` is another check byte than that of the checksum."""
    last = zlib.crc32(data) >> 24 if check is None else check
    secret = _Encrypter(password).encrypt(bytes(range(11)) + bytes([last]) + packed)
    return Forged(data=data, method=method, packed=secret, flags=1)


def write_bomb(folder: Path, kind: str, mib: int = 200) -> Path:
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


def unpacked(path: Path, password: str | None = None, limits: Limits | None = None) -> bytes:
    """Return what both passes over ``path`` give."""
    with choose(str(path)) as chosen:
        container = open_container(chosen, password, limits or Limits())
        first, positions = b"", []
        for chunk in container.chunks():
            first += chunk
            positions.append(container.bytes_read)
        assert positions == sorted(positions)
        assert container.bytes_read == chosen.size_bytes
        assert b"".join(container.chunks()) == first
    return first


def refused(path: Path, password: str | None = None, limits: Limits | None = None) -> Failure:
    """Return the `Failure` of ``path``, whose message names the file and never the password."""
    with pytest.raises(Failure) as caught:
        unpacked(path, password, limits)
    found = caught.value
    assert str(path) in found.msg
    assert found.msg.isprintable()
    assert password is None or len(password) < 4 or password not in found.msg
    return found
