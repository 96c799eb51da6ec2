# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hostile archives, made anew for each test: a bomb in a repository alarms every virus scanner.

archives.py has them as rows, and what comes of each.
"""

from __future__ import annotations

import bz2
import dataclasses
import gzip
import io
import lzma
import struct
import tarfile
import typing as t
import zlib
from pathlib import Path

from archives import NAME, Forged, deflate, forged_zip
from hostile.row import Make

DUMP = (
    b"# CAO-Faktura\r\n# Datum :14.03.2024 18:05:09 Uhr\r\n# Mandant :Musterladen\r\n#\r\n"
    b"create table T (A int, B varchar(20));\r\n"
    b"INSERT INTO T VALUES ('1','x');\r\nINSERT INTO T VALUES ('2','y');\r\n"
)
OTHER = DUMP.replace(b"'x'", b"'z'")
_MIB = 1 << 20
# Far over what may come of a small file (64 MiB), and quickly packed.
_BOMB_MIB = 96
_4_GIB = 1 << 32
_LINE = b"--" + b" " * (_MIB - 3) + b"\n"


def entry(**changes: t.Any) -> Forged:
    """Return an entry with the dump in it."""
    return dataclasses.replace(Forged(data=DUMP), **changes)


def zip_of(*entries: Forged, **options: t.Any) -> Make:
    """Return what writes a ZIP of these entries."""
    return written(lambda: forged_zip(*entries, **options))


def written(make: t.Callable[[], bytes]) -> Make:
    """Return what writes these bytes, made as late as that."""

    def write(path: Path) -> None:
        path.write_bytes(make())

    return write


def named(name: bytes, **changes: t.Any) -> Make:
    """Return what writes a ZIP whose entry has a name of these bytes."""
    return zip_of(entry(name=name, flags=0x800, **changes))


def unix(mode: int) -> Make:
    """Return what writes a ZIP whose entry is no regular file of a Unix."""
    return zip_of(entry(data=b"/etc/passwd", central={"made_by": 3 << 8, "attributes": (mode | 0o777) << 16}))


def lie(**fields: int) -> Make:
    """Return what writes a ZIP that tells something else of its entry, twice alike."""
    return zip_of(entry(local=fields, central=fields))


def _repeated(pack: t.Any) -> bytes:
    """Pack the dump and then a line so often that it is a bomb, without ever holding it."""
    pieces = [pack.compress(DUMP), *(pack.compress(_LINE) for _number in range(_BOMB_MIB))]
    return b"".join(pieces) + bytes(pack.flush())


def _deflated_bomb() -> bytes:
    return _repeated(zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS))


def bomb_with_its_size() -> bytes:
    """Return a ZIP that says how large it gets."""
    size = {"unpacked": len(DUMP) + _BOMB_MIB * _MIB}
    return forged_zip(entry(packed=_deflated_bomb(), local=size, central=size))


def bomb_that_lies() -> bytes:
    """Return a ZIP that gets larger than it says."""
    return forged_zip(entry(packed=_deflated_bomb()))


def bomb_gzip() -> bytes:
    """Return a gzip file that gets large."""
    return _repeated(zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS | 16))


DESKTOP = (
    Forged(name=b"__MACOSX/._CAO_backup.sql", data=b"\0\5\x16\7" + bytes(100)),
    Forged(name=b".DS_Store", data=b"\0\0\0\1Bud1" + bytes(100)),
)


def bomb_bzip2_alone() -> bytes:
    """Return a bzip2 file that gets large."""
    return _repeated(bz2.BZ2Compressor())


def bomb_xz() -> bytes:
    """Return an xz file that gets large."""
    return _repeated(lzma.LZMACompressor(preset=1))


def bomb_bzip2() -> bytes:
    """Return a ZIP packed by bzip2 that says how large it gets."""
    size = {"unpacked": len(DUMP) + _BOMB_MIB * _MIB}
    packed = bz2.compress(DUMP + _LINE * 4)
    return forged_zip(entry(method=12, packed=packed, local=size, central=size))


def nested(depth: int) -> bytes:
    """Return ZIPs in ZIPs, with a bomb in each of the innermost."""
    data = bomb_with_its_size()
    for _level in range(depth):
        data = forged_zip(*(Forged(name=b"%d.zip" % number, data=data) for number in range(3)))
    return data


def overlapping() -> bytes:
    """Many entries that all share the same packed bytes, as the best known bomb without nesting has them."""
    whole = entry()
    shared = [entry(name=b"%d.sql" % number, central={"offset": 0}) for number in range(200)]
    return forged_zip(whole, *shared)


def overlapping_quoted() -> bytes:
    """The local header of a second entry is part of the data of the first, quoted by a stored block."""
    inner = forged_zip(entry(name=b"folder/", data=b"", method=0))[:37]
    first = entry(data=DUMP + b"-- " + inner, method=0)
    offset = 30 + len(NAME) + len(DUMP) + 3
    return forged_zip(first, entry(name=b"folder/", data=b"", method=0, central={"offset": offset}))


def hidden_member(*, other: bytes) -> bytes:
    """A first member that the directory does not tell of: readers of streams find another content than we do."""
    hidden = forged_zip(entry(data=other))
    body = hidden[: hidden.index(b"PK\x01\x02")]
    whole = forged_zip(entry())
    directory = whole.index(b"PK\x01\x02")
    end = whole.index(b"PK\x05\x06")
    moved = bytearray(whole[directory:end])
    moved[42:46] = struct.pack("<I", len(body))
    tail = bytearray(whole[end:])
    tail[16:20] = struct.pack("<I", len(body) + directory)
    return body + whole[:directory] + bytes(moved) + bytes(tail)


def second_end() -> bytes:
    """A ZIP in the comment of a ZIP: two ends, and readers do not agree which one counts."""
    return forged_zip(entry(), comment=forged_zip(entry(data=OTHER)))


def unicode_name(name: bytes) -> Make:
    """Return what writes a ZIP whose entry has a second name in an extra field."""
    extra = struct.pack("<HHBI", 0x7075, 5 + len(name), 1, zlib.crc32(NAME.encode())) + name
    return zip_of(entry(local={"extra": extra}, central={"extra": extra}))


def _zip64_extra(*numbers: int) -> bytes:
    return struct.pack("<HH", 1, 8 * len(numbers)) + struct.pack(f"<{len(numbers)}Q", *numbers)


def zip64_member(unpacked: int) -> Make:
    """Return what writes a ZIP with long sizes of its entry."""
    packed = deflate(DUMP)
    long = {"packed": 0xFFFFFFFF, "unpacked": 0xFFFFFFFF, "extra": _zip64_extra(unpacked, len(packed)), "needed": 45}
    return zip_of(entry(packed=packed, local=long, central=long), zip64={})


def sparse_zip(path: Path) -> None:
    """A member behind 4 GiB of nothing, in a file that takes some kilobytes of a disk."""
    folder = Forged(name=b"a/", data=b"", method=0)
    begin = 30 + len(folder.name)
    entries = folder, entry(central={"offset": 0xFFFFFFFF, "extra": _zip64_extra(_4_GIB + begin)})
    plain = forged_zip(*entries)
    places = {"offset": _4_GIB + plain.index(b"PK\x01\x02"), "at": _4_GIB + plain.index(b"PK\x05\x06")}
    whole = forged_zip(*entries, zip64=places, offset=0xFFFFFFFF)
    with path.open("wb") as file:
        file.write(whole[:begin])
        file.seek(_4_GIB + begin)
        file.write(whole[begin:])


def sparse_sql(path: Path) -> None:
    """A dump, and then 65 GiB of NUL bytes that no disk holds."""
    with path.open("wb") as file:
        file.write(DUMP)
        file.truncate(65 << 30)


def tar() -> bytes:
    """Return a packed tar archive."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        info = tarfile.TarInfo("../CAO_backup.sql")
        info.size = len(DUMP)
        archive.addfile(info, io.BytesIO(DUMP))
    return buffer.getvalue()


def gzip_with_name(name: bytes) -> bytes:
    """Return a gzip file with the name of what was packed."""
    packed = gzip.compress(DUMP, mtime=0)
    return packed[:3] + b"\x08" + packed[4:10] + name + b"\0" + packed[10:]
