# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A TCP proxy before a server that cuts its first connection after a number of bytes, as a bad line does."""

from __future__ import annotations

import contextlib
import socket

from proxy import Proxy, end

_PIECE_BYTES = 65536


class CuttingProxy(Proxy):
    """Passes everything on to ``port`` of the loopback interface.

    :param cut_after: the first connection ends when so many bytes have gone one way; None only counts.
    :param to_client: count what the server says instead of what the client says.
    """

    def __init__(self, port: int, cut_after: int | None = None, *, to_client: bool = False) -> None:
        super().__init__(port)
        self._cut_after = cut_after
        self._to_client = to_client
        #: Bytes of the first connection that went in the direction that is counted.
        self.carried = 0
        self.was_cut = False

    def _take(self, client: socket.socket) -> None:
        first = not self._sockets
        server = self._connected(client)
        for source, target, to_client in ((client, server, False), (server, client, True)):
            self._start(self._pass_on, source, target, self._is_counted(to_client, first=first))

    def _is_counted(self, to_client: bool, *, first: bool) -> bool:
        return first and to_client == self._to_client

    def _last(self, piece: bytes) -> bytes:
        """Return what goes on of the last bytes."""
        return piece

    def _wait(self) -> None:
        """Is called before bytes go on that were counted."""

    def _pass_on(self, source: socket.socket, target: socket.socket, counted: bool) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(_PIECE_BYTES):
                if counted and self._cut_after is not None and self.carried + len(piece) >= self._cut_after:
                    target.sendall(self._last(piece[: self._cut_after - self.carried]))
                    self.was_cut = True
                    end(source)
                    break
                if counted:
                    self.carried += len(piece)
                    self._wait()
                target.sendall(piece)
        end(target)


class DamagingProxy(CuttingProxy):
    """Ends the first connection as well, with one byte before that is not what the server has said."""

    def __init__(self, port: int, cut_after: int, damage: int) -> None:
        super().__init__(port, cut_after, to_client=True)
        self._damage = damage

    def _last(self, piece: bytes) -> bytes:
        return piece[:-1] + bytes((piece[-1] ^ self._damage,)) if piece else piece
