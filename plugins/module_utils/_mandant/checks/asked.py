# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The checks are run on the new tables, all of them, and what they have found is told; one that fails ends the run."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure, first_of, printable
from ansible_collections.cao.faktura.plugins.module_utils._mandant.checks.compared import (
    CannotCompare,
    is_as_wanted,
    shown,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.checks.given import UNCHANGED, Check
from ansible_collections.cao.faktura.plugins.module_utils._mandant.checks.planned import PlannedCheck
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.reconnect import second_to
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Server
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import described
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.session_settings import for_checks
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login

# Interrupted by KILL QUERY, by MariaDB's limit, and by MySQL's.
_TOOK_TOO_LONG = (1317, 1969, 3024)
_NAMED = 5


@dataclasses.dataclass(frozen=True)
class Checked:
    """What came of a check: its value, None for a text; ``passed`` is None where it was not run."""

    check: Check
    value: int | float | str | None = None
    passed: bool | None = None
    skipped: str | None = None
    problem: str | None = None

    def to_result(self) -> dict[str, t.Any]:
        """Return it in the shape of the results."""
        return {
            "name": self.check.name,
            "wanted": {self.check.how: self.check.wanted},
            "value": self.value,
            "passed": self.passed,
            "skipped": None if self.skipped is None else f"{self.skipped} is not there",
            "problem": self.problem,
        }

    @property
    def story(self) -> str:
        """What went wrong, in words."""
        name, check = printable(self.check.name), self.check
        if self.problem is not None:
            return f"{name} {self.problem}"
        found = "found another text" if self.value is None else f"found {self.value}"
        return f"{name} {found}, and {check.how} {printable(check.wanted)} is wanted"


def not_asked(checks: t.Iterable[PlannedCheck]) -> list[Checked]:
    """Return what can be said of checks before there are tables: which of them are skipped."""
    return [Checked(one.check, skipped=one.skipped) for one in checks]


class Asking:
    """Runs checks; ``login`` is for a server that cannot end a query by itself after ``seconds``."""

    def __init__(self, session: Session, server: Server, login: Login, seconds: int) -> None:
        self._session = session
        self._server = server
        self._login = login
        self._seconds = seconds

    def ask(self, checks: t.Sequence[PlannedCheck], views: t.Mapping[str, str], where: str) -> list[Checked]:
        """Return what came of all checks; Failure check_failed where one has failed.

        ``views`` are the names of the backup's views while they are there.
        """
        if not checks:
            return []
        found = []
        skipped = [one.skipped or self._lacking(one, views) for one in checks]
        with for_checks(self._session, self._seconds):
            for one, lacking in zip(checks, skipped):
                found.append(Checked(one.check, skipped=lacking) if lacking else self._one(one, views))
                if self._session.broken:
                    break
        failed = [one for one in found if one.passed is False]
        if failed:
            stories = first_of([one.story for one in failed], _NAMED, between="; ")
            of_all = f"of {len(checks)} checks {len(failed)}" if len(checks) > 1 else "the only check"
            raise Failure(
                "check_failed",
                f"{where}: {of_all} failed: {stories}. Restore another backup, or change the check. {UNCHANGED}",
                checks=[one.to_result() for one in found],
            )
        return found

    def _one(self, planned: PlannedCheck, views: t.Mapping[str, str]) -> Checked:
        check = planned.check
        names = {name: views.get(found, found) for name, found in planned.names.items()}
        try:
            with self._ended_in_time():
                rows = self._session.query(check.query.select_statement(names).decode("utf-8"))
            value = _one_value(rows)
            return Checked(check, shown(value), is_as_wanted(check, value))
        except CannotCompare as exc:
            return Checked(check, passed=False, problem=str(exc))
        except ServerError as exc:
            if exc.number in _TOOK_TOO_LONG:
                return Checked(check, passed=False, problem=f"took more than {self._seconds} seconds (checks_timeout)")
            if exc.lost:
                raise
            why = described(exc.number, exc.message)
            return Checked(check, passed=False, problem=f"is refused by the server: {why}")

    def _lacking(self, planned: PlannedCheck, views: t.Mapping[str, str]) -> str | None:
        """Return a column that is needed of a table that stays, and that it does not have."""
        for table, column in planned.open_needs:
            shown = self._session.query(f"SHOW COLUMNS FROM {quoted(views.get(table, table))}")
            if column.lower() not in {str(row[0]).lower() for row in shown}:
                return f"{table}.{column}"
        return None

    @contextlib.contextmanager
    def _ended_in_time(self) -> t.Iterator[None]:
        """End a query that takes too long where the server does not do it itself: by another connection."""
        if self._server.flavour.limits_queries:
            yield
            return
        timer = threading.Timer(self._seconds, self._end)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()

    def _end(self) -> None:
        with (
            contextlib.suppress(Failure, ServerError),
            contextlib.closing(second_to(self._session, self._login)) as ending,
        ):
            ending.execute(f"KILL QUERY {self._session.number:d}")


def _one_value(rows: t.Sequence[tuple[t.Any, ...]]) -> object:
    if len(rows) != 1 or len(rows[0]) != 1:
        what = "no row" if not rows else "more than one row" if len(rows) > 1 else f"{len(rows[0])} columns"
        raise CannotCompare(f"gives {what} instead of one value")
    if rows[0][0] is None:
        raise CannotCompare("gives NULL instead of a value")
    return rows[0][0]
