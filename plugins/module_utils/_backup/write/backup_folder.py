# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Where a backup goes: its name, a file that is whole or not there, and the older ones that are given up.

A ZIP of ours carries the identity of its Mandant in its comment, so that only files that this
collection has written of this Mandant are ever removed.
"""

from __future__ import annotations

import contextlib
import datetime
import errno
import hashlib
import os
import re
import stat
import struct
import tempfile
import typing as t
from pathlib import Path

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.write.cao_text import backup_name

_NAME = re.compile(r"CAO_backup_(\d{4}(?:_\d{2}){4})(?:_(\d+))?\.zip", re.ASCII)
_SUFFIXES = (".sql", ".zip")
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS)
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_PIECE_BYTES = 1024 * 1024
# The record at the end of a ZIP without a comment; its last two bytes are the comment's length (APPNOTE.TXT 4.3.16).
_END = struct.Struct("<4s16xH")
_END_MARK = b"PK\5\6"
_ZIP_MARK = b"PK\3\4"
# Where a backup says whose it is: a ZIP in its comment, a text in its header.
_HEADER_BYTES = 1024
_MARK = re.compile(rb"cao\.faktura [0-9a-f]{32}\Z")
_MANDANT = re.compile(rb"^# Mandant :[^\r\n]*", re.MULTILINE)


class BackupFolder:
    """A folder for backups of one Mandant.

    ``name`` is the file's name where the user has given one; ``identity`` tells this Mandant from
    all others, on other servers too. ``addition`` ends the name of a file that is not the Mandant as it is in use.
    """

    def __init__(self, dest: Path, identity: str, addition: str = "") -> None:
        self.path, name = _folder_and_name(dest)
        self._addition = addition
        self.name = None if name is None else f"{name[: -len(dest.suffix)]}{addition}{dest.suffix}"
        self._mark = hashlib.sha256(identity.encode()).hexdigest()[:32]

    def free_name(self, when: datetime.datetime) -> str:
        """Return the file's name: the user's own, or one in CAO's manner that no file has."""
        if self.name is not None:
            return self.name
        stem, number = backup_name(when) + self._addition, 1
        name = f"{stem}.zip"
        while _exists(self.path / name):
            number += 1
            name = f"{stem}_{number}.zip"
        return name

    def holds_another(self, header: str) -> bool:
        """Whether the file of the user's own name is a backup of another Mandant; ``header`` tells one of this."""
        path = self.path / (self.name or "")
        try:
            if self.name is None or self._is_ours(self.name):
                return False
            with path.open("rb") as file:
                start = file.read(_HEADER_BYTES)
                file.seek(-min(_HEADER_BYTES, path.stat().st_size), os.SEEK_END)
                end = file.read(_HEADER_BYTES)
        except OSError:
            return False
        if start.startswith(_ZIP_MARK):
            return _MARK.search(end) is not None
        found = _MANDANT.search(start)
        return found is not None and found[0] not in {header.encode(codec, "replace") for codec in ("cp1252", "utf-8")}

    def free_bytes(self) -> int:
        """Return how many bytes fit into the folder."""
        found = os.statvfs(self.path)
        return found.f_bavail * found.f_frsize

    def given_up(self, keep: int | None, new: str) -> list[str]:
        """Return the older backups of this Mandant that are removed when ``new`` is there."""
        if keep is None:
            return []
        ours = [name for name in self._names() if name != new and self._is_ours(name)]
        return sorted(ours, key=_age)[: max(0, len(ours) + 1 - keep)]

    def remove(self, name: str) -> None:
        """Remove a backup; one that is gone already is no error."""
        _remove(self.path / name)

    def remove_half_files(self) -> None:
        """Remove what runs have left that were killed; nobody else works on this Mandant now."""
        for path in self.path.glob(f"{self._half}*.part"):
            _remove(path)

    @contextlib.contextmanager
    def new_file(self) -> t.Iterator[NewFile]:
        """Give a file without a name of its own; unless it gets one, it is gone afterwards."""
        number, path = tempfile.mkstemp(prefix=self._half, suffix=".part", dir=self.path)
        try:
            with os.fdopen(number, "w+b") as file:
                yield NewFile(file, Path(path), self)
        finally:
            _remove(Path(path))

    @property
    def mark(self) -> bytes:
        """The comment of a ZIP of ours."""
        return b"cao.faktura " + self._mark.encode()

    @property
    def _half(self) -> str:
        return f".cao_faktura_{self._mark}_"

    def _names(self) -> list[str]:
        return [path.name for path in self.path.iterdir() if _NAME.fullmatch(path.name)]

    def _is_ours(self, name: str) -> bool:
        path = self.path / name
        try:
            if not stat.S_ISREG(path.lstat().st_mode):
                return False
            with path.open("rb") as file:
                size = _END.size + len(self.mark)
                file.seek(-size, os.SEEK_END)
                end = file.read(size)
        except OSError:
            return False
        return end.startswith(_END_MARK) and end.endswith(struct.pack("<H", len(self.mark)) + self.mark)


