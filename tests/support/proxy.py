# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the TCP proxies before a server have in common: they listen, pass on by threads, and end with their block."""

from __future__ import annotations

import abc
import contextlib
import socket
import threading
import typing as t


class Proxy(abc.ABC):
    """Listens on the loopback interface for connections to ``port`` there."""

    address: t.ClassVar[str] = "127.0.0.1"

    def __init__(self, port: int) -> None:
        self._server_port = port
        self._listener = socket.create_server((self.address, 0))
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._sockets: list[socket.socket] = []

    def __enter__(self) -> t.Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_exc: object) -> None:
        for one in (self._listener, *self._sockets):
            end(one)
        for thread in self._threads:
            thread.join()

    @property
    def port(self) -> int:
        """Where the proxy listens."""
        return int(self._listener.getsockname()[1])

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _address = self._listener.accept()
                self._take(client)

    @abc.abstractmethod
    def _take(self, client: socket.socket) -> None:
        """Begin to serve a client."""

    def _connected(self, client: socket.socket) -> socket.socket:
        """Return a connection to the server for a client."""
        server = socket.create_connection(("127.0.0.1", self._server_port))
        self._sockets += [client, server]
        return server

    def _start(self, target: t.Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()


def end(one: socket.socket) -> None:
    """End a connection; another thread may wait on it, which close() alone would not wake."""
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


def exactly(source: socket.socket, size: int) -> bytes:
    """Read so many bytes; EOFError where the connection ends before."""
    data = b""
    while len(data) < size:
        piece = source.recv(size - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data
