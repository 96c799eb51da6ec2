# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A TCP proxy before a server that keeps rows back until it is told to go on, however fast both sides are."""

from __future__ import annotations

import threading
import time
import typing as t

from cutting_proxy import CuttingProxy

# A protection: longer than anybody waits for what is to happen meanwhile.
_HOLD_SECONDS = 120.0


class HoldingProxy(CuttingProxy):
    """Passes everything on to ``port`` of the loopback interface, and stands still at some places.

    :param places: numbers of bytes that all clients together have sent; each needs one go_on(), which may come before.
    """

    def __init__(self, port: int, places: t.Iterable[int]) -> None:
        super().__init__(port)
        self._places = sorted(places)
        self._released = threading.Semaphore(0)

    def __exit__(self, *_exc: object) -> None:
        for _place in self._places:
            self.go_on()
        super().__exit__()

    def go_on(self) -> None:
        """Let one more place be passed."""
        self._released.release()

    def _is_counted(self, to_client: bool, *, first: bool) -> bool:
        del first
        return not to_client

    def _wait(self) -> None:
        while self._places and self.carried >= self._places[0]:
            del self._places[0]
            self._released.acquire(timeout=_HOLD_SECONDS)


class PacedProxy(HoldingProxy):
    """Stands still at one place, and then passes the rest on in about so many seconds, whatever else happens.

    :param rest_bytes: how many bytes come behind the place.
    """

    def __init__(self, port: int, place: int, rest_bytes: int, seconds: float) -> None:
        super().__init__(port, [place])
        self._place, self._rest_bytes, self._seconds = place, rest_bytes, seconds
        self._begun = 0.0

    def _wait(self) -> None:
        held = bool(self._places) and self.carried >= self._places[0]
        super()._wait()
        if held:
            self._begun = time.monotonic()
        if self._begun:
            due = self._begun + self._seconds * min(1.0, (self.carried - self._place) / self._rest_bytes)
            time.sleep(max(0.0, due - time.monotonic()))
