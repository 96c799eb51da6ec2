# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Something for each of several things, over several connections at once."""

from __future__ import annotations

import collections
import functools
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.threads import started
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import Session

Thing = t.TypeVar("Thing")


def for_each(
    things: t.Iterable[Thing], sessions: t.Sequence[Session], do: t.Callable[[Session, Thing], object]
) -> None:
    """Do it with all things in their order, over whichever session is free; the first one is used by the caller.

    The first that goes wrong ends it and is raised, that of the caller's own session before others.
    """
    left = collections.deque(things)
    failures: list[BaseException] = []

    def work(session: Session) -> None:
        while left:
            try:
                thing = left.popleft()
            except IndexError:
                return
            do(session, thing)

    def beside(session: Session) -> None:
        try:
            work(session)
        except BaseException as exc:  # noqa: BLE001 - it is raised where all was begun
            failures.append(exc)
            left.clear()

    others = sessions[1:] if len(left) > 1 else ()
    threads = [started(functools.partial(beside, session)) for session in others]
    try:
        work(sessions[0])
        _join(threads)
    except BaseException:
        left.clear()
        for session in others:
            session.give_up()
        _join(threads)
        raise
    if failures:
        raise failures[0]


def _join(threads: t.Iterable[t.Any]) -> None:
    for thread in threads:
        if thread is not None:
            thread.join()
