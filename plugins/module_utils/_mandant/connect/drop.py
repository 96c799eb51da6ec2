# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""Dropping tables and views of ours, a few at a time and also on a full disk."""

from __future__ import annotations

import time
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import ServerError, Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.server_errors import is_disk_full
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import listed

_DROP_AT_ONCE = 50
_ROOM_SECONDS = 10.0
_LOOK_AGAIN_SECONDS = 0.25


def drop(session: Session, tables: t.Sequence[str]) -> None:
    """Drop tables of ours that may be there, a few at a time: one statement holds all their locks."""
    for first in range(0, len(tables), _DROP_AT_ONCE):
        _drop_some(session, tuple(tables[first : first + _DROP_AT_ONCE]))


def _drop_some(session: Session, tables: tuple[str, ...]) -> None:
    deadline = time.monotonic() + _ROOM_SECONDS
    while True:
        try:
            session.execute(f"DROP TABLE IF EXISTS {listed(tables)}")
        except ServerError as exc:
            # A full disk has no room for the note of what is dropped, until the server has tidied up behind the rows.
            if not is_disk_full(exc) or time.monotonic() > deadline:
                raise
            time.sleep(_LOOK_AGAIN_SECONDS)
        else:
            return


def drop_views(session: Session, views: t.Sequence[str]) -> None:
    """Drop views of ours that may be there."""
    if views:
        session.execute(f"DROP VIEW IF EXISTS {listed(tuple(views))}")
