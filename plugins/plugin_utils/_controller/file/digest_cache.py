# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""SHA-256 of files on the controller, remembered: five hundred hosts need a big backup to be read once.

Every host has a process of its own, so what is remembered is in a folder, readable by its user alone.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import time
import typing as t
from pathlib import Path

# To read a smaller file takes no longer than to look it up.
SMALL_BYTES = 16 * 1024 * 1024
# A file that was written just now may be written once more within one tick of its file system's clock.
SETTLED_SECONDS = 2.0


class DigestCache:
    """Remembers digests by path; any change of size, time or inode makes it forget."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def digest(self, path: Path, compute: t.Callable[[], str]) -> str:
        """Return the digest of a file, by ``compute`` when it is not known; who comes meanwhile waits for it."""
        facts = path.stat()
        if facts.st_size < SMALL_BYTES:
            return compute()
        try:
            handle = self._open(path)
        except OSError:
            # Without a home that can be written to it takes longer, and that is all.
            return compute()
        with os.fdopen(handle, "r+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            known = _read(file)
            if known is not None and known[0] == _identity(facts):
                return known[1]
            digest = compute()
            after = path.stat()
            settled = time.time() - max(after.st_mtime, after.st_ctime) > SETTLED_SECONDS
            if settled and _identity(after) == _identity(facts):
                _write(file, _identity(facts), digest)
            return digest

    def _open(self, path: Path) -> int:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = hashlib.sha256(os.fsencode(path.absolute())).hexdigest()
        return os.open(self._folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)


def _identity(facts: os.stat_result) -> list[int]:
    return [facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns]


def _read(file: t.TextIO) -> tuple[list[int], str] | None:
    try:
        known = json.loads(file.read())
        return known["file"], str(known["sha256"])
    except (ValueError, KeyError, TypeError):
        return None


def _write(file: t.TextIO, identity: list[int], digest: str) -> None:
    with contextlib.suppress(OSError):
        file.seek(0)
        file.truncate()
        file.write(json.dumps({"file": identity, "sha256": digest}) + "\n")
