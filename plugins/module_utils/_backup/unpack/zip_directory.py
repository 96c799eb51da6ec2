# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The directory of a ZIP file: its one member, and that nothing in the file contradicts it.

Source: PKWARE's APPNOTE.TXT 6.3 (chapter 4), WinZip's "AES Encryption Information" for the extra field 0x9901.
The reader is strict where the standard library is lenient (order of records, sizes, overlaps), because the two
descriptions of a member that a ZIP holds must never mean different content.
"""

from __future__ import annotations

import dataclasses
import struct
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.archive_kinds import SPLIT_START
from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.chosen_file import ChosenFile
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.streams import damaged
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.zip_names import (
    check_name,
    is_of_the_desktop,
    printable_names,
)

Encryption = t.Literal["none", "zipcrypto", "aes128", "aes192", "aes256"]

STORED, DEFLATED, BZIP2 = 0, 8, 12
# Encrypted members begin with a header: 12 bytes, or salt and 2 bytes of check; AES ends with 10 bytes of HMAC.
ZIPCRYPTO_HEADER_BYTES = 12
AES_SALT_BYTES: t.Mapping[Encryption, int] = {"aes128": 8, "aes192": 12, "aes256": 16}
AES_CHECK_BYTES, AES_HMAC_BYTES = 2, 10
# Far more than one member and its folders need.
MAX_ENTRIES, MAX_DIRECTORY_BYTES = 1000, 1024 * 1024

_END, _END_MARK = struct.Struct("<4s4H2IH"), b"PK\x05\x06"
_END64, _END64_MARK = struct.Struct("<4sQ2H2I4Q"), b"PK\x06\x06"
_LOCATOR, _LOCATOR_MARK = struct.Struct("<4sIQI"), b"PK\x06\x07"
_ENTRY, _ENTRY_MARK = struct.Struct("<4s6H3I5H2I"), b"PK\x01\x02"
_EXTRA, _NUMBER64, _AES = struct.Struct("<2H"), struct.Struct("<Q"), struct.Struct("<H2sBH")
_LOCAL, _LOCAL_MARK = struct.Struct("<4s5H3I2H"), b"PK\x03\x04"
_MAX16, _MAX32 = 0xFFFF, 0xFFFFFFFF
_ENCRYPTED, _SIZES_BEHIND, _PATCH, _STRONG, _HIDDEN = 1 << 0, 1 << 3, 1 << 5, 1 << 6, 1 << 13
_UTF8_NAME = 1 << 11
_AES_METHOD, _AES_EXTRA, _ZIP64_EXTRA = 99, 0x9901, 1
_AES_STRENGTH: t.Mapping[int, Encryption] = {1: "aes128", 2: "aes192", 3: "aes256"}
_ENCRYPTED_DIRECTORY_VERSION = 62
_METHODS = {
    1: "Shrink",
    6: "Implode",
    9: "Deflate64, which Windows Explorer uses for large files",
    14: "LZMA",
    93: "Zstandard",
    95: "XZ",
    98: "PPMd",
}


@dataclasses.dataclass(frozen=True)
class Member:
    """The one member of a ZIP file. Sizes and offsets in bytes; ``packed_bytes`` includes what encryption adds."""

    name: str
    method: int
    encryption: Encryption
    crc: int | None
    packed_bytes: int
    unpacked_bytes: int
    data_offset: int
    left_out: tuple[str, ...] = ()


class _Entry(t.NamedTuple):
    """One record of the central directory, as it stands there (Zip64 resolved)."""

    raw_name: bytes
    name: str
    flags: int
    method: int
    crc: int
    packed_bytes: int
    unpacked_bytes: int
    offset: int
    unix_mode: int
    aes: bytes | None

    @property
    def is_folder(self) -> bool:
        return self.name.endswith(("/", "\\")) and self.unpacked_bytes == 0


class _End(t.NamedTuple):
    entries: int
    size_bytes: int
    offset: int


def _refused(where: str, what: str, advice: str = "pack the SQL file again as an ordinary ZIP") -> Failure:
    return Failure("not_a_backup", f"{where} {what}; {advice}.")


def _one_of_several(chosen: ChosenFile) -> Failure:
    return _refused(chosen.shown, "is one part of a ZIP in several parts", "join the parts into one ZIP first")


def _find_end(chosen: ChosenFile) -> tuple[int, bytes]:
    """Return the offset of the end-of-central-directory record and the 20 bytes before it (where Zip64 points)."""
    start = max(0, chosen.size_bytes - _END.size - _MAX16 - _LOCATOR.size)
    tail = chosen.read_at(start, chosen.size_bytes - start)
    # Behind the record and its comment there may be padding with NUL bytes, nothing else.
    content = len(tail.rstrip(b"\x00"))
    at = tail.rfind(_END_MARK)
    is_followed = False
    while at >= 0:
        end = at + _END.size + int.from_bytes(tail[at + 20 : at + 22], "little")
        if content <= end <= len(tail):
            return start + at, tail[max(0, at - _LOCATOR.size) : at]
        is_followed = is_followed or end < content
        at = tail.rfind(_END_MARK, 0, at)
    if is_followed:
        raise damaged(chosen.shown, "other bytes follow behind the end of the ZIP")
    if chosen.read_at(0, len(SPLIT_START)) == SPLIT_START:
        raise _one_of_several(chosen)
    raise Failure(
        "truncated",
        f"{chosen.shown} ends too early: the directory at the end of the ZIP is missing or incomplete. The copy is"
        " incomplete, transfer it again.",
    )


def _read_end(chosen: ChosenFile) -> _End:
    at, before = _find_end(chosen)
    record = chosen.read_at(at, _END.size)
    _mark, disk, first_disk, here, entries, size_bytes, offset, _comment_size = _END.unpack(record)
    directory_end = at
    if before.startswith(_LOCATOR_MARK) and len(before) == _LOCATOR.size:
        _mark, _disk, directory_end, disks = _LOCATOR.unpack(before)
        old = (here, entries, size_bytes, offset)
        disk, first_disk, here, entries, size_bytes, offset = _read_end64(chosen, directory_end, at)
        limits = (_MAX16, _MAX16, _MAX32, _MAX32)
        new = (here, entries, size_bytes, offset)
        if any(a not in (b, limit) for a, b, limit in zip(old, new, limits)):
            raise damaged(chosen.shown, "the two ends of the ZIP directory contradict each other")
        disk = max(disk, disks - 1)
    if disk > 0 or first_disk > 0 or here != entries:
        raise _one_of_several(chosen)
    if offset + size_bytes != directory_end:
        raise damaged(chosen.shown, "the ZIP directory is not where its end says")
    return _End(entries, size_bytes, offset)


def _read_end64(chosen: ChosenFile, at: int, limit: int) -> tuple[int, int, int, int, int, int]:
    record = chosen.read_at(at, _END64.size) if at < limit else b""
    if len(record) < _END64.size or not record.startswith(_END64_MARK):
        raise damaged(chosen.shown, "the Zip64 end of the directory is missing")
    _mark, size_bytes, _made_by, needed, disk, first_disk, here, entries, directory_bytes, offset = _END64.unpack(
        record
    )
    if needed >= _ENCRYPTED_DIRECTORY_VERSION:
        raise _refused(chosen.shown, "has an encrypted directory (strong encryption of PKZIP)")
    if at + 12 + size_bytes + _LOCATOR.size != limit:
        raise damaged(chosen.shown, "the Zip64 end of the directory has a wrong size")
    return disk, first_disk, here, entries, directory_bytes, offset


def _extras(data: bytes, where: str) -> dict[int, bytes]:
    fields: dict[int, bytes] = {}
    at = 0
    # Fewer bytes than a field's own header are padding, which some programs leave.
    while at + _EXTRA.size <= len(data):
        kind, size = _EXTRA.unpack_from(data, at)
        at += _EXTRA.size
        if at + size > len(data) or kind in fields:
            raise damaged(where, "its extra fields contradict each other")
        fields[kind] = data[at : at + size]
        at += size
    return fields


def _zip64(field: bytes, values: t.Sequence[int], where: str) -> list[int]:
    """Replace each 0xFFFFFFFF of ``values`` by the next number of the Zip64 extra field."""
    numbers = iter(_NUMBER64.iter_unpack(field[: len(field) // _NUMBER64.size * _NUMBER64.size]))
    result = []
    for value in values:
        # Without such a field the number means itself: a file of exactly 4 GiB less one byte.
        long_value = next(numbers, None) if value == _MAX32 and field else (value,)
        if long_value is None:
            raise damaged(where, "its Zip64 sizes are incomplete")
        result.append(long_value[0])
    return result


def _entries(chosen: ChosenFile, end: _End) -> list[_Entry]:
    if end.entries > MAX_ENTRIES or end.size_bytes > MAX_DIRECTORY_BYTES:
        raise _refused(chosen.shown, f"holds {end.entries} entries instead of exactly one SQL file", _PACK_ONE)
    data = chosen.read_at(end.offset, end.size_bytes)
    entries = []
    at = 0
    for _number in range(end.entries):
        if len(data) < at + _ENTRY.size or data[at : at + 4] != _ENTRY_MARK:
            raise damaged(chosen.shown, "the ZIP directory cannot be read")
        entry, at = _entry(chosen, data, at)
        entries.append(entry)
    if at != len(data):
        raise damaged(chosen.shown, "the ZIP directory has another length than stated")
    # The file begins with a member, which a reader of streams would take for the content, or with the mark of a split.
    first = 0 if chosen.read_at(0, len(SPLIT_START)) == _LOCAL_MARK else len(SPLIT_START)
    if entries and all(entry.offset > first for entry in entries):
        raise damaged(chosen.shown, "it begins with a file that the ZIP directory does not name")
    return entries


def _entry(chosen: ChosenFile, data: bytes, at: int) -> tuple[_Entry, int]:
    fields = _ENTRY.unpack_from(data, at)
    made_by, _needed, flags, method, _time, _date, crc, packed, unpacked = fields[1:10]
    name_size, extra_size, comment_size, disk, _internal, attributes, offset = fields[10:]
    at += _ENTRY.size
    raw_name = data[at : at + name_size]
    extra = data[at + name_size : at + name_size + extra_size]
    end = at + name_size + extra_size + comment_size
    if end > len(data):
        raise damaged(chosen.shown, "the ZIP directory cannot be read")
    if disk not in (0, _MAX16):
        raise _one_of_several(chosen)
    extras = _extras(extra, chosen.shown)
    unpacked, packed, offset = _zip64(extras.get(_ZIP64_EXTRA, b""), (unpacked, packed, offset), chosen.shown)
    name = raw_name.decode("utf-8" if flags & _UTF8_NAME else "cp437", "replace")
    # Systems 3 (Unix) and 19 (macOS) keep the file's mode in the upper half of the attributes.
    mode = attributes >> 16 if made_by >> 8 in (3, 19) else 0
    aes = extras.get(_AES_EXTRA)
    return _Entry(raw_name, name, flags, method, crc, packed, unpacked, offset, mode, aes), end


_PACK_ONE = "pack the SQL file alone into the ZIP"


def _only_file(chosen: ChosenFile, entries: t.Sequence[_Entry]) -> _Entry:
    files = [entry for entry in entries if not entry.is_folder and not is_of_the_desktop(entry.name)]
    names = [entry.name for entry in files]
    if len(files) == 1:
        return files[0]
    if not files:
        raise _refused(chosen.shown, "is a ZIP that holds no file instead of exactly one SQL file", _PACK_ONE)
    twice = ", some of the same name," if len(set(names)) < len(names) else ""
    raise _refused(
        chosen.shown,
        f"holds {len(files)} files{twice} instead of exactly one SQL file ({printable_names(names)})",
        _PACK_ONE,
    )


def _encryption(entry: _Entry, where: str) -> tuple[Encryption, int, int | None]:
    """Return the encryption, the compression method behind it, and the CRC unless AE-2 leaves it out."""
    if entry.flags & (_STRONG | _HIDDEN | _PATCH):
        raise _refused(where, "uses strong encryption or patches of PKZIP, which cannot be read")
    if entry.method != _AES_METHOD:
        return ("zipcrypto" if entry.flags & _ENCRYPTED else "none"), entry.method, entry.crc
    if entry.aes is None or len(entry.aes) != _AES.size or not entry.flags & _ENCRYPTED:
        raise damaged(where, "the facts about its AES encryption are missing")
    version, vendor, strength, method = _AES.unpack(entry.aes)
    if vendor != b"AE" or version not in (1, 2) or strength not in _AES_STRENGTH:
        raise _refused(where, "uses an unknown kind of AES encryption")
    return _AES_STRENGTH[strength], method, entry.crc if version == 1 else None


def overhead_bytes(encryption: Encryption) -> int:
    """How many of a member's packed bytes belong to the encryption."""
    if encryption == "none":
        return 0
    if encryption == "zipcrypto":
        return ZIPCRYPTO_HEADER_BYTES
    return AES_SALT_BYTES[encryption] + AES_CHECK_BYTES + AES_HMAC_BYTES


