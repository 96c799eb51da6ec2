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

from proxy import Proxy, end, exactly

_QUERY = 0x03
_TLS = 0x0800
# An answer to a statement, or None where it goes on to the server; "" ends the connection.
Refusal = tuple[int, str] | None


class RefusingProxy(Proxy):
    """Passes everything on to ``port``, but for what ``judge`` refuses; ``most`` connections may be at a time.

    ``statements`` are all that were asked for, in their order.
    """

    def __init__(self, port: int, judge: t.Callable[[int, str], Refusal], *, most: int | None = None) -> None:
        super().__init__(port)
        self._judge = judge
        self._most = most
        self._open = 0
        self._lock = threading.Lock()
        self.statements: list[str] = []

    def _take(self, client: socket.socket) -> None:
        with self._lock:
            self._open += 1
            too_many = self._most is not None and self._open > self._most
        if too_many:
            client.sendall(_error(0, 1040, "Too many connections"))
            self._gone(client)
            return
        server = self._connected(client)
        self._start(self._ask, client, server)
        self._start(self._answer, server, client)

    def _gone(self, client: socket.socket) -> None:
        with self._lock:
            self._open -= 1
        end(client)

    def _ask(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError, EOFError):
            while True:
                head = exactly(client, 4)
                body = exactly(client, int.from_bytes(head[:3], "little"))
                if head[3] == 0 and body[:1] == bytes((_QUERY,)):
                    refusal = self._judged(body[1:])
                    if refusal is not None:
                        if not refusal[0]:
                            break
                        client.sendall(_error(1, *refusal))
                        continue
                server.sendall(head + body)
        end(server)
        self._gone(client)

    def _judged(self, statement: bytes) -> Refusal:
        text = statement[:200].decode("utf-8", "replace")
        with self._lock:
            self.statements.append(text)
            number = len(self.statements)
        return self._judge(number, text)

    def _answer(self, server: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError, EOFError):
            head = exactly(server, 4)
            hello = bytearray(exactly(server, int.from_bytes(head[:3], "little")))
            able = hello.find(b"\0", 1) + 1 + 4 + 9
            flags = struct.unpack_from("<H", hello, able)[0]
            struct.pack_into("<H", hello, able, flags & ~_TLS)
            client.sendall(head + bytes(hello))
            while piece := server.recv(65536):
                client.sendall(piece)
        end(client)


def _error(number: int, code: int, message: str) -> bytes:
    body = b"\xff" + struct.pack("<H", code) + b"#HY000" + message.encode()
    return len(body).to_bytes(3, "little") + bytes((number,)) + body
