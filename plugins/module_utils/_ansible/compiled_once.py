# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Imported first, so that what follows is compiled once: Ansible sends a module as a ZIP of sources.

Python's importer of ZIPs compiles a source to tell where it is, forgets what came of it, and compiles it again to run
it; and all of that in each run. Here the name tells where a source is, and what came of it is kept for the next run in
the home of the user who runs the module, as Python does beside sources that are no ZIP.
"""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import os
import stat
import sys
import types
import typing as t
import zipimport
from pathlib import Path

_DIGEST_BYTES = 32


class _Importer(zipimport.zipimporter):
    """Python's own, which says where a source is without compiling it, and compiles only what it does not know."""

    def get_filename(self, fullname: str) -> str:
        name = fullname.rpartition(".")[2]
        return f"{self.archive}/{self.prefix}{name}" + ("/__init__.py" if self.is_package(fullname) else ".py")

    def get_code(self, fullname: str) -> types.CodeType:
        source = self.get_data(self.get_filename(fullname))
        kept = _KEPT.get(fullname, source) if source else None
        if kept is not None:
            return kept
        # Where the archive is differs from run to run.
        code: types.CodeType = compile(source, f"{fullname.replace('.', '/')}.py", "exec", dont_inherit=True)
        if source:
            _KEPT.put(fullname, source, code)
        return code


class Kept:
    """A file for each module, of the source that was compiled last: its digest, and what came of it.

    Whoever could write there could have code run: the folder and each file have to be the user's own.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number: int | None = None

    def get(self, name: str, source: bytes) -> types.CodeType | None:
        """Return the code of a source, None where it is not known."""
        try:
            number = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=self._opened())
            with os.fdopen(number, "rb") as file:
                content = file.read() if _is_own(os.fstat(number)) else b""
            data = content[_DIGEST_BYTES:]
            if content[:_DIGEST_BYTES] != _digest(source, data):
                return None
            return t.cast("types.CodeType", marshal.loads(data))  # noqa: S302 - it is the user's own, as it was written
        except (OSError, ValueError, EOFError, TypeError):
            return None

    def put(self, name: str, source: bytes, code: types.CodeType) -> None:
        """Keep the code of a source, where that can be done."""
        if sys.dont_write_bytecode:
            return
        data = marshal.dumps(code)
        new = f"{name}.{os.getpid()}"
        with contextlib.suppress(OSError):
            folder = self._opened(make=True)
            number = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600, dir_fd=folder)
            try:
                with os.fdopen(number, "wb") as file:
                    file.write(_digest(source, data) + data)
                os.rename(new, name, src_dir_fd=folder, dst_dir_fd=folder)
            except OSError:
                os.unlink(new, dir_fd=folder)
                raise

    def _opened(self, *, make: bool = False) -> int:
        """Return the folder, opened; OSError where there is none of the user's own."""
        if self._number is None:
            if not self._folder.is_absolute():
                raise FileNotFoundError(self._folder)
            if make:
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            number = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
            if not _is_own(os.fstat(number)):
                os.close(number)
                raise PermissionError(self._folder)
            self._number = number
        return self._number


def _is_own(facts: os.stat_result) -> bool:
    return facts.st_uid == os.geteuid() and not facts.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _digest(source: bytes, data: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(source).digest() + data).digest()


_KEPT = Kept(Path(os.environ.get("HOME", ""), ".ansible", "cao_faktura", str(sys.implementation.cache_tag)))


def _use() -> None:
    """Let all that is imported from now on come by it; nothing changes where this file is in no ZIP."""
    if not isinstance(getattr(__spec__, "loader", None), zipimport.zipimporter):
        return
    sys.path_hooks[:] = [_Importer if hook is zipimport.zipimporter else hook for hook in sys.path_hooks]
    for path, importer in list(sys.path_importer_cache.items()):
        if isinstance(importer, zipimport.zipimporter):
            del sys.path_importer_cache[path]


_use()
