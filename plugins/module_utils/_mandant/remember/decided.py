# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What tables held when it was decided that they may go, noted beside the marker: whoever ends the run looks at it."""

from __future__ import annotations

import dataclasses
import json
import typing as t

from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._mandant.connect.driver import Session
from ansible_collections.cao.faktura.plugins.module_utils._mandant.names import quoted
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember import marker as markers
from ansible_collections.cao.faktura.plugins.module_utils._mandant.remember.marker import Fingerprint

KIND_DECIDED = "decided"

# By the names in use; None is no row.
AsDecided = t.Mapping[str, t.Optional[Fingerprint]]


def note_decided(session: Session, mandant: str, table: str, decided: AsDecided) -> None:
    """Note it in a marker's ``table``; once, for a later look in the same run has to find the same."""
    if decided:
        content = {name: None if one is None else dataclasses.asdict(one) for name, one in decided.items()}
        session.execute(
            f"INSERT IGNORE INTO {quoted(mandant)}.{quoted(table)} (kind, content) VALUES (%s, %s)",
            (KIND_DECIDED, json.dumps({"format": markers.FORMAT, "tables": content}, sort_keys=True)),
        )


def read_decided(session: Session, mandant: str, table: str) -> AsDecided:
    """Return what is noted in a marker's ``table``; nothing where anything might go, or an earlier version restored.

    Raises Failure where that cannot be told.
    """
    rows = session.query(f"SELECT content FROM {quoted(mandant)}.{quoted(table)} WHERE kind = %s", (KIND_DECIDED,))
    try:
        return _decode(rows[0][0]) if rows else {}
    except markers.Unreadable as exc:
        raise Failure(
            "verification_failed", f"{session.where}, {mandant}: what an earlier run noted cannot be read: {exc}"
        ) from None


def _decode(text: str) -> AsDecided:
    content = markers.document(text).get("tables")
    if not isinstance(content, dict):
        raise markers.Unreadable("what was decided has another shape")
    return {name: None if one is None else markers.decode_fingerprint(one) for name, one in content.items()}
