# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Few rows, loaded into the temporary tables as the run loads them into its own: what it would refuse is known then.

More would take too long, and room for temporary tables that a server may give back only when it is started again.
"""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import Backup
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import is_fatal
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.outcome import silent
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.plan import Plan, TablePlan
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.behind.late_keys import ROWS_AT_LEAST
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.careful_loader import RowFailed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.fast_loader import BatchFailed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.loaded import Loaded
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.several.second_connection import Beside
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.several.shares import BYTES_AT_LEAST, Shares
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.stage import Stage
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login


class Temporary(t.Protocol):
    """Makes and drops the temporary tables."""

    def tables(self, tables: t.Iterable[TablePlan]) -> None:
        """Make some."""

    def drop(self, names: t.Collection[str]) -> None:
        """Drop some."""


class _OfThisTry(Exception):
    """Something goes wrong with temporary tables that need not with others, such as that their room is full."""


def are_few(backup: Backup) -> bool:
    """Whether a backup has so few rows that one connection loads them, into tables with all their keys.

    Temporary tables have no triggers that rows could go through.
    """
    tables = backup.analysis.tables
    if backup.analysis.row_triggers:
        return False
    return sum(table.bytes for table in tables) < BYTES_AT_LEAST and sum(table.rows for table in tables) < ROWS_AT_LEAST


def rehearse(
    session: Session, observed: Observed, plan: Plan, backup: Backup, login: Login, temporary: Temporary
) -> Loaded | None:
    """Load the rows into the temporary tables, which are there; return the tally, None where it came to nothing.

    Raises the Failure that the run would end with.
    """
    stage = _Rehearsal(session, observed, plan, Beside(session, login, observed.mandant), temporary)
    with contextlib.suppress(_OfThisTry):
        loaded = stage.fill(backup, silent, skip=plan.skips)
        stage.count(loaded)
        return loaded
    return None


class _Rehearsal(Stage):
    """Loads as a run does, by one connection, since no other one sees the tables."""

    def __init__(self, session: Session, observed: Observed, plan: Plan, beside: Beside, temporary: Temporary) -> None:
        super().__init__(session, observed.server, observed.mandant, plan, beside)
        self._temporary = temporary
        self._missing: set[str] = set()

    def count(self, loaded: Loaded) -> None:
        """Take note of rows that the server has left out."""
        for table in self._plan.tables:
            if table.source in loaded.inexact:
                rows = int(self._session.value(f"SELECT COUNT(*) FROM {quoted(table.shadow)}"))
                self._expected(table, rows, loaded)

    def _create(self, tables: t.Iterable[TablePlan], late: object = None) -> None:
        del late
        self._temporary.tables([table for table in tables if table.shadow in self._missing])
        self._missing.clear()

    def _drop(self, tables: t.Iterable[TablePlan]) -> None:
        self._missing = {table.shadow for table in tables}
        self._temporary.drop(self._missing)

    @contextlib.contextmanager
    def _several(self, backup: Backup, way: object) -> t.Iterator[Shares | None]:
        del backup, way
        yield None

    def _statement_failed(self, backup: Backup, failed: BatchFailed | RowFailed) -> Failure:
        if is_fatal(failed.error) and not failed.error.lost:
            raise _OfThisTry
        return super()._statement_failed(backup, failed)