def _data_offset(chosen: ChosenFile, entry: _Entry, where: str) -> int:
    """Compare the local header with the directory; return where the member's data begin."""
    header = chosen.read_at(entry.offset, _LOCAL.size)
    if len(header) < _LOCAL.size or not header.startswith(_LOCAL_MARK):
        raise damaged(where, "it does not begin where the ZIP directory says")
    fields = _LOCAL.unpack(header)
    _mark, _needed, flags, method, _time, _date, crc, packed, unpacked, name_size, extra_size = fields
    rest = chosen.read_at(entry.offset + _LOCAL.size, name_size + extra_size)
    extras = _extras(rest[name_size:], where)
    unpacked, packed = _zip64(extras.get(_ZIP64_EXTRA, b""), (unpacked, packed), where)
    same_kind = (flags ^ entry.flags) & (_ENCRYPTED | _STRONG | _SIZES_BEHIND) == 0 and method == entry.method
    if rest[:name_size] != entry.raw_name or not same_kind or extras.get(_AES_EXTRA, entry.aes) != entry.aes:
        raise damaged(where, "its own header and the ZIP directory contradict each other")
    found, wanted = (crc, packed, unpacked), (entry.crc, entry.packed_bytes, entry.unpacked_bytes)
    # With the sizes behind the data (bit 3) the header may say nothing, that is 0.
    nothing = 0 if flags & _SIZES_BEHIND else None
    if any(a not in (b, nothing) for a, b in zip(found, wanted)):
        raise damaged(where, "its own header and the ZIP directory state different sizes or checksums")
    return int(entry.offset + _LOCAL.size + name_size + extra_size)


