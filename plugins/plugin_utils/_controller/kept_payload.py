# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What Ansible sends to run a module, kept from one run of Ansible to the next.

It reads and parses every source to know which of them a module needs, and keeps what came of it for its own run alone.
Here that goes from run to run, as it is, as long as no source has changed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import sys
import tempfile
import time
import typing as t
from pathlib import Path

from ansible.module_utils.ansible_release import __version__

from ansible_collections.cao.faktura.plugins.plugin_utils._controller import ansible_private
from ansible_collections.cao.faktura.plugins.plugin_utils._controller.file.digest_cache import SETTLED_SECONDS

_COLLECTION = Path(__file__).resolve().parents[3]
_MODULES = "ansible_collections.cao.faktura.plugins.modules"
# What Ansible has beside a payload while it makes one.
_NOT_YET = (".lock", "-part")


@contextlib.contextmanager
def kept_payload(module: str) -> t.Iterator[None]:
    """While a module is called: it is not put together anew where that was done before, and is kept where it was."""
    kept = Path(ansible_private.ansible_home()) / "cao_faktura" / "payloads"
    ours = KeptPayload(kept, ansible_private.payload_folder(), module)
    state = None
    with contextlib.suppress(OSError):
        if not ours.is_in_run():
            state = state_of(sources(module))
            if state is not None:
                ours.bring(state)
    yield
    with contextlib.suppress(OSError):
        if state is not None:
            ours.keep(state)


class KeptPayload:
    """The files that Ansible has of a module in the folder of its run, and those of runs before.

    Whoever could write there could have code run: the folder and each file have to be the user's own.
    """

    def __init__(self, kept: Path, run: Path, module: str) -> None:
        self._kept = kept
        self._run = run
        self._module = module

    def is_in_run(self) -> bool:
        """Whether this run of Ansible has the module already, as it has from its second host on."""
        return bool(self._names(self._run))

    def bring(self, state: str) -> None:
        """Put what was kept of this state into the folder of the run."""
        if not _is_own(self._kept.lstat()):
            return
        for name in self._names(self._kept):
            with os.fdopen(os.open(self._kept / name, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW), "rb") as file:
                if _is_own(os.fstat(file.fileno())) and file.readline() == _first_line(state):
                    self._run.mkdir(mode=0o700, parents=True, exist_ok=True)
                    _write(self._run / name, file.read())

    def keep(self, state: str) -> None:
        """Keep what the run has, unless it came from here."""
        self._kept.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_own(self._kept.lstat()):
            return
        for name in self._names(self._run):
            with contextlib.suppress(FileNotFoundError), (self._kept / name).open("rb") as file:
                if file.readline() == _first_line(state):
                    continue
            _write(self._kept / name, _first_line(state) + (self._run / name).read_bytes())

    def _names(self, folder: Path) -> list[str]:
        found = (path.name for path in folder.glob(f"{_MODULES}.{self._module}-*"))
        return [name for name in found if not name.endswith(_NOT_YET)]


def sources(module: str) -> t.Iterator[Path]:
    """Yield the files that decide what Ansible sends of a module, and the folders with such files."""
    yield _COLLECTION / "meta" / "runtime.yml"
    yield _COLLECTION / "plugins" / "modules" / f"{module}.py"
    yield _COLLECTION / "plugins" / "module_utils"
    yield from ansible_private.folders_of_module_utils()


def state_of(paths: t.Iterable[Path]) -> str | None:
    """Return what changes when any source does, None where one may be written once more within the same moment."""
    digest = hashlib.sha256(f"{__version__} {sys.version}".encode())
    newest = 0.0
    for path in sorted(paths):
        for name, facts in sorted(_files(path)):
            newest = max(newest, facts.st_ctime)
            identity = (facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns)
            digest.update(f"{name} {identity}\n".encode(errors="surrogateescape"))
    return digest.hexdigest() if time.time() - newest > SETTLED_SECONDS else None


def _files(path: Path) -> t.Iterator[tuple[str, os.stat_result]]:
    if path.is_file():
        yield str(path), path.stat()
        return
    for folder, _folders, names in os.walk(path, followlinks=True):
        for name in names:
            if name.endswith(".py"):
                found = f"{folder}/{name}"
                yield found, os.stat(found)  # noqa: PTH116 - a Path of each would take as long as all the rest


def _is_own(facts: os.stat_result) -> bool:
    return facts.st_uid == os.geteuid() and not facts.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _first_line(state: str) -> bytes:
    return f"{state}\n".encode()


def _write(path: Path, content: bytes) -> None:
    """Write a file that nobody sees before it is whole."""
    number, name = tempfile.mkstemp(dir=path.parent, suffix="-part")
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
