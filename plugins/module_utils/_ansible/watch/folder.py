# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The folder of a job on the managed host: whatever another user puts in its place is never taken for it.

The controller makes it before anybody can know its name, as the user that the module runs as, and this side opens it
once: everything that follows goes by what was opened, not by the name.
"""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

FOLDER_PREFIX = "ansible-cao-faktura-"
# The files of a job: the watcher's sign of life, how far it is, its result, and that this is complete.
ALIVE, PROGRESS, OUTPUT, ENDED = "alive", "progress", "output", "ended"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


class Folder:
    """The job's folder, which only its user can enter; Failure connection_failed for anything else of this name."""

    def __init__(self, path: str) -> None:
        self.path = Path(path)
        if not self.path.name.startswith(FOLDER_PREFIX):
            raise ValueError(f"{path} is no folder of a job")
        try:
            self._number = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError as exc:
            raise self._strange(exc.strerror or "it cannot be opened") from None
        facts = os.fstat(self._number)
        if facts.st_uid != os.geteuid() or facts.st_mode & _OTHERS:
            raise self._strange("it is not this user's alone")
        self._check_place()

    def _check_place(self) -> None:
        """Refuse a place where others could put something else under this name."""
        facts = self.path.parent.stat()
        if facts.st_uid not in (0, os.geteuid()) or (
            facts.st_mode & _OTHERS_WRITE and not facts.st_mode & stat.S_ISVTX
        ):
            raise self._strange("others may write into the folder that it is in")

    def _strange(self, why: str) -> Failure:
        return Failure(
            "connection_failed",
            f"{self.path}, where the restore was to tell how far it is, is not the folder that was made for it: {why}. "
            "The Mandant is the old one or the new one; run again",
        )

    def begin(self, name: str = ALIVE) -> int:
        """Return the number of a file that a job begins with; Failure where it cannot be made or is there already."""
        try:
            return self.create(name)
        except OSError as exc:
            raise Failure(
                "connection_failed",
                f"{self.path}, where the restore was to tell how far it is: {exc.strerror}. The Mandant is unchanged; "
                "make room there, or set ansible_remote_tmp to another folder, and run again",
            ) from None

    def create(self, name: str) -> int:
        """Return the number of a file that is new, to be written into."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        return os.open(name, flags, 0o600, dir_fd=self._number)

    def has(self, name: str) -> bool:
        return self.time_of(name) is not None

    def time_of(self, name: str) -> int | None:
        """Return when a file was written last, None where it is gone."""
        facts = self._facts(name)
        return None if facts is None else facts.st_mtime_ns

    def size_of(self, name: str) -> int | None:
        """Return how many bytes a file has, None where it is gone."""
        facts = self._facts(name)
        return None if facts is None else facts.st_size

    def _facts(self, name: str) -> os.stat_result | None:
        try:
            facts = os.stat(name, dir_fd=self._number, follow_symlinks=False)
        except OSError:
            return None
        return facts if stat.S_ISREG(facts.st_mode) and facts.st_uid == os.geteuid() else None

    def touch(self, name: str) -> None:
        """Give a file the time of now; one that is gone stays so."""
        with contextlib.suppress(OSError):
            os.utime(name, dir_fd=self._number, follow_symlinks=False)

    def write(self, name: str, text: str) -> None:
        """Write a file so that it is there as a whole or not at all; OSError."""
        self.discard(f"{name}.new")
        with open(self.create(f"{name}.new"), "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(f"{name}.new", name, src_dir_fd=self._number, dst_dir_fd=self._number)

    def read(self, name: str) -> str:
        """Return the text of a file; OSError."""
        number = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=self._number)
        with open(number, encoding="utf-8") as file:
            facts = os.fstat(number)
            if not stat.S_ISREG(facts.st_mode) or facts.st_uid != os.geteuid():
                raise self._strange(f"{name} in it is not this user's")
            return file.read()

    def discard(self, name: str) -> None:
        """Remove a file that may be gone already."""
        with contextlib.suppress(OSError):
            os.unlink(name, dir_fd=self._number)

    def remove(self) -> None:
        """Remove all of it, and its name as long as that is its own."""
        with contextlib.suppress(OSError):
            for name in os.listdir(self._number):  # noqa: PTH208 - of what was opened
                self.discard(name)
            here, named = os.fstat(self._number), self.path.lstat()
            if (here.st_dev, here.st_ino) == (named.st_dev, named.st_ino):
                self.path.rmdir()