def _check_sizes(member: Member, entry: _Entry, others: t.Iterable[_Entry], end: _End, where: str) -> None:
    if member.method not in (STORED, DEFLATED, BZIP2):
        method = _METHODS.get(member.method, f"number {member.method}")
        raise _refused(where, f"is compressed with a method that cannot be read ({method})", "pack it with Deflate")
    content = member.packed_bytes - overhead_bytes(member.encryption)
    if content < 0 or (member.method == STORED and content != member.unpacked_bytes):
        raise damaged(where, "its sizes contradict each other")
    data_end = member.data_offset + member.packed_bytes
    if data_end > end.offset or any(entry.offset <= other.offset < data_end for other in others):
        raise damaged(where, "it overlaps with other parts of the ZIP")


def the_one_member(chosen: ChosenFile) -> Member:
    """Return the only file in the ZIP ``chosen``; folders do not count, nor what a desktop leaves in them.

    `Failure`: ``not_a_backup`` (none or several files, a name that leaves its folder, a link, several parts, a method
    or encryption that cannot be read), ``damaged`` (contradictions), ``truncated`` (no directory at the end).
    """
    end = _read_end(chosen)
    entries = _entries(chosen, end)
    entry = _only_file(chosen, entries)
    check_name(chosen, entry.name, entry.unix_mode)
    where = f"{chosen.shown} ({printable_names([entry.name])})"
    encryption, method, crc = _encryption(entry, where)
    member = Member(
        name=entry.name,
        method=method,
        encryption=encryption,
        crc=crc,
        packed_bytes=entry.packed_bytes,
        unpacked_bytes=entry.unpacked_bytes,
        data_offset=_data_offset(chosen, entry, where),
        left_out=tuple(other.name for other in entries if not other.is_folder and other is not entry),
    )
    _check_sizes(member, entry, [other for other in entries if other is not entry], end, where)
    return member
