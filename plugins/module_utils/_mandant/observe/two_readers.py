# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Fingerprints of a whole Mandant, read on two connections at once while something else is done here."""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import threading
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.threads import started
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.reconnect import second_to
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.every_row import every_row, halves
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.fingerprint import (
    definition_hash,
    fingerprint,
    show_create,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import EVERY_ROW, Fingerprint
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login

# Fewer rows are read faster than a connection is made.
ROWS_AT_LEAST = 50_000
_HALVES = 2
# How long a reading may take that nobody waits for any more.
_FREE_SECONDS = 1.0


class TwoReaders:
    """Reads tables, the large ones in two halves. An account that may have one connection only has them read by one."""

    def __init__(self, session: Session, login: Login, mandant: str) -> None:
        self._session = session
        self._login = login
        self._mandant = mandant
        self._left: collections.deque[tuple[str, str, str]] = collections.deque()
        self._parts: dict[str, list[Fingerprint]] = {}
        self._halved: set[str] = set()
        self._shown: dict[str, str] = {}
        self._second: Session | None = None
        self._lost: ServerError | None = None

    def read(self, remembered: t.Mapping[str, Fingerprint], work: t.Callable[[], object]) -> dict[str, Fingerprint]:
        """Return fingerprints, by the measures by which tables are ``remembered``, and do ``work`` meanwhile.

        A table may be missing, whatever the reason. Raises what ``work`` does.
        """
        large = [name for name, one in remembered.items() if one.rows >= ROWS_AT_LEAST]
        for name in sorted(remembered, key=lambda name: -remembered[name].rows):
            self._put(name, remembered[name].measure, name in large)
        is_much = sum(one.rows for one in remembered.values()) >= ROWS_AT_LEAST
        found = (started(self._read_here), started(self._read_beside) if is_much else None)
        threads = [thread for thread in found if thread is not None]
        try:
            work()
            if found[0] is None:
                self._read_here()
            for thread in threads:
                thread.join()
        except Failure:
            # Nothing of this is left on the server when the failure is told.
            self._left.clear()
            for thread in threads:
                thread.join()
            raise
        except BaseException:
            self._left.clear()
            if self._second is not None:
                self._second.give_up()
            self._free(found[0])
            raise
        if self._lost is not None:
            raise self._lost
        return dict(self._found())

    def _free(self, thread: threading.Thread | None) -> None:
        """Have the session that was given to this free again, or given up where that would take long."""
        if thread is not None:
            thread.join(_FREE_SECONDS)
            if thread.is_alive():
                self._session.give_up()
                thread.join()

    def _put(self, table: str, measure: str, is_large: bool) -> None:
        conditions: tuple[str, ...] = ()
        if is_large and measure == EVERY_ROW:
            conditions = self._halves(table)
        if conditions:
            self._halved.add(table)
        self._left.extend((table, measure, condition) for condition in conditions or ("",))

    def _halves(self, table: str) -> tuple[str, ...]:
        try:
            self._shown[table] = show_create(self._session, self._mandant, table)
            return halves(self._session, self._mandant, table, self._shown[table])
        except ServerError as exc:
            if exc.lost:
                raise
            return ()

    def _read_here(self) -> None:
        try:
            self._read_on(self._session)
        except ServerError as exc:
            self._lost = exc

    def _read_beside(self) -> None:
        with (
            contextlib.suppress(Failure, ServerError),
            contextlib.closing(second_to(self._session, self._login)) as session,
        ):
            self._second = session
            self._read_on(session)

    def _read_on(self, session: Session) -> None:
        """Read what is left, as long as something is."""
        while self._left:
            try:
                table, measure, condition = self._left.popleft()
            except IndexError:
                return
            try:
                found = self._part(session, table, measure, condition)
            except ServerError as exc:
                if exc.lost:
                    raise
            else:
                self._parts.setdefault(table, []).append(found)

    def _part(self, session: Session, table: str, measure: str, condition: str) -> Fingerprint:
        if not condition:
            return fingerprint(session, self._mandant, table, measure)
        shown = self._shown[table]
        content = every_row(session, self._mandant, table, shown, condition)
        return Fingerprint(content.rows, content.checksum, definition_hash(shown), measure)

    def _found(self) -> t.Iterator[tuple[str, Fingerprint]]:
        for table, parts in self._parts.items():
            if len(parts) == (_HALVES if table in self._halved else 1):
                rows, checksum = sum(one.rows for one in parts), sum(one.checksum for one in parts)
                yield table, dataclasses.replace(parts[-1], rows=rows, checksum=checksum)
