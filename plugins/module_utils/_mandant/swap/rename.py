# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""One RENAME TABLE for all the moves."""

from __future__ import annotations

import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import LOCK_ERRORS
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Move


def rename(session: Session, moves: t.Sequence[Move], where: str) -> None:
    """Carry out the moves in one statement; Failure mandant_in_use when somebody holds a table."""
    pairs = ", ".join(f"{quoted(source)} TO {quoted(target)}" for source, target in moves)
    try:
        session.execute(f"RENAME TABLE {pairs}")
    except ServerError as exc:
        if exc.number in LOCK_ERRORS:
            raise Failure(
                "mandant_in_use",
                f"{where}: a session holds a table, so none could be renamed; end that session (a running "
                "CAO-Faktura, a backup) and run again",
            ) from None
        raise
