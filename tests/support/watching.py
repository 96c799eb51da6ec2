# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks for secrets where others could read them while something runs: process lists, environments, files."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
import typing as t
from pathlib import Path

_PAUSE_SECONDS = 0.05
_CLEARED_SECONDS = 60.0
# Before a module has begun to send rows, the server has got less than this.
_CUT_BEHIND_BYTES = 30_000


class Watch:
    """Samples all processes but this one, the files of a folder, and those of restores that go on as jobs.

    A context manager; ``places`` are the secrets' names with the places that each was seen at; ``samples`` counts
    the rounds, and so do the bytes of the file ``rounds``, for those who wait to be seen.
    """

    def __init__(self, folder: Path, secrets: t.Mapping[str, str], rounds: Path) -> None:
        self._folder = folder
        self._rounds = rounds
        self._secrets = {name: secret.encode() for name, secret in secrets.items()}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._seen_files: dict[str, tuple[int, int]] = {}
        self.places: set[tuple[str, str]] = set()
        self.commands: set[str] = set()
        self.samples = 0

    def __enter__(self) -> Watch:
        self._rounds.write_bytes(b"")
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._over.set()
        self._thread.join()
        self._look_at_files()

    def _watch(self) -> None:
        while not self._over.wait(_PAUSE_SECONDS):
            self._look_at_processes()
            self._look_at_files()
            self.samples += 1
            with self._rounds.open("ab") as file:
                file.write(b".")

    def _look_at_processes(self) -> None:
        for process in Path("/proc").iterdir():
            if process.name.isdigit() and int(process.name) != os.getpid():
                for kind in ("cmdline", "environ"):
                    with contextlib.suppress(OSError):
                        data = (process / kind).read_bytes()
                        self._note(data, f"process {kind}")
                        if kind == "cmdline":
                            self.commands.add(data.replace(b"\0", b" ").decode("utf-8", "replace"))

    def _look_at_files(self) -> None:
        for path in self._files():
            with contextlib.suppress(OSError):
                facts = path.stat()
                state = (facts.st_mtime_ns, facts.st_size)
                if self._seen_files.get(str(path)) != state:
                    self._seen_files[str(path)] = state
                    self._note(path.read_bytes(), str(path))

    def _files(self) -> t.Iterator[Path]:
        for folder in (self._folder, *Path("/tmp").glob("ansible-cao-faktura-*")):
            for place, _folders, names in os.walk(folder):
                # Who reads a pipe takes away what is in it.
                yield from (path for path in (Path(place, name) for name in names) if path.is_file())

    def left(self) -> set[str]:
        """Return the files that hold a secret when all is over; an asynchronous job clears up some seconds later."""
        deadline = time.monotonic() + _CLEARED_SECONDS
        while (found := self._with_secrets()) and time.monotonic() < deadline:
            time.sleep(0.2)
        return found

    def _with_secrets(self) -> set[str]:
        found = set()
        for path in self._files():
            with contextlib.suppress(FileNotFoundError):
                if any(secret in path.read_bytes() for secret in self._secrets.values()):
                    found.add(str(path))
        return found

    def _note(self, data: bytes, place: str) -> None:
        self.places |= {(name, place) for name, secret in self._secrets.items() if secret in data}


class CutProxy:
    """Stands between a client and a server, and cuts the line in the middle of the rows; a context manager."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._sockets = [self._listener]
        self.cuts = 0

    def __enter__(self) -> CutProxy:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_exc: object) -> None:
        for one in self._sockets:
            one.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _address = self._listener.accept()
                server = socket.create_connection(self._server)
                self._sockets += [client, server]
                for source, sink, limit in ((client, server, _CUT_BEHIND_BYTES), (server, client, 1 << 40)):
                    threading.Thread(target=self._forward, args=(source, sink, limit), daemon=True).start()

    def _forward(self, source: socket.socket, sink: socket.socket, limit: int) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(4096):
                limit -= len(data)
                if limit < 0:
                    self.cuts += 1
                    break
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
