# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Several loaders at once, each in a thread with a connection of its own, fed from one pass over the backup."""

from __future__ import annotations

import functools
import threading
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.rows import Rows
from ansible_collections.cao.faktura.plugins.module_utils._backup.threads import started
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.fast_loader import BatchFailed, Seen
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.loaded import Loaded
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.row_stream import StreamUnfit
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.several.row_queues import RowQueues
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.several.shares import Shares

# How often who waits tells how far it is; and how long a statement that is under way may take when all is to end.
_TELL_SECONDS = 0.2
_END_SECONDS = 1.0

# Loads rows over a session, telling how far it is, and returns the tally.
Load = t.Callable[[Session, t.Iterator[Rows], Seen], Loaded]


class Loaders:
    """Loads over all ``sessions``, each in a thread of its own; the first is that of the run, and outlives this.

    What goes wrong on any of them ends all, in StreamUnfit: loaded again over one connection, the first fault of
    the backup is found and told as ever. Only what has cost the run its own connection is raised as it is, and what
    is wrong with the file. ``order`` is that of the tables in the dump.
    """

    def __init__(self, sessions: t.Sequence[Session], load: Load, seen: Seen, order: t.Sequence[str]) -> None:
        self._sessions = sessions
        self._load = load
        self._seen = seen
        self._order = order
        self._stopped = threading.Event()
        self._told: list[tuple[int, int]] = [(0, 0)] * len(sessions)
        self._table = ""
        self._tallies: list[Loaded] = []
        self._failures: dict[int, BaseException] = {}

    def by_passes(self, rows: t.Callable[[], t.Iterator[Rows]], shares: Shares) -> Loaded | None:
        """Have each read all ``rows`` and take its own; None where there are no threads, and nothing was done."""
        senders = len(self._sessions)
        shares.settle(senders)
        return self._run([self._going(shares.of(number, senders, rows())) for number in range(senders)])

    def by_queues(self, rows: t.Callable[[], t.Iterator[Rows]], shares: Shares) -> Loaded | None:
        """Have all fed from one pass, of what takes long to read; None as above."""
        queues = RowQueues(len(self._sessions))

        def hand_out() -> None:
            for run in rows():
                queues.put(shares.sender_of(run, queues.held), run)
                del run
                self._tell()
                if self._stopped.is_set():
                    return
            queues.end()

        return self._run([queues.of(number) for number in range(len(self._sessions))], hand_out, queues.stop)

    def _going(self, rows: t.Iterator[Rows]) -> t.Iterator[Rows]:
        """Give rows until all is to end."""
        for run in rows:
            if self._stopped.is_set():
                return
            yield run
            del run

    def _run(
        self,
        sources: t.Sequence[t.Iterator[Rows]],
        hand_out: t.Callable[[], object] = lambda: None,
        stop: t.Callable[[], object] = lambda: None,
    ) -> Loaded | None:
        def stop_all() -> None:
            self._stopped.set()
            stop()

        threads: list[threading.Thread] = []
        try:
            for number, source in enumerate(sources):
                thread = started(functools.partial(self._work, number, source, stop_all))
                if thread is None:
                    stop_all()
                    self._end(threads)
                    return None
                threads.append(thread)
            hand_out()
            self._wait(threads)
        except BaseException:
            stop_all()
            self._end(threads)
            raise
        self._raise()
        return merged(self._tallies, self._order)

    def _work(self, number: int, source: t.Iterator[Rows], stop: t.Callable[[], object]) -> None:
        def tell(table: str, done: int, rows: int) -> None:
            self._table, self._told[number] = table, (done, rows)

        try:
            self._tallies.append(self._load(self._sessions[number], source, tell))
        except BaseException as exc:  # noqa: BLE001 - it is raised where all was begun
            self._failures[number] = exc
            stop()

    def _raise(self) -> None:
        if 0 in self._failures and self._sessions[0].broken:
            raise self._failures[0]
        for failure in self._failures.values():
            if isinstance(failure, (BatchFailed, ServerError, StreamUnfit)):
                raise StreamUnfit from failure
            raise failure

    def _tell(self) -> None:
        if self._table:
            self._seen(self._table, sum(done for done, _rows in self._told), sum(rows for _done, rows in self._told))

    def _wait(self, threads: t.Iterable[threading.Thread]) -> None:
        for thread in threads:
            while thread.is_alive():
                thread.join(_TELL_SECONDS)
                self._tell()

    def _end(self, threads: t.Iterable[threading.Thread]) -> None:
        """Come to an end at once: with what is under way on the server where that takes no time."""
        for thread, session in zip(threads, self._sessions):
            thread.join(_END_SECONDS)
            if thread.is_alive():
                session.give_up()
                thread.join()


def merged(tallies: t.Sequence[Loaded], order: t.Sequence[str]) -> Loaded:
    """Return the tally of all, with warnings as one connection tells them; nothing is skipped or left out so far."""
    whole = Loaded()
    for tally in tallies:
        whole.rows += tally.rows
        whole.bytes += tally.bytes
        whole.inexact |= tally.inexact
    told = [(key, count) for tally in tallies for key, count in tally.warnings.items()]
    for (table, text), count in sorted(told, key=lambda one: order.index(one[0][0])):
        whole.warn(table, text, count)
    return whole
