# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hostile archives, made anew for each test: a bomb in a repository alarms every virus scanner.

What comes of each stands in tests/corpus/hostile/index.tsv.
"""

from __future__ import annotations

import bz2
import dataclasses
import gzip
import io
import stat
import struct
import tarfile
import typing as t
import zlib
from pathlib import Path

from archives import NAME, Forged, aes_extra, deflate, forged_zip

DUMP = (
    b"# CAO-Faktura\r\n# Datum :14.03.2024 18:05:09 Uhr\r\n# Mandant :Musterladen\r\n#\r\n"
    b"create table T (A int, B varchar(20));\r\n"
    b"INSERT INTO T VALUES ('1','x');\r\nINSERT INTO T VALUES ('2','y');\r\n"
)
_OTHER = DUMP.replace(b"'x'", b"'z'")
_MIB = 1 << 20
# Far over what may come of a small file (64 MiB), and quickly packed.
_BOMB_MIB = 96
_4_GIB = 1 << 32
_LINE = b"--" + b" " * (_MIB - 3) + b"\n"

Make = t.Callable[[Path], None]


def _entry(**changes: t.Any) -> Forged:
    return dataclasses.replace(Forged(data=DUMP), **changes)


def _zip(*entries: Forged, **options: t.Any) -> Make:
    return _bytes(lambda: forged_zip(*entries, **options))


def _bytes(make: t.Callable[[], bytes]) -> Make:
    def write(path: Path) -> None:
        path.write_bytes(make())

    return write


def _named(name: bytes, **changes: t.Any) -> Make:
    return _zip(_entry(name=name, flags=0x800, **changes))


def _unix(mode: int) -> Make:
    return _zip(_entry(data=b"/etc/passwd", central={"made_by": 3 << 8, "attributes": (mode | 0o777) << 16}))


def _lie(**fields: int) -> Make:
    return _zip(_entry(local=fields, central=fields))


def _repeated(pack: t.Any) -> bytes:
    """Pack the dump and then a line so often that it is a bomb, without ever holding it."""
    pieces = [pack.compress(DUMP), *(pack.compress(_LINE) for _number in range(_BOMB_MIB))]
    return b"".join(pieces) + bytes(pack.flush())


def _deflated_bomb() -> bytes:
    return _repeated(zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS))


def _bomb_with_its_size() -> bytes:
    size = {"unpacked": len(DUMP) + _BOMB_MIB * _MIB}
    return forged_zip(_entry(packed=_deflated_bomb(), local=size, central=size))


def _bomb_that_lies() -> bytes:
    return forged_zip(_entry(packed=_deflated_bomb()))


def _bomb_gzip() -> bytes:
    return _repeated(zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS | 16))


def _bomb_bzip2() -> bytes:
    size = {"unpacked": len(DUMP) + _BOMB_MIB * _MIB}
    packed = bz2.compress(DUMP + _LINE * 4)
    return forged_zip(_entry(method=12, packed=packed, local=size, central=size))


def _nested(depth: int) -> bytes:
    data = _bomb_with_its_size()
    for _level in range(depth):
        data = forged_zip(*(Forged(name=b"%d.zip" % number, data=data) for number in range(3)))
    return data


def _overlapping() -> bytes:
    """Many entries that all share the same packed bytes, as the best known bomb without nesting has them."""
    whole = _entry()
    shared = [_entry(name=b"%d.sql" % number, central={"offset": 0}) for number in range(200)]
    return forged_zip(whole, *shared)


def _overlapping_quoted() -> bytes:
    """The local header of a second entry is part of the data of the first, quoted by a stored block."""
    inner = forged_zip(_entry(name=b"folder/", data=b"", method=0))[:37]
    first = _entry(data=DUMP + b"-- " + inner, method=0)
    offset = 30 + len(NAME) + len(DUMP) + 3
    return forged_zip(first, _entry(name=b"folder/", data=b"", method=0, central={"offset": offset}))


def _hidden_member(*, other: bytes) -> bytes:
    """A first member that the directory does not tell of: readers of streams find another content than we do."""
    hidden = forged_zip(_entry(data=other))
    body = hidden[: hidden.index(b"PK\x01\x02")]
    whole = forged_zip(_entry())
    directory = whole.index(b"PK\x01\x02")
    end = whole.index(b"PK\x05\x06")
    moved = bytearray(whole[directory:end])
    moved[42:46] = struct.pack("<I", len(body))
    tail = bytearray(whole[end:])
    tail[16:20] = struct.pack("<I", len(body) + directory)
    return body + whole[:directory] + bytes(moved) + bytes(tail)


def _second_end() -> bytes:
    """A ZIP in the comment of a ZIP: two ends, and readers do not agree which one counts."""
    return forged_zip(_entry(), comment=forged_zip(_entry(data=_OTHER)))


def _unicode_name(name: bytes) -> Make:
    extra = struct.pack("<HHBI", 0x7075, 5 + len(name), 1, zlib.crc32(NAME.encode())) + name
    return _zip(_entry(local={"extra": extra}, central={"extra": extra}))


def _zip64_extra(*numbers: int) -> bytes:
    return struct.pack("<HH", 1, 8 * len(numbers)) + struct.pack(f"<{len(numbers)}Q", *numbers)


def _zip64_member(unpacked: int) -> Make:
    packed = deflate(DUMP)
    long = {"packed": 0xFFFFFFFF, "unpacked": 0xFFFFFFFF, "extra": _zip64_extra(unpacked, len(packed)), "needed": 45}
    return _zip(_entry(packed=packed, local=long, central=long), zip64={})


def _sparse_zip(path: Path) -> None:
    """A member behind 4 GiB of nothing, in a file that takes some kilobytes of a disk."""
    folder = Forged(name=b"a/", data=b"", method=0)
    begin = 30 + len(folder.name)
    entries = folder, _entry(central={"offset": 0xFFFFFFFF, "extra": _zip64_extra(_4_GIB + begin)})
    plain = forged_zip(*entries)
    places = {"offset": _4_GIB + plain.index(b"PK\x01\x02"), "at": _4_GIB + plain.index(b"PK\x05\x06")}
    whole = forged_zip(*entries, zip64=places, offset=0xFFFFFFFF)
    with path.open("wb") as file:
        file.write(whole[:begin])
        file.seek(_4_GIB + begin)
        file.write(whole[begin:])


def _sparse_sql(path: Path) -> None:
    """A dump, and then 65 GiB of NUL bytes that no disk holds."""
    with path.open("wb") as file:
        file.write(DUMP)
        file.truncate(65 << 30)


def _tar() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        info = tarfile.TarInfo("../CAO_backup.sql")
        info.size = len(DUMP)
        archive.addfile(info, io.BytesIO(DUMP))
    return buffer.getvalue()


def _gzip_with_name(name: bytes) -> bytes:
    packed = gzip.compress(DUMP, mtime=0)
    return packed[:3] + b"\x08" + packed[4:10] + name + b"\0" + packed[10:]


_AES = aes_extra()

ARCHIVES: dict[str, Make] = {
    "slip_parent": _named(b"../CAO_backup.sql"),
    "slip_deep": _named(b"a/../../CAO_backup.sql"),
    "slip_absolute": _named(b"/etc/cron.d/CAO_backup.sql"),
    "slip_windows": _named(b"..\\CAO_backup.sql"),
    "slip_drive": _named(b"C:\\Windows\\CAO_backup.sql"),
    "slip_network": _named(b"\\\\server\\share\\CAO_backup.sql"),
    "slip_stream": _named(b"CAO_backup.sql:hidden"),
    "slip_other_header": _zip(_entry(local={"name": b"../../../../etc/cron.d/x.s"})),
    "slip_unicode_name": _unicode_name(b"../../CAO_backup.sql"),
    "slip_folder": _zip(_entry(name=b"../a/", data=b"", method=0), _entry()),
    "slip_gzip_name": _bytes(lambda: _gzip_with_name(b"../../etc/cron.d/x")),
    "slip_tar": _bytes(_tar),
    "link_symbolic": _unix(stat.S_IFLNK),
    "link_device": _unix(stat.S_IFCHR),
    "link_block_device": _unix(stat.S_IFBLK),
    "link_socket": _unix(stat.S_IFSOCK),
    "bomb_deflate": _bytes(_bomb_with_its_size),
    "bomb_that_lies": _bytes(_bomb_that_lies),
    "bomb_gzip": _bytes(_bomb_gzip),
    "bomb_gzip_of_gzip": _bytes(lambda: gzip.compress(_bomb_gzip())),
    "bomb_bzip2": _bytes(_bomb_bzip2),
    "bomb_entries": _zip(*(Forged(name=b"%d" % number, data=b"", method=0) for number in range(2_000))),
    "bomb_sparse_sql": _sparse_sql,
    "nested_zip": _bytes(lambda: forged_zip(Forged(name=NAME.encode(), data=forged_zip(_entry())))),
    "nested_zip_by_name": _bytes(lambda: forged_zip(Forged(name=b"CAO_backup.zip", data=forged_zip(_entry())))),
    "nested_bombs": _bytes(lambda: _nested(3)),
    "nested_gzip": _bytes(lambda: forged_zip(Forged(name=NAME.encode(), data=gzip.compress(DUMP)))),
    "overlapping_entries": _bytes(_overlapping),
    "overlapping_quoted": _bytes(_overlapping_quoted),
    "overlapping_directory": _zip(_entry(local={"packed": 5000}, central={"packed": 5000})),
    "lie_unpacked_less": _lie(unpacked=10),
    "lie_unpacked_more": _lie(unpacked=len(DUMP) + 1),
    "lie_unpacked_zero": _lie(unpacked=0),
    "lie_packed_less": _lie(packed=20),
    "lie_checksum": _lie(crc=0),
    "lie_local_size": _zip(_entry(local={"unpacked": 5})),
    "lie_stored_size": _zip(_entry(method=0, local={"unpacked": 9}, central={"unpacked": 9})),
    "lie_method": _zip(_entry(local={"method": 0})),
    "lie_encryption": _zip(_entry(central={"flags": 1})),
    "lie_aes": _zip(_entry(method=99, flags=1, local={"extra": _AES}, central={"extra": aes_extra(strength=1)})),
    "lie_directory_size": _zip(_entry(), size=7),
    "lie_directory_place": _zip(_entry(), offset=3),
    "lie_entries": _zip(_entry(), count=2, here=2),
    "lie_no_entries": _zip(_entry(), count=0, here=0),
    "duplicate_member": _zip(_entry(), _entry(data=_OTHER)),
    "duplicate_by_case": _zip(_entry(name=b"A.sql"), _entry(name=b"a.SQL", data=_OTHER)),
    "duplicate_hidden": _bytes(lambda: _hidden_member(other=_OTHER)),
    "duplicate_second_end": _bytes(_second_end),
    "duplicate_concatenated": _bytes(lambda: forged_zip(_entry()) + forged_zip(_entry(data=_OTHER))),
    "large_declared": _lie(unpacked=0xFFFFFFFE),
    "large_packed": _lie(packed=0xFFFFFFFE),
    "large_sparse": _sparse_zip,
    "zip64_right": _zip64_member(len(DUMP)),
    "zip64_unpacked": _zip64_member(5 << 30),
    "zip64_huge": _zip64_member((1 << 64) - 1),
    "zip64_missing": _zip(_entry(central={"packed": 0xFFFFFFFF, "unpacked": 0xFFFFFFFF})),
    "zip64_short": _zip(_entry(central={"unpacked": 0xFFFFFFFF, "extra": struct.pack("<HHI", 1, 4, 9)})),
    "zip64_contradiction": _zip(_entry(), zip64={"count": 2}),
    "zip64_far_end": _zip(_entry(), zip64={"at": 1 << 62}),
    "control_newline": _named(b"CAO\nbackup.sql"),
    "control_nul": _named(b"CAO_backup.sql\0.exe"),
    "control_escape": _named(b"\x1b[2JCAO_backup.sql"),
    "control_delete": _named(b"CAO\x7fbackup.sql"),
    "control_bidirectional": _named("CAO_\u202elqs.exe".encode()),
    "control_no_utf8": _named(b"CAO_\xff\xfe.sql"),
    "control_long": _named(b"a" * 60_000 + b".sql"),
}


def archive(name: str, folder: Path) -> Path:
    """Make an archive in a folder and return its path."""
    path = folder / f"{name}.zip"
    ARCHIVES[name](path)
    return path
