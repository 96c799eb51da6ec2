# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What goes is looked at once more when it is out of everybody's reach: then nothing can come in between.

Before that no look is the last one: whoever has a transaction open ends it while a RENAME or a lock waits for him.
"""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure, first_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import LOCK_ERRORS, failure_of
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.fingerprint import fingerprint
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observe import readable_rows
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.unwritten import unwritten
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.decided import AsDecided
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Fingerprint, Move

_NAMED = 3


def refuse_what_came(session: Session, mandant: str, places: t.Sequence[Move], decided: AsDecided) -> None:
    """Raise Failure would_replace_work where tables hold something else by now; ``places``: their names then and now.

    Nobody can write to them where they are now. What the server does not let be looked at is a Failure, too: whoever
    asks has moved tables before, and moves them back for one.
    """
    where = f"{session.where}, {mandant}"
    try:
        changed = _changed(session, mandant, [one for one in places if one[0] in decided], decided)
    except ServerError as exc:
        raise failure_of(exc, where=where, doing="looking whether others have changed what is about to go") from None
    if changed:
        raise Failure(
            "would_replace_work",
            f"{session.where}: others have changed {first_of(sorted(changed), _NAMED)} of {mandant} in the moment in "
            "which that was about to go; leave it as it is, or run again and say that it may go",
        )


def _changed(session: Session, mandant: str, places: t.Sequence[Move], decided: AsDecided) -> list[str]:
    now = {place: decided[name] for name, place in places}
    known = unwritten(session, mandant, {place: one for place, one in now.items() if one is not None})
    return [
        name
        for name, place in places
        if place not in known and not _is_as_decided(session, mandant, place, decided[name])
    ]


def _is_as_decided(session: Session, mandant: str, table: str, decided: Fingerprint | None) -> bool:
    if decided is None:
        return readable_rows(session, mandant, table) == 0
    found = fingerprint(session, mandant, table, decided.measure)
    return (found.checksum, found.measure) == (decided.checksum, decided.measure)


@contextlib.contextmanager
def held(session: Session, mandant: str, tables: t.Collection[str]) -> t.Iterator[None]:
    """While it lasts, nobody else reaches the tables, where the account may lock them; they can be dropped.

    Raises Failure mandant_in_use for somebody who holds one.
    """
    locks = ", ".join(f"{quoted(mandant)}.{quoted(name)} WRITE" for name in tables)
    # A node of a cluster holds nobody up at the others, and may drop nothing that it has locked.
    in_cluster = bool(locks) and session.query("SHOW GLOBAL VARIABLES LIKE 'wsrep_on'")[:1] == [("wsrep_on", "ON")]
    try:
        if locks and not in_cluster:
            session.execute(f"LOCK TABLES {locks}")
    except ServerError as exc:
        if exc.lost:
            raise
        if exc.number in LOCK_ERRORS:
            raise Failure(
                "mandant_in_use",
                f"{session.where}, {mandant}: a session holds a table; nothing was dropped. End it and run again",
            ) from None
    try:
        yield
    finally:
        if not session.broken:
            session.execute("UNLOCK TABLES")
