# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""A backup of a Mandant: found, locked against other runs, and saved."""

from __future__ import annotations

import dataclasses

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect import lock
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session, connect
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server import observe_server
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import failure_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.signals import caught
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observe import observe_names
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import Observed
from ansible_collections.cao.faktura.plugins.module_utils._mandant.plan.refusals import mandant_missing
from ansible_collections.cao.faktura.plugins.module_utils._mandant.save.saving import Saved, Saver, Saving
from ansible_collections.cao.faktura.plugins.module_utils._mandant.swap.foresee import foresee
from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Login


def back_up(*, saving: Saving, login: Login, check_mode: bool) -> Saved:
    """Write a backup. Raises Failure; then no file has a name, and no older one is gone."""
    session = connect(login)
    try:
        with caught():
            server = observe_server(session)
            observed = observe_names(session, server, saving.mandant, only_look=True)
            missing = mandant_missing(observed)
            if missing is not None:
                raise missing
            saver = Saver(session, server, login, dataclasses.replace(saving, mandant=observed.mandant))
            (lock.check if check_mode else lock.acquire)(session, observed.mandant)
            told = _what_was_cut_off(session, observe_names(session, server, observed.mandant, only_look=True))
            saved = saver.save(check_mode)
            return dataclasses.replace(saved, warnings=(*told, *saved.warnings))
    except ServerError as exc:
        raise failure_of(exc, where=f"{session.where}, {saving.mandant}", doing="backing the Mandant up") from None
    finally:
        session.close()


def _what_was_cut_off(session: Session, observed: Observed) -> list[str]:
    """Return warnings about a restore that did not come to its end.

    Raises Failure within half a swap or removal: tables would be missing in a backup that looks whole.
    """
    where = f"{session.where}, {observed.mandant}"
    if observed.birth is not None and observed.birth.removing is not None:
        raise Failure(
            "verification_failed",
            f"{where}: a removal was cut off, and tables may be gone. Run mandant_remove again, which ends it. "
            "No backup was written, and none was removed",
        )
    if observed.unfinished and foresee(session, observed, may_go=True).names:
        raise Failure(
            "verification_failed",
            f"{where}: a restore or rollback was cut off within its swap, so that some tables in use have other names "
            "just now. Run it again, which puts that right, then back up. No backup was written, and none was removed",
        )
    marker = observed.marker
    if marker is None or marker.finished or all(step.do != "add_foreign_key" for step in marker.pending):
        return []
    return [
        f"{where}: a restore or rollback was cut off behind its swap, and foreign keys may be missing until it is run "
        "again; this backup holds what is there now"
    ]
