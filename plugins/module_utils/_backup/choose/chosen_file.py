# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The first room: which file it is, opened once, and its SHA-256."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import types
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.archive_kinds import any_file
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure, printable

PIECE_BYTES = 1024 * 1024
# Far more than any Mandant holds; a larger file is refused before it is read.
LARGEST_FILE_BYTES = 64 << 30


# Dumps that are folders: by the program, the names and the first words of the file that is in each, and what loads it.
_IN_FILES = {
    # Since mydumper 0.10.5 the lines are comments.
    "mydumper": (("metadata", "metadata.partial"), re.compile(rb"(?:# ?)?Started dump at: ?\d"), "myloader"),
    "MySQL Shell": (("@.json",), re.compile(rb'\s*\{\s*"dumper"\s*:\s*"mysqlsh\b'), "its util.loadDump()"),
}
_BEGINNING_BYTES = 256


class ChosenFile:
    """A backup file, opened once: whatever happens to its name later, all passes read the same file.

    ``size_bytes`` is what it had then.
    """

    def __init__(self, *, path: str, size_bytes: int, handle: t.BinaryIO, sha256: str | None = None) -> None:
        self.path = path
        self.size_bytes = size_bytes
        self.handle = handle
        self._sha256 = sha256

    @property
    def sha256(self) -> str:
        """The SHA-256 of all bytes, 64 lower case hexadecimal digits; where no pass has told it, this is one.

        `Failure`: ``truncated`` (somebody is writing it just now), ``damaged`` (the disk reports an error).
        """
        if self._sha256 is None:
            self._sha256 = self._digest()
        return self._sha256

    def take_sha256(self, sha256: str) -> None:
        """Take the SHA-256 from a pass over all bytes. `Failure` ``truncated`` for a file that has changed."""
        if self._sha256 is None:
            self._refuse_another_size()
        elif self._sha256 != sha256:
            raise self._changed()
        self._sha256 = sha256

    def _digest(self) -> str:
        digest = hashlib.sha256()
        offset = 0
        while offset <= self.size_bytes and (piece := self.read_at(offset, PIECE_BYTES)):
            digest.update(piece)
            offset += len(piece)
        if offset != self.size_bytes:
            raise self._changed()
        self._refuse_another_size()
        return digest.hexdigest()

    def _refuse_another_size(self) -> None:
        if os.fstat(self.handle.fileno()).st_size != self.size_bytes:
            raise self._changed()

    def _changed(self) -> Failure:
        return Failure(
            "truncated", f"The file {self.shown} changed while it was read; wait until it is copied completely."
        )

    @property
    def shown(self) -> str:
        """The path as it may stand in a message."""
        return printable(self.path)

    def read_at(self, offset: int, size_bytes: int) -> bytes:
        """Return the bytes from ``offset`` on, fewer than ``size_bytes`` only at the end of the file.

        The position of the handle plays no part, so two passes do not disturb each other.
        A disk that cannot be read is a `Failure` ``damaged``.
        """
        pieces = []
        try:
            while size_bytes > 0:
                piece = os.pread(self.handle.fileno(), size_bytes, offset)
                if not piece:
                    break
                pieces.append(piece)
                offset += len(piece)
                size_bytes -= len(piece)
        except OSError as exc:
            raise _unreadable(self.path, exc) from exc
        return b"".join(pieces)

    def close(self) -> None:
        """Close the file; it can be called more than once."""
        self.handle.close()

    def __enter__(self) -> ChosenFile:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: types.TracebackType | None,
    ) -> None:
        self.close()


def _unreadable(path: str, exc: OSError) -> Failure:
    return Failure(
        "damaged",
        f"The file {printable(path)} cannot be read to its end ({exc.strerror}); check the disk or network drive"
        " and copy it again.",
    )


def wanted_sha256(what: str, checksum: str) -> str:
    """Return the 64 digits of the checksum that was given for a path or a Mandant; `Failure` ``checksum_mismatch``."""
    found = re.fullmatch(r"sha256:([0-9a-f]{64})", checksum.strip().lower())
    if found is None:
        raise Failure(
            "checksum_mismatch",
            f"The checksum given for {printable(what)} cannot be checked; expected is 'sha256:' followed by"
            " 64 hexadecimal digits.",
        )
    return found.group(1)


