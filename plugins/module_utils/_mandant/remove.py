# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""The end of a Mandant: a database that restores made is removed, and nothing that is anybody's work.

First the marker's table gets the name of a note; then what was looked at is dropped, by name; the note goes last, with
the database. Whatever ends a run between, the next one finds the note and goes on.
"""

from __future__ import annotations

import dataclasses
import time
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect import lock, session_settings
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session, connect
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.drop import drop, drop_views
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.other_sessions import clear_sessions
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import observe_settings
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import (
    failure_of,
    is_not_allowed,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.signals import Signals, caught
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import is_made, is_marker, quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.closer_look import look_closely
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.content import tables_there
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.drift import drift_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.generation_before import look_before
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observe import (
    observe_names,
    observe_programs,
    observe_tables,
    readable_rows,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed, first_table
from ansible_collections.cao.faktura.plugins.module_utils._mandant.outcome import Outcome
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.left_behind import listed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.refusals import work_elsewhere
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.removal import (
    GONE,
    Contents,
    Removal,
    early_removal,
    missing_privilege,
    not_brought,
    plan_removal,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Fingerprint
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.origins import merged
from ansible_collections.cao.faktura.plugins.module_utils._mandant.results.diff_words import worded
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.first.save_first import parts_of, save_first
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.first.since_saved import (
    contents,
    refuse_what_is_not_saved,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.foresee import foresee
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.recover import recover
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.rename import rename
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.set_aside import held, refuse_what_came
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login, Removing

Json = dict[str, t.Any]


def remove(*, wanted: Removing, login: Login, check_mode: bool, want_diff: bool = False) -> Outcome:
    """Remove a Mandant that restores made, unless it is gone already.

    Raises Failure would_replace_work for what others made or changed, and those of a restore that concern a database.
    """
    with caught() as signals:
        run = _Remove(wanted, login, signals)
        try:
            return run.run(check_mode, want_diff)
        except ServerError as exc:
            where = f"{run.session.where}, {wanted.mandant}"
            failure = failure_of(exc, where=where, doing="removing the Mandant")
            told = ". Part of it is gone already, and the next run ends that" if run.has_dropped else ""
            raise Failure(failure.error, f"{failure.msg}{told}") from None
        finally:
            run.session.close()


class _Remove:
    def __init__(self, wanted: Removing, login: Login, signals: Signals) -> None:
        self.session: Session = connect(login)
        self._wanted = wanted
        self._login = login
        self._signals = signals
        self._warnings: list[str] = [*self.session.warnings]
        self._names: t.Mapping[str, str] = {}
        # Up to then all is as it was.
        self.has_dropped = False

    def run(self, check_mode: bool, want_diff: bool) -> Outcome:
        begun = time.monotonic()
        (lock.check if check_mode else lock.acquire)(self.session, self._wanted.mandant)
        observed, seen = self._look(check_mode)
        made = plan_removal(self._wanted, observed, seen)
        if made.refusal is not None:
            raise made.refusal
        if not made.do:
            return Outcome(
                changed=False, action="unchanged", reason=made.why, analysis={}, warnings=tuple(self._warnings)
            )
        self._warnings += work_elsewhere(observed)
        # Who has come since is told before anything is saved.
        at_save = {} if check_mode else self._contents(observed)
        saved = self._save_first(observed, check_mode)
        stays = made.stays
        if not check_mode:
            clear_sessions(self.session, self._wanted.wanted, observed.mandant)
            refuse_what_is_not_saved(self.session, observed.mandant, at_save)
            with self._signals.held():
                stays = self._carry_out(observed, made, {**self._as_restored(observed), **at_save})
        if stays is not None:
            self._warnings.append(f"{observed.mandant}: the database itself stays, empty: {stays}")
        return Outcome(
            changed=True,
            action="removed" if stays is None else "emptied",
            reason=made.why,
            analysis=dict(observed.marker.analysis) if observed.marker is not None else {},
            restore=None,
            removed=_result(observed, made, None if check_mode else round(time.monotonic() - begun, 3)),
            backup_first=saved,
            diff=_diff(observed) if want_diff else {},
            warnings=tuple(self._warnings),
        )

    def _look(self, check_mode: bool) -> tuple[Observed, Contents]:
        """Look; what an earlier run has left is put right before, or foreseen."""
        server = observe_settings(self.session)
        observed = _as_left(observe_names(self.session, server, self._wanted.mandant))
        if not observed.exists or not observed.unfinished:
            return self._look_closely(observed)
        may_go = self._wanted.drifted == "remove" and self._wanted.backup_first is None
        foreseen = foresee(self.session, observed, may_go=may_go)
        early = early_removal(self._wanted, foreseen.observed)
        if early is not None:
            return foreseen.observed, Contents()
        self._warnings.append(f"{observed.mandant}: an earlier run was cut off; that is put right first")
        if not check_mode:
            session_settings.use(self.session, observed.mandant)
            with self._signals.held():
                self._warnings += recover(self.session, server, observed.mandant, may_go=may_go).warnings
            return self._look_closely(_as_left(observe_names(self.session, server, self._wanted.mandant)))
        if not foreseen.names:
            return self._look_closely(foreseen.observed)
        # Half a swap: nobody can have worked in what has not its name yet.
        self._names = foreseen.names
        closer = look_closely(self.session, foreseen.observed, count=False, names=foreseen.names)
        return dataclasses.replace(closer, birth=foreseen.observed.birth), Contents()

    def _look_closely(self, observed: Observed) -> tuple[Observed, Contents]:
        if early_removal(self._wanted, observed) is not None:
            return observed, Contents()
        observed = dataclasses.replace(look_closely(self.session, observed, count=False), birth=observed.birth)
        if missing_privilege(self._wanted, observed) is not None:
            return observed, Contents()
        observed = _counted(self.session, observed)
        if any(not table.is_view for table in observed.generation_before.values()):
            observed = look_before(self.session, observed)
        return observed, Contents(
            drift=self._drift(observed),
            work_before=() if observed.before is None else observed.before.work,
            programs=tuple(observe_programs(self.session, observed.mandant)),
        )

    def _drift(self, observed: Observed) -> tuple[tuple[str, str], ...] | None:
        """Return what is not as restores have left it, None where nobody knows how that was."""
        extra = [(name, "extra") for name in not_brought(observed)]
        if observed.marker is None:
            return tuple(extra)
        found, not_seen = drift_of(self.session, observed, "full")
        if found is None:
            return None if observed.live else tuple(extra)
        self._warnings += [f"{observed.mandant}: not seen: {one}" for one in not_seen]
        ends_another = observed.birth is not None and observed.birth.removing is not None
        differ = [(one["name"], one["what"]) for one in found["tables"]]
        return tuple(dict.fromkeys([one for one in differ if not ends_another or one[1] not in GONE] + extra))

    def _contents(self, observed: Observed) -> dict[str, Fingerprint]:
        """Return what is in use holds, where it is to be saved: that takes long enough for people to write more."""
        if self._wanted.backup_first is None:
            return {}
        return contents(self.session, observed.mandant, observed.live.values())

    def _save_first(self, observed: Observed, check_mode: bool) -> tuple[Json, ...]:
        if self._wanted.backup_first is None:
            return ()
        before = observed.before
        tables = {} if before is None or not before.work else before.real_names
        tables = {name: real for name, real in tables.items() if not observed.tables[name].is_view}
        files, warnings = save_first(
            self._login,
            observed,
            self._wanted.wanted,
            parts_of(observed, tables, self._names),
            check_mode=check_mode,
            backup_path="",
        )
        self._warnings += warnings
        return files

    def _as_restored(self, observed: Observed) -> dict[str, Fingerprint]:
        """Return what the tables hold by which it was decided that they may go, if that counts."""
        if self._wanted.drifted == "remove" or observed.marker is None:
            return {}
        return tables_there(observed, merged(observed.marker))

    def _carry_out(self, observed: Observed, made: Removal, decided: t.Mapping[str, Fingerprint]) -> str | None:
        """Do it; return why the database itself stays, None where it is gone."""
        session, mandant, note = self.session, observed.mandant, observed.server.names.made
        session_settings.use(session, mandant)
        marker = first_table(observed.tables, is_marker)
        if marker is not None:
            drop(session, [note])
            rename(session, [(marker, note)], f"{session.where}, {mandant}")
        try:
            with held(session, mandant, made.tables if decided else ()):
                refuse_what_came(session, mandant, [(name, name) for name in made.tables], decided)
                # MySQL looks for the child of a locked parent, also when it goes in one statement with it.
                for name in made.tables:
                    drop(session, [name])
                    self.has_dropped = True
        except (Failure, ServerError):
            if marker is not None and not self.has_dropped and not session.broken:
                rename(session, [(note, marker)], f"{session.where}, {mandant}")
            raise
        drop_views(session, made.views)
        self._check_nothing_came(mandant)
        if made.database:
            try:
                session.execute(f"DROP DATABASE IF EXISTS {quoted(mandant)}")
            except ServerError as exc:
                if not is_not_allowed(exc):
                    raise
                drop(session, [note])
                return "the account may not drop it"
            return None
        drop(session, [note])
        return made.stays

    def _check_nothing_came(self, mandant: str) -> None:
        """Raise Failure where somebody has put something into the database meanwhile: nobody has looked at that."""
        came = [name for name in observe_tables(self.session, mandant) if not is_made(name)]
        came += observe_programs(self.session, mandant)
        if came:
            raise Failure(
                "would_replace_work",
                f"{self.session.where}: while {mandant} was removed, others put {listed(came)} into it, which stays "
                "with the database; take that out of it and run again",
            )


def _as_left(observed: Observed) -> Observed:
    """Return a Mandant that is being removed with the marker that it had."""
    birth = observed.birth
    if observed.marker is not None or birth is None or birth.removing is None:
        return observed
    return dataclasses.replace(observed, marker=birth.removing)


def _counted(session: Session, observed: Observed) -> Observed:
    """Return what was seen with the rows of the tables in use; of one that cannot be read nobody knows them."""
    tables = dict(observed.tables)
    for name, table in observed.live.items():
        if not table.is_view:
            tables[name] = dataclasses.replace(table, rows=readable_rows(session, observed.mandant, name))
    return dataclasses.replace(observed, tables=tables)


def _result(observed: Observed, made: Removal, seconds: float | None) -> Json:
    live = [name for name in made.tables if name in observed.live]
    return {
        "database": made.database,
        "tables": sorted(made.tables),
        "views": sorted(made.views),
        "rows": sum(observed.tables[name].rows or 0 for name in live),
        "seconds": seconds,
    }


def _diff(observed: Observed) -> Json:
    before = {name: {"rows": table.rows} for name, table in sorted(observed.live.items())}
    dropped = sorted(observed.generation_before)
    return worded(observed.mandant, {"tables": before}, {"tables": {}}, dropped=dropped)
