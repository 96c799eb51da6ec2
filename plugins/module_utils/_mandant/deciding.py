# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Decides whether a Mandant is restored, and looks at what the decision asks for; a last time just before the swap."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import Backup
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.content import (
    NOTHING_SEEN,
    Content,
    Means,
    Question,
    as_remembered,
    look_into,
    tables_there,
)
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observe import observe_names
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.outcome import Progress, silent
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.decision import Decision, decide, looked_at
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.some_tables.chosen import concerned, narrowed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Fingerprint, Marker
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.origins import merged, sources
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login, Wanted


@dataclasses.dataclass(frozen=True)
class Deciding:
    """What a decision is made with; ``names`` as for as_called_now."""

    session: Session
    login: Login
    wanted: Wanted
    backup: Backup
    progress: Progress = silent
    names: t.Mapping[str, str] = dataclasses.field(default_factory=dict)

    def decide(self, observed: Observed) -> Decision:
        """Decide; raises the Failure of what may not be done."""
        known: dict[str, Fingerprint] = {}
        sha256 = ""
        # A file that is read through all the same is not read for this alone.
        if observed.marker is not None and self.wanted.policy != "always":
            known = {} if self.names else self._read_ahead(observed, observed.marker)
            sha256 = self.backup.sha256
        content = NOTHING_SEEN
        decision = decide(self.wanted, sha256, observed, content)
        while not isinstance(decision, Decision):
            content = self._look_into(observed, decision, content, sha256, known)
            decision = decide(self.wanted, sha256, observed, content)
        if decision.refusal is not None:
            raise decision.refusal
        return decision

    def decide_again(self, observed: Observed) -> dict[str, Fingerprint | None]:
        """Return what the tables in use hold, by which it is decided that they may go; None is no row.

        Nothing is returned where everything may go. Raises the Failure of work that people have begun since it was
        decided: nobody has said that it may go.
        """
        if self.wanted.policy != "once" or self.wanted.replace:
            return {}
        now = observe_names(self.session, observed.server, observed.mandant)
        try:
            decision = self.decide(now)
        except Failure as failure:
            if failure.error != "would_replace_work":
                raise
            raise Failure(failure.error, f"{failure.msg}. When this run began that was not so yet") from None
        if decision.drift is None or now.marker is None:
            return {name: None for name, table in now.live.items() if not table.is_view}
        return {**tables_there(now, merged(now.marker))}

    def _look_into(
        self, observed: Observed, question: Question, content: Content, sha256: str, known: t.Mapping[str, Fingerprint]
    ) -> Content:
        """Return the answer to one question more; where only some tables are wanted, it is about these."""
        if question == "names":
            return dataclasses.replace(content, names=concerned(self.wanted, observed, self.backup.analysis))
        if question == "rows":
            self._check_before_looking(observed)
        if question == "drift":
            self.progress("compare", None, 0, 0, 0)
        seen = narrowed(observed, looked_at(self.wanted, sha256, observed, content))
        means = Means(self.wanted.keep_tables, known, self.names)
        return look_into(self.session, seen, question, content, means)

    def _check_before_looking(self, observed: Observed) -> None:
        """Raise Failure for what is no Mandant, and for an account that cannot see what is there."""
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.closer_look import look_at_account
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.refusals import (
            missing_privilege,
            no_mandant,
        )

        refusal = no_mandant(observed)
        if refusal is None:
            seen = look_at_account(self.session, observed)
            refusal = None if seen.privileges.has("SELECT") else missing_privilege(self.wanted, seen, None)
        if refusal is not None:
            raise refusal

    def _read_ahead(self, observed: Observed, marker: Marker) -> dict[str, Fingerprint]:
        """Have the server read the tables while the file is read, if it may be the one that was restored."""
        size = self.backup.size_bytes
        same = next((one for one in sources(marker) if _size_of(one) == size), None)
        if same is None or decide(self.wanted, same.sha256, observed) != "drift":
            return {}
        seen = narrowed(observed, looked_at(self.wanted, same.sha256, observed, NOTHING_SEEN))
        if seen.marker is None:
            return {}
        from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.two_readers import TwoReaders

        self.progress("compare", None, 0, 0, 0)
        there = tables_there(seen, seen.marker)
        known = as_remembered(self.session, observed.mandant, there)
        readers = TwoReaders(self.session, self.login, observed.mandant)
        left = {name: one for name, one in there.items() if name not in known}
        return {**known, **readers.read(left, lambda: self.backup.sha256)}


def _size_of(marker: Marker) -> object:
    restored = marker.analysis.get("file")
    return restored.get("size") if isinstance(restored, dict) else None