def _open(path: str) -> t.BinaryIO:
    shown = printable(path)
    try:
        # O_NONBLOCK: opening a FIFO must not wait for somebody to write into it.
        handle = os.fdopen(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY), "rb", buffering=0)
    except IsADirectoryError:
        raise dump_in_files(path) or no_file(path, "a folder") from None
    except PermissionError as exc:
        raise Failure(
            "file_not_found",
            f"The file {shown} may not be read by the user with the id {os.geteuid()}; give it the right to read the"
            " file and to enter its folders.",
        ) from exc
    except (OSError, ValueError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) else str(exc)
        raise Failure(
            "file_not_found",
            f"The file {shown} cannot be opened ({reason}); check the path, and on which machine the file is.",
        ) from exc
    return handle


def dump_in_files(folder: str) -> Failure | None:
    """Return the `Failure` about a folder whose files together are one dump, None for another folder.

    Such a dump has a file that says so by its name and first words; each of the others is a part of the tables only.
    """
    for program, (names, first, loader) in _IN_FILES.items():
        if any(first.match(_beginning(os.path.join(folder, name))) for name in names):  # noqa: PTH118
            return Failure(
                "not_a_backup",
                f"{printable(folder)} is a dump of {program}, which has files of its own for each table; load it with"
                f" {loader} into an empty database, and dump that with mariadb-dump or mysqldump into one file.",
            )
    return None


def _beginning(path: str) -> bytes:
    """Return the first bytes of a file, none where it cannot be read."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return b""
    try:
        return os.read(handle, _BEGINNING_BYTES)
    except OSError:
        return b""
    finally:
        os.close(handle)


def no_file(path: str, what: str) -> Failure:
    """Return the `Failure` ``not_a_backup`` about a path that leads to no file, but to ``what``."""
    return Failure("not_a_backup", f"{printable(path)} is {what}; give the path of one {any_file()}.")


def _check_kind(path: str, handle: t.BinaryIO) -> None:
    facts = os.fstat(handle.fileno())
    if not stat.S_ISREG(facts.st_mode):
        raise no_file(path, "not a regular file (a device, a pipe or a socket)")
    if facts.st_size == 0:
        raise Failure("not_a_backup", f"The file {printable(path)} is empty; make the backup or the copy again.")


def _checked_size(path: str, handle: t.BinaryIO) -> int:
    size_bytes = os.fstat(handle.fileno()).st_size
    if size_bytes > LARGEST_FILE_BYTES:
        raise Failure(
            "too_large",
            f"The file {printable(path)} is larger than {LARGEST_FILE_BYTES >> 30} GiB, which no backup is; make sure"
            " that it is a backup.",
        )
    return size_bytes


def refuse_another(path: str, sha256: str, checksum: str | None) -> None:
    """Raise `Failure` ``checksum_mismatch`` when a file of this SHA-256 is not the one that ``checksum`` declares."""
    if checksum is None:
        return
    wanted = wanted_sha256(path, checksum)
    if wanted != sha256:
        raise Failure(
            "checksum_mismatch",
            f"The file {printable(path)} has the checksum sha256:{sha256}, expected is sha256:{wanted}; take the"
            " right file, or copy it again.",
        )


def choose(path: str, checksum: str | None = None, *, shown: str | None = None) -> ChosenFile:
    """Open ``path``; the caller closes what comes back.

    ``checksum``: ``sha256:`` and 64 hexadecimal digits in any case, compared with that of the file at once.
    ``shown``: the path that its owner knows, where ``path`` is a copy of it.

    `Failure`: ``file_not_found`` (not there, not readable), ``not_a_backup`` (folder, device, empty file),
    ``too_large``, ``checksum_mismatch`` (also for another algorithm), ``truncated`` (somebody is writing it just now),
    ``damaged`` (the disk reports an error).
    """
    if checksum is not None:
        wanted_sha256(path, checksum)
    handle = _open(path)
    name = shown or path
    try:
        _check_kind(name, handle)
        chosen = ChosenFile(path=name, size_bytes=_checked_size(name, handle), handle=handle)
        if checksum is not None:
            refuse_another(name, chosen.sha256, checksum)
    except BaseException:
        handle.close()
        raise
    return chosen
