# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Back to the generation before the last restore, by one RENAME; a second time brings the first state back."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import time
import typing as t
import uuid

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect import lock, session_settings
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session, connect
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.reconnect import is_lost, reconnected
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import Server, observe_settings
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import failure_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.signals import Signals, caught
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import is_between, is_marker
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.closer_look import look_closely
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observe import count_rows, observe_names
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed, first_table
from ansible_collections.cao.faktura.plugins.module_utils._mandant.outcome import Outcome
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.refusals import (
    first_refusal,
    mandant_missing,
    work_elsewhere,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.rollback_plan import RollbackPlan, plan_rollback
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.same_wanted import at, listed_names
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember import marker as markers
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.birth import forget_made
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import (
    Marker,
    Previous,
    marker_document,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker_table import (
    create_stand_in,
    note_finished,
    note_taken_back,
    read_marker,
    write_marker,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.origins import part, undone_by_rollback
from ansible_collections.cao.faktura.plugins.module_utils._mandant.results.diff_words import worded
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.finish import is_drop
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.foresee import foresee
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.recover import recover
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.rename import rename
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.swap import swap_when_free
from ansible_collections.cao.faktura.plugins.module_utils._mandant.version import COLLECTION_VERSION
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login, Wanted


def rollback(
    *, wanted: Wanted, login: Login, check_mode: bool, want_diff: bool = False, only_sha256: str | None = None
) -> Outcome:
    """Bring the generation before back; that in use becomes the generation before.

    With ``only_sha256`` only the restore of that backup is taken back, else nothing is done. Raises Failure
    nothing_to_roll_back, and those of a restore that concern a database.
    """
    with caught() as signals:
        run = _Rollback(wanted, login, signals, only_sha256)
        try:
            return run.run(check_mode, want_diff)
        except ServerError as exc:
            where = f"{run.session.where}, {wanted.mandant}"
            raise failure_of(exc, where=where, doing="rolling the Mandant back") from None
        finally:
            run.session.close()


class _Rollback:
    def __init__(self, wanted: Wanted, login: Login, signals: Signals, only_sha256: str | None) -> None:
        self.session: Session = connect(login)
        self._only_sha256 = only_sha256
        self._wanted = wanted
        self._login = login
        self._signals = signals
        self._warnings: list[str] = [*self.session.warnings]
        # Of a way back that was cut off behind its swap, and of a restore that is taken back for that.
        self._finishes: Marker | None = None
        self._takes_back: Marker | None = None

    def run(self, check_mode: bool, want_diff: bool) -> Outcome:
        begun = time.monotonic()
        (lock.check if check_mode else lock.acquire)(self.session, self._wanted.mandant)
        observed = self._observe(check_mode)
        refusal = mandant_missing(observed) or first_refusal(self._wanted, observed, None)
        if refusal is not None:
            raise refusal
        if self._takes_back is not None:
            return self._taken_back(observed, self._takes_back, check_mode, begun)
        if self._finishes is not None:
            return self._finished(self._finishes, None if check_mode else round(time.monotonic() - begun, 3))
        if self._only_sha256 is not None and not _is_restore_of(observed.marker, self._only_sha256):
            return self._unchanged(observed.marker)
        made = plan_rollback(observed)
        self._warnings += work_elsewhere(observed)
        diff = self._diff(observed, made) if want_diff else {}
        downtime = None if check_mode else self._carry_out(observed, made)
        before = observed.marker.previous.marker if observed.marker else None
        return Outcome(
            changed=True,
            action="rolled_back",
            reason=_why(observed.marker),
            analysis=dict((before or {}).get("analysis", {})),
            restore={
                "tables": len(made.coming) or len(made.going),
                "seconds": None if check_mode else round(time.monotonic() - begun, 3),
                "downtime_seconds": None if downtime is None else round(downtime, 3),
                "previous": sorted(made.going.values()),
                "dropped": [],
            },
            diff=diff,
            warnings=tuple(self._warnings),
        )

    def _finished(self, marker: Marker, seconds: float | None) -> Outcome:
        """Return that an earlier run's way back is done now: who runs again wants no way forth."""
        self._warnings.append(f"{self._wanted.mandant}: an earlier rollback was cut off; this run ends it")
        return Outcome(
            changed=True,
            action="rolled_back",
            reason="an earlier rollback was cut off, and this run ends it",
            analysis=dict(marker.analysis),
            restore={
                "tables": sum(is_between(source) for source, _target in marker.moves),
                "seconds": seconds,
                "downtime_seconds": None,
                "previous": sorted(marker.previous.tables.values()),
                "dropped": [],
            },
            warnings=tuple(self._warnings),
        )

    def _taken_back(self, observed: Observed, restored: Marker, check_mode: bool, begun: float) -> Outcome:
        """Return that a restore which was cut off behind its swap is taken back: the generation before it is live."""
        self._warnings.append(
            f"{self._wanted.mandant}: the last restore was cut off before its end; it is taken back, and what it had "
            "brought is dropped"
        )
        return Outcome(
            changed=True,
            action="rolled_back",
            reason="the last restore was cut off before its end, and is taken back",
            analysis={} if observed.marker is None else dict(observed.marker.analysis),
            restore={
                "tables": len({*restored.tables, *restored.views} if restored.chosen else observed.live),
                "seconds": None if check_mode else round(time.monotonic() - begun, 3),
                "downtime_seconds": None,
                "previous": sorted(observed.generation_before),
                "dropped": sorted(restored.tables),
            },
            warnings=tuple(self._warnings),
        )

    def _unchanged(self, marker: Marker | None) -> Outcome:
        return Outcome(
            changed=False,
            action="unchanged",
            reason=_not_the_last(marker, str(self._only_sha256)),
            analysis={} if marker is None else dict(marker.analysis),
            warnings=tuple(self._warnings),
        )

    def _diff(self, observed: Observed, made: RollbackPlan) -> dict[str, t.Any]:
        """Return the rows of each table before and after; those of views are None."""
        tables = [name for name in (*observed.live, *made.coming.values()) if not observed.tables[name].is_view]
        rows = count_rows(self.session, observed.mandant, tables)
        before = {name: {"rows": rows.get(name)} for name in observed.live}
        after = {name: facts for name, facts in before.items() if name not in made.going}
        after.update({live: {"rows": rows.get(back)} for live, back in made.coming.items()})
        kept = set(observed.live).difference(made.going, made.coming)
        return worded(observed.mandant, {"tables": before}, {"tables": dict(sorted(after.items()))}, kept=kept)

    def _observe(self, check_mode: bool) -> Observed:
        """Look; what an earlier run has left is put right before, or foreseen."""
        server = observe_settings(self.session)
        observed = observe_names(self.session, server, self._wanted.mandant)
        if observed.exists and not check_mode:
            session_settings.use(self.session, observed.mandant)
        if not observed.exists or not observed.unfinished:
            return look_closely(self.session, observed, count=False)
        marker = observed.marker
        way_back = marker is not None and _is_way_back(marker)
        back = marker is not None and not marker.finished and not way_back
        if back and self._only_sha256 is not None:
            back = _is_restore_of(marker, self._only_sha256)
        if check_mode:
            foreseen = foresee(self.session, observed, back=back)
            taken_back = foreseen.taken_back
            after = look_closely(self.session, foreseen.observed, count=False, names=foreseen.names)
            after = foreseen.with_steps(after)
        else:
            with self._signals.held():
                recovered = recover(self.session, server, observed.mandant, back=back)
            self._warnings += recovered.warnings
            taken_back = recovered.did == "taken back"
            if back and taken_back and marker is not None:
                self._remember(server, marker)
            after = look_closely(self.session, observe_names(self.session, server, self._wanted.mandant), count=False)
        if way_back and not taken_back and _is_cut_off(observed, whole=self._only_sha256 is not None):
            self._finishes = marker
        if back and taken_back:
            self._takes_back = marker
        if self._finishes is None and self._takes_back is None:
            self._warnings.append(f"{observed.mandant}: an earlier run was cut off; that is put right first")
        return after

    def _remember(self, server: Server, restored: Marker) -> None:
        """Note that the unfinished restore of a backup was taken back, so that no scheduled run brings it again."""
        mandant = self._wanted.mandant
        names = observe_names(self.session, server, mandant)
        live = first_table(names.tables, is_marker)
        if live is None:
            # Without moves it stands for no swap, should this be cut off. What CAO's own restore set aside stays a
            # generation before.
            aside = {name[len("BACK_") :]: name for name in names.generation_before}
            before = dataclasses.replace(_unknown_origin(), previous=Previous(tables=aside), made=restored.made)
            write_marker(self.session, server, before)
            live = server.names.marker
            rename(self.session, [(server.names.shadow_marker, live)], f"{self.session.where}, {mandant}")
            note_finished(self.session, mandant, live, {})
            forget_made(self.session, server, mandant)
        note_taken_back(self.session, mandant, live, restored)

    def _carry_out(self, observed: Observed, made: RollbackPlan) -> float:
        """Do it; return how many seconds the Mandant was away, at most."""
        marker = _marker_of(observed, made)
        begun = time.monotonic()
        try:
            if observed.server.names.marker not in observed.tables:
                create_stand_in(self.session, observed.server)
            write_marker(self.session, observed.server, marker)
            swapped = swap_when_free(self.session, observed, self._wanted, marker, self._signals)
        except BaseException as exc:
            if not self._is_done_after_all(observed, marker, exc):
                raise
            self._warnings.append(f"{observed.mandant}: the connection was lost, and the rest was done over another")
            return time.monotonic() - begun
        self._warnings += swapped.warnings
        return swapped.seconds

    def _is_done_after_all(self, observed: Observed, marker: Marker, cause: BaseException) -> bool:
        """Clear up or finish; return whether the swap was done before the connection was lost.

        Then it is no failure: who ran again would bring the generation back that just went. Else the first
        error is the one that counts, whatever happens here.
        """
        with contextlib.suppress(Failure, ServerError), self._signals.held():
            lost = is_lost(self.session, cause)
            if lost:
                self.session = reconnected(self.session, self._login, observed.mandant)
            session_settings.use(self.session, observed.mandant)
            self._warnings += recover(self.session, observed.server, observed.mandant).warnings
            live = read_marker(self.session, observed.mandant, observed.server.names.marker)[0]
            return lost and live is not None and live.run == marker.run and live.finished
        return False


def _is_way_back(marker: Marker) -> bool:
    """Whether a rollback brought this generation, and not a restore."""
    return any(is_between(source) for source, _target in marker.moves)


def _is_cut_off(observed: Observed, *, whole: bool) -> bool:
    """Whether what brought this generation did not come to its end; one that is ``whole`` may have old things left."""
    marker = observed.marker
    if marker is None:
        return False
    going = {name for step in marker.pending if is_drop(step) and not whole for name in step.names}
    return not marker.finished or not going.isdisjoint(observed.tables)


def _why(marker: Marker | None) -> str:
    """Return what is taken back, as a sentence."""
    if marker is None:
        return "the generation that CAO-Faktura's own restore has set aside comes back"
    of_it = f"{listed_names(marker.scope)}: " if marker.scope else ""
    if _is_way_back(marker) and (marker.taken_back or marker.scope):
        return f"{of_it}what an earlier rollback has taken back comes back"
    return of_it + (f"the restore {at(marker)} is taken back" if marker.sha256 else "the generation before comes back")


def _not_the_last(marker: Marker | None, sha256: str) -> str:
    """Return why the restore of a backup is not taken back."""
    if marker is not None and any(one.sha256 == sha256 for one in marker.earlier):
        return "tables of this backup are in use here, but others were restored since, and only the last is taken back"
    return "no restore of this backup is in use here"


def _is_restore_of(marker: Marker | None, sha256: str) -> bool:
    """Whether a backup was restored, and is in use: not where it came back, for then its restore was taken back."""
    return marker is not None and marker.sha256 == sha256 and not _is_way_back(marker)


def _unknown_origin(views: tuple[str, ...] = ()) -> Marker:
    """Return the marker of content that no restore has brought."""
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Marker(run="", sha256="", restored_at=now, version=COLLECTION_VERSION, analysis={}, tables={}, views=views)


def _marker_of(observed: Observed, made: RollbackPlan) -> Marker:
    """Return the marker of the generation that comes back; it remembers the one that goes."""
    before = observed.marker.previous.marker if observed.marker else None
    views = tuple(live for live, back in made.coming.items() if observed.tables[back].is_view)
    known = _unknown_origin(views)
    if before is not None:
        with contextlib.suppress(markers.Unreadable):
            known = markers.decode_remembered(before)
    marker = dataclasses.replace(
        known,
        run=uuid.uuid4().hex,
        moves=made.moves,
        pending=made.pending,
        objects=None,
        gave_way=made.gave_way,
        made=observed.made,
        taken_back=(observed.marker.sha256,) if observed.marker and observed.marker.sha256 else (),
        previous=Previous(tables=made.going, restored=made.steps_back, marker=marker_document(observed.marker)),
    )
    if observed.marker is None or not observed.marker.scope:
        return marker
    return _of_some_tables(marker, known.objects or {}, observed, observed.marker, made)


def _of_some_tables(
    marker: Marker, objects: t.Mapping[str, str], observed: Observed, going: Marker, made: RollbackPlan
) -> Marker:
    """Return the marker of a way back of some tables: all others stay, and what is remembered of them."""
    triggers = {one.name: one.table for one in observed.triggers}
    before = dataclasses.replace(marker, objects=objects)
    return dataclasses.replace(
        marker,
        scope=going.scope,
        stayed=part(before, lambda name: name not in going.scope, triggers).objects or {},
        older=going.older,
        taken_back=going.taken_back,
        undone=undone_by_rollback(going, made.going),
    )
