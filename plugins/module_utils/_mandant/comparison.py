# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""A comparison: a backup is staged beside its Mandant as a restore does it, compared with it, and cleared away.

Nothing that is in use is changed. What a run that was killed leaves are tables by the names of a restore's, which the
next comparison and the next restore clear away.
"""

from __future__ import annotations

import contextlib
import dataclasses
import time

from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import Backup
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.compare.objects import ObjectsCompared
from ansible_collections.cao.faktura.plugins.module_utils._mandant.compare.rows import RowsCompared
from ansible_collections.cao.faktura.plugins.module_utils._mandant.compare.tables import (
    Json,
    ObjectCompared,
    TableCompared,
    in_all,
    pairs,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect import lock, session_settings
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session, connect
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.drop import drop, drop_views
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.reconnect import is_lost, reconnected
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import observe_server
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import failure_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.signals import Signals, caught
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import is_shadow, is_shadow_marker
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.closer_look import look_closely, look_whose
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.content import with_filled
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observe import observe_names, observe_tables
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed, first_table
from ansible_collections.cao.faktura.plugins.module_utils._mandant.outcome import silent
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.decision import Decision
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.plan import Plan, plan
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.questions.not_whole import tables_lacking
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.questions.questions import refusal_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.refusals import mandant_missing
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.some_tables.chosen import chosen
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.source_tables import observe_source_columns
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.disk_watch import DiskWatch, ServerWaits
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.dump_conditions import check_zones
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.several.second_connection import Beside
from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.stage import Stage
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login, Wanted


@dataclasses.dataclass(frozen=True)
class Comparing:
    """What is to be compared; ``tables`` are patterns of those that alone are, ``keys`` how many are named."""

    mandant: str
    tables: tuple[str, ...] = ()
    keys: int = 0


@dataclasses.dataclass(frozen=True)
class Compared:
    """What was found, in the shape of the module's results."""

    comparison: Json
    analysis: Json
    warnings: tuple[str, ...]


def compare(*, asked: Comparing, login: Login, backup: Backup) -> Compared:
    """Compare a Mandant with a backup. Raises Failure; the Mandant is as it was in any case."""
    with caught() as signals:
        run = _Run(asked, login, backup, signals)
        try:
            return run.compare()
        except ServerError as exc:
            where = f"{run.session.where}, {asked.mandant}"
            raise failure_of(exc, where=where, doing="comparing the Mandant with the backup") from None
        finally:
            run.session.close()


