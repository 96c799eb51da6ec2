# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a Mandant is away, as a second connection sees it."""

from __future__ import annotations

import contextlib
import threading
import time

import pymysql

from bench.target import DATABASE
from mariadb_server import MariadbServer

PAUSE_SECONDS = 0.003


class Probe:
    """Asks for a table again and again; ``gap_seconds`` is the longest time without an answer.

    A name that is missing and an answer that has to wait for a lock count alike.
    """

    def __init__(self, server: MariadbServer, tables: tuple[str, ...]) -> None:
        self._server = server
        self._statements = [f"SELECT 1 FROM {DATABASE}.{table} LIMIT 1" for table in tables]
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self.gap_seconds = 0.0
        self.answers = 0

    def __enter__(self) -> Probe:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._end.set()
        self._thread.join()

    def _ask(self) -> None:
        # No database of its own: a session on the Mandant would look like a running CAO-Faktura.
        with contextlib.closing(self._server.connect()) as connection, connection.cursor() as cursor:
            last = time.monotonic()
            while not self._end.is_set():
                with contextlib.suppress(pymysql.err.ProgrammingError):
                    for statement in self._statements:
                        cursor.execute(statement)
                        cursor.fetchall()
                    now = time.monotonic()
                    self.gap_seconds = max(self.gap_seconds, now - last)
                    self.answers += 1
                    last = now
                time.sleep(PAUSE_SECONDS)
