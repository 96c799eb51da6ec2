# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""A restore from its first look to its last step: observe, decide, plan, stage, verify, swap, remember."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import time
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import Backup
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect import lock, session_settings
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session, connect
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import observe_settings
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.signals import Signals, caught
from ansible_collections.cao.faktura.plugins.module_utils._mandant.deciding import Deciding
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import is_between, is_marker, is_shadow
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.content import with_filled
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observe import observe_names
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.outcome import Outcome, Progress, silent
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.decision import Decision
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.same_wanted import why_another
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Fingerprint, Marker
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.origins import sources
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login, Wanted

# What only a restore needs is imported where it begins: most runs find nothing to do, and are to be short.
if t.TYPE_CHECKING:  # pragma: no cover
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.plan import Plan


def restore(
    *,
    wanted: Wanted,
    login: Login,
    backup: Backup,
    check_mode: bool,
    want_diff: bool = False,
    progress: Progress | None = None,
) -> Outcome:
    """Make a Mandant what a backup has, unless the policy finds nothing to do.

    Raises Failure with every error of design.md section 5 that concerns a database. Every failure before
    the swap leaves the Mandant as it was.
    """
    with caught() as signals:
        run = _Run(wanted, login, backup, progress or silent, signals)
        try:
            return run.check(want_diff) if check_mode else run.apply(want_diff)
        except ServerError as exc:
            from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import failure_of

            where = f"{run.session.where}, {wanted.mandant}"
            raise failure_of(exc, where=where, doing="working on the Mandant") from None
        finally:
            run.session.close()