class _Run:
    """One run: a session, and what is staged with it."""

    def __init__(self, asked: Comparing, login: Login, backup: Backup, signals: Signals) -> None:
        self._asked = asked
        self._login = login
        self._backup = backup
        self._signals = signals
        self._begun = time.monotonic()
        self.session: Session = connect(login)

    def compare(self) -> Compared:
        """Do it."""
        server = observe_server(self.session)
        observed = observe_names(self.session, server, self._asked.mandant)
        missing = mandant_missing(observed)
        if missing is not None:
            raise missing
        lock.acquire(self.session, observed.mandant)
        # Whoever had the lock may have changed what is there.
        observed = observe_names(self.session, server, observed.mandant)
        self._check_at_rest(observed)
        session_settings.use(self.session, observed.mandant)
        self._clear(observed.mandant)
        observed = look_closely(self.session, observe_names(self.session, server, observed.mandant), count=False)
        made, observed = self._plan(observed)
        try:
            tables, objects = self._staged(observed, made)
        except BaseException as exc:
            self._clear_up(observed.mandant, exc)
            raise
        with self._signals.held():
            self._clear(observed.mandant)
        return self._told(observed, tables, objects)

    def _check_at_rest(self, observed: Observed) -> None:
        """Raise Failure where a restore was cut off so that putting it right would change what is in use."""
        unfinished = observed.marker is not None and not observed.marker.finished
        if unfinished or first_table(observed.tables, is_shadow_marker) is not None:
            raise Failure(
                "verification_failed",
                f"{self.session.where}, {observed.mandant}: a restore or rollback was cut off, and what is in use may "
                "not be what it will be. Run mandant_restore or mandant_rollback again, which puts that right, then "
                "compare. Nothing was changed",
            )

    def _plan(self, observed: Observed) -> tuple[Plan, Observed]:
        """Return what a restore would do that asks nothing; raises the Failure of a backup that cannot be staged."""
        wanted = self._wanted()
        analysis = self._backup.analysis
        # People may go on to work: nothing of theirs gives way.
        alone = dataclasses.replace(observed, sessions=())
        made = plan(wanted, Decision(True, "it is compared"), alone, analysis)
        if made.refusal is not None:
            raise made.refusal
        check_zones(self.session, analysis.time_zones)
        observed = with_filled(self.session, observed, tables_lacking(wanted, observed, analysis), {})
        return made, look_whose(self.session, observed, {})

    def _wanted(self) -> Wanted:
        return Wanted(
            mandant=self._asked.mandant,
            policy="always",
            reload_tables=False,
            running_instances="wait",
            create=False,
            tables=self._asked.tables,
            incomplete="allow",
            other_company="allow",
            replace=True,
        )

    def _staged(self, observed: Observed, made: Plan) -> tuple[tuple[TableCompared, ...], tuple[ObjectCompared, ...]]:
        """Stage the backup and compare it; the rows of all tables that have a past are those of one moment."""
        session, mandant = self.session, observed.mandant
        with Beside(session, self._login, mandant) as beside:
            stage = Stage(session, observed.server, mandant, made, beside)
            with DiskWatch(self._login, session, mandant, stage.others):
                loaded = stage.fill(self._backup, silent, skip=False)
        staged = stage.verify(loaded)
        objects = ObjectsCompared(session, observed, made, self._backup.path).compare()
        # Moments are compared, not what the clocks show: some of these come twice.
        session_settings.for_definitions(session)
        session.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT")
        columns = observe_source_columns(session, mandant)
        rows = RowsCompared(session, mandant, staged, columns, self._asked.keys)
        tables = tuple(rows.compare(pair) for pair in pairs(made, observed))
        session.execute("COMMIT")
        return tables, objects

    def _clear(self, mandant: str) -> None:
        """Clear away what is staged, by this run or one that was killed."""
        there = observe_tables(self.session, mandant)
        left = [name for name in there if is_shadow(name)]
        drop_views(self.session, [name for name in left if there[name].is_view])
        drop(self.session, [name for name in left if not there[name].is_view])

    def _clear_up(self, mandant: str, cause: BaseException) -> None:
        """Clear away, over another connection where that is lost; the first error is the one that counts."""
        if isinstance(cause, ServerWaits):
            return
        with contextlib.suppress(Failure, ServerError), self._signals.held():
            if is_lost(self.session, cause):
                self.session = reconnected(self.session, self._login, mandant)
            session_settings.use(self.session, mandant)
            self.session.execute("ROLLBACK")
            self._clear(mandant)

    def _told(
        self, observed: Observed, tables: tuple[TableCompared, ...], objects: tuple[ObjectCompared, ...]
    ) -> Compared:
        analysis = self._backup.analysis
        asking = dataclasses.replace(self._wanted(), incomplete="fail", other_company="fail", policy="once")
        refusal = refusal_of(asking, observed, chosen(asking, analysis))
        comparison: Json = {
            **in_all(tables, objects),
            "mandant": observed.mandant,
            "newest_document": {
                "backup": analysis.last_document_date,
                "mandant": observed.identity.last_document_date,
            },
            "tables": [one.to_result() for one in tables],
            "objects": [dataclasses.asdict(one) for one in objects],
            "refusal": None if refusal is None else {"error": refusal.error, "msg": refusal.msg},
            "seconds": round(time.monotonic() - self._begun, 3),
        }
        return Compared(
            comparison=comparison,
            analysis=analysis.to_result(),
            warnings=self.session.warnings,
        )
