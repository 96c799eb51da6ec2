# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""One member of a ZIP as a stream of verified, unpacked bytes; and which spelling of the password opens it."""

from __future__ import annotations

import dataclasses
import typing as t
import zlib

from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.chosen_file import ChosenFile
from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.first_bytes import (
    HEAD_BYTES,
    is_text,
    known_kind,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.streams import (
    Pieces,
    Told,
    bunzipped,
    damaged,
    inflated,
    raw_pieces,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.zip_decrypt import (
    WrongAesPassword,
    aes_pieces,
    libarchive_pieces,
    libarchive_works,
    spellings,
    zipcrypto_pieces,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.zip_directory import BZIP2, STORED, Member

# So much text does not come out of a wrong key: such a stream breaks off after a few bytes, none of them text.
_PROOF_BYTES = 64


class Head(t.NamedTuple):
    """The first unpacked bytes; ``failure`` when the stream went wrong there; ``is_all`` when there are no more."""

    data: bytes
    failure: Failure | None
    is_all: bool


@dataclasses.dataclass(frozen=True)
class LockedMember:
    """A member together with the bytes of its password (None: not encrypted)."""

    chosen: ChosenFile
    member: Member
    where: str
    password: bytes | None = dataclasses.field(default=None, repr=False)

    def pieces(self, told: Told, *, is_probe: bool = False) -> Pieces:
        """Yield the unpacked bytes; length and checksum are compared at the end (`Failure` ``damaged``).

        ``is_probe``: only the beginning will be read, for which the start of libarchive is not worth while.
        """
        packed = self._packed(told, is_probe)
        size_bytes = crc = 0
        for piece in self._unpacked(packed):
            size_bytes += len(piece)
            crc = zlib.crc32(piece, crc)
            if size_bytes > self.member.unpacked_bytes:
                raise damaged(self.where, "it holds more bytes than the ZIP says")
            if piece:
                yield piece
        if size_bytes != self.member.unpacked_bytes:
            raise damaged(self.where, "it holds fewer bytes than the ZIP says")
        if self.member.crc not in (None, crc):
            raise damaged(self.where, "its checksum is wrong")

    def _packed(self, told: Told, is_probe: bool) -> Pieces:
        member = self.member
        raw = raw_pieces(self.chosen, member.data_offset, member.data_offset + member.packed_bytes, told)
        if self.password is None:
            return raw
        if member.encryption != "zipcrypto":
            return aes_pieces(raw, self.password, member.encryption, self.where)
        # libarchive takes a password as a C string, which ends at a NUL.
        if is_probe or b"\x00" in self.password or not libarchive_works():
            return zipcrypto_pieces(raw, self.password)
        return libarchive_pieces(raw, self.password, member.packed_bytes, self.where)

    def _unpacked(self, packed: Pieces) -> Pieces:
        if self.member.method == STORED:
            return packed
        return (bunzipped if self.member.method == BZIP2 else inflated)(packed, self.where)

    def head(self) -> Head:
        """Return the first `HEAD_BYTES` or what there is of them. `WrongAesPassword` passes through."""
        data = b""
        try:
            for piece in self.pieces(lambda _position: None, is_probe=True):
                data += piece
                if len(data) >= HEAD_BYTES:
                    return Head(data[:HEAD_BYTES], None, False)
        except Failure as exc:
            if exc.error != "damaged":
                raise
            return Head(data, exc, False)
        return Head(data, None, True)


def _is_opened(member: Member, head: Head) -> bool:
    """Whether ``head`` proves the password right.

    ZipCrypto's own check byte lets one wrong password in 256 pass, and programs disagree on what it is; the content
    proves more. With damage behind the beginning, the beginning is proof enough.
    """
    if head.is_all or (head.failure is None and member.method != STORED):
        return True
    is_readable = is_text(head.data[:_PROOF_BYTES]) or known_kind(head.data) is not None
    return is_readable and len(head.data) >= _PROOF_BYTES


def _try_password(locked: LockedMember) -> tuple[bool, bool]:
    """Return whether the password passed the member's own check, and whether it is proven right."""
    try:
        head = locked.head()
    except WrongAesPassword:
        return False, False
    # The check of AES lets one wrong password in 65536 pass: then damage is the likelier reason.
    return locked.member.encryption != "zipcrypto", _is_opened(locked.member, head)


def unlock(chosen: ChosenFile, member: Member, password: str | None, where: str) -> LockedMember:
    """Find the spelling of ``password`` that opens ``member``; without encryption it is not looked at.

    `Failure`: ``password_required``, ``wrong_password``, ``missing_dependency``; damage shows itself at reading.
    """
    if member.encryption == "none":
        return LockedMember(chosen, member, where)
    if not password:
        raise Failure(
            "password_required",
            f"{where} is encrypted ({member.encryption}); give the password of the ZIP, in CAO-Faktura it is in the"
            " settings of the backup.",
        )
    passed = None
    for spelling in spellings(password):
        locked = LockedMember(chosen, member, where, spelling)
        is_passed, is_proven = _try_password(locked)
        if is_proven:
            return locked
        passed = passed or (locked if is_passed else None)
    if passed is not None:
        return passed
    raise Failure(
        "wrong_password",
        f"{where} does not open with the password given; check it, upper and lower case count. (Damage in the first"
        " bytes of an encrypted file cannot be told from a wrong password.)",
    )
