# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What people write between the moment at which tables are saved and the one at which they go for good."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure, first_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.fingerprint import fingerprint
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observe import observe_tables
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import ExistingTable
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Fingerprint

_NAMED = 3


def contents(session: Session, mandant: str, tables: t.Iterable[ExistingTable]) -> dict[str, Fingerprint]:
    """Return what tables hold, by their names; it is asked for before they are saved."""
    return {one.name: fingerprint(session, mandant, one.name) for one in tables if not one.is_view}


def refuse_what_is_not_saved(session: Session, mandant: str, before: t.Mapping[str, Fingerprint]) -> None:
    """Raise Failure would_replace_work where tables hold something else than ``before`` they were saved."""
    there = observe_tables(session, mandant)
    now = contents(session, mandant, (there[name] for name in before if name in there))
    changed = sorted(name for name, one in now.items() if one != before[name])
    if changed:
        raise Failure(
            "would_replace_work",
            f"{session.where}: since backup_first saved {mandant}, others have changed {first_of(changed, _NAMED)}, "
            "which would go for good without being in what was saved. The Mandant is as they left it; run again",
        )