class NewFile:
    """A backup on its way; ``file`` is written, then finished."""

    def __init__(self, file: t.BinaryIO, path: Path, folder: BackupFolder) -> None:
        self.file = file
        self._path = path
        self._folder = folder

    @property
    def path(self) -> str:
        """Where the file is while it has no name."""
        return str(self._path)

    def finish(self, name: str, when: datetime.datetime) -> tuple[Path, int, str]:
        """Bring the file safely to the disk under its name; return path, bytes and SHA-256."""
        if name.endswith(".zip"):
            self._sign()
        self.file.flush()
        os.fsync(self.file.fileno())
        size_bytes, sha256 = self._identity()
        path = self._place(name, when)
        _sync_folder(self._folder.path)
        return path, size_bytes, sha256

    def _sign(self) -> None:
        self.file.seek(self.file.seek(0, os.SEEK_END) - _END.size)
        mark, comment_size = _END.unpack(self.file.read(_END.size))
        if mark != _END_MARK or comment_size:
            raise AssertionError("a ZIP of ours ends otherwise than it should")
        self.file.seek(-2, os.SEEK_END)
        self.file.write(struct.pack("<H", len(self._folder.mark)) + self._folder.mark)

    def _identity(self) -> tuple[int, str]:
        digest = hashlib.sha256()
        self.file.seek(0)
        for piece in iter(lambda: self.file.read(_PIECE_BYTES), b""):
            digest.update(piece)
        return self.file.tell(), digest.hexdigest()

    def _place(self, name: str, when: datetime.datetime) -> Path:
        """Give the file its name; a name in CAO's manner never takes that of another file."""
        path = self._folder.path / name
        if self._folder.name is not None:
            return self._path.replace(path)
        while True:
            try:
                os.link(self._path, path)
                return path
            except FileExistsError:
                path = self._folder.path / self._folder.free_name(when)
            except OSError as exc:
                if exc.errno not in _NO_LINKS:
                    raise
                return self._place_without_links(when)

    def _place_without_links(self, when: datetime.datetime) -> Path:
        """Take the name by an empty file first: two runs that end in one moment would have the same one free."""
        while True:
            path = self._folder.path / self._folder.free_name(when)
            try:
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
            except FileExistsError:
                continue
            try:
                return self._path.replace(path)
            except OSError:
                _remove(path)
                raise


def _folder_and_name(dest: Path) -> tuple[Path, str | None]:
    if dest.is_dir():
        return dest, None
    if dest.suffix.lower() not in _SUFFIXES:
        raise Failure("file_not_found", f"{dest}: there is no such folder; create it, or name a file .zip or .sql")
    if not dest.parent.is_dir():
        raise Failure("file_not_found", f"{dest}: its folder does not exist; create it")
    if _exists(dest) and not dest.is_file():
        raise Failure("file_not_found", f"{dest} is not a regular file; choose another name")
    return dest.parent, dest.name


def _exists(path: Path) -> bool:
    """Whether something has this name, a link that leads nowhere too."""
    return path.is_symlink() or path.exists()


def _remove(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        path.unlink()


def _age(name: str) -> tuple[str, int]:
    found = _NAME.fullmatch(name)
    return (found.group(1), int(found.group(2) or 1)) if found else ("", 0)


def _sync_folder(path: Path) -> None:
    # Some network file systems know no fsync of folders.
    with contextlib.suppress(OSError):
        number = os.open(path, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


@contextlib.contextmanager
def telling_of(folder: Path) -> t.Iterator[None]:
    """Turn what a disk refuses into Failure: too_large when it is full, file_not_found otherwise."""
    try:
        yield
    except OSError as exc:
        reason = exc.strerror or type(exc).__name__
        if exc.errno in _FULL:
            raise Failure(
                "too_large", f"{folder}: the backup does not fit there ({reason}); make room or choose another folder"
            ) from None
        raise Failure("file_not_found", f"{folder}: the backup cannot be written there: {reason}") from None
