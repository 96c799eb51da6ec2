# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The second room: the SQL bytes of a backup, whatever it is packed in, as a stream and without a copy on a disk."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.chosen_file import (
    LARGEST_FILE_BYTES,
    ChosenFile,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.first_bytes import (
    HEAD_BYTES,
    refuse_unless_sql,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure, printable
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.proven_rows import Find, FirstPass
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.streams import (
    GZIP_START,
    Pieces,
    Told,
    gunzipped,
    raw_pieces,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.unpacking_process import (
    HelperLost,
    UnpackAhead,
)
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.zip_directory import Encryption, the_one_member
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.zip_member import unlock

Kind = t.Literal["sql", "gz", "zip"]

CHUNK_BYTES = 512 * 1024

_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")
_MIB = 1024 * 1024
# A packed file has to be this large to be worth a second process.
_WORTH_BYTES = _MIB


@dataclasses.dataclass(frozen=True)
class Limits:
    """How much may come out of a file before it counts as a bomb (`Failure` ``too_large``).

    ``max_unpacked_bytes``: at most, whatever the file's own size.
    ``max_ratio``: unpacked to packed bytes. Rows of CAO-Faktura pack about 7:1, a table of nearly equal rows up to
    100:1; Deflate ends at 1032:1, which only a bomb comes near.
    ``free_bytes``: up to here any ratio is harmless, so small files of equal rows pass.
    """

    max_unpacked_bytes: int = LARGEST_FILE_BYTES
    max_ratio: int = 250
    free_bytes: int = 64 * _MIB

    def allowed_bytes(self, packed_bytes: int) -> int:
        """Return how many bytes may come out of ``packed_bytes``."""
        return min(self.max_unpacked_bytes, max(self.free_bytes, packed_bytes * self.max_ratio))


class Container:
    """The SQL bytes of a backup.

    ``kind``: how it is packed; ``member``: its name inside the ZIP; ``encryption``: of the ZIP's member.
    ``bytes_read``: bytes of the file consumed in the current pass; it grows, and ends at the size of the file.
    ``proofs``: what the first pass has proven of its rows; ``ahead`` may help it.
    """

    def __init__(
        self,
        *,
        size_bytes: int,
        kind: Kind,
        pieces: t.Callable[[Told], Pieces],
        member: str | None = None,
        encryption: Encryption = "none",
    ) -> None:
        self.kind: Kind = kind
        self.member = member
        self.encryption: Encryption = encryption
        self.bytes_read = 0
        self.proofs = FirstPass()
        self.ahead: Find | None = None
        self._unpacking: UnpackAhead | None = None
        self._size_bytes = size_bytes
        self._pieces = pieces

    def _tell(self, position: int) -> None:
        self.bytes_read = position

    def chunks(self) -> t.Iterator[bytes]:
        """Yield the SQL bytes from their beginning, `CHUNK_BYTES` at a time, the last one shorter.

        Each call starts anew. CRC, HMAC and length are compared at the end.
        `Failure`: ``damaged``, ``truncated``, ``too_large``.
        """
        self._tell(0)
        for chunk, position in self._chunks_with_positions():
            self._tell(position)
            yield chunk
        self._tell(self._size_bytes)

    def _chunks_with_positions(self) -> t.Iterator[tuple[bytes, int]]:
        done = 0
        if self._unpacking is not None and self._unpacking.is_ready:
            with contextlib.suppress(HelperLost):
                for chunk in self._unpacking.chunks():
                    done += 1
                    yield chunk
                return
        for view, position in itertools.islice(self._unpacked(), done, None):
            yield bytes(view), position

    def _unpacked(self) -> t.Iterator[tuple[memoryview, int]]:
        """Unpack here and now: chunks, each until the next is asked for, with how far into the file it reaches."""
        positions = [0]
        chunk, size_bytes = memoryview(bytearray(CHUNK_BYTES)), 0
        for piece in self._pieces(positions.append):
            rest = memoryview(piece)
            while size_bytes + len(rest) >= CHUNK_BYTES:
                missing_bytes = CHUNK_BYTES - size_bytes
                chunk[size_bytes:] = rest[:missing_bytes]
                yield chunk, positions[-1]
                rest, size_bytes = rest[missing_bytes:], 0
            chunk[size_bytes : size_bytes + len(rest)] = rest
            size_bytes += len(rest)
            del positions[:-1]
        if size_bytes:
            yield chunk[:size_bytes], self._size_bytes

    def unpack_ahead(self, file_number: int) -> None:
        """Have a helper unpack from now on, where there is something to unpack and it is worth while."""
        if self.kind != "sql" and self._size_bytes >= _WORTH_BYTES:
            self._unpacking = UnpackAhead(self._unpacked, CHUNK_BYTES, file_number)
            self.ahead = self._unpacking.find

    def close(self) -> None:
        """End the helper."""
        if self._unpacking is not None:
            self._unpacking.close()

    def first_pass(self) -> FirstPass:
        """Return where the first pass takes note of its proofs, for the second."""
        self.proofs = FirstPass(self.ahead)
        return self.proofs

    def head(self) -> bytes:
        """Return the first bytes, `HEAD_BYTES` of them where there are so many."""
        data = b""
        for piece in self._pieces(lambda _position: None):
            data += piece
            if len(data) >= HEAD_BYTES:
                break
        return data[:HEAD_BYTES]


def _too_large(where: str, allowed_bytes: int) -> Failure:
    return Failure(
        "too_large",
        f"{where} unpacks to more than {allowed_bytes // _MIB} MiB, which is more than a backup of its size can hold;"
        " make sure that it is a backup, and give the unpacked .sql if it is.",
    )


def _limited(pieces: Pieces, allowed_bytes: int, where: str) -> Pieces:
    size_bytes = 0
    for piece in pieces:
        size_bytes += len(piece)
        if size_bytes > allowed_bytes:
            raise _too_large(where, allowed_bytes)
        yield piece


def _open_zip(chosen: ChosenFile, password: str | None, limits: Limits) -> Container:
    member = the_one_member(chosen)
    where = f"{chosen.shown} ({printable(member.name)})"
    allowed_bytes = limits.allowed_bytes(member.packed_bytes)
    # More than declared is damage, so this one comparison bounds all that follows.
    if member.unpacked_bytes > allowed_bytes:
        raise _too_large(where, allowed_bytes)
    locked = unlock(chosen, member, password, where)
    head = locked.head()
    if head.failure is not None:
        raise head.failure
    refuse_unless_sql(head.data, where)
    return Container(
        size_bytes=chosen.size_bytes,
        kind="zip",
        pieces=locked.pieces,
        member=member.name,
        encryption=member.encryption,
    )


def _open_gzip(chosen: ChosenFile, limits: Limits) -> Container:
    allowed_bytes = limits.allowed_bytes(chosen.size_bytes)

    def pieces(told: Told) -> Pieces:
        raw = raw_pieces(chosen, 0, chosen.size_bytes, told)
        return _limited(gunzipped(raw, chosen.shown), allowed_bytes, chosen.shown)

    container = Container(size_bytes=chosen.size_bytes, kind="gz", pieces=pieces)
    refuse_unless_sql(container.head(), chosen.shown)
    return container


def _open_sql(chosen: ChosenFile, head: bytes, limits: Limits) -> Container:
    refuse_unless_sql(head, chosen.shown)
    if chosen.size_bytes > limits.max_unpacked_bytes:
        raise _too_large(chosen.shown, limits.max_unpacked_bytes)

    def pieces(told: Told) -> Pieces:
        return raw_pieces(chosen, 0, chosen.size_bytes, told)

    return Container(size_bytes=chosen.size_bytes, kind="sql", pieces=pieces)


def open_container(chosen: ChosenFile, password: str | None, limits: Limits = Limits()) -> Container:
    """Find out how ``chosen`` is packed, by its bytes and never by its name, and prove the password.

    ``password``: tried in the spellings of UTF-8, cp1252 and cp850; not looked at where nothing is encrypted.
    `Failure`: ``not_a_backup``, ``password_required``, ``wrong_password``, ``damaged``, ``truncated``,
    ``too_large``, ``missing_dependency``. ``chosen`` stays open and is read anew in each pass.
    """
    head = chosen.read_at(0, HEAD_BYTES)
    if head.startswith(_ZIP_STARTS):
        return _open_zip(chosen, password, limits)
    if head.startswith(GZIP_START):
        return _open_gzip(chosen, limits)
    return _open_sql(chosen, head, limits)
