# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""A backup that was chosen and opened: its identity and its analysis when asked, its rows twice."""

from __future__ import annotations

import contextlib
import types
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.read_options import ReadOptions
from ansible_collections.cao.faktura.plugins.module_utils._backup.choose.chosen_file import ChosenFile, choose

if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.analysis import Analysis
    from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.proving_process import Ahead, PackedAhead
    from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.proven_rows import FirstPass
    from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows
    from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.container import Container

Progress = t.Callable[[str, int], None]
_AS_USUAL = ReadOptions()


class Backup:
    """A chosen file. Nothing is unpacked, and nothing for it imported, before the analysis is asked for.

    ``picked``: how it was told from others, in the words of the modules' results, where somebody asked.
    """

    picked: t.Mapping[str, t.Any] | None = None

    def __init__(self, chosen: ChosenFile, *, password: str | None, options: ReadOptions) -> None:
        self.chosen = chosen
        self._password = password
        self._options = options
        self._progress: Progress | None = None
        self._see_rows: t.Callable[[Rows], None] | None = None
        self._container: Container | None = None
        self._analysis: Analysis | None = None
        self._proofs: FirstPass | None = None
        self._kept: list[Rows] | None = None

    @property
    def sha256(self) -> str:
        return self.chosen.sha256

    @property
    def path(self) -> str:
        return self.chosen.path

    @property
    def size_bytes(self) -> int | None:
        """The size of the file, None where only its SHA-256 is known."""
        return self.chosen.size_bytes

    def watch(self, progress: Progress) -> None:
        """Have ``progress`` called with the phase and the bytes of the file read so far, during the analysis."""
        self._progress = progress

    def watch_rows(self, see_rows: t.Callable[[Rows], None]) -> None:
        """Have ``see_rows`` called with all rows, during the analysis."""
        self._see_rows = see_rows

    @property
    def bytes_read(self) -> int:
        """How many bytes of the file the pass at hand has read."""
        return self._container.bytes_read if self._container else 0

    @property
    def container(self) -> Container:
        if self._container is None:
            from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack.archives import open_container

            self._container = open_container(self.chosen, self._password)
        return self._container

    @property
    def analysis(self) -> Analysis:
        """The analysis; the first use reads the whole file and raises Failure when it is not sound."""
        if self._analysis is None:
            from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.analyse import analyse
            from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.kept_rows import KeptRows
            from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts.proven_rows import FirstPass

            kept, watched = KeptRows(), self._see_rows

            def see_rows(rows: Rows) -> None:
                kept.see(rows)
                if watched is not None:
                    watched(rows)

            if self._progress is not None:
                self._progress("unpack", 0)
            with contextlib.closing(self._ahead()) as ahead:
                self._proofs = FirstPass(ahead.find)
                self._analysis = analyse(
                    self.container, self.chosen, self._proofs, self._options, self._progress, see_rows
                )
            self._kept = kept.as_second_pass(self._proofs)
        return self._analysis

    def _ahead(self) -> Ahead | PackedAhead:
        """Return who proves rows before the first pass comes to them."""
        from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.proving_process import (
            Ahead,
            PackedAhead,
        )

        if self.container.is_packed:
            return PackedAhead(self.container, self.chosen.handle.fileno())
        return Ahead(self.chosen)

    def rows(self) -> t.Iterator[Rows]:
        """Give all rows, by a pass of their own where they were too many to be kept."""
        analysis = self.analysis
        if self._kept is not None:
            return iter(self._kept)
        from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.analyse import label_of, read_rows

        label = label_of(self.container, self.chosen)
        return read_rows(self.container, analysis, t.cast("FirstPass", self._proofs), label, self._options.encoding)

    def __enter__(self) -> Backup:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: types.TracebackType | None,
    ) -> None:
        if self._container is not None:
            self._container.close()
        self.chosen.close()


class BackupAwaited(Exception):
    """What is to be done needs the backup itself, and only its SHA-256 is known so far."""


class AwaitedBackup(Backup):
    """A backup of which only path, SHA-256 and size are asked: enough to find out that there is nothing to do.

    Whatever needs more raises BackupAwaited.
    """

    def __init__(self, path: str, sha256: t.Callable[[], str], size_bytes: int | None = None) -> None:
        self._path = path
        self._sha256 = sha256
        self._size_bytes = size_bytes

    @property
    def sha256(self) -> str:
        return self._sha256()

    @property
    def path(self) -> str:
        return self._path

    @property
    def size_bytes(self) -> int | None:
        return self._size_bytes

    @property
    def analysis(self) -> Analysis:
        raise BackupAwaited

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: types.TracebackType | None,
    ) -> None:
        """There is nothing to close."""


def open_backup(
    path: str,
    *,
    password: str | None = None,
    checksum: str | None = None,
    options: ReadOptions = _AS_USUAL,
    shown: str | None = None,
) -> Backup:
    """Choose a file. Raises Failure: file_not_found, not_a_backup, checksum_mismatch.

    ``shown``: the path that its owner knows, where ``path`` is a copy of it.
    """
    return Backup(choose(path, checksum, shown=shown), password=password, options=options)
