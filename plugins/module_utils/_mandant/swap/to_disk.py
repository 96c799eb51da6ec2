# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Tables whose engine leaves it to the system when they get to the disk: brought there before anything old is dropped.

Seen with strace on MariaDB 10.11 and MySQL 5.6: of MyISAM no statement brings the files to the disk, neither FLUSH
TABLES, with or without a lock, nor LOAD DATA, ENABLE KEYS, REPAIR or RENAME; only the server's setting ``flush`` does.
Aria does it by itself, and InnoDB has its log. What a process may do without any right is to ask the system that it
runs on, which helps where that is the server's.
"""

from __future__ import annotations

import os
import socket
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.observe.observed import ExistingTable

_HERE = ("localhost", "127.0.0.1", "::1")
_LEFT_TO_THE_SYSTEM = ("myisam",)


def bring_to_disk(session: Session, tables: t.Iterable[ExistingTable | None]) -> bool:
    """Return when these tables are on the disk; False where only the server's setting ``flush`` could bring them."""
    if not any(one is not None and (one.engine or "").lower() in _LEFT_TO_THE_SYSTEM for one in tables):
        return True
    if not _is_here(session):
        return False
    os.sync()
    return True


def _is_here(session: Session) -> bool:
    """Whether the server runs on this machine, as far as its name says."""
    if session.endpoint.unix_socket or session.endpoint.host.lower() in _HERE:
        return True
    try:
        return str(session.value("SELECT @@hostname")) == socket.gethostname()
    except ServerError as exc:
        if exc.lost:
            raise
        return False