class _Run:
    """One run: a session, and what was seen with it."""

    def __init__(self, wanted: Wanted, login: Login, backup: Backup, progress: Progress, signals: Signals) -> None:
        self._wanted = wanted
        self._login = login
        self._backup = backup
        self._progress = progress
        self._signals = signals
        self._begun = time.monotonic()
        self.session: Session = connect(login)
        self._warnings: list[str] = [*self.session.warnings]
        self._created = False
        # What goes for good held that when it was saved.
        self._at_save: t.Mapping[str, Fingerprint] = {}
        # In check mode: what tables will be called once half a swap is put right, by their names now, and what is done.
        self._names: t.Mapping[str, str] = {}
        self._with_steps: t.Callable[[Observed], Observed] | None = None

    def check(self, want_diff: bool) -> Outcome:
        """Return what a run would do; nothing is changed, not even the binary log."""
        lock.check(self.session, self._wanted.mandant)
        observed = self._observe()
        if observed.unfinished:
            from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.foresee import foresee
            from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.recover import told_of_recovery

            foreseen = foresee(self.session, observed, back=self._takes_back(observed), may_go=self._may_go)
            self._warnings += told_of_recovery(observed.mandant, taken_back=foreseen.taken_back)
            observed, self._names, self._with_steps = foreseen.observed, foreseen.names, foreseen.with_steps
        decision = self._decide(observed)
        if not decision.restore:
            return self._unchanged(observed, decision)
        observed, made = self._plan(observed, decision, want_diff)
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.ahead.tried import try_ahead

        rehearsed = try_ahead(self.session, observed, made, self._backup, self._login)
        saved = self._save_first(observed, made, check_mode=True)
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.results.restored import forecast

        outcome = forecast(self._backup, observed, made, self._warnings, want_diff=want_diff, rehearsed=rehearsed)
        return dataclasses.replace(outcome, backup_first=saved)

    def apply(self, want_diff: bool) -> Outcome:
        """Do it."""
        lock.acquire(self.session, self._wanted.mandant)
        observed = self._observe()
        taken_back = False
        if observed.exists and observed.unfinished:
            taken_back = self._recover(observed)
            observed = self._observe()
        try:
            return self._apply_to(observed, want_diff)
        except Failure as failure:
            if not taken_back:
                raise
            # Whoever has seen it may wonder where it is.
            told = "Before, this run has taken back an earlier restore that was cut off: what it had brought is gone"
            raise Failure(failure.error, f"{failure.msg}. {told}", **failure.results) from None

    def _recover(self, observed: Observed) -> bool:
        """Put right what an earlier run has left; return whether its restore was taken back as is wanted."""
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.recover import (
            recover,
            told_of_recovery,
        )

        session_settings.use(self.session, observed.mandant)
        back = self._takes_back(observed)
        with self._signals.held():
            done = recover(self.session, observed.server, observed.mandant, back=back, may_go=self._may_go)
        taken_back = back and done.did == "taken back"
        self._warnings += [*told_of_recovery(observed.mandant, taken_back=taken_back), *done.warnings]
        return taken_back

    def _apply_to(self, observed: Observed, want_diff: bool) -> Outcome:
        decision = self._decide(observed)
        if not decision.restore:
            return self._unchanged(observed, decision)
        observed, made = self._plan(observed, decision, want_diff)
        self._wait_for_sessions(observed.mandant, 0, 0)
        saved = self._save_first(observed, made, check_mode=False)
        return dataclasses.replace(self._carry_out(observed, made, want_diff), backup_first=saved)

    def _takes_back(self, observed: Observed) -> bool:
        """Whether a restore that was cut off behind its swap is taken back, since this run replaces what it brought.

        Finished, it would have pushed out what was there before the first failure, if anything was.
        """
        marker, wanted = observed.marker, self._wanted
        if marker is None or marker.finished or not marker.sha256 or (wanted.policy == "once" and not wanted.replace):
            return False
        before = [source for source, _target in marker.moves if not (is_shadow(source) or is_marker(source))]
        if not before or any(map(is_between, before)):
            return False
        return wanted.policy == "always" or why_another(wanted, self._backup.sha256, marker) is not None

    @property
    def _may_go(self) -> bool:
        """Whether what an earlier run was about to drop may go, also what others have written to it meanwhile."""
        wanted = self._wanted
        return wanted.replace or (wanted.policy != "once" and wanted.backup_first is None)

    def _unchanged(self, observed: Observed, decision: Decision) -> Outcome:
        """Return that there is nothing to do: the analysis is that of the marker, of the file that is here now."""
        own = [one for one in sources(observed.marker) if one.sha256 == self._backup.sha256]
        restored = own[0] if own else observed.marker
        analysis: dict[str, t.Any] = dict(restored.analysis) if restored else {}
        analysis["file"] = {**analysis.get("file", {}), "path": self._backup.path}
        compared = decision.drift is not None
        return Outcome(
            changed=False,
            action="unchanged",
            reason=decision.why,
            analysis=analysis,
            drift={"tables": []} if compared else None,
            warnings=tuple(self._warnings),
        )

    def _observe(self) -> Observed:
        return observe_names(self.session, observe_settings(self.session), self._wanted.mandant)

    def _deciding(self, progress: Progress) -> Deciding:
        return Deciding(self.session, self._login, self._wanted, self._backup, progress, self._names)

    def _decide(self, observed: Observed) -> Decision:
        """Decide; raises the Failure of what may not be done."""
        decision = self._deciding(self._progress).decide(observed)
        if decision.warning:
            self._warnings.append(decision.warning)
        return decision

    def _plan(self, observed: Observed, decision: Decision, want_diff: bool) -> tuple[Observed, Plan]:
        """Return the plan; what can be refused without unpacking the backup is refused before."""
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.closer_look import look_whose
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.plan import plan
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.questions.not_whole import (
            tables_lacking,
        )

        observed = self._look_closely(observed, count=want_diff)
        early = plan(self._wanted, decision, observed)
        if early.refusal is not None:
            raise early.refusal
        analysis = self._backup.analysis
        lacking = tables_lacking(self._wanted, observed, analysis)
        observed = with_filled(self.session, observed, lacking, self._names)
        observed = look_whose(self.session, observed, self._names)
        made = plan(self._wanted, decision, observed, analysis)
        if made.refusal is not None:
            raise made.refusal
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.ahead.asked_ahead import ask_ahead

        ask_ahead(self.session, observed, made, analysis)
        self._warnings += made.warnings
        return observed, made

    def _look_closely(self, observed: Observed, *, count: bool) -> Observed:
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.closer_look import look_closely
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.would_replace import needs_look_before

        observed = look_closely(self.session, observed, count=count, names=self._names)
        observed = self._with_steps(observed) if self._with_steps else observed
        if needs_look_before(self._wanted, observed):
            from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.generation_before import (
                look_before,
            )

            observed = look_before(self.session, observed, self._names)
        return observed

    def _save_first(self, observed: Observed, made: Plan, *, check_mode: bool) -> tuple[dict[str, t.Any], ...]:
        """Save what is there before anything is changed, or say what would be saved."""
        if self._wanted.backup_first is None or not observed.exists:
            return ()
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.first.save_first import (
            parts_of,
            save_first,
        )

        self._progress("save", None, 0, 0, 0)
        if self._wanted.previous == "drop" and not check_mode:
            from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.first.since_saved import contents

            go = [table for name, table in observed.live.items() if name in made.previous]
            self._at_save = contents(self.session, observed.mandant, go)
        before = made.saved_before(observed)
        parts = parts_of(observed, before, self._names)
        files, warnings = save_first(
            self._login, observed, self._wanted, parts, check_mode=check_mode, backup_path=self._backup.path
        )
        self._warnings += warnings
        return files

    def _carry_out(self, observed: Observed, made: Plan, want_diff: bool) -> Outcome:
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.checks.asked import Asking
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.birth import forget_made
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker_table import write_marker
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.results.restored import Measured, restored
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.disk_watch import DiskWatch
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.new_mandant import create_mandant
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.several.second_connection import Beside
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.stage import Stage
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.try_out import try_out

        server, mandant, wanted = observed.server, observed.mandant, self._wanted
        marker: Marker | None = None
        try:
            if made.create_database:
                create_mandant(self.session, observed, wanted, self._backup.analysis)
                self._created = True
            session_settings.use(self.session, mandant)
            with Beside(self.session, self._login, mandant) as beside:
                stage = Stage(self.session, server, mandant, made, beside)
                with DiskWatch(self._login, self.session, mandant, stage.others):
                    loaded = stage.fill(self._backup, self._progress, skip=wanted.on_error == "skip")
                    neutralised = stage.neutralise(loaded)
                self._progress("verify", None, loaded.bytes, loaded.bytes, loaded.rows)
            asking = Asking(self.session, server, self._login, wanted.checks_timeout_seconds)
            where = f"{self.session.where}, {mandant}"
            checked = try_out(self.session, server, made, where, self._backup.path, asking)
            fingerprints = stage.verify(loaded)
            marker = self._marker(observed, made, fingerprints, loaded.error_count)
            write_marker(self.session, server, marker)
            self._wait_for_sessions(mandant, loaded.bytes, loaded.rows)
            seconds = self._swap(observed, marker, loaded.bytes, loaded.rows)
            if self._created or observed.birth is not None:
                forget_made(self.session, server, mandant)
        except BaseException as exc:
            if not self._is_done_after_all(observed, exc, marker):
                raise
            self._warnings.append(f"{observed.mandant}: the connection was lost, and the rest was done over another")
            seconds = None
        measured = Measured(time.monotonic() - self._begun, seconds, loaded, neutralised, checked)
        return restored(self._backup, observed, made, measured, self._warnings, want_diff=want_diff)

    def _marker(self, observed: Observed, made: Plan, tables: t.Mapping[str, Fingerprint], error_count: int) -> Marker:
        """Return what is to be remembered."""
        import uuid

        from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.new_marker import remembered
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.version import COLLECTION_VERSION

        return Marker(
            run=uuid.uuid4().hex,
            sha256=self._backup.sha256,
            restored_at=datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            version=COLLECTION_VERSION,
            analysis=self._backup.analysis.to_result(),
            tables=tables,
            errors=error_count,
            **remembered(self._wanted, observed, made),
        )

    def _swap(self, observed: Observed, marker: Marker, loaded_bytes: int, rows: int) -> float | None:
        """Make the new state the one in use; return how many seconds the Mandant was away."""
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.decided import note_decided
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.set_aside import refuse_what_came
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.swap import Tell, swap_when_free

        decided: dict[str, Fingerprint | None] = {}

        def ready() -> None:
            self._progress("swap", None, loaded_bytes, loaded_bytes, rows)
            decided.update({**self._deciding(silent).decide_again(observed), **self._at_save})
            if self._at_save:
                from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.first.since_saved import (
                    refuse_what_is_not_saved,
                )

                refuse_what_is_not_saved(self.session, observed.mandant, self._at_save)
            note_decided(self.session, observed.mandant, observed.server.names.shadow_marker, decided)

        tell = Tell(
            waiting=lambda: self._progress("wait", None, loaded_bytes, loaded_bytes, rows),
            ready=ready,
            swapped=lambda: refuse_what_came(self.session, observed.mandant, marker.moves, decided),
        )
        swapped = swap_when_free(self.session, observed, self._wanted, marker, self._signals, tell=tell)
        self._warnings += swapped.warnings
        return swapped.seconds

    def _wait_for_sessions(self, mandant: str, loaded_bytes: int, rows: int) -> None:
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.other_sessions import clear_sessions

        clear_sessions(
            self.session,
            self._wanted,
            mandant,
            waiting=lambda: self._progress("wait", None, loaded_bytes, loaded_bytes, rows),
        )

    def _is_done_after_all(self, observed: Observed, cause: BaseException, marker: Marker | None) -> bool:
        """Clear up or finish; return whether the swap was done before the connection was lost.

        Else the first error is the one that counts, whatever happens here.
        """
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.reconnect import is_lost, reconnected
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker_table import read_marker
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.disk_watch import ServerWaits
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.stage.new_mandant import (
            drop_what_holds_nothing,
        )
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.recover import recover

        if isinstance(cause, ServerWaits):
            return False
        with contextlib.suppress(Failure, ServerError), self._signals.held():
            lost = is_lost(self.session, cause)
            if lost:
                self.session = reconnected(self.session, self._login, observed.mandant)
            session_settings.use(self.session, observed.mandant)
            recover(self.session, observed.server, observed.mandant)
            live = read_marker(self.session, observed.mandant, observed.server.names.marker)[0]
            if lost and marker is not None and live is not None and live.run == marker.run and live.finished:
                return True
            if self._created:
                drop_what_holds_nothing(self.session, observed.mandant)
        return False
