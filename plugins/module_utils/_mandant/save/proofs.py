# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What the server says that the rows of each table come to: asked as long as they are held, heard beside other work."""

from __future__ import annotations

import collections
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import failure_of


class NotProven(Failure):
    """The server does not say what the rows come to, or not what it has sent."""


class Question(t.NamedTuple):
    """What is asked over a session that holds the rows: ``sql`` of a Select; ``rows`` have come of the ``table``."""

    session: Session
    table: str
    sql: str
    rows: int


class Proofs:
    """Questions, one after the other; ``checksums`` are the answers by tables, ``let_go`` is called behind the last."""

    def __init__(self, mandant: str, let_go: t.Callable[[], None]) -> None:
        self._mandant = mandant
        self._let_go = let_go
        self._left: collections.deque[Question] = collections.deque()
        self._asked: Question | None = None
        self.checksums: dict[str, int] = {}

    def add(self, question: Question) -> None:
        """Take a question to be asked; nothing else may be asked over its session until it is answered."""
        self._left.append(question)

    def go_on(self) -> None:
        """Hear an answer that has come, and ask the next question; do not wait. Raises NotProven."""
        if not self._asked and not self._left:
            return
        self._step(wait=False)
        if not self._asked and not self._left:
            self._let_go()

    def answer_all(self) -> None:
        """Wait for all answers to the questions so far. Raises NotProven."""
        while self._asked or self._left:
            self._step(wait=True)

    def finish(self) -> None:
        """Wait for all answers, and let go of the rows. Raises NotProven."""
        self.answer_all()
        self._let_go()

    def _step(self, *, wait: bool) -> None:
        one = self._asked or self._left[0]
        try:
            if self._asked is None:
                self._asked = self._left.popleft()
                one.session.send(one.sql.encode("utf-8"))
            if not wait and not one.session.has_answer():
                return
            rows, checksum, lost = (int(number or 0) for number in one.session.receive_rows()[0])
        except ServerError as exc:
            failure = failure_of(exc, where=self._where(one), doing=f"reading the table {one.table}")
            raise NotProven(failure.error, failure.msg) from None
        self._asked = None
        if lost or rows != one.rows:
            raise NotProven(
                "verification_failed",
                f"{self._where(one)}: the server does not send every value of {one.table} as it is stored: a row is "
                "missing, or a text has no place in UTF-8. No backup was written",
            )
        self.checksums[one.table] = checksum

    def _where(self, one: Question) -> str:
        return f"{one.session.where}, {self._mandant}"
