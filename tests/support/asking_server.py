# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that is not the one that is meant: it asks for the password, and keeps what it gets.

Source: MySQL documentation, client/server protocol, connection phase.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
import types
import typing as t

from proxy import exactly

_PROTOCOL_41, _TLS, _TRANSACTIONS, _SECURE = 0x200, 0x800, 0x2000, 0x8000
_METHODS = 0x80000
_OK = bytes((0, 0, 0, 2, 0, 0, 0))
_REFUSED = b"\xff" + struct.pack("<H", 1045) + b"#28000no"


class Stranger:
    """It answers one login at ``port``; ``received`` has the packets that came, the first of TLS left out.

    ``greets`` is the method that it names first, and ``asks`` are the packets that it sends then, each for an answer.
    ``then`` are packets that want no answer. It refuses the login, or, where it ``is_content``, takes whatever comes.
    Without ``names_methods`` it is a server of before MySQL 5.5.
    """

    def __init__(
        self,
        *asks: bytes,
        greets: bytes = b"mysql_native_password",
        names_methods: bool = True,
        context: ssl.SSLContext | None = None,
        then: t.Sequence[bytes] = (),
        is_content: bool = False,
        address: str = "127.0.0.1",
    ) -> None:
        self._asks = asks
        self._greets = greets
        self._names_methods = names_methods
        self._context = context
        self._then = then
        self._is_content = is_content
        self._listening = socket.create_server((address, 0))
        self._thread = threading.Thread(target=self._answer, daemon=True)
        self.port = int(self._listening.getsockname()[1])
        self.received: list[bytes] = []

    def __enter__(self) -> t.Self:
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: types.TracebackType | None
    ) -> None:
        # Nobody may have come.
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listening.close()

    def _answer(self) -> None:
        with contextlib.suppress(OSError, EOFError), self._listening.accept()[0] as line:
            self._talk(line)

    def _talk(self, line: socket.socket) -> None:
        able = _PROTOCOL_41 | _TRANSACTIONS | _SECURE | (_METHODS if self._names_methods else 0)
        able |= _TLS if self._context else 0
        hello = b"\x0a5.7.0\0" + struct.pack("<I", 1) + b"12345678\0" + struct.pack("<H", able & 0xFFFF) + b"\x21"
        hello += struct.pack("<H", 2) + struct.pack("<H", able >> 16) + b"\x15" + bytes(10) + b"123456789012\0"
        _send(line, 0, hello + (self._greets + b"\0" if self._names_methods else b""))
        number, packet = _receive(line)
        if self._context and struct.unpack("<I", packet[:4])[0] & _TLS:
            with self._context.wrap_socket(line, server_side=True) as encrypted:
                number, packet = _receive(encrypted)
                self._ask(encrypted, number, packet)
            return
        self._ask(line, number, packet)

    def _ask(self, line: socket.socket, number: int, packet: bytes) -> None:
        self.received.append(packet)
        for asked in self._asks:
            _send(line, number + 1, asked)
            number, packet = _receive(line)
            self.received.append(packet)
        for told in self._then:
            number += 1
            _send(line, number, told)
        _send(line, number + 1, _OK if self._is_content else _REFUSED)
        while self._is_content:
            number, _statement = _receive(line)
            _send(line, number + 1, _OK)


def _send(line: socket.socket, number: int, packet: bytes) -> None:
    line.sendall(struct.pack("<I", len(packet))[:3] + bytes((number,)) + packet)


def _receive(line: socket.socket) -> tuple[int, bytes]:
    head = exactly(line, 4)
    return head[3], exactly(line, int.from_bytes(head[:3], "little"))
