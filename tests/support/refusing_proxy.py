# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A proxy before a server as hosters have them: it reads what is asked, and refuses some of it itself.

Source: MySQL documentation, client/server protocol. It hides that the server has TLS, so that it can read.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import typing as t

_QUERY = 0x03
_TLS = 0x0800
# An answer to a statement, or None where it goes on to the server; "" ends the connection.
Refusal = tuple[int, str] | None


class RefusingProxy:
    """Passes everything on to ``port``, but for what ``judge`` refuses; ``most`` connections may be at a time.

    ``statements`` are all that were asked for, in their order.
    """

    def __init__(self, port: int, judge: t.Callable[[int, str], Refusal], *, most: int | None = None) -> None:
        self._server_port = port
        self._judge = judge
        self._most = most
        self._open = 0
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._sockets: list[socket.socket] = []
        self.statements: list[str] = []

    def __enter__(self) -> t.Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_exc: object) -> None:
        for end in (self._listener, *self._sockets):
            _end(end)
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
                with self._lock:
                    self._open += 1
                    too_many = self._most is not None and self._open > self._most
                if too_many:
                    client.sendall(_error(0, 1040, "Too many connections"))
                    self._gone(client)
                    continue
                server = socket.create_connection(("127.0.0.1", self._server_port))
                self._sockets += [client, server]
                for target in ((self._ask, client, server), (self._answer, server, client)):
                    thread = threading.Thread(target=target[0], args=target[1:], daemon=True)
                    self._threads.append(thread)
                    thread.start()

    def _gone(self, client: socket.socket) -> None:
        with self._lock:
            self._open -= 1
        _end(client)

    def _ask(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError, EOFError):
            while True:
                head = _exactly(client, 4)
                body = _exactly(client, int.from_bytes(head[:3], "little"))
                if head[3] == 0 and body[:1] == bytes((_QUERY,)):
                    refusal = self._judged(body[1:])
                    if refusal is not None:
                        if not refusal[0]:
                            break
                        client.sendall(_error(1, *refusal))
                        continue
                server.sendall(head + body)
        _end(server)
        self._gone(client)

    def _judged(self, statement: bytes) -> Refusal:
        text = statement[:200].decode("utf-8", "replace")
        with self._lock:
            self.statements.append(text)
            number = len(self.statements)
        return self._judge(number, text)

    def _answer(self, server: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError, EOFError):
            head = _exactly(server, 4)
            hello = bytearray(_exactly(server, int.from_bytes(head[:3], "little")))
            able = hello.find(b"\0", 1) + 1 + 4 + 9
            flags = struct.unpack_from("<H", hello, able)[0]
            struct.pack_into("<H", hello, able, flags & ~_TLS)
            client.sendall(head + bytes(hello))
            while piece := server.recv(65536):
                client.sendall(piece)
        _end(client)


def _error(number: int, code: int, message: str) -> bytes:
    body = b"\xff" + struct.pack("<H", code) + b"#HY000" + message.encode()
    return len(body).to_bytes(3, "little") + bytes((number,)) + body


def _exactly(source: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = source.recv(size - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data


def _end(end: socket.socket) -> None:
    # Another thread may wait on it: close() alone would not wake that.
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
